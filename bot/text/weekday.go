package text

import (
	"time"
	"unicode"
)

// relatives are the words for a day near today; longer ones first where one ends another.
var relatives = [...]struct {
	word string
	days int
}{
	{"明々後日", 3}, {"明明後日", 3}, {"しあさって", 3},
	{"明後日", 2}, {"あさって", 2}, {"みょうごにち", 2},
	{"明日", 1}, {"あした", 1}, {"あす", 1}, {"みょうにち", 1}, {"翌日", 1}, {"tomorrow", 1},
	{"今日", 0}, {"本日", 0}, {"きょう", 0}, {"ほんじつ", 0}, {"today", 0},
	{"一昨日", -2}, {"おととい", -2}, {"昨日", -1}, {"きのう", -1}, {"yesterday", -1},
}

// relative reads 明日 and its like. Words in kana must not be the middle of another one:
// とうきょう, べんきょう, あすか.
func (sc *dayScan) relative() (time.Time, int, dayFound) {
	rs, i := sc.rs, sc.i
	for _, w := range relatives {
		n := hasAny(rs, i, w.word)
		if n == 0 {
			continue
		}
		if !unicode.Is(unicode.Han, rs[i]) {
			if i > 0 && (unicode.In(rs[i-1], unicode.Hiragana, unicode.Latin)) && rs[i-1] != 'は' && rs[i-1] != 'ー' {
				break
			}
			if hasAny(rs, i+n, "と", "か", "だい", "み") > 0 && hasAny(rs, i+n, "とか", "かな", "から") == 0 {
				break
			}
		}
		return sc.today.AddDate(0, 0, w.days), n, oneDay
	}
	return time.Time{}, 0, noDay
}

var weekdayNames = [7][3]string{
	time.Sunday:    {"日", "にち", "sunday"},
	time.Monday:    {"月", "げつ", "monday"},
	time.Tuesday:   {"火", "か", "tuesday"},
	time.Wednesday: {"水", "すい", "wednesday"},
	time.Thursday:  {"木", "もく", "thursday"},
	time.Friday:    {"金", "きん", "friday"},
	time.Saturday:  {"土", "ど", "saturday"},
}

// weekdayAt reads 月曜日, 月曜, げつようび or monday at i.
func weekdayAt(rs []rune, i int) (time.Weekday, int) {
	for w, names := range weekdayNames {
		for k, name := range names {
			n := hasAny(rs, i, name)
			if n == 0 {
				continue
			}
			if k == 2 {
				return time.Weekday(w), n
			}
			if m := hasAny(rs, i+n, "曜日", "曜び", "曜", "ようび", "よう日"); m > 0 {
				return time.Weekday(w), n + m
			}
		}
	}
	return 0, 0
}

// weekdayMark reads the weekday behind a date: (火), (火曜), 火曜日.
func (sc *dayScan) weekdayMark() (time.Weekday, int) {
	i := skipSpaces(sc.rs, sc.i)
	i += hasAny(sc.rs, i, "の")
	if w, n := weekdayAt(sc.rs, i); n > 0 {
		return w, i + n - sc.i
	}
	if !has(sc.rs, i, "(") {
		return 0, 0
	}
	w, n := weekdayAt(sc.rs, i+1)
	if n == 0 {
		for day, names := range weekdayNames {
			if has(sc.rs, i+1, names[0]) {
				w, n = time.Weekday(day), 1
			}
		}
	}
	if n == 0 || !has(sc.rs, i+1+n, ")") {
		return 0, 0
	}
	return w, i + n + 2 - sc.i
}

// weekday reads 月曜日, 来週の月曜, 今度の金曜.
func (sc *dayScan) weekday() (time.Time, int, dayFound) {
	rs, i := sc.rs, sc.i
	weeks := -1 // no week named
	j := i
	switch {
	case hasAny(rs, i, "再来週", "さ来週", "さらいしゅう") > 0:
		weeks, j = 2, i+hasAny(rs, i, "再来週", "さ来週", "さらいしゅう")
	case hasAny(rs, i, "来週", "らいしゅう", "翌週") > 0:
		weeks, j = 1, i+hasAny(rs, i, "来週", "らいしゅう", "翌週")
	case hasAny(rs, i, "今週", "こんしゅう") > 0:
		weeks, j = 0, i+hasAny(rs, i, "今週", "こんしゅう")
	case hasAny(rs, i, "毎週", "毎月", "隔週", "先週") > 0:
		weeks, j = -2, i+2
	}
	if j > i {
		j = skipSpaces(rs, j)
		j += hasAny(rs, j, "の")
	}
	w, n := weekdayAt(rs, j)
	if n == 0 || j == i && i > 0 && rs[i] >= 'ぁ' && rs[i] <= 'ゖ' && unicode.Is(unicode.Hiragana, rs[i-1]) && rs[i-1] != 'は' && rs[i-1] != 'の' {
		return time.Time{}, 0, noDay
	}
	size := j + n - i
	if weeks == -2 {
		return time.Time{}, size, badDay
	}
	if weeks == -1 {
		return sc.today.AddDate(0, 0, (int(w-sc.today.Weekday())+6)%7+1), size, oneDay
	}
	monday := sc.today.AddDate(0, 0, -(int(sc.today.Weekday())+6)%7)
	t := monday.AddDate(0, 0, 7*weeks+(int(w)+6)%7)
	return verdict(t, !t.Before(sc.today), size)
}
