package text

import "unicode"

const (
	fewestWords = 2 // of a sentence in English
	fewestLatin = 8 // letters of it
	fewestKana  = 2
)

// Language is the language in which a text is written, as far as its letters tell: "ja", "en", or "" for one that may be
// either (PRP, ok, a name).
func Language(s string) string {
	kana, latin, other, words := 0, 0, 0, 0
	inWord := false
	for _, r := range Clean(s) {
		letter := unicode.IsLetter(r)
		switch {
		case unicode.In(r, unicode.Hiragana, unicode.Katakana):
			kana++
		case letter && unicode.Is(unicode.Latin, r):
			latin++
			if !inWord {
				words++
			}
		case letter:
			other++
		}
		inWord = letter || r == '\'' || r == '’'
	}
	switch {
	case kana >= fewestKana:
		return "ja"
	case kana+other == 0 && words >= fewestWords && latin >= fewestLatin:
		return "en"
	}
	return ""
}
