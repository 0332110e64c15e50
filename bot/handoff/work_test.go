package handoff

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hogushi/bot/engine"
	"hogushi/bot/line"
	"hogushi/bot/store"
)

func (r *rig) want(lead string, want map[string]string) {
	r.Helper()
	if diff := cmp.Diff(want, r.states(lead)); diff != "" {
		r.Fatalf("deliveries (-want +got):\n%s", diff)
	}
}

// TestTries: a sink that fails is tried again with the same id and the same bytes, though
// the lead has changed meanwhile; the other sink doesn't wait for it.
func TestTries(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.answers = []int{503, 500, 200}
		e := r.submit(someLead("L1"))
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "o 1"})
		e.Fields[0].Value = "山田 華子"
		w, err := r.Write(e, user, "e2")
		if err != nil {
			r.Fatal(err)
		}
		if ok, err := r.st.Amend(r.Context(), w); !ok || err != nil {
			r.Fatal(ok, err)
		}
		r.round()
		r.round()
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "d 3"})
		if n := len(r.hook.ids); n != 3 {
			r.Fatalf("got %d posts, want 3", n)
		}
		for i := range r.hook.ids {
			if r.hook.ids[i] != r.hook.ids[0] || r.hook.bodies[i] != r.hook.bodies[0] {
				r.Errorf("post %d differs from the first:\n%s\n%s", i, r.hook.bodies[0], r.hook.bodies[i])
			}
		}
		if r.line.tries != 1 {
			r.Errorf("got %d pushes, want 1", r.line.tries)
		}
		if strings.Contains(r.log.String(), "山田") || strings.Contains(r.log.String(), "1234") {
			r.Error("the log names the patient")
		}
	})
}

// TestVerdicts: what is refused for good is given up and kept; a used-up quota isn't.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.answers = []int{413}
		r.line.errs = []error{&line.StatusError{Code: 429, Quota: true}}
		r.submit(someLead("L1"))
		r.round()
		r.want("L1", map[string]string{"created line": "o 0", "created webhook": "f 1"})
		if got := r.undelivered(); len(got) != 2 {
			r.Fatalf("got %d undelivered, want 2", len(got))
		}
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "f 1"})
	})
}

// TestOrder: an event waits for those before it at the same sink, and for no other sink's.
func TestOrder(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.answers = []int{503, 503}
		e := r.submit(someLead("L1"))
		r.round()
		e.State = engine.LeadWithdrawn
		r.amend(e, Withdrawn, "e2")
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "o 2", "withdrawn line": "d 1", "withdrawn webhook": "o 0"})
		r.round()
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "d 3", "withdrawn line": "d 1", "withdrawn webhook": "d 1"})
		if got, want := r.hook.types(), "created created created withdrawn"; got != want {
			r.Errorf("got %s, want %s", got, want)
		}
		if strings.Contains(r.hook.bodies[3], "山田") {
			r.Error("a withdrawal names the patient")
		}
	})
}

// TestErased: what was still to be delivered of an erased lead isn't; that it was erased is.
func TestErased(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.answers = []int{503}
		r.submit(someLead("L1"))
		r.round()
		claimed := r.undelivered()[0]
		if n, err := r.EraseUser(r.Context(), r.st, user, time.Now()); n != 1 || err != nil {
			r.Fatalf("EraseUser: got %d, %v; want 1", n, err)
		}
		if rec, err := r.st.Load(r.Context(), user); rec != nil || err != nil {
			r.Fatalf("Load: got %+v, %v; want no session", rec, err)
		}
		if n, err := r.EraseUser(r.Context(), r.st, user, time.Now()); n != 0 || err != nil {
			r.Fatalf("EraseUser again: got %d, %v; want none", n, err)
		}
		r.deliver(claimed) // its holder doesn't know yet
		r.round()
		r.want("L1", map[string]string{"erased line": "d 1", "erased webhook": "d 1"})
		e := r.read("L1")
		if e.State != engine.LeadErased || len(e.Fields) > 0 || e.UserID != "" || e.Consent == nil || e.Consent.Version != "v1" || e.Stored.Expiry.IsZero() {
			r.Errorf("got %+v, want consent and times only, for a while", e)
		}
		if got := r.hook.bodies[len(r.hook.bodies)-1]; !strings.Contains(got, `"type":"lead.erased"`) || !strings.Contains(got, "1124-123456") {
			r.Errorf("got %s, want the receipt of what was erased", got)
		}
	})
}

// TestLeaseLost: who comes back after his lease has ended writes nothing over what the next
// one wrote.
func TestLeaseLost(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.submit(someLead("L1"))
		slow, err := r.st.Claim(r.Context(), time.Millisecond, 10)
		if err != nil || len(slow) != 2 {
			r.Fatalf("Claim: got %d, %v; want 2", len(slow), err)
		}
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "d 1"})
		for _, d := range slow {
			r.deliver(d)
		}
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "d 1"})
		if got := len(r.hook.bodies); got != 1 { // nothing is sent that isn't frozen under the lease
			r.Errorf("got %d posts, want 1", got)
		}
	})
}

// TestDown: a sink that fails again and again is tried by one delivery at a time.
func TestDown(t *testing.T) {
	t.Parallel()
	w := &way{atOnce: 8}
	for range shaky {
		if w.down() || !w.enter() {
			t.Fatal("down too early")
		}
		w.leave(errBody)
	}
	if !w.down() || !w.enter() || w.enter() {
		t.Fatal("a sink that is down isn't tried by exactly one")
	}
	w.leave(nil)
	if w.down() {
		t.Fatal("a success doesn't bring it back")
	}
	for range 8 {
		if !w.enter() {
			t.Fatal("a place is lost")
		}
	}
	if w.enter() {
		t.Fatal("more than atOnce")
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		if !r.Reachable() {
			r.Fatal("two healthy sinks aren't reachable")
		}
		for range shaky {
			r.sinks[SinkLINE].leave(errBody)
		}
		if !r.Reachable() {
			r.Fatal("one healthy sink isn't reachable")
		}
		for range shaky {
			r.sinks[SinkWebhook].leave(errBody)
		}
		if r.Reachable() {
			r.Fatal("two sinks that are down are reachable")
		}
		if h := New(Config{Store: r.st, Book: r.Book}); h.Reachable() {
			r.Fatal("no sink at all is reachable")
		}
	})
}

// TestWorks: started, it delivers what is kicked, and a stop leaves nothing half done.
func TestWorks(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.came = make(chan struct{}, 100)
		r.Start()
		for _, id := range []string{"L1", "L2", "L3"} {
			r.submit(someLead(id))
			r.Kick()
		}
		for range 3 {
			select {
			case <-r.hook.came:
			case <-time.After(20 * time.Second):
				r.Fatal("not delivered within 20 s")
			}
		}
		if err := r.Stop(r.Context()); err != nil {
			r.Fatal(err)
		}
		for _, id := range []string{"L1", "L2", "L3"} {
			r.want(id, map[string]string{"created line": "d 1", "created webhook": "d 1"})
		}
	})
}

// TestAlarm: what is undelivered for ten minutes, or given up, is told once an hour, and
// names no patient.
func TestAlarm(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.answers = []int{503}
		r.submit(someLead("L1"))
		r.round()
		r.look(time.Now())
		if strings.Contains(r.log.String(), "undelivered") {
			r.Fatal("alarmed at once")
		}
		r.look(time.Now().Add(lateAfter))
		r.look(time.Now().Add(lateAfter))
		r.look(time.Now().Add(lateAfter + 2*alarmEvery))
		if got := strings.Count(r.log.String(), "leads are undelivered"); got != 1 {
			r.Fatalf("got %d alarms, want 1", got)
		}
		r.hook.answers = []int{503}
		r.submit(someLead("L2"))
		r.look(time.Now().Add(lateAfter + 2*alarmEvery)) // there is more
		r.look(time.Now().Add(lateAfter + 3*alarmEvery))
		r.look(time.Now().Add(lateAfter + 3*alarmEvery + alarmAgain)) // a day later
		if got := strings.Count(r.log.String(), "leads are undelivered"); got != 3 {
			r.Fatalf("got %d alarms, want 3", got)
		}
		if !strings.Contains(r.log.String(), "1 × webhook: post webhook: it answered 503") || strings.Contains(r.log.String(), "山田") {
			r.Error("the alarm doesn't say why, or too much")
		}
	})
}

// TestRetry: what was given up is tried again, and who wasn't there is told.
func TestRetry(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.answers = []int{400}
		r.LineTo = []string{}
		r.submit(someLead("L1"))
		r.round()
		r.want("L1", map[string]string{"created webhook": "f 1"})
		r.LineTo = []string{staffChat}
		if n, err := r.Retry(r.Context(), r.st, r.read("L1")); n != 2 || err != nil {
			r.Fatalf("Retry: got %d, %v; want 2", n, err)
		}
		r.round()
		r.want("L1", map[string]string{"created webhook": "d 2", "created line": "d 1"})
		if n, err := r.Retry(r.Context(), r.st, r.read("L1")); n != 0 || err != nil {
			r.Fatalf("Retry of what is delivered: got %d, %v", n, err)
		}
	})
}

// TestRemoved: who isn't a recipient any more isn't told a patient's words, but still that
// the lead was withdrawn.
func TestRemoved(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		e := r.submit(someLead("L1"))
		r.LineTo = []string{"C" + strings.Repeat("b", 32)}
		r.round()
		r.want("L1", map[string]string{"created line": "d 0", "created webhook": "d 1"})
		if r.line.tries != 0 {
			r.Fatal("a chat that was removed was told")
		}
		e.State = engine.LeadWithdrawn
		r.amend(e, Withdrawn, "e2")
		r.round()
		if r.line.tries != 1 {
			r.Errorf("got %d pushes, want 1", r.line.tries)
		}
	})
}

// TestUnknownChats: while the staff's chats can't be read, no lead is taken on without them.
func TestUnknownChats(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.LineTo = nil
		r.st.Close()
		if _, err := r.Submit(Entry{Lead: someLead("L1"), UserID: patient}, user, Created, time.Now(), "e1"); !errors.Is(err, store.ErrUnavailable) {
			r.Fatalf("got %v, want ErrUnavailable", err)
		}
	})
}

// TestOvertaken: what was given up isn't sent behind what came after it.
func TestOvertaken(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.hook.answers = []int{400}
		e := r.submit(someLead("L1"))
		r.round()
		e.Fields[1].Value = "03-1111-2222"
		r.amend(e, Corrected, "e2")
		r.round()
		if _, err := r.Retry(r.Context(), r.st, r.read("L1")); err != nil {
			r.Fatal(err)
		}
		r.round()
		if got, want := r.hook.types(), "created corrected"; got != want {
			r.Errorf("got %s, want %s", got, want)
		}
	})
}

// TestForeign: a delivery whose sink isn't set up waits; one that can't be read is given up.
func TestForeign(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		r.submit(someLead("L1"))
		hook := r.sinks[SinkWebhook]
		delete(r.sinks, SinkWebhook)
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "o 0"})
		r.sinks[SinkWebhook] = hook
		r.round()
		r.want("L1", map[string]string{"created line": "d 1", "created webhook": "d 1"})

		all, err := r.st.Deliveries(r.Context(), user, "L1")
		if err != nil {
			r.Fatal(err)
		}
		broken := all[0]
		broken.State, broken.Body = store.Open, []byte("?")
		if ok, err := r.st.Settle(r.Context(), all[0], broken); !ok || err != nil {
			r.Fatal(ok, err)
		}
		r.round()
		if got := r.undelivered(); len(got) != 1 || got[0].State != store.Failed {
			r.Errorf("got %+v, want one that is given up", got)
		}
	})
}

// TestKeep: what has been dealt with is kept for a while, what is open for ever.
func TestKeep(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		e := r.submit(someLead("L1"))
		if !e.Stored.Expiry.IsZero() {
			t.Error("an open lead expires")
		}
		e.State, e.By = engine.LeadDone, "佐藤"
		now := time.Now()
		e = r.amend(e, Done, "e2")
		if got := e.Stored.Expiry.Sub(now); got < keep-time.Minute || got > keep+time.Minute {
			t.Errorf("kept for %v, want %v", got, keep)
		}
	})
}

// TestAlarmMail: the alarm reaches a real mail server, and names no patient.
func TestAlarmMail(t *testing.T) {
	t.Parallel()
	both(t, func(r *rig) {
		letters := make(chan string, 1)
		r.Mail, r.AlertTo = mailTo(t, letters), []string{"operator@clinic.example"}
		r.hook.answers = []int{413}
		r.submit(someLead("L1"))
		r.round()
		r.look(time.Now()) // given up is told at once
		select {
		case got := <-letters:
			if !strings.Contains(got, "operator@clinic.example") || strings.Contains(got, "1234") {
				t.Errorf("got %s", got)
			}
		case <-time.After(20 * time.Second):
			t.Fatal("no mail came")
		}
	})
}
