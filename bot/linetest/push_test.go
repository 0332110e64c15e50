package linetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func TestRetryKey(t *testing.T) {
	t.Parallel()
	const key, path = "9d2b1c5e-0000-4000-8000-00000000abcd", "/v2/bot/message/push"
	p, clock, _ := play(t, Config{})
	u := p.NewUser()
	first := p.call(nil, "POST", path, pushBody(u.ID(), textMsg("a")), key)
	if first.status != 200 || !strings.Contains(first.body, `"sentMessages":[{"id":"`) {
		t.Fatal(first)
	}
	clock.Advance(24*time.Hour - time.Millisecond)
	// The same in other words: key order, blanks and escapes are free.
	second := p.call(nil, "POST", path, `{ "messages":[{"text":"\u0061","type":"text"}], "to":"`+u.ID()+`"}`, key)
	sent := strings.TrimSuffix(strings.TrimPrefix(first.body, "{"), "}")
	if second.status != 409 || second.header.Get("X-Line-Accepted-Request-Id") != first.header.Get("X-Line-Request-Id") ||
		!strings.Contains(second.body, "The retry key is already accepted") || !strings.Contains(second.body, sent) {
		t.Error(second)
	}
	p.Check(t)
	third := p.call(nil, "POST", path, pushBody(u.ID(), textMsg("b")), key)
	if third.status != 409 || rules(p) != "push retryKey X-Line-Retry-Key" {
		t.Error(third, rules(p))
	}
	if n := len(u.Inbox()); n != 1 {
		t.Errorf("%d arrived", n)
	}
	clock.Advance(time.Millisecond) // 24 h: forgotten
	if r := p.call(nil, "POST", path, pushBody(u.ID(), textMsg("a")), key); r.status != 200 || len(u.Inbox()) != 2 {
		t.Error(r)
	}
}

// A key counts once the call was accepted, not before.
func TestRetryKeyAfterFaults(t *testing.T) {
	t.Parallel()
	const path = "/v2/bot/message/push"
	for name, c := range map[string]struct {
		fault Fault
		again int
	}{
		"refused":      {Fault{Endpoint: "push", Status: 500}, 200},
		"taken":        {Fault{Endpoint: "push", Status: 500, Taken: true}, 409},
		"dropped":      {Fault{Endpoint: "push", Drop: true}, 200},
		"answer lost":  {Fault{Endpoint: "push", Drop: true, Taken: true}, 409},
		"rate limited": {Fault{Status: 429}, 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _, _ := play(t, Config{})
			u := p.NewUser()
			p.Fault(c.fault)
			key := newUUID()
			first := p.call(nil, "POST", path, pushBody(u.ID(), textMsg("a")), key)
			if first.status != c.fault.Status || (first.err != nil) != c.fault.Drop {
				t.Errorf("%+v", first)
			}
			if r := p.call(nil, "POST", path, pushBody(u.ID(), textMsg("a")), key); r.status != c.again {
				t.Errorf("%+v", r)
			}
			if len(u.Inbox()) != 1 || len(p.Pushes()) != 1 || u.Last().RetryKey != key || u.Last().Kind != "push" || len(u.Replies()) != 0 {
				t.Errorf("%v", u.Inbox())
			}
			p.Check(t)
		})
	}
}

func TestBlocked(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	b.silent()
	u := p.NewUser()
	d := u.Text("a")
	u.Unfollow()
	if r := p.call(nil, "POST", "/v2/bot/message/push", pushBody(u.ID(), textMsg("a")), ""); r.status != 200 {
		t.Error(r)
	}
	if r := p.say(d.Event, textMsg("a")); r.status != 200 {
		t.Error(r)
	}
	if r := p.call(nil, "GET", "/v2/bot/profile/"+u.ID(), "", ""); r.status != 404 {
		t.Error(r)
	}
	if len(u.Inbox()) != 0 || u.Last() != nil || len(u.Choices()) != 0 || !p.Pushes()[0].Blocked {
		t.Error("a blocked patient receives")
	}
	if r := p.call(nil, "GET", "/v2/bot/message/quota/consumption", "", ""); r.body != `{"totalUsage":0}` {
		t.Error(r.body)
	}
	u.Unblock()
	p.call(nil, "POST", "/v2/bot/message/push", pushBody(u.ID(), textMsg("a")), "")
	if len(u.Inbox()) != 1 {
		t.Error("nothing arrives after the block")
	}
	u.SetProfile(nil)
	if r := p.call(nil, "GET", "/v2/bot/profile/"+u.ID(), "", ""); r.status != 404 {
		t.Error(r)
	}
	p.Check(t)
}

func TestFaults(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	b.silent()
	u := p.NewUser()
	d := u.Text("a")

	p.Fault(Fault{Endpoint: "reply", Status: 429, Times: 2})
	for range 2 {
		if r := p.say(d.Event, textMsg("a")); r.status != 429 || !strings.Contains(r.body, "rate limit") {
			t.Error(r)
		}
	}
	if r := p.call(nil, "GET", "/v2/bot/info", "", ""); r.status != 200 {
		t.Error(r)
	}

	// Slow: the caller gives up, and nothing was taken.
	// The platform hears of it late, so this call must never be released.
	slow := p.Fault(Fault{Endpoint: "reply", Slow: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-slow.Hit(); cancel() }()
	if r := p.call(ctx, "POST", "/v2/bot/message/reply", replyBody(d.Event.ReplyToken, textMsg("a")), ""); !errors.Is(r.err, context.Canceled) {
		t.Error(r)
	}
	if len(u.Inbox()) != 0 {
		t.Error("taken though the caller gave up")
	}
	held := p.Fault(Fault{Endpoint: "reply", Slow: true, Times: -1})
	go func() { <-held.Hit(); held.Release() }()
	if r := p.say(d.Event, textMsg("a")); r.status != 200 {
		t.Error(r)
	}
	if r := p.say(u.Text("a").Event, textMsg("a")); r.status != 200 {
		t.Errorf("the fault outlives Release: %v", r)
	}

	// The answer gets lost: the reply is there, the token spent.
	e := u.Text("a").Event
	p.Fault(Fault{Endpoint: "reply", Drop: true, Taken: true})
	if r := p.say(e, textMsg("lost")); r.err == nil {
		t.Error(r)
	}
	if u.Last().Text() != "lost" || p.say(e, textMsg("a")).status != 400 {
		t.Error("not taken")
	}
	// Lost before it was taken: the token is still good.
	e = u.Text("a").Event
	p.Fault(Fault{Endpoint: "reply", Drop: true})
	if r := p.say(e, textMsg("a")); r.err == nil || p.say(e, textMsg("b")).status != 200 {
		t.Error(r)
	}
	p.Fault(Fault{Endpoint: "reply", Status: 429, Message: MonthlyLimit})
	if r := p.say(e, textMsg("a")); r.body != `{"message":"You have reached your monthly limit."}` {
		t.Error(r)
	}
	p.Check(t)
	for _, c := range p.Calls() {
		if c.Endpoint == "" || c.RequestID == "" {
			t.Errorf("%+v", c)
		}
	}
}

// Close lets go of what a fault holds.
func TestCloseWhileHeld(t *testing.T) {
	t.Parallel()
	p, _, _ := play(t, Config{})
	in := p.Fault(Fault{Slow: true})
	done := make(chan result)
	go func() { done <- p.call(nil, "GET", "/v2/bot/info", "", "") }()
	<-in.Hit()
	p.Close()
	if r := <-done; r.err == nil {
		t.Error(r)
	}
	if _, err := p.NewUser().Wait(t.Context(), func(*Received) bool { return true }); err == nil {
		t.Error("waits on a closed platform")
	}
}
