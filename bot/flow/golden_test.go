package flow

import (
	"bytes"
	"flag"
	"fmt"
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

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/diag"
)

var update = flag.Bool("update", false, "rewrite the goldens; read what changes before committing it")

// testFacts: two are set, three are not.
var testFacts = Clinic{"clinic.name": "例クリニック", "clinic.phone": "0120-774-665", "clinic.hours": "", "clinic.map": "", "clinic.fax": ""}

// program adds to the files of an example what every program needs, unless it is there.
// "+patterns.yaml" holds steps that stand in for those of the same name; "-menu.yaml"
// leaves a file out.
func program(files map[string]string) fstest.MapFS {
	dir := fstest.MapFS{}
	add := func(name, text string) { dir[name] = &fstest.MapFile{Data: []byte(text)} }
	own := files["+patterns.yaml"]
	steps := own
	for _, name := range patternNames {
		switch {
		case strings.Contains(own, "- step: "+name+"\n"):
		case name == Interrupted.String():
			steps += "  - {step: interrupted, say: 途中です, choices: [{label: つづける方, go: stay}, {label: やめる方, go: leave}]}\n"
		default:
			steps += fmt.Sprintf("  - {step: %s, say: %s}\n", name, name)
		}
	}
	add("patterns.yaml", "flow: patterns\nsteps:\n"+steps+"commands: {menu: [メニュー], back: [戻る], cancel: [やめる]}\n"+
		"words: {\"yes\": はい, \"no\": いいえ, done: これで決定, pick-date: 日付を選ぶ, pick-time: 時間を選ぶ, prompt: お選びください, draft: 【公開前】, unset: （未記入）}\n")
	add("menu.yaml", "flow: menu\nsteps:\n  - step: start\n    say: メニューです\n    end: true\n")
	for name, text := range files {
		switch {
		case name[0] == '-':
			delete(dir, name[1:])
		case name[0] != '+':
			add(name, text)
		}
	}
	return dir
}

func rendered(problems *diag.List, dir fstest.MapFS, lang string) string {
	var b bytes.Buffer
	diag.Render(&b, problems.Sorted(), lang, func(file string) []byte {
		if f := dir[file]; f != nil {
			return f.Data
		}
		return nil
	})
	return b.String()
}

func archives(t *testing.T, pattern string) []string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatalf("no examples %s: %v", pattern, err)
	}
	return names
}

// TestErrors compiles each archive of testdata/err and compares all diagnostics, in both
// languages, with its files want.ja and want.en.
func TestErrors(t *testing.T) {
	t.Parallel()
	for _, name := range archives(t, "testdata/err/*") {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, want := map[string]string{}, map[string]string{}
			kept := a.Files[:0:0]
			for _, f := range a.Files {
				if lang, ok := strings.CutPrefix(f.Name, "want."); ok {
					want[lang] = string(f.Data)
					continue
				}
				kept = append(kept, f)
				files[f.Name] = string(f.Data)
			}
			dir := program(files)
			p, problems := Compile(dir, testFacts, Live)
			if problems.Len() == 0 {
				t.Fatal("nothing is reported")
			}
			if (p == nil) != problems.Failed() {
				t.Errorf("there is a program: %t, an error: %t", p != nil, problems.Failed())
			}
			for _, lang := range []string{"ja", "en"} {
				got := rendered(problems, dir, lang)
				if *update {
					kept = append(kept, txtar.File{Name: "want." + lang, Data: []byte(got)})
				} else if diff := cmp.Diff(want[lang], got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", lang, diff)
				}
			}
			if *update {
				a.Files = kept
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// TestGood compiles each archive of testdata/ok: nothing is to be reported.
func TestGood(t *testing.T) {
	t.Parallel()
	for _, name := range archives(t, "testdata/ok/*") {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files := map[string]string{}
			for _, f := range a.Files {
				files[f.Name] = string(f.Data)
			}
			dir := program(files)
			if p, problems := Compile(dir, testFacts, Live); p == nil || problems.Len() > 0 {
				t.Errorf("reported:\n%s", rendered(problems, dir, "en"))
			}
		})
	}
}

var ruleAtEnd = regexp.MustCompile(`(?m)^\S+: (?:error|warning): .* \[([a-z-]+)\]$`)

// TestRules wants an example of every rule that the code can report.
func TestRules(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, name := range archives(t, "testdata/err/*.txtar") {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range ruleAtEnd.FindAllStringSubmatch(string(text), -1) {
			shown[m[1]] = true
		}
	}
	for _, c := range oddFiles {
		shown[c.rule] = true
	}
	rules := rulesInCode(t, "*.go", "../source/*.go")
	if len(rules) < 50 {
		t.Errorf("found only %d rules: %v", len(rules), rules)
	}
	for _, r := range rules {
		if !shown[r] {
			t.Errorf("no example shows %s", r)
		}
	}
	for r := range shown {
		if !slices.Contains(rules, r) {
			t.Errorf("an example shows %s, which the code doesn't know", r)
		}
	}
}

// rulesInCode finds the names of rules: the second argument of Errorf, and Rule: in literals.
func rulesInCode(t *testing.T, patterns ...string) (rules []string) {
	t.Helper()
	add := func(e ast.Expr) {
		if s, ok := e.(*ast.SelectorExpr); ok && s.Sel.Name == "Rule" {
			return // of a Wording: it stands where that is
		}
		lit, ok := e.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING {
			t.Errorf("a rule's name is put together at %v: nobody can look for it", e)
			return
		}
		if r, err := strconv.Unquote(lit.Value); err == nil && !slices.Contains(rules, r) {
			rules = append(rules, r)
		}
	}
	for _, pattern := range patterns {
		for _, name := range archives(t, pattern) {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					if s, ok := n.Fun.(*ast.SelectorExpr); ok && s.Sel.Name == "Errorf" && len(n.Args) >= 4 {
						add(n.Args[1])
					}
				case *ast.KeyValueExpr:
					if k, ok := n.Key.(*ast.Ident); ok && k.Name == "Rule" {
						add(n.Value)
					}
				}
				return true
			})
		}
	}
	return rules
}

// oddFiles are what no archive can hold.
var oddFiles = []struct {
	rule, at string
	dir      fstest.MapFS
}{
	{"no-flows", ".", fstest.MapFS{}},
	{"no-flows", ".", fstest.MapFS{"facts.yaml": {}, ".#menu.yaml": {}, "README.md": {}, "sub/menu.yaml": {}}},
	{"unreadable-file", "dir.yaml", program(map[string]string{"dir.yaml/x": ""})},
	{"not-utf8", "a.yaml:1:1", program(map[string]string{"a.yaml": "flow: \xff\n"})},
	{"file-too-large", "a.yaml:1:1", program(map[string]string{"a.yaml": "flow: " + strings.Repeat("a", 1<<20)})},
	{"odd-line-break", "a.yaml:1:8", program(map[string]string{"a.yaml": "flow: a\rsteps: []\r"})},
	{"too-deep", "a.yaml:1:67", program(map[string]string{"a.yaml": strings.Repeat("- ", 40) + "a"})},
}

func TestOddFiles(t *testing.T) {
	t.Parallel()
	for _, c := range oddFiles {
		p, problems := Compile(c.dir, testFacts, Live)
		all := problems.Sorted()
		i := slices.IndexFunc(all, func(d diag.Diagnostic) bool { return d.Rule == c.rule })
		if p != nil || i < 0 || all[i].Pos.String() != c.at {
			t.Errorf("%s: got %v, want it at %s", c.rule, problems.Err(), c.at)
		}
	}
}
