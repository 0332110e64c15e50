package text

import (
	"strings"
	"unicode"
)

// KanjiShare is the share of kanji among the letters, digits and signs of s, spaces left
// out: 0 to 1.
func KanjiShare(s string) float64 {
	kanji, all := 0, 0
	for _, r := range s {
		if unicode.IsSpace(r) {
			continue
		}
		all++
		if script(r) == hanRun {
			kanji++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(kanji) / float64(all)
}

const (
	otherRun = iota
	latinRun
	hiraganaRun
	hanRun
	katakanaRun
)

func script(r rune) int {
	switch {
	case r == 'ー' || unicode.Is(unicode.Katakana, r):
		return katakanaRun
	case unicode.Is(unicode.Hiragana, r):
		return hiraganaRun
	case unicode.Is(unicode.Han, r):
		return hanRun
	case unicode.Is(unicode.Latin, r):
		return latinRun
	}
	return otherRun
}

// Ease says how easily Japanese text reads: 50 for the average one, 10 a standard
// deviation, more is easier. It is RS' of 建石・小野・山田「日本文の読みやすさの評価式」
// (情報処理学会, 1988), where runs are of one script and lengths in characters. A line
// break ends a sentence, as it does for the items of a list.
func Ease(s string) float64 {
	var runs, length [katakanaRun + 1]float64
	sentences, letters, commas := 0.0, 0.0, 0.0
	for sentence := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune("。！？!?\n", r) }) {
		if strings.TrimSpace(sentence) == "" {
			continue
		}
		sentences++
		last := -1
		for _, r := range sentence {
			if r == '、' || r == '，' {
				commas++
			}
			k := script(r)
			if k != last {
				runs[k]++
			}
			length[k]++
			letters++
			last = k
		}
	}
	if sentences == 0 {
		return 50
	}
	mean := func(k int) float64 {
		if runs[k] == 0 {
			return 0
		}
		return length[k] / runs[k]
	}
	return 115.79 - 0.12*letters/sentences - 1.37*mean(latinRun) + 7.4*mean(hiraganaRun) - 23.18*mean(hanRun) - 5.4*mean(katakanaRun) - 4.67*commas/sentences
}
