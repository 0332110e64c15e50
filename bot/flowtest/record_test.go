package flowtest

import (
	"cmp"
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/source"
)

// run runs a file of tests and returns what is wrong.
func run(t *testing.T, file []byte, bench *Bench) string {
	t.Helper()
	tests, problems := Read(fstest.MapFS{"tests/a.yaml": {Data: file}})
	wrong, _ := bench.Run(tests)
	if len(tests) == 0 {
		t.Fatalf("no test: %v", problems.Err())
	}
	if err := errors.Join(problems.Err(), wrong.Err()); err != nil {
		return err.Error()
	}
	return ""
}

func program(t *testing.T, clinic flow.Clinic) *flow.Program {
	t.Helper()
	p, problems := flow.Compile(small(t), clinic, flow.Live)
	if p == nil {
		t.Fatal(problems.Err())
	}
	return p
}

// TestRecord: a conversation reads as testdata/recorded.yaml, and holds.
func TestRecord(t *testing.T) {
	t.Parallel()
	facts := flow.Clinic{"clinic.name": "例クリニック", "clinic.phone": "0120-774-665", "clinic.price": "55,000円（税込）", "clinic.line_chat": "はい"}
	p := program(t, facts)
	now := time.Date(2026, 11, 25, 10, 31, 40, 0, jst)
	var r Record
	live := newTalk(p, now, false, false) // to know what is tapped
	do := func(wait time.Duration, verb verb, what, picked string) {
		now = now.Add(wait)
		live.now = now
		switch verb {
		case send:
			r.Sent(now, what)
			live.happens(typed(what))
		case tap:
			all := items(live.replies[len(live.replies)-1], true)
			title, label, found := strings.Cut(what, "/")
			if !found {
				title, label = "", what
			}
			i := labelled(all, label, title)[0]
			r.Tapped(now, i.Tap().Data(), picked)
			live.happens(tapped(i.Item, picked))
		case event:
			r.Happened(now, what)
			live.happens(events[what])
		}
	}
	do(0, event, "follow", "")
	do(3*time.Second, send, "費用", "")
	do(9*time.Second, send, "1", "")
	do(3*time.Second, tap, "院内の様子", "")
	do(3*time.Second, tap, "西の部屋/くわしく", "")
	do(3*time.Second, tap, "連絡を希望する", "")
	do(3*time.Second, tap, "同意する", "")
	do(3*time.Second, send, "検査: \"花子\"", "")
	do(3*time.Second, send, "検査 花子", "")
	do(3*time.Second, tap, "LINE", "")
	do(40*time.Minute, tap, "日付を選ぶ", "2026-12-24")
	do(3*time.Second, tap, "首", "")
	do(3*time.Second, tap, "決定", "")
	do(3*time.Second, tap, "送る", "")
	do(3*time.Second, event, "sticker", "")
	do(25*time.Hour, send, "連絡ください", "")
	do(3*time.Second, tap, "取り下げる", "")
	do(3*time.Second, send, "担当者", "")
	do(3*time.Second, send, "もしもし\n聞こえますか", "")
	got, err := r.Test(p, facts, "申し込んで、取り下げる")
	if err != nil {
		t.Fatal(err)
	}
	const name = "testdata/recorded.yaml"
	if *update {
		if err := os.WriteFile(name, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if wrong := run(t, got, NewBench(flow.Read(small(t)), facts)); wrong != "" {
		t.Error(wrong)
	}

	// A button that is gone, and nothing at all.
	if _, err := r.Test(program(t, clinic), clinic, "一"); !errors.Is(err, ErrChanged) {
		t.Errorf("without LINE: %v", err)
	}
	if _, err := new(Record).Test(p, facts, "一"); err == nil {
		t.Error("nothing becomes a test")
	}
}

// TestRecorded: whatever is said and tapped, what was recorded holds.
func TestRecorded(t *testing.T) {
	t.Parallel()
	p, bench := program(t, clinic), NewBench(flow.Read(small(t)), clinic)
	words := []string{"メニュー", "戻る", "やめる", "費用", "連絡ください", "担当者", "感想", "検査 花子", "１", "2", "はい", "首と肩", "明日", "ぷにぷに", "死にたい", "胸が苦しい",
		"a: b # c", "- {[\"'", "null", "true", "~", "\\", "　全角　", "一行\n二行\n", "🙂", "\u2028", "#7119", "@", "\t", "{{clinic.phone}}", "0120-774-665"}
	happen := []string{"follow", "unblock", "unfollow", "photo", "voice", "sticker", "place"}
	for seed := range uint64(150) {
		r := rand.New(rand.NewPCG(seed, 0))
		now := Start.Add(time.Duration(r.IntN(1e6)) * time.Second)
		live, rec := newTalk(p, now, false, false), Record{}
		for range 12 {
			now = now.Add([]time.Duration{2 * time.Second, 5 * time.Second, 2 * time.Minute, 45 * time.Minute, 25 * time.Hour}[min(r.IntN(12), 4)])
			live.now = now
			var all []item
			if n := len(live.replies); n > 0 {
				all = items(live.replies[n-1], true)
			}
			switch k := r.IntN(10); {
			case k == 0:
				name := happen[r.IntN(len(happen))]
				rec.Happened(now, name)
				live.happens(events[name])
			case k < 7 && len(all) > 0:
				i := all[r.IntN(len(all))]
				picked := ""
				if i.Range != nil {
					picked = cmp.Or(i.Range.Max, i.Range.Initial)
				}
				if i.Link == "" {
					rec.Tapped(now, i.Tap().Data(), picked)
					live.happens(tapped(i.Item, picked))
				}
			default:
				s := words[r.IntN(len(words))]
				rec.Sent(now, s)
				live.happens(typed(s))
			}
		}
		file, err := rec.Test(p, clinic, "乱数で")
		if err != nil {
			t.Fatalf("%d: %v", seed, err)
		}
		if !strings.Contains(string(file), "at: ") {
			continue // nothing was said
		}
		if wrong := run(t, file, bench); wrong != "" {
			t.Fatalf("%d: %s\n%s", seed, wrong, file)
		}
	}
}

// TestScalar: whatever was typed is read again as it was, alone and in a list.
func TestScalar(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"はい", " 前", "後ろ ", "　全角　", "a: b", "a #b", "#7119", "- a", "-", "?", "~", "null", "Null", "true", "2026-12-01", "1", "0x1f", "@a", "a@b", "`", "%",
		"[a]", "{a}", "{{clinic.phone}}", "a, b", "*a", "&a", "!a", "|", ">", "'", "\"", "\\", "\\n", "一行\n二行", "\t", "\u00a0", "\u2028", "\u200b", "\ufeff", "🙂", "👨‍👩‍👧", "葛󠄀", "=", "<<", "...", "---", "a:", ":a", "。", "「」"} {
		problems := new(diag.List)
		root := source.Parse("a.yaml", []byte("a: "+scalar(s)+"\nb: ["+scalar(s)+", x]\n"+scalar("k"+s)+": c\n"), problems)
		if problems.Len() > 0 || root == nil {
			t.Errorf("%q is written %s: %v", s, scalar(s), problems.Sorted())
			continue
		}
		if got := root.Get("a").Value; got != s {
			t.Errorf("%q becomes %q", s, got)
		}
		if got := root.Get("b").Items; len(got) != 2 || got[0].Value != s {
			t.Errorf("%q in a list becomes %v", s, got)
		}
		if root.Get("k"+s) == nil {
			t.Errorf("%q is lost as a key", s)
		}
	}
}
