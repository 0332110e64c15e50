package flows_test

import (
	"strings"
	"testing"

	"hogushi/bot/flow"
	"hogushi/bot/understand"
	"hogushi/config"
)

// TestExamples: nearly every example, of every third, would reach its own step, or one that answers the same of its
// flow, if it were only like what was written: they are told apart.
func TestExamples(t *testing.T) {
	t.Parallel()
	p := shipped(t)
	all, astray := 0, 0
	for _, f := range p.Flows {
		for _, s := range f.Steps {
			for i, e := range s.Examples {
				if (i+s.Index)%3 > 0 {
					continue
				}
				typed := flow.NewTyped(e)
				h := p.Hear(&typed, "")
				all++
				if h.Outcome != understand.Answer || h.Step != s && (h.Step.Flow != s.Flow || h.Step.Topic != s.Topic) {
					astray++
					t.Logf("%v: %s comes to %v %v", s.Ref, e, h.Outcome, h.Heard.Step.Step)
				}
			}
		}
	}
	if all < 800 || astray*100 > all {
		t.Errorf("%d of %d examples go astray", astray, all)
	}
}

// TestRenamedStep: a step under another name has been learnt under the old one. That is said once, not of each example.
func TestRenamedStep(t *testing.T) {
	t.Parallel()
	for flowName, old := range map[string]string{"menu": "thanks", "prp": "blood"} {
		rename := strings.NewReplacer("- step: "+old+"\n", "- step: renamed\n", "go: "+old+"}", "go: renamed}")
		settings, _ := config.Load(config.Dir(""))
		_, problems := flow.Compile(edited(t, map[string]func(string) string{flowName + ".yaml": rename.Replace}), settings.Clinic, flow.Live)
		if all := problems.Sorted(); len(all) != 1 || all[0].Rule != "example-astray" || !strings.Contains(all[0].Message.JA, "「"+flowName+"/"+old+"」の名前で学んで") {
			t.Errorf("%s: got %v", old, all)
		}
	}
}

// BenchmarkIndex is the first text that a program hears: its index is made for it.
func BenchmarkIndex(b *testing.B) {
	for range b.N {
		b.StopTimer()
		p := shipped(b)
		typed := flow.NewTyped("駐車場ってある？")
		understand.Warm()
		b.StartTimer()
		p.Hear(&typed, "")
	}
}
