package flow

import (
	"slices"

	"hogushi/bot/diag"
)

// check proves what can only be seen on all flows together. It runs when there is no other
// error: every name is resolved.
func (c *compiler) check() {
	g := newGraph(c.program, false)
	c.ends(g)
	c.unreachable(g)
	c.circles()
	c.calls()
	c.consents(g)
}

// ends reports steps after which nothing comes. A pattern speaks in passing: the engine
// goes on.
func (c *compiler) ends(g *graph) {
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if f.ID != PatternFlow && g.moves(walk{s, false}).falls {
				c.problems.Errorf(s.Pos, "dead-end", "ここから先がありません。「go: 行き先」か「end: true」を書いてください。", "nothing comes after this step; write go: TARGET or end: true")
			}
		}
	}
}

// unreachable reports steps that nobody can come to: from a pattern, the menu, or by words.
func (c *compiler) unreachable(g *graph) {
	starts := slices.Clone(c.program.Patterns[:])
	starts = append(starts, c.program.flows[MenuFlow].Steps[0])
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if len(s.words) > 0 {
				starts = append(starts, s)
			}
		}
	}
	seen := map[*Step]bool{}
	for w := range g.reach(starts, func(walk) bool { return true }) {
		seen[w.step] = true
	}
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if !seen[s] {
				c.problems.Add(diag.Diagnostic{Span: s.Pos, Severity: diag.Warning, Rule: "unreachable-step",
					Message: diag.T("ステップ「%s」には、どこからも来られません。", "no way leads to the step %q", s.Step)})
			}
		}
	}
}

// circles reports steps that run in a circle without ever waiting.
func (c *compiler) circles() {
	g := newGraph(c.program, true)
	const open, done = 1, 2
	state := map[*Step]int{}
	var visit func(s *Step)
	visit = func(s *Step) {
		state[s] = open
		m := g.moves(walk{s, false})
		for _, n := range slices.Concat(m.next, m.calls) {
			switch state[n.step] {
			case 0:
				visit(n.step)
			case open:
				c.problems.Errorf(n.step.Pos, "endless-circle", "どこでも待たずに同じステップへ戻ります。途中に選択肢や質問が要ります。", "this comes back to itself without waiting for the patient")
			}
		}
		state[s] = done
	}
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if state[s] == 0 {
				visit(s)
			}
		}
	}
}

// calls reports flows that call themselves, be it through others: they would never return
// to where the first call came from.
func (c *compiler) calls() {
	callees := map[*Flow][]*Step{}
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if s.Call != nil {
				callees[f] = append(callees[f], s)
			}
		}
	}
	for _, f := range c.program.Flows {
		for _, s := range callees[f] {
			seen := map[*Flow]bool{}
			var leads func(to *Flow) bool
			leads = func(to *Flow) bool {
				if to == f {
					return true
				}
				if seen[to] {
					return false
				}
				seen[to] = true
				return slices.ContainsFunc(callees[to], func(s *Step) bool { return leads(s.Call) })
			}
			if leads(s.Call) {
				c.problems.Errorf(s.callAt.at, "call-circle", "フロー「%s」は、「call:」をたどると自分自身に戻ってきます。", "the flow %q comes to call itself", f.ID)
			}
		}
	}
}

// consents reports personal fields that can be asked for, and handoffs that can be come to,
// on some path without a consent. It walks from every place where a conversation can begin:
// doors (words, buttons of old messages), patterns, and the steps to which renamed: moves
// those who stood on a step that is gone, whatever they had agreed to there. A handoff and
// forget: end a consent.
func (c *compiler) consents(g *graph) {
	var starts []*Step
	moved := map[*Step]bool{}
	for _, f := range c.program.Flows {
		for _, r := range f.renamed {
			moved[c.program.steps[Ref{f.ID, r.to.name}]] = true
		}
		for _, s := range f.Steps {
			if s.door() {
				starts = append(starts, s)
			}
		}
	}
	for _, f := range c.program.Flows { // behind the others, whose reports say more
		for _, s := range f.Steps {
			if moved[s] && !s.door() {
				starts = append(starts, s)
			}
		}
	}
	var found []walk
	reported := map[*Step]bool{}
	from := g.reach(starts, func(w walk) bool {
		s := w.step
		lost := !w.agreed && !s.Recall || len(s.Handoff) > 0 || s.Forget || s.Act == ActErase // when it comes to asking
		if !w.agreed && len(s.Handoff) > 0 || lost && s.Ask != nil && s.Ask.Personal {
			if !reported[s] {
				reported[s] = true
				found = append(found, w)
			}
			return w.agreed
		}
		return true
	})
	for _, w := range found {
		c.withoutConsent(w, from, moved)
	}
}

func (c *compiler) withoutConsent(w walk, from map[walk]walk, moved map[*Step]bool) {
	s, way, first := w.step, w.step.Step, w.step
	for by, n := from[w], 0; by.step != nil; by, n = from[by], n+1 {
		first = by.step
		if n < 6 {
			way = by.step.Step + " → " + way
		}
	}
	d := c.problems.Errorf(s.Pos, "consent-missing", "同意をもらう前に個人の情報をたずねるか、渡しています(%s)。", "personal data is asked for or handed over before any consent (%s)", way)
	d.Hint = diag.T("手前に「consent:」のステップを置いてください。", "put a consent: step before it")
	if moved[first] && !first.door() {
		d.Hint = diag.T("「renamed:」の行き先は、同意の手前のステップにしてください。", "let renamed: lead to a step before the consent")
	}
}
