package text

import (
	"strings"
	"testing"
	"time"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"山田", "山田"},
		{"　山田　太郎　", "山田　太郎"},
		{"山田 　 太郎", "山田 太郎"},
		{"a \t\u00a0 b", "a b"},
		{"a\tb", "a b"},
		{"a\r\nb\rc\nd", "a\nb\nc\nd"},
		{"a\n\n\n \n\nb", "a\n\nb"},
		{"a  \n  b", "a\nb"},
		{"a\u2028b\u0085c", "a\nb\nc"},
		{"\n\n", ""},
		{"a\x00b\x1b[31mc\x7f\u009b", "ab[31mc"},
		{"a\xff\xc3(b", "a(b"},
		{"a\ufffdb", "ab"},
		{"\u202eabc\u202c\u2066d\u2069\u200e\u200f\u061c", "abcd"},
		{"\ufeffa\u200bb\u200cc\u2060d\u00ade", "abcde"},
		{"\ufe0fa", "a"},
		{"\u0301a", "a"},
		{"a\u200db", "ab"},
		{"👨‍👩‍👧 です", "👨‍👩‍👧 です"},
		{"👍🏽❤️1️⃣🇯🇵", "👍🏽❤️1️⃣🇯🇵"},
		{"🏴󠁧󠁢󠁥󠁮󠁧󠁿a\U000E0067", "🏴󠁧󠁢󠁥󠁮󠁧󠁿a"},
		{"葛\U000E0100飾 \U000E0100", "葛\U000E0100飾"},
		{"\ue000a\U000F0000", "a"},
		{"\u3164\u115f", ""},
		{"\u2800a\u2800", "a"},
		{"𠮷\U000323B0", "𠮷\U000323B0"},
		{"e" + strings.Repeat("\u0301", 100), "e" + strings.Repeat("\u0301", maxMarks)},
	} {
		if got := Clean(c.in); got != c.want {
			t.Errorf("Clean(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFoldEqual(t *testing.T) {
	t.Parallel()
	for want, list := range map[string][]string{
		"めにゅ": {"メニュー", "めにゅー", "ﾒﾆｭｰ", "メニュ－", " メニュー!", "メニュ", "メニュー〜", "メ ニ ュ ー", "「メニュー」", "メニュー。", "メニュ-",
			"メニュ―", "メニュ～", "めにゅーーー", "メニュー👍", "メニュー（）", "メニュー…", "メニュー？！", "メ\u200bニュー", "メニュー\n", "『ﾒﾆｭｰ』", "メニュ‐", "メニュ—"},
		"prp療法":  {"PRP療法", "ＰＲＰ療法", "prp療法", "PRP 療法", "Prp・療法"},
		"がん":     {"ガン", "ｶﾞﾝ", "か\u3099ん", "カ\u3099ン"},
		"ゔぁいおりん": {"ヴァイオリン", "ｳﾞｧｲｵﾘﾝ"},
		"1":      {"1", "１", "①", "1️⃣", "1."},
		"":       {"", "！？", "👍", "ー", "   ", "。。。", "○", "\u0301"},

		"café": {"CAFÉ", "cafe\u0301"},
	} {
		for _, s := range list {
			if got := Fold(s); got != want {
				t.Errorf("Fold(%q) = %q, want %q", s, got, want)
			}
		}
	}
}

func TestFoldKeepsApart(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{"つづく", "つずく"}, {"びょういん", "びよういん"}, {"はい", "はいい"}, {"腰", "膝"}, {"いっち", "いち"}, {"時々", "時"}, {"は", "ば"},
	} {
		if Fold(c[0]) == Fold(c[1]) {
			t.Errorf("Fold(%q) = Fold(%q)", c[0], c[1])
		}
	}
}

// Hostile texts of the largest size must not cost more than their length.
func TestLinear(t *testing.T) {
	t.Parallel()
	today := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	for _, unit := range []string{"\u0301", "か\u3099", "0", "0 ", "090 1234 5678 ", "@", "a@", "a@b.", "1/", "(", "月", "です", "です。", "👨\u200d", " ", "\n", "ー", "十", "いち", "、", "なぜ", "午後", "あ。", "my ", "はい、", "さん", "を", "もう", "て", "お", "母の", "78歳", "o", "ぜろ", "〇"} {
		s := strings.Repeat(unit, 5000/len([]rune(unit)))
		start := time.Now()
		Fold(s)
		Bare(s)
		Bare(string([]rune(s)[:min(maxBare, len([]rune(s)))]))
		Clean(s)
		Graphemes(s)
		CutUTF16(s, 5000)
		Number(s)
		Numbers(s)
		YesNo(s)
		Name(s)
		Phone(s)
		Mail(s)
		Date(s, today)
		Clock(s)
		Option(s, []string{"a", "b"})
		Label(s, []string{"a", "b"})
		Same(s, s)
		SeveralOptions(s, []string{"a", "b"})
		if d := time.Since(start); d > time.Second {
			t.Errorf("%q: %v", unit, d)
		}
	}
}
