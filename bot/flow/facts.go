package flow

import (
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/source"
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
	disclosures map[string][]string // of a treatment: clinic facts
	terms       []string
}

// readCatalog reads facts.yaml.
func (c *compiler) readCatalog(root *source.Node) {
	if root == nil {
		return // a step that cites a fact says so
	}
	if !c.want(root, source.Map, "ファイルの一番上には「hedges:」「disclosures:」「facts:」を書きます。", "the top of the file holds hedges:, disclosures: and facts:") {
		c.unread[base(factsFile)] = true
		return
	}
	c.silences = append(c.silences, root.Silences()...)
	c.keys(root, catalogKeys)
	k := &catalog{facts: map[string]*Fact{}, hedges: map[Strength][]string{}, disclosures: map[string][]string{}, terms: bare(c.texts(root.Get("terms")))}
	for _, p := range c.pairs(root.Get("hedges")) {
		if i := c.index(p.Key, strengthWords.Names()); i >= 0 {
			k.hedges[Strength(i)] = bare(c.texts(p.Value))
		}
	}
	for _, p := range c.pairs(root.Get("disclosures")) {
		k.disclosures[p.Key.Value] = nil
		for _, l := range c.texts(p.Value) {
			if _, ok := c.clinic[l.text]; !ok {
				c.problems.Errorf(l.at, "unknown-value", "「%s」という項目や院の情報はありません。", "there is no field or clinic fact %q", l.text)
			}
			k.disclosures[p.Key.Value] = append(k.disclosures[p.Key.Value], l.text)
		}
	}
	for _, p := range c.pairs(root.Get("facts")) {
		if f := c.fact(k, p); f != nil {
			k.facts[f.ID] = f
			k.order = append(k.order, f)
		}
	}
	c.catalog, c.program.Terms = k, k.terms
}

// pairs yields the entries of a map; none for what is none, which is reported.
func (c *compiler) pairs(n *source.Node) []source.Pair {
	if n == nil || !c.want(n, source.Map, "「名前: 中身」の形で書いてください。", "write NAME: CONTENT") {
		return nil
	}
	return n.Pairs
}

// index finds a word in a list of those allowed; -1 is reported.
func (c *compiler) index(n *source.Node, names []string) int {
	i := slices.Index(names, n.Value)
	if i < 0 {
		d := c.problems.Errorf(n.Span, "unknown-value", "「%[1]s」は使えません。%[2]s のどれかにしてください。", "%[1]q is not one of %[2]s", n.Value, strings.Join(names, ", "))
		c.didYouMean(d, n.Value, names)
	}
	return i
}

func (c *compiler) fact(k *catalog, p source.Pair) *Fact {
	if !c.want(p.Value, source.Map, "事実には text, strength, words を書きます。", "a fact holds text, strength and words") {
		return nil
	}
	n := p.Value
	c.keys(n, factKeys)
	f := &Fact{ID: p.Key.Value, at: p.Key.Span, Text: c.need(n, "text").text, Hedge: c.bool(n.Get("hedge")), tell: c.oneOf(n, "tell", tellWords),
		Never: bare(c.texts(n.Get("never")))}
	if s := c.need(n, "strength"); s.text != "" {
		f.Strength = Strength(c.oneOf(n, "strength", strengthWords))
	}
	for _, l := range c.texts(n.Get("effect")) {
		if _, ok := k.disclosures[l.text]; !ok {
			c.problems.Errorf(l.at, "unknown-value", "「%s」の開示事項が「disclosures:」にありません。", "disclosures: says nothing of %q", l.text)
		}
		f.Effect = append(f.Effect, l.text)
	}
	for _, l := range c.texts(n.Get("words")) {
		f.Words = append(f.Words, strings.Split(l.text, "/"))
	}
	if len(f.Words) == 0 {
		c.problems.Errorf(p.Key.Span, "missing-key", "「%s:」がありません。", "%s: is missing", "words")
	}
	return f
}

// hedgesOf returns the words one of which must stand beside the fact; none where it may be
// asserted.
func (k *catalog) hedgesOf(f *Fact) (words []string) {
	switch {
	case f.Strength != Asserted && f.Strength != Data:
		return k.hedges[f.Strength]
	case f.Hedge:
		for _, s := range weaker {
			words = append(words, k.hedges[s]...)
		}
	}
	return words
}

// held counts the groups of key words of which one stands in the text.
func (f *Fact) held(text string) (n int, missing []string) {
	for _, group := range f.Words {
		if containsAny(text, group) {
			n++
		} else {
			missing = append(missing, strings.Join(group, "/"))
		}
	}
	return n, missing
}

func containsAny(text string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}

// sentences splits a text. The items of a list belong to the sentence before it.
func sentences(text string) (out []string) {
	for _, paragraph := range strings.Split(text, "\n\n") {
		for len(paragraph) > 0 {
			end := len(paragraph)
			if i := strings.IndexAny(paragraph, "。！？!?"); i >= 0 {
				end = i + len("。")
				if paragraph[i] < 0x80 {
					end = i + 1
				}
			}
			s := paragraph[:end]
			paragraph = paragraph[end:]
			switch trimmed := strings.TrimSpace(s); {
			case trimmed == "":
			case strings.HasPrefix(trimmed, "・") && len(out) > 0:
				out[len(out)-1] += s
			default:
				out = append(out, s)
			}
		}
	}
	return out
}
