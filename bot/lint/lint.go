// Package lint holds what a text for patients must not say: the rules of medical
// advertising (医療広告ガイドライン), as patterns over sentences. A pattern finds words, not
// meaning: it errs on the side of finding.
package lint

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
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
	words                func() *regexp.Regexp // made when it is first needed: most never are
	must                 need                  // by every sentence with a hit
	unlessAfter, unlessB *regexp.Regexp        // right behind; right before
	english              bool                  // it is in small letters, and speaks of none that are denied
	number               int                   // among all finds
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
	return find{words: sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) }), must: literals(re)}
}

// need is what a sentence must hold for an expression to match. Nearly all sentences lack it,
// and need no regular expression.
type need struct {
	literal string // this, if it isn't ""
	all     []need // else all of these,
	any     []need // or else one of these; with none of the three it is met
}

// runs are kinds of up to longestRun runes in a row. A literal can only stand where the kind of its beginning does.
type runs [1 << 12]uint64

const longestRun = 4

func (k *runs) add(kind uint32)      { k[kind>>20] |= 1 << (kind >> 14 & 63) }
func (k *runs) has(kind uint32) bool { return k[kind>>20]>>(kind>>14&63)&1 != 0 }

// kind is that of a run which goes on with a rune.
func kind(run uint32, r rune) uint32 { return (run ^ uint32(r)) * 0x9E3779B1 }

// beginning is the kind of the beginning of a literal.
func beginning(literal string) (k uint32) {
	n := 0
	for _, r := range literal {
		if k = kind(k, r); n == longestRun-1 {
			break
		}
		n++
	}
	return k
}

// guards are kinds of runs of which a sentence holds one when the need is met; ok is false where that can't be said.
func (n *need) guards() (kinds []uint32, ok bool) {
	switch {
	case n.literal != "":
		return []uint32{beginning(n.literal)}, true
	case len(n.all) > 0: // any one of them will do: the longest is the rarest
		length := 0
		for i := range n.all {
			if one, found := n.all[i].guards(); found && n.all[i].shortest() > length {
				kinds, ok, length = one, true, n.all[i].shortest()
			}
		}
		return kinds, ok
	}
	for i := range n.any {
		one, found := n.any[i].guards()
		if !found {
			return nil, false
		}
		kinds = append(kinds, one...)
	}
	return kinds, len(kinds) > 0
}

// shortest is the length in bytes of the shortest literal that will do.
func (n *need) shortest() int {
	if len(n.all) > 0 {
		longest := 0
		for i := range n.all {
			longest = max(longest, n.all[i].shortest())
		}
		return longest
	}
	length := len(n.literal)
	for i := range n.any {
		if one := n.any[i].shortest(); i == 0 || one < length {
			length = one
		}
	}
	return length
}

// guard tells at a glance which finds can have a hit in a sentence: nearly always none.
type guard struct {
	runs runs
	of   map[uint32]finds // by the kind of a run
	rest finds            // of which no run can be said
}

// finds are some of the finds of the rules, by their number.
type finds uint64

func (g *guard) add(f *find) {
	kinds, ok := f.must.guards()
	if !ok {
		g.rest |= 1 << f.number
	}
	for _, k := range kinds {
		g.runs.add(k)
		g.of[k] |= 1 << f.number
	}
}

// suspects are the finds that a sentence may hold.
func (g *guard) suspects(s string) finds {
	all := g.rest
	var open [longestRun - 1]uint32 // kinds of the runs that end here, by their length
	for _, r := range s {
		k := kind(0, r)
		if g.runs.has(k) {
			all |= g.of[k]
		}
		for i, before := range open {
			open[i] = k
			if k = kind(before, r); before != 0 && g.runs.has(k) {
				all |= g.of[k]
			}
		}
	}
	return all
}

// guards are those of the rules in Japanese and in English.
var guards = func() (all [2]guard) {
	all[0].of, all[1].of = map[uint32]finds{}, map[uint32]finds{}
	number := 0
	for i := range rules {
		for j := range rules[i].finds {
			f := &rules[i].finds[j]
			f.number = number
			number++
			g := &all[0]
			if f.english {
				g = &all[1]
			}
			g.add(f)
		}
	}
	if number > 64 {
		panic("lint: more finds than a set holds")
	}
	return all
}()

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

// met says whether a sentence holds what is needed.
func (n *need) met(s string) bool {
	switch {
	case n.literal != "":
		return strings.Contains(s, n.literal)
	case len(n.all) > 0:
		for i := range n.all {
			if !n.all[i].met(s) {
				return false
			}
		}
	case len(n.any) > 0:
		for i := range n.any {
			if n.any[i].met(s) {
				return true
			}
		}
		return false
	}
	return true
}

// reads is the form of a sentence that the find is for.
func (f *find) reads(s, small string) string {
	if f.english {
		return small
	}
	return s
}

// may says whether a sentence can hold a hit.
func (f *find) may(s string) bool { return f.must.met(s) }

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

// smalled is a sentence in small letters, each where it stood; "" where there is hardly a Latin letter in it.
func smalled(s string) string {
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
	small := smalled(s)
	suspects := guards[0].suspects(s) | guards[1].suspects(small)
	for i := range rules {
		for j := range rules[i].finds {
			if f := &rules[i].finds[j]; suspects>>f.number&1 != 0 && !f.may(f.reads(s, small)) {
				suspects &^= 1 << f.number
			}
		}
	}
	if suspects == 0 {
		return nil
	}
	origin := make([]int, 0, len(b)) // of each byte of the normal form: the rune that it comes from
	for i, r := range runes {
		for range len(normal(nil, r)) {
			origin = append(origin, i)
		}
	}
	hidden := []byte(s) // safe phrases are blanked, byte by byte, so that places stay
	for _, m := range safe.words().FindAllStringIndex(s, -1) {
		copy(hidden[m[0]:m[1]], strings.Repeat("_", m[1]-m[0]))
	}
	s = string(hidden)
	small = smalled(s)
	var hits []Hit
	for i := range rules {
		rule := &rules[i]
		for j := range rule.finds {
			f := &rule.finds[j]
			if suspects>>f.number&1 == 0 {
				continue
			}
			s := f.reads(s, small)
			for _, m := range f.words().FindAllStringIndex(s, -1) {
				if f.english && takenBack(s[:m[0]]) || f.unlessAfter != nil && f.unlessAfter.MatchString(s[m[1]:]) || f.unlessB != nil && f.unlessB.MatchString(s[:m[0]]) || rule.takenBack(s[m[1]:]) {
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

// takenBack says whether an English sentence denies what comes behind its beginning.
func takenBack(before string) bool {
	m := denied.FindString(before)
	return m != "" && !affirmed.MatchString(m)
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
