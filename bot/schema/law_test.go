package schema_test

import (
	"flag"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"gopkg.in/yaml.v3"
)

var every = flag.Int("every", 23, "TestLaw looks at one in so many changes; 1: at all")

// changes are what is done to each value of a file, one at a time.
var changes = []struct {
	name string
	do   func(parent, n *yaml.Node, i int) bool // whether there is anything to do
}{
	{"gone", func(parent, _ *yaml.Node, i int) bool {
		if parent.Kind == yaml.MappingNode {
			parent.Content = slices.Delete(parent.Content, i-1, i+1)
		} else {
			parent.Content = slices.Delete(parent.Content, i, i+1)
		}
		return true
	}},
	{"key misspelt", func(parent, _ *yaml.Node, i int) bool {
		if parent.Kind == yaml.MappingNode {
			parent.Content[i-1].Value += "x"
		}
		return parent.Kind == yaml.MappingNode
	}},
	{"nothing", becomes(`~`)},
	{"empty", becomes(`""`)},
	{"a text", becomes(`あ`)},
	{"a long text", becomes(strings.Repeat("あ", 41))},
	{"braces", becomes(`"{"`)},
	{"a number", becomes(`5`)},
	{"a truth", becomes(`true`)},
	{"a list", becomes(`[]`)},
	{"a list of one", becomes(`[あ]`)},
	{"a map", becomes(`{}`)},
	{"a map of one", becomes(`{あ: い}`)},
}

func becomes(text string) func(_, n *yaml.Node, _ int) bool {
	return func(_, n *yaml.Node, _ int) bool {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			panic(err)
		}
		*n = *doc.Content[0]
		return true
	}
}

// changed yields a file with one value changed, for every value and every change.
func changed(t *testing.T, data []byte, yield func(what string, text []byte)) {
	t.Helper()
	parse := func() *yaml.Node {
		var doc yaml.Node
		if err := yaml.Unmarshal(data, &doc); err != nil {
			t.Fatal(err)
		}
		return doc.Content[0]
	}
	var paths [][]int
	var walk func(n *yaml.Node, path []int)
	walk = func(n *yaml.Node, path []int) {
		for i, child := range n.Content {
			if n.Kind == yaml.MappingNode && i%2 == 0 {
				continue
			}
			p := append(slices.Clone(path), i)
			paths = append(paths, p)
			walk(child, p)
		}
	}
	walk(parse(), nil)
	for at, p := range paths {
		for i, c := range changes {
			if (at*len(changes)+i)%*every != 0 {
				continue
			}
			n := parse()
			root, parent := n, n
			what := ""
			for _, i := range p {
				if parent = n; n.Kind == yaml.MappingNode {
					what += "/" + n.Content[i-1].Value
				}
				n = n.Content[i]
			}
			if !c.do(parent, n, p[len(p)-1]) {
				continue
			}
			text, err := yaml.Marshal(root)
			if err != nil {
				t.Fatal(err)
			}
			yield(what+" "+c.name, text)
		}
	}
}

// TestLaw: of a file of everything, in which one thing at a time is changed, the schema
// takes what the compiler takes, and refuses what has something structural wrong.
func TestLaw(t *testing.T) {
	t.Parallel()
	a, err := txtar.ParseFile("testdata/everything.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range a.Files {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			if problems := refused(t, f.Name, f.Data, a.Files...); problems.Failed() {
				t.Fatal(problems.Err())
			}
			good, bad := 0, 0
			changed(t, f.Data, func(what string, text []byte) {
				problems := refused(t, f.Name, text, a.Files...)
				err := taken(validators[kind(f.Name)], text)
				found := rules(problems)
				switch {
				case len(found) == 0:
					if good++; err != nil {
						t.Errorf("%s: the compiler takes it, the schema says %v", what, err)
					}
				case slices.ContainsFunc(found, func(r string) bool { return slices.Contains(structural, r) }):
					if bad++; err == nil {
						t.Errorf("%s: the compiler says %v, the schema takes it", what, problems.Err())
					}
				}
			})
			t.Logf("%d good ones, %d bad ones", good, bad)
		})
	}
}
