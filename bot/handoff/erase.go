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

// proofLife is how long consent and times of an erased lead are kept, as proof that what
// was done was agreed to.
const proofLife = 365 * 24 * time.Hour

// Erasure is the write that erases a lead: what is left is the hash of whose it was, the
// consent, and the times. Deliveries still to be made go; the sinks are told.
//
// What is being sent at this moment arrives yet: then the erasure is told when that has had
// its time.
func (h *Handoff) Erasure(ctx context.Context, e Entry, at time.Time) (store.LeadWrite, error) {
	erased := e
	erased.UserID, erased.Fields, erased.By = "", nil, ""
	erased.State, erased.Changed = engine.LeadErased, at.Truncate(time.Millisecond)
	w, err := h.Submit(erased, e.Stored.User, Erased, at, "erase")
	if err != nil {
		return w, err
	}
	w.Drop, w.Expiry = true, at.Add(proofLife)
	underWay, err := h.Store.Deliveries(ctx, e.Stored.User, e.ID)
	if err != nil {
		return w, err
	}
	if slices.ContainsFunc(underWay, func(d store.Delivery) bool { return d.State == store.Open }) {
		for i := range w.Deliveries {
			w.Deliveries[i].Due = time.Now().Add(h.Lease)
		}
	}
	return w, nil
}

// Erasures are the writes that erase leads; those that are erased already stay. One that
// can't be read is erased too: user is whose they are.
func (h *Handoff) Erasures(ctx context.Context, user store.UserID, leads []store.Lead, at time.Time) ([]store.LeadWrite, error) {
	var writes []store.LeadWrite
	for _, l := range leads {
		if l.User = user; l.Created.UnixMilli() <= 0 {
			l.Created = at
		}
		e, err := h.Open(l)
		if err != nil {
			h.Log.Error("read lead to erase it", "lead", l.ID, "err", err)
			e = Entry{Lead: engine.Lead{ID: l.ID, Created: l.Created}, Stored: l}
		}
		if e.State == engine.LeadErased {
			continue
		}
		w, err := h.Erasure(ctx, e, at)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return writes, nil
}

// Amender changes a lead in the store.
type Amender interface {
	Amend(ctx context.Context, w store.LeadWrite) (bool, error)
}

// Sessions is the part of the store that holds sessions.
type Sessions interface {
	Load(ctx context.Context, user store.UserID) (*store.Record, error)
	LeadsOf(ctx context.Context, user store.UserID) ([]store.Lead, error)
	Commit(ctx context.Context, c store.Commit) (store.Outcome, *store.Record, error)
	Sweep(ctx context.Context) error
}

// EraseUser erases all that is kept of a patient, the session too, in one write, and gives
// how many leads that were.
func (h *Handoff) EraseUser(ctx context.Context, st Sessions, user store.UserID, at time.Time) (n int, err error) {
	for range 10 {
		rec, err := st.Load(ctx, user)
		if err != nil {
			return 0, err
		}
		leads, err := st.LeadsOf(ctx, user)
		if err != nil {
			return 0, err
		}
		c := store.Commit{User: user, Event: store.NewEventID(fmt.Sprintf("erase %s %d", user, at.UnixNano()))}
		if rec != nil {
			c.Prev = rec.Version
		}
		if c.Leads, err = h.Erasures(ctx, user, leads, at); err != nil {
			return 0, err
		}
		outcome, _, err := st.Commit(ctx, c)
		if err != nil {
			return 0, err
		}
		if outcome == store.Stored {
			return len(c.Leads), st.Sweep(ctx) // out of the log of a file, too
		}
	}
	return 0, errors.New("erase: the patient is chatting, and was faster again and again")
}
