package config

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/tools/txtar"
)

// TestRules runs the examples: the bad one breaks its rule and no other, the good one none.
func TestRules(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)
	load := func(example, rule string) (rules []string) {
		dir := fstest.MapFS{"hogushi.yaml": {Data: []byte("channel: main\n")}, "clinic.yaml": {Data: []byte("name: 例\nphone: 0120-774-665\n")}}
		a := txtar.Parse([]byte(example))
		if lead := strings.TrimSpace(string(a.Comment)); lead != "" {
			dir["clinic.yaml"].Data = append(dir["clinic.yaml"].Data, a.Comment...)
		}
		for _, f := range a.Files {
			dir[f.Name] = &fstest.MapFile{Data: f.Data}
		}
		s, problems := Load(dir)
		if f := dir["text"]; f != nil {
			for _, f := range Numbers(dir, s.Clinic)(string(f.Data)) {
				rules = append(rules, f.Rule)
			}
		}
		for _, d := range problems.Sorted() {
			rules = append(rules, d.Rule)
		}
		for _, d := range Release(dir, now).Sorted() { // there is always more to fill in than an example shows
			if d.Rule == rule && (d.Rule != "unfilled" || strings.Contains(d.Message.EN, "address")) && (d.Rule != "unchecked-hotline" || dir["hotlines.yaml"] != nil) {
				rules = append(rules, d.Rule)
			}
		}
		return rules
	}
	for _, r := range Rules() {
		if got := load(r.Bad, r.Name); len(got) != 1 || got[0] != r.Name {
			t.Errorf("%s: its bad example gives %v", r.Name, got)
		}
		if got := load(r.Good, r.Name); len(got) > 0 {
			t.Errorf("%s: its good example gives %v", r.Name, got)
		}
		if r.Why.JA == "" || r.Why.EN == "" {
			t.Errorf("%s: without a reason", r.Name)
		}
	}
}
