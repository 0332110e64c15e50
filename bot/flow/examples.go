package flow

import (
	"fmt"
	"strings"
)

// This file holds what the examples of Rules have in common.

// long is a text of so many characters, all different texts for different lengths.
func long(n int) string { return strings.Repeat("あ", n) }

// form is a flow that asks for something, and more steps.
func form(steps string) string {
	return "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: 何色, ask: color}\n" + steps
}

// person is a flow that asks for a name and a telephone number, with a consent.
func person(handed string) string {
	return fmt.Sprintf("-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {name: {type: name, personal: true}, phone: {type: phone, personal: true}}\nsteps:\n  - {step: start, say: よろしいですか, consent: {version: \"1\", \"yes\": はい, \"no\": いいえ, refused: none}}\n  - {step: name, say: お名前は, ask: name}\n  - {step: phone, say: お電話は, ask: phone}\n  - {step: send, handoff: %s, say: 受け付けました, go: menu}\n  - {step: none, say: わかりました, go: menu}\n", handed)
}

// stated is a flow of one step beside a list of facts.
func stated(step string) string {
	return fmt.Sprintf(`-- notice.yaml --
flow: notice
triggers: [お知らせ]
steps:
  - step: start
    %s
    go: menu
-- facts.yaml --
hedges:
  expected: [期待されて]
facts:
  T1: {text: 肩が長く痛む, strength: asserted, tell: may, words: [肩, 長く], never: [永遠]}
  T2: {text: 腰がらくになると期待される, strength: expected, tell: may, words: [腰, らく]}
  T3: {text: どこよりも上手, strength: asserted, tell: never, words: [上手]}
`, step)
}

// expected is a step that states what is expected, in English too.
func expected(more string) string {
	return stated("facts: [T2]\n    say: 腰がらくになると期待されています") + "-- en/notice.yaml --\nflow: notice\ntexts:\n  - {ja: 腰がらくになると期待されています, text: It is expected to make the back easier}\n" + more
}

// treating is the flow of a treatment with one more text.
func treating(text string) string {
	return effect("facts: [T4]\n    say: \"膝が軽くなると期待されています。費用は{{clinic.hours}}\"\n    without_effect: 診察でご説明します") + "-- laser.yaml --\nflow: laser\nshort: レーザー\ntriggers: [レーザー]\nsteps:\n  - step: start\n    facts: [T4]\n    say: \"膝が軽くなると期待されています。費用は{{clinic.hours}}\"\n    without_effect: 診察でご説明します\n  - {step: more, say: " + text + ", go: menu}\n"
}

// effect is the same with a fact that states an effect.
func effect(step string) string {
	return fmt.Sprintf(`-- notice.yaml --
flow: notice
triggers: [お知らせ]
steps:
  - step: start
    %s
    go: menu
-- facts.yaml --
hedges:
  expected: [期待されて]
disclosures:
  laser: [clinic.hours]
facts:
  T4: {text: 膝が軽くなると期待される, strength: expected, tell: may, effect: [laser], words: [膝, 軽く]}
`, step)
}

// asked is a flow of two steps, each with an example.
func asked(first, second string) string {
	return fmt.Sprintf("-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, topic: other, examples: [%s], say: まつり, go: menu}\n  - {step: more, topic: other, examples: [%s], say: もっと, go: menu}\n", first, second)
}

// astray is a step with an example beside one that was learnt.
func astray(example string) string {
	return fmt.Sprintf("-- clinic.yaml --\nflow: clinic\nsteps:\n  - {step: fee, topic: fee, examples: [料金を教えてください], say: 料金, go: menu}\n  - {step: hall, topic: other, examples: [%s], say: 飾り, go: menu}\n", example)
}
