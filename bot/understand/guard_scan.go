package understand

import "slices"

// hit is one table entry found in the text: cells[from:to].
type hit struct {
	from, to int32
	token    int16
	kind     tokenKind
}

// mood of a clause: what its words for time and supposition do to the cues in it.
type mood uint8

const (
	plain    mood = iota
	doubtful      // 「前から」「〜の場合」「効きますか」: an emergency becomes a question, the rest nothing
	absent        // 「3年前」「〜なることはありますか」: not about now
)

// clause is what was seen between two clause ends.
type clause struct {
	from, to int32 // cells
	all      set   // every cue
	live     set   // without the denied ones
	mood     mood
}

// usable are the cues that other clauses may build on.
func (c *clause) usable(lex *lexTable) set {
	if c.mood == plain {
		return c.live
	}
	return c.live.and(lex.lasting)
}

const (
	gapMax    = 10 // runes between the two halves of 「a~b」
	denialMax = 16 // runes between a cue and its denial
)

// scan finds every table entry, clause by clause, and cuts clauses after words like 「けど」. Entries within a
// harmless phrase (「胸焼け」) are dropped. Each start walks at most the longest entry: linear. Glue goes straight into stepTo.
func (lex *lexTable) scan(w *sheet) {
	cells, hits := w.cells, w.hits[:0]
	w.stepTo = blank(w.stepTo, len(cells))
	w.firsts = blank(w.firsts, lex.slots)
	lex.begin(w)
	reach := int32(0) // where the harmless phrases end that have begun
	for _, from := range w.begins {
		i, n := int(from), len(hits)
		r := cells[i].rune()
		if isDigit(r) && (i == 0 || cells[i].marked() || !isDigit(cells[i-1].rune())) {
			to, found := vital(cells, i)
			for _, id := range found {
				hits = append(hits, hit{from, int32(to), lex.vitals[id], whole})
			}
		}
		if lex.alone[uint16(r)]&mayBegin != 0 {
			if word := lex.words.head(r, 0).edge.word(); word >= 0 {
				hits = lex.take(hits, w, word, i, i+1)
			}
		}
		if i+1 < len(cells) && !cells[i+1].marked() {
			head := lex.words.head(r, cells[i+1].rune())
			e := head.edge
			if e.word() < 0 && (i+2 == len(cells) || head.thirds&third(cells[i+2].rune()) == 0) { // most
				e = 0
			}
			for j := i + 2; e != 0; j++ {
				if word := e.word(); word >= 0 {
					hits = lex.take(hits, w, word, i, j)
				}
				if j == len(cells) || cells[j].marked() {
					break
				}
				e = lex.words.next(e, cells[j].rune())
			}
		}
		if n < len(hits) {
			hits, reach = lex.keep(w, hits, n, reach)
		}
	}
	w.hits = hits
}

// keep keeps of the hits from the n-th on, which begin at one place, those that no harmless phrase covers; reach is where
// those end that begin before. One that covers no more than the hit itself (「痛み止め」, also a medicine) does not. Of
// pairs it keeps second halves that follow their first within the gap and the clause.
func (lex *lexTable) keep(w *sheet, hits []hit, n int, reach int32) ([]hit, int32) {
	longest := int32(0)
	for _, h := range hits[n:] {
		if h.kind == harmless {
			longest = max(longest, h.to)
		}
	}
	kept := hits[:n]
	for _, h := range hits[n:] {
		if h.kind == harmless || h.to <= reach || h.to < longest {
			continue
		}
		switch h.kind {
		case splitter:
			if int(h.to) < len(w.cells) {
				w.cells[h.to] |= splitHere
			}
			continue
		case first1:
			ends := &w.firsts[lex.tokens[h.token].slot]
			ends[0], ends[1] = h.to, ends[0]
			continue
		case second:
			if ends := w.firsts[lex.tokens[h.token].slot]; !w.near(ends[0], h.from) && !w.near(ends[1], h.from) {
				continue
			}
		}
		kept = append(kept, h)
	}
	return kept, max(reach, longest)
}

// near: a first half that ended before cells[end] stands within the gap before from, in its clause.
func (w *sheet) near(end, from int32) bool {
	if end == 0 || end > from || from-end > gapMax {
		return false
	}
	for _, c := range w.cells[end : from+1] {
		if c.cut() {
			return false
		}
	}
	return true
}

// take takes the entries of a word.
func (lex *lexTable) take(hits []hit, w *sheet, word, from, to int) []hit {
	if !wholeWord(w.cells, from, to) {
		return hits
	}
	if word < len(lex.tokens) {
		return lex.takeOne(hits, w, word, from, to)
	}
	several := lex.several[word-len(lex.tokens):]
	for _, t := range several[1 : 1+several[0]] {
		hits = lex.takeOne(hits, w, int(t), from, to)
	}
	return hits
}

func (lex *lexTable) takeOne(hits []hit, w *sheet, token, from, to int) []hit {
	kind := lex.tokens[token].kind
	if kind == glue {
		w.stepTo[from] = max(w.stepTo[from], int32(to))
		return hits
	}
	return append(hits, hit{int32(from), int32(to), int16(token), kind})
}

// begins is what begins at a rune, or at two.
type begins byte

const (
	mayBegin     begins = 1 << iota // an entry that must be looked at
	wholeBegins                     // a sign, or a digit
	firstBegins                     // the first half of one
	secondBegins                    // the second
	oneGlue                         // glue of one rune
)

// speak says that a clause with these may hold a sign: one without says nothing.
func (b begins) speak() bool {
	return b&wholeBegins != 0 || b&(firstBegins|secondBegins) == firstBegins|secondBegins
}

// begin finds where entries may begin in the clauses that may say something. Few places are left: it is written so that
// the processor guesses little.
func (lex *lexTable) begin(w *sheet) {
	cells := w.cells
	w.begins = slices.Grow(w.begins[:0], len(cells)+1)[:len(cells)+1]
	places := w.begins
	n, from, here := 0, 0, begins(0)
	for i, c := range cells {
		if c.cut() {
			if !here.speak() {
				n = from
			}
			from, here = n, 0
		}
		places[n] = int32(i)
		var next rune
		if i+1 < len(cells) {
			next = cells[i+1].rune()
		}
		b := lex.words.marks[headHash(c.rune(), next)] | lex.alone[uint16(c.rune())]
		n += int(b & mayBegin)
		here |= b
	}
	if !here.speak() {
		n = from
	}
	w.begins = places[:n]
}

// wholeWord: an entry that begins or ends with a Latin letter or digit does not match inside a longer word or
// number: "OD" in "BODY", 119 in a phone number.
func wholeWord(cells []cell, from, to int) bool {
	a, b := cells[from].rune(), cells[to-1].rune()
	if from > 0 && !cells[from].marked() {
		if p := cells[from-1].rune(); isLatin(a) && isLatin(p) || isDigit(a) && isDigit(p) {
			return false
		}
	}
	if to < len(cells) && !cells[to].marked() {
		if n := cells[to].rune(); isLatin(b) && isLatin(n) || isDigit(b) && isDigit(n) {
			return false
		}
	}
	return true
}

// read sorts the hits into clauses.
func (lex *lexTable) read(w *sheet) []clause {
	clauses, cells := w.clauses[:0], w.cells
	w.denial = blank(w.denial, len(cells))
	stepTo, denial := w.stepTo, w.denial
	hits := w.hits
	for _, h := range hits {
		switch h.kind {
		case deny:
			denial[h.from] = 1
		case whole, second:
			stepTo[h.from] = max(stepTo[h.from], h.to)
		}
	}
	for _, h := range hits {
		if h.kind == whole {
			for p := h.from + 1; p < h.to; p++ {
				denial[p] = 0 // 「感覚がない」 denies nothing: it is the sign
			}
		}
	}
	for i := 0; i < len(hits); {
		start, end := int(hits[i].from), int(hits[i].from)+1
		for start > 0 && !cells[start].cut() {
			start--
		}
		for end < len(cells) && !cells[end].cut() {
			end++
		}
		c := clause{from: int32(start), to: int32(end)}
		var since, now, supposed bool
		cover := int32(0) // 「経験したことがない」 supposes nothing: it is the sign
		past, pastFrom := 0, int32(-1)
		first := i
		for ; i < len(hits) && int(hits[i].from) < end; i++ {
			h := hits[i]
			if h.to <= cover && (h.kind == pastWord || h.kind == sinceWord || h.kind == supposeWord) {
				continue
			}
			cue := lex.tokens[h.token].cue
			if h.kind == whole && !lex.isExcuse(cue) {
				cover = max(cover, h.to)
			}
			switch h.kind {
			case whole, second:
				c.see(cue, lex.denied(w, h.to, end))
			case pastWord:
				past, pastFrom = past+1, h.from
			case sinceWord:
				if since = true; pastFrom == h.from {
					past, pastFrom = past-1, -1 // 「3年前から」 still is
				}
			case nowWord:
				now = true
			case supposeWord:
				supposed = true
			}
		}
		if i > first && !c.all.empty() {
			history := c.live.meets(lex.history)
			switch {
			case supposed:
				c.mood = absent
			case past > 0 && !now && !history:
				c.mood = absent
			case since && !now && !history:
				c.mood = doubtful
			}
			clauses = append(clauses, c)
		}
	}
	return clauses
}

func (c *clause) see(cue uint8, denied bool) {
	c.all.add(int(cue))
	if !denied {
		c.live.add(int(cue))
	}
}

// denied: from a cue's end, over particles and further cues (「胸の痛みや息苦しさはありません」), a denial follows.
// Any other word between ends the search: 「胸が痛くて食欲がない」 denies no pain.
func (lex *lexTable) denied(w *sheet, at int32, end int) bool {
	for stop := at + denialMax; int(at) < end && at < stop; {
		switch to := w.stepTo[at]; {
		case w.denial[at] == 1:
			return true
		case to > 0:
			at = to
		case lex.alone[uint16(w.cells[at].rune())]&oneGlue != 0:
			at++
		default:
			return false
		}
	}
	return false
}

// blank gives n zeros, in the same room if there is enough.
func blank[T any](room []T, n int) []T {
	room = slices.Grow(room[:0], n)[:n]
	clear(room)
	return room
}
