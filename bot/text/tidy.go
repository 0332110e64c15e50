package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tidy prepares a short answer for reading: Clean, NFKC, lower case, hiragana, without
// emoji. Enclosed numbers stand apart, so that ①③ isn't 13. It refuses more than limit runes.
func tidy(s string, limit int) (string, bool) {
	s = Clean(s)
	if utf8.RuneCountInString(s) > limit {
		return "", false
	}
	var b strings.Builder
	rs := []rune(s)
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		if n := enclosed(r); n > 0 {
			b.WriteByte(' ')
			b.WriteString(twoDigits(n))
			b.WriteByte(' ')
			continue
		}
		if n := keycap(rs[i:]); n > 0 {
			b.WriteByte(' ')
			b.WriteRune(r)
			b.WriteByte(' ')
			i += n - 1
			continue
		}
		if pictograph(r) || selector(r) || r == '\u200D' {
			r = ' '
		}
		b.WriteRune(r)
	}
	return strings.TrimSpace(lower(b.String())), true
}

// lower is NFKC in lower case and hiragana.
func lower(s string) string {
	return strings.Map(func(r rune) rune { return hiragana(unicode.ToLower(r)) }, norm.NFKC.String(s))
}

func twoDigits(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return string(rune('0'+n/10)) + string(rune('0'+n%10))
}

// keycap is the length of a leading 1️⃣ in runes, or 0.
func keycap(rs []rune) int {
	switch {
	case rs[0] < '0' || rs[0] > '9':
		return 0
	case len(rs) > 1 && rs[1] == '\u20E3':
		return 2
	case len(rs) > 2 && rs[1] == '\uFE0F' && rs[2] == '\u20E3':
		return 3
	}
	return 0
}

// enclosures are the blocks of numbers in one character: first and last rune, first value.
var enclosures = [...]struct {
	first, last rune
	value       int
}{
	{0x2460, 0x2473, 1},  // ①
	{0x2474, 0x2487, 1},  // ⑴
	{0x2488, 0x249B, 1},  // ⒈
	{0x24EB, 0x24F4, 11}, // ⓫
	{0x24F5, 0x24FE, 1},  // ⓵
	{0x2776, 0x277F, 1},  // ❶
	{0x2780, 0x2789, 1},  // ➀
	{0x278A, 0x2793, 1},  // ➊
	{0x2160, 0x216B, 1},  // Ⅰ
	{0x2170, 0x217B, 1},  // ⅰ
	{0x3251, 0x325F, 21}, // ㉑
	{0x32B1, 0x32BF, 36}, // ㊱
	{0x3220, 0x3229, 1},  // ㈠
	{0x3280, 0x3289, 1},  // ㊀
	{0x1F51F, 0x1F51F, 10},
}

func enclosed(r rune) int {
	if r < 0x2160 {
		return 0
	}
	for _, e := range enclosures {
		if r >= e.first && r <= e.last {
			return e.value + int(r-e.first)
		}
	}
	return 0
}

// politeness is what people put after the answer itself; longest first of those that
// share an end. All of it survives Fold unchanged.
var politeness = [...]string{
	"でよろしくお願いします", "でよろしくおねがいします", "よろしくお願いします", "よろしくおねがいします",
	"でお願いいたします", "でお願い致します", "でお願いします", "でおねがいします", "でお願い", "でおねがい",
	"をお願いします", "をおねがいします", "お願いいたします", "お願い致します", "お願いします", "おねがいします",
	"を希望します", "を希望です", "希望します", "希望です", "を希望", "希望",
	"がいいです", "が良いです", "がよいです", "がいい", "が良い", "がよい",
	"でいいです", "で良いです", "でいい", "で良い",
	"を選択します", "を選びます", "を選択", "を選ぶ", "にします", "にする",
	"になります", "だと思います", "だと思う", "ですかね", "ですね", "です", "だよ", "かな", "だ", "で",
}

// cutPolite takes one politeness off the end, if something is left.
func cutPolite(s string) (rest, suffix string) {
	for _, p := range politeness {
		if r, ok := strings.CutSuffix(s, p); ok && r != "" {
			return r, p
		}
	}
	return s, ""
}
