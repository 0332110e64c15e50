package text

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

const ellipsis = "…"

// UTF16 is the length of s in UTF-16 code units, LINE's default unit: 2 for a rune
// above U+FFFF. An invalid byte counts 1, as it becomes one U+FFFD on the way out.
func UTF16(s string) int {
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			for _, r := range s[i:] {
				n++
				if r > 0xFFFF {
					n++
				}
			}
			return n
		}
		n++
	}
	return n
}

// Graphemes is the length of s in grapheme clusters (UAX #29), the unit of LINE's
// labels and template texts. CR LF is one.
func Graphemes(s string) int {
	n := 0
	for len(s) > 0 {
		size, _ := cluster(s)
		s = s[size:]
		n++
	}
	return n
}

// Within says whether s has at most n grapheme clusters.
func Within(s string, n int) bool { return utf8.RuneCountInString(s) <= n || Graphemes(s) <= n }

// Width is the number of terminal columns of s: 2 for East Asian wide and full-width
// characters and emoji, 1 for ambiguous ones (○ ① …), 0 for control characters.
func Width(s string) int {
	n := 0
	for len(s) > 0 {
		size, w := cluster(s)
		s = s[size:]
		n += w
	}
	return n
}

// CutUTF16 returns s when it has at most n UTF-16 units, else its longest start that
// leaves room for "…", cut between clusters and without the spaces before the cut.
// It returns "" for n < 1.
func CutUTF16(s string, n int) string {
	if len(s) <= n || UTF16(s) <= n { // a unit is a byte at least
		return s
	}
	return cut(s, n, UTF16)
}

// CutGraphemes is CutUTF16 with n in grapheme clusters.
func CutGraphemes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n { // a cluster is a rune at least
		return s
	}
	return cut(s, n, func(string) int { return 1 })
}

// cut keeps whole clusters of s worth n, where cost gives the worth of one cluster.
func cut(s string, n int, cost func(string) int) string {
	if n < 1 {
		return ""
	}
	used, keep := 0, 0 // keep: the bytes that fit beside an ellipsis
	for i := 0; i < len(s); {
		size, _ := cluster(s[i:])
		used += cost(s[i : i+size])
		if used > n {
			return strings.TrimRight(s[:keep], " \u3000\t\r\n") + ellipsis
		}
		i += size
		if used < n {
			keep = i
		}
	}
	return s
}

// cluster gives the bytes and columns of the first grapheme cluster of s, which is not
// empty. Most text needs no table: a plain rune before a plain rune is a cluster.
func cluster(s string) (size, width int) {
	r, n := utf8.DecodeRuneInString(s)
	if plain(r) {
		next, _ := utf8.DecodeRuneInString(s[n:])
		if n == len(s) || plain(next) {
			if r < utf8.RuneSelf {
				return n, 1
			}
			return n, 2
		}
	}
	first, _, w, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return len(first), w
}

// plain says that r neither joins its neighbours nor is joined by another plain rune,
// and that NFKC changes it alone if at all: printable ASCII, kana, the usual kanji,
// full-width ASCII, Japanese punctuation.
func plain(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return r >= 0x20 && r < 0x7F
	case r >= 0x4E00 && r <= 0x9FFF, r >= 0x3041 && r <= 0x3096, r >= 0x30A1 && r <= 0x30FE:
		return true
	}
	return r >= 0x3000 && r <= 0x3011 || r >= 0xFF01 && r <= 0xFF5E
}
