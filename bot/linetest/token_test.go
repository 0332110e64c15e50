package linetest

import (
	"context"
	"strings"
	"testing"
	"time"
)

func TestReplyToken(t *testing.T) {
	t.Parallel()
	const invalid = `{"message":"Invalid reply token"}`
	type step struct {
		wait      time.Duration
		redeliver bool
		want      int // 0: no reply is tried
	}
	for name, steps := range map[string][]step{
		"single use":                    {{0, false, 200}, {0, false, 400}},
		"a minute":                      {{time.Minute, false, 200}},
		"more than a minute":            {{time.Minute + time.Millisecond, false, 400}},
		"renewed by redelivery":         {{5 * time.Minute, false, 400}, {0, true, 0}, {time.Minute, false, 200}, {0, false, 400}},
		"expired after redelivery":      {{5 * time.Minute, true, 0}, {time.Minute + 1, false, 400}},
		"renewed twice":                 {{5 * time.Minute, true, 0}, {5 * time.Minute, true, 0}, {0, false, 200}},
		"used stays used":               {{0, false, 200}, {time.Second, true, 0}, {0, false, 400}},
		"20 minutes after the event":    {{19*time.Minute + 30*time.Second, true, 0}, {30 * time.Second, false, 200}},
		"beyond 20 minutes":             {{19*time.Minute + 30*time.Second, true, 0}, {30*time.Second + 1, false, 400}},
		"redelivered after 20 minutes":  {{20*time.Minute + 1, true, 0}, {0, false, 400}},
		"redelivery before the old end": {{30 * time.Second, true, 0}, {time.Minute, false, 200}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, clock, b := play(t, Config{})
			b.silent()
			u := p.NewUser()
			d := u.Text("a")
			good := 0
			for i, s := range steps {
				clock.Advance(s.wait)
				if s.redeliver {
					p.Redeliver(d)
				}
				if s.want == 0 {
					continue
				}
				r := p.say(d.Event, textMsg("b"))
				if r.status != s.want || r.status == 400 && r.body != invalid || r.header.Get("X-Line-Request-Id") == "" {
					t.Errorf("step %d: %d %s", i, r.status, r.body)
				}
				if r.status == 200 {
					good++
				}
			}
			if len(u.Replies()) != good {
				t.Errorf("%d replies arrived", len(u.Replies()))
			}
			p.Check(t)
		})
	}
}

func TestReplyRefused(t *testing.T) {
	t.Parallel()
	for _, burn := range []bool{false, true} {
		p, _, b := play(t, Config{BurnRefused: burn})
		b.silent()
		u := p.NewUser()
		d := u.Text("a")
		r := p.say(d.Event, textMsg(""))
		if want := `{"details":[{"message":"May not be empty","property":"messages[0].text"}],"message":"The request body has 1 error(s)"}`; r.status != 400 || r.body != want {
			t.Errorf("%d %s", r.status, r.body)
		}
		if rules(p) != "reply limit messages[0].text" {
			t.Error(rules(p))
		}
		if r := p.say(d.Event, textMsg("b")); (r.status == 200) == burn {
			t.Errorf("burn %t: %d", burn, r.status)
		}
	}
}

func TestReplyFlexDetails(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	b.silent()
	d := p.NewUser().Text("a")
	r := p.say(d.Event, textMsg("a")+","+comp(`{"type":"text","text":""}`))
	if want := `{"details":[{"message":"May not be empty","property":"/body/contents/0/text"}],"message":"A message (messages[1]) in the request body is invalid"}`; r.body != want {
		t.Error(r.body)
	}
	if rules(p) != "reply limit messages[1].contents/body/contents/0/text" {
		t.Error(rules(p))
	}
}

// TestCallRules has the breaches that are not of a message.
func TestCallRules(t *testing.T) {
	t.Parallel()
	const key = "9d2b1c5e-0000-4000-8000-00000000abcd"
	someone := "U" + strings.Repeat("1", 32)
	push, reply := "/v2/bot/message/push", "/v2/bot/message/reply"
	for _, c := range []struct {
		name, method, path, body, key string
		status                        int
		rules                         string
	}{
		{"unknown token", "POST", reply, replyBody("nope", textMsg("a")), "", 400, "reply token replyToken"},
		{"retry key on reply", "POST", reply, replyBody("nope", textMsg("a")), key, 400, "reply retryKey X-Line-Retry-Key"},
		{"retry key elsewhere", "GET", "/v2/bot/info", "", key, 400, "info retryKey X-Line-Retry-Key"},
		{"no token", "POST", reply, `{"messages":[` + textMsg("a") + `]}`, "", 400, "reply schema replyToken"},
		{"no messages", "POST", reply, `{"replyToken":"a"}`, "", 400, "reply schema messages"},
		{"unknown property", "POST", push, `{"too":"","to":"` + someone + `","messages":[` + textMsg("a") + `]}`, "", 400, "push schema too"},
		{"not JSON", "POST", push, `{`, "", 400, "push json "},
		{"not an object", "POST", push, `[]`, "", 400, "push schema "},
		{"lone surrogate", "POST", push, pushBody(someone, `{"type":"text","text":"\ud83c"}`), "", 400, "push encoding "},
		{"invalid UTF-8", "POST", push, pushBody(someone, "{\"type\":\"text\",\"text\":\"\xe3\"}"), "", 400, "push encoding "},
		{"U+FFFD", "POST", push, pushBody(someone, textMsg("あ\uFFFD")), "", 200, "push encoding messages"},
		{"quick reply not last", "POST", push, pushBody(someone, quick(say)+","+textMsg("a")), "", 200, "push quickReply messages[0].quickReply"},
		{"retry key not a UUID", "POST", push, pushBody(someone, textMsg("a")), "1", 400, "push retryKey X-Line-Retry-Key"},
		{"unknown user", "POST", push, pushBody("U"+strings.Repeat("2", 32), textMsg("a")), "", 400, "push to to"},
		{"null units", "POST", push, `{"customAggregationUnits":null,"notificationDisabled":false,` + pushBody(someone, textMsg("a"))[1:], "", 200, ""},
		{"two units", "POST", push, `{"customAggregationUnits":["a","b"],` + pushBody(someone, textMsg("a"))[1:], "", 400, "push limit customAggregationUnits"},
		{"foreign quote token", "POST", push, pushBody(someone, with(textMsg("a"), `"quoteToken":"x"`)), "", 400, "push quoteToken messages[0].quoteToken"},
		{"too much", "POST", push, `{"a":"` + times(maxBody, "a") + `"}`, "", 413, "push limit "},
		{"multicast", "POST", "/v2/bot/message/multicast", `{"to":["` + someone + `"],"messages":[` + textMsg("a") + `]}`, key, 200, ""},
		{"multicast to 501", "POST", "/v2/bot/message/multicast", `{"to":[` + joined(501, `"`+someone+`"`) + `],"messages":[` + textMsg("a") + `]}`, "", 400, "multicast limit to"},
		{"multicast to a group", "POST", "/v2/bot/message/multicast", `{"to":["C` + someone[1:] + `"],"messages":[` + textMsg("a") + `]}`, "", 400, "multicast schema to[0]"},
		{"broadcast", "POST", "/v2/bot/message/broadcast", `{"messages":[` + textMsg("a") + `]}`, "", 403, "broadcast endpoint "},
		{"validate good", "POST", "/v2/bot/message/validate/reply", `{"messages":[` + textMsg("a") + `]}`, "", 200, ""},
		{"validate bad", "POST", "/v2/bot/message/validate/push", `{"messages":[` + textMsg("") + `]}`, "", 400, ""},
		{"profile", "GET", "/v2/bot/profile/" + someone, "", "", 200, ""},
		{"profile of nobody", "GET", "/v2/bot/profile/U" + strings.Repeat("2", 32), "", "", 404, ""},
		{"profile of no id", "GET", "/v2/bot/profile/x", "", "", 404, "profile to path"},
		{"profile by a path", "GET", "/v2/bot/profile/../info", "", "", 404, "GET /v2/bot/profile/../info endpoint "},
		{"member", "GET", "/v2/bot/group/C" + strings.Repeat("a", 32) + "/member/" + someone, "", "", 200, ""},
		{"info", "GET", "/v2/bot/info", "", "", 200, ""},
		{"quota", "GET", "/v2/bot/message/quota", "", "", 200, ""},
		{"content", "GET", "/v2/bot/message/1/content", "", "", 404, ""},
		{"loading", "POST", "/v2/bot/chat/loading/start", `{"chatId":"` + someone + `","loadingSeconds":60}`, "", 202, ""},
		{"loading without seconds", "POST", "/v2/bot/chat/loading/start", `{"chatId":"` + someone + `"}`, "", 202, ""},
		{"loading 65 s", "POST", "/v2/bot/chat/loading/start", `{"chatId":"` + someone + `","loadingSeconds":65}`, "", 400, "loading limit loadingSeconds"},
		{"loading 7 s", "POST", "/v2/bot/chat/loading/start", `{"chatId":"` + someone + `","loadingSeconds":7}`, "", 400, "loading limit loadingSeconds"},
		{"loading 0 s", "POST", "/v2/bot/chat/loading/start", `{"chatId":"` + someone + `","loadingSeconds":0}`, "", 400, "loading limit loadingSeconds"},
		{"loading in a group", "POST", "/v2/bot/chat/loading/start", `{"chatId":"C` + someone[1:] + `"}`, "", 400, "loading schema chatId"},
		{"read mark unknown", "POST", "/v2/bot/chat/markAsRead", `{"markAsReadToken":"a"}`, "", 400, "markAsRead token markAsReadToken"},
		{"webhook endpoint", "GET", "/v2/bot/channel/webhook/endpoint", "", "", 200, ""},
		{"webhook set 501", "PUT", "/v2/bot/channel/webhook/endpoint", `{"endpoint":"` + long("https://a.jp/", 501) + `"}`, "", 400, "webhook limit endpoint"},
		{"unknown endpoint", "GET", "/v2/bot/followers/ids", "", "", 404, "GET /v2/bot/followers/ids endpoint "},
		{"wrong method", "GET", push, "", "", 404, "GET /v2/bot/message/push endpoint "},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, _, _ := play(t, Config{})
			p.User(someone)
			p.Group("C"+strings.Repeat("a", 32), 2)
			r := p.call(nil, c.method, c.path, c.body, c.key)
			if r.status != c.status || rules(p) != c.rules || r.header.Get("X-Line-Request-Id") == "" {
				t.Errorf("%d %s, violations %q", r.status, r.body, rules(p))
			}
		})
	}
}

func TestBearer(t *testing.T) {
	t.Parallel()
	p, _, _ := play(t, Config{})
	if r := p.call(context.WithValue(t.Context(), wrongToken{}, true), "GET", "/v2/bot/info", "", ""); r.status != 401 || rules(p) != "info auth Authorization" {
		t.Errorf("%d %s", r.status, rules(p))
	}
}

func TestPatientsOwnReplacementCharacter(t *testing.T) {
	t.Parallel()
	p, _, _ := play(t, Config{})
	u := p.NewUser()
	mustReply(t, u, u.Text("\uFFFD"))
	p.Check(t)
}

func TestReadMarkAndQuote(t *testing.T) {
	t.Parallel()
	p, _, b := play(t, Config{})
	b.silent()
	u := p.NewUser()
	d := u.Text("a")
	m := d.Event.Own["message"].(map[string]any)
	if r := p.call(nil, "POST", "/v2/bot/chat/markAsRead", `{"markAsReadToken":"`+m["markAsReadToken"].(string)+`"}`, ""); r.status != 200 {
		t.Error(r)
	}
	if r := p.say(d.Event, with(textMsg("b"), `"quoteToken":"`+m["quoteToken"].(string)+`"`)); r.status != 200 {
		t.Error(r)
	}
	p.Check(t)
	v := p.NewUser()
	if r := p.say(v.Text("a").Event, with(textMsg("b"), `"quoteToken":"`+m["quoteToken"].(string)+`"`)); r.status != 400 || rules(p) != "reply quoteToken messages[0].quoteToken" {
		t.Error(r, rules(p))
	}
}
