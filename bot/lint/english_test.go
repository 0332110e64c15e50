package lint

import "testing"

// TestEnglish: every rule finds its words in English, and leaves what is denied or harmless.
func TestEnglish(t *testing.T) {
	t.Parallel()
	bad := map[string]string{
		"ad-certain":      "The injection will stop your pain.",
		"ad-cure":         "PRP cures chronic pain.",
		"ad-safe":         "This is a safe treatment with no side effects.",
		"ad-superlative":  "We are Tokyo's leading clinic.",
		"ad-wonder":       "A revolutionary, cutting-edge injection.",
		"ad-approved":     "Our PRP is approved by the Japanese government.",
		"ad-testimonial":  "Read our patient reviews: 90% of patients got better.",
		"ad-before-after": "See the before-and-after photos.",
		"ad-bargain":      "20% off this month: a special offer.",
		"ad-fear":         "Book now, before it is too late.",
		"ad-fame":         "Celebrities come to us.",
		"ad-root":         "PRP repairs cartilage and treats the root cause.",
		"ad-diagnosis":    "You probably have a hernia.",
		"ad-compliance":   "We comply with the medical advertising guidelines.",
		"ad-centre":       "Welcome to our Pain Center.",
		"ad-guarantee":    "We guarantee relief.",
	}
	for _, r := range Rules() {
		found := false
		for _, h := range Check(bad[r.Name]) {
			found = found || h.Rule.Name == r.Name
		}
		if !found {
			t.Errorf("%s doesn't find %q", r.Name, bad[r.Name])
		}
	}
	for _, s := range []string{ // none of them denies what it says
		"Do not worry: PRP cures chronic pain.", "You do not need surgery, PRP will stop your pain.", "No surgery needed - complete relief is guaranteed.",
		"It never fails and is completely safe.", "Not only does it help, it is a permanent cure.", "No pain, no side effects.", "We are Japan’s best clinic.",
		"It is 100% effective.", "Your pain will disappear.", "Its effect has been proven.",
	} {
		if len(Check(s)) == 0 {
			t.Errorf("%q is let pass", s)
		}
	}
	for _, good := range []string{
		"We cannot promise that it will “cure” you.",
		"We do not share patient stories, nor before-and-after photos.",
		"This does not mean that it is approved by the government.",
		"It is expected to help tissue to repair itself.",
		"Whether it is safe for you is for the doctor to say.",
		"Please do not stop taking your medicine by yourself.",
		"PRP is not without risks: pain, swelling, bruising.",
		"Some people do not feel any change.",
		"Please call us before and after your visit.",
		"Our best wishes.",
		"It has not been proven to ease pain.",
	} {
		if hits := Check(good); len(hits) > 0 {
			t.Errorf("%s: %q is found by %s", good, string([]rune(good)[hits[0].Start:hits[0].Start+hits[0].Len]), hits[0].Rule.Name)
		}
	}
}
