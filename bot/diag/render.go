package diag

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
)

// maxLine bounds the part of a line that is shown, in runes.
const maxLine = 160

// Render writes diagnostics for people, each with its line of source and a caret under
// the right column, also behind Japanese text. source gives a file's text, or nil.
func Render(w io.Writer, all []Diagnostic, lang string, source func(file string) []byte) {
	lines := map[string][]string{}
	of := func(file string) []string {
		if known, ok := lines[file]; ok || source == nil {
			return known
		}
		if text := source(file); text != nil {
			lines[file] = strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n")
		}
		return lines[file]
	}
	for _, d := range all {
		fmt.Fprintln(w, d.line(lang))
		snippet(w, d.Span, of)
		for _, r := range d.Related {
			note := "note"
			if lang == "ja" {
				note = "参考"
			}
			fmt.Fprintf(w, "%s: %s: %s\n", r.Pos, note, r.In(lang))
		}
		for line := range strings.Lines(d.Context) {
			fmt.Fprintf(w, "%s\n", strings.TrimRight("  "+string(drawn(strings.TrimSuffix(line, "\n"))), " "))
		}
	}
}

func snippet(w io.Writer, at Span, lines func(string) []string) {
	all := lines(at.File)
	if at.Col < 1 || at.Line < 1 || at.Line > len(all) {
		return
	}
	runes := drawn(strings.TrimSuffix(all[at.Line-1], "\r"))
	start := min(at.Col-1, len(runes))
	end := min(start+max(at.Width, 1), len(runes))
	var left, right string
	if len(runes) > maxLine { // a window on it
		from := max(0, min(start-maxLine/2, len(runes)-maxLine))
		to := from + maxLine
		if from > 0 {
			left = "…"
		}
		if to < len(runes) {
			right = "…"
		}
		runes, start, end = runes[from:to], start-from, min(end-from, maxLine)
	}
	number := fmt.Sprint(at.Line)
	margin := strings.Repeat(" ", len(number))
	under := strings.Repeat("~", max(columns(runes[start:end])-1, 0))
	fmt.Fprintf(w, "%s |\n%s | %s%s%s\n%s | %s^%s\n", margin, number, left, string(runes), right, margin,
		strings.Repeat(" ", uniseg.StringWidth(left)+columns(runes[:start])), under)
}

// columns is the width of drawn text in a terminal.
func columns(runes []rune) int { return uniseg.StringWidth(string(runes)) }

// drawn is a line with a space for each tab and control character: they have no width to
// count with, and a file shall not steer the terminal.
func drawn(line string) []rune {
	runes := []rune(line)
	for i, r := range runes {
		if unicode.IsControl(r) {
			runes[i] = ' '
		}
	}
	return runes
}
