package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
)

func openFile(t *testing.T, path string) *store.SQLite {
	t.Helper()
	st, err := store.OpenSQLite(t.Context(), path, storetest.ID)
	if err != nil {
		t.Fatalf("OpenSQLite: %v", err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// file opens the database behind the store's back.
func file(t *testing.T, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func exec(t *testing.T, db interface {
	ExecContext(context.Context, string, ...any) (sql.Result, error)
}, query string, args ...any) {
	t.Helper()
	if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	storetest.Exercise(t, func(t *testing.T) storetest.Storage {
		path := filepath.Join(t.TempDir(), "data", "hogushi.db")
		return storetest.Storage{
			Open: func(ctx context.Context, id store.Identity) (store.Store, error) {
				return store.OpenSQLite(ctx, path, id)
			},
			Put: func(t *testing.T, user store.UserID, bytes []byte) {
				exec(t, file(t, path), `INSERT INTO sessions (user, expiry, data) VALUES (?, ?, ?)
					ON CONFLICT DO UPDATE SET expiry = excluded.expiry, data = excluded.data`, string(user), int64(1)<<60, bytes)
			},
			Aside: func(t *testing.T, user store.UserID) (bytes []byte) {
				err := file(t, path).QueryRow(`SELECT data FROM asides WHERE user = ?`, string(user)).Scan(&bytes)
				if errors.Is(err, sql.ErrNoRows) {
					return nil
				}
				if err != nil {
					t.Fatal(err)
				}
				return append([]byte{}, bytes...) // an empty one comes as nil
			},
			Draft: func(t *testing.T, user store.UserID) (bytes []byte) {
				err := file(t, path).QueryRow(`SELECT draft FROM sessions WHERE user = ?`, string(user)).Scan(&bytes)
				if err != nil && !errors.Is(err, sql.ErrNoRows) {
					t.Fatal(err)
				}
				return bytes
			},
			Away: map[string]func(*testing.T) func(){
				"locked": func(t *testing.T) func() {
					conn, err := file(t, path).Conn(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					exec(t, conn, `BEGIN IMMEDIATE`)
					return func() { exec(t, conn, `ROLLBACK`); conn.Close() }
				},
			},
		}
	})
}

func TestSQLiteFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "der ?#%", "hogushi.db")
	st := openFile(t, path)
	c := storetest.Turn(storetest.User("a"), nil, "e1", []byte("one"))
	if _, _, err := st.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]os.FileMode{path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s: got permissions %o, want %o", filepath.Base(name), got, want)
		}
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil { // a second one does nothing
		t.Fatal(err)
	}
	rec, err := openFile(t, path).Load(t.Context(), c.User)
	if err != nil || rec == nil || rec.Version != c.Next.Version {
		t.Errorf("after opening again: got %+v, %v", rec, err)
	}
}

// TestSQLiteGroup: commits that wait together share a transaction, and each has its own
// outcome; one that can't be stored at all harms no other.
func TestSQLiteGroup(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hogushi.db")
	st, db := openFile(t, path), file(t, path)
	exec(t, db, `CREATE TRIGGER refuse BEFORE INSERT ON sessions WHEN instr(NEW.data, x'706f69736f6e') `+
		`BEGIN SELECT RAISE(ABORT, 'refused'); END`) // "poison"
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	exec(t, conn, `BEGIN IMMEDIATE`) // so that they wait
	type result struct {
		name    string
		outcome store.Outcome
		err     error
	}
	names := []string{"a", "b", "poison", "c", "d"}
	results := make(chan result, len(names)+1)
	left, leave := context.WithCancel(t.Context())
	send := func(ctx context.Context, name string) {
		outcome, _, err := st.Commit(ctx, storetest.Turn(storetest.User(name), nil, "e1", []byte(name)))
		results <- result{name, outcome, err}
	}
	for _, name := range names {
		go send(t.Context(), name)
	}
	go send(left, "left")
	leave()
	if got := <-results; got.name != "left" || !errors.Is(got.err, context.Canceled) || !errors.Is(got.err, store.ErrUnavailable) {
		t.Errorf("a caller that left: got %+v", got)
	}
	exec(t, conn, `ROLLBACK`)
	conn.Close()
	for range names {
		got := <-results
		if refused := got.name == "poison"; (got.err != nil) != refused || errors.Is(got.err, store.ErrUnavailable) || got.outcome != store.Stored {
			t.Errorf("%s: got outcome %d, error %v", got.name, got.outcome, got.err)
		}
	}
}

func TestSQLiteRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	exec(t, file(t, other), `CREATE TABLE theirs (x)`)
	newer := filepath.Join(dir, "newer.db")
	openFile(t, newer).Close()
	exec(t, file(t, newer), `PRAGMA user_version = 99`)
	text := filepath.Join(dir, "text.db")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]error{other: store.ErrMismatch, newer: store.ErrMismatch, text: nil, dir: nil, text + "/x": nil} {
		_, err := store.OpenSQLite(t.Context(), path, storetest.ID)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", filepath.Base(path), err, want)
		}
	}
	id := storetest.ID
	id.Channel = "another"
	path := filepath.Join(dir, "one.db")
	openFile(t, path)
	if _, err := store.OpenSQLite(t.Context(), path, id); !errors.Is(err, store.ErrMismatch) {
		t.Errorf("another channel: got %v, want ErrMismatch", err)
	}
}

// TestSQLiteSettings: what a kill or an erasure rests on is really set.
func TestSQLiteSettings(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "hogushi.db")
	st := openFile(t, path)
	if found, err := st.Check(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("Check: got %+v, %v; want nothing", found, err)
	}
	user := storetest.User("a")
	secret := strings.Repeat("すべて消す", 200)
	c := storetest.Turn(user, nil, "e1", []byte(secret))
	if _, _, err := st.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if _, _, err := st.Commit(t.Context(), store.Commit{User: user, Event: store.NewEventID("e2"), Prev: c.Next.Version}); err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil { // the last one to close empties the log into the file
		t.Fatal(err)
	}
	bytes, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(bytes), "すべて消す") {
		t.Errorf("an erased body is still in the file")
	}
}
