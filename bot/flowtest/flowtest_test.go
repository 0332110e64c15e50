package flowtest

import (
	"bytes"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
)

var update = flag.Bool("update", false, "rewrite the goldens; read what changes before committing it")

var clinic = flow.Clinic{"clinic.name": "例クリニック", "clinic.phone": "0120-774-665", "clinic.price": "", "clinic.line_chat": ""}

// small are the flows of testdata/flows, with patterns that each say their name.
func small(t testing.TB) fstest.MapFS {
	t.Helper()
	dir := fstest.MapFS{}
	names, err := filepath.Glob("testdata/flows/*.yaml")
	if err != nil || len(names) == 0 {
		t.Fatalf("no flows: %v", err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		dir[filepath.Base(name)] = &fstest.MapFile{Data: data}
	}
	var b strings.Builder
	b.WriteString("flow: patterns\ncommands: {menu: [メニュー], back: [戻る], cancel: [やめる]}\n" +
		"words: {\"yes\": はい, \"no\": いいえ, done: 決定, pick-date: 日付を選ぶ, pick-time: 時間を選ぶ, prompt: お選びください, draft: 【公開前】, unset: （未記入）}\nsteps:\n")
	for i := range len(flow.Patterns{}) {
		switch p := flow.Pattern(i); p {
		case flow.Interrupted:
			b.WriteString("  - {step: interrupted, say: 途中です。, choices: [{label: 続ける, go: stay}, {label: 移る, go: leave}]}\n")
		case flow.Unsure:
			b.WriteString("  - {step: unsure, say: [119番へ。, いまですか？], choices: [{label: はい, go: patterns/emergency}, {label: いいえ, go: patterns/calm}], quick: [{label: 119に電話する, link: \"tel:119\"}]}\n")
		case flow.Chosen:
			b.WriteString("  - {step: chosen, say: \"{{chosen}} です。\"}\n")
		case flow.Emergency, flow.Today, flow.Crisis, flow.CrisisNow, flow.AfterAlarm, flow.AfterCrisis:
			fmt.Fprintf(&b, "  - {step: %s, say: （%s）119番へ。, choices: [{label: 119に電話する, link: \"tel:119\"}]}\n", p, p)
		default:
			fmt.Fprintf(&b, "  - {step: %s, say: （%s）}\n", p, p)
		}
	}
	dir["patterns.yaml"] = &fstest.MapFile{Data: []byte(b.String())}
	return dir
}

// outcome is all that a run of a directory says.
func outcome(dir fs.FS, lang string) string {
	tests, problems := Read(dir)
	bench := NewBench(flow.Read(dir), clinic)
	wrong, failed := bench.Run(tests)
	problems.Join(wrong)
	var b bytes.Buffer
	diag.Render(&b, problems.Sorted(), lang, func(file string) []byte {
		data, _ := fs.ReadFile(dir, file)
		return data
	})
	fmt.Fprintf(&b, "%d tests, %d failed\n", len(tests), failed)
	if problems.Len() > 0 {
		return b.String()
	}
	flows, all := bench.Coverage().Flows()
	for _, n := range append(flows, all) {
		fmt.Fprintf(&b, "%s %d/%d %d/%d\n", n.Flow, n.Reached, n.Steps, n.Taken, n.Choices)
		for _, m := range n.Missing {
			fmt.Fprintf(&b, "  %s %s%s%s\n", m.At.Pos, m.Step, m.StandIn, m.Choice)
		}
	}
	return b.String()
}

// TestRun reads and runs the tests of each archive of testdata/run against the small flows,
// and compares all that is said with its file want; one named ….en is told in English.
func TestRun(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/run/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			dir := small(t)
			want, kept := "", a.Files[:0:0]
			for _, f := range a.Files {
				if f.Name == "want" {
					want = string(f.Data)
					continue
				}
				kept = append(kept, f)
				dir[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			lang := "ja"
			if strings.HasSuffix(name, ".en.txtar") {
				lang = "en"
			}
			got := outcome(dir, lang)
			if *update {
				a.Files = append(kept, txtar.File{Name: "want", Data: []byte(got)})
				if err := os.WriteFile(name, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
