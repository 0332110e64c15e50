package flow_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/lint"
)

type mistake struct {
	what, file, old, edit string
	rule, says            string
}

// broken are mistakes that people make, each by one edit of the good flows in
// testdata/broken. ⟦…⟧ marks what the one diagnostic points at; says is a part of it that
// tells the mend.
var broken = []mistake{
	// ── of the hand ──
	{"no colon behind a key", "talk.yaml", "    say: 持ちものは", "    ⟦say⟧ 持ちものは", "missing-colon", "半角の「:」と空白を入れて"},
	{"no colon behind the last key of a step", "form.yaml", "    ask: phone\n", "    ⟦ask⟧ phone\n", "missing-colon", "半角の「:」と空白を入れて"},
	{"no colon behind a key that holds a list", "form.yaml", "    branch:\n", "    ⟦branch⟧\n", "missing-colon", "「:」がありません"},
	{"full-width colon", "talk.yaml", "    say: 持ちものは", "    say⟦：⟧持ちものは", "wide-colon", "半角の「:」と、半角の空白"},
	{"full-width colon and space", "talk.yaml", "    topic: effect", "    topic⟦：⟧　effect", "wide-colon", "半角の「:」と、半角の空白"},
	{"full-width colon in a pair", "form.yaml", "{label: 送る, go: sent}", "{label⟦：⟧送る, go: sent}", "wide-colon", "半角の「:」と、半角の空白"},
	{"full-width colon at the end of the file", "farewell.yaml", "    end: true", "    end⟦：⟧true", "wide-colon", "半角の「:」と、半角の空白"},
	{"full-width colon behind - step", "form.yaml", "  - step: phone", "  - step⟦：⟧phone", "wide-colon", "半角の「:」と、半角の空白"},
	{"no space behind a colon", "form.yaml", "    say: お名前を", "    say⟦:⟧お名前を", "colon-space", "半角の空白を一つ"},
	{"no space behind the last colon of a step", "form.yaml", "    ask: note\n", "    ask⟦:⟧note\n", "colon-space", "半角の空白を一つ"},
	{"no space behind a colon in a pair", "form.yaml", "{label: 送る, go: sent}", "{label⟦:⟧送る, go: sent}", "colon-space", "半角の空白を一つ"},
	{"no space behind the dash of a step", "form.yaml", "  - step: when", "  ⟦-⟧step: when", "dash-space", "半角の空白を一つ"},
	{"no space behind the dash of a choice", "talk.yaml", "      - {label: 持ちもの, go: things}", "      ⟦-⟧{label: 持ちもの, go: things}", "dash-space", "半角の空白を一つ"},
	{"full-width dash", "form.yaml", "  - step: day", "  ⟦－⟧ step: day", "wide-dash", "半角の「-」"},
	{"long-vowel mark for a dash", "talk.yaml", "      - {label: 電話する", "      ⟦ー⟧ {label: 電話する", "wide-dash", "半角の「-」"},
	{"tab before a key", "talk.yaml", "    say: 持ちものは", "⟦\t⟧say: 持ちものは", "tab-indent", "半角の空白に"},
	{"tab behind spaces", "talk.yaml", "    say: 持ちものは", "  ⟦\t⟧say: 持ちものは", "tab-indent", "半角の空白に"},
	{"full-width spaces before a key", "talk.yaml", "    say: 持ちものは", "⟦　　⟧say: 持ちものは", "wide-space", "半角の空白に"},
	{"full-width space behind a colon", "form.yaml", "    ask: day", "    ask:⟦　⟧day", "wide-space", "半角の空白に"},
	{"full-width space behind a dash", "talk.yaml", "      - 肩がこります", "      -⟦　⟧肩がこります", "wide-space", "半角の空白に"},
	{"a space too few", "form.yaml", "    ask: note\n", "   ⟦ask: note⟧\n", "indent", "左の位置をそろえて"},
	{"a space too many", "form.yaml", "    ask: note\n", "     ⟦ask: note⟧\n", "indent", "左の位置をそろえて"},
	{"a choice too far left", "talk.yaml", "      - {label: 持ちもの, go: things}", "     ⟦- {label: 持ちもの, go: things}⟧", "indent", "左の位置をそろえて"},
	{"a step too far right", "form.yaml", "  - step: quit", "   ⟦- step: quit⟧", "indent", "左の位置をそろえて"},
	{"double quote left open", "form.yaml", `version: "2026-11-22"`, `version: ⟦"2026-11-22⟧`, "open-quote", "同じ引用符"},
	{"double quote left open before others", "form.yaml", "say: お忘れものを探して、ご連絡します。", `say: ⟦"お忘れものを探して、ご連絡します。⟧`, "open-quote", "同じ引用符"},
	{"single quote left open", "talk.yaml", "say: 持ちものは、どちらですか？", "say: ⟦'持ちものは、どちらですか？⟧", "open-quote", "同じ引用符"},
	{"text behind a closing quote", "talk.yaml", "say: 持ちものは、どちらですか？", `say: "持ちもの"⟦は、どちらですか？⟧`, "after-quote", "全体を"},
	{"colon and space in a text", "form.yaml", "say: お名前を教えてください。", "say: お名前⟦: ⟧を教えてください。", "colon-in-text", "全体を"},
	{"a text that begins with {{", "form.yaml", "say: お名前を教えてください。", "say: ⟦{{clinic.name}}です。お名前を教えてください。⟧", "bare-braces", "で囲んで"},
	{"too few braces", "form.yaml", "say: お名前を教えてください。", "say: お電話は⟦{clinic.phone}⟧です。お名前を教えてください。", "template-form", "2つずつ"},
	{"a text that is only {{…}}", "form.yaml", "say: お名前を教えてください。", "say: ⟦{{clinic.name}}⟧", "bare-braces", "で囲んで"},
	{"a text that begins with @", "form.yaml", "say: お名前を教えてください。", "say: ⟦@⟧クリニックです。お名前を教えてください。", "odd-start", "で囲んで"},
	{"a text that begins with *", "form.yaml", "say: お名前を教えてください。", "say: ⟦*⟧お名前を教えてください。", "odd-start", "で囲んで"},
	{"a text that begins with %", "form.yaml", "say: お名前を教えてください。", "say: ⟦%⟧お名前を教えてください。", "odd-start", "で囲んで"},
	{"text on the line of |", "form.yaml", "    say: お名前を教えてください。", "    say: |⟦お名前を教えてください。⟧", "text-behind-bar", "次の行から"},
	{"several lines without |", "form.yaml", "say: お名前を教えてください。", "say: ⟦お名前を教えてください。⟧\n      名字だけでもかまいません。", "lost-breaks", "「|」とし"},
	{"text of | not indented", "form.yaml", "      お名前：{{name}} 様\n", "    ⟦お名前：{{name}} 様⟧\n", "indent", "右に字下げ"},
	{"# in a text", "form.yaml", "say: わかりました。送らずに終わります。", "say: わかりました。迷うときは ⟦#7119 へ。⟧", "hash-in-text", "囲んでください"},
	{"# in a list", "talk.yaml", "[肩こり, 肩こりのこと]", "[肩こり, ⟦#7119⟧, 肩こりのこと]", "hash-in-text", "\"…\" で囲んで"},
	{"# at the start of a list", "talk.yaml", "[肩こり, 肩こりのこと]", "[⟦#7119⟧, 肩こりのこと]", "hash-in-text", "\"…\" で囲んで"},
	{"# in a pair", "form.yaml", "{label: 送る, go: sent}", "{label: ⟦#7119へ⟧, go: sent}", "hash-in-text", "\"…\" で囲んで"},
	{"# within a text in a pair", "form.yaml", "{label: 送る, go: sent}", "{label: ⟦夜は #7119へ⟧, go: sent}", "hash-in-text", "\"…\" で囲んで"},
	{"brace left open", "form.yaml", "{label: 送る, go: sent}", "⟦{label: 送る, go: sent⟧", "open-bracket", "行の終わりに"},
	{"bracket left open", "talk.yaml", "[肩こり, 肩こりのこと]", "⟦[肩こり, 肩こりのこと⟧", "open-bracket", "行の終わりに"},
	{"no comma in a pair", "form.yaml", "{label: 送る, go: sent}", "{label: 送る⟦ ⟧go: sent}", "missing-comma", "「,」で区切って"},
	{"Japanese comma in a pair", "form.yaml", "{label: 送る, go: sent}", "{label: 送る⟦、⟧go: sent}", "wide-comma", "半角の「,」"},
	{"Japanese comma in a list of words", "talk.yaml", "[肩こり, 肩こりのこと]", "[肩こり⟦、⟧肩こりのこと]", "list-comma", "半角の「,」"},
	{"full-width braces", "form.yaml", "- {label: 送る, go: sent}", "- ⟦｛⟧label: 送る, go: sent｝", "wide-bracket", "半角の「{ }」「[ ]」"},
	{"full-width closing brace", "form.yaml", "{label: 送る, go: sent}", "{label: 送る, go: sent⟦｝⟧", "wide-bracket", "半角の「{ }」「[ ]」"},
	{"full-width brackets", "talk.yaml", "[肩こり, 肩こりのこと]", "⟦［⟧肩こり, 肩こりのこと］", "wide-bracket", "半角の「{ }」「[ ]」"},
	{"a key twice", "form.yaml", "    wrong: お名前だけを送ってください。", "    ⟦ask⟧: name", "duplicate-key", "2回書かれて"},
	{"an anchor", "form.yaml", "say: お名前を教えてください。", "say: ⟦&x⟧ お名前を教えてください。", "yaml-feature", "引用符で囲んで"},
	{"a second document", "form.yaml", "  - step: quit\n", "⟦---⟧\n  - step: quit\n", "second-document", "1つの内容だけ"},

	// ── quotes, dashes, braces, # and the lines of | ──
	{"curly quotes around a link", "talk.yaml", `link: "tel:{{clinic.phone}}"`, "link: ⟦“⟧tel:{{clinic.phone}}”", "wide-quote", "半角の「\"」"},
	{"full-width quotes around a link", "talk.yaml", `link: "tel:{{clinic.phone}}"`, "link: ⟦＂⟧tel:{{clinic.phone}}＂", "wide-quote", "半角の「\"」"},
	{"Japanese quotes around a link", "talk.yaml", `link: "tel:{{clinic.phone}}"`, "link: ⟦「⟧tel:{{clinic.phone}}」", "wide-quote", "半角の「\"」"},
	{"a curly quote that closes", "talk.yaml", `link: "tel:{{clinic.phone}}"`, `link: "tel:{{clinic.phone}}⟦”⟧`, "wide-quote", "半角の「\"」"},
	{"curly quotes around a text", "form.yaml", "say: お名前を教えてください。", "say: ⟦“お名前を教えてください。”⟧", "wide-quote", "半角の「\"」"},
	{"curly quotes around a key", "form.yaml", `      "yes": 同意する`, "      ⟦“yes”⟧: 同意する", "wide-quote", "半角の「\"」"},
	{"a tab behind the dash of a text", "talk.yaml", "      - 肩がこります", "      -⟦\t⟧肩がこります", "tab-indent", "半角の空白に"},
	{"a tab behind the dash of a step", "form.yaml", "  - step: when", "  -⟦\t⟧step: when", "tab-indent", "半角の空白に"},
	{"a space from the web behind a colon", "form.yaml", "    ask: day", "    ask:⟦\u00a0⟧day", "wide-space", "半角の空白に"},
	{"no dash before a choice", "talk.yaml", "      - {label: 持ちもの, go: things}", "      ⟦{label: 持ちもの, go: things}⟧", "missing-dash", "半角の「-」と空白"},
	{"spaces for the dash of a choice", "talk.yaml", "      - {label: 持ちもの, go: things}", "        ⟦{label: 持ちもの, go: things}⟧", "missing-dash", "半角の「-」と空白"},
	{"no dash before the first choice", "talk.yaml", "      - {label: 注射のこと, go: effect}", "      ⟦{label: 注射のこと, go: effect}⟧", "missing-dash", "半角の「-」と空白"},
	{"no dash before an example", "talk.yaml", "      - 肩こりとは何ですか", "      ⟦肩こりとは何ですか⟧", "missing-dash", "半角の「-」と空白"},
	{"no dash before the first example", "talk.yaml", "      - 肩がこります", "      ⟦肩がこります⟧", "missing-dash", "半角の「-」と空白"},
	{"spaces for the dash of an example", "talk.yaml", "      - 肩がこります\n      - 肩こりとは", "      - ⟦肩がこります⟧\n        肩こりとは", "lost-breaks", "「- 」を付け"},
	{"no dash before a step", "form.yaml", "  - step: when", "  ⟦step: when⟧", "missing-dash", "半角の「-」と空白"},
	{"spaces for the dash of a step", "form.yaml", "  - step: when", "    ⟦step⟧: when", "missing-dash", "前に「- 」を付けて"},
	{"no dash before the first step", "talk.yaml", "  - step: start", "  ⟦step: start⟧", "missing-dash", "半角の「-」と空白"},
	{"spaces for the dash of the first step", "talk.yaml", "  - step: start", "    ⟦step: start⟧", "missing-dash", "半角の「-」と空白"},
	{"no dash before a choice of several lines", "talk.yaml", "      - label: はじめへ", "        ⟦label⟧: はじめへ", "missing-dash", "前に「- 」を付けて"},
	{"a line of | too far left", "talk.yaml", "        迷うときは、お電話（{{clinic.phone}}）でおたずねください。", "       ⟦迷うときは、お電話（{{clinic.phone}}）でおたずねください。⟧", "indent", "左から9文字目"},
	{"the first line of | too far right", "talk.yaml", "        肩こりは、長く続く肩の痛みのことです。", "         ⟦肩こりは、長く続く肩の痛みのことです。⟧", "indent", "左から9文字目"},
	{"a comment in the midst of |", "talk.yaml", "        迷うときは、お電話", "    ⟦# あとで直す⟧\n        迷うときは、お電話", "indent", "左から9文字目"},
	{"a full-width |", "form.yaml", "    say: |\n      お名前：", "    say: ⟦｜⟧\n      お名前：", "wide-bar", "半角の「|」"},
	{"a brace too many behind", "talk.yaml", "（{{clinic.phone}}）", "（⟦{{clinic.phone}}}⟧）", "template-form", "半角で「{{clinic.phone}}」"},
	{"a brace too many before", "talk.yaml", "（{{clinic.phone}}）", "（⟦{{{clinic.phone}}⟧）", "template-form", "半角で「{{clinic.phone}}」"},
	{"braces within braces", "talk.yaml", "（{{clinic.phone}}）", "（⟦{{ {clinic.phone} }}⟧）", "template-form", "半角で「{{clinic.phone}}」"},
	{"a brace too many in a link", "talk.yaml", `"tel:{{clinic.phone}}"`, `"tel:⟦{{clinic.phone}}}⟧"`, "template-form", "半角で「{{clinic.phone}}」"},
	{"a brace too few in a link", "talk.yaml", `"tel:{{clinic.phone}}"`, `"tel:⟦{{clinic.phone}⟧"`, "template-form", "半角で「{{clinic.phone}}」"},
	{"brackets for braces", "talk.yaml", "（{{clinic.phone}}）", "（[[⟦clinic.phone⟧]]）", "template-form", "半角で「{{clinic.phone}}」"},
	{"a link without its quotes", "talk.yaml", `"tel:{{clinic.phone}}"`, "⟦tel:{{clinic.phone}}⟧", "bare-braces", "で囲んで"},
	{"a text that begins with { and one too few", "form.yaml", "say: お名前を教えてください。", "say: ⟦{{clinic.name}です。お名前を教えてください。⟧", "bare-braces", "で囲んで"},
	{"a closing brace too many", "talk.yaml", "{label: 持ちもの, go: things}", "{label: 持ちもの, go: things}⟦}⟧", "after-bracket", "消すか"},
	{"a brace left open behind {{ }}", "talk.yaml", `{label: 電話する, link: "tel:{{clinic.phone}}"}`, `⟦{label: 電話する, link: "tel:{{clinic.phone}}"⟧`, "open-bracket", "行の終わりに"},
	{"# at the start of an example", "talk.yaml", "      - 肩がこります", "      - ⟦#7119って何⟧", "hash-in-text", "で囲んで"},
	{"# at the start of a text", "form.yaml", "say: わかりました。送らずに終わります。", "say: ⟦#7119 へどうぞ。⟧", "hash-in-text", "で囲んで"},

	// ── a name that is missing, and what is a fallout of it ──
	{"a step copied", "form.yaml", "  - step: name\n", "  - step: ⟦start⟧\n", "duplicate-step", "名前を変えて"},
	{"step: misspelt", "form.yaml", "  - step: phone\n", "  - ⟦stp⟧: phone\n", "unknown-key", "「step」のことですか"},
	{"fields: misspelt", "form.yaml", "\nfields:", "\n⟦feilds⟧:", "unknown-key", "「fields」のことですか"},
	{"steps: misspelt", "farewell.yaml", "steps:\n", "⟦step⟧:\n", "unknown-key", "「steps」のことですか"},
	{"flow: misspelt", "farewell.yaml", "flow: farewell", "⟦flw⟧: farewell", "unknown-key", "「flow」のことですか"},
	{"a step without its name", "form.yaml", "  - step: phone\n", "  - step:⟦⟧\n", "missing-key", "「step: 名前」がありません"},
	{"a step's name alone", "form.yaml", "  - step: phone\n", "  - ⟦phone⟧\n", "missing-colon", "「- step: 名前」"},
	{"a step named in full width", "form.yaml", "  - step: phone\n", "  - step: ⟦ｐｈｏｎｅ⟧\n", "name-form", "「phone」としてください"},
	{"the first line of a step gone", "form.yaml", "  - step: phone\n    say", "    ⟦say⟧", "duplicate-key", "「- step: 名前」など"},
	{"steps: gone", "talk.yaml", "steps:\n  - step: start", "  ⟦- step: start⟧", "indent", "抜けていませんか"},

	// ── of those who type and paste Japanese ──
	{"; for a colon", "talk.yaml", "    topic: effect", "    topic⟦；⟧ effect", "wide-colon", "半角の「:」と"},
	{"= for a colon", "talk.yaml", "    topic: effect", "    topic ⟦=⟧ effect", "wide-colon", "半角の「:」と"},
	{"; for a colon in a pair", "form.yaml", "{label: 送る, go: sent}", "{label⟦；⟧ 送る, go: sent}", "wide-colon", "半角の「:」と"},
	{"a full stop for a comma in a pair", "form.yaml", "{label: 送る, go: sent}", "{label: 送る⟦。⟧go: sent}", "wide-comma", "半角の「,」"},
	{"two commas", "form.yaml", "{label: 送る, go: sent}", "{label: 送る,⟦,⟧ go: sent}", "double-comma", "一つに"},
	{"a comma behind a pair", "form.yaml", "{label: 送る, go: sent}", "{label: 送る, go: sent}⟦、⟧", "after-bracket", "消すか"},
	{"a letter behind a pair", "form.yaml", "{label: 送る, go: sent}", "{label: 送る, go: sent}⟦あ⟧", "after-bracket", "消すか"},
	{"a text that begins with [ ]", "form.yaml", "say: お名前を教えてください。", "say: [お願い]⟦お名前を教えてください。⟧", "after-bracket", "で囲んで"},
	{"( ) for { }", "form.yaml", "- {label: 送る, go: sent}", "- ⟦(⟧label: 送る, go: sent)", "wide-bracket", "半角の「{ }」"},
	{"no { }", "form.yaml", "- {label: 送る, go: sent}", "- ⟦label: 送る, go: sent⟧", "open-bracket", "囲んで"},
	{"no {", "form.yaml", "- {label: 送る, go: sent}", "- ⟦label: 送る, go: sent}⟧", "open-bracket", "囲んで"},
	{"no [", "talk.yaml", "[肩こり, 肩こりのこと]", "⟦肩こり, 肩こりのこと]⟧", "open-bracket", "「[」か「{」"},
	{"no [ ] around words", "talk.yaml", "[肩こり, 肩こりのこと]", "肩こり⟦,⟧ 肩こりのこと", "list-comma", "[あ, い]"},
	{"two keys in one line", "form.yaml", "    ask: day\n    choices:", "    ask: day ⟦choices⟧:", "two-keys", "次の行に"},
	{"two steps' lines in one", "form.yaml", "  - step: phone\n    say", "  - step: phone ⟦say⟧", "two-keys", "次の行に"},
	{"a bullet for the dash of a step", "form.yaml", "  - step: phone\n", "  ⟦●⟧ step: phone\n", "wide-dash", "半角の「-」"},
	{"a bullet for the dash of a choice", "form.yaml", "- {label: 送る, go: sent}", "⟦●⟧ {label: 送る, go: sent}", "wide-dash", "半角の「-」"},
	{"a star for the dash of an example", "talk.yaml", "      - 肩がこります", "      ⟦*⟧ 肩がこります", "wide-dash", "半角の「-」"},
	{"a text that begins with - and a space", "form.yaml", "say: お名前を教えてください。", "say: ⟦-⟧ お名前を教えてください。", "odd-start", "で囲んで"},
	{"a text that begins with ?", "form.yaml", "say: お名前を教えてください。", "say: ⟦?⟧ お名前を教えてください。", "odd-start", "で囲んで"},
	{"a text that begins with ! and a space", "form.yaml", "say: お名前を教えてください。", "say: ⟦! お名前を教えてくださ⟧い。", "yaml-feature", "引用符で囲んで"},
	{"a comment with a sign of its own", "form.yaml", "  - step: quit\n", "  ⟦※ やめるとき⟧\n  - step: quit\n", "stray-line", "「# 」を"},
	{"a key too far left", "form.yaml", "    say: お名前を教えてください。\n", "⟦say: お名前を教えてください。⟧\n", "indent", "左の位置を"},
	{"the number of a line copied with it", "form.yaml", "    ask: note\n", "⟦40    ask: note⟧\n", "stray-line", "メモなら「# 」"},
	{"a report copied into a step", "form.yaml", "    ask: note\n", "    ask: note\n⟦form.yaml:40:1: エラー⟧\n", "stray-line", "メモなら「# 」"},
	{"the first choice too far right", "talk.yaml", "      - {label: 注射のこと, go: effect}", "       ⟦- {label: 注射のこと, go: effect}⟧", "indent", "左の位置をそろえて"},
	{"the first choice too far left", "talk.yaml", "      - {label: 注射のこと, go: effect}", "    ⟦- {label: 注射のこと, go: effect}⟧", "indent", "左の位置をそろえて"},
	{"a text behind a key that holds others", "form.yaml", "\nfields:", "\n⟦fields: お名前など⟧", "indent", "後ろの文字を消して"},
	{"go: within a text", "form.yaml", "      ひとこと：{{note?}}\n", "      ひとこと：{{note?}}\n      ⟦go: menu⟧\n", "key-in-text", "見出しとそろえて"},
	{"choices without their key below a text", "form.yaml", "    prompt: この内容で送りますか？\n    choices:\n", "", "key-in-text", "「choices:」"},
	{"choices without their key below bubbles", "talk.yaml", "      - くわしいことは、下からどうぞ。\n    choices:\n      - {", "      - くわしいことは、下からどうぞ。\n      - ⟦{⟧", "wrong-type", "「choices:」"},
	{"a line break as programs write it", "form.yaml", "say: お名前を教えてください。", "say: お名前を⟦\\n⟧教えてください。", "typed-break", "「|」とし"},
	{"a line break of a web page", "form.yaml", "say: お名前を教えてください。", "say: お名前を⟦<br>⟧教えてください。", "typed-break", "「|」とし"},
	{"bold type as elsewhere", "form.yaml", "say: お名前を教えてください。", "say: お名前を⟦**かならず**⟧教えてください。", "typed-mark", "記号を消して"},
	{"bold type of a web page", "form.yaml", "say: お名前を教えてください。", "say: お名前を⟦<b>⟧教えて</b>ください。", "typed-mark", "記号を消して"},
	{"a space of a web page", "form.yaml", "say: お名前を教えてください。", "say: お名前を⟦&nbsp;⟧教えてください。", "typed-mark", "記号を消して"},
	{"a full-width target", "talk.yaml", "{label: 持ちもの, go: things}", "{label: 持ちもの, go: ⟦form／phone⟧}", "unknown-step", "「form/phone」"},
	{"a flow by its title", "talk.yaml", "        go: form\n", "        go: ⟦お忘れもの⟧\n", "unknown-step", "「form」"},
	{"the file of a flow", "talk.yaml", "        go: form\n", "        go: ⟦form.yaml⟧\n", "unknown-step", "「form」"},

	{"a Japanese comma among options", "form.yaml", "{type: one_of, label: ご希望の時間帯, options: [午前, 午後]}", "{type: one_of, label: ご希望の時間帯, options: [⟦午前、午後⟧, 夜], words: {午後: [昼]}}", "list-comma", "半角の「,」"},
	{"Japanese commas between all options", "form.yaml", "options: [午前, 午後]}", "options: [午前⟦、⟧午後], words: {午後: [昼]}}", "list-comma", "半角の「,」"},
	{"an option twice", "form.yaml", "options: [午前, 午後]}", "options: [午前, 午後, ⟦午後⟧], words: {午後: [昼], 午前: [朝]}}", "duplicate-label", "どちらか"},
	{"a misspelt type of a date", "form.yaml", "{type: date, ", "{type: ⟦day⟧, ", "unknown-value", "date"},
	{"a misspelt type with options", "form.yaml", "{type: one_of, ", "{type: ⟦select⟧, ", "unknown-value", "one_of"},
	{"a value that no option has", "form.yaml", "      - when: {when: 午前}", "      - when: {when: ⟦夜⟧}", "unknown-value", "選択肢は 午前, 午後"},

	{"an address where a step belongs", "talk.yaml", "{label: 持ちもの, go: things}", "{label: 持ちもの, go: ⟦https://example.jp/⟧}", "unknown-flow", "「link:」に"},
	{"a call where a step belongs", "talk.yaml", "{label: 持ちもの, go: things}", `{label: 持ちもの, go: ⟦"tel:119"⟧}`, "unknown-step", "「link:」に"},
	{"a label where a step belongs", "talk.yaml", "{label: 持ちもの, go: things}", "{label: 持ちもの, go: ⟦持ちもの⟧}", "unknown-step", "英字の名前"},
	{"a step of another word", "form.yaml", "go: summary", "go: ⟦my-summary⟧", "unknown-step", "ありません"},
	{"the start of a flow renamed", "farewell.yaml", "start\n    say: お大事になさってください。\n    end: true", "top\n    say: お大事になさってください。\n    go: ⟦start⟧", "unknown-step", "入口は、いま「top」"},
	{"a full-width ? in a value", "form.yaml", "{{note?}}", "{{⟦note？⟧}}", "unknown-value", "半角で「{{note?}}」"},
	{"a fact without clinic.", "talk.yaml", "（{{clinic.phone}}）", "（{{⟦laser.price⟧}}）", "unknown-value", "「clinic.laser.price」のことですか"},
	{"an address without https", "talk.yaml", `link: "tel:{{clinic.phone}}"`, "link: ⟦www.example.jp⟧", "link-form", "初めに「https://」"},
	{"a mail for a link", "talk.yaml", `link: "tel:{{clinic.phone}}"`, `link: ⟦"mailto:a@example.jp"⟧`, "link-form", "tel:… の形"},
	{"a call without tel", "talk.yaml", `link: "tel:{{clinic.phone}}"`, `link: ⟦"{{clinic.phone}}"⟧`, "link-form", "初めに「tel:」"},
	{"a space in a call", "talk.yaml", `link: "tel:{{clinic.phone}}"`, `link: ⟦"tel: {{clinic.phone}}"⟧`, "link-form", "空白を入れずに"},
	{"a misspelt field to ask that can be mended", "form.yaml", "    ask: name\n", "    ask: ⟦nmae⟧\n", "unknown-field", "「name」のことですか"},
	{"a say: without its text", "form.yaml", "say: お名前を教えてください。", "say:⟦⟧", "empty", "文章がありません"},
	{"who refuses is asked", "form.yaml", "      refused: refused\n  - step: name\n", "      refused: name\n  - step: ⟦name⟧\n", "consent-missing", "「refused:」"},

	{"a choice that lost its target", "talk.yaml", "{label: 注射のこと, go: effect}", "{label: ⟦注射のこと⟧}", "choice-without-go", "「go:」で書いて"},
	{"a personal field that isn't handed over", "form.yaml", "[name, phone, when, day, note]", "[name, when, day, note]", "never-handed", "「handoff:」に書き足す"},
	{"nothing is handed over", "form.yaml", "    handoff: [name, phone, when, day, note]\n    say: 受け付けました。受付番号は {{receipt}}", "    say: 受け付けました。受付番号は {{⟦receipt⟧}}", "never-handed", "「handoff: [渡す項目]」"},
	{"a telephone number that isn't personal", "form.yaml", "  phone: {type: phone, label: お電話番号, personal: true}", "  ⟦phone⟧: {type: phone, label: お電話番号}", "impersonal", "「personal: true」"},
	{"examples without a topic", "talk.yaml", "    topic: what\n    facts: [S1]\n    examples:\n      - 肩がこります", "    facts: [S1]\n    examples:\n      - ⟦肩がこります⟧", "no-topic", "「topic: other」"},

	// ── keys and names ──
	{"a misspelt key", "talk.yaml", "    say: 持ちもの", "    ⟦sya⟧: 持ちもの", "unknown-key", "「say」のことですか"},
	{"a misspelt key in a step that holds nothing else", "farewell.yaml", "    end: true\n", "  - step: after\n    ⟦endd⟧: true\n", "unknown-key", "「end」のことですか"},
	{"renamed: among the steps", "form.yaml", "  - step: phone\n", "  - ⟦renamed⟧: {tel: phone}\n  - step: phone\n", "unknown-key", "「steps:」より上に"},
	{"a misspelt key of choices", "talk.yaml", "    quick:\n", "    ⟦qick⟧:\n", "unknown-key", "「quick」のことですか"},
	{"a key with a capital", "talk.yaml", "    topic: effect", "    ⟦Topic⟧: effect", "unknown-key", "「topic」のことですか"},
	{"a key of other languages", "talk.yaml", "        go: form\n", "        ⟦goto⟧: form\n", "unknown-key", "「go」と書きます"},
	{"a key of other languages for a step", "farewell.yaml", "    end: true", "    ⟦next⟧: menu", "unknown-key", "「go」と書きます"},
	{"a step that isn't called so", "form.yaml", "  - step: quit\n", "  - ⟦name⟧: quit\n", "unknown-key", "「step」と書きます"},
	{"a text that isn't called so", "farewell.yaml", "    say: ", "    ⟦text⟧: ", "unknown-key", "「say」と書きます"},
	{"a step with a capital", "talk.yaml", "  - step: things\n", "  - step: ⟦Things⟧\n", "name-form", "「things」としてください"},
	{"a full-width key", "talk.yaml", "    topic: effect", "    ⟦ｔｏｐｉｃ⟧: effect", "unknown-key", "「topic」のことですか"},
	{"a Japanese key", "talk.yaml", "    say: 持ちもの", "    ⟦話す⟧: 持ちもの", "unknown-key", "使えるのは"},
	{"a misspelt key of a choice", "talk.yaml", "        words: [連絡ください]", "        ⟦word⟧: [連絡ください]", "unknown-key", "「words」のことですか"},
	{"a misspelt key of a field", "form.yaml", "label: お名前, personal: true}", "label: お名前, ⟦personel⟧: true}", "unknown-key", "「personal」のことですか"},
	{"a misspelt key of the file", "form.yaml", "title: お忘れもの\n", "⟦titel⟧: お忘れもの\n", "unknown-key", "「title」のことですか"},
	{"a misspelt consent", "form.yaml", "    consent:\n", "    ⟦concent⟧:\n", "unknown-key", "「consent」のことですか"},
	{"a misspelt step", "talk.yaml", "{label: 持ちもの, go: things}", "{label: 持ちもの, go: ⟦thing⟧}", "unknown-step", "「things」のことですか"},
	{"a step of another flow without its name", "talk.yaml", "        go: form\n", "        go: ⟦phone⟧\n", "unknown-step", "「form/phone」"},
	{"a misspelt flow", "talk.yaml", "        go: form\n", "        go: ⟦from⟧\n", "unknown-step", "「form」のことですか"},
	{"a misspelt flow to call", "form.yaml", "call: farewell", "call: ⟦farewel⟧", "unknown-flow", "「farewell」のことですか"},
	{"a step of a flow that isn't there", "talk.yaml", "{label: メニューを見る, go: menu}", "{label: メニューを見る, go: ⟦manu/start⟧}", "unknown-flow", "「menu」のことですか"},
	{"a target left out", "talk.yaml", "        go: form\n", "        go:⟦⟧\n", "empty", "行き先がありません"},
	{"a misspelt field", "form.yaml", "    ask: phone\n", "    ask: ⟦phne⟧\n", "unknown-field", "「phone」のことですか"},
	{"a misspelt field in a text", "form.yaml", "{{when}}", "{{⟦wen⟧}}", "unknown-value", "「when」のことですか"},
	{"a misspelt clinic fact", "talk.yaml", "（{{clinic.phone}}）", "（{{⟦clinic.fone⟧}}）", "unknown-value", "「clinic.phone」のことですか"},
	{"a misspelt field to hand over", "form.yaml", "[name, phone, when, day, note]", "[name, phone, when, day, ⟦notes⟧]", "unknown-field", "「note」のことですか"},
	{"a misspelt type", "form.yaml", "{type: phone, label: お電話番号", "{type: ⟦tel⟧, label: お電話番号", "unknown-value", "phone"},
	{"an unknown way to show", "form.yaml", "    prompt: この内容で送りますか？", "    prompt: この内容で送りますか？\n    show: ⟦botton⟧", "unknown-value", "「buttons」のことですか"},
	{"a step without a name", "form.yaml", "  - step: note\n    say", "  - ⟦⟧say", "missing-key", "「step: 名前」がありません"},
	{"a step named in Japanese", "form.yaml", "  - step: note\n", "  - step: ⟦ひとこと⟧\n", "name-form", "小文字の英字"},
	{"two steps of one name", "form.yaml", "  - step: note\n", "  - step: ⟦day⟧\n", "duplicate-step", "2つあります"},
	{"a flow named unlike its file", "farewell.yaml", "flow: farewell", "flow: ⟦goodbye⟧", "flow-name", "「farewell」"},
	{"a translation among the flows", "farewell.yaml", "title: お見送り\nsteps:\n  - step: start\n    say: お大事になさってください。\n    end: true", "texts:\n  - {ja: はい, text: Yes}", "flow-name", "「en」など"},
	{"a flow without a name", "farewell.yaml", "flow: farewell\n", "⟦⟧", "missing-key", "「flow: farewell」がありません"},
	{"the same words in two flows", "talk.yaml", "[肩こり, 肩こりのこと]", "[肩こり, ⟦忘れものをしました⟧]", "duplicate-trigger", "form/start"},
	{"words that are a command", "form.yaml", "triggers: [忘れものをしました]", "triggers: [忘れものをしました, ⟦メニュー⟧]", "trigger-is-command", "共通の命令"},
	{"words into the midst of a form", "form.yaml", "    say: お名前を教えてください。", "    triggers: [⟦お名前⟧]\n    say: お名前を教えてください。", "trigger-into-form", "フローの先頭"},
	{"a field declared nowhere in a condition", "form.yaml", "{when: 午前}", "{⟦whenn⟧: 午前}", "unknown-field", "「when」のことですか"},
	{"an option that isn't one in a condition", "form.yaml", "{when: 午前}", "{when: ⟦午前中⟧}", "unknown-value", "「午前」のことですか"},
	{"an option that isn't one to set", "form.yaml", `{label: いつでも, set: {day: ""}}`, `{label: いつでも, set: {when: ⟦夕方⟧}}`, "unknown-value", "選択肢にありません"},

	{"a picture that isn't there", "talk.yaml", "    say: 持ちものは", "    image: {file: ⟦map.png⟧, alt: 地図}\n    say: 持ちものは", "missing-image", "「images」フォルダー"},
	{"a picture with its directory", "talk.yaml", "    say: 持ちものは", "    image: {file: ⟦images/steps.png⟧, alt: 地図}\n    say: 持ちものは", "missing-image", "「steps.png」と書いて"},
	{"a picture without its ending", "talk.yaml", "    say: 持ちものは", "    image: {file: ⟦steps⟧, alt: 「steps.png」の図}\n    say: 持ちものは", "missing-image", "「steps.png」と書いて"},
	{"a picture as a name", "talk.yaml", "    say: 持ちものは", "    image: ⟦map.png⟧\n    say: 持ちものは", "wrong-type", "{file: 名前.png, alt: 画像の説明}"},
	{"a language that isn't there", "talk.yaml", "    say: 持ちものは", "    language: ⟦en⟧\n    say: 持ちものは", "unknown-language", "フォルダー"},

	// ── forms ──
	{"a label too long", "talk.yaml", "{label: 持ちもの, go: things}", "{label: ⟦はじめての方と二回目からの方の、お持ちもののこと⟧, go: things}", "label-length", "20文字まで"},
	{"a short name that is too long", "talk.yaml", "title: 肩こりのお話\n", "title: 肩こりのお話\nshort: ⟦肩こりと首こりのお話⟧\n", "label-length", "9文字まで"},
	{"no label", "talk.yaml", "- {label: 持ちもの, go: things}", "- ⟦{⟧go: things}", "missing-key", "「label:」がありません"},
	{"two choices alike", "talk.yaml", "{label: 持ちもの, go: things}", "{label: ⟦注射のこと⟧, go: things}", "duplicate-label", "同じに読める"},
	{"a word that means two options", "form.yaml", ", options: [午前, 午後]}", ", options: [午前, 午後], words: {午前: [朝], 午後: [昼, ⟦朝⟧]}}", "duplicate-label", "「午前」を選ぶ言葉でも"},
	{"two options alike", "form.yaml", ", options: [午前, 午後]}", ", options: [午前, 午後, ⟦午後⟧]}", "duplicate-label", "同じに読める"},
	{"buttons that are too many", "form.yaml", "    prompt: この内容で送りますか？\n    choices:\n", "    prompt: この内容で送りますか？\n    show: ⟦buttons⟧\n    choices:\n      - {label: あ, go: menu}\n      - {label: い, go: menu}\n", "limit", "4個まで"},
	{"confirm with three choices", "form.yaml", "    prompt: この内容で送りますか？\n", "    prompt: この内容で送りますか？\n    show: ⟦confirm⟧\n", "limit", "2つ"},
	{"a prompt that is too long", "form.yaml", "prompt: この内容で送りますか？", "prompt: ⟦" + strings.Repeat("この内容で送りますか？", 15) + "⟧", "text-length", "160文字まで"},
	{"a prompt that is too long with a long name", "form.yaml", "prompt: この内容で送りますか？", "prompt: ⟦\"{{name}} 様、" + strings.Repeat("この内容で送りますか？", 12) + "\"⟧", "text-length", "いちばん長いとき"},
	{"more bubbles than a reply holds", "form.yaml", "    say: わかりました。送らずに終わります。", "    say: ⟦[⟧あ, い, う, え, お, か]", "too-many-bubbles", "5個まで"},
	{"choices as one", "farewell.yaml", "    end: true", "    choices: ⟦{⟧label: メニュー, go: menu}", "wrong-type", "- label: …"},
	{"a step as a word", "farewell.yaml", "    end: true\n", "    end: true\n  - ⟦bye⟧\n", "wrong-type", "- step: 名前"},
	{"yes for true", "farewell.yaml", "end: true", "end: ⟦yes⟧", "wrong-type", "true か false"},
	{"a number that is none", "form.yaml", "max: 50", "max: ⟦五十⟧", "wrong-type", "数を書きます"},
	{"days the wrong way round", "form.yaml", "days: [0, 30]", "days: ⟦[⟧30, 0]", "days-order", "最初の日より後"},
	{"a choice without options", "form.yaml", ", options: [午前, 午後]}", "}", "options", "「options:」が要り"},
	{"a link without https", "talk.yaml", `link: "tel:{{clinic.phone}}"`, "link: ⟦www.example.com⟧", "link-form", "https://"},
	{"a telephone number with #", "talk.yaml", `link: "tel:{{clinic.phone}}"`, `link: ⟦"tel:#7119"⟧`, "link-form", "%23"},
	{"another number than the button says", "talk.yaml", `{label: 電話する, link: "tel:{{clinic.phone}}"}`, `{label: 119に電話する, link: ⟦"tel:110"⟧}`, "label-number", "押すと「110」"},
	{"a link and a target", "talk.yaml", `link: "tel:{{clinic.phone}}"}`, `go: start, link: ⟦"tel:{{clinic.phone}}"⟧}`, "link-moves", "一緒に使えません"},
	{"a brace left out of {{ }}", "form.yaml", "{{name}} 様", "⟦{{name}⟧ 様", "template-form", "合っていません"},
	{"full-width {{ }}", "form.yaml", "{{name}} 様", "⟦｛｛name｝｝⟧ 様", "template-form", "半角で"},
	{"a ? that can't be", "form.yaml", "{{receipt}}", "⟦{{receipt?}}⟧", "template-form", "{{receipt}}"},
	{"two ways to wait", "talk.yaml", "    cards:\n      - title: はじめて", "    choices: [{label: はじめへ, go: start}]\n    cards:\n      ⟦⟧- title: はじめて", "two-waits", "ステップを分けて"},
	{"go and end", "farewell.yaml", "    end: true", "    go: menu\n    end: ⟦true⟧", "two-ways", "同じステップに"},
	{"wrong: without a question", "farewell.yaml", "    end: true", "    wrong: ⟦ちがいます。⟧\n    end: true", "useless-key", "「ask:」のあるステップ"},
	{"cards with unlike choices", "talk.yaml", "        choices: [{label: 二回目からの持ちもの, go: start}]", "        choices: [{label: 二回目からの持ちもの, go: start}, {label: お支払い, go: start}]", "limit", "どのカードも同じ数"},
	{"a card without a title beside one with", "talk.yaml", "      - title: 二回目からの方\n        text", "      - ⟦⟧text", "limit", "題は、全部に"},
	{"a card's text too long", "talk.yaml", "        text: 診察券", "        text: ⟦" + strings.Repeat("診察券をお持ちください。", 6) + "⟧", "text-length", "60文字まで"},
	{"a step that does nothing", "farewell.yaml", "    end: true\n", "    go: nothing\n  - step: ⟦nothing⟧\n", "empty-step", "何もしません"},
	{"choices without a word", "form.yaml", "    say: わかりました。\n    call: farewell\n    go: menu\n", "    say: わかりました。\n    call: farewell\n  - step: ⟦where⟧\n    choices: [{label: メニュー, go: menu}]\n", "silent-question", "「say:」で何か"},

	// ── ways ──
	{"nothing behind the last step", "form.yaml", "    say: わかりました。送らずに終わります。\n    go: menu\n  - step: refused\n    say: わかりました。\n    call: farewell\n    go: menu\n", "    say: わかりました。送らずに終わります。\n    go: menu\n  - step: ⟦refused⟧\n    say: わかりました。\n    call: farewell\n", "dead-end", "「end: true」"},
	{"a circle that never waits", "form.yaml", "  - step: quit\n    forget: true\n    say: わかりました。送らずに終わります。\n    go: menu", "  - step: ⟦quit⟧\n    forget: true\n    say: わかりました。送らずに終わります。\n    go: quit", "endless-circle", "選択肢や質問"},
	{"a step that nobody comes to", "talk.yaml", "  - step: things\n", "  - step: ⟦lonely⟧\n    say: だれも来ません。\n    go: menu\n\n  - step: things\n", "unreachable-step", "どこからも来られません"},
	{"a flow that calls itself", "form.yaml", "    call: farewell\n", "    call: ⟦form⟧\n", "call-circle", "自分自身に戻って"},
	{"a field that nobody uses", "form.yaml", "  note: {type: text", "  ⟦fax⟧: {type: phone, label: ファックス}\n  note: {type: text", "unused-field", "使われていません"},
	{"a branch that is never taken", "form.yaml", "      - when: {when: 午前}\n        go: summary\n", "      - when: {when: 午前}\n        go: summary\n      - ⟦⟧when: {when: 午前}\n        go: note\n", "branch-never", "進むことがありません"},
	{"the rest before the others", "form.yaml", "      - when: {when: 午前}\n        go: summary\n", "      - ⟦⟧go: day\n      - when: {when: 午前}\n        go: summary\n", "branch-never", "最後に置きます"},
	{"a renamed step that isn't there", "form.yaml", "{old-start: start}", "{old-start: ⟦begin⟧}", "unknown-step", "ステップはありません"},
	{"a renamed step the wrong way round", "form.yaml", "{old-start: start}", "{phone: ⟦tel⟧}", "unknown-step", "「tel: phone」"},
	{"a renamed step in another flow", "form.yaml", "{old-start: start}", "{old-start: ⟦talk/start⟧}", "unknown-step", "このフローのステップ"},
	{"a renamed step with its flow", "form.yaml", "{old-start: start}", "{old-start: ⟦form/start⟧}", "unknown-step", "「start」と書いて"},
	{"an arrow for the colon of renamed:", "form.yaml", "{old-start: start}", "{⟦old-start→start⟧}", "wrong-type", "「古い名前: 新しい名前」"},
	{"something mended that is never asked", "form.yaml", "fix: name}", "fix: ⟦receipt-no⟧}", "unknown-field", "「fields:」にありません"},

	// ── consent ──
	{"a personal question before the consent", "form.yaml", "  - step: start\n    say: お忘れものを", "  - step: ⟦before⟧\n    say: はじめにお電話番号を。\n    ask: phone\n  - step: start\n    say: お忘れものを", "consent-missing", "「consent:」のステップを置いて"},
	{"refusing leads to the question", "form.yaml", "refused: refused", "refused: name", "consent-missing", "start → name"},
	{"a choice that goes around the consent", "form.yaml", "      refused: refused\n", "      refused: refused\n    quick:\n      - {label: 先に進む, go: phone}\n", "consent-missing", "start → phone"},
	{"no consent at all", "form.yaml", "    consent:\n      version: \"2026-11-22\"\n      \"yes\": 同意する\n      \"no\": 同意しない\n      refused: refused\n", "    choices:\n      - {label: 進む}\n      - {label: やめる, go: refused}\n", "consent-missing", "start → name"},
	{"a consent without its version", "form.yaml", "      version: \"2026-11-22\"\n", "", "missing-key", "「version:」がありません"},
	{"a version on a day that there isn't", "form.yaml", `version: "2026-11-22"`, `version: ⟦"2026-02-30"⟧`, "no-such-day", "「2026-02-30」という日はありません"},
	{"a review on a day that there isn't", "talk.yaml", "    say: 持ちものは", "    reviewed: {by: 院長, on: ⟦2026-13-01⟧, text: 00000000}\n    say: 持ちものは", "no-such-day", "「2026-13-01」という日はありません"},
	{"a review with a date of another form", "talk.yaml", "    say: 持ちものは", "    reviewed: {by: 院長, on: ⟦2026/11/22⟧, text: 00000000}\n    say: 持ちものは", "reviewed-form", "「2026-11-22」の形"},
	{"a review without a mark", "talk.yaml", "    say: 持ちものは", "    reviewed: {by: 院長, on: 2026-11-22, text: ⟦abc⟧}\n    say: 持ちものは", "reviewed-changed", "今の文章なら、「text: "},
	{"a consent that says nothing of refusing", "form.yaml", "      refused: refused\n", "", "missing-key", "「refused:」がありません"},
	{"something personal that is set", "form.yaml", `{label: いつでも, set: {day: ""}}`, `{label: いつでも, set: {⟦name⟧: 山田}}`, "personal-set", "本人にたずねます"},

	// ── what is stated ──
	{"a fact that isn't there", "talk.yaml", "facts: [S1]", "facts: [S1, ⟦S9⟧]", "unknown-fact", "facts.yaml"},
	{"a fact that the text doesn't hold", "talk.yaml", "        肩こりは、長く続く肩の痛みのことです。", "        肩こりは、肩の痛みのことです。", "fact-words", "長く"},
	{"an expectation as certain", "talk.yaml", "この注射には、血行をよくすることが期待されています。", "⟦この注射は、血行をよくします。⟧", "fact-hedge", "「…ことが期待されています」のような"},
	{"an expectation as sure", "talk.yaml", "血行をよくすることが期待されています。", "血行を⟦絶対に⟧よくすることが期待されています。", "fact-exceeded", "「絶対に」は書けません"},
	{"an effect without its price", "talk.yaml", "        費用：{{clinic.laser.price}}\n", "        費用：診察でご説明します\n", "effect-undisclosed", "{{clinic.laser.price}}"},
	{"an effect without its risks", "talk.yaml", "        リスク：{{clinic.laser.risks}}\n", "        よくお考えください。\n", "effect-undisclosed", "{{clinic.laser.risks}}"},
	{"an effect without its neutral text", "talk.yaml", "    without_effect: くわしいことは、診察のときに医師がご説明します。\n", "", "effect-twin", "「without_effect:」"},
	{"an effect whose neutral text is misspelt", "talk.yaml", "    without_effect:", "    ⟦without_efect⟧:", "unknown-key", "「without_effect」のことですか"},
	{"an effect whose neutral text is empty", "talk.yaml", "    without_effect: くわしいことは、診察のときに医師がご説明します。\n", "    without_effect:⟦⟧\n", "empty", "文章がありません"},
	{"an effect in passing", "farewell.yaml", "    say: お大事になさってください。", "    say: こんにちは。⟦注射で血行をよくして、お大事になさってください。⟧", "effect-unnamed", "「facts:」に番号"},
	{"an effect in other words", "talk.yaml", "持ちものは、どちらですか？", "⟦肩が楽になり⟧ます。持ちものは、どちらですか？", "effect-implied", "治療の効果の話に読めます"},
	{"an effect in other words, in another flow", "farewell.yaml", "お大事に", "注射のあと、⟦痛みがとれま⟧す。お大事に", "effect-implied", "治療の効果の話に読めます"},
	{"an effect on a button", "talk.yaml", "{label: 注射のこと, go", "{label: ⟦肩の痛みが消える注射⟧, go", "effect-implied", "治療の効果の話に読めます"},
	{"an effect in a title", "talk.yaml", "title: 肩こりのお話", "title: ⟦注射で肩を楽に⟧", "effect-implied", "治療の効果の話に読めます"},
	{"hedges left out", "facts.yaml", "hedges:\n  expected: [期待されて]\n", "", "unhedged", "「expected:」がない"},
	{"hedges: misspelt", "facts.yaml", "hedges:\n", "⟦hegdes⟧:\n", "unknown-key", "「hedges」のことですか"},
	{"a strength misspelt in hedges:", "facts.yaml", "  expected: [期待されて]", "  ⟦expcted⟧: [期待されて]", "unknown-value", "「expected」のことですか"},
	{"facts: misspelt", "facts.yaml", "\nfacts:", "\n⟦fcats⟧:", "unknown-key", "「facts」のことですか"},
	{"disclosures: misspelt", "facts.yaml", "disclosures:\n", "⟦disclosure⟧:\n", "unknown-key", "「disclosures」のことですか"},
	{"an emptied hedge", "facts.yaml", "[期待されて]", "⟦[⟧]", "empty", "もとの言葉に戻して"},
	{"emptied words that say too much", "facts.yaml", "never: [絶対に]", "never:⟦⟧", "empty", "「never:」の中身がありません"},
	{"emptied words that are hard", "facts.yaml", "disclosures:", "terms: ⟦[⟧]\ndisclosures:", "empty", "「terms:」の中身がありません"},
	{"emptied disclosures", "facts.yaml", "disclosures:\n  laser: [clinic.laser.price, clinic.laser.risks]", "disclosures:⟦⟧", "empty", "「disclosures:」の中身がありません"},
	{"the disclosures of a treatment emptied", "facts.yaml", "[clinic.laser.price, clinic.laser.risks]", "⟦[⟧]", "empty", "「laser:」の中身がありません"},
	{"no disclosures", "facts.yaml", "disclosures:\n  laser: [clinic.laser.price, clinic.laser.risks]\n", "", "unknown-value", "「disclosures:」にありません"},
	{"a small letter in a fact's name", "talk.yaml", "facts: [S2]", "facts: [⟦s2⟧]", "unknown-fact", "「S2」のことですか"},
	{"a nought in a fact's name", "talk.yaml", "facts: [S2]", "facts: [⟦S02⟧]", "unknown-fact", "「S2」のことですか"},
	{"facts with a Japanese comma", "talk.yaml", "facts: [S1]", "facts: [S1⟦、⟧S1]", "list-comma", "半角の「,」"},
	{"facts with a Japanese comma, in quotes", "talk.yaml", "facts: [S1]", "facts: [⟦\"S1、S1\"⟧]", "unknown-fact", "[S1, S1]"},
	{"facts with a space", "talk.yaml", "facts: [S1]", "facts: [⟦S1 S1⟧]", "unknown-fact", "[S1, S1]"},
	{"words of a fact with a Japanese comma", "facts.yaml", "words: [肩, 長く]", "words: [肩⟦、⟧長く]", "list-comma", "半角の「,」"},
	{"hedges with a Japanese comma", "facts.yaml", "[期待されて]", "[期待されて⟦、⟧見込まれて]", "list-comma", "半角の「,」"},
	{"a fact twice", "facts.yaml", "  S2:", "  ⟦S1⟧:", "duplicate-key", "2回書かれて"},
	{"a small letter in a fact's own name", "facts.yaml", "  S2:", "  ⟦s2⟧:", "name-form", "「S2」としてください"},
	{"words: misspelt", "facts.yaml", "    words: [血行, よく]", "    ⟦word⟧: [血行, よく]", "unknown-key", "「words」のことですか"},
	{"a full-width colon in facts.yaml", "facts.yaml", "strength: asserted", "strength⟦：⟧asserted", "wide-colon", "半角の「:」"},
	{"a strength that isn't one", "facts.yaml", "strength: expected", "strength: ⟦expcted⟧", "unknown-value", "「expected」のことですか"},
	{"facts: of an effect misspelt", "talk.yaml", "facts: [S2]", "⟦fact⟧: [S2]", "unknown-key", "「facts」のことですか"},
	{"an effect that the text doesn't tell", "talk.yaml", "facts: [S1]", "facts: [⟦S2⟧]", "fact-words", "「血行」"},
	{"an effect that the text tells only half of", "farewell.yaml", "    say: お大事になさってください。", "    facts: [⟦S2⟧]\n    say: よくお休みください。", "fact-words", "「血行」"},
	{"a disclosure misspelt", "facts.yaml", "[clinic.laser.price, ", "[⟦clinic.laser.prise⟧, ", "unknown-value", "「clinic.laser.price」のことですか"},
	{"a hedge left out", "facts.yaml", "  expected: [期待されて]", "  known: [知られて]", "unhedged", "「expected:」がない"},
	{"an effect that may be asserted", "facts.yaml", "  S2:\n    text: 血行をよくすることが期待されている。\n    strength: expected", "  ⟦S2⟧:\n    text: 血行をよくすることが期待されている。\n    strength: asserted", "unhedged", "「hedge: true」"},
	{"a hedge without words", "facts.yaml", "  expected: [期待されて]", "  expected:⟦⟧", "empty", "もとの言葉に戻して"},
	{"hedges: by another name", "facts.yaml", "hedges:\n", "⟦言い方⟧:\n", "unknown-key", "使えるのは"},
	{"facts without brackets", "talk.yaml", "facts: [S1]", "facts: S1⟦,⟧ S1", "list-comma", "半角の「,」"},
	{"a fact by its number", "talk.yaml", "facts: [S2]", "facts: [⟦2⟧]", "unknown-fact", "「S2」のことですか"},
	{"a treatment misspelt", "facts.yaml", "effect: [laser]", "effect: [⟦lazer⟧]", "unknown-value", "「laser」のことですか"},
	{"a superlative", "talk.yaml", "      - くわしいことは、下からどうぞ。", "      - 当院は⟦地域一⟧です。下からどうぞ。", "ad-superlative", "比べ方"},
	{"a cure promised", "talk.yaml", "        迷うときは、", "        ⟦必ず治り⟧ます。迷うときは、", "ad-certain", "「期待されています」"},
	{"a bargain on a button", "talk.yaml", "{label: 持ちもの, go: things}", "{label: ⟦初回限定の割引⟧, go: things}", "ad-bargain", "割引"},
	{"without side effects, on a card", "talk.yaml", "        text: 診察券", "        text: ⟦副作用はありません⟧", "ad-safe", "リスクを具体的に"},
}

func TestBroken(t *testing.T) {
	t.Parallel()
	testBroken(t, broken, "*.yaml")
	if len(broken) < 80 {
		t.Errorf("only %d mistakes", len(broken))
	}
}

// brokenTranslations are mistakes where flows are said in English, too.
var brokenTranslations = []mistake{
	{"no words for a fact", "en/facts.yaml", "  S2: {words: [injection, blood flow]}\n", "", "unchecked-fact", "「S2: {words: […]}」"},
	{"no words for an effect that no step tells yet", "facts.yaml", "  S2:\n", "  ⟦S3⟧: {text: 軽くなる, strength: expected, effect: [laser], tell: may, words: [かゆみ]}\n  S2:\n", "unchecked-fact", "「S3: {words: […]}」"},
	{"no hedges for a strength", "en/facts.yaml", "  expected: [expected, may]", "  possible: [may]", "unchecked-fact", "強さ「expected」"},
	{"facts: misspelt", "en/facts.yaml", "\nfacts:", "\n⟦fact⟧:", "unknown-key", "「facts」のことですか"},
	{"a fact that isn't there", "en/facts.yaml", "  S2:", "  ⟦S02⟧:", "unknown-fact", "「S2」のことですか"},
	{"a fact twice", "en/facts.yaml", "  S2:", "  ⟦S1⟧:", "duplicate-key", "2回書かれて"},
	{"a fact's name in a small letter", "talk.yaml", "facts: [S2]", "facts: [⟦s2⟧]", "unknown-fact", "「S2」のことですか"},
	{"facts with a Japanese comma", "talk.yaml", "facts: [S2]", "facts: [S2⟦、⟧S2]", "list-comma", "半角の「,」"},
	{"an expectation as certain", "en/talk.yaml", "The injection is expected to improve the blood flow.", "⟦The injection improves the blood flow.⟧", "fact-hedge", "「may …」「is expected to …」"},
	{"an effect in other words", "en/talk.yaml", "text: Please choose below.", "text: Please choose below. It ⟦eases the pain⟧.", "effect-implied", "治療の効果の話に読めます"},
	{"an expectation as sure", "en/talk.yaml", "is expected to improve", "is expected to ⟦always improve⟧", "ad-certain", "弱く言います"},
	{"words without brackets", "en/talk.yaml", "  - {ja: 持ちもの, text: What to bring}", "  - ja: 持ちもの\n    text: What to bring\n    words: bags⟦,⟧ what to bring with me", "list-comma", "[あ, い]"},
	{"a comma in a text within { }", "en/farewell.yaml", "text: Take care.}", "text: Take care, ⟦and come back.⟧}", "unknown-key", "全体を \"…\" で囲んで"},
	{"a value lost", "en/talk.yaml", "text: |-\n      Fee: {{clinic.laser.price}}\n", "text: ⟦⟧|-\n      Fee: ask us\n", "translation-values", "日本語の文章にある {{clinic.laser.price}} が"},
	{"a number lost that stands in another one", "en/farewell.yaml", "  - {ja: お大事になさってください。, text: Take care.}", "  - {ja: 119番か、\"#7119\" へ。, text: ⟦\"Call #7119.\"⟧}", "translation-numbers", "番号「119」が"},
	{"a # lost", "en/farewell.yaml", "  - {ja: お大事になさってください。, text: Take care.}", "  - {ja: 迷うときは、\"#7119\" へ。, text: ⟦When in doubt call 7119.⟧}", "translation-numbers", "番号「#7119」が"},
	{"a value too many", "en/talk.yaml", "text: Please choose below.", "text: \"Please choose below or call ⟦{{clinic.phone}}⟧.\"", "translation-values", "日本語の文章にありません"},
	{"a value misspelt", "en/talk.yaml", "Fee: {{clinic.laser.price}}", "Fee: {{⟦clinic.laser.prise⟧}}", "unknown-value", "「clinic.laser.price」のことですか"},
	{"another value", "en/talk.yaml", "Fee: {{clinic.laser.price}}", "Fee: ⟦{{clinic.laser.price?}}⟧", "translation-values", "「{{clinic.laser.price}}」のことですか"},
	{"a brace lost", "en/talk.yaml", "Fee: {{clinic.laser.price}}", "Fee: ⟦{{clinic.laser.price}⟧", "template-form", "合っていません"},
	{"a misspelt ja:", "en/talk.yaml", "  - ja: くわしいことは、下からどうぞ。", "  - ⟦jp⟧: くわしいことは、下からどうぞ。", "unknown-key", "「ja」と書きます"},
	{"text: by the name of the language", "en/talk.yaml", "text: Please choose below.", "⟦en⟧: Please choose below.", "unknown-key", "「text」と書きます"},
	{"a label that another file says at greater length", "talk.yaml", "      - {label: メニューを見る, go: menu}", "      - {label: メニューを見る, go: menu}\n      - {label: ⟦お見送り⟧, go: farewell}", "missing-translation", "「お見送り」の訳"},
	{"no texts", "en/farewell.yaml", "texts:\n  - {ja: お見送り, text: Until we see you again}\n  - {ja: お大事になさってください。, text: Take care.}\n", "texts:⟦⟧\n", "wrong-type", "「- ja: …」を並べます"},
	{"a misspelt texts:", "en/talk.yaml", "texts:", "⟦text⟧:", "unknown-key", "「texts」のことですか"},
	{"ja: and text: the wrong way round", "en/talk.yaml", "  - ja: くわしいことは、下からどうぞ。\n    text: Please choose below.", "  - ja: ⟦Please choose below.⟧\n    text: くわしいことは、下からどうぞ。", "unused-translation", "逆ではありませんか"},
	{"an effect that isn't hedged in either language", "talk.yaml", "この注射には、血行をよくすることが期待されています。", "⟦この注射は、血行をよくします。⟧", "fact-hedge", "のような"},
	{"a proof", "en/talk.yaml", "is expected to improve the blood flow.", "is expected to improve the blood flow. This has ⟦been proven⟧.", "ad-certain", "弱く言います"},
	{"a label too long", "en/talk.yaml", "text: What to bring}", "text: ⟦What to bring with you⟧}", "label-length", "20文字まで"},
	{"a miracle in a title", "en/talk.yaml", "text: Stiff shoulders", "text: A ⟦miracle⟧ for shoulders", "ad-wonder", "大げさな言葉"},
	{"no name of a step under reviewed:", "en/talk.yaml", "flow: talk\n", "flow: talk\nreviewed:\n  ⟦by⟧: 院長\n  on: 2026-11-22\n  text: 12345678\n", "wrong-type", "まずステップの名前"},
	{"a title that was changed", "talk.yaml", "title: 肩こりのお話", "title: 肩こりの話", "unused-translation", "「肩こりの話」"},
	{"a long text that was changed", "talk.yaml", "        迷うときは、お電話（{{clinic.phone}}）でおたずねください。", "        迷うときは、お電話（{{clinic.phone}}）でお聞きください。", "unused-translation", "お聞きください。"},
	{"a long text to which a line was added", "talk.yaml", "        迷うときは、お電話（{{clinic.phone}}）でおたずねください。", "        迷うときは、お電話（{{clinic.phone}}）でおたずねください。\n        日曜はお休みです。", "unused-translation", "（「日曜はお休みです。」）"},
	{"a translation that reads like the Japanese", "en/farewell.yaml", "  - {ja: お見送り,", "  - {ja: ⟦PRP⟧, text: PRP}\n  - {ja: お見送り,", "unused-translation", "フローにありません"},
	{"a short title that isn't translated", "talk.yaml", "title: 肩こりのお話\n", "title: 肩こりのお話\nshort: ⟦かた⟧\n", "missing-translation", "「かた」の訳"},
}

func TestBrokenTranslations(t *testing.T) {
	t.Parallel()
	testBroken(t, brokenTranslations, "*.yaml", "en/*.yaml")
}

func testBroken(t *testing.T, table []mistake, patterns ...string) {
	files := map[string]string{}
	for _, pattern := range patterns {
		names, err := filepath.Glob("testdata/broken/" + pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("no good flows to break: %v", err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[strings.TrimPrefix(filepath.ToSlash(name), "testdata/broken/")] = string(data)
		}
	}
	facts := maps.Clone(flow.TestFacts)
	facts["clinic.laser.price"], facts["clinic.laser.risks"] = "1,000円（税込）", "はれることがあります"
	compile := func(dir fstest.MapFS) *diag.List {
		_, problems := flow.Compile(dir, facts, flow.Live, lint.Wording)
		return problems
	}
	if dir := flow.ProgramOf(files); compile(dir).Len() > 0 {
		t.Fatalf("the good flows aren't:\n%s", flow.Rendered(compile(dir), dir, "ja"))
	}
	for _, c := range table {
		t.Run(c.what, func(t *testing.T) {
			t.Parallel()
			if n := strings.Count(files[c.file], c.old); n != 1 {
				t.Fatalf("%q stands %d times in %s", c.old, n, c.file)
			}
			edited := maps.Clone(files)
			text, want, marked := unmarked(c.file, strings.Replace(files[c.file], c.old, c.edit, 1))
			edited[c.file] = text
			dir := flow.ProgramOf(edited)
			all := compile(dir).Sorted()
			if len(all) != 1 {
				t.Fatalf("%d diagnostics, want 1:\n%s", len(all), flow.Rendered(compile(dir), dir, "ja"))
			}
			d := all[0]
			if d.Rule != c.rule {
				t.Errorf("got rule %s, want %s", d.Rule, c.rule)
			}
			if marked && d.Span != want {
				t.Errorf("got it at %v (%d wide), want %v (%d wide)", d.Pos, d.Width, want.Pos, want.Width)
			}
			if !strings.Contains(d.Message.JA+d.Hint.JA, c.says) {
				t.Errorf("it doesn't say %q", c.says)
			}
			if t.Failed() {
				t.Log("\n" + flow.Rendered(compile(dir), dir, "ja"))
			}
		})
	}
}

var marks = regexp.MustCompile(`(?s)⟦(.*?)⟧`)

// unmarked takes the marks out of a text and says what they enclosed.
func unmarked(file, text string) (plain string, at diag.Span, marked bool) {
	m := marks.FindStringSubmatchIndex(text)
	if m == nil {
		return text, at, false
	}
	before, inside := text[:m[0]], text[m[2]:m[3]]
	return before + inside + text[m[1]:], diag.Span{Pos: diag.Pos{File: file, Line: 1 + strings.Count(before, "\n"),
		Col: 1 + utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])}, Width: max(1, utf8.RuneCountInString(inside))}, true
}
