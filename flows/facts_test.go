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
	for _, more := range []string{"en/*.yaml", "images/*"} {
		all, _ := fs.Glob(flows.Files, more)
		names = append(names, all...)
	}
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

// edit is a change of a file that is to be told.
type edit struct {
	name, file, rule string
	edit             func(string) string
}

func replace(old, new string) func(string) string {
	return func(s string) string { return strings.ReplaceAll(s, old, new) }
}

// TestTooStrong: whoever states a fact more firmly than its source does, leaves out a
// disclosure, or takes an effect out of its step, is told.
func TestTooStrong(t *testing.T) {
	t.Parallel()
	told(t, []edit{
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
		{"certain beside a hedge", "whole-approach.yaml", "fact-exceeded", replace("痛みが軽くなる可能性", "痛みが必ず軽くなる可能性")},
	})
}

// TestTooStrongInEnglish: the same of what the flows say in English.
func TestTooStrongInEnglish(t *testing.T) {
	t.Parallel()
	told(t, []edit{
		{"thought", "en/chronic-pain.yaml", "fact-hedge", replace("is thought to involve", "involves")},
		{"known", "en/chronic-pain.yaml", "fact-hedge", replace("These things are known about chronic pain.", "These things happen in chronic pain.")},
		{"said", "en/chronic-pain.yaml", "fact-hedge", replace("are also said to be one of the main causes", "are also one of the main causes")},
		{"possible", "en/chronic-pain.yaml", "fact-hedge", replace("Pain or discomfort can come", "Pain or discomfort comes")},
		{"cannot is no can", "en/chronic-pain.yaml", "fact-hedge", replace("Pain or discomfort can come", "Pain or discomfort cannot but come")},
		{"reported", "en/self-care.yaml", "fact-hedge", replace("There are many reports that shiatsu (finger pressure) and massage, like stretching, help to ease", "Shiatsu (finger pressure), massage and stretching ease many kinds of")},
		{"hedged", "en/self-care.yaml", "fact-hedge", replace("muscle tension (stiffness) is said to relax and blood flow is said to improve", "muscle tension (stiffness) relaxes and blood flow improves")},
		{"possibly less", "en/self-care.yaml", "fact-hedge", replace("may become lighter, and you may feel pain less", "becomes lighter, and you feel pain less")},
		{"will beside a hedge", "en/self-care.yaml", "fact-exceeded", replace("may become lighter, and you may feel", "may become lighter, and you will feel")},
		{"a key word gone", "en/self-care.yaml", "fact-words", replace("the release of endorphins", "the making of endorphins")},
		{"expected of PRP", "en/prp.yaml", "fact-hedge", replace("Researchers are studying whether PRP can help tissue repair itself, calm inflammation and ease pain.", "PRP helps tissue repair itself, calms inflammation and eases pain.")},
		{"said of exosomes", "en/exosome.yaml", "fact-hedge", replace("are said to be involved in the repair of tissue and to reduce inflammation", "are involved in the repair of tissue and reduce inflammation")},
		{"said of the injection", "en/trigger-point-injection.yaml", "fact-hedge", replace("the injection is aimed at trigger points (places that cause pain). It may relax tight muscles and improve blood flow", "the injection reaches trigger points (places that cause pain). It relaxes tight muscles and improves blood flow")},
		{"possibly less pain", "en/whole-approach.yaml", "fact-hedge", replace("Combining different methods may reduce", "Combining different methods reduces")},
		{"root cause", "en/clinic.yaml", "fact-exceeded", replace("quality of life (day-to-day comfort), using", "quality of life (day-to-day comfort) and treat the root, using")},
		{"new", "en/clinic.yaml", "fact-exceeded", replace("We run a pain clinic", "We recently opened a pain clinic")},
		{"listed", "en/clinic.yaml", "fact-hedge", replace("are listed as working here", "are invited and work here")},
		{"an effect in another step", "en/prp.yaml", "effect-unnamed", replace("Your own blood is taken", "PRP repairs tissue")},
		{"an effect in the greeting", "en/welcome.yaml", "effect-unnamed", func(s string) string {
			return strings.Replace(s, "\n    text: |-\n      ", "\n    text: |-\n      PRP helps tissue to regenerate. ", 1)
		}},
		{"words for no fact", "en/facts.yaml", "unknown-fact", replace("F58:", "F85:")},
	})
}

// told tells of each edit that nobody is told of. Edits of different files are looked at together, one of each file at
// a time.
func told(t *testing.T, edits []edit) {
	t.Helper()
	settings, _ := config.Load(config.Dir(""))
	var rounds []map[string]edit // by file
	for _, tt := range edits {
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
	tried := map[string]bool{"clinic.phone": true} // which is never unset
	for _, l := range listed {
		if tried[l[1]] {
			continue
		}
		tried[l[1]] = true
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
