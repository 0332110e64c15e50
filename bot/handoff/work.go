package handoff

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/store"
)

// Times of carrying.
const (
	lookEvery = 500 * time.Millisecond // for what other replicas and the end of leases leave
	lease     = 90 * time.Second       // longer than a try of the slowest sink takes
	sendBy    = 20 * time.Second
	storeBy   = 5 * time.Second
	downFor   = 15 * time.Second // a sink that is down has its one place taken
	nameBy    = time.Second      // LINE tells a display name
	behind    = time.Second      // a place at a sink isn't free, or an earlier event goes first
	missing   = 10 * time.Minute // its sink isn't set up: until somebody does
	maxCarry  = 64               // at once, over all sinks
)

// Start begins to deliver.
func (h *Handoff) Start() {
	h.all.Go(h.work)
	h.all.Go(h.watch)
	h.all.Go(h.follow)
}

// Stop claims nothing more and lets what is under way end while ctx lasts. What is cut short
// is claimed again when its lease ends.
func (h *Handoff) Stop(ctx context.Context) error {
	h.end()
	done := make(chan struct{})
	go func() { h.all.Wait(); close(done) }()
	defer h.die()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		h.die()
		return ctx.Err()
	}
}

func (h *Handoff) work() {
	timer := time.NewTicker(lookEvery)
	defer timer.Stop()
	for {
		select {
		case <-h.quit:
			return
		case <-h.kick:
		case <-timer.C:
		}
		for h.claim() {
		}
	}
}

// claim takes what is due and has room. It says whether there may be more.
func (h *Handoff) claim() bool {
	select {
	case <-h.quit:
		return false
	default:
	}
	room := maxCarry - int(h.carry.Load())
	if room <= 0 {
		return false
	}
	ctx, cancel := context.WithTimeout(h.life, storeBy)
	defer cancel()
	list, err := h.Store.Claim(ctx, h.Lease, room)
	if err != nil {
		if !errors.Is(err, store.ErrUnavailable) {
			h.Log.Error("claim deliveries", "err", err)
		}
		return false
	}
	for _, d := range list {
		h.carry.Add(1)
		h.all.Go(func() {
			defer h.Kick() // there is room again
			defer h.carry.Add(-1)
			h.deliver(d)
		})
	}
	return len(list) == room
}

// deliver makes one try of a delivery that is claimed.
func (h *Handoff) deliver(d store.Delivery) {
	defer func() {
		if p := recover(); p != nil { // the lease ends, and it is tried again
			h.Log.Error("deliver", "delivery", d.ID, "err", fmt.Errorf("panic in a delivery: %T", p))
		}
	}()
	h.point("claimed")
	p, err := h.openParcel(d)
	if err != nil {
		h.Log.Error("read delivery", "delivery", d.ID, "err", err)
		h.settle(d, d.Body, verdict{state: store.Failed})
		return
	}
	way := h.sinks[p.Sink]
	switch {
	case way == nil && time.Since(time.UnixMilli(p.At)) > giveUp:
		h.settle(d, d.Body, verdict{state: store.Failed})
		return
	case way == nil:
		h.Metrics.try(p.Sink, "no-sink")
		h.Log.Warn("deliver: its sink isn't set up", "delivery", d.ID, "sink", p.Sink)
		h.postpone(d, missing)
		return
	case h.gone(&p):
		h.Log.Warn("deliver: its recipient was removed", "delivery", d.ID, "sink", p.Sink)
		h.settle(d, d.Body, verdict{state: store.Done})
		return
	case !way.enter():
		wait := behind
		if way.down() {
			wait = downFor
		}
		h.postpone(d, wait+spread(wait, jitter()))
		return
	}
	entered := true
	defer func() {
		if entered { // not tried after all
			way.busy.Add(-1)
		}
	}()
	if p.Frozen == nil {
		switch ready, err := h.freeze(&d, &p, way); {
		case err != nil:
			h.Log.Error("prepare delivery", "delivery", d.ID, "err", err)
			return // the lease ends, and it is tried again
		case !ready:
			return
		}
		h.point("frozen")
	}
	start := time.Now()
	err = way.send(h.life, &p, d.ID)
	entered = false
	way.leave(err)
	h.point("sent")
	p.Tries, p.Tried, p.Trouble = p.Tries+1, start.UnixMilli(), ""
	v := try{p.Tries, time.Since(time.UnixMilli(p.At)), err, jitter()}.next()
	if err != nil {
		p.Trouble = err.Error()
	}
	if v.quota {
		p.Tries--
	}
	h.Metrics.tried(p.Sink, v, err, time.Since(start), time.Since(time.UnixMilli(p.At)))
	if err != nil {
		h.Log.Warn("deliver", "delivery", d.ID, "sink", p.Sink, "try", p.Tries, "err", err, "given-up", v.state == store.Failed, "again-in", v.wait.Round(time.Second).String())
	}
	if v.state == store.Done {
		p.Frozen = nil // nobody needs it any more
	}
	body, err := h.sealParcel(p, d.ID)
	if err != nil {
		h.Log.Error("seal delivery", "delivery", d.ID, "err", err)
		return
	}
	h.settle(d, body, v)
	h.point("settled")
}

// gone says whether a recipient who would be told a patient's words is one no more. That a
// lead was withdrawn or erased he is still told: he may hold it.
func (h *Handoff) gone(p *parcel) bool {
	if p.Sink == SinkWebhook || p.Event == Withdrawn || p.Event == Erased {
		return false
	}
	now, err := h.recipients()
	return err == nil && !slices.Contains(now, recipient{p.Sink, p.To})
}

// freeze writes down what will be sent, once for all tries. ready is false when there is
// nothing to send, or not yet.
func (h *Handoff) freeze(d *store.Delivery, p *parcel, way *way) (ready bool, err error) {
	ctx, cancel := context.WithTimeout(h.life, storeBy)
	defer cancel()
	n := notice{event: p.Event, at: time.UnixMilli(p.At), full: h.Full, lead: engine.Lead{ID: d.Lead, Receipt: p.Receipt}}
	if p.Event != Created {
		earlier, err := h.earlier(ctx, d, p)
		if err != nil {
			return false, err
		}
		if earlier {
			h.postpone(*d, behind+spread(behind, jitter()))
			return false, nil
		}
	}
	if p.Event != Erased {
		entry, err := h.entry(ctx, d)
		switch {
		case err != nil:
			return false, err
		case entry == nil:
			h.settle(*d, d.Body, verdict{state: store.Done}) // it has been erased
			return false, nil
		}
		n.lead = entry.Lead
		n.name = h.displayName(entry)
	}
	if p.Frozen, err = way.render(&n); err != nil {
		return false, fmt.Errorf("render: %w", err)
	}
	next := *d
	if next.Body, err = h.sealParcel(*p, d.ID); err != nil {
		return false, err
	}
	writing, stop := context.WithTimeout(h.life, storeBy)
	defer stop()
	ok, err := h.Store.Settle(writing, *d, next)
	if err != nil || !ok {
		return false, err
	}
	*d = next
	return true, nil
}

// entry is the lead of a delivery, nil if there is none.
func (h *Handoff) entry(ctx context.Context, d *store.Delivery) (*Entry, error) {
	leads, err := h.Store.LeadsOf(ctx, d.User)
	if err != nil {
		return nil, err
	}
	for _, l := range leads {
		if l.ID == d.Lead {
			e, err := h.Open(l)
			if err != nil || e.State == engine.LeadErased {
				return nil, err
			}
			return &e, nil
		}
	}
	return nil, nil
}

// earlier says whether something that happened to the lead before is still to be delivered
// to the same recipient.
func (h *Handoff) earlier(ctx context.Context, d *store.Delivery, p *parcel) (bool, error) {
	all, err := h.Store.Deliveries(ctx, d.User, d.Lead)
	if err != nil {
		return false, err
	}
	for _, o := range all {
		if o.State != store.Open || o.ID == d.ID || !o.Created.Before(d.Created) {
			continue
		}
		if q, err := h.openParcel(o); err == nil && q.Sink == p.Sink && q.To == p.To {
			return true, nil
		}
	}
	return false, nil
}

// displayName asks LINE what somebody is called there who wants to be answered there: staff
// find the chat by it. Without, they have the name in the form.
func (h *Handoff) displayName(e *Entry) string {
	if !e.ByLINE() || e.UserID == "" {
		return ""
	}
	ctx, cancel := context.WithTimeout(h.life, nameBy)
	defer cancel()
	name, err := h.LINE.Profile(ctx, e.UserID)
	if err != nil {
		h.Log.Warn("ask for a display name", "lead", e.ID, "err", err)
	}
	return name
}

// postpone makes a claimed delivery due later; it counts as no try.
func (h *Handoff) postpone(d store.Delivery, wait time.Duration) {
	h.settle(d, d.Body, verdict{state: store.Open, wait: wait})
}

// settle writes down what became of a try. If it can't, or someone else holds the delivery
// by now, it is made again under the same id.
func (h *Handoff) settle(d store.Delivery, body []byte, v verdict) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(h.life), storeBy)
	defer cancel()
	next := d
	next.State, next.Body, next.Due = v.state, body, time.Now().Add(v.wait)
	ok, err := h.Store.Settle(ctx, d, next)
	if err != nil || !ok {
		h.Log.Warn("settle delivery", "delivery", d.ID, "lease-lost", err == nil, "err", err)
	}
}

// Status is where a delivery stands, for staff and operators.
type Status struct {
	ID      string
	Event   Event
	Sink    string
	To      string
	State   store.DeliveryState
	Due     time.Time
	Tries   int
	Tried   time.Time
	Trouble string
}

// Status reads a stored delivery.
func (b Book) Status(d store.Delivery) (Status, error) {
	p, err := b.openParcel(d)
	s := Status{ID: d.ID, Event: p.Event, Sink: p.Sink, To: p.To, State: d.State, Due: d.Due, Tries: p.Tries, Trouble: p.Trouble}
	if p.Tried > 0 {
		s.Tried = time.UnixMilli(p.Tried)
	}
	return s, err
}
