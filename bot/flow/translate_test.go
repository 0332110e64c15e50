package flow

import (
	"slices"
	"strings"
	"testing"

	"hogushi/bot/diag"
)

// translated compiles a flow with what is said in English.
func translated(flow, english string) (*Program, []diag.Diagnostic) {
	p, problems := Compile(program(map[string]string{"a.yaml": flow, "en/a.yaml": "flow: a\ntexts:\n" + english}), testFacts, Live)
	return p, problems.Sorted()
}

const asking = "flow: a\ntitle: 受付\ntriggers: [あ]\nfields:\n  when: {type: one_of, label: いつ, options: [午前, 午後]}\nsteps:\n  - {step: start, say: いつですか, ask: when}\n  - step: end\n    say: \"{{when}}ですね\"\n    choices: [{label: メニューへ, go: menu}, {label: はじめへ, go: start}]\n"

const saidSo = "  - {ja: 受付, text: Desk}\n  - {ja: いつ, text: When}\n  - {ja: いつですか, text: \"When?\"}\n  - {ja: \"{{when}}ですね\", text: \"{{when}}, then\"}\n  - {ja: メニューへ, text: Menu}\n  - {ja: はじめへ, text: Start}\n"

// TestTranslated: what stands on buttons, titles and names are held to what the Japanese is, and each mistake is told
// where it is written.
func TestTranslated(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ what, english, rule, at string }{
		{"all is well", "  - {ja: 午前, text: Morning}\n  - {ja: 午後, text: Afternoon}\n", "", ""},
		{"an option too long", "  - {ja: 午前, text: \"Before noon, at any time\"}\n  - {ja: 午後, text: Afternoon}\n", "label-length", "en/a.yaml:9:20"},
		{"two options alike", "  - {ja: 午前, text: Some time}\n  - {ja: 午後, text: some time}\n", "duplicate-label", "en/a.yaml:10:20"},
		{"an option like a label", "  - {ja: 午前, text: Morning}\n  - {ja: 午後, text: \"{x}\"}\n", "label-form", "en/a.yaml:10:20"},
	} {
		p, all := translated(asking, saidSo+tt.english)
		switch {
		case tt.rule == "" && (p == nil || len(all) > 0), tt.rule != "" && p != nil:
			t.Errorf("%s: %v", tt.what, all)
		case tt.rule != "" && !slices.ContainsFunc(all, func(d diag.Diagnostic) bool { return d.Rule == tt.rule && d.Pos.String() == tt.at }):
			t.Errorf("%s: %+v, want %s at %s", tt.what, all, tt.rule, tt.at)
		}
	}
	if _, all := translated(asking, saidSo+"  - {ja: 午前, text: a}\n  - {ja: 午後, text: b}\n  - {ja: 午後, text: c}\n"); len(all) != 1 || all[0].Rule != "translation-twice" {
		t.Errorf("twice: %v", all)
	}
}

// TestSpoken: a program that speaks English reads in English, and where it goes is the same.
func TestSpoken(t *testing.T) {
	t.Parallel()
	p, all := translated(asking, saidSo+"  - {ja: 午前, text: Morning}\n  - {ja: 午後, text: Afternoon}\n")
	if p == nil {
		t.Fatal(all)
	}
	en := p.In(English)
	if en.Language != English || en.In(Japanese).Language != "" || p.In("zh").Language != "" || en.In("zh").Language != "" {
		t.Errorf("speaks %q, back in Japanese %q", en.Language, en.In(Japanese).Language)
	}
	s := p.Step(Ref{"a", "start"})
	spoken := en.Spoken(s)
	if got, _ := spoken.Say[0].Static(); got != "When?" || p.Spoken(s) != s || spoken.Ref != s.Ref {
		t.Errorf("says %q", got)
	}
	for i, c := range spoken.Choices {
		if want := s.Choices[i]; c.Key != want.Key || c.Go != want.Go || len(c.Set) != 1 || c.Set[0] != want.Set[0] {
			t.Errorf("%q does another thing than %q", c.Label, want.Label)
		}
	}
	for text, want := range map[string]string{"morning": "午前", "Afternoon": "午後", "午前": "午前", "evening": ""} {
		typed := NewTyped(text)
		c := en.Labelled(s, &typed, false)
		if got := ""; c != nil {
			if got = c.Label; got != want || c != s.Choice(c.Key) {
				t.Errorf("%q: got %q, want %q", text, got, want)
			}
		} else if want != "" {
			t.Errorf("%q names nothing", text)
		}
	}
	if got := en.Text("受付"); got != "Desk" || p.Text("受付") != "受付" {
		t.Errorf("the title reads %q", got)
	}
}

// TestTranslatedWorst: lengths are those of the longest values as they read in the language; and what only patients of
// a clinic that answers in LINE see is translated, too.
func TestTranslatedWorst(t *testing.T) {
	t.Parallel()
	const flow = "flow: a\ntitle: 受付\ntriggers: [あ]\nfields:\n  how: {type: several_of, label: 方法, options: [電話, 手紙]}\n  by: {type: one_of, label: 先, options: [LINE, 家]}\n  day: {type: date, label: 日}\nsteps:\n  - {step: start, say: どれ, ask: how}\n  - {step: home, say: どちら, ask: by}\n  - {step: when, say: いつ, ask: day}\n  - step: end\n    say: はい\n    prompt: \"{{VALUE}}\"\n    choices: [{label: メニュー, go: menu}]\n"
	const english = "  - {ja: 受付, text: Front desk}\n  - {ja: 方法, text: The way}\n  - {ja: 電話, text: By telephone}\n  - {ja: 手紙, text: By letter}\n  - {ja: 先, text: Where}\n  - {ja: 家, text: At home}\n  - {ja: 日, text: The day}\n  - {ja: どれ, text: How}\n  - {ja: どちら, text: Which}\n  - {ja: いつ, text: When}\n  - {ja: はい, text: Well}\n  - {ja: メニュー, text: Menu}\n  - {ja: これで決定, text: Done}\n  - {ja: 日付を選ぶ, text: Pick a day}\n  - {ja: LINE, text: In LINE}\n"
	for value, longest := range map[string]string{"flow": "Front desk", "how": "By telephone, By letter", "by": "At home", "day": "2026-12-31", "entered": "The way: By telephone, By letter, Where: In LINE, The day: 2026-12-31"} {
		for room, fits := range map[int]bool{0: true, -1: false} {
			text := strings.Repeat("a", maxButtonText-len(longest)-room) + "{{" + value + "}}"
			p, all := translated(strings.ReplaceAll(flow, "VALUE", value), english+"  - {ja: \"{{"+value+"}}\", text: \""+text+"\"}\n")
			if (p != nil) != fits || p == nil && all[0].Rule != "text-length" {
				t.Errorf("%s: %d characters beside it: %v", value, len(text), all)
			}
		}
	}
	by := strings.ReplaceAll(strings.ReplaceAll(flow, "options: [LINE, 家]", "options: [LINE, 家], line: LINE"), "VALUE", "by")
	if _, all := translated(by, strings.ReplaceAll(english, "In LINE}", "In LINE, words: [chat]}")+"  - {ja: \"{{by}}\", text: \"{{by}}\"}\n"); len(all) > 0 {
		t.Errorf("the option of a clinic that answers in LINE, with words: %v", all)
	}
	said := strings.ReplaceAll(english, "  - {ja: LINE, text: In LINE}\n", "") + "  - {ja: \"{{by}}\", text: \"{{by}}\"}\n"
	if _, all := translated(by, said); len(all) != 1 || all[0].Rule != "missing-translation" || all[0].Pos.String() != "a.yaml:6:42" {
		t.Errorf("the option of a clinic that answers in LINE: %v", all)
	}
}

// TestSpokenFacts: nothing is left unchecked silently for want of words in the language.
func TestSpokenFacts(t *testing.T) {
	t.Parallel()
	const words, hedges = "  T2: {words: [back, easier]}\n", "hedges:\n  expected: [expected]\n"
	for _, tt := range []struct{ what, facts, rule, at string }{
		{"all is well", hedges + "facts:\n" + words, "", ""},
		{"no words", hedges + "facts: {}\n", "empty", "en/facts.yaml:3:8"},
		{"no hedges", "facts:\n" + words, "unchecked-fact", "en/facts.yaml:1:1"},
		{"other hedges", "hedges: {known: [known]}\nfacts:\n" + words, "unchecked-fact", "facts.yaml:5:3"},
		{"an emptied hedge", "hedges: {expected: []}\nfacts:\n" + words, "empty", "en/facts.yaml:1:20"},
		{"nothing that is too strong", hedges + "never:\nfacts:\n" + words, "empty", "en/facts.yaml:3:7"},
		{"words of none", hedges + "facts:\n" + words + "  T9: {words: [back]}\n", "unknown-fact", "en/facts.yaml:5:3"},
		{"no list of words", hedges + "facts:\n" + words + "  T1: {never: [back]}\n", "missing-key", "en/facts.yaml:5:3"},
		{"another hedge", "hedges:\n  expected: [hoped]\nfacts:\n" + words, "fact-hedge", "en/notice.yaml:3:34"},
		{"other words", hedges + "facts:\n  T2: {words: [backs, easier]}\n", "fact-words", "en/notice.yaml:3:34"},
		{"too strong", hedges + "facts:\n  T2: {words: [back, easier], never: [make]}\n", "fact-exceeded", "en/notice.yaml:3:52"},
		{"too strong for any", hedges + "never: [make]\nfacts:\n" + words, "fact-exceeded", "en/notice.yaml:3:52"},
	} {
		_, problems := Compile(program(example(expected("-- en/facts.yaml --\n"+tt.facts))), testFacts, Live)
		all := problems.Sorted()
		if tt.rule == "" && len(all) > 0 || tt.rule != "" && (len(all) != 1 || all[0].Rule != tt.rule || all[0].Pos.String() != tt.at) {
			t.Errorf("%s: %v, want %s at %s", tt.what, all, tt.rule, tt.at)
		}
	}
}

// TestSentences: a word is found as a word, and a hedge only counts in its own sentence.
func TestSentences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"It may ease. It may not! Really?":          {"It may ease.", " It may not!", " Really?"},
		"These are known.\n\n- one (2.5 mg)\n- two": {"These are known.\n\n- one (2.5 mg)\n- two"},
		"次のことが知られています。\n\n・一つ\n・二つ\n\n別のこと。おわり":     {"次のことが知られています。\n\n・一つ\n・二つ\n\n", "別のこと。", "おわり"},
	} {
		var got []string
		for _, p := range sentences(text) {
			got = append(got, text[p.from:p.to])
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for _, tt := range []struct {
		text, word string
		want       bool
	}{
		{"you can ask", "can", true}, {"you cannot ask", "can", false}, {"scan, or can.", "can", true}, {"PRP注射", "PRP", true},
		{"痛みが軽く", "軽く", true}, {"{{clinic.mail?}}", "{{clinic.mail", true}, {"", "can", false}, {"can", "", false},
	} {
		if got := holdsWord(tt.text, tt.word); got != tt.want {
			t.Errorf("%q in %q: %t", tt.word, tt.text, got)
		}
	}
}

// TestSpokenReview: who has approved what is said in English has approved that text, and no other; a release wants it
// beside the Japanese.
func TestSpokenReview(t *testing.T) {
	t.Parallel()
	const spoken = "texts:\n  - {ja: 腰がらくになると期待されています, text: It is expected to make the back easier}\n"
	example := func(head, texts string) map[string]string {
		files := example(expected("-- en/facts.yaml --\nhedges:\n  expected: [expected]\nfacts:\n  T2: {words: [back, easier]}\n"))
		files["en/notice.yaml"] = "flow: notice\n" + head + texts
		return files
	}
	p, problems := Compile(program(example("", spoken)), testFacts, Live)
	if p == nil || problems.Len() > 0 {
		t.Fatal(problems.Sorted())
	}
	s := p.Step(Ref{"notice", "start"})
	hash := p.In(English).Spoken(s).TextHash()
	if hash == s.TextHash() {
		t.Fatal("a translation has the hash of the original")
	}
	mark := func(step, text string) string {
		return "reviewed:\n  " + step + ": {by: Dr. A, on: 2026-11-22, text: " + text + "}\n"
	}
	for _, tt := range []struct{ what, head, texts, rule, at, release string }{
		{"nobody has read it", "", spoken, "", "", "en/notice.yaml:3:34"},
		{"it was read", mark("start", hash), spoken, "", "", ""},
		{"it was changed since", mark("start", hash), strings.ReplaceAll(spoken, "easier", "much easier"), "reviewed-changed", "en/notice.yaml:3:44", "en/notice.yaml:3:44"},
		{"the Japanese was read", mark("start", s.TextHash()), spoken, "reviewed-changed", "en/notice.yaml:3:44", "en/notice.yaml:3:44"},
		{"the Japanese was changed since", mark("start", hash), "texts: []\n", "missing-translation", "notice.yaml:6:10", "en/notice.yaml:3:44"},
		{"another step", mark("stat", hash), spoken, "unknown-step", "en/notice.yaml:3:3", ""},
		{"no date", strings.ReplaceAll(mark("start", hash), "2026-11-22", "yesterday"), spoken, "reviewed-form", "en/notice.yaml:3:26", ""},
		{"a day to come", strings.ReplaceAll(mark("start", hash), "2026-11-22", "2026-12-01"), spoken, "", "", "en/notice.yaml:3:44"},
		{"no text", "reviewed: {start: {by: Dr. A, on: 2026-11-22}}\n", spoken, "reviewed-changed", "en/notice.yaml:2:19", "en/notice.yaml:2:19"},
		{"no mark", "reviewed: [start]\n", spoken, "wrong-type", "en/notice.yaml:2:11", ""},
	} {
		p, problems := Compile(program(example(tt.head, tt.texts)), testFacts, Live)
		all := problems.Sorted()
		if tt.rule == "" && len(all) > 0 || tt.rule != "" && !slices.ContainsFunc(all, func(d diag.Diagnostic) bool { return d.Rule == tt.rule && d.Pos.String() == tt.at }) {
			t.Errorf("%s: %v, want %s at %s", tt.what, all, tt.rule, tt.at)
		}
		if p == nil {
			continue
		}
		open := p.Release("2026-11-26")
		open.Drop(func(d diag.Diagnostic) bool { return !strings.HasPrefix(d.File, "en/") })
		if all := open.Sorted(); tt.release == "" && len(all) > 0 || tt.release != "" && (len(all) != 1 || all[0].Rule != "unreviewed" || all[0].Pos.String() != tt.release) {
			t.Errorf("%s: for a release %v, want it at %q", tt.what, all, tt.release)
		}
	}
	files := example(mark("start", hash), spoken)
	files["notice.yaml"] = strings.ReplaceAll(files["notice.yaml"], "  - step: start\n", "  - step: start\n    reviewed: {by: 院長, on: 2026-11-22, text: "+s.TextHash()+"}\n")
	p, _ = Compile(program(files), testFacts, Live)
	if open := p.Release("2026-11-26"); slices.ContainsFunc(open.Sorted(), func(d diag.Diagnostic) bool { return d.File != "patterns.yaml" }) {
		t.Errorf("both were read: %v", open.Sorted())
	}
}

// TestSpokenWords: what patients may write in place of a label is understood in either language, whichever the bot
// speaks; and what can't be told apart, or has no effect, is told.
func TestSpokenWords(t *testing.T) {
	t.Parallel()
	const flow = "flow: a\ntitle: 受付\ntriggers: [あ]\nfields:\n  when: {type: one_of, label: いつ, options: [午前, 午後], words: {午前: [朝]}}\n  parts: {type: several_of, label: 所, options: [首, 肩]}\nsteps:\n  - {step: start, say: いつですか, ask: when}\n  - {step: where, say: どこですか, ask: parts}\n  - step: end\n    say: いいですか\n    choices: [{label: 送る, words: [はい, OK], go: menu}, {label: 直す, words: いいえ, go: start}]\n  - step: more\n    say: いいですか\n    cards: [{text: 一つ, choices: [{label: 送る, go: menu}]}, {text: 二つ, choices: [{label: 直す, go: end}]}]\n"
	const english = "  - {ja: 受付, text: Desk, WORDS0}\n  - {ja: いつ, text: When}\n  - {ja: 所, text: Place}\n  - {ja: 午前, text: Morning, WORDS1}\n  - {ja: 午後, text: Afternoon}\n  - {ja: 首, text: Neck}\n  - {ja: 肩, text: Shoulder}\n  - {ja: これで決定, text: Done}\n  - {ja: いつですか, text: \"When?\"}\n  - {ja: どこですか, text: \"Where?\"}\n  - {ja: いいですか, text: \"All right?\"}\n  - {ja: 送る, text: Send, WORDS2}\n  - {ja: 直す, text: Change, WORDS3}\n  - {ja: 一つ, text: One}\n  - {ja: 二つ, text: Two}\n"
	say := func(words ...string) (*Program, []diag.Diagnostic) {
		texts := english
		for i := range 4 {
			with := ""
			if i < len(words) && words[i] != "" {
				with = ", words: " + words[i]
			}
			texts = strings.ReplaceAll(texts, ", WORDS"+string(rune('0'+i)), with)
		}
		return translated(strings.ReplaceAll(flow, "\n  - step: more", "\n    quick: [{label: もっと, go: more}]\n  - step: more"), texts+"  - {ja: もっと, text: More}\n")
	}
	for _, tt := range []struct {
		what     string
		words    []string
		rule, at string
	}{
		{"none", nil, "", ""},
		{"all is well", []string{"", "[am, in the morning, 朝]", "[\"yes\", OK, send]", "\"no\""}, "", ""},
		{"beside what is no choice", []string{"[front desk]"}, "unused-translation", "en/a.yaml:3:33"},
		{"like another label", []string{"", "", "[change]"}, "duplicate-label", "en/a.yaml:15:20"},
		{"like another label in Japanese", []string{"", "", "[なおす, 直す]"}, "duplicate-label", "en/a.yaml:15:20"},
		{"like another word", []string{"", "", "[fine]", "[fine]"}, "duplicate-label", "en/a.yaml:15:20"},
		{"like another word in Japanese", []string{"", "", "", "[はい]"}, "duplicate-label", "en/a.yaml:15:20"},
		{"an option like another", []string{"", "[afternoon]"}, "duplicate-label", "en/a.yaml:6:37"},
		{"a word that is empty", []string{"", "", "[\"\"]"}, "empty", "en/a.yaml:14:34"},
		{"no list", []string{"", "", "{a: b}"}, "wrong-type", "en/a.yaml:14:33"},
	} {
		p, all := say(tt.words...)
		if tt.rule == "" && (p == nil || len(all) > 0) || tt.rule != "" && !slices.ContainsFunc(all, func(d diag.Diagnostic) bool { return d.Rule == tt.rule && d.Pos.String() == tt.at }) {
			t.Errorf("%s: %v, want %s at %s", tt.what, all, tt.rule, tt.at)
		}
	}
	p, all := say("", "[am]", "[\"yes\"]", "\"no\"")
	if p == nil {
		t.Fatal(all)
	}
	for _, language := range []string{Japanese, English} {
		q := p.In(language)
		for _, tt := range [][3]string{
			{"start", "am", "午前"}, {"start", "朝", "午前"}, {"start", "morning", "午前"}, {"start", "午後です", "午後"}, {"start", "pm", ""}, {"where", "shoulder", "肩"}, {"where", "done", "これで決定"},
			{"end", "yes", "送る"}, {"end", "はい", "送る"}, {"end", "send", "送る"}, {"end", "no", "直す"}, {"end", "いいえ", "直す"}, {"end", "直す", "直す"}, {"end", "more", "もっと"},
			{"more", "send", "送る"}, {"more", "直す", "直す"}, {"more", "no", "直す"},
		} {
			typed, got := NewTyped(tt[1]), ""
			if c := q.Labelled(p.Step(Ref{"a", tt[0]}), &typed, false); c != nil {
				got = c.Label
			}
			if got != tt[2] {
				t.Errorf("in %s at %s: %q means %q, want %q", language, tt[0], tt[1], got, tt[2])
			}
		}
		for typed, want := range map[string][]string{"neck, shoulder": {"首", "肩"}, "首と肩": {"首", "肩"}, "shoulder": {"肩"}, "head": nil} {
			if got, ok := q.Picked(p.Fields["parts"], typed); !slices.Equal(got, want) || ok != (want != nil) {
				t.Errorf("in %s: %q picks %q, want %q", language, typed, got, want)
			}
		}
	}
}

// TestForeign: Japanese in a translation is told, but for names in brackets and quotes.
func TestForeign(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ dir, text, at string }{
		{"en", "About yoga", ""},
		{"en", "About yoga (ヨガ) or “ヨガ” or 「ヨガ」 in 日本語", ""},
		{"en", "About ヨガ and 体操", "en/notice.yaml:3:32"},
		{"en", "About 体操", "en/notice.yaml:3:32"},
		{"en", "(ヨガ) is ヨガ", "en/notice.yaml:3:34"},
		{"zh", "关于瑜伽体操", ""},
		{"zh", "关于ヨガ", "zh/notice.yaml:3:28"},
	} {
		_, problems := Compile(program(map[string]string{
			"notice.yaml":           "flow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: ヨガの体操のお話, go: menu}\n",
			tt.dir + "/notice.yaml": "flow: notice\ntexts:\n  - {ja: ヨガの体操のお話, text: " + tt.text + "}\n",
		}), testFacts, Live)
		all := problems.Sorted()
		if tt.at == "" && len(all) > 0 || tt.at != "" && (len(all) != 1 || all[0].Rule != "japanese-left" || all[0].Pos.String() != tt.at) {
			t.Errorf("%s: got %v, want it at %q", tt.text, all, tt.at)
		}
	}
}
