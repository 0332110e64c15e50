package understand

import (
	"strings"
	"sync"
	"unicode"
)

// cell is one rune of the guard's own spelling of a text.
type cell struct {
	r    rune
	cut  bool // a clause begins here
	soft bool // at a line break, which may stand in the middle of a sentence
}

// said says that it is no figure, nor what parts figures.
func (c cell) said() bool { return !isDigit(c.r) && c.r != ' ' && c.r != '?' }

// normalise spells a text as the guard's tables are spelled: NFKC, lower case, katakana as hiragana, small
// kana as big, no spaces, long marks, symbols or emoji, a few look-alike kanji folded. Ends of clauses stay.
// It is wider than the spelling used for search: here 「し に た ぃ」 must read as 「しにたい」.
// A line break in the middle of a sentence is bridged on demand.
func normalise(dst []cell, text string, bridge bool) []cell {
	var buf [maxHeard + maxHeard/2]rune
	return fold(dst, spellOut(buf[:0], text), bridge)
}

// fold does it to a text in NFKC.
func fold(dst []cell, text []rune, bridge bool) []cell {
	folded := folds()
	cut, soft, space, start := true, false, false, 0
	for i, r := range text {
		if r < 0x3041 { // what ends a clause or parts words stands before the kana
			switch {
			case isHard(r, text, i):
				if r == '?' && len(dst) > start {
					dst = append(dst, cell{r: '?', cut: cut}) // 「心筋梗塞?」 is a suspicion
				}
				cut, soft, space = true, false, false
				continue
			case r == '、' || r == ',' || r == '\n' || r == '\r':
				if len(dst) > start && !cut {
					whole := softCut(dst[start:])
					soft = !whole && !bridge && (r == '\n' || r == '\r')
					cut = whole || soft
				}
				space = true
				continue
			case r == '/', unicode.IsSpace(r): // 「120/80」 is two numbers
				space = true
				continue
			}
		}
		cancer := r == '癌'
		if r <= 0xFFFF {
			r = rune(folded[r])
		} else {
			r = max(0, foldRune(r))
		}
		if r == 0 {
			continue
		}
		if r <= 'ぉ' && r >= 'ぁ' && r&1 == 1 { // small
			// 「いたぁい」 only draws the vowel out; not over a full stop
			if !cut && len(dst) > 0 && vowel(dst[len(dst)-1].r) == int(r-'ぁ')/2 {
				continue
			}
			r++
		}
		if cut {
			start = len(dst)
		} else if space && len(dst) > 0 && isWord(r) && isWord(dst[len(dst)-1].r) {
			dst = append(dst, cell{r: ' '})
		}
		dst = append(dst, cell{r, cut, soft})
		cut, soft, space = false, false, false
		if cancer { // the fold of one kanji to two kana
			dst = append(dst, cell{r: 'ん'})
		}
	}
	return dst
}

// bridged adds once more what stands around line breaks in the middle of a sentence, without them: 「胸が⏎痛い」 may be one
// sentence or two, and both are read.
func bridged(cells []cell) []cell {
	broken, from := false, 0
	for i, n := 1, len(cells); i <= n; i++ {
		if i < n {
			if !cells[i].cut {
				continue
			}
			if cells[i].soft {
				broken = true
				continue
			}
		}
		if broken {
			for k, c := range cells[from:i] {
				if c.soft && isWord(c.r) && isWord(cells[from+k-1].r) {
					cells = append(cells, cell{r: ' '})
				}
				cells = append(cells, cell{r: c.r, cut: k == 0})
			}
		}
		broken, from = false, i
	}
	return cells
}

// pictures that say something, and the words for them.
var pictures = map[rune][]rune{
	'🚑': []rune("救急車"), '🆘': []rune("助けて"), '💊': []rune("薬"), '🩸': []rune("血"), '🔪': []rune("刃物"), '🙏': []rune("ありがとう"),
	'🙇': []rune("ありがとう"), '👍': []rune("了解"), '👌': []rune("了解"), '🆗': []rune("了解"),
}

// isHard: ends a clause for sure. A dot within a number does not.
func isHard(r rune, text []rune, i int) bool {
	switch r {
	case '。', '!', '?', ';':
		return true
	case '.':
		return i == 0 || i+1 >= len(text) || !isDigit(text[i-1]) || !isDigit(text[i+1])
	}
	return false
}

// softCut: whether a comma or a new line ends the clause. It does not after a fragment (「むね、いたい」) or a
// bare particle (「胸が、痛い」): people pause there.
func softCut(c []cell) bool {
	last, prev := c[len(c)-1].r, rune(0)
	if len(c) > 1 {
		prev = c[len(c)-2].r
	}
	if len(c) <= 3 {
		return strings.ContainsRune("たるいうんだす", last) && prev != 0 // 「倒れた、」 is a sentence
	}
	switch last {
	case 'が':
		return strings.ContainsRune("すたいるだん", prev) // ですが、ましたが、痛いが、んだが
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
