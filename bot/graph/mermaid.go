package graph

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// Widths in a drawing, in columns.
const (
	maxSays  = 40
	maxLabel = 40
)

// marks are what a step can be, with how it looks: by these names, in this order.
var marks = []struct {
	name, style string
	of          func(s Step) bool
}{
	{"choice", "fill:#e8f0fe,stroke:#4a76c0,color:#222", func(s Step) bool { return s.Waits && s.Asks == "" && !s.Consent }},
	{"question", "fill:#fff4d6,stroke:#b8860b,color:#222", func(s Step) bool { return s.Asks != "" }},
	{"consent", "fill:#e3f5e1,stroke:#2e7d32,stroke-width:3px,color:#222", func(s Step) bool { return s.Consent }},
	{"personal", "fill:#ffe0c2,stroke:#c25700,color:#222", func(s Step) bool { return s.Personal }},
	{"handoff", "fill:#d7f0ee,stroke:#00796b,stroke-width:3px,color:#222", func(s Step) bool { return len(s.Handoff) > 0 }},
	{"act", "fill:#eadcf5,stroke:#6a1b9a,color:#222", func(s Step) bool { return s.Act != "" }},
	{"ends", "fill:#eeeeee,stroke:#666666,color:#222", func(s Step) bool { return s.Ends }},
	{"neutral", "stroke-dasharray:6 3", func(s Step) bool { return s.Neutral }},
	{"closed", "fill:#f5f5f5,stroke:#999999,stroke-dasharray:3 3,color:#666", func(s Step) bool { return s.Closed != "" }},
	{"problem", "stroke:#d00000,stroke-width:3px,color:#d00000", func(s Step) bool { return len(s.Problems) > 0 }},
}

// Classes of what is no step of a flow that is drawn.
const (
	elsewhere = "elsewhere"
	missing   = "missing"
)

var otherStyles = []struct{ name, style string }{
	{elsewhere, "fill:#ffffff,stroke:#999999,color:#555"},
	{missing, "fill:#ffe5e5,stroke:#d00000,stroke-width:3px,color:#d00000"},
}

// Mermaid draws the graph as a flowchart: a node a step, shaped and coloured by what it
// does, an edge a way on. More than one flow become a subgraph each; a flow that isn't drawn
// becomes one node.
func (g *Graph) Mermaid() string {
	m := &mermaid{ids: map[string]string{}, used: map[string]bool{}, classes: map[string][]string{}}
	m.line("flowchart TD")
	for i, p := range g.Problems {
		m.node("  ", fmt.Sprintf("problem/%d", i+1), `["%s"]`, p.File+"\n⚠ "+p.Message, missing)
	}
	indent := "  "
	for _, f := range g.Flows {
		if len(g.Flows) > 1 {
			m.line(`  subgraph %s["%s"]`, m.id("flow/"+f.ID), escape(f.Title+"（"+f.ID+"）"))
			indent = "    "
		}
		for i, p := range f.Problems {
			m.node(indent, fmt.Sprintf("problem/%s/%d", f.ID, i+1), `["%s"]`, "⚠ "+p.Message, missing)
		}
		for _, s := range f.Steps {
			m.step(indent, s)
		}
		if len(g.Flows) > 1 {
			m.line("  end")
		}
	}
	for _, e := range g.Edges {
		m.edge(e, g.titles)
	}
	for _, k := range marks {
		m.class(k.name, k.style)
	}
	for _, k := range otherStyles {
		m.class(k.name, k.style)
	}
	return m.String()
}

// mermaid is a flowchart in the making.
type mermaid struct {
	strings.Builder
	ids     map[string]string // Mermaid's names, by those of steps
	used    map[string]bool
	classes map[string][]string // nodes by class
}

func (m *mermaid) line(format string, args ...any) {
	fmt.Fprintf(m, format+"\n", args...)
}

// id is a name that Mermaid takes, the same for the same thing: a letter, then letters,
// digits and _, at least one, so that it is no word of Mermaid's.
func (m *mermaid) id(of string) string {
	if id := m.ids[of]; id != "" {
		return id
	}
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, of)
	if !strings.ContainsRune(name, '_') || !(name[0] >= 'a' && name[0] <= 'z') {
		name = "n_" + name
	}
	id := name
	for n := 2; m.used[id]; n++ {
		id = fmt.Sprintf("%s_%d", name, n)
	}
	m.ids[of], m.used[id] = id, true
	return id
}

func (m *mermaid) node(indent, of, shape, words string, classes ...string) {
	id := m.id(of)
	m.line("%s%s"+shape, indent, id, escape(words))
	for _, c := range classes {
		m.classes[c] = append(m.classes[c], id)
	}
}

func (m *mermaid) step(indent string, s Step) {
	shape := `["%s"]`
	switch {
	case s.Consent:
		shape = `{{"%s"}}`
	case len(s.Handoff) > 0:
		shape = `[("%s")]`
	case s.Act != "":
		shape = `[["%s"]]`
	case s.Asks != "":
		shape = `[/"%s"/]`
	case s.Waits:
		shape = `("%s")`
	case s.Ends:
		shape = `(["%s"])`
	}
	_, name, _ := strings.Cut(s.ID, "/")
	words := name
	if says := opening(cmp.Or(s.Question, s.Says)); says != "" {
		words += "\n" + says
	}
	if s.Closed != "" {
		words += "\n（" + s.Closed + "）"
	}
	for _, p := range s.Problems {
		words += "\n⚠ " + cut(p.Message, maxSays)
	}
	var classes []string
	for _, k := range marks {
		if k.of(s) {
			classes = append(classes, k.name)
		}
	}
	m.node(indent, s.ID, shape, words, classes...)
}

// edge draws a way on, and before it the end that stands in no flow that is drawn.
func (m *mermaid) edge(e Edge, titles map[string]string) {
	if e.Kind == flow.EdgeRenamed { // nobody goes this way who stands on a step that is drawn
		if e.Missing {
			m.node("  ", "missing/"+e.To, `["%s"]`, e.To+"？", missing)
		}
		return
	}
	to := e.To
	name, _, _ := strings.Cut(e.To, "/")
	switch {
	case e.Missing:
		if to = "missing/" + e.To; m.ids[to] == "" {
			m.node("  ", to, `["%s"]`, e.To+"？", missing)
		}
	case m.ids[to] == "":
		if to = "elsewhere/" + name; m.ids[to] == "" {
			m.node("  ", to, `[["%s"]]`, titles[name]+"（"+name+"）", elsewhere)
		}
	}
	arrow, label := "-->", e.Label
	if e.Kind == flow.EdgeCall {
		arrow, label = "-.->", "寄り道"
	}
	if e.Returns {
		arrow, label = "-.->", strings.Trim("戻ったら / "+label, " /")
	}
	if label != "" {
		arrow += `|"` + escape(cut(label, maxLabel)) + `"|`
	}
	m.line("  %s %s %s", m.id(e.From), arrow, m.id(to))
}

// class writes which nodes look so.
func (m *mermaid) class(name, style string) {
	if nodes := m.classes[name]; len(nodes) > 0 {
		m.line("  classDef %s %s", name, style)
		m.line("  class %s %s", strings.Join(slices.Compact(nodes), ","), name)
	}
}

// opening is the beginning of what a step says: its first sentence if that is short.
func opening(says string) string {
	first, _, _ := strings.Cut(strings.TrimSpace(says), "\n")
	for i, r := range first {
		if sentence := first[:i+len(string(r))]; strings.ContainsRune("。？", r) && text.Width(sentence) <= maxSays {
			return sentence
		}
	}
	return cut(first, maxSays)
}

// cut shortens a text to so many columns.
func cut(s string, most int) string {
	s = strings.Join(strings.Fields(s), " ")
	if text.Width(s) <= most {
		return s
	}
	for r := []rune(s); len(r) > 0; r = r[:len(r)-1] {
		if text.Width(string(r)) < most {
			return string(r) + "…"
		}
	}
	return ""
}

// escape writes a text for a place between quotes. Mermaid looks for Markdown, HTML, numbers
// of signs and directives there: what could be any of that is written as its number.
func escape(s string) string {
	var b strings.Builder
	before := '\n'
	for _, r := range s {
		plain := r >= 0x80 || r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || strings.ContainsRune(" /,()?!={}", r)
		switch {
		case r == '\n':
			b.WriteString("<br>")
		case r < ' ' || r == 0x7f:
		case plain, r == '-' && before != '\n', r == '.' && before != '\n' && (before < '0' || before > '9'):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "#%d;", r)
		}
		before = r
	}
	return b.String()
}
