package flow

import (
	"fmt"
	"slices"

	"hogushi/bot/schema"
)

// This file lists every key of the files in flows/. The compiler takes no other, and what
// editors know of them is made of the same tables (see schema.go).

// fileKeys stand at the top of a flow, patternKeys of patterns.yaml.
var (
	fileKeys = schema.Map{
		schema.Must("flow", named, "フローの名前。ファイル名と同じ（`.yaml` を除く）", "flow: contact"),
		schema.May("title", schema.Maybe, "患者さんに見せる短い名前（「○○の途中です」）", "title: ご連絡の受付"),
		schema.May("short", label, "ボタンに出す、治療などの短い呼び名（「PRP：費用」）", "short: PRP"),
		schema.May("triggers", texts, "最初のステップへ進む言葉", "triggers: [相談したい, 予約]"),
		schema.May("fields", schema.Table(fieldName, fieldForm), "患者さんに答えてもらう項目。どのフローからも使えます", "fields:\n  name: {type: name, label: お名前, personal: true}"),
		schema.May("renamed", schema.Table(schema.Schema{}, named), "名前を変えたステップ。`古い名前: 新しい名前`。そこにいた人が、新しいステップに移ります", "renamed: {old-name: new-name}"),
		schema.Must("steps", schema.List(schema.To("step"), 1, 0), "ステップを、話す順に並べます。一番上が入口", "steps:\n  - step: start\n    say: こんにちは\n    go: menu"),
	}
	patternKeys = append(fileKeys[:len(fileKeys):len(fileKeys)],
		schema.Must("commands", schema.Object(commandKeys), "いつでも効く、共通の言葉", "commands:\n  menu: [メニュー, ホーム]"),
		schema.Must("words", schema.Object(wordKeys), "案内が自分で出すボタンの言葉", `words: {"yes": はい, "no": いいえ}`),
	)
)

var commandKeys = schema.Map{
	schema.Must(commandNames[CommandMenu], schema.SomeTexts(schema.Text), "メニューへ進む言葉", "menu: [メニュー, ホーム]"),
	schema.Must(commandNames[CommandBack], schema.SomeTexts(schema.Text), "一つ前へ戻る言葉", "back: [戻る, もどる]"),
	schema.Must(commandNames[CommandCancel], schema.SomeTexts(schema.Text), "入力をやめて、内容を消す言葉", "cancel: [やめる, 中止]"),
	schema.May(commandNames[CommandErase], schema.Texts(schema.Text), "保存しているものを消したいという言葉（`erase` の返事へ）", "erase: [データ削除]"),
	schema.May(commandNames[CommandEnglish], schema.Texts(schema.Text), "日本語ではなく、という言葉（`english` の返事へ）", "english: [English]"),
}

// wordKeys, in the order of their names.
var wordKeys = schema.Map{
	schema.Must("done", label, "いくつも選べる質問で、選び終わったときのボタン", "done: これで決定"),
	schema.Must("draft", label, "公開前の文章の頭に付ける印（画面で試すときだけ見えます）", "draft: 【公開前】"),
	schema.Must("no", label, "はい・いいえの質問の「いいえ」", `"no": いいえ`),
	schema.Must("pick-date", label, "カレンダーを開くボタン", "pick-date: 日付を選ぶ"),
	schema.Must("pick-time", label, "時刻を選ぶ画面を開くボタン", "pick-time: 時間を選ぶ"),
	schema.Must("prompt", label, "ボタンの上に何もないときの文", "prompt: お選びください"),
	schema.Must("unset", label, "まだ書かれていない院の情報の代わりに出す印（画面で試すときだけ見えます）", "unset: （未記入）"),
	schema.Must("yes", label, "はい・いいえの質問の「はい」", `"yes": はい`),
}

// stepKeys are those of a step, in the order in which they work and then as they are read.
var stepKeys = schema.Map{
	schema.Must("step", named, "ステップの名前。小文字の英字で始め、英数字と「-」「_」だけ（40文字まで）", "- step: start"),
	schema.May("topic", schema.Offered(Topics, schema.Maybe), "話題。会話には出ません。似た文からこのステップを探すのに、`examples` と一緒に要ります", "topic: fee"),
	schema.May("facts", schema.Texts(schema.To("fact")), "文章の根拠になる事実の番号（4つまで）。`facts.yaml` の言葉が文章にあるか、言いすぎていないかを確かめます", "facts: [F1, F2]"),
	schema.May("triggers", texts, "このステップへ進む、短い言葉。そのまま打たれたとき", "triggers: [電話番号]"),
	schema.May("examples", texts, "患者さんの言いそうな文。そのまま打たれたときも、似た文が届いたときも、このステップへ進みます（似た文からは、`topic` もあるとき）", "examples: [電話番号は何番ですか]"),
	schema.May("reviewed", schema.Object(reviewedKeys), "文章を確認した人と日。記録用で、会話には出ません", "reviewed: {by: 院長, on: 2026-11-22}"),
	schema.May("set", schema.To("set"), "項目に値を入れます（空なら消す）", "set: {come_by: 車}"),
	schema.May("handoff", schema.SomeTexts(schema.To("field")), "受け付けて、クリニックに渡します。渡す項目を並べます（同意が先に要ります）", "handoff: [name, phone]"),
	schema.May("forget", schema.Bool, "入力された内容を忘れます", "forget: true"),
	schema.May("recall", schema.Bool, "いま受け付けている内容を読み出します（`{{name}}` などで見せ、`fix` で直せます）", "recall: true"),
	schema.May("withdraw", schema.Bool, "いま受け付けているものを取り下げます", "withdraw: true"),
	schema.May("erase", schema.Bool, "その方について保存しているものを、すべて消します", "erase: true"),
	schema.May("takeover", schema.Bool, "担当者に代わります。24時間、または「終了」「メニュー」まで、自動では返事をしません（緊急のときを除く）", "takeover: true"),
	schema.May("language", schema.Form(`^[a-z]{2}$`, "言葉は「ja」か、訳のフォルダーの名前（「en」など）です。"), "ここから、この言葉で話します（訳のフォルダーの名前。日本語は `ja`）", "language: en"),
	schema.May("image", schema.Object(imageKeys).Titled("画像"), "文章の前に出す画像。`images` フォルダーに置いたPNGかJPEG（縦横1024ピクセルまで、1メガバイトまで）。押すと大きく見られます", "image: {file: prp-steps.png, alt: 採血から注射までの順番の図}"),
	schema.May("say", bubbles, "話す文章。一覧にすると、一つずつ吹き出しになります。一つは200文字までが目安です", "say:\n  - |\n    待合室の工事をしています。\n    ご不便をおかけします。\n  - くわしいことは、下のボタンからどうぞ。"),
	schema.May("without_facts", bubbles, "文章に要る院の情報がまだ書かれていないとき、`say` の代わりに話す文章", "without_facts: お電話でおたずねください。"),
	schema.May("without_effect", bubbles, "効果の話に要る院の情報（リスクや費用など）がそろうまで、`say` の代わりに話す、効果にふれない文章", "without_effect: くわしくは診察で。"),
	schema.May("prompt", schema.Text, fmt.Sprintf("ボタンの上の文章。%d文字まで（`show: confirm` は%d文字）。なければ `say` の最後の文が載ります", maxButtonText, maxConfirm), "prompt: どちらですか？"),
	schema.May("show", schema.OneOf(showWords), "選択肢の形", "show: confirm"),
	schema.May("choices", schema.To("choices"), fmt.Sprintf("選択肢を出して待ちます。%d個までは消えないボタン、5〜%d個は画面の下のクイックリプライになります", maxButtons, maxQuick), "choices:\n  - {label: はい, go: next}\n  - {label: メニューを見る, go: menu}"),
	schema.May("cards", schema.List(schema.Object(cardKeys).Titled("カード"), 1, maxCards), "横に並ぶカードを出して待ちます", "cards:\n  - {title: お車, text: 車をとめる場所, choices: [{label: 車で行く, go: car}]}"),
	schema.May("quick", schema.To("choices"), "画面の下に出る、おまけの選択肢。これだけでも待ちます", "quick: [{label: メニューを見る, go: menu}]"),
	schema.May("ask", schema.To("field"), "項目をたずねて待ちます", "ask: phone"),
	schema.May("wrong", schema.Text, "読み取れない答えへの返事（なければ `patterns.yaml` のもの）", "wrong: 数字でお願いします。"),
	schema.May("again", schema.Text, "もう一度たずねるときの短い文（なければ `say` の最後の文など）", "again: お電話番号を教えてください。"),
	schema.May("consent", schema.Object(consentKeys).Titled("同意"), "同意をうかがって待ちます。個人の情報をたずねる前に要ります", `consent: {version: "2026-11-22", "yes": 同意する, "no": 同意しない, refused: refused}`),
	schema.May("branch", schema.List(schema.Object(branchKeys).Titled("枝"), 1, 0), "答えによって行き先を変えます。上から順に見て、あてはまったところへ進みます", "branch:\n  - {when: {come_by: 車}, go: car}\n  - {go: train}"),
	schema.May("call", schema.To("flow"), "別のフローに寄り道して、戻ってきます", "call: belongings"),
	schema.May("go", schema.To("target"), "次の行き先。`ステップ名`（同じフローの中）、`フロー名`（その入口）、`フロー名/ステップ名`", "go: clinic/phone"),
	schema.May("end", schema.Bool, "ここで終わります", "end: true"),
}

var imageKeys = schema.Map{
	schema.Must("file", schema.To("image"), "`images` フォルダーの中のファイル名", "file: prp-steps.png"),
	schema.Must("alt", schema.Text, fmt.Sprintf("画像の中身を言葉で。読み上げと、お知らせに使います。%d文字まで", maxAlt), "alt: 採血から注射までの順番の図"),
}

var reviewedKeys = schema.Map{
	schema.Must("by", schema.Text, "確認した人", "by: 院長"),
	schema.Must("on", schema.Form(dayForm.String(), "日付は「2026-11-22」の形で書いてください。"), "確認した日", "on: 2026-11-22"),
	schema.May("text", schema.Maybe, "確認した文章の印。文章を変えると、`check` が新しい印を教えます", "text: 16884bfe"),
}

var choiceKeys = schema.Map{
	schema.Must("label", label, fmt.Sprintf("ボタンの文字。%d文字まで", maxLabel), "label: 電話する"),
	schema.May("words", texts, "このボタンと同じ意味の言葉", "words: [はい, お願いします]"),
	schema.May("go", schema.To("target"), "行き先。なければ、次へ進みます", "go: clinic/phone"),
	schema.May("set", schema.To("set"), "押したら、項目に値を入れます", "set: {come_by: 車}"),
	schema.May("link", schema.Form(`^(https?://|line:|tel:|\{\{)`, "リンクは https://… か tel:… の形にしてください。"), "電話やページを開きます（`go` `set` とは一緒に使えません）", `link: "tel:{{clinic.phone}}"`),
	schema.May("fix", schema.SomeTexts(schema.To("field")), "確認の画面で、この項目だけをもう一度たずねて、戻ってきます", "fix: [how, phone]"),
}

var cardKeys = schema.Map{
	schema.May("title", schema.Label(maxCardTitle), fmt.Sprintf("カードの題。%d文字まで。全部に付けるか、どれにも付けないか", maxCardTitle), "title: お車"),
	schema.Must("text", schema.Text, fmt.Sprintf("カードの文。%d文字まで（題がなければ%d文字）", maxCardText, maxCardBare), "text: 車をとめる場所"),
	schema.Must("choices", schema.List(choiceForm, 1, maxCardPicks), "カードの選択肢。1〜3個で、どのカードも同じ数", "choices: [{label: 車で行く, go: car}]"),
}

var consentKeys = schema.Map{
	schema.Must("version", schema.Text, "同意の文の日付。文を変えたら、日付も変えます", `version: "2026-11-22"`),
	schema.Must("yes", label, "同意するボタンの文字", `"yes": 同意する`),
	schema.Must("no", label, "同意しないボタンの文字", `"no": 同意しない`),
	schema.Must("refused", schema.To("target"), "同意しない方の行き先", "refused: refused"),
}

var branchKeys = schema.Map{
	schema.May("when", schema.To("condition"), "この条件にあてはまるとき。なければ、そのほか全部（最後に置きます）", "when: {come_by: 車}"),
	schema.Must("go", schema.To("target"), "行き先", "go: car"),
}

// conditionKeys are those beside the names of fields and of the clinic's facts.
var conditionKeys = schema.Map{
	schema.May("all", schema.List(schema.To("condition"), 1, 0), "どれも", "all: [{come_by: 車}, {day: set}]"),
	schema.May("any", schema.List(schema.To("condition"), 1, 0), "どれか", "any: [{come_by: 車}, {come_by: バス}]"),
	schema.May("not", schema.To("condition"), "ではない", "not: {come_by: 車}"),
	schema.May(StateRequest, schema.OneOf(slices.Concat(requestWords, givenWords)), "この方からのご連絡", "request: open"),
	schema.May(StateLanguage, schema.Form(`^[a-z]{2}$`, "言葉は「ja」か、訳のフォルダーの名前（「en」など）です。"), "いま話している言葉", "language: en"),
	schema.May(StateHandoff, schema.OneOf(slices.Concat(handoffWords, givenWords)), "クリニックに届けられるか", "handoff: down"),
}

var fieldKeys = schema.Map{
	schema.May("type", schema.OneOf(typeWords), "受け取るもの（なければ `text`）", "type: phone"),
	schema.May("label", schema.Maybe, "クリニックに届く表の名前", "label: お電話番号"),
	schema.May("personal", schema.Bool, "個人の情報。たずねる前に、同意が要ります", "personal: true"),
	schema.May("optional", schema.Bool, "答えてもらえなくても送れます", "optional: true"),
	schema.May("options", options, fmt.Sprintf("選択肢。%d個まで（`one_of` と `several_of` だけ）", maxOptions), "options: [午前, 午後]"),
	schema.May("words", schema.Table(schema.Schema{}, texts), "選択肢と同じ意味の言葉。`選択肢: [言葉]`", "words: {午前: [朝, 午前中]}"),
	schema.May("max", schema.Whole(1, maxText), fmt.Sprintf("文字数の上限（`text` だけ。なければ200、最大%d）", maxText), "max: 100"),
	schema.May("days", schema.List(schema.Whole(0, maxDays), 2, 2), "今日から数えた、最初の日と最後の日（`date` だけ。なければ0〜90）", "days: [1, 60]"),
	schema.May("health", schema.Bool, "体や病気の話が入る項目。職員のLINEのお知らせには出ません", "health: true"),
	schema.May("line", schema.Maybe, "「LINEで返事がほしい」にあたる選択肢（`one_of` だけ）。院の情報 `line_chat` が「はい」のときだけ出ます", "line: LINE"),
	schema.May("when", schema.To("condition"), "この条件にあてはまる方だけの項目", "when: {how: お電話}"),
}

// languageKeys stand at the top of a file of translations, translationKeys in its texts.
var (
	languageKeys = schema.Map{
		schema.Must("flow", named, "どのフローの訳か。ファイル名と同じ（`.yaml` を除く）", "flow: contact"),
		schema.May("reviewed", schema.Table(named, schema.Object(reviewedKeys)), "訳を確認した人と日を、ステップごとに。訳を変えると、その確認は効かなくなります", "reviewed:\n  start: {by: 院長, on: 2026-11-22, text: 16884bfe}"),
		schema.Must("texts", schema.List(schema.Object(translationKeys).Titled("訳"), 0, 0), "訳を並べます。フローの文章が変わったら、ここの `ja` も同じに変え、訳を見なおします", "texts:\n  - {ja: メニューを見る, text: See the menu}"),
	}
	translationKeys = schema.Map{
		schema.Must("ja", schema.Text, "フローに書いてある日本語の文章を、そのまま", "ja: メニューを見る"),
		schema.Must("text", schema.Text, "その訳。長さの上限は、日本語と同じです。`{{ }}` と番号は、そのまま残します", "text: See the menu"),
		schema.May("words", texts, "選択肢の訳に：その言葉で、同じ意味の言い方", "words: [morning, in the morning]"),
	}
)

// words that guard against something can't be none.
var words = schema.SomeTexts(schema.Text)

func filled(s schema.Schema) schema.Schema {
	s.MinProperties = 1
	return s
}

// strengthKeys stand at the top of facts.yaml, in whatever language.
var strengthKeys = schema.Map{
	schema.May("hedges", filled(schema.Table(schema.OneOf(strengthWords), words)), "言い方の強さごとに、文章にあるべき言葉（同じ文の中に、どれか一つ）", "hedges:\n  known: [知られて]"),
	schema.May("never", words, "言い切れない事実を話す文に、書いてはいけない言葉", "never: [必ず, 絶対に]"),
}

// catalogKeys stand there in Japanese, spokenCatalogKeys in another language.
var catalogKeys = slices.Concat(strengthKeys, schema.Map{
	schema.May("disclosures", filled(schema.Table(schema.Schema{}, schema.SomeTexts(schema.To("clinic")))), "効果を述べるステップが、同じ返事の中で必ず伝える院の情報", "disclosures:\n  prp: [clinic.prp.risks, clinic.prp.price, clinic.phone]"),
	schema.May("terms", words, "むずかしい言葉。使うステップでは、初めて出るところで説明します", "terms: [血小板, 成長因子]"),
	schema.Must("facts", filled(schema.Table(schema.Schema{}, schema.Object(factKeys).Titled("事実"))), "話してよい事実。番号は `F1` のように", "facts:\n  F1: {text: 慢性痛と、急に起こる痛みは別のもの。, strength: asserted, words: [急性/急に, 違/別の]}"),
})

var spokenCatalogKeys = slices.Concat(strengthKeys, schema.Map{
	schema.May("facts", filled(schema.Table(schema.Schema{}, schema.Object(factWordKeys).Titled("事実の言葉"))), "事実の言葉を、番号ごとに。小文字で書きます", "facts:\n  F1: {words: [acute, different/differ]}"),
})

var factKeys = slices.Concat(schema.Map{
	schema.Must("text", schema.Text, "事実を、自分たちの言葉で", "text: 長い期間にわたって続く痛みを、慢性痛という。"),
	schema.Must("strength", schema.OneOf(strengthWords), "言い方の強さ。弱い言い方の事実は、言い切れません", "strength: thought"),
	schema.May("hedge", schema.Bool, "もとの記事では言い切っていても、ここでは「とされています」などを付けて話します", "hedge: true"),
	schema.May("effect", schema.Texts(schema.To("treatment")), "効果を述べている治療。話すステップには、`disclosures` の院の情報がぜんぶ要ります", "effect: [prp]"),
	schema.May("tell", schema.OneOf(tellWords), "話すかどうか", "tell: may"),
}, factWordKeys)

// factWordKeys are those that a fact has in each language.
var factWordKeys = schema.Map{
	schema.Must("words", words, "文章に入れる言葉。「/」で区切った言葉は、どれか一つがあればよい", "words: [長い/長く, 続く]"),
	schema.May("never", words, "その事実を話す文章に書いてはいけない言葉", "never: [根本]"),
}
