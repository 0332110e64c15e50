package flow

import (
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/text"
)

// This file links patterns.yaml: what is said when things go sideways leads on from anywhere, and to help.

// patternChoice reports what can't be taken: nobody ever stands on a pattern, so only what
// can be taken from anywhere works there.
func (c *compiler) patternChoice(s *Step, choice *Choice) {
	if s.Ref.Flow != PatternFlow || choice.Door || choice.Link != "" || choice.Move != MoveGo || choice.goRef.name != "" && choice.Go == nil {
		return
	}
	c.problems.Errorf(choice.Pos, "pattern-choice", "patterns.yaml の選択肢には、いつでも行ける行き先(「go:」)か「link:」が要り、「set:」は使えません。",
		"a choice of patterns.yaml needs a go: to where anyone may go at any time, or a link:, and no set:")
}

func (c *compiler) linkPatterns() {
	p := c.program
	flow := p.flows[PatternFlow]
	if c.unread[PatternFlow] {
		return // said already, once for all of them
	}
	var missing []string
	for i, name := range patternNames {
		if p.Patterns[i] = p.steps[Ref{PatternFlow, name}]; p.Patterns[i] == nil && !c.nameless[PatternFlow] {
			missing = append(missing, name)
		}
	}
	for _, s := range flow.Steps {
		if slices.Contains(patternNames[:], s.Step) {
			continue
		}
		d := c.problems.Errorf(s.Pos, "unknown-pattern", "patterns.yaml に「%s」というステップは書けません。", "patterns.yaml has no use for a step %q", s.Step)
		meant := c.didYouMean(d, s.Step, patternNames[:])
		if meant == "" && len(missing) == 1 {
			meant = d.Meant(missing[0])
		}
		if missing = slices.DeleteFunc(missing, func(name string) bool { return name == meant }); meant == "" {
			d.Hint = diag.T("新しいお話は、ほかのファイルに書いてください。", "write what is new in another file")
		}
	}
	for _, name := range missing {
		d := c.problems.Errorf(flow.Pos, "missing-pattern", "「- step: %s」がありません。", "the step %q is missing", name)
		d.Hint = diag.T("消したのなら、もとに戻してください。", "put it back if it was deleted")
	}
	if s := p.Patterns[Interrupted]; s != nil {
		c.interrupted(s)
	}
	if s := p.Patterns[Unsure]; s != nil {
		c.unsure(s)
	}
	wrong := c.wrong(flow)
	for _, i := range vital {
		if s := p.Patterns[i]; s != nil && !wrong[s] && !c.nameless[PatternFlow] { // else what is missed may be what is meant
			c.callable(s)
		}
	}
	if s := p.Patterns[Suggested]; s != nil && len(s.Choices) > 0 {
		c.problems.Errorf(s.Choices[0].Pos, "suggest-choices", "「suggest」のボタンは、案内が自分で並べます。いつも出したいものは「quick:」に書いてください。", "the buttons of suggest are the bot's; write what is always offered under quick:")
	}
}

// interrupted reports choices of that pattern that aren't the two that it wants.
func (c *compiler) interrupted(s *Step) {
	if s.Ref == (Ref{PatternFlow, Interrupted.String()}) && (len(s.Choices) != 2 || len(s.Quick) > 0 || s.Choices[0].Move != MoveStay || s.Choices[1].Move != MoveLeave) {
		at := s.Pos
		if i := slices.IndexFunc(s.Choices, func(c Choice) bool { return c.Move != MoveStay && c.Move != MoveLeave }); i >= 0 && len(s.Choices) == 2 && s.Choices[i].goRef.name != "" {
			at = s.Choices[i].goRef.at
		}
		c.problems.Errorf(at, "interrupted-choices", "「interrupted」の選択肢は「go: stay」と「go: leave」の2つを、この順に書きます。", "interrupted has two choices: go: stay, then go: leave")
	}
}

// unsure reports choices of that pattern that lead elsewhere than to emergency and calm, or to the wrong one of them.
func (c *compiler) unsure(s *Step) {
	to := map[string]bool{}
	for i := range s.Choices {
		choice := &s.Choices[i]
		if choice.Go == nil {
			return // said already
		}
		to[choice.Go.Ref.String()] = true
		alarm := choice.Go == c.program.Patterns[Emergency]
		if yes, ok := text.YesNo(choice.Label); ok && yes != alarm {
			c.problems.Errorf(choice.Pos, "unsure-choices", "「%s」の行き先が、逆です。「はい」は patterns/emergency へ、「いいえ」は patterns/calm へ進みます。", "%q leads the wrong way: yes goes to patterns/emergency, no to patterns/calm", choice.Label)
			return
		}
	}
	if len(to) != 2 || !to["patterns/emergency"] || !to["patterns/calm"] {
		c.problems.Errorf(s.Pos, "unsure-choices", "「unsure」の選択肢は、「はい」（go: patterns/emergency）と「いいえ」（go: patterns/calm）の2つです。", "unsure has two choices: yes (go: patterns/emergency) and no (go: patterns/calm)")
	}
}
