package flow

import "slices"

// A walk is a place in the graph of all steps, with what matters about how it was come to.
type walk struct {
	step   *Step
	agreed bool // a consent was given, and nothing has ended it since
}

// graph says where a patient can get from where. Flows that are called are followed to
// their ends, and from there back to the caller.
type graph struct {
	quiet bool            // only ways on which the bot never waits
	ways  map[*Step]*Step // of steps that aren't what they go on as: as what, see view

	// outs are the states in which the end of a called flow can be reached: a set of outAs.
	outs map[walk]uint8
}

func outAs(agreed bool) uint8 {
	if agreed {
		return 2
	}
	return 1
}

// newGraph finds by which ends what is called can return: outs grow until they are stable.
// Where they have grown, those that come there look again. Most steps go on to later ones, so
// the last are looked at first.
func newGraph(p *Program, quiet bool, ways map[*Step]*Step) *graph {
	g := &graph{quiet: quiet, ways: ways, outs: map[walk]uint8{}}
	var queue []walk
	for _, f := range slices.Backward(p.Flows) {
		for _, s := range slices.Backward(f.Steps) {
			queue = append(queue, walk{s, false}, walk{s, true})
		}
	}
	waiting := make(map[walk]bool, len(queue))
	for _, w := range queue {
		waiting[w] = true
	}
	before := map[walk][]walk{} // a place, and those whose ends are its ends, too
	tried := map[walk]int{}     // how many ways out of a place are in before; they only get more
	for i := 0; i < len(queue); i++ {
		w := queue[i]
		waiting[w] = false
		m := g.moves(w)
		if n := len(m.next) + len(m.calls); n > tried[w] {
			tried[w] = n
			for _, all := range [][]walk{m.next, m.calls} {
				for _, n := range all {
					before[n] = append(before[n], w)
				}
			}
		}
		out := g.outs[w] | m.ends
		for _, n := range m.next {
			out |= g.outs[n]
		}
		if out == g.outs[w] {
			continue
		}
		g.outs[w] = out
		for _, b := range before[w] {
			if !waiting[b] {
				waiting[b] = true
				queue = append(queue, b)
			}
		}
	}
	return g
}

// moves are the ways out of a place.
type moves struct {
	next  []walk // within the same call
	calls []walk // into a called flow
	ends  uint8  // set of outAs: the call, or the conversation, ends here
	falls bool   // nothing comes after the step
}

func (g *graph) moves(w walk) (m moves) {
	s := w.step
	if o := g.ways[s]; o != nil {
		s = o
	}
	// A handoff, forgetting and the like end a consent; a request that is recalled brings its own.
	agreed := (w.agreed || s.Recall) && len(s.Handoff) == 0 && !s.Forget && s.Act == ActNone
	if !s.Waits() {
		g.onward(&m, s, agreed)
		return m
	}
	if g.quiet {
		return m
	}
	passes, agrees := s.Ask != nil, false
	for choice := range s.Offers {
		switch {
		case choice.Go != nil:
			m.next = append(m.next, walk{choice.Go, agreed})
		case choice.goRef.name != "": // to what can't be read
		case s.Consent != nil && choice == &s.Choices[0]:
			agrees = true
		case choice.Link == "" && choice.Move == MoveGo:
			passes = true
		}
	}
	if passes {
		g.onward(&m, s, agreed)
	}
	if agrees {
		g.onward(&m, s, true)
	}
	return m
}

// onward adds where the step goes when it has waited or needs not wait.
func (g *graph) onward(m *moves, s *Step, agreed bool) {
	for _, b := range s.Branch {
		if b.Go != nil {
			m.next = append(m.next, walk{b.Go, agreed})
		}
	}
	if s.covers {
		return
	}
	if s.callAt.name == "" {
		s.after(m, agreed)
		return
	}
	if s.Call == nil || len(s.Call.Steps) == 0 {
		return // said already
	}
	into := walk{s.Call.Steps[0], agreed}
	m.calls = append(m.calls, into)
	for _, back := range []bool{false, true} {
		if g.outs[into]&outAs(back) != 0 {
			s.after(m, back)
		}
	}
}

// after adds what is behind the step, behind its call too.
func (s *Step) after(m *moves, agreed bool) {
	switch {
	case s.Go != nil:
		m.next = append(m.next, walk{s.Go, agreed})
	case s.goRef.name != "": // to what can't be read
	case s.End:
		m.ends |= outAs(agreed)
	case s.Next != nil:
		m.next = append(m.next, walk{s.Next, agreed})
	default:
		m.falls = true
	}
}

// reach walks from the given places, breadth first, to all that can be come to; from tells
// the place before. enter is asked once for each place, and says whether to go on from it.
func (g *graph) reach(starts []*Step, enter func(w walk) bool) (from map[walk]walk) {
	from = map[walk]walk{}
	var order []walk
	visit := func(w, by walk) {
		if _, seen := from[w]; !seen {
			from[w] = by
			order = append(order, w)
		}
	}
	for _, s := range starts {
		visit(walk{s, false}, walk{})
	}
	for i := 0; i < len(order); i++ {
		if !enter(order[i]) {
			continue
		}
		m := g.moves(order[i])
		for _, next := range [][]walk{m.next, m.calls} {
			for _, n := range next {
				visit(n, order[i])
			}
		}
	}
	return from
}
