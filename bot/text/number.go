package text

import (
	"slices"
	"strings"
)

// Number reads a choice made by its number, 1 to 99: 1 １ ① ⑴ 1️⃣ 一 十二 いち No.1 (1)
// １番 「1でお願いします」. The number must be all there is: 10時, 1万, -1 and 2026 are not.
//
// 一番 and いちばん mean "most" as well, so they count only in a sentence that chooses
// (一番でお願いします; not 一番がいい). に, し, ご and く count only alone or with 番.
func Number(s string) (n int, ok bool) {
	t, ok := tidy(s, 40)
	if !ok {
		return 0, false
	}
	return number(t)
}

// Numbers reads one or several numbers: 「1、3」「1と3」「①③」「１ ３です」. It keeps the
// order of the patient without repetitions. A range (1〜3, 1-3) may mean two numbers or
// three: not ok.
func Numbers(s string) (ns []int, ok bool) {
	t, ok := tidy(s, 200)
	if !ok {
		return nil, false
	}
	if n, ok := number(t); ok {
		return []int{n}, true
	}
	for {
		rest, suffix := cutPolite(unwrap(t))
		if suffix == "" {
			break
		}
		t = rest
	}
	for _, part := range strings.FieldsFunc(unwrap(t), separates) {
		n, ok := number(part)
		if !ok {
			return nil, false
		}
		if !slices.Contains(ns, n) {
			ns = append(ns, n)
		}
	}
	return ns, len(ns) > 0
}

// separates: what stands between several answers, after NFKC.
func separates(r rune) bool {
	return strings.ContainsRune(" \n、。,.・/&+;とや", r)
}

// unwrap removes brackets, quotes and final punctuation. A hyphen in front stays: -1 is no choice.
func unwrap(s string) string {
	s = strings.TrimLeft(s, " \n\"'`“”‘’「『【〔([<《〈{・、,。*#")
	return strings.TrimRight(s, " \n\"'`“”‘’」』】〕)]>》〉}・、,。.:;!?~〜ー*")
}

// number reads a text that tidy gave.
func number(t string) (int, bool) {
	t = unwrap(t)
	nearest := "" // the politeness next to the number
	for {
		rest, suffix := cutPolite(t)
		if suffix == "" {
			break
		}
		t, nearest = unwrap(rest), suffix
	}
	if (t == "一番" || t == "いちばん") && (nearest == "" || strings.HasPrefix(nearest, "が")) {
		return 0, false
	}
	for _, p := range [...]string{"no.", "no", "第"} {
		if rest, ok := strings.CutPrefix(t, p); ok && rest != "" {
			t = strings.TrimSpace(rest)
			break
		}
	}
	counted := false
	for _, c := range [...]string{"番目", "番め", "番", "ばんめ", "ばん", "つ目", "つめ"} {
		if rest, ok := strings.CutSuffix(t, c); ok && rest != "" {
			t, counted = unwrap(rest), true
			break
		}
	}
	n, word := value(t)
	if word && len(t) == len("に") && nearest != "" && !counted {
		return 0, false // 「にします」, 「ごです」
	}
	return n, n > 0
}

// value is the number that t spells, 0 if none; word says that it is in kana.
func value(t string) (n int, word bool) {
	if t == "" || len(t) > len("きゅうじゅうきゅう") {
		return 0, false
	}
	if t[0] >= '0' && t[0] <= '9' {
		if len(t) > 2 {
			return 0, false
		}
		for i := range len(t) {
			if t[i] < '0' || t[i] > '9' {
				return 0, false
			}
			n = n*10 + int(t[i]-'0')
		}
		return n, false
	}
	if n, ok := englishNumbers[t]; ok {
		return n, false
	}
	if n, used := kanjiNumber([]rune(t)); used*3 == len(t) {
		return n, false
	}
	return kanaNumber(t), true
}

var englishNumbers = map[string]int{
	"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}

var kanaDigits = map[string]int{
	"いち": 1, "に": 2, "さん": 3, "よん": 4, "し": 4, "ご": 5, "ろく": 6, "なな": 7, "しち": 7,
	"はち": 8, "きゅう": 9, "く": 9,
}

// kanaNumber reads いち … きゅうじゅうきゅう, 0 if it is none.
func kanaNumber(t string) int {
	tens, ones, found := strings.Cut(t, "じゅう")
	if !found {
		return kanaDigits[t]
	}
	n := 10
	if tens != "" {
		n *= kanaDigits[tens]
	}
	if ones != "" {
		d := kanaDigits[ones]
		if d == 0 {
			return 0
		}
		n += d
	}
	if n < 10 {
		return 0
	}
	return n
}

// kanjiNumber reads a number below 100 at the start of rs and says how many runes it took.
func kanjiNumber(rs []rune) (n, used int) {
	digit := func() int {
		if used < len(rs) {
			switch rs[used] {
			case '一', '壱':
				return 1
			case '二', '弐':
				return 2
			case '三', '参':
				return 3
			case '四':
				return 4
			case '五':
				return 5
			case '六':
				return 6
			case '七':
				return 7
			case '八':
				return 8
			case '九':
				return 9
			}
		}
		return 0
	}
	if n = digit(); n > 0 {
		used++
	}
	if used < len(rs) && rs[used] == '十' {
		n = max(n, 1) * 10
		used++
		if d := digit(); d > 0 {
			n += d
			used++
		}
	}
	return n, used
}
