package understand

import (
	"math/bits"
	"slices"
	"strings"
	"sync"
)

// CueID names a cue. Ids stand in stored sessions: never give an old one a new meaning.
type CueID string

// set of cues by their place in the table.
type set [setBits / 64]uint64

const setBits = 256

func (s *set) add(i int)    { s[i>>6] |= 1 << (i & 63) }
func (s set) empty() bool   { return s == set{} }
func (s set) or(o set) set  { return set{s[0] | o[0], s[1] | o[1], s[2] | o[2], s[3] | o[3]} }
func (s set) and(o set) set { return set{s[0] & o[0], s[1] & o[1], s[2] & o[2], s[3] & o[3]} }
func (s set) minus(o set) set {
	return set{s[0] &^ o[0], s[1] &^ o[1], s[2] &^ o[2], s[3] &^ o[3]}
}
func (s set) meets(o set) bool { return s[0]&o[0]|s[1]&o[1]|s[2]&o[2]|s[3]&o[3] != 0 }

// each yields the places.
func (s set) each(yield func(int) bool) {
	for k, word := range s {
		for ; word != 0; word &= word - 1 {
			if !yield(64*k + bits.TrailingZeros64(word)) {
				return
			}
		}
	}
}

// cue is a named set of alternatives. In alts, words are apart by spaces; {a|b} is a choice; a~b is a followed by b
// within gapMax runes of the same clause; _ is a space within a phrase; @name is one of the endings. Spelling is free: it is normalised.
type cue struct {
	id   CueID
	kind cueKind
	alts string
}

type cueKind uint8

const (
	sign    cueKind = iota
	part            // of the body: a new one replaces that of an earlier bubble
	history         // cancer, aneurysm, pregnancy: counts whenever it was
	excuse          // speaks against a rule (diet); never for one
	crisis          // counts in whatever mood
)

// rule: all of clause in one clause, all of text anywhere, none of not in that clause. Each need names one cue or
// several apart by |, of which one is enough.
type rule struct {
	category int
	level    Alarm
	name     string
	clause   []string
	text     []string
	not      string

	needClause, needText []set
	needCues             [][]int // needClause, cue by cue
	notSet               set
}

func (r *rule) holds(here, anywhere set) bool {
	for _, n := range r.needClause {
		if !here.meets(n) {
			return false
		}
	}
	for _, n := range r.needText {
		if !anywhere.meets(n) {
			return false
		}
	}
	return !here.meets(r.notSet)
}

// possible: no need is without a cue in all.
func (r *rule) possible(all set) bool {
	for _, n := range r.needClause {
		if !all.meets(n) {
			return false
		}
	}
	for _, n := range r.needText {
		if !all.meets(n) {
			return false
		}
	}
	return true
}

// touches: some need is met by s.
func (r *rule) touches(s set) bool {
	for _, n := range r.needClause {
		if s.meets(n) {
			return true
		}
	}
	for _, n := range r.needText {
		if s.meets(n) {
			return true
		}
	}
	return false
}

type tokenKind uint8

const (
	whole tokenKind = iota
	first1
	second
	harmless
	splitter
	deny
	glue
	pastWord
	sinceWord
	nowWord
	supposeWord
)

type token struct {
	kind tokenKind
	cue  uint8
	slot int16
}

// lexTable is the tables made ready.
type lexTable struct {
	tokens   []token
	words    trie      // says the token, or from len(tokens) on where several stand
	growing  *planted  // while the table is built
	ends     [][]int32 // by word, while the table is built: its tokens
	several  []int32   // the tokens of words that say more than one: how many, then they
	alone    []begins  // by rune: what an entry of it alone is
	slots    int
	spelling []cell // room for enterAll
	word     []rune // and for path
	index    map[CueID]int
	vitals   map[CueID]int16 // tokens for numbers
	rules    []rule

	body, history, lasting, excuses set
}

// lexicon builds the tables on first use and keeps them.
var lexicon = sync.OnceValue(buildLexicon)

func buildLexicon() *lexTable {
	lex := &lexTable{index: make(map[CueID]int, len(cues)), growing: plant(1 << 17), alone: make([]begins, 1<<16)}
	for r := '0'; r <= '9'; r++ {
		lex.alone[r] = mayBegin | wholeBegins
	}
	lex.spelling = make([]cell, 0, 64)
	for i, c := range cues {
		lex.index[c.id] = i
		switch c.kind {
		case part:
			lex.body.add(i)
		case history:
			lex.history.add(i)
			lex.lasting.add(i)
		case crisis:
			lex.lasting.add(i)
		case excuse:
			lex.excuses.add(i)
		}
		lex.enter(whole, i, c.alts)
	}
	for _, w := range moodWords {
		lex.enter(w.kind, 0, w.alts)
	}
	lex.vitals = map[CueID]int16{}
	for _, id := range []CueID{"massive", "fever", "high-fever", "cold-body", "oxygen-low", "oxygen-lowish", "pressure-low", "pressure-odd", "pulse-bad", "pulse-odd"} {
		lex.vitals[id] = int16(len(lex.tokens))
		lex.tokens = append(lex.tokens, token{kind: whole, cue: uint8(lex.index[id])})
	}
	lex.words = lex.growing.trie(func(word int) int {
		tokens := lex.ends[word]
		if len(tokens) == 1 {
			return int(tokens[0])
		}
		lex.several = append(append(lex.several, int32(len(tokens))), tokens...)
		return len(lex.tokens) + len(lex.several) - len(tokens) - 1
	})
	lex.growing, lex.ends = nil, nil
	lex.rules = slices.Clone(rules)
	for i := range lex.rules {
		r := &lex.rules[i]
		for _, n := range r.clause {
			need := lex.setOf(n)
			r.needClause = append(r.needClause, need)
			r.needCues = append(r.needCues, slices.Collect(need.each))
		}
		for _, n := range r.text {
			r.needText = append(r.needText, lex.setOf(n))
		}
		r.notSet = lex.setOf(r.not)
	}
	return lex
}

// setOf reads "a|b". An unknown name is a fault of the tables: the tests find it.
func (lex *lexTable) setOf(names string) set {
	var s set
	for name := range strings.SplitSeq(names, "|") {
		if i, ok := lex.index[CueID(name)]; ok {
			s.add(i)
		} else if name != "" {
			panic("guard: unknown cue " + name)
		}
	}
	return s
}

func (lex *lexTable) enter(kind tokenKind, cue int, alts string) {
	for alt := range strings.FieldsSeq(alts) {
		a, b, gap := strings.Cut(alt, "~")
		if !gap {
			lex.enterAll(token{kind: kind, cue: uint8(cue)}, alt)
			continue
		}
		lex.enterAll(token{kind: first1, cue: uint8(cue), slot: int16(lex.slots)}, a)
		lex.enterAll(token{kind: second, cue: uint8(cue), slot: int16(lex.slots)}, b)
		lex.slots++
	}
}

func (lex *lexTable) enterAll(t token, alt string) {
	id := int32(len(lex.tokens))
	lex.tokens = append(lex.tokens, t)
	expand("", spell(alt), func(s string) {
		lex.spelling = normalise(lex.spelling[:0], strings.ReplaceAll(s, "_", " "), true)
		lex.path(lex.spelling, id)
		if t.kind <= second && voiced(lex.spelling) {
			lex.path(lex.spelling, id)
		}
	})
}

func (lex *lexTable) path(spelling []cell, id int32) {
	if len(spelling) == 0 {
		return
	}
	lex.word = lex.word[:0]
	for _, c := range spelling {
		lex.word = append(lex.word, c.rune())
	}
	mark := mayBegin
	switch kind := lex.tokens[id].kind; {
	case kind == whole:
		mark |= wholeBegins
	case kind == first1:
		mark |= firstBegins
	case kind == second:
		mark |= secondBegins
	case kind == glue && len(spelling) == 1:
		mark = oneGlue
	}
	if len(spelling) == 1 {
		lex.alone[uint16(spelling[0].rune())] |= mark
	}
	word := lex.growing.put(lex.word, mark)
	if word == len(lex.ends) {
		lex.ends = append(lex.ends, nil)
	}
	if !slices.Contains(lex.ends[word], id) {
		lex.ends[word] = append(lex.ends[word], id)
	}
}

// expand yields every reading of {a|b}c{d|}.
func expand(head, rest string, yield func(string)) {
	before, after, found := strings.Cut(rest, "{")
	if !found {
		yield(head + rest)
		return
	}
	choice, tail, _ := strings.Cut(after, "}")
	for c := range strings.SplitSeq(choice, "|") {
		expand(head+before+c, tail, yield)
	}
}

// ids of a set, in table order.
func (lex *lexTable) ids(s set) []CueID {
	if s.empty() {
		return nil
	}
	var out []CueID
	for i := range s.each {
		out = append(out, cues[i].id)
	}
	return out
}

func (lex *lexTable) isExcuse(cue uint8) bool { return lex.excuses[cue>>6]&(1<<(cue&63)) != 0 }
