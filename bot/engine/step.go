package engine

import (
	"maps"
	"slices"
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/render"
	"hogushi/bot/text"
	"hogushi/bot/understand"
)

// Step advances one conversation by one event. It leaves s as it is.
//
// What comes first wins: the guard, a global command, what the present question waits
// for, words that lead somewhere, and last that the text wasn't understood.
func Step(p *flow.Program, s State, ev Event) (State, []Effect) { return step(p, s, ev, nil) }

func step(p *flow.Program, s State, ev Event, trace *Trace) (State, []Effect) {
	r := &run{program: p.In(s.Language), state: s, event: ev, typed: flow.NewTyped(ev.Text), trace: trace}
	r.state.Trail = slices.Clip(s.Trail)
	r.state.Stack = slices.Clip(s.Stack)
	at := ev.At.UnixMilli()
	r.late = at < s.Newest
	r.state.Newest = max(s.Newest, at)
	r.state.Seen = max(s.Seen, ev.Received.UnixMilli())
	r.state.Revision, r.state.Number = p.Revision, p.Number
	r.state.Typed, r.state.Shown, r.state.Below, r.state.Offered = "", flow.Ref{}, false, nil
	r.before = s
	if s.Visit == 0 { // a new session: buttons of one that was erased must not fit it
		r.state.Visit = int(ev.Received.Unix())
	}
	r.adapt()
	r.lapse()
	switch ev.Kind {
	case Unfollowed:
		if r.late {
			return r.state, nil
		}
		return State{}, []Effect{Forget{}}
	case TakenOver:
		r.leaveForm()
		r.state.Person = r.until(personFor)
		return r.state, nil
	case Released:
		r.state.Person = 0
		return r.state, nil
	case Unsent:
		r.state.Typed, r.state.Shown, r.state.Below, r.state.Offered = s.Typed, s.Shown, s.Below, s.Offered
		r.unsent()
		return r.state, nil
	}
	r.hear()
	r.tidy()
	if r.event.Quiet && r.introduced && len(r.messages) == r.intro { // nothing else was to be said
		r.state.Met, r.messages = false, nil
	}
	if len(r.messages) > 0 {
		r.effects = append(r.effects, Reply{render.Fit(r.messages), r.vital, r.private})
	}
	return r.state, r.effects
}

// run is one event being handled.
type run struct {
	program *flow.Program
	before  State
	state   State
	event   Event
	trace   *Trace // nil: nobody asks for it
	late    bool   // the event is older than the newest one

	typed    flow.Typed
	owned    bool // state.Draft is ours to change
	messages []render.Message
	vital    bool
	private  bool
	returned bool // it has been said that the draft is gone
	recapped bool // it has been said where the form stands

	changed  bool // the present question isn't the one that was put
	relisted bool // its choices aren't
	moved    bool // it has been said that things aren't what they were
	carrying bool // on the way to where a patient who was moved can go on

	introduced bool // in this reply, by its first messages
	intro      int  // so many
	effects    []Effect
	sent       Draft // the draft that was just handed off: still shown in this reply
	chosen     string
}

func (r *run) hear() {
	if r.event.Kind == Followed {
		if r.late && r.here() != nil { // the first words overtook it
			r.again()
			return
		}
		s := r.state
		r.state = State{Revision: s.Revision, Number: s.Number, Newest: s.Newest, Seen: s.Seen, Visit: s.Visit, Met: true,
			Cues: s.Cues, CuesAt: s.CuesAt, Alarmed: s.Alarmed, Crisis: s.Crisis,
			Language: s.Language, Sent: s.Sent, Receipt: s.Receipt, Lead: s.Lead, Made: s.Made}
		if r.late && r.inCrisis() {
			r.care()
			return
		}
		if r.event.Again {
			r.pattern(flow.Unblocked)
		} else {
			r.pattern(flow.Followed)
		}
		return
	}
	if r.event.Kind == TextReceived {
		r.follow()
		if r.alarm() {
			return
		}
	}
	if r.withPerson() {
		return
	}
	r.introduce()
	if moved := r.wake(); moved {
		return
	}
	r.recap()
	switch r.event.Kind {
	case TextReceived:
		r.text()
	case Tapped:
		r.tap()
	default:
		if r.afterAlarm() || r.inCrisis() {
			r.care()
			return
		}
		if r.event.Quiet && !r.midForm() {
			return
		}
		r.aside(map[Kind]flow.Pattern{MediaReceived: flow.Media, StickerReceived: flow.Sticker, LocationReceived: flow.Location}[r.event.Kind])
	}
}

// follow speaks to patients in the language in which they write. What is entered in a form says nothing of that: a name, an
// address.
func (r *run) follow() {
	if here := r.here(); r.event.Finding.Alarm != understand.Calm || here == nil || here.Ask == nil {
		r.speaks(text.Language(r.event.Text))
	}
}

// alarm answers a red flag, and nothing else with it. Two bubbles can make one: the ids of
// the cues seen, no text, are kept for two minutes; what a crisis was about for an hour.
func (r *run) alarm() bool {
	now, f := r.event.At.UnixMilli(), r.event.Finding
	earlier, seen := r.state.Cues, r.state.CuesAt
	if now-seen > cueLife.Milliseconds() || seen-now > cueLife.Milliseconds() {
		earlier = nil
	}
	crisis := r.inCrisis()
	if crisis {
		earlier = slices.Concat(understand.AfterCrisis(), earlier)
	}
	if len(earlier) > 0 {
		f = understand.GuardJoined(earlier, r.event.Text)
	}
	if crisis && f.Alarm != understand.Calm {
		f.Alarm = understand.Worse(understand.Crisis, f.Alarm)
	}
	r.state.Cues, r.state.CuesAt = nil, 0
	if pattern, ok := AlarmPattern(f.Alarm); ok {
		r.vital = true
		r.state.Crisis = f.Alarm >= understand.Crisis
		r.state.Alarmed = max(r.state.Alarmed, now)
		r.pattern(pattern)
		return true
	}
	if len(earlier)+len(f.Cues) == 0 {
		return false
	}
	if len(f.Cues) > 0 {
		seen = max(seen, now)
	}
	cues := slices.Compact(slices.Sorted(slices.Values(slices.Concat(earlier, f.Cues))))
	r.state.Cues, r.state.CuesAt = cues[:min(len(cues), maxCues)], seen
	return false
}

// AlarmPattern is what is said to an alarm; ok is false when all is calm.
func AlarmPattern(a understand.Alarm) (p flow.Pattern, ok bool) {
	switch a {
	case understand.Ask:
		return flow.Unsure, true
	case understand.Today:
		return flow.Today, true
	case understand.Emergency:
		return flow.Emergency, true
	case understand.Crisis:
		return flow.Crisis, true
	case understand.CrisisNow:
		return flow.CrisisNow, true
	}
	return 0, false
}

// Alarm is the reply to a red flag where no state can be had: it needs none. It is in the language of the text.
func Alarm(p *flow.Program, a understand.Alarm, said string) ([]render.Message, bool) {
	pattern, ok := AlarmPattern(a)
	if !ok {
		return nil, false
	}
	return Stateless(p.In(text.Language(said)), pattern), true
}

// Stateless is what a pattern says where no state can be had.
func Stateless(p *flow.Program, pattern flow.Pattern) []render.Message {
	none := func(string) string { return "" }
	return render.Fit(render.Say(nil, p, p.Patterns[pattern], 0, none, nil))
}

// Restate is the present question once more, for an event that is not run: it changes
// nothing.
func Restate(p *flow.Program, s State, ev Event) []render.Message {
	r := &run{program: p.In(s.Language), state: s, before: s, event: ev}
	if r.again(); len(r.messages) == 0 {
		r.pattern(flow.NotUnderstood)
	}
	return render.Fit(r.messages)
}

// introduce tells who was a friend before the bot came what it is, once.
func (r *run) introduce() {
	if !r.state.Met {
		r.state.Met = true
		r.pattern(flow.Introduced)
		r.introduced, r.intro = true, len(r.messages)
	}
}

// lapse forgets a form that was left lying for a day, or whose entries are gone: before
// anything else, so that nothing is built on what is no longer there.
func (r *run) lapse() {
	here := r.here()
	idle := time.Duration(r.event.Received.UnixMilli()-r.before.Seen) * time.Millisecond
	if r.state.At == (flow.Ref{}) || idle <= DraftLife && !r.state.Lost || here != nil && !r.midForm() {
		return
	}
	// At its start nothing was entered yet; a request that was only looked at isn't lost.
	r.returned = r.midForm() && (here == nil || here.Index > 0 || !here.Flow.Form) && r.state.Amends == ""
	r.leaveForm()
}

// wake looks after someone who comes back late, or to a step that isn't what it was. It says
// whether the event has been dealt with by that.
func (r *run) wake() bool {
	if r.returned {
		r.pattern(flow.Returned)
		return r.event.Kind != TextReceived && !r.doorTapped()
	}
	return r.astray() && r.move()
}

// doorTapped says whether the event is a tap that leads somewhere from anywhere.
func (r *run) doorTapped() bool {
	tap, ok := render.ParseTap(r.event.Data)
	s := r.program.Step(tap.From)
	if r.event.Kind != Tapped || !ok || s == nil {
		return false
	}
	c := s.Choice(tap.Key)
	return c != nil && c.Door
}

// here is the step at which the patient is waited for, nil if there is none.
func (r *run) here() *flow.Step { return r.program.Step(r.state.At) }

// midForm says whether the patient stands in a form, or in what a form has called, and
// hasn't come to its end.
func (r *run) midForm() bool {
	here := r.here()
	switch {
	case here != nil && here.Flow.Form:
		return !here.Past && len(here.Handoff) == 0
	case here == nil && r.state.At != (flow.Ref{}) && (r.holding() || r.state.Lost):
		return true // the step is gone, what was entered isn't
	}
	return slices.ContainsFunc(r.state.Stack, func(ref flow.Ref) bool {
		f := r.program.Flow(ref.Flow)
		return f != nil && f.Form
	})
}

// inForm says whether the patient has something to lose by going elsewhere: of a request
// that was called up to be corrected, what differs from it.
func (r *run) inForm() bool {
	if !r.midForm() {
		return false
	}
	var known Draft
	if r.state.Amends != "" && r.open() {
		known = r.recalled(r.event.Request)
	}
	for name, g := range r.state.Draft {
		if f := r.program.Fields[name]; f != nil && f.Asker() != nil && known[name].Value != g.Value {
			return true
		}
	}
	return false
}

// tidy forgets what was entered when the patient is no longer in a form, by whatever door
// it was left. Values that were only set, not asked for, stay.
func (r *run) tidy() {
	if r.midForm() {
		return
	}
	r.state.Consent, r.state.Leaving = nil, flow.Ref{}
	r.state.Amends, r.state.Skip, r.state.Fix = "", false, nil
	for name := range r.state.Draft {
		if f := r.program.Fields[name]; f == nil || f.Asker() != nil {
			r.own()
			delete(r.state.Draft, name)
		}
	}
}

// leaveForm forgets what was entered, and where.
func (r *run) leaveForm() {
	r.state.Draft, r.owned, r.state.Consent, r.state.Wrong = nil, false, nil, 0
	r.state.At, r.state.Stack, r.state.Leaving = flow.Ref{}, nil, flow.Ref{}
	r.state.Amends, r.state.Skip, r.state.Fix = "", false, nil
	r.state.Trail = slices.DeleteFunc(slices.Clone(r.state.Trail), func(s Spot) bool {
		step := r.program.Step(s.At)
		return step == nil || step.Flow.Form
	})
}

// unsent blanks the draft field that came with a message that was taken back.
func (r *run) unsent() {
	if r.event.MessageID == "" {
		return
	}
	for name, g := range r.state.Draft {
		if slices.Contains(g.From, r.event.MessageID) {
			r.own()
			delete(r.state.Draft, name)
		}
	}
}

// own makes the draft ours to change.
func (r *run) own() {
	if !r.owned {
		if r.state.Draft = maps.Clone(r.state.Draft); r.state.Draft == nil {
			r.state.Draft = Draft{}
		}
		r.owned = true
	}
}
