package flow

import (
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/text"
)

// This file gathers the words by which staff let patients come to a step.

// words makes triggers of all words that lead to a step.
func (c *compiler) words() {
	for _, f := range c.program.Flows {
		for _, s := range f.Steps {
			if len(s.words) > 0 && !s.Door() {
				c.problems.Errorf(s.words[0].at, "trigger-into-form", "入力の途中のステップへは、言葉で直接進めません。フローの先頭に書いてください。", "a step inside a form can't be reached by words; write them at the flow's start")
			}
			if s.topicless && len(s.Examples) > 0 && s.Door() && f.ID != PatternFlow {
				first := s.words[slices.IndexFunc(s.words, func(w located) bool { return w.text == s.Examples[0] })]
				c.problems.Add(diag.Diagnostic{Span: first.at, Severity: diag.Warning, Rule: "no-topic",
					Message: diag.T("「topic:」がないので、この言葉そのものにしか答えません。似た言い方には、答えません。", "without a topic: only these very words are answered, and none that are like them"),
					Hint:    diag.T("「topic: other」のように、話題を書いてください。", "write a topic, like topic: other")})
			}
			others := map[*Step][]located{}
			for _, w := range s.words {
				if other := c.trigger(s, w); other != nil {
					others[other] = append(others[other], w)
				}
			}
			for other, words := range others {
				c.doubled(other, words)
			}
		}
	}
}

// trigger makes a word lead to a step. The one that it leads to already is returned.
func (c *compiler) trigger(s *Step, w located) (other *Step) {
	key := c.folded(w)
	if key == "" {
		return nil
	}
	if cmd := c.program.commands[key]; cmd != NoCommand {
		c.problems.Errorf(w.at, "trigger-is-command", "「%s」は共通の命令(%s)と同じ言葉です。", "%q is the word of the command %s", w.text, commandNames[cmd])
		return nil
	}
	switch first := c.program.triggers[text.Fold(w.text)]; {
	case first == nil:
		c.program.triggers[key], c.wordsAt[key] = s, w.at
	case first != s:
		return first
	}
	return nil
}

// doubled reports words of a step that lead to another one already; those of a copy, all at once.
func (c *compiler) doubled(other *Step, words []located) {
	for _, w := range words {
		d := c.problems.Errorf(w.at, "duplicate-trigger", "「%s」は %s にも書かれています。どちらへ進むか決められません。", "%q also leads to %s", w.text, other.Ref)
		d.Related = []diag.Related{{Span: c.wordsAt[text.Fold(w.text)], Text: diag.T("もう一方の言葉です。", "the other words")}}
		if more := len(words) - 1; more >= aFew {
			d.Hint = diag.T("このステップの言葉は、ほかに%d個も同じです。写したのなら、言葉を書きかえてください。", "so do %d more words of this step: give a copy words of its own", more)
			return
		}
	}
}
