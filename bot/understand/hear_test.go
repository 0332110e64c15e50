package understand

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// shippedLike are some steps that the model knows, and one that it doesn't.
func shippedLike() []Taught {
	var out []Taught
	for _, s := range strings.Fields("prp/fee:fee prp/pain:pain prp/risk:risk prp/start:what exosome/fee:fee exosome/pain:pain exosome/risk:risk exosome/start:what trigger-point-injection/fee:fee clinic/fee:fee clinic/parking:access " +
		"clinic/hours:hours clinic/insurance:insurance prp/insurance:insurance chronic-pain/knee-pain:condition menu/thanks:other menu/start:other menu/pain:other contact/start:howto") {
		ref, topic, _ := strings.Cut(s, ":")
		flow, step, _ := strings.Cut(ref, "/")
		out = append(out, Taught{Step: Step{flow, step, topic}})
	}
	return append(out, Taught{Step{"notice", "festival", "other"}, []string{"夏祭りはいつですか", "盆踊りに行きたい", "お祭りの屋台は出ますか"}})
}

func TestHear(t *testing.T) {
	t.Parallel()
	x := NewIndex(Router(), shippedLike())
	for _, c := range []struct{ text, about, want string }{
		{"PRPっていくらするんですか", "", "answer prp/fee"},
		{"ぴーあーるぴーの値段おしえて", "", "answer prp/fee"},
		{"エクソの値段", "", "answer exosome/fee"},
		{"いくらかかりますか", "", "answer clinic/fee"},
		{"いくらかかりますか", "prp", "answer prp/fee"}, // 「じゃあ料金は？」
		{"いくらかかりますか", "exosome", "answer exosome/fee"},
		{"いくらかかりますか", "clinic", "answer clinic/fee"},
		{"トリガーの費用は？", "exosome", "answer trigger-point-injection/fee"},
		{"エクソソームはいくら？", "prp", "answer exosome/fee"}, // named: what was spoken of before doesn't count
		{"痛いですか", "exosome", "answer exosome/pain"},
		{"くるまで行くんですが止める所ありますか", "prp", "answer clinic/parking"},
		// of a story the sentence that asks, about the treatment that another one names
		{"膝は五年前からです。近所の整形でヒアルロン酸を打ってきました。先日、友人がPRPというのを受けたそうです。だいたいおいくらなのか知りたいです。主人は畑に出ています。", "", "answer prp/fee"},
		{letter("PRPの費用はどのくらいでしょうか", 0), "", "answer prp/fee"},
		{letter("PRPの費用はどのくらいでしょうか", 1), "", "answer prp/fee"},
		{letter("PRPの費用はどのくらいでしょうか", 2), "", "answer prp/fee"},
		{"ちゅうしゃじょうある？", "", "answer clinic/parking"},
		{"駐車場はありますか。あと保険はききますか", "", "answer clinic/parking, then clinic/insurance"},
		{"はじめまして。三年前から膝を悪くして近所の整形に通っております。ところで駐車場はありますでしょうか。よろしくお願いいたします。", "", "answer clinic/parking"},
		{"夏祭りはいつなんですか", "", "answer notice/festival"}, // staff wrote it since the model was learnt
		{"メニュー出して", "", "command menu"},
		{"ひとつ前に戻して", "", "command back"},
		{"入力やめます", "", "command cancel"},
		{"わたしの情報ぜんぶ消して", "", "command erase"},
		{"can we talk in English", "", "command english"},
		{"ほんとにありがとねえ", "", "answer menu/thanks"},
		{"明日の天気は？", "", "unheard"},
		{"asdfghjkl", "", "unheard"},
		{"", "", "unheard"},
		{"？", "", "unheard"},
	} {
		h := x.Hear(c.text, c.about)
		got := h.Outcome.String()
		switch h.Outcome {
		case Answer:
			got += " " + h.Step.String()
		case Obey:
			got += " " + h.Command
		}
		if h.Then != nil && strings.Contains(c.want, ", then") {
			got += ", then " + h.Then.String()
		}
		if got != c.want {
			t.Errorf("%q about %q: got %s (%.2f), want %s", c.text, c.about, got, h.Step.Score, c.want)
		}
	}
}

// String shows a step as flows name it, not a Scored.
func (s Scored) String() string { return s.Step.String() }

// A topic or a flow that was never learnt harms nothing.
func TestHearTopic(t *testing.T) {
	t.Parallel()
	steps := shippedLike()
	steps[0].Topic = "howto" // of prp/fee
	steps = append(steps, Taught{Step{"prp", "weather", "weather"}, []string{"雨の日でもPRPは受けられますか"}})
	x := NewIndex(Router(), steps)
	if h := x.Hear("PRPっていくらするんですか", ""); h.Outcome != Answer || h.Step.Step != steps[0].Step {
		t.Errorf("got %v", h)
	}
	if h := x.Hear("雨の日でもPRPは受けられますか", ""); h.Outcome != Answer || h.Step.Step.Step != "weather" {
		t.Errorf("got %v", h)
	}
}

// Where there are hardly any steps, there is nothing to suggest.
func TestHearFew(t *testing.T) {
	t.Parallel()
	x := NewIndex(Router(), nil)
	for _, text := range typical {
		if h := x.Hear(text, ""); h.Outcome != Unheard || len(h.Near) > 0 {
			t.Errorf("%q: got %v", text, h)
		}
	}
}

// An example of a step that staff have taken back leads there no more.
func TestHearForgets(t *testing.T) {
	t.Parallel()
	steps := shippedLike()
	x := NewIndex(Router(), steps[:len(steps)-1])
	if h := x.Hear("盆踊りに行きたい", ""); h.Outcome == Answer {
		t.Errorf("got %v", h)
	}
}

// checkHeard are the laws of hearing.
func checkHeard(t *testing.T, x *Index, text string) {
	t.Helper()
	h := x.Hear(text, "")
	if again := x.Hear(text, ""); fmt.Sprint(h) != fmt.Sprint(again) {
		t.Errorf("%q: %v, then %v", text, h, again)
	}
	if len(h.Near) > nearMost {
		t.Errorf("%q: %d steps near", text, len(h.Near))
	}
	seen := map[Step]bool{}
	if h.Outcome == Answer {
		seen[h.Step.Step] = true
	}
	for _, n := range h.Near {
		if seen[n.Step] || n.Flow == commandFlow || n.Flow == noneFlow {
			t.Errorf("%q: %v is near: %v", text, n.Step, h)
		}
		seen[n.Step] = true
	}
	if h.Outcome == Suggest && len(h.Near) == 0 || h.Outcome == Obey && h.Command == "" {
		t.Errorf("%q: %v", text, h)
	}
	for _, p := range x.Why(text, h.Step.Step) {
		if p.Weight <= 0 || p.Text == "" {
			t.Errorf("%q: %v speaks for it", text, p)
		}
	}
}

// odd are texts that nobody should choke on.
func odd() []string {
	return []string{"", " ", "\x00", "\xff\xfe", "ã", strings.Repeat("あ", 5000), strings.Repeat("膝が痛い。", 1000), strings.Repeat("。", 5000), strings.Repeat("e\u0301", 2500),
		strings.Repeat("\u0301", 5000), "\u202eいた\u202c", "a\u200bb\u200d", "\ud7ff\ufffd", strings.Repeat("👨‍👩‍👧‍👦", 700), "مرحبا", strings.Repeat("１", 5000), strings.Repeat("PRP ", 1250), "が\u3099", strings.Repeat("か\u3099", 2500)}
}

func TestHearOdd(t *testing.T) {
	t.Parallel()
	x := NewIndex(Router(), shippedLike())
	for _, text := range odd() {
		checkHeard(t, x, text)
		Guard(text)
		GuardJoined([]CueID{"chest"}, text)
		WhyDanger(text)
	}
}

func FuzzHear(f *testing.F) {
	for _, text := range append(odd(), "PRPの値段は？", "料金と、あと駐車場", "じゃあ痛みは") {
		f.Add(text)
	}
	x := NewIndex(Router(), shippedLike())
	f.Fuzz(func(t *testing.T, text string) {
		checkHeard(t, x, text)
		if a, b := Guard(text), Guard(text); a.Alarm != b.Alarm || a.Rule != b.Rule {
			t.Errorf("%q: %v, then %v", text, a, b)
		}
	})
}

// Letters that can't be seen change nothing.
func TestHearUnseen(t *testing.T) {
	t.Parallel()
	x := NewIndex(Router(), shippedLike())
	for _, text := range []string{"PRPの値段は？", "駐車場はありますか", "保険はききますか"} {
		want := fmt.Sprint(x.Hear(text, ""))
		for _, between := range []string{"\u200b", "\u200d", "\ufeff", "\u2060"} {
			if got := fmt.Sprint(x.Hear(strings.Join(strings.Split(text, ""), between), "")); got != want {
				t.Errorf("%q with %q between: got %v, want %v", text, between, got, want)
			}
		}
	}
}

// generated are so many steps of ten examples each, all different.
func generated(steps int) []Taught {
	words := []string{"夏祭り", "盆踊り", "屋台", "花火", "神輿", "太鼓", "浴衣", "金魚", "綿菓子", "提灯", "笛", "山車", "福引", "輪投げ", "射的"}
	asks := []string{"はいつですか", "に行きたい", "の場所は", "は子どもでも", "のお金は", "を見たい", "って何", "は雨でもやる", "の時間", "の係になりました"}
	var out []Taught
	for i := range steps {
		s := Taught{Step: Step{fmt.Sprintf("f%d", i/20), fmt.Sprintf("s%d", i), "other"}}
		for k, ask := range asks {
			s.Examples = append(s.Examples, fmt.Sprintf("%s%s%d番%s", words[i%len(words)], words[(i/len(words)+k)%len(words)], i, ask))
		}
		out = append(out, s)
	}
	return out
}

var typical = []string{"PRPっていくらするんですか", "膝が痛くて階段がつらいです", "ちゅうしゃじょうある？", "母が通いたいと申しておりますが、予約はどのように取ればよろしいでしょうか", "副作用", "きょうやってる？"}

// atFloor is what any look at a text costs: its spelling alone, in ns.
func atFloor(b *testing.B, texts []string) float64 {
	start := time.Now()
	const rounds = 200
	for i := range rounds {
		written(nil, texts[i%len(texts)])
	}
	return float64(time.Since(start).Nanoseconds()) / rounds
}

func benchHear(b *testing.B, x *Index, texts []string) {
	floor := atFloor(b, texts)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		text := texts[i%len(texts)]
		if Guard(text).Alarm == Calm {
			x.Hear(text, "")
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/floor, "x-spelling")
}

// BenchmarkHear is guard and router together, for one text.
func BenchmarkHear(b *testing.B) {
	shipped := NewIndex(Router(), shippedLike())
	b.Run("typical", func(b *testing.B) { benchHear(b, shipped, typical) })
	b.Run("half-page", func(b *testing.B) {
		benchHear(b, shipped, []string{strings.Repeat("三年前から膝を悪くして、近所の整形に通っております。", 12)})
	})
	b.Run("5000-characters", func(b *testing.B) {
		benchHear(b, shipped, []string{strings.Repeat("あいうえおかきくけこ", 500), strings.Repeat("膝が痛い。", 1000)})
	})
	b.Run("10000-examples", func(b *testing.B) {
		benchHear(b, NewIndex(Router(), slices.Concat(shippedLike(), generated(1000))), append(typical, "夏祭り花火12番はいつですか"))
	})
}

// page is so many characters of what patients write, no two lines the same; raised says that each of them sounds like
// danger, and is none.
func page(t testing.TB, runes int, raised bool) string {
	var lines []string
	if raised {
		for _, l := range readLines(t, "own.tsv") {
			if l.most == Calm {
				lines = append(lines, l.text)
			}
		}
	} else {
		for _, name := range []string{"people-a", "pain", "clinic-b", "people-d", "prp-exosome", "none"} {
			b, err := os.ReadFile("wordings/" + name + ".txt")
			if err != nil {
				t.Fatal(err)
			}
			lines = append(lines, strings.Split(string(b), "\n")...)
		}
	}
	var out []rune
	for i := 0; len(out) < runes; i++ {
		if line := lines[i*997%len(lines)]; line != "" && line[0] != '#' {
			out = append(append(out, []rune(line)...), []rune("。\n、！")[i%4])
		}
	}
	return string(out[:runes])
}

// spread puts what can't be seen between all letters.
func spread(text, between string, runes int) string {
	return string([]rune(strings.Join(strings.Split(text, ""), between))[:runes])
}

// BenchmarkDecide is all that is decided about one text, by its length: guard and router, whatever the guard says.
func BenchmarkDecide(b *testing.B) {
	x := NewIndex(Router(), shippedLike())
	most := page(b, 5000, false)
	for _, c := range []struct{ name, text string }{
		{"sentence", "母が通いたいと申しておりますが、予約はどのように取ればよろしいでしょうか"},
		{"150", page(b, 150, false)},
		{"300", page(b, 300, false)},
		{"650", page(b, 650, false)},
		{"5000", most},
		{"5000-alarm", most[:len(most)/2] + "。むねがしめつけられてつらい。" + most[len(most)/2:]},
		{"5000-one-sentence", strings.NewReplacer("。", "", "\n", "", "、", "", "！", "", "？", "", "?", "").Replace(page(b, 5500, false))},
		{"5000-near-danger", page(b, 5000, true)},
		{"5000-pain", strings.Repeat("胸が痛、", 1250)},
		{"5000-marks", spread(most, "\u0301", 5000)},
		{"5000-decomposed", spread(strings.Repeat("か", 3000), "\u3099", 5000)},
		{"5000-zero-width", spread(most, "\u200b", 5000)},
		{"5000-right-to-left", strings.Repeat("\u202eاَلسَّلَامُ عَلَيْكُمْ\u202c", 250)[:9000]},
		{"5000-half-width", strings.Repeat("ﾑﾈｶﾞ ｲﾀｲﾃﾞｽ｡", 400)},
		{"5000-pictures", strings.Repeat("😢🙏", 2500)},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			least := time.Hour // who shares the machine takes time from the others
			for b.Loop() {
				start := time.Now()
				Guard(c.text)
				x.Hear(c.text, "")
				least = min(least, time.Since(start))
			}
			b.ReportMetric(float64(least.Nanoseconds())/1000, "least-µs")
		})
	}
}

// BenchmarkIndex is the making of an index of 10 000 examples that the model was not taught.
func BenchmarkIndex(b *testing.B) {
	steps := generated(1000)
	b.ReportAllocs()
	for b.Loop() {
		NewIndex(Router(), steps)
	}
}
