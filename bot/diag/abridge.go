package diag

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// How many of one rule are shown: a mistake that is made once is often found hundreds of times.
const (
	mostOfFile = 10
	mostOfRule = 30
	mostFiles  = 3 // that are named in what is said of the others
)

// ErrorsFirst brings the errors before what may stay.
func ErrorsFirst(all []Diagnostic) []Diagnostic {
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b Diagnostic) int { return int(a.Severity - b.Severity) })
	return all
}

// Abridge renders diagnostics for people, errors first: of a rule with very many, the first
// ones, and how many more there are.
func Abridge(w io.Writer, all []Diagnostic, lang string, source func(file string) []byte) {
	all = ErrorsFirst(all)
	warnings := slices.IndexFunc(all, func(d Diagnostic) bool { return d.Severity != Error })
	if warnings < 0 {
		warnings = len(all)
	}
	cut := false
	for _, part := range [][]Diagnostic{all[:warnings], all[warnings:]} {
		shown, more := abridged(part)
		Render(w, shown, lang, source)
		for _, m := range more {
			fmt.Fprintln(w, m.line(lang))
			cut = true
		}
	}
	if cut {
		fmt.Fprintln(w, T("すべて見るには、check か test に --all を付けてください。", "check --all and test --all show them all").In(lang))
	}
}

// more is what isn't shown of a rule.
type more struct {
	Diagnostic // one of them
	count      int
	files      []string // by how many there are
	of         map[string]int
}

func abridged(all []Diagnostic) (shown []Diagnostic, rest []*more) {
	type where struct{ rule, file string }
	ofFile, ofRule, beyond := map[where]int{}, map[string]int{}, map[string]*more{}
	for _, d := range all {
		at := where{d.Rule, d.File}
		if ofFile[at] < mostOfFile && ofRule[d.Rule] < mostOfRule {
			ofFile[at]++
			ofRule[d.Rule]++
			shown = append(shown, d)
			continue
		}
		m := beyond[d.Rule]
		if m == nil {
			m = &more{Diagnostic: d, of: map[string]int{}}
			beyond[d.Rule], rest = m, append(rest, m)
		}
		if m.count++; m.of[d.File] == 0 {
			m.files = append(m.files, d.File)
		}
		m.of[d.File]++
	}
	for _, m := range rest {
		slices.SortStableFunc(m.files, func(a, b string) int { return m.of[b] - m.of[a] })
	}
	return shown, rest
}

func (m *more) line(lang string) string {
	var files []string
	for i, f := range m.files {
		if i == mostFiles {
			files = append(files, "…")
			break
		}
		files = append(files, fmt.Sprintf("%s %d", f, m.of[f]))
	}
	return T("ほかに %[1]d 件、同じ種類の%[2]sがあります（%[3]s）。 [%[4]s]", "%[1]d more of this kind (%[3]s) [%[4]s]",
		m.count, m.severity(lang), strings.Join(files, "、"), m.Rule).In(lang)
}
