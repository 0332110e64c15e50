package linetest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Delivery is one webhook request and what the bot answered.
type Delivery struct {
	Event  *Event   // the first event, nil if there is none
	Events []*Event // all of them
	Body   []byte   // as posted; nil if nothing was
	Status int
	Err    error         // no answer, or nothing to post
	Took   time.Duration // until the answer, on a real clock
}

// OK reports whether the bot took it. LINE judges by 2xx (D/check-webhook-error-statistics).
func (d *Delivery) OK() bool { return d.Err == nil && d.Status/100 == 2 }

// Sign returns the x-line-signature of a body (D/verify-webhook-signature).
func (p *Platform) Sign(body []byte) string {
	m := hmac.New(sha256.New, []byte(p.cfg.Secret))
	m.Write(body)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

// Deliver posts events, which may be of several users, in one signed body.
func (p *Platform) Deliver(events ...*Event) *Delivery {
	d := &Delivery{Events: events}
	if len(events) > 0 {
		d.Event = events[0]
	}
	now := p.cfg.Now()
	p.mu.Lock()
	for _, e := range events {
		if t := p.tokens[e.ReplyToken]; t != nil && !e.Standby {
			t.deliver(now, e.Redelivery)
		}
	}
	p.mu.Unlock()
	body := p.body(events)
	d.run(p, body, p.Sign(body))
	if !d.OK() {
		p.mu.Lock()
		if p.keep {
			p.pending = append(p.pending, d)
		}
		p.mu.Unlock()
	}
	return d
}

// Redeliver posts the events of d again: same ids and reply tokens, isRedelivery true.
func (p *Platform) Redeliver(d *Delivery) *Delivery {
	p.mu.Lock()
	p.pending = slices.DeleteFunc(p.pending, func(o *Delivery) bool { return o == d })
	p.mu.Unlock()
	var again []*Event
	for _, e := range d.Events {
		c := *e
		c.Redelivery = true
		again = append(again, &c)
	}
	return p.Deliver(again...)
}

// Post posts any bytes; a signature of "" leaves the header out.
func (p *Platform) Post(body []byte, signature string) *Delivery {
	d := &Delivery{}
	d.run(p, body, signature)
	return d
}

// Redelivering switches redelivery on or off; like LINE's it is off at first. While it is
// on, deliveries that were not answered 2xx wait for RedeliverPending.
func (p *Platform) Redelivering(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.keep = on; !on {
		p.pending = nil
	}
}

// RedeliverPending posts again what waits, in order. What fails again waits again.
func (p *Platform) RedeliverPending() []*Delivery {
	p.mu.Lock()
	list := p.pending
	p.pending = nil
	p.mu.Unlock()
	var out []*Delivery
	for _, d := range list {
		out = append(out, p.Redeliver(d))
	}
	return out
}

// Pending returns the deliveries that wait.
func (p *Platform) Pending() []*Delivery {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.pending)
}

// body is a webhook's body.
func (p *Platform) body(events []*Event) []byte {
	if events == nil {
		events = []*Event{} // LINE sends [], not null
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(map[string]any{"destination": p.cfg.Bot.UserID, "events": events}); err != nil {
		panic(fmt.Sprintf("linetest: encode events: %v", err))
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

// run posts a body to the bot.
func (d *Delivery) run(p *Platform, body []byte, signature string) {
	p.mu.Lock()
	to := p.webhook
	p.mu.Unlock()
	d.Body = body
	start := time.Now()
	d.Status, d.Err = p.post(to, body, signature)
	d.Took = time.Since(start)
	if errors.Is(d.Err, context.DeadlineExceeded) {
		p.violate("slow", "webhook", "", fmt.Sprintf("no answer within %v", p.cfg.Timeout), string(body))
	}
}

// post sends one webhook request.
func (p *Platform) post(to string, body []byte, signature string) (int, error) {
	if to == "" {
		return 0, errors.New("post webhook: no address; see Connect")
	}
	r, err := http.NewRequest("POST", to, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("post webhook: %w", err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("User-Agent", "LineBotWebhook/2.0")
	if signature != "" {
		r.Header["x-line-signature"] = []string{signature} // LINE: the case may change
	}
	resp, err := p.client.Do(r)
	if err != nil {
		return 0, fmt.Errorf("post webhook: %w", err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	return resp.StatusCode, nil
}

// noted remembers that patients may write U+FFFD themselves.
func (p *Platform) noted(text string) {
	if strings.Contains(text, utfReplacement) {
		p.mu.Lock()
		p.replaced = true
		p.mu.Unlock()
	}
}
