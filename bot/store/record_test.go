package store

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"
)

// FuzzParseRecord: whatever is stored, reading gives a record that can be committed
// upon, and one that reads well writes back the same.
func FuzzParseRecord(f *testing.F) {
	whole := Record{Format: 3, Version: "v1", Expiry: time.UnixMilli(1790000000000), Body: []byte("body"),
		Known: Known("").Add(NewEventID("e"), time.UnixMilli(1780000000000))}
	f.Add(appendRecord(nil, &whole), []byte(nil))
	whole.Draft, whole.DraftExpiry = []byte("draft"), time.UnixMilli(1790000000000)
	f.Add(appendRecord(nil, &whole), appendDraft(nil, &whole))
	f.Add([]byte(nil), []byte(nil))
	f.Add([]byte("1 1 v 0 \n"), []byte("v\n"))
	f.Add([]byte("1 001 v 007+07 \n"), []byte("v\n"))
	f.Fuzz(func(t *testing.T, raw, draft []byte) {
		r := parseRecord(raw, draft)
		if r.Version == "" {
			t.Fatal("a record without a version")
		}
		if r.Damaged {
			if r.Version != damagedVersion(raw) || !bytes.Equal(r.Body, raw) || r.Draft != nil || !r.DraftExpiry.IsZero() {
				t.Fatal("a damaged record doesn't hold the bytes, or holds a draft")
			}
			return
		}
		if (r.Draft == nil) != r.DraftExpiry.IsZero() || r.DraftExpiry.After(r.Expiry) {
			t.Fatalf("got %+v, which can't be committed", r)
		}
		if r.Draft != nil && !bytes.Equal(draft, appendDraft(nil, r)) {
			t.Fatal("a draft that isn't the version's")
		}
		again := parseRecord(appendRecord(nil, r), draft)
		if again.Damaged || again.Format != r.Format || again.Version != r.Version || again.Known != r.Known ||
			!again.Expiry.Equal(r.Expiry) || !bytes.Equal(again.Body, r.Body) ||
			!again.DraftExpiry.Equal(r.DraftExpiry) || !bytes.Equal(again.Draft, r.Draft) {
			t.Fatalf("got %+v, want %+v", again, r)
		}
	})
}

func FuzzParseLead(f *testing.F) {
	f.Add(appendLead(nil, &Lead{User: UserID(strings.Repeat("a", 32)), Created: time.UnixMilli(5), Version: "v", Body: []byte("b")}))
	f.Add([]byte("1 x 5\n"))
	f.Add([]byte("1 " + strings.Repeat("a", 32) + " 5\nb"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		l := parseLead("L", raw)
		if l.ID != "L" || l.Version == "" || l.User == "" && !bytes.Equal(l.Body, raw) {
			t.Fatalf("got %+v", l)
		}
		if l.User == "" {
			return
		}
		if again := parseLead("L", appendLead(nil, l)); again.User != l.User || again.Version != l.Version ||
			!again.Created.Equal(l.Created) || !again.Expiry.Equal(l.Expiry) || !bytes.Equal(again.Body, l.Body) {
			t.Fatalf("got %+v, want %+v", again, l)
		}
	})
}

func TestPartition(t *testing.T) {
	t.Parallel()
	for want, digit := range "0123456789abcdef" {
		u := UserID(strings.Repeat(string(digit), 32))
		if got := u.partition(); got != want || !u.valid() {
			t.Errorf("partition of %c: got %d, valid %v; want %d", digit, got, u.valid(), want)
		}
	}
	k := newKeys("ch-1")
	u := UserID("f" + strings.Repeat("0", 31))
	for got, want := range map[string]string{
		k.meta():              "hogushi:{ch-1}:meta",
		k.session(u):          "hogushi:{ch-1:f}:session:" + string(u),
		k.draft(u):            "hogushi:{ch-1:f}:draft:" + string(u),
		k.aside(u):            "hogushi:{ch-1:f}:aside:" + string(u),
		k.lead(15, "L1"):      "hogushi:{ch-1:f}:lead:L1",
		k.leads(0):            "hogushi:{ch-1:0}:leads",
		k.of(u):               "hogushi:{ch-1:f}:of:" + string(u),
		k.deliveries(1, "L1"): "hogushi:{ch-1:1}:deliveries:L1",
		k.due(2):              "hogushi:{ch-1:2}:due",
		k.undelivered(2):      "hogushi:{ch-1:2}:undelivered",
		k.expiring(2):         "hogushi:{ch-1:2}:expiring",
		k.note("staff"):       "hogushi:{ch-1}:note:staff",
		newKeys("").meta():    "hogushi:{}:meta",
	} {
		if got != want {
			t.Errorf("got key %q, want %q", got, want)
		}
	}
}

func TestIdentityMatch(t *testing.T) {
	t.Parallel()
	id := Identity{Channel: "c", Fingerprint: "f"}
	if format, err := id.match(id.meta()); err != nil || format != storeFormat {
		t.Errorf("its own meta: %v", err)
	}
	for meta, want := range map[string]string{
		`{"format":3,"partitions":16,"channel":"c","fingerprint":"f"}`: "start the newer one",
		`{"format":1,"partitions":32,"channel":"c","fingerprint":"f"}`: "32 partitions",
		`{"format":1,"partitions":16,"channel":"d","fingerprint":"f"}`: "set the channel's name back",
		`{"format":1,"partitions":16,"channel":"c","fingerprint":"g"}`: "start with the DATA_KEY that belongs to it",
		`nonsense`: "backup",
	} {
		_, err := id.match(meta)
		if !errors.Is(err, ErrMismatch) || !strings.Contains(err.Error(), want) {
			t.Errorf("match(%s): got %v, want ErrMismatch with %q", meta, err, want)
		}
	}
}
