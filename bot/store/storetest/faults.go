package storetest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"
	"time"

	"hogushi/bot/store"
)

// turnUntilDone is what the bot does: load, count, commit, after a conflict again.
func turnUntilDone(ctx context.Context, st store.Store, user store.UserID, event string) (store.Outcome, error) {
	rec, err := st.Load(ctx, user)
	for err == nil {
		n := 0
		if rec != nil {
			if n, err = strconv.Atoi(string(rec.Body)); err != nil {
				return 0, err
			}
		}
		var outcome store.Outcome
		outcome, rec, err = st.Commit(ctx, Turn(user, rec, event, strconv.AppendInt(nil, int64(n+1), 10)))
		if err == nil && outcome != store.Conflict {
			return outcome, nil
		}
	}
	return 0, err
}

// testReplicas: two replicas, each with several goroutines, get the same events of two
// users, each event twice. Every event counts once.
func testReplicas(t *testing.T, s Storage) {
	replicas := []store.Store{s.open(t), s.open(t)}
	users := []store.UserID{User("a"), User("b")}
	const workers, events = 4, 12 // at most MaxKnown in all
	var done sync.WaitGroup
	var mu sync.Mutex
	storedOnce := map[string]int{}
	for w := range workers {
		for _, st := range replicas {
			done.Go(func() {
				for e := range events {
					for _, user := range users {
						event := fmt.Sprintf("%d-%d", w, e)
						outcome, err := turnUntilDone(t.Context(), st, user, event)
						if err != nil {
							t.Errorf("turn: %v", err)
							return
						}
						if outcome == store.Stored {
							mu.Lock()
							storedOnce[string(user)+event]++
							mu.Unlock()
						}
					}
				}
			})
		}
	}
	done.Wait()
	if got, want := len(storedOnce), len(users)*workers*events; got != want {
		t.Errorf("got %d events stored, want %d", got, want)
	}
	for event, n := range storedOnce {
		if n != 1 {
			t.Errorf("event %s was stored %d times", event, n)
		}
	}
	for _, user := range users {
		rec, err := replicas[0].Load(t.Context(), user)
		if err != nil || rec == nil {
			t.Fatalf("Load: %+v, %v", rec, err)
		}
		if got, want := string(rec.Body), fmt.Sprint(workers*events); got != want {
			t.Errorf("counter: got %s, want %s", got, want)
		}
	}
}

// testFirstCommits: of many first commits of one user one is stored.
func testFirstCommits(t *testing.T, s Storage) {
	replicas := []store.Store{s.open(t), s.open(t)}
	user := User("a")
	var outcomes [16]store.Outcome
	var done sync.WaitGroup
	for i := range outcomes {
		done.Go(func() {
			var err error
			if outcomes[i], _, err = replicas[i%2].Commit(t.Context(), Turn(user, nil, fmt.Sprint(i), bodyOf(i))); err != nil {
				t.Errorf("Commit: %v", err)
			}
		})
	}
	done.Wait()
	n, winner := 0, 0
	for i, o := range outcomes {
		if o == store.Stored {
			n, winner = n+1, i
		}
	}
	if n != 1 {
		t.Fatalf("got %d first commits stored, want 1", n)
	}
	rec, err := replicas[0].Load(t.Context(), user)
	if err != nil || rec == nil {
		t.Fatalf("Load: got %+v, %v", rec, err)
	}
	if got, want := string(rec.Body), string(bodyOf(winner)); got != want {
		t.Fatalf("got the body %q, want that of the one stored, %q", got, want)
	}
}

func testAway(t *testing.T, s Storage) {
	for name, away := range s.Away {
		st := s.open(t)
		user := User(name)
		c := Turn(user, nil, "e1", bodyOf(1))
		back := away(t)
		const limit, slack = 200 * time.Millisecond, 2 * time.Second // slack: a slow machine under -race
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			start := time.Now()
			_, _, err := st.Commit(ctx, c)
			wantIs(t, name+": Commit", err, store.ErrUnavailable)
			if rec, err := st.Load(ctx, user); err != nil {
				wantIs(t, name+": Load", err, store.ErrUnavailable)
			} else if rec != nil { // reading may go on, but there is nothing
				t.Fatalf("%s: Load: got %+v", name, rec)
			}
			if took := time.Since(start); took > limit+slack {
				t.Fatalf("%s: it took %v with a deadline of %v", name, took, limit)
			}
			cancel()
		}
		back()
		until(t, name+": come back", func() bool {
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			outcome, _, err := st.Commit(ctx, c)
			if err != nil && !errors.Is(err, store.ErrUnavailable) {
				t.Fatalf("%s: Commit: %v", name, err)
			}
			// A storage that hung may have got the commit nevertheless.
			return err == nil && (outcome == store.Stored || outcome == store.Already)
		})
		holds(t, st, user, c.Next)
	}
}

func testEndedContext(t *testing.T, s Storage) {
	st := s.open(t)
	user := User("a")
	late, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	left, leave := context.WithCancel(t.Context())
	leave()
	for _, ctx := range []context.Context{late, left} {
		_, _, err := st.Commit(ctx, Turn(user, nil, "e1", nil))
		wantIs(t, "Commit", err, store.ErrUnavailable, ctx.Err())
		_, err = st.Load(ctx, user)
		wantIs(t, "Load", err, store.ErrUnavailable, ctx.Err())
		_, err = st.Leads(ctx, nil, 1)
		wantIs(t, "Leads", err, store.ErrUnavailable, ctx.Err())
		_, err = st.Lead(ctx, "L1")
		wantIs(t, "Lead", err, store.ErrUnavailable, ctx.Err())
		err = st.Sessions(ctx, func(store.UserID, *store.Record) error { return nil })
		wantIs(t, "Sessions", err, store.ErrUnavailable, ctx.Err())
		wantIs(t, "Ping", st.Ping(ctx), store.ErrUnavailable, ctx.Err())
	}
}

// testOpenedAtOnce: replicas that start together on a fresh storage all get it, and one
// with another key never.
func testOpenedAtOnce(t *testing.T, s Storage) {
	var errs [8]error
	var done sync.WaitGroup
	for i := range errs {
		done.Go(func() {
			id := ID
			id.Fingerprint = fmt.Sprint("key", i%2)
			st, err := s.Open(t.Context(), id)
			if err == nil {
				st.Close()
			}
			errs[i] = err
		})
	}
	done.Wait()
	for i, err := range errs {
		if (err == nil) == (errs[1-i%2] == nil) || err != nil && !errors.Is(err, store.ErrMismatch) {
			t.Fatalf("opened at once with two keys: %v", errs)
		}
	}
}

func testClosed(t *testing.T, s Storage) {
	st, err := s.Open(t.Context(), ID)
	if err != nil {
		t.Fatalf("open store: %v", err)
	}
	rec := stored(t, st, Turn(User("a"), nil, "e1", bodyOf(1)))
	if err := st.Close(); err != nil {
		t.Fatalf("Close: %v", err)
	}
	_, err = st.Load(t.Context(), User("a"))
	wantIs(t, "Load", err, store.ErrUnavailable)
	_, _, err = st.Commit(t.Context(), Turn(User("a"), rec, "e2", nil))
	wantIs(t, "Commit", err, store.ErrUnavailable)
}

func testPing(t *testing.T, s Storage) {
	st := s.open(t)
	if err := st.Ping(t.Context()); err != nil {
		t.Fatalf("Ping: %v", err)
	}
	found, err := st.Check(t.Context())
	if err != nil {
		t.Fatalf("Check: %v", err)
	}
	for _, w := range found {
		if w.Refuse || w.Text == "" {
			t.Errorf("Check: got %+v, want no refusal, and a text", w)
		}
	}
}
