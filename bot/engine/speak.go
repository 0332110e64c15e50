package engine

import (
	"hogushi/bot/flow"
	"hogushi/bot/render"
)

// aside says something in passing and puts the present question again.
func (r *run) aside(p flow.Pattern) {
	r.pattern(p)
	r.again()
}

// pattern says what the bot says in a situation.
func (r *run) pattern(p flow.Pattern) { r.speak(r.program.Patterns[p]) }

func (r *run) speak(s *flow.Step) {
	r.came(s)
	r.messages = render.Say(r.messages, r.program, s, r.state.Visit, r.value, nil)
	if s.Waits() {
		r.state.Shown, r.state.Below = s.Ref, false
		r.asked()
	}
	if s.Go != nil {
		r.enter(s.Go)
	}
}

// again puts the present question once more; it stays the same visit.
func (r *run) again() {
	if here := r.here(); here != nil {
		r.came(here)
		r.messages = render.Question(r.messages, r.program, here, r.state.Visit, r.value, r.dates(here))
		r.state.Below = true
		r.put(here)
	}
}

// againOrMenu is for where a patient would be left with nothing to go on from.
func (r *run) againOrMenu() {
	if r.again(); r.here() == nil {
		r.enter(r.menu())
	}
}

func (r *run) menu() *flow.Step { return r.program.Flow(flow.MenuFlow).Steps[0] }
