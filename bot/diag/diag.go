// Package diag holds positions and diagnostics: what is wrong in a file that staff wrote,
// where, and what to do about it. It knows nothing of YAML or flows.
package diag

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Pos is a place in a file. Line and Col are 1-based, Col counts runes; 0 = unknown.
type Pos struct {
	File      string
	Line, Col int
}

func (p Pos) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Col == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Col)
}

func (p Pos) compare(q Pos) int {
	return cmp.Or(strings.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}

// Span is a place with a width on its line, in runes; a Width of 0 is drawn as 1.
type Span struct {
	Pos
	Width int
}

// Severity orders diagnostics of one place.
type Severity int

const (
	Error Severity = iota
	Warning
)

func (s Severity) String() string { return [...]string{"error", "warning"}[s] }

// Text is a sentence in both languages of the tool.
type Text struct{ JA, EN string }

// T makes a Text; both formats take the same arguments in the same order.
func T(ja, en string, args ...any) Text {
	if len(args) == 0 {
		return Text{ja, en}
	}
	return Text{fmt.Sprintf(ja, args...), fmt.Sprintf(en, args...)}
}

// In gives the sentence in a language: "ja", else English.
func (t Text) In(lang string) string {
	if lang == "ja" {
		return t.JA
	}
	return t.EN
}

// Related is another place that belongs to a diagnostic.
type Related struct {
	Span
	Text
}

// Diagnostic is one problem. Rule is a stable kebab-case name; Hint says what to do; Context
// is what led there, in lines, for those who read.
type Diagnostic struct {
	Span
	Severity Severity
	Rule     string
	Message  Text
	Hint     Text
	Related  []Related
	Context  string
}

// Meant adds the name that an unknown one may be meant for, if there is one, and returns it.
func (d *Diagnostic) Meant(near string) string {
	if near != "" {
		d.Hint = T("「%s」のことですか?", "did you mean %q?", near)
	}
	return near
}

// List collects diagnostics. The zero value is ready for use.
type List struct{ all []Diagnostic }

// Add appends a diagnostic.
func (l *List) Add(d Diagnostic) { l.all = append(l.all, d) }

// Errorf adds an error with a message, and no hint. What it returns may be filled in
// further until the next Add or Errorf.
func (l *List) Errorf(at Span, rule, ja, en string, args ...any) *Diagnostic {
	l.Add(Diagnostic{Span: at, Rule: rule, Message: T(ja, en, args...)})
	return &l.all[len(l.all)-1]
}

// Join adds all of another list.
func (l *List) Join(other *List) { l.all = append(l.all, other.all...) }

// Drop removes the diagnostics that it is asked about and that drop says yes to.
func (l *List) Drop(drop func(Diagnostic) bool) { l.all = slices.DeleteFunc(l.all, drop) }

// Settle drops what is said of a place of which an error among the first n was found: it only
// follows from that.
func (l *List) Settle(n int) {
	wrong := map[Pos]bool{}
	for _, d := range l.all[:n] {
		if d.Severity == Error {
			wrong[d.Pos] = true
		}
	}
	kept := l.all[:n]
	for _, d := range l.all[n:] {
		if !wrong[d.Pos] {
			kept = append(kept, d)
		}
	}
	l.all = kept
}

// Clone is a list of its own with the same diagnostics.
func (l *List) Clone() *List { return &List{slices.Clone(l.all)} }

// Each yields them in the order in which they were found.
func (l *List) Each(yield func(*Diagnostic) bool) {
	for i := range l.all {
		if !yield(&l.all[i]) {
			return
		}
	}
}

// From are those behind the first n.
func (l *List) From(n int) []Diagnostic { return l.all[n:] }

// Len is the number of diagnostics.
func (l *List) Len() int { return len(l.all) }

// Failed says whether there is an error among them.
func (l *List) Failed() bool {
	return slices.ContainsFunc(l.all, func(d Diagnostic) bool { return d.Severity == Error })
}

// Sorted returns them by place, severity and rule, without repetitions.
func (l *List) Sorted() []Diagnostic {
	out := slices.Clone(l.all)
	slices.SortStableFunc(out, func(a, b Diagnostic) int {
		return cmp.Or(a.Pos.compare(b.Pos), cmp.Compare(a.Severity, b.Severity), strings.Compare(a.Rule, b.Rule),
			strings.Compare(a.Message.EN, b.Message.EN), strings.Compare(a.Message.JA, b.Message.JA), cmp.Compare(a.Width, b.Width))
	})
	return slices.CompactFunc(out, func(a, b Diagnostic) bool {
		return a.Span == b.Span && a.Rule == b.Rule && a.Message == b.Message
	})
}

// Err is the list as an error, nil when none of them is an error.
func (l *List) Err() error {
	if !l.Failed() {
		return nil
	}
	return listError{l}
}

type listError struct{ *List }

func (e listError) Error() string {
	var b strings.Builder
	for i, d := range e.Sorted() {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(d.String())
	}
	return b.String()
}

// String is the first, greppable line of a diagnostic, in English.
func (d Diagnostic) String() string { return d.line("en") }

func (d Diagnostic) line(lang string) string {
	s := fmt.Sprintf("%s: %s: %s", d.Pos, d.severity(lang), d.Message.In(lang))
	if h := d.Hint.In(lang); h != "" {
		if lang == "ja" {
			s += " " + h
		} else {
			s += "; " + h
		}
	}
	return s + " [" + d.Rule + "]"
}

func (d Diagnostic) severity(lang string) string {
	if lang == "ja" {
		return [...]string{"エラー", "注意"}[d.Severity]
	}
	return d.Severity.String()
}
