package handoff

import (
	"context"
	"slices"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/store"
)

// Retry makes everything of a lead that isn't delivered due at once, what was given up too.
// A recipient that wasn't there when the lead came in is told of it now. It gives how many
// deliveries that are.
func (h *Handoff) Retry(ctx context.Context, st Amender, e Entry) (n int, err error) {
	all, err := h.Store.Deliveries(ctx, e.Stored.User, e.ID)
	if err != nil {
		return 0, err
	}
	told := map[recipient]bool{}
	later := map[recipient]time.Time{} // of the last event that each has heard of
	for _, d := range all {
		s, err := h.Status(d)
		if err != nil {
			continue
		}
		r := recipient{s.Sink, s.To}
		told[r] = told[r] || s.Event == Created || s.Event == Erased
		if d.State == store.Done && d.Created.After(later[r]) {
			later[r] = d.Created
		}
	}
	for _, d := range all {
		if d.State == store.Done {
			continue
		}
		next := d
		next.State, next.Due = store.Open, time.Now()
		if s, err := h.Status(d); err == nil && d.Created.Before(later[recipient{s.Sink, s.To}]) {
			next.State = store.Done // overtaken: the old words must not be the last ones
		}
		ok, err := h.Store.Settle(ctx, d, next)
		if err != nil {
			return n, err
		}
		if ok && next.State == store.Open {
			n++
		}
	}
	now, err := h.recipients()
	if err != nil {
		return n, err
	}
	missed := slices.DeleteFunc(now, func(r recipient) bool { return told[r] })
	if len(missed) == 0 || e.State != engine.LeadOpen && e.State != engine.LeadTaken {
		return n, nil
	}
	w, err := h.Write(e, e.Stored.User, "retry")
	if err != nil {
		return n, err
	}
	if err := h.plan(&w, parcel{Event: Created, At: e.Created.UnixMilli(), Receipt: e.Receipt}, missed); err != nil {
		return n, err
	}
	if ok, err := st.Amend(ctx, w); err != nil || !ok {
		return n, err
	}
	return n + len(w.Deliveries), nil
}
