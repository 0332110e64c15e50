package source

import (
	"strings"

	"hogushi/bot/diag"
)

func rule(name, ja, en, bad, good string) diag.Rule {
	return diag.Rule{Name: name, Why: diag.Text{JA: ja, EN: en}, Bad: bad, Good: good}
}

// Rules are all that this package reports. In an example a step alone stands for a flow of
// its own.
func Rules() []diag.Rule {
	return []diag.Rule{
		// of files
		rule("not-utf8", "文字コードがUTF-8でないと、日本語が文字化けして患者さんに届きます。", "in another encoding the Japanese would reach patients garbled", "flow: \xff", "- {step: start, say: こんにちは, go: menu}"),
		rule("empty-file", "何も書かれていないファイルは、書きかけのまま保存したものかもしれません。", "an empty file may have been saved half done", "-- notice.yaml --\n# お知らせ（あとで書く）", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: こんにちは, go: menu}"),
		rule("file-too-large", "1MiBをこえるファイルは、まちがって別のものを入れたと考えられます。", "a file beyond 1 MiB is hardly a conversation", "flow: notice\ntitle: "+strings.Repeat("あ", MaxBytes/3), "flow: notice\ntriggers: [お知らせ]\ntitle: お知らせ\nsteps:\n  - {step: start, say: こんにちは, go: menu}"),
		rule("odd-line-break", "画面では同じ行に見えるのに、YAMLでは別の行になります。どの行のまちがいか、わからなくなります。", "what looks like one line in an editor is two to YAML, and lines would be counted differently", "flow: notice\u2028title: お知らせ", "flow: notice\ntriggers: [お知らせ]\ntitle: お知らせ\nsteps:\n  - {step: start, say: こんにちは, go: menu}"),
		rule("second-document", "「---」から後ろは、書いてあっても読まれません。", "what stands behind --- is not read", "flow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: こんにちは, go: menu}\n---\n  - {step: more, say: つづき, go: menu}", "flow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: こんにちは}\n  - {step: more, say: つづき, go: menu}"),
		rule("too-deep", "字下げがこれほど深くなるのは、書きまちがいです。", "nothing is nested so deeply on purpose", "- step: start\n  say: "+strings.Repeat("[", 40)+"こんにちは"+strings.Repeat("]", 40)+"\n  go: menu", "- step: start\n  say: [こんにちは]\n  go: menu"),

		// of the hand
		rule("tab-indent", "タブの幅は画面によって違うので、YAMLでは字下げに使えません。", "tabs are of no fixed width; YAML doesn't take them", "- step: start\n\tsay: こんにちは\n  go: menu", "- step: start\n  say: こんにちは\n  go: menu"),
		rule("wide-space", "全角の空白は、YAMLでは空白ではなく文字です。目では見分けがつきません。", "a full-width space is a letter to YAML, and looks like a space", "- step: start\n  say:　こんにちは\n  go: menu", "- step: start\n  say: こんにちは\n  go: menu"),
		rule("wide-dash", "一覧の目じるしは、半角の「-」だけです。「－」や「ー」は文字になります。", "only a plain dash begins an item", "- step: start\n  say:\n    ー こんにちは\n    - どうぞ\n  go: menu", "- step: start\n  say:\n    - こんにちは\n    - どうぞ\n  go: menu"),
		rule("wide-colon", "見出しと中身を分けるのは、半角の「:」だけです。全角の「：」は文章の一部になります。", "only a plain colon parts a key from its value", "- step: start\n  say：こんにちは\n  go: menu", "- step: start\n  say: こんにちは\n  go: menu"),
		rule("wide-bracket", "「［ ］」や「｛ ｝」は、YAMLではただの文字です。", "full-width brackets are letters to YAML", "- step: start\n  triggers: ［お知らせ, ニュース］\n  say: こんにちは\n  go: menu", "- step: start\n  triggers: [お知らせ, ニュース]\n  say: こんにちは\n  go: menu"),
		rule("wide-comma", "組の中を区切るのは、半角の「,」だけです。", "only a plain comma separates the parts", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー、go: menu}", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}"),
		rule("wide-quote", "Wordなどが付ける「“ ”」や全角の「＂」は、YAMLではただの文字です。", "curly quotes and full-width ones are letters to YAML", "- step: start\n  say: “お電話は{{clinic.phone}}です”\n  go: menu", "- step: start\n  say: \"お電話は{{clinic.phone}}です\"\n  go: menu"),
		rule("wide-bar", "「｜」は、YAMLではただの文字です。", "a full-width | is a letter to YAML", "- step: start\n  say: ｜\n    こんにちは。\n    ようこそ。\n  go: menu", "- step: start\n  say: |\n    こんにちは。\n    ようこそ。\n  go: menu"),
		rule("missing-dash", "「- 」のない行は、前の項目の続きと読まれます。", "without its dash a line goes on with the item before", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}\n    {label: はじめへ, go: start}", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}\n    - {label: はじめへ, go: start}"),
		rule("after-bracket", "かっこを閉じたら、その行はおしまいです。", "with its bracket closed, a line has ended", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}}", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}"),
		rule("double-comma", "「,」と「,」のあいだには、中身が要ります。", "something must stand between two commas", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー,, go: menu}", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}"),
		rule("two-keys", "見出しは、一行に一つです。改行を消してしまったときに起こります。", "a line holds one key; this happens when a line break is deleted", "- step: start\n  say: どうぞ\n  topic: other  go: menu", "- step: start\n  say: どうぞ\n  topic: other\n  go: menu"),
		rule("stray-line", "見出しにも項目にも文章にも属さない行は、読めません。", "what belongs to no key, list or text can't be read", "- step: start\n  say: こんにちは\n  go: menu\n（ここまで）", "- step: start\n  say: こんにちは\n  go: menu\n# ここまで"),
		{Name: "list-comma", Severity: diag.Warning, Why: diag.Text{JA: "「、」で区切っても、一つの長い言葉になってしまいます。", EN: "with a Japanese comma the list holds one long word"},
			Bad: "- step: start\n  triggers: [お知らせ、ニュース]\n  say: こんにちは\n  go: menu", Good: "- step: start\n  triggers: [お知らせ, ニュース]\n  say: こんにちは\n  go: menu"},
		rule("colon-space", "「:」の後ろに空白がないと、見出しとは読まれません。", "without a space behind it the colon is part of a word", "- step: start\n  say:こんにちは\n  go: menu", "- step: start\n  say: こんにちは\n  go: menu"),
		rule("dash-space", "「-」の後ろに空白がないと、一覧とは読まれません。", "without a space behind it the dash is part of a word", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}\n    -{label: はじめへ, go: start}", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}\n    - {label: はじめへ, go: start}"),
		rule("missing-colon", "「:」のない行は、見出しではなく、前の行の続きと読まれます。", "a line without a colon goes on with the line before", "- step: start\n  say こんにちは\n  go: menu", "- step: start\n  say: こんにちは\n  go: menu"),
		rule("after-quote", "引用符で囲むなら、文章の全体を囲みます。", "quotes enclose the whole text or nothing", "- step: start\n  say: \"こんにちは\"。\n  go: menu", "- step: start\n  say: \"こんにちは。\"\n  go: menu"),
		rule("open-quote", "引用符が閉じていないと、そこから先が全部、文章になってしまいます。", "with a quote left open all that follows becomes text", "- step: start\n  say: \"こんにちは\n  go: menu", "- step: start\n  say: \"こんにちは\"\n  go: menu"),
		rule("open-bracket", "かっこが閉じていないと、次の行まで続いていると読まれます。", "with a bracket left open the next line belongs to it", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu\n    - {label: はじめへ, go: start}", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}\n    - {label: はじめへ, go: start}"),
		rule("missing-comma", "組の中は、半角の「,」で区切ります。", "the parts of a pair are separated by commas", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー go: menu}", "- step: start\n  say: どうぞ\n  choices:\n    - {label: メニュー, go: menu}"),
		rule("bare-braces", "「{{」で始まると、YAMLでは文章ではなく、組の始まりと読まれます。", "to YAML {{ begins a pair, not a text", "- step: start\n  say: {{clinic.name}}です。\n  go: menu", "- step: start\n  say: \"{{clinic.name}}です。\"\n  go: menu"),
		rule("odd-start", "「@」「*」「%」などは、文章の初めでは特別な意味になります。", "these signs mean something else at the beginning of a text", "- step: start\n  say: \"*本日休診\"\n  again: *お電話ください\n  go: menu", "- step: start\n  say: \"*本日休診\"\n  go: menu"),
		rule("text-behind-bar", "「|」の文章は、次の行から始まります。", "the text of | begins on the next line", "- step: start\n  say: |こんにちは。\n  go: menu", "- step: start\n  say: |\n    こんにちは。\n  go: menu"),
		rule("lost-breaks", "「|」がないと、改行が消えて一行につながり、患者さんに読みにくく届きます。", "without | the lines run together, and read badly", "- step: start\n  say: こんにちは。\n    ようこそ。\n  go: menu", "- step: start\n  say: |\n    こんにちは。\n    ようこそ。\n  go: menu"),
		rule("colon-in-text", "文章の中の「: 」は、見出しの「:」と見分けがつきません。", "a colon and a space in a text look like those behind a key", "- step: start\n  say: 受付: 9時から\n  go: menu", "- step: start\n  say: 受付：9時から\n  go: menu"),
		rule("indent", "どの行がどの段のものかは、左の位置だけで決まります。", "the column alone says what a line belongs to", "- step: start\n  say: こんにちは\n go: menu", "- step: start\n  say: こんにちは\n  go: menu"),
		rule("yaml-syntax", "YAMLの約束に合わない行です。", "the line breaks the rules of YAML", "- step: start\n  say: }\n  go: menu", "- step: start\n  say: \"}\"\n  go: menu"),
		rule("hash-in-text", "空白の後ろの「#」から右はメモとみなされ、患者さんに届きません。「#7119 へ」のような大切な番号が消えます。", "behind a space # begins a comment; a number like #7119 would be lost", "- step: start\n  say: 迷うときは #7119 へ。\n  go: menu", "- step: start\n  say: \"迷うときは #7119 へ。\"\n  go: menu"),
		rule("yaml-feature", "「&」「*」「!」の特別な書き方は、読む人にわかりにくいので、使わない約束です。", "anchors, aliases and tags are hard to read; they aren't used here", "- step: start\n  say: &a こんにちは\n  go: menu", "- step: start\n  say: \"&こんにちは\"\n  go: menu"),
		rule("duplicate-key", "同じ見出しが2回あると、どちらが効くのか、わかりません。", "of two equal keys nobody knows which one counts", "- step: start\n  say: こんにちは\n  say: こんばんは\n  go: menu", "- step: start\n  say: [こんにちは, こんばんは]\n  go: menu"),
	}
}
