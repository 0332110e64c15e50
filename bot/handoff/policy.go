package handoff

import (
	"errors"
	"time"

	"hogushi/bot/line"
	"hogushi/bot/sink"
	"hogushi/bot/store"
)

// Times of trying again.
const (
	firstWait = time.Second
	maxWait   = 15 * time.Minute
	parked    = time.Hour      // LINE's messages of the month are used up: looked at again
	giveUp    = 72 * time.Hour // from the event on
)

// try is one that was made.
type try struct {
	n      int           // the first is 1
	age    time.Duration // since the event
	err    error         // nil: it was delivered
	jitter float64       // in [0, 1)
}

// verdict is what follows from a try.
type verdict struct {
	state store.DeliveryState
	wait  time.Duration // until the next one, while open
	quota bool          // it doesn't count as a try
}

// next decides after a try: done, again after a while, or given up. The wait doubles; up to
// half of it is chance, so that what failed together doesn't come back together.
func (t try) next() verdict {
	if t.err == nil {
		return verdict{state: store.Done}
	}
	if status, ok := errors.AsType[*line.StatusError](t.err); ok && status.Quota {
		return verdict{state: store.Open, wait: parked + spread(parked/10, t.jitter), quota: true}
	}
	if !temporary(t.err) || t.age >= giveUp {
		return verdict{state: store.Failed}
	}
	wait := maxWait
	if t.n < 12 { // 1 s doubled eleven times is beyond maxWait
		wait = min(firstWait<<max(t.n-1, 0), maxWait)
	}
	wait = wait/2 + spread(wait/2, t.jitter)
	return verdict{state: store.Open, wait: max(wait, retryAfter(t.err))}
}

func spread(d time.Duration, jitter float64) time.Duration { return time.Duration(float64(d) * jitter) }

// temporary says whether the same again may succeed. An error of an unknown kind is: a lead
// is rather tried once too often.
func temporary(err error) bool {
	if failure, ok := errors.AsType[*sink.Failure](err); ok {
		return !failure.Permanent
	}
	if _, ok := errors.AsType[*line.StatusError](err); ok {
		return line.Temporary(err)
	}
	return true
}

func retryAfter(err error) time.Duration {
	if failure, ok := errors.AsType[*sink.Failure](err); ok {
		return failure.RetryAfter
	}
	if status, ok := errors.AsType[*line.StatusError](err); ok {
		return status.RetryAfter
	}
	return 0
}
