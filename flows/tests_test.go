package flows_test

import (
	"bytes"
	"io/fs"
	"testing"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/config"
	"hogushi/flows"
)

// TestConversations runs the clinic's conversation tests: they hold, and come to every step,
// with each of its texts, and to every choice.
func TestConversations(t *testing.T) {
	t.Parallel()
	settings, _ := config.Load(config.Dir("")) // TestShipped says what is wrong with it
	bench := flowtest.NewBench(flow.Read(flows.Files), settings.Clinic)
	tests, problems := flowtest.Read(flows.Files)
	wrong, _ := bench.Run(tests)
	told := func(problems *diag.List) {
		var b bytes.Buffer
		diag.Render(&b, problems.Sorted(), "ja", func(file string) []byte {
			data, _ := fs.ReadFile(flows.Files, file)
			return data
		})
		t.Error(b.String())
	}
	for _, p := range []*diag.List{problems, wrong} {
		if p.Len() > 0 {
			told(p)
		}
	}
	counts, all := bench.Coverage().Flows()
	if len(tests) < 400 || all.Steps < 400 || all.Percent() < 100 {
		t.Errorf("%d tests come to %d %% of %d steps and %d choices", len(tests), all.Percent(), all.Steps, all.Choices)
	}
	for _, n := range counts {
		for _, m := range n.Missing {
			t.Errorf("%s: %s %s %s is not tested", m.At.Pos, m.Step, m.StandIn, m.Choice)
		}
	}
}

// TestFilledIn: the tests hold whatever the clinic has filled in by now.
func TestFilledIn(t *testing.T) {
	t.Parallel()
	settings, _ := config.Load(config.Dir(""))
	for name, value := range settings.Clinic {
		if value == "" {
			settings.Clinic[name] = "https://example.jp"
		}
	}
	settings.Clinic["clinic.phone"], settings.Clinic["clinic.name"], settings.Clinic["clinic.line_chat"] = "03-1234-5678", "別のクリニック", "はい"
	tests, _ := flowtest.Read(flows.Files)
	if wrong, _ := flowtest.NewBench(flow.Read(flows.Files), settings.Clinic).Run(tests); wrong.Len() > 0 {
		t.Error(wrong.Err())
	}
}

// TestNoticed: of careless changes to the flows, a sample of every kind that there is, the
// tests notice nearly all; hogushi test --mutants tries every one.
func TestNoticed(t *testing.T) {
	t.Parallel()
	settings, _ := config.Load(config.Dir(""))
	tests, _ := flowtest.Read(flows.Files)
	court, problems := flowtest.NewCourt(flow.Read(flows.Files), settings.Clinic, tests)
	if court == nil {
		t.Fatal(problems.Err())
	}
	kinds := map[string][]*flowtest.Mutant{}
	for i := range court.Mutants {
		m := &court.Mutants[i]
		kinds[m.Kind] = append(kinds[m.Kind], m)
	}
	if len(court.Mutants) < 4500 || len(kinds) < 16 {
		t.Errorf("only %d mutants of %d kinds", len(court.Mutants), len(kinds))
	}
	count := map[flowtest.Verdict]int{}
	for _, all := range kinds {
		for i := range min(2, len(all)) {
			m := all[i*(len(all)-1)/max(1, min(2, len(all))-1)]
			v := court.Judge(m)
			if count[v]++; v == flowtest.Survived {
				t.Logf("%s: %s %s survives", m.At.Pos, m.Step, m.What.EN)
			}
		}
	}
	if caught, survived := count[flowtest.Caught], count[flowtest.Survived]; caught < 20 || survived*20 > caught+survived {
		t.Errorf("%d were caught, %d survived", caught, survived)
	}
}
