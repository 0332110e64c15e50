package engine

import (
	"maps"
	"slices"
	"time"

	"hogushi/bot/flow"
)

// Prospect is what awaits a patient when flows are put in use under him.
type Prospect struct {
	Waited bool     // he is waited for somewhere, and what he gave there still lives
	Form   bool     // he has given something that could be lost, or agreed to give it
	Astray bool     // nobody can stay where he stands: he will be told so, and led elsewhere
	To     flow.Ref // where he will stand
	Lost   []string // fields that he gave and that will be asked again, or are gone
	Agree  bool     // he is asked to agree once more: the words have changed
}

// Foresee says what becomes of a patient at his next word, if that leads nowhere by itself. It
// runs what Step runs.
func Foresee(p *flow.Program, s State, now time.Time) Prospect {
	r := &run{program: p, state: s, before: s, event: Event{Kind: StickerReceived, At: now, Received: now}}
	r.state.Trail, r.state.Stack = slices.Clip(s.Trail), slices.Clip(s.Stack)
	given := s.Consent != nil || len(s.Draft) > 0
	r.adapt()
	r.lapse()
	out := Prospect{Waited: r.state.At != (flow.Ref{}), To: r.state.At}
	if !out.Waited {
		return out
	}
	for _, name := range slices.Sorted(maps.Keys(s.Draft)) {
		if g := r.state.Draft[name]; g.Value != s.Draft[name].Value {
			out.Lost = append(out.Lost, name)
		}
	}
	out.Form = given && (r.holding() || len(out.Lost) > 0)
	if here := r.here(); out.Form && s.Consent != nil && here != nil {
		out.Agree = here.Flow.Form && !r.agreed(here.Flow)
	}
	if out.Astray = r.astray(); out.Astray {
		r.move()
		out.To = r.state.At
	}
	return out
}
