package turn_test

import (
	"context"
	"testing"
	"time"

	"hogushi/bot/linetest"
	"hogushi/bot/store"
)

// TestLINEMisbehaves: the reply arrives once, whatever LINE answers.
func TestLINEMisbehaves(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]linetest.Fault{
		"429":                  {Status: 429},
		"500":                  {Status: 500},
		"500 twice":            {Status: 500, Times: 2},
		"500, but taken":       {Status: 500, Taken: true},
		"no answer":            {Drop: true},
		"no answer, but taken": {Drop: true, Taken: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := started(t, "sqlite")
			fault.Endpoint = "reply"
			r.line.Fault(fault)
			contains(t, r.says("メニュー"), "どんなことをお知りになりたいですか")
			contains(t, r.says("慢性痛"), "慢性痛") // and goes on
			if got, want := len(r.user.Replies()), 3; got != want {
				t.Errorf("got %d replies, want %d", got, want)
			}
			r.line.Check(t)
		})
	}
}

// TestSlowLINE: the webhook is answered in time while the reply goes on, and the patient's
// next turn doesn't wait for it.
func TestSlowLINE(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	slow := r.line.Fault(linetest.Fault{Endpoint: "reply", Slow: true, Times: -1})
	r.tick()
	first := r.ok(r.user.Text("メニュー")) // returns though the reply doesn't
	<-slow.Hit()
	r.tick()
	r.ok(r.user.Text("慢性痛")) // and so does this, behind it
	r.tick()
	alarm := r.ok(r.user.Text("胸が締め付けられる"))
	<-slow.Hit() // an emergency waits for no reply before it
	slow.Release()
	contains(t, r.replyTo(alarm), "119")
	contains(t, r.replyTo(first), "どんなことを")
	r.line.Check(t)
}

// TestRefusedMessages: LINE finds fault with what we sent. The patient gets its words.
func TestRefusedMessages(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	r.line.Fault(linetest.Fault{Endpoint: "reply", Status: 400, Message: "A message (messages[0]) in the request body is invalid"})
	got := r.says("メニュー")
	contains(t, got, "どんなことを")
	if n := len(r.user.Last().Choices()); n != 0 {
		t.Errorf("got %d choices, want plain words", n)
	}
	r.line.Check(t)
}

// TestStoreAway: 503 in time, no reply but to a red flag; LINE sends all again later.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]struct{ leave, back func(*rig) }{
		"stopped": {func(r *rig) { r.redis.Stop() }, func(r *rig) { r.redis.Start() }},
		"hanging": {func(r *rig) { r.redis.Pause() }, func(r *rig) { r.redis.Resume() }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := started(t, "redis")
			r.line.Redelivering(true)
			away.leave(r)
			r.tick()
			plain := r.user.Text("メニュー")
			if plain.Status != 503 {
				t.Errorf("got %d, want 503", plain.Status)
			}
			r.tick()
			alarm := r.user.Text("胸が締め付けられて息ができない")
			if alarm.Status != 503 {
				t.Errorf("got %d, want 503", alarm.Status)
			}
			contains(t, r.replyTo(alarm), "119")
			away.back(r)
			for len(r.line.Pending()) > 0 {
				r.line.RedeliverPending()
			}
			contains(t, r.replyTo(plain), "どんなことを")
			if got := r.count(alarm); got != 1 {
				t.Errorf("the red flag was answered %d times, want once", got)
			}
			r.line.Check(t)
		})
	}
}

func (r *rig) count(d *linetest.Delivery) (n int) {
	for _, m := range r.user.Inbox() {
		if m.Event == d.Event.ID {
			n++
		}
	}
	return n
}

// TestNotOvertakenBySilence: an event that has no answer doesn't make the one before too late.
func TestNotOvertakenBySilence(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	bad := r.line.Fault(linetest.Fault{Endpoint: "reply", Status: 500, Times: -1})
	r.tick()
	d := r.ok(r.user.Text("メニュー"))
	r.tick()
	r.ok(r.user.Unsend("1"))
	<-bad.Hit()
	bad.Release()
	contains(t, r.replyTo(d), "どんなことを")
	r.line.Check(t)
}

// TestVitalPushed: LINE refuses an emergency reply twice; it is pushed.
func TestVitalPushed(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	r.line.Fault(linetest.Fault{Endpoint: "reply", Status: 400, Times: 2})
	r.tick()
	d := r.ok(r.user.Text("胸が締め付けられて息ができない"))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	got, err := r.user.Wait(ctx, func(m *linetest.Received) bool { return m.Kind == "push" })
	if err != nil {
		t.Fatal(err)
	}
	contains(t, got.Text(), "119")
	r.ok(r.line.Redeliver(d))
	if n := len(r.line.Pushes()); n != 1 {
		t.Errorf("got %d pushes, want 1", n)
	}
	r.line.Check(t)
}

// TestDamagedSession: what can't be read is kept aside, and the patient gets an answer.
func TestDamagedSession(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		for name, spoil := range map[string]func(*store.Record){
			"body":  func(rec *store.Record) { rec.Body = append([]byte("x"), rec.Body...) },
			"empty": func(rec *store.Record) { rec.Body = nil },
		} {
			r := started(t, kind)
			s := r.open()
			rec, err := s.Load(t.Context(), r.hash())
			if err != nil || rec == nil {
				t.Fatal(err)
			}
			prev := rec.Version
			spoil(rec)
			rec.Version += "x"
			event := store.NewEventID(name)
			rec.Known = rec.Known.Add(event, r.clock.Now())
			if _, _, err := s.Commit(t.Context(), store.Commit{User: r.hash(), Event: event, Prev: prev, Next: rec}); err != nil {
				t.Fatal(err)
			}
			contains(t, r.says("メニュー"), "申し訳ありません")
			contains(t, r.says("メニュー"), "どんなことを") // and goes on
			s.Close()
			r.line.Check(t)
		}
	})
}

// TestNewerSession: a state of a newer release is left to it.
func TestNewerSession(t *testing.T) {
	t.Parallel()
	r := started(t, "sqlite")
	s := r.open()
	defer s.Close()
	rec, err := s.Load(t.Context(), r.hash())
	if err != nil {
		t.Fatal(err)
	}
	prev := rec.Version
	rec.Format, rec.Version, rec.Body = 99, "newer", []byte("what it holds")
	rec.Known = rec.Known.Add(store.NewEventID("n"), r.clock.Now())
	if _, _, err := s.Commit(t.Context(), store.Commit{User: r.hash(), Event: store.NewEventID("n"), Prev: prev, Next: rec}); err != nil {
		t.Fatal(err)
	}
	contains(t, r.says("メニュー"), "申し訳ありません")
	contains(t, r.says("胸が締め付けられる"), "119")
	after, err := s.Load(t.Context(), r.hash())
	if err != nil || after == nil || after.Version != "newer" || string(after.Body) != "what it holds" {
		t.Errorf("got %+v %v, want it untouched", after, err)
	}
	r.line.Check(t)
}
