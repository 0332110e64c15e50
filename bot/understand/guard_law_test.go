package understand

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

func redFlags(t testing.TB) []line {
	var out []line
	for _, name := range regressions {
		if name != "nearmiss.tsv" {
			out = append(out, readLines(t, name)...)
		}
	}
	return out
}

var harmlessSentences = []string{"こんにちは。", "料金はいくらですか。", "予約したいです。", "はじめまして、山田です。", "腰痛で悩んでいます。", "PRPとは何ですか?", "昔、骨折しました。", "熱はありません。"}

// A harmless sentence before, after or on both sides never lowers an alarm.
func TestGuardHarmlessNeighbours(t *testing.T) {
	t.Parallel()
	for i, l := range redFlags(t) {
		alone := byRules(l.text).Alarm
		for k := i % 2; k < len(harmlessSentences); k += 2 {
			s := harmlessSentences[k]
			for _, text := range []string{s + l.text, l.text + "。" + s, s + "\n" + l.text + "\n" + s} {
				if got := byRules(text).Alarm; got < alone {
					t.Errorf("%q: %v, alone %v", text, got, alone)
				}
			}
		}
		for _, s := range []string{"料金はいくらですか。", "\nこんにちは。", "😢", "・・・", "ーーー", "!!"} {
			if got := byRules(l.text + s).Alarm; got < alone {
				t.Errorf("%q: %v, alone %v", l.text+s, got, alone)
			}
		}
	}
}

// Spelling does not matter: spaces, width, katakana, drawn-out vowels.
func TestGuardSpelling(t *testing.T) {
	t.Parallel()
	kata := func(s string) string {
		return strings.Map(func(r rune) rune {
			if 'ぁ' <= r && r <= 'ゖ' {
				return r + 0x60
			}
			return r
		}, s)
	}
	for _, l := range redFlags(t) {
		alone := byRules(l.text).Alarm
		variants := []string{kata(l.text)}
		if l.text[0] >= 0x80 && !strings.ContainsAny(l.text, "abcdefghijklmnopqrstuvwxyz0123456789") {
			var b strings.Builder
			for _, r := range l.text {
				fmt.Fprintf(&b, "%c ", r)
			}
			variants = append(variants, b.String())
		}
		for _, v := range variants {
			if got := byRules(v).Alarm; got < alone {
				t.Errorf("%q: %v, alone %v", v, got, alone)
			}
		}
	}
}

func TestGuardClauses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want Alarm
	}{
		{"料金はいくらですか。あと胸が締め付けられて冷や汗が出ます", Emergency},
		{"胸の痛みはありません", Calm},
		{"胸の痛みや息苦しさはありません", Calm},
		{"胸の痛みはありませんが、尿が出ません", Emergency},
		{"昔、胸が痛くなりました", Calm},
		{"昔から丈夫です。今朝から胸が痛い", Emergency},
		{"3年前から胸が苦しい", Ask},
		{"胸が苦しいので今日受けられますか", Emergency},
		{"注射で息が苦しくなることはありますか", Calm},
		{"むねがいたい", Emergency},
		{"おなかいたい", Calm},
		{"胸が\n痛い", Emergency},
		{"むね、いたい", Emergency},
		{"死にたいわけではありません", Ask},
		{"昔は死にたいと思っていました", Crisis},
		{"胸が痛い。もう死にたい", CrisisNow},
		{"睡眠薬を全部飲んだ。死にたい", CrisisNow},
		{"感覚はあります。お尻の穴の感覚がない", Emergency},
		{"腰が痛くて食欲がない。熱なし", Calm},
		{"し に た い", Crisis},
		{"ﾑﾈｶﾞｲﾀｲ", Emergency},
		{"", Calm},
	} {
		if got := byRules(c.text); got.Alarm != c.want {
			t.Errorf("%q: got %v, want %v (%s; cues %v)", c.text, got.Alarm, c.want, got.Why(), got.Cues)
		}
	}
}

func TestGuardJoined(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		earlier, text string
		want          Alarm
	}{
		{"胸が", "締めつけられる", Emergency},
		{"肩が痛い", "冷や汗が出る", Emergency},
		{"注射を打ってもらった後です", "顔が腫れてきた", Emergency},
		{"腰が痛い", "38度の熱", Today},
		{"妊娠中です", "出血しています", Today},
		{"胸が", "腰が痛いです", Calm},      // another part replaces the earlier one
		{"胸が痛い", "料金はいくらですか", Calm}, // an alarm does not repeat
		{"胸の痛みはありません", "痛いです", Calm},
		{"こんにちは", "腰が痛い", Calm},
	} {
		first := byRules(c.earlier)
		if got := judged(first.Cues, c.text); got.Alarm != c.want {
			t.Errorf("%q then %q: got %v, want %v (%s; earlier %v)", c.earlier, c.text, got.Alarm, c.want, got.Why(), first.Cues)
		}
	}
	if got := judged([]CueID{"no such cue"}, "胸が痛い"); got.Alarm != Emergency {
		t.Errorf("unknown cue: %v", got)
	}
}

// Two bubbles say no less than one text of both.
func checkJoin(t *testing.T, a, b string) {
	fa, fb := byRules(a), byRules(b)
	joined := judged(fa.Cues, b)
	if joined.Alarm < fb.Alarm {
		t.Errorf("%q then %q: joined %v < alone %v", a, b, joined.Alarm, fb.Alarm)
	}
	one := byRules(a + "。" + b)
	if two := Worse(fa.Alarm, joined.Alarm); one.Alarm >= Today && two < one.Alarm {
		t.Errorf("%q then %q: %v as two, %v as one (%s)", a, b, two, one.Alarm, one.Why())
	}
	if one.Alarm < fa.Alarm || one.Alarm < fb.Alarm {
		t.Errorf("%q + %q: %v < %v or %v", a, b, one.Alarm, fa.Alarm, fb.Alarm)
	}
}

func TestGuardJoinLaw(t *testing.T) {
	t.Parallel()
	all := append(redFlags(t), readLines(t, "nearmiss.tsv")...)
	for i := range all {
		for step := 1; step < 30; step += 10 {
			checkJoin(t, all[i].text, all[(i*step+step)%len(all)].text)
		}
	}
}

func FuzzGuard(f *testing.F) {
	for _, l := range readLines(f, "own.tsv") {
		f.Add(l.text, "料金はいくらですか")
	}
	f.Add("ﾞ\xff", "\u200d\u3099ﾊﾟ")
	f.Fuzz(func(t *testing.T, a, b string) {
		checkJoin(t, a, b)
		for _, s := range []string{"こんにちは。", "料金はいくらですか。"} {
			if got, want := byRules(s+a).Alarm, byRules(a).Alarm; got < want {
				t.Errorf("%q: %v < %v", s+a, got, want)
			}
			if got, want := byRules(a+"。"+s).Alarm, byRules(a).Alarm; got < want {
				t.Errorf("%q: %v < %v", a+"。"+s, got, want)
			}
		}
	})
}

// The tables themselves: every need is a cue, every cue is used, every rule can fire and says why.
func TestGuardTables(t *testing.T) {
	t.Parallel()
	lex := lexicon()
	if len(cues) > 64*len(set{}) || len(lex.index) != len(cues) {
		t.Fatalf("%d cues, %d ids, room for %d", len(cues), len(lex.index), 64*len(set{}))
	}
	used := map[string]bool{}
	names := map[string]bool{}
	for i := range rules {
		r := &rules[i]
		if names[r.name] || r.category < 1 || r.category > 16 || len(r.clause) == 0 || r.level == Calm {
			t.Errorf("rule %q: doubled or incomplete", r.name)
		}
		names[r.name] = true
		for _, n := range append(append([]string{r.not}, r.clause...), r.text...) {
			for one := range strings.SplitSeq(n, "|") {
				used[one] = true
			}
		}
		if why := (Finding{Rule: r.name}).Why(); !strings.Contains(why, r.name) {
			t.Errorf("rule %q: why %q", r.name, why)
		}
	}
	texts := []string{}
	for _, c := range cues {
		texts = append(texts, c.alts)
	}
	for _, w := range moodWords {
		texts = append(texts, w.alts)
	}
	for _, text := range texts {
		for alt := range strings.FieldsSeq(text) {
			open := 0
			for _, r := range alt {
				if r == '{' {
					open++
				} else if r == '}' {
					open--
				}
				if open < 0 || open > 1 {
					t.Errorf("%s: braces open or nested", alt)
					break
				}
			}
			if open != 0 || strings.Count(alt, "~") > 1 {
				t.Errorf("%s: braces left open, or two gaps", alt)
			}
		}
	}
	for _, c := range cues {
		if !used[string(c.id)] {
			t.Errorf("cue %q: no rule needs it", c.id)
		}
	}
}

func BenchmarkGuard(b *testing.B) {
	short := "はじめまして。5年前から腰痛があり、他院でヘルニアと言われています。注射が怖いのですが、PRPの料金と回数を教えてください。保険は使えますか。最近は仕事も忙しくて肩こりもひどいです。よろしくお願いします。"
	hostile := strings.Repeat("胸が痛、", 1250)
	for name, text := range map[string]string{
		"100": string([]rune(short)[:100]), "5000": string([]rune(strings.Repeat(short, 60))[:5000]), "hostile": hostile,
		"page": page(b, 5000, false), "pain": strings.Repeat("痛", 5000), "no": strings.Repeat("は", 5000),
	} {
		byRules(text)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				byRules(text)
			}
		})
	}
}

func BenchmarkGuardTables(b *testing.B) {
	for b.Loop() {
		buildLexicon()
	}
}

// Hostile texts stay linear; the bound is loose because test machines are slow.
func TestGuardHostile(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		strings.Repeat("胸が痛、", 1250), strings.Repeat("死にたい。", 1000), strings.Repeat("し", 5000), strings.Repeat("😢", 5000),
		strings.Repeat("力", 5000), strings.Repeat("か\u3099", 2500), strings.Repeat("\ufdfa", 5000), strings.Repeat("注射のあと息が痛い", 550), strings.Repeat("酸素99血圧9 ", 600),
	} {
		start := time.Now()
		byRules(text)
		if d := time.Since(start); d > 500*time.Millisecond {
			t.Errorf("%.10s…: %v", text, d)
		}
	}
}

// A text and its NFKC are spelled alike, however runes join.
func TestNormalise(t *testing.T) {
	t.Parallel()
	runes := []rune("あぁいぃかがタァーッっガ\u3099\u309A\u0301ﾞﾟｶﾊｱｧe1２.．。!、\n /　癌痛脚AzＺﾌ…㍍가각ᄀ\u1161\u11A8é\u0338=≠<𠮟\U0002F800゜ヽ々〜")
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		var b []rune
		for range 1 + r.IntN(12) {
			b = append(b, runes[r.IntN(len(runes))])
		}
		text := string(b)
		if got, want := normalise(nil, text, false), normalise(nil, norm.NFKC.String(text), false); !slices.Equal(got, want) {
			t.Fatalf("%q\n got %x\nwant %x", text, got, want)
		}
	}
}

// Many pictures hide none of another kind, and each kind says something.
func TestPictures(t *testing.T) {
	t.Parallel()
	spelled := func(text string) string {
		var b strings.Builder
		for _, c := range normalise(nil, text, true) {
			b.WriteRune(c.rune())
		}
		return b.String()
	}
	for picture, word := range map[string]string{"🚑": "救急車", "🆘": "助けて", "💊": "薬", "🩸": "血", "🔪": "刃物", "🙇": "ありがとう", "🆗": "了解", "😢": ""} {
		if got := spelled(picture); got != word {
			t.Errorf("%s: got %q, want %q", picture, got, word)
		}
		if got := spelled(strings.Repeat("👌", 50) + picture); !strings.HasSuffix(got, word) {
			t.Errorf("%s after many others: got %q", picture, got)
		}
	}
}
