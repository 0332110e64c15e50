package flow

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// factsFile holds what may be stated, how strongly, and what must stand beside it.
const factsFile = "facts.yaml"

// Strength is how firmly a fact may be stated.
type Strength int

const (
	Asserted Strength = iota
	Known
	Reported
	Thought
	Said
	Expected
	Possible
	Intent
	Data
)

// weaker are the strengths whose words do for what is stated more carefully than its
// source does.
var weaker = []Strength{Reported, Thought, Said, Expected, Possible, Intent}

const (
	tellMust = iota
	tellMay
	tellNever
)

// Fact is one thing that the bot may state.
type Fact struct {
	ID, Text string
	Strength Strength
	Hedge    bool       // stated with a hedge though its source asserts it
	Effect   []string   // the treatments of which it states an effect
	Words    [][]string // of each group one must stand in the text
	Never    []string   // must not stand there

	tell int
	told bool // by some step
	at   diag.Span
}

// catalog is facts.yaml.
type catalog struct {
	facts       map[string]*Fact
	order       []*Fact
	hedges      map[Strength][]string
	never       []string            // are too strong beside a fact that wants a hedge
	disclosures map[string][]string // of a treatment: clinic facts
	unsaid      bool                // there are none, and that is said
	terms       []string
	doubtful    bool // something in the file is wrong: a fact or a hedge that isn't there may have been lost
}

// readCatalog reads facts.yaml.
func (c *compiler) readCatalog(root *source.Node) {
	if root == nil {
		if cites := func(s *Step) bool { return len(s.Facts) > 0 }; !c.unread[base(factsFile)] && slices.ContainsFunc(c.program.Flows, func(f *Flow) bool { return slices.ContainsFunc(f.Steps, cites) }) {
			c.problems.Errorf(diag.Span{Pos: diag.Pos{File: factsFile}}, "missing-facts", "事実の一覧（%[1]s）がありません。名前を変えたか、消したのなら、元にもどしてください。", "%[1]s is missing; put it back if it was renamed or deleted", factsFile)
		}
		return
	}
	if !c.want(root, source.Map, "ファイルの一番上には「hedges:」「disclosures:」「facts:」を書きます。", "the top of the file holds hedges:, disclosures: and facts:") {
		c.unread[base(factsFile)] = true
		return
	}
	c.silences = append(c.silences, root.Silences()...)
	c.keys(root, catalogKeys)
	k := &catalog{facts: map[string]*Fact{}, disclosures: map[string][]string{}, terms: c.guarding(root, "terms")}
	hedged := c.hedges(k, root)
	d := c.get(root, "disclosures")
	k.unsaid = d != nil && len(d.Pairs) == 0 || d == nil && c.misspelt(root, "disclosures")
	for _, p := range c.pairs(root, "disclosures") {
		k.disclosures[p.Key.Value] = nil
		if c.emptied(p.Value, p.Key.Value) {
			continue
		}
		for _, l := range c.items(p.Value) {
			if _, ok := c.clinic[l.text]; !ok {
				d := c.problems.Errorf(l.at, "unknown-value", "「%s」という項目や院の情報はありません。", "there is no field or clinic fact %q", l.text)
				c.didYouMean(d, l.text, slices.Sorted(maps.Keys(c.clinic)))
				continue
			}
			k.disclosures[p.Key.Value] = append(k.disclosures[p.Key.Value], l.text)
		}
	}
	c.must(root, "facts")
	for _, p := range c.pairs(root, "facts") {
		if f := c.fact(k, p); f != nil {
			k.facts[f.ID] = f
			k.order = append(k.order, f)
		}
	}
	if hedged {
		c.unhedged(k)
	}
	k.doubtful = c.faultyFile(factsFile)
	c.catalog, c.program.Terms = k, k.terms
}

// faultyFile says whether an error was found in a file.
func (c *compiler) faultyFile(name string) bool {
	for d := range c.problems.Each {
		if d.Severity == diag.Error && d.File == name {
			return true
		}
	}
	return false
}

// unhedged reports strengths without words: a fact of such a strength could be asserted.
func (c *compiler) unhedged(k *catalog) {
	seen := map[Strength]bool{Asserted: true, Data: true}
	for _, f := range k.order {
		if _, known := k.hedges[f.Strength]; !known && !seen[f.Strength] && f.tell != tellNever {
			d := c.problems.Errorf(f.at, "unhedged", "「hedges:」に「%s:」がないので、この強さの事実が、言い切られても気づけません。", "without %s: in hedges: nobody notices when a fact of this strength is asserted", strengthWords[f.Strength].Name())
			d.Hint = diag.T("この強さの事実を話すとき、文章に入れる言葉を書いてください。", "write which words a text holds that tells such a fact")
			if len(k.hedges) == 0 {
				return // the same of the others
			}
		}
		seen[f.Strength] = true
	}
}

// emptied reports a list or a map with nothing in it: what it guards against would go unnoticed.
func (c *compiler) emptied(n *source.Node, key string) bool {
	if n == nil || n.Kind == source.Scalar || len(n.Items)+len(n.Pairs) > 0 {
		return false
	}
	c.problems.Errorf(n.Span, "empty", "「%s:」の中身がありません。空のままでは、言いすぎや伝え忘れに気づけません。もとの言葉に戻してください。", "%s: holds nothing: what it guards against would go unnoticed", key)
	return true
}

// guarding reads words that guard against something.
func (c *compiler) guarding(n *source.Node, key string) []string {
	if v := c.get(n, key); !c.emptied(v, key) {
		return bare(c.items(v))
	}
	return nil
}

// readSpoken reads facts.yaml of the language. What it says nothing of, the clinic's own facts, are the same in all.
func (l *language) readSpoken(of *catalog) {
	k := &catalog{facts: map[string]*Fact{}, disclosures: of.disclosures}
	l.catalog = k
	if root := l.facts; root != nil && l.want(root, source.Map, "ファイルの一番上には「hedges:」「never:」「facts:」を書きます。", "the top of the file holds hedges:, never: and facts:") {
		l.keys(root, spokenCatalogKeys)
		l.hedges(k, root)
		for _, p := range l.pairs(root, "facts") {
			if f := l.known(of, located{strings.Map(narrow, p.Key.Value), p.Key.Span}); f != nil && l.want(p.Value, source.Map, "事実には words と never を書きます。", "a fact holds words and never") {
				l.keys(p.Value, factWordKeys)
				own := *f
				if l.wordsOf(&own, p); len(own.Words) > 0 {
					k.facts[own.ID] = &own
				}
			}
		}
	}
	for _, f := range of.order {
		if k.facts[f.ID] == nil && !slices.ContainsFunc(f.Words, func(group []string) bool { return !strings.HasPrefix(group[0], "{{") }) {
			k.facts[f.ID] = f
		}
		if own := k.facts[f.ID]; own != nil {
			k.order = append(k.order, own)
		}
	}
	k.doubtful = of.doubtful || l.faultyFile(l.name+"/"+factsFile)
}

// hedges reads how strongly things are said; whole: what isn't there isn't written, or not told of yet.
func (c *compiler) hedges(k *catalog, root *source.Node) (whole bool) {
	k.hedges, k.never = map[Strength][]string{}, c.guarding(root, "never")
	h := c.get(root, "hedges")
	whole = h != nil && len(h.Pairs) > 0 || h == nil && !c.misspelt(root, "hedges")
	for _, p := range c.pairs(root, "hedges") {
		if i := c.index(p.Key, strengthWords.Names()); i >= 0 {
			k.hedges[Strength(i)] = c.guarding(h, p.Key.Value)
		} else {
			whole = false
		}
	}
	return whole
}

// pairs yields the entries of a map; none for what is none, which is reported.
func (c *compiler) pairs(of *source.Node, key string) []source.Pair {
	n := c.get(of, key)
	if n == nil || c.emptied(n, key) || !c.want(n, source.Map, "「名前: 中身」の形で書いてください。", "write NAME: CONTENT") {
		return nil
	}
	return n.Pairs
}

// index finds a word in a list of those allowed, or with an error the one that is meant; -1: there is none.
func (c *compiler) index(n *source.Node, names []string) int {
	i := slices.Index(names, n.Value)
	if i < 0 {
		d := c.problems.Errorf(n.Span, "unknown-value", "「%[1]s」は使えません。%[2]s のどれかにしてください。", "%[1]q is not one of %[2]s", n.Value, strings.Join(names, ", "))
		i = slices.Index(names, c.didYouMean(d, n.Value, names))
	}
	return i
}

func (c *compiler) fact(k *catalog, p source.Pair) *Fact {
	if !c.want(p.Value, source.Map, "事実には text, strength, words を書きます。", "a fact holds text, strength and words") {
		return nil
	}
	n, before := p.Value, c.problems.Len()
	c.keys(n, factKeys)
	f := &Fact{ID: c.factName(p.Key), at: p.Key.Span, Text: c.need(n, "text").text, Hedge: c.bool(n.Get("hedge")), tell: c.oneOf(n, "tell", tellWords)}
	if s := c.need(n, "strength"); s.text != "" {
		f.Strength = Strength(c.oneOf(n, "strength", strengthWords))
	}
	for _, l := range c.items(n.Get("effect")) {
		if _, ok := k.disclosures[l.text]; !ok && !k.unsaid {
			k.unsaid = len(k.disclosures) == 0
			k.disclosures[l.text] = nil // it is said once
			d := c.problems.Errorf(l.at, "unknown-value", "「%s」の開示事項が「disclosures:」にありません。", "disclosures: says nothing of %q", l.text)
			c.didYouMean(d, l.text, slices.DeleteFunc(slices.Sorted(maps.Keys(k.disclosures)), func(name string) bool { return k.disclosures[name] == nil }))
		}
		f.Effect = append(f.Effect, l.text)
	}
	if len(f.Effect) > 0 && !f.Hedge && (f.Strength == Asserted || f.Strength == Data) && f.tell != tellNever && c.problems.Len() == before {
		d := c.problems.Errorf(f.at, "unhedged", "事実「%s」は治療の効果なので、言い切れません。", "the fact %q states an effect of a treatment: it can't be asserted", f.ID)
		d.Hint = diag.T("「strength:」を「expected」などにするか、「hedge: true」を付けてください。", "write a weaker strength:, like expected, or hedge: true")
	}
	if c.wordsOf(f, p); len(f.Words) == 0 {
		return nil // it would stand in every text
	}
	return f
}

// factName is a fact's number as steps cite it: with plain letters, as those are read, and a capital.
func (c *compiler) factName(key *source.Node) string {
	name := strings.Map(narrow, key.Value)
	if upper := strings.ToUpper(name); upper != name && numbered.MatchString(upper) {
		d := c.problems.Errorf(key.Span, "name-form", "事実の番号「%s」は、大文字の英字で始めます。", "the fact %q wants a capital", name)
		d.Hint = diag.T("「%s」としてください。", "write %s", upper)
		return upper
	}
	return name
}

var numbered = regexp.MustCompile(`^[A-Z][0-9]+$`)

// wordsOf reads the words of a fact.
func (c *compiler) wordsOf(f *Fact, p source.Pair) {
	f.Words, f.Never = nil, c.guarding(p.Value, "never")
	before := c.problems.Len()
	for _, l := range c.items(c.get(p.Value, "words")) {
		var group []string
		for _, w := range strings.FieldsFunc(l.text, func(r rune) bool { return r == '/' || r == '／' }) {
			if w = strings.TrimSpace(w); w != "" {
				group = append(group, w)
			}
		}
		if len(group) > 0 {
			f.Words = append(f.Words, group)
		}
	}
	if len(f.Words) == 0 && c.problems.Len() == before && !c.misspelt(p.Value, "words") {
		c.problems.Errorf(p.Key.Span, "missing-key", "「%s:」がありません。", "%s: is missing", "words")
	}
}

// items reads a list of words or names of facts.yaml, and of facts:, with plain letters and, as all texts of the
// language are compared, in small ones. Where Japanese commas make one of several, which is only a warning elsewhere,
// that is an error, and they are read as they are meant.
func (c *compiler) items(n *source.Node) (out []located) {
	for _, l := range c.fewWords(n) {
		all := []string{l.text}
		if nodes := n.List(); len(nodes) == 1 && nodes[0].Plain() && strings.ContainsAny(l.text, commas) {
			c.listComma(l.at)
			all = strings.FieldsFunc(l.text, func(r rune) bool { return strings.ContainsRune(commas, r) })
		}
		for _, s := range all {
			if s = strings.Map(narrow, strings.TrimSpace(s)); c.program.Language != "" {
				s = strings.ToLower(s)
			}
			out = append(out, located{s, l.at})
		}
	}
	return out
}

// listComma makes an error of what has been said of the commas in a text.
func (c *compiler) listComma(at diag.Span) {
	for d := range c.problems.Each {
		if d.Rule == "list-comma" && d.File == at.File && d.Line == at.Line && d.Col >= at.Col && d.Col < at.Col+at.Width {
			d.Severity = diag.Error
		}
	}
}

// narrow is the plain letter or digit for a full-width one.
func narrow(r rune) rune {
	if n := text.Narrow(r); unicode.IsLetter(n) || unicode.IsDigit(n) {
		return n
	}
	return r
}

// hedgesOf returns the words one of which must stand beside the fact; none where it may be
// asserted.
func (k *catalog) hedgesOf(f *Fact) (words []string) {
	switch {
	case f.Strength != Asserted && f.Strength != Data:
		return k.hedges[f.Strength]
	case f.Hedge:
		for _, s := range weaker {
			for _, w := range k.hedges[s] {
				if !slices.Contains(words, w) {
					words = append(words, w)
				}
			}
		}
	}
	return words
}

// held counts the groups of key words of which one stands in the text.
func (f *Fact) held(text string) (n int) {
	for _, group := range f.Words {
		if containsAny(text, group) {
			n++
		}
	}
	return n
}

// lacked are the groups of which none does.
func (f *Fact) lacked(text string) (missing [][]string) {
	for _, group := range f.Words {
		if !containsAny(text, group) {
			missing = append(missing, group)
		}
	}
	return missing
}

// stands says whether there is no such group.
func (f *Fact) stands(text string) bool {
	return !slices.ContainsFunc(f.Words, func(group []string) bool { return !containsAny(text, group) })
}

// tells says whether a text holds at least half of them.
func (f *Fact) tells(text string) bool {
	return f.held(text)*2 >= len(f.Words)
}

// mostly says whether a text holds more than half of them.
func (f *Fact) mostly(text string) bool {
	return f.held(text)*2 > len(f.Words)
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return holdsWord(text, w) })
}

// holdsWord finds a word, though not as a part of a longer one in Latin letters.
func holdsWord(text, word string) bool { return indexWord(text, word) >= 0 }

// indexWord is where it stands, -1 for nowhere.
func indexWord(text, word string) int {
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 || word == "" {
			return -1
		}
		start, end := from+i, from+i+len(word)
		if !(start > 0 && latin(text[start-1]) && latin(text[start])) && !(end < len(text) && latin(text[end-1]) && latin(text[end])) {
			return start
		}
		from = start + 1
	}
}

func latin(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// sentenceEnd is where the first sentence of a text ends.
func sentenceEnd(text string) int {
	for i, r := range text {
		switch end := i + utf8.RuneLen(r); r {
		case '。', '！', '？', '!', '?':
			return end
		case '.':
			if end == len(text) || text[end] == ' ' || text[end] == '\n' {
				return end
			}
		}
	}
	return len(text)
}

// stretch is a part of a text, in bytes.
type stretch struct{ from, to int }

// sentences splits a text. The items of a list belong to the sentence before it.
func sentences(text string) (out []stretch) {
	at := 0
	for _, paragraph := range strings.SplitAfter(text, "\n\n") {
		for len(paragraph) > 0 {
			end := sentenceEnd(paragraph)
			s := stretch{at, at + end}
			trimmed := strings.TrimSpace(paragraph[:end])
			paragraph, at = paragraph[end:], s.to
			switch {
			case trimmed == "":
			case (strings.HasPrefix(trimmed, "・") || strings.HasPrefix(trimmed, "- ")) && len(out) > 0:
				out[len(out)-1].to = s.to
			default:
				out = append(out, s)
			}
		}
	}
	return out
}
