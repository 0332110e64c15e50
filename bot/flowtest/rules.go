package flowtest

import "hogushi/bot/diag"

func rule(name, ja, en, bad, good string) diag.Rule {
	return diag.Rule{Name: name, Why: diag.Text{JA: ja, EN: en}, Bad: bad, Good: good}
}

func warning(name, ja, en, bad, good string) diag.Rule {
	r := rule(name, ja, en, bad, good)
	r.Severity = diag.Warning
	return r
}

// Rules are what this package reports beside rules of the flow language. An example is the
// talk of a test, or a whole file.
func Rules() []diag.Rule {
	return []diag.Rule{
		rule("test-at", "思ったステップに進まないときは、言葉かボタンの行き先が変わっています。", "the words or the button lead elsewhere now", "- {send: メニュー, at: contact}", "- {send: メニュー, at: menu}"),
		rule("test-says", "なくなっては困る言葉が、返事から消えているか、順番が変わっています。", "words that must not be lost are gone, or stand elsewhere", "- {send: メニュー, says: お選びください}", "- {send: メニュー, says: お知りになりたい}"),
		rule("test-not", "言ってはいけない言葉が、返事に入っています。", "the reply holds words that it must not", "- {send: メニュー, not: 何を}", "- {send: メニュー, not: 大丈夫}"),
		rule("test-choices", "ボタンが足りない、多い、順番が違う、または行き先が違うと、患者さんは思ったところへ進めません。", "a button is missing, out of place, or leads elsewhere", "- {visit: info/fee, choices: {メニューへ: contact}}", "- {visit: info/fee, choices: {メニューへ: menu}}"),
		rule("test-lead", "クリニックに届く内容が、思ったものと違います。", "the clinic would get something else", "- {send: メニュー, lead: 取り下げ}", "- {send: メニュー, lead: なし}"),
		rule("test-silent", "黙っているはずのときに、案内が話しています。", "the bot talks where it should be silent", "- {send: メニュー, silent: true}", "- {event: unfollow, silent: true}"),
		rule("test-tap", "出ていないボタンは、患者さんも押せません。", "what isn't offered can't be tapped", "- {send: メニュー}\n- {tap: 料金のこと, at: info/fee}", "- {send: メニュー}\n- {tap: 費用のこと, at: info/fee}"),
		rule("test-visit", "入力の途中のステップへは、ボタンでは直接進めません。", "no button leads into a form", "- {visit: contact/name, at: contact/name}", "- {visit: contact, at: contact/agree}"),
		rule("test-staff", "受付がないときに「対応する」のような、起こりえないことは試せません。", "what can't happen can't be tested", "- {staff: 対応する, lead: なし}", "- {staff: 届かない, lead: なし}"),
		rule("test-facts", "この院の情報では、フローが読めなくなります。", "the flows can't be compiled with these facts", "tests:\n  - test: 例\n    facts: {clinic.phone: なし}\n    talk: [{send: メニュー, at: menu}]", "tests:\n  - test: 例\n    facts: {clinic.phone: 03-1234-5678}\n    talk: [{send: メニュー, at: menu}]"),
		rule("test-expects-nothing", "何も確かめないテストは、いつも合格します。", "a test that expects nothing always passes", "- send: メニュー", "- send: メニュー\n  at: menu"),
		warning("test-twice", "同じ名前のテストが二つあると、どちらが合わなかったのか、わかりません。", "with two tests of one name nobody knows which has failed", "tests:\n  - {test: 例, talk: [{send: メニュー, at: menu}]}\n  - {test: 例, talk: [{send: 費用, at: info/fee}]}", "tests:\n  - {test: メニュー, talk: [{send: メニュー, at: menu}]}\n  - {test: 費用, talk: [{send: 費用, at: info/fee}]}"),
		rule("test-limit", "多すぎるテストや長すぎる時間は、終わるまで待てません。", "nobody waits for that many, or that long", "- {after: 500日後, at: menu}", "- {send: メニュー, at: menu}\n- {after: 300日後, send: 費用, at: info/fee}"),
		rule("no-tests", "「tests:」がないと、確かめることがありません。", "without tests: there is nothing to run", "tests: []", "tests:\n  - test: 例\n    talk: [{send: メニュー, at: menu}]"),
		rule("two-actions", "一行に二つ書くと、どちらが先か決まりません。", "nobody knows which of them comes first", "- {send: メニュー, tap: 費用のこと, at: menu}", "- {send: メニュー}\n- {tap: 費用のこと, at: info/fee}"),
		rule("empty-line", "何も書いていない行は、書きかけかもしれません。", "an empty line may be unfinished", "- {send: メニュー, at: menu}\n- {}", "- {send: メニュー, at: menu}"),
		rule("duration-form", "時間は、決まった書き方でないと読めません。", "a time has one form", "- {after: 1 day, send: メニュー, at: menu}", "- {after: 1日後, send: メニュー, at: menu}"),
	}
}
