package engine

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/render"
)

// enter runs steps from s on until one waits, or the conversation ends.
func (r *run) enter(s *flow.Step) {
	var passed *flow.Step // over, the last one
	var before []flow.Ref // the stack there
	for n := 0; s != nil; n++ {
		if n == maxRun {
			r.stop()
			r.pattern(flow.Broken)
			return
		}
		if s.Recall && !r.open() { // taken back, or dealt with meanwhile
			if to := r.start(s.Ref); to != nil && to != s {
				s = to
			} else {
				s = r.menu()
			}
			continue
		}
		if s.Recall {
			r.state.Draft, r.owned = r.recalled(r.event.Request), true
			r.state.Consent, r.state.Amends = r.event.Request.Consent, r.event.Request.ID
		}
		if asker := r.missing(s); asker != nil { // unsent meanwhile, or never asked: ask
			s, r.state.Skip = asker, true
		}
		if (s.Personal() || len(s.Handoff) > 0) && !r.agreed(s.Flow) {
			s = r.consent(s.Flow)
		}
		if r.carrying && (len(s.Handoff) > 0 || s.Act != flow.ActNone) { // not without his word
			if s = r.menu(); passed != nil {
				s, r.state.Stack = passed, before
			}
			r.state.Skip = false
		}
		if r.passes(s) {
			passed, before = s, r.state.Stack
			s = r.onward(s)
			continue
		}
		if s.Closed != "" {
			r.state.Stack = r.before.Stack // what would have been called wasn't
			r.pattern(flow.Closed)
			return
		}
		r.came(s)
		for _, a := range s.Set {
			r.give(a.Field.ID, a.Value)
		}
		r.handOff(s)
		if s.Forget {
			r.leaveForm()
		}
		r.act(s.Act)
		r.speaks(s.Language)
		if s.Ask != nil && s.Ask.Personal && r.state.Consent == nil { // ended by the step itself, on a way that the checker can't know
			s = r.consent(s.Flow)
			continue
		}
		if s.Waits() {
			r.stand(s)
			r.messages = render.Say(r.messages, r.program, s, r.state.Visit, r.value, r.dates(s))
			return
		}
		r.messages = render.Say(r.messages, r.program, s, r.state.Visit, r.value, nil)
		s = r.onward(s)
	}
	r.stop()
	if r.carrying { // nobody is moved to nowhere
		r.carrying = false
		r.enter(r.menu())
	}
}

// speaks has the bot go on in a language, "" in the one that it speaks.
func (r *run) speaks(language string) {
	if language == "" {
		return
	}
	r.program = r.program.In(language)
	r.state.Language = r.program.Language
}

// onward is where the patient goes from a step that has waited or doesn't wait; nil ends.
func (r *run) onward(s *flow.Step) *flow.Step {
	for _, b := range s.Branch {
		if b.When == nil || b.When.Holds(r.raw) {
			return b.Go
		}
	}
	if s.Call != nil && len(r.state.Stack) < maxStack {
		r.state.Stack = append(slices.Clip(r.state.Stack), s.Ref)
		return s.Call.Steps[0]
	}
	return r.after(s)
}

// after is what follows a step and what it called; at an end, the step that called.
func (r *run) after(s *flow.Step) *flow.Step {
	for {
		if s.Go != nil {
			return s.Go
		}
		if !s.End {
			return s.Next
		}
		k := len(r.state.Stack) - 1
		if k < 0 {
			return nil
		}
		ref := r.state.Stack[k]
		r.state.Stack = r.state.Stack[:k:k]
		caller := r.program.Step(ref)
		if caller == nil { // gone meanwhile
			r.tellMoved()
			r.carrying = true
			to := r.start(ref)
			if to == nil {
				return r.menu()
			}
			r.carryOn(to)
			return to
		}
		s = caller
	}
}

// stand makes s the step at which the patient is waited for.
func (r *run) stand(s *flow.Step) {
	if from := r.here(); from != nil && from != s && len(from.Handoff) == 0 && from.Flow.ID != flow.PatternFlow {
		r.state.Trail = append(r.state.Trail, Spot{r.state.At, r.before.Stack})
		r.state.Trail = r.state.Trail[max(0, len(r.state.Trail)-maxTrail):]
	}
	r.state.At = s.Ref
	r.state.Visit++
	r.state.Below = true // its choices stand below those of a pattern said before
	r.carrying = false
	r.put(s)
}

func (r *run) asked() { r.state.Asked = max(r.state.Asked, r.event.At.UnixMilli()) }

// stop leaves the patient nowhere: the next text is free text.
func (r *run) stop() {
	r.state.At, r.state.Stack = flow.Ref{}, nil
}

// dates bounds the picker of a question for a date or time.
func (r *run) dates(s *flow.Step) *render.Range {
	if s.Ask == nil {
		return nil
	}
	switch s.Ask.Type {
	case flow.Date:
		day := func(n int) string { return r.event.Received.AddDate(0, 0, n).Format(time.DateOnly) }
		return &render.Range{Mode: "date", Initial: day(s.Ask.Days[0]), Min: day(s.Ask.Days[0]), Max: day(s.Ask.Days[1])}
	case flow.Time:
		return &render.Range{Mode: "time", Initial: "10:00"}
	}
	return nil
}

// give gives a field a value; "" clears it.
func (r *run) give(field, value string, from ...string) {
	r.own()
	if value == "" {
		delete(r.state.Draft, field)
		return
	}
	r.state.Draft[field] = Given{value, from}
}

// value is what a template shows for a name.
func (r *run) value(name string) string {
	switch name {
	case flow.ValueReceipt:
		return r.state.Receipt
	case flow.ValueChosen:
		r.private = true
		return r.chosen
	case flow.ValueFlow:
		if here := r.here(); here != nil {
			return r.program.Text(here.Flow.Title)
		}
		return ""
	case flow.ValueEntered:
		r.private = true
		return r.entered()
	}
	f, v := r.program.Fields[name], r.given(name)
	if f != nil && !r.counts(f) {
		return ""
	}
	r.private = r.private || v != ""
	return shown(r.program, f, v)
}

// raw is what conditions test.
func (r *run) raw(name string) string {
	switch {
	case name == flow.StateRequest && r.open() && r.event.Request.State == LeadTaken:
		return flow.RequestTaken
	case name == flow.StateRequest && r.open():
		return flow.RequestOpen
	case name == flow.StateRequest && len(r.made()) >= maxMade:
		return flow.RequestMany
	case name == flow.StateHandoff && r.event.Down:
		return flow.HandoffDown
	case name == flow.StateLanguage:
		return cmp.Or(r.program.Language, flow.Japanese)
	case strings.HasPrefix(name, flow.FactPrefix):
		return r.program.Fact(name)
	}
	return r.given(name)
}

// given is what a field holds, or held before it was handed off in this reply.
func (r *run) given(name string) string {
	g, ok := r.state.Draft[name]
	if !ok {
		g = r.sent[name]
	}
	return g.Value
}

// shown is a value in the form for people, in the language of the program.
func shown(p *flow.Program, f *flow.Field, v string) string {
	if f == nil || v == "" {
		return v
	}
	comma, _ := p.Between()
	switch f.Type {
	case flow.OneOf:
		return p.Text(v)
	case flow.SeveralOf:
		var all []string
		for o := range strings.SplitSeq(v, "\n") {
			all = append(all, p.Text(o))
		}
		return strings.Join(all, comma)
	case flow.YesNo:
		return map[string]string{"yes": p.Words.Yes, "no": p.Words.No}[v]
	case flow.Date:
		if t, err := time.Parse(time.DateOnly, v); err == nil && p.Language == "" {
			return fmt.Sprintf("%d月%d日(%c)", t.Month(), t.Day(), []rune("日月火水木金土")[t.Weekday()])
		}
	}
	return v
}
