package flow

import (
	"slices"
	"strings"

	"hogushi/bot/diag"
)

// maxFacts is how many facts a step may rest on: beyond that nobody checks them.
const maxFacts = 4

// stated checks what the steps state against the catalog: that each fact is there with its
// key words, not stronger than it is, and that an effect stands beside its disclosures.
// The disclosures are those of 医療広告ガイドライン, 限定解除の要件.
func (c *compiler) stated() {
	if c.unread[base(factsFile)] {
		return
	}
	if c.catalog == nil || len(c.catalog.facts) == 0 {
		c.factless()
		return
	}
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if len(s.cited) > maxFacts {
				c.problems.Errorf(s.cited[maxFacts].at, "too-many-facts", "1つのステップの事実は%d個までです。ステップを分けてください。", "a step rests on at most %d facts; make it two", maxFacts)
			}
			var cited []*Fact
			for _, l := range s.cited {
				if fact := c.cite(l); fact != nil {
					fact.told = true
					cited = append(cited, fact)
					c.holds(s, fact, l.at)
				}
			}
			c.effects(s, cited)
		}
	}
}

// stated is the same in the language. Its facts.yaml says by which words a fact is known there; where it doesn't, that
// is a warning. A step that isn't said in the language as a whole is left to missing-translation.
func (l *language) stated(of *compiler) {
	if of.catalog == nil || len(of.catalog.facts) == 0 || of.unread[base(factsFile)] {
		return
	}
	l.readSpoken(of.catalog)
	known, told := l.catalog.facts, map[string]bool{}
	for s, o := range l.steps {
		own, whole := *o, true
		own.cited, own.Facts, own.texts = s.cited, s.Facts, nil
		for _, t := range o.texts {
			whole = whole && (!t.full || strings.HasPrefix(t.at.File, l.name+"/"))
			t.text = strings.ToLower(t.text)
			own.texts = append(own.texts, t)
		}
		var cited []*Fact
		for _, name := range s.Facts {
			told[name] = true
			if f := known[name]; f != nil {
				cited = append(cited, f)
			}
		}
		for _, f := range cited {
			if whole {
				l.holds(&own, f, own.where(f))
			}
		}
		l.effects(&own, cited)
	}
	for _, f := range of.catalog.order {
		unsaid := f.tell == tellNever || !told[f.ID] && len(f.Effect) == 0 || len(l.steps) == 0
		_, emptied := l.catalog.hedges[f.Strength] // said already, if it is
		checked := known[f.ID] != nil && (len(of.catalog.hedgesOf(f)) == 0 || len(l.catalog.hedgesOf(f)) > 0 || emptied)
		if unsaid || checked {
			continue
		}
		if at, none := l.wordless(); none {
			if at.File != "" {
				l.warnings.Add(diag.Diagnostic{Span: at, Severity: diag.Warning, Rule: "unchecked-fact",
					Message: diag.T("「facts:」と「hedges:」がそろわないと、訳が事実を言いすぎていないか、確かめられません。事実の番号ごとの words と、言い方の強さの hedges を書いてください。", "without facts: and hedges: nothing checks whether what is said of the facts is too strong; write the words: of each fact, and hedges: for their strength")})
			}
			return
		}
		l.warnings.Add(diag.Diagnostic{Span: f.at, Severity: diag.Warning, Rule: "unchecked-fact",
			Message: diag.T("訳が事実「%[1]s」を言いすぎていないか、確かめられません。「%[2]s」に、この事実の words と、言い方の強さの hedges を書いてください。", "nothing checks whether what is said of the fact %[1]q is too strong; %[2]s must hold its words:, and hedges: for its strength", f.ID, l.name+"/"+factsFile)})
	}
}

// wordless says that the language has no words for facts at all, or none for how strongly they are said, and where
// that is to be told: nowhere, if it is told already.
func (l *language) wordless() (at diag.Span, none bool) {
	if l.facts == nil {
		return diag.Span{Pos: diag.Pos{File: l.name + "/" + factsFile}}, true
	}
	for _, key := range []string{"facts", "hedges"} {
		if v := l.get(l.facts, key); v == nil {
			return diag.Span{Pos: l.facts.Pos, Width: 1}, true
		} else if len(v.Pairs) == 0 {
			return diag.Span{}, true
		}
	}
	return at, false
}

// where is the text of the step that holds most of a fact's words.
func (s *Step) where(f *Fact) (at diag.Span) {
	most := -1
	for _, t := range s.texts {
		if n := f.held(t.text); t.full && n > most {
			most, at = n, t.at
		}
	}
	return at
}

// untold warns of facts that no step tells.
func (c *compiler) untold() {
	if c.catalog == nil {
		return
	}
	for _, f := range c.catalog.order {
		if f.tell == tellMust && !f.told {
			c.problems.Add(diag.Diagnostic{Span: f.at, Severity: diag.Warning, Rule: "untold-fact",
				Message: diag.T("事実「%s」を話すステップがありません。", "no step tells the fact %q", f.ID)})
		}
	}
}

// factless reports the first fact that a step names where there are none.
func (c *compiler) factless() {
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			for _, l := range s.cited {
				c.problems.Errorf(l.at, "unknown-fact", "事実「%[1]s」はありません。「%[2]s」がないか、事実が一つも書かれていません。", "there is no fact %[1]q: %[2]s is missing, or holds none", l.text, factsFile)
				return
			}
		}
	}
}

// cite finds a fact that a step names.
func (c *compiler) cite(l located) *Fact {
	f := c.catalog.facts[l.text]
	switch {
	case f == nil:
		c.problems.Errorf(l.at, "unknown-fact", "事実「%s」はありません。%sを見てください。", "there is no fact %q; see %s", l.text, factsFile)
	case f.tell == tellNever:
		c.problems.Errorf(l.at, "never-told", "事実「%s」は話してはいけないものです。", "the fact %q must not be told", l.text)
		return nil
	}
	return f
}

// full is what the step says when the clinic's facts are all there.
func (s *Step) full() string {
	var all []string
	for _, t := range s.texts {
		if t.full {
			all = append(all, t.text)
		}
	}
	return strings.Join(all, "\n\n")
}

// holds checks that a step's text states the fact, and no more than it.
func (c *compiler) holds(s *Step, f *Fact, at diag.Span) {
	text := s.full()
	if missing := f.lacked(text); len(missing) > 0 {
		d := c.problems.Errorf(at, "fact-words", "事実「%s」の言葉が文章にありません：%s", "the text lacks words of the fact %q: %s", f.ID, strings.Join(missing, "、"))
		d.Related = []diag.Related{{Span: f.at, Text: diag.T("この事実です。", "the fact")}}
	}
	exceeds := func(text string, never []string) {
		for _, w := range never {
			if holdsWord(text, w) {
				c.problems.Errorf(at, "fact-exceeded", "事実「%s」を話す文章に「%s」は書けません。言いすぎになります。", "the fact %q is not told with %q: that says too much", f.ID, w)
			}
		}
	}
	exceeds(text, f.Never)
	hedges := c.catalog.hedgesOf(f)
	if len(hedges) == 0 {
		return
	}
	var hedged []string
	most, bare := 0, false // of its words in a sentence, and that it is one without a hedge
	for _, s := range sentences(text) {
		n := f.held(s)
		hedge := containsAny(s, hedges)
		if hedge {
			hedged = append(hedged, s)
		}
		if n > most {
			most, bare = n, !hedge
		}
		if n*2 >= len(f.Words) {
			exceeds(s, c.catalog.never)
		}
	}
	if bare && most*2 >= len(f.Words) || !f.tells(strings.Join(hedged, "\n")) {
		d := c.problems.Errorf(at, "fact-hedge", "事実「%s」は言い切れません。同じ文に、次のどれかを入れてください：%s", "the fact %q can't be asserted; its sentence wants one of: %s", f.ID, strings.Join(hedges, "、"))
		d.Related = []diag.Related{{Span: f.at, Text: diag.T("この事実です。", "the fact")}}
	}
}

// effects checks a step that states the effect of a treatment, and that no other does.
func (c *compiler) effects(s *Step, cited []*Fact) {
	text := s.full()
	for _, f := range cited {
		if len(f.Effect) == 0 {
			continue
		}
		at := s.cited[slices.Index(s.Facts, f.ID)].at
		if !s.twin {
			c.problems.Errorf(at, "effect-twin", "「%s」は治療の効果の話です。院の情報がそろわないあいだの文章を「without_effect:」に書いてください。", "%q states an effect of a treatment; without_effect: must hold what is said as long as a disclosure isn't set", f.ID)
		}
		var missing []string
		for _, treatment := range f.Effect {
			for _, name := range c.catalog.disclosures[treatment] {
				if !strings.Contains(text, "{{"+name+"}}") && !slices.Contains(missing, "{{"+name+"}}") {
					missing = append(missing, "{{"+name+"}}")
				}
			}
		}
		if len(missing) > 0 {
			c.problems.Errorf(at, "effect-undisclosed", "効果の話には、同じ「say:」の中に次の情報が要ります：%s", "an effect is stated only beside these, in the same say: %s", strings.Join(missing, " "))
		}
	}
	if c.catalog == nil {
		return
	}
	for _, t := range s.texts {
		for _, f := range c.catalog.order {
			if len(f.Effect) == 0 || t.full && slices.Contains(cited, f) {
				continue
			}
			if f.stands(t.text) {
				d := c.problems.Errorf(t.at, "effect-unnamed", "この文章は治療の効果（%s）を話しているようです。効果の話は、「facts:」に番号を書いたステップの「say:」でだけできます。", "this seems to state an effect (%s); that is done only in the say: of a step that names the fact", f.ID)
				d.Related = []diag.Related{{Span: f.at, Text: diag.T("この事実です。", "the fact")}}
			}
		}
	}
}
