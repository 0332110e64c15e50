package render_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"hogushi/bot/flow"
	"hogushi/bot/linetest"
	"hogushi/bot/render"
	"hogushi/bot/text"
)

// line is one platform for all tests; validation keeps nothing.
var line = sync.OnceValue(func() *linetest.Platform { return linetest.New(linetest.Config{}) })

// validate wants LINE to take the messages of a reply.
func validate(t testing.TB, messages []byte) {
	t.Helper()
	body := append(append([]byte(`{"messages":`), messages...), '}')
	req, err := http.NewRequest("POST", line().URL()+"/v2/bot/message/validate/reply", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+line().Config().Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if answer, _ := io.ReadAll(res.Body); res.StatusCode != 200 {
		t.Errorf("LINE refuses: %s\n%.2000s", answer, messages)
	}
}

// pieces are what texts are put together from: each is hard to count or to write.
var pieces = []string{"痛み", "a", " ", "　", "\n", "\"", "\\", "\t", "👨‍👩‍👧", "🏽", "が", "か\u3099", "\u200d", "e\u0301\u0301\u0301", "ﾊﾟ", "🇯🇵", "\r\n", "</script>", "\u2028", "𠮷"}

func anyText(r *rand.Rand, most int) string {
	var b strings.Builder
	for range r.IntN(most + 1) {
		b.WriteString(pieces[r.IntN(len(pieces))])
	}
	return b.String()
}

// fits is a text within a limit of the compiler, with something to see in it.
func fits(r *rand.Rand, limit int, count func(string) int) string {
	for {
		if s := anyText(r, limit); strings.TrimSpace(s) != "" && count(s) <= limit {
			return s
		}
	}
}

// anyStep makes a step that the compiler would let pass.
func anyStep(r *rand.Rand) *flow.Step {
	f := &flow.Flow{ID: "t", Form: r.IntN(2) == 0}
	s := &flow.Step{Ref: flow.Ref{Flow: strings.Repeat("f", 40), Step: strings.Repeat("s", 40)}, Flow: f}
	template := func(limit int, count func(string) int) flow.Template {
		t := flow.Template{{Text: fits(r, limit, count)}}
		if r.IntN(3) == 0 {
			t = append(t, flow.Segment{Value: "x"})
		}
		if r.IntN(6) == 0 {
			t = flow.Template{{Value: "x"}}
		}
		return t
	}
	n := 0
	choices := func(k int) (out []flow.Choice) {
		for range k {
			n++
			c := flow.Choice{Key: fmt.Sprintf("k%07d", n), Label: fits(r, 20, text.Graphemes)}
			switch r.IntN(5) {
			case 0:
				c.Link = []string{"tel:0120-774-665", "tel:%237119", "https://example.jp/?q=%E7%97%9B", "line://nv/chat"}[r.IntN(4)]
			case 1:
				c.Move = flow.MovePoint
			}
			out = append(out, c)
		}
		return out
	}
	if r.IntN(3) == 0 {
		s.Image = &flow.Picture{Image: &flow.Image{Name: "x.png", Hash: "1a2b3c4d", Width: 1 + r.IntN(1024), Height: 1024}, Alt: fits(r, 400, text.UTF16)}
		s.Image.Height = min(1+r.IntN(1024), 3*s.Image.Width)
	}
	for range r.IntN(6) {
		s.Say = append(s.Say, template(30+r.IntN(300), text.UTF16))
	}
	switch r.IntN(5) {
	case 0:
		s.Show = flow.ShowConfirm
		s.Choices = choices(2)
	case 1:
		s.Show = flow.ShowButtons
		s.Choices = choices(1 + r.IntN(4))
	case 2:
		s.Show = flow.ShowQuick
		s.Choices = choices(1 + r.IntN(13))
	case 3:
		s.Choices = choices(r.IntN(14))
	case 4:
		titled, same := r.IntN(2) == 0, 1+r.IntN(3)
		for range 1 + r.IntN(10) {
			c := flow.Card{Choices: choices(same), Text: template(120, text.Graphemes)}
			if titled {
				c.Title, c.Text = fits(r, 40, text.Graphemes), template(60, text.Graphemes)
			}
			s.Cards = append(s.Cards, c)
		}
	}
	if r.IntN(2) == 0 {
		p := template(160, text.Graphemes)
		s.Prompt = &p
	}
	if shown := len(s.Choices); s.Show == flow.ShowQuick || s.Show == flow.ShowAuto && shown > 4 {
		s.Quick = choices(r.IntN(14 - shown))
	} else {
		s.Quick = choices(r.IntN(14))
	}
	return s
}

// TestLINETakesAll: whatever the compiler lets pass, with any values, makes a reply that
// LINE takes.
func TestLINETakesAll(t *testing.T) {
	t.Parallel()
	p := &flow.Program{Base: "https://example.jp", Words: flow.Words{Prompt: "お選びください"}}
	r := rand.New(rand.NewPCG(1, 2))
	sent := 0
	for range 160 {
		s := anyStep(r)
		v := anyText(r, []int{0, 3, 200, 6000}[r.IntN(4)])
		value := func(string) string { return v }
		var messages []render.Message
		for range r.IntN(4) {
			messages = render.Say(messages, p, anyStep(r), 1, value, day)
		}
		if r.IntN(2) == 0 {
			messages = render.Say(messages, p, s, 1<<40, value, day)
		} else {
			messages = render.Question(messages, p, s, 1<<40, value, day)
		}
		if messages = render.Fit(messages); len(messages) == 0 {
			continue
		}
		sent++
		body := render.JSON(nil, messages)
		validate(t, body)
		validate(t, render.PlainText(body))
		if t.Failed() {
			t.Fatalf("of %+v", s)
		}
	}
	if sent < 120 {
		t.Errorf("only %d replies were looked at", sent)
	}
}

// TestAlone: without Fit too, what one step says is taken, up to the number of messages.
func TestAlone(t *testing.T) {
	t.Parallel()
	p := &flow.Program{Words: flow.Words{Prompt: "お選びください"}}
	r := rand.New(rand.NewPCG(3, 4))
	for range 60 {
		s := anyStep(r)
		s.Say = s.Say[:min(2, len(s.Say))]
		for _, messages := range [][]render.Message{
			render.Say(nil, p, s, 1, func(string) string { return "値" }, day),
			render.Question(nil, p, s, 1, func(string) string { return "" }, day),
		} {
			if len(messages) > 0 {
				validate(t, render.JSON(nil, messages))
			}
		}
		if t.Failed() {
			t.Fatalf("of %+v", s)
		}
	}
}

// FuzzString: a text in JSON is what encoding/json writes.
func FuzzString(f *testing.F) {
	for _, s := range []string{"", "痛み", "\"\\/\b\f\n\r\t", "\x00\x1f\x7f", "\xff\xfe", "\xed\xa0\x80", "\u2028\u2029", "<&>", "👨‍👩‍👧", "\ufffd", "a\xc3"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(s); err != nil {
			t.Fatal(err)
		}
		want := `[{"type":"text","text":` + strings.TrimSuffix(b.String(), "\n") + `}]`
		if got := string(render.JSON(nil, []render.Message{{Text: s}})); got != want {
			t.Errorf("%q:\ngot  %s\nwant %s", s, got, want)
		}
		if got := render.PlainText([]byte(want)); !utf8.Valid(got) {
			t.Errorf("%q: not UTF-8: %q", s, got)
		}
	})
}

func TestTap(t *testing.T) {
	t.Parallel()
	for _, tap := range []render.Tap{
		{},
		{From: flow.Ref{Flow: "contact", Step: "start"}, Key: "AbC-_123", Visit: 3},
		{From: flow.Ref{Flow: strings.Repeat("f", 40), Step: strings.Repeat("s", 40)}, Key: "k", Visit: 1<<63 - 1},
		{From: flow.Ref{Flow: "f", Step: "s"}, Key: "k", Visit: -1},
	} {
		data := tap.Data()
		if got, ok := render.ParseTap(data); !ok || got != tap || len(data) > 300 {
			t.Errorf("%q: got %+v, want %+v", data, got, tap)
		}
	}
	for _, data := range []string{"", "c", "c/", "c/a/b/c", "c/a/b/c/", "c/a/b/c/x", "c/a/b/c/+1", "c/a/b/c/01", "c/a/b/c/-0", "c/a/b/c/1/", "d/a/b/c/1", "C/a/b/c/1",
		"c/a/b/c/99999999999999999999", "c/" + strings.Repeat("a", 300) + "/b/c/1"} {
		if got, ok := render.ParseTap(data); ok || got != (render.Tap{}) {
			t.Errorf("%q: got %+v, want nothing", data, got)
		}
	}
}

func FuzzParseTap(f *testing.F) {
	for _, s := range []string{"c/a/b/c/1", "c////0", "c/a/b/c/+1", "\xff", "c/痛/み/x/2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tap, ok := render.ParseTap(s)
		if ok && tap.Data() != s {
			t.Errorf("%q is read as %+v, which is written %q", s, tap, tap.Data())
		}
		if !ok && tap != (render.Tap{}) {
			t.Errorf("%q is refused and read as %+v", s, tap)
		}
	})
}
