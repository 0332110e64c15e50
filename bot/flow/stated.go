package flow

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"hogushi/bot/diag"
)

// maxFacts is how many facts a step may rest on: beyond that nobody checks them.
const maxFacts = 4

// stated checks what the steps state against the catalog: that each fact is there with its
// key words, not stronger than it is, and that an effect stands beside its disclosures.
// The disclosures are those of 医療広告ガイドライン, 限定解除の要件.
func (c *compiler) stated() {
	if c.catalog == nil {
		return
	}
	treated, names := c.treated()
	for _, f := range c.program.Flows {
		for _, title := range []string{f.Title, f.Short} {
			c.claimedBy(title, c.places[entry{f.ID, same(title)}], treated[f], names)
		}
		for _, s := range f.Steps {
			if len(s.cited) > maxFacts {
				c.problems.Errorf(s.cited[maxFacts].at, "too-many-facts", "1つのステップの事実は%d個までです。ステップを分けてください。", "a step rests on at most %d facts; make it two", maxFacts)
			}
			before := c.problems.Len()
			var cited []*Fact
			for _, l := range s.cited {
				if fact := c.cite(l); fact != nil {
					fact.told = true
					cited = append(cited, fact)
					c.holds(s, fact, l.at)
				}
			}
			if c.catalog.knows(s.Facts) { // else what it states may be what is meant
				c.beside(s, cited, treated[f], names)
				c.claimedOn(s, treated[f], names)
			}
			c.effects(s, cited)
			s.misstated = slices.ContainsFunc(c.problems.From(before), func(d diag.Diagnostic) bool { return d.Severity == diag.Error })
		}
	}
}

// stated is the same in the language. Its facts.yaml says by which words a fact is known there; where it doesn't, that
// is a warning. A step that isn't said in the language as a whole is left to missing-translation.
func (l *language) stated(of *compiler) {
	if of.catalog == nil {
		return
	}
	l.readSpoken(of.catalog)
	known, told := l.catalog.facts, map[string]bool{}
	treated, japanese := of.treated()
	var names []string
	for _, name := range japanese {
		names = append(names, strings.ToLower(cmp.Or(l.program.texts[name], name)))
	}
	for s, o := range l.steps {
		if s.misstated {
			for _, name := range s.Facts {
				told[name] = true
			}
			continue // as it is in Japanese
		}
		own, whole := *o, true
		own.cited, own.Facts, own.texts = s.cited, s.Facts, nil
		for _, t := range o.texts {
			whole = whole && (!t.full || strings.HasPrefix(t.at.File, l.name+"/"))
			t.text = strings.Map(unicode.ToLower, t.text)
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
		if l.effects(&own, cited); l.catalog.knows(s.Facts) { // else what it states may be what is meant, too
			l.beside(&own, cited, treated[s.Flow], names)
			l.claimedOn(&own, treated[s.Flow], names)
		}
	}
	l.unchecked(of, told)
}

// unchecked warns of facts that are told in the language without a check.
func (l *language) unchecked(of *compiler, told map[string]bool) {
	file := l.name + "/" + factsFile
	unhedged := map[Strength]bool{}
	for _, f := range of.catalog.order {
		if f.tell == tellNever || !told[f.ID] && len(f.Effect) == 0 || len(l.steps) == 0 {
			continue
		}
		worded := l.catalog.facts[f.ID] != nil
		if worded && (len(of.catalog.hedgesOf(f)) == 0 || len(l.catalog.hedgesOf(f)) > 0 || unhedged[f.Strength]) {
			continue
		}
		d := diag.Diagnostic{Span: f.at, Severity: diag.Warning, Rule: "unchecked-fact"}
		switch {
		case l.facts == nil:
			d.Span = diag.Span{Pos: diag.Pos{File: file}}
			d.Message = diag.T("このファイルがないので、訳が事実を言いすぎていないか、確かめられません。", "this file is missing: nothing checks whether a translation says more than the facts")
			d.Hint = diag.T("事実ごとの words と、言い方の強さごとの hedges を書いてください。", "it holds words: of each fact, and hedges: of each strength")
			l.warnings.Add(d)
			return
		case l.get(l.facts, "facts") == nil || l.get(l.facts, "hedges") == nil:
			d.Span = diag.Span{Pos: l.facts.Pos, Width: 1}
			d.Message = diag.T("「facts:」と「hedges:」がそろわないと、訳が事実を言いすぎていないか、確かめられません。事実の番号ごとの words と、言い方の強さの hedges を書いてください。", "without facts: and hedges: nothing checks whether what is said of the facts is too strong; write the words: of each fact, and hedges: for their strength")
			l.warnings.Add(d)
			return
		case !worded:
			d.Message = diag.T("訳が事実「%[1]s」を言いすぎていないか、確かめられません。「%[2]s」の「facts:」に「%[1]s: {words: […]}」と書いてください。", "nothing checks whether what is said of the fact %[1]q is too strong; write %[1]s: {words: […]} under facts: of %[2]s", f.ID, file)
		default:
			unhedged[f.Strength] = true
			d.Message = diag.T("訳が事実「%[1]s」を言いすぎていないか、確かめられません。「%[2]s」の「hedges:」に、強さ「%[3]s」の言い方を書いてください。", "nothing checks whether what is said of the fact %[1]q is too strong; hedges: of %[2]s says nothing of the strength %[3]q", f.ID, file, strengthWords.Names()[f.Strength])
		}
		l.warnings.Add(d)
	}
}

// where is the text of the step that holds most of a fact's words.
func (s *Step) where(f *Fact) (at diag.Span) {
	most := -1
	for _, t := range s.texts {
		if n := f.held(t.text); t.full && n > most {
			most, at = n, t.at.Span
		}
	}
	return at
}

// untold warns of facts that no step tells. With an error they may be told where it stands.
func (c *compiler) untold() {
	if c.catalog == nil || c.problems.Failed() {
		return
	}
	for _, f := range c.catalog.order {
		if f.tell == tellMust && !f.told {
			c.problems.Add(diag.Diagnostic{Span: f.at, Severity: diag.Warning, Rule: "untold-fact",
				Message: diag.T("事実「%s」を話すステップがありません。", "no step tells the fact %q", f.ID),
				Hint:    diag.T("話すステップの「facts:」に番号を書いてください。話さなくてもよいものなら、ここに「tell: may」と書きます。", "write its number under facts: of a step that tells it; write tell: may here if none needs to")})
		}
	}
}

// cite finds a fact that a step names.
func (c *compiler) cite(l located) *Fact {
	f := c.known(c.catalog, l)
	if f != nil && f.tell == tellNever {
		d := c.problems.Errorf(l.at, "never-told", "事実「%s」は話してはいけないものです。", "the fact %q must not be told", l.text)
		d.Hint = diag.T("番号を消し、文章にも、その話を書かないでください。", "take out its number, and don't tell it in the text")
		return nil
	}
	return f
}

// known finds a fact by its name. One that may have been lost in an error of facts.yaml isn't missed.
func (c *compiler) known(k *catalog, l located) *Fact {
	f := k.facts[l.text]
	if f != nil || k.doubtful {
		return f
	}
	d := c.problems.Errorf(l.at, "unknown-fact", "事実「%s」はありません。%sを見てください。", "there is no fact %q; see %s", l.text, factsFile)
	parts := strings.FieldsFunc(l.text, func(r rune) bool { return strings.ContainsRune("、，,・/ 　", r) })
	var near []string
	for _, part := range parts {
		if i := slices.IndexFunc(k.order, func(f *Fact) bool {
			return alike(f.ID) == alike(part) || strings.TrimLeft(f.ID, letters) == strings.TrimLeft(part, "0")
		}); i >= 0 {
			near = append(near, k.order[i].ID)
		}
	}
	switch {
	case len(near) < len(parts) || len(near) == 0:
	case len(near) == 1:
		d.Meant(near[0])
	default:
		d.Hint = diag.T("分けるときは、半角の「,」にしてください：[%s]", "separate them with a plain comma: [%s]", strings.Join(near, ", "))
	}
	return nil
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

var (
	zeros  = regexp.MustCompile(`^([a-z]+)0+(\d)`)
	digits = strings.NewReplacer("o", "0", "l", "1", "i", "1", "-", "", "_", "")
)

// alike is what the names of facts have in common that are mistaken for each other: F13, f13, F013, Fl3.
func alike(name string) string {
	if name = strings.ToLower(name); len(name) > 1 {
		name = name[:1] + digits.Replace(name[1:])
	}
	return zeros.ReplaceAllString(name, "$1$2")
}

// full is what the step says when the clinic's facts are all there.
func (s *Step) full() string {
	var all []string
	for _, t := range s.texts {
		if t.full {
			all = append(all, t.text)
		}
	}
	return strings.Join(all, between)
}

const between = "\n\n"

// part is where a part of what the step says stands.
func (s *Step) part(p stretch) diag.Span {
	for i := range s.texts {
		t := &s.texts[i]
		switch {
		case !t.full:
		case p.from < len(t.text):
			return t.part(max(p.from, 0), min(p.to, len(t.text))) // it may begin between two
		default:
			p.from, p.to = p.from-len(t.text)-len(between), p.to-len(t.text)-len(between)
		}
	}
	return s.Pos
}

// holds checks that a step's text states the fact, and no more than it.
func (c *compiler) holds(s *Step, f *Fact, at diag.Span) {
	text := s.full()
	if missing := f.lacked(text); len(missing) > 0 {
		d := c.problems.Errorf(at, "fact-words", "", "")
		d.Message = diag.Text{JA: "事実「" + f.ID + "」の言葉が文章にありません：" + listed(missing, "「", "」か「", "」", "、") + "。",
			EN: "the text lacks words of the fact " + strconv.Quote(f.ID) + ": " + listed(missing, `"`, `" or "`, `"`, ", ")}
		d.Hint = diag.T("この話をするのなら、文章に入れてください。しないのなら、番号を消してください。", "put them in if the fact is told; else take out its number")
		d.Related = []diag.Related{{Span: f.at, Text: diag.T("この事実です。", "the fact")}}
	}
	exceeds := func(in stretch, never []string, ja, en string) {
		for _, w := range never {
			if i := indexWord(text[in.from:in.to], w); i >= 0 {
				at := stretch{in.from + i, in.from + i + len(w)}
				if span := s.part(at); !c.faulty(span) {
					c.problems.Errorf(span, "fact-exceeded", ja, en, w)
				}
			}
		}
	}
	exceeds(stretch{0, len(text)}, f.Never, "事実「"+f.ID+"」を話す文章に「%s」は書けません。言いすぎになります。", "the fact "+strconv.Quote(f.ID)+" is not told with %q: that says too much")
	hedges := c.catalog.hedgesOf(f)
	if len(hedges) == 0 || !f.mostly(text) { // it isn't told, which is said
		return
	}
	var hedged []string
	var most, bare told // of its words in a sentence; in one without a hedge
	for _, p := range sentences(text) {
		s := text[p.from:p.to]
		n := f.held(s)
		if containsAny(s, hedges) {
			hedged = append(hedged, s)
		} else if n > bare.words {
			bare = told{n, p}
		}
		if n > most.words {
			most = told{n, p}
		}
		if n*2 >= len(f.Words) {
			exceeds(p, c.catalog.never, "言い切れないことを話す文に「%s」は書けません。言いすぎになります。", "what can't be asserted is not told with %q: that says too much")
		}
	}
	if most.words > 0 && (most == bare && most.words*2 >= len(f.Words) || !f.tells(strings.Join(hedged, "\n"))) {
		if bare.words > 0 {
			at = s.part(bare.in)
		}
		if c.bald[at] {
			return // of another fact, told in the same sentence
		}
		if c.bald == nil {
			c.bald = map[diag.Span]bool{}
		}
		c.bald[at] = true
		all := examples(hedges)
		d := c.problems.Errorf(at, "fact-hedge", "", "")
		d.Message = diag.Text{JA: "事実「" + f.ID + "」は、言い切れません。この文に、" + listed([][]string{all}, "「", "」「", "」", "") + "のような言い方を入れてください。",
			EN: "the fact " + strconv.Quote(f.ID) + " can't be asserted; this sentence wants " + listed([][]string{all}, `"`, `", "`, `"`, "") + " or the like"}
		d.Related = []diag.Related{{Span: f.at, Text: diag.T("この事実です。", "the fact")}}
	}
}

// told is how many of a fact's words a sentence holds.
type told struct {
	words int
	in    stretch
}

// listed are groups of words.
func listed(groups [][]string, open, or, end, and string) string {
	var all []string
	for _, group := range groups {
		all = append(all, open+strings.Join(group, or)+end)
	}
	return strings.Join(all, and)
}

// phrases are hedges in full: facts.yaml holds their stems.
var phrases = []string{"…とされています", "…ことが期待されています", "…と考えられています", "…という報告があります", "…ことが知られています", "…可能性があります", "…かもしれません", "…ことを目ざしています",
	"may …", "is expected to …", "is thought to …", "reports suggest that …", "is known to …", "aims to …"}

// examples are a few hedges as they are written in a sentence.
func examples(hedges []string) (few []string) {
	for _, p := range phrases {
		if containsAny(p, hedges) {
			few = append(few, p)
		}
	}
	if len(few) == 0 {
		few = hedges
	}
	return few[:min(len(few), maxExamples)]
}

const maxExamples = 4

// effects checks a step that states the effect of a treatment.
func (c *compiler) effects(s *Step, cited []*Fact) {
	text := s.full()
	twin := s.twin
	said := map[string]bool{} // of what is missing
	for _, f := range cited {
		if len(f.Effect) == 0 || !f.mostly(text) { // it isn't told, which is said
			continue
		}
		at := s.cited[slices.Index(s.Facts, f.ID)].at
		if !twin {
			twin = true
			c.problems.Errorf(at, "effect-twin", "「%s」は治療の効果の話です。院の情報がそろわないあいだの文章を「without_effect:」に書いてください。", "%q states an effect of a treatment; without_effect: must hold what is said as long as a disclosure isn't set", f.ID)
		}
		var missing []string
		for _, treatment := range f.Effect {
			for _, name := range c.catalog.disclosures[treatment] {
				if name = "{{" + name + "}}"; !strings.Contains(text, name) && !said[name] {
					missing, said[name] = append(missing, name), true
				}
			}
		}
		if len(missing) > 0 {
			c.problems.Errorf(at, "effect-undisclosed", "効果の話には、同じ「say:」の中に次の情報が要ります：%s", "an effect is stated only beside these, in the same say: %s", strings.Join(missing, " "))
		}
	}
}

// beside checks that no text of a step states an effect that isn't among its facts.
func (c *compiler) beside(s *Step, cited []*Fact, about bool, names []string) {
	for i := range s.texts {
		t := &s.texts[i]
		k := slices.IndexFunc(c.catalog.order, func(f *Fact) bool {
			return len(f.Effect) > 0 && !(t.full && slices.Contains(cited, f)) && f.stands(t.text)
		})
		if k < 0 {
			c.claimed(t, cited, about, names)
			continue
		}
		f := c.catalog.order[k]
		d := c.problems.Errorf(t.most(f), "effect-unnamed", "この文章は治療の効果（%s）を話しているようです。効果の話は、「facts:」に番号を書いたステップの「say:」でだけできます。", "this seems to state an effect (%s); that is done only in the say: of a step that names the fact", f.ID)
		d.Related = []diag.Related{{Span: f.at, Text: diag.T("この事実です。", "the fact")}}
	}
}

// claimedOn checks that no button states an effect.
func (c *compiler) claimedOn(s *Step, about bool, names []string) {
	for choice := range s.Offers {
		c.claimedBy(choice.Label, choice.Pos, about, names)
	}
}

// claimedBy checks a label or a title. What says nothing of a treatment isn't about one in a flow about something else.
func (c *compiler) claimedBy(label string, at diag.Span, about bool, names []string) {
	if !about && !containsAny(label, names) {
		return
	}
	if claim, ok := claims(label, names, c.program.Language != "", about); ok {
		c.claim(at, claim.named)
	}
}

// most is the sentence of the text that holds most of a fact's words.
func (t *written) most(f *Fact) diag.Span {
	var most told
	for _, p := range sentences(t.text) {
		if n := f.held(t.text[p.from:p.to]); n > most.words {
			most = told{n, p}
		}
	}
	return t.part(most.in.from, most.in.to)
}

// knows says whether all of the facts are there.
func (k *catalog) knows(names []string) bool {
	return !slices.ContainsFunc(names, func(name string) bool { return k.facts[name] == nil })
}
