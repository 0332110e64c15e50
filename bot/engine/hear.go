package engine

import (
	"math"
	"slices"
	"strings"
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/render"
	"hogushi/bot/text"
	"hogushi/bot/understand"
)

// text handles something typed that is no alarm.
func (r *run) text() {
	if cmd := r.program.Command(&r.typed); cmd != flow.NoCommand {
		r.command(cmd)
		return
	}
	here := r.here()
	late := r.late && here != nil // older than what was handled since: it can't answer this question
	hasty := r.event.At.UnixMilli()-r.state.Asked < tooQuick.Milliseconds()
	if !late {
		if s, c := r.named(here, hasty); c != nil {
			r.choose(s, c)
			return
		}
	}
	if cmd := r.program.NearCommand(&r.typed); cmd != flow.NoCommand {
		r.command(cmd)
		return
	}
	if r.afterAlarm() { // 「もう大丈夫です」 is neither a name nor a yes to a form
		r.care()
		return
	}
	switch {
	case here == nil:
		r.free()
	case late:
		r.again()
	case hasty && (here.Ask != nil || r.inForm() || here.Consent != nil):
		r.hasty()
	case r.changed && here.Ask != nil, r.relisted && r.chooses(here):
		r.anew()
	case here.Ask != nil:
		r.answer(here)
	case r.inForm():
		r.pattern(flow.Pardon)
		r.again()
	case here.Consent != nil && r.program.Trigger(&r.typed) == nil:
		r.pattern(flow.Pardon)
		r.again()
	default:
		r.free()
	}
}

// named finds the choice that a text names: by a label of the present question, or of the
// pattern that was shown last; by a number, of the list that stands lowest; by yes or no,
// of a question that is answered so. A hasty text counts only when it is a label; so does
// one of a patient who has seen other choices.
func (r *run) named(here *flow.Step, hasty bool) (*flow.Step, *flow.Choice) {
	shown := r.program.Step(r.before.Shown)
	first, second := here, shown
	if shown != nil && !r.before.Below { // what was asked last is answered first
		first, second = shown, here
	}
	if r.afterAlarm() {
		second = nil
	}
	for _, s := range [...]*flow.Step{first, second} {
		if s == nil {
			continue
		}
		if c := r.program.Labelled(s, &r.typed, hasty || r.relisted && s == here); c != nil {
			return s, c
		}
	}
	lowest := here
	if shown != nil && !r.before.Below {
		lowest = shown
	}
	if !hasty && lowest == shown {
		if s := r.suggested(); s != nil {
			return s, s.To()
		}
	}
	if hasty || lowest == nil || !lowest.Offering() || r.relisted && lowest == here {
		return nil, nil
	}
	if n, ok := text.Number(r.event.Text); ok {
		for c := range lowest.Offers {
			if n--; n == 0 {
				return lowest, c
			}
		}
		return nil, nil
	}
	asks := lowest.Consent != nil || lowest.Ask != nil && lowest.Ask.Type == flow.YesNo ||
		lowest == r.program.Patterns[flow.Interrupted] || lowest == r.program.Patterns[flow.Unsure]
	if !asks || len(lowest.Choices) < 2 {
		return nil, nil
	}
	if yes, ok := text.YesNo(r.event.Text); ok {
		if yes {
			return lowest, &lowest.Choices[0]
		}
		return lowest, &lowest.Choices[1]
	}
	return nil, nil
}

// suggested is the step among those that were just suggested that the text names, by its label
// or its number.
func (r *run) suggested() *flow.Step {
	n, _ := text.Number(r.event.Text)
	for i, ref := range r.before.Offered {
		if s := r.program.Step(ref); s != nil && s.Door() && (i+1 == n || text.Same(r.program.Spoken(s).To().Label, r.event.Text)) {
			return s
		}
	}
	return nil
}

// chooses says whether the text, which is no label, may be meant for one of the choices.
func (r *run) chooses(s *flow.Step) bool {
	_, number := text.Number(r.event.Text)
	return number || s.Ask != nil && len(s.Ask.Options) > 0
}

// hasty handles a text that came too soon to be an answer to the present question: it
// belongs to the answer before, where that was text, else the question is put again.
func (r *run) hasty() {
	field := r.program.Fields[r.before.Typed]
	given, ok := r.state.Draft[r.before.Typed]
	if ok && field != nil && (field.Type == flow.Text || field.Type == flow.Name && !r.spoken()) {
		_, alone := read(field, r.event.Text, r.event) // 「待って」 doesn't become part of a name
		if v, ok := read(field, text.Join(given.Value, r.event.Text), r.event); ok && alone {
			from := slices.Concat(given.From, []string{r.event.MessageID})
			r.give(field.ID, v, from[max(0, len(from)-maxFrom):]...)
			r.state.Typed, r.chosen = field.ID, v
			r.pattern(flow.Joined)
			r.again()
			return
		}
	}
	r.pattern(flow.TooQuick)
	r.again()
}

// answer takes a typed text as the answer to a question, unless it is surely a command in the
// patient's own words. What can be a name is one, and what he writes freely is for the staff to
// read, whatever it says.
func (r *run) answer(s *flow.Step) {
	if h := r.listen(""); s.Ask.Type != flow.Text && h.Outcome == understand.Obey {
		_, name := read(s.Ask, r.event.Text, r.event)
		name = name && s.Ask.Type == flow.Name
		switch sure := h.Heard.Step.Score > commandBy && !name; {
		case sure && h.Command == flow.CommandCancel && r.inForm(): // in words of his own: he is asked first
			r.state.Leaving = r.menu().Ref
			r.pattern(flow.Interrupted)
			return
		case sure:
			r.command(h.Command)
			return
		}
	}
	if s.Ask.Type == flow.SeveralOf {
		if picked, ok := r.program.Picked(s.Ask, r.event.Text); ok {
			r.accept(s, strings.Join(picked, "\n"))
			return
		}
	}
	if v, ok := read(s.Ask, r.event.Text, r.event); ok && !(s.Ask.Type == flow.Name && r.spoken()) {
		r.accept(s, v)
		r.state.Typed = s.Ask.ID
		return
	}
	r.wrong(s)
}

// spoken says whether the text is something said to the bot rather than a name: yes or no,
// words that lead somewhere, what stands on a button.
func (r *run) spoken() bool {
	if _, ok := text.YesNo(r.event.Text); ok || r.program.Trigger(&r.typed) != nil {
		return true
	}
	here := r.here()
	return here != nil && slices.ContainsFunc(here.Flow.Steps, func(s *flow.Step) bool { return r.program.Labelled(s, &r.typed, true) != nil })
}

// accept stores an answer and goes on.
func (r *run) accept(s *flow.Step, v string) {
	r.give(s.Ask.ID, v, r.event.MessageID)
	r.state.Wrong = 0
	r.proceed(s)
}

// proceed goes on from a step that has been answered.
func (r *run) proceed(s *flow.Step) {
	if s.Ask != nil {
		r.state.Fix = slices.DeleteFunc(slices.Clone(r.state.Fix), func(f string) bool { return f == s.Ask.ID })
	}
	r.enter(r.onward(s))
}

// wrong asks again, and shows the way out from the second time on.
func (r *run) wrong(s *flow.Step) {
	if r.recapped { // that was said to what came next: it need not have been an answer
		r.again()
		return
	}
	r.state.Wrong++
	if wrong := r.program.Spoken(s).Wrong; wrong != nil {
		r.messages = append(r.messages, render.Message{Text: render.Fill(*wrong, r.value)})
	} else {
		r.pattern(s.Ask.Type.WrongAnswer())
	}
	if r.state.Wrong >= maxWrong {
		r.pattern(flow.Stuck)
	}
	r.again()
}

// free handles a text that no question waits for.
func (r *run) free() {
	if r.inCrisis() && r.said(flow.AfterCrisis) { // whatever it was: until the patient has gone on by a button or the menu
		r.care()
		return
	}
	s := r.program.Meant(r.program.Trigger(&r.typed), &r.typed, r.about())
	if r.inCrisis() && s != nil && s.Flow.ID == flow.MenuFlow {
		r.care() // not a cheerful word now
		return
	}
	if r.returned && (s == nil || !s.Flow.Form) { // that has said what can be done
		return
	}
	if s != nil {
		r.visit(s)
		return
	}
	h := r.listen(r.about())
	asks := h.Outcome == understand.Obey || h.Outcome == understand.Answer && h.Step.Flow.ID != flow.MenuFlow
	if r.inCrisis() && !asks {
		r.care()
		return
	}
	heard := Heard{Outcome: r.respond(h)}
	if heard.Outcome < understand.Answer {
		heard.Nearest = flow.Ref{Flow: h.Heard.Step.Flow, Step: h.Heard.Step.Step.Step}
	}
	r.effects = append(r.effects, heard)
}

// listen finds what the text asks for. Whoever was spoken to in English before asks for nothing by writing English.
func (r *run) listen(about string) flow.Heard {
	h := r.program.Hear(&r.typed, about)
	if h.Command == flow.CommandEnglish && r.before.Language != "" {
		h.Command, h.Outcome = flow.NoCommand, understand.Suggest
		if len(h.Near) == 0 {
			h.Outcome = understand.Unheard
		}
	}
	return h
}

// respond does what a text asks for, as far as it may, and says what came of it.
func (r *run) respond(h flow.Heard) understand.Outcome {
	switch {
	case h.Outcome == understand.Obey:
		r.command(h.Command)
		return understand.Obey
	case r.event.Quiet && (h.Outcome != understand.Answer || h.Heard.Step.Score < knownBy): // people speak here: only what is sure
		return understand.Unheard
	case h.Outcome == understand.Answer && !r.asksForSent(h):
		r.visit(h.Step)
		r.beside(h)
		return understand.Answer
	}
	switch r.state.Wrong++; {
	case r.since(r.state.Alarmed) < afterAlarm:
		r.pattern(flow.AfterAlarm)
	case r.since(r.state.Sent) < afterSent, r.open():
		r.pattern(flow.AlreadySent)
	case h.Outcome == understand.Suggest && r.state.Wrong <= maxWrong:
		r.suggest(h.Near)
		return understand.Suggest
	case r.state.Wrong >= maxWrong:
		r.pattern(flow.NotUnderstoodAgain)
	default:
		r.pattern(flow.NotUnderstood)
	}
	return understand.Unheard
}

// about is the flow that the patient was last told something of; a greeting or thanks in
// between changes nothing.
func (r *run) about() string {
	if n := len(r.state.Trail); r.state.At.Flow == flow.MenuFlow && n > 0 {
		return r.state.Trail[n-1].At.Flow
	}
	return r.state.At.Flow
}

// asksForSent says that whoever has just made a contact request is likely to speak of it: 「いつ電話が来ますか」.
func (r *run) asksForSent(h flow.Heard) bool {
	return (r.since(r.state.Sent) < afterSent || r.open()) && (h.Heard.Step.Score < knownBy || h.Step.Topic == "phone")
}

// suggest offers the steps that a text may ask for.
func (r *run) suggest(near []*flow.Step) {
	s := r.program.Patterns[flow.Suggested]
	r.came(s)
	for _, n := range near {
		r.state.Offered = append(r.state.Offered, n.Ref)
	}
	r.messages = render.Suggest(r.messages, r.program, s, near, r.state.Visit, r.value)
	r.state.Shown, r.state.Below = s.Ref, false
	r.asked()
}

// beside offers, with an answer, what else was asked, else what may have been meant.
func (r *run) beside(h flow.Heard) {
	near := h.Near
	if h.Then != nil {
		near = []*flow.Step{h.Then}
	}
	if here := r.here(); here == h.Step && len(r.messages) > 0 {
		r.messages = render.Beside(r.messages, r.program, here, near, r.state.Visit)
	}
}

// lead goes where a pattern goes that says nothing itself.
func (r *run) lead(p flow.Pattern) {
	if s := r.program.Patterns[p]; s.Go != nil && len(s.Say) == 0 {
		r.came(s)
		r.visit(s.Go)
		return
	}
	r.pattern(p)
}

// afterAlarm says whether the last thing said was the answer to a red flag.
func (r *run) afterAlarm() bool {
	for p := flow.Emergency; p <= flow.CrisisNow; p++ {
		if p != flow.Calm && r.said(p) {
			return true
		}
	}
	return false
}

// said says whether a pattern was the last thing said.
func (r *run) said(p flow.Pattern) bool {
	return !r.before.Below && r.before.Shown == flow.Ref{Flow: flow.PatternFlow, Step: p.String()}
}

// inCrisis says whether someone has spoken of dying within the last hour.
func (r *run) inCrisis() bool { return r.state.Crisis && r.since(r.state.Alarmed) < afterCrisis }

// care answers what comes after a red flag, and puts the question of a form again: nothing
// said in between is taken for an answer to it.
func (r *run) care() {
	if r.state.Crisis {
		r.pattern(flow.AfterCrisis)
	} else {
		r.pattern(flow.AfterAlarm)
	}
	if r.midForm() {
		r.again()
	}
}

// since is how long ago something happened, by the event's own time; at is in ms, 0 is never.
func (r *run) since(at int64) time.Duration {
	if at == 0 {
		return math.MaxInt64
	}
	return time.Duration(r.event.At.UnixMilli()-at) * time.Millisecond
}

// offered is the choice of the present question that the text names, nil if it names none.
func (r *run) offered() *flow.Choice {
	here := r.here()
	if here == nil {
		return nil
	}
	return r.program.Labelled(here, &r.typed, false)
}

// command obeys a global command.
func (r *run) command(c flow.Command) {
	switch c {
	case flow.CommandMenu:
		r.visit(r.menu())
	case flow.CommandErase:
		r.lead(flow.EraseAsked)
	case flow.CommandEnglish:
		if r.midForm() { // nothing of it is lost
			r.speaks(flow.English)
			r.again()
			return
		}
		r.lead(flow.EnglishAsked)
	case flow.CommandCancel:
		if r.open() && !r.inForm() { // what was sent isn't unsent by that
			if c := r.offered(); c != nil { // 「キャンセル」 for 「取り下げる」
				r.choose(r.here(), c)
				return
			}
			r.leaveForm()
			r.pattern(flow.AlreadySent)
			return
		}
		if r.state.Consent != nil || r.midForm() {
			r.leaveForm()
			r.pattern(flow.Cancelled)
			if r.open() { // it was a correction
				r.pattern(flow.AlreadySent)
			}
			return
		}
		switch {
		case r.afterAlarm(), r.inCrisis():
			r.care()
		case r.since(r.state.Sent) < afterSent:
			r.pattern(flow.AlreadySent)
		default:
			r.pattern(flow.NothingToCancel)
		}
	case flow.CommandBack:
		for k := len(r.state.Trail) - 1; k >= 0; k-- {
			spot := r.state.Trail[k]
			s := r.program.Step(spot.At)
			if !revisitable(s) || spot.At == r.state.At {
				continue
			}
			if first := r.program.Patterns[flow.Followed].Go; first != nil && s.Flow == first.Flow {
				s = r.menu() // nobody is welcomed twice
			}
			r.state.Trail, r.state.Stack = r.state.Trail[:k:k], spot.Stack
			r.state.At, r.state.Wrong = flow.Ref{}, 0 // gone back from: it doesn't become a place to go back to
			r.enter(s)
			return
		}
		if r.afterAlarm() {
			r.care()
			return
		}
		r.pattern(flow.NothingBefore)
		r.againOrMenu()
	}
}
