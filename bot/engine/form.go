package engine

import (
	"slices"
	"strings"

	"hogushi/bot/flow"
)

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
		return r.menu()
	}
	if r.state.Consent != nil {
		r.pattern(flow.ConsentRenewed)
	}
	r.state.Skip = true
	return c
}

// passes says whether s is passed over: it asks for what is known. Where the patient is to
// confirm it all, that has an end.
func (r *run) passes(s *flow.Step) bool {
	switch {
	case !r.state.Skip || !s.Waits():
		return false
	case s.Consent != nil:
		return r.agreed(s.Flow)
	case s.Ask != nil:
		return !slices.Contains(r.state.Fix, s.Ask.ID) && (s.Ask.Optional || r.answered(s.Ask))
	}
	if confirms(s) {
		r.state.Skip, r.state.Fix = false, nil
	}
	return false
}

// confirms says whether one of a step's choices hands off what was entered.
func confirms(s *flow.Step) bool {
	for c := range s.Offers {
		if c.Go != nil && hands(c.Go, maxRun) {
			return true
		}
	}
	return handsOnward(s, maxRun)
}

// hands says whether a step hands something off before anybody is waited for.
func hands(s *flow.Step, left int) bool {
	return s != nil && left > 0 && (len(s.Handoff) > 0 || !s.Waits() && handsOnward(s, left-1))
}

func handsOnward(s *flow.Step, left int) bool {
	if slices.ContainsFunc(s.Branch, func(b flow.Branch) bool { return hands(b.Go, left) }) {
		return true
	}
	if s.Go != nil || s.End {
		return hands(s.Go, left)
	}
	return hands(s.Next, left)
}

// answered says whether a field has a value that it can have.
func (r *run) answered(f *flow.Field) bool {
	v := r.state.Draft[f.ID].Value
	return v != "" && (f.Type != flow.OneOf || slices.Contains(f.Options, v))
}

// counts says whether a field belongs to the form as it is filled in.
func (r *run) counts(f *flow.Field) bool { return f.When == nil || f.When.Holds(r.raw) }

// missing is the step that asks for a field which s would hand off and which isn't there:
// one of the same flow, if there is one, and none that does something else besides.
func (r *run) missing(s *flow.Step) *flow.Step {
	for _, f := range s.Handoff {
		if r.answered(f) || f.Optional || f.Asker() == nil || !r.counts(f) {
			continue
		}
		asks := func(s *flow.Step) bool { return s.Ask == f && revisitable(s) && !s.Forget }
		if i := slices.IndexFunc(s.Flow.Steps, asks); i >= 0 {
			return s.Flow.Steps[i]
		}
		if asks(f.Asker()) {
			return f.Asker()
		}
	}
	return nil
}

// entered lists what has been entered so far, in the order of the questions.
func (r *run) entered() string {
	comma, colon := r.program.Between()
	var parts []string
	if here := r.here(); here != nil {
		for _, s := range here.Flow.Steps {
			if s.Ask != nil && r.state.Draft[s.Ask.ID].Value != "" && r.counts(s.Ask) {
				if part := r.program.Text(s.Ask.Label) + colon + shown(r.program, s.Ask, r.state.Draft[s.Ask.ID].Value); !slices.Contains(parts, part) {
					parts = append(parts, part)
				}
			}
		}
	}
	return strings.Join(parts, comma)
}
