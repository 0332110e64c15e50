package source

import (
	"regexp"
	"unicode/utf8"

	"hogushi/bot/diag"
)

// slip is a mistake of the hand that YAML can't read, or reads as something else.
type slip struct {
	rule       string
	seen       *regexp.Regexp // its last group that matches is what is wrong
	what, mend diag.Text
	far        bool // sure enough to be looked for in the lines before the one that can't be read
}

// key is how a line begins that holds a key.
const key = `^ *(?:- +)?"?[a-z_]+"?`

// noSpace looks like a space, or like nothing, and is none: full-width, from Word or the web, or without any width.
const noSpace = `[\x{3000}\x{00a0}\x{2000}-\x{200f}\x{202f}\x{205f}\x{2060}\x{feff}]`

// inBrackets is how one begins on which a list or a map is written.
const inBrackets = `^ *(?:- +)?(?:"?[a-z_]+"?: +)?[\[{]`

// wideQuote is one that Word and the Japanese keyboard put in the place of ".
var wideQuote = slip{rule: "wide-quote",
	what: diag.Text{JA: "引用符が、半角の「\"」ではありません。", EN: "the quote is no plain one"},
	mend: diag.Text{JA: "前も後ろも、半角の「\"」にしてください。", EN: "write a plain \" on both sides"}}

// bullet is a sign with which lists begin elsewhere.
const bullet = `[•・●○◆■*＊+＋]`

// wideDash is another sign in the place of -.
var wideDash = slip{rule: "wide-dash",
	what: diag.Text{JA: "一覧の頭が、半角の「-」ではありません。", EN: "the dash of the list is no plain one"},
	mend: diag.Text{JA: "半角の「-」と、半角の空白にしてください。", EN: "write a plain - and a space"}}

// wideColon is another sign in its place.
var wideColon = slip{rule: "wide-colon",
	what: diag.Text{JA: "見出しの後ろが、半角の「:」ではありません。", EN: "what stands behind the key is no plain colon"},
	mend: diag.Text{JA: "半角の「:」と、半角の空白にしてください。", EN: "write a plain colon and a space"}}

// slips, the surest first.
var slips = []slip{
	{rule: "tab-indent", seen: regexp.MustCompile(`^ *(\t+)|^ *-( *\t[ \t]*)`),
		what: diag.Text{JA: "字下げにタブが使われています。", EN: "a tab is used to indent"},
		mend: diag.Text{JA: "半角の空白に直してください。", EN: "use spaces"}, far: true},
	{rule: "wide-space", seen: regexp.MustCompile(`^ *(?:- *)?(` + noSpace + `+)|` + key + `:(` + noSpace + `+)`),
		what: diag.Text{JA: "半角ではない空白（全角の空白など）があります。", EN: "there is a space that is no plain one"},
		mend: diag.Text{JA: "消して、半角の空白に直してください。", EN: "delete it and type a plain space"}, far: true},
	{rule: "wide-dash", seen: regexp.MustCompile(`^ *([－ー―–—‐−])(?:[ \x{3000}]|[a-z"{\[])|^ *(` + bullet + `)[ \x{3000}]*[a-z_]+:(?: |$)`),
		what: wideDash.what, mend: wideDash.mend, far: true},
	{rule: "wide-dash", seen: regexp.MustCompile(`^ *(` + bullet + `)[ \x{3000}]*[^ \x{3000}]`),
		what: wideDash.what, mend: wideDash.mend},
	{rule: "wide-colon", seen: regexp.MustCompile(key + `(：)|[{,] *[a-z_]+(：)`),
		what: wideColon.what, mend: wideColon.mend, far: true},
	{rule: "wide-colon", seen: regexp.MustCompile(key + ` ?([;；=＝])|[{,] *[a-z_]+ ?([;；=＝])`),
		what: wideColon.what, mend: wideColon.mend},
	{rule: "wide-bracket", seen: regexp.MustCompile(key + `: +([｛［])|` + key + `: +[{\[][^}\]]*([｝］])|^ *- +([｛［])|^ *- +\{[^}]*([｝])`),
		what: diag.Text{JA: "かっこが全角です。", EN: "the bracket is full-width"},
		mend: diag.Text{JA: "半角の「{ }」「[ ]」にしてください。", EN: "write plain { } and [ ]"}, far: true},
	{rule: "wide-comma", seen: regexp.MustCompile(`\{[^{}"]*([、，。．;；]) *[a-z_]+: `),
		what: diag.Text{JA: "組の中の区切りが、半角の「,」ではありません。", EN: "what separates the parts is no plain comma"},
		mend: diag.Text{JA: "半角の「,」にしてください。", EN: "write a plain comma"}, far: true},
	{rule: "wide-quote", seen: regexp.MustCompile(`(?:: +|- +|[\[{,] *)([“”„‟＂″‘’＇])|(?:: +|- +|[\[{,] *)"[^"]*([“”„‟＂″])[ ,}\]]*$`),
		what: wideQuote.what, mend: wideQuote.mend},
	{rule: "colon-space", seen: regexp.MustCompile(key + `(:)[^ \r]|[{,] *[a-z_]+(:)[^ ,}\]]`),
		what: diag.Text{JA: "「:」の後ろに空白がありません。", EN: "no space stands behind the colon"},
		mend: diag.Text{JA: "半角の空白を一つ入れてください。", EN: "put one there"}},
	{rule: "dash-space", seen: regexp.MustCompile(`^ *(-)[^ \-\r][^ ]*(?:: |:$)`),
		what: diag.Text{JA: "一覧の「-」の後ろに空白がありません。", EN: "no space stands behind the dash of the list"},
		mend: diag.Text{JA: "半角の空白を一つ入れてください。", EN: "put one there"}},
	{rule: "after-quote", seen: regexp.MustCompile(`(?:: +|- +)"[^"]*"([^ ,}\]\r#:].*)$|(?:: +|- +)'[^']*'([^ ,}\]\r#:'].*)$`),
		what: diag.Text{JA: "引用符の外に文字があります。", EN: "text stands behind the closing quote"},
		mend: diag.Text{JA: "文章の全体を \"…\" で囲んでください。", EN: "put the whole text in quotes"}},
	{rule: "open-quote", seen: regexp.MustCompile(`(?:: +|- +)("[^"]*)$|(?:: +|- +)('[^']*)$`),
		what: diag.Text{JA: "引用符が閉じていません。", EN: "a quote is not closed"},
		mend: diag.Text{JA: "文章の終わりに、同じ引用符を書いてください。", EN: "close it at the end of the text"}, far: true},
	{rule: "bare-braces", seen: regexp.MustCompile(`(?:: +|- +)(\{\{.*|\{[^{}:"]*\}+[^ ,}\]].*)$`),
		what: diag.Text{JA: "「{」で始まる文章です。", EN: "a text begins with {"},
		mend: diag.Text{JA: "全体を \"…\" で囲んでください。", EN: "put it in quotes"}, far: true},
	{rule: "wide-quote", seen: regexp.MustCompile(`(?:: +|- +|[\[{,] *)([「『])[^」』]*\{\{`),
		what: wideQuote.what, mend: wideQuote.mend},
	{rule: "bare-braces", seen: regexp.MustCompile(inBrackets + `(?:(?:[^"]|"[^"]*")*(?:, *|: +)| *)([^"'\[\]{},: ][^"'\[\]{},]*"?\{+[^"{}]*\}{0,2})`),
		what: diag.Text{JA: "「[ ]」や「{ }」の中の文章に、「{」があります。", EN: "a text within [ ] or { } holds a {"},
		mend: diag.Text{JA: "文章の全体を \"…\" で囲んでください。", EN: "put the whole text in quotes"}},
	{rule: "hash-in-text", seen: regexp.MustCompile(`^(?:[^"#]|"[^"]*")*[\[{](?:(?:[^"#]|"[^"]*")*(?:, *|: +)| *)((?:[^ ,"#\[\]{}][^,"#\[\]{}]* )?#[^\s#,\]}][^,\]}]*)`),
		what: diag.Text{JA: "「#」から後ろはメモとみなされて、かっこが閉じません。", EN: "what begins with # is taken for a comment, and the bracket stays open"},
		mend: diag.Text{JA: "文章の全体を \"…\" で囲んでください。", EN: "put the whole text in quotes"}, far: true},
	{rule: "odd-start", seen: regexp.MustCompile("(?:: +|- +)([@`%*&!,])[^ ]|: +([-?>]) +[^ ]"),
		what: diag.Text{JA: "記号で始まる文章です。", EN: "a text begins with a sign that means something else"},
		mend: diag.Text{JA: "全体を \"…\" で囲んでください。", EN: "put it in quotes"}},
	{rule: "text-behind-bar", seen: regexp.MustCompile(`: +[|>]([^ \-+0-9\r\n].*)$`),
		what: diag.Text{JA: "「|」と同じ行に文章があります。", EN: "text stands behind the |"},
		mend: diag.Text{JA: "文章は次の行から、字下げして書いてください。", EN: "write it on the next line, indented"}},
	{rule: "missing-comma", seen: regexp.MustCompile(`[{][^{}"]*: [^,{}"]*( )[a-z_]+: `),
		what: diag.Text{JA: "組の中に区切りの「,」がありません。", EN: "a comma is missing"},
		mend: diag.Text{JA: "「{label: あ, go: い}」のように、半角の「,」で区切ってください。", EN: "separate the parts like {label: a, go: b}"}},
	{rule: "after-bracket", seen: regexp.MustCompile(inBrackets + `(?:[^\[\]{}"]|"[^"]*")*[\]}] *([^ #].*)$`),
		what: diag.Text{JA: "閉じたかっこの後ろに、余分なものがあります。", EN: "something stands behind the closing bracket"},
		mend: diag.Text{JA: "消すか、次の行に分けてください。文章なら、全体を \"…\" で囲んでください。", EN: "take it away, or write it on the next line; put a text in quotes"}},
	{rule: "double-comma", seen: regexp.MustCompile(inBrackets + `(?:[^\[\]{}"]|"[^"]*")*,( *,)`),
		what: diag.Text{JA: "「,」が続いています。", EN: "there are two commas"},
		mend: diag.Text{JA: "一つにしてください。", EN: "write one"}},
	{rule: "open-bracket", seen: regexp.MustCompile(`(?:: +|- +)(\{(?:[^{}"]|"[^"]*")*)$|(?:: +|- +)(\[[^\[\]]*)$|(?:: +|- +)(\[[^\]]*)$`),
		what: diag.Text{JA: "かっこが閉じていません。", EN: "a bracket is not closed"},
		mend: diag.Text{JA: "行の終わりに「}」か「]」を書いてください。", EN: "close it at the end of the line"}, far: true},
	{rule: "open-bracket", seen: regexp.MustCompile(`^ *- +([a-z_]+: [^"'{}\[\]]+, *[a-z_]+: [^{}]*\}?)$`),
		what: diag.Text{JA: "組のかっこ「{ }」がありません。", EN: "the brackets of the pairs are missing"},
		mend: diag.Text{JA: "「- {label: あ, go: い}」のように、囲んでください。", EN: "put them in { }, as in - {label: a, go: b}"}},
	{rule: "wide-bracket", seen: regexp.MustCompile(`^ *- +([(（])[a-z_]+: `),
		what: diag.Text{JA: "組のかっこが「{ }」ではありません。", EN: "the brackets of the pairs aren't { }"},
		mend: diag.Text{JA: "半角の「{ }」にしてください。", EN: "write { and }"}},
	{rule: "two-keys", seen: regexp.MustCompile(key + `: +(?:[^ "'{\[|>][^"'{\[]*[ ,])?([a-z_]+):(?: |$)`),
		what: diag.Text{JA: "一行に、見出しが二つあります。", EN: "there are two keys in one line"},
		mend: diag.Text{JA: "次の行に分けてください。文章なら、全体を \"…\" で囲んでください。", EN: "write it on the next line; put a text in quotes"}},
	{rule: "colon-in-text", seen: regexp.MustCompile(key + `: +[^ "'{\[|>].*?(: )|^ *- +[^ a-z"'{\[|>].*?(: )`),
		what: diag.Text{JA: "文章の中に「: 」があります。", EN: "a colon and a space stand in a text"},
		mend: diag.Text{JA: "全体を \"…\" で囲むか、全角の「：」にしてください。", EN: "put the text in quotes"}},
}

// missingColon is a line that holds a key and no colon.
var missingColon = slip{rule: "missing-colon", seen: regexp.MustCompile(`^ *(?:- +)?([a-z_]+)(?: +[^ :#].*)?$`),
	what: diag.Text{JA: "見出しの後ろに「:」がありません。", EN: "no colon stands behind the key"},
	mend: diag.Text{JA: "見出しの後ろに、半角の「:」と空白を入れてください。", EN: "put a colon and a space there"}}

// indentation is what remains where the library speaks of it.
var indentation = slip{rule: "indent", seen: regexp.MustCompile(`^[ \t]*(.*?)[ \r]*$`),
	what: diag.Text{JA: "字下げがそろっていません。", EN: "the indentation doesn't fit"},
	mend: diag.Text{JA: "同じ段の見出しは、左の位置をそろえてください。", EN: "keys of one level begin in the same column"}}

// missingHead is an item of which only the value is there.
var missingHead = slip{rule: "missing-colon", seen: regexp.MustCompile(`^ *- +([a-z][a-z0-9_-]*)$`),
	what: diag.Text{JA: "「- 」の後ろに、見出しと「:」がありません。", EN: "no key and no colon stand behind the dash"},
	mend: diag.Text{JA: "「- step: 名前」のように、見出しから書いてください。", EN: "write them, as in - step: NAME"}}

// headless is a list without a key of its own above it.
var headless = slip{rule: "indent", seen: indentation.seen,
	what: diag.Text{JA: "この一覧が、どの見出しのものか、わかりません。", EN: "this list has no key"},
	mend: diag.Text{JA: "すぐ上に、「steps:」「choices:」「talk:」のような見出しの行が抜けていませんか?", EN: "isn't a line like steps:, choices: or talk: missing above it?"}}

// complete is a line with a key and its value.
var complete = regexp.MustCompile(key + `: +[^ |>&#]`)

// missingDash is an item of a list that has lost its dash.
var missingDash = slip{rule: "missing-dash", seen: indentation.seen,
	what: diag.Text{JA: "一覧の「- 」がありません。", EN: "the dash of the list is missing"},
	mend: diag.Text{JA: "この行の頭に、半角の「-」と空白を付けてください。", EN: "put a - and a space before it"}}

// unopened is a bracket that closes what isn't open.
var unopened = slip{rule: "open-bracket",
	what: diag.Text{JA: "かっこが、閉じているだけで、開いていません。", EN: "a bracket closes what isn't open"},
	mend: diag.Text{JA: "初めに「[」か「{」を書くか、終わりのかっこを消してください。", EN: "write [ or { at the start, or leave the bracket out"}}

// wideBar is one for |.
var wideBar = slip{rule: "wide-bar",
	what: diag.Text{JA: "「｜」が全角です。", EN: "the | is full-width"},
	mend: diag.Text{JA: "半角の「|」にしてください。", EN: "write a plain |"}}

// uneven is a text of | whose lines don't begin in one column.
func uneven(col int) slip {
	return slip{rule: "indent", seen: indentation.seen, what: indentation.what,
		mend: diag.T("「|」の文章は、どの行も、ほかの行と同じ左から%d文字目で始めてください。", "begin all lines of a text of | in one column: %d", col)}
}

// stray is a line that is nothing that YAML knows.
var stray = slip{rule: "stray-line", seen: regexp.MustCompile(`^ *([^ \-"'\[{][^:]*|-{4,}[^:]*)$`),
	what: diag.Text{JA: "この行は、見出しでも、一覧の項目でも、上の文章の続きでもありません。", EN: "this line is no key, no item of a list, nor part of the text above"},
	mend: diag.Text{JA: "項目なら頭に「- 」を、メモなら「# 」を付けてください。文章なら、上に「say: |」のような見出しが要ります。", EN: "put a - before an item, a # before a comment; a text wants a key above it, like say: |"}}

// barAtEnd is how a line ends whose text stands on the next ones.
var barAtEnd = regexp.MustCompile(`(?:: +|- +)[|>][-+0-9]*$`)

// at is what is wrong in a line, as byte offsets; from is -1 where it isn't there.
func (s *slip) at(line string) (from, to int) {
	if utf8.RuneCountInString(line) > 1000 {
		return -1, -1
	}
	m := s.seen.FindStringSubmatchIndex(line)
	for i := len(m) - 2; i >= 0; i -= 2 {
		if m[i] >= 0 {
			return m[i], m[i+1]
		}
	}
	return -1, -1
}
