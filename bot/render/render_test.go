package render_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"hogushi/bot/flow"
	"hogushi/bot/render"
	"hogushi/bot/text"
	"hogushi/config"
)

var update = flag.Bool("update", false, "rewrite the goldens; read what changes before committing it")

// program compiles one flow, named t, beside the least that flows need, and a shipped picture.
func program(tb testing.TB, fields, steps string) *flow.Program {
	tb.Helper()
	dir := fstest.MapFS{}
	names, err := filepath.Glob("../engine/testdata/small/*.yaml")
	if err != nil || len(names) == 0 {
		tb.Fatalf("no flows: %v", err)
	}
	for _, name := range append(names, "../../flows/images/prp-steps.png") {
		data, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		in := filepath.Base(name)
		if filepath.Ext(in) == ".png" {
			in = "images/" + in
		}
		dir[in] = &fstest.MapFile{Data: data}
	}
	dir["t.yaml"] = &fstest.MapFile{Data: []byte("flow: t\ntitle: 試し\ntriggers: [ためし]\n" + fields + "steps:\n" + steps)}
	settings, _ := config.Load(config.Dir(""))
	p, problems := flow.Compile(dir, settings.Clinic, flow.Live)
	if p == nil {
		tb.Fatal(problems.Err())
	}
	p.Base = "https://example.jp"
	return p
}

var (
	long = strings.Repeat("長い文章です。", 40)
	day  = &render.Range{Mode: "date", Initial: "2026-11-22", Min: "2026-11-22", Max: "2027-01-22"}
)

var forms = []struct {
	name, fields, step string
	dates              *render.Range
}{
	{"text", "", "say: [一つ目, '\"引用\"と\\改行', 三つ目]\n    end: true", nil},
	{"buttons", "", "say: [まえおき, どれですか]\n    choices: [{label: メニューへ, go: menu}, {label: 電話, link: 'tel:%237119'}, {label: つぎ}]\n    end: true", nil},
	{"prompt", "", "say: 文章\n    prompt: カードの文章\n    choices: [{label: メニューへ, go: menu}]", nil},
	{"prompt-with-quick", "", "say: 文章\n    prompt: 五つから\n    choices: [{label: a, go: menu}, {label: b, go: menu}, {label: c, go: menu}, {label: d, go: menu}, {label: e, go: menu}]", nil},
	{"prompt-too-long", "  x: {type: text, max: 40}\n", "set: {x: y}\n    say: 文章\n    prompt: '{{x}}'\n    choices: [{label: メニューへ, go: menu}]", nil},
	{"say-too-long-for-a-card", "", "say: " + long + "\n    choices: [{label: メニューへ, go: menu}]", nil},
	{"say-just-short-enough", "", "say: " + strings.Repeat("🇯🇵", 160) + "\n    choices: [{label: メニューへ, go: menu}]", nil},
	{"say-just-too-long", "", "say: " + strings.Repeat("あ", 161) + "\n    choices: [{label: メニューへ, go: menu}]", nil},
	{"nothing-but-a-value", "  e: {type: text, max: 40}\n", "set: {e: y}\n    say: '{{e}}'\n    prompt: '{{e}}'\n    choices: [{label: メニューへ, go: menu}]", nil},
	{"confirm", "  ok: {type: yes_no}\n", "say: よろしいですか\n    ask: ok\n    show: confirm\n    end: true", nil},
	{"carousel", "", "say: カードです\n    cards:\n      - {title: 題, text: 文章, choices: [{label: くわしく, go: menu}]}\n      - {title: 次, text: 文章, choices: [{label: くわしく, go: t}]}\n    quick: [{label: メニューへ, go: menu}]", nil},
	{"carousel-bare", "  x: {type: text, max: 40}\n", "set: {x: y}\n    cards: [{text: '{{x}}', choices: [{label: くわしく, go: menu}]}]", nil},
	{"picture", "", "image: {file: prp-steps.png, alt: 順番の図}\n    say: 図のとおりです\n    choices: [{label: メニューへ, go: menu}]", nil},
	{"quick", "", "say: どれですか\n    quick: [{label: メニューへ, go: menu}, {label: 電話, link: 'tel:119'}]\n    end: true", nil},
	{"several", "  part: {type: several_of, options: [首, 肩, 腰, 膝]}\n", "say: どこですか\n    ask: part\n    end: true", nil},
	{"picker", "  theday: {type: date}\n", "say: いつですか\n    ask: theday\n    choices: [{label: 決めていません}]\n    end: true", day},
	{"time-picker", "  at: {type: time}\n", "say: 何時ですか\n    ask: at\n    end: true", &render.Range{Mode: "time", Initial: "10:00"}},
	{"consent", "", "say: よろしいですか\n    consent: {version: '1', 'yes': はい, 'no': いいえ, refused: menu}\n    end: true", nil},
	{"five", "", "say: [一, 二, 三, 四, 五]\n    choices: [{label: メニューへ, go: menu}, {label: つぎ, go: t}, {label: また, go: t}, {label: a, go: t}, {label: b, go: t}]", nil},
}

// TestForms compares the JSON of each form, of what is said and of the question once more,
// with its golden.
func TestForms(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if name := strings.TrimSuffix(filepath.Base(file), ".golden"); !slices.ContainsFunc(forms, func(f struct {
			name, fields, step string
			dates              *render.Range
		}) bool {
			return f.name == name
		}) {
			t.Errorf("%s is read by no test", file)
		}
	}
	for _, c := range forms {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.fields != "" {
				c.fields = "fields:\n" + c.fields
			}
			p := program(t, c.fields, "  - step: start\n    "+c.step+"\n")
			s := p.Flow("t").Steps[0]
			value := func(name string) string { return map[string]string{"x": long}[name] }
			var got bytes.Buffer
			for _, messages := range [][]render.Message{
				render.Fit(render.Say(nil, p, s, 7, value, c.dates)),
				render.Fit(render.Question([]render.Message{{Text: "もう一度"}}, p, s, 7, value, c.dates)),
			} {
				body := render.JSON(nil, messages)
				validate(t, body)
				if err := json.Indent(&got, body, "", " "); err != nil {
					t.Fatal(err)
				}
				got.WriteByte('\n')
			}
			file := filepath.Join("testdata", c.name+".golden")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("%v; -update writes it", err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestFit(t *testing.T) {
	t.Parallel()
	text5000 := strings.Repeat("あ", 5000)
	card := render.Message{Show: render.Buttons, Text: "card", Items: []render.Item{{Choice: &flow.Choice{Key: "k", Label: "l"}}}}
	plain := func(texts ...string) (out []render.Message) {
		for _, s := range texts {
			out = append(out, render.Message{Text: s})
		}
		return out
	}
	item := func(step, key string, to *flow.Step) render.Item {
		return render.Item{Choice: &flow.Choice{Key: key, Go: to, Door: to != nil}, From: flow.Ref{Flow: "t", Step: step}}
	}
	menu := &flow.Step{}
	var many []render.Item
	for i := range 13 {
		many = append(many, item("question", string(rune('a'+i)), nil))
	}
	for _, c := range []struct {
		name  string
		in    []render.Message
		want  string // texts, parted by |
		quick string // keys of the quick replies of the last message
	}{
		{"five stay", plain("1", "2", "3", "4", "5"), "1|2|3|4|5", ""},
		{"seven are joined from the first", plain("1", "2", "3", "4", "5", "6", "7"), "1\n\n2\n\n3|4|5|6|7", ""},
		{"only side by side", slices.Concat(plain("1"), []render.Message{card}, plain("2", "3", "4", "5")), "1|card|2\n\n3|4|5", ""},
		{"where there is room", slices.Concat(plain(text5000, "1", "2", "3", "4", "5")), text5000 + "|1\n\n2|3|4|5", ""},
		{"the newest stay", slices.Concat([]render.Message{{Show: render.Carousel}}, slices.Repeat([]render.Message{card}, 5)), "card|card|card|card|card", ""},
		{"blank texts go", plain("", "1", "\u3000\n", "2"), "1|2", ""},
		{"nothing", nil, "", ""},
		{"blank alone", plain(" "), "", ""},
		{"too long", plain(text5000 + "い"), text5000[:len(text5000)-3] + "…", ""},
		{"quick replies stand on the last", []render.Message{{Text: "1", Quick: []render.Item{item("a", "x", menu)}}, {Text: "2", Quick: []render.Item{item("b", "y", menu)}}}, "1|2", "xy"},
		{"the same door once", []render.Message{{Text: "1", Quick: []render.Item{item("a", "x", menu)}}, {Text: "2", Quick: []render.Item{item("b", "x", menu)}}}, "1|2", "x"},
		{"answers of two steps", []render.Message{{Text: "1", Quick: []render.Item{item("a", "x", nil)}}, {Text: "2", Quick: []render.Item{item("b", "x", nil)}}}, "1|2", "xx"},
		{"those of the question stay", []render.Message{{Text: "1", Quick: []render.Item{item("a", "z", menu)}}, {Text: "2", Quick: many}}, "1|2", "abcdefghijklm"},
	} {
		before := render.JSON(nil, c.in)
		got := render.Fit(c.in)
		var texts []string
		quick := ""
		for i, m := range got {
			texts = append(texts, m.Text)
			if i < len(got)-1 && len(m.Quick) > 0 {
				t.Errorf("%s: quick replies on the message %d of %d", c.name, i, len(got))
			}
			for _, q := range m.Quick {
				quick += q.Key
			}
		}
		if all := strings.Join(texts, "|"); all != c.want || quick != c.quick {
			t.Errorf("%s:\ngot  %.200q, quick %q\nwant %.200q, quick %q", c.name, all, quick, c.want, c.quick)
		}
		if after := render.JSON(nil, c.in); !bytes.Equal(before, after) {
			t.Errorf("%s: what came in is changed", c.name)
		}
	}
}

func TestPlainText(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`[{"type":"text","text":"a\"b"},{"type":"template","altText":"c","template":{"text":"d"}}]`: `[{"type":"text","text":"a\"b"},{"type":"text","text":"c"}]`,
		`[{"type":"image"},{"type":"text","text":""}]`:                                              `[]`,
		`{`:                   `[]`,
		``:                    `[]`,
		`[{"text":5}]`:        `[]`,
		`[{"text":"\ud800"}]`: "[{\"type\":\"text\",\"text\":\"\ufffd\"}]",
	} {
		if got := string(render.PlainText([]byte(in))); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	value := func(name string) string { return "<" + name + ">" }
	for want, in := range map[string]flow.Template{
		"":        nil,
		"a":       {{Text: "a"}},
		"<x>":     {{Value: "x"}},
		"a<x>b":   {{Text: "a"}, {Value: "x"}, {Text: "b"}},
		"<x><y>c": {{Value: "x"}, {Value: "y"}, {Text: "c"}},
	} {
		if got := render.Fill(in, value); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func BenchmarkJSON(b *testing.B) {
	p := program(b, "", "  - {step: start, say: a, end: true}\n")
	messages := render.Fit(render.Say(nil, p, p.Flow("welcome").Steps[0], 3, func(string) string { return "" }, nil))
	buf := render.JSON(nil, messages)
	if n := text.UTF16(string(buf)); n < 500 {
		b.Fatalf("the reply has only %d units", n)
	}
	b.SetBytes(int64(len(buf)))
	b.ReportAllocs()
	for b.Loop() {
		buf = render.JSON(buf[:0], messages)
	}
}
