package flow

import (
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/source"
)

// silence takes out the warnings of which a file takes note, with a reason. Errors stay:
// what guards patients can't be silenced.
func (c *compiler) silence() {
	for _, s := range c.silences {
		c.take(s)
	}
}

func (c *compiler) take(s source.Silence) {
	about := func(d diag.Diagnostic) bool { return d.File == s.File && d.Line == s.Of && d.Rule == s.About }
	all := c.problems.Sorted()
	i := slices.IndexFunc(all, about)
	if s.Reason == "" {
		d := c.problems.Errorf(s.Span, "silence-reason", "承知した理由がありません。", "it says no reason")
		d.Hint = diag.T("「# 承知: %s 来月から使うため」のように、後ろに理由を書いてください。", "write it behind the rule: # 承知: %s REASON", s.About)
	}
	switch {
	case i >= 0 && all[i].Severity == diag.Error:
		c.problems.Errorf(s.Span, "silence-error", "「%s」はエラーなので、承知していても消せません。直してください。", "%s is an error: it can't be silenced", s.About)
	case i >= 0:
		c.problems.Drop(func(d diag.Diagnostic) bool { return d.Severity == diag.Warning && about(d) })
	case !c.problems.Failed(): // else the warning may only not have been looked for
		d := diag.Diagnostic{Span: s.Span, Severity: diag.Warning, Rule: "silence-unused",
			Message: diag.T("「%s」という注意は、ここにはありません。この行は消してください。", "there is no warning %s here; remove this comment", s.About)}
		var names []string
		for _, r := range slices.Concat(source.Rules(), Rules()) {
			names = append(names, r.Name)
		}
		if !slices.Contains(names, s.About) {
			didYouMean(&d, s.About, names)
		}
		c.problems.Add(d)
	}
}
