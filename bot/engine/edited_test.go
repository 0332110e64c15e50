package engine_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/render"
	"hogushi/bot/text"
	"hogushi/bot/understand"
)

// TestEdited: staff edit the flows at random - rename, delete, reorder, relabel, retype - and
// undo it, under patients who chat at random with two replicas, one of which is behind. No
// panic, no reply without a way on, no personal question without a consent, no consent to
// words that weren't shown, no request that nobody confirmed or with a value of another type,
// and what was given stays as long as it fits. HOGUSHI_EDITS says how many times over; three
// if it isn't set.
func TestEdited(t *testing.T) {
	t.Parallel()
	seeds, err := strconv.ParseUint(cmp.Or(os.Getenv("HOGUSHI_EDITS"), "3"), 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range seeds {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			newWorld(t, seed).run(30)
		})
	}
}

// world is staff, two replicas and a few patients.
type world struct {
	*testing.T
	*rand.Rand
	staff     *editor
	published []*flow.Program
	behind    *flow.Program // what the second replica runs
	patients  []*chatting
	clock     time.Time
	events    int
}

// chatting is a patient, as he sees the chat, and what is stored of it.
type chatting struct {
	name    string
	state   []byte
	items   []render.Item // of the last replies, the newest first
	consent string        // the version that was shown last
	request *engine.Lead
	log     []string
}

func newWorld(t *testing.T, seed uint64) *world {
	r := rand.New(rand.NewPCG(seed, 7))
	w := &world{T: t, Rand: r, staff: newEditor(t, r), clock: time.Date(2026, 11, 26, 10, 0, 0, 0, time.FixedZone("JST", 9*3600))}
	p := w.staff.compile(t)
	if p == nil {
		_, problems := flow.Compile(w.staff.write(t), facts, flow.Live)
		t.Fatal(problems.Err())
	}
	w.publish(p)
	w.behind = p
	for i := range 3 {
		w.patients = append(w.patients, &chatting{name: fmt.Sprint("p", i), state: []byte(`{"met":true,"at":{"f":"","s":""}}`)})
	}
	return w
}

func (w *world) publish(p *flow.Program) {
	next := *p
	next.Number = len(w.published) + 1
	w.published = append(w.published, &next)
}

func (w *world) live() *flow.Program { return w.published[len(w.published)-1] }

func (w *world) run(revisions int) {
	for range revisions {
		for range 12 {
			w.event(w.patients[w.IntN(len(w.patients))])
		}
		if n := len(w.published); n > 1 && w.IntN(4) == 0 {
			w.publish(w.published[w.IntN(n-1)])
		} else {
			w.publish(w.staff.next(w.T))
		}
		if w.IntN(4) == 0 {
			w.behind = w.live()
		}
	}
}

// typed is what patients type: answers, choices, commands, and anything else.
var typed = []string{"同意する", "はい", "いいえ", "1", "2", "3", "山田花子", "090-1234-5678", "a@example.com", "お電話", "メール", "明日", "午後3時", "首と肩", "腰", "なし", "予約",
	"送る", "直す", "連絡", "お知らせ", "つづき", "メニュー", "戻る", "やめる", "ぷにぷに", "いつでも", "何時でも", "わかった", "もっと", "これで決定", "このまま続ける", "やめて移る", "消して", "すべて消す", "取り下げる"}

// event lets something happen to a patient, on one of the replicas.
func (w *world) event(c *chatting) {
	w.events++
	w.clock = w.clock.Add(4 * time.Second)
	if w.IntN(60) == 0 {
		w.clock = w.clock.Add(25 * time.Hour)
	}
	ev := engine.Event{ID: fmt.Sprint("e", w.events), Session: c.name, MessageID: fmt.Sprint("m", w.events), At: w.clock, Received: w.clock, Kind: engine.TextReceived}
	var tapped *render.Item
	switch n := w.IntN(20); {
	case n < 10 && len(c.items) > 0: // the newest buttons mostly
		tapped = &c.items[min(len(c.items)-1, w.IntN(6)*w.IntN(3))]
		if tapped.Link == "" {
			ev.Kind, ev.Data = engine.Tapped, tapped.Tap().Data()
			if tapped.Range != nil {
				ev.Picked = map[string]string{"date": w.clock.AddDate(0, 0, 3).Format(time.DateOnly), "time": "15:30"}[tapped.Range.Mode]
			}
			break
		}
		fallthrough
	case n < 13:
		ev.Text = typed[w.IntN(len(typed))]
	case n < 17:
		ev.Text = w.answer(c)
	case n < 18:
		ev.Kind = engine.MediaReceived
	case n < 19:
		ev.Kind = engine.StickerReceived
	default:
		ev.Kind, ev.MessageID = engine.Unsent, fmt.Sprint("m", w.IntN(w.events+1))
	}
	ev.Finding = understand.Guard(ev.Text)
	var before engine.State
	if err := json.Unmarshal(c.state, &before); err != nil {
		w.Fatal(err)
	}
	if c.request != nil && c.request.ID == before.Lead {
		ev.Request = c.request
	}
	p := w.live()
	if w.IntN(2) == 0 {
		if before.Number > w.behind.Number { // as a turn does
			w.behind = w.live()
		}
		p = w.behind
	}
	after, effects := engine.Step(p, before, ev)
	if again, others := engine.Step(p, before, ev); !reflect.DeepEqual(after, again) || !reflect.DeepEqual(render2(effects), render2(others)) {
		w.Fatal("two runs of Step differ")
	}
	c.log = append(c.log, fmt.Sprintf("%d: kind %d %q %s %s, revision %d -> %d: %s -> %s", w.events, ev.Kind, ev.Text, ev.Data, ev.Picked, before.Number, p.Number, before.At, after.At))
	w.laws(c, p, before, after, ev, effects)
	c.state, _ = json.Marshal(after)
}

// answer is something that fits the present question.
func (w *world) answer(c *chatting) string {
	var s engine.State
	json.Unmarshal(c.state, &s)
	if step := w.live().Step(s.At); step != nil && step.Ask != nil {
		switch step.Ask.Type {
		case flow.OneOf, flow.SeveralOf:
			return step.Ask.Options[w.IntN(len(step.Ask.Options))]
		default:
			return map[flow.Type]string{flow.Name: "山田花子", flow.Phone: "03-1234-5678", flow.Mail: "b@example.com", flow.Date: "明後日", flow.Time: "15:30", flow.YesNo: "いいえ", flow.Text: "午前がいいです"}[step.Ask.Type]
		}
	}
	return "はい"
}

var version = regexp.MustCompile(`同意の文です 版(\w+)`)

// laws are what holds whatever staff edit.
func (w *world) laws(c *chatting, p *flow.Program, before, after engine.State, ev engine.Event, effects []engine.Effect) {
	fail := func(format string, args ...any) {
		w.Helper()
		w.Errorf("patient %s: %s\n%s", c.name, fmt.Sprintf(format, args...), strings.Join(c.log[max(0, len(c.log)-14):], "\n"))
		w.FailNow()
	}
	here := p.Step(after.At)
	var items []render.Item
	replied, last := false, ""
	shown := c.consent
	for _, e := range effects {
		switch e := e.(type) {
		case engine.Reply:
			replied = true
			for _, m := range e.Messages {
				last = m.Text
				items = append(items, m.Items...)
				items = append(items, m.Quick...)
				for _, card := range m.Cards {
					items = append(items, card.Items...)
				}
				for _, v := range version.FindAllStringSubmatch(m.Text, -1) {
					c.consent = v[1]
				}
			}
		case engine.SubmitLead:
			w.request(p, e.Lead, fail)
			c.request = &e.Lead
			w.confirmed(ev, "SubmitLead", fail)
		case engine.AmendLead:
			if e.State == engine.LeadOpen {
				w.request(p, e.Lead, fail)
			}
			c.request = &e.Lead
			w.confirmed(ev, "AmendLead", fail)
		case engine.Erase:
			w.confirmed(ev, "Erase", fail)
			c.request = nil
		}
	}
	if ev.Kind == engine.Unsent {
		if replied {
			fail("a message that was taken back is answered")
		}
		return
	}
	if !replied && after.At != (flow.Ref{}) { // a choice may end it all without a word
		fail("no reply")
	}
	if replied && len(items) == 0 && (here == nil || !here.Waits()) && !ended(p, before, after, ev, last) {
		fail("no way on: %q", last)
	}
	if here != nil && here.Ask != nil && here.Ask.Personal && after.Consent == nil {
		fail("%s asks %s without a consent", here.Ref, here.Ask.ID)
	}
	if after.Consent != nil && (before.Consent == nil || *before.Consent != *after.Consent) && ev.Request == nil && after.Consent.Version != shown {
		fail("consent to version %s, and %s was shown", after.Consent.Version, shown)
	}
	w.kept(p, before, after, ev, fail)
	if len(items) > 0 {
		c.items = append(slices.Clone(items), c.items...)
		c.items = c.items[:min(len(c.items), 30)]
	}
	if b, _ := json.Marshal(after); len(b) > 16<<10 {
		fail("the state has grown to %d bytes", len(b))
	}
}

// ended says whether a conversation is over on purpose: the last words are of a step that
// waits for nothing; or there was none.
func ended(p *flow.Program, before, after engine.State, ev engine.Event, last string) bool {
	idle := time.Duration(ev.Received.UnixMilli()-before.Seen) * time.Millisecond
	if (before.At == (flow.Ref{}) || idle > engine.DraftLife) && after.At == (flow.Ref{}) {
		return true
	}
	for _, f := range p.Flows {
		for _, s := range f.Steps {
			if f.ID != flow.PatternFlow && !s.Waits() && len(s.Say) > 0 && render.Fill(s.Say[len(s.Say)-1], func(string) string { return "" }) == last {
				return true
			}
		}
	}
	return false
}

// confirmed says that something is done only by who said or tapped something.
func (w *world) confirmed(ev engine.Event, what string, fail func(string, ...any)) {
	if ev.Kind != engine.TextReceived && ev.Kind != engine.Tapped {
		fail("%s without a word of the patient's", what)
	}
}

// request looks at what is handed off.
func (w *world) request(p *flow.Program, l engine.Lead, fail func(string, ...any)) {
	if l.Consent == nil {
		fail("a request without a consent")
	}
	for _, v := range l.Fields {
		f, raw := p.Fields[v.Field], v.Raw
		if raw == "" {
			raw = v.Value
		}
		if f == nil {
			fail("a request with %s, which is no field", v.Field)
		}
		ok := slices.Contains(f.Assigned, raw)
		switch f.Type {
		case flow.OneOf:
			ok = ok || slices.Contains(f.Options, raw)
		case flow.SeveralOf:
			ok = ok || !slices.ContainsFunc(strings.Split(raw, "\n"), func(o string) bool { return !slices.Contains(f.Options, o) })
		case flow.YesNo:
			ok = ok || raw == "yes" || raw == "no"
		case flow.Phone:
			_, read := text.Phone(raw)
			ok = ok || read
		case flow.Mail:
			_, read := text.Mail(raw)
			ok = ok || read
		case flow.Name:
			_, read := text.Name(raw)
			ok = ok || read
		case flow.Date:
			_, err := time.Parse(time.DateOnly, raw)
			ok = ok || err == nil
		case flow.Time:
			_, err := time.Parse("15:04", raw)
			ok = ok || err == nil
		case flow.Text:
			ok = ok || text.UTF16(raw) <= f.Max
		}
		if !ok {
			fail("a request with %q in the field %s of type %s", raw, f.ID, f.Type)
		}
	}
}

// kept: a picture changes nothing that was given, whatever was edited, while the patient goes
// on in the form; what doesn't fit any more is gone.
func (w *world) kept(p *flow.Program, before, after engine.State, ev engine.Event, fail func(string, ...any)) {
	here := p.Step(after.At)
	idle := time.Duration(ev.Received.UnixMilli()-before.Seen) * time.Millisecond
	if ev.Kind != engine.MediaReceived || here == nil || here.Flow.ID != "contact" || here.Past || len(here.Handoff) > 0 || idle > engine.DraftLife || after.Amends != "" || before.Amends != "" {
		return
	}
	for name, g := range before.Draft {
		f := p.Fields[name]
		if f == nil || f.Asker() == nil {
			continue
		}
		value := after.Draft[name].Value
		fits := map[flow.Type]bool{flow.OneOf: slices.Contains(f.Options, g.Value), flow.Text: text.UTF16(g.Value) <= f.Max && text.Clean(g.Value) == g.Value}
		switch f.Type {
		case flow.OneOf, flow.Text:
			if fits[f.Type] && value != g.Value {
				fail("%s was given as %q and is %q", name, g.Value, value)
			}
		case flow.Phone:
			if v, ok := text.Phone(g.Value); ok && v == g.Value && value != v {
				fail("%s was given as %q and is %q", name, g.Value, value)
			}
		}
	}
	if c := before.Consent; c != nil && (after.Consent == nil || *after.Consent != *c) {
		fail("the consent is gone")
	}
}
