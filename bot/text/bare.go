package text

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxBare is the length in runes from which on a text is no request that staff could have
// listed; Bare leaves it as Fold gives it.
const maxBare = 100

// Bare is Fold without what near wordings of one request differ in: politeness, particles
// and wishes at the end, hesitation at the beginning, the object's を, and the verb in its
// dictionary form. 予約, 予約したいのですが and すみません、予約をお願いします are one;
// so are やめる, もうやめます and やっぱりやめたいです.
//
// What changes the meaning stays: every negation (やめたくない, 電話しないで), the past
// (予約しました is 予約した, not 予約), a doubt (かも), a refusal (いいです, 結構です), and who
// shall call whom: 電話をお願いします is 電話ください, 電話したい is 電話.
//
// Bare takes off one thing at a time and never leaves less than two runes, so 腰です stays.
// It is idempotent, and Bare(Fold(s)) is Bare(s). It is a key to look a text up among the
// words that staff wrote, once Fold has not found it; it is nothing to show.
func Bare(s string) string {
	t := Fold(s)
	if utf8.RuneCountInString(t) > maxBare {
		return t
	}
	for {
		rest, ok := barer(t)
		if !ok {
			return t
		}
		t = rest
	}
}

// barer takes one step: t gets shorter, or ends in る instead of て, or in 電話ください.
func barer(t string) (string, bool) {
	for _, step := range [...]func(string) (string, bool){cutEnding, cutParticle, plainVerb, cutBeginning, cutHonour, dropObject} {
		if rest, ok := step(t); ok && enough(rest) {
			return rest, true
		}
	}
	return t, false
}

func enough(t string) bool { return utf8.RuneCountInString(t) >= 2 }

// edge is something to cut off, with what must stand next to it and stays.
type edge struct{ stays, cut string }

// endings: before | stands what must precede and stays. Verbs stand here as plainVerb
// leaves them: もらえますか comes as もらえる.
var endings = edges(`
です です|か ます|か でしょうか でしょう です|が ます|が たい|が だ|が すみません|が すいません|が けど けども けれど けれども
たいん|だ ないん|だ るん|だ なん|だ たいの|だ いや|だ なの なん
いたします 致します よろしく 宜しく ございます ございました
たい|と思います たい|とおもいます たい|と思っています たい|と思ってます たい|と思う にします にする 希望 が希望
できる ができる はできる 出来る が出来る は出来る
何 って何 とは何 は何 ってなに とはなに はなに ってなん とはなん はなん ってなんです とはなんです はなんです
ってどういうこと とはどういうこと ってどういうもの とはどういうもの ってどんなもの とはどんなもの ってどういう意味 とはどういう意味
について に関して にかんして のこと 教えて おしえて 知りたい しりたい が知りたい がしりたい 知る について|しる について|聞く について|きく のこと|聞く
`)

// requests: as endings.
var requests = edges(`
ください 下さい くださいませ ちょうだい 頂戴 ほしい 欲しい がほしい が欲しい お願い おねがい 御願い
もらえる もらえませんか もらえないですか もらえないでしょうか もらいたい いただける いただけませんか いただけないですか いただけないでしょうか いただきたい
頂ける 頂けませんか 頂けないでしょうか 頂きたい て|くれる て|くれ て|くれませんか て|くれないですか
いただけると助かります いただけると嬉しいです もらえると助かります
`)

// beginnings of a request; said before いい or 無理 they are no padding.
var beginnings = edges(`
あの あのう あのお えっと えと ええと ええっと すみません すみませんが すいません すいませんが ちょっと もう やっぱり やっぱ やはり
じゃあ それでは とりあえず できれば よかったら 恐れ入りますが おそれいりますが 申し訳ありませんが お手数ですが ごめんなさい
こんにちは こんばんは おはようございます はじめまして お世話になります お世話になっております いつもお世話になっております
`)

// edges lists the longest first.
func edges(list string) (all []edge) {
	for _, w := range strings.Fields(list) {
		stays, cut, found := strings.Cut(w, "|")
		if !found {
			stays, cut = "", w
		}
		all = append(all, edge{stays, cut})
	}
	slices.SortStableFunc(all, func(a, b edge) int { return cmp.Compare(len(b.stays+b.cut), len(a.stays+a.cut)) })
	return all
}

// requestsAt and endingsAt are those that end in a rune.
var requestsAt, endingsAt = byLast(requests), byLast(endings)

func byLast(list []edge) map[rune][]edge {
	at := map[rune][]edge{}
	for _, e := range list {
		r := last(e.cut)
		at[r] = append(at[r], e)
	}
	return at
}

func cutEnding(t string) (string, bool) {
	end := last(t)
	for _, e := range requestsAt[end] {
		if rest, ok := strings.CutSuffix(t, e.cut); ok && strings.HasSuffix(rest, e.stays) && enough(rest) {
			if called, ok := callMe(rest); ok {
				return called, called != t
			}
			return rest, true
		}
	}
	for _, e := range endingsAt[end] {
		if rest, ok := strings.CutSuffix(t, e.cut); ok && strings.HasSuffix(rest, e.stays) && enough(rest) {
			return rest, true
		}
	}
	if rest, ok := strings.CutSuffix(t, "する"); ok && enough(rest) && !endsIn(rest, "こさがにと") { // こする, さする, 音がする
		return rest, true
	}
	if rest, ok := strings.CutSuffix(t, "だ"); ok && unicode.Is(unicode.Han, last(rest)) { // not まだ, からだ
		return rest, true
	}
	if rest, ok := strings.CutSuffix(t, "とは"); ok && enough(rest) && !endsIn(rest, "あこひお") { // このあとは
		return rest, true
	}
	return t, false
}

// callMe: 電話ください wants to be called, 電話したい wants to call; what precedes the request
// tells them apart.
func callMe(t string) (string, bool) {
	t = strings.TrimSuffix(strings.TrimSuffix(t, "を"), "が")
	return t + "ください", endsWith(t, "電話", "でんわ")
}

// cutParticle takes a particle off where it can be nothing else: でんわ, うで, からだ,
// 何時まで, なんで and がん keep their ends.
func cutParticle(t string) (string, bool) {
	for _, p := range [...]string{"かなあ", "かなぁ", "かな", "かね", "ねえ", "ねぇ", "よ", "ね", "わ"} {
		if rest, ok := strings.CutSuffix(t, p); ok && enough(rest) {
			return rest, endsIn(rest, "るいただうくすつぬむぶぐてよ") || unicode.Is(unicode.Han, last(rest)) || p == "わ" && (rest == "こんにち" || rest == "こんばん")
		}
	}
	rest, end := cutLast(t)
	switch end {
	case 'の':
		return rest, endsIn(rest, "るいたうくすつぬむぶぐ")
	case 'ん':
		return rest, endsWith(rest, "たい", "ない", "つらい", "しい", "痛い", "る", "った", "した")
	case 'は':
		return rest, true
	case 'で':
		return rest, strings.HasSuffix(rest, "ない") || !endsIn(rest, "まんいう")
	}
	return t, false
}

func cutBeginning(t string) (string, bool) {
	for _, b := range beginnings {
		rest, ok := strings.CutPrefix(t, b.cut)
		if !ok || !enough(rest) || startsWith(rest, "いい", "よい", "良い", "結構", "けっこう", "だめ", "無理", "むり") {
			continue
		}
		if b.cut == "もう" && startsWith(rest, "一", "いち", "いっ", "ひと", "少し", "すこし") {
			continue // もう一度
		}
		return rest, true
	}
	return t, false
}

// cutHonour takes the お of お電話 and the ご of ご予約.
func cutHonour(t string) (string, bool) {
	rest, ok := strings.CutPrefix(t, "お")
	if !ok {
		rest, ok = strings.CutPrefix(t, "ご")
	}
	first, _ := utf8.DecodeRuneInString(rest)
	return rest, ok && first != '願' && unicode.Is(unicode.Han, first)
}

// dropObject: メニューを見る is typed as メニュー見る as often.
func dropObject(t string) (string, bool) {
	if !strings.Contains(t, "を") {
		return t, false
	}
	return Fold(strings.ReplaceAll(t, "を", "")), true
}

func last(t string) rune {
	r, _ := utf8.DecodeLastRuneInString(t)
	return r
}

func cutLast(t string) (rest string, end rune) {
	end, n := utf8.DecodeLastRuneInString(t)
	return t[:len(t)-n], end
}

// endsIn: the last rune of t is one of set.
func endsIn(t, set string) bool { return t != "" && strings.ContainsRune(set, last(t)) }

func endsWith(t string, ends ...string) bool {
	return slices.ContainsFunc(ends, func(e string) bool { return strings.HasSuffix(t, e) })
}

func startsWith(t string, starts ...string) bool {
	return slices.ContainsFunc(starts, func(b string) bool { return strings.HasPrefix(t, b) })
}
