package flow

import (
	"maps"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func compiled(t *testing.T, files map[string]string) *Program {
	t.Helper()
	dir := program(files)
	p, problems := Compile(dir, testFacts, Live)
	if p == nil {
		t.Fatalf("reported:\n%s", rendered(problems, dir, "en"))
	}
	return p
}

// TestSlots: slots are found where this expression finds them.
func TestSlots(t *testing.T) {
	t.Parallel()
	written := regexp.MustCompile(`\{\{\s*([^{}]*?)\s*(\?)?\s*\}\}`)
	type found struct {
		At             [4]int
		Name, Optional string
	}
	random := rand.New(rand.NewPCG(3, 0))
	signs, some := []string{"{{", "}}", "{", "}", "?", " ", "\t", "\v", "　", "a", "痛", "\xff"}, 0
	for range 5_000 {
		var b strings.Builder
		for range random.IntN(12) {
			b.WriteString(signs[random.IntN(len(signs))])
		}
		text := b.String()
		var got, want []found
		for v := range slots(text) {
			got = append(got, found{[4]int{v.start, v.end, v.nameAt, v.nameEnds}, v.name, map[bool]string{true: "?"}[v.optional]})
		}
		at := written.FindAllStringSubmatchIndex(text, -1)
		for i, m := range written.FindAllStringSubmatch(text, -1) {
			want = append(want, found{[4]int(at[i]), m[1], m[2]})
		}
		if some += len(want); !slices.Equal(got, want) {
			t.Fatalf("%q: got %v, want %v", text, got, want)
		}
		if got, want := tidied(text), written.ReplaceAllString(text, "{{$1$2}}"); got != want {
			t.Fatalf("%q: got %q, want %q", text, got, want)
		}
	}
	if some < 300 {
		t.Errorf("only %d slots were looked at", some)
	}
}

// TestTemplates: what a text becomes with facts that are set and facts that aren't.
func TestTemplates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want, closed string }{
		{"こんにちは", "こんにちは", ""},
		{"{{clinic.name}}の{{ clinic.phone }}", "例クリニックの0120-774-665", ""},
		{"{{clinic.name?}}です", "例クリニックです", ""},
		{"一\n時間:{{clinic.hours?}}\n二", "一\n二", ""},
		{"時間:{{clinic.hours ?}}\n\n二\n", "二", ""},
		{"一\n\n時間:{{clinic.hours?}}", "一", ""},
		{"時間:{{clinic.hours?}}", "", ""},
		{"一\n地図:{{clinic.map}} {{clinic.hours?}}", "一", ""}, // the line is gone, and with it what it needs
		{"一\n地図:{{clinic.map}}", "一\n地図:（未記入）", "clinic.map"},
		{"番号は<receipt>と{{receipt}}", "番号は<receipt>と<receipt>", ""},
		{"{{receipt}}\n時間:{{clinic.hours?}}", "<receipt>", ""},
		{"{ } {a}", "{ } {a}", ""},
	} {
		p := compiled(t, map[string]string{"a.yaml": "flow: a\ntriggers: [はじめ]\nsteps:\n  - step: start\n    say: |\n      " +
			strings.ReplaceAll(c.text, "\n", "\n      ") + "\n    end: true\n"})
		s := p.Flow("a").Steps[0]
		var got strings.Builder
		for _, template := range s.Say {
			for _, seg := range template {
				got.WriteString(seg.Text)
				if seg.Value != "" {
					got.WriteString("<" + seg.Value + ">")
				}
			}
		}
		if got.String() != c.want || s.Closed != c.closed {
			t.Errorf("%q:\ngot  %q, closed by %q\nwant %q, closed by %q", c.text, got.String(), s.Closed, c.want, c.closed)
		}
	}
}

// TestLinks: where steps lead, and which choices are doors.
func TestLinks(t *testing.T) {
	t.Parallel()
	p := compiled(t, map[string]string{
		"form.yaml": "flow: form\nfields:\n  ok: {type: yes_no}\nsteps:\n  - {step: start, say: a, ask: ok}\n  - {step: two, say: b, choices: [{label: c}, {label: d, go: start}]}\n  - {step: menu, say: e, go: menu/start}\n",
		"info.yaml": "flow: info\ntriggers: [はじめ]\nsteps:\n  - step: start\n    say: a\n    choices:\n" +
			"      - {label: b, go: form}\n      - {label: c, go: form/two}\n      - {label: d, go: menu}\n      - {label: e, go: form, set: {ok: \"yes\"}}\n      - {label: f, link: \"tel:119\"}\n",
	})
	doors := ""
	for c := range p.Flow("info").Steps[0].Offers {
		if c.Door {
			doors += c.Label
		}
	}
	if doors != "bd" {
		t.Errorf("the doors are %q, want b and d: the start of a form and the menu", doors)
	}
	form := p.Flow("form")
	if !form.Form || p.Flow("info").Form || p.Flow(MenuFlow).Form {
		t.Error("a form is what asks, and nothing else")
	}
	for i, s := range form.Steps {
		if last := i == len(form.Steps)-1; last != (s.Next == nil) {
			t.Errorf("%v falls through to %v", s.Ref, s.Next)
		}
	}
	if got := form.Steps[2].Go; got != p.Flow(MenuFlow).Steps[0] {
		t.Errorf("menu/start is %v, though a step of the flow is named menu", got)
	}
	for _, s := range p.Flow(PatternFlow).Steps {
		if s.Next != nil {
			t.Errorf("the pattern %v falls through to the next one", s.Ref)
		}
	}
	choices := p.Patterns[Interrupted].Choices
	if choices[0].Move != MoveStay || choices[1].Move != MoveLeave {
		t.Errorf("the choices of interrupted move %v and %v", choices[0].Move, choices[1].Move)
	}
	if got := p.Trigger(typed("はじめ")); got != p.Flow("info").Steps[0] {
		t.Errorf("はじめ leads to %v", got)
	}
	if p.Command(typed("めにゅ")) != CommandMenu || p.Command(typed("もどる")) != NoCommand || p.Command(typed("戻る")) != CommandBack {
		t.Error("commands are found by their folded words only")
	}
	if f := p.Fields["ok"]; f.Asker() != form.Steps[0] {
		t.Errorf("ok is asked for by %v", f.Asker())
	}
}

func TestWrongAnswer(t *testing.T) {
	t.Parallel()
	for kind, want := range map[Type]string{Text: "wrong-text", Name: "wrong-name", Phone: "wrong-phone", Mail: "wrong-mail", Date: "wrong-date",
		Time: "wrong-time", YesNo: "wrong-choice", OneOf: "wrong-choice", SeveralOf: "wrong-choice"} {
		if got := kind.WrongAnswer().String(); got != want {
			t.Errorf("%v: got %s, want %s", kind, got, want)
		}
	}
}

func typed(s string) *Typed { t := NewTyped(s); return &t }

// TestStandIns: what a step says with facts that are set and facts that aren't.
func TestStandIns(t *testing.T) {
	t.Parallel()
	const effect = "flow: a\ntriggers: [はじめ]\nsteps:\n  - step: start\n    say: 費用は{{clinic.hours}}と{{clinic.map}}\n    without_effect: 人によります\n    end: true\n"
	const plain = "flow: a\ntriggers: [はじめ]\nsteps:\n  - step: start\n    say: |\n      %s\n    without_facts: お電話で\n    end: true\n"
	set := func(names ...string) Clinic {
		all := maps.Clone(testFacts)
		for _, n := range names {
			all["clinic."+n] = "値"
		}
		return all
	}
	for _, c := range []struct {
		file, text string
		clinic     Clinic
		mode       Mode
		want       string
		neutral    bool
	}{
		{effect, "", set(), Live, "人によります", true},
		{effect, "", set("hours"), Live, "人によります", true},
		{effect, "", set("hours", "map"), Live, "費用は値と値", false},
		{effect, "", set("hours"), Preview, "【公開前】\n費用は値と（未記入）", false},
		{effect, "", set("hours", "map"), Preview, "費用は値と値", false},
		{plain, "{{clinic.hours}}\n      {{clinic.map?}}", set(), Live, "お電話で", false},
		{plain, "{{clinic.hours}}\n      {{clinic.map?}}", set("map"), Preview, "お電話で", false},
		{plain, "{{clinic.hours}}\n      {{clinic.map?}}", set("hours"), Live, "値", false},
		{plain, "電話は{{clinic.phone}}\n      {{clinic.hours?}}\n      {{clinic.map?}}", set(), Live, "お電話で", false},
		{plain, "電話は{{clinic.phone}}\n      {{clinic.hours?}}\n      {{clinic.map?}}", set("map"), Live, "電話は0120-774-665\n値", false},
		{plain, "いつも{{clinic.phone}}", set(), Live, "いつも0120-774-665", false},
	} {
		file := strings.Replace(c.file, "%s", c.text, 1)
		p, problems := Compile(program(map[string]string{"a.yaml": file}), c.clinic, c.mode)
		if p == nil {
			t.Fatal(problems.Err())
		}
		s := p.Flow("a").Steps[0]
		got, _ := s.Say[0].Static()
		if got != c.want || s.Neutral != c.neutral || s.Closed != "" {
			t.Errorf("%s: got %q, neutral %t, closed by %q; want %q, %t", c.text, got, s.Neutral, s.Closed, c.want, c.neutral)
		}
	}
}
