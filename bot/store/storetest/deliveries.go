package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"hogushi/bot/store"
)

func delivery(id, lead string, user store.UserID, created time.Time) store.Delivery {
	return store.Delivery{ID: id, Lead: lead, User: user, Created: created, State: store.Open, Due: created, Body: []byte("delivery " + id + "\n\x00")}
}

// submit stores a new lead of its own user, with its deliveries.
func submit(t *testing.T, st store.Store, l store.Lead, deliveries ...store.Delivery) {
	t.Helper()
	c := Turn(l.User, nil, "of "+l.ID, nil)
	c.Leads = []store.LeadWrite{{Lead: l, Deliveries: deliveries}}
	stored(t, st, c)
}

func amend(t *testing.T, st store.Store, w store.LeadWrite, want bool) {
	t.Helper()
	if got, err := st.Amend(t.Context(), w); got != want || err != nil {
		t.Fatalf("Amend: got %v, %v; want %v", got, err, want)
	}
}

func sameDeliveries(t *testing.T, st store.Store, user store.UserID, lead string, want ...store.Delivery) {
	t.Helper()
	got, err := st.Deliveries(t.Context(), user, lead)
	if err != nil {
		t.Fatalf("Deliveries: %v", err)
	}
	if diff := gocmp.Diff(want, got, sameBytes, gocmp.FilterPath(func(p gocmp.Path) bool { return len(p) == 1 },
		gocmp.Transformer("none", func(l []store.Delivery) []store.Delivery { return slices.Concat([]store.Delivery{}, l) }))); diff != "" {
		t.Fatalf("Deliveries (-want +got):\n%s", diff)
	}
}

// undelivered compares the ids of what is undelivered.
func undelivered(t *testing.T, st store.Store, want ...string) {
	t.Helper()
	list, err := st.Undelivered(t.Context(), 1000)
	if err != nil {
		t.Fatalf("Undelivered: %v", err)
	}
	var got []string
	for _, d := range list {
		got = append(got, d.ID)
	}
	if !slices.Equal(got, want) {
		t.Fatalf("Undelivered: got %v, want %v", got, want)
	}
}

// claim takes what is due, by id.
func claim(t *testing.T, st store.Store, lease time.Duration, limit int) map[string]store.Delivery {
	t.Helper()
	list, err := st.Claim(t.Context(), lease, limit)
	if err != nil {
		t.Fatalf("Claim: %v", err)
	}
	if len(list) > limit {
		t.Fatalf("Claim: got %d, want at most %d", len(list), limit)
	}
	got := map[string]store.Delivery{}
	for _, d := range list {
		if d.State != store.Open || time.Until(d.Due) > lease+time.Second || time.Until(d.Due) < lease-10*time.Second {
			t.Fatalf("Claim: got state %c, due in %v, want open, due in %v", d.State, time.Until(d.Due), lease)
		}
		got[d.ID] = d
	}
	return got
}

func settle(t *testing.T, st store.Store, from, to store.Delivery, want bool) {
	t.Helper()
	if got, err := st.Settle(t.Context(), from, to); got != want || err != nil {
		t.Fatalf("Settle: got %v, %v; want %v", got, err, want)
	}
}

func testAmend(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	l := lead("L1", user, epoch)
	d1, d2, d3 := delivery("D1", "L1", user, epoch), delivery("D2", "L1", user, epoch), delivery("D3", "L1", user, epoch)
	amend(t, st, store.LeadWrite{Lead: l, Prev: "0"}, false)
	submit(t, st, l, d1)

	two := l
	two.Version, two.Body = "2", []byte("corrected")
	w := store.LeadWrite{Lead: two, Prev: "1", Deliveries: []store.Delivery{d2}}
	amend(t, st, store.LeadWrite{Lead: two, Prev: "7"}, false)
	sameLeads(t, st, []store.Lead{l})
	amend(t, st, w, true)
	amend(t, st, w, true) // the answer was lost
	sameLeads(t, st, []store.Lead{two})
	sameDeliveries(t, st, user, "L1", d1, d2)

	// In a turn: it is written with the session, or neither is.
	three := two
	three.Version, three.Body = "3", []byte{}
	rec := present(t, st, user)
	c := Turn(user, rec, "e2", bodyOf(2))
	c.Leads = []store.LeadWrite{{Lead: three, Prev: "1"}}
	commit(t, st, c, store.Conflict, rec)
	sameLeads(t, st, []store.Lead{two})
	c.Leads = []store.LeadWrite{{Lead: lead("L2", user, epoch)}, {Lead: three, Prev: "2", Drop: true, Deliveries: []store.Delivery{d3}}}
	stored(t, st, c)
	sameLeads(t, st, []store.Lead{lead("L2", user, epoch), three})
	sameDeliveries(t, st, user, "L1", d3)
	undelivered(t, st, "D3")
	if got := claim(t, st, time.Minute, 10); len(got) != 1 {
		t.Fatalf("Claim after the others were dropped: got %d, want 1", len(got))
	}
	gone := lead("L9", user, epoch)
	gone.Version = "2"
	c = Turn(user, c.Next, "e3", nil)
	c.Leads = []store.LeadWrite{{Lead: gone, Prev: "1"}}
	commit(t, st, c, store.Conflict, present(t, st, user))
}

// present is what is stored of the user now.
func present(t *testing.T, st store.Store, user store.UserID) *store.Record {
	t.Helper()
	rec, err := st.Load(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	return rec
}

func testLeadsOf(t *testing.T, s Storage) {
	st := s.open(t)
	a, b := User("a"), User("b")
	rec := (*store.Record)(nil)
	var want []store.Lead
	for i := range 3 {
		l := lead(fmt.Sprint("L", i), a, epoch.Add(time.Duration(i)*time.Minute))
		want = append([]store.Lead{l}, want...)
		c := Turn(a, rec, fmt.Sprint(i), nil)
		c.Leads = writes(l)
		rec = stored(t, st, c)
	}
	submit(t, st, lead("M", b, epoch))
	for user, want := range map[store.UserID][]store.Lead{a: want, b: {lead("M", b, epoch)}, User("c"): nil} {
		got, err := st.LeadsOf(t.Context(), user)
		if err != nil {
			t.Fatalf("LeadsOf: %v", err)
		}
		if diff := gocmp.Diff(want, got, sameBytes); diff != "" {
			t.Fatalf("LeadsOf (-want +got):\n%s", diff)
		}
	}
	if _, err := st.LeadsOf(t.Context(), "x"); err == nil {
		t.Error("LeadsOf took a user id that is none")
	}
}

// testLeadExpiry: an expired lead is gone at once, with its deliveries, and a sweep leaves
// nothing of it in any index.
func testLeadExpiry(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	keep, l := lead("L0", User("b"), epoch), lead("L1", user, epoch)
	d := delivery("D1", "L1", user, epoch)
	submit(t, st, keep, delivery("D0", "L0", keep.User, epoch.Add(time.Hour)))
	submit(t, st, l, d)
	two := l
	two.Version, two.Expiry = "2", time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())
	amend(t, st, store.LeadWrite{Lead: two, Prev: "1"}, true)
	sameLeads(t, st, []store.Lead{two, keep})
	if err := st.Sweep(t.Context()); err != nil {
		t.Fatalf("Sweep: %v", err)
	}
	sameLeads(t, st, []store.Lead{two, keep})
	three := two
	three.Version, three.Expiry = "3", time.UnixMilli(time.Now().Add(30*time.Millisecond).UnixMilli())
	amend(t, st, store.LeadWrite{Lead: three, Prev: "2"}, true)
	until(t, "expire", func() bool {
		got, err := st.Lead(t.Context(), "L1")
		if err != nil {
			t.Fatalf("Lead: %v", err)
		}
		return got == nil
	})
	sameLeads(t, st, []store.Lead{keep})
	amend(t, st, store.LeadWrite{Lead: l, Prev: "3"}, false)
	if err := st.Sweep(t.Context()); err != nil {
		t.Fatalf("Sweep: %v", err)
	}
	sameDeliveries(t, st, user, "L1")
	undelivered(t, st, "D0")
	if got, err := st.LeadsOf(t.Context(), user); len(got) != 0 || err != nil {
		t.Fatalf("LeadsOf: got %d leads, %v; want none", len(got), err)
	}
	if got := claim(t, st, time.Minute, 10); len(got) != 1 {
		t.Fatalf("Claim: got %d, want the one of the lead that stays", len(got))
	}
	// A lead whose expiry is taken back stays.
	five := keep
	five.Version, five.Expiry = "2", two.Expiry
	amend(t, st, store.LeadWrite{Lead: five, Prev: "1"}, true)
	six := keep
	six.Version = "3"
	amend(t, st, store.LeadWrite{Lead: six, Prev: "2"}, true)
	sameLeads(t, st, []store.Lead{six})
}

func testDeliveries(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	sameDeliveries(t, st, user, "L1")
	undelivered(t, st)
	later := delivery("A", "L1", user, epoch.Add(time.Second))
	empty := delivery("C", "L1", user, epoch)
	empty.Body = []byte{}
	done := delivery("D", "L1", user, epoch)
	done.State = store.Done
	failed := delivery("F", "L1", user, epoch.Add(-time.Second))
	failed.State = store.Failed
	submit(t, st, lead("L1", user, epoch), later, empty, done, failed)
	sameDeliveries(t, st, user, "L1", failed, empty, done, later)
	sameDeliveries(t, st, User("b"), "L1")
	undelivered(t, st, "F", "C", "A")
	if got, err := st.Undelivered(t.Context(), 2); len(got) != 2 || err != nil || got[0].ID != "F" {
		t.Fatalf("Undelivered of at most 2: got %+v, %v", got, err)
	}
	if got, err := st.Undelivered(t.Context(), 0); len(got) != 0 || err != nil {
		t.Fatalf("Undelivered of at most 0: got %+v, %v", got, err)
	}
}

func testClaim(t *testing.T, s Storage) {
	st, other := s.open(t), s.open(t)
	if got := claim(t, st, time.Minute, 10); len(got) != 0 {
		t.Fatalf("Claim of an empty store: got %+v", got)
	}
	now := time.Now()
	user := User("a")
	d := delivery("D1", "L1", user, epoch)
	late := delivery("D2", "L1", user, epoch)
	late.Due = time.UnixMilli(now.Add(time.Hour).UnixMilli())
	submit(t, st, lead("L1", user, epoch), d, late)
	got := claim(t, st, time.Minute, 10)
	if len(got) != 1 || string(got["D1"].Body) != string(d.Body) || got["D1"].User != user || got["D1"].Lead != "L1" || !got["D1"].Created.Equal(epoch) {
		t.Fatalf("Claim: got %+v, want D1", got)
	}
	sameDeliveries(t, st, user, "L1", got["D1"], late)
	for _, st := range []store.Store{st, other} {
		if got := claim(t, st, time.Minute, 10); len(got) != 0 {
			t.Fatalf("Claim of what is claimed: got %+v", got)
		}
	}
	undelivered(t, st, "D1", "D2")

	// A lease that ends gives it to the next.
	e := delivery("E", "L2", User("b"), epoch)
	submit(t, st, lead("L2", e.User, epoch), e)
	short := claim(t, st, time.Millisecond, 10)["E"]
	var next store.Delivery
	until(t, "claim again", func() bool {
		next = claim(t, other, time.Minute, 10)["E"]
		return next.ID != ""
	})
	done := short
	done.State = store.Done
	settle(t, st, short, done, false)
	sameDeliveries(t, st, e.User, "L2", next)
}

// testClaimOnce: many claim at once; each delivery goes to one of them.
func testClaimOnce(t *testing.T, s Storage) {
	a, b := s.open(t), s.open(t)
	const leads, each = 12, 3
	for i := range leads {
		l := lead(fmt.Sprint("L", i), User(fmt.Sprint(i)), epoch)
		var list []store.Delivery
		for n := range each {
			list = append(list, delivery(fmt.Sprintf("D%d-%d", i, n), l.ID, l.User, epoch))
		}
		submit(t, a, l, list...)
	}
	var mu sync.Mutex
	times := map[string]int{}
	var done sync.WaitGroup
	for w := range 8 {
		done.Go(func() {
			for range 12 {
				list, err := []store.Store{a, b}[w%2].Claim(t.Context(), time.Minute, 4)
				if err != nil {
					t.Errorf("Claim: %v", err)
				}
				mu.Lock()
				for _, d := range list {
					times[d.ID]++
				}
				mu.Unlock()
			}
		})
	}
	done.Wait()
	if len(times) != leads*each {
		t.Errorf("got %d deliveries claimed, want %d", len(times), leads*each)
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("%s was claimed %d times", id, n)
		}
	}
}

func testSettle(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	submit(t, st, lead("L1", user, epoch), delivery("D1", "L1", user, epoch), delivery("D2", "L1", user, epoch))
	got := claim(t, st, time.Minute, 10)
	d1, d2 := got["D1"], got["D2"]

	frozen := d1 // during the lease
	frozen.Body = []byte("frozen")
	settle(t, st, d1, frozen, true)
	retry := frozen
	retry.Due, retry.Body = time.UnixMilli(time.Now().Add(time.Hour).UnixMilli()), []byte{}
	settle(t, st, d1, retry, true)
	settle(t, st, d1, retry, true) // the answer was lost
	settle(t, st, d1, frozen, false)
	sameDeliveries(t, st, user, "L1", retry, d2)

	done := d2
	done.State = store.Done
	settle(t, st, d2, done, true)
	undelivered(t, st, "D1")
	failed := retry
	failed.State = store.Failed
	settle(t, st, retry, failed, true)
	undelivered(t, st, "D1")
	sameDeliveries(t, st, user, "L1", failed, done)
	if got := claim(t, st, time.Minute, 10); len(got) != 0 {
		t.Fatalf("Claim of what is settled: got %+v", got)
	}
	again := failed // by command
	again.State, again.Due = store.Open, epoch
	settle(t, st, failed, again, true)
	if got := claim(t, st, time.Minute, 10); len(got) != 1 {
		t.Fatalf("Claim of what is to be tried again: got %d, want 1", len(got))
	}
	none := delivery("D9", "L1", user, epoch)
	settle(t, st, none, none, false)
	for what, spoil := range map[string]func(*store.Delivery){
		"another": func(d *store.Delivery) { d.ID = "SECRET" },
		"state":   func(d *store.Delivery) { d.State = 'x' },
		"due":     func(d *store.Delivery) { d.Due = time.Time{} },
		"user":    func(d *store.Delivery) { d.User = "SECRET" },
	} {
		bad := again
		spoil(&bad)
		if _, err := st.Settle(t.Context(), again, bad); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("Settle of another %s: got %v", what, err)
		}
	}
}

func testNotes(t *testing.T, s Storage) {
	st, other := s.open(t), s.open(t)
	holds := func(name string, want *store.Note) {
		t.Helper()
		got, err := other.Note(t.Context(), name)
		if err != nil {
			t.Fatalf("Note: %v", err)
		}
		if diff := gocmp.Diff(want, got, sameBytes); diff != "" {
			t.Fatalf("Note (-want +got):\n%s", diff)
		}
	}
	set := func(n store.Note, prev store.Version, want bool) {
		t.Helper()
		if got, err := st.SetNote(t.Context(), n, prev); got != want || err != nil {
			t.Fatalf("SetNote: got %v, %v; want %v", got, err, want)
		}
	}
	holds("staff", nil)
	one := store.Note{Name: "staff", Version: "1", Body: []byte("one\n\x00")}
	two := store.Note{Name: "staff", Version: "2", Body: []byte{}, Expiry: time.UnixMilli(time.Now().Add(time.Hour).UnixMilli())}
	set(one, "7", false)
	holds("staff", nil)
	set(one, "", true)
	set(one, "", true) // the answer was lost
	set(two, "", false)
	holds("staff", &one)
	set(two, "1", true)
	holds("staff", &two)
	set(store.Note{Name: "other", Version: "1"}, "", true)
	holds("other", &store.Note{Name: "other", Version: "1"})

	soon := store.Note{Name: "staff", Version: "3", Expiry: time.UnixMilli(time.Now().Add(30 * time.Millisecond).UnixMilli())}
	set(soon, "2", true)
	until(t, "expire", func() bool {
		n, err := other.Note(t.Context(), "staff")
		if err != nil {
			t.Fatalf("Note: %v", err)
		}
		return n == nil
	})
	set(one, "3", false)
	set(one, "", true)
	four := one
	four.Version = "4"
	set(four, "1", true)
	holds("staff", &four)
	for _, bad := range []store.Note{{Name: "", Version: "1"}, {Name: "a b", Version: "1"}, {Name: "a"}} {
		if _, err := st.SetNote(t.Context(), bad, ""); err == nil {
			t.Errorf("SetNote took %+v", bad)
		}
	}
	if _, err := st.Note(t.Context(), "a:b"); err == nil {
		t.Error("Note took a name that is none")
	}
}
