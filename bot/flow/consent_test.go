package flow

import (
	"slices"
	"strings"
	"testing"
)

// ask is a form whose question is personal and stands behind a consent; sent hands it over.
const ask = `flow: ask
triggers: [うけつけ]
fields:
  name: {type: name, personal: true}
  mail: {type: mail, personal: true}
  note: {type: text}
steps:
  - step: start
    say: よろしいですか
    consent: {version: "1", "yes": はい, "no": いいえ, refused: menu}
  - {step: name, say: お名前は, ask: name}
  - {step: note, say: ひとこと, ask: note}
  - {step: sent, handoff: [name, note], say: 受け付けました, go: menu}
`

// TestConsent: whatever gets round the consent is reported at the steps that ask or hand
// over, and what doesn't isn't.
func TestConsent(t *testing.T) {
	t.Parallel()
	info := func(rest string) map[string]string {
		return map[string]string{"ask.yaml": ask, "info.yaml": "flow: info\ntriggers: [はじめ]\nsteps:\n" + rest}
	}
	changed := func(old, new string) map[string]string {
		if !strings.Contains(ask, old) {
			t.Fatalf("the form has no %q", old)
		}
		return map[string]string{"ask.yaml": strings.Replace(ask, old, new, 1)}
	}
	with := func(files map[string]string, name, text string) map[string]string {
		files[name] = text
		return files
	}
	for _, c := range []struct {
		name  string
		files map[string]string
		want  string // the steps that are reported
	}{
		{"as it is", map[string]string{"ask.yaml": ask}, ""},
		{"a door choice to the start", info("  - {step: start, say: a, choices: [{label: b, go: ask}]}\n"), ""},
		{"a choice to the question", info("  - {step: start, say: a, choices: [{label: b, go: ask/name}]}\n"), "ask/name"},
		{"a quick reply to the question", info("  - {step: start, say: a, quick: [{label: b, go: ask/name}], end: true}\n"), "ask/name"},
		{"a card to the question", info("  - {step: start, cards: [{text: a, choices: [{label: b, go: ask/name}]}]}\n"), "ask/name"},
		{"a choice to the handoff", info("  - {step: start, say: a, choices: [{label: b, go: ask/sent}]}\n"), "ask/sent"},
		{"a choice that is not personal, before the handoff", info("  - {step: start, say: a, choices: [{label: b, go: ask/note}]}\n"), "ask/sent"},
		{"a step that goes to the question", info("  - {step: start, say: a, go: ask/name}\n"), "ask/name"},
		{"a trigger to a later step", info("  - {step: start, say: a, end: true}\n  - {step: two, triggers: [ふたつめ], say: b, go: ask/name}\n"), "ask/name"},
		{"a later step that an old button can visit", info("  - {step: start, say: a, end: true}\n  - {step: two, say: b, go: ask/name}\n"), "ask/name"},
		{"a branch to the question", info("  - {step: start, say: a, branch: [{when: {note: set}, go: ask/name}], go: menu}\n"), "ask/name"},
		{"a branch to the start", info("  - {step: start, say: a, branch: [{when: {note: set}, go: ask}], go: menu}\n"), ""},
		{"a pattern that goes to the question", with(map[string]string{"ask.yaml": ask}, "+patterns.yaml", "  - step: returned\n    say: a\n    go: ask/name\n"), "ask/name"},
		{"a pattern that offers the form", with(map[string]string{"ask.yaml": ask}, "+patterns.yaml", "  - step: returned\n    say: a\n    choices: [{label: b, go: ask}]\n"), ""},
		{"refused leads to the question", changed("refused: menu", "refused: name"), "ask/name"},
		{"refused leads to what is not personal, and to the handoff", changed("refused: menu", "refused: note"), "ask/sent"},
		{"a quick reply beside the consent", changed("refused: menu}\n", "refused: menu}\n    quick: [{label: あとで}]\n"), "ask/name"},
		{"a link beside the consent", changed("refused: menu}\n", "refused: menu}\n    quick: [{label: 電話, link: \"tel:119\"}]\n"), ""},
		{"no consent at all", changed("consent: {version: \"1\", \"yes\": はい, \"no\": いいえ, refused: menu}", "choices: [{label: はい}]"), "ask/name"},
		{"nothing personal, but a handoff", map[string]string{"ask.yaml": strings.ReplaceAll(strings.Replace(ask, "  - {step: name, say: お名前は, ask: name}\n", "", 1), "[name, note]", "[note]"),
			"use.yaml": "flow: use\ntriggers: [x]\nsteps:\n  - {step: start, set: {name: , mail: }, say: a, go: ask/note}\n"}, "ask/sent"},
		{"renamed to the question", changed("steps:\n", "renamed: {old: name}\nsteps:\n"), ""},
		{"renamed to a step before the handoff", changed("steps:\n", "renamed: {old: note}\nsteps:\n"), ""},
		{"renamed to the consent", changed("steps:\n", "renamed: {old: start}\nsteps:\n"), ""},
		{"asked again behind the handoff", changed("say: 受け付けました, go: menu", "say: 受け付けました, go: name"), "ask/name"},
		{"asked in the handoff's step", changed("say: 受け付けました, go: menu", "say: メールもどうぞ, ask: mail, go: menu"), "ask/sent"},
		{"the consent is asked for again behind the handoff", changed("say: 受け付けました, go: menu", "say: 受け付けました, go: start"), ""},
		{"forgotten on the way", changed("  - {step: note,", "  - {step: gone, forget: true, say: わすれました}\n  - {step: note,"), "ask/sent"},
		{"a call of the form's start", info("  - {step: start, say: a, call: ask, end: true}\n"), ""},
		{"a call that asks without a consent", info("  - {step: start, say: a, call: bare, end: true}\n"), "info"}, // completed below
	} {
		if c.want == "info" {
			c.files["bare.yaml"] = "flow: bare\nsteps:\n  - {step: start, say: メール, ask: mail, end: true}\n"
			c.want = "bare/start"
		}
		check(t, c.name, c.files, c.want)
	}
}

// TestConsentInCalls: a called flow may hold the consent, if no way through it comes back
// without one.
func TestConsentInCalls(t *testing.T) {
	t.Parallel()
	const caller = "flow: caller\ntriggers: [よびだし]\nfields:\n  name: {type: name, personal: true}\nsteps:\n" +
		"  - {step: start, say: どうぞ, call: consent}\n  - {step: name, say: お名前は, ask: name, end: true}\n"
	const agreed = "  - {step: start, say: a, consent: {version: \"1\", \"yes\": b, \"no\": c, refused: menu/no}, end: true}\n"
	for _, c := range []struct{ name, consent, want string }{
		{"refused goes elsewhere", agreed, ""},
		{"refused comes back", "  - {step: start, say: a, consent: {version: \"1\", \"yes\": b, \"no\": c, refused: no}, end: true}\n  - {step: no, say: d, end: true}\n", "caller/name"},
		{"not asked on one way", "  - {step: start, say: a, branch: [{when: {name: set}, go: no}]}\n  - {step: ask, say: e, consent: {version: \"1\", \"yes\": b, \"no\": c, refused: menu/no}, end: true}\n  - {step: no, say: d, end: true}\n", "caller/name"},
		{"forgotten before it comes back", "  - {step: start, say: a, consent: {version: \"1\", \"yes\": b, \"no\": c, refused: menu/no}}\n  - {step: no, forget: true, say: d, end: true}\n", "caller/name"},
		{"in a call of the call", "  - {step: start, say: a, call: inner, end: true}\n", ""},
	} {
		check(t, c.name, map[string]string{"caller.yaml": caller, "consent.yaml": "flow: consent\nsteps:\n" + c.consent,
			"inner.yaml": "flow: inner\ntriggers: [なか]\nsteps:\n  - {step: start, say: a, consent: {version: \"1\", \"yes\": b, \"no\": c, refused: menu/no}, end: true}\n",
			// Where the one who refuses stays: he never comes to an end that would return.
			"menu.yaml": menuWithNo}, c.want)
	}
	// Who is moved there by renamed: can't be led to a consent: the flow has none.
	check(t, "renamed to the question", map[string]string{"caller.yaml": strings.Replace(caller, "steps:\n", "renamed: {old: name}\nsteps:\n", 1),
		"consent.yaml": "flow: consent\nsteps:\n" + agreed, "menu.yaml": menuWithNo}, "caller/name")
}

const menuWithNo = "flow: menu\nsteps:\n  - {step: start, say: メニュー, choices: [{label: はじめ, go: start}]}\n  - {step: no, say: では, choices: [{label: メニュー, go: start}]}\n"

func check(t *testing.T, name string, files map[string]string, want string) {
	t.Helper()
	_, problems := Compile(program(files), testFacts, Live)
	lines := map[string][]string{}
	for file, f := range program(files) {
		lines[file] = strings.Split(string(f.Data), "\n")
	}
	var got []string
	for _, d := range problems.Sorted() {
		switch {
		case d.Rule == "consent-missing":
			step := string([]rune(lines[d.File][d.Line-1])[d.Col-1 : d.Col-1+d.Width])
			got = append(got, strings.TrimSuffix(d.File, ".yaml")+"/"+step)
		case d.Rule != "unused-field" && d.Rule != "never-given" && d.Rule != "unreachable-step":
			t.Errorf("%s: %v", name, d)
		}
	}
	slices.Sort(got)
	if all := strings.Join(got, " "); all != want {
		t.Errorf("%s: reported at %q, want %q", name, all, want)
	}
}
