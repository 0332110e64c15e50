package linetest

import (
	"context"
	"sync"
)

// Fault makes the platform misbehave. The zero value does nothing; combine the fields.
type Fault struct {
	Endpoint string // as in Call.Endpoint: reply, push, …; "" is any
	Times    int    // how many calls; 0 is one, less is all until Release

	Status  int    // answered instead of the true answer, like 429 or 500
	Message string // of that answer; "" is LINE's own
	Slow    bool   // the call is held until Release, or until its caller gives up
	Drop    bool   // the connection is closed without an answer
	Taken   bool   // the call takes effect before all this; otherwise it has none
}

// Injected is a fault at work.
type Injected struct {
	p       *Platform
	fault   Fault
	left    int
	hit     chan struct{}
	once    sync.Once
	release chan struct{}
}

// Fault puts f into effect. Of several faults for a call the oldest is met first.
func (p *Platform) Fault(f Fault) *Injected {
	in := &Injected{p: p, fault: f, left: f.Times, hit: make(chan struct{}, 1024), release: make(chan struct{})}
	if f.Times == 0 {
		in.left = 1
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = append(p.faults, in)
	return in
}

// Hit yields once for each call that has met the fault, when it does.
func (in *Injected) Hit() <-chan struct{} { return in.hit }

// Release ends the fault: the calls that it holds go on, and no more meet it.
func (in *Injected) Release() {
	in.p.mu.Lock()
	in.left = 0
	in.p.mu.Unlock()
	in.once.Do(func() { close(in.release) })
}

// fault takes the fault that a call meets, nil for none.
func (p *Platform) fault(endpoint string) *Injected {
	p.mu.Lock()
	defer p.mu.Unlock()
	var met *Injected
	kept := p.faults[:0]
	for _, in := range p.faults {
		if met == nil && in.left != 0 && (in.fault.Endpoint == "" || in.fault.Endpoint == endpoint) {
			met = in
			in.left--
		}
		if in.left != 0 {
			kept = append(kept, in)
		}
	}
	clear(p.faults[len(kept):])
	p.faults = kept
	if met != nil {
		select {
		case met.hit <- struct{}{}:
		default: // nobody counts that many
		}
	}
	return met
}

// hold waits for Release. False: the caller has gone, or the platform closes.
func (in *Injected) hold(ctx context.Context) bool {
	select {
	case <-in.release:
		return true
	case <-ctx.Done():
		return false
	case <-in.p.closing:
		return false
	}
}

// faultMessages are LINE's own (R#status-codes).
var faultMessages = map[int]string{
	429: "The API rate limit has been exceeded. Try again later.",
	500: "The server encountered an internal error.",
}

// MonthlyLimit is the message of the 429 that is not worth retrying (R#status-codes).
const MonthlyLimit = "You have reached your monthly limit."
