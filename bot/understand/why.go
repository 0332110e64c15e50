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
	for i, e := range r.known {
		if e == 0 || r.again[i] {
			continue
		}
		v := e.value()
		sum += float64(v) * float64(v)
		p := Piece{Text: fs.names[fs.list[i]]}
		for c, share := range shares {
			if c >= 0 {
				p.Weight += v * share * m.steps[c] * float32(m.saidFor(e, c))
			}
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

// saidFor is what a feature says for a class.
func (m *Model) saidFor(e entry, class int) int8 {
	if len(m.names) <= fewClasses {
		return e.says(class)
	}
	from, n := e.span()
	for i := from; i < from+n; i++ {
		if says := m.says[3*i:]; int(says[0])|int(says[1])<<8 == class {
			return int8(says[2])
		}
	}
	return 0
}
