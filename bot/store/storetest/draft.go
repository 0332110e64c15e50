package storetest

import (
	"bytes"
	"strconv"
	"testing"
	"time"

	"hogushi/bot/store"
)

// drafted is Turn with a draft that lives for half an hour.
func drafted(user store.UserID, prev *store.Record, event string, draft string) store.Commit {
	c := Turn(user, prev, event, bodyOf(1))
	c.Next.Draft, c.Next.DraftExpiry = []byte(draft), c.Next.Expiry.Add(-30*time.Minute)
	return c
}

func outlive(r *store.Record) {
	r.Draft, r.DraftExpiry = []byte("SECRET"), r.Expiry.Add(time.Millisecond)
}

// without is r after its draft expired.
func without(r *store.Record) *store.Record {
	left := *r
	left.Draft, left.DraftExpiry = nil, time.Time{}
	return &left
}

func (s Storage) noDraft(t *testing.T, user store.UserID, when string) {
	t.Helper()
	if got := s.Draft(t, user); got != nil {
		t.Fatalf("%s: %d bytes of a draft are still stored", when, len(got))
	}
}

func testDraft(t *testing.T, s Storage) {
	st, other := s.open(t), s.open(t)
	user := User("a")
	first := drafted(user, nil, "e1", "one\n\x00\xff, 1 2 3")
	one := stored(t, st, first)
	holds(t, st, user, one)
	holds(t, other, user, one)
	commit(t, other, first, store.Already, one)
	commit(t, other, Turn(user, nil, "e2", nil), store.Conflict, one)
	commit(t, other, drafted(user, nil, "e2", "never"), store.Conflict, one)
	holds(t, st, user, one)

	two := stored(t, other, drafted(user, one, "e2", "two, and longer than the first one was"))
	holds(t, st, user, two)
	if got := s.Draft(t, user); bytes.Contains(got, one.Draft) || !bytes.Contains(got, two.Draft) {
		t.Fatalf("the draft stored is %q, want the second alone", got)
	}
	three := stored(t, st, Turn(user, two, "e3", nil))
	holds(t, st, user, three)
	s.noDraft(t, user, "after a commit without one")
	commit(t, st, first, store.Already, three)

	// A draft may be empty, end with its record, and come with leads and the bytes kept
	// aside; those are the record's alone.
	four := drafted(user, three, "e4", "")
	four.Next.DraftExpiry = four.Next.Expiry
	stored(t, st, four)
	holds(t, st, user, four.Next)
	five := drafted(user, four.Next, "e5", "five")
	five.Leads, five.Aside = writes(lead("L1", user, epoch)), true
	stored(t, st, five)
	holds(t, st, user, five.Next)
	sameLeads(t, st, []store.Lead{lead("L1", user, epoch)})
	six := Turn(user, five.Next, "e6", bodyOf(6))
	six.Leads, six.Aside = writes(lead("L0", user, epoch)), true
	stored(t, st, six)
	holds(t, st, user, six.Next)
	s.noDraft(t, user, "after a commit that keeps aside")
	if got := s.Aside(t, user); !bytes.HasSuffix(got, append([]byte("\n"), five.Next.Body...)) || bytes.Contains(got, five.Next.Draft) {
		t.Fatalf("kept aside %q, want the record without its draft", got)
	}

	// Erasing the session erases it, whether or not the bytes are kept aside.
	last := six.Next
	for i, aside := range []bool{false, true} {
		last = stored(t, st, drafted(user, last, strconv.Itoa(i), "last"))
		gone := erasure(user, last, "erase")
		gone.Aside = aside
		commit(t, st, gone, store.Stored, nil)
		holds(t, st, user, nil)
		s.noDraft(t, user, "after an erasure")
		if got := s.Aside(t, user); (got != nil) != aside || bytes.Contains(got, last.Draft) {
			t.Fatalf("after an erasure: kept aside %q, want the record: %v", got, aside)
		}
		last = nil
	}
	next := stored(t, st, Turn(user, nil, "e7", bodyOf(7)))
	holds(t, st, user, next)
}

// testDraftExpiry: the draft goes at its time, alone, and a turn that loaded it before
// can still be committed.
func testDraftExpiry(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	c := drafted(user, nil, "e1", "soon gone")
	c.Next.DraftExpiry = time.UnixMilli(time.Now().Add(100 * time.Millisecond).UnixMilli())
	one := stored(t, st, c)
	until(t, "expire", func() bool {
		rec, err := st.Load(t.Context(), user)
		if err != nil || rec == nil {
			t.Fatalf("Load: got %+v, %v; want the record", rec, err)
		}
		return rec.Draft == nil
	})
	if now := time.Now(); now.Before(one.DraftExpiry.Add(-time.Millisecond)) {
		t.Fatalf("the draft went %v before its time", one.DraftExpiry.Sub(now))
	}
	left := without(one)
	holds(t, st, user, left)
	commit(t, st, c, store.Already, left)
	commit(t, st, Turn(user, nil, "e2", nil), store.Conflict, left)

	late := Turn(user, one, "e2", bodyOf(2))
	late.Next.Draft, late.Next.DraftExpiry = one.Draft, one.DraftExpiry
	stored(t, st, late)
	holds(t, st, user, without(late.Next))
	s.noDraft(t, user, "after a commit of an expired one")
	three := stored(t, st, drafted(user, late.Next, "e3", "new"))
	holds(t, st, user, three)
}

// testDraftVersion: a draft that was left over is never taken for that of a record that
// stands in its own one's place, and doesn't outlive the next commit on bytes that can't
// be read.
func testDraftVersion(t *testing.T, s Storage) {
	st := s.open(t)
	soon := strconv.FormatInt(time.Now().Add(time.Hour).UnixMilli(), 10)
	for name, raw := range map[string]string{
		"another version with a draft":    "1 1 other " + soon + "+" + soon + " \nbody",
		"another version without a draft": "1 1 other " + soon + " \nbody",
		"damaged":                         "poison",
		"empty":                           "",
		"a draft's expiry that is none":   "1 1 v " + soon + "+ \nbody",
		"a draft's expiry of zero":        "1 1 v " + soon + "+0 \nbody",
		"a draft's expiry after its own":  "1 1 v " + soon + "+9" + soon + " \nbody",
		"a draft's expiry twice":          "1 1 v " + soon + "+" + soon + "+" + soon + " \nbody",
	} {
		user := User(name)
		old := stored(t, st, drafted(user, nil, "e1", "left over"))
		s.Put(t, user, []byte(raw))
		rec, err := st.Load(t.Context(), user)
		if err != nil || rec == nil || rec.Draft != nil || !rec.DraftExpiry.IsZero() {
			t.Fatalf("%s: Load: got %+v, %v; want a record without a draft", name, rec, err)
		}
		if want := raw[:min(9, len(raw))] != "1 1 other"; rec.Damaged != want {
			t.Fatalf("%s: Load: got damaged %v, want %v", name, rec.Damaged, want)
		}
		commit(t, st, Turn(user, old, "e2", nil), store.Conflict, rec)
		next := stored(t, st, Turn(user, rec, "e2", bodyOf(2)))
		holds(t, st, user, next)
		if rec.Damaged {
			s.noDraft(t, user, name+": after the next commit")
		}
		next = stored(t, st, drafted(user, next, "e3", "new"))
		holds(t, st, user, next)

		// On the way back too: the newer draft isn't the older record's.
		s.Put(t, user, []byte("1 1 "+string(old.Version)+" "+soon+"+"+soon+" \nbody"))
		if rec, err = st.Load(t.Context(), user); err != nil || rec == nil || rec.Damaged || rec.Draft != nil {
			t.Fatalf("%s: an older record: got %+v, %v; want it without a draft", name, rec, err)
		}
		commit(t, st, erasure(user, rec, "e4"), store.Stored, nil)
		s.noDraft(t, user, name+": after an erasure")
	}

	// Nor does it take part in the next life, nor outlive an erasure of nothing.
	user := User("erased")
	commit(t, st, erasure(user, nil, "e1"), store.Stored, nil)
	s.noDraft(t, user, "after an erasure of nothing")
}
