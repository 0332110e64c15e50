package flowtest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/render"
)

// Record is what a patient did, to be written down as a test. The zero value is empty.
type Record struct {
	Quiet bool // what isn't understood was left to staff
	deeds []deed
}

type deed struct {
	at           time.Time
	verb         verb   // send, tap or event
	what, picked string // of a tap: its data, and what a picker gave
}

// Sent is a text that was typed.
func (r *Record) Sent(at time.Time, text string) { r.deeds = append(r.deeds, deed{at, send, text, ""}) }

// Tapped is a button of the last reply, by its postback data, and what it picked.
func (r *Record) Tapped(at time.Time, data, picked string) {
	r.deeds = append(r.deeds, deed{at, tap, data, picked})
}

// Happened is something else, by its name in a test: "photo".
func (r *Record) Happened(at time.Time, name string) {
	r.deeds = append(r.deeds, deed{at, event, name, ""})
}

// pause is from when on the time between two lines is written down.
const pause = time.Minute

// ErrChanged says that flows have changed since a conversation was recorded.
var ErrChanged = errors.New("the flows have changed since: a button that was tapped is gone")

// Test writes the conversation down as a file with one test, which holds for these flows with
// these facts. It is run anew: what is expected is what the flows say to patients. All of it
// is worth a look before it is kept, says: most.
func (r *Record) Test(p *flow.Program, clinic flow.Clinic, name string) ([]byte, error) {
	if len(r.deeds) == 0 {
		return nil, errors.New("nothing was recorded")
	}
	begun := r.deeds[0].at.In(jst).Truncate(time.Minute)
	t := newTalk(p, begun, false, r.Quiet)
	w := writer{clinic: byLength(clinic)}
	w.line(0, "# 会話から書きとったテスト。「says:」には、なくなっては困る言葉だけを残してください。")
	w.line(0, "tests:")
	w.line(1, "- test: "+scalar(name))
	w.line(2, "now: "+begun.Format("2006-01-02 15:04"))
	if r.Quiet {
		w.line(2, "unknown: quiet")
	}
	w.line(2, "talk:")
	for i, d := range r.deeds {
		after := pace
		if i > 0 {
			if gone := d.at.Sub(r.deeds[i-1].at).Truncate(time.Second); gone >= pause {
				after = min(gone, maxAfter)
			}
		}
		t.now = t.now.Add(after)
		w.item()
		if after != pace {
			w.key("after", spoken(after))
		}
		before := t.request
		if err := t.again(d, &w); err != nil {
			return nil, fmt.Errorf("line %d of the conversation: %w", i+1, err)
		}
		t.expected(&w, before)
	}
	return []byte(w.String()), nil
}

// again does once more what was done, and writes it.
func (t *talk) again(d deed, w *writer) error {
	switch d.verb {
	case send:
		w.key("send", scalar(d.what))
		t.happens(typed(d.what))
	case tap:
		i, all, err := t.offered(d.what)
		switch {
		case err != nil:
			return err
		case i.Range != nil:
			w.key("pick", "{"+scalar(i.Label)+": "+scalar(d.picked)+"}")
		case i.title != "" && len(labelled(all, i.Label, "")) > 1:
			w.key("tap", "{"+scalar(i.title)+": "+scalar(i.Label)+"}")
		default:
			w.key("tap", scalar(i.Label))
		}
		t.happens(tapped(i.Item, d.picked))
	case event:
		w.key("event", d.what)
		t.happens(events[d.what])
	}
	return nil
}

// offered finds what was tapped in the last reply.
func (t *talk) offered(data string) (item, []item, error) {
	was, _ := render.ParseTap(data)
	if n := len(t.replies); n > 0 {
		all := items(t.replies[n-1], true)
		for _, i := range all {
			if i.From == was.From && i.Key == was.Key {
				return i, all, nil
			}
		}
	}
	return item{}, nil, ErrChanged
}

// expected writes what the reply is to hold, and what the contact request, if it is new.
func (t *talk) expected(w *writer, before *engine.Lead) {
	if t.reply == nil {
		w.key("silent", "true")
		return
	}
	w.key("at", t.at.Ref.String())
	w.texts("says", t.telling(w))
	t.choices(w)
	switch q := t.request; {
	case q == before:
	case q == nil:
		w.key("lead", leadNone)
	case q.State == engine.LeadWithdrawn:
		w.key("lead", leadWithdrawn)
	default:
		var fields []string
		for _, v := range q.Fields {
			fields = append(fields, v.Field+": "+scalar(v.Value))
		}
		w.key("lead", "{"+strings.Join(fields, ", ")+"}")
	}
}

// choices writes what is offered, with where it leads.
func (t *talk) choices(w *writer) {
	all := items(t.reply, true)
	if len(all) == 0 {
		return
	}
	list := false // a map holds nothing twice, nor without a target
	var lines []string
	for n, i := range all {
		line, to := scalar(i.Label), i.Link
		if to == "" {
			to = first(t.leads(i.Item))
		}
		if to != "" {
			line += ": " + scalar(w.unfilled(to))
		}
		lines = append(lines, line)
		list = list || to == "" || slices.Contains(labels(all[:n]), i.Label)
	}
	if list {
		for n := range lines {
			lines[n] = "- " + lines[n]
		}
	}
	w.block("choices", lines)
}

// first is the first step that a turn came to: a pattern only when there is nothing else, ""
// when there is nothing at all.
func first(trace engine.Trace) (ref string) {
	for _, s := range trace.Steps {
		if s.Ref.Flow != flow.PatternFlow {
			return s.Ref.String()
		}
		if ref == "" {
			ref = s.Ref.String()
		}
	}
	return ref
}
