package storetest

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"hogushi/bot/store"
)

// testSessions: a walk gives every session once, over all partitions and pages, with what can
// be read of it.
func testSessions(t *testing.T, s Storage) {
	st := s.open(t)
	walk := func() map[store.UserID]*store.Record {
		t.Helper()
		got := map[store.UserID]*store.Record{}
		if err := st.Sessions(t.Context(), func(u store.UserID, r *store.Record) error {
			if got[u] != nil {
				t.Errorf("a session comes twice")
			}
			got[u] = r
			return nil
		}); err != nil {
			t.Fatalf("Sessions: %v", err)
		}
		return got
	}
	if got := walk(); len(got) != 0 {
		t.Fatalf("an empty store: got %d sessions", len(got))
	}
	want := map[store.UserID]*store.Record{}
	for i := range 450 {
		user := User(fmt.Sprint(i))
		c := Turn(user, nil, "e1", bodyOf(i))
		if i%3 == 0 {
			c = drafted(user, nil, "e1", "draft")
		}
		if i == 7 { // not a lead, nor what is kept aside, is a session
			c.Leads = writes(lead("L1", user, epoch))
		}
		want[user] = stored(t, st, c)
	}
	aside := Turn(User("1"), want[User("1")], "e2", nil)
	aside.Aside = true
	want[User("1")] = stored(t, st, aside)
	commit(t, st, erasure(User("2"), want[User("2")], "e2"), store.Stored, nil)
	delete(want, User("2"))
	past := Turn(User("past"), nil, "e1", nil)
	past.Next.Expiry = time.UnixMilli(time.Now().Add(-time.Second).UnixMilli())
	commit(t, st, past, store.Stored, nil)
	s.Put(t, User("damaged"), []byte("poison"))

	got := walk()
	if r := got[User("damaged")]; r == nil || !r.Damaged || string(r.Body) != "poison" {
		t.Errorf("a damaged one: got %+v", r)
	}
	delete(got, User("damaged"))
	if len(got) != len(want) {
		t.Fatalf("got %d sessions, want %d", len(got), len(want))
	}
	for user, r := range want {
		same(t, "Sessions", got[user], r)
	}

	stop := errors.New("enough")
	n := 0
	if err := st.Sessions(t.Context(), func(store.UserID, *store.Record) error { n++; return stop }); err != stop || n != 1 {
		t.Errorf("a walk that is ended: got %v after %d, want its own error after one", err, n)
	}
}
