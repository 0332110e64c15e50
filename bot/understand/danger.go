package understand

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// This file weighs a whole text for danger, beside the rules. The rules see what was foreseen; the model, learnt from
// thousands of wordings of danger and of what only sounds like it, sees the rest, and takes back alarms that a word
// alone has raised. Each can be wrong: the rules decide what is not weighed down, the model what they don't know.

// Where the model speaks: its score is above 0 for danger rather than against it.
const (
	alarmBy  = 0.05  // it alarms where the rules are calm
	certain  = 0.15  // from here on it says so; below, it asks whether it is happening now
	crisisBy = 0     // it hears a wish to die
	calmBy   = -0.05 // below this an alarm of the rules is taken back
	solaceBy = -0.70 // below this one of crisis is: nobody speaks of dying without a reason
	fewest   = 3     // letters that the text must have for it: 「夜」 is what frightening texts begin with
	raiseBy  = 0.20  // what is this surely an emergency isn't something for today only
)

// learnt is the name of the rule of an alarm that no rule has raised.
const learnt = "learnt"

// weigh lets the model judge a text that the rules have judged.
func weigh(f Finding, text string) Finding {
	m := dangerModel()
	worst, letters, whole := m.worst(text)
	if letters == 0 {
		return f
	}
	switch {
	case f.Alarm < Crisis && worst.crisis > crisisBy && worst.crisis > worst.emergency && worst.crisis > worst.today:
		f.Alarm, f.Category, f.Rule = Worse(f.Alarm, Crisis), 14, learnt
		if worst.crisisNow > 0 {
			f.Alarm = CrisisNow
		}
	case f.Alarm == Calm && worst.danger > alarmBy && letters >= fewest:
		f.Alarm, f.Rule = Emergency, learnt
		if worst.danger < certain {
			f.Alarm = Ask
		} else if worst.today > worst.emergency {
			f.Alarm = Today
		}
	case f.Alarm == Calm || !whole:
	case f.Alarm >= Crisis && m.calm(text, worst.danger, solaceBy), f.Alarm < Crisis && m.calm(text, worst.danger, calmBy):
		f.Alarm, f.Category, f.Rule = Calm, 0, ""
	case f.Alarm <= Today && worst.emergency > raiseBy && worst.emergency > worst.today:
		f.Alarm, f.Rule = Emergency, learnt
	}
	return f
}

// dangers are the scores of the classes of danger.
type dangers struct{ danger, emergency, today, crisis, crisisNow float32 }

// worst gives the scores of the most dangerous sentence, or of the whole text: a fee question takes nothing back. A long
// text is looked at piece by piece. whole is false when not all of it could be.
func (m *Model) worst(text string) (worst dangers, letters int, whole bool) {
	fs := borrow()
	defer fs.giveBack()
	var room [8]float32
	whole = true
	worst.danger = -1
	for piece := range windows(text) {
		fs.reset()
		r := m.read(fs, piece)
		letters += fs.letters
		whole = whole && !fs.full
		worst.take(m, m.whole(room[:0], r))
		for k := range r.ends {
			if len(r.ends) > 1 {
				worst.take(m, m.part(room[:0], r, k, maxWeighed))
			}
		}
	}
	return worst, letters, whole
}

func (d *dangers) take(m *Model, s []float32) {
	at := func(class string) float32 { return s[m.index[class]] }
	if at("danger") > d.danger {
		*d = dangers{at("danger"), at("Emergency"), at("Today"), at("Crisis"), at("CrisisNow")}
	}
}

// windows yields a text, or of a longer one the pieces that the model can see at once; each shows the end of the one
// before.
func windows(text string) iter.Seq[string] {
	const step, seen = maxHeard * 5 / 6, maxHeard
	return func(yield func(string) bool) {
		if len(text) <= seen || utf8.RuneCountInString(text) <= seen {
			yield(text)
			return
		}
		runes := []rune(text)
		for from := 0; from == 0 || from+seen-step < len(runes); from += step {
			if !yield(string(runes[from:min(len(runes), from+seen)])) {
				return
			}
		}
	}
}

// mostClauses bounds what is looked at before an alarm is taken back.
const mostClauses = 48

// calm says whether no part of a text is as dangerous as that: not the worst sentence, nor any clause alone, for between
// harmless ones it is hard to see.
func (m *Model) calm(text string, worst, by float32) bool {
	if worst >= by {
		return false
	}
	clauses := strings.FieldsFunc(text, func(r rune) bool {
		return ends(r) || pauses(r) || r == '…' || r == '♪' || r == '・' || r >= 0x1F000
	})
	if len(clauses) > mostClauses {
		return false
	}
	fs := borrow()
	defer fs.giveBack()
	var room [8]float32
	for _, c := range clauses {
		fs.reset()
		r := m.read(fs, c)
		if fs.full || fs.clipped || fs.letters > 1 && m.whole(room[:0], r)[m.index["danger"]] >= by {
			return false
		}
	}
	return true
}
