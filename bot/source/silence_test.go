package source

import (
	"fmt"
	"strings"
	"testing"
)

func TestSilences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"behind a value", "a: b # 承知: some-rule 来月から\n", "1:6 some-rule(来月から)→1"},
		{"full-width", "a: b #承知：some-rule　来月 から\r\n", "1:6 some-rule(来月 から)→1"},
		{"alone", "a: b\n# 承知: some-rule わけ\n\n# ほかのメモ\nc: d\n", "2:1 some-rule(わけ)→5"},
		{"no reason, no rule", "a: b # 承知:\n", "1:6 ()→1"},
		{"two of them", "a: b # 承知: x y\nc: d # 承知: z w\n", "1:6 x(y)→1 2:6 z(w)→2"},
		{"an ordinary comment", "a: b # 承知しました\n", ""},
		{"in a block", "- a: |\n    # 承知: x y\n\n    b # 承知: x y\n  c: d\n", ""},
		{"behind a block", "- a: |\n    b\n  c: d # 承知: x y\n", "3:8 x(y)→3"},
		{"behind a block in a list", "a:\n  - |\n    b\n  - c # 承知: x y\n", "4:7 x(y)→4"},
		{"on the line of the bar", "a: | # 承知: x y\n  b\n", "1:6 x(y)→1"},
	} {
		var got []string
		for _, s := range parse(t, c.text).Silences() {
			got = append(got, fmt.Sprintf("%d:%d %s(%s)→%d", s.Line, s.Col, s.About, s.Reason, s.Of))
		}
		if all := strings.Join(got, " "); all != c.want {
			t.Errorf("%s: got %s, want %s", c.name, all, c.want)
		}
	}
}
