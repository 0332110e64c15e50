package flow

import (
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// Template is a text with places for values. Clinic facts are already in it.
type Template []Segment

// Segment is a literal text, or the name of a value.
type Segment struct {
	Text, Value string

	// Line numbers the lines that go when one of their Optional values is empty; 0 is a
	// line that always stays.
	Line     int
	Optional bool
}

// Values that a template may name beside fields.
const (
	ValueReceipt = "receipt" // number of the contact request just stored
	ValueChosen  = "chosen"  // what the patient has given so far
	ValueFlow    = "flow"    // title of the form that the patient is in
	ValueEntered = "entered" // what has been entered in it so far
)

// Static returns the text of a template without values.
func (t Template) Static() (string, bool) {
	switch {
	case len(t) == 0:
		return "", true
	case len(t) == 1 && t[0].Value == "":
		return t[0].Text, true
	}
	return "", false
}

// slot is a {{value}}, or a {{value?}}, where it stands in a text.
type slot struct {
	start, end       int
	name             string
	nameAt, nameEnds int
	optional         bool
}

// String is the slot as it is written without spaces.
func (s slot) String() string {
	if s.optional {
		return "{{" + s.name + "?}}"
	}
	return "{{" + s.name + "}}"
}

// slots are the {{values}} of a text: everything is full of texts, hardly one has any, and a
// regular expression would be the slowest part of compiling.
func slots(text string) iter.Seq[slot] {
	const space = " \t\n\f\r"
	return func(yield func(slot) bool) {
		for i := 0; ; {
			j := strings.Index(text[i:], "{{")
			if j < 0 {
				return
			}
			i += j
			j = strings.IndexAny(text[i+2:], "{}")
			if j < 0 {
				return
			}
			end := i + 2 + j
			if !strings.HasPrefix(text[end:], "}}") {
				i++
				continue
			}
			s := slot{start: i, end: end + 2}
			name := strings.TrimLeft(text[i+2:end], space)
			s.nameAt = end - len(name)
			name = strings.TrimRight(name, space)
			if name, s.optional = strings.CutSuffix(name, "?"); s.optional {
				name = strings.TrimRight(name, space)
			}
			s.name, s.nameEnds = name, s.nameAt+len(name)
			if !yield(s) {
				return
			}
			i = s.end
		}
	}
}

var builtInValues = []string{ValueReceipt, ValueChosen, ValueFlow, ValueEntered}

// maxWritten bounds a text as it is written, in bytes: far beyond what LINE takes.
const maxWritten = 40_000

// template reads a text with {{values}}. Clinic facts are put in; a line whose optional
// fact isn't set disappears. It is empty when nothing is left.
func (c *compiler) template(n *source.Node) (t Template, lacks lack) {
	if n.Kind == source.Null || n.Kind == source.Scalar && blank(n.Value) {
		c.problems.Errorf(n.Span, "empty", "文章がありません。", "a text is missing")
		return nil, lack{}
	}
	c.string(n) // says so if it is no text
	if len(n.Value) > maxWritten {
		c.problems.Errorf(n.Span, "text-length", "文章が長すぎます。吹き出しは5000文字までです。", "the text is too long: a bubble has at most 5000 characters")
		return nil, lack{}
	}
	start, lines, strange := 0, 0, false
	for line := range strings.Lines(n.Value) {
		strange = strange || c.strange(n, start, line)
		part, l := c.line(n, start, line)
		start += len(line)
		if l.gone > 0 {
			l.unset = located{} // it goes with its line
		}
		if lacks = lacks.with(l); l.gone > 0 {
			continue
		}
		optional := slices.ContainsFunc(part, func(s Segment) bool { return s.Optional })
		lines++
		for _, seg := range part {
			if optional {
				seg.Line = lines
			}
			t = t.with(seg)
		}
	}
	return t.trimmed(), lacks
}

// typedBreak is a line break as it is written elsewhere.
var typedBreak = regexp.MustCompile(`\\[nr]|\\\s*$|<br */?>`)

// typedMark is what other programs, and those who write for them, mark words with.
var typedMark = regexp.MustCompile(`\*\*[^*\s][^*\n]*\*\*|</?(?:b|i|u|s|p|em|div|span|font|strong)>|&(?:nbsp|amp|lt|gt|quot|#[0-9]+);`)

// strange reports what isn't meant for patients: a break or a mark that is typed, or a key, which is
// indented too far, or a choice that has lost the key above it.
func (c *compiler) strange(n *source.Node, start int, line string) bool {
	at := func(i, j int) diag.Span {
		return n.At(utf8.RuneCountInString(n.Value[:start+i]), utf8.RuneCountInString(line[i:j]))
	}
	if strings.ContainsAny(line, `\<*&`) {
		if m := typedMark.FindStringIndex(line); m != nil {
			d := c.problems.Errorf(at(m[0], m[1]), "typed-mark", "飾りにはならず、記号が患者さんにこのまま見えてしまいます。", "this marks nothing: patients would see the signs")
			d.Hint = diag.T("記号を消してください。LINEの文章では、太字などは使えません。", "leave the signs out: a text in LINE has no bold type and the like")
			return true
		}
		if m := typedBreak.FindStringIndex(line); m != nil {
			d := c.problems.Errorf(at(m[0], m[1]), "typed-break", "改行にはならず、患者さんにこのまま見えてしまいます。", "this is no line break: patients would see it")
			d.Hint = diag.T("「|」とし、次の行から書いて、ふつうに改行してください。", "write | and the text on the next lines")
			return true
		}
	}
	from := len(line) - len(strings.TrimLeft(line, " -"))
	if len(line) == len(n.Value) || from == len(line) || line[from] != '{' && (line[from] < 'a' || line[from] > 'z') {
		return false // nearly all
	}
	key, rest, _ := strings.Cut(strings.TrimRight(line[from:], " \n"), ":")
	if rest != "" && rest[0] != ' ' || key == line[from:] || key != "{label" && !stepKeys.Has(key) || !strings.Contains(line, ":") {
		return false
	}
	d := c.problems.Errorf(at(from, len(strings.TrimRight(line, " \n"))), "key-in-text", "この行が文章になっていて、患者さんにこのまま見えてしまいます。", "this line is part of the text: patients would see it")
	if key == "{label" {
		d.Hint = diag.T("上に「choices:」の行が抜けていませんか?", "isn't the line choices: missing above it?")
	} else {
		d.Hint = diag.T("左の位置を、上の「say:」などの見出しとそろえてください。", "begin it in the column of the key above, like say:")
	}
	return true
}

// line reads one line of a template, which begins at the byte start of the node's value.
func (c *compiler) line(n *source.Node, start int, line string) (t Template, lacks lack) {
	at := func(i, j int) (int, int) {
		return utf8.RuneCountInString(n.Value[:start+i]), utf8.RuneCountInString(line[i:j])
	}
	if !strings.ContainsAny(line, "{}｛｝") {
		c.naked(n, line, at)
		return Template{{Text: line}}, lack{} // nearly all
	}
	last, rest := 0, []byte(line)
	for v := range slots(line) {
		t = append(t, Segment{Text: line[last:v.start]})
		last = v.end
		copy(rest[v.start:v.end], strings.Repeat(" ", v.end-v.start))
		name, optional := v.name, v.optional
		c.named(name)
		fact, isFact := c.clinic[name]
		switch {
		case isFact && optional:
			lacks.optional++
		case isFact && !slices.Contains(Essential, name):
			lacks.needed++
		}
		switch field := c.program.Fields[name]; {
		case isFact && fact == "" && optional:
			lacks.gone++
		case isFact && fact == "":
			lacks = lacks.with(lack{unset: located{name, n.At(at(v.nameAt, v.nameEnds))}})
			t = append(t, Segment{Text: c.program.Words.Unset})
		case isFact:
			t = append(t, Segment{Text: fact})
		case field == nil && !slices.Contains(builtInValues, name):
			c.unknownValue(n, name, start+v.nameAt)
		case optional && field == nil:
			d := c.problems.Errorf(n.At(at(v.start, v.end)), "template-form", "「?」は院の情報と項目でだけ使えます。", "only clinic facts and fields can be optional")
			d.Hint = diag.T("「{{%s}}」と書いてください。", "write {{%s}}", name)
		default:
			if field != nil {
				field.used = true
			} else if name == ValueReceipt && c.receipt.Line == 0 {
				c.receipt = n.At(at(v.nameAt, v.nameEnds))
			}
			t = append(t, Segment{Value: name, Optional: optional})
		}
	}
	t = append(t, Segment{Text: line[last:]})
	if strings.ContainsAny(string(rest), "{}｛｝") {
		c.uneven(n, line, string(rest), at)
	}
	return t, lacks
}

// naked reports the name of a fact without any braces.
func (c *compiler) naked(n *source.Node, rest string, at func(from, to int) (int, int)) {
	i := strings.Index(rest, FactPrefix)
	if i < 0 {
		return // nearly all
	}
	end := i + len(FactPrefix)
	for end < len(rest) && (rest[end] == '.' || rest[end] == '_' || rest[end] >= 'a' && rest[end] <= 'z' || rest[end] >= '0' && rest[end] <= '9') {
		end++
	}
	if _, fact := c.clinic[rest[i:end]]; fact {
		d := c.problems.Errorf(n.At(at(i, end)), "template-form", "院の情報にならず、患者さんにこのまま見えてしまいます。", "this is no fact of the clinic: patients would see it as it is")
		d.Hint = diag.T("半角で「{{%s}}」と書いてください。", "write {{%s}}, with plain braces", rest[i:end])
	}
}

// braced is a name between braces, however many.
var braced = regexp.MustCompile(`[{｛][{｛\s]*([A-Za-z0-9_.-]+)\s*[?？]?[\s}｝]*[}｝]`)

// uneven reports braces that patients would see: a value between too many, too few or
// full-width ones, or those of one that isn't closed. rest is the line without its good values.
func (c *compiler) uneven(n *source.Node, line, rest string, at func(from, to int) (int, int)) {
	const ja, en = "「{{」と「}}」が合っていません。", "{{ and }} don't match"
	for _, m := range braced.FindAllStringSubmatchIndex(line, -1) {
		name := line[m[2]:m[3]]
		if c.knows(name) && strings.ContainsAny(rest[m[0]:m[1]], "{}｛｝") {
			d := c.problems.Errorf(n.At(at(m[0], m[1])), "template-form", ja, en)
			d.Hint = diag.T("半角で「{{%s}}」と、2つずつ書いてください。", "write {{%s}}, two plain ones on each side", name)
			return
		}
	}
	for _, wrong := range []string{"{{", "}}", "｛｛", "｝｝"} {
		if i := strings.Index(rest, wrong); i >= 0 {
			d := c.problems.Errorf(n.At(at(i, i+len(wrong))), "template-form", ja, en)
			d.Hint = diag.T("半角で「{{名前}}」と書いてください。", "write {{NAME}}, with plain braces")
			return
		}
	}
}

func (c *compiler) unknownValue(n *source.Node, name string, start int) {
	if len(c.unread) > 0 && !strings.HasPrefix(name, "clinic.") {
		return // its field may be declared there
	}
	at := n.At(utf8.RuneCountInString(n.Value[:start]), utf8.RuneCountInString(name))
	d := c.problems.Errorf(at, "unknown-value", "「%s」という項目や院の情報はありません。", "there is no field or clinic fact %q", name)
	_, whole := c.clinic[FactPrefix+name]
	whole = whole && strings.ContainsAny(name, "._") // a plain word may be a field that is gone: the patient's phone isn't the clinic's
	switch plain := norm.NFKC.String(name); {
	case plain != name && c.knows(strings.TrimSuffix(plain, "?")):
		d.Hint = diag.T("半角で「{{%s}}」と書いてください。", "write {{%s}}, with plain signs", plain)
	case whole:
		d.Meant(FactPrefix + name)
	case c.hinting():
		c.hints++
		known := slices.Concat(builtInValues, slices.Collect(maps.Keys(c.program.Fields)), slices.Collect(maps.Keys(c.clinic)))
		near := text.DidYouMean(name, known)
		last, other := name[strings.LastIndexByte(name, '.')+1:], near[strings.LastIndexByte(near, '.')+1:]
		if 2*text.Near(last, other) <= max(len(last), len(other)) { // what all facts have in common makes none alike
			d.Meant(near)
		}
	}
}

// knows says whether a template can hold a value.
func (c *compiler) knows(name string) bool {
	_, fact := c.clinic[name]
	return fact || c.program.Fields[name] != nil || slices.Contains(builtInValues, name)
}

// with appends a segment; texts side by side become one.
func (t Template) with(s Segment) Template {
	if s.Text == "" && s.Value == "" {
		return t
	}
	if k := len(t) - 1; s.Value == "" && k >= 0 && t[k].Value == "" && t[k].Line == s.Line {
		t[k].Text += s.Text
		return t
	}
	return append(t, s)
}

// trimmed leaves out the line breaks around a text.
func (t Template) trimmed() Template {
	if len(t) > 0 && t[0].Value == "" {
		if t[0].Text = strings.TrimLeft(t[0].Text, "\n"); t[0].Text == "" {
			t = t[1:]
		}
	}
	if k := len(t) - 1; k >= 0 && t[k].Value == "" {
		if t[k].Text = strings.TrimRight(t[k].Text, "\n"); t[k].Text == "" {
			t = t[:k]
		}
	}
	if fixed, ok := t.Static(); ok && blank(fixed) {
		return nil
	}
	return t
}

// fixed is the text of a template without its values.
func (t Template) fixed() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
	}
	return b.String()
}
