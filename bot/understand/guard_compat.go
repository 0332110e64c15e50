package understand

import (
	"maps"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// This file spells a text in NFKC, as x/text does, rune by rune from a table: most runes stay or change alone, and
// x/text takes 50 times as long. It is asked only where runes join in ways that are rare in Japanese.

// How a rune behaves in NFKC, beside the one that it becomes alone.
const (
	becomes = 0xFFFF  // mask of the rune that it becomes; 0: ask x/text
	joins   = 1 << 16 // with what stands before it
	mixed   = 1 << 17 // it is a letter and a mark already, or two marks: another mark may change places with that one
)

// compat is the table, of the first plane; pairs are the letters that a letter and one mark become.
type compatTable struct {
	runes [1 << 16]uint32
	pairs map[[2]rune]rune
}

var compat = sync.OnceValue(func() *compatTable {
	t := &compatTable{pairs: map[[2]rune]rune{}}
	for r := rune(0); r <= 0xFFFF; r++ {
		if r >= 0x3400 && r <= 0x9FFF {
			t.runes[r] = uint32(r)
			continue
		}
		if r >= 0xA000 && r <= 0xF8FF { // rare here, but for Korean, which joins
			continue
		}
		s := string(r)
		p := norm.NFKC.PropertiesString(s)
		d := norm.NFC.PropertiesString(s).Decomposition()
		if !p.BoundaryBefore() {
			t.runes[r] = joins
			if d != nil {
				t.runes[r] |= mixed
			}
			continue
		}
		if p.Decomposition() == nil {
			t.runes[r] = uint32(r)
		} else if became := []rune(norm.NFKC.String(s)); len(became) == 1 && became[0] <= 0xFFFF {
			t.runes[r] = uint32(became[0])
		}
		if d != nil {
			t.runes[r] |= mixed
			if parts := []rune(string(d)); len(parts) == 2 && norm.NFC.String(string(d)) == s {
				t.pairs[[2]rune{parts[0], parts[1]}] = r
			}
		}
	}
	for pair, both := range maps.Clone(t.pairs) { // half-width marks of voice join as the full ones
		switch pair[1] {
		case '\u3099':
			t.pairs[[2]rune{pair[0], 'ﾞ'}] = both
		case '\u309A':
			t.pairs[[2]rune{pair[0], 'ﾟ'}] = both
		}
	}
	return t
})

// mostJoined bounds how many runes that join one are looked at: x/text itself lets no more than 30 marks join.
const mostJoined = 32

// Runes between are pictures: none decomposes, none is a letter.
const firstPicture, lastPicture = 0x1F300, 0x1FAFF

// decode is utf8.DecodeRuneInString, faster for Japanese.
func decode(text string, i int) (r rune, size int) {
	if i+2 < len(text) {
		a, b, c := text[i], text[i+1], text[i+2]
		if a > 0xE0 && a < 0xF0 && a != 0xED && b&0xC0 == 0x80 && c&0xC0 == 0x80 {
			return rune(a&0xF)<<12 | rune(b&0x3F)<<6 | rune(c&0x3F), 3
		}
	}
	if i+1 < len(text) {
		if a, b := text[i], text[i+1]; a >= 0xC2 && a < 0xE0 && b&0xC0 == 0x80 {
			return rune(a&0x1F)<<6 | rune(b&0x3F), 2
		}
	}
	return utf8.DecodeRuneInString(text[i:])
}

// join lets the runes from text[i] on join the last one of dst, and gives where they end.
func (t *compatTable) join(dst []rune, text string, i int) ([]rune, int) {
	var last rune
	if len(dst) > 0 {
		last = dst[len(dst)-1]
	}
	folded := folds()
	kana := last >= 0x3041 && last <= 0x30FF // its mark of voice is never displaced
	known := len(dst) == 0 || last <= 0xFFFF && t.runes[last]&becomes != 0 && (kana || t.runes[last]&mixed == 0)
	from, n, both := i, 0, rune(0)
	for i < len(text) && n < mostJoined {
		r, size := decode(text, i)
		if !t.joins(r) {
			break
		}
		if known = known && r <= 0xFFFF && folded[r] == 0 && t.runes[r]&mixed == 0; known && (last < 0x3400 || last > 0x9FFF) && (!kana || voices(r)) {
			both = max(both, t.pairs[[2]rune{last, r}])
		}
		n++
		i += size
	}
	switch {
	case known && both == 0:
		return dst, i
	case known && n == 1:
		dst[len(dst)-1] = both
		return dst, i
	case len(dst) == 0:
		return appendNFKC(dst, text[from:i]), i
	}
	return appendNFKC(dst[:len(dst)-1], string(last)+text[from:i]), i
}

// voices says that a kana may take the mark.
func voices(r rune) bool { return r == '\u3099' || r == '\u309A' || r == 'ﾞ' || r == 'ﾟ' }

func (t *compatTable) joins(r rune) bool {
	if r <= 0xFFFF && t.runes[r] != 0 {
		return t.runes[r]&joins != 0
	}
	var buf [utf8.UTFMax]byte
	return !norm.NFKC.Properties(utf8.AppendRune(buf[:0], r)).BoundaryBefore()
}

func appendNFKC(dst []rune, s string) []rune {
	var buf [64]byte
	for b := norm.NFKC.AppendString(buf[:0], s); len(b) > 0; {
		r, size := utf8.DecodeRune(b)
		dst, b = append(dst, r), b[size:]
	}
	return dst
}
