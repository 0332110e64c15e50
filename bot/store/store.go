// Package store keeps sessions and leads, on Redis or SQLite, behind one contract.
// storetest.Exercise is that contract as a test; both pass it.
//
// A store knows nothing of flows, patients or encryption: bodies are opaque and
// arrive sealed, and a user is only ever a hash. What it guarantees is the commit:
// one atomic write that tests before it writes.
package store

import (
	"context"
	"errors"
	"time"
)

// Partitions is how many parts the keys are spread over. It is written to the store
// and never changes: each part is one slot of a Redis Cluster.
const Partitions = 16

// UserID names a patient inside the store: 32 hex digits of a keyed hash of LINE's
// user id. Its first digit is the partition.
type UserID string

// EventID names an event inside a session: 11 characters of base64url, see NewEventID.
type EventID string

// Version is an opaque token that never repeats for a user: printable ASCII without
// space and comma, at most 64 bytes, not beginning with "!" (that is a damaged
// record's). "" stands for no record and is not a version: a commit made from ""
// succeeds only while there is none.
type Version string

// Record is a session as stored: a plain header and a sealed body.
type Record struct {
	Format  int // of the body; a newer one than the reader knows is left alone
	Version Version
	Known   Known     // the last events that were committed
	Expiry  time.Time // the store forgets the record after this, to the millisecond
	Body    []byte

	// Draft is a second body, sealed like Body, that the store forgets sooner: at
	// DraftExpiry, to the millisecond, while the record stays. nil is none, and
	// DraftExpiry then zero; otherwise DraftExpiry is not after Expiry. A draft belongs to
	// the version it was committed with: the next commit replaces it, or removes it if it
	// brings none.
	Draft       []byte
	DraftExpiry time.Time

	// Damaged says that the header could not be read. Body is then the whole of the
	// stored bytes, and Version a hash of them, so that a commit can still replace it.
	Damaged bool
}

// Lead is a contact request as stored.
type Lead struct {
	ID      string    // derived from session and event. [!-~]{1,64}
	User    UserID    // whose it is. "" when it comes back: unreadable, Body is the whole of the bytes
	Created time.Time // to the millisecond
	Version Version   // never repeats for a lead; "0" for one of before there were versions
	Expiry  time.Time // the store forgets the lead and its deliveries after this; zero: never
	Body    []byte
}

// LeadWrite writes a lead and what is to be delivered of it.
type LeadWrite struct {
	Lead
	Prev       Version    // the version that it was made from; "": a new one, stored unless its ID is known
	Drop       bool       // the deliveries so far go
	Deliveries []Delivery // stored unless known, with the lead's User and ID
}

// Delivery is one event of a lead to one recipient of one sink, as stored.
type Delivery struct {
	ID      string // derived from lead, event, sink and recipient. [!-~]{1,64}
	Lead    string // the lead's ID
	User    UserID // and whose that is
	Created time.Time
	State   DeliveryState
	Due     time.Time // when it is to be tried; while it is claimed, the end of the lease
	Body    []byte
}

// DeliveryState says whether a delivery is still to be made.
type DeliveryState byte

const (
	Open   DeliveryState = 'o' // to be made when it is due
	Done   DeliveryState = 'd' // made
	Failed DeliveryState = 'f' // given up: somebody has to look
)

// Note is a small named thing that all replicas share.
type Note struct {
	Name    string // [a-z0-9-]{1,64}
	Version Version
	Expiry  time.Time // zero: never
	Body    []byte
}

// Commit is one turn's write.
type Commit struct {
	User  UserID
	Event EventID     // looked for in the stored record before anything else
	Prev  Version     // the version that Next was made from
	Next  *Record     // nil erases the record, its draft and what was kept aside. Next.Known must already hold Event.
	Leads []LeadWrite // in the same write; of one that is no new one and has another version, nothing is written

	// Aside keeps the bytes that are replaced, for 30 days, for whoever looks into why
	// they could not be used. The newest are kept. A draft is never kept: it would
	// outlive its expiry.
	Aside bool
}

// Outcome says what became of a Commit.
type Outcome int

const (
	Stored   Outcome = iota // written
	Already                 // the event is known: nothing was written; here is the stored record
	Conflict                // the version, or a lead's, differs: nothing was written; here is the stored record, nil if none
)

// ErrUnavailable wraps every error that says that the store can't be reached or can't
// write now: a later try may succeed. Other errors are permanent.
var ErrUnavailable = errors.New("store unavailable")

// ErrMismatch wraps the refusal to open a store that was made with another key, another
// number of partitions or by a newer format.
var ErrMismatch = errors.New("store mismatch")

// Identity is what a store must have been made with. A fresh store takes it on.
type Identity struct {
	Channel     string // a short name; part of every key. [a-z0-9-]{1,32}
	Fingerprint string // of the data key
}

// Warning is a setting of the store that can lose data, or worse.
type Warning struct {
	Refuse bool // serve must not start
	Text   string
}

// Store is what Redis and SQLite both do. It stands here as the contract that
// storetest exercises; users declare the part that they need.
type Store interface {
	// Load returns the user's record, nil if there is none or it has expired, with its
	// draft while that lives.
	Load(ctx context.Context, user UserID) (*Record, error)
	// Commit writes c in one atomic step, testing in this order: is the event known
	// (Already), does the version differ (Conflict), else everything is written
	// (Stored). The record, with its draft while that lives, comes with Already and
	// Conflict only. A lost answer may be asked for again: it comes back as Already, or
	// after an erasure, which leaves nothing to know it by, as Conflict without a record.
	Commit(ctx context.Context, c Commit) (Outcome, *Record, error)
	// Sessions calls each for every record that lives, with its draft while that does, one
	// after another and each user once; of one that is written meanwhile, as it is before or
	// after. An error of each ends the walk, and is its error.
	Sessions(ctx context.Context, each func(user UserID, r *Record) error) error
	// Amend writes a lead outside of a turn. false: it has another version, or is gone, and
	// nothing was written. Asked again after a lost answer it says true.
	Amend(ctx context.Context, w LeadWrite) (bool, error)
	// Leads returns at most limit leads, newest first (by Created, then ID), starting
	// behind the lead `after` (nil: from the newest).
	Leads(ctx context.Context, after *Lead, limit int) ([]Lead, error)
	// Lead returns the lead with this id, nil if there is none.
	Lead(ctx context.Context, id string) (*Lead, error)
	// LeadsOf returns the user's leads, newest first.
	LeadsOf(ctx context.Context, user UserID) ([]Lead, error)
	// Deliveries returns those of a lead, by Created, then ID.
	Deliveries(ctx context.Context, user UserID, lead string) ([]Delivery, error)
	// Claim takes at most limit open deliveries that are due by the store's own clock, and
	// makes them due again when the lease ends: until then no other Claim gives them.
	Claim(ctx context.Context, lease time.Duration, limit int) ([]Delivery, error)
	// Settle replaces a delivery by what became of it. false: it has another State or Due
	// by now, the lease having ended, or is gone, and nothing was written.
	Settle(ctx context.Context, from, to Delivery) (bool, error)
	// Undelivered returns at most limit deliveries that are open or failed, oldest first
	// (by Created, then ID).
	Undelivered(ctx context.Context, limit int) ([]Delivery, error)
	// Note returns the note with this name, nil if there is none.
	Note(ctx context.Context, name string) (*Note, error)
	// SetNote replaces the note of version prev, "" for none. false: it has another
	// version, and nothing was written.
	SetNote(ctx context.Context, n Note, prev Version) (bool, error)
	// Sweep removes what is left of leads that have expired.
	Sweep(ctx context.Context) error
	// Ping answers whether the store can be reached.
	Ping(ctx context.Context) error
	// Check looks at the settings of the store.
	Check(ctx context.Context) ([]Warning, error)
	Close() error
}
