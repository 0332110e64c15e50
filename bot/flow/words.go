package flow

import "hogushi/bot/schema"

// This file lists the words of which one is to be written, with what they mean to staff.

var typeWords = schema.Words{
	Text:      {"text", "自由な文。`max: 100` で文字数（なければ200、最大1000）"},
	Name:      {"name", "40文字までのお名前"},
	Phone:     {"phone", "電話番号。全角やハイフンなしでも受け取り、ハイフンを入れて直します"},
	Mail:      {"mail", "メールアドレス。全角でも受け取ります"},
	Date:      {"date", "日付。「12月3日」「来週の月曜」でも、カレンダーからも。`days` で日を限れます"},
	Time:      {"time", "時刻。「午後3時」「15:30」など"},
	YesNo:     {"yes_no", "はい・いいえ。「うん」「結構です」なども読みます"},
	OneOf:     {"one_of", "`options` の中から一つ"},
	SeveralOf: {"several_of", "`options` の中から、いくつでも"},
}

var showWords = schema.Words{
	ShowAuto:    {"auto", "4個まではボタン、5個からはクイックリプライ（何も書かないときと同じ）"},
	ShowButtons: {"buttons", "消えないボタン。4個まで"},
	ShowQuick:   {"quick", "画面の下のクイックリプライ。次の発言で消え、パソコンでは見えません"},
	ShowConfirm: {"confirm", "横に並ぶ二つのボタン"},
}

var strengthWords = schema.Words{
	Asserted: {"asserted", "言い切ってよい"},
	Known:    {"known", "知られている"},
	Reported: {"reported", "報告がある"},
	Thought:  {"thought", "考えられている"},
	Said:     {"said", "とされている"},
	Expected: {"expected", "期待されている"},
	Possible: {"possible", "かもしれない"},
	Intent:   {"intent", "目ざしている"},
	Data:     {"data", "名前や番号"},
}

var tellWords = schema.Words{
	tellMust:  {"must", "どこかのステップで話す（何も書かないときと同じ）"},
	tellMay:   {"may", "話さなくてもよい"},
	tellNever: {"never", "話してはいけない"},
}

var requestWords = schema.Words{
	{RequestOpen, "受け付けたものがある"},
	{RequestTaken, "担当者が対応している"},
	{RequestMany, "一日の回数を使い切った"},
}

var givenWords = schema.Words{{conditionSet, "答えがある"}, {conditionUnset, "まだない"}}

var handoffWords = schema.Words{{HandoffDown, "いまクリニックに届けられない"}}

// Topics are what an answer can be about.
var Topics = schema.Words{
	{"what", "それは何か"}, {"mechanism", "しくみ、なぜ起こるか"}, {"effect", "効果"}, {"risk", "リスク・副作用"}, {"pain", "痛いかどうか"}, {"fee", "費用"},
	{"sessions", "回数と間隔"}, {"duration", "かかる時間"}, {"downtime", "受けたあとの過ごし方"}, {"insurance", "健康保険"}, {"eligibility", "受けられる方・受けられない方"},
	{"difference", "ほかの治療との違い"}, {"procedure", "流れ、受け方"}, {"evidence", "研究や根拠"}, {"access", "行き方・駐車場"}, {"hours", "診療時間・予約"},
	{"doctors", "医師"}, {"phone", "電話"}, {"referral", "紹介状・ほかの医療機関"}, {"condition", "痛みや病気のこと"}, {"howto", "使い方"}, {"other", "そのほか"},
}

var patternWords = [patternCount]schema.Word{
	Followed:           {"followed", "友だち追加をした"},
	Unblocked:          {"unblocked", "ブロックを解除した"},
	Introduced:         {"introduced", "前からの友だちが、はじめて書いた"},
	Cancelled:          {"cancelled", "入力の途中で「やめる」"},
	NothingToCancel:    {"nothing-to-cancel", "途中のものがないのに「やめる」"},
	NothingBefore:      {"nothing-before", "もう前がないのに「戻る」"},
	NotUnderstood:      {"not-understood", "わからない言葉"},
	NotUnderstoodAgain: {"not-understood-again", "わからない言葉が、続けて二度目"},
	Returned:           {"returned", "入力の途中で、24時間より長くあいた。内容は消えた"},
	Moved:              {"moved", "いたステップがなくなった"},
	OldAnswer:          {"old-answer", "前の質問のボタンを押した"},
	Interrupted:        {"interrupted", "入力の途中で、ほかへ行こうとした。選択肢は `go: stay` と `go: leave` の二つ、この順に"},
	Resumed:            {"resumed", "「続ける」を選んだ"},
	Pardon:             {"pardon", "ボタンの質問に、関係のない言葉"},
	TooQuick:           {"too-quick", "すぐに次の文字が届いた"},
	Joined:             {"joined", "すぐに届いた文字を、前の答えにつなげた"},
	Chosen:             {"chosen", "`several_of` で一つ選んだ"},
	WrongText:          {"wrong-text", "文の答えが読み取れない"},
	WrongName:          {"wrong-name", "お名前が読み取れない"},
	WrongPhone:         {"wrong-phone", "電話番号が読み取れない"},
	WrongMail:          {"wrong-mail", "メールアドレスが読み取れない"},
	WrongDate:          {"wrong-date", "日付が読み取れない"},
	WrongTime:          {"wrong-time", "時刻が読み取れない"},
	WrongChoice:        {"wrong-choice", "選択肢にない答え"},
	Stuck:              {"stuck", "続けて二回、読み取れない"},
	Media:              {"media", "写真・動画・音声・ファイルが届いた"},
	Sticker:            {"sticker", "スタンプが届いた"},
	Location:           {"location", "位置情報が届いた"},
	Closed:             {"closed", "必要なクリニックの情報がまだ空"},
	Broken:             {"broken", "こちらの不具合"},
	Emergency:          {"emergency", "緊急の言葉。医師の確認なしに変えません"},
	Today:              {"today", "今日のうちに受診を、という言葉。医師の確認なしに変えません"},
	Unsure:             {"unsure", "緊急か迷う言葉。医師の確認なしに変えません"},
	Calm:               {"calm", "`unsure` に「いいえ」と答えた。医師の確認なしに変えません"},
	Crisis:             {"crisis", "死にたい気持ち。医師の確認なしに変えません"},
	CrisisNow:          {"crisis-now", "死にたい気持ちで、いま危ない。医師の確認なしに変えません"},
	AfterAlarm:         {"after-alarm", "緊急の返事から6時間の、わからない言葉。医師の確認なしに変えません"},
	AfterCrisis:        {"after-crisis", "「死にたい」から1時間の、質問の答えではない言葉。医師の確認なしに変えません"},
	AlreadySent:        {"already-sent", "受付のあとの「やめる」や、わからない言葉"},
	Recap:              {"recap", "30分より長くあいて、入力の途中に戻ってきた"},
	ConsentRenewed:     {"consent-renewed", "入力の途中で、同意の文が新しくなった"},
	WithPerson:         {"with-person", "担当者に代わっているあいだに、ボタンを押した"},
	Suggested:          {"suggest", "どれのことか、決めきれない。案内が、いちばん近い三つまでをボタンで並べます。`choices` は書きません"},
	EraseAsked:         {"erase", "「データを消して」。`go` で、消すことをたずねるステップへ"},
	EnglishAsked:       {"english", "「English」。`go` で、外国語の案内のステップへ"},
}
