package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"hogushi/bot/diag"
)

// Silence is a comment that takes note of a warning: 「# 承知: RULE 理由」, at the end of a line
// or alone above it.
type Silence struct {
	diag.Span
	About, Reason string // the rule, and why it may be
	Of, To        int    // the line that it is about, and the last of the | block that begins on it
}

var noted = regexp.MustCompile(`(?:^|[ \t])(#[ \t]*承知[ \t]*[:：][ \t]*([a-z-]*)[ \t　]*(.*?))[ \t\r]*$`)

// silences finds them in the file; what looks like one inside of a text is none.
func (r *reader) silences() (out []Silence) {
	for i, line := range r.lines {
		if !strings.Contains(line, "承知") {
			continue
		}
		m := noted.FindStringSubmatchIndex(line)
		if m == nil || r.inText(i+1) {
			continue
		}
		s := Silence{About: line[m[4]:m[5]], Reason: line[m[6]:m[7]], Of: i + 1,
			Span: diag.Span{Pos: diag.Pos{File: r.name, Line: i + 1, Col: utf8.RuneCountInString(line[:m[2]]) + 1}, Width: utf8.RuneCountInString(line[m[2]:m[3]])}}
		if strings.TrimSpace(line[:m[2]]) == "" { // alone: about the next line that isn't a comment
			for s.Of = i + 2; s.Of <= len(r.lines); s.Of++ {
				if next := strings.TrimSpace(r.lines[s.Of-1]); next != "" && next[0] != '#' {
					break
				}
			}
		}
		s.To = s.Of
		for _, b := range r.blocks {
			if b[0] == s.Of {
				s.To = b[1]
			}
		}
		out = append(out, s)
	}
	return out
}

// inText says whether a line belongs to a | block.
func (r *reader) inText(line int) bool {
	for _, b := range r.blocks {
		if line > b[0] && line <= b[1] {
			return true
		}
	}
	return false
}

// holder is what stands before the key that holds a block, or before the block in a list: its
// text is indented further.
var holder = regexp.MustCompile(`^ *(?:- +)*(?:[^- |>]|-$)?`)

// block notes the lines of a | block.
func (r *reader) block(y *yaml.Node) {
	if y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		last, indent := y.Line, len(holder.FindString(r.lines[y.Line-1]))
		for n := y.Line; n < len(r.lines) && (strings.TrimSpace(r.lines[n]) == "" || spaces(r.lines[n]) >= indent); n++ {
			last = n + 1
		}
		r.blocks = append(r.blocks, [2]int{y.Line, last})
	}
}
