package understand

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every red flag that is written down raises an alarm, alone and beside a harmless question; what is harmless raises
// none. The lines are taught: what is not is measured with `hogushi ask --eval`.
func TestDanger(t *testing.T) {
	t.Parallel()
	var flags, calm []line
	for _, name := range regressions {
		for _, l := range readLines(t, name) {
			switch {
			case l.least >= Today:
				flags = append(flags, l)
			case l.most == Calm:
				calm = append(calm, l)
			}
		}
	}
	if len(flags) < 800 || len(calm) < 400 {
		t.Fatalf("%d red flags, %d harmless texts", len(flags), len(calm))
	}
	for i, l := range flags {
		harmless := calm[i*31%len(calm)].text
		for _, text := range []string{l.text, "料金はいくらですか。あと" + l.text, l.text + "。" + harmless, harmless + "\n" + l.text} {
			switch f := Guard(text); {
			case f.Alarm == Calm:
				t.Errorf("%q: no alarm (%s)", text, l.text)
			case l.least >= Crisis && f.Alarm < Crisis:
				t.Errorf("%q: %v, want a crisis", text, f.Alarm)
			case text == l.text && l.least == Emergency && f.Alarm < Emergency && byRules(text).Alarm >= Emergency:
				t.Errorf("%q: the model makes it %v", text, f.Alarm)
			}
		}
	}
	for _, l := range calm {
		if f := Guard(l.text); f.Alarm != Calm {
			t.Errorf("%q: %v by %s (%v)", l.text, f.Alarm, f.Rule, WhyDanger(l.text))
		}
	}
}

// Danger that hides itself is seen.
func TestDangerHidden(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"死にたい", "胸が締め付けられて息ができない", "ろれつが回らない"} {
		want := Guard(text).Alarm
		if want < Emergency {
			t.Fatalf("%s: %v", text, want)
		}
		for _, between := range []string{" ", "　", "\u200b", "\u200d", "\ufeff"} {
			if got := Guard(strings.Join(strings.Split(text, ""), between)).Alarm; got != want {
				t.Errorf("%q with %q between: got %v, want %v", text, between, got, want)
			}
		}
		for _, long := range []string{strings.Repeat("きょうはいい天気でした。", 200) + text, text + strings.Repeat("。きょうはいい天気でした", 200),
			strings.Repeat("きょうはいい天気でした。", 100) + text + strings.Repeat("。きょうはいい天気でした", 100)} {
			if got := Guard(long).Alarm; got < want {
				t.Errorf("%q in %d characters: got %v, want %v", text, len([]rune(long)), got, want)
			}
		}
	}
}

// What stands around danger doesn't take it back, nor does there being much of it.
func TestDangerAmong(t *testing.T) {
	t.Parallel()
	harmless := []string{"トリガー注射の値段を知りたい", "予約の取り方と診療時間も", "PRP受けたいです", "値段教えてください", "駐車場ありますか", "土曜やってますか", "慢性痛の治療内容",
		"幼稚園の願書配布はいつからですか", "帯状疱疹後神経痛は治りますか", "きょうはいい天気ですね", "母が八十二歳になります", "変形性膝関節症と言われました"}
	lines := readLines(t, "table.tsv")
	missed := 0
	for i, l := range lines {
		if byRules(l.text).Alarm < Today {
			continue
		}
		for k, between := range []string{"、", " ", "。", "…", "\n"} {
			words := []string{}
			for n := range 2 + (i+k)%5 {
				words = append(words, harmless[(i*7+k*3+n)%len(harmless)])
			}
			text := strings.Join(slices.Insert(words, (i+k)%len(words), l.text), between)
			if byRules(text).Alarm >= Today && Guard(text).Alarm == Calm {
				missed++
				t.Logf("%q: taken back (%s)", text, l.text)
			}
		}
	}
	if missed > 0 {
		t.Errorf("%d alarms are taken back among harmless words", missed)
	}
	for _, text := range []string{"どこから落ちたら確実なんだろう", "むねがしめつけられてつらい"} {
		for _, before := range []int{0, 100, 250, 1000, 4000} {
			long := strings.Repeat("きょうはいい天気でした。", before/12) + text + strings.Repeat("。あすも晴れるそうです", (4500-before)/11)
			if got, alone := Guard(long).Alarm, Guard(text).Alarm; got < alone {
				t.Errorf("%q after %d characters: got %v, alone %v", text, before, got, alone)
			}
		}
	}
}

// What is dangerous alone is found in a letter, and in a page.
func TestGlance(t *testing.T) {
	t.Parallel()
	harmless := strings.Repeat(letter("料金はいくらですか", 1)+"\n", 14)
	if f := Guard(harmless); f.Alarm != Calm {
		t.Fatalf("%v by %s: %v", f.Alarm, f.Rule, WhyDanger(harmless))
	}
	var flags []string
	for _, l := range redFlags(t) {
		if l.least >= Today {
			flags = append(flags, l.text)
		}
	}
	sentences := strings.SplitAfter(harmless, "。")
	for _, runes := range []int{300, 4500} {
		lost := 0
		for i, text := range flags {
			first := sentences[:1+i%len(sentences)]
			page := []rune(strings.Join(first, "") + text + "。" + strings.Join(sentences[len(first):], ""))
			at := len([]rune(strings.Join(first, "")))
			from := max(0, min(at-runes/2, len(page)-runes))
			page = page[from:min(len(page), max(from+runes, at+utf8.RuneCountInString(text)+1))]
			if f := Guard(string(page)); f.Alarm == Calm {
				lost++
				t.Logf("%q in %d characters", text, runes)
			}
		}
		if lost*100 > len(flags) || len(flags) < 800 {
			t.Errorf("of %d dangerous texts %d are lost in %d characters", len(flags), lost, runes)
		}
	}
}

// An earlier bubble never makes less of a text than it is alone.
func TestDangerJoined(t *testing.T) {
	t.Parallel()
	var all []line
	for _, name := range regressions {
		all = append(all, readLines(t, name)...)
	}
	for i, l := range all {
		if i%2 > 0 {
			continue
		}
		for _, step := range [...]int{1, 41} {
			first := all[(i*step+step)%len(all)]
			alone, joined := Guard(l.text).Alarm, GuardJoined(byRules(first.text).Cues, l.text).Alarm
			if Worse(joined, alone) != joined {
				t.Errorf("%q then %q: %v, alone %v", first.text, l.text, joined, alone)
			}
		}
	}
}

// In a letter it is seen, and words that only sound like it don't alarm.
func TestDangerLetter(t *testing.T) {
	t.Parallel()
	for place := range 3 {
		for _, harmless := range []string{"PRPの費用はどのくらいでしょうか", "夫婦で腰を痛めては共倒れだと笑っております", "去年の芝居では二幕で血を吐いて死ぬ役でした", "腰の痛みは長年の友だちのようなものです"} {
			if f := Guard(letter(harmless, place)); f.Alarm != Calm {
				t.Errorf("%q at place %d: %v by %s", harmless, place, f.Alarm, f.Rule)
			}
		}
		for _, danger := range []string{"さっきから胸が締めつけられて冷や汗が出ています", "朝からろれつが回りません", "もう死にたいです", "注射のあと息が苦しいです"} {
			if f := Guard(letter(danger, place)); f.Alarm < Emergency {
				t.Errorf("%q at place %d: %v", danger, place, f.Alarm)
			}
		}
	}
}

// It is seen as they say it in the north, too.
func TestDangerNorth(t *testing.T) {
	t.Parallel()
	lost, n := 0, 0
	for _, l := range redFlags(t) {
		text := north(l.text)
		if l.least < Today || text == l.text {
			continue
		}
		if n++; Guard(text).Alarm == Calm {
			lost++
			t.Logf("%q", text)
		}
	}
	if lost*50 > n || n < 500 {
		t.Errorf("of %d dangerous texts %d are lost", n, lost)
	}
	if got := north("はしごの上から落ちて足がしびれた"); got != "はしごの上がら落ぢで足がしびれだ" {
		t.Error(got)
	}
}
