package linetest

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"time"
)

// Event is a webhook event (R#webhook-event-objects). Its fields may be changed before it
// is delivered, to play what LINE might do.
type Event struct {
	Type       string
	ID         string    // webhookEventId, a ULID
	Time       time.Time // when it happened; to the millisecond
	ReplyToken string    // "" where the type has none
	Source     any       // the source object, nil for none
	Standby    bool      // another channel has the conversation: no reply token is sent
	Redelivery bool
	// Own holds the type's own properties, like "message". It may also replace the common ones.
	Own map[string]any
}

// MarshalJSON gives the event as LINE sends it.
func (e *Event) MarshalJSON() ([]byte, error) {
	o := map[string]any{
		"type": e.Type, "webhookEventId": e.ID, "timestamp": e.Time.UnixMilli(), "mode": "active",
		"deliveryContext": map[string]any{"isRedelivery": e.Redelivery},
	}
	if e.Source != nil {
		o["source"] = e.Source
	}
	if e.ReplyToken != "" && !e.Standby {
		o["replyToken"] = e.ReplyToken
	}
	if e.Standby {
		o["mode"] = "standby"
	}
	maps.Copy(o, e.Own)
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // LINE sends < as it is
	if err := enc.Encode(o); err != nil {
		return nil, fmt.Errorf("encode event: %w", err)
	}
	return b.Bytes(), nil
}

// MessageID is the id of the event's message, "" if it has none.
func (e *Event) MessageID() string {
	m, _ := e.Own["message"].(map[string]any)
	id, _ := m["id"].(string)
	return id
}

var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newULID makes a ULID: 48 bits of time, 80 of chance, in 26 characters.
func newULID(t time.Time) string {
	// 130 bits are written; the two leading ones are zero.
	var b [17]byte
	binary.BigEndian.PutUint64(b[1:], uint64(t.UnixMilli())<<16)
	rand.Read(b[7:])
	return shifted(b)
}

// shifted encodes the 128 bits behind the first byte with two zero bits before them.
func shifted(b [17]byte) string {
	var out [17]byte
	for i := range 16 { // six bits to the left
		out[i] = b[i]<<6 | b[i+1]>>2
	}
	out[16] = b[16] << 6
	return crockford.EncodeToString(out[:])[:26]
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// randomToken makes a token as long as those that were seen live.
func randomToken(length int) string {
	b := make([]byte, length*3/4+1)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)[:length]
}

// event makes an event of the chat, at the time of the platform's clock.
func (c *Chat) event(user, kind string, token bool, own map[string]any) *Event {
	now := c.p.cfg.Now()
	e := &Event{Type: kind, ID: newULID(now), Time: now, Source: c.source(user), Own: own}
	if token {
		e.ReplyToken = randomHex(16)
		c.p.mu.Lock()
		c.p.tokens[e.ReplyToken] = &replyToken{chat: c, event: e.ID, at: now}
		c.p.mu.Unlock()
	}
	return e
}

// source is the source object of what a person says in the chat.
func (c *Chat) source(user string) map[string]any {
	if c.group() {
		return map[string]any{"type": "group", "groupId": c.id, "userId": user}
	}
	return map[string]any{"type": "user", "userId": user}
}

// message makes a message event; m has the content without its id and tokens.
func (c *Chat) message(user string, m map[string]any) *Event {
	p := c.p
	read := randomToken(214)
	m["markAsReadToken"] = read
	p.mu.Lock()
	p.lastID++
	m["id"] = messageID(p.lastID)
	p.readTokens[read] = true
	switch m["type"] { // LINE: not audio, file, location (R#message-event)
	case "text", "sticker", "image", "video":
		m["quoteToken"] = p.quotable(c)
	}
	p.mu.Unlock()
	return c.event(user, "message", true, map[string]any{"message": m})
}
