package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Name reads a person's name, of at most 40 grapheme clusters, out of an answer to "your
// name, please": without 名前は or 母の in front, without です, と申します or だべ behind, without
// honorifics (さん, 様, ちゃん), age and notes (78歳, (母)). Half-width kana and full-width
// Latin become the usual ones, kanji stay as typed, spaces become one U+0020 each, and a
// reading in brackets stays: 山田太郎(やまだたろう). A name is read again as itself.
//
// A question, an obvious sentence, a word of the conversation (予約, 電話, あとで, 同意します),
// an address, a telephone number or what looks like code is not ok. What could be a name is one: 一, ナシ, 小鳥遊.
func Name(s string) (string, bool) {
	t := Clean(s)
	if utf8.RuneCountInString(t) > 200 || strings.ContainsAny(t, "?？@＠/／") {
		return "", false
	}
	t, ok := bareName(nameRunes(t))
	if !ok || t == "" || strings.ContainsAny(t, notInNames) || Graphemes(t) > 40 || utf8.RuneCountInString(t) > 80 || !nameLike(t) || sentence(t) {
		return "", false
	}
	return t, true
}

// notInNames stand in formulas, markup and code, and in no name.
const notInNames = "=<>{}[]\\|;\"$#&^*%+_`"

// nameRunes brings kana and Latin to their usual width and drops emoji. NFKC of the whole
// would change kanji that people insist on (神 to 神).
func nameRunes(s string) string {
	var b strings.Builder
	var kana []rune // a run of what NFKC may change
	flush := func() {
		b.WriteString(norm.NFKC.String(string(kana)))
		kana = kana[:0]
	}
	for _, r := range s {
		if r >= 0x3041 && r <= 0x30FF || r >= 0xFF01 && r <= 0xFFDC {
			kana = append(kana, r)
			continue
		}
		flush()
		if blank(r) || r == '\n' || pictograph(r) || r >= 0xFE00 && r <= 0xFE0F || r == '\u200D' {
			r = ' '
		}
		b.WriteRune(r)
	}
	flush()
	return strings.Join(strings.Fields(Clean(b.String())), " ")
}

// relations are not surnames before の and は, though 孫 is one alone.
const relations = `(?:娘|むすめ|息子|むすこ|母親|父親|母|はは|父|ちち|妻|夫|主人|家内|嫁|旦那|祖母|祖父|姉|兄|妹|弟|孫|長男|長女|次男|次女|家族|患者|代理|本人|義母|義父|お母さん|お父さん|おばあちゃん|おじいちゃん)`

var (
	// あの and 本名 are surnames too: before a mere space they stay.
	nameGreeting = regexp.MustCompile(`^(?:(?:はい|えっと|えーっ?と|ええと|こんにちは|こんばんは|おはようございます|はじめまして|初めまして|すみません|すいません|お世話になります)[、。,.!！ 〜ー…]+|(?:ええ|うん|あの|あ)[、。…〜ー]+)`)
	nameLabel    = regexp.MustCompile(`^(?i:(?:私の|わたしの|患者の)?(?:お?名前|お?なまえ|氏名|姓名|フルネーム)(?: ?(?:は|[:：=、]) ?| )|本名(?:は|[:：]) ?|(?:私|わたし|わたくし|僕|ぼく|俺|自分|本人)(?:は、?|、| ) ?|(?:my name is|my name's|i am|i'm|i’m|this is|name is|name ?[:：]) ?)`)
	nameRelation = regexp.MustCompile(`^(?:(?:私|わたし|うち)の)?` + relations + `(?:の|は|[:：])[、 ]?`)
	nameThanks   = regexp.MustCompile(`(?:どうぞ|[、。] ?| )?(?:(?:宜|よろ)しく ?)?(?:お願|おねが|御願)い(?:(?:いた|致)?します|申し上げます)$|(?:どうぞ|[、。] ?| )(?:宜|よろ)しく$`)
	nameAge      = regexp.MustCompile(`(?:[、。・/ ]|(?:年齢|年)は?)*\(?(?:年齢は? ?)?[0-9]{1,3} ?(?:歳|才|さい)(?:[、・ ]?(?:男性?|女性?))?\)?$|[、 ]*\([0-9]{1,3}\)$|[、 ][0-9]{1,3}$`)
	nameNote     = regexp.MustCompile(`[、 ]*\((?:` + relations + `|男性?|女性?|私|わたし|自分|仮名|旧姓|様|さん|患者本人)(?:です|の分|の名前|のこと)?\)$`)
	nameSex      = regexp.MustCompile(`[、 ]+(?:男性|女性)$`)
)

var nameSuffixes = [...]string{
	"と申します", "ともうします", "と申す者です", "という者です", "といいます", "と言います", "という名前です", "でございます", "であります",
	"っていいます", "って言います", "っちゅうもんです", "申します", "もうします", "いいます", "言います",
	"ですよ", "ですね", "ですわ", "ですー", "です〜", "でーす", "です", "だす", " desu", "なんです", "やねん", "っす", "だべ", "だべさ",
}

// nameTrails stand behind です and ます, and need not be said with them in every dialect.
var nameTrails = [...]string{"やけど", "じゃけど", "けれども", "けれど", "けども", "けど", "が"}

// nameHonorifics are stripped as they are written: チャン and サン end names.
var nameHonorifics = [...]string{"さん", "さま", "様", "ちゃん", "くん", "氏"}

// bareName takes off what stands around a name, until nothing more comes off.
func bareName(t string) (string, bool) {
	trim := func(t string) string {
		return Clean(strings.Trim(t, " 、。.,!！〜~…♪☆★・*\"“”「」『』【】"))
	}
	t = strings.TrimSpace(t)
	for range 8 {
		was := t
		// はい田中です; but はいばら.
		if rest, ok := strings.CutPrefix(t, "はい"); ok && startsHan(rest) {
			t = rest
		}
		for _, head := range [...]*regexp.Regexp{nameGreeting, nameLabel, nameRelation} {
			if rest := trim(head.ReplaceAllString(t, "")); rest != "" {
				t = rest
			}
		}
		t = trim(t)
		for _, tail := range [...]*regexp.Regexp{nameAge, nameNote, nameSex} {
			if rest := trim(tail.ReplaceAllString(t, "")); rest != "" {
				t = rest
			}
		}
		if rest := trim(nameThanks.ReplaceAllString(t, "")); rest != t {
			t = trim(strings.TrimSuffix(rest, "で"))
		}
		t = trim(cutNameEnd(t))
		if t == was {
			return t, true
		}
	}
	return "", false
}

func startsHan(t string) bool {
	r, _ := utf8.DecodeRuneInString(t)
	return unicode.Is(unicode.Han, r)
}

// cutNameEnd takes one ending off, if something is left.
func cutNameEnd(t string) string {
	for _, trail := range nameTrails {
		rest, ok := strings.CutSuffix(t, trail)
		if ok && rest != "" && (endsWith(rest, "です", "ます", "だ") || strings.HasPrefix(trail, "や") || strings.HasPrefix(trail, "じ")) {
			return rest
		}
	}
	for _, suffix := range nameSuffixes {
		if rest, ok := strings.CutSuffix(t, suffix); ok && rest != "" {
			return rest
		}
	}
	for _, h := range nameHonorifics {
		rest, ok := strings.CutSuffix(t, h)
		rest = strings.TrimRight(rest, " ")
		switch {
		case !ok || rest == "" || endsIn(rest, "のは"):
		case h == "氏" && (!enough(rest) || endsIn(rest, "尊高直")): // 源氏, 尊氏
		case !enough(rest) && h != "様" && !unicode.Is(unicode.Han, last(rest)):
		default:
			return rest
		}
	}
	// 田中だ, 山田だよ; but やまだ and はまだよ.
	for _, end := range [...]string{"だよ", "だ", "や"} {
		if rest, ok := strings.CutSuffix(t, end); ok && unicode.Is(unicode.Han, last(rest)) && (end != "や" || utf8.RuneCountInString(rest) > 3) {
			return rest
		}
	}
	return t
}

// nameLike checks the characters of t alone.
func nameLike(t string) bool {
	letters, digits, commas := 0, 0, 0
	was := rune(0)
	for _, r := range t {
		switch {
		case unicode.IsLetter(r) && r != 'ー':
			if letters++; was == '.' && latinWord(t) {
				return false // example.jp
			}
		case unicode.IsNumber(r):
			digits++
		case r == '、', r == ',':
			commas++
		case unicode.Is(unicode.M, r), strings.ContainsRune(" ー・·'’‘`-‐–−.=＝゠()゛゜", r):
		default:
			return false
		}
		was = r
	}
	if commas > 0 && (commas > 1 || utf8.RuneCountInString(t) > 25) {
		return false
	}
	if open := strings.Count(t, "("); open > 1 || open != strings.Count(t, ")") || open == 1 && !strings.HasSuffix(t, ")") || strings.HasPrefix(t, "(") {
		return false
	}
	return letters > 0 && digits < 4
}

// latinWord: a dot inside a word of more than initials.
func latinWord(t string) bool {
	for _, w := range strings.Fields(t) {
		if i := strings.IndexByte(w, '.'); i > 1 && i+1 < len(w) {
			return true
		}
	}
	return false
}
