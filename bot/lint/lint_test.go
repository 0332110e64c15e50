package lint

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestSentences tries the rules on sentences that are allowed and on such that aren't.
func TestSentences(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/adwords.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n")[1:] {
		want, text, ok := strings.Cut(line, "\t")
		if !ok || want != "allowed" && want != "forbidden" {
			t.Fatalf("not a sentence: %q", line)
		}
		n++
		hits := Check(text)
		var got []string
		for _, h := range hits {
			got = append(got, h.Rule.Name)
		}
		if (len(hits) > 0) != (want == "forbidden") {
			t.Errorf("%s: got %v, want it %s", text, got, want)
		}
	}
	if n < 80 {
		t.Errorf("only %d sentences", n)
	}
}

// TestExamples: each rule finds its bad example and leaves its good one.
func TestExamples(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.Name] || r.Why.JA == "" || r.Why.EN == "" {
			t.Errorf("%s: twice, or without a reason", r.Name)
		}
		seen[r.Name] = true
		found := false
		for _, h := range Check(r.Bad) {
			found = found || h.Rule.Name == r.Name
		}
		if !found {
			t.Errorf("%s doesn't find %q", r.Name, r.Bad)
		}
		if hits := Check(r.Good); len(hits) > 0 {
			t.Errorf("%s: %q is found by %s", r.Name, r.Good, hits[0].Rule.Name)
		}
	}
}

// TestFirstLook: what is tried first leaves nothing out, and every pattern needs something.
func TestFirstLook(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/adwords.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range patterns.May("") {
		t.Errorf("%s: a pattern that needs nothing", finds[n].rule.Name)
	}
	for _, line := range strings.Split(string(data), "\n") {
		may := patterns.May(line)
		for n := range finds {
			if patterns.Regexp(n).MatchString(line) && !slices.Contains(may, n) {
				t.Errorf("%s: %s is left out", finds[n].rule.Name, line)
			}
		}
	}
}

// TestPlace: a hit is told in runes of the text as it is written.
func TestPlace(t *testing.T) {
	t.Parallel()
	text := "はじめに。\n当院は地域最大です。㌫"
	hits := Check(text)
	if len(hits) != 1 {
		t.Fatalf("got %d hits, want 1", len(hits))
	}
	if got := string([]rune(text)[hits[0].Start : hits[0].Start+hits[0].Len]); got != "地域最大" {
		t.Errorf("got %q, want 地域最大", got)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("必ず治ります。㍿ﾊﾟｰｾﾝﾄ\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		n := len([]rune(text))
		for _, h := range Check(text) {
			if h.Start < 0 || h.Len < 1 || h.Start+h.Len > n {
				t.Fatalf("a hit at %d of length %d in a text of %d", h.Start, h.Len, n)
			}
		}
	})
}
