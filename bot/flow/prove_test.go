package flow

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

// mapped is a step with a button that depends on a fact, endless are some that say a little each.
const (
	mapped  = "- step: start\n  say: どうぞ\n  choices: [{label: 地図, link: \"{{clinic.map?}}\"}, {label: メニュー, go: menu}]\n"
	endless = "- {step: b, say: [あ, い, う, え, お]}\n- {step: c, say: おわり, end: true}\n"
)

// inEnglish is a file that says an example in English.
func inEnglish(texts string) string {
	return "-- en/example.yaml --\nflow: example\ntexts:\n" + texts + "\n"
}

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
		{"English too long behind a fact", "- {step: start, prompt: \"時間は{{clinic.hours}}\", choices: [{label: メニュー, go: menu}]}\n" + inEnglish("  - {ja: \"時間は{{clinic.hours}}\", text: \"{{clinic.hours}} "+strings.Repeat("a", 150)+"\"}\n  - {ja: メニュー, text: Menu}"), testFacts, "text-length"},
		{"English buttons alike behind a fact", mapped + inEnglish("  - {ja: 地図, text: See}\n  - {ja: メニュー, text: see}\n  - {ja: どうぞ, text: Well}"), testFacts, "duplicate-label"},
		{"English too much behind a fact", "- {step: start, say: \"" + strings.Repeat("{{clinic.hours}}", 10) + "\"}\n" + endless + inEnglish("  - {ja: \""+strings.Repeat("{{clinic.hours}}", 10)+"\", text: \""+strings.Repeat("{{clinic.hours}}", 10)+strings.Repeat("a", 4880)+"\"}"), testFacts, "long-reply"},
		{"nothing to find in English", mapped + inEnglish("  - {ja: 地図, text: Map}\n  - {ja: メニュー, text: Menu}\n  - {ja: どうぞ, text: Well}"), testFacts, ""},
		{"nothing to find", "- {step: start, say: \"時間は{{clinic.hours}}\", without_facts: お電話で, go: menu}", testFacts, ""},
	} {
		dir := program(example(c.text))
		if _, problems := Compile(dir, c.now, Live); problems.Failed() {
			t.Fatalf("%s: %v", c.name, problems.Err())
		}
		_, problems := Prove(dir, c.now, []Clinic{testFacts, set})
		found := slices.DeleteFunc(problems.Sorted(), func(d diag.Diagnostic) bool { return d.Severity != diag.Error })
		if len(found) > 1 || c.rule == "" && len(found) > 0 || c.rule != "" && (len(found) == 0 || found[0].Rule != c.rule) {
			t.Errorf("%s: got %v, want %s", c.name, found, c.rule)
		}
	}
}

// thrice proves in the plain way: it compiles for each clinic anew, all of it.
func thrice(sources *Sources, clinic Clinic, others []Clinic) *diag.List {
	_, problems := sources.Compile(clinic, Live)
	var all []*diag.List
	for _, o := range others {
		_, found := sources.Compile(o, Live)
		all = append(all, found)
	}
	problems.Join(hold(problems, all...))
	return problems
}

// extremes are a clinic of which nothing is known, and one of which everything is, at length.
func extremes(clinic Clinic) []Clinic {
	none, all := Clinic{}, Clinic{}
	for name, value := range clinic {
		none[name], all[name] = "", strings.Repeat("長", 80)
		if slices.Contains(Essential, name) {
			none[name] = value
		}
		if strings.Contains(name, "map") || strings.Contains(name, "url") {
			all[name] = "https://example.jp/" + strings.Repeat("a", 400)
		}
	}
	if _, ok := clinic[chatFact]; ok {
		all[chatFact] = chatOn
	}
	all["clinic.phone"] = "0120-774-665-00"
	return []Clinic{none, all}
}

// held are flows that hold for some clinics only.
var held = []string{
	"- step: start\n  say: どうぞ\n  choices: [{label: 地図, link: \"{{clinic.map?}}\"}]",
	"- step: start\n  say: どうぞ\n  quick: [{label: 地図, link: \"{{clinic.map?}}\"}]\n- {step: two, say: 次, go: start}",
	"- step: start\n  say: どうぞ\n  quick: [{label: 地図, link: \"{{clinic.map?}}\"}]\n  go: start",
	"- step: start\n  choices: [{label: 地図, link: \"{{clinic.map?}}\"}]\n  go: menu",
	"- step: start\n  quick: [{label: 地図, link: \"{{clinic.map?}}\"}]\n  # 承知: silent-question いまは\n- {step: two, say: 次, go: menu}",
	"- step: start\n  say: [\"{{clinic.hours?}}\", b, c]\n- step: two\n  say: [d, e, \"" + strings.Repeat("{{clinic.fax}}", 20) + strings.Repeat("あ", 3400) + "\"]\n  go: menu",
	"- step: start\n  say: \"" + strings.Repeat("{{clinic.fax}}", 60) + strings.Repeat("あ", 300) + "\"\n  go: menu",
	"-- talk.yaml --\nflow: talk\ntriggers: [はじめ]\nfields:\n  how: {type: one_of, label: 方法, options: [LINE, 電話], line: LINE}\nsteps:\n  - step: start\n    say: どちらで\n    ask: how\n    branch:\n      - {when: {how: LINE}, go: menu}\n      - {when: {how: 電話}, go: end}\n  - {step: end, say: \"{{chosen}}\", end: true}\n",
	"-- talk.yaml --\nflow: talk\ntriggers: [はじめ]\nfields:\n  how: {type: one_of, label: 方法, options: [LINE, 電話], line: LINE}\n  more: {type: text, label: 他, when: {how: LINE}}\nsteps:\n  - step: start\n    say: どちらで\n    ask: how\n    branch:\n      - {when: {how: 電話}, go: end}\n  - {step: two, set: {how: LINE}, go: start}\n  - {step: end, say: \"{{how}}\", ask: more}\n",
	"- step: start\n  say: どうぞ\n  quick: [{label: 地図, link: \"{{clinic.map?}}\"}]\n- {step: two, say: 次, go: start, odd: x}",
	"- step: start # 承知: silent-question いまは\n  choices: [{label: 地図, link: \"{{clinic.map}}\"}, {label: メニュー, go: menu}]",
	"-- talk.yaml --\nflow: talk\ntriggers: [はじめ]\nfields:\n  name: {type: name, label: お名前, personal: true}\nsteps:\n  - step: start\n    say: どうぞ\n    quick: [{label: 地図, link: \"{{clinic.map?}}\"}]\n  - {step: two, say: お名前は, ask: name}\n  - {step: three, handoff: [name], say: はい, end: true}\n",
	"-- talk.yaml --\nflow: talk\ntriggers: [はじめ]\nfields:\n  how: {type: one_of, label: 方法, options: [0123456789012345678, 電話], line: \"0123456789012345678\"}\nsteps:\n  - {step: start, say: どちらで, ask: how, go: end}\n  - {step: end, say: \"" + strings.Repeat("{{entered}}", 200) + strings.Repeat("あ", 800) + "\", end: true}\n",
	mapped + inEnglish("  - {ja: 地図, text: See}\n  - {ja: メニュー, text: see}\n  - {ja: どうぞ, text: Well}"),
	mapped + inEnglish("  - {ja: 地図, text: See}\n  - {ja: メニュー, text: a label that is too long for LINE}"),
	"- {step: start, say: \"{{clinic.hours?}}\", quick: [{label: 地図, link: \"{{clinic.map?}}\"}]}\n- {step: two, say: \"{{clinic.fax}}\", go: start}\n" + inEnglish("  - {ja: \"{{clinic.hours?}}\", text: \"{{clinic.hours?}}"+strings.Repeat("a", 4950)+"\"}\n  - {ja: \"{{clinic.fax}}\", text: \"{{clinic.fax}} "+strings.Repeat("b", 4950)+"\"}"),
	"-- example.yaml --\nflow: example\ntriggers: [はじめ]\nfields:\n  how: {type: one_of, label: 方法, options: [LINE, 電話], line: LINE}\nsteps:\n  - {step: start, say: どちらで, ask: how, go: end}\n  - {step: end, say: \"{{how}}{{entered}}\", prompt: \"{{how}}\", choices: [{label: メニュー, go: menu}]}\n" +
		inEnglish("  - {ja: LINE, text: a label that is too long for LINE}\n  - {ja: 電話, text: menu}\n  - {ja: メニュー, text: Menu}\n  - {ja: \"{{how}}\", text: \"{{how}}"+strings.Repeat("a", 150)+"\"}\n  - {ja: 方法, text: "+strings.Repeat("How ", 20)+"}\n  - {ja: \"{{how}}{{entered}}\", text: \"{{how}}{{entered}}"+strings.Repeat("b", 4930)+"\"}"),
	"-- patterns.yaml --\n  - step: interrupted\n    say: 途中です\n    choices: [{label: つづける方, go: stay}, {label: やめる方, go: leave}, {label: 地図, link: \"{{clinic.map?}}\"}]\n",
}

// TestProve: to read again only what can differ finds what compiling all of it anew does.
func TestProve(t *testing.T) {
	t.Parallel()
	dirs := map[string]fstest.MapFS{}
	for i, r := range slices.Concat(source.Rules(), Rules()) {
		dirs[fmt.Sprintf("%d %s bad", i, r.Name)] = program(example(r.Bad))
		dirs[fmt.Sprintf("%d %s good", i, r.Name)] = program(example(r.Good))
	}
	for seed := range uint64(shippedEvery + 1) {
		dirs[fmt.Sprintf("seed %d", seed)] = mutated(t, seed)
	}
	for i, text := range held {
		dirs[fmt.Sprintf("text %d", i)] = program(example(text))
	}
	for name, dir := range dirs {
		now := clinicOf(dir)
		now[chatFact] = ""
		others := extremes(now)
		clinics := []Clinic{now, others[0], others[1]}
		if !strings.HasPrefix(name, "text") {
			clinics = clinics[:1] // it takes seconds with the race detector
		}
		sources := Read(dir)
		for i, clinic := range clinics {
			_, got := Prove(dir, clinic, others)
			if got, want := rendered(got, dir, "ja"), rendered(thrice(sources, clinic, others), dir, "ja"); got != want {
				t.Errorf("%s, clinic %d:\ngot\n%s\nwant\n%s", name, i, got, want)
			}
		}
	}
}
