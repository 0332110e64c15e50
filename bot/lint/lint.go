// Package lint holds what a text for patients must not say: the rules of medical
// advertising (医療広告ガイドライン), as patterns over sentences. A pattern finds words, not
// meaning: it errs on the side of finding.
package lint

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/match"
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
	words                string
	unlessAfter, unlessB *regexp.Regexp // right behind; right before
	english              bool           // it is in small letters, and speaks of none that are denied
	rule                 *Rule
}

// Hit is a place in a text, in runes.
type Hit struct {
	Rule       *Rule
	Start, Len int
}

func words(pattern string) find { return find{words: pattern} }

// finds are those of all rules, in order; patterns are theirs, by number.
var finds, patterns = func() (all []find, _ *match.Set) {
	var words []string
	for i := range rules {
		for _, f := range rules[i].finds {
			f.rule = &rules[i]
			all = append(all, f)
			words = append(words, f.words)
		}
	}
	return all, match.Of(words...)
}()

// reads is the form of a sentence that the find is for.
func (f *find) reads(s, small string) string {
	if f.english {
		return small
	}
	return s
}

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
	safe = match.Of(`(?:必ず|かならず)(?:しも|医師|ご?予約|お薬手帳|ご?確認|ご?相談|お?電話|主治医|担当|診察|事前)|未承認|承認(?:を受け|され|を得)て(?:いない|いません|おりません|おらず)|最高(?:血圧|気温|値|裁)|安全性の確保等に関する法律|安全管理|無料(?:通話|電話)|通話料無料|フリーダイヤル`)

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
	suspects := patterns.May(s)
	if len(suspects) == 0 {
		return nil
	}
	origin := make([]int, 0, len(b)) // of each byte of the normal form: the rune that it comes from
	for i, r := range runes {
		for range len(normal(nil, r)) {
			origin = append(origin, i)
		}
	}
	hidden := []byte(s) // safe phrases are blanked, byte by byte, so that places stay
	for _, m := range safe.Regexp(0).FindAllStringIndex(s, -1) {
		copy(hidden[m[0]:m[1]], strings.Repeat("_", m[1]-m[0]))
	}
	s = string(hidden)
	small := smalled(s)
	var hits []Hit
	for _, n := range suspects {
		f := &finds[n]
		rule, s := f.rule, f.reads(s, small)
		for _, m := range patterns.Regexp(n).FindAllStringIndex(s, -1) {
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
