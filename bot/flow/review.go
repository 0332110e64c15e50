package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

// Review says that somebody has read and approved what a step says.
type Review struct {
	By, On string // who, and the day (2026-11-22)
	Text   string // Step.TextHash of then
}

var (
	dayLike  = regexp.MustCompile(`^\d{4}-\d{1,2}-\d{1,2}$`)
	hashForm = regexp.MustCompile(`^[0-9a-f]{8}$`)
)

// day reports what looks like a date and is none.
func (c *compiler) day(l located) bool {
	if _, err := time.Parse("2006-1-2", l.text); err != nil && dayLike.MatchString(l.text) {
		d := c.problems.Errorf(l.at, "no-such-day", "「%s」という日はありません。", "there is no day %s", l.text)
		d.Hint = diag.T("月と日を見なおしてください。", "look at the month and the day")
		return false
	}
	return true
}

var dayForm = regexp.MustCompile(`^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$`)

// reviewed reads the mark of a step, and where it says which text was read; without a mark, it is to stand at a place.
func (c *compiler) reviewed(n *source.Node, to diag.Span) (r *Review, at diag.Span) {
	if n == nil || !c.want(n, source.Map, "「reviewed:」には by, on, text を書きます。", "reviewed: holds by, on and text") {
		return nil, to
	}
	c.keys(n, reviewedKeys)
	by, on := c.need(n, "by"), c.need(n, "on")
	r = &Review{by.text, on.text, c.string(n.Get("text"))}
	switch {
	case by.text == "" || on.text == "" || !c.day(on):
		return nil, to
	case !dayForm.MatchString(on.text):
		c.problems.Errorf(on.at, "reviewed-form", "日付は「2026-11-22」の形で書いてください。", "a date is written like 2026-11-22")
		return nil, to
	}
	if t := n.Get("text"); t != nil {
		return r, t.Span
	}
	return r, n.Span
}

// reread warns of a text that has been changed since it was approved.
func (c *compiler) reread(s *Step) {
	if s.Review == nil || s.Review.Text == s.TextHash() {
		return
	}
	d := diag.Diagnostic{Span: s.reviewAt, Severity: diag.Warning, Rule: "reviewed-changed",
		Message: diag.T("%sの確認（%s）のあとで、文章が変わっています。", "the text was changed since %s approved it (%s)", s.Review.By, s.Review.On)}
	d.Hint = diag.T("読み直してもらったら、「on:」を新しい日付に、「text:」を %s にしてください。", "have it read again, then set on: anew and text: to %s", s.TextHash())
	if !hashForm.MatchString(s.Review.Text) {
		d.Message = diag.T("どの文章を確認したのか、わかりません。", "it doesn't say which text was approved")
		d.Hint = diag.T("確認したのが今の文章なら、「text: %s」と書いてください。", "if it was the present one, write text: %s", s.TextHash())
	}
	c.problems.Add(d)
}

// reviews reads the marks of a file of the language. They bind what is read there: a text that isn't translated, in Japanese.
func (l *language) reviews(root *source.Node) {
	n := root.Get("reviewed")
	if n == nil || !l.want(n, source.Map, "「reviewed:」の下には「ステップ名: {by: …, on: …, text: …}」を並べます。", "reviewed: holds STEP: {by: …, on: …, text: …}") {
		return
	}
	for _, p := range n.Pairs {
		m := mark{flow: base(root.File), step: p.Key}
		m.review, m.at = l.reviewed(p.Value, p.Value.Span)
		l.marks = append(l.marks, m)
	}
}

// mark says that a step was read in a language.
type mark struct {
	flow   string
	step   *source.Node // its name
	review *Review
	at     diag.Span
}

// approved gives the steps of the language their marks.
func (l *language) approved(of *compiler) {
	for _, o := range l.steps {
		if o.reviewAt = o.Pos; len(o.texts) > 0 {
			o.reviewAt = o.texts[0].at.Span
		}
	}
	for _, m := range l.marks {
		s := of.program.steps[Ref{m.flow, m.step.Value}]
		if f := of.program.flows[m.flow]; s == nil && f != nil && !of.unread[m.flow] && !of.nameless[m.flow] {
			d := l.problems.Errorf(m.step.Span, "unknown-step", "「%s」というステップはありません。", "there is no step %q", m.step.Value)
			l.didYouMean(d, m.step.Value, names(f))
		}
		if o := l.steps[s]; o != nil && m.review != nil {
			o.Review, o.reviewAt = m.review, m.at
			l.reread(o)
		}
	}
}

// TextHash stands for everything of a step that a patient can read, as it is written: 8 hex
// digits that change with any edit of it.
func (s *Step) TextHash() string {
	sum := sha256.New()
	for _, t := range s.texts {
		io.WriteString(sum, strings.TrimSpace(t.text)+"\x00")
	}
	if s.Image != nil {
		io.WriteString(sum, s.Image.Hash+"\x00")
	}
	for c := range s.Offers {
		io.WriteString(sum, c.Label+"\x00")
	}
	for _, c := range s.Cards {
		io.WriteString(sum, c.Title+"\x00")
	}
	return hex.EncodeToString(sum.Sum(nil)[:4])
}

// Release lists what somebody must still do before patients see the flows: read and approve
// what is said of danger and of treatments, in every language. today is a date (2026-11-22).
func (p *Program) Release(today string) *diag.List {
	problems := new(diag.List)
	p.release(problems, today)
	for _, l := range p.languages {
		p.In(l.name).release(problems, today)
	}
	return problems
}

func (p *Program) release(problems *diag.List, today string) {
	for _, f := range p.Flows {
		treats := slices.ContainsFunc(f.Steps, func(s *Step) bool { return s.twin })
		for _, original := range f.Steps {
			s := p.Spoken(original)
			switch {
			case !treats && len(s.Facts) == 0 && !p.Patterns.alarm(original):
			case s == original && p.Language != "": // it is said in Japanese
			case s.Review == nil && p.Language != "":
				d := problems.Errorf(s.reviewAt, "unreviewed", "ステップ「%s」の訳（%s）は、まだ確認されていません。", "nobody has approved yet how the step %q is said in %s", s.Step, p.Language)
				d.Hint = diag.T("医師が読んだら、このファイルの一番上の「reviewed:」の下に、「%s: {by: お名前, on: 日付, text: %s}」と書き足してください。", "once a doctor has, add %s: {by: NAME, on: DATE, text: %s} under reviewed: at the top of this file", s.Step, s.TextHash())
			case s.Review == nil:
				d := problems.Errorf(s.reviewAt, "unreviewed", "この文章は、まだ確認されていません。", "nobody has approved this text yet")
				d.Hint = diag.T("医師が読んだら、「reviewed: {by: お名前, on: 日付, text: %s}」と書き足してください。", "once a doctor has, add reviewed: {by: NAME, on: DATE, text: %s}", s.TextHash())
			case s.Review.Text != s.TextHash():
				d := problems.Errorf(s.reviewAt, "unreviewed", "%sの確認（%s）のあとで、文章が変わっています。", "the text was changed since %s approved it (%s)", s.Review.By, s.Review.On)
				d.Hint = diag.T("読み直してもらったら、「text:」を %s にしてください。", "have it read again, then set text: to %s", s.TextHash())
			case s.Review.On > today:
				d := problems.Errorf(s.reviewAt, "unreviewed", "確認した日（%s）が、まだ来ていません。", "the day of the review, %s, is yet to come", s.Review.On)
				d.Hint = diag.T("「on:」には、読んだ日を書いてください。", "write the day on which it was read at on:")
			}
		}
	}
}

// alarm says whether a step is said to someone in danger.
func (p *Patterns) alarm(s *Step) bool {
	for i := Emergency; i <= AfterCrisis; i++ {
		if p[i] == s {
			return true
		}
	}
	return false
}
