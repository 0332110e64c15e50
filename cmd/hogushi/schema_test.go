package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hogushi/flows"
)

var modeline = regexp.MustCompile(`^# yaml-language-server: \$schema=(\S+)\n`)

// TestSchemas: those in flows/schema know the names of the shipped flows, and every shipped
// file says in its first line which is its own.
func TestSchemas(t *testing.T) {
	t.Parallel()
	all := schemas(flows.Files)
	for kind, s := range all {
		want, err := s.JSON()
		if err != nil {
			t.Fatal(err)
		}
		name := "../../flows/schema/" + kind + ".json"
		if got, err := os.ReadFile(name); err != nil || string(got) != string(want) {
			t.Errorf("%s is stale (%v); go run ./cmd/hogushi schema renews it", name, err)
		}
	}
	files, _ := filepath.Glob("../../flows/schema/*")
	for _, name := range files {
		if all[strings.TrimSuffix(filepath.Base(name), ".json")].Title == "" {
			t.Errorf("%s is made by nothing: remove it", name)
		}
	}
	seen := 0
	for _, pattern := range []string{"flows/*.yaml", "flows/tests/*.yaml", "flows/en/*.yaml", "config/*.yaml"} {
		names, _ := filepath.Glob("../../" + pattern)
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			seen++
			kind := strings.TrimSuffix(filepath.Base(name), ".yaml")
			switch {
			case filepath.Base(filepath.Dir(name)) == "tests":
				kind = "test"
			case filepath.Base(filepath.Dir(name)) == "en" && kind == "facts":
				kind = "translated-facts"
			case filepath.Base(filepath.Dir(name)) == "en":
				kind = "translation"
			case filepath.Base(filepath.Dir(name)) == "flows" && kind != "patterns" && kind != "facts":
				kind = "flow"
			}
			m := modeline.FindSubmatch(data)
			if m == nil {
				t.Errorf("%s: the first line must say # yaml-language-server: $schema=…", name)
				continue
			}
			if got, want := filepath.Join(filepath.Dir(name), string(m[1])), filepath.Join("../../flows/schema", kind+".json"); got != want {
				t.Errorf("%s names the schema %s, want %s", name, got, want)
			}
		}
	}
	if seen < 15 {
		t.Errorf("found only %d files", seen)
	}
}
