package flowtest

import (
	"bytes"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"hogushi/bot/schema"
)

// TestSchema: what the schema of a file of tests takes, and what it refuses.
func TestSchema(t *testing.T) {
	t.Parallel()
	text, err := Schema(schema.Words{{"menu/start"}}, schema.Words{{"name"}}, schema.Words{{"clinic.phone"}}).JSON()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("it.json", doc); err != nil {
		t.Fatal(err)
	}
	s := c.MustCompile("it.json")
	takes := func(file string) bool {
		t.Helper()
		var v any
		if err := yaml.Unmarshal([]byte(file), &v); err != nil {
			t.Fatalf("%v: %s", err, file)
		}
		return s.Validate(v) == nil
	}
	line := func(l string) string {
		return "tests:\n  - test: 例\n    talk:\n      - {at: menu}\n      - " + l + "\n"
	}
	for _, l := range []string{"{send: メニュー}", "{send: 119, at: patterns/emergency}", "{tap: はい, says: [一, 二]}", "{tap: {お車: 車で行く}}", "{old: はい, not: 円}", "{visit: menu}", "{pick: {日付を選ぶ: \"2026-12-01\"}}", "{event: photo}", "{staff: 対応する}", "{after: 24時間後}",
		"{after: １時間30分後, send: はい}", "{choices: []}", "{choices: [はい, {いいえ: menu}]}", "{choices: {電話する: \"tel:119\", メニュー: menu/start}}", "{lead: なし}", "{lead: {name: 検査 花子, other: あ}}", "{silent: true}"} {
		if !takes(line(l)) {
			t.Errorf("refused: %s", l)
		}
	}
	for _, l := range []string{"{}", "メニュー", "{sned: メニュー}", "{send: }", "{send: [a]}", "{send: a, tap: b}", "{tap: {a: b, c: d}}", "{pick: 2026}", "{event: photograph}", "{staff: 休む}", "{after: 1 day}", "{after: 24時間}", "{choices: メニュー}", "{choices: {メニュー: }}", "{choices: [{a: b, c: d}]}",
		"{lead: ない}", "{lead: {name: }}", "{silent: false}", "{says: []}", "{not: }", "{at: [menu]}"} {
		if takes(line(l)) {
			t.Errorf("taken: %s", l)
		}
	}
	const talk = ", talk: [{send: メニュー, at: menu}]"
	for _, file := range []string{"facts: {all: unset, clinic.phone: 03-1234-5678, clinic.area: }\nnow: 2026-12-01 09:00\ntests: [{test: 例" + talk + "}]", "tests: [{test: 例, now: \"2026-12-01\", greeted: false, unknown: quiet, facts: {clinic.x: あ}" + talk + "}]"} {
		if !takes(file) {
			t.Errorf("refused: %s", file)
		}
	}
	for _, file := range []string{"tests: []", "test: []", "facts: {}", "tests: [{test: 例}]", "tests: [{talk: [{at: menu}]}]", "tests: [{test: 例, talk: []}]", "tests: [{test: 例, talk: [{send: メニュー}]}]", "now: 明日\ntests: [{test: 例" + talk + "}]", "facts: {all: set}\ntests: [{test: 例" + talk + "}]",
		"tests: [{test: 例, unknown: loud" + talk + "}]", "tests: [{test: 例, greeted: いいえ" + talk + "}]", "tests: [{test: 例, facts: [a]" + talk + "}]", "[]"} {
		if takes(file) {
			t.Errorf("taken: %s", file)
		}
	}
}
