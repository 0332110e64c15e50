package text

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// words makes the alternatives of a pattern out of a list.
func words(list string) string { return `(?:` + strings.Join(strings.Fields(list), "|") + `)` }

// Stems of everyday adjectives. Those that a surname in kana is made of are not here: ながい,
// あさい, たかい, わかい, あつい. いたい is 板井 too, but not first of all where pain is the subject.
var adjectiveStem = words(`つら しんど こわ くるし いた さびし さみし かなし うれし たのし ねむ だる きつ ひど はずかし くやし むずかし
	めんどくさ めんどうくさ うるさ やば すご うざ かゆ いそがし ほし おそろし
	[痛怖恐辛眠怠重寒暑熱酷悪遅早弱軽高安暗臭汚痒多良] [苦寂淋悲嬉楽忙悔難厳欲激]し 恥ずかし 恐ろし 少な 危な 面倒くさ 気持ち悪 気持ちわる`)

// Stems of everyday verbs in -ru, in kana. たえ and きえ are names, but not before たい or ない.
var (
	ruStem   = words(`やめ つかれ わすれ まちがえ かんがえ きめ たすけ ねむれ うごけ あるけ でき たえ たえられ きえ たべ あきらめ おぼえ こたえ つづけ`)
	wishKana = words(`しに きえ やめ かえり やすみ ねむり なおし なおり なり いき し きき はなし ねて ね あい しり よくなり らくになり`)
	noStem   = words(`わから わかん しら いら なおら ねむれ ねれ うごけ あるけ がまんでき でき しんじられ たえられ いえ いわ いか やら し とれ きか なら もうすこし かまわ`)
)

var (
	speechTail = `(?:よ|ね|な|わ|の|ん|んだ|なあ|なぁ|よね|から|ので|けど)?$`

	// The whole text is one adjective or verb.
	speechAdjective = regexp.MustCompile(`^` + adjectiveStem + `(?:い|かった|くて|くない|くなかった|くなる|くなった|くなってきた|すぎる)` + speechTail)
	speechVerb      = regexp.MustCompile(`^(?:らくに|よく)?(?:` + ruStem + `(?:ました|てる|ている|てます|ちゃった|てしまった|られない)|` +
		wishKana + `(?:たい|たくない|たくなる|たくなった)|` + noStem + `(?:ない|なかった)|` +
		`(?:つかれ|わすれ|まちがえ|あきらめ)(?:た|ます)|やめ(?:て|た)|しにそう|のん(?:だ|じゃった|でしまった)|ちが(?:う|います|った|いました|い)|(?:まよ|こま)っ(?:た|てる|てます|ています)|い(?:りません|らん))` + speechTail)
	// A wish or a refusal behind a kanji: 楽になりたい, 我慢できない; but 矢ない, 林けいたいちろう.
	speechWish = regexp.MustCompile(`\p{Han}\p{Hiragana}{0,5}[いきしちにみりびぎえけせてねめれげべ]たい` + speechTail + `|\p{Han}\p{Hiragana}{1,6}な(?:い|かった)` + speechTail)
	// An object with its verb: 薬を飲んだ; but 詩を里, 千を.
	speechObject = regexp.MustCompile(`を\p{Han}+\p{Hiragana}*[るすくぐむぶぬつうただてい]$`)
	// Helping verbs before ます: しておきます, またにします; but 山田ます, すずきます.
	speechPolite = regexp.MustCompile(`(?:[てで](?:おき|もらい|いただき|しまい|おり|み)|\p{Han}にし|^(?:また|これ|それ|あれ|こっち|そっち|あと|やめ|なし)にし|でき|出来|やめ)(?:ます|ました)|[てで]おく$|^(?:また|これ|それ|あと|なし)にする$`)
	// Verbs known by a kanji and what follows it. 治 needs more: 宇治りか.
	speechKanji = regexp.MustCompile(words(`[飲呑][んみむまめ] 死[にんぬな] 消え 耐え 疲れ 我慢 限界 忘れ 間違 辞め 帰[りるろっ] 休[みむんま] 眠[れりるく] 治(?:らな|りた|りま|した|った|って|ら$)
		待[っち] 考え 決め 迷[っいう] 悩[んみむ] 吐[いきく] 食べ 倒れ 違[いうえっ] 遅れ 断り 終わ[りるっ] 終り やり直 同じ 初めて 始めて 名無し? 結構 後で 後ほど 後日 次回 諦め 助かり`) +
		`|^(?:今回|今度|今日|明日|別の日)[はにでも]|^(?:多|少な|早|遅)めに|[はもで]大丈夫|今すぐ(?:$|[^る])|が[出止続来起]\p{Hiragana}*[るた]$|[てで](?:ほしい|欲しい)$|^自分[でのは]|[ぁ-ん]のが?` + adjectiveStem + `い$|^いたくて`)
	// What one suffers from and what is done about it.
	speechIllness = regexp.MustCompile(`[症病癌]|[節髄膜鞘囲肩腸肺]炎|ヘルニア|へるにあ|リウマチ|しびれ|痺れ|骨折|捻挫|打撲|狭窄|疱疹|[四五]十肩|ぎっくり|手術|注射|点滴|麻酔`)
	// 娘, 患者本人, 母親本人; but 孫.
	speechRelation = regexp.MustCompile(`^(?:` + relations + `の?)*` + relations + `$`)
)

// speechWords are as notNames, and may stand behind one of speechLead.
var speechWords = func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(`大丈夫 だいじょうぶ 結構 けっこう いい 良い よい 十分 充分 じゅうぶん 不要 必要 終わり おわり 終り やり直し やりなおし 限界 げんかい 同じ おなじ おんなじ 同上 上と同じ 前と同じ
はじめて 初めて 今すぐ いますぐ すぐ すぐに のちほど 後ほど あとに また 名無し ななし 名なし 名無しの権兵衛 ななしのごんべえ 無名 ああ うーーん 楽 らく 不安 心配 平気 へいき ばか 最悪 疑問 適当 てきとう 仮 未定 省略 同左 別人 他人
やだ 嫌だ 別に 無記名 無題 もう一回 一回 もういちど まちがい 間違い 友達 友だち ともだち 彼女 彼氏 彼 僕 俺 様子見 うう しぬ もう書いた 書いた 送った 言った`) {
		m[Fold(w)] = true
	}
	return m
}()

// speechLead stand before a word of speech: もう限界. The rest alone decides, so もうり,
// またよし and ちょっと stay what they are.
var speechLead = [...]string{"もう", "今は", "いまは", "今のところ", "今回は", "今日は", "やっぱり", "やっぱ", "やはり", "とりあえず", "別に", "また", "まだ", "とても", "すごく", "めっちゃ", "かなり", "本当に", "ほんとに", "ほんとうに", "ちょっと", "少し", "すこし", "多分", "たぶん", "それで", "これで", "じゃあ", "はい", "いえ", "いや"}

// speech: t is a wish, a refusal, a complaint or a word of the talk about them.
func speech(t string) bool {
	if t != "孫" && speechRelation.MatchString(t) || tapped(t) {
		return true
	}
	for _, re := range [...]*regexp.Regexp{speechWish, speechObject, speechPolite, speechKanji, speechIllness} {
		if re.MatchString(t) {
			return true
		}
	}
	rest := strings.ReplaceAll(t, "、", "")
	for range 3 {
		f := Fold(rest)
		if speechWords[f] || rest != t && notNames[f] || speechAdjective.MatchString(rest) || speechVerb.MatchString(rest) {
			return true
		}
		was := rest
		for _, lead := range speechLead {
			if r, ok := strings.CutPrefix(rest, lead); ok && r != "" {
				rest = strings.TrimSpace(r)
				break
			}
		}
		if rest == was {
			return false
		}
	}
	return false
}

// tapped: one kana or Latin letter three to twenty times: あああ. What is longer is no slip of
// the finger, and left to the limits of Name.
func tapped(t string) bool {
	first, _ := utf8.DecodeRuneInString(t)
	n := utf8.RuneCountInString(t)
	return n >= 3 && n <= 20 && unicode.In(first, unicode.Hiragana, unicode.Katakana, unicode.Latin) && strings.Trim(t, string(first)) == ""
}
