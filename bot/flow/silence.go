package flow

import (
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

// silence takes out the warnings of which a file takes note, with a reason. Errors stay:
// what guards patients can't be silenced.
func (c *compiler) silence() {
	type place struct {
		file, rule string
		line       int
	}
	if len(c.silences) == 0 {
		return
	}
	found := map[place]diag.Severity{} // the worst of that rule on that line
	for d := range c.problems.Each {
		p := place{d.File, d.Rule, d.Line}
		if s, ok := found[p]; !ok || d.Severity < s {
			found[p] = d.Severity
		}
	}
	whole := !c.problems.Failed() // else a warning may only not have been looked for
	silent := map[place]bool{}
	var names []string
	for _, r := range slices.Concat(source.Rules(), Rules()) {
		names = append(names, r.Name)
	}
	for _, s := range c.silences {
		var there []place
		severity := diag.Warning
		for line := s.Of; line <= s.To; line++ {
			p := place{s.File, s.About, line}
			if worst, ok := found[p]; ok {
				there, severity = append(there, p), min(severity, worst)
			}
		}
		ok := len(there) > 0
		if s.Reason == "" {
			d := c.problems.Errorf(s.Span, "silence-reason", "承知した理由がありません。", "it says no reason")
			d.Hint = diag.T("「# 承知: %s 来月から使うため」のように、後ろに理由を書いてください。", "write it behind the rule: # 承知: %s REASON", s.About)
		}
		switch {
		case ok && severity == diag.Error:
			c.problems.Errorf(s.Span, "silence-error", "「%s」はエラーなので、承知していても消せません。直してください。", "%s is an error: it can't be silenced", s.About)
		case ok:
			for _, p := range there {
				silent[p] = true
			}
		case whole:
			d := diag.Diagnostic{Span: s.Span, Severity: diag.Warning, Rule: "silence-unused",
				Message: diag.T("「%s」という注意は、ここにはありません。この行は消してください。", "there is no warning %s here; remove this comment", s.About)}
			if !slices.Contains(names, s.About) {
				c.didYouMean(&d, s.About, names)
			}
			c.problems.Add(d)
		}
	}
	c.problems.Drop(func(d diag.Diagnostic) bool {
		return d.Severity == diag.Warning && silent[place{d.File, d.Rule, d.Line}]
	})
}
