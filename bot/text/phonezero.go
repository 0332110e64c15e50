package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// letterZeros writes 0 for the letter O in a run of digits and Os, if no other letter
// touches it and it holds a digit: O9O, but not NO9 or o9@.
func letterZeros(rs []rune) {
	for i := 0; i < len(rs); i++ {
		if !digitOrO(rs[i]) {
			continue
		}
		from, digits := i, 0
		for ; i < len(rs) && digitOrO(rs[i]); i++ {
			if rs[i] < 'A' {
				digits++
			}
		}
		if digits == 0 || from > 0 && joined(rs[from-1]) || i < len(rs) && joined(rs[i]) {
			continue
		}
		for j := from; j < i; j++ {
			if rs[j] > '9' {
				rs[j] = '0'
			}
		}
	}
}

func digitOrO(r rune) bool { return r >= '0' && r <= '9' || r == 'O' || r == 'o' }

// joined: r makes a word or an address of what stands beside it.
func joined(r rune) bool { return r == '@' || r == '_' || r < 0x250 && unicode.IsLetter(r) }

// kanjiDigits writes the digits of 〇九〇. What it makes of 一郎 is no number.
func kanjiDigits(rs []rune) {
	for i, r := range rs {
		switch r {
		case '〇', '零', '○', '◯':
			rs[i] = '0'
		default:
			if n, _ := kanjiNumber(rs[i : i+1]); n > 0 && n < 10 {
				rs[i] = rune('0' + n)
			}
		}
	}
}

// spelledDigits reads a text of nothing but digits in kana and dashes, with です at most.
func spelledDigits(s string) (string, bool) {
	s = strings.TrimSuffix(strings.Trim(lower(s), " 。.!"), "です")
	if utf8.RuneCountInString(s) > 100 {
		return "", false
	}
	var b strings.Builder
	for s != "" {
		r, n := utf8.DecodeRuneInString(s)
		if dash(r) || r == ' ' || r == 'の' || r == '、' {
			b.WriteByte('-')
			s = s[n:]
			continue
		}
		digit, size := kanaDigit(s)
		if size == 0 {
			return "", false
		}
		b.WriteByte(digit)
		s = s[size:]
	}
	return b.String(), true
}

// kanaDigit reads the longest digit at the start of s.
func kanaDigit(s string) (digit byte, size int) {
	for n := min(len(s), len("きゅう")); n > 0; n -= len("あ") {
		switch word := s[:n]; {
		case word == "ぜろ", word == "れい", word == "まる":
			return '0', n
		case kanaDigits[word] > 0:
			return byte('0' + kanaDigits[word]), n
		}
	}
	return 0, 0
}
