package understand

import (
	"iter"
	"strings"
)

// This file weighs a whole text for danger, beside the rules. The rules see what was foreseen; the model, learnt from
// thousands of wordings of danger and of what only sounds like it, sees the rest, and takes back alarms that a word
// alone has raised. Each can be wrong: the rules decide what is not weighed down, the model what they don't know.

// Where the model speaks: its score is above 0 for danger rather than against it.
const (
	alarmBy  = .12   // it alarms where the rules are calm
	certain  = .20   // from here on it says so; below, it asks whether it is happening now
	crisisBy = 0     // it hears a wish to die
	calmBy   = -0.15 // below this an alarm of the rules is taken back
	solaceBy = -0.70 // below this one of crisis is: nobody speaks of dying without a reason
	fewest   = 3     // letters that the text must have for it: 「夜」 is what frightening texts begin with
	raiseBy  = 0.20  // what is this surely an emergency isn't something for today only
)

// learnt is the name of the rule of an alarm that no rule has raised.
const learnt = "learnt"

// weigh lets the model judge a text that the rules have judged.
func (w *sheet) weigh(f Finding, text string) Finding {
	m := dangerModel()
	clauses := apart(text)
	if f.Alarm >= Crisis && !clauses { // nothing takes it back, nothing is worse
		return f
	}
	var worst dangers
	var letters int
	var whole bool
	if long(text) && (!clauses || f.Alarm == Calm) {
		worst, letters = m.worstAtAGlance(w)
	} else {
		worst, letters, whole = m.worst(text)
	}
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
	case clauses && f.Alarm >= Crisis && m.calm(text, worst.danger, solaceBy), clauses && f.Alarm < Crisis && m.calm(text, worst.danger, calmBy):
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
	whole = true
	worst.danger = -1
	for piece := range windows(text) {
		fs.reset()
		worst.takeAll(m, m.read(fs, piece))
		letters += fs.letters
		whole = whole && !fs.full
	}
	return worst, letters, whole
}

// worstAtAGlance gives the same for what is suspicious of a text.
func (m *Model) worstAtAGlance(w *sheet) (worst dangers, letters int) {
	fs := borrow()
	defer fs.giveBack()
	worst.danger = -1
	for _, s := range w.suspects() {
		fs.reset()
		for from := s.from; from < s.to; {
			to := from + 1
			for to < s.to && !w.cells[to].cut {
				to++
			}
			fs.written = write(fs.written[:0], w.cells[from:to])
			fs.readSentence(fs.written)
			from = to
		}
		worst.takeAll(m, m.reading(fs))
	}
	return worst, len(w.cells)
}

// takeAll weighs a text that isn't long, and each of its sentences.
func (d *dangers) takeAll(m *Model, r reading) {
	var room [8]float32
	d.take(m, m.whole(room[:0], r))
	for k := range r.ends {
		if len(r.ends) > 1 {
			d.take(m, m.part(room[:0], r, k, maxWeighed))
		}
	}
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
		for {
			// where the piece ends, and where the next one begins
			end, next, n := len(text), 0, 0
			for i := range text {
				if n == step {
					next = i
				}
				if n == seen {
					end = i
					break
				}
				n++
			}
			if !yield(text[:end]) || end == len(text) {
				return
			}
			text = text[next:]
		}
	}
}

// What is looked at before an alarm is taken back.
const (
	mostClauses = 48
	mostApart   = 2 * maxHeard // runes
)

// apart says whether each clause of a text can be looked at alone: there are few, and none is long.
func apart(text string) bool {
	clauses, length, all := 0, 0, 0
	for _, r := range text {
		all++
		if splits(r) {
			length = 0
			continue
		}
		if length++; length == 1 {
			clauses++
		}
		if clauses > mostClauses || length > maxHeard || all > mostApart {
			return false
		}
	}
	return true
}

// splits says that a clause ends here.
func splits(r rune) bool {
	return ends(r) || pauses(r) || r == '…' || r == '♪' || r == '・' || r >= 0x1F000
}

// calm says whether no part of a text is as dangerous as that: not the worst sentence, nor any clause alone, for between
// harmless ones it is hard to see.
func (m *Model) calm(text string, worst, by float32) bool {
	if worst >= by {
		return false
	}
	fs := borrow()
	defer fs.giveBack()
	var room [8]float32
	for c := range strings.FieldsFuncSeq(text, splits) {
		fs.reset()
		r := m.read(fs, c)
		if fs.full || fs.clipped || fs.letters > 1 && m.whole(room[:0], r)[m.index["danger"]] >= by {
			return false
		}
	}
	return true
}
