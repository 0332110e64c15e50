package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// What the texts for patients keep to: one thought a bubble, three bubbles a reply.
const (
	bubbleLength = 200
	replyBubbles = 3
)

// reading is how one step reads.
type reading struct {
	Step        string   `json:"step"`
	Unpublished bool     `json:"unpublished,omitempty"` // patients read its neutral text instead
	Bubbles     int      `json:"bubbles"`
	Characters  []int    `json:"characters"` // of each bubble
	Kanji       float64  `json:"kanji"`      // share, 0 to 1
	Ease        float64  `json:"ease"`       // text.Ease
	Unexplained []string `json:"unexplained,omitempty"`
}

// stats prints how the texts of the flows read: each step's with --json, else the whole's
// with what is out of bounds.
func (c *command) stats(live, preview *flow.Program, asJSON bool) error {
	var all []reading
	var titles []string // names that the patient has chosen on a button
	for _, f := range live.Flows {
		titles = append(titles, f.Title, "")
	}
	untitled := strings.NewReplacer(titles...)
	for _, f := range live.Flows {
		for i, s := range f.Steps {
			if r, ok := read(s, live.Terms, untitled); ok {
				all = append(all, r)
			}
			if s.Neutral {
				r, _ := read(preview.Flow(f.ID).Steps[i], live.Terms, untitled)
				r.Unpublished = true
				all = append(all, r)
			}
		}
	}
	if asJSON {
		out := json.NewEncoder(c.Stdout)
		for _, r := range all {
			if err := out.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	var lengths, bubbles []int
	var kanji, ease []float64
	var beyond []string
	for _, r := range all {
		if !r.Unpublished {
			lengths, bubbles = append(lengths, r.Characters...), append(bubbles, r.Bubbles)
			kanji, ease = append(kanji, r.Kanji), append(ease, r.Ease)
		}
		beyond = append(beyond, r.beyond()...)
	}
	fmt.Fprintf(c.Stdout, "%-28s %6s %6s %6s %6s\n", "", "least", "median", "95 %", "most")
	row(c, "characters a bubble", lengths, "%6d")
	row(c, "bubbles a reply", bubbles, "%6d")
	row(c, "share of kanji", kanji, "%6.2f")
	row(c, "reading ease (average: 50)", ease, "%6.0f")
	fmt.Fprintf(c.Stdout, "%d replies, %d bubbles, %d out of bounds\n", len(bubbles), len(lengths), len(beyond))
	for _, b := range beyond {
		fmt.Fprintln(c.Stdout, b)
	}
	return nil
}

func row[T cmp.Ordered](c *command, name string, values []T, form string) {
	if len(values) == 0 {
		return
	}
	slices.Sort(values)
	fmt.Fprintf(c.Stdout, "%-28s", name)
	for _, i := range []int{0, len(values) / 2, len(values) * 95 / 100, len(values) - 1} {
		fmt.Fprintf(c.Stdout, " "+form, values[i])
	}
	fmt.Fprintln(c.Stdout)
}

// read measures what a step says, card texts apart; false when that is nothing.
func read(s *flow.Step, terms []string, untitled *strings.Replacer) (reading, bool) {
	var bubbles []string
	add := func(t flow.Template) {
		var b strings.Builder
		for _, seg := range t {
			b.WriteString(seg.Text)
			if seg.Value != "" {
				b.WriteString("○○○○") // about what a value takes
			}
		}
		bubbles = append(bubbles, b.String())
	}
	for _, t := range s.Say {
		add(t)
	}
	if s.Prompt != nil {
		add(*s.Prompt)
	}
	if len(bubbles) == 0 || s.Closed != "" {
		return reading{}, false
	}
	whole := strings.Join(bubbles, "\n")
	r := reading{Step: s.Ref.String(), Bubbles: len(bubbles), Kanji: text.KanjiShare(whole), Ease: text.Ease(whole), Unexplained: unexplained(untitled.Replace(whole), terms)}
	for _, b := range bubbles {
		r.Characters = append(r.Characters, text.Graphemes(b))
	}
	return r, true
}

func (r reading) beyond() (out []string) {
	say := func(form string, args ...any) { out = append(out, r.Step+": "+fmt.Sprintf(form, args...)) }
	if !r.Unpublished { // the disclosures take their room
		for i, n := range r.Characters {
			if n > bubbleLength {
				say("bubble %d has %d characters", i+1, n)
			}
		}
		if r.Bubbles > replyBubbles {
			say("%d bubbles", r.Bubbles)
		}
	}
	for _, t := range r.Unexplained {
		say("%s isn't explained", t)
	}
	return out
}

// unexplained are the terms that a text uses and doesn't explain: behind the first use of
// a term stands a bracket, or the text says what it is (〜は…のこと).
func unexplained(s string, terms []string) (out []string) {
	for _, term := range terms {
		first := strings.Index(s, term)
		if first < 0 || covered(s, first, term, terms) {
			continue
		}
		after := strings.TrimLeft(s[first+len(term):], "」』”")
		r, _ := utf8.DecodeRuneInString(after)
		if r == '（' || r == '(' || strings.Contains(s, term+"」は") || strings.Contains(s, term+"は、") || strings.Contains(s, term+"とは") || strings.Contains(s, term+"という") || strings.Contains(s, "＝"+term) || strings.Contains(s, "（"+term) {
			continue
		}
		out = append(out, term)
	}
	return out
}

// covered says whether a term is there only as a part of a longer one.
func covered(s string, at int, term string, terms []string) bool {
	return slices.ContainsFunc(terms, func(t string) bool {
		i := strings.Index(t, term)
		return len(t) > len(term) && i >= 0 && at >= i && strings.HasPrefix(s[at-i:], t)
	})
}
