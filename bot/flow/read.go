package flow

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hogushi/bot/diag"
	"hogushi/bot/schema"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// This file reads single values out of nodes, reporting what is not of the form asked for.

const maxLabel = 20 // LINE: labels of template and quick reply actions, in graphemes

// located is a text and where it is written.
type located struct {
	text string
	at   diag.Span
}

// want reports a node of another kind.
func (c *compiler) want(n *source.Node, kind source.Kind, ja, en string) bool {
	if n.Kind != kind {
		c.problems.Errorf(n.Span, "wrong-type", "%[1]s", "%[2]s", ja, en)
		return false
	}
	return true
}

// keys reports keys that are not known here.
func (c *compiler) keys(n *source.Node, known schema.Map) {
	for i, p := range n.Pairs {
		key := p.Key.Value
		if known.Has(key) {
			continue
		}
		allowed := known.Names()
		d := c.problems.Errorf(p.Key.Span, "unknown-key", "「%s」という項目はありません。", "there is no key %q here", key)
		if name, _, ok := strings.Cut(key, ":"); ok && slices.Contains(allowed, name) {
			d.Hint = diag.T("「:」の後ろに空白を入れてください。", "put a space behind the colon")
		} else if name := elsewhere[key]; slices.Contains(allowed, name) {
			d.Hint = diag.T("「%s」と書きます。", "it is written %s", name)
			c.means(n, name, p.Value)
		} else {
			c.means(n, c.didYouMean(d, key, allowed), p.Value)
		}
		if d.Hint.EN == "" && i > 0 && p.Value.Kind == source.Null && n.Pairs[i-1].Key.Line == p.Key.Line { // within { }
			d.Hint = diag.T("文の中の「,」で、切れています。文なら、全体を \"…\" で囲んでください。", "a comma within { } ends a text; put the whole of it in quotes if it is one")
		}
		if d.Hint.EN == "" && known.Has("step") && fileKeys.Has(key) {
			d.Hint = diag.T("「steps:」より上に、左の端から書きます。", "it stands above steps:, at the left edge")
		}
		if d.Hint.EN == "" {
			d.Hint = diag.T("使えるのは %s です。", "the keys are %s", strings.Join(allowed, ", "))
		}
	}
}

// means notes what stands behind a misspelt key: it isn't missed.
func (c *compiler) means(n *source.Node, key string, value *source.Node) {
	if c.meant[n] == nil {
		c.meant[n] = map[string]*source.Node{}
	}
	c.meant[n][key] = value
}

// get is what stands behind a key, be it misspelt.
func (c *compiler) get(n *source.Node, key string) *source.Node {
	return cmp.Or(n.Get(key), c.meant[n][key])
}

// must is get for a key that must be there.
func (c *compiler) must(n *source.Node, key string) *source.Node {
	if n.Get(key) == nil && !c.misspelt(n, key) {
		c.problems.Errorf(n.Span, "missing-key", "「%s:」がありません。", "%s: is missing", key)
	}
	return c.get(n, key)
}

// misspelt says whether a key may be there under another name: one that was taken for it, or for none.
func (c *compiler) misspelt(n *source.Node, key string) bool {
	return c.meant[n][key] != nil || c.meant[n][""] != nil
}

// elsewhere are words that mean the same in other languages of this kind, or to whoever translates.
var elsewhere = map[string]string{"jp": "ja", "japanese": "ja", "日本語": "ja", "en": "text", "english": "text", "英語": "text", "訳": "text", "goto": "go", "next": "go", "jump": "go", "to": "go", "target": "go", "text": "say", "message": "say", "buttons": "choices", "options": "choices", "url": "link", "href": "link", "id": "step", "name": "step"}

// maxHints bounds the work on a file in which everything is misspelt.
const maxHints = 30

// didYouMean adds the candidate that a name may be a misspelling of, and returns it.
func (c *compiler) didYouMean(d *diag.Diagnostic, name string, candidates []string) string {
	if c.hints++; !c.hinting() {
		return ""
	}
	return d.Meant(text.DidYouMean(name, candidates))
}

// hinting says whether it is still worth while to gather candidates.
func (c *compiler) hinting() bool { return c.hints <= maxHints }

// string reads a single text; "" when nothing is written.
func (c *compiler) string(n *source.Node) string {
	switch {
	case n == nil || n.Kind == source.Null:
		return ""
	case n.Kind != source.Scalar:
		c.problems.Errorf(n.Span, "wrong-type", "ここには文字を1つだけ書きます。", "a single text is wanted here")
		return ""
	}
	return strings.TrimRight(n.Value, "\n")
}

// need reads a text that must be there.
func (c *compiler) need(n *source.Node, key string) located {
	v := n.Get(key)
	if v == nil || v.Kind == source.Null || v.Kind == source.Scalar && blank(v.Value) {
		at := n.Span
		if v != nil {
			at = v.Span
		}
		if !c.misspelt(n, key) {
			c.problems.Errorf(at, "missing-key", "「%s:」がありません。", "%s: is missing", key)
		}
		return located{"", at}
	}
	return located{c.string(v), v.Span}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// texts reads a list of texts; a single text is a list of one. Empty ones are reported
// and left out.
func (c *compiler) texts(n *source.Node) []located {
	if n == nil || n.Kind == source.Null {
		return nil
	}
	items := []*source.Node{n}
	switch n.Kind {
	case source.Map:
		c.problems.Errorf(n.Span, "wrong-type", "ここには「- 」で始まる一覧を書きます。", "a list is wanted here")
		return nil
	case source.List:
		items = n.Items
	}
	var out []located
	for _, item := range items {
		if item.Kind == source.Null || item.Kind == source.Scalar && blank(item.Value) {
			c.problems.Errorf(item.Span, "empty", "空の行があります。", "an item is empty")
		} else if s := c.string(item); s != "" {
			out = append(out, located{s, item.Span})
		}
	}
	return out
}

// fewWords reads texts of a word or two, of which one that holds commas is several.
func (c *compiler) fewWords(n *source.Node) []located {
	c.oneWord(n)
	return c.texts(n)
}

// oneWord warns of one that holds commas.
func (c *compiler) oneWord(n *source.Node) {
	if n != nil && n.Kind == source.Scalar {
		if i := strings.IndexAny(n.Value, commas); i > 0 {
			c.problems.Add(diag.Diagnostic{Span: n.At(utf8.RuneCountInString(n.Value[:i]), 1), Severity: diag.Warning, Rule: "list-comma",
				Message: diag.T("一つの長い言葉になります。", "these are one word, and a long one"),
				Hint:    diag.T("「[あ, い]」のように、半角のかっこで囲み、半角の「,」で区切ってください。", "write [a, b], with plain brackets and commas")})
		}
	}
}

// commas are what parts the words of a list, or is meant to.
const commas = ",、，"

func bare(all []located) (out []string) {
	for _, l := range all {
		out = append(out, l.text)
	}
	return out
}

func (c *compiler) bool(n *source.Node) bool {
	if n == nil {
		return false
	}
	if n.Kind == source.Scalar && (n.Value == "true" || n.Value == "false") {
		return n.Value == "true"
	}
	c.problems.Errorf(n.Span, "wrong-type", "ここには true か false を書きます。", "true or false is wanted here")
	return false
}

func (c *compiler) int(n *source.Node, low, high int) int {
	i, err := strconv.Atoi(n.Value)
	if n.Kind != source.Scalar || err != nil || i < low || i > high {
		c.problems.Errorf(n.Span, "wrong-type", "ここには%dから%dまでの数を書きます。", "a number from %d to %d is wanted here", low, high)
		return low
	}
	return i
}

// oneOf reads a key whose value is one of words, and returns its index; 0 when it isn't there, or is misspelt.
func (c *compiler) oneOf(n *source.Node, key string, words schema.Words) int {
	v := n.Get(key)
	if v == nil {
		return 0
	}
	names := words.Names()
	if i := c.index(v, names); i >= 0 && names[i] == v.Value {
		return i
	}
	return 0
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,39}$`)

// mended is a name in that form, "" if it takes more than small letters and "-".
func mended(name string) string {
	m := strings.ToLower(strings.Join(strings.Fields(norm.NFKC.String(name)), "-"))
	if !nameForm.MatchString(m) {
		return ""
	}
	return m
}

// name checks the form of an id. Ids become postback data, which has 300 characters. It returns
// the id that is meant, "" where that can't be told.
func (c *compiler) name(n *source.Node, what string) (meant string) {
	meant = mended(n.Value)
	if nameForm.MatchString(n.Value) {
		return meant
	}
	d := c.problems.Errorf(n.Span, "name-form", "名前「%[1]s」は、小文字の英字で始め、英数字と「-」「_」だけにしてください(40文字まで)。",
		"the %[2]s name %[1]q must begin with a lower-case letter and hold only a-z, 0-9, - and _ (at most 40)", n.Value, what)
	if meant != "" {
		d.Hint = diag.T("「%s」としてください。", "write %s", meant)
	}
	return meant
}

// label checks what stands on a button.
func (c *compiler) label(l located) string {
	if strings.ContainsAny(l.text, "\n{}") {
		c.problems.Errorf(l.at, "label-form", "ボタンの文字に改行や「{ }」は使えません。", "a label holds no line break and no { }")
	} else if n := text.Graphemes(l.text); n > maxLabel {
		c.problems.Errorf(l.at, "label-length", "ボタンの文字は%d文字までです(いま%d文字)。", "a label has at most %d characters (this one %d)", maxLabel, n)
	}
	c.wordedAt(l)
	return l.text
}

// labelOf reads a label that must be there.
func (c *compiler) labelOf(n *source.Node, key string) string { return c.label(c.need(n, key)) }

// sameLabel is what two labels have in common that a patient can't tell apart when typing.
func sameLabel(s string) string {
	if f := text.Fold(s); f != "" {
		return f
	}
	return text.Clean(s) // ○ and ×
}

// folded is the form in which words are looked up; words without a letter are reported.
func (c *compiler) folded(w located) string {
	key := text.Fold(w.text)
	if key == "" {
		c.problems.Errorf(w.at, "empty-trigger", "文字のない言葉は使えません。", "these words hold no letter")
	}
	return key
}
