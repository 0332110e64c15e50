package gate

import (
	"slices"
	"strings"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// heir is the step of the same flow that most likely stands in place of one that is gone, nil
// if none does: it waits for the same, and is alike by name and words. What renamed: may not
// lead to is none, nor what stands in place of another.
func (g *Gate) heir(ref flow.Ref, taken map[*flow.Step]bool) *flow.Step {
	f := g.next.Flow(ref.Flow)
	if f == nil {
		return nil
	}
	var old *flow.Step
	if g.live != nil {
		old = g.live.Step(ref)
	}
	var best *flow.Step
	most := likely
	for _, s := range f.Steps {
		known := g.live != nil && g.live.Step(s.Ref) != nil // it was there beside the old one
		if known || !s.Waits() || taken[s] || s.Personal() && f.Consent() == nil {
			continue
		}
		if n := alike(ref.Step, old, s); n > most {
			best, most = s, n
		}
	}
	return best
}

// likely is how much alike two steps must be for one to be taken for the other's heir: more
// than a name that is only somewhat alike, less than the same question.
const likely = 0.5

// alike says how much a step has of one that was called name; old is nil where its content
// isn't known.
func alike(name string, old, s *flow.Step) float64 {
	names := 1 - float64(text.Near(name, s.Step))/float64(max(len(name), len(s.Step)))
	if strings.Contains(s.Step, name) || strings.Contains(name, s.Step) {
		names = max(names, 0.8)
	}
	if old == nil {
		return names
	}
	switch asked := field(old); {
	case asked != field(s):
		return 0
	case asked != "":
		return 1 + names
	}
	return 0.3*names + 0.5*common(said(old), said(s)) + 0.5*common(offered(old), offered(s))
}

// field is what a step asks for, a consent too.
func field(s *flow.Step) string {
	switch {
	case s.Ask != nil:
		return s.Ask.ID
	case s.Consent != nil:
		return "a consent"
	}
	return ""
}

func said(s *flow.Step) string {
	var b strings.Builder
	for _, t := range s.Say {
		for _, segment := range t {
			b.WriteString(segment.Text)
		}
	}
	return b.String()
}

func offered(s *flow.Step) string {
	var labels []string
	for c := range s.Offers {
		labels = append(labels, c.Label)
	}
	slices.Sort(labels)
	return strings.Join(labels, "\n")
}

// common is the share of pairs of neighbouring runes that two texts have in common (Dice).
func common(a, b string) float64 {
	pairs := func(s string) map[[2]rune]int {
		out := map[[2]rune]int{}
		runes := []rune(s)
		for i := 1; i < len(runes); i++ {
			out[[2]rune{runes[i-1], runes[i]}]++
		}
		return out
	}
	x, y := pairs(a), pairs(b)
	both, all := 0, 0
	for p, n := range x {
		both += min(n, y[p])
		all += n
	}
	for _, n := range y {
		all += n
	}
	if all == 0 {
		return 0
	}
	return 2 * float64(both) / float64(all)
}
