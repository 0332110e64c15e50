package text

import (
	"strings"
	"unicode"
)

// plainVerb brings a verb at the end of a folded text into its dictionary form: the polite
// form (戻ります), the wish (戻りたい) and the request (戻って); the polite past (戻りました)
// into the plain one (戻った). する goes wholly: 予約します is 予約.
//
// The ending tells the verb's class, but for three things that need a list: the verbs in
// -iru (起きます), those of one kanji (見ます) and the って form (戻って, 待って, 言って). A verb
// that is not listed there and the んで form stay as they are typed, as does what only looks
// like a verb: いたい, つめたい, 慢性痛みたい, はじめて, どうして.
func plainVerb(t string) (string, bool) {
	if stem, ok := strings.CutSuffix(t, "ました"); ok {
		return pastVerb(stem)
	}
	if stem, ok := strings.CutSuffix(t, "ます"); ok {
		return dictionaryVerb(stem)
	}
	if stem, ok := strings.CutSuffix(t, "たい"); ok && wishStem(stem) {
		return dictionaryVerb(stem)
	}
	if stem, ok := strings.CutSuffix(t, "て"); ok {
		return requestVerb(stem)
	}
	if stem, ok := strings.CutSuffix(t, "いる"); ok && endsIn(stem, "てで") { // 続いている, 続いてる
		return stem + "る", true
	}
	return t, false
}

const (
	oneKanji = "見観診看出寝着来" // the stem is this kanji alone
	eRow     = "えけげせぜてでねべぺめれ"
	uVerbs   = "会合買言使払思習通伺" // …う
	muVerbs  = "読飲休頼住込進組"   // …む
)

// iStems are stems in -i of verbs in -iru.
var iStems = [...]string{"起き", "おき", "でき", "出来", "生き", "過ぎ", "すぎ", "落ち", "降り", "借り", "足り", "閉じ", "感じ", "信じ", "伸び", "浴び"}

// irregular stems, with the dictionary form and the past of what they stand for.
var irregular = [...]struct{ stem, plain, past string }{
	{"なさい", "なさる", "なさった"}, {"ださい", "ださる", "ださった"}, {"しゃい", "しゃる", "しゃった"},
	{"ておき", "ておく", "ておいた"}, {"てい", "てる", "てた"}, {"でい", "でる", "でた"}, {"てき", "てくる", "てきた"},
	{"がい", "がいる", "がいた"}, {"はい", "はいる", "はいた"}, {"にい", "にいる", "にいた"},
	{"てみ", "てみる", "てみた"}, {"でみ", "でみる", "でみた"}, {"をみ", "をみる", "をみた"}, {"行き", "行く", "行った"},
}

// vowelStem: the dictionary form is the stem and る.
func vowelStem(stem string) bool {
	return endsIn(stem, eRow+oneKanji) || endsWith(stem, iStems[:]...)
}

func dictionaryVerb(stem string) (string, bool) {
	for _, i := range irregular {
		if head, ok := strings.CutSuffix(stem, i.stem); ok {
			return head + i.plain, true
		}
	}
	if vowelStem(stem) {
		return stem + "る", true
	}
	head, end := cutLast(stem)
	if end == 'し' {
		return doVerb(head)
	}
	if i := strings.IndexRune("いきぎちにびみり", end); i >= 0 {
		return head + "うくぐつぬぶむる"[i:i+3], true
	}
	return "", false
}

func pastVerb(stem string) (string, bool) {
	for _, i := range irregular {
		if head, ok := strings.CutSuffix(stem, i.stem); ok {
			return head + i.past, true
		}
	}
	head, end := cutLast(stem)
	switch {
	case vowelStem(stem), end == 'し':
		return stem + "た", true
	case end == 'い', end == 'ち', end == 'り':
		return head + "った", true
	case end == 'に', end == 'び', end == 'み':
		return head + "んだ", true
	case end == 'き':
		return head + "いた", true
	case end == 'ぎ':
		return head + "いだ", true
	}
	return "", false
}

// doVerb reads what stands before し: a verb in す (治し, 取り消し, 動かし), or a noun with する.
func doVerb(head string) (string, bool) {
	if endsWith(head, "どう", "こう", "そう", "そ", "と", "に", "が", "ま") {
		return "", false // どうして, として, 音がして
	}
	if endsWith(head, "もど", "なお", "はな") {
		return head + "す", true
	}
	before, end := cutLast(head)
	han := unicode.Is(unicode.Han, last(before))
	if unicode.Is(unicode.Han, end) && !han || han && strings.ContainsRune("かさたなばらわこごどのほぼもろ", end) {
		return head + "す", true
	}
	return strings.TrimSuffix(head, "を"), true
}

// wishStem: stem and たい are a wish, not いたい, つめたい or みたい.
func wishStem(stem string) bool {
	before, end := cutLast(stem)
	switch {
	case endsWith(stem, "つめ", "めで", "ろめ"):
		return false
	case end == 'い':
		return endsIn(before, uVerbs) || endsWith(before, "もら", "つか", "なら", "かよ", "うかが")
	case end == 'み':
		return endsIn(before, muVerbs+"てでを")
	}
	return true
}

// teVerbs: the kanji before って, and the dictionary ending.
var teVerbs = func() map[rune]string {
	m := map[rune]string{'行': "く"}
	for ending, kanji := range map[string]string{"る": "戻送帰取撮乗作切入", "つ": "待持", "う": uVerbs} {
		for _, r := range kanji {
			m[r] = ending
		}
	}
	return m
}()

// requestVerb reads what stands before て.
func requestVerb(stem string) (string, bool) {
	head, end := cutLast(stem)
	switch {
	case endsWith(stem, "はじめ", "初め", "すべ", "せめ"):
		return "", false
	case end == 'し':
		if called, ok := callMe(head); ok {
			return called, true
		}
		return doVerb(head)
	case endsWith(stem, "電話をかけ", "電話かけ"):
		return callMe(strings.TrimSuffix(stem, "かけ"))
	case vowelStem(stem):
		return stem + "る", true
	case strings.HasSuffix(stem, "てき"):
		return head + "くる", true
	case endsWith(stem, "てみ", "でみ", "をみ"):
		return stem + "る", true
	case end == 'い' && unicode.Is(unicode.Han, last(head)):
		return head + "く", true
	case end == 'っ':
		before, r := cutLast(head)
		if ending, ok := teVerbs[r]; ok {
			return head + ending, true
		}
		if endsWith(head, "もど", "おく") {
			return head + "る", true
		}
		// 慢性痛って, PRPって: no verb, but "what about".
		return head, r < 0x80 || unicode.Is(unicode.Han, r) && unicode.Is(unicode.Han, last(before))
	}
	return "", false
}
