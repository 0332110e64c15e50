package flow

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"hogushi/bot/text"
)

// This file looks up what patients type among the words that staff wrote.

// Typed is a text in the forms in which it is looked up. Each is made when it is wanted.
type Typed struct {
	text         string
	folded, bare string
}

// NewTyped makes a Typed of a text.
func NewTyped(s string) Typed { return Typed{text: s} }

func (t *Typed) fold() string {
	if t.folded == "" {
		t.folded = text.Fold(t.text)
	}
	return t.folded
}

func (t *Typed) strip() string {
	if t.bare == "" {
		t.bare = text.Bare(t.fold())
	}
	return t.bare
}

// Command finds the global command that a text is, as staff wrote its words.
func (p *Program) Command(t *Typed) Command { return p.commands[t.fold()] }

// NearCommand finds it by what is left without politeness.
func (p *Program) NearCommand(t *Typed) Command { return p.commands[t.strip()] }

// Trigger finds the step to which a text leads, nil if none: by the words as staff wrote
// them, else by what is left of both without politeness.
func (p *Program) Trigger(t *Typed) *Step {
	if s := p.triggers[t.fold()]; s != nil {
		return s
	}
	return p.bare[t.strip()]
}

// Labelled finds the choice that a text names by its label, or by a word that means it; a
// hasty one must be the label itself.
func (s *Step) Labelled(t *Typed, hasty bool) *Choice {
	if hasty {
		if i := s.labels.Same(t.text); i >= 0 && text.Same(s.labelled[i].Label, t.text) {
			return s.labelled[i]
		}
		return nil
	}
	if i, ok := s.labels.Find(t.text, t.fold()); ok {
		return s.labelled[i]
	}
	return nil
}

// prepare makes the labels ready to be looked up.
func (s *Step) prepare() {
	var labels []string
	sum := sha256.New()
	for c := range s.Offers {
		fmt.Fprintln(sum, c.Label)
		labels, s.labelled = append(labels, c.Label), append(s.labelled, c)
		for _, w := range c.Words {
			labels, s.labelled = append(labels, w), append(s.labelled, c)
		}
	}
	s.labels = text.NewLabels(labels)
	s.Listing = hex.EncodeToString(sum.Sum(nil)[:4])
}
