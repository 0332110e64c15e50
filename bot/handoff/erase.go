package handoff

import (
	"context"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/store"
)

// proofLife is how long consent and times of an erased lead are kept, as proof that what
// was done was agreed to.
const proofLife = 365 * 24 * time.Hour

// Erasure is the write that erases a lead: what is left is the hash of whose it was, the
// consent, and the times. Deliveries still to be made go; the sinks are told.
func (h *Handoff) Erasure(e Entry, at time.Time) (store.LeadWrite, error) {
	erased := e
	erased.UserID, erased.Fields, erased.By = "", nil, ""
	erased.State, erased.Changed = engine.LeadErased, at.Truncate(time.Millisecond)
	w, err := h.Submit(erased, e.Stored.User, Erased, at, "erase")
	w.Drop, w.Expiry = true, at.Add(proofLife)
	return w, err
}

// Amender changes a lead in the store.
type Amender interface {
	Amend(ctx context.Context, w store.LeadWrite) (bool, error)
}

// Erase erases a lead. false: it has changed meanwhile.
func (h *Handoff) Erase(ctx context.Context, st Amender, e Entry, at time.Time) (bool, error) {
	w, err := h.Erasure(e, at)
	if err != nil {
		return false, err
	}
	return st.Amend(ctx, w)
}
