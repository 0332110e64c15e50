package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold is the form in which two texts are compared: labels, commands, trigger words.
// It is Clean and NFKC, in lower case and hiragana, of letters and digits only: spaces,
// punctuation, symbols, emoji and combining marks are gone. "" is never a match.
//
// The long vowel mark ー and everything typed for it (〜 ～ － - ― –) are dropped wholly,
// inside words too: people leave it out, double it, or hit the hyphen. The price is that
// ビル and ビール fold alike, so whoever lists labels must look for two that do.
// Small kana, づ/ず and う for ー are kept apart. Fold is idempotent.
func Fold(s string) string {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		if !plain(r) {
			return foldAny(s)
		}
		if r = foldRune(Narrow(r)); r >= 0 {
			b = utf8.AppendRune(b, r)
		}
	}
	return string(b)
}

// Narrow is the plain sign for a full-width one of ASCII, and for the wide space.
func Narrow(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFEE0
	case r == '　':
		return ' '
	}
	return r
}

func foldAny(s string) string {
	s = strings.Map(foldRune, norm.NFKC.String(Clean(s)))
	// What was dropped may have stood between two letters that compose, as Korean jamo do.
	return norm.NFKC.String(s)
}

// foldRune maps a rune of an NFKC text; -1 drops it.
func foldRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + ('a' - 'A')
		}
		return -1
	case r >= 0x3041 && r <= 0x3096, r >= 0x4E00 && r <= 0x9FFF:
		return r
	case r == 'ー':
		return -1
	case r >= 0x30A1 && r <= 0x30FE:
		if r == '・' {
			return -1
		}
		return hiragana(r)
	case unicode.IsLetter(r), unicode.IsNumber(r):
		return unicode.ToLower(r)
	}
	return -1
}

// hiragana maps katakana that has a hiragana twin (not ヷ ヸ ヹ ヺ).
func hiragana(r rune) rune {
	if r >= 0x30A1 && r <= 0x30F6 || r == 'ヽ' || r == 'ヾ' {
		return r - 0x60
	}
	return r
}
