package schema_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// places are where something can go wrong: a file in which % stands for what is there, and
// something good to stand there.
var places = map[string]struct{ file, text, good string }{
	"step":    {"a.yaml", "flow: a\ntriggers: [はじめます]\nfields: {memo: {type: text}, side: {type: one_of, options: [右, 左]}}\nsteps:\n  - %\n  - {step: last, say: おわり, ask: memo, go: menu}\n", "{step: start, say: やあ, ask: side}"},
	"choice":  {"a.yaml", "flow: a\ntriggers: [はじめます]\nfields: {memo: {type: text}}\nsteps:\n  - step: start\n    say: やあ\n    choices:\n      - %\n      - {label: もどらない, go: menu}\n  - {step: last, say: おわり, ask: memo, go: menu}\n", "{label: つぎ, go: last}"},
	"field":   {"a.yaml", "flow: a\ntriggers: [はじめます]\nfields:\n  %\nsteps:\n  - {step: start, say: やあ, ask: it, go: menu}\n", "it: {type: one_of, options: [右, 左]}"},
	"flow":    {"a.yaml", "%", "flow: a\ntriggers: [はじめます]\nsteps:\n  - {step: start, say: やあ, go: menu}\n"},
	"pattern": {"patterns.yaml", "", ""}, // see TestBad
	"facts":   {"facts.yaml", "%", "facts: {F1: {text: あ, strength: asserted, tell: may, words: [い]}}\n"},
	"hogushi": {"config/hogushi.yaml", "channel: main\n%\n", "unknown: quiet"},
	"clinic":  {"config/clinic.yaml", "name: 例\nphone: 03-1234-5678\n%\n", "access: {station: 広尾駅}"},
	"talk":    {"tests/a.yaml", "tests:\n  - test: 例\n    talk:\n      - {at: menu}\n      - %\n", "{send: メニュー, at: menu}"},
	"test":    {"tests/a.yaml", "tests:\n  - %\n", "{test: 例, talk: [{send: メニュー, at: menu}]}"},
	"said":    {"en/menu.yaml", "flow: menu\ntexts:\n  - {ja: おわり, text: The end}\n  - %\n", "{ja: やあ, text: Hello}"},
	"hotline": {"config/hotlines.yaml", "- {key: a, name: 救急, number: \"119\"}\n- %\n", "{key: b, name: 相談, number: \"#7119\"}"},
}

func init() {
	p := places["pattern"]
	data, err := os.ReadFile("../../cmd/hogushi/testdata/flows/patterns.yaml")
	if err != nil {
		panic(err)
	}
	m := regexp.MustCompile(`(?s)^(.*\n)(  - step: broken\n.*?\n)(  - step: .*)$`).FindSubmatch(data)
	p.text, p.good = string(m[1])+"%\n"+string(m[3]), string(m[2])
	places["pattern"] = p
}

const long = "ああああああああああああああああああああい" // 21

var bad = []struct{ place, rule, text string }{
	// keys
	{"step", "unknown-key", "{step: start, sey: やあ, ask: side}"},
	{"step", "unknown-key", "{step: start, say: やあ, ask: side, 次へ: last}"},
	{"flow", "unknown-key", "flow: a\ntitel: あ\ntriggers: [はじめます]\nsteps:\n  - {step: start, say: やあ, go: menu}\n"},
	{"flow", "unknown-key", "flow: a\ncommands: {menu: [あ]}\ntriggers: [はじめます]\nsteps:\n  - {step: start, say: やあ, go: menu}\n"},
	{"choice", "unknown-key", "{label: つぎ, goto: last}"},
	{"choice", "colon-space", "{label: つぎ, go:last}"},
	{"field", "unknown-key", "it: {type: text, required: true}"},
	{"step", "unknown-key", "{step: start, say: やあ, cards: [{text: あ, image: い, choices: [{label: う, go: last}]}]}"},
	{"step", "unknown-key", "{step: start, say: やあ, branch: [{if: {side: 右}, go: last}]}"},
	{"facts", "unknown-key", "facts: {F1: {text: あ, strength: asserted, tell: may, words: [い], source: S1}}\n"},
	{"facts", "unknown-key", "fact: {}\n"},
	{"hogushi", "unknown-key", "chanel: a"},
	{"hogushi", "unknown-key", "handoff: {mail: full}"},
	{"clinic", "unknown-key", "access: {statoin: 広尾駅}"},
	{"clinic", "unknown-key", "acess: {station: 広尾駅}"},
	{"said", "unknown-key", "{ja: やあ, txt: Hello}"},
	{"said", "missing-key", "{ja: やあ}"},
	{"said", "wrong-type", "やあ"},
	{"step", "image-alone", "{step: start, image: {file: x.png, alt: 図}, ask: side}"},
	{"step", "missing-key", "{step: start, image: {file: x.png}, say: やあ, ask: side}"},
	{"step", "wrong-type", "{step: start, image: x.png, say: やあ, ask: side}"},
	{"step", "unknown-language", "{step: start, language: English, say: やあ, ask: side}"},
	{"hotline", "unknown-key", "{key: b, nmae: 相談, number: \"#7119\"}"},

	{"talk", "unknown-key", "{sned: メニュー}"},
	{"test", "unknown-key", "{test: 例, talks: [], talk: [{send: メニュー, at: menu}]}"},

	// what must be there
	{"test", "missing-key", "{talk: [{send: メニュー, at: menu}]}"},
	{"test", "missing-key", "{test: 例}"},
	{"test", "missing-key", "{test: 例, talk: []}"},
	{"test", "test-expects-nothing", "{test: 例, talk: [{send: メニュー}]}"},
	{"talk", "empty-line", "{}"},
	{"flow", "missing-key", "triggers: [はじめます]\nsteps:\n  - {step: start, say: やあ, go: menu}\n"},
	{"flow", "no-steps", "flow: a\ntriggers: [はじめます]\n"},
	{"flow", "no-steps", "flow: a\nsteps: []\n"},
	{"step", "missing-key", "{say: やあ, ask: side}"},
	{"step", "empty-step", "{step: start}"},
	{"step", "empty-step", "{step: start, topic: fee, facts: []}"},
	{"choice", "missing-key", "{go: last}"},
	{"choice", "missing-key", "{label: , go: last}"},
	{"step", "missing-key", "{step: start, say: やあ, consent: {version: あ, \"yes\": い, \"no\": う}}"},
	{"step", "missing-key", "{step: start, say: やあ, go: last, reviewed: {on: 2026-11-22}}"},
	{"step", "reviewed-form", "{step: start, say: やあ, go: last, reviewed: {by: 院長, on: 昨日}}"},
	{"step", "missing-key", "{step: start, say: やあ, branch: [{when: {side: 右}}]}"},
	{"step", "missing-key", "{step: start, say: やあ, cards: [{title: あ, choices: [{label: う, go: last}]}]}"},
	{"facts", "missing-key", "facts: {F1: {text: あ, tell: may, words: [い]}}\n"},
	{"facts", "missing-key", "facts: {F1: {text: あ, strength: asserted, tell: may, words: []}}\n"},
	{"pattern", "missing-pattern", ""},
	{"clinic", "doctor-facts", "doctors: {name_1: 例, title_1: 医師, certified_by_1: 会, employment_1: 常勤}"},
	{"hotline", "missing-key", "{key: b, name: 相談}"},
	{"hotline", "missing-key", "{key: b, name: 相談, number: }"},

	// kinds of values
	{"step", "wrong-type", "{step: start, say: {あ: い}, ask: side}"},
	{"step", "wrong-type", "{step: start, say: やあ, ask: [side]}"},
	{"step", "wrong-type", "{step: start, say: やあ, choices: {label: あ, go: last}}"},
	{"step", "wrong-type", "{step: start, say: やあ, end: おわり}"},
	{"step", "wrong-type", "{step: start, say: やあ, set: side, go: last}"},
	{"step", "wrong-type", "{step: start, triggers: {あ: い}, say: やあ, ask: side}"},
	{"step", "wrong-type", "やあ"},
	{"step", "wrong-type", "{step: start, say: やあ, branch: {when: {side: 右}, go: last}}"},
	{"step", "wrong-type", "{step: start, say: やあ, branch: [{when: side, go: last}]}"},
	{"field", "wrong-type", "it: text"},
	{"field", "wrong-type", "it: {type: text, max: たくさん}"},
	{"field", "wrong-type", "it: {type: text, max: 1001}"},
	{"field", "wrong-type", "it: {type: date, days: 60}"},
	{"field", "wrong-type", "it: {type: date, days: [1, 60, 90]}"},
	{"field", "wrong-type", "it: {type: text, personal: はい}"},
	{"flow", "wrong-type", "flow: a\nsteps:\n  - [start]\n"},
	{"hogushi", "wrong-type", "handoff: full"},
	{"clinic", "wrong-type", "area: [港区]"},
	{"clinic", "wrong-type", "access: {station: {name: 広尾}}"},
	{"hotline", "wrong-type", "相談"},

	{"talk", "wrong-type", "メニュー"},
	{"talk", "wrong-type", "{send: [メニュー]}"},
	{"talk", "wrong-type", "{pick: 2026-12-01}"},
	{"talk", "wrong-type", "{choices: メニュー}"},
	{"talk", "wrong-type", "{tap: {あ: い, う: え}}"},
	{"test", "wrong-type", "{test: 例, now: 明日, talk: [{send: メニュー, at: menu}]}"},
	{"test", "wrong-type", "{test: 例, facts: [あ], talk: [{send: メニュー, at: menu}]}"},

	// texts that are empty, or too long
	{"talk", "empty", "{send: }"},
	{"talk", "empty", "{at: }"},
	{"talk", "empty", "{choices: [\"\"]}"},
	{"talk", "empty", "{says: []}"},
	{"talk", "empty", "{choices: {メニュー: }}"},
	{"talk", "empty", "{lead: {name: }}"},
	{"step", "empty", "{step: start, say: \"\", ask: side}"},
	{"step", "empty", "{step: start, say: [やあ, \"　\"], ask: side}"},
	{"step", "empty", "{step: start, say: [], ask: side}"},
	{"step", "empty", "{step: start, say: やあ, go: }"},
	{"step", "empty", "{step: start, say: やあ, handoff: }"},
	{"step", "empty", "{step: start, say: やあ, choices: []}"},
	{"step", "empty", "{step: start, say: やあ, branch: []}"},
	{"step", "empty", "{step: start, say: やあ, branch: [{when: {}, go: last}]}"},
	{"step", "empty", "{step: start, say: やあ, branch: [{when: {any: []}, go: last}]}"},
	{"step", "empty", "{step: start, say: やあ, branch: [{when: {side: }, go: last}]}"},
	{"choice", "empty", "{label: つぎ, fix: }"},
	{"choice", "label-length", "{label: " + long + ", go: last}"},
	{"choice", "label-form", "{label: \"{{memo}}\", go: last}"},
	{"field", "label-length", "it: {type: one_of, options: [" + long + "]}"},
	{"step", "label-length", "{step: start, say: やあ, consent: {version: あ, \"yes\": " + long + ", \"no\": う, refused: last}}"},
	{"step", "text-length", "{step: start, say: やあ, cards: [{title: " + long + long + ", text: あ, choices: [{label: う, go: last}]}]}"},
	{"step", "too-many-bubbles", "{step: start, say: [あ, い, う, え, お, か], ask: side}"},
	{"step", "limit", "{step: start, say: やあ, cards: []}"},
	{"step", "limit", "{step: start, say: やあ, cards: [{text: あ, choices: [{label: い, go: last}, {label: う, go: last}, {label: え, go: last}, {label: お, go: last}]}]}"},
	{"step", "limit", "{step: start, say: やあ, show: confirm, choices: [{label: あ}, {label: い}, {label: う}]}"},
	{"step", "limit", "{step: start, say: やあ, show: buttons, choices: [{label: あ}, {label: い}, {label: う}, {label: え}, {label: お}]}"},
	{"step", "limit", "{step: start, say: やあ, quick: [{label: a}, {label: b}, {label: c}, {label: d}, {label: e}, {label: f}, {label: g}, {label: h}, {label: i}, {label: j}, {label: k}, {label: l}, {label: m}, {label: n}]}"},
	{"field", "limit", "it: {type: one_of, options: [a, b, c, d, e, f, g, h, i, j, k, l, m]}"},

	// words of which one is to be written, and forms
	{"talk", "unknown-value", "{event: photograph}"},
	{"talk", "unknown-value", "{staff: 休む}"},
	{"talk", "unknown-value", "{lead: ない}"},
	{"talk", "unknown-value", "{silent: false}"},
	{"talk", "duration-form", "{after: 24時間}"},
	{"test", "unknown-value", "{test: 例, unknown: loud, talk: [{send: メニュー, at: menu}]}"},
	{"test", "unknown-value", "{test: 例, facts: {all: set}, talk: [{send: メニュー, at: menu}]}"},
	{"field", "unknown-value", "it: {type: nmae}"},
	{"step", "unknown-value", "{step: start, say: やあ, ask: side, show: big}"},
	{"facts", "unknown-value", "facts: {F1: {text: あ, strength: strong, tell: may, words: [い]}}\n"},
	{"facts", "unknown-value", "hedges: {strong: [あ]}\n"},
	{"step", "unknown-value", "{step: start, say: やあ, branch: [{when: {request: closed}, go: last}]}"},
	{"pattern", "unknown-pattern", "  - {step: broke, say: あ}"},
	{"flow", "flow-name", "flow: A\nsteps:\n  - {step: start, say: やあ, go: menu}\n"},
	{"step", "name-form", "{step: Start, say: やあ, ask: side}"},
	{"step", "name-form", "{step: はじめ, say: やあ, ask: side}"},
	{"field", "name-form", "It: {type: text}"},
	{"field", "reserved-name", "receipt: {type: text}"},
	{"choice", "link-form", "{label: つぎ, link: 0120-774-665}"},
	{"hogushi", "wrong-value", "unknown: nothing"},
	{"hogushi", "wrong-value", "handoff: {line: long}"},
	{"clinic", "fact-form", "emergency: {night_phone: ０３-1234-5678}"},
	{"clinic", "fact-form", "emergency: {night_phone: 0312345678}"},
	{"clinic", "fact-form", "mail: 例"},
	{"clinic", "fact-form", "web: example.jp"},
	{"clinic", "fact-form", "updated: 2026-13-01"},
	{"clinic", "fact-form", "privacy: {retention_days: 90日}"},
	{"clinic", "fact-form", "privacy: {retention_days: 0}"},
	{"clinic", "fact-form", "prp: {plan_number: PD3170001}"},
	{"clinic", "fact-form", "prp: {plan_class: 第4種}"},
	{"clinic", "fact-form", "prp: {price: 応相談}"},
	{"clinic", "fact-form", "prp: {extra_fees: 3300円}"},
	{"clinic", "fact-form", "prp: {insurance: 自由診療}"},
	{"clinic", "fact-form", "hours: {monday: 9時から}"},
	{"clinic", "fact-form", "doctors: {consent_1: 了承済み}"},
	{"clinic", "fact-form", "line_chat: 多分"},
	{"clinic", "fact-form", "area: " + long + long + long + long + long},
	{"hotline", "fact-form", "{key: b, name: 相談, number: 電話}"},
	{"hotline", "fact-form", "{key: b, name: 相談, number: \"#7119\", checked: 昨日}"},

	// what can't stand together, or not alone
	{"talk", "two-actions", "{send: メニュー, tap: メニュー}"},
	{"talk", "two-actions", "{event: photo, staff: 対応する}"},
	{"step", "two-waits", "{step: start, say: やあ, choices: [{label: あ}], cards: [{text: い, choices: [{label: う}]}]}"},
	{"step", "two-waits", "{step: start, say: やあ, choices: [{label: あ}], consent: {version: あ, \"yes\": い, \"no\": う, refused: last}}"},
	{"step", "two-waits", "{step: start, say: やあ, cards: [{text: い, choices: [{label: う}]}], ask: side}"},
	{"step", "two-waits", "{step: start, say: やあ, ask: side, consent: {version: あ, \"yes\": い, \"no\": う, refused: last}}"},
	{"step", "two-ways", "{step: start, say: やあ, go: last, end: true}"},
	{"step", "two-acts", "{step: start, say: やあ, erase: true, forget: true}"},
	{"step", "two-acts", "{step: start, say: やあ, erase: true, withdraw: true}"},
	{"step", "two-acts", "{step: start, say: やあ, takeover: true, handoff: [memo]}"},
	{"step", "stand-in", "{step: start, without_facts: やあ, go: last}"},
	{"step", "stand-in", "{step: start, say: やあ, without_facts: あ, without_effect: い}"},
	{"step", "useless-key", "{step: start, say: やあ, wrong: だめ, go: last}"},
	{"step", "useless-key", "{step: start, say: やあ, show: buttons, go: last}"},
	{"step", "silent-question", "{step: start, ask: side}"},
	{"step", "silent-question", "{step: start, choices: [{label: あ, go: last}]}"},
	{"choice", "fix-moves", "{label: つぎ, fix: memo, go: last}"},
	{"choice", "link-moves", "{label: つぎ, link: \"https://example.jp\", go: last}"},
	{"field", "options", "it: {type: one_of}"},
	{"field", "options", "it: {type: text, options: [右, 左]}"},
	{"field", "options", "it: {options: [右, 左]}"},
	{"field", "useless-key", "it: {type: date, max: 100}"},
	{"field", "useless-key", "it: {type: text, days: [1, 60]}"},
	{"field", "useless-key", "it: {line: LINE}"},
	{"pattern", "pattern-key", "  - {step: broken, say: あ, end: true}"},
	{"pattern", "pattern-key", "  - {step: broken, say: あ, ask: name}"},
}

// TestBad: what the compiler refuses in each place, the schema refuses; what is good there,
// both take.
func TestBad(t *testing.T) {
	t.Parallel()
	for name, p := range places {
		data := []byte(strings.Replace(p.text, "%", p.good, 1))
		if problems := refused(t, p.file, data); problems.Failed() {
			t.Errorf("%s: the compiler refuses %q: %v", name, p.good, problems.Err())
		}
		if err := taken(validators[kind(p.file)], data); err != nil {
			t.Errorf("%s: the schema refuses %q: %v", name, p.good, err)
		}
	}
	for _, b := range bad {
		p := places[b.place]
		data := []byte(strings.Replace(p.text, "%", b.text, 1))
		if got := rules(refused(t, p.file, data)); !slices.Contains(got, b.rule) {
			t.Errorf("%s: the compiler finds %v in %q, not %s", b.place, got, b.text, b.rule)
		}
		if taken(validators[kind(p.file)], data) == nil {
			t.Errorf("%s: the schema takes %q (%s)", b.place, b.text, b.rule)
		}
	}
}

// structural are the rules of the compiler's that never need more than the file.
var structural = strings.Fields(`unknown-key missing-key no-steps empty-step empty wrong-type label-length label-form name-form
	reserved-name two-waits two-ways two-acts stand-in fix-moves link-moves options pattern-key too-many-bubbles
	two-actions empty-line duration-form test-expects-nothing no-tests`)

var reported = regexp.MustCompile(`(?m)^([^:\n]+\.yaml):\S* error: .*\[([a-z-]+)\]$`)

// TestArchives: of the examples of the compiler's errors, the schema refuses each file in
// which something structural is wrong, and takes each of which nothing is reported.
func TestArchives(t *testing.T) {
	t.Parallel()
	names, _ := filepath.Glob("../flow/testdata/err/*.txtar")
	refusedFiles, takenFiles := 0, 0
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		found := map[string][]string{}
		for _, f := range a.Files {
			if f.Name == "want.en" {
				for _, m := range reported.FindAllSubmatch(f.Data, -1) {
					found[string(m[1])] = append(found[string(m[1])], string(m[2]))
				}
			}
		}
		for _, f := range a.Files {
			if !strings.HasSuffix(f.Name, ".yaml") || f.Name[0] == '+' || f.Name[0] == '-' || slices.Contains(found[f.Name], "yaml-syntax") {
				continue
			}
			err := taken(validators[kind(f.Name)], f.Data)
			rules := slices.DeleteFunc(slices.Clone(found[f.Name]), func(r string) bool { return !slices.Contains(structural, r) })
			switch {
			case len(rules) > 0:
				if refusedFiles++; err == nil {
					t.Errorf("%s: the schema takes %s, where there is %v", name, f.Name, rules)
				}
			case len(found[f.Name]) == 0:
				if takenFiles++; err != nil {
					t.Errorf("%s: the schema refuses %s, where nothing is wrong: %v", name, f.Name, err)
				}
			}
		}
	}
	if refusedFiles < 15 || takenFiles < 5 {
		t.Errorf("%d files were to be refused, %d to be taken", refusedFiles, takenFiles)
	}
}
