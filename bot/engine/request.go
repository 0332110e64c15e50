package engine

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"hogushi/bot/flow"
)

// open says whether there is a contact request that can be corrected or withdrawn.
func (r *run) open() bool {
	q := r.event.Request
	return q != nil && q.ID == r.state.Lead && (q.State == LeadOpen || q.State == LeadTaken)
}

// recalled is what a request holds, as a draft: what the fields of now can have of it.
func (r *run) recalled(q *Lead) Draft {
	d := Draft{}
	for _, v := range q.Fields {
		raw := v.Raw
		if raw == "" {
			raw = v.Value
		}
		if f := r.program.Fields[v.Field]; f != nil {
			if fits := fitting(f, raw); fits != "" {
				d[v.Field] = Given{Value: fits}
			}
		}
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
		r.state = State{Revision: s.Revision, Number: s.Number, Newest: s.Newest, Seen: s.Seen, Visit: s.Visit, Met: true}
		r.owned = false
	case flow.ActTakeover:
		r.leaveForm()
		r.state.Person = r.until(personFor)
	}
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
	staff := r.program.In(flow.Japanese)
	var out []Value
	for _, f := range s.Handoff {
		raw := r.state.Draft[f.ID].Value
		if raw == "" || !r.counts(f) {
			continue
		}
		v := Value{Field: f.ID, Label: f.Label, Value: shown(staff, f, raw), Type: f.Type.String(), Health: f.Health, LINE: f.LINE != "" && raw == f.LINE}
		if raw != v.Value {
			v.Raw = raw
		}
		out = append(out, v)
	}
	return out
}
