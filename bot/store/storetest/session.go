package storetest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hogushi/bot/store"
)

func testCommit(t *testing.T, s Storage) {
	st, other := s.open(t), s.open(t)
	user := User("a")
	holds(t, st, user, nil)
	first := Turn(user, nil, "e1", bodyOf(1))
	one := stored(t, st, first)
	holds(t, st, user, one)
	holds(t, other, user, one)
	holds(t, st, User("b"), nil)

	two := stored(t, other, Turn(user, one, "e2", bodyOf(2)))
	holds(t, st, user, two)
	commit(t, st, Turn(user, one, "e3", bodyOf(3)), store.Conflict, two)
	commit(t, st, Turn(user, nil, "e3", bodyOf(3)), store.Conflict, two)
	commit(t, st, first, store.Already, two)
	holds(t, st, user, two)

	// Absent is not a version either.
	commit(t, st, Turn(User("b"), one, "e1", nil), store.Conflict, nil)
	holds(t, st, User("b"), nil)

	// A body may be empty, or look like a header with an event in it.
	three := stored(t, st, Turn(user, two, "e3", nil))
	holds(t, st, user, three)
	tricky := []byte("1 1 x 9 ," + string(store.NewEventID("e5")) + "00000000\n")
	four := stored(t, st, Turn(user, three, "e4", tricky))
	five := stored(t, st, Turn(user, four, "e5", nil))
	holds(t, st, user, five)
}

func testErase(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	one := stored(t, st, Turn(user, nil, "e1", bodyOf(1)))
	two := stored(t, st, Turn(user, one, "e2", bodyOf(2)))
	late := Turn(user, two, "e3", bodyOf(3)) // loaded before the erasure
	erase := erasure(user, two, "e4")
	l1 := lead("L1", user, epoch)
	erase.Leads = writes(l1)
	commit(t, st, erase, store.Stored, nil)
	holds(t, st, user, nil)
	commit(t, st, late, store.Conflict, nil)
	commit(t, st, erase, store.Conflict, nil)
	holds(t, st, user, nil)
	sameLeads(t, st, []store.Lead{l1})

	// A new life doesn't take the old one's commits, not even by the same events.
	again := stored(t, st, Turn(user, nil, "e5", bodyOf(5)))
	commit(t, st, late, store.Conflict, again)
	holds(t, st, user, again)
	commit(t, st, erasure(user, two, "e6"), store.Conflict, again)

	// What was kept aside goes with the session, unless the erasure keeps it.
	c := Turn(user, again, "e7", nil)
	c.Aside = true
	seven := stored(t, st, c)
	if s.Aside(t, user) == nil {
		t.Fatal("Aside kept nothing")
	}
	commit(t, st, erasure(user, seven, "e8"), store.Stored, nil)
	if got := s.Aside(t, user); got != nil {
		t.Fatalf("after an erasure: %d bytes are still kept aside", len(got))
	}
	nine := stored(t, st, Turn(user, nil, "e9", nil))
	c = erasure(user, nine, "e10")
	c.Aside = true
	commit(t, st, c, store.Stored, nil)
	if s.Aside(t, user) == nil {
		t.Fatal("Aside kept nothing of an erasure")
	}
	commit(t, st, erasure(User("none"), nil, "e1"), store.Stored, nil)
}

// testOrder: the event is looked for before the version.
func testOrder(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	one := stored(t, st, Turn(user, nil, "e1", bodyOf(1)))
	two := stored(t, st, Turn(user, one, "e2", bodyOf(2)))
	for _, prev := range []*store.Record{nil, one, two} {
		c := Turn(user, prev, "e1", bodyOf(9))
		c.Leads, c.Aside = writes(lead("L1", user, epoch)), true
		commit(t, st, c, store.Already, two)
	}
	commit(t, st, erasure(user, two, "e1"), store.Already, two)
	holds(t, st, user, two)
	sameLeads(t, st, nil)
	if s.Aside(t, user) != nil {
		t.Fatal("a commit that wasn't stored kept bytes aside")
	}
}

func testExpiry(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	past := Turn(user, nil, "e1", bodyOf(1))
	past.Next.Expiry = time.UnixMilli(time.Now().Add(-time.Second).UnixMilli())
	commit(t, st, past, store.Stored, nil)
	holds(t, st, user, nil)
	commit(t, st, Turn(user, past.Next, "e2", nil), store.Conflict, nil)

	soon := Turn(user, nil, "e3", bodyOf(3))
	soon.Next.Expiry = time.UnixMilli(time.Now().Add(50 * time.Millisecond).UnixMilli())
	commit(t, st, soon, store.Stored, nil)
	until(t, "expire", func() bool {
		rec, err := st.Load(t.Context(), user)
		if err != nil {
			t.Fatalf("Load: %v", err)
		}
		return rec == nil
	})
	if now := time.Now(); now.Before(soon.Next.Expiry.Add(-time.Millisecond)) {
		t.Fatalf("the record went %v before its time", soon.Next.Expiry.Sub(now))
	}
	commit(t, st, Turn(user, soon.Next, "e4", nil), store.Conflict, nil)
	commit(t, st, soon, store.Stored, nil) // nothing is left that knows it
	next := stored(t, st, Turn(user, nil, "e5", bodyOf(5)))
	holds(t, st, user, next)
}

func testKnown(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	var rec *store.Record
	const events = store.MaxKnown + 6
	for i := range events {
		next := Next(rec, fmt.Sprint(i), bodyOf(i))
		if rec != nil { // in order of time
			next.Known = rec.Known.Add(store.NewEventID(fmt.Sprint(i)), epoch.Add(time.Duration(i)*time.Second))
		}
		stored(t, st, store.Commit{User: user, Event: store.NewEventID(fmt.Sprint(i)), Prev: version(rec), Next: next})
		rec = next
	}
	holds(t, st, user, rec)
	if got := rec.Known.Len(); got != store.MaxKnown {
		t.Fatalf("Known: got %d events, want %d", got, store.MaxKnown)
	}
	for i := range events {
		want := store.Already
		if i < events-store.MaxKnown {
			want = store.Conflict // forgotten: only the version stops it
		}
		commit(t, st, Turn(user, nil, fmt.Sprint(i), nil), want, rec)
	}
}

// testContract: a commit that breaks the contract is refused before anything is written,
// and the error holds nothing of it.
func testContract(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	for name, spoil := range map[string]func(*store.Commit){
		"user":            func(c *store.Commit) { c.User = "SECRET" },
		"user's case":     func(c *store.Commit) { c.User = store.UserID(strings.Repeat("A", 32)) },
		"event":           func(c *store.Commit) { c.Event = "SECRET" },
		"event's comma":   func(c *store.Commit) { c.Event = "SECRET,SECR" },
		"no version":      func(c *store.Commit) { c.Next.Version = "" },
		"version's space": func(c *store.Commit) { c.Next.Version = "SECRET 1" },
		"version's comma": func(c *store.Commit) { c.Next.Version = "SECRET,1" },
		"damaged version": func(c *store.Commit) { c.Next.Version = "!SECRET" },
		"version again":   func(c *store.Commit) { c.Prev = c.Next.Version },
		"no expiry":       func(c *store.Commit) { c.Next.Expiry = time.Time{} },
		"no draft":        func(c *store.Commit) { c.Next.DraftExpiry = c.Next.Expiry },
		"draft's expiry":  func(c *store.Commit) { c.Next.Draft = []byte("SECRET") },
		"draft's life":    func(c *store.Commit) { outlive(c.Next) },
		"unknown event":   func(c *store.Commit) { c.Next.Known = "" },
		"broken known":    func(c *store.Commit) { c.Next.Known += "," },
		"damaged":         func(c *store.Commit) { c.Next.Damaged = true },
		"format":          func(c *store.Commit) { c.Next.Format = -1 },
		"lead's user":     func(c *store.Commit) { c.Leads[0].User = User("SECRET") },
		"lead's id":       func(c *store.Commit) { c.Leads[0].ID = "SECRET 1" },
		"no lead id":      func(c *store.Commit) { c.Leads[0].ID = "" },
		"lead's time":     func(c *store.Commit) { c.Leads[0].Created = time.Time{} },
		"lead's version":  func(c *store.Commit) { c.Leads[0].Version = "SECRET 1" },
		"no lead version": func(c *store.Commit) { c.Leads[0].Version = "" },
		"lead again":      func(c *store.Commit) { c.Leads[0].Prev = c.Leads[0].Version },
		"delivery's id":   func(c *store.Commit) { c.Leads[0].Deliveries[0].ID = "SECRET 1" },
		"delivery's lead": func(c *store.Commit) { c.Leads[0].Deliveries[0].Lead = "SECRET" },
		"delivery's user": func(c *store.Commit) { c.Leads[0].Deliveries[0].User = User("SECRET") },
		"delivery's time": func(c *store.Commit) { c.Leads[0].Deliveries[0].Due = time.Time{} },
		"no state":        func(c *store.Commit) { c.Leads[0].Deliveries[0].State = 0 },
	} {
		c := Turn(user, nil, "e1", bodyOf(1))
		c.Leads = writes(lead("L1", user, epoch))
		c.Leads[0].Deliveries = []store.Delivery{delivery("D1", "L1", user, epoch)}
		spoil(&c)
		_, _, err := st.Commit(t.Context(), c)
		if err == nil {
			t.Errorf("%s: Commit took it", name)
		} else if strings.Contains(err.Error(), "SECRET") {
			t.Errorf("%s: the error repeats the value: %v", name, err)
		}
	}
	holds(t, st, user, nil)
	sameLeads(t, st, nil)
	if _, err := st.Load(t.Context(), "x"); err == nil {
		t.Error("Load took a user id that is none")
	}
}
