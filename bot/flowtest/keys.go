package flowtest

import (
	"fmt"

	"hogushi/bot/schema"
)

// This file lists every key of a file of conversation tests, and makes of them what editors
// know of it. What a test meets in the flows is for those who run it.

var fileKeys = schema.Map{
	schema.May("facts", schema.To("facts"), "どのテストにも使う院の情報。`config/clinic.yaml` の値の代わりになります", "facts: {clinic.prp.price: \"55,000円（税込）\"}"),
	schema.May("now", dayForm, "どのテストも、この日（この時刻）に始まります（なければ2026年11月24日の朝10時）", "now: 2026-12-01 09:00"),
	schema.Must("tests", schema.List(schema.Object(testKeys).Titled("会話テスト"), 1, 0), "会話テストを並べます", "tests:\n  - test: 費用をたずねる\n    talk:\n      - {send: いくらですか, at: prp/fee}"),
}

var testKeys = schema.Map{
	schema.Must("test", schema.Text, "テストの名前。何を確かめるのか", "- test: 費用をたずねて、連絡へ進む"),
	schema.May("facts", schema.To("facts"), "このテストだけの院の情報。空なら、まだ書かれていないこと", "facts: {clinic.phone_hours: 平日 9時〜18時, clinic.area: }"),
	schema.May("now", dayForm, "このテストが始まる日（時刻）", "now: 2026-12-01"),
	schema.May("greeted", schema.Bool, "`false`：前からの友だちで、まだあいさつをしていない", "greeted: false"),
	schema.May("unknown", schema.OneOf(unknownWords), "わからない言葉が届いたときに、どうするか", "unknown: quiet"),
	schema.Must("talk", talkForm, "会話。起きることと、返事にあるはずのことを、順に並べます", "talk:\n  - send: いくらですか\n    at: prp/fee\n    says: [こちらではまだご案内できません]"),
}

// wanted is what a line can expect.
var wanted = []string{"at", "says", "not", "choices", "lead", "silent"}

var lineKeys = schema.Map{
	schema.May("after", spelt(`^(?:[0-9０-９]{1,4}(?:秒|分|時間|日|週間))+後$`, "時間は「30秒後」「10分後」「24時間後」「3日後」のように書きます。"), "前の行から、これだけたってから（なければ4秒後）", "after: 24時間後"),
	schema.May("send", schema.Text, "患者さんが打つ言葉", "send: PRPはいくらかかりますか"),
	schema.May("tap", schema.Any(schema.Text, pairForm(schema.Text)), "いま出ているボタンを押す。カードのボタンは `カードの題: ボタン` とも", "tap: 連絡を希望する"),
	schema.May("old", schema.Text, "前の返事のボタンを押す", "old: メニューを見る"),
	schema.May("visit", schema.To("target"), "このステップへ進むボタンを押したことにする", "visit: prp/effect"),
	schema.May("pick", pairForm(schema.Text), "日付や時刻のボタンで選ぶ", "pick: {日付を選ぶ: 2026-12-01}"),
	schema.May("event", schema.OneOf(eventWords), "ほかの出来事", "event: photo"),
	schema.May("staff", schema.OneOf(staffWords), "職員の側で起きること", "staff: 対応する"),
	schema.May("at", schema.To("target"), "そのあと、患者さんがいるステップ", "at: prp/fee"),
	schema.May("says", schema.SomeTexts(schema.Text), "返事にあるはずの言葉。この順に", "says: [費用や、採血・検査にかかる費用]"),
	schema.May("not", schema.SomeTexts(schema.Text), "返事にあってはいけない言葉", "not: 円です"),
	schema.May("choices", schema.Any(schema.Table(schema.Schema{}, schema.To("target")), schema.List(schema.Any(schema.Text, pairForm(schema.To("target"))), 0, 0)),
		"返事に出るボタン。この順に、これで全部。`ボタン: 行き先` と書けば、行き先も確かめます。ないときは `[]`", "choices:\n  電話する: \"tel:{{clinic.phone}}\"\n  メニューを見る: menu/start"),
	schema.May("lead", schema.Any(schema.OneOf(leadWords), schema.To("lead")), "クリニックに届く内容。`項目: 値` で、これで全部", "lead: {name: 検査 花子, phone: 090-1234-5678}"),
	schema.May("silent", schema.Schema{Const: true, Wrong: "「silent: true」と書きます。"}, "返事をしない", "silent: true"),
}

var unknownWords = schema.Words{
	{"answer", "わからなかったことと、メニューを伝える（何も書かないときと同じ）"},
	{"quiet", "何も返さない（職員がチャットで返事をする）"},
}

var eventWords = schema.Words{
	{"fault", "こちらの不具合"}, {"file", "ファイルが届いた"}, {"follow", "友だち追加をした"}, {"photo", "写真が届いた"}, {"place", "位置情報が届いた"}, {"sticker", "スタンプが届いた"},
	{"unblock", "ブロックを解除した"}, {"unfollow", "ブロックした"}, {"unsend", "送信を取り消した"}, {"video", "動画が届いた"}, {"voice", "音声が届いた"},
}

var staffWords = schema.Words{
	{staffTakes, "担当者が、この方のご連絡に対応しはじめた"}, {staffFinishes, "対応が済んだ"}, {staffLeaves, "担当者が、チャットでの返事を終えた"},
	{sinksDown, "いまクリニックに届けられない"}, {sinksUp, "また届けられる"}, {stepGone, "いま患者さんがいるステップがなくなった"}, {consentReworded, "同意の文が新しくなった"},
}

var leadWords = schema.Words{{leadNone, "届くものはない"}, {leadWithdrawn, "取り下げられた"}}

var (
	dayForm  = spelt(`^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?: (?:[01]\d|2[0-3]):[0-5]\d)?$`, "「2026-12-01」か「2026-12-01 09:00」の形で書きます。")
	talkForm = func() schema.Schema {
		s := schema.List(lineForm(), 1, 0)
		expecting := schema.Needing("", wanted...)
		s.Contains, s.Wrong = &expecting, "このテストは、何も確かめていません。「at:」や「says:」を書いてください。"
		return s
	}()
)

// spelt is a text of a form that no number has.
func spelt(pattern, wrong string) schema.Schema {
	return schema.Schema{Type: schema.Types{"string"}, Pattern: pattern, Wrong: wrong}
}

// pairForm is a map of one.
func pairForm(value schema.Schema) schema.Schema {
	return schema.Schema{Type: schema.Types{"object"}, Others: value, MinProperties: 1, MaxProperties: 1}
}

func lineForm() schema.Schema {
	var rules []schema.Schema
	for v := send; v < staff; v++ {
		rules = append(rules, schema.If(schema.Having(verbNames[v]), schema.Without(fmt.Sprintf("「%s:」と同じ行には書けません。行を分けてください。", verbNames[v]), verbNames[v+1:]...)))
	}
	s := schema.Object(lineKeys, rules...).Titled("会話の行")
	s.MinProperties = 1
	return s
}

// Schema describes a file of tests, with the names that are known: where a conversation can
// stand, the fields, the clinic's facts.
func Schema(targets, fields, facts schema.Words) schema.Schema {
	s := schema.Object(fileKeys).Titled("会話テスト")
	var set, lead schema.Map
	set = append(set, schema.May("all", schema.OneOf(schema.Words{{"unset", "どれも、まだ書かれていない（名前と電話番号のほか）"}}), "院の情報を、まとめて空にします", "all: unset"))
	for _, f := range facts {
		set = append(set, schema.May(f.Name(), schema.Maybe, f[1], ""))
	}
	for _, f := range fields {
		lead = append(lead, schema.May(f.Name(), schema.Text, f[1], ""))
	}
	put, held := schema.Object(set), schema.Object(lead)
	put.Others, held.Others = schema.Maybe, schema.Text
	target := schema.Offered(targets, schema.Text)
	s.Defs = schema.Properties{{Name: "facts", Schema: &put}, {Name: "lead", Schema: &held}, {Name: "target", Schema: &target}}
	return s
}
