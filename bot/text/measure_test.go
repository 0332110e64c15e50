package text

import (
	"strings"
	"testing"
)

func TestMeasure(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s                        string
		utf16, graphemes, column int
	}{
		{"", 0, 0, 0},
		{"abc", 3, 3, 3},
		{"a\r\nb", 4, 3, 2},
		{"メニュー", 4, 4, 8},
		{"ﾒﾆｭｰ", 4, 4, 4},
		{"ｶﾞ", 2, 1, 1},
		{"か\u3099", 2, 1, 2},
		{"🍎", 2, 1, 2},
		{"👨‍👩‍👧", 8, 1, 2},
		{"🇯🇵🇯🇵", 8, 2, 4},
		{"1️⃣", 3, 1, 1},
		{"𠮷野", 3, 2, 4},
		{"葛\U000E0100飾", 4, 2, 4},
		{"a\xffb", 3, 3, 3},
		{"①○…", 3, 3, 3},
	} {
		if got := UTF16(c.s); got != c.utf16 {
			t.Errorf("UTF16(%q) = %d, want %d", c.s, got, c.utf16)
		}
		if got := Graphemes(c.s); got != c.graphemes {
			t.Errorf("Graphemes(%q) = %d, want %d", c.s, got, c.graphemes)
		}
		if got := Width(c.s); got != c.column {
			t.Errorf("Width(%q) = %d, want %d", c.s, got, c.column)
		}
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s                string
		n                int
		utf16, graphemes string
	}{
		{"痛みについて", 6, "痛みについて", "痛みについて"},
		{"痛みについて", 5, "痛みにつ…", "痛みにつ…"},
		{"痛みについて", 1, "…", "…"},
		{"痛みについて", 0, "", ""},
		{"痛みについて", -3, "", ""},
		{"痛み の話", 4, "痛み…", "痛み…"},
		{"👨‍👩‍👧👨‍👩‍👧", 8, "…", "👨‍👩‍👧👨‍👩‍👧"},
		{"👨‍👩‍👧👨‍👩‍👧", 9, "👨‍👩‍👧…", "👨‍👩‍👧👨‍👩‍👧"},
		{"🍎🍎🍎", 2, "…", "🍎…"},
		{"", 3, "", ""},
	} {
		if got := CutUTF16(c.s, c.n); got != c.utf16 {
			t.Errorf("CutUTF16(%q, %d) = %q, want %q", c.s, c.n, got, c.utf16)
		}
		if got := CutGraphemes(c.s, c.n); got != c.graphemes {
			t.Errorf("CutGraphemes(%q, %d) = %q, want %q", c.s, c.n, got, c.graphemes)
		}
	}
}

func TestCountingDoesNotAllocate(t *testing.T) {
	s := strings.Repeat("痛みabc👨‍👩‍👧か\u3099", 50)
	if n := testing.AllocsPerRun(10, func() { UTF16(s); Graphemes(s); Width(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

var benchTexts = map[string]string{
	"ascii":    "I would like to see the menu, please.",
	"japanese": "膝の痛みについて教えてください。メニューはどこですか？",
	"halfkana": "ﾋｻﾞﾉｲﾀﾐﾆﾂｲﾃ ｵｼｴﾃｸﾀﾞｻｲ!",
	"hostile":  strings.Repeat("か\u3099\u0301\u200d👍ﬀ", 833),
}

func BenchmarkFold(b *testing.B) {
	for name, s := range benchTexts {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}

func BenchmarkUTF16(b *testing.B) {
	for name, s := range benchTexts {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				UTF16(s)
			}
		})
	}
}
