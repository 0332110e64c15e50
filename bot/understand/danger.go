package understand

import (
	"iter"
	"slices"
	"strings"
)

// This file weighs a whole text for danger, beside the rules. The rules see what was foreseen; the model, learnt from
// thousands of wordings of danger and of what only sounds like it, sees the rest, and takes back alarms that a word
// alone has raised. Each can be wrong: the rules decide what is not weighed down, the model what they don't know.

// Where the model speaks: its score is above 0 for danger rather than against it.
const (
	alarmBy  = .25   // it alarms where the rules are calm
	certain  = .35   // from here on it says so; below, it asks whether it is happening now
	crisisBy = 0     // it hears a wish to die
	veiledBy = 0.10  // from here on also where nothing else is dangerous
	calmBy   = 0     // below this an alarm of the rules is taken back
	soothBy  = -0.10 // below this one of 119 is
	solaceBy = -0.50 // below this one of crisis is: nobody speaks of dying without a reason
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
	if !slices.ContainsFunc(w.cells, cell.said) { // a date, a phone number: the rules know those that mean something
		return f
	}
	var found verdict
	if long(text) && (!clauses || f.Alarm == Calm) {
		found = m.glance(w)
	} else {
		found = m.weigh(text)
	}
	if found.letters == 0 {
		return f
	}
	switch heard := found.heard; {
	case f.Alarm < Crisis && heard.despairs():
		f.Alarm, f.Category, f.Rule = Worse(f.Alarm, Crisis), 14, learnt
		if heard.crisisNow > 0 {
			f.Alarm = CrisisNow
		}
	case f.Alarm == Calm && heard.danger > alarmBy && found.letters >= fewest:
		f.Alarm, f.Rule = Emergency, learnt
		if heard.danger < certain {
			f.Alarm = Ask
		} else if heard.today > heard.emergency {
			f.Alarm = Today
		}
	case f.Alarm == Calm || !found.whole:
	case clauses && m.calm(text, found.worst, takenBackBy(f.Alarm)):
		f.Alarm, f.Category, f.Rule = Calm, 0, ""
	case f.Alarm <= Today && heard.emergency > raiseBy && heard.emergency > heard.today:
		f.Alarm, f.Rule = Emergency, learnt
	}
	return f
}

// takenBackBy is below what score an alarm of the rules is taken back.
func takenBackBy(a Alarm) float32 {
	switch {
	case a >= Crisis:
		return solaceBy
	case a == Emergency:
		return soothBy
	}
	return calmBy
}

// dangers are the scores of the classes of danger.
type dangers struct{ danger, emergency, today, crisis, crisisNow float32 }

// despairs says whether they are those of a wish to die.
func (d dangers) despairs() bool {
	return d.crisis > crisisBy && (d.danger > 0 || d.crisis > veiledBy) && d.crisis > d.emergency && d.crisis > d.today
}

// verdict is what the model found in a text.
type verdict struct {
	heard   dangers // of the whole text, or of its most dangerous sentence, less what the rest says against it
	worst   float32 // the danger of the most dangerous sentence alone: a fee question takes no alarm back
	letters int
	whole   bool // all of the text was looked at
}

// weigh looks at all of a text; at a long one piece by piece.
func (m *Model) weigh(text string) verdict {
	fs := borrow()
	defer fs.giveBack()
	found := verdict{heard: dangers{danger: -1}, worst: -1, whole: true}
	for piece := range windows(text) {
		fs.reset()
		found.take(m, m.read(fs, piece))
		found.letters += fs.letters
		found.whole = found.whole && !fs.full
	}
	return found
}

// glance looks at what is suspicious of a text.
func (m *Model) glance(w *sheet) verdict {
	fs := borrow()
	defer fs.giveBack()
	found := verdict{heard: dangers{danger: -1}, worst: -1, letters: len(w.cells)}
	for _, s := range w.suspects() {
		fs.reset()
		for from := s.from; from < s.to; {
			to := from + 1
			for to < s.to && !w.cells[to].cut() {
				to++
			}
			fs.written = write(fs.written[:0], w.cells[from:to])
			fs.readSentence(fs.written)
			from = to
		}
		found.take(m, m.reading(fs))
	}
	return found
}

// take weighs a text that isn't long, and each of its sentences. What is harmless as a whole frightens only here and there:
// that takes away from its sentences.
func (found *verdict) take(m *Model, r reading) {
	var room [8]float32
	all := m.dangers(m.whole(room[:0], r))
	found.hear(all, 0)
	for k := range r.ends {
		if len(r.ends) > 1 {
			found.hear(m.dangers(m.part(room[:0], r, k, maxWeighed)), calming*min(0, all.danger))
		}
	}
}

// calming is how much a whole text that is harmless takes away from the danger of its sentences. On the labelled sets all
// texts of several sentences were harmless in which a sentence alone alarmed and the whole was below -0.25.
const calming = 2

func (found *verdict) hear(d dangers, less float32) {
	found.worst = max(found.worst, d.danger)
	if d.danger += less; d.danger > found.heard.danger {
		found.heard = dangers{d.danger, d.emergency + less, d.today + less, d.crisis + less, d.crisisNow + less}
	}
}

func (m *Model) dangers(s []float32) dangers {
	at := func(class string) float32 { return s[m.index[class]] }
	return dangers{at("danger"), at("Emergency"), at("Today"), at("Crisis"), at("CrisisNow")}
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
