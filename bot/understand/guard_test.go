package understand

import (
	"bufio"
	"os"
	"strings"
	"testing"
)

type line struct {
	n           int
	group       string
	least, most Alarm
	text        string
}

func (l line) ok(a Alarm) bool { return l.least <= a && a <= l.most }

// readLines reads testdata: group, level, text, apart by tabs. A red flag needs at least its level, a harmless text
// exactly its own; "Ask+" is Ask or worse, "Ask-" Calm or Ask.
func readLines(t testing.TB, name string) []line {
	t.Helper()
	file, err := os.Open("testdata/guard/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out []line
	scanner := bufio.NewScanner(file)
	for n := 1; scanner.Scan(); n++ {
		if scanner.Text() == "" || scanner.Text()[0] == '#' {
			continue
		}
		f := strings.Split(scanner.Text(), "\t")
		if len(f) != 3 {
			t.Fatalf("%s:%d: want 3 columns, got %d", name, n, len(f))
		}
		a := alarmOf(strings.TrimRight(f[1], "+-"))
		if a < 0 {
			t.Fatalf("%s:%d: unknown level %q", name, n, f[1])
		}
		l := line{n, f[0], a, a, strings.ReplaceAll(f[2], `\n`, "\n")}
		switch {
		case strings.HasSuffix(f[1], "-"):
			l.least = Calm
		case a >= Today || strings.HasSuffix(f[1], "+"):
			l.most = CrisisNow
		}
		out = append(out, l)
	}
	if err := scanner.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

func alarmOf(name string) Alarm {
	for i, n := range alarmNames {
		if n == name {
			return Alarm(i)
		}
	}
	return -1
}

// known are the lines that the guard does not reach, with what it says instead and why that stands. A line that is
// reached after all must leave this list.
var known = map[string]struct {
	got Alarm
	why string
}{
	"顔色が明らかに悪い":                {Ask, "said of oneself it is a question; of another, or with more, an emergency"},
	"昨日の注射のとこがうんできた":           {Calm, "膿む in kana hides in 運, 生んで and うんで"},
	"朝が来るたび、なんで目が覚めたんだろうって思う":  {Calm, "no word of death, nor of an end"},
	"胸がチクチクじゃなくてギューッときて背中まで痛い": {Calm, "the denial of one quality takes the part along; without that 「胸の痛みはありません」 would leave a chest"},
	"待合室で倒れている椅子がありました":        {Emergency, "what has fallen is named after the fall"},
	"ふたが開けられない瓶みたいな名前の薬":       {Today, "a hand too weak for a lid reads the same"},
}

var regressions = []string{
	"table.tsv", "nearmiss.tsv", "own.tsv", "tester.tsv", "wide.tsv", "unseen1.tsv", "unseen2.tsv", "unseen3.tsv",
}

func TestGuardFiles(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, name := range regressions {
		total, bad := map[Alarm]int{}, map[Alarm]int{}
		for _, l := range readLines(t, name) {
			got := byRules(l.text)
			total[l.least]++
			if !l.ok(got.Alarm) {
				bad[l.least]++
			}
			if k, ok := known[l.text]; ok {
				found[l.text] = true
				if got.Alarm != k.got || l.ok(got.Alarm) {
					t.Errorf("%s:%d: %s: got %v, the list of known misses has %v", name, l.n, l.text, got.Alarm, k.got)
				}
			} else if !l.ok(got.Alarm) {
				t.Errorf("%s:%d: %s: got %v, want %v to %v (%s; cues %v)", name, l.n, l.text, got.Alarm, l.least, l.most, got.Why(), got.Cues)
			}
		}
		for a := Calm; a <= CrisisNow; a++ {
			if total[a] > 0 {
				t.Logf("%s: %v: %d of %d", name, a, total[a]-bad[a], total[a])
			}
		}
	}
	for text := range known {
		if !found[text] {
			t.Errorf("known miss %s: in no file", text)
		}
	}
}

// judged is what the rules alone say, byRules of a text alone.
func judged(earlier []CueID, text string) Finding {
	w := laid(text)
	defer sheets.Put(w)
	return w.judge(earlier)
}

func byRules(text string) Finding { return judged(nil, text) }
