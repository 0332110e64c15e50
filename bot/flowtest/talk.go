package flowtest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/render"
	"hogushi/bot/understand"
)

// talk is a conversation with the engine: what serve keeps in its store, and a clock.
type talk struct {
	program *flow.Program
	state   engine.State
	now     time.Time
	events  int
	request *engine.Lead // as it is stored; nil if there is none
	down    bool         // no sink can be reached
	quiet   bool

	replies [][]render.Message // newest last
	reply   []render.Message   // to what happened last, nil if nothing was said
	trace   engine.Trace       // of what happened last
	at      *flow.Step         // whose words came last, nil in the beginning
	sent    string             // id of the last text
	so      story
}

// imageBase is where the images of a test would be.
const imageBase = "https://example.com"

// newTalk begins with a friend whom the bot has greeted, or hasn't.
func newTalk(p *flow.Program, now time.Time, stranger, quiet bool) *talk {
	shown := *p
	shown.Base = imageBase
	return &talk{program: &shown, now: now, quiet: quiet, state: engine.State{Met: !stranger}}
}

// happens is one event. As between two turns of serve, the state goes through JSON.
func (t *talk) happens(ev engine.Event) {
	t.events++
	ev = t.dated(ev)
	if ev.Kind == engine.TextReceived {
		t.sent = ev.MessageID
	}
	next, effects, trace := engine.Traced(t.program, t.state, ev)
	t.state, t.trace, t.reply = stored(next), trace, nil
	for _, e := range effects {
		switch e := e.(type) {
		case engine.Reply:
			t.reply = e.Messages
			t.replies = append(t.replies, e.Messages)
		case engine.SubmitLead:
			t.request = &e.Lead
		case engine.AmendLead:
			t.request = &e.Lead
		case engine.Erase:
			t.request, t.state = nil, engine.State{}
		}
	}
	if n := len(trace.Steps); n > 0 {
		t.at = trace.Steps[n-1]
	}
	t.so.said(t.reply)
}

// dated is an event with all that its surroundings give it.
func (t *talk) dated(ev engine.Event) engine.Event {
	ev.ID, ev.Session = fmt.Sprintf("e%d", t.events), "s"
	if ev.MessageID == "" {
		ev.MessageID = fmt.Sprintf("m%d", t.events)
	}
	ev.At, ev.Received = t.now, t.now
	ev.Down, ev.Quiet = t.down, t.quiet
	if t.request != nil && t.request.ID == t.state.Lead {
		ev.Request = t.request
	}
	return ev
}

// stored is a state as it comes back from the store.
func stored(s engine.State) (back engine.State) {
	b, err := json.Marshal(s)
	if err == nil {
		err = json.Unmarshal(b, &back)
	}
	if err != nil {
		panic("flowtest: a state doesn't survive JSON: " + err.Error()) // a law of the engine
	}
	return back
}

func typed(s string) engine.Event {
	return engine.Event{Kind: engine.TextReceived, Text: s, Finding: understand.Guard(s)}
}

// tapped is a tap of what was offered; picked is what a picker of a date or time gives.
func tapped(i render.Item, picked string) engine.Event {
	return engine.Event{Kind: engine.Tapped, Data: i.Tap().Data(), Picked: picked}
}

// leads is what an offer would lead to, on a copy of the conversation.
func (t *talk) leads(i render.Item) engine.Trace {
	picked := ""
	if i.Range != nil {
		picked = i.Range.Initial
	}
	later := *t
	later.events++
	later.now = t.now.Add(pace)
	_, _, trace := engine.Traced(t.program, t.state, later.dated(tapped(i, picked)))
	return trace
}

// fault is what a patient gets when something of ours has failed.
func (t *talk) fault() {
	t.events++
	t.at = t.program.Patterns[flow.Broken]
	t.trace = engine.Trace{Steps: []*flow.Step{t.at}}
	t.reply = engine.Stateless(t.program, flow.Broken)
	t.replies = append(t.replies, t.reply)
	t.so.said(t.reply)
}

// door finds a choice that leads to a step from anywhere, as it stands in some old message.
func (t *talk) door(to *flow.Step) (i render.Item, ok bool) {
	for _, f := range t.program.Flows {
		for _, s := range f.Steps {
			for c := range s.Offers {
				if c.Door && c.Go == to {
					return render.Item{Choice: c, From: s.Ref}, true
				}
			}
		}
	}
	return render.Item{}, false
}

// item is something that can be tapped, and the title of its card.
type item struct {
	render.Item
	title string
}

// items lists what a reply offers, in order. Quick replies are gone once it isn't the last.
func items(reply []render.Message, last bool) (out []item) {
	var quick []item
	for _, m := range reply {
		for _, i := range m.Items {
			out = append(out, item{i, ""})
		}
		for _, c := range m.Cards {
			for _, i := range c.Items {
				out = append(out, item{i, c.Title})
			}
		}
		for _, i := range m.Quick {
			quick = append(quick, item{i, ""})
		}
	}
	if last {
		out = append(out, quick...)
	}
	return out
}

func labels(all []item) (out []string) {
	for _, i := range all {
		out = append(out, i.Label)
	}
	return out
}

// labelled finds what reads so, on a card if one is named.
func labelled(all []item, label, title string) []item {
	return slices.DeleteFunc(slices.Clone(all), func(i item) bool {
		return i.Label != label || title != "" && i.title != title
	})
}
