package understand

import (
	"cmp"
	"hash/fnv"
	"math"
	"slices"
	"strings"
)

// Taught is a step and how patients ask for it, as staff wrote it.
type Taught struct {
	Step
	Examples []string
}

// Index finds, among the steps of one set of flows, what a text asks for.
type Index struct {
	model  *Model
	steps  []Taught // the flows' steps, then the commands, then none
	class  [][3]int // by step: its classes in the model, -1 for one that it doesn't know
	memory memory
}

// Pseudo-steps beside those of the flows.
const (
	commandFlow = "command"
	noneFlow    = "none"
)

// NewIndex makes an Index of steps.
func NewIndex(model *Model, steps []Taught) *Index {
	x := &Index{model: model, steps: slices.Clone(steps)}
	for _, name := range model.names {
		for _, flow := range [...]string{commandFlow, noneFlow} {
			if id, ok := strings.CutPrefix(name, "step "+flow+"/"); ok {
				x.steps = append(x.steps, Taught{Step: Step{flow, id, id}})
			}
		}
	}
	for i, s := range x.steps {
		var class [3]int
		for k, name := range s.Classes() {
			class[k] = -1
			if c, ok := model.index[name]; ok {
				class[k] = c
			}
		}
		x.class = append(x.class, class)
		for _, text := range s.Examples {
			if class[0] < 0 || !model.taught(s.Step, text) {
				x.memory.add(model, i, text)
			}
		}
	}
	return x
}

// How much step, topic and flow count.
const (
	stepShare  = 0.45
	topicShare = 0.30
	flowShare  = 0.25
)

// rank gives the n likeliest steps, the likeliest first: by the scores of the classes, or by what the examples of a step
// are like.
func (x *Index) rank(classes, like []float32, n int) []Scored {
	out := make([]Scored, 0, n+1)
	for i, c := range x.class {
		score := float32(-1)
		if c[0] >= 0 {
			score = stepShare*classes[c[0]] + topicShare*classes[or(c[1], c[0])] + flowShare*classes[or(c[2], c[0])]
		}
		if like != nil {
			score = max(score, like[i])
		}
		at := len(out)
		for at > 0 && out[at-1].Score < score {
			at--
		}
		if at < n {
			out = slices.Insert(out[:min(len(out), n-1)], at, Scored{x.steps[i].Step, score})
		}
	}
	return out
}

// or gives the class of a topic or flow, or of the step itself where staff have given it one that was never learnt.
func or(class, step int) int {
	if class < 0 {
		return step
	}
	return class
}

// named says whether a treatment is among the ideas.
func named(found []uint32) bool {
	for _, id := range found {
		name := ideas().names[id-1]
		if name == "trigger-point" { // 「トリガーの費用は」
			return true
		}
		for _, treatment := range treatments {
			if treatment == name {
				return true
			}
		}
	}
	return false
}

// meant lets a text that names no treatment ask about the one that was spoken of: its flow is as likely as the
// likeliest.
func (x *Index) meant(classes []float32, about string) {
	own, ok := x.model.index["flow "+about]
	if !ok {
		return
	}
	for name, c := range x.model.index {
		if strings.HasPrefix(name, "flow ") {
			classes[own] = max(classes[own], classes[c])
		}
	}
	for flow := range treatments {
		if c, ok := x.model.index["flow "+flow]; ok && c != own {
			classes[c] = -1
		}
	}
}

// Scored is a step and how much speaks for it: above 0 for, below against.
type Scored struct {
	Step
	Score float32
}

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

// rare gives the rarest features of a text, and what makes their squares add up to 1. One that was never seen counts as
// the rarest.
func (m *Model) rare(r reading) (out []valued, by float32) {
	for i, at := range r.at {
		v := valued{r.list[i], 11}
		if at >= 0 {
			v.value = float32(m.rarity[at]) / 16
		}
		if !r.again[i] {
			out = append(out, v)
		}
	}
	slices.SortStableFunc(out, func(a, b valued) int { return cmp.Compare(b.value, a.value) })
	out = out[:min(len(out), rememberMost)]
	var sum float32
	for _, v := range out {
		sum += v.value * v.value
	}
	return out, 1 / float32(math.Sqrt(float64(max(sum, 1e-9))))
}

// lesson is a hash of an example and its step, by which it is known whether it was taught.
func lesson(s Step, text string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s.Flow + "/" + s.Step + "\n" + text))
	return h.Sum32()
}

// Rivalry is how an example of one step stands to another step.
type Rivalry int

const (
	NoRival Rivalry = iota
	Astray          // wordings like it lead to the other
	Alike           // an example of the other says the same
)

// alikeBy is the likeness score from which on two examples say the same.
const alikeBy = 1.2

// Rival finds the step that wordings like an example of own lead to, where that is another. What was learnt from the
// example itself doesn't count: ask it of those that Untaught gives.
func (x *Index) Rival(own Step, example string) (Step, Rivalry) {
	fs := borrow()
	defer fs.giveBack()
	r := x.model.read(fs, example)
	if len(r.at) == 0 {
		return Step{}, NoRival
	}
	classes := x.model.whole(make([]float32, 0, len(x.model.names)), r)
	learnt := x.rank(classes, nil, 2+nearMost)
	like := x.memory.score(x.model, r, len(x.steps))
	for i, l := range like {
		if s := x.steps[i].Step; l >= alikeBy && s != own {
			return s, Alike
		}
	}
	for _, s := range learnt {
		switch {
		case s.Step == own, s.Score <= partBy:
			return Step{}, NoRival
		case real(s):
			return s.Step, Astray
		}
	}
	return Step{}, NoRival
}

// real says that a step is one of the flows'.
func real(s Scored) bool { return s.Flow != commandFlow && s.Flow != noneFlow }

// Untaught says whether an example of a step is newer than what was learnt.
func Untaught(s Step, example string) bool { return !Router().taught(s, example) }
