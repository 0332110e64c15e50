package flows_test

import (
	"testing"

	"hogushi/bot/flow"
	"hogushi/bot/understand"
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
