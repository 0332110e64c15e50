package understand

import (
	"slices"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// cell is one rune of the guard's own spelling of a text, and in its highest bits what begins here.
type cell uint32

const (
	cutHere   cell = 1 << 31 // a clause
	softHere  cell = 1 << 30 // one at a line break, which may stand in the middle of a sentence
	splitHere cell = 1 << 29 // one after a word like 「けど」: entries may reach over it
	cellRune       = 1<<21 - 1
)

func (c cell) rune() rune { return rune(c & cellRune) }
func (c cell) cut() bool  { return c&(cutHere|splitHere) != 0 }
func (c cell) soft() bool { return c&softHere != 0 }

// marked says that a mark in the text has ended the clause before.
func (c cell) marked() bool { return c&cutHere != 0 }

// said says that it is no figure, nor what parts figures.
func (c cell) said() bool { r := c.rune(); return !isDigit(r) && r != ' ' && r != '?' }

// normalise spells a text as the guard's tables are spelled: NFKC, lower case, katakana as hiragana, small
// kana as big, no spaces, long marks, symbols or emoji, a few look-alike kanji folded. Ends of clauses stay.
// It is wider than the spelling used for search: here 「し に た ぃ」 must read as 「しにたい」.
// A line break in the middle of a sentence ends a clause softly, or not at all: bridge.
func normalise(dst []cell, text string, bridge bool) []cell {
	plain := plainly()
	s := speller{compat: compat(), folds: folds(), cells: dst, mark: cutHere, bridge: bridge}
	for i := 0; i < len(text); {
		// most runes need no more than a look at a table
		cells, mark := s.cells, s.mark
		from, dropped := i, false
		for i+2 < len(text) {
			a, b, c := text[i], text[i+1], text[i+2]
			if a < 0xE3 || a > 0xE9 || b&0xC0 != 0x80 || c&0xC0 != 0x80 {
				break
			}
			at := uint(a&0xF)<<12 | uint(b&0x3F)<<6 | uint(c&0x3F) - plainFrom
			r := plain[at%uint(len(plain))]
			if r == 0 {
				break
			}
			i += 3
			if dropped = r == nothing; !dropped {
				cells = append(cells, cell(r)|mark)
				mark = 0
			}
		}
		if i > from {
			s.run(cells, dropped)
			s.last, _ = decode(text, i-3)
		}
		if i < len(text) {
			i = s.step(text, i)
		}
	}
	return s.cells
}

// speller spells a text rune by rune.
type speller struct {
	compat   *compatTable
	folds    *[1 << 16]uint16
	cells    []cell
	bridge   bool
	mark     cell                     // what the next cell begins
	space    bool                     // one stood here
	start    int                      // of the clause
	last     rune                     // the last one, in NFKC; 0: none yet
	was      before                   // it
	pictures [len(pictureWords)]uint8 // how often each was put into words
	clauses  [8]ended                 // the last ones that ended
	ended    int                      // how many have
}

// ended is a clause that has ended: its first rune, its last and its length, for a first look, and where it begins.
type ended struct {
	looks uint64
	from  int
}

// before is how a speller stood before the last rune; length −1: that has left no cell.
type before struct {
	length, start int
	mark          cell
	space         bool
}

// mostPictures of a kind are put into words: who sends more of it says no more.
const mostPictures = 8

// run takes over a run of plain runes, of which the last was dropped or not.
func (s *speller) run(cells []cell, dropped bool) {
	n := len(s.cells)
	if len(cells) == n {
		s.was.length = -1
		return
	}
	s.was = before{n, s.start, s.mark, s.space}
	if s.mark != 0 {
		s.start = n
	}
	s.cells, s.mark, s.space = cells, 0, false
	if last := len(cells) - 1; dropped {
		s.was.length = -1
	} else if last > n {
		s.was = before{length: last, start: s.start}
	}
}

// step spells the rune at text[i] and what joins it, and gives where the next one begins.
func (s *speller) step(text string, i int) int {
	t := s.compat
	r, size := decode(text, i)
	next := i + size
	switch {
	case r > 0xFFFF:
		if kind := picture(r); kind >= 0 {
			if s.pictures[kind] < mostPictures {
				s.pictures[kind]++
				if kind == cry { // it stands for itself: 「🙏🆘」
					s.end(cutHere)
				}
				s.all([]rune(pictureWords[kind]), text[next:])
				if kind == cry {
					s.end(cutHere)
				}
			}
		} else if r >= firstPicture && r <= lastPicture {
			// it says nothing
		} else if p := norm.NFKC.PropertiesString(text[i:]); p.BoundaryBefore() && p.Decomposition() == nil {
			s.put(r, nil, text[next:])
		} else {
			s.all(appendNFKC(nil, text[i:next]), text[next:])
		}
	case t.runes[r]&joins != 0:
		if s.last >= 'ぁ' && s.last <= 0x9FFF && t.runes[r] == joins && s.folds[r] == 0 && !voices(r) { // a mark that joins no Japanese
			return next
		}
		return s.join(text, i)
	case t.runes[r]&becomes != 0:
		s.put(rune(t.runes[r]&becomes), nil, text[next:])
	case r != 0:
		s.all(appendNFKC(nil, text[i:next]), text[next:])
	}
	return next
}

// all spells runes, before text.
func (s *speller) all(runes []rune, text string) {
	for i, r := range runes {
		s.put(r, runes[i+1:], text)
	}
}

// join spells what joins the last rune, from text[i] on, and gives where it ends.
func (s *speller) join(text string, i int) int {
	var room [4]rune
	joined := room[:0]
	if s.last != 0 {
		joined = append(joined, s.last)
	}
	joined, i = s.compat.join(joined, text, i)
	if s.last != 0 && len(joined) > 0 {
		if joined[0] == s.last {
			joined = joined[1:]
		} else if s.was.length >= 0 { // it became another: again, from before it
			s.cells, s.start, s.mark, s.space = s.cells[:s.was.length], s.was.start, s.was.mark, s.was.space
		}
	}
	s.all(joined, text[i:])
	return i
}

// put spells a rune in NFKC, before others and text.
func (s *speller) put(r rune, others []rune, text string) {
	last := s.last
	s.last, s.was.length = r, -1
	if r < 0x3041 { // what ends a clause or parts words stands before the kana
		switch {
		case r == '。' || r == '!' || r == '?' || r == ';', r == '.' && !(isDigit(last) && isDigit(s.following(others, text))):
			if r == '?' && len(s.cells) > s.start {
				s.cells = append(s.cells, '?'|s.mark&cutHere) // 「心筋梗塞?」 is a suspicion
			}
			s.end(cutHere)
			s.space = false
			return
		case r == '、' || r == ',' || r == '\n' || r == '\r':
			if len(s.cells) > s.start && s.mark == 0 {
				switch {
				case softCut(s.cells[s.start:]):
					s.end(cutHere)
				case !s.bridge && (r == '\n' || r == '\r'):
					s.end(cutHere | softHere)
				}
			}
			s.space = true
			return
		case r == '/', unicode.IsSpace(r): // 「120/80」 is two numbers
			s.space = true
			return
		}
	}
	cancer := r == '癌'
	if r <= 0xFFFF {
		r = rune(s.folds[r])
	} else {
		r = max(0, foldRune(r))
	}
	if r == 0 {
		return
	}
	n := len(s.cells)
	if smallVowel(r) {
		// 「いたぁい」 only draws the vowel out; not over a full stop
		if s.mark == 0 && n > 0 && vowel(s.cells[n-1].rune()) == int(r-'ぁ')/2 {
			return
		}
		r++
	}
	s.was = before{n, s.start, s.mark, s.space}
	if s.mark != 0 {
		s.start = n
	} else if s.space && n > 0 && isWord(r) && isWord(s.cells[n-1].rune()) {
		s.cells = append(s.cells, ' ')
	}
	s.cells = append(s.cells, cell(r)|s.mark)
	s.mark, s.space = 0, false
	if cancer { // the fold of one kanji to two kana
		s.cells = append(s.cells, 'ん')
	}
}

// end ends a clause. For the guard one that says again what one of the last few has said is taken back: who cries for help
// a thousand times is read once.
func (s *speller) end(mark cell) {
	over, from, to := s.mark != 0, s.start, len(s.cells)
	if s.mark = mark; over || s.bridge || from == to {
		return
	}
	looks := uint64(s.cells[from].rune())<<43 | uint64(s.cells[to-1].rune())<<22 | uint64(to-from)
	for _, c := range s.clauses {
		if c.looks == looks && slices.Equal(s.cells[c.from+1:c.from+to-from], s.cells[from+1:]) {
			s.cells = s.cells[:from]
			return
		}
	}
	s.clauses[s.ended%len(s.clauses)] = ended{looks, from}
	s.ended++
}

// following gives the rune in NFKC that stands first in others and text; 0 for none, or a rare one.
func (s *speller) following(others []rune, text string) rune {
	if len(others) > 0 {
		return others[0]
	}
	for i, r := range text {
		if r > 0xFFFF {
			break
		}
		switch c := s.compat.runes[r]; {
		case r == 0, c&joins != 0 && s.folds[r] == 0: // nothing, or a mark
			continue
		case c&becomes != 0:
			return rune(c & becomes)
		}
		return appendNFKC(nil, text[i:i+utf8.RuneLen(r)])[0]
	}
	return 0
}

// Runes from plainFrom on have a place in a table of what is spelled by one rune, or by nothing, wherever it stands, unless
// a mark joins it: 0 for the others.
const (
	plainFrom = 0x3000
	nothing   = 0xFFFF
)

var plainly = sync.OnceValue(func() *[0xA000 - plainFrom]uint16 {
	var t [0xA000 - plainFrom]uint16
	for i := range t {
		r := rune(plainFrom + i)
		switch f := folds()[r]; {
		case r == '。' || r == '、' || r == '癌' || unicode.IsSpace(r) || compat().runes[r]&^mixed != uint32(r) || smallVowel(rune(f)):
		case f == 0:
			t[i] = nothing
		default:
			t[i] = f
		}
	}
	return &t
})

// bridged adds once more what stands around line breaks in the middle of a sentence, without them: 「胸が⏎痛い」 may be one
// sentence or two, and both are read.
func bridged(cells []cell) []cell {
	broken, from := false, 0
	for i, n := 1, len(cells); i <= n; i++ {
		if i < n {
			if !cells[i].cut() {
				continue
			}
			if cells[i].soft() {
				broken = true
				continue
			}
		}
		if broken {
			cells = append(cells, cells[from]|cutHere)
			for k, c := range cells[from+1 : i] {
				if c.soft() && isWord(c.rune()) && isWord(cells[from+k].rune()) {
					cells = append(cells, ' ')
				}
				cells = append(cells, c&cellRune)
			}
		}
		broken, from = false, i
	}
	return cells
}

// pictureWords are the words for the kinds of pictures that say something.
var pictureWords = [...]string{"救急車", "助けて", "薬", "血", "刃物", "ありがとう", "了解"}

// cry is the kind of 🆘.
const cry = 1

// picture gives the kind of a picture, -1 for one that says nothing.
func picture(r rune) (kind int) {
	switch r {
	case '🚑':
		return 0
	case '🆘':
		return cry
	case '💊':
		return 2
	case '🩸':
		return 3
	case '🔪':
		return 4
	case '🙏', '🙇':
		return 5
	case '👍', '👌', '🆗':
		return 6
	}
	return -1
}

// softCut: whether a comma or a new line ends the clause. It does not after a fragment (「むね、いたい」) or a
// bare particle (「胸が、痛い」): people pause there.
func softCut(c []cell) bool {
	last, prev := c[len(c)-1].rune(), rune(0)
	if len(c) > 1 {
		prev = c[len(c)-2].rune()
	}
	if len(c) <= 3 {
		switch last {
		case 'た', 'る', 'い', 'う', 'ん', 'だ', 'す':
			return prev != 0 // 「倒れた、」 is a sentence
		}
		return false
	}
	switch last {
	case 'が':
		switch prev {
		case 'す', 'た', 'い', 'る', 'だ', 'ん':
			return true // ですが、ましたが、痛いが、んだが
		}
		return false
	case 'も':
		return prev == 'か' || prev == 'で'
	case 'は', 'を', 'の', 'に':
		return false
	}
	return true
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }
func isLatin(r rune) bool { return 'a' <= r && r <= 'z' }
func isWord(r rune) bool  { return isDigit(r) || isLatin(r) }

// look-alikes and variants, one rune for one (癌 becomes two, see normalise).
var lookAlike = map[rune]rune{
	'脚': '足', '肢': '足', '癌': 'が', '頚': '首', '頸': '首', '碍': '害', '呑': '飲', '躯': '体', '躰': '体', '廻': '回', '周': '回',
	'閉': '締', '絞': '締', '析': '折', '喉': '咽', '痺': '痹', '眼': '目', '惡': '悪', '嚙': '噛', '°': '度',
}

// folds is foldRune of the first plane; 0 for none.
var folds = sync.OnceValue(func() *[1 << 16]uint16 {
	var t [1 << 16]uint16
	for r := range t {
		t[r] = uint16(max(0, foldRune(rune(r))))
	}
	return &t
})

// foldRune gives the guard's spelling of one rune, or -1 for none. Small vowels stay small.
func foldRune(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	if r < 0x80 {
		if isWord(r) {
			return r
		}
		return -1
	}
	if 0x30A1 <= r && r <= 0x30F6 {
		r -= 0x60
	}
	if 0x3041 <= r && r <= 0x3096 {
		switch r {
		case 'ゃ', 'ゅ', 'ょ', 'っ', 'ゎ':
			return r + 1
		case 'ゕ':
			return 'か'
		case 'ゖ':
			return 'け'
		}
		return r
	}
	if r == 'ー' {
		return -1
	}
	if r == '々' {
		return r
	}
	if f, ok := lookAlike[r]; ok {
		return f
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		if unicode.Is(unicode.Lm, r) {
			return -1
		}
		return unicode.ToLower(r)
	}
	return -1
}

// smallVowel says that it is ぁ, ぃ, ぅ, ぇ or ぉ.
func smallVowel(r rune) bool { return r >= 'ぁ' && r <= 'ぉ' && r&1 == 1 }

// vowel of a hiragana: 0..4 for a i u e o, -1 for none.
func vowel(r rune) int {
	if i := r - 'あ'; i >= 0 && int(i) < len(vowels) {
		return int(vowels[i]) - 1
	}
	return -1
}

// vowels, counted from 1, of the hiragana from あ on.
var vowels = func() (t ['ゟ' - 'あ']uint8) {
	for v, row := range [...]string{
		"あかがさざただなはばぱまやらわ", "いきぎしじちぢにひびぴみり", "うくぐすずつづぬふぶぷむゆる",
		"えけげせぜてでねへべぺめれ", "おこごそぞとどのほぼぽもよろを",
	} {
		for _, r := range row {
			t[r-'あ'] = uint8(v + 1)
		}
	}
	return t
}()
