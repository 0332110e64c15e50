package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hogushi/bot/diag"
)

// This file finds where a file really slipped that YAML can't read: often it complains lines later.

// lookBack is how many lines before the one that can't be read are searched.
const lookBack = 12

// explain says what is wrong around a line (1-based) that can't be read: what the library
// says is often true of another place than the one where somebody slipped.
func explain(lines []string, line int, what string) (at diag.Span, s slip) {
	span := func(line, from, to int) diag.Span {
		text := lines[line-1]
		return diag.Span{Pos: diag.Pos{Line: line, Col: utf8.RuneCountInString(text[:from]) + 1}, Width: max(1, utf8.RuneCountInString(text[from:to]))}
	}
	clean := func(line int) string { return strings.TrimRight(lines[line-1], " \r") }
	whole := func(line int, s slip) (diag.Span, slip) {
		from, to := max(0, spaces(clean(line))), len(clean(line))
		return span(line, min(from, to), to), s
	}
	if n, col := unaligned(lines, line); n > 0 {
		return whole(n, uneven(col))
	}
	if n := lostDash(lines, line); n > 0 {
		return whole(n, missingDash)
	}
	for n := line; n >= max(1, line-lookBack); n-- {
		for i := range slips {
			if n < line && !slips[i].far {
				continue
			}
			if from, to := slips[i].at(clean(n)); from >= 0 {
				return span(n, from, to), slips[i]
			}
		}
	}
	if n := line - 1; n > 0 && strings.HasPrefix(strings.TrimLeft(lines[n], " "), "- ") {
		for ; n > 0 && (clean(n) == "" || strings.TrimSpace(lines[n-1])[0] == '#'); n-- {
		}
		if n > 0 && complete.MatchString(clean(n)) && spaces(lines[n-1]) < spaces(lines[line-1]) {
			return whole(line, headless)
		}
	}
	shaky := strings.Contains(what, "mapping values") || strings.Contains(what, "expected key") || strings.Contains(what, "expected ':'")
	for n := line; shaky && n >= max(1, line-1); n-- {
		for _, s := range []slip{missingHead, missingColon} {
			if from, to := s.at(clean(n)); from >= 0 {
				return span(n, from, to), s
			}
		}
	}
	from, to := indentation.at(clean(line))
	if from < 0 { // a line too long to look at
		from, to = 0, 0
	}
	if line > 1 && barAtEnd.MatchString(clean(line-1)) {
		s := indentation
		s.mend = diag.Text{JA: "「|」の下の文章は、その見出しより右に字下げしてください。", EN: "indent the text below | further than its key"}
		return span(line, from, to), s
	}
	if shaky && !barAtEnd.MatchString(clean(line)) {
		if from, to := stray.at(clean(line)); from >= 0 {
			return span(line, from, to), stray
		}
	}
	if n, s := misplaced(lines, line); n > 0 {
		return whole(n, s)
	}
	if shaky || strings.Contains(what, "expected '-'") || strings.Contains(what, "indent") {
		return span(line, from, to), indentation
	}
	return span(line, from, to), slip{rule: "yaml-syntax",
		what: diag.Text{JA: "この行が読めません。", EN: "cannot read this line (" + what + ")"},
		mend: diag.T("字下げ、「:」の後の空白、引用符やかっこの閉じ忘れを確かめてください。", "check the indentation, the space after a colon, and closing quotes and brackets")}
}

// begins says whether a line can begin an item or a key, be it of one letter of text too many.
var begins = regexp.MustCompile(`^ *(?:- |-$|"?[a-z_]+"?:(?: |$))`)

// oddSpace is a line that is indented with something else than spaces.
var oddSpace = regexp.MustCompile(`^ *(?:\t|` + noSpace + `)`)

// unaligned finds the | block that a line (1-based) belongs to that can't be read, and in it the
// line that stands where the others don't; 0 if there is no such block.
func unaligned(lines []string, line int) (at, col int) {
	left := func(n int) int { return spaces(lines[n-1]) }
	empty := func(n int) bool { return strings.TrimSpace(lines[n-1]) == "" }
	if begins.MatchString(lines[line-1]) || oddSpace.MatchString(lines[line-1]) {
		return 0, 0
	}
	bar, text := 0, 0 // the line of the |, and the first one of its text
	for n := line - 1; n > 0 && bar == 0; n-- {
		switch {
		case barAtEnd.MatchString(strings.TrimRight(lines[n-1], " \r")):
			bar = n
		case begins.MatchString(lines[n-1]):
			return 0, 0
		case !empty(n):
			text = n
		}
	}
	if bar == 0 || text == 0 {
		return 0, 0
	}
	key := len(holder.FindString(lines[bar-1])) - 1
	if strings.HasPrefix(lines[bar-1][left(bar):], "- |") {
		key = left(bar)
	}
	count := map[int]int{} // lines by column
	for n := text; n <= len(lines) && (n <= line || !begins.MatchString(lines[n-1])); n++ {
		if !empty(n) {
			if count[left(n)]++; at == 0 && left(n) < left(text) {
				at = n
			}
		}
	}
	switch {
	case at == 0:
		return 0, 0
	case left(at) > key && (count[left(at)] > count[left(text)] || count[left(at)] == count[left(text)] && left(at) == key+len("  ")):
		return text, left(at) + 1
	}
	return at, left(text) + 1
}

// head is how the items of a list are alike: by their first key, or their bracket.
var head = regexp.MustCompile(`^ *(?:- +)?("?[a-z_]+"?:(?: |$)|\{|)`)

// lostDash finds the item, on a line (1-based) that can't be read or before it, that only lacks
// its dash: with it the file can be read up to here, and the item is like another one beside
// it. 0 if there is none.
func lostDash(lines []string, line int) int {
	left := func(n int) int { return spaces(lines[n-1]) }
	item := func(n int) bool { return strings.HasPrefix(lines[n-1][left(n):], "- ") }
	next := func(n, by, most int) int { // the line before or behind, no further right
		for n += by; n > 0 && n <= len(lines); n += by {
			if t := strings.TrimSpace(lines[n-1]); t != "" && t[0] != '#' && left(n) <= most {
				return n
			}
		}
		return 0
	}
	alike := func(n, other, at int) bool {
		like := func(n int) string { return head.FindStringSubmatch(strings.TrimRight(lines[n-1], " \r"))[1] }
		return other > 0 && left(other) == at && item(other) && like(n) == like(other)
	}
	lost := func(n, at int) bool {
		if n == 0 || item(n) || !alike(n, next(n, -1, at), at) && !alike(n, next(n, 1, at), at) {
			return false
		}
		mended := slices.Clone(lines[:max(line, next(line, 1, MaxBytes))])
		mended[n-1] = strings.Repeat(" ", at) + "- " + lines[n-1][left(n):]
		_, _, err := decode(strings.Join(mended, "\n"))
		return err == nil
	}
	before := next(line, -1, MaxBytes)
	if item(line) {
		first := before
		for n := before; n > 0 && left(n) >= left(line); n = next(n, -1, MaxBytes) {
			first = n
		}
		if first > 0 && lost(first, left(line)) {
			return first
		}
		return 0
	}
	if lost(line, left(line)) {
		return line
	}
	if list := next(line, -1, left(line)-1); list > 0 && strings.HasPrefix(lines[line-1][left(line):], "{") && lost(line, left(list)) {
		return line
	}
	if before > 0 && lost(before, left(before)) {
		return before
	}
	return 0
}

// misplaced finds the line before one that can't be read without which, or with which elsewhere, both can
// be read: one that stands too far left, the odd one of a list, a key with a value though others stand below it, or
// what is none of these. 0 if there is no such line.
func misplaced(lines []string, line int) (int, slip) {
	n := line - 1
	for n > 0 && (strings.TrimSpace(lines[n-1]) == "" || strings.TrimSpace(lines[n-1])[0] == '#') {
		n--
	}
	if n == 0 || brackets(lines[:line]) > searchBrackets {
		return 0, slip{}
	}
	text, at := strings.TrimLeft(lines[n-1], " "), spaces(lines[line-1])
	reads := func(with string) bool {
		mended := slices.Clone(lines[:line])
		mended[n-1] = with
		_, _, err := decode(strings.Join(mended, "\n"))
		return err == nil
	}
	below, moved := spaces(lines[n-1]) < at, strings.Repeat(" ", at)+text
	switch head := strings.TrimRight(lines[n-1], " \r"); {
	case complete.MatchString(head):
		top := spaces(head) == 0 // further right it is more likely that what follows stands too far right
		switch {
		case below && top && (reads(moved) || reads(head[:strings.Index(head, ": ")+1])):
			return n, overKeys
		case below && reads(moved):
			return n, indentation
		}
	case strings.HasPrefix(text, "- "):
		if more := line; more < len(lines) && strings.HasPrefix(lines[line-1][at:], "- ") && strings.HasPrefix(lines[more], strings.Repeat(" ", at)+"- ") && reads(moved) {
			return n, indentation
		}
	case below && !begins.MatchString(head) && reads(""):
		return n, stray
	}
	return 0, slip{}
}

// overKeys is a key with a value above others that stand further right.
var overKeys = slip{rule: "indent", seen: indentation.seen, what: indentation.what,
	mend: diag.Text{JA: "同じ段の見出しは、左の位置をそろえてください。下の行がこの見出しの中身なら、「:」の後ろの文字を消してください。", EN: "keys of one level begin in the same column; if what follows belongs below this key, leave out what stands behind its colon"}}

// brackets counts those on which the parser's work grows.
func brackets(lines []string) (n int) {
	for _, l := range lines {
		n += strings.Count(l, "[") + strings.Count(l, "{")
	}
	return n
}
