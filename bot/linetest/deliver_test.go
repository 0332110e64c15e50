package linetest

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestRedelivery(t *testing.T) {
	t.Parallel()
	p, clock, b := play(t, Config{})
	u := p.NewUser()
	b.set(503, func(obj) {})
	if d := u.Text("off"); d.OK() || d.Status != 503 || d.Err != nil || len(p.Pending()) != 0 {
		t.Errorf("%+v: kept while redelivery is off", d)
	}
	p.Redelivering(true)
	first := u.Text("on")
	clock.Advance(time.Minute * 3)
	if again := p.RedeliverPending(); len(again) != 1 || again[0].OK() || len(p.Pending()) != 1 {
		t.Errorf("%+v", again)
	}
	b.set(0, nil)
	again := p.RedeliverPending()
	if len(again) != 1 || !again[0].OK() || len(p.Pending()) != 0 || len(p.RedeliverPending()) != 0 {
		t.Errorf("%+v", again)
	}
	mustReply(t, u, first) // the same event id
	bodies := b.received()
	want := strings.Replace(string(first.Body), `"isRedelivery":false`, `"isRedelivery":true`, 1)
	if bodies[len(bodies)-1] != want || first.Event.Redelivery {
		t.Errorf("redelivered %s, want %s", bodies[len(bodies)-1], want)
	}
	p.Redelivering(false)
	p.Check(t)
}

func TestNoBot(t *testing.T) {
	t.Parallel()
	p := New(Config{})
	defer p.Close()
	u := p.NewUser()
	if d := u.Text("a"); d.Err == nil || d.OK() {
		t.Error("delivered to nobody")
	}
	p.Connect("http://127.0.0.1:1/")
	p.Redelivering(true)
	if d := u.Text("a"); d.Err == nil || len(p.Pending()) != 1 {
		t.Errorf("%+v", d)
	}
}

func TestSlowBot(t *testing.T) {
	t.Parallel()
	p := New(Config{Timeout: 20 * time.Millisecond})
	release := make(chan struct{})
	bot := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer bot.Close()
	defer p.Close()
	defer close(release)
	p.Connect(bot.URL)
	p.Redelivering(true)
	if d := p.NewUser().Text("a"); !errors.Is(d.Err, context.DeadlineExceeded) || rules(p) != "webhook slow " || len(p.Pending()) != 1 {
		t.Errorf("%+v %s", d, rules(p))
	}
	if r := p.call(nil, "POST", "/v2/bot/channel/webhook/test", "", ""); !strings.Contains(r.body, `"reason":"REQUEST_TIMEOUT"`) {
		t.Error(r.body)
	}
}

func TestWebhookEndpoint(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	test := func(body, reason string) {
		t.Helper()
		if r := p.call(nil, "POST", "/v2/bot/channel/webhook/test", body, ""); r.status != 200 || !strings.Contains(r.body, `"reason":"`+reason+`"`) {
			t.Error(r.body)
		}
	}
	test("", "OK")
	if got := b.received(); len(got) != 1 || got[0] != `{"destination":"`+p.Config().Bot.UserID+`","events":[]}` {
		t.Error(got)
	}
	b.set(500, nil)
	test("", "ERROR_STATUS_CODE")
	test(`{"endpoint":"http://127.0.0.1:1/"}`, "COULD_NOT_CONNECT")
	if r := p.call(nil, "PUT", "/v2/bot/channel/webhook/endpoint", `{"endpoint":"https://a.jp/hook"}`, ""); r.status != 200 {
		t.Error(r)
	}
	if r := p.call(nil, "GET", "/v2/bot/channel/webhook/endpoint", "", ""); r.body != `{"active":true,"endpoint":"https://a.jp/hook"}` {
		t.Error(r.body)
	}
	p.Check(t)
}

func TestStandby(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	e := p.NewUser().TextEvent("a")
	e.Standby = true
	e.Own["more"] = 1
	b.silent()
	p.Deliver(e)
	if r := p.say(e, textMsg("a")); r.status != 400 || rules(p) != "reply token replyToken" {
		t.Errorf("answers in standby: %v", r)
	}
	if s := b.received()[0]; strings.Contains(s, "replyToken") || !strings.Contains(s, `"mode":"standby"`) || !strings.Contains(s, `"more":1`) {
		t.Error(s)
	}
}

func TestWaitGivesUp(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	b.silent()
	u := p.NewUser()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := u.WaitReply(ctx, u.Text("a")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if _, err := u.WaitReply(t.Context(), u.Tap("nothing")); !errors.Is(err, ErrNoChoice) {
		t.Error(err)
	}
}
