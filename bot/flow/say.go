package flow

import (
	"slices"
	"strings"
	"unicode/utf8"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// Mode says for whom a Program is made.
type Mode int

const (
	Live    Mode = iota // patients: an effect is stated only beside all its disclosures
	Preview             // those who write: it is shown all the same, marked as not public yet
)

// texts that stand in for say:, in the order in which they are looked for.
var standIns = []string{"without_effect", "without_facts"}

// say reads what the step says, and what it says instead where the clinic's facts don't
// allow it: without_effect: as long as a disclosure isn't set, without_facts: as long as
// there is nothing to tell.
func (c *compiler) say(s *Step, n *source.Node) {
	said, lacks := c.bubbles(s, n, "say")
	s.Say = said
	var instead *source.Node
	for _, key := range standIns {
		v := c.get(n, key)
		if v == nil {
			continue
		}
		if instead != nil || c.get(n, "say") == nil {
			c.problems.Errorf(v.Span, "stand-in", "「%s:」は「say:」の代わりの文章です。「say:」と組にして、1つだけ書いてください。", "%s: stands in for say:; a step has one such text, and a say:", key)
			continue
		}
		instead, s.StandIn = v, key
		s.twin = key == "without_effect"
		texts, more := c.bubbles(s, n, key)
		switch {
		case len(texts) == 0: // said already
		case key == "without_effect" && lacks.unset.text != "" && c.mode == Preview:
			s.Say, lacks = c.marked(said), lack{}
		case key == "without_effect" && lacks.unset.text != "", key == "without_facts" && lacks.all():
			s.Say, lacks = texts, more
			s.StoodIn, s.Neutral = true, key == "without_effect"
		}
	}
	c.closes(s, lacks)
}

// marked puts the mark of what isn't public yet before the first bubble.
func (c *compiler) marked(say []Template) []Template {
	if len(say) == 0 {
		return nil
	}
	first := Template{}.with(Segment{Text: c.program.Words.Draft + "\n"})
	for _, seg := range say[0] {
		first = first.with(seg)
	}
	return slices.Concat([]Template{first}, say[1:])
}

// bubbles reads the texts under a key.
func (c *compiler) bubbles(s *Step, n *source.Node, key string) (out []Template, lacks lack) {
	v := c.get(n, key)
	if v == nil {
		return nil, lack{}
	}
	items := []*source.Node{v}
	if v.Kind == source.List {
		if items = v.Items; len(items) == 0 {
			c.problems.Errorf(v.Span, "empty", "文章がありません。", "a text is missing")
		}
	}
	for _, item := range items {
		if item.Get("label") != nil {
			d := c.problems.Errorf(item.Span, "wrong-type", "文章のところに、選択肢があります。", "there is a choice where a text belongs")
			d.Hint = diag.T("上に「choices:」の行が抜けていませんか?", "isn't the line choices: missing above it?")
			break
		}
		t, l := c.sized(item, maxBubble, text.UTF16, key)
		if lacks = lacks.with(l); t != nil {
			out = append(out, *t)
		}
		c.visible(s, item, key == "say")
	}
	messages := len(out)
	for _, k := range []string{"image", "prompt", "cards"} {
		if n.Get(k) != nil {
			messages++
		}
	}
	if messages > maxReply {
		c.problems.Errorf(v.Span, "too-many-bubbles", "一度に送れる吹き出しは、「image:」「prompt:」「cards:」も入れて%d個までです(いま%d個)。", "a reply has at most %d bubbles, image:, prompt: and cards: among them (this one %d)", maxReply, messages)
	}
	return out, lacks
}

// visible keeps a text as it is written, for the check of what is stated. full: it belongs
// to what the step says when the clinic's facts are all there.
func (c *compiler) visible(s *Step, n *source.Node, full bool) {
	c.worded(n)
	if n.Kind == source.Scalar {
		t := written{tidied(n.Value), n.Place(), full}
		if t.text != n.Value {
			t.at = source.Place{Span: n.Span}
		}
		s.texts = append(s.texts, t)
	}
}

// tidied is a text without spaces within its {{values}}.
func tidied(text string) string {
	return replaced(text, slot.String)
}

// replaced is a text with others in place of its {{values}}.
func replaced(text string, by func(slot) string) string {
	var b strings.Builder
	last := 0
	for v := range slots(text) {
		b.WriteString(text[last:v.start])
		b.WriteString(by(v))
		last = v.end
	}
	if last == 0 {
		return text
	}
	b.WriteString(text[last:])
	return b.String()
}

// worded reports what a text must not say.
func (c *compiler) worded(n *source.Node) {
	if n.Kind != source.Scalar || len(n.Value) > maxWritten {
		return
	}
	for _, f := range c.faults(n.Value) {
		c.fault(f, n.At(f.Start, f.Len))
	}
}

func (c *compiler) fault(f Fault, at diag.Span) {
	if f.Flow == "" || f.Flow == base(at.File) {
		c.problems.Add(diag.Diagnostic{Span: at, Severity: f.Severity, Rule: f.Rule, Message: f.Message, Hint: f.Hint})
	}
}

// wordedAt is worded for a short text, as a whole.
func (c *compiler) wordedAt(l located) {
	for _, f := range c.faults(l.text) {
		c.fault(f, l.at)
	}
}

// faults finds what a text must not say. Labels stand in many places: what is clean is looked at once.
func (c *compiler) faults(text string) (found []Fault) {
	if c.clean[text] {
		return nil
	}
	for _, wording := range c.wordings {
		found = append(found, wording(text)...)
	}
	if len(found) == 0 && c.clean != nil {
		c.clean[text] = true
	}
	return found
}

// written is a text as it stands in the file.
type written struct {
	text string
	at   source.Place
	full bool
}

// part is where a part of the text stands, given in bytes; of several lines the first.
func (t *written) part(from, to int) diag.Span {
	part := t.text[from:to]
	trimmed := strings.TrimLeft(part, " 　\n")
	from += len(part) - len(trimmed)
	line, _, _ := strings.Cut(trimmed, "\n")
	return t.at.At(t.text, utf8.RuneCountInString(t.text[:from]), utf8.RuneCountInString(line))
}

// sized reads a template and checks its length with the longest values; nil when nothing is
// left.
func (c *compiler) sized(n *source.Node, limit int, count func(string) int, key string) (*Template, lack) {
	t, lacks := c.template(n)
	if len(t) == 0 {
		return nil, lacks
	}
	if k := count(c.worst(t)); k > limit {
		d := c.problems.Errorf(n.Span, "text-length", "「%[1]s:」は%[2]d文字までです(いま%[3]d文字)。", "%[1]s: has at most %[2]d characters (this one %[3]d)", key, limit, k)
		if fixed := count(t.fixed()); fixed <= limit {
			d.Hint = diag.T("差し込みの中身がいちばん長いときの数です（差し込みのほかは%d文字）。", "that is with the longest values; %d without them", fixed)
		}
	}
	return &t, lacks
}

// part reads a text of the step that nothing stands in for.
func (c *compiler) part(s *Step, n *source.Node, limit int, count func(string) int, key string) *Template {
	t, lacks := c.sized(n, limit, count, key)
	c.closes(s, lacks)
	c.visible(s, n, true)
	return t
}

// closes closes the step where a text needs a fact that isn't set.
func (c *compiler) closes(s *Step, lacks lack) {
	if s.Closed != "" || lacks.unset.text == "" {
		return
	}
	if s.Closed = lacks.unset.text; s.Ref.Flow == PatternFlow || s.Ref.Flow == MenuFlow && s.Index == 0 {
		c.problems.Errorf(lacks.unset.at, "unset-fact", "院の情報「%[1]s」がまだ書かれていません。このステップはいつでも出せないと困るので、書くか「{{%[1]s?}}」としてください。",
			"the clinic fact %[1]q is not set; this step must always be there: set it, or write {{%[1]s?}}", s.Closed)
	}
}

// lack says what of the clinic's facts texts go without.
type lack struct {
	unset                  located // a needed fact that isn't set
	needed, optional, gone int     // how many facts they name; how many optional ones aren't set
}

func (l lack) with(m lack) lack {
	if l.unset.text == "" {
		l.unset = m.unset
	}
	l.needed, l.optional, l.gone = l.needed+m.needed, l.optional+m.optional, l.gone+m.gone
	return l
}

// all says whether there is nothing to tell: a needed fact isn't set, or, where none is
// needed, not one of the optional ones is.
func (l lack) all() bool {
	return l.unset.text != "" || l.needed == 0 && l.optional > 0 && l.gone == l.optional
}

// Essential are the clinic facts that are always set.
var Essential = []string{"clinic.name", "clinic.phone"}
