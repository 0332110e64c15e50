// Package lint holds what a text for patients must not say: the rules of medical
// advertising (医療広告ガイドライン), as patterns over sentences. A pattern finds words, not
// meaning: it errs on the side of finding.
package lint

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
)

// Rule is one kind of wording that is forbidden. Its Why says what to write instead; its
// examples are sentences.
type Rule struct {
	diag.Rule

	finds []find
	noted bool // a plain 「ありません」 or 「していません」 behind it takes it back, too
}

// find is a pattern with what must not stand before or behind a hit: RE2 can't look around.
type find struct {
	words                *regexp.Regexp
	must                 need           // by every sentence with a hit
	unlessAfter, unlessB *regexp.Regexp // right behind; right before
	english              bool           // it is in small letters, and speaks of none that are denied
}

// Hit is a place in a text, in runes.
type Hit struct {
	Rule       *Rule
	Start, Len int
}

func words(pattern string) find {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err) // a pattern of rules.go
	}
	return find{words: regexp.MustCompile(pattern), must: literals(re).sealed()}
}

// need is what a sentence must hold for an expression to match. Nearly all sentences lack it,
// and need no regular expression.
type need struct {
	literal string // this, if it isn't ""
	all     []need // else all of these,
	any     []need // or else one of these; with none of the three it is met

	runes set // of the literal
}

// set holds runes, 64 kinds of them: a literal can only stand in a text whose set holds its own.
// Most literals are ruled out by that.
type set uint64

func setOf(s string) (all set) {
	for _, r := range s {
		all |= 1 << (r % 64)
	}
	return all
}

// sealed is the need with the sets of its literals.
func (n need) sealed() need {
	n.runes = setOf(n.literal)
	for _, list := range [][]need{n.all, n.any} {
		for i := range list {
			list[i] = list[i].sealed()
		}
	}
	return n
}

// literals are what an expression needs.
func literals(re *syntax.Regexp) (n need) {
	switch re.Op {
	case syntax.OpLiteral:
		if re.Flags&syntax.FoldCase == 0 {
			n.literal = string(re.Rune)
		}
	case syntax.OpCapture, syntax.OpPlus:
		return literals(re.Sub[0])
	case syntax.OpCharClass: // [一1]
		if len(re.Rune) > 2*maxRanges {
			return need{}
		}
		for i := 0; i < len(re.Rune); i += 2 {
			if re.Rune[i] != re.Rune[i+1] {
				return need{}
			}
			n.any = append(n.any, need{literal: string(re.Rune[i])})
		}
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			one := literals(sub)
			if one.free() {
				return need{}
			}
			n.any = append(n.any, one)
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			if one := literals(sub); !one.free() {
				n.all = append(n.all, one)
			}
		}
	}
	return n
}

const maxRanges = 4

// free says that nothing is needed.
func (n need) free() bool { return n.literal == "" && len(n.all) == 0 && len(n.any) == 0 }

// met says whether a sentence, whose runes are given, holds what is needed.
func (n *need) met(s string, runes set) bool {
	switch {
	case n.literal != "":
		return n.runes&^runes == 0 && strings.Contains(s, n.literal)
	case len(n.all) > 0:
		for i := range n.all {
			if !n.all[i].met(s, runes) {
				return false
			}
		}
	case len(n.any) > 0:
		for i := range n.any {
			if n.any[i].met(s, runes) {
				return true
			}
		}
		return false
	}
	return true
}

// may says whether a sentence can hold a hit.
func (f *find) may(s string, runes set) bool { return f.must.met(s, runes) }

func (f find) unless(behind string) find {
	f.unlessAfter = regexp.MustCompile(`^(?:` + behind + `)`)
	return f
}

func (f find) unlessBehind(before string) find {
	f.unlessB = regexp.MustCompile(`(?:` + before + `)$`)
	return f
}

var (
	// safe phrases hold words of a rule and are none of it.
	safe = words(`必ず(?:しも|医師|ご?予約|お薬手帳|ご?確認|ご?相談|お?電話|主治医|担当|診察|事前)|未承認|承認(?:を受け|され|を得)て(?:いない|いません|おりません|おらず)|最高(?:血圧|気温|値|裁)|安全性の確保等に関する法律|安全管理|無料(?:通話|電話)|通話料無料|フリーダイヤル`)

	// taken back right behind the words. A loose 「ありません」 is none:
	// 「日本一の技術なので失敗はありません」.
	negation = regexp.MustCompile(`^[^、。\n]{0,16}?(?:わけでは(?:ない|なく|あり)|もので(?:は|も)(?:ない|なく|あり|ござい)|では(?:ない|なく|あり|ござい)|とは(?:限|言|いえ)|保証(?:する|でき|いたし?)[^。、\n]{0,6}(?:ない|ません|では)|(?:して|行って|おこなって|掲載して|実施して)(?:い|お)(?:ない|ません|りません)|でき(?:ない|ません))`)
	noted    = regexp.MustCompile(`^[^、。\n]{0,10}?(?:は(?:ない|ありません|ございません)|て(?:いない|いません|おりません|おらず)|[^、。\n]{0,8}意味(?:しない|しません|する(?:もの|わけ)では))`)
	asked    = regexp.MustCompile(`^(?:でしょうか|か)`) // 「ではないでしょうか」 takes nothing back
)

// Check finds what is forbidden in a text, in reading order.
func Check(text string) []Hit {
	var hits []Hit
	start := 0
	runes := []rune(text)
	for i, r := range runes {
		if strings.ContainsRune("。！？!?\n", r) {
			hits = append(hits, sentence(runes[start:i+1], start)...)
			start = i + 1
		}
	}
	return append(hits, sentence(runes[start:], start)...)
}

// suspect says whether a sentence may hold what is forbidden. Nearly none does.
func suspect(s, small string) bool {
	letters, smallLetters := setOf(s), setOf(small)
	for i := range rules {
		for j := range rules[i].finds {
			if f := &rules[i].finds[j]; !f.english && f.may(s, letters) || f.english && small != "" && f.may(small, smallLetters) {
				return true
			}
		}
	}
	return false
}

// small is a sentence in small letters, each where it stood; "" where there is hardly a Latin letter in it.
func small(s string) string {
	b, latin := []byte(s), 0
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] += 'a' - 'A'
		}
		if b[i] >= 'a' && b[i] <= 'z' {
			latin++
		}
	}
	if latin < fewestLatin {
		return ""
	}
	return string(b)
}

const fewestLatin = 4 // 「cure」

// normal appends the normal form of a rune.
func normal(b []byte, r rune) []byte {
	if r >= 'ぁ' && r <= 'ヶ' || r >= '一' && r <= '鿿' || r < utf8.RuneSelf || r >= '、' && r <= '】' {
		return utf8.AppendRune(b, r) // nearly all
	}
	return norm.NFKC.AppendString(b, string(r))
}

// sentence checks one sentence, which begins at a rune of its text.
func sentence(runes []rune, at int) []Hit {
	b := make([]byte, 0, 3*len(runes))
	for _, r := range runes {
		b = normal(b, r)
	}
	s := string(b)
	if !suspect(s, small(s)) {
		return nil
	}
	origin := make([]int, 0, len(b)) // of each byte of the normal form: the rune that it comes from
	for i, r := range runes {
		for range len(normal(nil, r)) {
			origin = append(origin, i)
		}
	}
	hidden := []byte(s) // safe phrases are blanked, byte by byte, so that places stay
	for _, m := range safe.words.FindAllStringIndex(s, -1) {
		copy(hidden[m[0]:m[1]], strings.Repeat("_", m[1]-m[0]))
	}
	s = string(hidden)
	small := small(s)
	letters, smallLetters := setOf(s), setOf(small)
	var hits []Hit
	for i := range rules {
		rule := &rules[i]
		for j := range rule.finds {
			f := &rule.finds[j]
			s, letters := s, letters
			if f.english {
				s, letters = small, smallLetters
			}
			if s == "" || !f.may(s, letters) {
				continue
			}
			for _, m := range f.words.FindAllStringIndex(s, -1) {
				if f.english && denied.MatchString(s[:m[0]]) || f.unlessAfter != nil && f.unlessAfter.MatchString(s[m[1]:]) || f.unlessB != nil && f.unlessB.MatchString(s[:m[0]]) || rule.takenBack(s[m[1]:]) {
					continue
				}
				first, last := at+origin[m[0]], at+origin[m[1]-1]
				if k := len(hits) - 1; k >= 0 && hits[k].Rule == rule && first < hits[k].Start+hits[k].Len && last >= hits[k].Start {
					continue // one word, found twice
				}
				hits = append(hits, Hit{rule, first, last - first + 1})
			}
		}
	}
	return hits
}

func (r *Rule) takenBack(rest string) bool {
	m := negation.FindString(rest)
	if m != "" && !(strings.HasSuffix(m, "ない") && asked.MatchString(rest[len(m):])) {
		return true
	}
	return r.noted && noted.MatchString(rest)
}

// Rules are all rules, in order.
func Rules() []Rule { return rules }

// Wording is Check for the compiler of flows.
func Wording(text string) []flow.Fault {
	var faults []flow.Fault
	for _, h := range Check(text) {
		faults = append(faults, flow.Fault{Rule: h.Rule.Name, Message: h.Rule.Why, Start: h.Start, Len: h.Len})
	}
	return faults
}
