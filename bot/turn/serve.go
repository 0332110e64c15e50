package turn

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/line"
	"hogushi/bot/store"
	"hogushi/bot/understand"
)

// Bounds of what is under way at once. Beyond them an event isn't taken on: the webhook is
// answered 503 and LINE sends it again. The guard stands before them.
const (
	maxWaiting = 8192 // events of all patients, until their reply has ended
	maxLane    = 256  // of them, of one patient
	maxRunning = 256  // turns running at once
)

var (
	errBusy    = errors.New("too many events at once")
	errStopped = errors.New("stopping")
)

// Turns runs turns. Make one with New.
type Turns struct {
	Config
	running chan struct{} // a place for each turn that runs

	mu      sync.Mutex
	lanes   map[store.UserID]*lane
	waiting int
	stopped bool
	all     sync.WaitGroup

	answered answered
}

// lane holds the turns of one patient, in order of arrival.
type lane struct {
	queue   []*job
	active  bool            // somebody is running it
	replies int             // under way
	tried   <-chan struct{} // of the last reply
	last    *job            // the last one that had something to say
}

// New makes Turns.
func New(c Config) *Turns {
	understand.Warm()
	return &Turns{Config: c, running: make(chan struct{}, maxRunning), lanes: map[store.UserID]*lane{}}
}

// Serve takes on the events of one webhook body and returns when they are dealt with, or
// after 1.5 s with replies going on. ok is false when an event isn't stored: it must be
// sent again. The request's context isn't looked at: what has been taken on is carried out.
func (t *Turns) Serve(_ context.Context, events []line.Event) (ok bool) {
	received := t.Now()
	timer := time.NewTimer(answerBy)
	defer timer.Stop()
	var jobs []*job
	for _, e := range events {
		if t.Desk != nil && t.Desk.Takes(e) {
			jobs = append(jobs, t.forDesk(e, received))
		} else if j := t.accept(e, received); j != nil {
			jobs = append(jobs, j)
		}
	}
	if len(jobs) == 0 {
		return true
	}
	t.point("received")
	finished := make(chan struct{})
	left := int32(len(jobs))
	for _, j := range jobs {
		j.done = func() {
			if atomic.AddInt32(&left, -1) == 0 {
				close(finished)
			}
		}
		if j.staff {
			t.serveStaff(j)
		} else {
			t.enqueue(j)
		}
	}
	select {
	case <-finished:
	case <-timer.C:
	}
	ok = true
	for _, j := range jobs {
		select {
		case <-j.stored:
			ok = ok && j.err == nil && !j.alarmed.Load()
		default:
			ok = false
		}
	}
	t.point("answering")
	return ok
}

// accept makes a job of an event that concerns a patient's chat with the bot, and runs the
// guard on it. Others are ignored: groups and rooms, chats that a tool holds, and kinds of
// events and messages that nobody expects an answer to.
func (t *Turns) accept(e line.Event, received time.Time) *job {
	kind, ok := kindOf(e)
	if !ok || e.Mode == "standby" || e.Source.Kind != "user" || e.Source.UserID == "" {
		t.Metrics.turn("ignored")
		return nil
	}
	j := &job{Turns: t, event: e, kind: kind, at: e.At, received: received, stored: make(chan struct{}), tried: make(chan struct{})}
	if e.At.IsZero() || e.At.After(received.Add(ahead)) {
		j.at = received
	}
	j.user = store.UserID(t.Keys.Hash(kindUser, e.Source.UserID))
	j.id = store.NewEventID(e.ID)
	if kind == engine.TextReceived {
		if j.finding = understand.Guard(e.Message.Text); j.finding.Alarm != understand.Calm {
			t.Metrics.alarm(j.finding)
			t.mu.Lock()
			if !t.stopped { // else the job is refused, and that sends the alarm
				t.all.Add(1)
				time.AfterFunc(alarmBy, func() { defer t.all.Done(); j.alarmFirst() })
			}
			t.mu.Unlock()
		}
	}
	return j
}

// forDesk makes a job of an event that staff caused.
func (t *Turns) forDesk(e line.Event, received time.Time) *job {
	t.Metrics.turn("staff")
	return &job{Turns: t, event: e, received: received, staff: true, stored: make(chan struct{})}
}

// serveStaff has the desk handle it. What can't be taken on is sent again by LINE.
func (t *Turns) serveStaff(j *job) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.stopped || t.waiting >= maxWaiting {
		j.err = errBusy
		close(j.stored)
		j.done()
		return
	}
	t.waiting++
	t.all.Go(func() {
		defer j.done()
		defer func() {
			t.mu.Lock()
			t.waiting--
			t.mu.Unlock()
		}()
		defer func() {
			if p := recover(); p != nil {
				j.Log.Error("answer staff", "event", j.event.ID, "err", j.panicked(p))
				j.err = errors.New("panic")
			}
			close(j.stored)
		}()
		ctx, cancel := context.WithTimeout(context.Background(), storeBy)
		defer cancel()
		j.err = t.Desk.Handle(ctx, j.event, j.received)
	})
}

// Person has staff take over a patient's chat, or gives it back to the bot. event is LINE's
// id of what caused it: caused again, nothing happens.
func (t *Turns) Person(ctx context.Context, userID string, takes bool, event string) error {
	kind := engine.Released
	if takes {
		kind = engine.TakenOver
	}
	now := t.Now()
	j := &job{Turns: t, kind: kind, at: now, received: now, event: line.Event{ID: "staff-" + event, At: now, Source: line.Source{Kind: "user", UserID: userID}}}
	j.user = store.UserID(t.Keys.Hash(kindUser, userID))
	j.id = store.NewEventID(j.event.ID)
	_, err := j.run(ctx)
	return err
}

func kindOf(e line.Event) (engine.Kind, bool) {
	switch e.Type {
	case "message":
		switch e.Message.Kind {
		case "text":
			return engine.TextReceived, true
		case "sticker":
			return engine.StickerReceived, true
		case "location":
			return engine.LocationReceived, true
		case "image", "video", "audio", "file":
			return engine.MediaReceived, true
		}
	case "postback":
		return engine.Tapped, true
	case "follow":
		return engine.Followed, true
	case "unfollow":
		return engine.Unfollowed, true
	case "unsend":
		return engine.Unsent, true
	}
	return 0, false
}

// enqueue puts a job into its patient's lane, and has the lane run.
func (t *Turns) enqueue(j *job) {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.lanes[j.user]
	switch {
	case t.stopped:
		j.refuse(errStopped)
		return
	case t.waiting >= maxWaiting, l != nil && len(l.queue)+l.replies >= maxLane:
		t.Metrics.turn("busy")
		j.refuse(errBusy)
		return
	}
	if l == nil {
		l = &lane{}
		t.lanes[j.user] = l
	}
	l.queue = append(l.queue, j)
	t.waiting++
	if !l.active {
		l.active = true
		t.all.Add(1)
		go t.drive(j.user, l)
	}
}

// refuse ends a job that isn't taken on; an alarm goes out all the same.
func (j *job) refuse(err error) {
	j.err = err
	close(j.stored)
	if j.finding.Alarm == understand.Calm {
		j.done()
		return
	}
	if errors.Is(err, errStopped) { // Stop may be waiting already: the webhook waits instead
		go func() { defer j.done(); j.alarmNow() }()
		return
	}
	j.all.Add(1)
	go func() { defer j.all.Done(); defer j.done(); j.alarmNow() }()
}

// drive runs the turns of one lane until there are none left.
func (t *Turns) drive(user store.UserID, l *lane) {
	defer t.all.Done()
	for {
		t.mu.Lock()
		if len(l.queue) == 0 {
			l.active = false
			t.tidy(user, l)
			t.mu.Unlock()
			return
		}
		j := l.queue[0]
		l.queue = l.queue[1:]
		t.mu.Unlock()

		t.running <- struct{}{}
		out := j.turn()
		<-t.running

		t.mu.Lock()
		if len(out.reply) == 0 {
			t.waiting--
			t.mu.Unlock()
			j.done()
			continue
		}
		if !out.again {
			if l.last != nil {
				l.last.newer.Store(true)
			}
			l.last = j
		}
		j.before, l.tried = l.tried, j.tried
		l.replies++
		t.mu.Unlock()
		t.all.Add(1)
		go func() { defer t.all.Done(); t.reply(user, l, j, out) }()
	}
}

// turn runs the job up to its commit.
func (j *job) turn() (out result) {
	start := j.Now()
	ctx, cancel := context.WithDeadline(context.Background(), time.Now().Add(storeBy-start.Sub(j.received)))
	defer cancel()
	out, j.err = j.run(ctx)
	if j.err != nil {
		out = result{}
		j.Metrics.turn("unstored")
		j.Log.Warn("store turn", "user", j.user, "event", j.id, "err", j.err)
	}
	j.Metrics.took(j.Now().Sub(start))
	close(j.stored)
	j.point("committed")
	if j.err != nil && j.finding.Alarm != understand.Calm {
		j.all.Add(1) // not here: the lane and this place are wanted
		go func() { defer j.all.Done(); j.alarmNow() }()
	}
	return out
}

// tidy drops a lane with nothing under way. The lock is held.
func (t *Turns) tidy(user store.UserID, l *lane) {
	if !l.active && l.replies == 0 && t.lanes[user] == l {
		delete(t.lanes, user)
	}
}

// alarmFirst runs half a second after a red flag came in: when it isn't stored by then, the
// emergency reply goes out without.
func (j *job) alarmFirst() {
	select {
	case <-j.stored: // the turn has seen to it
	default:
		j.alarmNow()
	}
}

// alarmNow sends the emergency reply at once, needing nothing but the program.
func (j *job) alarmNow() {
	defer func() {
		if p := recover(); p != nil {
			j.Metrics.reply("panic")
			j.Log.Error("reply to an emergency", "user", j.user, "event", j.id, "err", j.panicked(p))
		}
	}()
	out := j.alarmOnly(j.Program(), false) // the turn may be under way
	if out.reply == nil || j.event.ReplyToken == "" || j.alarmed.Swap(true) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), tokenLife)
	defer cancel()
	if !j.answered.begin(ctx, j.event.ReplyToken) {
		return
	}
	defer j.answered.end(j.event.ReplyToken)
	j.Metrics.turn("alarm-first")
	j.deliver(ctx, out, func() {})
}

// Stop takes on nothing more and waits for what is under way.
func (t *Turns) Stop(ctx context.Context) error {
	t.mu.Lock()
	t.stopped = true
	t.mu.Unlock()
	done := make(chan struct{})
	go func() { t.all.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
