package understand

import (
	"hash/fnv"
	"math"
)

// memory finds the example that is most like a text: for what staff have written since the model was learnt.
type memory struct {
	steps []int32 // by example: its step
	at    map[feature][]remembered
}

type remembered struct {
	example int32
	value   float32
}

// A text that shares all its features with an example is as sure as what is learnt; one that shares half is not.
const (
	likeLeast = -1.2
	likeSlope = 3.0
)

// rememberMost is how many features of an example are remembered: its rarest.
const rememberMost = 64

func (m *memory) add(model *Model, step int, text string) {
	fs := borrow()
	defer fs.giveBack()
	if m.at == nil {
		m.at = map[feature][]remembered{}
	}
	example := int32(len(m.steps))
	m.steps = append(m.steps, int32(step))
	rare, by := model.rare(model.read(fs, text))
	for _, r := range rare {
		m.at[r.feature] = append(m.at[r.feature], remembered{example, r.value * by})
	}
}

// score gives, by step, what the examples say that are most like a text: −1 for those that have none. nil: there are
// no examples.
func (m *memory) score(model *Model, r reading, steps int) []float32 {
	if len(m.steps) == 0 {
		return nil
	}
	like := make([]float32, len(m.steps))
	rare, by := model.rare(r)
	for _, w := range rare {
		for _, e := range m.at[w.feature] {
			like[e.example] += w.value * by * e.value
		}
	}
	out := make([]float32, steps)
	for i := range out {
		out[i] = -1
	}
	for i, l := range like {
		out[m.steps[i]] = max(out[m.steps[i]], likeLeast+likeSlope*l)
	}
	return out
}

// valued is a feature and how much it counts.
type valued struct {
	feature
	value float32
}

// unseen is the rarity of a feature that was never seen: as rare as the rarest.
const unseen = 11 * 16

// rare gives the rarest features of a text, of equals the first, and what makes their squares add up to 1.
func (m *Model) rare(r reading) (out []valued, by float32) {
	rarity := func(e entry) int {
		if e == 0 {
			return unseen
		}
		return e.rarity()
	}
	var of [256]int // features by rarity
	for i, e := range r.known {
		if !r.again[i] {
			of[rarity(e)]++
		}
	}
	least, room := 255, rememberMost // room is how many of the least rare ones there is room for
	for ; least > 0 && room > of[least]; least-- {
		room -= of[least]
	}
	out = make([]valued, 0, rememberMost)
	var sum float32
	for i, e := range r.known {
		n := rarity(e)
		if r.again[i] || n < least {
			continue
		}
		if n == least {
			if room == 0 {
				continue
			}
			room--
		}
		v := float32(n) / 16
		out = append(out, valued{r.list[i], v})
		sum += v * v
	}
	return out, 1 / float32(math.Sqrt(float64(max(sum, 1e-9))))
}

// lesson is a hash of an example and its step, by which it is known whether it was taught.
func lesson(s Step, text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s.Flow + "/" + s.Step + "\n" + text))
	return h.Sum32()
}
