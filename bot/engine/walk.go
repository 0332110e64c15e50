package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/render"
)

// enter runs steps from s on until one waits, or the conversation ends.
func (r *run) enter(s *flow.Step) {
	for n := 0; s != nil; n++ {
		if n == maxRun {
			r.stop()
			r.pattern(flow.Broken)
			return
		}
		if asker := r.missing(s); asker != nil { // unsent meanwhile, or never asked: ask
			s = asker
		}
		if s.Personal() && r.state.Consent == nil {
			s = s.Flow.Steps[0] // the checker proves that this can't be; no lead hangs on a proof
		}
		if s.Closed != "" {
			r.state.Stack = r.before.Stack // what would have been called wasn't
			r.pattern(flow.Closed)
			return
		}
		for _, a := range s.Set {
			r.give(a.Field.ID, a.Value)
		}
		r.handOff(s)
		if s.Forget {
			r.leaveForm()
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
}

// missing is the step that asks for a field which s would hand off and which isn't there:
// one of the same flow, if there is one.
func (r *run) missing(s *flow.Step) *flow.Step {
	for _, f := range s.Handoff {
		if r.state.Draft[f.ID].Value != "" || f.Optional || f.Asker() == nil {
			continue
		}
		for _, asker := range s.Flow.Steps {
			if asker.Ask == f {
				return asker
			}
		}
		return f.Asker()
	}
	return nil
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
		caller := r.program.Step(r.state.Stack[k])
		r.state.Stack = r.state.Stack[:k:k]
		if caller == nil {
			return nil
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
	r.asked()
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

// handOff submits the contact request of a step. From here on nothing of the draft is left.
func (r *run) handOff(s *flow.Step) {
	if len(s.Handoff) == 0 {
		return
	}
	lead := Lead{Flow: s.Ref.Flow, Created: r.event.Received, Consent: r.state.Consent}
	index := 0
	for _, e := range r.effects {
		if _, ok := e.(SubmitLead); ok {
			index++
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", r.event.Session, r.event.ID, index))
	lead.ID = hex.EncodeToString(sum[:16])
	lead.Receipt = fmt.Sprintf("%s-%06d", r.event.At.Format("0102"), binary.BigEndian.Uint64(sum[16:])%1e6)
	for _, f := range s.Handoff {
		if r.state.Draft[f.ID].Value == "" {
			continue // optional, and left out
		}
		lead.Fields = append(lead.Fields, r.handed(f))
	}
	r.effects = append(r.effects, SubmitLead{lead})
	r.sent, r.vital = r.state.Draft, true
	r.state.Sent, r.state.Receipt = r.event.At.UnixMilli(), lead.Receipt
	r.state.Draft, r.owned, r.state.Consent = nil, false, nil
	r.state.At, r.state.Trail, r.state.Leaving = flow.Ref{}, nil, flow.Ref{} // nobody goes back from here
}

// handed is a field as it is handed off.
func (r *run) handed(f *flow.Field) Value {
	raw := r.state.Draft[f.ID].Value
	v := Value{Field: f.ID, Label: f.Label, Value: r.shown(f, raw), Type: f.Type.String()}
	if raw != v.Value {
		v.Raw = raw
	}
	return v
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
			return here.Flow.Title
		}
		return ""
	}
	g, ok := r.state.Draft[name]
	if !ok {
		g = r.sent[name]
	}
	r.private = r.private || g.Value != ""
	return r.shown(r.program.Fields[name], g.Value)
}

// raw is what conditions test.
func (r *run) raw(name string) string { return r.state.Draft[name].Value }

// shown is a value in the form for people.
func (r *run) shown(f *flow.Field, v string) string {
	switch {
	case f == nil || v == "":
	case f.Type == flow.SeveralOf:
		return strings.ReplaceAll(v, "\n", "、")
	case f.Type == flow.YesNo:
		return map[string]string{"yes": r.program.Words.Yes, "no": r.program.Words.No}[v]
	case f.Type == flow.Date:
		if t, err := time.Parse(time.DateOnly, v); err == nil {
			return fmt.Sprintf("%d月%d日(%c)", t.Month(), t.Day(), []rune("日月火水木金土")[t.Weekday()])
		}
	}
	return v
}
