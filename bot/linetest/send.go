package linetest

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

const utfReplacement = "\uFFFD"

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// sending are the properties of every call that sends.
var sending = fields{"messages!": anything, "notificationDisabled": boolean}

// The SDK sends null where it has no units; LINE seems to take that.
// LINE: one unit, 30 characters (R#send-push-message).
func units(c *checker, at place, v any) {
	if v != nil {
		list(1, 1, pattern(`[A-Za-z0-9_]{1,30}`, "a unit name"))(c, at, v)
	}
}

// read decodes a call that sends, and checks its messages.
func (p *Platform) read(req *request, f fields) (map[string]json.RawMessage, []json.RawMessage, []problem) {
	o, found := decode(req, f)
	if o["messages"] == nil {
		return o, nil, found
	}
	messages, more := checkMessages(o["messages"])
	if strings.Contains(string(canonical(o["messages"])), utfReplacement) {
		p.mu.Lock()
		echo := p.replaced
		p.mu.Unlock()
		if !echo { // what becomes of a text cut inside a character
			more = append(more, problem{rule: "encoding", path: "messages", detail: "U+FFFD, which no patient has written", soft: true})
		}
	}
	return o, messages, append(found, more...)
}

func (p *Platform) reply(req *request) answer {
	o, messages, found := p.read(req, sending.and(fields{"replyToken!": text(codeUnits, 1000)}))
	var name string
	json.Unmarshal(o["replyToken"], &name)
	if hard(found) {
		if p.cfg.BurnRefused {
			p.mu.Lock()
			if t := p.tokens[name]; t != nil {
				t.used = true
			}
			p.mu.Unlock()
		}
		return p.refuse(req, found)
	}
	p.refuse(req, found) // records the soft ones

	now := p.cfg.Now()
	p.mu.Lock()
	t := p.tokens[name]
	why := t.dead(now)
	var bad []problem
	if why == "" {
		if bad = p.badQuotes(t.chat, messages); len(bad) == 0 || p.cfg.BurnRefused {
			t.used = true
		}
	}
	if why != "" || len(bad) > 0 {
		p.mu.Unlock()
		if len(bad) > 0 {
			return p.refuse(req, bad)
		}
		// Another try with a used or an expired one is harmless: a bot cannot know better.
		if strings.HasPrefix(why, "never") {
			p.violate("token", "reply", "replyToken", why, string(req.body))
		}
		return failure(400, "Invalid reply token")
	}
	defer p.mu.Unlock()
	r := &Received{Kind: "reply", To: t.chat.id, Event: t.event, At: now, RequestID: req.call.RequestID}
	return answer{status: 200, body: p.send([]*Chat{t.chat}, r, messages)}
}

func (p *Platform) push(req *request) answer {
	o, messages, found := p.read(req, sending.and(fields{"to!": text(codeUnits, 100), "customAggregationUnits": units}))
	var to string
	json.Unmarshal(o["to"], &to)
	return p.pushTo(req, []string{to}, messages, found)
}

func (p *Platform) multicast(req *request) answer {
	// LINE: 500 users, no groups (R#send-multicast-message).
	o, messages, found := p.read(req, sending.and(fields{"to!": list(1, 500, pattern(`U[0-9a-f]{32}`, "a user id")), "customAggregationUnits": units}))
	var to []string
	json.Unmarshal(o["to"], &to)
	return p.pushTo(req, to, messages, found)
}

// pushTo handles what is sent without a reply token. key counts only once it was accepted.
func (p *Platform) pushTo(req *request, to []string, messages []json.RawMessage, found []problem) answer {
	key, given := req.call.RetryKey, len(req.Header.Values("X-Line-Retry-Key")) > 0
	if given && !uuid.MatchString(key) {
		found = append(found, problem{rule: "retryKey", path: "X-Line-Retry-Key", property: "X-Line-Retry-Key", detail: "must be a UUID"})
	}
	var chats []*Chat
	p.mu.Lock()
	for _, id := range to {
		c := p.chat(id)
		if c == nil && !hard(found) { // LINE: "Failed to send messages" (R#send-push-message)
			found = append(found, problem{rule: "to", path: "to", property: "to", detail: "nobody has the id " + id})
		} else if c != nil {
			chats = append(chats, c)
			found = append(found, p.badQuotes(c, messages)...)
		}
	}
	p.mu.Unlock()
	if a := p.refuse(req, found); hard(found) {
		return a
	}

	now := p.cfg.Now()
	body := string(canonical(req.body))
	p.mu.Lock()
	if was := p.retries[key]; given && was != nil && now.Sub(was.at) < retryKeyFor {
		p.mu.Unlock()
		if was.body != body || was.endpoint != req.call.Endpoint { // LINE: undefined (D/retrying-api-request)
			p.violate("retryKey", req.call.Endpoint, "X-Line-Retry-Key", "another body under the same key", string(req.body))
		}
		a := map[string]any{"message": "The retry key is already accepted"}
		if s := was.answer["sentMessages"]; s != nil {
			a["sentMessages"] = s
		}
		return answer{409, a, map[string]string{"X-Line-Accepted-Request-Id": was.requestID}}
	}
	defer p.mu.Unlock()
	cost := 0
	for _, c := range chats {
		if !c.blocked { // LINE: a block is not counted (D/pricing)
			cost += c.recipients
		}
	}
	if p.cfg.Quota > 0 && p.consumed+cost > p.cfg.Quota {
		return failure(429, MonthlyLimit)
	}
	p.consumed += cost
	a := p.send(chats, &Received{Kind: req.call.Endpoint, At: now, RetryKey: key, RequestID: req.call.RequestID}, messages)
	if req.call.Endpoint == "multicast" {
		a = empty
	}
	if given {
		p.retries[key] = &accepted{now, req.call.RequestID, req.call.Endpoint, body, a}
	}
	return answer{status: 200, body: a}
}

// chat finds a user's or a group's chat. The caller holds mu.
func (p *Platform) chat(id string) *Chat {
	if u := p.users[id]; u != nil {
		return u.Chat
	}
	return p.groups[id]
}

// send hands messages to chats and returns the body of the answer. The caller holds mu.
func (p *Platform) send(chats []*Chat, r *Received, raw []json.RawMessage) map[string]any {
	r.Messages = parseMessages(raw)
	for _, c := range chats {
		got := *r
		got.To, got.Blocked = c.id, c.blocked
		if r.Kind != "reply" {
			p.pushes = append(p.pushes, &got)
		}
		if !c.blocked {
			c.inbox = append(c.inbox, &got)
			close(c.changed)
			c.changed = make(chan struct{})
		}
	}
	var sent []map[string]string
	for _, m := range r.Messages {
		p.lastID++
		s := map[string]string{"id": messageID(p.lastID)}
		if m.Kind != "location" && len(chats) == 1 {
			s["quoteToken"] = p.quotable(chats[0])
		}
		sent = append(sent, s)
	}
	return map[string]any{"sentMessages": sent}
}

// badQuotes finds quote tokens of other chats, or of none. LINE: same chat only
// (D/get-quote-tokens). The caller holds mu.
func (p *Platform) badQuotes(c *Chat, messages []json.RawMessage) []problem {
	var found []problem
	for i, raw := range messages {
		var m struct{ QuoteToken string }
		json.Unmarshal(raw, &m)
		if m.QuoteToken != "" && p.quotes[m.QuoteToken] != c {
			at := place{path: "messages"}.index(i).key("quoteToken")
			found = append(found, problem{rule: "quoteToken", path: at.path, property: at.path, detail: "not of this chat"})
		}
	}
	return found
}

func (p *Platform) broadcast(req *request) answer {
	p.violate("endpoint", "broadcast", "", "a broadcast goes to every friend", string(req.body))
	return failure(403, "You don't have permission to use this API.")
}

// validate tells what is wrong; asking is no violation.
func (p *Platform) validate(req *request) answer {
	o, found := decode(req, fields{"messages!": anything})
	if o["messages"] != nil {
		_, more := checkMessages(o["messages"])
		found = append(found, more...)
	}
	if hard(found) {
		return refusal(found)
	}
	return answer{status: 200, body: empty}
}

// Received is what came to a chat in one call.
type Received struct {
	Kind      string // reply, push, multicast
	To        string // the user's or group's id
	Messages  []Message
	Event     string // reply: the id of the webhook event that it answers
	At        time.Time
	RetryKey  string // push
	RequestID string
	Blocked   bool // accepted, but the patient never saw it
}

// Choices returns what could be tapped in it while it was the newest, numbered as in Render.
func (r *Received) Choices() []Choice { return choices(r.Messages) }

// Text joins what the messages say, bubble by bubble.
func (r *Received) Text() string {
	var out []string
	for _, m := range r.Messages {
		if m.Text != "" {
			out = append(out, m.Text)
		}
		for _, c := range m.Cards {
			out = append(out, strings.TrimPrefix(c.Title+"\n"+c.Text, "\n"))
		}
	}
	return strings.Join(out, "\n")
}
