package graph_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/flow"
	"hogushi/bot/graph"
	"hogushi/config"
	"hogushi/flows"
)

var update = flag.Bool("update", false, "rewrite the goldens; read what changes before committing it")

var facts = flow.Clinic{"clinic.name": "例クリニック", "clinic.phone": "0120-774-665", "clinic.hours": "", "clinic.map": "", "clinic.fax": ""}

// outlined reads the flows of an archive, with the patterns and the menu that all need.
func outlined(t *testing.T, name string) *graph.Graph {
	t.Helper()
	a, err := txtar.ParseFile(name)
	if err != nil {
		t.Fatal(err)
	}
	patterns := "flow: patterns\ntitle: 困ったときの返事\nsteps:\n"
	for p := range len(flow.Patterns{}) {
		switch step := flow.Pattern(p); step {
		case flow.Interrupted:
			patterns += "  - {step: interrupted, say: 途中です, choices: [{label: つづける方, go: stay}, {label: やめる方, go: leave}]}\n"
		case flow.Unsure:
			patterns += "  - {step: unsure, say: 119, choices: [{label: はい, go: patterns/emergency}, {label: いいえ, go: patterns/calm}], quick: [{label: 救急車, link: \"tel:119\"}]}\n"
		case flow.Emergency, flow.Today, flow.Crisis, flow.CrisisNow, flow.AfterAlarm, flow.AfterCrisis:
			patterns += fmt.Sprintf("  - {step: %v, say: 119, choices: [{label: 救急車, link: \"tel:119\"}]}\n", step)
		default:
			patterns += fmt.Sprintf("  - {step: %v, say: %v}\n", step, step)
		}
	}
	dir := fstest.MapFS{
		"patterns.yaml": {Data: []byte(patterns + "commands: {menu: [メニュー], back: [戻る], cancel: [やめる]}\n" +
			"words: {\"yes\": はい, \"no\": いいえ, done: これで決定, pick-date: 日付を選ぶ, pick-time: 時間を選ぶ, prompt: お選びください, draft: 【公開前】, unset: （未記入）}\n")},
		"menu.yaml": {Data: []byte("flow: menu\ntitle: メニュー\nsteps:\n  - step: start\n    say: メニューです\n    end: true\n")},
	}
	for _, f := range a.Files {
		dir[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return graph.New(flow.Outlined(dir, facts, flow.Live), "ja")
}

// TestGolden: the drawing of everything that the language has, and of flows that are broken.
func TestGolden(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	only := func(g *graph.Graph, ids ...string) *graph.Graph {
		t.Helper()
		o, err := g.Only(ids...)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	good := outlined(t, "../flow/testdata/ok/kitchen-sink.txtar")
	broken := outlined(t, "testdata/broken.txtar")
	if good.Failed() || !broken.Failed() {
		t.Errorf("good ones failed: %t, broken ones: %t", good.Failed(), broken.Failed())
	}
	got["form.mmd"] = only(good, "form").Mermaid()
	got["several.mmd"] = only(good, "care", "extra", "info").Mermaid()
	got["broken.mmd"] = broken.Mermaid()
	for name, g := range map[string]*graph.Graph{"form.json": only(good, "form", "extra"), "broken.json": only(broken, "broken", "odd", "notice")} {
		var line, lines bytes.Buffer
		if err := g.JSON(&line); err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(line.Bytes(), []byte("\n")); n != 1 {
			t.Errorf("%s: %d lines, want one", name, n)
		}
		if err := json.Indent(&lines, line.Bytes(), "", " "); err != nil {
			t.Fatal(err)
		}
		got[name] = lines.String()
	}
	for name, text := range got {
		name = filepath.Join("testdata", name)
		if *update {
			if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(name)
		if err != nil {
			t.Errorf("%v; -update writes it", err)
		}
		if diff := cmp.Diff(string(want), text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	g := drawn()
	if all, err := g.Only(); err != nil || len(all.Flows) != len(g.Flows) {
		t.Errorf("of no flows in particular: got %d, %v", len(all.Flows), err)
	}
	if _, err := g.Only("contact", "prp", "cook"); err == nil || !strings.Contains(err.Error(), `no flow "cook"; there are chronic-pain, clinic, `) {
		t.Errorf("of one that isn't there: %v", err)
	}
}

// shipped draws the clinic's flows; drawn is one such drawing.
func shipped() *graph.Graph {
	settings, _ := config.Load(config.Dir(""))
	return graph.New(flow.Outlined(flows.Files, settings.Clinic, flow.Live), "en")
}

var drawn = sync.OnceValue(shipped)

// TestEdges: of every choice that names a target, and of every step that goes on, there is
// an edge, and it leads where the program goes.
func TestEdges(t *testing.T) {
	t.Parallel()
	settings, _ := config.Load(config.Dir(""))
	p, problems := flow.Compile(flows.Files, settings.Clinic, flow.Live)
	if p == nil {
		t.Fatal(problems.Err())
	}
	g := drawn()
	leads := map[string]bool{}
	for _, e := range g.Edges {
		if leads[e.From+" "+e.To] = true; e.Missing || p.Step(ref(e.To)) == nil {
			t.Errorf("%+v leads nowhere", e)
		}
	}
	edges := 0
	want := func(from *flow.Step, to *flow.Step) {
		if edges++; to != nil && !leads[from.Ref.String()+" "+to.Ref.String()] {
			t.Errorf("there is no edge from %v to %v", from.Ref, to.Ref)
		}
	}
	for _, f := range p.Flows {
		for _, s := range f.Steps {
			for c := range s.Offers {
				want(s, c.Go)
			}
			for _, b := range s.Branch {
				want(s, b.Go)
			}
			if !s.Waits() {
				want(s, s.Go)
			}
		}
	}
	if edges < 1000 || len(g.Edges) < 1000 {
		t.Errorf("looked at only %d ways on and %d edges", edges, len(g.Edges))
	}
}

func ref(id string) flow.Ref {
	f, s, _ := strings.Cut(id, "/")
	return flow.Ref{Flow: f, Step: s}
}

// TestSame: equal flows give equal drawings.
func TestSame(t *testing.T) {
	t.Parallel()
	first, second := drawn(), shipped()
	var a, b bytes.Buffer
	first.JSON(&a)
	second.JSON(&b)
	if first.Mermaid() != second.Mermaid() || !slices.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the second drawing differs from the first")
	}
}
