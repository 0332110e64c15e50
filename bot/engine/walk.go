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
		if s.Recall && !r.open() { // taken back, or dealt with meanwhile
			s = s.Flow.Steps[0]
			continue
		}
		if s.Recall {
			r.state.Draft, r.owned = recalled(r.event.Request), true
			r.state.Consent, r.state.Amends = r.event.Request.Consent, r.event.Request.ID
		}
		if asker := r.missing(s); asker != nil { // unsent meanwhile, or never asked: ask
			s, r.state.Skip = asker, true
		}
		if s.Personal() && !r.agreed(s.Flow) {
			s = r.consent(s.Flow)
		}
		if r.passes(s) {
			s = r.onward(s)
			continue
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
		r.act(s.Act)
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

// agreed says whether what the form is for has been agreed to, as it is worded now.
func (r *run) agreed(f *flow.Flow) bool {
	c := f.Consent()
	return r.state.Consent != nil && (c == nil || c.Consent.Version == r.state.Consent.Version)
}

// consent is the step that asks for it: the wording has changed since, or, against what the
// checker proves, nobody has asked yet. No lead hangs on a proof. What has been answered
// isn't asked again afterwards.
func (r *run) consent(f *flow.Flow) *flow.Step {
	c := f.Consent()
	if c == nil {
		return f.Steps[0]
	}
	if r.state.Consent != nil {
		r.pattern(flow.ConsentRenewed)
	}
	r.state.Skip = true
	return c
}

// passes says whether s is passed over: it asks for what is known. Where the patient is
// waited for otherwise, that has an end.
func (r *run) passes(s *flow.Step) bool {
	switch {
	case !r.state.Skip || !s.Waits():
		return false
	case s.Consent != nil:
		return r.agreed(s.Flow)
	case s.Ask != nil:
		return !slices.Contains(r.state.Fix, s.Ask.ID) && (s.Ask.Optional || r.answered(s.Ask))
	}
	r.state.Skip, r.state.Fix = false, nil
	return false
}

// answered says whether a field has a value that it can have.
func (r *run) answered(f *flow.Field) bool {
	v := r.state.Draft[f.ID].Value
	return v != "" && (f.Type != flow.OneOf || slices.Contains(f.Options, v))
}

// counts says whether a field belongs to the form as it is filled in.
func (r *run) counts(f *flow.Field) bool { return f.When == nil || f.When.Holds(r.raw) }

// open says whether there is a contact request that can be corrected or withdrawn.
func (r *run) open() bool {
	q := r.event.Request
	return q != nil && q.ID == r.state.Lead && (q.State == LeadOpen || q.State == LeadTaken)
}

// recalled is what a request holds, as a draft.
func recalled(q *Lead) Draft {
	d := Draft{}
	for _, v := range q.Fields {
		raw := v.Raw
		if raw == "" {
			raw = v.Value
		}
		d[v.Field] = Given{Value: raw}
	}
	return d
}

// act does what a step has done beside what it says.
func (r *run) act(a flow.Act) {
	switch a {
	case flow.ActWithdraw:
		if r.open() {
			lead := *r.event.Request
			lead.State, lead.Changed = LeadWithdrawn, r.event.Received
			r.effects = append(r.effects, AmendLead{lead})
			r.vital = true
		}
		r.state.Sent, r.state.Lead = 0, ""
		r.leaveForm()
	case flow.ActErase:
		r.effects = append(r.effects, Erase{})
		s := r.state
		r.state = State{Revision: s.Revision, Newest: s.Newest, Seen: s.Seen, Visit: s.Visit, Met: true}
		r.owned = false
	case flow.ActTakeover:
		r.leaveForm()
		r.state.Person = r.until(personFor)
	}
}

// missing is the step that asks for a field which s would hand off and which isn't there:
// one of the same flow, if there is one.
func (r *run) missing(s *flow.Step) *flow.Step {
	for _, f := range s.Handoff {
		if r.answered(f) || f.Optional || f.Asker() == nil || !r.counts(f) {
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
	if r.open() && r.event.Request.Flow == s.Ref.Flow { // nobody has two
		lead := *r.event.Request
		lead.Fields, lead.Consent, lead.Changed = r.fields(s), r.state.Consent, r.event.Received
		r.effects = append(r.effects, AmendLead{lead})
		r.handed(lead)
		return
	}
	lead := Lead{Flow: s.Ref.Flow, Created: r.event.Received, Consent: r.state.Consent, Fields: r.fields(s)}
	index := 0
	for _, e := range r.effects {
		if _, ok := e.(SubmitLead); ok {
			index++
		}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", r.event.Session, r.event.ID, index))
	lead.ID = hex.EncodeToString(sum[:16])
	lead.Receipt = fmt.Sprintf("%s-%06d", r.event.At.Format("0102"), binary.BigEndian.Uint64(sum[16:])%1e6)
	r.effects = append(r.effects, SubmitLead{lead})
	r.state.Made = append(r.made(), r.event.Received.UnixMilli())
	r.handed(lead)
}

// handed forgets the draft of what has been handed off. Nobody goes back from here.
func (r *run) handed(l Lead) {
	r.sent, r.vital = r.state.Draft, true
	r.state.Sent, r.state.Receipt, r.state.Lead = r.event.At.UnixMilli(), l.Receipt, l.ID
	r.state.Draft, r.owned, r.state.Consent = nil, false, nil
	r.state.At, r.state.Trail, r.state.Leaving = flow.Ref{}, nil, flow.Ref{}
	r.state.Amends, r.state.Skip, r.state.Fix = "", false, nil
}

// made are the times of the contact requests of the last day.
func (r *run) made() []int64 {
	since := r.event.Received.Add(-madeLife).UnixMilli()
	made := slices.DeleteFunc(slices.Clone(r.state.Made), func(at int64) bool { return at <= since })
	return made[max(0, len(made)-maxMade):]
}

// fields are those of a step as they are handed off: what is optional and was left out is
// not among them, nor what doesn't count.
func (r *run) fields(s *flow.Step) []Value {
	var out []Value
	for _, f := range s.Handoff {
		raw := r.state.Draft[f.ID].Value
		if raw == "" || !r.counts(f) {
			continue
		}
		v := Value{Field: f.ID, Label: f.Label, Value: r.shown(f, raw), Type: f.Type.String(), Health: f.Health, LINE: f.LINE != "" && raw == f.LINE}
		if raw != v.Value {
			v.Raw = raw
		}
		out = append(out, v)
	}
	return out
}

// entered lists what has been entered so far, in the order of the questions.
func (r *run) entered() string {
	var parts []string
	if here := r.here(); here != nil {
		for _, s := range here.Flow.Steps {
			if s.Ask != nil && r.state.Draft[s.Ask.ID].Value != "" && r.counts(s.Ask) {
				if part := s.Ask.Label + "：" + r.shown(s.Ask, r.state.Draft[s.Ask.ID].Value); !slices.Contains(parts, part) {
					parts = append(parts, part)
				}
			}
		}
	}
	return strings.Join(parts, "、")
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
	case flow.ValueEntered:
		r.private = true
		return r.entered()
	}
	f, v := r.program.Fields[name], r.given(name)
	if f != nil && !r.counts(f) {
		return ""
	}
	r.private = r.private || v != ""
	return r.shown(f, v)
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
