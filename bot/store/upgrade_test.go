package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// before is the meta of stores before leads had versions and an index by user.
const before = `{"format":1,"partitions":16,"channel":"c","fingerprint":"f"}`

// upgraded checks a store of before, with a session of "v", "body" and the lead L1 of user.
func upgraded(t *testing.T, user UserID, open func() (Store, error)) {
	t.Helper()
	for range 2 { // what has been brought up to date stays so
		st, err := open()
		if err != nil {
			t.Fatal(err)
		}
		defer st.Close()
		rec, err := st.Load(t.Context(), user)
		if err != nil || rec == nil || rec.Version != "v" || string(rec.Body) != "body" {
			t.Fatalf("Load: got %+v, %v; want what was stored", rec, err)
		}
		leads, err := st.LeadsOf(t.Context(), user)
		if err != nil || len(leads) != 1 || leads[0].ID != "L1" || leads[0].Version != "0" || !leads[0].Expiry.IsZero() || string(leads[0].Body) != "lead" {
			t.Fatalf("LeadsOf: got %+v, %v; want what was stored", leads, err)
		}
	}
	st, err := open()
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	l := Lead{ID: "L1", User: user, Created: time.UnixMilli(5), Version: "1", Body: []byte("new")}
	d := Delivery{ID: "D1", Lead: "L1", User: user, Created: time.UnixMilli(5), State: Open, Due: time.UnixMilli(5)}
	if ok, err := st.Amend(t.Context(), LeadWrite{Lead: l, Prev: "0", Deliveries: []Delivery{d}}); !ok || err != nil {
		t.Fatalf("Amend: got %v, %v", ok, err)
	}
	if got, err := st.Lead(t.Context(), "L1"); err != nil || got.Version != "1" || string(got.Body) != "new" {
		t.Fatalf("Lead: got %+v, %v", got, err)
	}
}

var kept = string(appendRecord(nil, &Record{Format: 1, Version: "v", Known: Known("").Add(NewEventID("e"), time.UnixMilli(5)),
	Expiry: time.UnixMilli(4102444800000), Body: []byte("body")}))

func TestSQLiteUpgrade(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	user := UserID(strings.Repeat("a", 32))
	for _, s := range []string{schemas[0], `PRAGMA user_version = 1`,
		fmt.Sprintf(`INSERT INTO meta VALUES (1, '%s')`, before),
		fmt.Sprintf(`INSERT INTO sessions VALUES ('%s', 4102444800000, NULL, CAST('%s' AS BLOB), NULL)`, user, kept),
		fmt.Sprintf(`INSERT INTO leads VALUES ('L1', '%s', 5, CAST('lead' AS BLOB))`, user)} {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	}
	upgraded(t, user, func() (Store, error) { return OpenSQLite(t.Context(), path, Identity{"c", "f"}) })
}

// upgradeRedis checks it on an empty Redis: see TestRedisUpgrade.
func upgradeRedis(t *testing.T, url string) {
	o, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	db := redis.NewClient(o)
	defer db.Close()
	k, user := newKeys("c"), UserID(strings.Repeat("a", 32))
	for key, value := range map[string]string{k.meta(): before, k.session(user): kept, k.lead(10, "L1"): "1 " + string(user) + " 5\nlead"} {
		if err := db.Set(t.Context(), key, value, 0).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.ZAdd(t.Context(), k.leads(10), redis.Z{Score: 5, Member: "L1"}).Err(); err != nil {
		t.Fatal(err)
	}
	upgraded(t, user, func() (Store, error) { return OpenRedis(context.Background(), url, Identity{"c", "f"}) })
}
