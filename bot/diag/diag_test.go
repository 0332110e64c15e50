package diag

import (
	"slices"
	"strings"
	"testing"
)

func at(file string, line, col, width int) Span { return Span{Pos{file, line, col}, width} }

func TestPosString(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pos  Pos
		want string
	}{
		{Pos{"a.yaml", 3, 7}, "a.yaml:3:7"},
		{Pos{"a.yaml", 3, 0}, "a.yaml:3"},
		{Pos{"a.yaml", 0, 0}, "a.yaml"},
		{Pos{"a.yaml", 0, 9}, "a.yaml"},
	} {
		if got := c.pos.String(); got != c.want {
			t.Errorf("%+v: got %q, want %q", c.pos, got, c.want)
		}
	}
}

func TestSorted(t *testing.T) {
	t.Parallel()
	d := func(s Span, severity Severity, rule, message string) Diagnostic {
		return Diagnostic{Span: s, Severity: severity, Rule: rule, Message: Text{message, message}}
	}
	want := []Diagnostic{
		d(at("a", 0, 0, 0), Error, "r", "m"),
		d(at("a", 1, 2, 0), Error, "r", "m"),
		d(at("a", 2, 1, 0), Error, "q", "m"),
		d(at("a", 2, 1, 0), Error, "r", "l"),
		d(at("a", 2, 1, 0), Error, "r", "m"),
		d(at("a", 2, 1, 4), Error, "r", "m"), // another width is another place
		d(at("a", 2, 1, 0), Warning, "a", "a"),
		d(at("a", 10, 1, 0), Error, "r", "m"),
		d(at("b", 1, 1, 0), Error, "r", "m"),
	}
	for shift := range want { // in any order of adding, each one twice or more
		var l List
		for i := range want {
			l.Add(want[(i*5+shift)%len(want)]) // 5 has no divisor in common with 9
			l.Add(want[shift])
		}
		got := l.Sorted()
		if !slices.EqualFunc(got, want, func(a, b Diagnostic) bool { return a.String() == b.String() && a.Width == b.Width }) {
			t.Fatalf("shift %d:\ngot  %v\nwant %v", shift, got, want)
		}
		if l.Len() != 2*len(want) {
			t.Errorf("got %d diagnostics, want %d: sorting must not change the list", l.Len(), 2*len(want))
		}
	}
}

func TestFailed(t *testing.T) {
	t.Parallel()
	var l List
	if l.Failed() || l.Err() != nil {
		t.Error("an empty list has failed")
	}
	l.Add(Diagnostic{Severity: Warning})
	if l.Failed() || l.Err() != nil {
		t.Error("a warning is a failure")
	}
	d := l.Errorf(at("b.yaml", 2, 1, 0), "rule-b", "二 %d", "two %d", 2)
	d.Hint = T("直す", "mend it")
	l.Errorf(at("a.yaml", 1, 1, 0), "rule-a", "壊れた", "broken")
	if !l.Failed() {
		t.Error("an error is no failure")
	}
	want := ": warning:  []\na.yaml:1:1: error: broken [rule-a]\nb.yaml:2:1: error: two 2; mend it [rule-b]"
	if got := l.Err().Error(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestLanguages(t *testing.T) {
	t.Parallel()
	text := T("%[2]sは%[1]d", "%d is %s", 1, "x")
	for lang, want := range map[string]string{"ja": "xは1", "en": "1 is x", "": "1 is x", "fr": "1 is x"} {
		if got := text.In(lang); got != want {
			t.Errorf("%q: got %q, want %q", lang, got, want)
		}
	}
}

// TestRenderNothing: what can't be shown is left out, and nothing panics.
func TestRenderNothing(t *testing.T) {
	t.Parallel()
	all := []Diagnostic{{Span: at("a", 3, 99, 9)}, {Span: at("a", 0, 0, 0)}, {Span: at("a", 9, 1, 1)}, {Span: at("a", 1, 0, 1)}, {Span: at("a", -1, -1, -1)}}
	for name, source := range map[string]func(string) []byte{
		"none":  nil,
		"nil":   func(string) []byte { return nil },
		"empty": func(string) []byte { return []byte{} },
		"short": func(string) []byte { return []byte("\n\nx") },
	} {
		var b strings.Builder
		Render(&b, all, "en", source)
		if got := strings.Count(b.String(), "error"); got != len(all) {
			t.Errorf("%s: %d diagnostics of %d:\n%s", name, got, len(all), b.String())
		}
	}
}
