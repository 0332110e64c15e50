package engine

import (
	"math"

	"hogushi/bot/flow"
	"hogushi/bot/understand"
)

// Outcome is what a text comes to in a conversation that nothing was said in yet.
type Outcome string

const (
	OutcomeAnswer    Outcome = "answer"
	OutcomeEmergency Outcome = "emergency" // 119, be seen today, or the question whether it is one
	OutcomeCrisis    Outcome = "crisis"
	OutcomeContact   Outcome = "contact" // into a form
	OutcomeCommand   Outcome = "command"
	OutcomeSuggest   Outcome = "suggest"
	OutcomeFallback  Outcome = "fallback"
)

// Decision is an Outcome and what led to it.
type Decision struct {
	Outcome Outcome
	Finding understand.Finding // with emergency and crisis
	Heard   flow.Heard
	Word    bool // it is a word that staff wrote, or one of their examples
}

// Decide says what Step does with the first text of a patient who has been greeted, for
// those who want to know why.
func Decide(p *flow.Program, text string) Decision {
	d := Decision{Finding: understand.Guard(text)}
	switch {
	case d.Finding.Alarm >= understand.Crisis:
		d.Outcome = OutcomeCrisis
		return d
	case d.Finding.Alarm != understand.Calm:
		d.Outcome = OutcomeEmergency
		return d
	}
	t := flow.NewTyped(text)
	d.Heard, d.Word = p.Word(&t)
	if !d.Word {
		d.Heard = p.Hear(&t, "")
	}
	switch d.Heard.Outcome {
	case understand.Obey:
		d.Outcome = OutcomeCommand
	case understand.Answer:
		switch d.Outcome = OutcomeAnswer; {
		case d.Heard.Step == p.Patterns[flow.Emergency]: // 「119」
			d.Outcome = OutcomeEmergency
		case d.Heard.Step.Flow.Form:
			d.Outcome = OutcomeContact
		}
	case understand.Suggest:
		d.Outcome = OutcomeSuggest
	default:
		d.Outcome = OutcomeFallback
	}
	return d
}

// Score is how sure the decision is, 1 for an alarm and for words that staff wrote; above 0
// more speaks for it than against. Two decimals.
func (d Decision) Score() float64 {
	if d.Word || d.Outcome == OutcomeEmergency || d.Outcome == OutcomeCrisis {
		return 1
	}
	return math.Round(float64(d.Heard.Heard.Step.Score)*100) / 100
}
