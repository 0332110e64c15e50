package understand

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What the flows offer and expect must not alarm, or the patient never gets there. alarming lists the exceptions.
func TestGuardFlows(t *testing.T) {
	t.Parallel()
	alarming := map[string]Alarm{}
	names, err := filepath.Glob("../../flows/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("flows: %v, %v", names, err)
	}
	texts := 0
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range ordinary(string(content)) {
			texts++
			got := Guard(text)
			if want := alarming[text]; got.Alarm != want {
				t.Errorf("%s: %s: got %v, want %v (%s)", filepath.Base(name), text, got.Alarm, want, got.Why())
			}
			delete(alarming, text)
		}
	}
	if texts < 100 {
		t.Errorf("%d texts read, want more: is the list of a flow written otherwise now?", texts)
	}
	for text := range alarming {
		t.Errorf("%s: in no flow", text)
	}
}

// ordinary gives the items of triggers and examples, written [a, b] or one below the other.
func ordinary(yaml string) []string {
	var out []string
	item := func(s string) {
		if s = strings.Trim(strings.TrimSpace(s), `"'`); s != "" {
			out = append(out, s)
		}
	}
	depth := -1 // of the list that is open
	for row := range strings.Lines(yaml) {
		body := strings.TrimLeft(row, " ")
		indent := len(row) - len(body)
		body = strings.TrimSpace(body)
		if text, isItem := strings.CutPrefix(body, "- "); depth >= 0 && isItem && indent >= depth {
			item(text)
			continue
		}
		depth = -1
		key, value, _ := strings.Cut(strings.TrimPrefix(body, "- "), ":")
		if key != "triggers" && key != "examples" {
			continue
		}
		value = strings.TrimSpace(value)
		if value == "" {
			depth = indent
			continue
		}
		for one := range strings.SplitSeq(strings.Trim(value, "[]"), ",") {
			item(one)
		}
	}
	return out
}

// Two bubbles that are harmless together.
func TestGuardJoinedHarmless(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		earlier, text string
		most          Alarm
	}{
		{"胸のあたりがこります", "痛いです", Ask},
		{"母の胸のレントゲンは異常なし", "苦しい思いをしています", Calm},
		{"おしっこは普通に出ます", "腰が痛いです", Calm},
		{"母の腰痛の相談です", "返事が遅くなってすみません", Calm},
		{"先週注射してもらいました", "調子がいいです", Calm},
		{"熱はありません", "膝が腫れています", Calm},
		{"血圧は120/80です", "膝が60度しか曲がりません", Calm},
	} {
		if got := GuardJoined(Guard(c.earlier).Cues, c.text); got.Alarm > c.most {
			t.Errorf("%q then %q: got %v, want at most %v (%s)", c.earlier, c.text, got.Alarm, c.most, got.Why())
		}
	}
}

// Numbers count only with their word or unit.
func TestGuardVitals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want Alarm
	}{
		{"SpO2 88", Emergency}, {"SPO2は92%です", Ask}, {"spo2 98", Calm}, {"酸素濃度が八十八", Calm}, // kanji numbers are not read
		{"血圧が62/40", Emergency}, {"血圧が85しかない", Ask}, {"血圧120/60", Calm}, {"血圧の下が60です", Calm}, {"血圧210", Ask},
		{"血圧の薬を60錠もらいました", Calm}, {"脈が35です", Emergency}, {"心拍数が170", Emergency}, {"脈拍72", Calm},
		{"体温39.4", Today}, {"39度の熱", Today}, {"３９．２℃あります", Today}, {"体温36.6", Calm}, {"40度しか曲がらない", Calm}, {"気温39度", Calm},
		{"39歳です", Calm}, {"体温33度", Today}, {"薬を14錠飲んだ", Emergency}, {"120", Calm}, {"5000円", Calm},
	} {
		if got := byRules(c.text); got.Alarm != c.want {
			t.Errorf("%q: got %v, want %v (%s; cues %v)", c.text, got.Alarm, c.want, got.Why(), got.Cues)
		}
	}
}

// The dialects of "cannot" are one cue, wherever the patient is from.
func TestGuardDialects(t *testing.T) {
	t.Parallel()
	for cue, texts := range map[CueID][]string{
		"cant-walk":      {"歩けない", "歩けません", "歩けへん", "歩かれへん", "歩けん", "歩ききらん", "歩げね", "あるげね"},
		"lost-walk":      {"歩けなくなった", "歩けへんようになった", "歩けんくなった", "歩けんごつなった", "歩げねぐなった", "歩けんようになりました"},
		"breath":         {"息ができない", "息できひん", "息でけへん", "息がでけん", "いぎでぎね", "息吸えん", "息がしんどい", "息が苦しゅうて"},
		"urine-stop":     {"おしっこ出えへん", "小便出らん", "しょんべんでね", "尿が出よらん", "おしっこが出ません"},
		"limb-powerless": {"足に力入らへん", "足さ力へえんね", "手に力が入りません", "足に力が入らん"},
	} {
		for _, text := range texts {
			var has bool
			for _, got := range Guard(text).Cues {
				has = has || got == cue
			}
			if !has {
				t.Errorf("%s: no %s in %v", text, cue, Guard(text).Cues)
			}
		}
	}
}
