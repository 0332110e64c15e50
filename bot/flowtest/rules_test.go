package flowtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/flow"
	"hogushi/bot/source"
)

// TestRules runs the examples: the bad one breaks its rule and no other, the good one none.
func TestRules(t *testing.T) {
	t.Parallel()
	dir := small(t)
	flows := flow.Read(dir)
	broken := func(example string) (rules []string) {
		if !strings.HasPrefix(example, "tests:") {
			example = "tests:\n  - test: 例\n    talk:\n      " + strings.ReplaceAll(example, "\n", "\n      ")
		}
		tests, problems := Read(fstest.MapFS{"tests/a.yaml": {Data: []byte(example)}})
		wrong, _ := NewBench(flows, clinic).Run(tests)
		for _, d := range slices.Concat(problems.Sorted(), wrong.Sorted()) {
			rules = append(rules, d.Rule)
		}
		return rules
	}
	for _, r := range Rules() {
		if got := broken(r.Bad); len(got) != 1 || got[0] != r.Name {
			t.Errorf("%s: its bad example gives %v", r.Name, got)
		}
		if got := broken(r.Good); len(got) > 0 {
			t.Errorf("%s: its good example gives %v", r.Name, got)
		}
		if r.Why.JA == "" || r.Why.EN == "" {
			t.Errorf("%s: without a reason", r.Name)
		}
	}
}

var ruleForm = regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`)

// TestEveryRule: each rule that the code names is explained somewhere, and each that is
// explained here is named.
func TestEveryRule(t *testing.T) {
	t.Parallel()
	known, own := map[string]bool{}, map[string]bool{}
	for _, r := range slices.Concat(source.Rules(), flow.Rules(), Rules()) {
		known[r.Name] = true
	}
	for _, r := range Rules() {
		own[r.Name] = true
	}
	named := map[string]bool{}
	files, _ := filepath.Glob("*.go")
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == "rules.go" {
			continue
		}
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, code, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) < 4 {
				return true
			}
			if fun, ok := call.Fun.(*ast.SelectorExpr); !ok || fun.Sel.Name != "Errorf" && fun.Sel.Name != "fail" {
				return true
			}
			if lit, ok := call.Args[1].(*ast.BasicLit); ok {
				if s, _ := strconv.Unquote(lit.Value); ruleForm.MatchString(s) {
					named[s] = true
				}
			}
			return true
		})
	}
	if len(named) < len(own) {
		t.Errorf("only %d rules are named", len(named))
	}
	for r := range named {
		if !known[r] {
			t.Errorf("nothing explains %s", r)
		}
	}
	for r := range own {
		if !named[r] {
			t.Errorf("nothing reports %s", r)
		}
	}
}
