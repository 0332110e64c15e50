package engine_test

import (
	"bufio"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/understand"
)

// TestDecide: what Decide says is what Step does, for every sixth labelled text.
func TestDecide(t *testing.T) {
	t.Parallel()
	p := newConversation(t, sources(t, fstest.MapFS{})).program
	if d := engine.Decide(p, "119"); d.Outcome != engine.OutcomeEmergency || d.Score() != 1 {
		t.Errorf("119: got %+v", d)
	}
	seen := map[engine.Outcome]int{}
	for _, name := range []string{"route", "route2", "danger", "danger2"} {
		f, err := os.Open("../understand/testdata/ask/" + name + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(f)
		for n := 0; lines.Scan(); n++ {
			text, _, ok := strings.Cut(lines.Text(), "\t")
			if !ok || n%6 > 0 {
				continue
			}
			d := engine.Decide(p, text)
			seen[d.Outcome]++
			at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
			next, effects, trace := engine.Traced(p, engine.State{Met: true}, engine.Event{ID: "e", Session: "s", At: at, Received: at,
				Kind: engine.TextReceived, Text: text, Finding: understand.Guard(text)})
			came := ""
			if len(trace.Steps) > 0 {
				came = trace.Steps[0].Ref.String()
			}
			want := ""
			switch d.Outcome {
			case engine.OutcomeAnswer, engine.OutcomeContact:
				want = d.Heard.Step.Ref.String()
			case engine.OutcomeSuggest:
				want = "patterns/suggest"
				if len(next.Offered) != len(d.Heard.Near) {
					t.Errorf("%q: %d offered, want %d", text, len(next.Offered), len(d.Heard.Near))
				}
			case engine.OutcomeFallback:
				want = "patterns/not-understood"
			case engine.OutcomeCommand:
				want = map[flow.Command]string{flow.CommandMenu: "menu/start", flow.CommandBack: "patterns/nothing-before", flow.CommandCancel: "patterns/nothing-to-cancel",
					flow.CommandErase: "patterns/erase", flow.CommandEnglish: "patterns/english"}[d.Heard.Command]
			default:
				pattern, _ := engine.AlarmPattern(d.Finding.Alarm)
				want = "patterns/" + pattern.String()
			}
			if came != want && !(d.Outcome == engine.OutcomeContact && strings.HasPrefix(came, "contact/")) {
				t.Errorf("%q: Decide says %s %s, Step comes to %s", text, d.Outcome, want, came)
			}
			if len(effects) == 0 {
				t.Errorf("%q: nothing is done", text)
			}
		}
		f.Close()
	}
	for _, o := range []engine.Outcome{engine.OutcomeAnswer, engine.OutcomeEmergency, engine.OutcomeCrisis, engine.OutcomeContact, engine.OutcomeCommand, engine.OutcomeSuggest, engine.OutcomeFallback} {
		if seen[o] == 0 {
			t.Errorf("no text comes to %s", o)
		}
	}
}
