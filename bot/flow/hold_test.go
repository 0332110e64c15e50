package flow

import (
	"maps"
	"testing"
)

// TestHold: what is right only as long as a fact isn't set, or only while it is, is reported.
func TestHold(t *testing.T) {
	t.Parallel()
	set := maps.Clone(testFacts)
	set["clinic.map"], set["clinic.hours"] = "https://example.jp/", "9:00〜12:00"
	for _, c := range []struct {
		name, text string
		now        Clinic
		rule       string
	}{
		{"a question without words behind a fact", "- step: start\n  choices: [{label: 地図, link: \"{{clinic.map}}\"}, {label: メニュー, go: menu}]", testFacts, "silent-question"},
		{"a menu that can close", "-- menu.yaml --\nflow: menu\nsteps:\n  - {step: start, say: \"時間は{{clinic.hours}}\", end: true}", set, "unset-fact"},
		{"nothing to find", "- {step: start, say: \"時間は{{clinic.hours}}\", without_facts: お電話で, go: menu}", testFacts, ""},
	} {
		s := Read(program(example(c.text)))
		_, problems := s.Compile(c.now, Live)
		if problems.Failed() {
			t.Fatalf("%s: %v", c.name, problems.Err())
		}
		found := Hold(problems, s.Problems(testFacts), s.Problems(set)).Sorted()
		if len(found) > 1 || c.rule == "" && len(found) > 0 || c.rule != "" && (len(found) == 0 || found[0].Rule != c.rule) {
			t.Errorf("%s: got %v, want %s", c.name, found, c.rule)
		}
	}
}
