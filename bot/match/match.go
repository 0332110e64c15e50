// Package match looks for regular expressions, of which most texts hold none. What a match must hold is read off the
// expressions; a first look finds it for all of a set at once, and only where it stands an expression is tried.
package match

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"
)

// Set is regular expressions that are looked for together, each known by its number. One alone is a set, too.
type Set struct {
	expressions []func() *regexp.Regexp
	look        func() *look
}

// Of makes a set. Nothing is compiled before it is needed: most never is. Then a pattern that regexp can't read panics.
func Of(patterns ...string) *Set {
	s := &Set{look: sync.OnceValue(func() *look { return lookFor(patterns) })}
	for _, p := range patterns {
		s.expressions = append(s.expressions, sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(p) }))
	}
	return s
}

// Regexp is the expression of a number.
func (s *Set) Regexp(n int) *regexp.Regexp { return s.expressions[n]() }

// In says whether a text holds a match.
func (s *Set) In(text string) bool {
	return slices.ContainsFunc(s.May(text), func(n int) bool { return s.Regexp(n).MatchString(text) })
}

// May are the numbers, in order, of those that may have a match in a text, which is UTF-8: the others have none, nor have
// they in the text in small letters.
func (s *Set) May(text string) (numbers []int) {
	l := s.look()
	held := l.held(text)
	for _, w := range l.ways {
		if n := len(numbers); (n == 0 || numbers[n-1] != w.to) && !slices.ContainsFunc(w.needs, func(p part) bool { return !held[p] }) {
			numbers = append(numbers, w.to)
		}
	}
	return numbers
}

// look is what the expressions of a set need.
type look struct {
	ways  []way
	kinds [1 << 12]uint64 // a bit for each kind of words
	words []word          // by kind
}

// way is one of the ways to a match of an expression: all parts that it needs stand in the text.
type way struct {
	to    int
	needs []part
}

// part is the number of some words, of which one is needed. Beyond 256 parts some share theirs: the look finds too much
// then, never too little.
type part uint8

type word struct {
	text string
	kind uint32
	of   part
}

func lookFor(patterns []string) *look {
	l := &look{}
	var next part
	for n, p := range patterns {
		re, err := syntax.Parse(p, syntax.Perl)
		if err != nil {
			panic(err)
		}
		for _, s := range alternatives(re) {
			w := way{to: n}
			for _, words := range s.all() {
				for _, text := range words {
					k := beginning(text)
					l.kinds[k>>20] |= 1 << (k >> 14 & 63)
					l.words = append(l.words, word{text, k, next})
				}
				w.needs = append(w.needs, next)
				next++
			}
			l.ways = append(l.ways, w)
		}
	}
	slices.SortStableFunc(l.words, func(a, b word) int { return cmp.Compare(a.kind, b.kind) })
	l.words = slices.Clip(l.words)
	return l
}

// longest is how many runes of a word make its kind.
const longest = 4

// kind is that of what goes on with a rune; case makes no difference.
func kind(before uint32, r rune) uint32 {
	if r >= 'A' && r <= 'Z' {
		r += 'a' - 'A'
	}
	return (before ^ uint32(r)) * 0x9E3779B1
}

func beginning(word string) (k uint32) {
	n := 0
	for _, r := range word {
		if n++; n > longest {
			break
		}
		k = kind(k, r)
	}
	return k
}

// held are the parts that a text holds.
func (l *look) held(text string) (held [1 << 8]bool) {
	type run struct {
		kind uint32
		at   int
	}
	var runs [longest]run // that end here, the shortest first
	for i, r := range text {
		before := run{at: i}
		for n := range runs {
			now := run{kind(before.kind, r), before.at}
			if before, runs[n] = runs[n], now; l.kinds[now.kind>>20]>>(now.kind>>14&63)&1 == 0 {
				continue // nearly always
			}
			from, _ := slices.BinarySearchFunc(l.words, now.kind, func(w word, k uint32) int { return cmp.Compare(w.kind, k) })
			for _, w := range l.words[from:] {
				if w.kind != now.kind {
					break
				}
				if rest := text[now.at:]; len(rest) >= len(w.text) && strings.EqualFold(rest[:len(w.text)], w.text) {
					held[w.of] = true
				}
			}
		}
	}
	return held
}

// shape is what is known of the matches of an expression.
type shape struct {
	words []string   // each is one of these, where there are any
	parts [][]string // each holds one of each of these
}

// most is how many words are told apart: beyond, shorter ones say enough.
const most = 32

func read(re *syntax.Regexp) (s shape) {
	switch re.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine, syntax.OpWordBoundary, syntax.OpNoWordBoundary:
		s.words = []string{""}
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			s.words = []string{string(re.Rune)}
		}
	case syntax.OpCharClass: // [一1]
		for i := 0; i < len(re.Rune); i += 2 {
			for r := re.Rune[i]; r <= re.Rune[i+1]; r++ {
				if s.words = append(s.words, string(r)); len(s.words) > most {
					return shape{}
				}
			}
		}
	case syntax.OpCapture:
		return read(re.Sub[0])
	case syntax.OpPlus:
		s.parts = read(re.Sub[0]).all()
	case syntax.OpQuest:
		if words := read(re.Sub[0]).words; words != nil {
			s.words = append(words, "")
		}
	case syntax.OpConcat:
		s.words = []string{""}
		open := false
		for _, sub := range re.Sub {
			next := read(sub)
			if next.words == nil || len(next.words)*len(s.words) > most {
				s, open = shape{[]string{""}, append(s.all(), next.parts...)}, true
			}
			if next.words != nil {
				s.words = product(s.words, next.words)
			}
		}
		if open {
			return shape{parts: s.all()}
		}
	case syntax.OpAlternate:
		all := alternatives(re)
		if len(all) == 1 {
			return all[0]
		}
		var one []string
		for _, a := range all {
			words := a.rarest()
			if words == nil {
				return shape{}
			}
			one = append(one, words...)
		}
		s.parts = [][]string{one}
	}
	return s
}

// alternatives are the shapes of those of an expression, all that are words as one.
func alternatives(re *syntax.Regexp) (all []shape) {
	if re.Op != syntax.OpAlternate {
		return []shape{read(re)}
	}
	var words []string
	for _, sub := range re.Sub {
		if s := read(sub); s.words == nil {
			all = append(all, s)
		} else {
			words = append(words, s.words...)
		}
	}
	if words != nil {
		all = append(all, shape{words: words})
	}
	return all
}

// all are the parts, the words among them.
func (s shape) all() [][]string {
	if s.words == nil || slices.Contains(s.words, "") {
		return s.parts
	}
	return append(s.parts, s.words)
}

// rarest is the part whose shortest word is the longest.
func (s shape) rarest() (rarest []string) {
	length := 0
	for _, words := range s.all() {
		if n := len(slices.MinFunc(words, func(a, b string) int { return len(a) - len(b) })); n > length {
			length, rarest = n, words
		}
	}
	return rarest
}

func product(all, next []string) (longer []string) {
	for _, a := range all {
		for _, b := range next {
			longer = append(longer, a+b)
		}
	}
	return longer
}
