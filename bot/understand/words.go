package understand

import (
	_ "embed"
	"strings"
	"sync"
)

// words.txt lists the ideas that patients speak of, with the words that mean them: 「fee: 料金 費用 値段 …」. What is
// said of one word is thereby learnt for the others. {a|b} is a choice, a line that begins with # a remark.

//go:embed words.txt
var wordsFile string

// idea is the place of an idea in words.txt, counted from 1.
var ideas = sync.OnceValue(func() *ideaTable {
	t := &ideaTable{}
	t.words = grow(func(yield func(word, idea []rune) bool) {
		for line := range strings.Lines(wordsFile) {
			name, alts, ok := strings.Cut(strings.TrimSpace(line), ":")
			if !ok || name[0] == '#' {
				continue
			}
			t.names = append(t.names, name)
			t.flows = append(t.flows, treatmentOf(name))
			id := []rune{rune(len(t.names))}
			for alt := range strings.FieldsSeq(alts) {
				expand("", alt, func(s string) {
					if w := written(nil, s); len(w) > 2 {
						yield(aloud(nil, w[1:len(w)-1]), id)
					}
				})
			}
		}
	})
	return t
})

type ideaTable struct {
	names []string
	flows []string // by idea: that of the treatment that it names, "" for none
	words *lookup  // of words read aloud; to holds the idea
}

// ideasIn adds the ideas that a sentence, read aloud, speaks of, each once after first, and at most maxIdeas.
func ideasIn(dst []uint32, first int, aloud []rune) []uint32 {
	t := ideas()
next:
	for i := 0; i < len(aloud); {
		n, to := t.words.longest(aloud[i:])
		if n == 0 {
			i++
			continue
		}
		i += n
		id := uint32(to[0])
		for _, d := range dst[first:] {
			if d == id {
				continue next
			}
		}
		if len(dst)-first < maxIdeas {
			dst = append(dst, id)
		}
	}
	return dst
}
