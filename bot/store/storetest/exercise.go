package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hogushi/bot/store"
)

// Storage is one real, empty storage, and what a test does to it behind the store's back.
type Storage struct {
	// Open opens it; every call gives another replica. Exercise closes them.
	Open func(ctx context.Context, id store.Identity) (store.Store, error)
	// Put writes bytes where the session of the user stands; they don't expire. A draft
	// that is stored stays.
	Put func(t *testing.T, user store.UserID, raw []byte)
	// Aside reads what was kept aside, nil if nothing.
	Aside func(t *testing.T, user store.UserID) []byte
	// Draft reads the draft's stored bytes, nil if there are none.
	Draft func(t *testing.T, user store.UserID) []byte
	// Away names the ways in which it can be away; each returns how it comes back.
	Away map[string]func(t *testing.T) (back func())
}

// ID is the identity that Exercise opens with.
var ID = store.Identity{Channel: "test", Fingerprint: "0123456789abcdef"}

// Exercise is the contract of store.Store. Every part gets a fresh storage.
func Exercise(t *testing.T, fresh func(t *testing.T) Storage) {
	for name, part := range map[string]func(*testing.T, Storage){
		"commit":           testCommit,
		"erase":            testErase,
		"order of tests":   testOrder,
		"expiry":           testExpiry,
		"draft":            testDraft,
		"draft's expiry":   testDraftExpiry,
		"draft's version":  testDraftVersion,
		"known":            testKnown,
		"contract":         testContract,
		"damaged":          testDamaged,
		"newer format":     testNewerFormat,
		"identity":         testIdentity,
		"sessions":         testSessions,
		"leads":            testLeads,
		"leads of a race":  testLeadsOnce,
		"leads paging":     testLeadsPaging,
		"amended leads":    testAmend,
		"a user's leads":   testLeadsOf,
		"lead's expiry":    testLeadExpiry,
		"deliveries":       testDeliveries,
		"claims":           testClaim,
		"claims of a race": testClaimOnce,
		"settled":          testSettle,
		"notes":            testNotes,
		"replicas":         testReplicas,
		"first commits":    testFirstCommits,
		"away":             testAway,
		"ended context":    testEndedContext,
		"opened at once":   testOpenedAtOnce,
		"closed":           testClosed,
		"checks and pings": testPing,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			part(t, fresh(t))
		})
	}
}

// open opens the storage and closes it at the end of the test.
func (s Storage) open(t *testing.T) store.Store {
	t.Helper()
	st, err := s.Open(t.Context(), ID)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// User makes a user id; different names are in different partitions mostly.
func User(name string) store.UserID {
	sum := sha256.Sum256([]byte(name))
	return store.UserID(hex.EncodeToString(sum[:16]))
}

var epoch = time.UnixMilli(1790000000123)

// Next makes the record that follows prev (nil: none) by the named event.
func Next(prev *store.Record, event string, body []byte) *store.Record {
	next := &store.Record{Format: 1, Body: body, Expiry: time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())}
	if prev != nil && !prev.Damaged {
		next.Known = prev.Known
	}
	next.Known = next.Known.Add(store.NewEventID(event), epoch.Add(time.Duration(next.Known.Len())*time.Millisecond))
	sum := sha256.Sum256([]byte(string(version(prev)) + "\n" + event))
	next.Version = store.Version(hex.EncodeToString(sum[:16]))
	return next
}

func version(r *store.Record) store.Version {
	if r == nil {
		return ""
	}
	return r.Version
}

// Turn makes the commit of Next.
func Turn(user store.UserID, prev *store.Record, event string, body []byte) store.Commit {
	return store.Commit{User: user, Event: store.NewEventID(event), Prev: version(prev), Next: Next(prev, event, body)}
}

// erasure makes a commit that erases.
func erasure(user store.UserID, prev *store.Record, event string) store.Commit {
	return store.Commit{User: user, Event: store.NewEventID(event), Prev: version(prev)}
}

// commit commits c and compares what came of it; nil wants no record.
func commit(t *testing.T, st store.Store, c store.Commit, want store.Outcome, wantRec *store.Record) {
	t.Helper()
	got, rec, err := st.Commit(t.Context(), c)
	if err != nil {
		t.Fatalf("Commit: %v", err)
	}
	if got != want {
		t.Fatalf("Commit: got outcome %d, want %d", got, want)
	}
	same(t, "Commit's record", rec, wantRec)
}

func stored(t *testing.T, st store.Store, c store.Commit) *store.Record {
	t.Helper()
	commit(t, st, c, store.Stored, nil)
	return c.Next
}

// holds compares what is loaded.
func holds(t *testing.T, st store.Store, user store.UserID, want *store.Record) {
	t.Helper()
	got, err := st.Load(t.Context(), user)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	same(t, "Load", got, want)
}

func same(t *testing.T, what string, got, want *store.Record) {
	t.Helper()
	if diff := cmp.Diff(want, got, sameBytes); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

func wantIs(t *testing.T, what string, err error, targets ...error) {
	t.Helper()
	for _, target := range targets {
		if !errors.Is(err, target) {
			t.Fatalf("%s: got error %v, want one that is %v", what, err, target)
		}
	}
}

// until tries again until try is true, and fails after ten seconds.
func until(t *testing.T, what string, try func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !try(); {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 10 s", what)
		}
	}
}

func bodyOf(n int) []byte { return fmt.Appendf(nil, "body %d\n\x00\xff, 1 2 3", n) }
