package flow

import (
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/match"
)

// This file finds statements of a treatment's effect in other words than those of the facts: 「膝が楽になります」. They
// are found where a treatment is spoken of, in a flow about one or in a sentence that names one.

// claim is what a sentence states of an effect.
type claim struct {
	stretch
	named bool // the treatment, too
}

// claims finds the first statement of an effect in a sentence, of a treatment that is called by one of names.
// about says that it is all about one.
func claims(sentence string, names []string, english, about bool) (c claim, ok bool) {
	if c.named = containsAny(sentence, names); !about && !c.named && !treats(sentence) {
		return c, false
	}
	if english {
		ok = c.find(statingEnglish, sentence, func(from, _ int) bool {
			return strings.HasSuffix(strings.TrimSpace(sentence), "?") || idleEnglish.In(sentence[:from]) && !strings.Contains(sentence[:from], "not only")
		})
		return c, ok
	}
	idle := func(from, to int) bool {
		clause, next, more := strings.Cut(sentence[to:], "、")
		if more {
			clause += "、"
		}
		clause = strings.ReplaceAll(clause, "かもしれません", "")
		return strings.Contains(sentence[from:to], "すり減") || idleAfter.In(clause) || idleNext.In(next) || idleBefore.In(sentence[:from])
	}
	ok = c.find(stating, sentence, idle) || c.named && c.find(statingNamed, sentence, idle)
	return c, ok
}

func (c *claim) find(all *match.Set, sentence string, idle func(from, to int) bool) bool {
	for _, n := range all.May(sentence) {
		for _, m := range all.Regexp(n).FindAllStringIndex(sentence, -1) {
			if !idle(m[0], m[1]) {
				c.stretch = stretch{m[0], m[1]}
				return true
			}
		}
	}
	return false
}

// treats says whether a text speaks of some treatment.
func treats(text string) bool {
	return slices.ContainsFunc(treatments, func(w string) bool { return strings.Contains(text, w) })
}

// treated are the flows about a treatment: those with a step that states its effect.
func (c *compiler) treated() (flows map[*Flow]bool, names []string) {
	flows = map[*Flow]bool{}
	for _, f := range c.program.Flows {
		if slices.ContainsFunc(f.Steps, func(s *Step) bool { return slices.ContainsFunc(s.Facts, c.catalog.effect) }) {
			flows[f] = true
			for _, name := range []string{f.Short, f.Title} {
				if name != "" && (name == f.Short || slices.Contains(f.Steps[0].Triggers, name)) { // a title is a name if patients ask by it
					names = append(names, name)
				}
			}
		}
	}
	return flows, names
}

// effect says whether a fact states one.
func (k *catalog) effect(name string) bool {
	return k.facts[name] != nil && len(k.facts[name].Effect) > 0
}

// claimed reports statements of an effect in a text of a step that none of its facts covers.
func (c *compiler) claimed(t *written, cited []*Fact, about bool, names []string) {
	if c.catalog.doubtful || !about && !containsAny(t.text, names) && !treats(t.text) {
		return
	}
	disclosed := t.full && slices.ContainsFunc(cited, func(f *Fact) bool { return len(f.Effect) > 0 })
	for _, p := range sentences(t.text) {
		sentence := t.text[p.from:p.to]
		claim, ok := claims(sentence, names, c.program.Language != "", about)
		if !ok || t.full && slices.ContainsFunc(cited, func(f *Fact) bool {
			return f.tells(sentence) && (f.held(sentence[claim.from:claim.to]) > 0 || containsAny(sentence, c.catalog.hedgesOf(f)))
		}) {
			continue
		}
		if hedged := c.catalog.hedged(sentence); !hedged || !disclosed {
			c.claim(t.part(p.from+claim.from, p.from+claim.to), claim.named && !hedged)
		}
	}
}

// claim reports a statement of an effect, a certain one as an error.
func (c *compiler) claim(at diag.Span, certain bool) {
	switch {
	case c.faulty(at):
	case certain:
		c.problems.Errorf(at, "effect-claimed", "治療の効果を言い切っています。効果は、「facts:」に番号を書いた効果のステップで、「期待されています」のようにだけ話せます。", "this asserts an effect of a treatment; that is told only in the step that names the fact, and with a hedge")
	default:
		c.problems.Add(diag.Diagnostic{Span: at, Severity: diag.Warning, Rule: "effect-implied",
			Message: diag.T("治療の効果の話に読めます。効果は、「facts:」に番号を書いた効果のステップでだけ話せます。", "this reads as an effect of a treatment; that is told only in the step that names the fact")})
	}
}

// faults are the errors found so far, by line.
type faults struct {
	lines map[diag.Pos][]diag.Span
	known int // how many of the problems
}

// faulty says whether something else is wrong with the words.
func (c *compiler) faulty(at diag.Span) bool {
	line := func(p diag.Pos) diag.Pos { return diag.Pos{File: p.File, Line: p.Line} }
	f := &c.faultsAt
	if f.lines == nil {
		f.lines = map[diag.Pos][]diag.Span{}
	}
	for _, d := range c.problems.From(f.known) {
		if d.Severity == diag.Error {
			f.lines[line(d.Pos)] = append(f.lines[line(d.Pos)], d.Span)
		}
	}
	f.known = c.problems.Len()
	return slices.ContainsFunc(f.lines[line(at.Pos)], func(s diag.Span) bool { return s.Col < at.Col+at.Width && at.Col < s.Col+max(s.Width, 1) })
}

// hedged says whether a text holds any hedge.
func (k *catalog) hedged(text string) bool {
	for _, hedges := range k.hedges {
		if containsAny(text, hedges) {
			return true
		}
	}
	return false
}
