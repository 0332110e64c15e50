package store_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
)

// TestSQLiteSweep: what has expired leaves the disk in passing.
func TestSQLiteSweep(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hogushi.db")
	openFile(t, path).Close()
	db := file(t, path)
	const old = 200
	for i := range old {
		exec(t, db, `INSERT INTO sessions (user, expiry, data) VALUES (?, 1, x'00')`, i)
		exec(t, db, `INSERT INTO sessions VALUES (?, 1 << 60, 1, x'00', x'00')`, fmt.Sprint("live ", i))
		exec(t, db, `INSERT INTO asides VALUES (?, 1, x'00')`, i)
	}
	st := openFile(t, path)
	var rec *store.Record
	left := 3 * old
	for i := 0; left > 0; i++ {
		if i > 10 {
			t.Fatalf("after %d commits %d expired rows are left", i, left)
		}
		c := storetest.Turn(storetest.User("a"), rec, string(rune('a'+i)), []byte("one"))
		if _, _, err := st.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		rec = c.Next
		before := left
		if err := db.QueryRow(`SELECT (SELECT count(*) FROM sessions WHERE expiry = 1) + (SELECT count(*) FROM asides) +
			(SELECT count(*) FROM sessions WHERE draft_expiry IS NOT NULL OR draft IS NOT NULL)`).Scan(&left); err != nil {
			t.Fatal(err)
		}
		if before-left > 3*64 {
			t.Fatalf("one commit swept %d rows", before-left)
		}
	}
	if got, err := st.Load(t.Context(), storetest.User("a")); err != nil || got == nil {
		t.Fatalf("the sweep took a live record: %v", err)
	}
	var live int
	if err := db.QueryRow(`SELECT count(*) FROM sessions`).Scan(&live); err != nil || live != old+1 {
		t.Fatalf("after the sweep there are %d sessions, %v; want %d", live, err, old+1)
	}
}

// TestSQLiteForgets: what was swept, replaced or erased leaves the log too, while the
// store stays open.
func TestSQLiteForgets(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hogushi.db")
	st := openFile(t, path)
	words := map[string]string{"expired": "期限切れの下書き", "replaced": "書き直した下書き", "erased": "消した下書き"}
	stands := func(word string) (n int) {
		for _, name := range []string{path, path + "-wal"} {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			n += bytes.Count(data, []byte(word))
		}
		return n
	}
	commit := func(st *store.SQLite, c store.Commit) {
		t.Helper()
		if outcome, _, err := st.Commit(t.Context(), c); outcome != store.Stored || err != nil {
			t.Fatalf("Commit: got outcome %d, %v", outcome, err)
		}
	}
	// The first commit has emptied the log, and no other sweep follows in this minute.
	commit(st, storetest.Turn(storetest.User("first"), nil, "e1", nil))
	for name, word := range words {
		c := storetest.Turn(storetest.User(name), nil, "e1", []byte("one"))
		c.Next.Draft, c.Next.DraftExpiry = []byte(strings.Repeat(word, 500)), c.Next.Expiry
		if name == "expired" {
			c.Next.DraftExpiry = time.Now().Add(100 * time.Millisecond)
		}
		commit(st, c)
		if stands(word) == 0 {
			t.Fatalf("%s: the draft is not in the files", name)
		}
		switch next := storetest.Turn(c.User, c.Next, "e2", []byte("two")); name {
		case "replaced":
			commit(st, next)
		case "erased":
			next.Next = nil
			commit(st, next)
		}
	}
	for expired := false; !expired; {
		rec, err := st.Load(t.Context(), storetest.User("expired"))
		if err != nil || rec == nil || string(rec.Body) != "one" {
			t.Fatalf("Load: got %+v, %v; want the record", rec, err)
		}
		expired = rec.Draft == nil
	}
	commit(openFile(t, path), storetest.Turn(storetest.User("sweeps"), nil, "e1", nil))
	for name, word := range words {
		for end := time.Now().Add(10 * time.Second); stands(word) > 0; {
			if time.Now().After(end) {
				t.Fatalf("%s: the draft still stands in the files %d times", name, stands(word))
			}
		}
	}
}
