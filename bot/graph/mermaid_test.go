package graph_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hogushi/bot/graph"
)

// chart is what a flowchart says.
type chart struct {
	Nodes     []node     `json:"nodes"`
	Edges     []edge     `json:"edges"`
	Subgraphs []subgraph `json:"subgraphs"`
	Error     string     `json:"error"`
}

type node struct {
	ID, Shape, Text string
	Classes         []string
}

type edge struct {
	From, To, Text string
	Dotted         bool
}

type subgraph struct {
	ID, Text string
	Nodes    []string
}

const quoted = `"((?:[^"<#\n]|<br>|#[0-9]+;)*)"`

var (
	name      = `([A-Za-z][A-Za-z0-9_]*)`
	subLine   = regexp.MustCompile(`^  subgraph ` + name + `\[` + quoted + `\]$`)
	edgeLine  = regexp.MustCompile(`^  ` + name + ` (-->|-\.->)(?:\|` + quoted + `\|)? ` + name + `$`)
	defLine   = regexp.MustCompile(`^  classDef ` + name + ` [a-z-]+:[^,;]+(?:,[a-z-]+:[^,;]+)*$`)
	classLine = regexp.MustCompile(`^  class ` + name + `((?:,` + name + `)*) ` + name + `$`)
	number    = regexp.MustCompile(`#([0-9]+);`)

	nodeLine = regexp.MustCompile(`^( +)` + name + `([\[({/]+)` + quoted + `([\])}/]+)$`)
	// shapes are the brackets of a node, and what Mermaid calls its shape.
	shapes   = map[string]string{`[( )]`: "cylinder", `[[ ]]`: "subroutine", `[/ /]`: "lean_right", `([ ])`: "stadium", `{{ }}`: "hexagon", `[ ]`: "square", `( )`: "round"}
	reserved = strings.Fields("end graph flowchart subgraph class classDef style click linkStyle default direction href call")
)

// parse reads strictly what we write of Mermaid, and nothing else of it.
func parse(diagram string) (c chart, err error) {
	declared, defined, styled := map[string]bool{}, map[string]bool{}, map[string][]string{}
	declare := func(id string) error {
		if declared[id] || slices.Contains(reserved, id) {
			return fmt.Errorf("the name %s is taken", id)
		}
		declared[id] = true
		return nil
	}
	lines := strings.Split(strings.TrimSuffix(diagram, "\n"), "\n")
	if lines[0] != "flowchart TD" || !strings.HasSuffix(diagram, "\n") {
		return c, fmt.Errorf("begins with %q", lines[0])
	}
	inside := -1
	for _, line := range lines[1:] {
		if m := subLine.FindStringSubmatch(line); m != nil && inside < 0 {
			inside = len(c.Subgraphs)
			c.Subgraphs = append(c.Subgraphs, subgraph{ID: m[1], Text: decoded(m[2])})
			err = declare(m[1])
		} else if line == "  end" && inside >= 0 {
			inside = -1
		} else if n, ok := parseNode(line, inside >= 0); ok {
			c.Nodes = append(c.Nodes, n)
			if inside >= 0 {
				c.Subgraphs[inside].Nodes = append(c.Subgraphs[inside].Nodes, n.ID)
			}
			err = declare(n.ID)
		} else if m := edgeLine.FindStringSubmatch(line); m != nil && inside < 0 {
			c.Edges = append(c.Edges, edge{m[1], m[4], decoded(m[3]), m[2] == "-.->"})
			if !declared[m[1]] || !declared[m[4]] {
				err = fmt.Errorf("an edge of what isn't there")
			}
		} else if m := defLine.FindStringSubmatch(line); m != nil && !defined[m[1]] {
			defined[m[1]] = true
		} else if m := classLine.FindStringSubmatch(line); m != nil && defined[m[4]] {
			for _, id := range append([]string{m[1]}, strings.Split(m[2], ",")[1:]...) {
				if styled[id] = append(styled[id], m[4]); !declared[id] {
					err = fmt.Errorf("%s isn't there", id)
				}
			}
		} else {
			err = fmt.Errorf("this is none of ours")
		}
		if err != nil {
			return c, fmt.Errorf("%w: %s", err, line)
		}
	}
	if inside >= 0 {
		err = fmt.Errorf("a subgraph has no end")
	}
	for i := range c.Nodes {
		c.Nodes[i].Classes = styled[c.Nodes[i].ID]
	}
	return c, err
}

func parseNode(line string, inside bool) (node, bool) {
	m := nodeLine.FindStringSubmatch(line)
	if m == nil || inside && len(m[1]) != 4 || !inside && len(m[1]) != 2 {
		return node{}, false
	}
	shape, ok := shapes[m[3]+" "+m[5]]
	return node{ID: m[2], Shape: shape, Text: decoded(m[4])}, ok
}

// decoded is a text between quotes as people see it.
func decoded(s string) string {
	return number.ReplaceAllStringFunc(strings.ReplaceAll(s, "<br>", "\n"), func(n string) string {
		r, _ := strconv.Atoi(n[1 : len(n)-1])
		return string(rune(r))
	})
}

// nasty are names, titles and texts that mean something in Mermaid, Markdown or HTML.
var nasty = []string{"end", "End", "graph", "subgraph x", "class", "style", "click", "o", "x", `"`, `""`, "'", "`", "```x```", "a]b", "a[b", "(a)", "{a}", "{{a}}", "|", "a|b", "-->", "--- x", "- list", "1. one", "* list", "+ list", "# head", "> quote",
	"**b**", "_i_", "~~s~~", "$$x^2$$", "<b>x</b>", "<br>", "&amp;", "&lt;", "#35;", "#quot;", "%% no", "%%{init: {}}%%", ";", "a;b", "style: x#45;", "classDef a: #1;", "\\", "\\n", "a\tb", "@{shape: x}", "fa:fa-car", "「かっこ」", "・箇条", "①", "：；", "👨‍👩‍👧", "ﾊﾟ", "\u200b", "\u202e右", strings.Repeat("長い", 200)}

// charts are all that this test looks at, by name.
func charts(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, name := range []string{"../flow/testdata/ok/kitchen-sink.txtar", "testdata/broken.txtar"} {
		all[name] = outlined(t, name).Mermaid()
	}
	g := drawn()
	all["all"] = g.Mermaid()
	for _, id := range []string{"contact", "patterns", "menu"} {
		one, err := g.Only(id)
		if err != nil {
			t.Fatal(err)
		}
		all[id] = one.Mermaid()
	}
	all["nasty"] = nastyGraph().Mermaid()
	return all
}

func nastyGraph() *graph.Graph {
	g := &graph.Graph{}
	for _, n := range nasty {
		f := graph.Flow{ID: n, Title: n, Steps: []graph.Step{{ID: n + "/" + n, Says: n}, {ID: n + "/waits", Waits: true, Question: n}, {ID: n + "/closed", Closed: n, Problems: []graph.Problem{{Message: n}}}}}
		g.Flows = append(g.Flows, f)
		g.Edges = append(g.Edges, graph.Edge{From: f.Steps[0].ID, To: f.Steps[1].ID, Label: n}, graph.Edge{From: f.Steps[0].ID, To: n, Missing: true})
	}
	return g
}

// TestParse: what we write is Mermaid, of the little that we use.
func TestParse(t *testing.T) {
	t.Parallel()
	for name, diagram := range charts(t) {
		c, err := parse(diagram)
		if err != nil || len(c.Nodes) < 3 || len(c.Edges) < 2 {
			t.Errorf("%s: %d nodes, %d edges, %v", name, len(c.Nodes), len(c.Edges), err)
		}
	}
	for _, broken := range []string{"graph TD\n", "flowchart TD\n  a[x]\n", "flowchart TD\n  a[\"x\"]\n  a --> b\n", "flowchart TD\n  a[\"x\"]\n  a[\"y\"]\n", "flowchart TD\n  end[\"x\"]\n", "flowchart TD\n  a[\"x\"y\"]\n", "flowchart TD\n  subgraph s[\"x\"]\n",
		"flowchart TD\n  a[\"<b>\"]\n", "flowchart TD\n  a[\"#x;\"]\n", "flowchart TD\n  a[\"x\"]\n  class a b\n", "flowchart TD"} {
		if _, err := parse(broken); err == nil {
			t.Errorf("this is taken for ours: %q", broken)
		}
	}
}

// TestNasty: whatever staff write is drawn as they wrote it, or cut.
func TestNasty(t *testing.T) {
	t.Parallel()
	c, err := parse(nastyGraph().Mermaid())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, n := range c.Nodes {
		for line := range strings.Lines(n.Text) {
			seen[strings.TrimSpace(line)] = true
		}
	}
	for _, n := range nasty {
		if n = strings.Join(strings.Fields(n), " "); len(n) < 40 && !seen[n] {
			t.Errorf("%q is nowhere to be seen", n)
		}
	}
}

// TestMermaid: Mermaid itself reads the same nodes, edges and texts out of the drawings. It
// is installed by make need, and make test says where; without it TestParse is what there is.
func TestMermaid(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("HOGUSHI_MERMAID")
	if dir == "" {
		t.Log("HOGUSHI_MERMAID isn't set: nothing is given to Mermaid")
		return
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := charts(t)
	var names, diagrams []string
	for name, diagram := range all {
		names, diagrams = append(names, name), append(diagrams, diagram)
	}
	input, err := json.Marshal(diagrams)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/mermaid/parse.mjs", dir)
	cmd.Stdin = bytes.NewReader(input)
	var errors bytes.Buffer
	cmd.Stderr = &errors
	output, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v; make need installs Mermaid\n%s", err, errors.String())
	}
	var got []chart
	if err := json.Unmarshal(output, &got); err != nil || len(got) != len(names) {
		t.Fatalf("got %d of %d: %v", len(got), len(names), err)
	}
	for i, name := range names {
		want, err := parse(diagrams[i])
		if err != nil || got[i].Error != "" {
			t.Errorf("%s: we say %v, Mermaid %s", name, err, got[i].Error)
			continue
		}
		if diff := cmp.Diff(sorted(want), sorted(got[i].decoded()), cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%s (-as we read it, +as Mermaid does):\n%s", name, diff)
		}
	}
}

// decoded reads what Mermaid keeps numbers of signs as.
func (c chart) decoded() chart {
	read := func(s *string) {
		*s = decoded(strings.NewReplacer("ﬂ°°", "#", "¶ß", ";").Replace(*s))
	}
	for i := range c.Nodes {
		read(&c.Nodes[i].Text)
	}
	for i := range c.Edges {
		read(&c.Edges[i].Text)
	}
	for i := range c.Subgraphs {
		read(&c.Subgraphs[i].Text)
	}
	return c
}

func sorted(c chart) chart {
	for i := range c.Subgraphs {
		slices.Sort(c.Subgraphs[i].Nodes)
	}
	slices.SortFunc(c.Nodes, func(a, b node) int { return strings.Compare(a.ID, b.ID) })
	slices.SortFunc(c.Subgraphs, func(a, b subgraph) int { return strings.Compare(a.ID, b.ID) })
	return c
}
