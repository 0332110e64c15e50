package text

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// seeds are texts that broke a law once, or look as if they could.
var seeds = []string{
	"", " ", "メニュー", "ﾒﾆｭｰ", "か゛", "か\u200b\u3099", "ｶﾞﾞ", "J\u030c", "İ", "ǅ", "ﬀ", "ß", "ẞ", "K", "Ω", "ϴ",
	"\u1100 \u1161", "👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "葛󠄀飾", "1️⃣", "①③", "e\u0301\u0301", "\u0301", "\ufe0f\ufe0f", "a\u200d", "👍\u200d👍\u200d",
	"a\r\n\r\n\r\nb", "\xff\xfe", "a\x00b", "\u202eabc", "🇯🇵🇯", "﷽", "™", "🈁", "½", "ヷ", "\u3164", "ㅤ", "ヿ",
	"山田太郎です", "090-1234-5678", "（０３）１２３４ー５６７８", "+81 90-1234-5678", "taro＠example.jp", "da..me@docomo.ne.jp",
	"2026-12-01", "12月1日(火)", "令和8年12月1日", "来週の月曜", "午後3時半", "10:30", "はい、お願いします", "うーん", "1、3",
	"母の田中花子さん 78歳(78)です", "〇九〇一二三四五六七八", "O9O-1234-5678", "佐藤だよだよ", "はい、ﾞ佐藤", "名前は私は佐藤",
	strings.Repeat("a\u0301", 40), strings.Repeat("\u0301", 50), "0" + strings.Repeat("9", 4999), strings.Repeat("@", 300),
}

func fuzz(f *testing.F, law func(t *testing.T, s string)) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(law)
}

func FuzzFold(f *testing.F) {
	fuzz(f, func(t *testing.T, s string) {
		once := Fold(s)
		if twice := Fold(once); twice != once {
			t.Errorf("Fold(%q) = %q, again %q", s, once, twice)
		}
		if slow := foldAny(s); slow != once {
			t.Errorf("Fold(%q) = %q, the long way %q", s, once, slow)
		}
		if c := Fold(Clean(s)); c != once {
			t.Errorf("Fold(%q) = %q, after Clean %q", s, once, c)
		}
		if !utf8.ValidString(once) || strings.ContainsAny(once, " 　ーー〜-!。") {
			t.Errorf("Fold(%q) = %q", s, once)
		}
	})
}

func FuzzBare(f *testing.F) {
	for _, s := range strings.Fields("すみません、予約をお願いしたいのですが 電話をください お電話して やめてて ていている ないでください をををを やっぱりもうちょっと ごご予約 お願いをします みてみたい 行ってきます ますたい してし") {
		f.Add(s)
	}
	fuzz(f, lawBare)
}

func lawBare(t *testing.T, s string) {
	t.Helper()
	folded, bare := Fold(s), Bare(s)
	if again := Bare(bare); again != bare {
		t.Errorf("Bare(%q) = %q, again %q", s, bare, again)
	}
	if b := Bare(folded); b != bare {
		t.Errorf("Bare(%q) = %q, after Fold %q", s, bare, b)
	}
	if Fold(bare) != bare {
		t.Errorf("Bare(%q) = %q is not folded", s, bare)
	}
	if utf8.RuneCountInString(bare) < min(2, utf8.RuneCountInString(folded)) {
		t.Errorf("Bare(%q) = %q: too short", s, bare)
	}
	for _, no := range []string{"ない", "ません"} {
		if strings.HasSuffix(folded, no) && !strings.HasSuffix(bare, no) {
			t.Errorf("Bare(%q) = %q loses its negation", s, bare)
		}
	}
}

func FuzzClean(f *testing.F) {
	fuzz(f, func(t *testing.T, s string) {
		c := Clean(s)
		if again := Clean(c); again != c {
			t.Errorf("Clean(%q) = %q, again %q", s, c, again)
		}
		if !utf8.ValidString(c) || len(c) > len(s)+len(s) {
			t.Errorf("Clean(%q) = %q", s, c)
		}
		if c != strings.TrimSpace(c) || strings.Contains(c, "\n\n\n") || strings.Contains(c, "  ") {
			t.Errorf("Clean(%q) = %q: spaces", s, c)
		}
		for _, r := range c {
			if r != '\n' && unicode.In(r, unicode.Cc, unicode.Co, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
				t.Errorf("Clean(%q) = %q keeps %U", s, c, r)
			}
		}
	})
}

func FuzzMeasure(f *testing.F) {
	fuzz(f, func(t *testing.T, s string) {
		if got, want := Graphemes(s), uniseg.GraphemeClusterCount(s); got != want {
			t.Errorf("Graphemes(%q) = %d, want %d", s, got, want)
		}
		if got, want := Width(s), uniseg.StringWidth(s); got != want {
			t.Errorf("Width(%q) = %d, want %d", s, got, want)
		}
		for _, n := range []int{-1, 0, 1, 2, 3, 5, 10} {
			lawCut(t, s, n, CutUTF16(s, n), UTF16)
			lawCut(t, s, n, CutGraphemes(s, n), Graphemes)
		}
	})
}

func lawCut(t *testing.T, s string, n int, got string, measure func(string) int) {
	t.Helper()
	if measure(got) > max(n, 0) {
		t.Errorf("cut %q to %d: %q is %d long", s, n, got, measure(got))
	}
	if got == s || got == "" {
		return
	}
	head, ok := strings.CutSuffix(got, ellipsis)
	if !ok || !strings.HasPrefix(s, head) || measure(s) <= n {
		t.Errorf("cut %q to %d: %q", s, n, got)
	}
	boundary := 0
	for g := uniseg.NewGraphemes(s); boundary < len(head) && g.Next(); {
		_, boundary = g.Positions()
	}
	if boundary != len(head) && strings.TrimRight(s[:boundary], " \u3000\t\r\n") != head {
		t.Errorf("cut %q to %d: %q splits a cluster", s, n, got)
	}
}

func FuzzRead(f *testing.F) {
	today := time.Date(2026, 11, 24, 23, 30, 0, 0, time.UTC)
	labels := []string{"はい", "いいえ", "首・肩", "腰", "👍"}
	fuzz(f, func(t *testing.T, s string) {
		if p, ok := Phone(s); ok {
			if again, ok := Phone(p); !ok || again != p {
				t.Errorf("Phone(%q) = %q, again %q %v", s, p, again, ok)
			}
		}
		if m, ok := Mail(s); ok {
			if again, ok := Mail(m); !ok || again != m {
				t.Errorf("Mail(%q) = %q, again %q %v", s, m, again, ok)
			}
			if strings.ContainsAny(m, "\r\n \x00") || len(m) > 254 {
				t.Errorf("Mail(%q) = %q", s, m)
			}
		}
		if n, ok := Name(s); ok {
			if n != Clean(n) || n == "" || Graphemes(n) > 40 {
				t.Errorf("Name(%q) = %q", s, n)
			}
			if again, ok := Name(n); !ok || again != n {
				t.Errorf("Name(%q) = %q, again %q %v", s, n, again, ok)
			}
		}
		if i, ok := Label(s, labels); ok {
			if j, ok := Option(s, labels); !ok || j != i {
				t.Errorf("Label(%q) = %d, Option %d %v", s, i, j, ok)
			}
		}
		if Same(s, s) != Same(Clean(s), s) || Fold(s) != "" && !Same(s, Fold(s)) {
			t.Errorf("Same(%q) is not one with what it is made of", s)
		}
		if n, ok := Number(s); ok && (n < 1 || n > 99) {
			t.Errorf("Number(%q) = %d", s, n)
		}
		if n, ok := Numbers(s); ok != (len(n) > 0) {
			t.Errorf("Numbers(%q) = %v %v", s, n, ok)
		}
		if d, ok := Date(s, today); ok && (d.Hour() != 0 || d.Minute() != 0) {
			t.Errorf("Date(%q) = %v", s, d)
		}
		if m, ok := Clock(s); ok && (m < 0 || m >= 24*60) {
			t.Errorf("Clock(%q) = %d", s, m)
		}
		if i, ok := Option(s, labels); ok && (i < 0 || i >= len(labels)) {
			t.Errorf("Option(%q) = %d", s, i)
		}
		if is, ok := SeveralOptions(s, labels); ok != (len(is) > 0) {
			t.Errorf("SeveralOptions(%q) = %v %v", s, is, ok)
		}
		YesNo(s)
		Join(s, s)
		Near(s, s+"a")
		DidYouMean(s, labels)
	})
}
