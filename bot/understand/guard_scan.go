package understand

import "slices"

// hit is one table entry found in the text: cells[from:to].
type hit struct {
	from, to int32
	token    int32
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
	all  set // every cue
	live set // without the denied ones
	mood mood
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
// harmless phrase (「胸焼け」) are dropped. Each start walks at most the longest entry: linear. Glue, by far the most, goes
// straight into stepTo.
func (lex *lexTable) scan(w *sheet) {
	cells, hits := w.cells, w.hits[:0]
	w.stepTo = blank(w.stepTo, len(cells))
	lex.begin(w)
	for _, from := range w.begins {
		i := int(from)
		if isDigit(cells[i].r) && (i == 0 || cells[i].cut || !isDigit(cells[i-1].r)) {
			to, found := vital(cells, i)
			for _, id := range found {
				hits = append(hits, hit{int32(i), int32(to), lex.vitals[id]})
			}
		}
		r := cells[i].r
		if lex.alone[uint16(r)]&mayBegin != 0 {
			if word := lex.words.head(r, 0).word(); word >= 0 {
				hits = lex.take(hits, w, word, i, i+1)
			}
		}
		if i+1 == len(cells) || cells[i+1].cut {
			continue
		}
		e := lex.words.head(r, cells[i+1].r)
		for j := i + 2; e != 0; j++ {
			if word := e.word(); word >= 0 {
				hits = lex.take(hits, w, word, i, j)
			}
			if j == len(cells) || cells[j].cut {
				break
			}
			e = lex.words.next(e, cells[j].r)
		}
	}
	// Hits come by start, so one running maximum tells whether a harmless phrase covers a hit.
	// One that covers no more than the hit itself (「痛み止め」, also a medicine) does not.
	kept, reach := hits[:0], int32(0)
	for i := 0; i < len(hits); {
		k, longest := i, int32(0)
		for ; k < len(hits) && hits[k].from == hits[i].from; k++ {
			if lex.tokens[hits[k].token].kind == harmless {
				longest = max(longest, hits[k].to)
			}
		}
		for ; i < k; i++ {
			switch h := hits[i]; {
			case lex.tokens[h.token].kind == harmless:
			case h.to <= reach || h.to < longest:
			case lex.tokens[h.token].kind == splitter:
				if int(h.to) < len(cells) {
					cells[h.to].cut = true
				}
			default:
				kept = append(kept, h)
			}
		}
		reach = max(reach, longest)
	}
	w.hits = kept
}

// take takes the entries of a word.
func (lex *lexTable) take(hits []hit, w *sheet, word, from, to int) []hit {
	if !wholeWord(w.cells, from, to) {
		return hits
	}
	for _, t := range lex.found[lex.upTo[word]:lex.upTo[word+1]] {
		if lex.tokens[t].kind == glue {
			w.stepTo[from] = max(w.stepTo[from], int32(to))
			continue
		}
		hits = append(hits, hit{int32(from), int32(to), t})
	}
	return hits
}

// What begins at a rune, or at two.
const (
	mayBegin   = 1 << iota // an entry that must be looked at
	signBegins             // one that is a sign, or a digit: a clause without says nothing
	oneGlue                // glue of one rune
)

// begin finds where entries may begin in the clauses that may say something; glue of one rune it takes at once. Few places
// are left: it is written so that the processor guesses little.
func (lex *lexTable) begin(w *sheet) {
	cells := w.cells
	w.begins = blank(w.begins, len(cells)+1)
	begins, stepTo := w.begins, w.stepTo[:len(cells)]
	n, from, signs := 0, 0, byte(0)
	for i, c := range cells {
		if c.cut {
			if signs&signBegins == 0 {
				n = from
			}
			from, signs = n, 0
		}
		begins[n] = int32(i)
		var next rune
		if i+1 < len(cells) {
			next = cells[i+1].r
		}
		here := lex.words.marks[headHash(c.r, next)] | lex.alone[uint16(c.r)]
		stepTo[i] = int32(i+1) * int32(here/oneGlue)
		n += int(here & mayBegin)
		signs |= here
	}
	if signs&signBegins == 0 {
		n = from
	}
	w.begins = begins[:n]
}

// wholeWord: an entry that begins or ends with a Latin letter or digit does not match inside a longer word or
// number: "OD" in "BODY", 119 in a phone number.
func wholeWord(cells []cell, from, to int) bool {
	a, b := cells[from].r, cells[to-1].r
	if from > 0 && !cells[from].cut {
		if p := cells[from-1].r; isLatin(a) && isLatin(p) || isDigit(a) && isDigit(p) {
			return false
		}
	}
	if to < len(cells) && !cells[to].cut {
		if n := cells[to].r; isLatin(b) && isLatin(n) || isDigit(b) && isDigit(n) {
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
	hits := lex.pair(w)
	for _, h := range hits {
		switch lex.tokens[h.token].kind {
		case deny:
			denial[h.from] = 1
		case whole, second:
			stepTo[h.from] = max(stepTo[h.from], h.to)
		}
	}
	for _, h := range hits {
		if lex.tokens[h.token].kind == whole {
			for p := h.from + 1; p < h.to; p++ {
				denial[p] = 0 // 「感覚がない」 denies nothing: it is the sign
			}
		}
	}
	i := 0
	for start := 0; start < len(cells) && i < len(hits); {
		end := start + 1
		for end < len(cells) && !cells[end].cut {
			end++
		}
		var c clause
		var since, now, supposed bool
		cover := int32(0) // 「経験したことがない」 supposes nothing: it is the sign
		past, pastFrom := 0, int32(-1)
		first := i
		for ; i < len(hits) && int(hits[i].from) < end; i++ {
			h := hits[i]
			t := lex.tokens[h.token]
			if h.to <= cover && (t.kind == pastWord || t.kind == sinceWord || t.kind == supposeWord) {
				continue
			}
			if t.kind == whole && !lex.isExcuse(t.cue) {
				cover = max(cover, h.to)
			}
			switch t.kind {
			case whole, second:
				c.see(t.cue, denied(stepTo, denial, h.to, end))
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
		start = end
	}
	return clauses
}

// pair keeps the second halves that follow their first within the gap and the clause, and drops the first halves.
func (lex *lexTable) pair(w *sheet) []hit {
	w.firsts = blank(w.firsts, lex.slots)
	hits, cells, firsts := w.hits, w.cells, w.firsts
	kept, start := hits[:0], int32(0)
	for i, at := 0, int32(0); i < len(hits); i++ {
		h := hits[i]
		for ; at <= h.from; at++ {
			if cells[at].cut {
				start = at
			}
		}
		switch t := lex.tokens[h.token]; t.kind {
		case first1:
			firsts[t.slot] = [2]int32{h.to, firsts[t.slot][0]}
			continue
		case second:
			if !near(firsts[t.slot], h.from, start) {
				continue
			}
		}
		kept = append(kept, h)
	}
	return kept
}

func (c *clause) see(cue uint8, denied bool) {
	c.all.add(int(cue))
	if !denied {
		c.live.add(int(cue))
	}
}

// near: one of the first halves ended within the gap before from, in this clause.
func near(ends [2]int32, from, start int32) bool {
	for _, e := range ends {
		if e > start && e <= from && from-e <= gapMax {
			return true
		}
	}
	return false
}

// denied: from a cue's end, over particles and further cues (「胸の痛みや息苦しさはありません」), a denial follows.
// Any other word between ends the search: 「胸が痛くて食欲がない」 denies no pain.
func denied(stepTo []int32, denial []uint8, at int32, end int) bool {
	for stop := at + denialMax; int(at) < end && at < stop; {
		if denial[at] == 1 {
			return true
		}
		if stepTo[at] == 0 {
			return false
		}
		at = stepTo[at]
	}
	return false
}

// blank gives n zeros, in the same room if there is enough.
func blank[T any](room []T, n int) []T {
	room = slices.Grow(room[:0], n)[:n]
	clear(room)
	return room
}
