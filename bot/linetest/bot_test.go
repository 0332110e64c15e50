package linetest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// echo is a bot that answers every event with a reply token, by way of handle.
type echo struct {
	p      *Platform
	server *httptest.Server

	mu     sync.Mutex
	handle func(e obj) // nil: replies with the text or the data
	status int         // of its webhook, 0 is 200
	bodies []string
}

var start = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// play starts a platform on a manual clock, and a bot.
func play(t *testing.T, cfg Config) (*Platform, *Clock, *echo) {
	t.Helper()
	clock := NewClock(start)
	cfg.Now = clock.Now
	if cfg.Timeout == 0 {
		cfg.Timeout = 30 * time.Second // a loaded machine is no fault here
	}
	p := New(cfg)
	b := &echo{p: p}
	b.server = httptest.NewServer(b)
	t.Cleanup(func() { p.Close(); b.server.Close() })
	p.Connect(b.server.URL + "/webhook")
	return p, clock, b
}

func (b *echo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	raw, _ := io.ReadAll(r.Body)
	if r.Header.Get("X-Line-Signature") != b.p.Sign(raw) {
		w.WriteHeader(401)
		return
	}
	b.mu.Lock()
	b.bodies = append(b.bodies, string(raw))
	status, handle := b.status, b.handle
	b.mu.Unlock()
	var o obj
	json.Unmarshal(raw, &o)
	for _, e := range o.list("events") {
		token := e.str("replyToken")
		if handle != nil {
			handle(e)
		} else if token != "" {
			b.p.call(nil, "POST", "/v2/bot/message/reply", replyBody(token, textMsg(e.obj("message").str("text")+e.obj("postback").str("data")+e.str("type"))), "")
		}
	}
	if status != 0 {
		w.WriteHeader(status)
	}
}

func (b *echo) set(status int, handle func(e obj)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status, b.handle = status, handle
}

func (b *echo) received() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.bodies
}

// silent makes the bot take events and say nothing, so that a test can.
func (b *echo) silent() { b.set(0, func(obj) {}) }

func replyBody(token, messages string) string {
	return `{"replyToken":"` + token + `","messages":[` + messages + `]}`
}

func pushBody(to, messages string) string {
	return `{"to":"` + to + `","messages":[` + messages + `]}`
}

type result struct {
	status int
	body   string
	header http.Header
	err    error
}

// botClient keeps connections, as a bot does.
var botClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}

// wrongToken in a context makes call use another token.
type wrongToken struct{}

// call is a request to the platform with the right token. A nil ctx is the background.
func (p *Platform) call(ctx context.Context, method, path, body, key string) result {
	if ctx == nil {
		ctx = context.Background()
	}
	r, _ := http.NewRequestWithContext(ctx, method, p.URL()+path, bytes.NewReader([]byte(body)))
	r.Header.Set("Authorization", "Bearer "+p.cfg.Token)
	if ctx.Value(wrongToken{}) != nil {
		r.Header.Set("Authorization", "Bearer other")
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set("X-Line-Retry-Key", key)
	}
	resp, err := botClient.Do(r)
	if err != nil {
		return result{err: err}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	return result{resp.StatusCode, strings.TrimSpace(string(raw)), resp.Header, err}
}

func (p *Platform) say(e *Event, messages string) result {
	return p.call(nil, "POST", "/v2/bot/message/reply", replyBody(e.ReplyToken, messages), "")
}

// rules lists the violations so far, briefly.
func rules(p *Platform) string {
	var out []string
	for _, v := range p.Violations() {
		out = append(out, v.Endpoint+" "+v.Rule+" "+v.Where)
	}
	return strings.Join(out, "; ")
}

func mustReply(t *testing.T, u *User, d *Delivery) *Received {
	t.Helper()
	if d.Err != nil {
		t.Fatal(d.Err)
	}
	r, err := u.WaitReply(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSignature(t *testing.T) {
	t.Parallel()
	p := New(Config{Secret: "8c570fa6dd201bb328f1c1eac23a96d8", Bot: BotInfo{UserID: "U8e742f61d673b39c7fff3cecb7536ef0"}})
	defer p.Close()
	body := p.body(nil)
	if string(body) != `{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}` {
		t.Errorf("body %s", body)
	}
	if got := p.Sign(body); got != "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs=" {
		t.Errorf("signature %s", got)
	}
}

func TestRoundTrip(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	u := p.NewUser()
	for _, c := range []struct {
		d    *Delivery
		want string
	}{
		{u.Follow(), "follow"}, {u.Unblock(), "follow"}, {u.Text("痛い"), "痛いmessage"}, {u.Postback("a=1"), "a=1postback"}, {u.Sticker(), "message"},
		{u.Media("image"), "message"}, {u.Media("video"), "message"}, {u.Media("audio"), "message"}, {u.Media("file"), "message"}, {u.Location(), "message"},
	} {
		if got := mustReply(t, u, c.d).Text(); got != c.want || !c.d.OK() {
			t.Errorf("%q, want %q; status %d", got, c.want, c.d.Status)
		}
	}
	if n := len(u.Replies()); n != 10 {
		t.Errorf("%d replies", n)
	}
	if d := u.Media("smell"); d.Err == nil || d.Body != nil {
		t.Error("media of no kind are sent")
	}
	if d := u.Unsend("1"); !d.OK() || u.Unfollow().Status != 200 || p.Post([]byte("{}"), "wrong").Status != 401 || p.Post([]byte("{}"), "").Status != 401 {
		t.Errorf("%+v", d)
	}

	// The shape of an event, and several of several users in one body.
	v := p.NewUser()
	d := p.Deliver(u.TextEvent("a"), v.TextEvent("<b>"))
	mustReply(t, v, d)
	var got struct {
		Destination string
		Events      []struct {
			Type, Mode, WebhookEventID, ReplyToken string
			Timestamp                              int64
			Source                                 map[string]string
			DeliveryContext                        map[string]bool
			Message                                map[string]string
		}
	}
	bodies := b.received()
	last := bodies[len(bodies)-1]
	if err := json.Unmarshal([]byte(last), &got); err != nil {
		t.Fatal(err)
	}
	e := got.Events[1]
	if got.Destination != p.Config().Bot.UserID || e.Type != "message" || e.Mode != "active" || e.Timestamp != start.UnixMilli() ||
		e.Source["userId"] != v.ID() || e.Source["type"] != "user" || e.DeliveryContext["isRedelivery"] || len(e.ReplyToken) != 32 ||
		e.Message["text"] != "<b>" || len(e.Message["quoteToken"]) != 150 || len(e.Message["markAsReadToken"]) != 214 || e.Message["id"] != d.Events[1].MessageID() {
		t.Errorf("%s", last)
	}
	if !strings.Contains(last, "<b>") {
		t.Error("escapes HTML: not what LINE sends")
	}
	if id := e.WebhookEventID; len(id) != 26 || newULID(start)[:10] != id[:10] || id[:10] != "01M817QNM0" {
		t.Errorf("not a ULID of the clock: %s", id)
	}
	p.Check(t)
}

func TestGroup(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{Quota: 5})
	g := p.Group("C"+strings.Repeat("a", 32), 3)
	u := p.NewUser()
	d := u.In(g).Text("hello")
	if r := mustReply(t, u.In(g), d); r.To != g.ID() || len(u.Inbox()) != 0 {
		t.Errorf("%+v", r)
	}
	if s := b.received()[0]; !strings.Contains(s, `"groupId":"`+g.ID()+`"`) || !strings.Contains(s, `"userId":"`+u.ID()+`"`) {
		t.Error(s)
	}
	if r := p.call(nil, "POST", "/v2/bot/message/push", pushBody(g.ID(), textMsg("a")), ""); r.status != 200 {
		t.Error(r)
	}
	if r := p.call(nil, "GET", "/v2/bot/message/quota/consumption", "", ""); r.body != `{"totalUsage":3}` {
		t.Error(r.body)
	}
	if r := p.call(nil, "POST", "/v2/bot/message/push", pushBody(g.ID(), textMsg("a")), ""); r.status != 429 || !strings.Contains(r.body, MonthlyLimit) {
		t.Error(r)
	}
	p.Check(t)
}

// TestParallel has many patients at once; it earns its keep under -race.
func TestParallel(t *testing.T) {
	t.Parallel()
	p, _, _ := play(t, Config{})
	var all sync.WaitGroup
	for i := range 40 {
		all.Go(func() {
			u := p.NewUser()
			for j := range 5 {
				text := fmt.Sprintf("%d-%d-", i, j)
				r, err := u.WaitReply(t.Context(), u.Text(text))
				if err != nil || r.Text() != text+"message" || len(u.Inbox()) != j+1 || u.Last() != r {
					t.Errorf("%v %v", r, err)
				}
			}
		})
	}
	all.Wait()
	if n := len(p.Calls()); n != 200 {
		t.Errorf("%d calls", n)
	}
	p.Check(t)
}
