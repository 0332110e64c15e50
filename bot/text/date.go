package text

import (
	"strings"
	"time"
	"unicode/utf8"
)

// Date reads one day out of a text, as midnight in the location of today:
// 2026-12-01, 2026年12月1日, 20261201, 令和8年12月1日, R8.12.1; 12/1 and 12月1日 (the next such
// day from today on, within this year and the next); 15日 (likewise, by month); 今日, 明日,
// あさって, 3日後; 月曜日 (the next one from tomorrow on); 今週金曜, 来週の月曜 (weeks begin on
// Monday; a day of this week that has passed is not ok); December 3rd, 3 Dec.
//
// Not ok: an impossible day, a weekday that isn't that day's (12月1日(月) on a Tuesday), two
// different days, a range or an exception (12/1以降, 明日以外), a custom (毎週月曜), and 一日,
// which means the whole day as well. Other words may stand around: 12月1日の午後でお願いします.
func Date(s string, today time.Time) (time.Time, bool) {
	y, m, d := today.Date()
	sc := dayScan{rs: scanRunes(numbered(s)), today: time.Date(y, m, d, 0, 0, 0, 0, today.Location())}
	var got time.Time
	found := false
	for sc.i < len(sc.rs) {
		t, what := sc.next()
		switch {
		case what == badDay, what == oneDay && found && !t.Equal(got):
			return time.Time{}, false
		case what == oneDay:
			got, found = t, true
		}
	}
	return got, found
}

// scanRunes is the form in which Date and Clock read: NFKC, lower case, hiragana, a hyphen
// for every dash behind a digit. A text of more than 500 runes is a story, not an answer:
// it gives nothing.
func scanRunes(s string) []rune {
	s = Clean(s)
	if utf8.RuneCountInString(s) > 500 {
		return nil
	}
	rs := []rune(lower(s))
	for i, r := range rs {
		if i > 0 && dash(r) && isDigit(rs[i-1]) {
			rs[i] = '-'
		}
	}
	return rs
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// has says that w stands at i.
func has(rs []rune, i int, w string) bool {
	for _, r := range w {
		if i >= len(rs) || rs[i] != r {
			return false
		}
		i++
	}
	return true
}

// hasAny gives the length in runes of the first of ws that stands at i, 0 if none.
func hasAny(rs []rune, i int, ws ...string) int {
	for _, w := range ws {
		if has(rs, i, w) {
			return len([]rune(w))
		}
	}
	return 0
}

func skipSpaces(rs []rune, i int) int {
	for i < len(rs) && (rs[i] == ' ' || rs[i] == '\n') {
		i++
	}
	return i
}

// readInt reads a number in ASCII or kanji at i: its value (−1 if none), its length in
// runes, and how many digits it has (0 for kanji).
func readInt(rs []rune, i int) (n, size, digits int) {
	for i+size < len(rs) && isDigit(rs[i+size]) {
		if size < 9 {
			n = n*10 + int(rs[i+size]-'0')
		}
		size++
	}
	if size > 0 {
		return n, size, size
	}
	if n, size = kanjiNumber(rs[i:min(len(rs), i+3)]); size > 0 {
		return n, size, 0
	}
	return -1, 0, 0
}

type dayFound int

const (
	noDay dayFound = iota
	oneDay
	badDay
)

type dayScan struct {
	rs    []rune
	i     int // always moves on
	today time.Time
}

// next reads at i and moves past what it understood.
func (sc *dayScan) next() (time.Time, dayFound) {
	t, size, what := sc.era()
	if size == 0 {
		t, size, what = sc.numeric()
	}
	if size == 0 {
		t, size, what = sc.relative()
	}
	if size == 0 {
		t, size, what = sc.weekday()
	}
	start := sc.i
	sc.i += max(size, 1)
	if what != oneDay {
		return t, what
	}
	if w, n := sc.weekdayMark(); n > 0 {
		sc.i += n
		if w != t.Weekday() {
			return t, badDay
		}
	}
	if start > 0 && (sc.rs[start-1] == '毎' || sc.rs[start-1] == '~' || sc.rs[start-1] == '〜') || sc.unclear() {
		return t, badDay
	}
	return t, oneDay
}

// unclear: what follows makes another thing of the day.
func (sc *dayScan) unclear() bool {
	i := skipSpaces(sc.rs, sc.i)
	return hasAny(sc.rs, i, "以降", "以外", "以前", "いこう", "いがい", "いぜん", "から", "まで", "より", "~", "〜", "-", "前", "まえ", "間", "を除",
		"ではな", "じゃな", "は無理", "はむり", "はだめ", "は駄目", "は難", "は休", "は都合", "は用事", "はちょっと", "は予定", "は不可", "は行け", "はいけま", "中に") > 0
}

func (sc *dayScan) day(y, m, d int) (time.Time, bool) {
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, sc.today.Location())
	return t, t.Month() == time.Month(m) && t.Day() == d && t.Year() == y
}

func verdict(t time.Time, ok bool, size int) (time.Time, int, dayFound) {
	if !ok {
		return time.Time{}, size, badDay
	}
	return t, size, oneDay
}

var eras = [...]struct {
	names []string
	zero  int // the year before the first
}{
	{[]string{"令和", "れいわ", "r"}, 2018},
	{[]string{"平成", "へいせい", "h"}, 1988},
	{[]string{"昭和", "しょうわ", "s"}, 1925},
	{[]string{"大正", "たいしょう", "t"}, 1911},
}

// era reads 令和8年12月1日 and R8.12.1.
func (sc *dayScan) era() (time.Time, int, dayFound) {
	rs, i := sc.rs, sc.i
	if i > 0 && rs[i-1] >= 'a' && rs[i-1] <= 'z' {
		return time.Time{}, 0, noDay
	}
	for _, e := range eras {
		n := hasAny(rs, i, e.names...)
		if n == 0 {
			continue
		}
		j := skipSpaces(rs, i+n)
		year, size, _ := readInt(rs, j)
		if has(rs, j, "元") {
			year, size = 1, 1
		}
		if year < 1 || year > 99 {
			return time.Time{}, 0, noDay
		}
		m, d, end := monthDay(rs, j+size)
		if end == 0 {
			return time.Time{}, 0, noDay
		}
		t, ok := sc.day(e.zero+year, m, d)
		return verdict(t, ok, end-i)
	}
	return time.Time{}, 0, noDay
}

// monthDay reads the rest after a year: -12-01, /12/1, .12.1, 年12月1日; end is 0 if it isn't that.
func monthDay(rs []rune, i int) (m, d, end int) {
	if i >= len(rs) || !strings.ContainsRune("-/.年", rs[i]) {
		return 0, 0, 0
	}
	i = skipSpaces(rs, i+1)
	m, n, _ := readInt(rs, i)
	if i += n; n == 0 || i >= len(rs) || !strings.ContainsRune("-/.月", rs[i]) {
		return 0, 0, 0
	}
	i = skipSpaces(rs, i+1)
	d, n, _ = readInt(rs, i)
	if i += n; n == 0 {
		return 0, 0, 0
	}
	return m, d, i + hasAny(rs, i, "日")
}

// numeric reads what begins with a number. It takes the whole number also when it is no day.
func (sc *dayScan) numeric() (time.Time, int, dayFound) {
	rs, i := sc.rs, sc.i
	n, size, digits := readInt(rs, i)
	if size == 0 {
		return time.Time{}, 0, noDay
	}
	j := i + size
	switch {
	case digits == 4 && n >= 1900 && n <= 2100:
		if m, d, end := monthDay(rs, j); end > 0 {
			t, ok := sc.day(n, m, d)
			return verdict(t, ok, end-i)
		}
	case digits == 8 && n >= 19000000 && n < 21010000:
		t, ok := sc.day(n/10000, n/100%100, n%100)
		return verdict(t, ok, size)
	case digits <= 2 && j < len(rs) && (rs[j] == '月' || rs[j] == '/' && digits > 0):
		k := skipSpaces(rs, j+1)
		d, dn, dd := readInt(rs, k)
		if dn == 0 || dd > 2 {
			break
		}
		k += dn
		k += hasAny(rs, k, "日")
		if k < len(rs) && rs[k] == '/' {
			return time.Time{}, k - i, badDay // 26/12/1
		}
		t, ok := sc.coming(n, d)
		return verdict(t, ok, k-i)
	case digits > 0 && digits <= 2 && has(rs, j, "日後"):
		return sc.today.AddDate(0, 0, n), size + 2, oneDay
	case digits <= 2 && (digits > 0 || n > 1) && has(rs, j, "日") && hasAny(rs, j+1, "中", "間", "目", "前", "分", "以上", "くらい", "ぐらい", "ほど", "酔") == 0:
		t, ok := sc.comingDay(n)
		return verdict(t, ok, size+1)
	}
	return time.Time{}, size, noDay
}

// coming is the next month/day from today on, in this year or the next.
func (sc *dayScan) coming(m, d int) (time.Time, bool) {
	for y := sc.today.Year(); y <= sc.today.Year()+1; y++ {
		if t, ok := sc.day(y, m, d); ok && !t.Before(sc.today) {
			return t, true
		}
	}
	return time.Time{}, false
}

// comingDay is the next such day of a month, in this month or the next two.
func (sc *dayScan) comingDay(d int) (time.Time, bool) {
	first := sc.today.AddDate(0, 0, 1-sc.today.Day())
	for range 3 {
		if t, ok := sc.day(first.Year(), int(first.Month()), d); ok && !t.Before(sc.today) {
			return t, true
		}
		first = first.AddDate(0, 1, 0)
	}
	return time.Time{}, false
}
