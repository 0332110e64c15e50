package store_test

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
)

func raw(t *testing.T, url string) *redis.Client {
	t.Helper()
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	db := redis.NewClient(o)
	t.Cleanup(func() { db.Close() })
	return db
}

func open(t *testing.T, url string) *store.Redis {
	t.Helper()
	st, err := store.OpenRedis(t.Context(), url, storetest.ID)
	if err != nil {
		t.Fatalf("OpenRedis: %v", err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func key(kind string, user store.UserID) string {
	return "hogushi:{test:" + string(user[:1]) + "}:" + kind + ":" + string(user)
}

func TestRedis(t *testing.T) {
	t.Parallel()
	storetest.Exercise(t, func(t *testing.T) storetest.Storage {
		server := storetest.Redis(t)
		s := storage(t, server)
		s.Away = map[string]func(*testing.T) func(){
			"stopped": func(*testing.T) func() { server.Stop(); return server.Start },
			"hanging": func(*testing.T) func() { server.Pause(); return server.Resume },
		}
		return s
	})
}

func TestRedisUpgrade(t *testing.T) {
	t.Parallel()
	store.UpgradeRedis(t, storetest.Redis(t).URL)
}

// TestRedisCluster: on a cluster, here of one node, all that one script touches is in
// one slot, and what asks every partition finds its way.
func TestRedisCluster(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t, "--cluster-enabled", "yes")
	db := raw(t, server.URL)
	if err := db.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(10 * time.Second); ; {
		info, err := db.ClusterInfo(t.Context()).Result()
		if err != nil || time.Now().After(end) {
			t.Fatalf("the cluster doesn't come up: %v", err)
		}
		if strings.Contains(info, "cluster_state:ok") {
			break
		}
	}
	st := open(t, "redis+cluster://"+server.Addr)
	const users = 40
	for i := range users {
		user := storetest.User(strconv.Itoa(i))
		c := storetest.Turn(user, nil, "e1", []byte("one"))
		c.Leads = []store.LeadWrite{{Lead: store.Lead{ID: strconv.Itoa(i), User: user, Created: time.UnixMilli(int64(i + 1)), Version: "1"},
			Deliveries: []store.Delivery{{ID: "D" + strconv.Itoa(i), Lead: strconv.Itoa(i), User: user, Created: time.UnixMilli(1), State: store.Open, Due: time.UnixMilli(1)}}}}
		c.Next.Draft, c.Next.DraftExpiry = []byte("draft"), c.Next.Expiry
		next := storetest.Turn(user, c.Next, "e2", []byte("two"))
		next.Aside = true
		erase := store.Commit{User: user, Event: store.NewEventID("e3"), Prev: next.Next.Version}
		for _, c := range []store.Commit{c, next, erase} {
			if outcome, _, err := st.Commit(t.Context(), c); outcome != store.Stored || err != nil {
				t.Fatalf("Commit: got outcome %d, %v", outcome, err)
			}
		}
		if rec, err := st.Load(t.Context(), user); rec != nil || err != nil {
			t.Fatalf("Load: got %+v, %v; want nothing", rec, err)
		}
	}
	if leads, err := st.Leads(t.Context(), nil, 100); len(leads) != users || err != nil || leads[0].ID != strconv.Itoa(users-1) {
		t.Fatalf("Leads: got %d, %v; want %d", len(leads), err, users)
	}
	list, err := st.Claim(t.Context(), time.Minute, 100)
	if len(list) != users || err != nil {
		t.Fatalf("Claim: got %d, %v; want %d", len(list), err, users)
	}
	for _, d := range list {
		done := d
		done.State = store.Done
		if ok, err := st.Settle(t.Context(), d, done); !ok || err != nil {
			t.Fatalf("Settle: got %v, %v", ok, err)
		}
		if d.Lead == "7" {
			continue
		}
		gone := store.LeadWrite{Lead: store.Lead{ID: d.Lead, User: d.User, Created: time.UnixMilli(1), Version: "2", Expiry: time.UnixMilli(2)}, Prev: "1"}
		if ok, err := st.Amend(t.Context(), gone); !ok || err != nil {
			t.Fatalf("Amend: got %v, %v", ok, err)
		}
	}
	if err := st.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if leads, err := st.Leads(t.Context(), nil, 100); len(leads) != 1 || err != nil {
		t.Fatalf("Leads after the sweep: got %d, %v; want 1", len(leads), err)
	}
	for i := range users {
		c := storetest.Turn(storetest.User(strconv.Itoa(i)), nil, "e4", []byte("three"))
		c.Next.Draft, c.Next.DraftExpiry = []byte("draft"), c.Next.Expiry
		if outcome, _, err := st.Commit(t.Context(), c); outcome != store.Stored || err != nil {
			t.Fatalf("Commit: got outcome %d, %v", outcome, err)
		}
	}
	sessions := 0
	if err := st.Sessions(t.Context(), func(_ store.UserID, r *store.Record) error {
		if sessions++; string(r.Body) != "three" || string(r.Draft) != "draft" {
			t.Errorf("Sessions: got %q, %q", r.Body, r.Draft)
		}
		return nil
	}); err != nil || sessions != users {
		t.Fatalf("Sessions: got %d, %v; want %d", sessions, err, users)
	}
	note := store.Note{Name: "n", Version: "1"}
	if ok, err := st.SetNote(t.Context(), note, ""); !ok || err != nil {
		t.Fatalf("SetNote: got %v, %v", ok, err)
	}
	if lead, err := st.Lead(t.Context(), "7"); lead == nil || err != nil {
		t.Fatalf("Lead: got %+v, %v", lead, err)
	}
	if found, err := st.Check(t.Context()); len(found) != 1 || err != nil {
		t.Fatalf("Check: got %+v, %v; want the warning of appendonly", found, err)
	}
}

func storage(t *testing.T, server *storetest.Server) storetest.Storage {
	db := raw(t, server.URL)
	return storetest.Storage{
		Open: func(ctx context.Context, id store.Identity) (store.Store, error) {
			return store.OpenRedis(ctx, server.URL, id)
		},
		Put: func(t *testing.T, user store.UserID, bytes []byte) {
			if err := db.Set(t.Context(), key("session", user), bytes, 0).Err(); err != nil {
				t.Fatal(err)
			}
		},
		Aside: func(t *testing.T, user store.UserID) []byte { return get(t, db, key("aside", user)) },
		Draft: func(t *testing.T, user store.UserID) []byte { return get(t, db, key("draft", user)) },
	}
}

func get(t *testing.T, db *redis.Client, key string) []byte {
	t.Helper()
	bytes, err := db.Get(t.Context(), key).Bytes()
	if err != nil && !errors.Is(err, redis.Nil) {
		t.Fatal(err)
	}
	return bytes
}

// TestRedisLostAnswer: the server has stored the commit, its answer is lost, and the
// client's own second try learns so.
func TestRedisLostAnswer(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	user := storetest.User("a")
	first := storetest.Turn(user, nil, "e1", []byte("one"))
	if _, _, err := open(t, server.URL).Commit(t.Context(), first); err != nil { // the script is known from now on
		t.Fatal(err)
	}
	proxy := storetest.Lose(t, server.Addr, "evalsha")
	st := open(t, "redis://"+proxy.Addr)
	second := storetest.Turn(user, first.Next, "e2", []byte("two"))
	second.Leads = []store.LeadWrite{{Lead: store.Lead{ID: "L1", User: user, Created: time.UnixMilli(1), Version: "1", Body: []byte("lead")}}}
	outcome, rec, err := st.Commit(t.Context(), second)
	if err != nil || outcome != store.Already || rec == nil || rec.Version != second.Next.Version {
		t.Fatalf("got outcome %d, %+v, %v; want Already with the stored record", outcome, rec, err)
	}
	select {
	case <-proxy.Lost:
	default:
		t.Fatal("no answer was lost")
	}
	if leads, err := st.Leads(t.Context(), nil, 10); err != nil || len(leads) != 1 {
		t.Fatalf("Leads: got %d, %v; want 1", len(leads), err)
	}
}

// TestRedisRefuses: what the server says when it can't write now is ErrUnavailable, and
// what it says for good is not.
func TestRedisRefuses(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	db, st := raw(t, server.URL), open(t, server.URL)
	user := storetest.User("a")
	try := func(name string, want bool) {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		c := storetest.Turn(user, nil, name, []byte("body"))
		c.Leads = []store.LeadWrite{{Lead: store.Lead{ID: name, User: user, Created: time.UnixMilli(1), Version: "1"}}}
		if _, _, err := st.Commit(ctx, c); err == nil || errors.Is(err, store.ErrUnavailable) != want {
			t.Errorf("%s: got error %v, want ErrUnavailable: %v", name, err, want)
		}
	}
	set := func(name, value string) {
		t.Helper()
		if err := db.ConfigSet(t.Context(), name, value).Err(); err != nil {
			t.Fatal(err)
		}
	}
	set("maxmemory", "1")
	try("OOM", true)
	set("maxmemory", "0")
	set("min-replicas-to-write", "1")
	try("NOREPLICAS", true)
	set("min-replicas-to-write", "0")
	if err := db.SlaveOf(t.Context(), "127.0.0.1", "1").Err(); err != nil {
		t.Fatal(err)
	}
	try("READONLY", true)
	if err := db.SlaveOf(t.Context(), "NO", "ONE").Err(); err != nil {
		t.Fatal(err)
	}
	if err := db.LPush(t.Context(), key("session", user), "x").Err(); err != nil {
		t.Fatal(err)
	}
	try("WRONGTYPE", false)
	if leads, err := st.Leads(t.Context(), nil, 10); err != nil || len(leads) != 0 {
		t.Errorf("Leads: got %d, %v; want none", len(leads), err)
	}
}

func TestRedisCheck(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want []string // in order; "!" refuses
	}{
		"snapshots": {nil, []string{"appendonly is no"}},
		"evicting":  {[]string{"--maxmemory-policy", "allkeys-lru"}, []string{"!noeviction", "appendonly is no"}},
		"everysec":  {[]string{"--appendonly", "yes", "--appendfsync", "everysec"}, []string{"two seconds"}},
		"no sync":   {[]string{"--appendonly", "yes", "--appendfsync", "no"}, []string{"half a minute"}},
		"always":    {[]string{"--appendonly", "yes", "--appendfsync", "always"}, nil},
		"no CONFIG": {[]string{"--appendonly", "yes", "--rename-command", "CONFIG", ""}, []string{"refuses CONFIG"}},
		"no INFO":   {nil, []string{"refuses INFO"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := storetest.Redis(t, c.args...)
			if name == "no INFO" {
				if err := raw(t, server.URL).Do(t.Context(), "ACL", "SETUSER", "default", "-info").Err(); err != nil {
					t.Fatal(err)
				}
			}
			got, err := open(t, server.URL).Check(t.Context())
			if err != nil || len(got) != len(c.want) {
				t.Fatalf("got %+v, %v; want %d warnings", got, err, len(c.want))
			}
			for i, want := range c.want {
				words, refuse := strings.CutPrefix(want, "!")
				if !strings.Contains(got[i].Text, words) || got[i].Refuse != refuse {
					t.Errorf("got %+v, want %q", got[i], want)
				}
			}
		})
	}
}

func TestRedisURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"localhost:6379":                  "no scheme",
		"http://localhost":                "its scheme must be",
		"redis+ring://localhost":          "sentinel or cluster",
		"redis+sentinel://localhost":      "master_name",
		"redis://u:SECRET%zz@localhost/0": "percent-encode",
		"redis://u:SECRET@localhost/x":    "",
		"redis://u:SE/CRET@localhost/0":   "",
	} {
		_, err := store.OpenRedis(t.Context(), url, storetest.ID)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("OpenRedis(%q): got %v, want an error with %q and no password", url, err, want)
		}
	}
}

// TestRedisNotThere: opening waits no longer than its context.
func TestRedisNotThere(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t)
	server.Stop()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := store.OpenRedis(ctx, server.URL, storetest.ID)
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v, want ErrUnavailable", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %v with a deadline of 100 ms", took)
	}
}
