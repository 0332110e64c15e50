package turn_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"hogushi/bot/linetest"
	"hogushi/bot/store"
	"hogushi/flows"
)

func TestForm(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := started(t, kind)
		r.fill()
		contains(t, r.taps("この内容で送る"), "受け付けました", "受付番号")
		leads := r.leads()
		if len(leads) != 1 {
			t.Fatalf("got %d leads, want 1", len(leads))
		}
		got := fmt.Sprint(leads[0].Fields)
		contains(t, got, "山田花子", "090-1234-5678", "いつでも")
		if leads[0].Consent == nil || leads[0].Consent.Version == "" {
			t.Error("the lead came without its consent")
		}
		contains(t, r.user.Last().Text(), leads[0].Receipt)
		r.line.Check(t)
	})
}

// TestRedelivery: LINE sends an event again, with the bot none the wiser or having answered.
func TestRedelivery(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := started(t, kind)
		r.fill()
		r.tick()
		d := r.ok(r.user.Tap("この内容で送る"))
		r.replyTo(d)
		replies := r.calls("reply")
		for range 3 {
			r.ok(r.line.Redeliver(d))
		}
		if got := len(r.leads()); got != 1 {
			t.Errorf("got %d leads, want 1", got)
		}
		if got := r.calls("reply"); got != replies {
			t.Errorf("%d more calls to reply, want none", got-replies)
		}
		r.line.Check(t)
	})
}

// TestRestart: another process answers a redelivered event by its token, which is used.
func TestRestart(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := started(t, kind)
		r.fill()
		r.tick()
		d := r.ok(r.user.Tap("この内容で送る"))
		r.replyTo(d)
		r.start() // a second replica, which knows nothing of the first one's replies
		r.ok(r.line.Redeliver(d))
		if got := len(r.leads()); got != 1 {
			t.Errorf("got %d leads, want 1", got)
		}
		count := 0
		for _, m := range r.user.Replies() {
			if m.Event == d.Event.ID {
				count++
			}
		}
		if count != 1 {
			t.Errorf("got %d replies, want 1", count)
		}
		if got := r.metric(`hogushi_replies_total{outcome="used"}`); got != "1" {
			t.Errorf("got %s tries with the used token, want 1", got)
		}
		if got := len(r.line.Pushes()); got != 0 {
			t.Errorf("%d pushes: the receipt was seen already", got)
		}
		r.line.Check(t)
	})
}

// TestReceiptLate: the bot was away for longer than a reply token lives. The receipt is
// pushed, once; an ordinary answer of that age is dropped.
func TestReceiptLate(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := started(t, kind)
		r.says("メニュー")
		webhook := "http://" + r.app.Addr().String() + "/webhook"
		r.line.Redelivering(true)
		r.line.Connect("http://127.0.0.1:1/webhook") // nobody there
		r.tick()
		r.user.Text("慢性痛")
		r.line.Connect(webhook)
		r.clock.Advance(25 * time.Minute)
		r.line.RedeliverPending()
		if got := len(r.line.Pushes()); got != 0 {
			t.Errorf("%d pushes of an ordinary answer, want none", got)
		}
		r.fill()
		r.line.Connect("http://127.0.0.1:1/webhook")
		r.tick()
		d := r.user.Tap("この内容で送る")
		r.line.Connect(webhook)
		r.clock.Advance(25 * time.Minute)
		r.ok(r.line.Redeliver(d))
		r.ok(r.line.Redeliver(d))
		pushes := r.line.Pushes()
		if len(pushes) != 1 {
			t.Fatalf("got %d pushes, want 1", len(pushes))
		}
		contains(t, pushes[0].Text(), "受付番号")
		if got := len(r.leads()); got != 1 {
			t.Errorf("got %d leads, want 1", got)
		}
		r.line.Check(t)
	})
}

// TestReplyKept: a receipt whose reply got lost is given when LINE sends the event again,
// though other events have been stored since.
func TestReplyKept(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := started(t, kind)
		r.fill()
		r.line.Fault(linetest.Fault{Endpoint: "reply", Status: 401}) // for a crash before the reply
		r.tick()
		d := r.ok(r.user.Tap("この内容で送る"))
		r.says("ありがとうございました")
		r.tick()
		r.ok(r.user.Unsend("1"))
		contains(t, r.replyTo(r.ok(r.line.Redeliver(d))), "受付番号")
		if got := len(r.leads()); got != 1 {
			t.Errorf("got %d leads, want 1", got)
		}
		r.line.Check(t)
	})
}

// TestErasedButtons: buttons from before the patient blocked the bot don't fit what came after.
func TestErasedButtons(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	r.fill()
	old := choice(t, r.user, "この内容で送る").Data
	r.tick()
	r.ok(r.user.Unfollow())
	r.tick()
	r.ok(r.user.Unblock())
	r.fill()
	r.tick()
	contains(t, r.replyTo(r.ok(r.user.Postback(old))), "前の質問")
	if got := len(r.leads()); got != 0 {
		t.Errorf("got %d leads, want none", got)
	}
	r.line.Check(t)
}

// TestReturned: a draft is gone after a day, physically, and the patient is told.
func TestReturned(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := started(t, kind)
		r.fill()
		s := r.open()
		defer s.Close()
		rec, err := s.Load(t.Context(), r.hash())
		if err != nil || rec == nil || rec.Draft == nil {
			t.Fatalf("got no draft (%v)", err)
		}
		if life := rec.DraftExpiry.Sub(r.clock.Now()); life > 24*time.Hour || life < 23*time.Hour {
			t.Errorf("the draft lives %v, want 24 h", life)
		}
		r.clock.Advance(25 * time.Hour)
		got := r.says("090-1234-5678")
		contains(t, got, "おかえりなさい")
		if strings.Contains(got, "読み取れません") {
			t.Errorf("got %q, want no more than that", got)
		}
		r.says("メニュー") // the reply before may have repeated what was entered
		if rec, err = s.Load(t.Context(), r.hash()); err != nil || rec == nil || rec.Draft != nil {
			t.Errorf("got a draft (%v), want a session without", err)
		}
		r.line.Check(t)
	})
}

// TestIgnored: what isn't a patient's chat with the bot gets 200 and silence.
func TestIgnored(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	group := r.line.Group("C0123456789abcdef0123456789abcdef", 5)
	standby := r.user.TextEvent("メニュー")
	standby.Standby, standby.ReplyToken = true, ""
	before := r.calls("reply")
	r.ok(r.user.In(group).Text("メニュー"))
	r.ok(r.user.In(group).Text("死にたい"))
	r.ok(r.line.Deliver(standby))
	r.ok(r.line.Deliver(r.user.Event("hologram", true, nil)))
	r.ok(r.line.Deliver(r.user.MessageEvent(map[string]any{"type": "hologram"})))
	r.ok(r.line.Deliver())
	if got := r.calls("reply"); got != before {
		t.Errorf("%d replies, want none", got-before)
	}
	// and an odd event in the middle loses none of its neighbours
	other := r.line.NewUser()
	d := r.ok(r.line.Deliver(r.user.TextEvent("メニュー"), r.user.Event("hologram", true, nil), other.TextEvent("メニュー")))
	contains(t, r.replyTo(d), "どんなことを")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := other.WaitReply(ctx, d); err != nil {
		t.Error(err)
	}
	r.line.Check(t)
}

// TestSilentEvents: unfollow forgets, unsend blanks; neither is answered.
func TestSilentEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := started(t, kind)
		r.says("連絡を希望する")
		r.taps("同意する")
		r.taps("わたし（18歳以上）")
		r.tick()
		name := r.ok(r.user.Text("山田花子"))
		r.replyTo(name)
		for _, label := range []string{"お電話", "", "日にちはいつでも", "いつでも", "とくに選ばない", "とくに書かない"} {
			if label == "" {
				r.says("090-1234-5678")
			} else {
				r.taps(label)
			}
		}
		before := r.calls("reply")
		r.tick()
		r.ok(r.user.Unsend(name.Event.MessageID()))
		if got := r.calls("reply"); got != before {
			t.Error("unsend was answered")
		}
		contains(t, r.taps("この内容で送る"), "お名前を教えてください") // it is asked for again, not sent without
		if got := len(r.leads()); got != 0 {
			t.Errorf("got %d leads, want none", got)
		}
		r.tick()
		r.ok(r.user.Unfollow())
		s := r.open()
		defer s.Close()
		if rec, err := s.Load(t.Context(), r.hash()); err != nil || rec != nil {
			t.Errorf("after unfollow the session is %v %v, want none", rec, err)
		}
		r.line.Check(t)
	})
}

// TestOldEvents: an event older than a day, or than all that is remembered, isn't run; red
// flags are answered all the same.
func TestOldEvents(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	r.fill()
	r.tick()
	confirm := r.user.PostbackEvent(choice(t, r.user, "この内容で送る").Data, nil)
	confirm.Time = r.clock.Now().Add(-25 * time.Hour)
	before := r.calls("reply")
	r.ok(r.line.Deliver(confirm))
	if got := len(r.leads()); got != 0 || r.calls("reply") != before {
		t.Errorf("got %d leads and %d replies, want neither", got, r.calls("reply")-before)
	}
	alarm := r.user.TextEvent("死にたい")
	alarm.Time = r.clock.Now().Add(-25 * time.Hour)
	contains(t, r.replyTo(r.ok(r.line.Deliver(alarm))), "0120-279-338")
	old := r.user.TextEvent("メニュー") // its time comes before everything below
	for i := range store.MaxKnown + 1 {
		r.says(fmt.Sprintf("%d回目です", i))
	}
	got := r.replyTo(r.ok(r.line.Deliver(old)))
	if strings.Contains(got, "やめて移る") || strings.Contains(got, "どんなことを") {
		t.Errorf("the forgotten event was run: %q", got)
	}
	if n := r.metric(`hogushi_turns_total{outcome="forgotten"}`); n != "2" && n != "3" {
		t.Errorf("%s events counted as forgotten", n)
	}
	r.line.Check(t)
}

func choice(t *testing.T, u *linetest.User, label string) linetest.Choice {
	t.Helper()
	for _, c := range u.Choices() {
		if c.Label == label {
			return c
		}
	}
	t.Fatalf("nothing reads %q", label)
	return linetest.Choice{}
}

// TestForgedPostbacks: no data leads around the consent or into the middle of the form.
func TestForgedPostbacks(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	r.fill()
	sent := choice(t, r.user, "この内容で送る").Data
	r.says("やめる")
	for _, data := range []string{sent, "c/contact/name/x/1", "c/contact/sent/x/99999999", "c/contact/start/../1", "c//", "c/a/b/c/d/e",
		"c/patterns/interrupted/x/1", "n=contact.sent", "\x00=&&=;DROP TABLE%zz🙃", strings.Repeat("c/", 150)} {
		r.tick()
		got := r.replyTo(r.ok(r.user.Postback(data)))
		if strings.Contains(got, "教えてください") || strings.Contains(got, "受け付けました") {
			t.Errorf("%q led into the form: %q", data, got)
		}
	}
	if got := len(r.leads()); got != 0 {
		t.Errorf("got %d leads, want none", got)
	}
	r.line.Check(t)
}

// TestMany: many patients at once, several events each in one body, in order.
func TestMany(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		r := newRig(t, kind).start()
		const people = 60
		done := make(chan error, people)
		for range people {
			u := r.line.NewUser()
			go func() {
				d := r.line.Deliver(u.Event("follow", true, map[string]any{"follow": map[string]any{"isUnblocked": false}}),
					u.TextEvent("メニュー"), u.TextEvent("慢性痛"))
				for tries := 0; !d.OK() && tries < maxTries; tries++ { // a busy machine
					d = r.line.Redeliver(d)
				}
				if !d.OK() {
					done <- fmt.Errorf("answered %d %v", d.Status, d.Err)
					return
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				defer cancel()
				_, err := u.Wait(ctx, func(m *linetest.Received) bool { return m.Event == d.Events[2].ID })
				if err == nil {
					for i, m := range u.Replies() {
						if m.Event != d.Events[i].ID {
							err = fmt.Errorf("reply %d belongs to another event", i)
						}
					}
				}
				done <- err
			}()
		}
		for range people {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		r.line.Check(t)
	})
}

// TestCounted: what became of free texts is counted, and of those that weren't answered the step
// that came nearest; the texts are nowhere.
func TestCounted(t *testing.T) {
	t.Parallel()
	r := newRig(t, "sqlite")
	r.flows = flows.Files // which have an example that is like the text
	r.start()
	r.ok(r.user.Follow())
	contains(t, r.says("くるまを停める所あるか教えてほしいんやけど"), "駐車場")
	r.says("ぷにぷにぽんぽこりん")
	if n := r.metric(`hogushi_texts_total{nearest="",outcome="answer"}`); n != "1" {
		t.Errorf("%q answers are counted, want 1", n)
	}
	all := r.metrics()
	if !regexp.MustCompile(`hogushi_texts_total\{nearest="[a-z-]+/[a-z-]+",outcome="unheard"\} 1`).MatchString(all) {
		t.Errorf("what wasn't understood isn't counted by the nearest step")
	}
	if strings.Contains(all, "ぷにぷに") || strings.Contains(all, "停める") {
		t.Error("a text is in the metrics")
	}
}
