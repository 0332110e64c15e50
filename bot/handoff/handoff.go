// Package handoff brings leads to the clinic: each event of a lead to each recipient of each
// sink is a delivery of its own, with its own id, clock and state, so that no sink waits for
// another. What is stored with the lead is delivered at least once: a delivery is claimed
// under a lease, its body is frozen before the first try, and it is settled only by who holds
// the lease. A crash anywhere leaves it to be claimed again, under the same id.
package handoff

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/sink"
	"hogushi/bot/store"
)

// Store is the part of the store that handing over needs.
type Store interface {
	LeadsOf(ctx context.Context, user store.UserID) ([]store.Lead, error)
	Deliveries(ctx context.Context, user store.UserID, lead string) ([]store.Delivery, error)
	Claim(ctx context.Context, lease time.Duration, limit int) ([]store.Delivery, error)
	Settle(ctx context.Context, from, to store.Delivery) (bool, error)
	Undelivered(ctx context.Context, limit int) ([]store.Delivery, error)
	Note(ctx context.Context, name string) (*store.Note, error)
	SetNote(ctx context.Context, n store.Note, prev store.Version) (bool, error)
	Sweep(ctx context.Context) error
}

// LINE is what is asked of LINE.
type LINE interface {
	Push(ctx context.Context, to, retryKey string, messages []json.RawMessage) error
	Profile(ctx context.Context, userID string) (displayName string, err error)
}

// Config is what a Handoff is made of. Webhook and Mail may be nil: there is no such sink.
type Config struct {
	Book
	Store   Store
	LINE    LINE
	LineTo  []string // staff's chats; none: those that staff have linked
	Webhook *sink.Webhook
	Mail    *sink.Mail
	MailTo  []string
	AlertTo []string             // who is told by mail that something isn't delivered
	Full    bool                 // the LINE card holds health words too
	Lease   time.Duration        // of a claimed delivery; zero: longer than the slowest try takes
	Keep    func() time.Duration // how long a lead is kept that has been dealt with, from now on
	Log     *slog.Logger
	Metrics *Metrics

	// At is told where a delivery has come to, by one of the names in Points. A test kills
	// the process there.
	At func(point string)
}

// Points are the places at which a delivery can be killed, in order.
var Points = []string{"claimed", "frozen", "sent", "settled"}

// Handoff delivers. Make one with New, Start it once, Stop it once.
type Handoff struct {
	Config
	sinks map[string]*way
	kick  chan struct{}
	quit  chan struct{}
	end   func()
	all   sync.WaitGroup
	carry atomic.Int32 // deliveries under way
	life  context.Context
	die   context.CancelFunc
	chats linked
}

// New makes a Handoff.
func New(c Config) *Handoff {
	h := &Handoff{Config: c, sinks: map[string]*way{}, kick: make(chan struct{}, 1), quit: make(chan struct{})}
	if h.Lease == 0 {
		h.Lease = lease
	}
	h.end = sync.OnceFunc(func() { close(h.quit) })
	h.life, h.die = context.WithCancel(context.Background())
	h.sinks[SinkLINE] = &way{render: (*notice).card, send: h.push, atOnce: 16}
	if c.Webhook != nil {
		h.sinks[SinkWebhook] = &way{render: (*notice).webhook, send: h.post, atOnce: 8}
	}
	if c.Mail != nil && len(c.MailTo) > 0 {
		h.sinks[SinkMail] = &way{render: (*notice).letter, send: h.mail, atOnce: 8}
	}
	return h
}

// way is one sink: how it is spoken to, and how it has been lately.
type way struct {
	render func(*notice) ([]byte, error)
	send   func(ctx context.Context, p *parcel, id string) error
	atOnce int32

	busy     atomic.Int32
	troubles atomic.Int32 // tries in a row that went wrong
}

// shaky is how many tries in a row make a sink one that is down: it is tried by one delivery
// at a time till it is back.
const shaky = 5

func (w *way) down() bool { return w.troubles.Load() >= shaky }

// enter takes a place at the sink, if there is one.
func (w *way) enter() bool {
	most := w.atOnce
	if w.down() {
		most = 1
	}
	if w.busy.Add(1) > most {
		w.busy.Add(-1)
		return false
	}
	return true
}

func (w *way) leave(err error) {
	w.busy.Add(-1)
	if err == nil {
		w.troubles.Store(0)
	} else {
		w.troubles.Add(1)
	}
}

func (h *Handoff) push(ctx context.Context, p *parcel, id string) error {
	var messages []json.RawMessage
	if err := json.Unmarshal(p.Frozen, &messages); err != nil {
		return fmt.Errorf("read card: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendBy)
	defer cancel()
	return h.LINE.Push(ctx, p.To, id, messages)
}

func (h *Handoff) post(ctx context.Context, p *parcel, id string) error {
	return h.Webhook.Post(ctx, id, time.Now(), p.Frozen)
}

func (h *Handoff) mail(ctx context.Context, p *parcel, id string) error {
	var l letter
	if err := json.Unmarshal(p.Frozen, &l); err != nil {
		return fmt.Errorf("read letter: %w", err)
	}
	return h.Mail.Send(ctx, sink.Letter{ID: id, To: p.To, Subject: l.Subject, Text: l.Text, HTML: l.HTML, At: time.UnixMilli(l.At)})
}

// recipients are who is told of a lead now. An error says that they aren't known yet: a lead
// without its deliveries would reach nobody.
func (h *Handoff) recipients() ([]recipient, error) {
	var list []recipient
	chats, known := h.StaffChats()
	if !known {
		return nil, fmt.Errorf("find the staff's chats: %w", store.ErrUnavailable)
	}
	for _, to := range chats {
		list = append(list, recipient{SinkLINE, to})
	}
	if h.sinks[SinkWebhook] != nil {
		list = append(list, recipient{sink: SinkWebhook})
	}
	if h.sinks[SinkMail] != nil {
		for _, to := range h.MailTo {
			list = append(list, recipient{SinkMail, to})
		}
	}
	return list, nil
}

// Reachable says whether the clinic is likely to hear of a lead soon: there is a recipient
// whose sink isn't down.
func (h *Handoff) Reachable() bool {
	list, _ := h.recipients()
	for _, r := range list {
		if !h.sinks[r.sink].down() {
			return true
		}
	}
	return false
}

// Submit makes the write of an entry that was changed by an event: with its deliveries.
// from is LINE's id of that event, user the hash of whose lead it is.
func (h *Handoff) Submit(e Entry, user store.UserID, what Event, at time.Time, from string) (store.LeadWrite, error) {
	return h.SubmitBut(e, user, what, at, from, "")
}

// SubmitBut is Submit, but for one chat of the staff's, which knows already.
func (h *Handoff) SubmitBut(e Entry, user store.UserID, what Event, at time.Time, from, skip string) (store.LeadWrite, error) {
	if e.State == engine.LeadDone || e.State == engine.LeadWithdrawn {
		e.Stored.Expiry = at.Add(h.Keep())
	}
	w, err := h.Write(e, user, from)
	if err != nil {
		return w, err
	}
	to, err := h.recipients()
	if err != nil {
		return w, err
	}
	p := parcel{Event: what, At: at.UnixMilli(), Receipt: e.Receipt, Skip: skip}
	return w, h.plan(&w, p, to)
}

// Kick says that something has been stored that is due now.
func (h *Handoff) Kick() {
	select {
	case h.kick <- struct{}{}:
	default:
	}
}

func (h *Handoff) point(name string) {
	if h.At != nil {
		h.At(name)
	}
}

// jitter is the only chance in handing over.
func jitter() float64 { return rand.Float64() }
