package diag

import (
	"fmt"
	"strings"
	"testing"
)

// TestAbridge: of a rule with many diagnostics the first ones are shown, and the others counted;
// no warning hides an error, nor does one rule another.
func TestAbridge(t *testing.T) {
	t.Parallel()
	var l List
	many := func(file, rule string, severity Severity, n int) {
		for i := range n {
			l.Add(Diagnostic{Span: at(file, i+1, 0, 0), Severity: severity, Rule: rule, Message: T("だめ", "bad")})
		}
	}
	many("a.yaml", "often", Warning, 100)
	many("a.yaml", "seldom", Warning, 2)
	for i := range 10 {
		many(fmt.Sprintf("f%d.yaml", i), "everywhere", Error, 10+i)
	}
	many("z.yaml", "once", Error, 1)
	var b strings.Builder
	Abridge(&b, l.Sorted(), "ja", nil)
	text := b.String()
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for what, want := range map[string]int{"[everywhere]": 31, "[once]": 1, "[often]": 11, "[seldom]": 2, "--all": 1} {
		if n := strings.Count(text, what); n != want {
			t.Errorf("%s stands there %d times, want %d", what, n, want)
		}
	}
	if len(lines) != 31+1+11+2+1 {
		t.Errorf("%d lines:\n%s", len(lines), text)
	}
	for _, want := range []string{"ほかに 115 件、同じ種類のエラーがあります（f9.yaml 19、f8.yaml 18、f7.yaml 17、…）。 [everywhere]", "ほかに 90 件、同じ種類の注意があります（a.yaml 90）。 [often]"} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("it doesn't say: %s\n%s", want, text)
		}
	}
	if strings.LastIndex(text, "エラー") > strings.Index(text, "注意") {
		t.Error("an error stands behind a warning")
	}
	b.Reset()
	Abridge(&b, l.Sorted()[:5], "en", nil)
	if strings.Count(b.String(), "\n") != 5 {
		t.Errorf("a few are abridged: %s", b.String())
	}
}
