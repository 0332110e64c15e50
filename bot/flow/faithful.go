package flow

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// This file holds a translation against the Japanese: the values and numbers that it must keep, Japanese left in it, and
// what has changed since.

var number = regexp.MustCompile(`#?[0-9][0-9-]+[0-9]`)

// faithful reports a translation without the values or the numbers of the text: 119 must stand in it.
func (l *language) faithful(of *compiler, ja string, in *source.Node) {
	values := func(text string) (all []string) {
		for v := range slots(text) {
			all = append(all, v.String())
		}
		return all
	}
	lost, open := values(ja), strings.Count(in.Value, "{{")
	for v := range slots(in.Value) {
		open--
		i := slices.Index(lost, v.String())
		if i < 0 {
			near := text.DidYouMean(v.String(), lost)
			if i = slices.Index(lost, near); !of.unknown(v.name) { // else it is said where it is read
				d := l.problems.Errorf(in.At(utf8.RuneCountInString(in.Value[:v.start]), utf8.RuneCountInString(in.Value[v.start:v.end])), "translation-values", "差し込み「%s」は、日本語の文章にありません。", "the Japanese text has no %s", v.String())
				l.didYouMean(d, v.String(), lost)
			}
		}
		if i >= 0 {
			lost = slices.Delete(lost, i, i+1)
		}
	}
	if len(lost) > 0 && open == 0 { // else one isn't written well, which is said
		l.problems.Errorf(in.Span, "translation-values", "日本語の文章にある %s が、訳にありません。", "%s of the Japanese text is missing", strings.Join(lost, " "))
	}
	if !strings.ContainsAny(ja, "0123456789０１２３４５６７８９") {
		return
	}
	for _, n := range number.FindAllString(norm.NFKC.String(replaced(ja, func(slot) string { return "" })), -1) {
		if !holdsNumber(in.Value, n) && len(l.faults(in.Value)) == 0 { // it may be misspelt
			l.problems.Errorf(in.Span, "translation-numbers", "日本語の文章にある番号「%s」が、訳にありません。", "the number %s of the Japanese text is missing", n)
		}
	}
}

// holdsNumber finds a number, though not as a part of a longer one: there is no 119 in #7119.
func holdsNumber(text, number string) bool {
	digit := func(s string) bool { return s != "" && '0' <= s[0] && s[0] <= '9' }
	for before, after, found := strings.Cut(text, number); found; before, after, found = strings.Cut(after, number) {
		if !digit(before[max(0, len(before)-1):]) && !digit(after) {
			return true
		}
	}
	return false
}

var (
	aside    = regexp.MustCompile(`\{\{[^{}]*\}\}|\([^()]*\)|（[^（）]*）|“[^”]*”|"[^"]*"|「[^」]*」|日本語`)
	kana     = regexp.MustCompile(`[ぁ-ゖァ-ヺ]+`)
	japanese = regexp.MustCompile(`[ぁ-ゖァ-ヺー一-鿿々]+`)
)

// foreign warns of Japanese in a translation, which who reads it can't read. A name may stand in brackets or quotes, and
// that of the language anywhere.
func (l *language) foreign(n *source.Node) {
	letters := japanese
	if l.name == "zh" {
		letters = kana
	}
	if strings.IndexFunc(n.Value, func(r rune) bool { return r >= 'ぁ' }) < 0 { // most
		return
	}
	text := aside.ReplaceAllStringFunc(n.Value, func(s string) string { return strings.Repeat(" ", len(s)) })
	at := letters.FindStringIndex(text)
	if at == nil {
		return
	}
	l.warnings.Add(diag.Diagnostic{Span: n.At(utf8.RuneCountInString(n.Value[:at[0]]), utf8.RuneCountInString(n.Value[at[0]:at[1]])), Severity: diag.Warning, Rule: "japanese-left",
		Message: diag.T("訳に、日本語の「%s」が残っています。", "the translation holds Japanese: %q", n.Value[at[0]:at[1]]),
		Hint:    diag.T("訳してください。名前なら、読み方をローマ字で書き、日本語は ( ) に入れます。", "translate it; a name is written in Latin letters, with the Japanese in brackets")})
}

func (l *language) untold(ja string, at diag.Span) {
	flow := base(at.File)
	l.missing[flow] = append(l.missing[flow], located{same(ja), at})
	l.warnings.Add(diag.Diagnostic{Span: at, Severity: diag.Warning, Rule: "missing-translation",
		Message: diag.T("「%[1]s」の訳が「%[2]s」にありません。日本語のまま出ます。", "there is no translation of %[1]q in %[2]s; it is said in Japanese", short(ja), l.name+"/"+flow+".yaml")})
}

// short is how a text begins.
func short(s string) string {
	line, more, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if line = text.CutGraphemes(line, maxLabel); more != "" && !strings.HasSuffix(line, "…") {
		line += "…"
	}
	return line
}

// edited has one message stand for both: the translation of what is no more, and the text without one that it has become.
func (l *language) edited(d *diag.Diagnostic, text string, missing []located) {
	for _, m := range missing {
		if m.text == text {
			d.Related = append(d.Related[:0], diag.Related{Span: m.at, Text: diag.T("今の文章です。", "the text as it is now")})
			l.warnings.Drop(func(d diag.Diagnostic) bool { return d.Rule == "missing-translation" && d.Span == m.at })
		}
	}
}

// become is the text that an old one may have been changed to, "" for none.
func become(old string, texts []string) string {
	if near := text.DidYouMean(old, texts); near != "" {
		return near
	}
	best, most := "", 0
	for _, s := range texts { // long ones, edited in one place
		n := kept(s, old)
		if n > most && 2*n >= max(len(s), len(old)) {
			best, most = s, n
		}
	}
	return best
}

// kept is how much of two texts is the same, from the beginning and from the end, in bytes.
func kept(a, b string) int {
	short := min(len(a), len(b))
	first := 0
	for first < short && a[first] == b[first] {
		first++
	}
	last := 0
	for last < short-first && a[len(a)-1-last] == b[len(b)-1-last] {
		last++
	}
	return first + last
}

// unlike is where a text is another than an old one.
func unlike(s, old string) string {
	from := 0
	for i, r := range s {
		if from = i; !strings.HasPrefix(old[i:], string(r)) {
			break
		}
	}
	if rest := strings.TrimLeft(s[from:], "\n"); rest != "" { // a line was added
		from = len(s) - len(rest)
	}
	before := []rune(s[strings.LastIndexByte(s[:from], '\n')+1 : from])
	if len(before) < maxLabel/2 {
		return short(string(before) + s[from:])
	}
	return "…" + short(string(before[len(before)-maxLabel/4:])+s[from:])
}
