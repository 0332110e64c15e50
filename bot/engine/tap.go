package engine

import (
	"strings"

	"hogushi/bot/flow"
	"hogushi/bot/render"
)

// tap handles a tapped button.
func (r *run) tap() {
	tap, ok := render.ParseTap(r.event.Data)
	s := r.program.Step(tap.From)
	if !ok || s == nil && r.here() != nil {
		r.old()
		return
	}
	if s == nil { // staff have removed it since
		r.pattern(flow.Moved)
		r.enter(r.menu())
		return
	}
	c := s.Choice(tap.Key)
	present := tap.From == r.state.At && tap.Visit == r.state.Visit && !r.late
	switch {
	case c == nil && present: // relabelled since: show what there is now
		r.again()
	case c == nil && !s.Flow.Form && s.Door():
		r.visit(s)
	case c == nil:
		r.old()
	case c.Door && r.late && r.here() != nil:
		r.again()
	case c.Door, present, c.Move == flow.MoveLeave, c.Move == flow.MoveStay:
		r.choose(s, c)
	default:
		r.old()
	}
}

// old answers a button that is no longer good.
func (r *run) old() {
	r.pattern(flow.OldAnswer)
	r.againOrMenu()
}

// choose takes a choice of s. Only a door may be taken from where the patient isn't.
func (r *run) choose(s *flow.Step, c *flow.Choice) {
	if s.Ref != r.state.At && !c.Door && c.Move == flow.MoveGo && c.Link == "" {
		r.old()
		return
	}
	if r.changed && s.Ref == r.state.At && !c.Door && c.Link == "" && (s.Consent == nil || c == &s.Choices[0]) {
		r.anew() // he has answered another question
		return
	}
	r.took(s, c)
	switch c.Move {
	case flow.MoveLeave:
		to := r.program.Step(r.state.Leaving)
		switch {
		case r.state.Leaving == (flow.Ref{}):
			r.old()
			return
		case to == nil || !to.Door(): // no longer where he wanted to go
			if to = r.start(r.state.Leaving); to == nil {
				to = r.menu()
			}
		}
		r.leaveForm()
		r.enter(to)
		return
	case flow.MoveStay:
		r.state.Leaving = flow.Ref{}
		r.pattern(flow.Resumed)
		r.againOrMenu()
		return
	case flow.MovePick:
		r.pick(s, c)
		return
	case flow.MoveDone:
		if r.raw(s.Ask.ID) == "" {
			r.wrong(s)
			return
		}
		r.state.Wrong = 0
		r.proceed(s)
		return
	case flow.MovePoint:
		if v, ok := read(s.Ask, r.event.Picked, r.event); ok {
			r.accept(s, v)
			return
		}
		r.wrong(s)
		return
	}
	if c.Link != "" { // typed, where it should be tapped: say where it leads
		address := strings.TrimPrefix(strings.TrimPrefix(c.Link, "tel:"), "https://")
		r.messages = append(r.messages, render.Message{Text: r.program.Text(c.Label) + "\n" + strings.ReplaceAll(address, "%23", "#")})
		return
	}
	if c.Door {
		r.visit(c.Go)
		return
	}
	if s.Consent != nil && c == &s.Choices[0] {
		r.state.Consent = &Consent{s.Consent.Version, r.event.At.UnixMilli()}
	} else if s.Consent != nil && c == &s.Choices[1] {
		r.leaveForm()
	}
	for _, a := range c.Set {
		r.give(a.Field.ID, a.Value, r.event.MessageID)
	}
	if c.Move == flow.MoveFix {
		r.state.Skip, r.state.Fix = true, nil
		for _, f := range c.Fix {
			r.state.Fix = append(r.state.Fix, f.ID)
		}
	}
	r.state.Wrong = 0
	if c.Go != nil {
		if c.Go.Flow == s.Flow && c.Go.Index <= s.Index && c.Move != flow.MoveFix { // to be answered once more
			r.state.Skip, r.state.Fix = false, nil
		}
		r.enter(c.Go)
		return
	}
	r.proceed(s)
}

// pick adds one of several options, or takes it away again.
func (r *run) pick(s *flow.Step, c *flow.Choice) {
	var picked []string
	gone := false
	for _, o := range strings.Split(r.raw(s.Ask.ID), "\n") {
		if o == c.Label {
			gone = true
		} else if o != "" {
			picked = append(picked, o)
		}
	}
	if !gone {
		picked = append(picked, c.Label)
	}
	r.give(s.Ask.ID, strings.Join(picked, "\n"), r.event.MessageID)
	r.chosen = shown(r.program, s.Ask, strings.Join(picked, "\n"))
	r.pattern(flow.Chosen)
	r.again()
}

// visit goes to a door: inside a form with something entered it is asked first.
func (r *run) visit(s *flow.Step) {
	r.state.Wrong = 0
	patterns := &r.program.Patterns
	switch {
	case s == patterns[flow.Cancelled]:
		r.command(flow.CommandCancel)
	case s.Flow.ID == flow.PatternFlow:
		r.vital = s == patterns[flow.Emergency]
		r.speak(s)
		if s == patterns[flow.Calm] {
			r.again()
		}
	case r.inForm():
		r.state.Leaving = s.Ref
		r.pattern(flow.Interrupted)
	default:
		r.state.Stack = nil
		r.enter(s)
	}
}
