package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"hogushi/bot/flow"
	"hogushi/bot/lint"
)

// evil are files of the greatest size that are as bad as can be.
func evil() map[string]string {
	fill := func(head, each string) string {
		var b strings.Builder
		b.WriteString(head)
		for i := 0; b.Len()+len(each)+60 < 1<<20; i++ {
			b.WriteString(strings.ReplaceAll(each, "N", fmt.Sprint(i)))
		}
		return b.String()
	}
	head := "flow: a\ntriggers: [あ]\nsteps:\n"
	return map[string]string{
		"brackets":         strings.Repeat("[", 1<<20-1),
		"braces":           strings.Repeat("{a: ", 1<<18-1),
		"dashes":           strings.Repeat("- ", 1<<19-1),
		"open lines":       strings.Repeat("a: [\n", (1<<20)/5-1),
		"anchors":          fill("a: &x [b]\n", "aN: &xN [*x, *x, *x, *x]\n"),
		"bomb":             "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n",
		"unknown keys":     fill("flow: a\n", "keyN: x\n"),
		"unknown in step":  fill(head+"  - step: s\n", "    keyN: x\n"),
		"unknown steps":    fill(head, "  - {step: sN, say: x, go: nowhereN}\n"),
		"unknown values":   fill(head, "  - {step: sN, say: \"{{clinic.xN}}\", go: menu}\n"),
		"same step":        fill(head, "  - {step: s, say: x, go: menu}\n"),
		"same words":       fill(head, "  - {step: sN, triggers: [x], say: x, go: menu}\n"),
		"circles":          fill(head, "  - {step: sN, go: sN}\n"),
		"chain":            fill(head, "  - {step: sN, say: x}\n"),
		"chain of taps":    fill(head, "  - step: sN\n    say: x\n    choices: [{label: a}, {label: b, go: s0}]\n") + "  - {step: z, say: x, end: true}\n",
		"words in a line":  strings.TrimSuffix(fill("flow: a\ntriggers: [", "wN, "), ", ") + "]\nsteps: [{step: s, say: x, go: menu}]\n",
		"quotes in a line": strings.TrimSuffix(fill("flow: a\ntriggers: [あ]\nsteps: [", "{step: sN, say: \"{{clinic.xN}}必ず治る\", go: menu}, "), ", ") + "]\n",
		"long chain back":  fill(head, "  - {step: sN, say: x, choices: [{label: a}, {label: b, go: s0}]}\n"),
		"silences":         fill(head, "  - {step: sN, say: x, go: menu} # 承知: unreachable-stepp x\n"),
		"silent warnings":  fill(head, "  - {step: sN, say: x, go: menu} # 承知: unreachable-step x\n"),
		"blocks":           fill(head, "  - step: sN\n    say: |\n      # 承知: x y\n    go: menu\n"),
		"hashes":           fill(head, "  - {step: sN, say: \"x\", go: menu} #x\n"),
		"labels":           fill(head+"  - step: s\n    say: x\n    choices:\n", "      - {label: lN, go: menu}\n"),
		"same labels":      fill(head+"  - step: s\n    say: x\n    choices:\n", "      - {label: l, go: menu}\n"),
		"options":          fill("flow: a\ntriggers: [あ]\nfields:\n  f:\n    type: several_of\n    options:\n", "      - oN\n"),
		"fields":           fill("flow: a\ntriggers: [あ]\nfields:\n", "  fN: {type: one_of, options: [a, b]}\n"),
		"one line":         "flow: a\ntitle: " + strings.Repeat("あ ", 1<<18-20),
		"quotes":           fill(head, "  - {step: sN, say: \"x\n    y\", go: menu}\n"),
		"folded":           fill(head, "  - step: sN\n    say: x\n      y\n    go: menu\n"),
		"branches":         fill("flow: a\ntriggers: [あ]\nfields: {f: {type: text}}\nsteps:\n  - step: s\n    branch:\n", "      - {when: {f: vN}, go: menu}\n"),
		"placeholders":     fill(head+"  - step: s\n    go: menu\n    say: |\n", "      {{clinic.phone}} {{clinic.phone}}\n"),
		"braces in text":   fill(head+"  - step: s\n    go: menu\n    say: |\n", "      {{ {{ {{ }\n"),
		"ads":              fill(head+"  - step: s\n    go: menu\n    say: |\n", "      必ず治ります。\n"),
		"one bad end":      fill(head, "  - {step: sN, say: x, go: menu}\n") + "  - {",
		"bad in blocks":    fill(head+"  - step: s\n    say: |\n", "      text: [N\n") + "   x: [",
		"tabs":             strings.Repeat("\t", 1<<20-1),
		"colons":           strings.Repeat(": ", 1<<19-1),
		"bars":             strings.Repeat("|\n", 1<<19-1),
		"question marks":   strings.Repeat("? ", 1<<19-1),
		"crlf":             fill(strings.ReplaceAll(head, "\n", "\r\n"), "  - {step: sN, say: x, go: menu}\r\n"),
		"bom":              "\ufeff" + head,
		"nul":              strings.Repeat("\x00", 1<<20-1),
		"consent ways":     fill("flow: a\ntriggers: [あ]\nfields: {n: {type: name, personal: true}}\nsteps:\n  - {step: s, say: x, ask: n}\n", "  - {step: sN, say: x, ask: n}\n"),
		"facts":            fill(head, "  - {step: sN, facts: [F1, F2, F3, F4, F5, F6], say: x, go: menu}\n"),
		"calls":            fill(head, "  - {step: sN, call: a}\n"),
		"renamed":          fill("flow: a\ntriggers: [あ]\nrenamed:\n", "  oN: nowhere\n"),
		"fixes":            fill("flow: a\ntriggers: [あ]\nfields: {f: {type: text}}\nsteps:\n  - {step: s, say: x, ask: f}\n", "  - {step: sN, say: x, choices: [{label: a, fix: f}]}\n"),
		"entered":          fill("flow: a\ntriggers: [あ]\nfields: {f: {type: text}}\nsteps:\n  - {step: s, say: x, ask: f}\n", "  - {step: sN, say: \"{{entered}}{{chosen}}\", go: menu}\n"),
	}
}

// BenchmarkEvil: none of them takes a second.
func BenchmarkEvil(b *testing.B) {
	for name, text := range evil() {
		b.Run(strings.ReplaceAll(name, " ", "-"), func(b *testing.B) {
			dir := flow.ProgramOf(map[string]string{"a.yaml": text})
			for b.Loop() {
				flow.Compile(dir, flow.TestFacts, flow.Live, lint.Wording)
			}
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N), "ms")
			b.ReportMetric(0, "ns/op")
		})
	}
}
