package store_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
)

// TestRedisTrips: Load is one command, Commit one, whatever the turn holds, and the
// draft's key is touched only where there is one.
func TestRedisTrips(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	db, st := raw(t, server.URL), open(t, server.URL)
	user := storetest.User("a")
	c := storetest.Turn(user, nil, "e1", []byte("one"))
	if _, _, err := st.Commit(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	rec := c.Next
	draft := func(r *store.Record) { r.Draft, r.DraftExpiry = []byte("draft"), r.Expiry }
	// Beside Load's MGET, what is counted stands inside the script.
	for i, turn := range []struct {
		change func(*store.Commit)
		want   map[string]string
	}{
		{func(*store.Commit) {}, map[string]string{"get": "1", "set": "1"}},
		{func(c *store.Commit) {
			c.Leads, c.Aside = []store.LeadWrite{{Lead: store.Lead{ID: "L1", User: user, Created: time.UnixMilli(1), Version: "1"}}}, true
		}, map[string]string{"get": "1", "set": "3", "zadd": "2"}},
		{func(c *store.Commit) { draft(c.Next) }, map[string]string{"get": "1", "set": "2"}},
		{func(c *store.Commit) { draft(c.Next) }, map[string]string{"get": "1", "set": "2"}},
		{func(*store.Commit) {}, map[string]string{"get": "1", "set": "1", "del": "1"}},
		{func(*store.Commit) {}, map[string]string{"get": "1", "set": "1"}},
		{func(c *store.Commit) { c.Next = nil }, map[string]string{"get": "1", "del": "1"}},
	} {
		if err := db.ConfigResetStat(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		loaded, err := st.Load(t.Context(), user)
		if err != nil || loaded == nil || loaded.Version != rec.Version || string(loaded.Draft) != string(rec.Draft) {
			t.Fatalf("turn %d: Load: got %+v, %v; want %+v", i, loaded, err, rec)
		}
		c := storetest.Turn(user, loaded, "turn "+strconv.Itoa(i), []byte("body"))
		turn.change(&c)
		if outcome, _, err := st.Commit(t.Context(), c); outcome != store.Stored || err != nil {
			t.Fatal(i, outcome, err)
		}
		rec = c.Next
		stats, err := db.Info(t.Context(), "commandstats").Result()
		if err != nil {
			t.Fatal(err)
		}
		turn.want["mget"], turn.want["evalsha"] = "1", "1"
		for _, name := range []string{"mget", "evalsha", "eval", "multi", "script|load", "get", "set", "del", "zadd"} {
			_, after, _ := strings.Cut(stats, "cmdstat_"+name+":calls=")
			if got, _, _ := strings.Cut(after, ","); got != turn.want[name] {
				t.Errorf("turn %d: calls of %s: got %q, want %q", i, name, got, turn.want[name])
			}
		}
		if i == 3 {
			if ttl, err := db.PTTL(t.Context(), key("draft", user)).Result(); err != nil || ttl < 59*time.Minute || ttl > time.Hour {
				t.Errorf("the draft is kept for %v, %v; want an hour", ttl, err)
			}
		}
		if i == 1 {
			if ttl, err := db.PTTL(t.Context(), key("aside", user)).Result(); err != nil || ttl < 29*24*time.Hour || ttl > 30*24*time.Hour {
				t.Errorf("aside is kept for %v, %v; want 30 days", ttl, err)
			}
		}
	}
}
