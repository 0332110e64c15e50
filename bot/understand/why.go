package understand

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// Piece is a part of a text, as it is spelled for the router, and how much it speaks for a decision. An idea of
// words.txt stands in 〈 〉.
type Piece struct {
	Text   string
	Weight float32
}

// whyMost is how many pieces explain a decision.
const whyMost = 6

// Why gives the pieces of a text that speak most for a step, the most telling first.
func (x *Index) Why(text string, s Step) []Piece {
	for i := range x.steps {
		if x.steps[i].Step == s && x.class[i][0] >= 0 {
			return x.model.why(text, map[int]float32{x.class[i][0]: stepShare, x.class[i][1]: topicShare, x.class[i][2]: flowShare})
		}
	}
	return nil
}

// WhyDanger gives the pieces of a text that speak most for danger.
func WhyDanger(text string) []Piece {
	m := dangerModel()
	return m.why(text, map[int]float32{m.index["danger"]: 1})
}

// why gives the pieces that speak most for classes, each with its share. A piece within one that has been told says
// the same once more.
func (m *Model) why(text string, shares map[int]float32) []Piece {
	fs := features{names: map[feature]string{}}
	r := m.read(&fs, text)
	var all []Piece
	var sum float64
	for i, at := range r.at {
		if at < 0 || r.again[i] {
			continue
		}
		v := float32(m.rarity[at]) / 16
		sum += float64(v) * float64(v)
		p := Piece{Text: fs.names[fs.list[i]]}
		for says := m.spoken(int(at)); len(says) >= 3; says = says[3:] {
			c := u16(says, 0)
			p.Weight += v * shares[c] * m.steps[c] * float32(int8(says[2]))
		}
		all = append(all, p)
	}
	length := float32(math.Sqrt(max(sum, 1e-9)))
	slices.SortStableFunc(all, func(a, b Piece) int { return cmp.Compare(b.Weight, a.Weight) })
	var out []Piece
	for _, p := range all {
		if p.Weight <= 0 || len(out) == whyMost {
			break
		}
		if p.Weight /= length; !slices.ContainsFunc(out, func(o Piece) bool { return overlap(o.Text, p.Text) }) {
			out = append(out, p)
		}
	}
	return out
}

// overlap says that one of two pieces is part of the other.
func overlap(a, b string) bool { return strings.Contains(a, b) || strings.Contains(b, a) }
