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
