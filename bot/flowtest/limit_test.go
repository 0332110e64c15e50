package flowtest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"hogushi/bot/flow"
)

// TestBounds: no file makes a run without end.
func TestBounds(t *testing.T) {
	t.Parallel()
	line := "      - {send: メニュー, at: menu}\n"
	test := "  - test: 一\n    talk:\n"
	for _, tt := range []struct {
		name, file, rule string
	}{
		{"tests", "tests:\n" + strings.Repeat(test+line, maxTests+1), "test-limit"},
		{"lines of a test", "tests:\n" + test + strings.Repeat(line, maxTalk+1), "test-limit"},
		{"lines", "tests:\n" + strings.Repeat(test+strings.Repeat(line, maxTalk), maxLines/maxTalk+1), "test-limit"},
		{"time", "tests:\n" + test + strings.Repeat("      - {after: 399日後}\n", 2) + line, "test-limit"},
		{"a word of time", "tests:\n" + test + "      - {after: " + strings.Repeat("9999週間", 1000) + "後}\n" + line, "test-limit"},
		{"what is typed", "tests:\n" + test + "      - {send: " + strings.Repeat("あ", maxTyped+1) + ", at: menu}\n", "text-length"},
		{"the file", "tests:\n" + strings.Repeat("#"+strings.Repeat("あ", 99)+"\n", 10000), "file-too-large"},
		{"sets of facts", "tests:\n" + numbered("  - {test: 一, facts: {clinic.price: %d円}, talk: [{send: メニュー, at: menu}]}\n", maxFacts+1), "test-limit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			dir := small(t)
			dir["tests/a.yaml"] = &fstest.MapFile{Data: []byte(tt.file)}
			if got := outcome(dir, "en"); !strings.Contains(got, "["+tt.rule+"]") || len(got) > 64<<10 {
				t.Errorf("nothing is said of it, or %d bytes: %.300s", len(got), got)
			}
		})
	}
}

func numbered(format string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i)
	}
	return b.String()
}

// TestStory: what is told of a long conversation is its end.
func TestStory(t *testing.T) {
	t.Parallel()
	dir := small(t)
	dir["tests/a.yaml"] = &fstest.MapFile{Data: []byte("tests:\n  - test: 長い話\n    talk:\n" + strings.Repeat("      - {send: 費用, at: info/fee}\n", 199) + "      - {send: ぷにぷに, at: menu}\n")}
	got := outcome(dir, "ja")
	if !strings.Contains(got, "  …\n") || !strings.Contains(got, "  > ぷにぷに\n    │ （not-understood）\n") || len(got) > maxStory+2000 || !utf8.ValidString(got) {
		t.Errorf("%d bytes: %.500s", len(got), got)
	}
}

// FuzzRead: any bytes are told of, or run.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"good", "fails", "reading"} {
		a, err := txtar.ParseFile("testdata/run/" + name + ".txtar")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(a.Files[0].Data)
	}
	if data, err := os.ReadFile("testdata/flows/contact.yaml"); err == nil {
		f.Add(data)
	}
	flows := flow.Read(small(f))
	if p, problems := flows.Compile(clinic, flow.Live); p == nil {
		f.Fatal(problems.Err())
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tests, problems := Read(fstest.MapFS{"tests/a.yaml": {Data: data}})
		if len(tests) == 0 && !problems.Failed() {
			t.Fatal("neither a test nor a problem")
		}
		bench := NewBench(flows, clinic)
		wrong, failed := bench.Run(tests)
		if failed > 0 != wrong.Failed() {
			t.Fatalf("%d failed, but %v", failed, wrong.Sorted())
		}
		for _, d := range append(problems.Sorted(), wrong.Sorted()...) {
			if d.Line < 1 || d.Col < 1 || d.Rule == "" || d.Message.JA == "" || d.Message.EN == "" || strings.Contains(d.Message.EN+d.Message.JA, "%!") {
				t.Fatalf("%+v", d)
			}
		}
	})
}
