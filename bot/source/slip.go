package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

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

// lookBack is how many lines before the one that can't be read are searched.
const lookBack = 12

// explain says what is wrong around a line (1-based) that can't be read: what the library
// says is often true of another place than the one where somebody slipped.
func explain(lines []string, line int, what string) (at diag.Span, s slip) {
	span := func(line, from, to int) diag.Span {
		text := lines[line-1]
		return diag.Span{Pos: diag.Pos{Line: line, Col: utf8.RuneCountInString(text[:from]) + 1}, Width: max(1, utf8.RuneCountInString(text[from:to]))}
	}
	clean := func(line int) string { return strings.TrimRight(lines[line-1], " \r") }
	whole := func(line int, s slip) (diag.Span, slip) {
		from, to := max(0, spaces(clean(line))), len(clean(line))
		return span(line, min(from, to), to), s
	}
	if n, col := unaligned(lines, line); n > 0 {
		return whole(n, uneven(col))
	}
	if n := lostDash(lines, line); n > 0 {
		return whole(n, missingDash)
	}
	for n := line; n >= max(1, line-lookBack); n-- {
		for i := range slips {
			if n < line && !slips[i].far {
				continue
			}
			if from, to := slips[i].at(clean(n)); from >= 0 {
				return span(n, from, to), slips[i]
			}
		}
	}
	if n := line - 1; n > 0 && strings.HasPrefix(strings.TrimLeft(lines[n], " "), "- ") {
		for ; n > 0 && (clean(n) == "" || strings.TrimSpace(lines[n-1])[0] == '#'); n-- {
		}
		if n > 0 && complete.MatchString(clean(n)) && spaces(lines[n-1]) < spaces(lines[line-1]) {
			return whole(line, headless)
		}
	}
	shaky := strings.Contains(what, "mapping values") || strings.Contains(what, "expected key") || strings.Contains(what, "expected ':'")
	for n := line; shaky && n >= max(1, line-1); n-- {
		for _, s := range []slip{missingHead, missingColon} {
			if from, to := s.at(clean(n)); from >= 0 {
				return span(n, from, to), s
			}
		}
	}
	from, to := indentation.at(clean(line))
	if from < 0 { // a line too long to look at
		from, to = 0, 0
	}
	if line > 1 && barAtEnd.MatchString(clean(line-1)) {
		s := indentation
		s.mend = diag.Text{JA: "「|」の下の文章は、その見出しより右に字下げしてください。", EN: "indent the text below | further than its key"}
		return span(line, from, to), s
	}
	if shaky && !barAtEnd.MatchString(clean(line)) {
		if from, to := stray.at(clean(line)); from >= 0 {
			return span(line, from, to), stray
		}
	}
	if n, s := misplaced(lines, line); n > 0 {
		return whole(n, s)
	}
	if shaky || strings.Contains(what, "expected '-'") || strings.Contains(what, "indent") {
		return span(line, from, to), indentation
	}
	return span(line, from, to), slip{rule: "yaml-syntax",
		what: diag.Text{JA: "この行が読めません。", EN: "cannot read this line (" + what + ")"},
		mend: diag.T("字下げ、「:」の後の空白、引用符やかっこの閉じ忘れを確かめてください。", "check the indentation, the space after a colon, and closing quotes and brackets")}
}

// begins says whether a line can begin an item or a key, be it of one letter of text too many.
var begins = regexp.MustCompile(`^ *(?:- |-$|"?[a-z_]+"?:(?: |$))`)

// oddSpace is a line that is indented with something else than spaces.
var oddSpace = regexp.MustCompile(`^ *(?:\t|` + noSpace + `)`)

// unaligned finds the | block that a line (1-based) belongs to that can't be read, and in it the
// line that stands where the others don't; 0 if there is no such block.
func unaligned(lines []string, line int) (at, col int) {
	left := func(n int) int { return spaces(lines[n-1]) }
	empty := func(n int) bool { return strings.TrimSpace(lines[n-1]) == "" }
	if begins.MatchString(lines[line-1]) || oddSpace.MatchString(lines[line-1]) {
		return 0, 0
	}
	bar, text := 0, 0 // the line of the |, and the first one of its text
	for n := line - 1; n > 0 && bar == 0; n-- {
		switch {
		case barAtEnd.MatchString(strings.TrimRight(lines[n-1], " \r")):
			bar = n
		case begins.MatchString(lines[n-1]):
			return 0, 0
		case !empty(n):
			text = n
		}
	}
	if bar == 0 || text == 0 {
		return 0, 0
	}
	key := len(holder.FindString(lines[bar-1])) - 1
	if strings.HasPrefix(lines[bar-1][left(bar):], "- |") {
		key = left(bar)
	}
	count := map[int]int{} // lines by column
	for n := text; n <= len(lines) && (n <= line || !begins.MatchString(lines[n-1])); n++ {
		if !empty(n) {
			if count[left(n)]++; at == 0 && left(n) < left(text) {
				at = n
			}
		}
	}
	switch {
	case at == 0:
		return 0, 0
	case left(at) > key && (count[left(at)] > count[left(text)] || count[left(at)] == count[left(text)] && left(at) == key+len("  ")):
		return text, left(at) + 1
	}
	return at, left(text) + 1
}

// head is how the items of a list are alike: by their first key, or their bracket.
var head = regexp.MustCompile(`^ *(?:- +)?("?[a-z_]+"?:(?: |$)|\{|)`)

// lostDash finds the item, on a line (1-based) that can't be read or before it, that only lacks
// its dash: with it the file can be read up to here, and the item is like another one beside
// it. 0 if there is none.
func lostDash(lines []string, line int) int {
	left := func(n int) int { return spaces(lines[n-1]) }
	item := func(n int) bool { return strings.HasPrefix(lines[n-1][left(n):], "- ") }
	next := func(n, by, most int) int { // the line before or behind, no further right
		for n += by; n > 0 && n <= len(lines); n += by {
			if t := strings.TrimSpace(lines[n-1]); t != "" && t[0] != '#' && left(n) <= most {
				return n
			}
		}
		return 0
	}
	alike := func(n, other, at int) bool {
		like := func(n int) string { return head.FindStringSubmatch(strings.TrimRight(lines[n-1], " \r"))[1] }
		return other > 0 && left(other) == at && item(other) && like(n) == like(other)
	}
	lost := func(n, at int) bool {
		if n == 0 || item(n) || !alike(n, next(n, -1, at), at) && !alike(n, next(n, 1, at), at) {
			return false
		}
		mended := slices.Clone(lines[:max(line, next(line, 1, MaxBytes))])
		mended[n-1] = strings.Repeat(" ", at) + "- " + lines[n-1][left(n):]
		_, _, err := decode(strings.Join(mended, "\n"))
		return err == nil
	}
	before := next(line, -1, MaxBytes)
	if item(line) {
		first := before
		for n := before; n > 0 && left(n) >= left(line); n = next(n, -1, MaxBytes) {
			first = n
		}
		if first > 0 && lost(first, left(line)) {
			return first
		}
		return 0
	}
	if lost(line, left(line)) {
		return line
	}
	if list := next(line, -1, left(line)-1); list > 0 && strings.HasPrefix(lines[line-1][left(line):], "{") && lost(line, left(list)) {
		return line
	}
	if before > 0 && lost(before, left(before)) {
		return before
	}
	return 0
}

// misplaced finds the line before one that can't be read without which, or with which elsewhere, both can
// be read: one that stands too far left, the odd one of a list, a key with a value though others stand below it, or
// what is none of these. 0 if there is no such line.
func misplaced(lines []string, line int) (int, slip) {
	n := line - 1
	for n > 0 && (strings.TrimSpace(lines[n-1]) == "" || strings.TrimSpace(lines[n-1])[0] == '#') {
		n--
	}
	if n == 0 || brackets(lines[:line]) > searchBrackets {
		return 0, slip{}
	}
	text, at := strings.TrimLeft(lines[n-1], " "), spaces(lines[line-1])
	reads := func(with string) bool {
		mended := slices.Clone(lines[:line])
		mended[n-1] = with
		_, _, err := decode(strings.Join(mended, "\n"))
		return err == nil
	}
	below, moved := spaces(lines[n-1]) < at, strings.Repeat(" ", at)+text
	switch head := strings.TrimRight(lines[n-1], " \r"); {
	case complete.MatchString(head):
		top := spaces(head) == 0 // further right it is more likely that what follows stands too far right
		switch {
		case below && top && (reads(moved) || reads(head[:strings.Index(head, ": ")+1])):
			return n, overKeys
		case below && reads(moved):
			return n, indentation
		}
	case strings.HasPrefix(text, "- "):
		if more := line; more < len(lines) && strings.HasPrefix(lines[line-1][at:], "- ") && strings.HasPrefix(lines[more], strings.Repeat(" ", at)+"- ") && reads(moved) {
			return n, indentation
		}
	case below && !begins.MatchString(head) && reads(""):
		return n, stray
	}
	return 0, slip{}
}

// overKeys is a key with a value above others that stand further right.
var overKeys = slip{rule: "indent", seen: indentation.seen, what: indentation.what,
	mend: diag.Text{JA: "同じ段の見出しは、左の位置をそろえてください。下の行がこの見出しの中身なら、「:」の後ろの文字を消してください。", EN: "keys of one level begin in the same column; if what follows belongs below this key, leave out what stands behind its colon"}}

// brackets counts those on which the parser's work grows.
func brackets(lines []string) (n int) {
	for _, l := range lines {
		n += strings.Count(l, "[") + strings.Count(l, "{")
	}
	return n
}

// slip reports one that YAML has read as something else. The file is not used: what follows
// from it would only mislead.
func (r *reader) slip(line, from, to int, s *slip) {
	text := r.lines[line-1]
	r.slipped = true
	r.problems.Add(diag.Diagnostic{Rule: s.rule, Message: s.what, Hint: s.mend, Span: diag.Span{
		Pos: diag.Pos{File: r.name, Line: line, Col: utf8.RuneCountInString(text[:from]) + 1}, Width: max(1, utf8.RuneCountInString(text[from:to]))}})
}

// named finds a slip by its rule.
func named(rule string) *slip {
	for i := range slips {
		if slips[i].rule == rule {
			return &slips[i]
		}
	}
	panic("there is no slip " + rule)
}

var (
	keyLine  = regexp.MustCompile(key + `:(?: |\r?$)`)
	gluedKey = regexp.MustCompile(`^[a-z_]+ ?([:：;；=＝])`)
	wideList = regexp.MustCompile(`[、，]`)

	wideBrackets = regexp.MustCompile(`^［.*[,、].*］$|^｛.*[:：].*｝$`)
)

// ran reports a text that runs over several lines though it isn't a | block: its breaks
// are lost, mostly because a line of it was meant to be something else.
func (r *reader) ran(y *yaml.Node) {
	if y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 || y.Line < 1 || y.Line > len(r.lines) {
		return
	}
	plain := y.Style&quoted == 0
	if end := len(y.Value) - 1; plain && end > 0 && (y.Value[end] == ']' && !strings.Contains(y.Value, "[") || y.Value[end] == '}' && !strings.Contains(y.Value, "{")) {
		r.slip(y.Line, r.offset(y.Line, y.Column), len(strings.TrimRight(r.lines[y.Line-1], " \r")), &unopened)
		return
	}
	line := strings.TrimRight(r.lines[y.Line-1], " \r")
	from := r.offset(y.Line, y.Column)
	if y.Column < 1 || from >= len(line) || plain && strings.HasPrefix(line[from:], y.Value) && (strings.IndexByte(y.Value, "："[0]) < 0 || !strings.ContainsAny(y.Value, "：］｝")) {
		return // nearly all
	}
	if plain && wideBrackets.MatchString(y.Value) {
		r.slip(y.Line, from, from+len("［"), named("wide-bracket"))
		return
	}
	if plain && gluedKey.MatchString(y.Value) && strings.Contains(y.Value, "：") && strings.TrimLeft(line[:from], " -") == "" {
		if from, to := named("wide-colon").at(line); from >= 0 {
			r.slip(y.Line, from, to, named("wide-colon"))
			return
		}
	}
	if strings.HasPrefix(y.Value, "｜") {
		r.slip(y.Line, from, from+len("｜"), &wideBar)
		return
	}
	last := r.lastLine(y, line[from:])
	if last == y.Line {
		return
	}
	for _, s := range []*slip{named("wide-space"), named("wide-dash")} {
		if from, to := s.at(line); from >= 0 {
			r.slip(y.Line, from, to, s)
			return
		}
	}
	for n := y.Line + 1; n <= last; n++ {
		below := strings.TrimRight(r.lines[n-1], " \r")
		if plain && strings.HasPrefix(below[spaces(below):], "- ") {
			if spaces(below) == from && strings.TrimLeft(line[:from], " ") == "" {
				r.slip(y.Line, from, len(line), &missingDash)
			} else {
				r.slip(n, spaces(below), len(below), &indentation)
			}
			return
		}
		if !plain && keyLine.MatchString(below) {
			r.slip(y.Line, from, len(line), named("open-quote"))
			return
		}
		for _, s := range []*slip{named("wide-colon"), named("wide-dash"), named("colon-space"), named("dash-space"), &missingColon} {
			if from, to := s.at(below); plain && from >= 0 {
				r.slip(n, from, to, s)
				return
			}
		}
	}
	d := r.problems.Errorf(diag.Span{Pos: diag.Pos{File: r.name, Line: y.Line, Col: y.Column}, Width: utf8.RuneCountInString(line[from:])}, "lost-breaks", "この文章の改行は消えて、一行になります。", "the line breaks of this text are lost")
	d.Hint = diag.T("一行なら、続けて書いてください。何行も書くときは「|」とし、文章は次の行から字下げして書きます。", "write it on one line; or write | and the text on the next lines, indented")
	if strings.HasSuffix(line[:from], "- ") {
		d.Hint.JA += "別の項目なら、次の行の頭に「- 」を付けます。"
		d.Hint.EN += "; or a - before the next line, if it is another item"
	}
}

// lastLine is the last line of a plain or quoted text that begins with rest.
func (r *reader) lastLine(y *yaml.Node, rest string) int {
	if y.Style&quoted == 0 {
		words := strings.Fields(y.Value)
		n := y.Line
		for at := len(strings.Fields(cutComment(rest, y))); at < len(words) && n < len(r.lines); n++ {
			at += len(strings.Fields(r.lines[n]))
		}
		return n
	}
	quote := rest[:1]
	open := func(s string) bool { return strings.Count(strings.ReplaceAll(s, `\"`, ""), quote)%2 == 1 }
	if n := y.Line; !open(rest) || strings.Count(rest, quote) > 1 {
		return n
	}
	for n := y.Line; n < len(r.lines); n++ {
		if strings.Contains(r.lines[n], quote) {
			return n + 1
		}
	}
	return len(r.lines)
}

// cutComment is the part of a line that belongs to a plain text.
func cutComment(rest string, y *yaml.Node) string {
	if len(y.Value) <= len(rest) && strings.HasPrefix(rest, y.Value) {
		return y.Value
	}
	rest, _, _ = strings.Cut(rest, " #")
	return rest
}

// wrapped is a text between quotes that aren't plain.
var wrapped = regexp.MustCompile(`^[“”„‟＂″]([^“”„‟＂″]*)[“”„‟＂″]$|^[‘’＇]([^‘’＇]*)[‘’＇]$`)

// unwrap reports quotes that patients would see, and takes them off.
func (r *reader) unwrap(y *yaml.Node, n *Node) {
	if first, _ := utf8.DecodeRuneInString(n.Value); y.Style != 0 || first < utf8.RuneSelf || first >= 0x3000 && first <= 0x9FFF {
		return // nearly all
	}
	if m := wrapped.FindStringSubmatch(n.Value); m != nil {
		r.problems.Add(diag.Diagnostic{Span: n.Span, Rule: wideQuote.rule, Message: wideQuote.what, Hint: wideQuote.mend})
		n.Value = m[1] + m[2]
	}
}

// glued reports {label:あ}, to YAML a key 「label:あ」 without a value, and takes it apart.
func (r *reader) glued(k, value *Node) {
	m := gluedKey.FindStringSubmatchIndex(k.Value)
	if m == nil || k.style&uint8(quoted) != 0 {
		return
	}
	s := named("colon-space")
	if k.Value[m[2]:m[3]] != ":" {
		s = named("wide-colon")
	}
	runes := utf8.RuneCountInString(k.Value[:m[2]])
	r.problems.Add(diag.Diagnostic{Span: k.At(runes, 1), Rule: s.rule, Message: s.what, Hint: s.mend})
	rest := k.Value[m[3]:]
	*value = Node{Kind: Scalar, Value: strings.TrimSpace(rest), Span: k.At(runes+1, max(1, utf8.RuneCountInString(rest))), file: r.file}
	k.Value, k.Width = strings.TrimSpace(k.Value[:m[2]]), runes
}

// listed warns of [あ、い], to YAML a list of one.
func (r *reader) listed(y *yaml.Node) {
	if y.Style&yaml.FlowStyle == 0 || len(y.Content) != 1 || y.Content[0].Kind != yaml.ScalarNode || y.Content[0].Style&quoted != 0 {
		return
	}
	m := wideList.FindStringIndex(y.Content[0].Value)
	if m == nil {
		return
	}
	n := &Node{Kind: Scalar, Value: y.Content[0].Value, file: r.file}
	n.Span, n.start = r.span(y.Content[0])
	r.problems.Add(diag.Diagnostic{Span: n.At(utf8.RuneCountInString(n.Value[:m[0]]), 1), Severity: diag.Warning, Rule: "list-comma",
		Message: diag.T("この一覧は一つだけになります。", "this list holds one item"),
		Hint:    diag.T("分けるときは、半角の「,」にしてください。一つのつもりなら、\"…\" で囲んでください。", "separate items with a plain comma; put the text in quotes if it is one")})
}
