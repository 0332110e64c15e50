package engine

import (
	"slices"
	"strings"
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// Staff edit flows under running conversations. This file brings a state that was made under
// other flows to those of now: where the patient stands, what was given, what was asked.

// adapt takes the state over into the flows of now.
func (r *run) adapt() {
	if r.before.Revision != r.program.Revision {
		r.convert()
	}
	// Not only then: an event that said nothing may have been the first one since.
	if here := r.here(); here != nil && r.state.Listed != "" { // "": of a release that kept none
		r.changed = r.state.Put != question(here)
		r.relisted = r.state.Listed != here.Listing
	}
}

// convert brings what a state holds of other flows to these.
func (r *run) convert() {
	s := &r.state
	s.At, s.Leaving = r.renamed(s.At), r.renamed(s.Leaving)
	s.Stack = r.renamedAll(s.Stack)
	var trail []Spot
	for _, spot := range s.Trail {
		trail = append(trail, Spot{r.renamed(spot.At), r.renamedAll(spot.Stack)})
	}
	s.Trail = trail
	for name, g := range s.Draft {
		f := r.program.Fields[name]
		v := ""
		if f != nil {
			v = fitting(f, g.Value)
		}
		if v != g.Value {
			r.give(name, v, g.From...)
		}
	}
}

// renamed is a place under the name that it has now, as it was if it is gone.
func (r *run) renamed(ref flow.Ref) flow.Ref {
	if r.program.Step(ref) != nil {
		return ref
	}
	if f := r.program.Flow(ref.Flow); f != nil {
		if to := r.program.Step(flow.Ref{Flow: f.ID, Step: f.Renamed[ref.Step]}); to != nil {
			return to.Ref
		}
	}
	return ref
}

func (r *run) renamedAll(refs []flow.Ref) []flow.Ref {
	var out []flow.Ref
	for _, ref := range refs {
		out = append(out, r.renamed(ref))
	}
	return out
}

// revisitable says whether going back to a step does nothing that was not asked for.
func revisitable(s *flow.Step) bool {
	return s != nil && s.Waits() && len(s.Handoff) == 0 && s.Act == flow.ActNone
}

// fitting is as much of a value as its field can have; "" if that is nothing. Of a date it
// doesn't look at the day: days pass by themselves, too.
func fitting(f *flow.Field, v string) string {
	if slices.Contains(f.Assigned, v) {
		return v
	}
	ok := false
	switch f.Type {
	case flow.OneOf:
		ok = slices.Contains(f.Options, v)
	case flow.YesNo:
		ok = v == "yes" || v == "no"
	case flow.SeveralOf:
		return strings.Join(slices.DeleteFunc(strings.Split(v, "\n"), func(o string) bool { return !slices.Contains(f.Options, o) }), "\n")
	case flow.Date:
		_, err := time.Parse(time.DateOnly, v)
		ok = err == nil
	case flow.Time:
		_, err := time.Parse("15:04", v)
		ok = err == nil
	case flow.Name:
		_, ok = text.Name(v)
	case flow.Phone:
		same, read := text.Phone(v)
		ok = read && same == v
	case flow.Mail:
		same, read := text.Mail(v)
		ok = read && same == v
	case flow.Text:
		ok = text.Clean(v) == v && text.UTF16(v) <= f.Max
	}
	if !ok {
		return ""
	}
	return v
}

// question is what a step asks for, as State.Put keeps it.
func question(s *flow.Step) string {
	switch {
	case s.Ask != nil:
		return s.Ask.ID
	case s.Consent != nil:
		return "consent " + s.Consent.Version
	}
	return "-"
}

// put notes which question stands before the patient.
func (r *run) put(s *flow.Step) {
	r.state.Put, r.state.Listed = question(s), s.Listing
	r.changed, r.relisted = false, false
	r.asked()
}

// holding says whether the patient has given something that could be lost.
func (r *run) holding() bool {
	if r.state.Consent != nil {
		return true
	}
	for name := range r.state.Draft {
		if f := r.program.Fields[name]; f != nil && f.Asker() != nil {
			return true
		}
	}
	return false
}

// astray says whether the patient stands where nobody can stay: the step is gone, doesn't
// wait any more, or asks what he has never agreed to give.
func (r *run) astray() bool {
	here := r.here()
	return r.state.At != (flow.Ref{}) && (here == nil || !here.Waits() || here.Ask != nil && here.Ask.Personal && r.state.Consent == nil)
}

// move leads who has gone astray to where he can go on, with what he has given. An event that
// leads somewhere by itself is followed from there; done says that this one doesn't.
func (r *run) move() (done bool) {
	command := flow.NoCommand
	if r.event.Kind == TextReceived {
		command = r.program.Command(&r.typed)
	}
	leads := command != flow.NoCommand || r.doorTapped()
	if !r.holding() {
		leads = leads || r.event.Kind == TextReceived && r.program.Trigger(&r.typed) != nil
		if leads {
			r.stop()
			return false
		}
	}
	if command == flow.CommandCancel {
		return false
	}
	said := len(r.messages)
	r.tellMoved()
	r.resume(r.state.At)
	if leads {
		r.messages = r.messages[:said]
	}
	return !leads
}

// tellMoved says once that things aren't what they were.
func (r *run) tellMoved() {
	if !r.moved {
		r.moved = true
		r.pattern(flow.Moved)
	}
}

// resume enters what takes the place of a step that is gone: the start of its flow, else of
// the flow that had called it, else the menu.
func (r *run) resume(at flow.Ref) {
	stack := r.state.Stack
	to := r.start(at)
	if here := r.program.Step(at); here != nil && here.Waits() { // it is only not to be answered yet
		to = here
	}
	for k := len(stack) - 1; to == nil && k >= 0; k-- {
		to, r.state.Stack = r.start(stack[k]), stack[:k:k]
	}
	if to == nil {
		to, r.state.Stack = r.menu(), nil
	}
	r.state.At, r.carrying = flow.Ref{}, true
	r.carryOn(to)
	r.enter(to)
}

// start is the beginning of the flow of a step, nil if nobody may come there just so.
func (r *run) start(ref flow.Ref) *flow.Step {
	f := r.program.Flow(ref.Flow)
	if f == nil || f.ID == flow.PatternFlow || len(f.Steps) == 0 || !f.Steps[0].Door() {
		return nil
	}
	return f.Steps[0]
}

// carryOn has what was answered passed over from here on, but for what can be left out: it
// may not have been asked yet. Nothing is done on the way that the patient hasn't asked for.
func (r *run) carryOn(to *flow.Step) {
	if !r.holding() || !to.Flow.Form {
		return
	}
	r.state.Skip = true
	for _, s := range to.Flow.Steps {
		if s.Ask != nil && s.Ask.Optional && !r.answered(s.Ask) && !slices.Contains(r.state.Fix, s.Ask.ID) {
			r.state.Fix = append(slices.Clip(r.state.Fix), s.Ask.ID)
		}
	}
}

// anew puts a question that isn't what it was when the patient answered it.
func (r *run) anew() {
	here := r.here()
	if here.Consent != nil {
		r.pattern(flow.ConsentRenewed)
	} else {
		r.tellMoved()
	}
	if r.changed && revisitable(here) && !here.Forget { // all that it says is new
		r.enter(here)
		return
	}
	r.again()
}
