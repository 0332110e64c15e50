package understand

import "strings"

// endings are the forms of "not" and "no longer" after a verb, and a few words, that many cues share. In the tables
// @name stands for the choice. Patients write as they speak: 関西 (〜へん, 〜ひん), 東北 (〜ね, 〜ねぐ), 九州 (〜ん, 〜きらん).
var endings = map[string]string{
	// after 歩け, でき, 吸え: cannot
	"nai": `{な|ませ|まへん|ん|へん|えへん|ひん|ず|ね|らん|よらん|とらん|やせん|れへん}`,
	// after 歩け, 立て, 動か: no longer can or does
	"naku": `{なく|なぐ|へんように|へんよう|へんく|へん|ひんように|ひんく|ひん|んように|んく|んごと|んごつ|ん|ねぐ|ねく|ねえぐ|ないように|ぬように|のう|れへんように|れへんく|れへん|れんように|れんく}{なっ|なり|なた}`,
	// 出: does not come out
	"denai": `{出な|出ませ|出まへん|出ん|出へん|出えへん|出ず|出ね|出らん|出よらん|出やん|でない|でなく|でなか|でませ|でへん|でえへん|でね|でんく|出せな|出せませ|出せん|出せへん|だせな|だせませ|だせん}`,
	// 出: comes with trouble
	"denikui": `{出にく|出づら|出ずら|出がたい|出が悪|出がわる|でにく|でづら|でが悪|でがわる}`,
	// 力: does not go in
	"hairanai": `{入らな|入らん|入らへ|入らず|入らね|入りませ|入りまへん|入りにく|入りづら|入んな|入んね|入れられな|入れられま|はいらな|はいらん|はいらへ|はいらず|はいらね|はいりませ|はいりにく|はいりづら|はいんな|はいんね|へえんね|へえらん|へらね|へえね|出な|出ませ|出ん|出へん|でない|でませ|抜ける|抜けて|抜けた|ぬける|ぬけて|なくなっ}`,
	// not to notice
	"unaware": `{わから|分から|判ら|解ら|わかりませ|分かりませ|わかれへん|感じな|感じませ|感じん|気づか|気付か|気がつか|気が付か|鈍|にぶ}`,
	// medicine swallowed: done, not a habit (「飲んでいます」)
	"taken": `{飲んだ|飲んじゃ|飲んぢゃ|飲んでしま|飲んでしも|飲んでもた|飲んでもうた|飲んでまった|飲みました|のんだ|のんじゃ|のんぢゃ|のんでしま|のんでしも|のんでもた|のんでもうた|のんでまった|のみました|服用した|服用しました|服用してしま|服用しちゃ|流し込ん|流しこん|がぶ飲み|口に入れた|口に入れまし|口に放|口に入れちゃ}`,
	"urine": `{尿|にょう|小水|おしっこ|しっこ|おしこっ|小便|しょんべん|しょうべん}`,
	"stool": `{便|うんち|うんこ|うんこち|大便|お通じ}`,
	"kin":   `{母|父|祖母|祖父|夫|妻|主人|旦那|息子|娘|子|子ども|子供|こども|孫|兄|姉|弟|妹|家族|親}`,
}

// spell puts the endings in place of their names.
func spell(alt string) string {
	for {
		head, rest, found := strings.Cut(alt, "@")
		if !found {
			return alt
		}
		n := 0
		for n < len(rest) && isLatin(rune(rest[n])) {
			n++
		}
		choice, ok := endings[rest[:n]]
		if !ok {
			panic("guard: unknown ending " + rest[:n])
		}
		alt = head + choice + rest[n:]
	}
}

// voiced is a northern reading of a spelling: k and t within a word become g and d (「いきでき」 → 「いぎでぎ」).
// It says whether there is any; short spellings have none, they would hide in other words.
func voiced(cells []cell) bool {
	if len(cells) < 3 {
		return false
	}
	changed := false
	for i := 1; i < len(cells); i++ {
		switch r := cells[i].rune(); r {
		case 'か', 'き', 'く', 'け', 'こ', 'た', 'て', 'と':
			if p := cells[i-1].rune(); p != 'つ' && p != 'ん' {
				cells[i]++ // the next rune
				changed = true
			}
		}
	}
	return changed
}
