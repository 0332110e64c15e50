package flow

import (
	"fmt"
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/source"
	"hogushi/bot/text"
)

// Lengths that LINE allows, in graphemes where nothing else is said.
const (
	maxBubble     = 5000 // text message, UTF-16 units
	maxButtonText = 160
	maxConfirm    = 240
	maxCardTitle  = 40
	maxCardText   = 60 // with a title
	maxCardBare   = 120
	maxReply      = 5 // messages a reply
	maxButtons    = 4
	maxQuick      = 13
	maxCards      = 10
	maxCardPicks  = 3 // choices of a card
)

// notInPatterns are keys without an effect in a step that is only said in passing.
var notInPatterns = []string{"set", "handoff", "forget", "recall", "withdraw", "erase", "takeover", "language", "image", "cards", "ask", "wrong", "consent", "branch", "call", "end"}

// target is a place named in a file, resolved once all files are read.
type target struct {
	name string
	at   diag.Span
}

func (c *compiler) target(n *source.Node) target {
	if n == nil {
		return target{}
	}
	t := target{c.string(n), n.Span}
	if n.Kind == source.Null || n.Kind == source.Scalar && blank(t.name) {
		c.problems.Errorf(n.Span, "empty", "行き先がありません。", "a target is missing")
	}
	return t
}

func (c *compiler) step(f *Flow, n *source.Node) *Step {
	if !c.want(n, source.Map, "ステップは「- step: 名前」で始めます。", "a step begins with - step: NAME") {
		return nil
	}
	if f.ID == PatternFlow {
		n = c.passing(n)
	}
	c.keys(n, stepKeys)
	s := &Step{Flow: f, Index: len(f.Steps), Pos: n.Span, line: n.Line}
	// One without a name of its own is read all the same: others rest on what it asks and does.
	if s.Ref.Flow = f.ID; !c.called(s, n) {
		c.nameless[f.ID] = true
		s.Step = fmt.Sprintf("(%d)", n.Line)
		c.fill(s, n)
		s.words = nil // of a copy they are the other's, too
		return s
	}
	c.fill(s, n)
	return s
}

// passing is a step of patterns.yaml without the keys that it can't have: what would follow from them isn't said.
func (c *compiler) passing(n *source.Node) *source.Node {
	own := *n
	own.Pairs = nil
	for _, p := range n.Pairs {
		if !slices.Contains(notInPatterns, p.Key.Value) {
			own.Pairs = append(own.Pairs, p)
			continue
		}
		d := c.problems.Errorf(p.Key.Span, "pattern-key", "patterns.yaml のステップでは「%s:」を使えません。", "a step of patterns.yaml can't have %s:", p.Key.Value)
		d.Hint = diag.T("消してください。ほかのフローのステップになら、書けます。", "leave it out; it can stand in a step of another flow")
		c.means(&own, "", p.Value)
	}
	return &own
}

// called gives a step its name, or says what is wrong with it.
func (c *compiler) called(s *Step, n *source.Node) bool {
	id := c.get(n, "step")
	if id == nil && c.misspelt(n, "step") {
		return false
	}
	if id == nil || id.Kind != source.Scalar || blank(id.Value) {
		at := n.Span
		if id != nil {
			at = id.Span
		}
		c.problems.Errorf(at, "missing-key", "「step: 名前」がありません。", "step: NAME is missing")
		return false
	}
	s.Pos, s.Step = id.Span, c.name(id, "step")
	first := c.program.steps[s.Ref]
	if first != nil {
		d := c.problems.Errorf(id.Span, "duplicate-step", "ステップ「%s」が2つあります。", "there are two steps %q", s.Ref.Step)
		d.Hint = diag.T("写して作ったステップなら、名前を変えてください。", "give a copy a name of its own")
		d.Related = []diag.Related{{Span: first.Pos, Text: diag.T("1つ目はここです。", "the first one")}}
	}
	if s.Step == "" || first != nil {
		return false
	}
	c.program.steps[s.Ref], c.program.steps[Ref{s.Flow.ID, id.Value}] = s, s // others may have its name from here
	return true
}

// fill reads what stands in a step.
func (c *compiler) fill(s *Step, n *source.Node) {
	if s.Topic = c.string(n.Get("topic")); s.Topic != "" && !slices.Contains(Topics.Names(), s.Topic) { // it may be staff's own
		d := diag.Diagnostic{Span: n.Get("topic").Span, Severity: diag.Warning, Rule: "near-topic",
			Message: diag.T("話題「%s」は、決まった言葉にありません。", "the topic %q is none of the usual ones", s.Topic)}
		if c.didYouMean(&d, s.Topic, Topics.Names()) != "" {
			c.problems.Add(d)
		}
	}
	s.cited = c.items(c.get(n, "facts"))
	s.Facts = bare(s.cited)
	triggers, examples := c.fewWords(n.Get("triggers")), c.texts(n.Get("examples"))
	s.Triggers, s.Examples, s.words = bare(triggers), bare(examples), append(triggers, examples...)
	s.topicless = c.get(n, "topic") == nil && !c.misspelt(n, "topic")
	s.Review, s.reviewAt = c.reviewed(n.Get("reviewed"), s.Pos)
	s.Set = c.assigns(n.Get("set"))
	c.handoff(s, n.Get("handoff"))
	s.Forget = c.bool(n.Get("forget"))
	s.Recall = c.bool(n.Get("recall"))
	for a := ActWithdraw; a <= ActTakeover; a++ {
		v := n.Get(actNames[a])
		if v == nil || !c.bool(v) {
			continue
		}
		if s.Act != ActNone || s.Forget || s.Recall || n.Get("handoff") != nil {
			c.problems.Errorf(v.Span, "two-acts", "「%s:」は、ほかの働き（handoff, forget, recall など）と別のステップに書いてください。", "%s: needs a step of its own, without handoff, forget, recall and the like", actNames[a])
		}
		s.Act = a
	}
	c.speak(s, n.Get("language"))
	c.say(s, n)
	c.picture(s, n.Get("image"))
	c.wait(s, n)
	c.leave(s, n)
	if n.Get("say") == nil && c.meant[n] == nil && !s.Waits() && !s.Forget && !s.Recall && s.Act == ActNone && s.Language == "" && !s.End && len(s.Set) == 0 && n.Get("handoff") == nil && n.Get("branch") == nil &&
		s.goRef.name == "" && s.callAt.name == "" {
		c.problems.Errorf(s.Pos, "empty-step", "ステップ「%s」は何もしません。「say:」か「go:」などを書いてください。", "the step %q does nothing; write say: or go:, for example", s.Step)
	}
}

func (c *compiler) handoff(s *Step, n *source.Node) {
	if n == nil {
		return
	}
	names := c.texts(n)
	if len(names) == 0 {
		c.problems.Errorf(n.Span, "empty", "「handoff:」には渡す項目を書きます。", "handoff: names the fields to hand over")
	}
	for _, name := range names {
		if field := c.field(name.text, name.at); field != nil {
			s.Handoff = append(s.Handoff, field)
			field.handed = true
		}
	}
}

func (c *compiler) wait(s *Step, n *source.Node) {
	var waits []string
	for _, k := range []string{"choices", "cards", "consent"} {
		if n.Get(k) != nil {
			waits = append(waits, k)
		}
	}
	if n.Get("ask") != nil && (n.Get("cards") != nil || n.Get("consent") != nil) {
		waits = append(waits, "ask")
	}
	if len(waits) > 1 {
		c.problems.Errorf(n.Get(waits[1]).Span, "two-waits", "「%s」と「%s」は同じステップに書けません。ステップを分けてください。", "%s: and %s: can't stand in one step; make it two", waits[0], waits[1])
	}
	s.Show = Show(c.oneOf(n, "show", showWords))
	if p := n.Get("prompt"); p != nil {
		limit := maxButtonText
		if s.Show == ShowConfirm {
			limit = maxConfirm
		}
		s.Prompt = c.part(s, p, limit, text.Graphemes, "prompt")
	}
	if w := n.Get("wrong"); w != nil {
		s.Wrong = c.part(s, w, maxBubble, text.UTF16, "wrong")
		if n.Get("ask") == nil {
			c.problems.Errorf(w.Span, "useless-key", "「wrong:」は「ask:」のあるステップでだけ使えます。", "wrong: needs an ask: beside it")
		}
	}
	if a := n.Get("again"); a != nil {
		s.Again = c.part(s, a, maxBubble, text.UTF16, "again")
	}
	if a := n.Get("ask"); a != nil {
		if s.Ask = c.field(c.string(a), a.Span); s.Ask != nil {
			s.Ask.given = true
			if s.Ask.asker == nil {
				s.Ask.asker = s
			}
			s.Choices = c.answers(s.Ask, a.Span)
		}
		if s.Ask == nil && c.program.Language == "" { // the flow is one for all languages
			s.Flow.unasked = true
		}
	}
	s.Choices = append(s.Choices, c.choices(s, n.Get("choices"))...)
	s.Quick = c.choices(s, n.Get("quick"))
	if cards := n.Get("cards"); cards != nil {
		c.cards(s, cards)
	}
	if k := n.Get("consent"); k != nil {
		c.consentAsked(s, k)
	}
	if (s.Ask != nil || len(s.Choices)+len(s.Quick) > 0) && len(s.Say) == 0 && s.Prompt == nil && len(s.Cards) == 0 && s.Closed == "" && c.get(n, "say") == nil && !c.misspelt(n, "say") {
		c.problems.Errorf(s.Pos, "silent-question", "選択肢や質問の前に「say:」で何か伝えてください。", "say something before choices or a question")
	}
	c.labels(s)
	c.shown(s, n)
}

func (c *compiler) consentAsked(s *Step, n *source.Node) {
	if !c.want(n, source.Map, "「consent:」には version, yes, no, refused を書きます。", "consent: holds version, yes, no and refused") {
		return
	}
	c.keys(n, consentKeys)
	c.need(n, "refused")
	version := c.need(n, "version")
	c.day(version)
	s.Consent = &Consent{Version: version.text}
	yes, no := c.need(n, "yes"), c.need(n, "no")
	refused := n.Get("refused")
	if refused != nil && (refused.Kind == source.Null || blank(refused.Value)) {
		refused = nil // said already
	}
	s.Choices = []Choice{{Key: key(yes.text), Label: c.label(yes), Pos: yes.at},
		{Key: key(no.text), Label: c.label(no), Pos: no.at, goRef: c.target(refused)}}
}

// shown checks whether LINE can show so many choices in this way.
func (c *compiler) shown(s *Step, n *source.Node) {
	at := s.Pos
	for _, k := range []string{"show", "choices", "ask"} {
		if v := n.Get(k); v != nil {
			at = v.Span
			break
		}
	}
	choices, quick := len(s.Choices), len(s.Quick)
	switch {
	case choices == 0 && s.Show != ShowAuto:
		c.problems.Errorf(at, "useless-key", "「show:」は選択肢のあるステップでだけ使えます。", "show: needs choices beside it")
	case s.Show == ShowConfirm && choices != 2:
		c.problems.Errorf(at, "limit", "「show: confirm」の選択肢は2つです(いま%d)。", "show: confirm takes two choices (here %d)", choices)
	case s.Show == ShowButtons && choices > maxButtons:
		c.problems.Errorf(at, "limit", "「show: buttons」の選択肢は%d個までです(いま%d)。", "show: buttons takes at most %d choices (here %d)", maxButtons, choices)
	}
	if s.Show == ShowQuick || s.Show == ShowAuto && choices > maxButtons {
		quick += choices
	} else if v := n.Get("quick"); v != nil {
		at = v.Span
	}
	if quick > maxQuick {
		c.problems.Errorf(at, "limit", "下に並ぶ選択肢は%d個までです(いま%d)。", "at most %d quick replies (here %d)", maxQuick, quick)
	}
}
