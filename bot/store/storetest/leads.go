package storetest

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"hogushi/bot/store"
)

func lead(id string, user store.UserID, created time.Time) store.Lead {
	return store.Lead{ID: id, User: user, Created: created, Version: "1", Body: []byte("lead " + id + "\n\x00")}
}

// writes are of new leads.
func writes(leads ...store.Lead) []store.LeadWrite {
	var list []store.LeadWrite
	for _, l := range leads {
		list = append(list, store.LeadWrite{Lead: l})
	}
	return list
}

var sameBytes = gocmp.Comparer(bytes.Equal) // nil is an empty body too

// sameLeads compares all leads that the store lists, and each asked for alone.
func sameLeads(t *testing.T, st store.Store, want []store.Lead) {
	t.Helper()
	got, err := st.Leads(t.Context(), nil, 1000)
	if err != nil {
		t.Fatalf("Leads: %v", err)
	}
	if diff := gocmp.Diff(want, got, sameBytes); diff != "" {
		t.Fatalf("Leads (-want +got):\n%s", diff)
	}
	for _, w := range want {
		got, err := st.Lead(t.Context(), w.ID)
		if err != nil {
			t.Fatalf("Lead: %v", err)
		}
		if diff := gocmp.Diff(&w, got, sameBytes); diff != "" {
			t.Fatalf("Lead (-want +got):\n%s", diff)
		}
	}
}

func testLeads(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	if got, err := st.Lead(t.Context(), "L1"); got != nil || err != nil {
		t.Fatalf("Lead of an empty store: got %+v, %v", got, err)
	}
	l1 := lead("L1", user, epoch)
	c := Turn(user, nil, "e1", bodyOf(1))
	c.Leads = writes(l1)
	one := stored(t, st, c)
	sameLeads(t, st, []store.Lead{l1})
	commit(t, st, c, store.Already, one)

	no := Turn(user, nil, "e2", bodyOf(2))
	no.Leads = writes(lead("L2", user, epoch))
	commit(t, st, no, store.Conflict, one)
	sameLeads(t, st, []store.Lead{l1})

	// Stored again it changes nothing, whatever it holds; the others of its turn are stored.
	c = Turn(user, one, "e3", bodyOf(3))
	again := lead("L1", user, epoch.Add(time.Hour))
	again.Body = []byte("other")
	empty := lead("L3", user, epoch.Add(time.Second))
	empty.Body = []byte{}
	c.Leads = writes(again, empty)
	stored(t, st, c)
	sameLeads(t, st, []store.Lead{empty, l1})
}

// testLeadsOnce: two replicas run the same event again and again; its lead is there once.
func testLeadsOnce(t *testing.T, s Storage) {
	a, b := s.open(t), s.open(t)
	user := User("a")
	var want []store.Lead
	var rec *store.Record
	for i := range 20 {
		l := lead(fmt.Sprintf("L%02d", i), user, epoch.Add(time.Duration(i)*time.Second))
		want = append(want, l)
		c := Turn(user, rec, fmt.Sprint(i), bodyOf(i))
		c.Leads = writes(l)
		var done sync.WaitGroup
		var outcomes [4]store.Outcome
		for n := range outcomes {
			done.Go(func() {
				var err error
				if outcomes[n], _, err = []store.Store{a, b}[n%2].Commit(t.Context(), c); err != nil {
					t.Errorf("Commit: %v", err)
				}
			})
		}
		done.Wait()
		slices.Sort(outcomes[:])
		if want := [4]store.Outcome{store.Stored, store.Already, store.Already, store.Already}; outcomes != want {
			t.Fatalf("outcomes of one event: got %v, want %v", outcomes, want)
		}
		rec = c.Next
	}
	slices.Reverse(want)
	sameLeads(t, a, want)
}

// testLeadsPaging: pages of every size give all leads once, in order, over all
// partitions, with many in the same millisecond and ids that sort as text.
func testLeadsPaging(t *testing.T, s Storage) {
	st := s.open(t)
	var want []store.Lead
	for i := range 60 {
		user := User(fmt.Sprint("user", i))
		c := Turn(user, nil, "e1", nil)
		for n := range 1 + i%3 {
			created := epoch.Add(time.Duration(i/10) * time.Millisecond)
			l := lead(fmt.Sprintf("L%d-%d", i*7919%61, n), user, created)
			c.Leads = append(c.Leads, store.LeadWrite{Lead: l})
			want = append(want, l)
		}
		stored(t, st, c)
	}
	slices.SortFunc(want, func(a, b store.Lead) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(b.ID, a.ID))
	})
	sameLeads(t, st, want)
	for _, size := range []int{1, 7, 50, len(want), len(want) + 1} {
		var got []store.Lead
		var after *store.Lead
		for {
			page, err := st.Leads(t.Context(), after, size)
			if err != nil {
				t.Fatalf("Leads: %v", err)
			}
			if len(page) > size {
				t.Fatalf("Leads: got %d, want at most %d", len(page), size)
			}
			if len(page) == 0 {
				break
			}
			got = append(got, page...)
			after = &page[len(page)-1]
		}
		if diff := gocmp.Diff(want, got, sameBytes); diff != "" {
			t.Fatalf("pages of %d (-want +got):\n%s", size, diff)
		}
	}
	for _, limit := range []int{0, -1} {
		if got, err := st.Leads(t.Context(), nil, limit); len(got) != 0 || err != nil {
			t.Fatalf("Leads with limit %d: got %d leads, %v", limit, len(got), err)
		}
	}
}
