package text

import (
	"strings"
	"unicode/utf8"
)

// YesNo reads consent or refusal. Every part of the text must be understood and all parts
// must agree; words that go with both (大丈夫です, いいです, ありがとう) only accompany a clear
// one. A question mark, a hesitation (うーん, そうですね) or a contradiction (はい、結構です)
// is not ok.
func YesNo(s string) (yes, ok bool) {
	s = Clean(s)
	if utf8.RuneCountInString(s) > 60 || strings.ContainsAny(s, "?？⁉❓❔⁇⁈") {
		return false, false
	}
	votes := [2]int{} // for no, for yes
	var words strings.Builder
	for _, r := range s {
		switch sign(r) {
		case yesWord:
			votes[1]++
			words.WriteByte(' ')
		case noWord:
			votes[0]++
			words.WriteByte(' ')
		default:
			if pictograph(r) || selector(r) || r == '\u200D' {
				r = ' '
			}
			words.WriteRune(r)
		}
	}
	for _, w := range strings.FieldsFunc(phrases.Replace(lower(words.String())), pauses) {
		switch readWord(w) {
		case yesWord:
			votes[1]++
		case noWord:
			votes[0]++
		case eitherWord:
		default:
			return false, false
		}
	}
	if votes[0] > 0 == (votes[1] > 0) {
		return false, false
	}
	return votes[1] > 0, true
}

// phrases are English ones of several words.
var phrases = strings.NewReplacer("do not agree", "disagree", "don't agree", "disagree", "don’t agree", "disagree", "not correct", "wrong", "no thank you", "no", "no thanks", "no",
	"i don't", "no", "i do not", "no", "i do", "yes")

type vote int

const (
	unknownWord vote = iota
	yesWord
	noWord
	eitherWord // goes with both
	unsureWord // looks like one of them, and isn't
)

func sign(r rune) vote {
	switch r {
	case '○', '◯', '〇', '◎', '⭕', '👍', '👌', '🙆', '✅', '✔', '☑', '🆗', '💮':
		return yesWord
	case '×', '✕', '✖', '❌', '✗', '✘', '☓', '👎', '🙅', '🆖':
		return noWord
	}
	return unknownWord
}

func pauses(r rune) bool {
	return strings.ContainsRune(" \u3000\n、。,.!・…\"'「」『』()：:;♪", r)
}

// longMarks writes everything typed for ー as one ー.
func longMarks(w string) string {
	var b strings.Builder
	was := rune(0)
	for _, r := range w {
		if dash(r) {
			r = 'ー'
			if was == 'ー' {
				continue
			}
		}
		was = r
		b.WriteRune(r)
	}
	return b.String()
}

// readWord looks w up as it is, then without the particles and long vowels at its end,
// then as はい or いいえ with more behind it, then as a word said twice.
func readWord(w string) vote {
	w = longMarks(w)
	if v := answers[w]; v != unknownWord {
		return v
	}
	w = strings.TrimRight(w, "ーっ")
	if w == "" {
		return unsureWord
	}
	if v := answers[w]; v != unknownWord {
		return v
	}
	for _, particle := range [...]string{"ですよ", "だよ", "です", "よ", "ね", "わ", "な"} {
		if rest, ok := strings.CutSuffix(w, particle); ok && answers[rest] != unknownWord {
			return answers[rest]
		}
	}
	for _, head := range [...]string{"はい", "いいえ", "うん", "ええ"} {
		if rest, ok := strings.CutPrefix(w, head); ok {
			switch v := answers[strings.TrimLeft(rest, "ー")]; v {
			case answers[head], eitherWord:
				return answers[head]
			}
		}
	}
	if half := len(w) / 2; len(w)%2 == 0 && w[:half] == w[half:] && utf8.ValidString(w[:half]) {
		return answers[w[:half]]
	}
	return unknownWord
}

// answers holds words as lower gives them, with ー for every long mark and none at the end
// except where it changes the meaning.
var answers = func() map[string]vote {
	m := map[string]vote{}
	for v, list := range answerLists {
		for _, w := range strings.Fields(list) {
			m[w] = v
		}
	}
	return m
}()

var answerLists = map[vote]string{
	yesWord: `はい はーい はぃ うん ええ そう そうです そうだ そのとおりです その通りです その通り
お願いします お願い お願いいたします お願い致します おねがいします おねがい おねがいいたします 頼みます たのみます
よろしく よろしくお願いします よろしくおねがいします よろしくお願いいたします よろしくお願い致します 宜しくお願いします 宜しくお願い致します
ok okです おk おけ おっけ おっけい おっけーです おーけ おーけい おーけーです 了解 了解です 了解しました りょうかい りょうかいです 承知 承知です 承知しました かしこまりました
わかりました 分かりました わかった 分かった どうい どういします どういする どういです 同意 同意です 同意します 同意する 同意しました 同意いたします 承諾します 賛成です
いいですよ 可 可能です 希望します 希望です 希望 します する しました やります やる あります ある います 必要です 必要 知りたいです
yes y yep yeah yup sure agree agreed accept correct right fine good okay confirm confirmed いえす もちろん もちろんです 勿論 勿論です ぜひ 是非 ぜひお願いします 是非お願いします
正しい 正しいです 合っています 合ってます あっています あってます 合ってる あってる 間違いない 間違いないです 間違いありません まちがいありません まちがいないです
それでお願いします これでお願いします それでいいです これでいいです それで大丈夫です これで大丈夫です 問題ありません 問題ないです まる 丸 hai`,
	noWord: `いいえ いーえ いえ いや いやです いやだ いやいや 嫌 嫌です 嫌だ ううん いいえです
ちがう 違う 違います ちがいます ちがうよ 違いました しません しない やめます やめる やめて やめてください やめておきます やめときます やめておく やめとく
結構です けっこうです 結構 けっこう 遠慮します ご遠慮します 遠慮しておきます 遠慮いたします 要りません いりません 要らない いらない いらないです 要らないです
不要 不要です 必要ない 必要ないです 必要ありません 希望しません 同意しません 同意しない 同意できません 承諾しません 反対です
no n nope nah wrong never の のー のーです のーさんきゅ disagree だめ だめです 駄目 駄目です 無理 無理です むり むりです
ない ないです ありません なし なしです 無し 無い 無いです いません まだです まだ 間違い 間違いです 間違っています 間違ってます まちがっています まちがいです
お断りします おことわりします 断ります ばつ ×です iie`,
	eitherWord: `いい いいです いいよ 良い 良いです よいです 大丈夫 大丈夫です だいじょうぶ だいじょうぶです
ありがとう ありがとうございます 有難うございます どうも すみません すいません すみませんが ごめんなさい 申し訳ありません 今は 今回は
あ えっと えーと えと じゃあ じゃ では それでは 先生 です 今のところ 特に 特には とりあえず
i it that this is all please thanks thank you looks sounds everything to with me`,
	unsureWord: `うーん うんー んー えー ええー あー いやー はー はぁ はあ まあ まー 多分 たぶん おそらく
そうですね そうだね そうね そうかな そうかも そうですか そうなんですか かも かな どうかな わからない 分からない わかりません 分かりません 知りません 考えます 考え中 どちらでも どちらでもいい`,
}
