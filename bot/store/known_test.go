package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestKnownLaws adds events in random order of time, some of them twice, and compares
// with a plain list at every step.
func TestKnownLaws(t *testing.T) {
	t.Parallel()
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		type event struct {
			id EventID
			at time.Time
		}
		var k Known
		var all, model []event
		for i := range 3 * MaxKnown {
			e := event{NewEventID(fmt.Sprint(seed, i)), time.UnixMilli(1790000000000 + r.Int64N(40)*1000)}
			if len(all) > 0 && r.IntN(4) == 0 {
				e = all[r.IntN(len(all))]
			}
			forgot, had, before := k.Forgot(e.at), k.Has(e.id), k
			if full := k.Len() == MaxKnown; forgot && !full {
				t.Fatalf("seed %d: Forgot, though nothing was dropped", seed)
			}
			k = k.Add(e.id, e.at)
			all = append(all, e)
			if had {
				if k != before {
					t.Fatalf("seed %d: adding a known event changed the set", seed)
				}
				continue
			}
			model = append(model, e)
			slices.SortStableFunc(model, func(a, b event) int { return a.at.Compare(b.at) })
			model = model[max(0, len(model)-MaxKnown):]

			if !k.valid() || k.Len() != len(model) {
				t.Fatalf("seed %d: got %d events, valid %v; want %d", seed, k.Len(), k.valid(), len(model))
			}
			if k.Has(e.id) == forgot {
				t.Fatalf("seed %d: after Add: Has %v, but Forgot was %v", seed, k.Has(e.id), forgot)
			}
			var want strings.Builder
			for _, m := range model {
				want.WriteString("," + string(m.id) + stamp(m.at))
			}
			if got := string(k); got != want.String() {
				t.Fatalf("seed %d: got\n%s\nwant\n%s", seed, got, want.String())
			}
			for _, a := range all {
				if !k.Has(a.id) && !k.Forgot(a.at) && stamp(a.at) != stamp(model[0].at) {
					t.Fatalf("seed %d: an event is neither known nor forgotten", seed)
				}
			}
		}
	}
}

func TestKnownForm(t *testing.T) {
	t.Parallel()
	at := time.UnixMilli(1790000000123)
	id := NewEventID("01HXYZ")
	if got, want := len(id), eventIDLen; got != want {
		t.Fatalf("event id: got %d characters, want %d", got, want)
	}
	good := Known("").Add(id, at)
	if got, want := string(good), ","+string(id)+"0mubd80r"; got[:12] != want[:12] || len(got) != len(want) {
		t.Errorf("got %q, want the form %q", got, want)
	}
	for bad, want := range map[Known]bool{
		"": true, good: true, good + good: true,
		good[1:]: false, good + "x": false, good[:19] + " ": false, good[:19] + ",": false,
		"x" + good[1:]: false, Known(strings.Repeat(string(good), MaxKnown)): true,
		Known(strings.Repeat(string(good), MaxKnown+1)): false,
	} {
		if got := bad.valid(); got != want {
			t.Errorf("valid(%q): got %v, want %v", bad, got, want)
		}
	}
	for _, at := range []time.Time{{}, time.UnixMilli(-1), time.UnixMilli(0), at, time.Date(2058, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if got := len(stamp(at)); got != atLen {
			t.Errorf("stamp(%v): got %d characters, want %d", at, got, atLen)
		}
	}
}
