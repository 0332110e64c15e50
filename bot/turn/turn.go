// Package turn handles one event after another: guard, load, Step, commit, reply.
//
// The contract of a turn:
//
//  0. The guard looks at the text alone, before anything else, the store included. When it
//     fires and no commit comes within half a second, the emergency reply goes out by the
//     token, and the webhook is answered 503, so that the event comes again.
//  1. The session is loaded; and where it names a later revision of the flows than is in use,
//     that one.
//  2. engine.Step is run. It is pure, so it may be run again.
//  3. The commit is one atomic write: it tests whether the event is known (then the stored
//     reply is the answer), then the version (a conflict goes back to 2 with the newer
//     state), then stores state, event, reply and leads.
//  4. The reply goes out in one call with the event's token. A known event replies too: the
//     token is good for one use, so a second try is harmless. A crash anywhere before the
//     200 is thereby mended by LINE's redelivery, and nothing has to be marked.
//  5. The webhook is answered 200 after the reply, or after 1.5 s with the reply going on.
//     Only what could not be stored gives 503.
//
// One patient's turns run one after another, in order of arrival; patients run in parallel.
package turn

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
	_ "time/tzdata" // the image has none

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/handoff"
	"hogushi/bot/line"
	"hogushi/bot/render"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/understand"
)

// Times of a turn, counted from the webhook's arrival.
const (
	answerBy  = 1500 * time.Millisecond // LINE counts an answer after 2 s as a time-out
	storeBy   = 1400 * time.Millisecond
	alarmBy   = 500 * time.Millisecond
	oldest    = 24 * time.Hour   // an older event is acknowledged and not run
	ahead     = 10 * time.Minute // an event's time that lies further ahead isn't believed
	conflicts = 20               // tries of one commit before it counts as unstored
)

// SessionLife is how long a session is kept after its last event. What was entered in a form
// lives for engine.DraftLife.
const SessionLife = 90 * 24 * time.Hour

// Store is the part of the store that a turn needs.
type Store interface {
	Load(ctx context.Context, user store.UserID) (*store.Record, error)
	LeadsOf(ctx context.Context, user store.UserID) ([]store.Lead, error)
	Commit(ctx context.Context, c store.Commit) (store.Outcome, *store.Record, error)
}

// Sender sends messages to LINE.
type Sender interface {
	Reply(ctx context.Context, token string, messages []json.RawMessage) error
	Push(ctx context.Context, to, retryKey string, messages []json.RawMessage) error
}

// Handoff takes on what is to be delivered.
type Handoff interface {
	Open(l store.Lead) (handoff.Entry, error)
	Submit(e handoff.Entry, user store.UserID, what handoff.Event, at time.Time, from string) (store.LeadWrite, error)
	Erasures(ctx context.Context, user store.UserID, leads []store.Lead, at time.Time) ([]store.LeadWrite, error)
	Reachable() bool
	Kick()
}

// Desk is the staff's side of the chat.
type Desk interface {
	// Takes says whether an event is for it, asking nobody.
	Takes(e line.Event) bool
	// Handle does what is asked for; it may be called again. An error: not done.
	Handle(ctx context.Context, e line.Event, at time.Time) error
}

// Config is what Turns is made of. Every field but Newer, Desk, Quiet and At is needed.
type Config struct {
	Channel string               // part of what bodies are sealed to
	Program func() *flow.Program // in use now

	// Newer finds the program of the revision that a session names and that isn't in use here
	// yet, and puts it in use. It may give a later one. An error that isn't
	// store.ErrUnavailable says that this release can't use it. nil: sessions don't tell it
	// what to run.
	Newer func(ctx context.Context, number int) (*flow.Program, error)

	Store   Store
	Sender  Sender
	Handoff Handoff
	Desk    Desk // nil: staff don't use the chat
	Keys    *seal.Keys
	Now     func() time.Time
	Log     *slog.Logger
	Metrics *Metrics

	// Quiet says whether staff chat with patients by hand, so that what the bot doesn't
	// understand is left to them. nil: they don't.
	Quiet func() bool

	// At is told where a turn has come to, by one of the names in Points. A test kills the
	// process there.
	At func(point string)
}

// Points are the places at which a turn can be killed, in order.
var Points = []string{"received", "loaded", "stepped", "committed", "replied", "answering"}

// tokyo is the only time zone of the clinic and its patients.
var tokyo = func() *time.Location {
	l, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		panic(fmt.Errorf("load time zone: %w", err))
	}
	return l
}()

// job is one event on its way.
type job struct {
	*Turns
	event    line.Event
	kind     engine.Kind
	at       time.Time
	received time.Time
	user     store.UserID
	id       store.EventID
	program  *flow.Program // of all that is done from the load on
	finding  understand.Finding
	stored   chan struct{} // closed when err is known: the event is stored, or can't be
	err      error
	alarmed  atomic.Bool     // the alarm went out ahead of the commit
	before   <-chan struct{} // closed when the reply before this one has been tried
	tried    chan struct{}   // closed when ours has
	newer    atomic.Bool     // a later turn has something to say
	done     func()
	staff    bool // for the desk
}

// result is what a turn found out: what to reply, if anything.
type result struct {
	reply   []byte // a JSON array of messages; nil: nothing to say
	vital   bool
	private bool          // it may repeat what was entered in a form
	again   bool          // the event had been committed before
	heard   *engine.Heard // nil: it was no free text
}

// run takes the event from the load to the commit. An error says that it isn't stored.
func (j *job) run(ctx context.Context) (out result, err error) {
	defer func() {
		if p := recover(); p != nil { // not even the fallback can be said: LINE may send it again elsewhere
			out, err = result{}, j.panicked(p)
		}
	}()
	record, err := j.Store.Load(ctx, j.user)
	if err != nil {
		return result{}, err
	}
	j.program = j.Program()
	j.point("loaded")
	for range conflicts {
		if record != nil && record.Known.Has(j.id) {
			return j.known(record), nil
		}
		if j.received.Sub(j.at) > oldest || record != nil && record.Known.Forgot(j.at) {
			return j.forgotten(ctx, record), nil
		}
		commit, out, err := j.step(ctx, record)
		if err != nil || commit == nil {
			return out, err
		}
		j.point("stepped")
		outcome, stored, err := j.Store.Commit(ctx, *commit)
		switch {
		case err != nil:
			return result{}, err
		case outcome == store.Stored:
			j.Metrics.turn("stored")
			j.Metrics.heard(out.heard)
			for _, l := range commit.Leads {
				if l.Prev == "" {
					j.Metrics.lead()
				}
				j.Handoff.Kick()
			}
			return out, nil
		case outcome == store.Already:
			return j.known(stored), nil
		}
		j.Metrics.turn("conflict")
		record = stored
	}
	return result{}, fmt.Errorf("commit: %d conflicts in a row: %w", conflicts, store.ErrUnavailable)
}

// known answers an event that was committed before, with the reply stored then. It is
// dropped when a later turn has overtaken it, except that an alarm needs no state.
func (j *job) known(record *store.Record) result {
	j.Metrics.turn("already")
	if b, err := j.open(record); err == nil {
		for _, said := range b.Said {
			if said.Event == j.id {
				return result{reply: said.text, vital: said.Vital, again: true}
			}
		}
	}
	return j.alarmOnly(j.program, true)
}

func (j *job) alarmOnly(p *flow.Program, again bool) result {
	if messages, ok := engine.Alarm(p, j.finding.Alarm, j.event.Message.Text); ok {
		return result{reply: render.JSON(nil, messages), vital: true, again: again}
	}
	return result{again: again}
}

// forgotten answers an event that may have been run and forgotten: it isn't run. The
// patient sees where he stands; if he has seen it before, the token is used.
func (j *job) forgotten(ctx context.Context, record *store.Record) result {
	j.Metrics.turn("forgotten")
	if out := j.alarmOnly(j.program, true); out.reply != nil || record == nil || j.received.Sub(j.at) > oldest {
		return out
	}
	b, err := j.read(ctx, record)
	if err != nil {
		return result{again: true}
	}
	return result{reply: render.JSON(nil, engine.Restate(j.program, b.State, j.engineEvent())), again: true}
}

// read opens a record, and has the rest of the turn run by the revision that it names, or a
// later one: nobody is moved backwards.
func (j *job) read(ctx context.Context, record *store.Record) (body, error) {
	b, err := j.open(record)
	if err != nil || j.Newer == nil || b.State.Number <= j.program.Number {
		return b, err
	}
	p, err := j.Newer(ctx, b.State.Number)
	switch {
	case errors.Is(err, store.ErrUnavailable):
		return b, err
	case err != nil:
		return b, fmt.Errorf("%w: %w", errNewer, err)
	}
	j.program = p
	return b, nil
}

// step computes a commit from a record. It gives none where there is nothing to store: a
// state that a newer binary wrote is left to it, and the patient gets the fallback.
func (j *job) step(ctx context.Context, record *store.Record) (*store.Commit, result, error) {
	var b body
	commit := &store.Commit{User: j.user, Event: j.id}
	var known store.Known
	if record != nil {
		commit.Prev, known = record.Version, record.Known
		var err error
		b, err = j.read(ctx, record)
		switch {
		case err != nil && j.kind == engine.Unfollowed:
			return commit, result{}, nil // it goes, readable or not
		case errors.Is(err, store.ErrUnavailable):
			return nil, result{}, err
		case errors.Is(err, errNewer):
			j.Metrics.turn("newer")
			j.Log.Error("session of a newer release", "user", j.user, "format", record.Format, "err", err, "hint", "roll this replica forward")
			return nil, j.fallback(), nil
		case err != nil:
			j.Metrics.turn("unreadable")
			j.Log.Error("read session", "user", j.user, "err", err, "hint", "the old bytes are kept aside")
			return j.afresh(commit, known)
		}
	}
	request, err := j.request(ctx, b.State)
	if err != nil {
		return nil, result{}, err
	}
	state, changes, out, err := j.engine(b.State, request)
	switch {
	case err != nil:
		j.Metrics.turn("panic")
		j.Log.Error("step", "user", j.user, "event", j.id, "err", err)
		return j.afresh(commit, known)
	case state == nil && changes.erase:
		commit.Leads, err = j.erasures(ctx)
		return commit, out, err
	case state == nil:
		return commit, out, nil // Next is nil: the record goes
	}
	if commit.Leads, err = j.leads(changes, request); err != nil {
		return nil, result{}, err
	}
	commit.Next, err = j.record(body{State: *state, Said: b.say(j, out)}, commit.Prev, known)
	return commit, out, err
}

// request is the contact request that the state names, nil if there is none any more.
func (j *job) request(ctx context.Context, s engine.State) (*handoff.Entry, error) {
	if s.Lead == "" {
		return nil, nil
	}
	leads, err := j.Store.LeadsOf(ctx, j.user)
	if err != nil {
		return nil, err
	}
	for _, l := range leads {
		if l.ID != s.Lead {
			continue
		}
		e, err := j.Handoff.Open(l)
		if err != nil { // as if it were gone: staff can still see that it is there
			j.Log.Error("read contact request", "user", j.user, "err", err)
			return nil, nil
		}
		return &e, nil
	}
	return nil, nil
}

// leads are the writes of what the turn has done to contact requests.
func (j *job) leads(c changes, request *handoff.Entry) ([]store.LeadWrite, error) {
	var writes []store.LeadWrite
	for _, l := range c.made {
		w, err := j.Handoff.Submit(handoff.Entry{Lead: l, UserID: j.event.Source.UserID}, j.user, handoff.Created, j.received, j.event.ID)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	for _, l := range c.amended {
		what := handoff.Corrected
		if l.State == engine.LeadWithdrawn {
			what = handoff.Withdrawn
		}
		w, err := j.Handoff.Submit(handoff.Entry{Lead: l, UserID: request.UserID, Stored: request.Stored}, j.user, what, j.received, j.event.ID)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return writes, nil
}

// erasures are the writes that erase all contact requests of the patient.
func (j *job) erasures(ctx context.Context) ([]store.LeadWrite, error) {
	leads, err := j.Store.LeadsOf(ctx, j.user)
	if err != nil {
		return nil, err
	}
	return j.Handoff.Erasures(ctx, j.user, leads, j.received)
}

// afresh replaces a state that can't be used, keeps its bytes aside, and says sorry.
func (j *job) afresh(commit *store.Commit, known store.Known) (*store.Commit, result, error) {
	commit.Aside = commit.Prev != ""
	out := j.fallback()
	state := engine.State{Revision: j.program.Revision, Number: j.program.Number, Met: true, Visit: int(j.received.Unix()), Newest: j.at.UnixMilli(), Seen: j.received.UnixMilli()}
	var err error
	commit.Next, err = j.record(body{State: state, Said: body{}.say(j, out)}, commit.Prev, known)
	return commit, out, err
}

// fallback is what is said when nothing else can be: an alarm, or sorry.
func (j *job) fallback() result {
	if out := j.alarmOnly(j.program, false); out.reply != nil {
		return out
	}
	if j.kind == engine.Unfollowed || j.kind == engine.Unsent {
		return result{}
	}
	return result{reply: render.JSON(nil, engine.Stateless(j.program, flow.Broken))}
}

// engine runs Step and renders what it says; a panic becomes an error without anything of
// the patient's. No state says that the session is to be forgotten.
func (j *job) engine(s engine.State, request *handoff.Entry) (state *engine.State, c changes, out result, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = j.panicked(p)
		}
	}()
	ev := j.engineEvent()
	if request != nil {
		ev.Request = &request.Lead
	}
	next, effects := engine.Step(j.program, s, ev)
	state = &next
	for _, e := range effects {
		switch e := e.(type) {
		case engine.Reply:
			out.reply, out.vital, out.private = render.JSON(make([]byte, 0, 2048), e.Messages), e.Vital, e.Private
		case engine.SubmitLead:
			c.made = append(c.made, e.Lead)
		case engine.AmendLead:
			c.amended = append(c.amended, e.Lead)
		case engine.Heard:
			out.heard = &e
		case engine.Forget:
			state = nil
		case engine.Erase:
			state, c.erase = nil, true
		}
	}
	return state, c, out, nil
}

// changes are what a turn does to contact requests.
type changes struct {
	made, amended []engine.Lead
	erase         bool // all of them, and the session
}

// panicked makes an error of a panic: where, and what only if that can't quote a patient.
func (j *job) panicked(p any) error {
	what := ""
	if e, ok := p.(runtime.Error); ok {
		what = e.Error() + "\n"
	}
	return fmt.Errorf("panic: %s%s", what, debug.Stack())
}

func (j *job) engineEvent() engine.Event {
	e := &j.event
	ev := engine.Event{ID: e.ID, Session: string(j.user), At: j.at.In(tokyo), Received: j.received.In(tokyo), Kind: j.kind,
		Text: e.Message.Text, Finding: j.finding, MessageID: e.Message.ID, Data: e.Postback.Data, Again: e.Follow.Unblocked,
		Down: !j.Handoff.Reachable(), Quiet: j.Quiet != nil && j.Quiet()}
	if j.kind == engine.Unsent {
		ev.MessageID = e.UnsendID
	}
	for _, picked := range []string{e.Postback.Date, e.Postback.Time, e.Postback.Datetime} {
		if picked != "" {
			ev.Picked = picked
		}
	}
	return ev
}

func (t *Turns) point(name string) {
	if t.At != nil {
		t.At(name)
	}
}
