// Package source reads the YAML that staff write into nodes that know their place, and
// reports what is no plain YAML. It is the only importer of the YAML library; flows and
// clinic facts are both read through it.
package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"hogushi/bot/diag"
)

// MaxBytes bounds a file.
const MaxBytes = 1 << 20

// maxDepth bounds nesting: staff's files need six levels.
const maxDepth = 32

// Kind is what a node is.
type Kind uint8

const (
	Null Kind = iota // nothing written
	Scalar
	List
	Map
)

// Node is a value of a file. There are many: it is kept small.
type Node struct {
	Kind  Kind
	style uint8  // of yaml.Style what fits
	start uint32 // where Span begins in its line, in bytes
	Value string // of a scalar
	Items []*Node
	Pairs []Pair
	diag.Span

	file *file
}

// file is what the nodes of a file have in common.
type file struct {
	lines    []string // for At
	silences []Silence
}

// Silences are those of the whole file.
func (n *Node) Silences() []Silence { return n.file.silences }

// Pair is a key and its value.
type Pair struct{ Key, Value *Node }

// List are the items of a list; what is none is a list of one. A nil node has none.
func (n *Node) List() []*Node {
	switch {
	case n == nil:
		return nil
	case n.Kind == List:
		return n.Items
	}
	return []*Node{n}
}

// Get returns the value of a key, nil if it isn't there. A nil node has no keys.
func (n *Node) Get(key string) *Node {
	if n != nil {
		for _, p := range n.Pairs {
			if p.Key.Value == key {
				return p.Value
			}
		}
	}
	return nil
}

var otherEnding = regexp.MustCompile(`(?i)\.(?:yml|yaml|ya?ml\.txt)$`)

// Ending is the name of a file with .yaml at its end, if that is what it is meant to end in. Windows hides a .txt.
func Ending(name string) string { return otherEnding.ReplaceAllString(name, ".yaml") }

// Misnamed reports a file that isn't read for the end of its name.
func Misnamed(name string, problems *diag.List) {
	problems.Errorf(diag.Span{Pos: diag.Pos{File: name}}, "file-ending", "このファイルは読まれません。名前の終わりを「.yaml」にしてください。", "this file is not read; its name must end in .yaml")
}

// Parse reads one file. It reports everything it can't take and returns what it could
// read, nil if that is nothing.
func Parse(name string, data []byte, problems *diag.List) *Node {
	at := func(line, col, width int) diag.Span {
		return diag.Span{Pos: diag.Pos{File: name, Line: line, Col: col}, Width: width}
	}
	switch {
	case len(data) > MaxBytes:
		problems.Errorf(at(1, 1, 1), "file-too-large", "ファイルが大きすぎます(上限1MiB)。", "the file is larger than 1 MiB")
		return nil
	case !utf8.Valid(data):
		problems.Errorf(at(1, 1, 1), "not-utf8", "文字コードがUTF-8ではありません。UTF-8で保存し直してください。", "the file is not UTF-8; save it as UTF-8").
			Hint = diag.T("メモ帳なら「名前を付けて保存」で、エンコードを「UTF-8」にします。", "in Notepad: Save as, Encoding: UTF-8")
		return nil
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	if line, col := oddBreak(text); line > 0 {
		problems.Errorf(at(line, col, 1), "odd-line-break", "ふつうの改行ではない改行文字があります。消して、改行し直してください。",
			"there is a line break that is none to most editors; delete it and break the line anew")
		return nil
	}
	lines := strings.Split(text, "\n")
	doc, more, err := decode(text)
	if err != nil {
		line, what := syntaxError(text, err)
		at, s := explain(lines, line, what)
		at.File = name
		problems.Add(diag.Diagnostic{Span: at, Rule: s.rule, Message: s.what, Hint: s.mend})
		return nil
	}
	if doc == nil || len(doc.Content) == 0 {
		problems.Errorf(at(1, 1, 1), "empty-file", "ファイルに何も書かれていません。", "the file is empty")
		return nil
	}
	if more {
		problems.Errorf(at(secondDocument(lines), 1, 3), "second-document",
			"「---」から後ろは読まれません。1つのファイルに1つの内容だけを書いてください。", "what stands behind --- is not read; write one document a file")
		return nil
	}
	r := reader{name: name, file: &file{lines: lines}, problems: problems, keys: map[string]*yaml.Node{}, nodes: make([]Node, 0, count(doc.Content[0], 0))}
	n := r.node(doc.Content[0], 0)
	if r.slipped {
		return nil
	}
	r.file.silences = r.silences()
	return n
}

type reader struct {
	*file
	name     string
	problems *diag.List
	keys     map[string]*yaml.Node // of the item that apart looks at
	parted   int                   // how many were taken apart
	slipped  bool                  // something reads as YAML, but not as what was meant
	blocks   [][2]int              // first and last lines of | blocks; the first is that of the |

	nodes []Node // those made so far, in one piece of memory: single ones keep the collector busy

	line, col, byte int // the place that was looked for last: a line may hold all of a file
}

// swallowed reports text that YAML takes for a comment: 「迷うときは #7119 へ」 would reach a
// patient as 「迷うときは」. A comment that is meant has a space behind its #.
func (r *reader) swallowed(y *yaml.Node, n *Node) {
	if n.Kind == Null && n.Line == y.Line { // the comment may be noted elsewhere
		if rest := strings.TrimSpace(r.lines[n.Line-1][n.start:]); strings.HasPrefix(rest, "#") {
			y.LineComment = rest
		}
	}
	comment := []rune(y.LineComment)
	if len(comment) < 2 || unicode.IsSpace(comment[1]) || noted.MatchString(y.LineComment) || y.Line < 1 || y.Line > len(r.lines) {
		return
	}
	at := diag.Span{Pos: diag.Pos{File: r.name, Line: y.Line, Col: y.Column}, Width: 1}
	for line := y.Line; line <= min(y.Line+20, len(r.lines)); line++ { // plain text may run over lines
		if before, _, found := strings.Cut(r.lines[line-1], y.LineComment); found {
			at.Line, at.Col, at.Width = line, utf8.RuneCountInString(before)+1, len(comment)
			break
		}
	}
	d := r.problems.Errorf(at, "hash-in-text", "「%s」はメモとみなされて、消えてしまいます。", "%q is taken for a comment and lost", y.LineComment)
	d.Hint = diag.T("文章なら、全体を「\"」で囲んでください。メモなら、「#」の後ろに空白を入れてください。", "put the whole text in quotes if it is text, a space behind the # if it is a comment")
	if n.Kind == Null { // read on as the text that it may be meant to be
		n.Kind, n.Value, n.Span = Scalar, y.LineComment, at
	}
}

// count is how many nodes reading makes of a node.
func count(y *yaml.Node, depth int) int {
	n := 1
	for _, child := range y.Content {
		if depth <= maxDepth {
			n += count(child, depth+1)
		}
	}
	return n
}

func (r *reader) node(y *yaml.Node, depth int) *Node {
	r.nodes = append(r.nodes, Node{style: uint8(y.Style), file: r.file})
	n := &r.nodes[len(r.nodes)-1]
	n.Span, n.start = r.span(y)
	if y.Anchor != "" || y.Kind == yaml.AliasNode || y.Style&yaml.TaggedStyle != 0 || y.Style == 0 && strings.HasPrefix(r.lines[n.Line-1][n.start:], "!") {
		at := n.Span
		if y.Anchor != "" && y.Kind != yaml.AliasNode {
			at.Width = utf8.RuneCountInString(y.Anchor) + 1
		}
		r.problems.Errorf(at, "yaml-feature", "「&」「*」「!」で始まる特別な書き方は使えません。文字として書くときは引用符で囲んでください。",
			"anchors, aliases and tags are not used here; put the text in quotes if it is meant as text")
	}
	if depth > maxDepth {
		r.problems.Errorf(n.Span, "too-deep", "入れ子が深すぎます。", "nested too deeply")
		return n
	}
	switch y.Kind {
	case yaml.AliasNode:
		n.Kind, n.Value = Scalar, "*"+y.Value // read on as the text that it may be meant to be
	case yaml.ScalarNode:
		n.Kind, n.Value = Scalar, y.Value
		if y.Style&quoted == 0 {
			n.Value = visible(n.Value)
		}
		if y.Tag == "!!null" {
			n.Kind, n.Value = Null, ""
		}
		r.swallowed(y, n)
		r.ran(y)
		r.unwrap(y, n)
		r.block(y)
	case yaml.SequenceNode:
		n.Kind = List
		r.listed(y)
		n.Items = make([]*Node, 0, len(y.Content))
		for _, item := range y.Content {
			for _, part := range r.apart(item) {
				n.Items = append(n.Items, r.node(part, depth+1))
			}
		}
	case yaml.MappingNode:
		if name, ok := bareBraces(y); ok {
			n.Kind, n.Value, n.Width = Scalar, "{{"+name+"}}", utf8.RuneCountInString(name)+4
			bare := named("bare-braces")
			r.problems.Add(diag.Diagnostic{Span: n.Span, Rule: bare.rule, Message: bare.what, Hint: bare.mend})
			break
		}
		n.Kind = Map
		r.pairs(n, y, depth)
	}
	return n
}

func (r *reader) pairs(n *Node, y *yaml.Node, depth int) {
	seen := map[string]*Node{}
	run := false // of keys that are there already: the one above them is lost
	n.Pairs = make([]Pair, 0, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := r.node(y.Content[i], depth+1)
		value := r.node(y.Content[i+1], depth+1)
		if value.Kind == Null && y.Style&yaml.FlowStyle != 0 {
			r.glued(key, value)
		}
		first := seen[key.Value]
		if first != nil && run {
			continue
		}
		if run = first != nil; run {
			d := r.problems.Errorf(key.Span, "duplicate-key", "「%s」が2回書かれています。", "%q is written twice", key.Value)
			d.Related = []diag.Related{{Span: first.Span, Text: diag.T("1回目はここです。", "it is first written here")}}
			if i+2 < len(y.Content) && seen[y.Content[i+2].Value] != nil {
				d.Hint = diag.T("下の見出しも同じです。この上に、見出しの行が抜けていませんか?", "so is the key below; isn't the line of a key missing above?")
			}
			continue
		}
		seen[key.Value] = key
		n.Pairs = append(n.Pairs, Pair{key, value})
	}
}

// maxParted bounds the work of apart.
const maxParted = 100

// visible is a text without what has no width and comes along from the web: it would make two
// names differ that look alike.
func visible(s string) string {
	if strings.IndexByte(s, unseen[0]) < 0 && !strings.Contains(s, "\ufeff") || !strings.ContainsAny(s, unseen) {
		return s // nearly all
	}
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(unseen, r) {
			return -1
		}
		return r
	}, s)
}

const unseen = "\u200b\u200e\u200f\u2060\ufeff"

// apart takes an item apart in which another one begins: with the same key, its dash is lost;
// with other keys that are there already, its first line.
func (r *reader) apart(item *yaml.Node) (parts []*yaml.Node) {
	if item.Kind != yaml.MappingNode || item.Style&yaml.FlowStyle != 0 || r.parted == maxParted {
		return []*yaml.Node{item}
	}
	seen := r.keys
	clear(seen)
	var again []int
	for i := 0; i+1 < len(item.Content); i += 2 {
		if key := item.Content[i]; seen[key.Value] != nil {
			again = append(again, i)
		} else {
			seen[key.Value] = key
		}
	}
	if len(again) == 0 || len(again) == 1 && item.Content[again[0]].Value != item.Content[0].Value {
		return []*yaml.Node{item}
	}
	key := item.Content[again[0]]
	at, _ := r.span(key)
	if key.Value == item.Content[0].Value {
		r.problems.Add(diag.Diagnostic{Span: at, Rule: missingDash.rule, Message: missingDash.what,
			Hint: diag.T("ここから次の項目なら、前に「- 」を付けてください。同じ項目なら、「%[1]s」は一つにしてください。", "put a - before it if this is the next item; else write %[1]q once", key.Value)})
	} else {
		first, _ := r.span(seen[key.Value])
		d := r.problems.Errorf(at, "duplicate-key", "「%s」が2回書かれています。", "%q is written twice", key.Value)
		d.Hint = diag.T("この上に、「- 」で始まる行（「- step: 名前」など）が抜けていませんか?", "isn't a line missing above that begins with -, like - step: NAME?")
		d.Related = []diag.Related{{Span: first, Text: diag.T("1回目はここです。", "it is first written here")}}
	}
	r.parted++
	before, rest := *item, *item
	before.Content, rest.Content = item.Content[:again[0]], item.Content[again[0]:]
	rest.Line, rest.Column = key.Line, key.Column
	return append([]*yaml.Node{&before}, r.apart(&rest)...)
}

// bareBraces recognises {{name}} without quotes: to YAML a map whose only key is a map.
func bareBraces(y *yaml.Node) (name string, ok bool) {
	if len(y.Content) != 2 || y.Content[0].Kind != yaml.MappingNode || len(y.Content[0].Content) != 2 {
		return "", false
	}
	key := y.Content[0].Content[0]
	return key.Value, key.Kind == yaml.ScalarNode
}

// span is the place of a node, and where in its line that begins, in bytes.
func (r *reader) span(y *yaml.Node) (s diag.Span, start uint32) {
	// The library places some empty nodes behind the end.
	s = diag.Span{Pos: diag.Pos{File: r.name, Line: max(1, min(y.Line, len(r.lines))), Col: max(1, y.Column)}, Width: 1}
	at := r.offset(s.Line, s.Col)
	if y.Kind != yaml.ScalarNode || y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return s, uint32(at)
	}
	width := max(utf8.RuneCountInString(y.Value), 1)
	if y.Style&quoted != 0 {
		width += 2
	}
	s.Width = 0
	for range strings.TrimRight(r.lines[s.Line-1][at:], "\r") {
		if s.Width++; s.Width == width {
			break
		}
	}
	s.Width = max(1, s.Width)
	return s, uint32(at)
}

// offset is a place in bytes. Nodes come in the order of the file: it counts on from the last.
func (r *reader) offset(line, col int) int {
	if line != r.line || col < r.col {
		r.line, r.col, r.byte = line, 1, 0
	}
	for text := r.lines[line-1]; r.col < col && r.byte < len(text); r.col++ {
		_, n := utf8.DecodeRuneInString(text[r.byte:])
		r.byte += n
	}
	return r.byte
}

const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle

// Plain says whether a scalar stands on one line, without quotes.
func (n *Node) Plain() bool {
	return n.Kind == Scalar && n.style&uint8(quoted|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// Place is where a scalar stands, and how: small, for those who keep no node.
type Place struct {
	diag.Span

	column int // of its first rune on its line, or of all lines of a block; 0 where only its start is known
	block  bool
	last   int // line of the file
}

// Place is the place of a scalar.
func (n *Node) Place() Place {
	p := Place{Span: n.Span}
	switch {
	case n.Line < 1 || n.Line > len(n.file.lines):
	case n.style&uint8(yaml.LiteralStyle) != 0:
		p.column, p.block, p.last = n.indent()+1, true, len(n.file.lines)
	default:
		rest := n.file.lines[n.Line-1][n.start:]
		column := n.Col
		if n.style&uint8(quoted) != 0 {
			rest = rest[min(1, len(rest)):]
			column++
		}
		if strings.HasPrefix(rest, n.Value) { // else it is escaped or folded: its start rather than a lie
			p.column = column
		}
	}
	return p
}

// At is the place of the rune i of the text that stands there: exact for text on one line and in |
// blocks, else the place where it starts.
func (p Place) At(text string, i, width int) diag.Span {
	runes := []rune(text)
	if i < 0 || i > len(runes) || p.column == 0 {
		return p.Span
	}
	s := diag.Span{Pos: p.Pos, Width: width}
	if !p.block {
		s.Col = p.column + i
		return s
	}
	before := string(runes[:i])
	if s.Line = p.Line + 1 + strings.Count(before, "\n"); s.Line > p.last {
		return p.Span
	}
	s.Col = p.column + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
	return s
}

// At is the place of the rune i of a scalar's value; see Place.At.
func (n *Node) At(i, width int) diag.Span { return n.Place().At(n.Value, i, width) }

// indent is by how much the lines of a | block are indented: what the first line with
// text has more in the file than in the value.
func (n *Node) indent() int {
	rest := n.Value
	for _, line := range n.file.lines[n.Line:] {
		value, more, _ := strings.Cut(rest, "\n")
		if strings.TrimSpace(line) != "" {
			return max(0, spaces(line)-spaces(value))
		}
		if rest = more; rest == "" {
			break
		}
	}
	return 0
}

func spaces(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }
