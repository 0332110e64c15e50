package understand

import (
	"slices"
	"strings"
	"testing"
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
		if f := Guard(l.text); f.Alarm != Calm && !slices.Contains(alarmedAllTheSame, l.text) {
			t.Errorf("%q: %v by %s (%v)", l.text, f.Alarm, f.Rule, WhyDanger(l.text))
		}
	}
}

// alarmedAllTheSame are harmless texts that alarm.
var alarmedAllTheSame = []string{}

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
