package handoff

import (
	"errors"
	"testing"
	"time"

	"hogushi/bot/line"
	"hogushi/bot/sink"
	"hogushi/bot/store"
)

func TestNext(t *testing.T) {
	t.Parallel()
	lineError := func(code int, quota bool) error { return &line.StatusError{Method: "push", Code: code, Quota: quota} }
	busy := &sink.Failure{Reason: "503"}
	for name, c := range map[string]struct {
		try  try
		want verdict
	}{
		"delivered":         {try{n: 3}, verdict{state: store.Done}},
		"first, least":      {try{n: 1, err: busy}, verdict{state: store.Open, wait: 500 * time.Millisecond}},
		"first, half":       {try{n: 1, err: busy, jitter: .5}, verdict{state: store.Open, wait: 750 * time.Millisecond}},
		"second":            {try{n: 2, err: busy}, verdict{state: store.Open, wait: time.Second}},
		"fifth":             {try{n: 5, err: busy}, verdict{state: store.Open, wait: 8 * time.Second}},
		"at most":           {try{n: 11, err: busy}, verdict{state: store.Open, wait: maxWait / 2}},
		"never overflows":   {try{n: 1 << 40, err: busy}, verdict{state: store.Open, wait: maxWait / 2}},
		"asked for":         {try{n: 1, err: &sink.Failure{RetryAfter: time.Hour}}, verdict{state: store.Open, wait: time.Hour}},
		"asked for less":    {try{n: 5, err: &sink.Failure{RetryAfter: time.Second}}, verdict{state: store.Open, wait: 8 * time.Second}},
		"asked for by LINE": {try{n: 1, err: &line.StatusError{Code: 429, RetryAfter: time.Minute}}, verdict{state: store.Open, wait: time.Minute}},
		"refused":           {try{n: 1, err: &sink.Failure{Permanent: true}}, verdict{state: store.Failed}},
		"too old":           {try{n: 9, age: giveUp, err: busy}, verdict{state: store.Failed}},
		"nearly too old":    {try{n: 1, age: giveUp - 1, err: busy}, verdict{state: store.Open, wait: 500 * time.Millisecond}},
		"LINE is busy":      {try{n: 1, err: lineError(500, false)}, verdict{state: store.Open, wait: 500 * time.Millisecond}},
		"LINE refuses":      {try{n: 1, err: lineError(400, false)}, verdict{state: store.Failed}},
		"token is wrong":    {try{n: 1, err: lineError(401, false)}, verdict{state: store.Failed}},
		"quota":             {try{n: 1, err: lineError(429, true)}, verdict{state: store.Open, wait: parked, quota: true}},
		"quota, old":        {try{n: 1, age: 2 * giveUp, err: lineError(429, true)}, verdict{state: store.Open, wait: parked, quota: true}},
		"anything else":     {try{n: 1, err: errors.New("?")}, verdict{state: store.Open, wait: 500 * time.Millisecond}},
	} {
		if got := c.try.next(); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

// TestNextLaws: the wait grows with the tries and lies between half and the whole.
func TestNextLaws(t *testing.T) {
	t.Parallel()
	last := time.Duration(0)
	for n := 1; n < 40; n++ {
		least := try{n: n, err: &sink.Failure{}}.next().wait
		most := try{n: n, err: &sink.Failure{}, jitter: .999999}.next().wait
		if least < last || most < least || most > 2*least || most > maxWait {
			t.Errorf("try %d: got %v to %v after %v", n, least, most, last)
		}
		last = least
	}
}
