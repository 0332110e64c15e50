package store

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSQLiteFull: no room is ErrUnavailable and leaves nothing behind; room mends it.
func TestSQLiteFull(t *testing.T) {
	t.Parallel()
	st, err := OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "hogushi.db"), Identity{"c", "f"})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	// Holds for the writer's present connection: after the error it takes a new one.
	if _, err := st.w.conn.ExecContext(t.Context(), `PRAGMA max_page_count = 1`); err != nil {
		t.Fatal(err)
	}
	user, event, at := UserID(strings.Repeat("a", 32)), NewEventID("e1"), time.Now()
	c := Commit{User: user, Event: event, Leads: []LeadWrite{{Lead: Lead{ID: "L1", User: user, Created: at, Version: "1"}}},
		Next: &Record{Version: "v", Known: Known("").Add(event, at), Expiry: at.Add(time.Hour), Body: make([]byte, 1<<20)}}
	if _, _, err := st.Commit(t.Context(), c); !errors.Is(err, ErrUnavailable) || !strings.Contains(err.Error(), "full") {
		t.Fatalf("got %v, want ErrUnavailable because it is full", err)
	}
	if rec, err := st.Load(t.Context(), user); rec != nil || err != nil {
		t.Fatalf("Load: got %+v, %v; want nothing", rec, err)
	}
	if outcome, _, err := st.Commit(t.Context(), c); err != nil || outcome != Stored {
		t.Fatalf("with room again: got outcome %d, %v", outcome, err)
	}
	if leads, err := st.Leads(t.Context(), nil, 10); err != nil || len(leads) != 1 {
		t.Fatalf("Leads: got %d, %v; want 1", len(leads), err)
	}
}
