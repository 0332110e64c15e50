package config

import (
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"
)

// TestRules runs the examples: the bad one breaks its rule and no other, the good one none.
func TestRules(t *testing.T) {
	t.Parallel()
	load := func(example string) (rules []string) {
		dir := fstest.MapFS{"hogushi.yaml": {Data: []byte("channel: main\n")}, "clinic.yaml": {Data: []byte("name: 例\nphone: 0120-774-665\n")}}
		a := txtar.Parse([]byte(example))
		if lead := strings.TrimSpace(string(a.Comment)); lead != "" {
			dir["clinic.yaml"].Data = append(dir["clinic.yaml"].Data, a.Comment...)
		}
		for _, f := range a.Files {
			dir[f.Name] = &fstest.MapFile{Data: f.Data}
		}
		_, problems := Load(dir)
		for _, d := range problems.Sorted() {
			rules = append(rules, d.Rule)
		}
		return rules
	}
	for _, r := range Rules() {
		if got := load(r.Bad); len(got) != 1 || got[0] != r.Name {
			t.Errorf("%s: its bad example gives %v", r.Name, got)
		}
		if got := load(r.Good); len(got) > 0 {
			t.Errorf("%s: its good example gives %v", r.Name, got)
		}
		if r.Why.JA == "" || r.Why.EN == "" {
			t.Errorf("%s: without a reason", r.Name)
		}
	}
}
