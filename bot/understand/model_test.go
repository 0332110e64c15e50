package understand

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
)

// small is a little of what is taught.
var small = []example{
	{"料金はいくらですか", []string{"fee"}}, {"いくらかかりますか", []string{"fee"}}, {"費用を教えて", []string{"fee"}}, {"値段は", []string{"fee"}},
	{"駐車場はありますか", []string{"car"}}, {"車で行けますか", []string{"car"}}, {"駐車できますか", []string{"car"}}, {"車をとめたい", []string{"car"}},
	{"ありがとうございます", []string{"thanks"}}, {"ありがとう", []string{"thanks"}}, {"助かりました", []string{"thanks"}},
}

func learnSmall() []byte { return learn(small, 1, 1, []uint32{7, 3}, sha256.Sum256([]byte("small"))) }

func TestLearn(t *testing.T) {
	t.Parallel()
	packed := learnSmall()
	if !bytes.Equal(packed, learnSmall()) {
		t.Error("learning twice gives two models")
	}
	m, err := OpenModel(packed)
	if err != nil {
		t.Fatal(err)
	}
	if m.Digest != sha256.Sum256([]byte("small")) {
		t.Error("the digest is another")
	}
	for _, e := range append(small, example{"料金いくら", []string{"fee"}}, example{"駐車場どこ", []string{"car"}}) {
		var fs features
		scores := m.whole(nil, m.read(&fs, e.Text))
		best := 0
		for c := range scores {
			if scores[c] > scores[best] {
				best = c
			}
		}
		if m.names[best] != e.Classes[0] {
			t.Errorf("%s: got %s %v, want %s", e.Text, m.names[best], scores, e.Classes[0])
		}
	}
}

// Whatever is wrong with a model, opening it says so.
func TestOpenModelBroken(t *testing.T) {
	t.Parallel()
	packed := learnSmall()
	for _, n := range []int{0, 1, 7, 8, 20, 40, 55, 56, 57, 1000, len(packed) / 2, len(packed) - 20} {
		if _, err := OpenModel(packed[:n]); err == nil || !strings.Contains(err.Error(), "make model") {
			t.Errorf("%d bytes of %d: got %v, want an error that says what to do", n, len(packed), err)
		}
	}
	for at := range 56 {
		broken := bytes.Clone(packed)
		broken[at] ^= 0xFF
		if m, err := OpenModel(broken); err == nil && m.Digest == sha256.Sum256([]byte("small")) {
			t.Errorf("byte %d is another, and nobody notices", at)
		}
	}
}

// What differs only in how it was typed is spelled alike.
func TestSpelling(t *testing.T) {
	t.Parallel()
	for _, same := range [][]string{
		{"PRPの料金", "ＰＲＰの料金", "prpの料金", "ＰＲＰ　の　料金", "PRP\u200bの\u200d料金", "P\u0000RPの料金", "PRPの料金🙂"},
		{"いたみ", "イタミ", "ｲﾀﾐ", "い た み", "いたみーー", "い\u200bた\u200bみ"},
		{"ありがとう", "🙏", "ありがとー"},
		{"38度", "３８度", "３９度"},
	} {
		want := string(aloud(nil, written(nil, same[0])))
		for _, s := range same[1:] {
			if got := string(aloud(nil, written(nil, s))); got != want {
				t.Errorf("%q: got %q, want %q as of %q", s, got, want, same[0])
			}
		}
	}
	for _, alike := range [][2]string{
		{"料金", "りょうきん"}, {"料金", "りょーきん"}, {"膝", "ヒザ"}, {"保険", "ほけん"}, {"続く", "つずく"}, {"効く", "聞く"}, {"腰痛", "ようつう"}, {"副作用", "ふくさよう"},
	} {
		if a, b := string(aloud(nil, written(nil, alike[0]))), string(aloud(nil, written(nil, alike[1]))); a != b {
			t.Errorf("%s is read %s, %s is read %s", alike[0], a, alike[1], b)
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want string
	}{
		{"料金は？", "料金は？"},
		{"料金は？保険は？", "料金は|保険は？"},
		{"料金は、あと駐車場は", "料金は|あと駐車場は"},
		{"あのう。\n料金は", "あのう|料金は"},
		{"", ""},
	} {
		if got := strings.Join(sentences(nil, c.text), "|"); got != c.want {
			t.Errorf("%q: got %q, want %q", c.text, got, c.want)
		}
	}
	if n := len(sentences(nil, strings.Repeat("あ。", 5000))); n > maxSentences {
		t.Errorf("%d sentences to look at, want at most %d", n, maxSentences)
	}
}
