package diag

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the goldens; read what changes before committing it")

var sources = map[string]string{
	"flow.yaml": "flow: contact\r\n" +
		"  say: 痛みの{{nmae}}です\r\n" +
		"  say: 🙂🏽👨‍👩‍👧{{x}}\r\n" +
		"\tkey\t: value\r\n" +
		"ｶﾅ {{half}} ①{{circled}}\r\n",
	"bom.yaml":  "\ufeffflow: x\n",
	"long.yaml": strings.Repeat("長", 300) + "ここ" + strings.Repeat("い", 300),
	"esc.yaml":  "a: \x1b[31mred\x1b[0m b\n",
}

var sample = []Diagnostic{
	{Span: at("flow.yaml", 1, 7, 7), Rule: "flow-name", Message: T("名前が違います。", "wrong name"), Hint: T("「%s」のことですか?", "did you mean %q?", "contact"),
		Related: []Related{{Span: at("menu.yaml", 3, 1, 0), Text: T("1つ目はここです。", "the first one")}}},
	{Span: at("flow.yaml", 2, 13, 4), Rule: "behind-japanese", Message: T("日本語の後ろ", "behind Japanese")},
	{Span: at("flow.yaml", 2, 8, 3), Rule: "under-japanese", Message: T("日本語の下", "under Japanese")},
	{Span: at("flow.yaml", 3, 17, 1), Rule: "behind-emoji", Message: T("絵文字の後ろ", "behind emoji")},
	{Span: at("flow.yaml", 4, 2, 3), Severity: Warning, Rule: "behind-tab", Message: T("タブの後ろ", "behind a tab")},
	{Span: at("flow.yaml", 4, 7, 5), Rule: "behind-tabs", Message: T("タブの後ろ", "behind tabs")},
	{Span: at("flow.yaml", 5, 6, 4), Rule: "behind-half-width", Message: T("半角カナの後ろ", "behind half-width kana")},
	{Span: at("flow.yaml", 5, 16, 7), Rule: "behind-ambiguous", Message: T("丸数字の後ろ", "behind a circled digit")},
	{Span: at("flow.yaml", 5, 99, 7), Rule: "behind-the-end", Message: T("行の終わり", "the end of the line")},
	{Span: at("bom.yaml", 1, 7, 1), Rule: "behind-bom", Message: T("BOMの後ろ", "behind a BOM")},
	{Span: at("long.yaml", 1, 301, 2), Rule: "long-line", Message: T("長い行", "a long line")},
	{Span: at("esc.yaml", 1, 17, 1), Rule: "control", Message: T("制御文字", "control characters")},
	{Span: at("flow.yaml", 1, 1, 4), Rule: "with-context", Message: T("ここまで", "so far"), Context: "> はい\n  │ 一行\n\n  │ \x1b[2Jもう一行"},
	{Span: at("gone.yaml", 0, 0, 0), Rule: "missing-file", Message: T("ファイルがありません。", "no such file")},
}

func TestRender(t *testing.T) {
	t.Parallel()
	read := func(name string) []byte {
		if s, ok := sources[name]; ok {
			return []byte(s)
		}
		return nil
	}
	got := map[string][]byte{}
	for _, lang := range []string{"ja", "en"} {
		var text, lines bytes.Buffer
		Render(&text, sample, lang, read)
		if err := JSON(&lines, sample, lang); err != nil {
			t.Fatal(err)
		}
		got[lang+".golden"], got[lang+".json.golden"] = text.Bytes(), lines.Bytes()
		for line := range bytes.Lines(lines.Bytes()) {
			if !json.Valid(line) {
				t.Errorf("no JSON: %s", line)
			}
		}
		if n := bytes.Count(lines.Bytes(), []byte("\n")); n != len(sample) {
			t.Errorf("%d lines of JSON for %d diagnostics", n, len(sample))
		}
		if bytes.ContainsRune(text.Bytes(), '\x1b') {
			t.Error("a file steers the terminal")
		}
	}
	entries, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range entries {
		if !*update && got[filepath.Base(name)] == nil {
			t.Errorf("%s is read by no test", name)
		}
	}
	for name, text := range got {
		name = filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(name, text, 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v; -update writes it", err)
		}
		if diff := cmp.Diff(string(want), string(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestJSONError(t *testing.T) {
	t.Parallel()
	if err := JSON(broken{}, slices.Clone(sample), "ja"); err == nil || !strings.HasPrefix(err.Error(), "write diagnostics: ") {
		t.Errorf("got %v, want an error of the writer", err)
	}
}
