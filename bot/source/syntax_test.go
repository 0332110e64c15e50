package source

import (
	"fmt"
	"strings"
	"testing"

	"hogushi/bot/diag"
)

func TestProblems(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("- ", maxDepth+2) + "a"
	for _, c := range []struct{ name, text, want string }{
		{"wrong indentation", "a: b\nsteps:\n  - step: x\n    say: y\n   go: z\n", "5:4 indent 同じ段"},
		{"indented too much", "steps:\n  - step: x\n      say: y\n", "3:7 indent 同じ段"},
		{"unclosed quote", "a: b\nc: \"d\ne: f\ng: h\n", "2:4 open-quote 文章の終わり"},
		{"unclosed quote that closes at the next", "a: b\nc: \"d\ne: \"f\"\ng: h\n", "2:4 open-quote 文章の終わり"},
		{"unclosed single quote", "a: b\nc: 'd\ne: f\n", "2:4 open-quote 文章の終わり"},
		{"unclosed bracket", "a: b\nc: [d, e\nf: g\n", "2:4 open-bracket 行の終わり"},
		{"unclosed brace", "- {a: b}\n- {a: b\n- {a: b}\n", "2:3 open-bracket 行の終わり"},
		{"no space after the colon", "a: b\nsay:c\nd: e\n", "2:4 colon-space 半角の空白"},
		{"full-width colon", "a: b\nsay：c\nd: e\n", "2:4 wide-colon 半角の「:」"},
		{"tab", "a:\n\tb: c\n", "2:1 tab-indent 半角の空白"},
		{"full-width space", "a: b\n　c: d\n　e: f\n", ""}, // a key of its own: the reader of the keys reports it
		{"braces", "a: b\nsay: {{clinic.name}}です\n", "2:6 bare-braces 全体を"},
		{"braces alone", "a: {{b}}\n", "1:4 bare-braces"},
		{"two colons", "a: b\nsay: c: d\n", "2:6 two-keys 次の行に"},
		{"sign", "a: @b\n", "1:4 odd-start 全体を"},
		{"behind blank lines", "a: b\n\n\n - c: d\n", "4:2 indent すぐ上に"},
		{"crlf", "a: b\r\nc: \"d\r\ne: f\r\n", "2:4 open-quote 文章の終わり"},
		{"control character", "a: b\nc: \x01\n", "2:1 yaml-syntax 字下げ"},
		{"text over two lines", "a: 痛み\n  です\n", "1:4 lost-breaks 一行なら"},
		{"quoted text over two lines", "a: \"痛み\n  です\"\n", "1:4 lost-breaks 一行なら"},
		{"a key without a colon at the end", "- a: b\n  say\n", "2:3 missing-colon 見出しの後ろ"},
		{"glued in braces", "- {a:b, c: d}\n", "1:5 colon-space 半角の空白"},
		{"Japanese commas", "a: [b、c]\n", "1:6 list-comma 分けるとき"},
		{"a comma that is meant", "a: [\"b、c\"]\n", ""},
		{"a link isn't glued", "{a: tel:0120, b: 'https://x'}\n", ""},
		{"full-width brackets", "a: ［b, c］\n", "1:4 wide-bracket 半角の"},
		{"brackets in a text", "a: ［b］はc\n", ""},
		{"unknown alias", "a: b\nc: *d\n", "2:4 odd-start 全体を"},
		{"anchor", "a: &b c\n", "1:4 yaml-feature"},
		{"alias", "a: &b c\nd: *b\n", "1:4 yaml-feature 2:4 yaml-feature"},
		{"tag", "a: !b c\n", "1:4 yaml-feature"},
		{"key twice", "a: b\na: c\n", "2:1 duplicate-key"},
		{"too deep", deep, fmt.Sprintf("1:%d too-deep", 1+2*(maxDepth+1))},
		{"empty", "", "1:1 empty-file"},
		{"comment only", "# a\n", "1:1 empty-file"},
		{"BOM only", "\ufeff", "1:1 empty-file"},
		{"two documents", "# c\n---\na: b\n--- # c\nd: e\n", "4:1 second-document"},
		{"behind the end", "a: b\n...\nd: e\n", "3:1 yaml-syntax 字下げ"},
		{"another one behind the end", "a: b\n...\n---\nd: e\n", "2:1 second-document"},
		{"broken second document", "a: b\n---\nc: [\n", "3:4 open-bracket 行の終わり"},
		{"not UTF-8", "a: \xff\n", "1:1 not-utf8"},
		{"UTF-16", "\xff\xfea\x00", "1:1 not-utf8"},
		{"carriage returns", "a: b\rc: d\r", "1:5 odd-line-break"},
		{"line separator", "a: b\r\nc: 痛\u2028d\r\n", "2:5 odd-line-break"},
		{"next line", "a: \u0085\n", "1:4 odd-line-break"},
		{"a line break of Word", "a: 痛\vb\n", "1:5 odd-line-break"},
		{"too large", "a: " + strings.Repeat("b", MaxBytes), "1:1 file-too-large"},
	} {
		var problems diag.List
		Parse("f.yaml", []byte(c.text), &problems)
		var got []string
		for _, d := range problems.Sorted() {
			s := fmt.Sprintf("%d:%d %s", d.Line, d.Col, d.Rule)
			if d.Hint.JA != "" {
				s += " " + d.Hint.JA
			}
			got = append(got, s)
		}
		if all := strings.Join(got, " "); !strings.HasPrefix(all, c.want) || (c.want == "") != (all == "") {
			t.Errorf("%s: got %s, want %s", c.name, all, c.want)
		}
	}
}

// TestBrokenLine breaks each line of a long file in each of several ways and wants that
// very line to be named.
func TestBrokenLine(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("flow: long\nsteps:\n")
	for i := range 60 {
		fmt.Fprintf(&b, "  - step: s%d\n    say: |\n      一行目です。\n      二行目です。\n    go: s%d\n", i, i+1)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) < 300 {
		t.Fatalf("only %d lines", len(lines))
	}
	breaks := map[string]func(line string) string{
		"tab":         func(line string) string { return "\t" + line },
		"bracket":     func(line string) string { return strings.Replace(line, ": ", ": [", 1) },
		"quote":       func(line string) string { return strings.Replace(line, ": ", ": \"", 1) },
		"indentation": func(line string) string { return " " + line },
		"space":       func(line string) string { return strings.Replace(line, ": ", ":", 1) },
	}
	tried := 0
	for name, mend := range breaks {
		for _, at := range []int{6, 7, 101, 102, 151, 296, 297, 301} {
			line := lines[at]
			if !strings.Contains(line, "go:") && name != "tab" && name != "quote" && name != "bracket" {
				continue // breaks nothing, or is text
			}
			copied := append([]string{}, lines...)
			copied[at] = mend(line)
			if copied[at] == line || strings.HasSuffix(line, "|") {
				continue
			}
			var problems diag.List
			Parse("f.yaml", []byte(strings.Join(copied, "\n")), &problems)
			all := problems.Sorted()
			if strings.HasPrefix(strings.TrimSpace(line), "一") || strings.HasPrefix(strings.TrimSpace(line), "二") {
				continue // text of a block
			}
			tried++
			if len(all) != 1 || all[0].Line != at+1 {
				t.Errorf("%s in line %d (%s): got %v", name, at+1, copied[at], all)
			}
		}
	}
	if tried < 15 {
		t.Errorf("only %d files were broken", tried)
	}
}

// TestSearchIsBounded: a broken file of the greatest size takes no time to speak of.
func TestSearchIsBounded(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("a: [\n", MaxBytes/5)
	var problems diag.List
	Parse("f.yaml", []byte(text), &problems)
	if all := problems.Sorted(); len(all) != 1 || all[0].Rule != "open-bracket" {
		t.Errorf("got %v", all)
	}
}
