package seal

import (
	"bytes"
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"testing"
)

// testKey protects nothing. Its hashes below must never change: every stored session is
// found by such a hash.
const testKey = "eyJhZWFkIjp7InByaW1hcnlLZXlJZCI6MjQwMjMyMjQ4LCJrZXkiOlt7ImtleURhdGEiOnsidHlwZVVybCI6InR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLmNyeXB0by50aW5rLkFlc0djbUtleSIsInZhbHVlIjoiR2lEc1FESEJzdUI0TlZucGZDVVZPdjdXNzcrOHg4VEQyajg5ZFBDZnpjdWRTdz09Iiwia2V5TWF0ZXJpYWxUeXBlIjoiU1lNTUVUUklDIn0sInN0YXR1cyI6IkVOQUJMRUQiLCJrZXlJZCI6MjQwMjMyMjQ4LCJvdXRwdXRQcmVmaXhUeXBlIjoiVElOSyJ9XX0sInByZiI6eyJwcmltYXJ5S2V5SWQiOjQwMjU4OTk4MzEsImtleSI6W3sia2V5RGF0YSI6eyJ0eXBlVXJsIjoidHlwZS5nb29nbGVhcGlzLmNvbS9nb29nbGUuY3J5cHRvLnRpbmsuSG1hY1ByZktleSIsInZhbHVlIjoiRWdJSUF4b2dHaUtMTk5tRzRGQjYxOG96N242VzhUaW9qbnpZbU5oeUlyRmFUUmcxQ0YwPSIsImtleU1hdGVyaWFsVHlwZSI6IlNZTU1FVFJJQyJ9LCJzdGF0dXMiOiJFTkFCTEVEIiwia2V5SWQiOjQwMjU4OTk4MzEsIm91dHB1dFByZWZpeFR5cGUiOiJSQVcifV19fQ=="

const (
	goldenUser        = "036c5396c686ef6ec388fd0f2a9f199d"
	goldenFingerprint = "e8daea8cd65df3e54cd1a55fed30b8b4"
	goldenSealed      = "AQ5Rpzg0GYkr+gEA7P1TMMRAOAGl16BPZSdfxNa3tHykJr6QETyUEwBBKHco"
)

var place = AD{Kind: "session", Channel: "main", ID: "0123", Version: "v1"}

func mustNew(t testing.TB) (string, *Keys) {
	t.Helper()
	text, err := New()
	if err != nil {
		t.Fatal(err)
	}
	return text, mustParse(t, text)
}

func mustParse(t testing.TB, text string) *Keys {
	t.Helper()
	k, err := Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func mustSeal(t testing.TB, k *Keys, plain []byte, ad AD) []byte {
	t.Helper()
	sealed, err := k.Seal(nil, plain, ad)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealOpen(t *testing.T) {
	t.Parallel()
	_, k := mustNew(t)
	for _, plain := range []string{"", "a", "腰が痛い", strings.Repeat("x", 1<<16)} {
		sealed := mustSeal(t, k, []byte(plain), place)
		if got, want := len(sealed), len(plain)+33; got != want {
			t.Errorf("sealed length: got %d, want %d", got, want)
		}
		if len(plain) > 8 && bytes.Contains(sealed, []byte(plain[:8])) {
			t.Error("the plain text shows")
		}
		got, err := k.Open(sealed, place)
		if err != nil || string(got) != plain {
			t.Errorf("Open: got %d bytes, %v; want the %d sealed", len(got), err, len(plain))
		}
	}
	a, b := mustSeal(t, k, []byte("same"), place), mustSeal(t, k, []byte("same"), place)
	if bytes.Equal(a, b) {
		t.Error("the same text sealed twice looks the same")
	}
	dst := []byte("head")
	got, err := k.Seal(dst, []byte("x"), place)
	if err != nil || !bytes.HasPrefix(got, dst) || len(got) != len(dst)+34 {
		t.Errorf("Seal behind a head: got %q, %v", got, err)
	}
}

func TestOpenTampered(t *testing.T) {
	t.Parallel()
	_, k := mustNew(t)
	_, other := mustNew(t)
	sealed := mustSeal(t, k, []byte("text"), place)
	refuse := func(what string, k *Keys, sealed []byte, ad AD) {
		t.Helper()
		if got, err := k.Open(sealed, ad); !errors.Is(err, ErrOpen) || got != nil {
			t.Errorf("%s: got %q, %v; want ErrOpen", what, got, err)
		}
	}
	for i := range sealed {
		bad := bytes.Clone(sealed)
		bad[i] ^= 1
		refuse("a changed bit", k, bad, place)
		refuse("a cut", k, sealed[:i], place)
	}
	refuse("more bytes", k, append(bytes.Clone(sealed), 0), place)
	refuse("nothing", k, nil, place)
	refuse("another key", other, sealed, place)
	for name, change := range map[string]func(*AD){
		"kind":    func(a *AD) { a.Kind = "lead" },
		"channel": func(a *AD) { a.Channel = "other" },
		"id":      func(a *AD) { a.ID = "0124" },
		"version": func(a *AD) { a.Version = "v2" },
		"empty":   func(a *AD) { *a = AD{} },
		"swapped": func(a *AD) { a.Kind, a.Channel = a.Channel, a.Kind },
		"shifted": func(a *AD) { a.ID, a.Version = a.ID+"v", "1" },
		"merged":  func(a *AD) { a.Kind, a.Channel = a.Kind+a.Channel, "" },
	} {
		ad := place
		change(&ad)
		refuse("another "+name, k, sealed, ad)
	}
}

// TestADForm: different ADs never have the same bytes, whatever stands in them.
func TestADForm(t *testing.T) {
	t.Parallel()
	parts := []string{"", "a", "\x01", "\x01a", "a\x00", strings.Repeat("a", 200)}
	seen := map[string]AD{}
	for _, kind := range parts {
		for _, channel := range parts {
			for _, id := range parts {
				for _, version := range parts {
					ad := AD{kind, channel, id, version}
					if before, ok := seen[string(ad.bytes())]; ok {
						t.Fatalf("%q and %q have the same form", before, ad)
					}
					seen[string(ad.bytes())] = ad
				}
			}
		}
	}
}

func TestRotate(t *testing.T) {
	t.Parallel()
	text, first := mustNew(t)
	k, sealed := first, [][]byte{mustSeal(t, first, []byte("text"), place)}
	for range 3 {
		next, err := Rotate(text)
		if err != nil {
			t.Fatal(err)
		}
		old := k
		text, k = next, mustParse(t, next)
		sealed = append(sealed, mustSeal(t, k, []byte("text"), place))
		for i, s := range sealed {
			if got, err := k.Open(s, place); err != nil || string(got) != "text" {
				t.Fatalf("after rotation %d, sealed by key %d: got %q, %v", len(sealed)-1, i, got, err)
			}
		}
		if _, err := old.Open(sealed[len(sealed)-1], place); !errors.Is(err, ErrOpen) {
			t.Fatalf("the old key opens what the new one sealed: %v", err)
		}
		if got, want := k.Fingerprint(), first.Fingerprint(); got != want {
			t.Fatalf("fingerprint: got %s, want %s", got, want)
		}
		if got, want := k.Hash("user", "U1"), first.Hash("user", "U1"); got != want {
			t.Fatalf("hash: got %s, want %s", got, want)
		}
	}
	if _, err := Rotate("nonsense"); err == nil {
		t.Error("Rotate took nonsense")
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	k := mustParse(t, "\n "+testKey+"\n")
	if got := k.Hash("user", "U4af4980629"); got != goldenUser {
		t.Errorf("hash: got %s, want %s", got, goldenUser)
	}
	if got := k.Fingerprint(); got != goldenFingerprint {
		t.Errorf("fingerprint: got %s, want %s", got, goldenFingerprint)
	}
	sealed, err := base64.StdEncoding.DecodeString(goldenSealed)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Open(sealed, place); err != nil || string(got) != "腰が痛い" {
		t.Errorf("Open: got %q, %v", got, err)
	}
}

func TestHash(t *testing.T) {
	t.Parallel()
	_, k := mustNew(t)
	_, other := mustNew(t)
	seen := map[string]bool{k.Fingerprint(): true}
	for _, in := range [][2]string{{"user", "U1"}, {"user", "U2"}, {"userU", "1"}, {"receipt", "U1"}, {"", ""},
		{"fingerprint", ""}, {"", "fingerprint"}, {"user", strings.Repeat("x", 1000)}} {
		got := k.Hash(in[0], in[1])
		if len(got) != 32 || strings.Trim(got, "0123456789abcdef") != "" {
			t.Errorf("got %q, want 32 hex digits", got)
		}
		if seen[got] || got == other.Hash(in[0], in[1]) {
			t.Errorf("the hash of %q is not its own", in)
		}
		seen[got] = true
	}
}

func TestConcurrent(t *testing.T) {
	t.Parallel()
	_, k := mustNew(t)
	want := k.Hash("user", "U1")
	var done sync.WaitGroup
	for range 8 {
		done.Go(func() {
			for range 100 {
				sealed, err := k.Seal(nil, []byte("text"), place)
				if err != nil {
					t.Error(err)
				}
				if got, err := k.Open(sealed, place); err != nil || string(got) != "text" {
					t.Errorf("Open: got %q, %v", got, err)
				}
				if got := k.Hash("user", "U1"); got != want {
					t.Errorf("hash: got %s, want %s", got, want)
				}
			}
		})
	}
	done.Wait()
}

func FuzzOpen(f *testing.F) {
	k := mustParse(f, testKey)
	f.Add(mustSeal(f, k, []byte("text"), place), "session", "main", "0123", "v1")
	f.Add([]byte(nil), "", "", "", "")
	f.Fuzz(func(t *testing.T, sealed []byte, kind, channel, id, version string) {
		ad := AD{kind, channel, id, version}
		if _, err := k.Open(sealed, ad); err != nil && !errors.Is(err, ErrOpen) {
			t.Fatal(err)
		}
		again, err := k.Seal(nil, sealed, ad)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(again, ad); err != nil || !bytes.Equal(got, sealed) {
			t.Fatalf("sealed and opened: got %q, %v", got, err)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	k, plain := mustParse(b, testKey), make([]byte, 3<<10)
	dst := make([]byte, 0, 4<<10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Seal(dst, plain, place); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	k := mustParse(b, testKey)
	sealed := mustSeal(b, k, make([]byte, 3<<10), place)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Open(sealed, place); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHash(b *testing.B) {
	k := mustParse(b, testKey)
	b.ReportAllocs()
	for b.Loop() {
		k.Hash("user", "U4af4980629f2a4b1b1f3c4d5e6f70812a")
	}
}
