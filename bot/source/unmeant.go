package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"hogushi/bot/diag"
)

// This file reports what YAML reads, but nobody meant.

// slip reports one that YAML has read as something else. The file is not used: what follows
// from it would only mislead.
func (r *reader) slip(line, from, to int, s *slip) {
	text := r.lines[line-1]
	r.slipped = true
	r.problems.Add(diag.Diagnostic{Rule: s.rule, Message: s.what, Hint: s.mend, Span: diag.Span{
		Pos: diag.Pos{File: r.name, Line: line, Col: utf8.RuneCountInString(text[:from]) + 1}, Width: max(1, utf8.RuneCountInString(text[from:to]))}})
}

// named finds a slip by its rule.
func named(rule string) *slip {
	for i := range slips {
		if slips[i].rule == rule {
			return &slips[i]
		}
	}
	panic("there is no slip " + rule)
}

var (
	keyLine  = regexp.MustCompile(key + `:(?: |\r?$)`)
	gluedKey = regexp.MustCompile(`^[a-z_]+ ?([:：;；=＝])`)
	wideList = regexp.MustCompile(`[、，]`)

	wideBrackets = regexp.MustCompile(`^［.*[,、].*］$|^｛.*[:：].*｝$`)
)

// ran reports a text that runs over several lines though it isn't a | block: its breaks
// are lost, mostly because a line of it was meant to be something else.
func (r *reader) ran(y *yaml.Node) {
	if y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || y.Line < 1 || y.Line > len(r.lines) {
		return
	}
	plain := y.Style&quoted == 0
	if end := len(y.Value) - 1; plain && end > 0 && (y.Value[end] == ']' && !strings.Contains(y.Value, "[") || y.Value[end] == '}' && !strings.Contains(y.Value, "{")) {
		r.slip(y.Line, r.offset(y.Line, y.Column), len(strings.TrimRight(r.lines[y.Line-1], " \r")), &unopened)
		return
	}
	line := strings.TrimRight(r.lines[y.Line-1], " \r")
	from := r.offset(y.Line, y.Column)
	if y.Column < 1 || from >= len(line) || plain && strings.HasPrefix(line[from:], y.Value) && (strings.IndexByte(y.Value, "："[0]) < 0 || !strings.ContainsAny(y.Value, "：］｝")) {
		return // nearly all
	}
	if plain && wideBrackets.MatchString(y.Value) {
		r.slip(y.Line, from, from+len("［"), named("wide-bracket"))
		return
	}
	if plain && gluedKey.MatchString(y.Value) && strings.Contains(y.Value, "：") && strings.TrimLeft(line[:from], " -") == "" {
		if from, to := named("wide-colon").at(line); from >= 0 {
			r.slip(y.Line, from, to, named("wide-colon"))
			return
		}
	}
	if strings.HasPrefix(y.Value, "｜") {
		r.slip(y.Line, from, from+len("｜"), &wideBar)
		return
	}
	last := r.lastLine(y, line[from:])
	if last == y.Line {
		return
	}
	for _, s := range []*slip{named("wide-space"), named("wide-dash")} {
		if from, to := s.at(line); from >= 0 {
			r.slip(y.Line, from, to, s)
			return
		}
	}
	for n := y.Line + 1; n <= last; n++ {
		below := strings.TrimRight(r.lines[n-1], " \r")
		if plain && strings.HasPrefix(below[spaces(below):], "- ") {
			if spaces(below) == from && strings.TrimLeft(line[:from], " ") == "" {
				r.slip(y.Line, from, len(line), &missingDash)
			} else {
				r.slip(n, spaces(below), len(below), &indentation)
			}
			return
		}
		if !plain && keyLine.MatchString(below) {
			r.slip(y.Line, from, len(line), named("open-quote"))
			return
		}
		for _, s := range []*slip{named("wide-colon"), named("wide-dash"), named("colon-space"), named("dash-space"), &missingColon} {
			if from, to := s.at(below); plain && from >= 0 {
				r.slip(n, from, to, s)
				return
			}
		}
	}
	d := r.problems.Errorf(diag.Span{Pos: diag.Pos{File: r.name, Line: y.Line, Col: y.Column}, Width: utf8.RuneCountInString(line[from:])}, "lost-breaks", "この文章の改行は消えて、一行になります。", "the line breaks of this text are lost")
	d.Hint = diag.T("一行なら、続けて書いてください。何行も書くときは「|」とし、文章は次の行から字下げして書きます。", "write it on one line; or write | and the text on the next lines, indented")
	if strings.HasSuffix(line[:from], "- ") {
		d.Hint.JA += "別の項目なら、次の行の頭に「- 」を付けます。"
		d.Hint.EN += "; or a - before the next line, if it is another item"
	}
}

// lastLine is the last line of a plain or quoted text that begins with rest.
func (r *reader) lastLine(y *yaml.Node, rest string) int {
	if y.Style&quoted == 0 {
		words := strings.Fields(y.Value)
		n := y.Line
		for at := len(strings.Fields(cutComment(rest, y))); at < len(words) && n < len(r.lines); n++ {
			at += len(strings.Fields(r.lines[n]))
		}
		return n
	}
	quote := rest[:1]
	open := func(s string) bool { return strings.Count(strings.ReplaceAll(s, `\"`, ""), quote)%2 == 1 }
	if n := y.Line; !open(rest) || strings.Count(rest, quote) > 1 {
		return n
	}
	for n := y.Line; n < len(r.lines); n++ {
		if strings.Contains(r.lines[n], quote) {
			return n + 1
		}
	}
	return len(r.lines)
}

// cutComment is the part of a line that belongs to a plain text.
func cutComment(rest string, y *yaml.Node) string {
	if len(y.Value) <= len(rest) && strings.HasPrefix(rest, y.Value) {
		return y.Value
	}
	rest, _, _ = strings.Cut(rest, " #")
	return rest
}

// wrapped is a text between quotes that aren't plain.
var wrapped = regexp.MustCompile(`^[“”„‟＂″]([^“”„‟＂″]*)[“”„‟＂″]$|^[‘’＇]([^‘’＇]*)[‘’＇]$`)

// unwrap reports quotes that patients would see, and takes them off.
func (r *reader) unwrap(y *yaml.Node, n *Node) {
	if first, _ := utf8.DecodeRuneInString(n.Value); y.Style != 0 || first < utf8.RuneSelf || first >= 0x3000 && first <= 0x9FFF {
		return // nearly all
	}
	if m := wrapped.FindStringSubmatch(n.Value); m != nil {
		r.problems.Add(diag.Diagnostic{Span: n.Span, Rule: wideQuote.rule, Message: wideQuote.what, Hint: wideQuote.mend})
		n.Value = m[1] + m[2]
	}
}

// glued reports {label:あ}, to YAML a key 「label:あ」 without a value, and takes it apart.
func (r *reader) glued(k, value *Node) {
	m := gluedKey.FindStringSubmatchIndex(k.Value)
	if m == nil || k.style&uint8(quoted) != 0 {
		return
	}
	s := named("colon-space")
	if k.Value[m[2]:m[3]] != ":" {
		s = named("wide-colon")
	}
	runes := utf8.RuneCountInString(k.Value[:m[2]])
	r.problems.Add(diag.Diagnostic{Span: k.At(runes, 1), Rule: s.rule, Message: s.what, Hint: s.mend})
	rest := k.Value[m[3]:]
	*value = Node{Kind: Scalar, Value: strings.TrimSpace(rest), Span: k.At(runes+1, max(1, utf8.RuneCountInString(rest))), file: r.file}
	k.Value, k.Width = strings.TrimSpace(k.Value[:m[2]]), runes
}

// listed warns of [あ、い], to YAML a list of one.
func (r *reader) listed(y *yaml.Node) {
	if y.Style&yaml.FlowStyle == 0 || len(y.Content) != 1 || y.Content[0].Kind != yaml.ScalarNode || y.Content[0].Style&quoted != 0 {
		return
	}
	m := wideList.FindStringIndex(y.Content[0].Value)
	if m == nil {
		return
	}
	n := &Node{Kind: Scalar, Value: y.Content[0].Value, file: r.file}
	n.Span, n.start = r.span(y.Content[0])
	r.problems.Add(diag.Diagnostic{Span: n.At(utf8.RuneCountInString(n.Value[:m[0]]), 1), Severity: diag.Warning, Rule: "list-comma",
		Message: diag.T("この一覧は一つだけになります。", "this list holds one item"),
		Hint:    diag.T("分けるときは、半角の「,」にしてください。一つのつもりなら、\"…\" で囲んでください。", "separate items with a plain comma; put the text in quotes if it is one")})
}
