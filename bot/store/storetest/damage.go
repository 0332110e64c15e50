package storetest

import (
	"bytes"
	"errors"
	"testing"

	"hogushi/bot/store"
)

// poison is what may stand in the storage in place of a record.
var poison = map[string]string{
	"empty":              "",
	"newline":            "\n",
	"text":               "hello",
	"binary":             "\x00\xff\n\x00",
	"no newline":         "1 1 v 1790000000000 ",
	"fields missing":     "1 1 v\nbody",
	"newer header":       "2 1 v 1790000000000 \nbody",
	"no version":         "1 1  1790000000000 \nbody",
	"format not number":  "1 x v 1790000000000 \nbody",
	"format negative":    "1 -1 v 1790000000000 \nbody",
	"format too big":     "1 99999999999 v 1790000000000 \nbody",
	"expiry not number":  "1 1 v soon \nbody",
	"known cut":          "1 1 v 1790000000000 ,abc\nbody",
	"known with spaces":  "1 1 v 1790000000000 ,abcdefghijk01234 67\nbody",
	"known without form": "1 1 v 1790000000000 abcdefghijk012345678\nbody",
	"version with comma": "1 1 v, 1790000000000 \nbody",
	"version damaged":    "1 1 !v 1790000000000 \nbody",
	"carriage return":    "1 1 v 1790000000000 \r\nbody",
	// An event that a lenient reader sees in a header that a strict one refuses.
	"known too long for one": "1 1 v 1790000000000 ," + string(store.NewEventID("e1")) + "01234567x\nbody",
}

func testDamaged(t *testing.T, s Storage) {
	st := s.open(t)
	for name, raw := range poison {
		user := User(name)
		s.Put(t, user, []byte(raw))
		bad, err := st.Load(t.Context(), user)
		if err != nil {
			t.Fatalf("%s: Load: %v", name, err)
		}
		if bad == nil || !bad.Damaged || string(bad.Body) != raw || bad.Version == "" {
			t.Fatalf("%s: got %+v, want a damaged record with the bytes", name, bad)
		}
		commit(t, st, Turn(user, nil, "e1", nil), store.Conflict, bad)
		commit(t, st, Turn(user, &store.Record{Version: "w"}, "e1", nil), store.Conflict, bad)
		s.Put(t, user, []byte(raw+"x"))
		if _, rec, err := st.Commit(t.Context(), Turn(user, bad, "e1", nil)); err != nil || rec == nil || rec.Version == bad.Version {
			t.Fatalf("%s: a commit from other bytes: got %+v, %v; want a conflict with another version", name, rec, err)
		}
		s.Put(t, user, []byte(raw))
		c := Turn(user, bad, "e1", bodyOf(1))
		c.Aside = true
		next := stored(t, st, c)
		holds(t, st, user, next)
		if got := s.Aside(t, user); got == nil || !bytes.Equal(got, []byte(raw)) {
			t.Fatalf("%s: kept aside %q, want %q", name, got, raw)
		}
		commit(t, st, c, store.Already, next)

		// The newest are kept; a good record can be put aside too.
		c = Turn(user, next, "e2", bodyOf(2))
		c.Aside = true
		stored(t, st, c)
		if got := s.Aside(t, user); !bytes.HasSuffix(got, append([]byte("\n"), next.Body...)) {
			t.Fatalf("%s: kept aside %q, want the record replaced last", name, got)
		}
	}

	// Without Aside nothing is kept, and a damaged record can be erased.
	user := User("erased")
	s.Put(t, user, []byte("poison"))
	bad, err := st.Load(t.Context(), user)
	if err != nil {
		t.Fatalf("Load: %v", err)
	}
	commit(t, st, erasure(user, bad, "e1"), store.Stored, nil)
	holds(t, st, user, nil)
	if s.Aside(t, user) != nil {
		t.Fatal("bytes were kept aside unasked")
	}
}

// testNewerFormat: a body of a newer binary passes through as it is.
func testNewerFormat(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	c := Turn(user, nil, "e1", []byte("not for you"))
	c.Next.Format = 1 << 20
	newer := stored(t, st, c)
	holds(t, st, user, newer)
	commit(t, st, Turn(user, nil, "e2", nil), store.Conflict, newer)
	commit(t, st, c, store.Already, newer)
	holds(t, st, user, newer)
}

func testIdentity(t *testing.T, s Storage) {
	s.open(t)
	other := ID
	other.Fingerprint = "another"
	if _, err := s.Open(t.Context(), other); !errors.Is(err, store.ErrMismatch) {
		t.Fatalf("open with another key: got %v, want ErrMismatch", err)
	}
	for _, bad := range []store.Identity{{}, {Channel: "test"}, {Channel: "Test", Fingerprint: "f"}, {Channel: "a:b", Fingerprint: "f"}} {
		if _, err := s.Open(t.Context(), bad); err == nil {
			t.Fatalf("open took the identity %+v", bad)
		}
	}
	s.open(t) // the refused ones changed nothing
}
