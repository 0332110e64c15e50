package understand

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
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
		{"料金は？保険は？", "料金は？|保険は？"},
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

// letter is half a page of what patients tell, with a sentence at its beginning, in its middle or at its end.
func letter(sentence string, place int) string {
	told := []string{
		"はじめてお便りします", "広島で小さな本屋を営んでおります、六十八の男です", "膝とのつき合いは、もう七年になります",
		"朝は店の前を掃いて、それから新聞の束をほどきます", "近所の整形の先生には、水を抜いてもらったり湿布をいただいたりしてきました",
		"妻は庭で茄子と胡瓜を作っていて、ことしは豊作でした", "孫が夏休みに来て、店番をしてくれたのがうれしかったです", "そのときに、このトークの入れ方も習いました",
		"雨の日は階段がこたえますので、二階の倉庫には息子が上がってくれます", "長い手紙になりました", "季節の変わり目ですので、皆さまどうぞお体をお大事に",
	}
	at := []int{0, len(told) / 2, len(told)}[place]
	return strings.Join(slices.Insert(told, at, sentence), "。\n") + "。"
}

func TestGist(t *testing.T) {
	t.Parallel()
	for place := range 3 {
		for _, ask := range []string{"PRPの費用はどのくらいでしょうか", "駐車場があるのかどうか知りたいのです", "土曜もやってますかね？", "打ったあとお風呂はだめなんかのう"} {
			for _, text := range []string{letter(ask, place), letter(ask, place) + strings.Repeat(letter("", 0), 3)} {
				if !long(text) {
					t.Fatalf("%q isn't long", text)
				}
				got, _ := gist(nil, text)
				if !slices.ContainsFunc(got, func(s string) bool { return strings.TrimSuffix(s, "。") == ask }) && len(text) < pageBytes {
					t.Errorf("%q at place %d isn't in %q", ask, place, got)
				}
				if n := utf8.RuneCountInString(strings.Join(got, "")); n > gistHead+askMost*gistAsk {
					t.Errorf("%d runes are too many: %q", n, got)
				}
			}
		}
	}
	if got, n := gist(nil, letter("膝は雨の日に痛みます", 2)); n > 0 || !strings.HasPrefix(got[len(got)-1], "膝は雨の日に痛みます") {
		t.Errorf("of a letter that asks nothing: %q, want its end", got)
	}
	for _, c := range []struct {
		sentence string
		asks     bool
	}{
		{"料金は？", true}, {"一回いくらか教えてください", true}, {"痛いもんかい", true}, {"紹介状がいるのかどうか気になっております", true},
		{"孫が使い方を教えてくれました", false}, {"よろしくお願いいたします", false}, {"明日は少し遅れるかもしれません", false}, {"膝は七年前からです", false}, {"どうぞご自愛ください", false},
	} {
		if got := asks(c.sentence); got != c.asks {
			t.Errorf("%s: asks %v, want %v", c.sentence, got, c.asks)
		}
	}
}
