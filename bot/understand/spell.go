package understand

import (
	_ "embed"
	"iter"
	"strings"
	"sync"
	"unicode/utf8"
)

// This file spells a text for the router: as it is written, and as it is read aloud.
//
// 「料金は？」, 「りょうきんわ」 and 「リョーキンは」 share nothing as they are written, but nearly everything as they
// are read aloud; 「聞く」 for 「効く」 too. So both spellings are looked at.

// maxHeard is how many runes of a text are looked at in one piece: of a longer one the router reads the gist, and danger is
// looked for here and there.
const maxHeard = 150

// stop stands at both ends of a clause.
const stop = '|'

// written spells a text as the guard does, clauses apart by stop, runs of one rune cut to two; of a number its
// first digit, and how long it is, up to three.
func written(dst []rune, text string) []rune {
	w := sheets.Get().(*sheet)
	defer sheets.Put(w)
	w.cells = normalise(w.cells[:0], text, true)
	return write(dst, w.cells)
}

func write(dst []rune, cells []cell) []rune {
	if len(cells) == 0 {
		return dst
	}
	dst = append(dst, stop)
	for i, c := range cells {
		if c.cut() && i > 0 {
			dst = append(dst, stop)
		}
		r := c.rune()
		if isDigit(r) && isDigit(dst[len(dst)-1]) {
			r = '0'
		}
		if n := len(dst); n > 1 && dst[n-1] == r && dst[n-2] == r {
			continue
		}
		dst = append(dst, r)
	}
	return append(dst, stop)
}

// long says that a text is not looked at in one piece.
func long(text string) bool {
	const most = utf8.UTFMax * (maxHeard + 1) // bytes: one rune more at least
	return len(text) > most || len(text) > maxHeard && utf8.RuneCountInString(text) > maxHeard
}

// aloud spells what was written as it is read aloud: words in kanji by the readings that they have in this
// field, one kana where two sound alike, long vowels short.
func aloud(dst, written []rune) []rune {
	table := readings()
	for i := 0; i < len(written); {
		r := written[i]
		if r >= 0x3400 && r <= 0x9FFF {
			if word, kana := table.longest(written[i:]); word > 0 {
				dst = append(dst, kana[0]) // a word's first vowel draws nothing out
				for _, k := range kana[1:] {
					dst = sound(dst, k)
				}
				i += word
				continue
			}
		}
		dst = sound(dst, r)
		i++
	}
	return dst
}

// sound adds a kana as it sounds.
func sound(dst []rune, r rune) []rune {
	switch r {
	case 'ぢ':
		r = 'じ'
	case 'づ':
		r = 'ず'
	case 'を':
		r = 'お'
	case 'う', 'い', 'お', 'え', 'あ':
		if len(dst) > 0 { // りょうきん, りょおきん, りょーきん
			switch before := vowel(dst[len(dst)-1]); {
			case r == 'う' && (before == 4 || before == 2), r == 'い' && before == 3, before >= 0 && vowel(r) == before && r != 'い':
				return dst
			}
		}
	}
	return append(dst, r)
}

// lookup finds words, the longest first.
type lookup struct {
	words trie
	says  [][]rune // by word: what it stands for
}

// grow makes a lookup of the words and meanings that each yields; of equal words the first stays.
func grow(each iter.Seq2[[]rune, []rune]) *lookup {
	l, p := &lookup{}, plant(1<<12)
	for from, to := range each {
		if p.put(from, 0) == len(l.says) {
			l.says = append(l.says, to)
		}
	}
	l.words = p.trie(func(word int) int { return word })
	return l
}

// longest finds the longest word that text begins with: its length, 0 for none, and what it stands for.
func (l *lookup) longest(text []rune) (length int, to []rune) {
	if w := l.words.head(text[0], 0).edge.word(); w >= 0 {
		length, to = 1, l.says[w]
	}
	if len(text) == 1 {
		return length, to
	}
	e := l.words.head(text[0], text[1]).edge
	for i := 2; e != 0; i++ {
		if w := e.word(); w >= 0 {
			length, to = i, l.says[w]
		}
		if i == len(text) {
			break
		}
		e = l.words.next(e, text[i])
	}
	return length, to
}

//go:embed readings.txt
var readingsFile string

// readings are how the words in kanji are read that patients use here: 「料金 りょうきん」, a line each.
var readings = sync.OnceValue(func() *lookup {
	return grow(func(yield func(word, kana []rune) bool) {
		for line := range strings.Lines(readingsFile) {
			from, to, ok := strings.Cut(strings.TrimSpace(line), " ")
			if !ok || from == "#" {
				continue
			}
			word, kana := written(nil, from), written(nil, to) // with a stop at both ends
			if !yield(word[1:len(word)-1], kana[1:len(kana)-1]) {
				return
			}
		}
	})
})
