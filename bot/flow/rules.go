package flow

import (
	"slices"
	"strings"

	"hogushi/bot/diag"
)

func rule(name, ja, en, bad, good string) diag.Rule {
	return diag.Rule{Name: name, Why: diag.Text{JA: ja, EN: en}, Bad: bad, Good: good}
}

func warning(name, ja, en, bad, good string) diag.Rule {
	r := rule(name, ja, en, bad, good)
	r.Severity = diag.Warning
	return r
}

// Rules are all that this package reports, by what they are about. In an example a step
// alone stands for a flow of its own; "-- NAME --" begins a file, in which steps alone
// stand beside those that are there; "-- -NAME --" says that a file, or a step of
// patterns.yaml, isn't there.
func Rules() []diag.Rule {
	return slices.Concat(fileRules(), keyRules(), sizeRules(), wayRules(), statedRules(), languageRules())
}

func fileRules() []diag.Rule {
	return []diag.Rule{
		rule("no-flows", "フローのファイルが一つもないフォルダでは、案内は何も話せません。", "without flow files the bot has nothing to say", "-- -*.yaml --\n", "- {step: start, say: こんにちは, go: menu}"),
		rule("unreadable-file", "開けないファイルの中身は、確かめられません。", "what can't be opened can't be checked", "-- notice.yaml/start.yaml --\nflow: notice\n", "- {step: start, say: こんにちは, go: menu}"),
		rule("file-ending", "「.yml」などのファイルは読まれません。書いたのに会話が変わらない、という困りごとになります。", "a file with another ending isn't read: an edit without an effect", "-- notice.yml --\nflow: notice", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: こんにちは, go: menu}"),
		warning("unread-directory", "訳や会話テストは、決まった名前のフォルダーからだけ読まれます。", "translations and tests are read only from directories of certain names", "- {step: start, say: こんにちは, go: menu}\n-- english/example.yaml --\nflow: example\ntexts:\n  - {ja: こんにちは, text: Hello}\n", "- {step: start, say: こんにちは, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: こんにちは, text: Hello}\n"),
		rule("missing-menu", "「メニュー」は、いつでも押せる帰り道です。なければ、患者さんが行き止まりに残されます。", "the menu is the way back from anywhere", "-- -menu.yaml --\n", "- {step: start, say: こんにちは, go: menu}"),
		rule("missing-patterns", "わからない言葉や緊急のときの返事がないと、案内が黙ってしまいます。", "without patterns.yaml the bot has no words when things go sideways", "-- -patterns.yaml --\n", "- {step: start, say: こんにちは, go: menu}"),
		rule("missing-pattern", "困ったときの返事は、一つ欠けても、その場面で黙ってしまいます。", "each situation needs its words", "-- -patterns.yaml/sticker --\n", "-- patterns.yaml --\n  - step: sticker\n    say: スタンプですね\n"),
		rule("unknown-pattern", "patterns.yaml に書いても使われないステップは、名前の打ちまちがいかもしれません。", "a step of patterns.yaml that is never used may be a misspelt one", "-- patterns.yaml --\n  - step: stamp\n    say: スタンプですね\n", "-- patterns.yaml --\n  - step: sticker\n    say: スタンプですね\n"),
		rule("pattern-key", "困ったときの返事は、話の途中に一言はさむものです。たずねたり、受け付けたりはできません。", "a pattern is said in passing: it asks and stores nothing", "-- patterns.yaml --\n  - step: sticker\n    say: スタンプですね\n    end: true\n", "-- patterns.yaml --\n  - step: sticker\n    say: スタンプですね\n"),
		rule("pattern-choice", "困ったときの返事の選択肢は、いつ押しても同じところへ進めるものだけです。", "a choice of a pattern must be good from anywhere", "-- patterns.yaml --\n  - step: sticker\n    say: スタンプですね\n    choices: [{label: つづき}]\n", "-- patterns.yaml --\n  - step: sticker\n    say: スタンプですね\n    choices: [{label: メニュー, go: menu}]\n"),
		rule("suggest-choices", "どれのことかをたずねるボタンは、患者さんの言葉によって変わります。", "what is suggested depends on what the patient has typed", "-- patterns.yaml --\n  - step: suggest\n    say: どれですか\n    choices: [{label: メニューを見る, go: menu}]\n", "-- patterns.yaml --\n  - step: suggest\n    say: どれですか\n    quick: [{label: メニューを見る, go: menu}]\n"),
		rule("interrupted-choices", "入力の途中で離れるときは、「続ける」と「やめる」の両方が要ります。", "whoever is interrupted must be able to stay and to leave", "-- patterns.yaml --\n  - step: interrupted\n    say: 途中です\n    choices: [{label: やめる方, go: leave}]\n", "-- patterns.yaml --\n  - step: interrupted\n    say: 途中です\n    choices: [{label: つづける方, go: stay}, {label: やめる方, go: leave}]\n"),
		rule("unsure-choices", "急な症状かどうかをたずねる大切な質問です。「はい」の方には、すぐに119番をお伝えします。", "whoever answers yes is in an emergency", "-- patterns.yaml --\n  - step: unsure\n    say: 急なときは119番へ。いま起きている症状ですか\n    choices: [{label: はい, go: patterns/calm}, {label: いいえ, go: patterns/emergency}]\n    quick: [{label: 119に電話する, link: \"tel:119\"}]\n", "-- patterns.yaml --\n  - step: unsure\n    say: 急なときは119番へ。いま起きている症状ですか\n    choices: [{label: はい, go: patterns/emergency}, {label: いいえ, go: patterns/calm}]\n    quick: [{label: 119に電話する, link: \"tel:119\"}]\n"),
		rule("alarm-call", "緊急のときの返事では、119番がわかり、押すだけでかけられるようにします。", "in an emergency 119 must be told, and one tap away", "-- patterns.yaml --\n  - step: emergency\n    say: すぐに119番へ電話してください\n    choices: [{label: メニュー, go: menu}]\n", "-- patterns.yaml --\n  - step: emergency\n    say: すぐに119番へ電話してください\n    choices: [{label: 119に電話する, link: \"tel:119\"}]\n"),
		rule("label-number", "書いてある番号とちがうところにかかると、大事な電話がつながりません。", "a button that calls another number than it names fails whoever needs it", "- step: start\n  say: こんにちは\n  choices: [{label: 119に電話する, link: \"tel:110\"}]", "- step: start\n  say: こんにちは\n  choices: [{label: 119に電話する, link: \"tel:119\"}]"),
		rule("flow-name", "ファイル名とフローの名前が違うと、「go:」でどちらを書けばよいか、わからなくなります。", "a flow is found by the name of its file", "-- notice.yaml --\nflow: news\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: こんにちは, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: こんにちは, go: menu}"),
		rule("no-steps", "ステップのないフローは、話せません。", "a flow without steps says nothing", "-- notice.yaml --\nflow: notice\nsteps: []", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: こんにちは, go: menu}"),
	}
}

func keyRules() []diag.Rule {
	return []diag.Rule{
		rule("silence-reason", "理由がないと、あとで見た人が、消してよいのかわかりません。", "without a reason nobody can judge it later", "- {step: start, say: こんにちは, go: menu}\n- {step: lonely, say: だれか, go: menu} # 承知: unreachable-step", "- {step: start, say: こんにちは, go: menu}\n- {step: lonely, say: だれか, go: menu} # 承知: unreachable-step 来月からつなぐ"),
		rule("silence-error", "患者さんを守る決まりは、承知していても外せません。", "the rules that guard patients can't be silenced", "- {step: start, say: こんにちは} # 承知: dead-end あとで書く", "- {step: start, say: こんにちは, go: menu}"),
		warning("silence-unused", "もうない注意を承知したままにすると、次に同じ注意が出ても気づけません。", "a silence without its warning would hide the next one", "- {step: start, say: こんにちは, go: menu} # 承知: unreachable-step 来月からつなぐ", "- {step: start, say: こんにちは, go: menu}"), rule("unknown-key", "打ちまちがえた見出しは、書いても効きません。", "a misspelt key has no effect", "- step: start\n  sya: こんにちは\n  go: menu", "- step: start\n  say: こんにちは\n  go: menu"),
		rule("missing-key", "これがないと、何をするのか決まりません。", "without it nobody knows what to do", "- step: start\n  say: どうぞ\n  choices: [{go: menu}]", "- step: start\n  say: どうぞ\n  choices: [{label: メニュー, go: menu}]"),
		rule("wrong-type", "書く形が違うと、読み取れません。", "another form is wanted here", "- step: start\n  say: おわり\n  end: yes", "- step: start\n  say: おわり\n  end: true"),
		rule("empty", "見出しだけで中身がないのは、書き忘れです。", "a key without a value has been forgotten", "- step: start\n  say: どうぞ\n  choices: [{label: メニュー, go: }]", "- step: start\n  say: どうぞ\n  choices: [{label: メニュー, go: menu}]"),
		rule("empty-step", "何もしないステップは、書きかけかもしれません。", "a step that does nothing may be unfinished", "- {step: start, say: どうぞ}\n- {step: more}", "- {step: start, say: どうぞ}\n- {step: more, say: おわり, end: true}"),
		rule("name-form", "名前はボタンの中身にも使うので、半角の英数字だけです。", "names travel inside of buttons: plain letters only", "- {step: はじめ, say: こんにちは, go: menu}", "- {step: start, say: こんにちは, go: menu}"),
		rule("reserved-name", "この名前は、別の意味で使われています。", "the name has a meaning of its own", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields:\n  receipt: {type: text}\nsteps:\n  - {step: start, say: どうぞ, ask: receipt, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields:\n  slip: {type: text}\nsteps:\n  - {step: start, say: どうぞ, ask: slip, go: menu}"),
		rule("useless-key", "この見出しは、ここでは効きません。効くつもりで書くと、思い違いになります。", "the key has no effect here", "- {step: start, say: こんにちは, wrong: ちがいます, go: menu}", "- {step: start, say: こんにちは, go: menu}"),
		rule("unknown-value", "打ちまちがえた値や差し込みは、患者さんに正しく届きません。", "a misspelt value can't be used", "- {step: start, say: \"お電話は {{clinic.fone}} です\", go: menu}", "- {step: start, say: \"お電話は {{clinic.phone}} です\", go: menu}"),
		rule("unknown-step", "行き先がないと、患者さんがそこで止まってしまいます。", "without its target the patient is stuck", "- step: start\n  say: どうぞ\n  choices: [{label: つぎへ, go: nxt}]\n- {step: next, say: おわり, end: true}", "- step: start\n  say: どうぞ\n  choices: [{label: つぎへ, go: next}]\n- {step: next, say: おわり, end: true}"),
		rule("unknown-flow", "行き先のフローがないと、患者さんがそこで止まってしまいます。", "without its target the patient is stuck", "- {step: start, say: どうぞ, go: manu/start}", "- {step: start, say: どうぞ, go: menu/start}"),
		rule("unknown-field", "決めていない項目には、答えをしまえません。", "an answer can only be kept in a field that is declared", "- {step: start, say: お名前は, ask: nmae, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields:\n  nick: {type: name, label: 呼び名}\nsteps:\n  - {step: start, say: お名前は, ask: nick, go: menu}"),
		rule("duplicate-step", "同じ名前のステップが2つあると、「go:」がどちらへ進むか決まりません。", "with two steps of one name go: leads to either", "- {step: start, say: はじめ}\n- {step: start, say: つぎ, go: menu}", "- {step: start, say: はじめ}\n- {step: next, say: つぎ, go: menu}"),
		rule("duplicate-field", "同じ名前の項目が2つあると、答えがまざります。", "with two fields of one name answers get mixed up", "-- a.yaml --\nflow: a\ntriggers: [あ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}\n-- b.yaml --\nflow: b\ntriggers: [い]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}", "-- a.yaml --\nflow: a\ntriggers: [あ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}\n-- b.yaml --\nflow: b\ntriggers: [い]\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}"),
		rule("duplicate-trigger", "同じ言葉が2か所にあると、どちらへ案内するか決まりません。", "the same words can't lead to two places", "- {step: start, triggers: [駐車場], say: はじめ}\n- {step: next, triggers: [駐車場], say: つぎ, go: menu}", "- {step: start, triggers: [駐車場], say: はじめ}\n- {step: next, triggers: [車いす], say: つぎ, go: menu}"),
		rule("duplicate-command", "「やめる」と「戻る」のような共通の言葉は、一つの働きしか持てません。", "the word of a command does one thing", "-- patterns.yaml --\ncommands: {menu: [メニュー], back: [戻る], cancel: [やめる, 戻る]}\n", "-- patterns.yaml --\ncommands: {menu: [メニュー], back: [戻る], cancel: [やめる]}\n"),
		rule("trigger-is-command", "「メニュー」「戻る」「やめる」は、いつでも効く共通の言葉です。", "the words of commands work everywhere", "- {step: start, triggers: [メニュー], say: こんにちは, go: menu}", "- {step: start, triggers: [お知らせ], say: こんにちは, go: menu}"),
		rule("trigger-into-form", "入力の途中へ言葉で飛びこむと、同意や前の質問を飛ばしてしまいます。", "words into the midst of a form would pass over what comes first", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: どうぞ}\n  - {step: ask, triggers: [色], say: 何色, ask: color, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ, 色]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: どうぞ}\n  - {step: ask, say: 何色, ask: color, go: menu}"),
		rule("empty-trigger", "記号だけの言葉は、くらべられません。", "signs alone can't be compared", "- {step: start, triggers: [\"！！\"], say: こんにちは, go: menu}", "- {step: start, triggers: [急ぎ], say: こんにちは, go: menu}"),
		rule("options", "選んでもらう項目には選択肢が要り、書いてもらう項目には要りません。", "a field to choose from needs options, one to write has none", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: one_of}}\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: one_of, options: [赤, 青]}}\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}"),
		rule("days-order", "終わりの日が始まりより前だと、選べる日がありません。", "with the last day before the first there is none to choose", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {day: {type: date, days: [30, 1]}}\nsteps:\n  - {step: start, say: いつ, ask: day, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {day: {type: date, days: [1, 30]}}\nsteps:\n  - {step: start, say: いつ, ask: day, go: menu}"),
		warning("unused-field", "使われていない項目は、名前の打ちまちがいか、消し忘れです。", "a field that nothing uses is misspelt elsewhere, or left over", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: こんにちは, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}"),
		warning("never-given", "だれも答えない項目は、いつも空のままです。", "a field that is never asked for stays empty", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: \"色は{{color}}\", go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: 何色, ask: color}\n  - {step: told, say: \"色は{{color}}\", go: menu}"),
	}
}

func sizeRules() []diag.Rule {
	return []diag.Rule{rule("label-length", "LINEのボタンには20文字までしか入りません。", "LINE's buttons hold 20 characters", "- step: start\n  say: どうぞ\n  choices: [{label: いちばん上のメニューの画面にもどって見ること, go: menu}]", "- step: start\n  say: どうぞ\n  choices: [{label: メニューへもどる, go: menu}]"),
		rule("label-form", "ボタンの文字は一行で、差し込みはできません。", "a label is one line, without values", "- step: start\n  say: どうぞ\n  choices: [{label: \"{{clinic.name}}へ\", go: menu}]", "- step: start\n  say: どうぞ\n  choices: [{label: クリニックへ, go: menu}]"),
		rule("duplicate-label", "同じに読めるボタンが2つあると、文字で答えた人がどちらを選んだか、わかりません。", "whoever types such a label could mean either", "- step: start\n  say: どうぞ\n  choices: [{label: メニュー, go: menu}, {label: めにゅー, go: start}]", "- step: start\n  say: どうぞ\n  choices: [{label: メニュー, go: menu}, {label: はじめへ, go: start}]"),
		rule("text-length", "長すぎる文は、LINEが受け取らないか、途中で切れます。差し込みの中身がいちばん長いときで数えます。", "LINE refuses or cuts what is too long; the longest values count", "- step: start\n  say: どうぞ\n  cards: [{title: "+long(41)+", text: 説明, choices: [{label: メニュー, go: menu}]}]", "- step: start\n  say: どうぞ\n  cards: [{title: 題, text: 説明, choices: [{label: メニュー, go: menu}]}]"),
		rule("too-many-bubbles", "LINEで一度に送れる吹き出しは5個までです。", "LINE takes five messages a reply", "- {step: start, say: [一, 二, 三, 四, 五, 六], go: menu}", "- {step: start, say: [一, 二, 三], go: menu}"),
		rule("long-reply", "待たずに続くステップの文章は、まとめて一度に届きます。多すぎると、前の方が切れてしまいます。", "steps without a wait between are told in one reply; too much of it is cut", "- {step: start, say: ["+long(900)+", "+long(901)+", "+long(902)+"]}\n- {step: more, say: ["+long(903)+", "+long(904)+", "+long(905)+"], go: menu}", "- step: start\n  say: ["+long(900)+"]\n  choices: [{label: つづき}]\n- {step: more, say: ["+long(903)+"], go: menu}"),
		rule("limit", "LINEで並べられるボタンやカードの数には、限りがあります。", "LINE shows so many buttons and cards, and no more", "- step: start\n  say: どうぞ\n  show: confirm\n  choices: [{label: メニュー, go: menu}]", "- step: start\n  say: どうぞ\n  show: confirm\n  choices: [{label: メニュー, go: menu}, {label: はじめへ, go: start}]"),
		rule("link-form", "形の違うリンクは、LINEが受け取りません。電話がかけられないと困ります。", "LINE refuses a link of another form", "- step: start\n  say: どうぞ\n  choices: [{label: 相談, link: \"tel:#7119\"}, {label: メニュー, go: menu}]", "- step: start\n  say: どうぞ\n  choices: [{label: 相談, link: \"tel:%237119\"}, {label: メニュー, go: menu}]"),

		rule("template-form", "差し込みは「{{名前}}」の形です。かっこが合わないと、そのまま患者さんに見えてしまいます。", "a value is written {{NAME}}; else patients would see the braces", "- {step: start, say: \"お電話は {{clinic.phone} です\", go: menu}", "- {step: start, say: \"お電話は {{clinic.phone}} です\", go: menu}"),
		rule("key-in-text", "「|」の下で字下げした行は、見出しのつもりでも、文章になります。ボタンや行き先が消え、その字が患者さんに見えます。", "what is indented below | is text, be it meant as a key: the buttons are lost, and patients see it", "- step: start\n  say: |\n    こんにちは\n    go: menu", "- step: start\n  say: |\n    こんにちは\n  go: menu"),
		rule("typed-break", "「\\n」や「<br>」は改行にならず、そのまま患者さんに見えます。", "\\n and <br> break no line; patients would see them", "- step: start\n  say: こんにちは\\nどうぞ\n  go: menu", "- step: start\n  say: |\n    こんにちは\n    どうぞ\n  go: menu"),
		rule("unset-fact", "メニューや緊急の返事に、まだ書かれていない院の情報があると、出せなくなります。", "what must always be there can't rest on a fact that isn't set", "-- patterns.yaml --\n  - step: sticker\n    say: \"時間は{{clinic.hours}}です\"\n", "-- patterns.yaml --\n  - step: sticker\n    say: |\n      ありがとうございます\n      時間は{{clinic.hours?}}です\n"),
		rule("stand-in", "代わりの文章は、「say:」が出せないときのものです。「say:」と組にします。", "a text that stands in needs what it stands in for", "- {step: start, without_facts: お電話で, go: menu}", "- {step: start, say: \"時間は{{clinic.hours}}です\", without_facts: お電話で, go: menu}"),
		rule("missing-image", "ない画像は、患者さんに届きません。「images」フォルダーに置いて、名前を正しく書きます。", "what isn't there can't be shown", "- step: start\n  image: {file: step.png, alt: 順番の図}\n  say: 図のとおりです\n  go: menu", "- step: start\n  image: {file: steps.png, alt: 順番の図}\n  say: 図のとおりです\n  go: menu"),
		rule("image-form", "LINEで見られるのは、大きすぎないPNGかJPEGだけです。", "LINE shows a PNG or a JPEG of some size", "- step: start\n  image: {file: steps.pdf, alt: 順番の図}\n  say: 図のとおりです\n  go: menu\n-- images/steps.pdf --\n（PDF）\n", "- step: start\n  image: {file: steps.png, alt: 順番の図}\n  say: 図のとおりです\n  go: menu"),
		rule("image-alone", "画像が見えない方、開けない方もいます。同じことを文章でも伝えます。", "who can't see the image is told in words", "- step: start\n  image: {file: steps.png, alt: 順番の図}\n  go: menu", "- step: start\n  image: {file: steps.png, alt: 順番の図}\n  say: 図のとおりです\n  go: menu"),
		rule("image-alt", "画像の説明は読み上げられます。差し込みはできません。", "the words for an image are read aloud; they hold no values", "- step: start\n  image: {file: steps.png, alt: \"{{clinic.name}}の図\"}\n  say: 図のとおりです\n  go: menu", "- step: start\n  image: {file: steps.png, alt: 順番の図}\n  say: 図のとおりです\n  go: menu"),
		warning("unused-image", "出すステップのない画像は、名前の打ちまちがいか、消し忘れです。", "an image that no step shows is misspelt, or left over", "- {step: start, say: こんにちは, go: menu}\n-- images/steps.png --\n（画像）\n", "- step: start\n  image: {file: steps.png, alt: 順番の図}\n  say: 図のとおりです\n  go: menu"),
		rule("silent-question", "何も言わずにボタンや質問だけ出すと、何を聞かれたのか、わかりません。", "a question without words can't be understood", "- step: start\n  choices: [{label: メニュー, go: menu}]", "- step: start\n  say: どうぞ\n  choices: [{label: メニュー, go: menu}]"),
	}
}

func wayRules() []diag.Rule {
	return []diag.Rule{rule("two-waits", "一つのステップで待てるのは、一つのことだけです。", "a step waits for one thing", "- step: start\n  say: どうぞ\n  choices: [{label: メニュー, go: menu}]\n  cards: [{title: 題, text: 説明, choices: [{label: もう一度, go: start}]}]", "- step: start\n  say: どうぞ\n  cards: [{title: 題, text: 説明, choices: [{label: もう一度, go: start}]}]"),
		rule("idle-go", "先へ進む道がないのに「go:」だけが残っていると、患者さんはそこで止まってしまいます。同意やたずねる項目を消したときに起こります。", "where each choice leads elsewhere nobody takes go:, and whoever should is stuck", "- {step: start, say: どうぞ, go: menu, choices: [{label: メニュー, go: menu}]}", "- {step: start, say: どうぞ, choices: [{label: メニュー, go: menu}]}"),
		rule("two-ways", "続きがあるのか、終わるのか、どちらかに決めます。", "a step goes on or ends", "- {step: start, say: おわり, go: menu, end: true}", "- {step: start, say: おわり, end: true}"),
		rule("two-acts", "取り下げや消去は、ほかのことと混ぜると、何が起きたのか、わからなくなります。", "what erases or withdraws does nothing else", "- {step: start, say: 消しますか, choices: [{label: 消す, go: gone}, {label: 消さない, go: menu}]}\n- {step: gone, say: 消しました, erase: true, forget: true, go: menu}", "- {step: start, say: 消しますか, choices: [{label: 消す, go: gone}, {label: 消さない, go: menu}]}\n- {step: gone, say: 消しました, erase: true, go: menu}"),
		rule("link-moves", "リンクのボタンは外のページや電話を開くだけで、会話は進みません。", "a link opens something; the chat stays", "- step: start\n  say: どうぞ\n  choices: [{label: 電話, link: \"tel:{{clinic.phone}}\", go: menu}, {label: メニュー, go: menu}]", "- step: start\n  say: どうぞ\n  choices: [{label: 電話, link: \"tel:{{clinic.phone}}\"}, {label: メニュー, go: menu}]"),
		rule("fix-moves", "「fix:」は、たずね直して戻ってくるので、ほかの行き先とは一緒に使えません。", "fix: asks again and comes back", form("  - step: sum\n    say: よろしいですか\n    choices: [{label: 直す, fix: color, go: menu}, {label: おわる, go: menu}]"), form("  - step: sum\n    say: よろしいですか\n    choices: [{label: 直す, fix: color}, {label: おわる, go: menu}]")),
		rule("fix-unasked", "このフローでたずねていない項目は、たずね直せません。", "what this flow doesn't ask for can't be asked again", "-- a.yaml --\nflow: a\ntriggers: [あ]\nfields: {color: {type: text}}\nsteps:\n  - {step: start, say: 何色, ask: color, go: menu}\n-- b.yaml --\nflow: b\ntriggers: [い]\nsteps:\n  - step: start\n    say: どうぞ\n    choices: [{label: 直す, fix: color}, {label: メニュー, go: menu}]", form("  - step: sum\n    say: よろしいですか\n    choices: [{label: 直す, fix: color}, {label: おわる, go: menu}]")),
		rule("branch-never", "進むことのない枝は、条件のまちがいです。", "a branch that is never taken has a wrong condition", form("  - step: part\n    branch:\n      - {go: menu}\n      - {when: {color: set}, go: start}"), form("  - step: part\n    branch:\n      - {when: {color: set}, go: menu}\n      - {go: menu}")),
		rule("dead-end", "続きのないステップに来ると、患者さんはそこで止まってしまいます。", "a patient who comes here is stuck", "- {step: start, say: こんにちは}", "- {step: start, say: こんにちは, go: menu}"),
		rule("endless-circle", "待つところのない輪に入ると、案内は返事ができません。", "in a circle without a wait the bot never answers", "- {step: start, say: こんにちは}\n- {step: next, say: つぎ, go: start}", "- {step: start, say: こんにちは}\n- {step: next, say: つぎ, go: menu}"),
		rule("call-circle", "寄り道が自分に戻ってくると、終わりがありません。", "a flow that calls itself never returns", "- step: start\n  say: どうぞ\n  quick: [{label: メニュー, go: menu}]\n  call: example\n  end: true", "- step: start\n  say: どうぞ\n  call: other\n  go: menu\n-- other.yaml --\nflow: other\nsteps:\n  - {step: start, say: こちらも, end: true}"),
		warning("unreachable-step", "どこからも来られないステップは、患者さんの目にふれません。つなぎ忘れかもしれません。", "what nobody can come to may have been forgotten", "- {step: start, say: こんにちは, go: menu}\n- {step: lonely, say: だれか, go: menu}", "- step: start\n  say: こんにちは\n  choices: [{label: つぎ, go: next}]\n- {step: next, say: どうぞ, go: menu}"),
		warning("example-alike", "同じ聞き方が二つのステップにあると、患者さんをどちらへ案内するか、決められません。", "with the same question under two steps nobody knows where to lead", asked("夏祭りはいつですか", "夏祭りはいつですかね"), asked("夏祭りはいつですか", "駐車場の提灯は何色ですか")),
		warning("near-topic", "話題の打ちまちがいは、似た質問からこのステップを見つけにくくします。", "with its topic misspelt a step is found less often", "- {step: start, topic: mecanism, say: こんにちは, go: menu}", "- {step: start, topic: mechanism, say: こんにちは, go: menu}"),
		warning("example-astray", "この例は、そのままなら届きますが、少し言い方が変わると、別のステップへ進みます。", "what differs a little from the example leads elsewhere", astray("飾りの値段はおいくらですか"), astray("待合室の飾りを見たい")),
		warning("renamed-exists", "まだあるステップの名前を「renamed:」に書いても、効き目がありません。", "renamed: is for names that are gone", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nrenamed: {next: start}\nsteps:\n  - {step: start, say: こんにちは}\n  - {step: next, say: つぎ, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nrenamed: {old: start}\nsteps:\n  - {step: start, say: こんにちは}\n  - {step: next, say: つぎ, go: menu}"),

		rule("consent-missing", "お名前や連絡先は大切な情報です。何に使うかを知って同意していただく前に、たずねることはできません（個人情報保護法）。どの道を通っても同意が先になることを、確かめています。", "personal data is asked for only behind a consent, on every path (個人情報保護法)", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {nick: {type: name, personal: true}}\nsteps:\n  - {step: start, say: お名前は, ask: nick, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {nick: {type: name, personal: true}}\nsteps:\n  - step: start\n    say: お名前を預かってよいですか\n    consent: {version: \"2026-11-22\", \"yes\": 同意する, \"no\": 同意しない, refused: menu}\n  - {step: ask, say: お名前は, ask: nick, go: menu}"),
		rule("personal-set", "個人の情報は、本人の答えだけを受け取ります。", "what is personal comes from the patient alone", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {nick: {type: name, personal: true}}\nsteps:\n  - {step: start, say: どうぞ, set: {nick: 花子}, go: menu}", "-- notice.yaml --\nflow: notice\ntriggers: [お知らせ]\nfields: {nick: {type: name}}\nsteps:\n  - {step: start, say: どうぞ, set: {nick: 花子}, go: menu}"),
	}
}

func statedRules() []diag.Rule {
	return []diag.Rule{
		rule("missing-facts", "事実の一覧がないと、話してよいことかどうか、確かめられません。", "without facts.yaml nothing checks what is stated", "- {step: start, facts: [T1], say: 肩が長く痛む, go: menu}", stated("facts: [T1]\n    say: 肩が長く痛む")),
		rule("unknown-fact", "事実の一覧にない番号では、根拠になりません。", "a number that isn't in facts.yaml is no ground", stated("facts: [T9]\n    say: 肩が長く痛む"), stated("facts: [T1]\n    say: 肩が長く痛む")),
		rule("too-many-facts", "一つの返事に事実が多すぎると、読む人も確かめる人も追えません。", "nobody can check so many facts in one reply", stated("facts: [T1, T1, T1, T1, T1]\n    say: 肩が長く痛む"), stated("facts: [T1]\n    say: 肩が長く痛む")),
		rule("never-told", "広告の決まりや法律に触れるため、話さないと決めた事実です。", "the rules of advertising forbid to tell it", stated("facts: [T3]\n    say: どこよりも上手")+"\n", stated("facts: [T1]\n    say: 肩が長く痛む")),
		rule("fact-words", "根拠にした事実の大切な言葉が抜けると、別の話になってしまいます。", "without its key words the text tells something else", stated("facts: [T1]\n    say: 肩が痛む"), stated("facts: [T1]\n    say: 肩が長く痛む")),
		rule("fact-hedge", "「期待されている」ことを言い切ると、誇大広告になります。元の事実より強くは言えません。訳も同じです。", "what is only expected can't be asserted, in no language", stated("facts: [T2]\n    say: 腰がらくになります"), stated("facts: [T2]\n    say: 腰がらくになると期待されています")),
		rule("unhedged", "「考えられている」ことは、そう話します。その言い方が「hedges:」にないと、言い切っても気づけません。", "what is thought is told as thought: without words for that in hedges: nobody notices an assertion", strings.Replace(stated("facts: [T1]\n    say: 肩が長く痛む"), "hedges:\n  expected: [期待されて]\n", "", 1), stated("facts: [T1]\n    say: 肩が長く痛む")),
		rule("fact-exceeded", "この言葉を足すと、事実より言いすぎになります。", "with this word the text says more than the fact", stated("facts: [T1]\n    say: 肩が永遠に長く痛む"), stated("facts: [T1]\n    say: 肩が長く痛む")),
		rule("effect-twin", "費用やリスクがそろわないあいだ、患者さんに見せる文章が要ります。", "as long as a disclosure isn't set, patients are told something else", effect("facts: [T4]\n    say: \"膝が軽くなると期待されています。費用は{{clinic.hours}}\""), effect("facts: [T4]\n    say: \"膝が軽くなると期待されています。費用は{{clinic.hours}}\"\n    without_effect: 診察でご説明します")),
		rule("effect-undisclosed", "治療の効果は、費用・回数・リスクなどと同じ返事の中でだけ話せます（医療広告ガイドライン 限定解除の要件）。", "an effect is stated only beside its price, sessions and risks (医療広告ガイドライン)", effect("facts: [T4]\n    say: 膝が軽くなると期待されています\n    without_effect: 診察でご説明します"), effect("facts: [T4]\n    say: \"膝が軽くなると期待されています。費用は{{clinic.hours}}\"\n    without_effect: 診察でご説明します")),
		rule("effect-unnamed", "効果の話は、必要な情報がそろうステップでだけします。ほかの文章にまぎれこませることはできません。", "an effect is told nowhere but in its step", effect("say: 膝が軽くなりますよ"), effect("say: 膝のお話です")),
		rule("effect-claimed", "治療の名前を出して「楽になります」「治ります」と言い切ると、効果の約束になります（医療広告ガイドライン）。事実の言葉を使わない、別の言い方でも同じです。", "a treatment that is said to ease or to heal is a promise of its effect, in whatever words (医療広告ガイドライン)", treating("レーザーを受けると、痛みがやわらぎます。"), treating("レーザーは、診察をしてから受けていただきます。")),
		warning("effect-implied", "治療のお話の中で「痛みが軽くなる」などと書くと、治療の効果と読まれます。効果は、費用やリスクをそろえて話すステップに書きます。効果の話でなければ、「承知」の理由を書いてください。", "in what is told of a treatment this reads as its effect, which is stated beside its price and risks only; if it is none, silence the warning with a reason", treating("痛みがやわらぎます。"), treating("痛みがやわらぐかどうかは、お一人おひとり違います。")),
		rule("reviewed-form", "いつ確認されたかは、日付で残します。", "the day of a review is written as a date", "- {step: start, say: こんにちは, reviewed: {by: 院長, on: 昨日, text: 16884bfe}, go: menu}", "- {step: start, say: こんにちは, reviewed: {by: 院長, on: 2026-11-22, text: 16884bfe}, go: menu}"),
		rule("no-such-day", "暦にない日付では、いつのことか、わかりません。", "a date that isn't in the calendar says nothing", "- {step: start, say: こんにちは, reviewed: {by: 院長, on: 2026-02-30, text: 16884bfe}, go: menu}", "- {step: start, say: こんにちは, reviewed: {by: 院長, on: 2026-02-28, text: 16884bfe}, go: menu}"),
		warning("reviewed-changed", "確認のあとで文章が変わると、その確認は効かなくなります。", "an edit voids the approval of a text", "- {step: start, say: こんばんは, reviewed: {by: 院長, on: 2026-11-22, text: 16884bfe}, go: menu}", "- {step: start, say: こんにちは, reviewed: {by: 院長, on: 2026-11-22, text: 16884bfe}, go: menu}"),
		rule("unreviewed", "緊急のときの返事と治療のお話は、公開の前に医師が読んで確かめます（check --release のときだけ調べます）。", "what is said of danger and of treatments is read by a doctor before release (only with check --release)", stated("facts: [T1]\n    say: 肩が長く痛む"), stated("facts: [T1]\n    say: 肩が長く痛む\n    reviewed: {by: 院長, on: 2026-11-22, text: 99fb61fa}")),
		warning("untold-fact", "話すと決めた事実を、どのステップも話していません。", "a fact that is to be told is told nowhere", "-- facts.yaml --\nfacts:\n  T1: {text: 肩が長く痛む, strength: asserted, words: [肩, 長く]}", stated("facts: [T1]\n    say: 肩が長く痛む")),
	}
}

// languageRules are about what is said in other languages than Japanese.
func languageRules() []diag.Rule {
	return []diag.Rule{
		warning("missing-translation", "訳のない文章は、その言葉の方にも日本語のまま出ます。日本語を変えたときは、訳も見なおします。", "what has no translation is said in Japanese; after an edit the translation is looked at again", "- {step: start, say: こんにちは, go: menu}\n-- en/example.yaml --\nflow: example\ntexts: []\n", "- {step: start, say: こんにちは, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: こんにちは, text: Hello}\n"),
		warning("unused-translation", "もうない文章の訳は、日本語が変わったときの直し忘れかもしれません。", "a translation of what is gone may be one that was forgotten in an edit", "- {step: start, say: こんにちは, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: こんにちは, text: Hello}\n  - {ja: さようなら, text: Goodbye}\n", "- {step: start, say: こんにちは, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: こんにちは, text: Hello}\n"),
		warning("japanese-left", "訳に残った日本語は、その言葉の方には読めません。", "who reads a translation can't read the Japanese left in it", "- {step: start, say: ヨガのお話, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: ヨガのお話, text: About ヨガ}\n", "- {step: start, say: ヨガのお話, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: ヨガのお話, text: About yoga (ヨガ)}\n"),
		rule("translation-twice", "同じ文章の訳が二つあると、どちらを見せるか決まりません。", "with two translations either could be meant", "- {step: start, say: こんにちは, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: こんにちは, text: Hello}\n  - {ja: こんにちは, text: Hi}\n", "- {step: start, say: こんにちは, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: こんにちは, text: Hello}\n"),
		rule("translation-values", "差し込みが抜けると、電話番号や費用などが、その言葉の方に伝わりません。", "without its values the translation lacks the phone number or the fee", "- {step: start, say: \"お電話は {{clinic.phone}} です\", go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: \"お電話は {{clinic.phone}} です\", text: Please call us}\n", "- {step: start, say: \"お電話は {{clinic.phone}} です\", go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: \"お電話は {{clinic.phone}} です\", text: \"Please call {{clinic.phone}}\"}\n"),
		rule("translation-numbers", "119などの番号が抜けた訳は、命にかかわります。", "a translation without 119 endangers lives", "- {step: start, say: 119番へ電話してください, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: 119番へ電話してください, text: Call an ambulance}\n", "- {step: start, say: 119番へ電話してください, go: menu}\n-- en/example.yaml --\nflow: example\ntexts:\n  - {ja: 119番へ電話してください, text: Call 119}\n"),
		warning("unchecked-fact", "訳が、元の事実より強い言い方になっていないかは、その言葉での言い方がわからないと、確かめられません。", "whether a translation says more than the fact can be checked only by the words for it", expected(""), expected("-- en/facts.yaml --\nhedges:\n  expected: [expected, may]\nfacts:\n  T2: {words: [back, easier]}\n")),
		rule("unknown-language", "訳のフォルダーがない言葉では、話せません。", "without a directory of translations the bot doesn't speak a language", "- {step: start, say: こんにちは, go: talk}\n- {step: talk, language: en, say: どうぞ, go: menu}\n", "- {step: start, say: こんにちは, go: talk}\n- {step: talk, language: ja, say: どうぞ, go: menu}\n"),
	}
}
