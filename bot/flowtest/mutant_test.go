package flowtest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"hogushi/bot/flow"
)

// TestMutants lists every change that is made to the small flows, and what became of it under
// the tests of testdata/run/good.txtar.
func TestMutants(t *testing.T) {
	t.Parallel()
	a, err := txtar.ParseFile("testdata/run/good.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := small(t)
	dir[a.Files[0].Name] = &fstest.MapFile{Data: a.Files[0].Data}
	tests, _ := Read(dir)
	sources := flow.Read(dir)
	court, problems := NewCourt(sources, clinic, tests)
	if court == nil {
		t.Fatal(problems.Err())
	}
	var b strings.Builder
	for i := range court.Mutants {
		m := &court.Mutants[i]
		v := map[Verdict]string{Refused: "refused", Caught: "caught", Survived: "SURVIVED"}[court.Judge(m)]
		fmt.Fprintf(&b, "%s %s %s: %s: %s\n", m.At.Pos, m.Step, m.Kind, m.What.EN, v)
	}
	const name = "testdata/mutants.golden"
	if *update {
		if err := os.WriteFile(name, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got, _ := flow.Compile(dir, clinic, flow.Live); got == nil {
		t.Error("the flows themselves have been changed")
	}
	for _, m := range court.Mutants {
		for _, root := range m.roots {
			if root == nil || root == sources.Files[0] {
				t.Errorf("%s %s: nothing is changed", m.At.Pos, m.Kind)
			}
		}
	}

	// Tests that don't hold judge nothing.
	dir["tests/bad.yaml"] = &fstest.MapFile{Data: []byte("tests: [{test: 一, talk: [{send: メニュー, at: contact}]}]")}
	if tests, _ = Read(dir); len(tests) < 2 {
		t.Fatal("no tests")
	}
	if court, problems := NewCourt(sources, clinic, tests); court != nil || !problems.Failed() {
		t.Error("a test that fails is taken for one that notices")
	}
}
