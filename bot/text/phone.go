package text

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Phone reads one telephone number out of a text: a Japanese one, with any dash, width or
// spacing, or in the +81 form, and returns it as FormatPhone writes it. Where only the
// area code's table could tell where the hyphens go, the patient's own are kept.
// The letter O is read for the zero (O9O-…), and where no number stands in digits, one in
// kanji (〇九〇…) or, if it is all the text, in kana (ぜろきゅうぜろ…).
//
// Valid are 11 digits for 060 070 080 090 050 (fourth digit not 0, as in the numbering
// plan of the ministry) and 0800, and 10 digits for 0120, 0570 and fixed lines.
// One of another country is taken with its country code (+82 10-1234-5678), in groups as it
// is typed. Not ok: short and emergency numbers, two different numbers, a number with digits
// too many or too few, one of another country without its code.
func Phone(s string) (string, bool) {
	rs := []rune(norm.NFKC.String(Clean(s)))
	letterZeros(rs)
	if strings.ContainsAny(string(rs), "0123456789") {
		if shown, ok := abroad(rs); ok {
			return shown, true
		}
		return phone(rs)
	}
	if spelled, ok := spelledDigits(string(rs)); ok {
		return phone([]rune(spelled))
	}
	kanjiDigits(rs)
	return phone(rs)
}

// phone reads a number in digits.
func phone(rs []rune) (string, bool) {
	found, digits := "", ""
	for i := 0; i < len(rs); {
		if !phoneStart(rs, i) {
			i++
			continue
		}
		g := phoneGroups{list: make([]string, 0, 8), spaces: make([]bool, 0, 8)}
		i = g.read(rs, i)
		spaced, used := false, 0
		for at := 0; at < len(g.list); {
			n := g.numberAt(at)
			if n == 0 {
				at++
				continue
			}
			d, shown := g.format(at, n)
			if found != "" && d != digits {
				return "", false
			}
			found, digits = shown, d
			spaced = spaced || slices.Contains(g.spaces[at+1:at+n], true)
			used += n
			at += n
		}
		if spaced && used < len(g.list) {
			return "", false // 090 1234 5678 9: spaces hold the number together, so the 9 is part of it
		}
	}
	return found, found != ""
}

// abroad reads a number of another country, the only one in the text: + and 8 to 15 digits,
// as in E.164, of which the first aren't Japan's.
func abroad(rs []rune) (string, bool) {
	i := slices.Index(rs, '+')
	if i < 0 || !phoneStart(rs, i) || strings.ContainsAny(string(rs[:i]), "0123456789") {
		return "", false
	}
	var g phoneGroups
	end := g.read(rs, i)
	digits := strings.Join(g.list, "")
	if len(digits) < 8 || len(digits) > 15 || digits[0] == '0' || strings.HasPrefix(digits, "81") || strings.ContainsAny(string(rs[end:]), "0123456789") {
		return "", false
	}
	return "+" + strings.Join(g.list, "-"), true
}

// FormatPhone writes the digits of a number with hyphens where they are usual: mobile
// 3-4-4, 0120 4-3-3, 03-1234-5678, and the area codes of areaCode; other digits and
// anything that isn't digits come back as they are.
func FormatPhone(digits string) string {
	if a, b := phoneSplit(digits); a > 0 {
		return digits[:a] + "-" + digits[a:b] + "-" + digits[b:]
	}
	return digits
}

// phoneGroups are runs of digits with only separators between them.
type phoneGroups struct {
	list   []string
	spaces []bool // a space stands before the group
	plus   bool   // + stands before the first
}

func phoneStart(rs []rune, i int) bool {
	return rs[i] >= '0' && rs[i] <= '9' || rs[i] == '+' && i+1 < len(rs) && rs[i+1] >= '0' && rs[i+1] <= '9'
}

// read collects the groups from i on and returns where it stopped.
func (g *phoneGroups) read(rs []rune, i int) int {
	if rs[i] == '+' {
		g.plus = true
		i++
	}
	space := true
	for i < len(rs) {
		from := i
		for i < len(rs) && rs[i] >= '0' && rs[i] <= '9' {
			i++
		}
		g.list = append(g.list, string(rs[from:i]))
		g.spaces = append(g.spaces, space)
		space = false
		end := i
		for i < len(rs) && phoneGap(rs, i) {
			space = space || rs[i] == ' '
			i++
		}
		if i == len(rs) || rs[i] < '0' || rs[i] > '9' {
			return max(end, i)
		}
	}
	return i
}

// phoneGap: what stands inside a number. 一 and の are typed for the hyphen between digits.
func phoneGap(rs []rune, i int) bool {
	switch r := rs[i]; r {
	case ' ', '(', ')', '.', '・', '/', '[', ']', '_':
		return true
	case '一', 'の':
		return i > 0 && i+1 < len(rs) && rs[i-1] < 0x80 && unicode.IsDigit(rs[i-1]) && unicode.IsDigit(rs[i+1])
	default:
		return dash(r)
	}
}

// dash: the hyphen and all that is typed or pasted for it.
func dash(r rune) bool {
	switch r {
	case '-', '~', '〜', 'ー', '―', '─', '━', '‒', '–', '—', '‐', '‑', '−', '⁃', '﹣', '－', 'ｰ', '˗', '∼', '〰':
		return true
	}
	return false
}

// numberAt says how many groups from at on make a number, 0 if none. It starts and ends
// at a space or an end of the run.
func (g *phoneGroups) numberAt(at int) int {
	if !g.spaces[at] {
		return 0
	}
	digits := ""
	for n, d := range g.list[at:] {
		if len(digits)+len(d) > 14 {
			return 0
		}
		digits += d
		if at+n+1 < len(g.list) && !g.spaces[at+n+1] {
			continue
		}
		if validPhone(national(digits, g.plus && at == 0)) {
			return n + 1
		}
	}
	return 0
}

// national turns +81 90…, +81 (0)90… and 8190… into 090….
func national(digits string, plus bool) string {
	rest, ok := strings.CutPrefix(digits, "81")
	switch {
	case ok && (plus || len(digits) > 10):
		return "0" + strings.TrimPrefix(rest, "0")
	case plus:
		return "" // another country
	}
	return digits
}

func validPhone(d string) bool {
	if len(d) < 10 || len(d) > 11 || d[0] != '0' || d[1] == '0' {
		return false
	}
	if len(d) == 11 {
		switch d[:3] {
		case "050", "060", "070", "080", "090":
			return d[3] != '0' || d[:4] == "0800"
		}
		return false
	}
	return d[2] != '0' && d[:4] != "0990"
}

// format gives the digits of the number at at, and how it is shown.
func (g *phoneGroups) format(at, n int) (digits, shown string) {
	typed := g.list[at : at+n]
	digits = national(strings.Join(typed, ""), g.plus && at == 0)
	if a, _ := phoneSplit(digits); a > 0 || n != 3 || g.plus && at == 0 {
		return digits, FormatPhone(digits)
	}
	if a, b := len(typed[0]), len(typed[1]); a >= 2 && a <= 5 && a+b == 6 {
		return digits, strings.Join(typed, "-")
	}
	return digits, digits
}
