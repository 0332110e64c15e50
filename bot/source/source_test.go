package source

import (
	"fmt"
	"strings"
	"testing"

	"hogushi/bot/diag"
)

func parse(t *testing.T, text string) *Node {
	t.Helper()
	var problems diag.List
	n := Parse("f.yaml", []byte(text), &problems)
	if n == nil || problems.Len() > 0 {
		t.Fatalf("%q: %v", text, problems.Sorted())
	}
	return n
}

// show writes a node on one line: kind, place, width and value.
func show(n *Node) string {
	where := fmt.Sprintf("@%d:%d+%d", n.Line, n.Col, n.Width)
	switch n.Kind {
	case Null:
		return "null" + where
	case Scalar:
		return fmt.Sprintf("%q%s", n.Value, where)
	case List:
		var items []string
		for _, i := range n.Items {
			items = append(items, show(i))
		}
		return "[" + strings.Join(items, " ") + "]" + where
	}
	var pairs []string
	for _, p := range n.Pairs {
		pairs = append(pairs, show(p.Key)+": "+show(p.Value))
	}
	return "{" + strings.Join(pairs, ", ") + "}" + where
}

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"plain", "a: b\n", `{"a"@1:1+1: "b"@1:4+1}@1:1+1`},
		{"japanese", "題: 痛み # c\n", `{"題"@1:1+1: "痛み"@1:4+2}@1:1+1`},
		{"behind emoji", "{a: 🙂👍🏽, b: c}\n", `{"a"@1:2+1: "🙂👍🏽"@1:5+3, "b"@1:10+1: "c"@1:13+1}@1:1+1`},
		{"tab behind the colon", "a:\tb\n", `{"a"@1:1+1: "b"@1:4+1}@1:1+1`},
		{"quoted", "- \"a b\"\n- 'c'\n", `["a b"@1:3+5 "c"@2:3+3]@1:1+1`},
		{"escaped", `- "a\nb"`, `["a\nb"@1:3+5]@1:1+1`},
		{"crlf", "a: b\r\nc:\r\n  - d\r\n", `{"a"@1:1+1: "b"@1:4+1, "c"@2:1+1: ["d"@3:5+1]@3:3+1}@1:1+1`},
		{"bom", "\ufeffa: b\r\n", `{"a"@1:1+1: "b"@1:4+1}@1:1+1`},
		{"nothing", "a:\nb: ~\nc: null\nd: \"\"\n", `{"a"@1:1+1: null@1:3+1, "b"@2:1+1: null@2:4+1, "c"@3:1+1: null@3:4+4, "d"@4:1+1: ""@4:4+2}@1:1+1`},
		{"words of old YAML", "yes: no\n1: 2026-11-22\n", `{"yes"@1:1+3: "no"@1:6+2, "1"@2:1+1: "2026-11-22"@2:4+10}@1:1+1`},
		{"block", "a: |\n  b\n\n  c\n", `{"a"@1:1+1: "b\n\nc\n"@1:4+1}@1:1+1`},
		{"dashes in a text", "a: |\n  b\n  ---\n", `{"a"@1:1+1: "b\n---\n"@1:4+1}@1:1+1`},
		{"a marker before", "# c\n---\na: b\n", `{"a"@3:1+1: "b"@3:4+1}@3:1+1`},
	} {
		if got := show(parse(t, c.text)); got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestGet(t *testing.T) {
	t.Parallel()
	n := parse(t, "a: b\nc:\n")
	if got := n.Get("a"); got == nil || got.Value != "b" {
		t.Errorf("got %v, want b", got)
	}
	if n.Get("c") == nil || n.Get("d") != nil || (*Node)(nil).Get("a") != nil {
		t.Error("a key without a value is there; one that isn't written is not")
	}
}

// TestUnseen: what has no width makes no key or name another one, except between quotes.
func TestUnseen(t *testing.T) {
	t.Parallel()
	n := parse(t, "\u200btop\ufeffic: fee\u200b\nsay: |\n  痛\u200bみ\ngo: \"a\u200bb\"\n")
	for key, want := range map[string]string{"topic": "fee", "say": "痛み\n", "go": "a\u200bb"} {
		if got := n.Get(key); got == nil || got.Value != want {
			t.Errorf("%s is %v, want %q", key, got, want)
		}
	}
}

// TestAt looks for the word HERE in a value and wants the place of it in the file.
func TestAt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		start      bool // only the scalar's start can be told
	}{
		{"plain", "a: 痛みHERE です\n", false},
		{"in a list", "a:\n  - 🙂👨‍👩‍👧HERE\n", false},
		{"double quotes", "a: \"b{{HERE}}\"\n", false},
		{"single quotes", "a: 'b HERE'\n", false},
		{"flow", "- {l: x, k: tel:HERE}\n", false},
		{"block", "a: |\n  一行目\n  二HERE\n", false},
		{"block, blank lines before and between", "a: |\n\n  \n  一行目\n\n  二HERE\n", false},
		{"block with crlf", "a: |\r\n\r\n  一行目\r\n\r\n  二HERE\r\nb: c\r\n", false},
		{"block that is indented more inside", "a: |\n  一行目\n      二HERE\n", false},
		{"block with an indicator", "a: |2\n      一行目\n    二HERE\n", false},
		{"block that keeps", "a: |+\n  HERE\n\n\nb: c\n", false},
		{"block that strips, with a comment", "a: |- # c\n  HERE\n\n\nb: c\n", false},
		{"block in a list", "a:\n  - |\n    b\n    cHERE", false},
		{"behind a tab", "a: |\n  b\tHERE\n", false},
		{"behind a BOM", "\ufeffa: HERE\n", false},
		{"escapes", `a: "b\tHERE"`, true},
		{"folded", "a: >\n  b\n  HERE\n", true},
	} {
		var find func(n *Node) *Node
		find = func(n *Node) *Node {
			if strings.Contains(n.Value, "HERE") {
				return n
			}
			for _, i := range n.Items {
				if f := find(i); f != nil {
					return f
				}
			}
			for _, p := range n.Pairs {
				if f := find(p.Value); f != nil {
					return f
				}
			}
			return nil
		}
		n := find(parse(t, c.text))
		if n == nil {
			t.Fatalf("%s: no value holds HERE", c.name)
		}
		want := n.Span
		if !c.start {
			text := strings.TrimPrefix(c.text, "\ufeff")
			before := text[:strings.Index(text, "HERE")]
			want = diag.Span{Pos: diag.Pos{File: "f.yaml", Line: 1 + strings.Count(before, "\n"), Col: 1 + len([]rune(before[strings.LastIndexByte(before, '\n')+1:]))}, Width: 4}
		}
		if got := n.At(len([]rune(n.Value[:strings.Index(n.Value, "HERE")])), 4); got != want {
			t.Errorf("%s: got %v, want %v", c.name, got, want)
		}
	}
	n := parse(t, "a: b\n").Get("a")
	for _, i := range []int{-1, 2, 99} {
		if got := n.At(i, 1); got != n.Span {
			t.Errorf("At(%d): got %v, want the start %v", i, got, n.Span)
		}
	}
}

// FuzzParse: Parse is total; places lie in the file; with nothing reported there is a node.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a: b", "- {a: [b, c], \"d\": 'e'}\n", "a: |\r\n  b\r\n", "&a b: *a", "? [a]\n: b", "\ufeff---\na\n...\nb", "{{{", "a: !!map b",
		"\t", "0: [:!00 \xef", "%YAML 1.1\n---\n", "<<: a\n<<: b", "- - - - -", "a:\u2028b", "\r", "?", "[\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var problems diag.List
		n := Parse("f", data, &problems)
		if n == nil && problems.Len() == 0 {
			t.Fatal("nothing was read, and nothing reported")
		}
		lines := 1 + strings.Count(string(data), "\n")
		check := func(s diag.Span) {
			if s.File != "f" || s.Line < 1 || s.Line > lines || s.Col < 1 || s.Width < 1 {
				t.Errorf("%v+%d lies outside of %d lines", s, s.Width, lines)
			}
		}
		for _, d := range problems.Sorted() {
			check(d.Span)
		}
		var walk func(n *Node)
		walk = func(n *Node) {
			check(n.Span)
			for i := -1; i < len(n.Value); i += 1 + len(n.Value)/4 {
				check(n.At(i, 1))
			}
			for _, i := range n.Items {
				walk(i)
			}
			for _, p := range n.Pairs {
				walk(p.Key)
				walk(p.Value)
			}
		}
		if n != nil {
			walk(n)
		}
	})
}
