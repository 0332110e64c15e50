package flow

import (
	"cmp"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// Japanese names the language in which flows are written, English one in which they may be said, too.
const (
	Japanese = "ja"
	English  = "en"
)

// Language is how the flows read in a language.
type Language struct {
	name   string
	words  Words
	texts  map[string]string // of what stands in no step: titles, labels and options of fields
	spoken map[*Step]*Step
}

// In is the program as it speaks a language. It speaks Japanese where it knows no other.
func (p *Program) In(language string) *Program {
	p = cmp.Or(p.japanese, p)
	i := slices.IndexFunc(p.languages, func(l *Language) bool { return l.name == language })
	if i < 0 {
		return p
	}
	l := p.languages[i]
	q := *p
	q.japanese, q.Language, q.Words, q.spoken, q.texts = p, language, l.words, l.spoken, l.texts
	return &q
}

// Spoken is how a step reads. It is for what patients see: the ways that lead on, and choices as they are taken, are
// those of the step itself.
func (p *Program) Spoken(s *Step) *Step { return cmp.Or(p.spoken[s], s) }

// Text is a title, a label or an option as it reads.
func (p *Program) Text(japanese string) string { return cmp.Or(p.texts[japanese], japanese) }

// Between gives what stands between the parts of a list, and behind the name of a thing.
func (p *Program) Between() (comma, colon string) {
	if p.Language == "" {
		return "、", "："
	}
	return ", ", ": "
}

// Labelled finds the choice of a step that a text names; see Step.Labelled. A patient may write in any language,
// whichever the bot speaks.
func (p *Program) Labelled(s *Step, t *Typed, hasty bool) *Choice {
	if spoken := p.spoken[s]; spoken != nil {
		if c := spoken.Labelled(t, hasty); c != nil {
			return s.Choice(c.Key)
		}
	}
	if c := s.Labelled(t, hasty); c != nil {
		return c
	}
	for _, l := range p.languages {
		if spoken := l.spoken[s]; spoken != nil {
			if c := spoken.Labelled(t, hasty); c != nil {
				return s.Choice(c.Key)
			}
		}
	}
	return nil
}

// Picked reads several options of a field at once, as they are labelled in any one language; see text.SeveralOptions.
func (p *Program) Picked(f *Field, typed string) (options []string, ok bool) {
	all, ok := text.SeveralOptions(typed, f.Options)
	for _, l := range p.languages {
		if !ok {
			all, ok = text.SeveralOptions(typed, l.labels(f.Options))
		}
	}
	for _, i := range all {
		options = append(options, f.Options[i])
	}
	return options, ok
}

func (l *Language) labels(options []string) (out []string) {
	for _, o := range options {
		out = append(out, cmp.Or(l.texts[o], o))
	}
	return out
}

// languageNames are those that the program knows.
func (c *compiler) languageNames() (names []string) {
	names = append(names, Japanese)
	for _, l := range c.spoken {
		names = append(names, l.name)
	}
	return names
}

// speak reads in which language the bot goes on.
func (c *compiler) speak(s *Step, n *source.Node) {
	if n == nil {
		return
	}
	if s.Language = c.string(n); !slices.Contains(c.languageNames(), s.Language) {
		c.unknownLanguage(s.Language, n.Span)
	}
}

func (c *compiler) unknownLanguage(name string, at diag.Span) {
	if len(c.astray) > 0 && len(c.spoken) == 0 { // it is there, under another name
		for d := range c.problems.Each {
			if d.Rule == "unread-directory" && d.File == c.astray[0] {
				d.Severity = diag.Error
				d.Hint = diag.T("ここでは「%s」です。", "here it is %s", name)
			}
		}
		return
	}
	d := c.problems.Errorf(at, "unknown-language", "「%s」の訳がありません。", "there are no translations for %q", name)
	d.Hint = diag.T("使えるのは %s です。訳は、その名前のフォルダーに置きます。", "there are %s; translations stand in a directory of that name", strings.Join(c.languageNames(), ", "))
}
