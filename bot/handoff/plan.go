package handoff

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"hogushi/bot/store"
)

// Event is what has happened to a lead.
type Event string

const (
	Created   Event = "lead.created"
	Corrected Event = "lead.corrected" // by the patient
	Withdrawn Event = "lead.withdrawn" // by the patient
	Erased    Event = "lead.erased"

	// These two only the staff's chats are told.
	Taken Event = "lead.taken"
	Done  Event = "lead.done"
)

// The sinks.
const (
	SinkLINE    = "line"
	SinkMail    = "mail"
	SinkWebhook = "webhook"
)

// recipient is one that a sink delivers to. A webhook's address isn't part of it: when that
// is mended, what was meant for the old one goes to the new.
type recipient struct{ sink, to string }

// atOnce is due by any clock.
var atOnce = time.UnixMilli(1)

// plan makes the deliveries of an event of a lead, one for each recipient. Their ids are
// derived: planned again they are the same.
func (b Book) plan(w *store.LeadWrite, p parcel, to []recipient) error {
	at := time.UnixMilli(p.At)
	for _, r := range to {
		staffOnly := p.Event == Taken || p.Event == Done
		if staffOnly && (r.sink != SinkLINE || r.to == p.Skip) {
			continue
		}
		p.Sink, p.To = r.sink, r.to
		d := store.Delivery{ID: deliveryID(w.ID, p.Event, w.Version, r), Lead: w.ID, User: w.User, Created: at, State: store.Open, Due: atOnce}
		var err error
		if d.Body, err = b.sealParcel(p, d.ID); err != nil {
			return err
		}
		w.Deliveries = append(w.Deliveries, d)
	}
	return nil
}

// deliveryID is a UUID (version 8): LINE's retry key, the webhook-id, the mail's Message-ID.
// A lead can be corrected again, so its version is part of it.
func deliveryID(lead string, e Event, v store.Version, r recipient) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s", lead, e, v, r.sink, r.to))
	return uuid(sum[:16])
}

// NewID is an id like a delivery's, for a test.
func NewID() string { return uuid([]byte(rand.Text())[:16]) }

func uuid(b []byte) string {
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	s := hex.EncodeToString(b)
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
