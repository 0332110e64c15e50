package flowtest

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"hogushi/bot/flow"
)

// This file picks the words of a reply that a careless edit must not lose.

const (
	longest = 32 // runes of a piece
	dense   = 60 // runes of a bubble of which two pieces are taken
)

var (
	sentence = regexp.MustCompile(`[^。！？\n]+[。！？]?`)

	// telling are what makes a piece worth keeping: a number, a place to turn to, what isn't
	// promised, how sure it is.
	telling = []struct {
		worth int
		form  *regexp.Regexp
	}{
		{5, regexp.MustCompile(`119|7119|[0-9０-９]`)},
		{4, regexp.MustCompile(`ません|ないこと|わから|とは限|個人差|違います|ことがあり|可能性|期待され|とされて|考えられて|知られて|報告|約束`)},
		{3, regexp.MustCompile(`医師|診察|消し|送って|消え|同意|すぐに`)},
		{2, regexp.MustCompile(`\{\{clinic\.`)},
		{-5, regexp.MustCompile(`申し訳|すみません|ありがとう`)},
		{-3, regexp.MustCompile(`お選びください|ご覧ください`)},
	}
)

// telling are pieces of the reply's bubbles, in order. What is in them is fixed: nothing of
// the patient's, nor new every time.
func (t *talk) telling(w *writer) (pieces []string) {
	var fixed []string
	for _, s := range t.trace.Steps {
		templates := slices.Clone(s.Say)
		for _, more := range []*flow.Template{s.Prompt, s.Wrong, s.Again} {
			if more != nil {
				templates = append(templates, *more)
			}
		}
		for _, template := range templates {
			for _, seg := range template {
				fixed = append(fixed, seg.Text)
			}
		}
	}
	for _, m := range t.reply {
		pieces = append(pieces, w.worth(m.Text, fixed)...)
	}
	return pieces
}

// worth picks from a bubble what is worth keeping.
func (w *writer) worth(bubble string, fixed []string) (pieces []string) {
	type candidate struct {
		text      string
		at, worth int
	}
	var all []candidate
	for _, at := range sentence.FindAllStringIndex(bubble, -1) {
		piece := fixedPart(shortened(bubble[at[0]:at[1]]), fixed)
		if utf8.RuneCountInString(piece) < 4 {
			continue
		}
		worth := utf8.RuneCountInString(piece) / 8
		for _, x := range telling {
			if x.form.MatchString(w.unfilled(piece)) {
				worth += x.worth
			}
		}
		all = append(all, candidate{piece, at[0], worth})
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return b.worth - a.worth })
	n := 1
	if utf8.RuneCountInString(bubble) > dense {
		n = 2
	}
	all = all[:min(n, len(all))]
	slices.SortFunc(all, func(a, b candidate) int { return a.at - b.at })
	for _, c := range all {
		pieces = append(pieces, w.unfilled(c.text))
	}
	return pieces
}

// fixedPart is what of a piece is fixed: all of it, or its longest part, "" if there is none.
func fixedPart(piece string, fixed []string) (part string) {
	for _, f := range fixed {
		if strings.Contains(f, piece) {
			return piece
		}
		for line := range strings.SplitSeq(f, "\n") {
			if line = strings.TrimSpace(line); len(line) > len(part) && strings.Contains(piece, line) {
				part = line
			}
		}
	}
	return part
}

// shortened is the end of a sentence, from a comma on if it is long: there it says how sure
// it is.
func shortened(s string) string {
	s = strings.Trim(s, " 　・")
	for utf8.RuneCountInString(s) > longest {
		_, after, found := strings.Cut(s, "、")
		if !found || utf8.RuneCountInString(after) < 6 {
			break
		}
		s = after
	}
	return strings.TrimSuffix(s, "。")
}
