package flows_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"strings"
	"testing"

	"hogushi/bot/flow"
	"hogushi/config"
	"hogushi/flows"
)

func shipped(t testing.TB) *flow.Program {
	t.Helper()
	settings, _ := config.Load(config.Dir("")) // TestShipped says what is wrong with it
	p, problems := flow.Compile(flows.Files, settings.Clinic, flow.Live)
	if p == nil {
		t.Fatal(problems.Err())
	}
	return p
}

func saying(s *flow.Step) string {
	var b strings.Builder
	for _, t := range s.Say {
		for _, seg := range t {
			b.WriteString(seg.Text)
		}
	}
	if s.Prompt != nil {
		text, _ := s.Prompt.Static()
		b.WriteString(text)
	}
	return b.String()
}

// taps are the steps that one tap leads to, with those that follow without a wait.
func taps(s *flow.Step) (to []*flow.Step) {
	for c := range s.Offers {
		for next := c.Go; next != nil; {
			to = append(to, next)
			if next.Waits() || next.End {
				break
			}
			if next.Go != nil {
				next = next.Go
			} else {
				next = next.Next
			}
		}
	}
	return to
}

// away counts the taps from a step to every other.
func away(from *flow.Step) map[*flow.Step]int {
	at := map[*flow.Step]int{from: 0}
	for queue := []*flow.Step{from}; len(queue) > 0; queue = queue[1:] {
		for _, s := range taps(queue[0]) {
			if _, seen := at[s]; !seen {
				at[s] = at[queue[0]] + 1
				queue = append(queue, s)
			}
		}
	}
	return at
}

// TestQuestions: each of the questions that patients ask on LINE has a step that answers
// it, within three taps from the menu.
func TestQuestions(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/questions.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes = '\t', true
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 93 {
		t.Fatalf("got %d rows, %v", len(rows), err)
	}
	p := shipped(t)
	at := away(p.Flow(flow.MenuFlow).Steps[0])
	for i, row := range rows[1:] {
		name, id, _ := strings.Cut(row[2], "/")
		s := p.Step(flow.Ref{Flow: name, Step: id})
		switch n, reached := at[s]; {
		case row[0] != strconv.Itoa(i+1):
			t.Errorf("row %d has the number %s", i+1, row[0])
		case s == nil:
			t.Errorf("%s %s: there is no step %s", row[0], row[1], row[2])
		case !reached || n > 3:
			t.Errorf("%s %s: %s is %d taps away, reached %t", row[0], row[1], row[2], n, reached)
		case s.Closed != "" || row[3] == "" || !strings.Contains(saying(s), row[3]):
			t.Errorf("%s %s: %s doesn't say %q, but\n%s", row[0], row[1], row[2], row[3], saying(s))
		}
	}
}

// TestContactNear: from every step that waits, contact is at most two taps away, and so is
// the menu; what an emergency says has nothing else beside it.
func TestContactNear(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	contact, menu := p.Flow("contact").Steps[0], p.Flow(flow.MenuFlow).Steps[0]
	for _, f := range p.Flows {
		if f.ID == flow.PatternFlow || f.Form {
			continue
		}
		for _, s := range f.Steps {
			if !s.Waits() {
				continue
			}
			at := away(s)
			if n, ok := at[contact]; !ok || n > 2 {
				t.Errorf("%v: contact is %d taps away, reached %t", s.Ref, n, ok)
			}
			if n, ok := at[menu]; !ok || n > 2 {
				t.Errorf("%v: the menu is %d taps away, reached %t", s.Ref, n, ok)
			}
		}
	}
}

// TestAnswers: every step that can be asked for has a topic, and as many examples as the
// search needs; every treatment answers every topic.
func TestAnswers(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	known := map[string]bool{}
	for _, topic := range flow.Topics.Names() {
		known[topic] = true
	}
	for _, f := range p.Flows {
		told := map[string]bool{}
		for _, s := range f.Steps {
			told[s.Topic] = true
			if s.Topic == "" {
				continue
			}
			if !known[s.Topic] {
				t.Errorf("%v: there is no topic %q", s.Ref, s.Topic)
			}
			if n := len(s.Examples); f.ID != flow.PatternFlow && s.Step != "after-injection" && (n < 8 || n > 20) {
				t.Errorf("%v: %d examples, want 8 to 20", s.Ref, n)
			}
		}
		switch f.ID {
		case "prp", "exosome", "trigger-point-injection":
			for _, topic := range strings.Fields("what mechanism procedure effect risk eligibility pain sessions duration downtime fee insurance difference evidence") {
				if !told[topic] {
					t.Errorf("%s: nothing answers %s", f.ID, topic)
				}
			}
		}
	}
}
