package flow

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/png"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

var update = flag.Bool("update", false, "rewrite the goldens; read what changes before committing it")

// testFacts: two are set, three are not.
var testFacts = Clinic{"clinic.name": "例クリニック", "clinic.phone": "0120-774-665", "clinic.hours": "", "clinic.map": "", "clinic.fax": ""}

// program adds to the files of an example what every program needs, unless it is there.
// "+patterns.yaml" holds steps, or commands, that stand in for those that every program has; "-menu.yaml" leaves a file
// out, "-patterns.yaml/sticker" a step. Where it is spoken of, there is an image "steps.png".
func program(files map[string]string) fstest.MapFS {
	dir := fstest.MapFS{}
	add := func(name, text string) { dir[name] = &fstest.MapFile{Data: []byte(text)} }
	own, commands := files["+patterns.yaml"], "commands: {menu: [メニュー], back: [戻る], cancel: [やめる]}\n"
	if strings.HasPrefix(own, "commands:") {
		own, commands = "", own
	}
	steps := own
	var left []string
	for name := range files {
		if step, ok := strings.CutPrefix(name, "-patterns.yaml/"); ok {
			left = append(left, step)
		}
	}
	for _, name := range patternNames {
		switch {
		case strings.Contains(own, "- step: "+name+"\n"), slices.Contains(left, name):
		case name == Interrupted.String():
			steps += "  - {step: interrupted, say: 途中です, choices: [{label: つづける方, go: stay}, {label: やめる方, go: leave}]}\n"
		case name == Unsure.String():
			steps += "  - {step: unsure, say: 119, choices: [{label: はい, go: patterns/emergency}, {label: いいえ, go: patterns/calm}], quick: [{label: 救急車, link: \"tel:119\"}]}\n"
		case slices.ContainsFunc(vital, func(p Pattern) bool { return p.String() == name }):
			steps += fmt.Sprintf("  - {step: %s, say: 119, choices: [{label: 救急車, link: \"tel:119\"}]}\n", name)
		default:
			steps += fmt.Sprintf("  - {step: %s, say: %s}\n", name, name)
		}
	}
	add("patterns.yaml", "flow: patterns\nsteps:\n"+steps+commands+
		"words: {\"yes\": はい, \"no\": いいえ, done: これで決定, pick-date: 日付を選ぶ, pick-time: 時間を選ぶ, prompt: お選びください, draft: 【公開前】, unset: （未記入）}\n")
	add("menu.yaml", "flow: menu\nsteps:\n  - step: start\n    say: メニューです\n    end: true\n")
	for name, text := range files {
		switch {
		case name[0] == '-':
			maps.DeleteFunc(dir, func(file string, _ *fstest.MapFile) bool {
				gone, _ := path.Match(name[1:], file)
				return gone
			})
		case name[0] != '+':
			add(name, text)
		}
	}
	for _, text := range files {
		if strings.Contains(text, "steps.png") || files["images/steps.png"] != "" {
			dir["images/steps.png"] = &fstest.MapFile{Data: picture(40, 30)}
		}
	}
	return dir
}

// picture is a PNG of a size in pixels.
func picture(width, height int) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))); err != nil {
		panic(err)
	}
	return b.Bytes()
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

// TestRules runs the examples of every rule: the bad one breaks that rule and no other, the
// good one none. What the code can report is on the list, and nothing else is.
func TestRules(t *testing.T) {
	t.Parallel()
	rules := slices.Concat(source.Rules(), Rules())
	listed := map[string]bool{}
	for _, r := range rules {
		if listed[r.Name] || r.Why.JA == "" || r.Why.EN == "" {
			t.Errorf("%s: twice, or without a reason", r.Name)
		}
		listed[r.Name] = true
		check := func(dir fstest.MapFS) *diag.List {
			p, problems := Compile(dir, testFacts, Live)
			if r.Name == "unreviewed" && p != nil {
				problems = p.Release("2026-11-26")
				problems.Drop(func(d diag.Diagnostic) bool { return d.File == "patterns.yaml" })
			}
			return problems
		}
		dir := program(example(r.Bad))
		problems := check(dir)
		all := problems.Sorted()
		beside := map[string]string{"silence-error": "dead-end", "too-deep": "wrong-type"}[r.Name] // there is none without the other
		all = slices.DeleteFunc(all, func(d diag.Diagnostic) bool { return d.Rule == beside })
		if len(all) != 1 || all[0].Rule != r.Name || all[0].Severity != r.Severity {
			t.Errorf("%s: its bad example gives\n%s", r.Name, rendered(problems, dir, "ja"))
		}
		dir = program(example(r.Good))
		if problems := check(dir); r.Good == "" || problems.Len() > 0 {
			t.Errorf("%s: its good example gives\n%s", r.Name, rendered(problems, dir, "ja"))
		}
	}
	code := rulesInCode(t, "*.go", "../source/*.go")
	if len(code) < 50 {
		t.Errorf("found only %d rules: %v", len(code), code)
	}
	for _, name := range code {
		if !listed[name] {
			t.Errorf("%s is reported, and not on the list", name)
		}
	}
	for name := range listed {
		if !slices.Contains(code, name) {
			t.Errorf("%s is on the list, which the code doesn't know", name)
		}
	}
}

// example makes files of an example: see Rules.
func example(text string) map[string]string {
	archive := txtar.Parse([]byte(text))
	files := map[string]string{}
	if lead := strings.TrimSpace(string(archive.Comment)); lead != "" {
		whole := string(archive.Comment)
		if !strings.HasPrefix(lead, "flow:") {
			whole = "flow: example\ntriggers: [れい]\nsteps:\n  " + strings.ReplaceAll(lead, "\n", "\n  ") + "\n"
		}
		name, _, _ := strings.Cut(strings.TrimPrefix(whole, "flow: "), "\n")
		if !nameForm.MatchString(name) {
			name = "example"
		}
		files[name+".yaml"] = whole
	}
	for _, f := range archive.Files {
		name := f.Name
		if name == "patterns.yaml" {
			name = "+" + name
		}
		files[name] = string(f.Data)
	}
	return files
}

// rulesInCode finds the names of rules: the second argument of Errorf, and Rule: in literals.
func rulesInCode(t *testing.T, patterns ...string) (rules []string) {
	t.Helper()
	add := func(e ast.Expr) {
		if s, ok := e.(*ast.SelectorExpr); ok && (s.Sel.Name == "Rule" || s.Sel.Name == "rule") {
			return // of a Wording or a slip: it stands where that is
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
					if k, ok := n.Key.(*ast.Ident); ok && (k.Name == "Rule" || k.Name == "rule") {
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
	{"missing-menu", "menu.yaml", program(map[string]string{"-menu.yaml": ""})},
	{"missing-patterns", "patterns.yaml", program(map[string]string{"-patterns.yaml": ""})},
	{"missing-pattern", "patterns.yaml:1:7", fstest.MapFS{"menu.yaml": {Data: []byte("flow: menu\nsteps:\n  - {step: start, say: メニュー, end: true}\n")}, "patterns.yaml": {Data: []byte("flow: patterns\ncommands: {menu: [a], back: [b], cancel: [c]}\nwords: {\"yes\": はい, \"no\": いいえ, done: d, pick-date: e, pick-time: f, prompt: g, draft: h, unset: i}\nsteps:\n  - {step: sticker, say: どうも}\n")}}},
	{"duplicate-command", "patterns.yaml:1:63", fstest.MapFS{"patterns.yaml": {Data: []byte("{flow: patterns, commands: {menu: [あ], back: [い], cancel: [う, い]}, steps: []}")}}},
	{"silence-error", "a.yaml:4:27", program(map[string]string{"a.yaml": "flow: a\ntriggers: [あ]\nsteps:\n  - {step: start, say: あ} # 承知: dead-end あとで\n"})},
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
