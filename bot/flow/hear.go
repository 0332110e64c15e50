package flow

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"hogushi/bot/diag"
	"hogushi/bot/text"
	"hogushi/bot/understand"
)

// This file finds what a free text asks for, beyond the words that staff wrote.

// Heard is what a free text asks for.
type Heard struct {
	understand.Heard
	Command Command // with understand.Obey
	Step    *Step   // with understand.Answer
	Near    []*Step // others that it may ask for, the likeliest first: at most three
	Then    *Step   // what it asks besides
}

// Word finds the command or the step that a text names by words that staff wrote.
func (p *Program) Word(t *Typed) (h Heard, ok bool) {
	h.Command = p.Command(t)
	if h.Command == NoCommand {
		h.Step = p.Trigger(t)
	}
	if h.Command == NoCommand && h.Step == nil {
		h.Command = p.NearCommand(t)
	}
	switch {
	case h.Command != NoCommand:
		h.Outcome = understand.Obey
	case h.Step != nil:
		h.Outcome = understand.Answer
		h.Heard.Step = understand.Scored{Step: understand.Step{Flow: h.Step.Ref.Flow, Step: h.Step.Step, Topic: h.Step.Topic}, Score: 1}
	}
	return h, h.Outcome != understand.Unheard
}

// Meant is the step that a word of staff's leads to, for one who was told about a flow before.
func (p *Program) Meant(s *Step, t *Typed, about string) *Step {
	if s == nil {
		return nil
	}
	own := p.index().Of(about, understand.Step{Flow: s.Ref.Flow, Step: s.Step, Topic: s.Topic}, t.text)
	return p.steps[Ref{own.Flow, own.Step}]
}

// bareAnswer is how long a yes or no is that says nothing else: 「はい」, 「いいえ」.
const bareAnswer = 3

// Hear finds what a text asks for that is none of these words. about is the flow that was spoken of before, "" for none.
func (p *Program) Hear(t *Typed, about string) Heard {
	h := Heard{Heard: p.index().Hear(t.text, about)}
	bare := utf8.RuneCountInString(t.fold()) <= bareAnswer
	if _, ok := text.YesNo(t.text); ok && (bare || h.Outcome != understand.Answer || h.Heard.Step.Flow != MenuFlow) {
		return Heard{} // an answer to no question asks for nothing; 「了解です」 is a thank-you
	}
	find := func(s understand.Step) *Step { return p.steps[Ref{s.Flow, s.Step}] }
	switch h.Outcome {
	case understand.Obey:
		for c, name := range commandNames {
			if name == h.Heard.Command {
				h.Command = Command(c)
			}
		}
	case understand.Answer:
		h.Step = find(h.Heard.Step.Step)
		if h.Heard.Then != nil {
			if s := find(h.Heard.Then.Step); s.to.Label != "" {
				h.Then = s
			}
		}
	}
	for _, n := range h.Heard.Near {
		s := find(n.Step)
		if s.to.Label != "" && !slices.ContainsFunc(h.Near, func(o *Step) bool { return o.to.Label == s.to.Label }) {
			h.Near = append(h.Near, s)
		}
	}
	if h.Outcome == understand.Suggest && len(h.Near) == 0 {
		h.Outcome = understand.Unheard
	}
	return h
}

// Why gives the pieces of a text that speak most for a step.
func (p *Program) Why(text string, s understand.Step) []understand.Piece {
	return p.index().Why(text, s)
}

// listen makes the program ready to hear, when it is first asked to.
func (p *Program) listen() {
	p.name()
	for _, l := range p.languages {
		p.In(l.name).name()
	}
	p.index = sync.OnceValue(func() *understand.Index {
		var steps []understand.Taught
		for _, f := range p.Flows {
			for _, s := range f.Steps {
				if s.asked() {
					steps = append(steps, understand.Taught{Step: understand.Step{Flow: f.ID, Step: s.Step, Topic: s.Topic}, Examples: s.Examples})
				}
			}
		}
		return understand.NewIndex(understand.Router(), steps)
	})
}

// asked says whether a patient may ask for the step in his own words.
func (s *Step) asked() bool {
	return s.Topic != "" && s.Flow.ID != PatternFlow && s.Door() && len(s.Examples) > 0
}

// itself is the key of the choice that leads to the step that it is a choice of.
const itself = "="

// To is a choice that leads to the step, for whoever may be asking for it.
func (s *Step) To() *Choice { return &s.to }

// name labels every step that can be asked for: as the first choice that leads there does,
// those of its own flow before others, under the name of its subject. One to which nothing leads has no label,
// and isn't suggested.
func (p *Program) name() {
	label := map[*Step]string{} // by the step itself
	_, colon := p.Between()
	for _, own := range [...]bool{true, false} {
		for _, f := range p.Flows {
			for _, s := range f.Steps {
				for c := range p.Spoken(s).Offers {
					if c.Go != nil && c.Door && (c.Go.Flow == f) == own && label[c.Go] == "" {
						label[c.Go] = c.Label
					}
				}
			}
		}
	}
	for _, s := range p.steps {
		spoken := p.Spoken(s)
		if p.Language != "" && spoken == s { // it is said in Japanese
			continue
		}
		l := label[s]
		if s.Index == 0 {
			l = p.Text(s.Flow.Title)
		}
		if short := p.Text(s.Flow.Short); short != "" && l != "" && s.Index > 0 && !strings.Contains(l, short) && 2*text.Graphemes(short+colon) <= maxLabel {
			l = short + colon + l
		}
		spoken.to = Choice{Key: itself, Label: text.CutGraphemes(l, maxLabel), Go: s, Door: s.Door(), Pos: s.Pos}
	}
}

// maxUntaught bounds how many new examples are held against each other: staff write some hundreds in a year. Where there are
// more, the router is to be learnt anew first.
const maxUntaught = 2000

// fresh is an example that staff have written lately.
type fresh struct {
	step *Step
	own  understand.Step
	located
}

// untaught are the examples that the router wasn't taught.
func (c *compiler) untaught() (out []fresh) {
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if !s.asked() {
				continue
			}
			own := understand.Step{Flow: f.ID, Step: s.Step, Topic: s.Topic}
			for _, w := range s.words {
				if slices.Contains(s.Examples, w.text) && understand.Untaught(own, w.text) {
					out = append(out, fresh{s, own, w})
				}
			}
		}
	}
	return out
}

// rivals warns of examples that staff have written since the router was learnt, where wordings like them lead to
// another step. Those that it was taught are measured with it.
func (c *compiler) rivals() {
	all := c.untaught()
	if len(all) > maxUntaught {
		return
	}
	told := map[[2]*Step]bool{}
	renamed := map[*Step]bool{}
	for _, e := range all {
		s := e.step
		if renamed[s] {
			continue
		}
		other, rivalry := c.program.index().Rival(e.own, e.text)
		to := c.program.steps[Ref{other.Flow, other.Step}]
		if rivalry == understand.NoRival || to == nil || to == s || told[[2]*Step{to, s}] {
			continue
		}
		d := diag.Diagnostic{Span: e.at, Severity: diag.Warning, Rule: "example-astray",
			Message: diag.T("似た言い方をすると「%s」へ進みます。この例の言葉を、もっとはっきりさせてください。", "wordings like this lead to %s; make it plainer what this one asks for", to.Ref)}
		if rivalry == understand.Alike {
			told[[2]*Step{s, to}] = true // from there it is the same
			d = diag.Diagnostic{Span: e.at, Severity: diag.Warning, Rule: "example-alike",
				Message: diag.T("「%s」の例と見分けがつきません。どちらか一つのステップに書いてください。", "this can't be told from an example of %s; write it under one step", to.Ref)}
		}
		if was, ok := c.program.index().Formerly(e.text); ok { // no other words help
			renamed[s] = true
			d.Span = s.Pos
			d.Message = diag.T("案内は、この例を「%s/%s」の名前で学んでいます。名前が変わったので、似た言い方が「%s」へ進みます。", "the bot has learnt these examples under the name %s/%s, which is gone: wordings like them lead to %s", was.Flow, was.Step, to.Ref)
			d.Hint = diag.T("名前をもどすか、設定した人に「学びなおし」を頼んでください。", "take the old name, or have the model learnt anew (make model)")
		}
		d.Related = []diag.Related{{Span: to.Pos, Text: diag.T("そのステップです。", "that step")}}
		c.problems.Add(d)
	}
}
