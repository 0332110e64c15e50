package store_test

import (
	"bytes"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
)

// both runs a benchmark on each store, with a record of a full set of events and a body
// of 3 KB.
func both(b *testing.B, run func(*testing.B, store.Store, *store.Record)) {
	for name, open := range map[string]func(*testing.B) (store.Store, error){
		"Redis": func(b *testing.B) (store.Store, error) {
			return store.OpenRedis(b.Context(), storetest.Redis(b).URL, storetest.ID)
		},
		"SQLite": func(b *testing.B) (store.Store, error) {
			return store.OpenSQLite(b.Context(), filepath.Join(b.TempDir(), "hogushi.db"), storetest.ID)
		},
	} {
		b.Run(name, func(b *testing.B) {
			st, err := open(b)
			if err != nil {
				b.Fatal(err)
			}
			defer st.Close()
			var known store.Known
			for i := range store.MaxKnown {
				known = known.Add(store.NewEventID("old "+strconv.Itoa(i)), time.UnixMilli(int64(i)))
			}
			b.ReportAllocs()
			run(b, st, &store.Record{Format: 1, Known: known, Body: bytes.Repeat([]byte{0xa5}, 3<<10),
				Expiry: time.Now().Add(time.Hour)})
		})
	}
}

// chain commits turn after turn of one user.
func chain(b *testing.B, st store.Store, rec *store.Record, name string, next func() bool) {
	user := storetest.User(name)
	known, prev := rec.Known, store.Version("")
	for i := 0; next(); i++ {
		id := strconv.Itoa(i)
		event := store.NewEventID(name + id)
		turn := *rec
		turn.Version = store.Version("v" + id)
		known = known.Add(event, time.UnixMilli(int64(1000+i)))
		turn.Known = known
		outcome, _, err := st.Commit(b.Context(), store.Commit{User: user, Event: event, Prev: prev, Next: &turn})
		if err != nil || outcome != store.Stored {
			b.Errorf("Commit: %d, %v", outcome, err)
			return
		}
		prev = turn.Version
	}
}

func BenchmarkLoad(b *testing.B) {
	both(b, func(b *testing.B, st store.Store, rec *store.Record) {
		once := true
		chain(b, st, rec, "a", func() bool { defer func() { once = false }(); return once })
		user := storetest.User("a")
		for b.Loop() {
			if rec, err := st.Load(b.Context(), user); err != nil || rec == nil {
				b.Fatal(rec, err)
			}
		}
	})
}

func BenchmarkCommit(b *testing.B) {
	both(b, func(b *testing.B, st store.Store, rec *store.Record) { chain(b, st, rec, "a", b.Loop) })
}

// BenchmarkCommitMany has 32 users at once for each processor.
func BenchmarkCommitMany(b *testing.B) {
	both(b, func(b *testing.B, st store.Store, rec *store.Record) {
		var n atomic.Int64
		b.SetParallelism(32)
		b.RunParallel(func(pb *testing.PB) { chain(b, st, rec, strconv.FormatInt(n.Add(1), 10), pb.Next) })
	})
}
