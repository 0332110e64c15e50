package engine

import "hogushi/bot/flow"

// Trace is what a turn went through, in order: the steps that were come to, spoke in passing
// or put their question again, and the choices that were taken.
type Trace struct {
	Steps   []*flow.Step
	Choices []Taken
}

// Taken is a choice of a step that was taken.
type Taken struct {
	From *flow.Step
	*flow.Choice
}

// Traced is Step, and says what it went through.
func Traced(p *flow.Program, s State, ev Event) (State, []Effect, Trace) {
	var t Trace
	next, effects := step(p, s, ev, &t)
	return next, effects, t
}

func (r *run) came(s *flow.Step) {
	if r.trace != nil {
		r.trace.Steps = append(r.trace.Steps, s)
	}
}

func (r *run) took(s *flow.Step, c *flow.Choice) {
	if r.trace != nil {
		r.trace.Choices = append(r.trace.Choices, Taken{s, c})
	}
}
