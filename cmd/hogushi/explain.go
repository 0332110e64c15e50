package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/bot/gate"
	"hogushi/bot/lint"
	"hogushi/bot/source"
	"hogushi/bot/text"
	"hogushi/config"
)

// rules are all that check, test and publish can report.
func rules() []diag.Rule {
	all := slices.Concat(source.Rules(), flow.Rules(), config.Rules(), flowtest.Rules(), gate.Rules())
	for _, r := range lint.Rules() {
		all = append(all, r.Rule)
	}
	return all
}

// without is a file, or a step of one, that an example lacks.
var (
	without = regexp.MustCompile(`(?m)^-- -(\S+) --$`)
	lacks   = diag.T("（${1} がない）", "(${1} is missing)")
)

// explain tells why a rule exists, with the examples that its test runs.
func (c *command) explain(name, lang string) error {
	all, name := rules(), strings.Trim(name, "[]") // it is copied from a message
	i := slices.IndexFunc(all, func(r diag.Rule) bool { return r.Name == name })
	if i < 0 {
		var names []string
		for _, r := range all {
			names = append(names, r.Name)
		}
		slices.Sort(names)
		if near := text.DidYouMean(name, names); near != "" {
			return usageError{fmt.Errorf("there is no rule %q; did you mean %s?", name, near)}
		}
		return usageError{fmt.Errorf("there is no rule %q; the rules are %s", name, strings.Join(names, " "))}
	}
	r := all[i]
	severity, bad, good := diag.T("エラー", "error"), diag.T("悪い例", "bad"), diag.T("良い例", "good")
	if r.Severity == diag.Warning {
		severity = diag.T("注意", "warning")
	}
	fmt.Fprintf(c.Stdout, "%s (%s)\n  %s\n", r.Name, severity.In(lang), r.Why.In(lang))
	for _, e := range []struct {
		title diag.Text
		text  string
	}{{bad, r.Bad}, {good, r.Good}} {
		if e.text != "" {
			fmt.Fprintf(c.Stdout, "\n%s\n  %s\n", e.title.In(lang), strings.ReplaceAll(without.ReplaceAllString(printable(e.text), lacks.In(lang)), "\n", "\n  "))
		}
	}
	return nil
}

// printable is an example without what a terminal can't show, shortened where it is long only
// to show that it is too long.
func printable(example string) string {
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(example, "?")), "\n")
	for i, line := range lines {
		lines[i] = text.CutUTF16(strings.ReplaceAll(line, "\t", "→"), 120)
	}
	return strings.Join(lines, "\n")
}
