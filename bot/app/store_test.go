package app_test

import (
	"strings"
	"testing"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/seal"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

func otherKeys(t *testing.T) *seal.Keys {
	t.Helper()
	text, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	k, err := seal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// ready checks /readyz; /healthz answers 200 whatever the store.
func (r *rig) ready(want int) {
	r.t.Helper()
	if got, body := r.get("/readyz"); got != want {
		r.t.Fatalf("/readyz: got %d %q, want %d", got, body, want)
	}
	if got, _ := r.get("/healthz"); got != 200 {
		r.t.Fatalf("/healthz: got %d, want 200", got)
	}
}

// getsReady waits till /readyz says so: nothing else tells when.
func (r *rig) getsReady() {
	r.t.Helper()
	for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit); {
		if got, _ := r.get("/readyz"); got == 200 {
			break
		}
	}
	r.ready(200)
}

// quiet checks that the log holds nothing of these.
func (r *rig) quiet(marks ...string) {
	r.t.Helper()
	for _, mark := range marks {
		if strings.Contains(r.log.String(), mark) {
			r.t.Errorf("the log holds %q:\n%s", mark, r.log)
		}
	}
}

// TestStoreAway starts without the store, and gets it.
func TestStoreAway(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	server.Stop()
	r := newRig(t, config.Environment{RedisURL: server.URL}, nil).start()
	r.platform.Redelivering(true)
	user := r.platform.NewUser()
	r.ready(503)
	d := user.Text("メニュー")
	if d.Status != 503 {
		t.Errorf("a text without a store: got %d, want 503", d.Status)
	}
	says(t, r.answered(user, user.Text("胸が締めつけられるように痛い。息が苦しい"), 503), "119")

	server.Start()
	r.log.wait(t, `"msg":"store opened"`)
	r.ready(200)
	again := r.platform.RedeliverPending()
	if len(again) != 2 {
		t.Fatalf("got %d redeliveries, want 2", len(again))
	}
	says(t, r.answered(user, again[0], 200), "0120")
	if got, n := again[1].Status, len(user.Replies()); got != 200 || n != 2 {
		t.Errorf("the alarm again: got %d and %d replies, want 200 and no third", got, n)
	}
	r.platform.Check(t)
	r.quiet("メニュー", "胸が", user.ID(), d.Event.ReplyToken)
}

// TestStoreLost has the store, loses it, and gets it again.
func TestStoreLost(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	r := newRig(t, config.Environment{RedisURL: server.URL}, nil).start()
	user := r.platform.NewUser()
	r.ready(200)
	server.Stop()
	r.ready(503)
	d := user.Text("死にたい")
	says(t, r.answered(user, d, 503), "0120-279-338")
	server.Start()
	r.getsReady() // the client dials again within a second, and tells nobody
	if again := r.platform.Redeliver(d); again.Status != 200 || len(user.Replies()) != 1 {
		t.Errorf("the alarm again: got %d and %d replies, want 200 and no second", again.Status, len(user.Replies()))
	}
	says(t, r.answered(user, user.Text("メニュー"), 200), "0120")
	r.platform.Check(t)
	r.quiet("死にたい", user.ID(), d.Event.ReplyToken)
}

// TestStopWithoutStore: the trying ends with Stop.
func TestStopWithoutStore(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	server.Stop()
	r := newRig(t, config.Environment{RedisURL: server.URL}, nil).start()
	r.stop()
	if got := r.log.String(); !strings.Contains(got, "open store: trying on") || strings.Contains(got, "store opened") {
		t.Errorf("got the log\n%s", got)
	}
}

// TestReplicas: two apps on one Redis serve one patient, who changes between them with every
// message, down to one contact request.
func TestReplicas(t *testing.T) {
	t.Parallel()
	env := config.Environment{RedisURL: storetest.Redis(t).URL}
	a := newRig(t, env, nil).start()
	b := a.replica()
	user := a.platform.NewUser()
	both := []*rig{a, b}
	turn := 0
	tell := func(words, want string) {
		t.Helper()
		r := both[turn%2]
		turn++
		a.pace()
		a.platform.Connect("http://" + r.Addr().String() + "/webhook")
		says(t, r.answered(user, user.Text(words), 200), want)
	}
	tellContact(tell)
	last := user.TextEvent("メニュー") // the same event at both
	a.platform.Deliver(last)
	a.platform.Connect("http://" + a.Addr().String() + "/webhook")
	seen := len(user.Inbox())
	if d := a.platform.Deliver(last); d.Status != 200 || len(user.Inbox()) != seen {
		t.Errorf("an event again, elsewhere: got %d and %d messages, want 200 and %d", d.Status, len(user.Inbox()), seen)
	}
	a.platform.Check(t)

	st, err := app.OpenStore(t.Context(), a.opts.Environment, a.opts.Settings, keys())
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	leads, err := st.Leads(t.Context(), nil, 10)
	if err != nil || len(leads) != 1 {
		t.Errorf("got %d leads, %v, want 1", len(leads), err)
	}
	_, atA := a.get("/metrics")
	_, atB := b.get("/metrics")
	if got := strings.Count(atA+atB, "\nhogushi_leads_total 1\n"); got != 1 {
		t.Errorf("got %d replicas that count a lead, want 1", got)
	}
}

// tellContact goes through the contact form to its receipt.
func tellContact(tell func(words, want string)) {
	tell("連絡を希望する", "同意")
	tell("同意する", "どなた")
	tell("わたし（18歳以上）", "お名前")
	tell(markName, "どの方法")
	tell("お電話", "お電話番号")
	tell(markPhone, "日にち")
	tell("いつでも", "いつごろ")
	tell("午前", "どんなご相談")
	tell("とくに選ばない", "ひとこと")
	tell(markNote, markName)
	tell("この内容で送る", "受付番号")
}
