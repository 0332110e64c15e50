package flow

import (
	"fmt"
	"path"
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/text"
)

// check proves what can only be seen on all flows together. What is wrong elsewhere doesn't
// keep it from that: steps whose own ways are in doubt are left out, and what would be
// missed only because something couldn't be read isn't missed.
func (c *compiler) check() {
	doubtful, whole := c.doubtful()
	g, quiet := newGraph(c.program, false, nil), newGraph(c.program, true, nil)
	before := c.problems.Len()
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if !doubtful[s] {
				c.idle(s)
				c.loose(s)
			}
		}
	}
	c.ends(g, doubtful)
	c.circles(quiet, doubtful)
	c.calls()
	c.consents(g, doubtful)
	if whole && c.problems.Len() == before { // else they say why something isn't reached
		c.unreachable(g)
		c.untold()
		c.unpictured()
		c.givers()
	}
	c.long(quiet, doubtful, c.says)
	for _, l := range c.spoken {
		<-l.ended
		l.long(quiet, doubtful, first(l.sizes, c.says))
	}
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			c.reread(s)
		}
	}
	for _, v := range c.views {
		v.prove(c, g, quiet, doubtful)
	}
}

// shape are the rules whose errors leave open where a step leads, or what it asks.
var shape = []string{"unknown-key", "wrong-type", "missing-key", "empty", "empty-step", "unknown-step", "unknown-flow", "unknown-field", "unknown-value", "unknown-language", "unread-directory", "duplicate-key", "duplicate-step",
	"duplicate-field", "two-waits", "two-ways", "two-acts", "pattern-key", "pattern-choice", "yaml-feature", "too-deep", "bare-braces", "no-steps", "options", "fix-unasked", "fix-moves", "link-moves", "branch-never",
	"missing-pattern", "unknown-pattern", "key-in-text", "missing-patterns", "missing-menu", "interrupted-choices", "flow-name"}

// doubtful are the steps within whose lines stands an error of shape. whole: there is none,
// in no step and nowhere else, and every file could be read.
func (c *compiler) doubtful() (steps map[*Step]bool, whole bool) {
	steps, whole = map[*Step]bool{}, len(c.unread)+len(c.nameless) == 0
	for d := range c.problems.Each {
		if d.Severity != diag.Error || !slices.Contains(shape, d.Rule) {
			continue
		}
		if path.Dir(d.File) != "." {
			continue // a translation
		}
		whole = false
		if f := c.program.flows[base(d.File)]; f != nil {
			if s := f.stepAt(d.Line); s != nil {
				steps[s] = true
			}
		}
	}
	return steps, whole
}

// stepAt is the step that a line of the flow's file belongs to, nil above the first.
func (f *Flow) stepAt(line int) *Step {
	i, found := slices.BinarySearchFunc(f.Steps, line, func(s *Step, line int) int { return s.line - line })
	if !found {
		i--
	}
	if i < 0 {
		return nil
	}
	return f.Steps[i]
}

// ends reports steps after which nothing comes. A pattern speaks in passing: the engine
// goes on.
func (c *compiler) ends(g *graph, doubtful map[*Step]bool) {
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if f.ID != PatternFlow && !doubtful[s] && g.moves(walk{s, false}).falls {
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
func (c *compiler) circles(g *graph, doubtful map[*Step]bool) {
	const open, done = 1, 2
	state := map[*Step]int{}
	var visit func(s *Step)
	visit = func(s *Step) {
		state[s] = open
		m := g.moves(walk{s, false})
		for _, n := range slices.Concat(m.next, m.calls) {
			if doubtful[n.step] {
				continue
			}
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
			if state[s] == 0 && !doubtful[s] {
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
// those who stood on a step that is gone, whatever they had agreed to there; not in a flow
// with a consent of its own, to which the bot then leads who hasn't given it. A handoff and
// forget: end a consent. What lies behind a doubtful step isn't judged on the way through it.
func (c *compiler) consents(g *graph, doubtful map[*Step]bool) {
	var starts []*Step
	moved := map[*Step]bool{}
	for _, f := range c.program.Flows {
		for _, r := range f.renamed {
			if to := c.program.steps[Ref{f.ID, r.to.name}]; to != nil {
				moved[to] = true
			}
		}
		for _, s := range f.Steps {
			if s.Door() {
				starts = append(starts, s)
			}
		}
	}
	for _, f := range c.program.Flows { // behind the others, whose reports say more
		for _, s := range f.Steps {
			if moved[s] && !s.Door() && f.Consent() == nil {
				starts = append(starts, s)
			}
		}
	}
	var found []walk
	reported := map[*Step]bool{}
	from := g.reach(starts, func(w walk) bool {
		s := w.step
		if doubtful[s] {
			return false
		}
		lost := !w.agreed && !s.Recall || len(s.Handoff) > 0 || s.Forget || s.Act != ActNone // when it comes to asking
		if !w.agreed && len(s.Handoff) > 0 || lost && s.Ask != nil && s.Ask.Personal {
			if !reported[s] {
				reported[s] = true
				found = append(found, w)
			}
			return w.agreed
		}
		return true
	})
	type gap struct {
		flow, first string
		mend        diag.Text
	}
	var order []gap
	behind := map[gap][]*diag.Diagnostic{} // what a flow asks for on ways from one place, and for one reason, is said once
	for _, w := range found {
		d, first := c.withoutConsent(w, from, moved)
		k := gap{w.step.Ref.Flow, first.Ref.String(), d.Hint}
		if behind[k] == nil {
			order = append(order, k)
		}
		behind[k] = append(behind[k], d)
	}
	for _, k := range order {
		d := behind[k][0]
		if more := len(behind[k]) - 1; more > 0 {
			d.Message.JA += fmt.Sprintf("ほかに%dつのステップも、同じです。", more)
			d.Message.EN += fmt.Sprintf("; steps beside it: %d", more)
		}
		c.problems.Add(*d)
	}
}

// withoutConsent says how a place was come to, and from where.
func (c *compiler) withoutConsent(w walk, from map[walk]walk, moved map[*Step]bool) (d *diag.Diagnostic, first *Step) {
	way, next := w.step.Step, w
	mend := diag.T("手前に「consent:」のステップを置いてください。", "put a consent: step before it")
	for by, n := from[w], 0; by.step != nil; next, by, n = by, from[by], n+1 {
		if n < 6 {
			way = by.step.Step + " → " + way
		}
		switch s := by.step; {
		case s.Consent != nil && len(s.Choices) > 1 && s.Choices[1].Go == next.step:
			mend = diag.T("「%s」の「refused:」（同意しない方の行き先）を、たずねないステップに変えてください。", "let refused: of %q lead to a step that doesn't ask", s.Step)
		case slices.ContainsFunc(s.Choices, func(c Choice) bool { return c.Move == MoveFix }):
			mend = diag.T("受け付けた内容を直すところなら、その前のステップに「recall: true」を書いてください。", "where what was handed over is mended, a step before it wants recall: true")
		}
	}
	if moved[next.step] && !next.step.Door() {
		mend = diag.T("「renamed:」の行き先は、同意の手前のステップにしてください。", "let renamed: lead to a step before the consent")
	}
	return &diag.Diagnostic{Span: w.step.Pos, Rule: "consent-missing", Hint: mend,
		Message: diag.T("同意をもらう前に個人の情報をたずねるか、渡しています(%s)。", "personal data is asked for or handed over before any consent (%s)", way)}, next.step
}

// size is how much a step says at its longest, or a way through several.
type size struct{ messages, units int }

// saying measures what a step says.
func (c *compiler) saying(s *Step) (n size) {
	for _, t := range s.Say {
		n.messages++
		n.units += text.UTF16(c.worst(t)) + len("\n\n")
	}
	return n
}

// says is what saying has measured.
func (c *compiler) says(s *Step) size {
	n, known := c.sizes[s]
	if !known {
		n = c.saying(s)
		c.sizes[s] = n
	}
	return n
}

// first takes what has been measured of a step, where it has, before the rest.
func first(sizes map[*Step]size, rest func(*Step) size) func(*Step) size {
	return func(s *Step) size {
		if n, known := sizes[s]; known {
			return n
		}
		return rest(s)
	}
}

// long reports what patients are told in one go where LINE's messages don't hold it: five,
// of 5000 units each. More than five are put together, if that fits into one.
func (c *compiler) long(g *graph, doubtful map[*Step]bool, says func(*Step) size) {
	known := map[*Step]size{}
	var from func(s *Step) size
	from = func(s *Step) size {
		if n, ok := known[s]; ok {
			return n
		}
		known[s] = size{} // a circle is reported as one
		n := size{}
		m := g.moves(walk{s, false})
		for _, all := range [...][]walk{m.next, m.calls} {
			for _, w := range all {
				if doubtful[w.step] {
					continue
				}
				next := from(w.step)
				n = size{max(n.messages, next.messages), max(n.units, next.units)}
			}
		}
		own := says(s)
		n.messages, n.units = n.messages+own.messages, n.units+own.units
		known[s] = n
		return n
	}
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if n := from(s); says(s).messages > 0 && n.messages > maxReply && n.units > maxBubble {
				c.problems.Errorf(s.Pos, "long-reply", "ここから次に待つところまでの文章が、一度に送れる量（吹き出し%d個）をこえます。途中に選択肢か質問を置いてください。", "from here to the next wait there is more than one reply (%d messages) can hold; put choices or a question between", maxReply)
			}
		}
	}
}
