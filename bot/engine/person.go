package engine

import (
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/render"
)

// withPerson leaves the talking to the staff, who have taken over. The menu ends that. A
// tap is meant for the bot: it says how to come back to it.
func (r *run) withPerson() bool {
	if r.event.Received.UnixMilli() >= r.state.Person || r.afterAlarm() { // the guard goes on
		return false
	}
	switch r.event.Kind {
	case TextReceived:
		if cmd := r.program.Command(&r.typed); cmd == flow.CommandMenu || cmd == flow.CommandCancel {
			r.state.Person = 0
			r.visit(r.menu())
		}
	case Tapped:
		tap, _ := render.ParseTap(r.event.Data)
		s := r.program.Step(tap.From)
		var c *flow.Choice
		if s != nil {
			c = s.Choice(tap.Key)
		}
		switch {
		case c != nil && c.Go == r.menu():
			r.state.Person = 0
			r.visit(r.menu())
		case s != nil && s == r.program.Patterns[flow.Unsure]:
			return false
		default:
			r.pattern(flow.WithPerson)
		}
	}
	return true
}

func (r *run) until(d time.Duration) int64 { return r.event.Received.Add(d).UnixMilli() }

// recap tells who comes back to a form after a while where it stands.
func (r *run) recap() {
	idle := time.Duration(r.event.Received.UnixMilli()-r.before.Seen) * time.Millisecond
	if idle < awayAfter || r.late || !r.inForm() {
		return
	}
	switch r.event.Kind {
	case TextReceived:
		if r.program.Command(&r.typed) != flow.NoCommand {
			return
		}
	case Tapped:
		if tap, ok := render.ParseTap(r.event.Data); !ok || tap.From != r.state.At {
			return
		}
	}
	r.recapped = true
	r.pattern(flow.Recap)
}
