package source

import (
	"regexp"
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

// slips, the surest first.
var slips = []slip{
	{rule: "tab-indent", seen: regexp.MustCompile(`^ *(\t+)`),
		what: diag.Text{JA: "字下げにタブが使われています。", EN: "a tab is used to indent"},
		mend: diag.Text{JA: "半角の空白に直してください。", EN: "use spaces"}, far: true},
	{rule: "wide-space", seen: regexp.MustCompile(`^ *(?:- *)?(\x{3000}+)|` + key + `:(\x{3000}+)`),
		what: diag.Text{JA: "全角の空白があります。", EN: "there is a full-width space"},
		mend: diag.Text{JA: "半角の空白に直してください。", EN: "use a plain space"}, far: true},
	{rule: "wide-dash", seen: regexp.MustCompile(`^ *([－ー―–—‐−])(?:[ \x{3000}]|[a-z"{\[])`),
		what: diag.Text{JA: "一覧の「-」が半角ではありません。", EN: "the dash of the list is no plain one"},
		mend: diag.Text{JA: "半角の「-」と、半角の空白にしてください。", EN: "write a plain - and a space"}, far: true},
	{rule: "wide-colon", seen: regexp.MustCompile(key + `(：)|[{,] *[a-z_]+(：)`),
		what: diag.Text{JA: "見出しの後ろの「：」が全角です。", EN: "the colon behind the key is full-width"},
		mend: diag.Text{JA: "半角の「:」と、半角の空白にしてください。", EN: "write a plain colon and a space"}, far: true},
	{rule: "wide-bracket", seen: regexp.MustCompile(key + `: +([｛［])|` + key + `: +[{\[][^}\]]*([｝］])|^ *- +([｛［])|^ *- +\{[^}]*([｝])`),
		what: diag.Text{JA: "かっこが全角です。", EN: "the bracket is full-width"},
		mend: diag.Text{JA: "半角の「{ }」「[ ]」にしてください。", EN: "write plain { } and [ ]"}, far: true},
	{rule: "wide-comma", seen: regexp.MustCompile(`\{[^{}"]*([、，]) *[a-z_]+: `),
		what: diag.Text{JA: "組の中の区切りが、半角の「,」ではありません。", EN: "what separates the parts is no plain comma"},
		mend: diag.Text{JA: "半角の「,」にしてください。", EN: "write a plain comma"}, far: true},
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
	{rule: "bare-braces", seen: regexp.MustCompile(`(?:: +|- +)(\{\{[^}]*\}\}.*)$`),
		what: diag.Text{JA: "「{{」で始まる文章です。", EN: "a text begins with {{"},
		mend: diag.Text{JA: "全体を \"…\" で囲んでください。", EN: "put it in quotes"}, far: true},
	{rule: "odd-start", seen: regexp.MustCompile("(?:: +|- +)([@`%*&!])[^ ]"),
		what: diag.Text{JA: "記号で始まる文章です。", EN: "a text begins with a sign that means something else"},
		mend: diag.Text{JA: "全体を \"…\" で囲んでください。", EN: "put it in quotes"}},
	{rule: "text-behind-bar", seen: regexp.MustCompile(`: +[|>]([^ \-+0-9\r\n].*)$`),
		what: diag.Text{JA: "「|」と同じ行に文章があります。", EN: "text stands behind the |"},
		mend: diag.Text{JA: "文章は次の行から、字下げして書いてください。", EN: "write it on the next line, indented"}},
	{rule: "hash-in-text", seen: regexp.MustCompile(`[\[{](?:(?:[^\]}"]|"[^"]*")*[ ,])?(#[^ ,\]}\r][^,\]}\r]*)`),
		what: diag.Text{JA: "「#」から右はメモとみなされて、消えてしまいます。", EN: "what stands behind the # is taken for a comment and lost"},
		mend: diag.Text{JA: "「\"#7119\"」のように、\"…\" で囲んでください。", EN: "put it in quotes, like \"#7119\""}, far: true},
	{rule: "missing-comma", seen: regexp.MustCompile(`[{][^{}"]*: [^,{}"]*( )[a-z_]+: `),
		what: diag.Text{JA: "組の中に区切りの「,」がありません。", EN: "a comma is missing"},
		mend: diag.Text{JA: "「{label: あ, go: い}」のように、半角の「,」で区切ってください。", EN: "separate the parts like {label: a, go: b}"}},
	{rule: "open-bracket", seen: regexp.MustCompile(`(?:: +|- +)(\{[^{}]*)$|(?:: +|- +)(\[[^\[\]]*)$|(?:: +|- +)(\[[^\]]*)$`),
		what: diag.Text{JA: "かっこが閉じていません。", EN: "a bracket is not closed"},
		mend: diag.Text{JA: "行の終わりに「}」か「]」を書いてください。", EN: "close it at the end of the line"}, far: true},
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

// barAtEnd is how a line ends whose text stands on the next ones.
var barAtEnd = regexp.MustCompile(`: +[|>][-+0-9]*$`)

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
	shaky := strings.Contains(what, "mapping values") || strings.Contains(what, "expected key") || strings.Contains(what, "expected ':'")
	for n := line; shaky && n >= max(1, line-1); n-- {
		if from, to := missingColon.at(clean(n)); from >= 0 {
			return span(n, from, to), missingColon
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
	if shaky || strings.Contains(what, "expected '-'") || strings.Contains(what, "indent") {
		return span(line, from, to), indentation
	}
	return span(line, from, to), slip{rule: "yaml-syntax",
		what: diag.Text{JA: "この行が読めません。", EN: "cannot read this line (" + what + ")"},
		mend: diag.T("字下げ、「:」の後の空白、引用符やかっこの閉じ忘れを確かめてください。", "check the indentation, the space after a colon, and closing quotes and brackets")}
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
	gluedKey = regexp.MustCompile(`^[a-z_]+(:|：)`)
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
	line := strings.TrimRight(r.lines[y.Line-1], " \r")
	from := r.offset(y.Line, y.Column)
	if y.Column < 1 || from >= len(line) || plain && strings.HasPrefix(line[from:], y.Value) && !strings.ContainsAny(y.Value, "：］｝") {
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
	d.Hint = diag.T("何行も書くときは「|」とし、文章は次の行から字下げして書きます。", "write | and the text on the next lines, indented")
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

// glued reports {label:あ}, to YAML a key 「label:あ」 without a value, and takes it apart.
func (r *reader) glued(k, value *Node) {
	m := gluedKey.FindStringSubmatchIndex(k.Value)
	if m == nil || k.style&uint8(quoted) != 0 {
		return
	}
	s := named("colon-space")
	if k.Value[m[2]:m[3]] == "：" {
		s = named("wide-colon")
	}
	runes := utf8.RuneCountInString(k.Value[:m[2]])
	r.problems.Add(diag.Diagnostic{Span: k.At(runes, 1), Rule: s.rule, Message: s.what, Hint: s.mend})
	rest := k.Value[m[3]:]
	*value = Node{Kind: Scalar, Value: strings.TrimSpace(rest), Span: k.At(runes+1, max(1, utf8.RuneCountInString(rest))), file: r.file}
	k.Value, k.Width = k.Value[:m[2]], runes
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
