package linetest

import (
	"fmt"
	"time"
)

const (
	tokenLife   = time.Minute      // from the receipt of the webhook (R#send-reply-message)
	tokenMost   = 20 * time.Minute // from the event, for a redelivered one
	retryKeyFor = 24 * time.Hour   // D/retrying-api-request
)

// replyToken is a reply token. Platform.mu guards it.
type replyToken struct {
	chat      *Chat
	event     string    // its webhookEventId
	at        time.Time // when that happened
	delivered time.Time
	again     bool
	used      bool
}

// deliver starts the token's minute, again at each redelivery.
func (t *replyToken) deliver(now time.Time, again bool) {
	t.delivered, t.again = now, t.again || again
}

// dead says why the token cannot be used, "" if it can.
func (t *replyToken) dead(now time.Time) string {
	switch {
	case t == nil:
		return "never issued"
	case t.used:
		return "used"
	case t.delivered.IsZero():
		return "never delivered"
	case now.Sub(t.delivered) > tokenLife:
		return "expired"
	case t.again && now.Sub(t.at) > tokenMost:
		return "expired, 20 minutes after the event"
	}
	return ""
}

// accepted is a request that was taken under a retry key.
type accepted struct {
	at        time.Time
	requestID string
	endpoint  string
	body      string // canonical
	answer    map[string]any
}

// quotable issues a quote token for a message of a chat. The caller holds mu.
func (p *Platform) quotable(c *Chat) string {
	t := randomToken(150)
	p.quotes[t] = c
	return t
}

func messageID(n int) string { return fmt.Sprint(461230966842000000 + n) }
