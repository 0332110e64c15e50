package handoff

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/seal"
	"hogushi/bot/store"
)

// Kinds of sealed bodies; part of what each is sealed to.
const (
	kindLead     = "lead"
	kindDelivery = "delivery"
	kindNote     = "note"
)

// Book is how leads and what goes with them are kept: sealed.
type Book struct {
	Keys    *seal.Keys
	Channel string
}

// leadBody is what is sealed of a lead.
type leadBody struct {
	engine.Lead
	User string `json:"user,omitempty"` // LINE's id; "" when it has been erased
}

var errBody = errors.New("not in the form of what was stored")

// Entry is a lead as it was read: what it says, whose it is, and as it is stored.
type Entry struct {
	engine.Lead
	UserID string // LINE's, "" when it has been erased
	Stored store.Lead
}

// Open reads a stored lead.
func (b Book) Open(l store.Lead) (Entry, error) {
	plain, err := b.Keys.Open(l.Body, b.ad(kindLead, l.ID))
	if err != nil {
		return Entry{}, fmt.Errorf("open lead %s: %w", l.ID, err)
	}
	var body leadBody
	if err := json.Unmarshal(plain, &body); err != nil {
		return Entry{}, fmt.Errorf("read lead %s: %w", l.ID, errBody)
	}
	return Entry{body.Lead, body.User, l}, nil
}

// Write makes the write of an entry that was changed, or is new, because of an event; it
// follows the version that is stored. user is the hash of whose it is.
func (b Book) Write(e Entry, user store.UserID, event string) (store.LeadWrite, error) {
	plain, err := json.Marshal(leadBody{e.Lead, e.UserID})
	if err != nil {
		return store.LeadWrite{}, fmt.Errorf("encode lead: %w", err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s", e.ID, e.Stored.Version, event))
	w := store.LeadWrite{Prev: e.Stored.Version, Lead: store.Lead{ID: e.ID, User: user, Created: e.Created.Truncate(time.Millisecond),
		Version: store.Version(base64.RawURLEncoding.EncodeToString(sum[:12])), Expiry: e.Stored.Expiry}}
	w.Body, err = b.Keys.Seal(nil, plain, b.ad(kindLead, e.ID))
	return w, err
}

// parcel is what is sealed of a delivery: where it goes, and how far it has come.
type parcel struct {
	Event   Event           `json:"event"`
	Sink    string          `json:"sink"`
	To      string          `json:"to,omitempty"`
	At      int64           `json:"at"` // of the event, ms
	Receipt string          `json:"receipt"`
	Skip    string          `json:"skip,omitempty"`   // the chat that knows already
	Frozen  json.RawMessage `json:"frozen,omitempty"` // what is sent, from the first try on
	Tries   int             `json:"tries,omitempty"`
	Tried   int64           `json:"tried,omitempty"` // the last one, ms
	Trouble string          `json:"trouble,omitempty"`
}

func (b Book) sealParcel(p parcel, id string) ([]byte, error) {
	plain, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("encode delivery: %w", err)
	}
	return b.Keys.Seal(nil, plain, b.ad(kindDelivery, id))
}

func (b Book) openParcel(d store.Delivery) (parcel, error) {
	plain, err := b.Keys.Open(d.Body, b.ad(kindDelivery, d.ID))
	if err != nil {
		return parcel{}, fmt.Errorf("open delivery %s: %w", d.ID, err)
	}
	var p parcel
	if err := json.Unmarshal(plain, &p); err != nil {
		return parcel{}, fmt.Errorf("read delivery %s: %w", d.ID, errBody)
	}
	return p, nil
}

// ad is what a body is sealed to. The version is of the form, not of the content: that
// stands in the store's header, which a sealed body can't be moved by.
func (b Book) ad(kind, id string) seal.AD {
	return seal.AD{Kind: kind, Channel: b.Channel, ID: id, Version: "1"}
}
