package flowtest

import (
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// play is one test being run.
type play struct {
	test     *Test
	facts    []string // names of them all
	talk     *talk
	cover    *Coverage
	passed   func(*flow.Step)
	problems *diag.List
	idle     bool // in this line nothing happens
	failed   bool
}

// all runs the test until a line of it fails, and says whether none did.
func (p *play) all() bool {
	for i := range p.test.talk {
		l := &p.test.talk[i]
		p.idle = l.do.verb == nothing && l.after < 0
		if p.wait(l); !p.does(l) {
			return false
		}
		if p.expect(&l.want); p.failed {
			return false
		}
	}
	return true
}

// fail reports that the test doesn't hold; the first time with the conversation so far.
func (p *play) fail(at diag.Span, rule, ja, en string, args ...any) *diag.Diagnostic {
	d := p.problems.Errorf(at, rule, ja, en, args...)
	if !p.failed {
		d.Context = "「" + p.test.Name + "」\n" + p.talk.so.String()
		if p.idle {
			d.Hint = diag.T("この行には、「send:」や「tap:」がありません。抜けていませんか?", "isn't send: or tap: missing in this line?")
		}
	}
	p.failed = true
	return d
}

// wait lets the time of a line go by.
func (p *play) wait(l *line) {
	switch {
	case l.after >= 0:
		p.talk.now = p.talk.now.Add(l.after)
		p.talk.so.did("（%s）", spoken(l.after))
	case l.do.verb != nothing:
		p.talk.now = p.talk.now.Add(pace)
	}
}

// does does what a line says; false: it can't be done.
func (p *play) does(l *line) bool {
	if l.do.verb == nothing {
		return true
	}
	t, what := p.talk, written(l.do.what)
	switch l.do.verb {
	case send:
		t.so.did("%s", strings.ReplaceAll(what, "\n", "\n  "))
		t.happens(typed(what))
	case tap, old, pick:
		i, ok := p.find(l.do)
		if !ok {
			return false
		}
		t.so.did("［%s］%s", i.Label, l.do.picked)
		t.happens(tapped(i.Item, l.do.picked))
	case visit:
		to := p.step(l.do.what)
		if to == nil {
			return false
		}
		i, ok := t.door(to)
		if !ok {
			d := p.fail(l.do.what.Span, "test-visit", "「%s」へ進むボタンは、どこにもありません。", "no button leads to %s from anywhere", to.Ref)
			d.Hint = diag.T("「send:」で、そこへ進む言葉を送ってください。", "send: words that lead there")
			return false
		}
		t.so.did("［%s］", i.Label)
		t.happens(tapped(i, ""))
		t.trace.Choices = nil // which one it was says nothing
	case event:
		t.so.did("（%s）", what)
		p.event(what)
	case staff:
		t.so.did("（職員：%s）", what)
		return p.staff(l.do.what)
	}
	p.cover.came(t.trace)
	p.pass(t.trace)
	return true
}

// pass tells of the steps of a turn.
func (p *play) pass(t engine.Trace) {
	if p.passed != nil {
		for _, s := range t.Steps {
			p.passed(s)
		}
	}
}

func (p *play) event(name string) {
	if name == "fault" {
		p.talk.fault()
		return
	}
	ev := events[name]
	if ev.Kind == engine.Unsent {
		ev.MessageID = p.talk.sent
	}
	p.talk.happens(ev)
}

// find finds the button that a line taps.
func (p *play) find(a action) (item, bool) {
	label, title := written(a.what), a.title
	var all, found []item
	newest := len(p.talk.replies) - 1
	if a.verb == old {
		for k := newest - 1; k >= 0 && len(found) == 0; k-- {
			found = labelled(items(p.talk.replies[k], false), label, title)
		}
	} else if newest >= 0 {
		all = items(p.talk.replies[newest], true)
		found = labelled(all, label, title)
	}
	switch {
	case len(found) == 0 && a.verb == old:
		p.fail(a.what.Span, "test-tap", "前の返事に「%s」というボタンはありません。", "no earlier reply has a button %q", label)
		return item{}, false
	case len(found) == 0 && title != "":
		p.fail(a.what.Span, "test-tap", "返事の「%s」というカードに、「%s」というボタンはありません。", "no card %q of the reply has a button %q", title, label)
		return item{}, false
	case len(found) == 0:
		d := p.fail(a.what.Span, "test-tap", "返事に「%s」というボタンはありません。あるのは %s です。", "the reply has no button %q; there are %s", label, listed(labels(all)))
		d.Meant(text.DidYouMean(label, labels(all)))
		return item{}, false
	case a.verb == pick && found[0].Range == nil:
		p.fail(a.what.Span, "test-tap", "「%s」は、日付や時間を選ぶボタンではありません。", "%q doesn't pick a date or time", label)
		return item{}, false
	case found[0].Link != "":
		p.fail(a.what.Span, "test-tap", "「%s」は電話やページを開くボタンで、押しても返事は来ません。「choices:」で確かめてください。", "%q opens a link, to which nothing is answered; check it with choices:", label)
		return item{}, false
	}
	for _, other := range found[1:] {
		if other.Go != found[0].Go || !other.Door {
			d := p.fail(a.what.Span, "test-tap", "「%s」というボタンが、二つあります。", "there are two buttons %q", label)
			d.Hint = diag.T("カードの題も書いてください：%s: {題: %s}", "name the card too: %s: {TITLE: %s}", verbNames[a.verb], label)
			return item{}, false
		}
	}
	return found[0], true
}

// listed names buttons for a message.
func listed(all []string) string {
	if len(all) == 0 {
		return "（ボタンなし）"
	}
	return "「" + strings.Join(all, "」「") + "」"
}

// staff does something on the clinic's side; false: it can't be done now.
func (p *play) staff(n *source.Node) bool {
	t := p.talk
	t.reply, t.trace = nil, engine.Trace{}
	switch does := n.Value; does {
	case staffTakes, staffFinishes:
		if t.request == nil || t.request.State == engine.LeadWithdrawn {
			p.fail(n.Span, "test-staff", "いま、受け付けているご連絡はありません。", "there is no contact request now")
			return false
		}
		lead := *t.request
		if lead.State = engine.LeadTaken; does == staffFinishes {
			lead.State = engine.LeadDone
		}
		if t.request = &lead; lead.ByLINE() {
			t.person(does == staffTakes)
		}
	case staffLeaves:
		t.person(false)
	case sinksDown, sinksUp:
		t.down = does == sinksDown
	case stepGone:
		if t.program.Step(t.state.At) == nil {
			p.fail(n.Span, "test-staff", "いま、答えを待っているステップはありません。", "no step waits for an answer now")
			return false
		}
		t.state.At.Step = notThere
	case consentReworded:
		if t.state.Consent == nil {
			p.fail(n.Span, "test-staff", "まだ同意をもらっていません。", "nothing has been agreed to yet")
			return false
		}
		t.state.Consent = &engine.Consent{Version: notThere, At: t.state.Consent.At}
	}
	return true
}

// notThere is a name that nothing in flows has.
const notThere = "—"

// person says that staff do the talking, or no longer.
func (t *talk) person(takes bool) {
	kind := engine.Released
	if takes {
		kind = engine.TakenOver
	}
	t.happens(engine.Event{Kind: kind})
}

// step finds the step that is written as FLOW/STEP or FLOW; nil is reported.
func (p *play) step(n *source.Node) *flow.Step {
	id, name, whole := strings.Cut(written(n), "/")
	f := p.talk.program.Flow(id)
	switch {
	case f == nil:
		d := p.fail(n.Span, "unknown-flow", "「%s」というフローはありません。", "there is no flow %q", id)
		var all, with []string
		for _, f := range p.talk.program.Flows {
			all = append(all, f.ID)
			if ref := (flow.Ref{Flow: f.ID, Step: id}); !whole && p.talk.program.Step(ref) != nil {
				with = append(with, ref.String())
			}
		}
		if d.Meant(text.DidYouMean(id, all)) == "" && len(with) == 1 {
			d.Meant(with[0])
		}
		return nil
	case !whole:
		return f.Steps[0]
	}
	s := p.talk.program.Step(flow.Ref{Flow: id, Step: name})
	if s == nil {
		d := p.fail(n.Span, "unknown-step", "「%s」というステップはありません。", "there is no step %q", written(n))
		var all []string
		for _, s := range f.Steps {
			all = append(all, s.Ref.String())
		}
		d.Meant(text.DidYouMean(written(n), all))
	}
	return s
}
