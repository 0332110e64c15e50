package flows_test

import (
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/config"
	"hogushi/flows"
)

// edited are the shipped flows with some of them changed.
func edited(t *testing.T, edits map[string]func(string) string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	names, _ := fs.Glob(flows.Files, "*.yaml")
	for _, n := range names {
		data, err := fs.ReadFile(flows.Files, n)
		if err != nil {
			t.Fatal(err)
		}
		if edit := edits[n]; edit != nil {
			changed := edit(string(data))
			if changed == string(data) {
				t.Fatalf("%s: nothing was changed", n)
			}
			data = []byte(changed)
		}
		files[n] = &fstest.MapFile{Data: data}
	}
	return files
}

// TestTooStrong: whoever states a fact more firmly than its source does, leaves out a
// disclosure, or takes an effect out of its step, is told. Edits of different files are
// looked at together, one of each file at a time.
func TestTooStrong(t *testing.T) {
	t.Parallel()
	settings, _ := config.Load(config.Dir(""))
	replace := func(old, new string) func(string) string {
		return func(s string) string { return strings.ReplaceAll(s, old, new) }
	}
	type edit struct {
		name, file, rule string
		edit             func(string) string
	}
	var rounds []map[string]edit // by file
	for _, tt := range []edit{
		{"thought", "chronic-pain.yaml", "fact-hedge", replace("関わっていると考えられています", "関わっています")},
		{"known", "chronic-pain.yaml", "fact-hedge", replace("次のことが知られています", "次のことが起こります")},
		{"said", "chronic-pain.yaml", "fact-hedge", replace("主な原因の一つだとされています", "主な原因の一つです")},
		{"possible", "chronic-pain.yaml", "fact-hedge", replace("長く続くことがあります", "長く続きます")},
		{"reported", "self-care.yaml", "fact-hedge", replace("助けになるという報告が、多くあります", "多くの場合、助けになります")},
		{"hedged", "self-care.yaml", "fact-hedge", replace("血流がよくなるとされています", "血流がよくなります")},
		{"possibly suppressed", "self-care.yaml", "fact-hedge", replace("感じにくくなる可能性があります", "感じにくくなります")},
		{"shown", "self-care.yaml", "fact-hedge", replace("うながすことが示されています", "うながします")},
		{"expected of PRP", "prp.yaml", "fact-hedge", func(s string) string {
			return strings.ReplaceAll(strings.ReplaceAll(s, "することも期待されています", "します"), "促すとされています", "促します")
		}},
		{"said of exosomes", "exosome.yaml", "fact-hedge", replace("炎症をおさえるとされています", "炎症をおさえます")},
		{"possibly less pain", "whole-approach.yaml", "fact-hedge", replace("軽くなる可能性があります", "軽くなります")},
		{"fundamental", "whole-approach.yaml", "fact-exceeded", replace("痛みが軽くなる可能性", "痛みが根本から軽くなる可能性")},
		{"root cause", "clinic.yaml", "fact-exceeded", replace("再生医療をいかして", "再生医療で根本から")},
		{"new", "clinic.yaml", "fact-exceeded", replace("ペイン外来（痛みの外来）があります", "ペイン外来（痛みの外来）を新しく始めました")},
		{"a claim not to be told", "clinic.yaml", "never-told", replace("facts: [F51, F52, F53]", "facts: [F51, F52, F53, F54]")},
		{"key words gone", "prp.yaml", "fact-words", replace("濃縮して", "そのまま")},
		{"risks gone", "prp.yaml", "effect-undisclosed", replace("        {{clinic.prp.risks}}\n", "")},
		{"price optional", "prp.yaml", "effect-undisclosed", replace("{{clinic.prp.price}}\n        回数", "{{clinic.prp.price?}}\n        回数")},
		{"legal status gone", "exosome.yaml", "effect-undisclosed", replace("        承認の状況：{{clinic.exosome.approval_status}}\n", "")},
		{"no neutral text", "trigger-point-injection.yaml", "effect-twin", replace("    without_effect:\n", "    again:\n")},
		{"an effect in another step", "prp.yaml", "effect-unnamed", replace("ご自分の血液をとる（採血）", "組織の修復や再生を促す")},
		{"an effect in the greeting", "welcome.yaml", "effect-unnamed", replace("友だち追加、ありがとうございます。", "PRPで組織の再生を促し、炎症と痛みをやわらげます。")},
	} {
		i := slices.IndexFunc(rounds, func(round map[string]edit) bool { return round[tt.file].edit == nil })
		if i < 0 {
			i, rounds = len(rounds), append(rounds, map[string]edit{})
		}
		rounds[i][tt.file] = tt
	}
	for _, round := range rounds {
		edits := map[string]func(string) string{}
		for file, tt := range round {
			edits[file] = tt.edit
		}
		_, problems := flow.Compile(edited(t, edits), settings.Clinic, flow.Live)
		for file, tt := range round {
			if !slices.ContainsFunc(problems.Sorted(), func(d diag.Diagnostic) bool { return d.File == file && d.Rule == tt.rule }) {
				t.Errorf("%s: nothing is said of %s in %s: %v", tt.name, tt.rule, file, problems.Err())
			}
		}
	}
}

// TestDisclosed: with every fact set the effects are stated, each beside its disclosures;
// with any one of them gone the neutral text is there instead.
func TestDisclosed(t *testing.T) {
	t.Parallel()
	settings, _ := config.Load(config.Dir(""))
	full := flow.Clinic{}
	for name, value := range settings.Clinic {
		if full[name] = value; value == "" {
			full[name] = "https://example.jp/" + name[strings.LastIndexByte(name, '.')+1:]
		}
	}
	data, _ := fs.ReadFile(flows.Files, "facts.yaml")
	listed := regexp.MustCompile(`(?m)^    - (clinic\.\S+)$`).FindAllStringSubmatch(string(data), -1)
	if len(listed) < 20 {
		t.Fatalf("found only %d disclosures", len(listed))
	}
	effects := map[string]string{"prp": "clinic.prp.", "exosome": "clinic.exosome.", "trigger-point-injection": "clinic.trigger_point_injection."}
	sources := flow.Read(flows.Files)
	p, _ := sources.Compile(full, flow.Live)
	for f, prefix := range effects {
		s := p.Step(flow.Ref{Flow: f, Step: "effect"})
		for _, l := range listed {
			if strings.HasPrefix(l[1], prefix) && !strings.Contains(saying(s), full[l[1]]) {
				t.Errorf("%s: %s isn't disclosed", f, l[1])
			}
		}
		if s.Neutral || !strings.Contains(saying(s), full["clinic.phone"]) {
			t.Errorf("%s: neutral %t, says\n%s", f, s.Neutral, saying(s))
		}
	}
	for _, l := range listed {
		if l[1] == "clinic.phone" {
			continue
		}
		value := full[l[1]]
		full[l[1]] = ""
		p, problems := sources.Compile(full, flow.Live)
		if p == nil {
			t.Fatalf("without %s: %v", l[1], problems.Err())
		}
		for f, prefix := range effects {
			if s := p.Step(flow.Ref{Flow: f, Step: "effect"}); s.Neutral != (strings.HasPrefix(l[1], prefix) || l[1] == "clinic.mail") {
				t.Errorf("without %s: %s is neutral: %t", l[1], f, s.Neutral)
			}
		}
		full[l[1]] = value
	}
}
