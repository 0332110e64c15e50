package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxNear bounds the quadratic work of Near.
const maxNear = 64

// Near is the edit distance of a and b in runes: insert, delete, replace, and swap of
// two neighbours (optimal string alignment) cost 1 each. Two texts of which one is longer
// than 64 runes are as far apart as the longer one is long, unless they are equal.
func Near(a, b string) int {
	if a == b {
		return 0
	}
	if na, nb := utf8.RuneCountInString(a), utf8.RuneCountInString(b); na > maxNear || nb > maxNear {
		return max(na, nb)
	}
	ra, rb := []rune(a), []rune(b)
	var rows [3][maxNear + 1]int // before the last, last, current
	two, one, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(rb) + 1 {
		one[j] = j
	}
	for i, x := range ra {
		cur[0] = i + 1
		for j, y := range rb {
			d := one[j]
			if x != y {
				d++
			}
			d = min(d, one[j+1]+1, cur[j]+1)
			if i > 0 && j > 0 && x == rb[j-1] && ra[i-1] == y {
				d = min(d, two[j-1]+1)
			}
			cur[j+1] = d
		}
		two, one, cur = one, cur, two
	}
	return one[len(rb)]
}

// DidYouMean is the candidate nearest to name, within a third of the longer one's length
// and without regard to case; of equals the first in byte order; "" if there is none. One of another word
// (consent, no-consent) is no slip for it.
func DidYouMean(name string, candidates []string) string {
	best, dist := "", 0
	lower := strings.ToLower(norm.NFKC.String(name))
	length := utf8.RuneCountInString(lower)
	for _, c := range candidates {
		d := Near(lower, strings.ToLower(c))
		if c == "" || 3*d > max(length, utf8.RuneCountInString(c)) || another(lower, strings.ToLower(c)) {
			continue
		}
		if best == "" || d < dist || d == dist && c < best {
			best, dist = c, d
		}
	}
	return best
}

// another says whether one of the two has a word before or behind it that the other lacks.
func another(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	return strings.HasSuffix(b, "-"+a) || strings.HasPrefix(b, a+"-")
}
