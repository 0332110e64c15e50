package flow

import (
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"hogushi/bot/diag"
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
			return strings.HasSuffix(strings.TrimSpace(sentence), "?") || idleEnglish.in(sentence[:from]) && !strings.Contains(sentence[:from], "not only")
		})
		return c, ok
	}
	idle := func(from, to int) bool {
		clause, next, more := strings.Cut(sentence[to:], "、")
		if more {
			clause += "、"
		}
		clause = strings.ReplaceAll(clause, "かもしれません", "")
		return strings.Contains(sentence[from:to], "すり減") || idleAfter.in(clause) || idleNext.in(next) || idleBefore.in(sentence[:from])
	}
	ok = c.find(stating, sentence, idle) || c.named && c.find(statingNamed, sentence, idle)
	return c, ok
}

func (c *claim) find(all []*matcher, sentence string, idle func(from, to int) bool) bool {
	for _, e := range all {
		if !e.may(sentence) {
			continue
		}
		for _, m := range e.re().FindAllStringIndex(sentence, -1) {
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

// matcher is a regular expression, made when it is needed, and what a text must hold for it: nearly all lack that.
type matcher struct {
	re    func() *regexp.Regexp
	needs []func() *heads // one of each
}

// expression makes a matcher; what matches holds a match of each of needed.
func expression(pattern string, needed ...string) *matcher {
	m := &matcher{re: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })}
	for _, n := range needed {
		m.needs = append(m.needs, sync.OnceValue(func() *heads { return headsOf(n) }))
	}
	return m
}

func (m *matcher) in(text string) bool { return m.re().MatchString(text) }

// may says whether a text can hold a match.
func (m *matcher) may(text string) bool {
	return !slices.ContainsFunc(m.needs, func(needed func() *heads) bool { return !needed().in(text) })
}

// heads are the beginnings of words.
type heads struct {
	all   map[string]bool
	first [1 << 10]uint64 // their first runes, by the lower 16 bits
}

func headsOf(pattern string) *heads {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err) // a pattern of effectwords.go
	}
	h := &heads{all: map[string]bool{}}
	for _, b := range beginnings(re) {
		r, _ := utf8.DecodeRuneInString(b)
		h.all[b] = true
		h.first[r>>6&0x3ff] |= 1 << (r & 63)
	}
	return h
}

// longestBeginning is enough of a beginning to tell, in bytes: three kana, nine letters.
const longestBeginning = 9

// in says whether a text holds one of them: words in Latin letters begin where others don't go on.
func (h *heads) in(text string) bool {
	before := ' '
	for i, r := range text {
		if h.first[r>>6&0x3ff]>>(r&63)&1 != 0 && !(small(r) && small(before)) {
			for n := 1; n <= min(longestBeginning, len(text)-i); n++ {
				if h.all[text[i:i+n]] {
					return true
				}
			}
		}
		before = r
	}
	return false
}

func small(r rune) bool { return r >= 'a' && r <= 'z' }

// beginnings are what a match of an expression begins with: whole runes, and not much more than tells it from others.
func beginnings(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{cutBeginning(string(re.Rune))}
	case syntax.OpCharClass:
		var all []string
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > longestBeginning {
				return nil // [^。]
			}
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				all = append(all, string(r))
			}
		}
		return all
	case syntax.OpCapture:
		return beginnings(re.Sub[0])
	case syntax.OpQuest:
		return append(beginnings(re.Sub[0]), "")
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			all = append(all, beginnings(sub)...)
		}
		return all
	case syntax.OpConcat:
		all := []string{""}
		for _, sub := range re.Sub {
			more := beginnings(sub)
			if more == nil {
				break // anything may follow
			}
			var longer []string
			for _, a := range all {
				if len(a) >= longestBeginning-2 {
					longer = append(longer, a)
					continue
				}
				for _, b := range more {
					longer = append(longer, cutBeginning(a+b))
				}
			}
			all = longer
		}
		return all
	case syntax.OpEmptyMatch, syntax.OpEndText, syntax.OpBeginText, syntax.OpEndLine, syntax.OpWordBoundary:
		return []string{""}
	}
	return nil
}

func cutBeginning(s string) string {
	for len(s) > longestBeginning {
		_, n := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-n]
	}
	return s
}

// treated are the flows about a treatment: those with a step that states its effect.
func (c *compiler) treated() (flows map[*Flow]bool, names []string) {
	flows = map[*Flow]bool{}
	for _, f := range c.program.Flows {
		if slices.ContainsFunc(f.Steps, func(s *Step) bool { return slices.ContainsFunc(s.Facts, c.catalog.effect) }) {
			if flows[f] = true; f.Short != "" {
				names = append(names, f.Short)
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
