package text

import (
	"math"
	"testing"
)

func TestKanjiShare(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]float64{"": 0, " \n": 0, "痛み": 0.5, "慢性痛": 1, "いたみ、ABC": 0, "人 々": 1} {
		if got := KanjiShare(s); got != want {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
}

// TestEase checks the formula against values worked out by hand.
func TestEase(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]float64{
		"":        50,
		"痛み。":     115.79 - 0.12*2 + 7.4 - 23.18,
		"痛み\n痛み":  115.79 - 0.12*2 + 7.4 - 23.18,
		"PRPは、血。": 115.79 - 0.12*6 - 1.37*3 + 7.4 - 23.18 - 4.67,
		"テープ！":    115.79 - 0.12*3 - 5.4*3,
	} {
		if got := Ease(s); math.Abs(got-want) > 1e-9 {
			t.Errorf("%q: got %v, want %v", s, got, want)
		}
	}
	if easy, hard := Ease("痛みがつづくときは、お電話ください。"), Ease("慢性疼痛持続時電話連絡必須。"); easy <= hard {
		t.Errorf("got %v for easy and %v for hard text", easy, hard)
	}
}
