package flow

import (
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/diag"
)

// TestNames: a file or a directory with another name, or copied, gives one diagnostic, which says the mend.
func TestNames(t *testing.T) {
	t.Parallel()
	right := map[string]string{
		"talk.yaml":       "flow: talk\ntriggers: [お話]\nfields: {color: {type: text, label: 色}}\nsteps:\n  - {step: start, say: お話です, facts: [T1]}\n  - {step: next, say: 何色ですか, ask: color, go: menu}\n",
		"more.yaml":       "flow: more\ntriggers: [ほか]\nsteps:\n  - {step: start, say: ほかのお話です, quick: [{label: お話へ, go: talk}, {label: 続きへ, go: next}]}\n  - {step: next, say: 続きです, go: menu}\n",
		"facts.yaml":      "facts:\n  T1: {text: お話, strength: asserted, words: [お話]}\n",
		"en/facts.yaml":   "facts:\n  T1: {words: [talk]}\n",
		"en/talk.yaml":    "flow: talk\ntexts:\n  - {ja: お話です, text: A talk}\n  - {ja: 何色ですか, text: Which colour}\n  - {ja: 色, text: Colour}\n",
		"en/more.yaml":    "flow: more\ntexts:\n  - {ja: ほかのお話です, text: Another talk}\n  - {ja: お話へ, text: To the talk}\n  - {ja: 続きへ, text: More}\n  - {ja: 続きです, text: There is more}\n",
		"tests/talk.yaml": "tests:\n  - test: お話\n    talk: [{send: お話, at: talk/next}]\n",
	}
	if dir := program(right); rendered(problemsOf(dir), dir, "ja") != "" {
		t.Fatal(rendered(problemsOf(dir), dir, "ja"))
	}
	for _, tt := range []struct{ from, to, rule, at, says string }{
		{"talk.yaml", "talk.yml", "file-ending", "talk.yml", "「.yaml」"},
		{"talk.yaml", "talk.YAML", "file-ending", "talk.YAML", "「.yaml」"},
		{"talk.yaml", "talk.yaml.txt", "file-ending", "talk.yaml.txt", "「.yaml」"},
		{"menu.yaml", "menu.yml", "file-ending", "menu.yml", "「.yaml」"},
		{"patterns.yaml", "patterns.yml", "file-ending", "patterns.yml", "「.yaml」"},
		{"facts.yaml", "facts.yml", "file-ending", "facts.yml", "「.yaml」"},
		{"en/talk.yaml", "en/talk.yml", "file-ending", "en/talk.yml", "「.yaml」"},
		{"en/facts.yaml", "en/facts.yml", "file-ending", "en/facts.yml", "「.yaml」"},
		{"tests/talk.yaml", "tests/talk.yml", "file-ending", "tests/talk.yml", "「.yaml」"},
		{"tests/talk.yaml", "test/talk.yaml", "unread-directory", "test", "「tests」"},
		{"+en/talk.yaml", "english/talk.yaml", "unread-directory", "english", "「en」のように"},
		{"talk.yaml", "speech.yaml", "flow-name", "speech.yaml:1:7", "「talk.yaml」"},
		{"talk.yaml", "Talk.yaml", "flow-name", "Talk.yaml:1:7", "「talk.yaml」"},
		{"menu.yaml", "main.yaml", "flow-name", "main.yaml:1:7", "「menu.yaml」"},
		{"patterns.yaml", "pattern.yaml", "flow-name", "pattern.yaml:1:7", "「patterns.yaml」"},
		{"+talk.yaml", "talk2.yaml", "flow-name", "talk2.yaml:1:7", "「talk2」"},
		{"+talk.yaml", "talk copy.yaml", "flow-name", "talk copy.yaml:1:7", "「flow: talk-copy」"},
		{"+talk.yaml", "talk のコピー.yaml", "flow-name", "talk のコピー.yaml:1:7", "新しい名前"},
		{"+talk.yaml", "talk (1).yaml", "flow-name", "talk (1).yaml:1:7", "新しい名前"},
		{"+en/talk.yaml", "en/talk のコピー.yaml", "flow-name", "en/talk のコピー.yaml:1:7", "「talk.yaml」"},
		{"menu.yaml", "", "missing-menu", "menu.yaml", "メニュー"},
		{"facts.yaml", "", "missing-facts", "facts.yaml", "元にもどして"},
		{"en/facts.yaml", "", "unchecked-fact", "en/facts.yaml", "words"},
	} {
		dir := program(right)
		from, copied := strings.CutPrefix(tt.from, "+")
		file := dir[from]
		if tt.to != "" {
			dir[tt.to] = file
		}
		if !copied {
			delete(dir, from)
		}
		all := problemsOf(dir).Sorted()
		if len(all) != 1 || all[0].Rule != tt.rule || all[0].Pos.String() != tt.at || !strings.Contains(all[0].Message.JA+all[0].Hint.JA, tt.says) {
			t.Errorf("%s as %s:\n%s", tt.from, tt.to, rendered(problemsOf(dir), dir, "ja"))
		}
	}
	dir := program(right)
	for _, name := range []string{"facts.yaml", "talk.yaml", "more.yaml"} {
		dir["english/"+name] = dir["en/"+name]
		delete(dir, "en/"+name)
	}
	dir["talk.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(right["talk.yaml"], "say: お話です", "say: お話です, language: en", 1))}
	if all := problemsOf(dir).Sorted(); len(all) != 1 || all[0].Rule != "unread-directory" || all[0].Severity != diag.Error || !strings.Contains(all[0].Hint.JA, "「en」") {
		t.Errorf("a language under another name: %v", all)
	}
	dir = program(right)
	delete(dir, "en/more.yaml")
	if p, _ := Compile(dir, testFacts, Live); len(p.Untranslated()) != 3 || p.Untranslated()[1] != "en/more.yaml" {
		t.Errorf("untranslated are %v", p.Untranslated())
	}
}

func problemsOf(dir fstest.MapFS) *diag.List {
	_, problems := Compile(dir, testFacts, Live)
	return problems
}

// TestMisspelt: what stands behind a misspelt key at the top of a file isn't missed.
func TestMisspelt(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"commands:", "words:", "steps:", "flow:"} {
		dir := program(nil)
		patterns := string(dir["patterns.yaml"].Data)
		dir["patterns.yaml"] = &fstest.MapFile{Data: []byte(strings.Replace(patterns, key, "x"+key, 1))}
		if all := problemsOf(dir).Sorted(); len(all) != 1 || all[0].Rule != "unknown-key" {
			t.Errorf("%s:\n%s", key, rendered(problemsOf(dir), dir, "ja"))
		}
	}
}
