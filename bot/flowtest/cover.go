package flowtest

import (
	"cmp"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
)

// Coverage is what of flows tests come to: every step, with either of its texts where one
// stands in for the other, and every choice.
type Coverage struct {
	flows   []string
	all     map[part]place
	reached map[part]bool
}

// part is a step as it speaks with one of its texts, or one of its choices.
type part struct {
	flow.Ref
	standIn string // "": say:
	choice  string // key; "": the step itself
}

type place struct {
	label string // of a choice
	at    diag.Span
}

func newCoverage() *Coverage { return &Coverage{all: map[part]place{}, reached: map[part]bool{}} }

func spoke(s *flow.Step) part {
	if s.StoodIn {
		return part{Ref: s.Ref, standIn: s.StandIn}
	}
	return part{Ref: s.Ref}
}

// offer adds what a program holds to what can be come to.
func (c *Coverage) offer(p *flow.Program) {
	add := func(k part, label string, at diag.Span) {
		c.all[k] = place{label, at}
	}
	idle := idle(p)
	for _, f := range p.Flows {
		if !slices.Contains(c.flows, f.ID) {
			c.flows = append(c.flows, f.ID)
		}
		for _, s := range f.Steps {
			if idle[s] {
				continue
			}
			add(part{Ref: s.Ref}, "", s.Pos)
			if s.StandIn != "" {
				add(part{Ref: s.Ref, standIn: s.StandIn}, "", s.Pos)
			}
			for choice := range s.Offers {
				add(part{Ref: s.Ref, choice: choice.Key}, choice.Label, choice.Pos)
			}
		}
	}
}

// offered says whether a step can be come to.
func (c *Coverage) offered(s flow.Ref) bool {
	_, ok := c.all[part{Ref: s}]
	return ok
}

// idle are the patterns that nothing in these flows leads to: nobody is asked for a time of
// day, for example.
func idle(p *flow.Program) map[*flow.Step]bool {
	idle := map[*flow.Step]bool{}
	for t := flow.Text; t <= flow.SeveralOf; t++ {
		idle[p.Patterns[t.WrongAnswer()]] = true
	}
	for _, x := range []flow.Pattern{flow.Closed, flow.Chosen, flow.Joined} {
		idle[p.Patterns[x]] = true
	}
	for _, f := range p.Flows {
		for _, s := range f.Steps {
			if s.Closed != "" {
				delete(idle, p.Patterns[flow.Closed])
			}
			if s.Ask == nil {
				continue
			}
			if s.Wrong == nil {
				delete(idle, p.Patterns[s.Ask.Type.WrongAnswer()])
			}
			switch s.Ask.Type {
			case flow.SeveralOf:
				delete(idle, p.Patterns[flow.Chosen])
			case flow.Text, flow.Name:
				delete(idle, p.Patterns[flow.Joined])
			}
		}
	}
	return idle
}

// came counts what a turn went through.
func (c *Coverage) came(t engine.Trace) {
	for _, s := range t.Steps {
		c.reached[spoke(s)] = true
	}
	for _, choice := range t.Choices {
		c.took(choice.From.Ref, choice.Choice)
	}
}

func (c *Coverage) took(from flow.Ref, choice *flow.Choice) {
	c.reached[part{Ref: from, choice: choice.Key}] = true
}

// Part is a step or a choice of it, as staff know it.
type Part struct {
	Step    flow.Ref
	StandIn string // key of the text that was said in place of say:
	Choice  string // label; "" is the step itself
	At      diag.Span
}

// Count is how much of a flow, or of all, the tests come to.
type Count struct {
	Flow                           string // "" is all
	Steps, Reached, Choices, Taken int
	Missing                        []Part // in the order in which they are written
}

// Percent is the lesser share of steps reached and of choices taken, rounded down.
func (n Count) Percent() int { return min(percent(n.Reached, n.Steps), percent(n.Taken, n.Choices)) }

func percent(part, all int) int {
	if all == 0 {
		return 100
	}
	return part * 100 / all
}

// Flows counts flow by flow, in the order of their files, and all together.
func (c *Coverage) Flows() (flows []Count, all Count) {
	flows = make([]Count, len(c.flows))
	for i, id := range c.flows {
		flows[i].Flow = id
	}
	for k, at := range c.all {
		n := &flows[slices.Index(c.flows, k.Flow)]
		reached := 0
		if c.reached[k] {
			reached = 1
		} else {
			n.Missing = append(n.Missing, Part{k.Ref, k.standIn, at.label, at.at})
		}
		if k.choice == "" {
			n.Steps, n.Reached = n.Steps+1, n.Reached+reached
		} else {
			n.Choices, n.Taken = n.Choices+1, n.Taken+reached
		}
	}
	for i := range flows {
		n := &flows[i]
		slices.SortFunc(n.Missing, func(a, b Part) int {
			return cmp.Or(cmp.Compare(a.At.Line, b.At.Line), cmp.Compare(a.At.Col, b.At.Col), strings.Compare(a.StandIn, b.StandIn), strings.Compare(a.Choice, b.Choice))
		})
		all.Steps, all.Reached = all.Steps+n.Steps, all.Reached+n.Reached
		all.Choices, all.Taken = all.Choices+n.Choices, all.Taken+n.Taken
	}
	return flows, all
}
