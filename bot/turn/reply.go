package turn

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"hogushi/bot/line"
	"hogushi/bot/render"
	"hogushi/bot/store"
)

// Life of a reply token, with a margin (LINE: one minute from the webhook's arrival; from a
// redelivered one too, but at most 20 minutes from the event; R#send-reply-message).
const (
	tokenLife   = 50 * time.Second
	tokenReach  = 19 * time.Minute
	replyBy     = 10 * time.Second // one try
	firstPause  = 100 * time.Millisecond
	pauseFactor = 2
	maxPause    = 5 * time.Second
	badRequest  = 400 // LINE: invalid messages, or a token that is used or too old (R#status-codes)
)

// reply sends what a turn had to say, behind the reply before it.
func (t *Turns) reply(user store.UserID, l *lane, j *job, out result) {
	defer func() {
		if p := recover(); p != nil {
			j.Metrics.reply("panic")
			j.Log.Error("reply", "user", j.user, "event", j.id, "err", j.panicked(p))
		}
		j.done()
		t.mu.Lock()
		l.replies--
		t.waiting--
		t.tidy(user, l)
		t.mu.Unlock()
	}()
	ctx, cancel := context.WithTimeout(context.Background(), tokenLife)
	defer cancel()
	if j.before != nil && !out.vital { // an emergency waits for nobody
		select {
		case <-j.before:
		case <-ctx.Done():
		}
	}
	tried := sync.OnceFunc(func() { close(j.tried) })
	defer tried()
	if j.event.ReplyToken == "" || j.alarmed.Load() || !t.answered.begin(ctx, j.event.ReplyToken) {
		return
	}
	defer t.answered.end(j.event.ReplyToken)
	j.deliver(ctx, out, tried)
	j.point("replied")
}

// deliver tries the token while it lives, then pushes once what must arrive.
func (j *job) deliver(ctx context.Context, out result, tried func()) {
	gone := j.event.Redelivery && j.received.Sub(j.at) > tokenReach
	var err error
	for pause := firstPause; !gone; pause = min(pause*pauseFactor, maxPause) {
		err = j.send(ctx, out)
		tried()
		var status *line.StatusError
		switch {
		case err == nil:
			return
		case errors.As(err, &status) && status.Code == badRequest:
			j.refused(ctx, out, status, pause == firstPause)
			return
		case !line.Temporary(err):
			j.Metrics.reply("refused")
			j.Log.Error("reply", "user", j.user, "event", j.id, "err", err)
			return
		}
		j.Metrics.reply("retried")
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			gone = true
		}
		if j.newer.Load() && !out.vital {
			j.Metrics.reply("overtaken")
			return
		}
	}
	if !out.vital {
		j.Metrics.reply("late")
		j.Log.Warn("drop late reply", "user", j.user, "event", j.id, "err", err)
		return
	}
	j.push(out)
}

// send makes one try with the token, and remembers a success.
func (j *job) send(ctx context.Context, out result) error {
	var messages []json.RawMessage
	if err := json.Unmarshal(out.reply, &messages); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, replyBy)
	defer cancel()
	start := time.Now()
	err := j.Sender.Reply(ctx, j.event.ReplyToken, messages)
	j.Metrics.replyTook(time.Since(start))
	if err == nil {
		j.answered.add(j.event.ReplyToken)
		j.Metrics.reply("sent")
	}
	return err
}

// refused handles a 400. The token of a first try can't have been used: then the messages
// are at fault, and their words are sent plainly. Else it was sent before, or is too late.
func (j *job) refused(ctx context.Context, out result, status *line.StatusError, first bool) {
	if !first || out.again || j.event.Redelivery {
		j.answered.add(j.event.ReplyToken)
		j.Metrics.reply("used")
		return
	}
	j.Metrics.reply("plain")
	j.Log.Error("reply refused: sending its words plainly", "user", j.user, "event", j.id, "err", status, "properties", status.Properties)
	plain := result{reply: render.PlainText(out.reply)}
	err := j.send(ctx, plain)
	if err == nil {
		return
	}
	j.Metrics.reply("refused")
	j.Log.Error("reply plainly", "user", j.user, "event", j.id, "err", err)
	if out.vital {
		j.push(plain)
	}
}

// push sends what must arrive when its token is gone, under a key that makes it once only.
func (j *job) push(out result) {
	ctx, cancel := context.WithTimeout(context.Background(), tokenLife)
	defer cancel()
	var messages []json.RawMessage
	err := json.Unmarshal(out.reply, &messages)
	for pause := firstPause; err == nil; pause = min(pause*pauseFactor, maxPause) {
		err = j.Sender.Push(ctx, j.event.Source.UserID, retryKey(j.event.ID), messages)
		if err == nil {
			j.answered.add(j.event.ReplyToken)
			j.Metrics.reply("pushed")
			return
		}
		if !line.Temporary(err) || ctx.Err() != nil {
			break
		}
		err = nil
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	j.Metrics.reply("lost")
	j.Log.Error("push", "user", j.user, "event", j.id, "err", err)
}

// retryKey is a UUID (version 8) derived from the event: the same push under the same key.
func retryKey(event string) string {
	sum := sha256.Sum256([]byte("push " + event))
	b := sum[:16]
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 36)
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// answered remembers the tokens that are used up, and those in use now, so that a
// redelivery isn't answered beside them. It may forget: LINE doesn't.
type answered struct {
	mu         sync.Mutex
	fresh, old map[string]bool
	now        map[string]chan struct{}
}

const maxAnswered = 20000

func (a *answered) add(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.fresh == nil || len(a.fresh) >= maxAnswered {
		a.old, a.fresh = a.fresh, map[string]bool{}
	}
	a.fresh[token] = true
}

// begin says whether the token is still to be used, once whoever is using it has ended. If
// so, the caller must call end.
func (a *answered) begin(ctx context.Context, token string) bool {
	for {
		a.mu.Lock()
		if a.fresh[token] || a.old[token] {
			a.mu.Unlock()
			return false
		}
		other := a.now[token]
		if other == nil {
			if a.now == nil {
				a.now = map[string]chan struct{}{}
			}
			a.now[token] = make(chan struct{})
			a.mu.Unlock()
			return true
		}
		a.mu.Unlock()
		select {
		case <-other:
		case <-ctx.Done():
			return false
		}
	}
}

func (a *answered) end(token string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	close(a.now[token])
	delete(a.now, token)
}
