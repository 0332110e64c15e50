package understand

import (
	"slices"
	"strings"
)

// This file weighs a whole text for danger, beside the rules. The rules see what was foreseen; the model, learnt from
// thousands of wordings of danger and of what only sounds like it, sees the rest, and takes back alarms that a word
// alone has raised. Each can be wrong: the rules decide what is not weighed down, the model what they don't know.

// Where the model speaks: its score is above 0 for danger rather than against it.
const (
	alarmBy  = .42 // it alarms where the rules are calm
	certain  = .52 // from here on it says so; below, it asks whether it is happening now
	crisisBy = 0   // it hears a wish to die
	veiledBy = .1  // from here on also where nothing else is dangerous
	calmBy   = .1  // below this an alarm of the rules is taken back
	soothBy  = 0   // below this one of 119 is
	solaceBy = -.3 // below this one of crisis is: nobody speaks of dying without a reason
	fewest   = 3   // letters that the text must have for it: 「夜」 is what frightening texts begin with
	amidBy   = .2  // among others, what alone is below isn't looked at again
	raiseBy  = .2  // what is this surely an emergency isn't something for today only
)

// learnt is the name of the rule of an alarm that no rule has raised.
const learnt = "learnt"

// weigh lets the model judge a text that the rules have judged.
func (w *sheet) weigh(f Finding, text string) Finding {
	m := dangerModel()
	if !slices.ContainsFunc(w.cells, cell.said) { // a date, a phone number: the rules know those that mean something
		return f
	}
	var found verdict
	if long(text) {
		f = m.sooth(w, f)
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
	case m.calm(text, found, takenBackBy(f.Alarm)):
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
	all     float32 // the danger of the whole text
	worst   float32 // that of its most dangerous sentence: a fee question takes no alarm back
	letters int
	whole   bool // all of the text was looked at
}

// weigh looks at all of a text that isn't long.
func (m *Model) weigh(text string) verdict {
	fs := borrow()
	defer fs.giveBack()
	found := unweighed()
	found.take(m, m.read(fs, text))
	found.letters, found.whole = fs.letters, !fs.full
	return found
}

// glance looks at what is suspicious of a long text. In so many sentences one or the other looks dangerous alone: it must also
// among those around it.
func (m *Model) glance(w *sheet) verdict {
	found := unweighed()
	found.letters = len(w.cells)
	for _, s := range w.suspects() {
		alone, among := unweighed(), unweighed()
		if alone.look(m, w.cells[s.from:s.to]); alone.heard.danger > amidBy {
			if among.look(m, w.around(s.from, s.to)); among.heard.danger > alarmBy {
				found.hear(among.heard, 0)
			}
		}
	}
	return found
}

func unweighed() verdict { return verdict{heard: dangers{danger: -1}, all: -1, worst: -1} }

// look weighs some cells of a text as if it said no more.
func (found *verdict) look(m *Model, cells []cell) {
	fs := borrow()
	defer fs.giveBack()
	for len(cells) > 0 {
		to := 1
		for to < len(cells) && !cells[to].cut() {
			to++
		}
		fs.written = write(fs.written[:0], cells[:to])
		fs.readSentence(fs.written)
		cells = cells[to:]
	}
	found.take(m, m.reading(fs))
}

// What is looked at of a long text before its alarms are taken back.
const (
	soothMost = 4  // clauses that raise one
	soothLong = 96 // cells of such a clause
	nearCells = 24 // cells before and after
)

// sooth takes back the alarms that the rules have raised for clauses of a long text, where they and what stands around them
// are harmless.
func (m *Model) sooth(w *sheet, f Finding) Finding {
	if len(w.raised) >= raisedMost { // and not all of them
		return f
	}
	var clauses []int
	for _, r := range w.raised {
		if !slices.Contains(clauses, r.clause) {
			if len(clauses) == soothMost {
				return f
			}
			clauses = append(clauses, r.clause)
		}
	}
	var worst [soothMost]float32
	for i, c := range clauses {
		from, to := w.clauses[c].from, w.clauses[c].to
		if to-from > soothLong {
			return f
		}
		found := unweighed()
		found.look(m, w.around(from, to))
		worst[i] = found.worst
	}
	left := Finding{Cues: f.Cues}
	for _, r := range w.raised {
		if worst[slices.Index(clauses, r.clause)] >= takenBackBy(r.alarm) {
			left.note(r.rule, r.alarm)
		}
	}
	return left
}

// around gives some clauses with the cells before and after them: whole clauses, or of a long one what is near.
func (w *sheet) around(from, to int32) []cell {
	n := int32(len(w.cells))
	first, last := max(0, from-nearCells), min(n, to+nearCells)
	for first < from && !w.cells[first].cut() {
		first++
	}
	if first == from {
		first = max(0, from-nearCells)
	}
	for last > to && last < n && !w.cells[last].cut() {
		last--
	}
	if last == to {
		last = min(n, to+nearCells)
	}
	return w.cells[first:last]
}

// take weighs a text that isn't long, and each of its sentences. What is harmless as a whole frightens only here and there:
// that takes away from its sentences.
func (found *verdict) take(m *Model, r reading) {
	var room [8]float32
	all := m.dangers(m.whole(room[:0], r))
	found.hear(all, 0)
	found.all, found.worst = max(found.all, all.danger), max(found.worst, all.danger)
	for k := range r.ends {
		if len(r.ends) > 1 {
			d := m.dangers(m.part(room[:0], r, k, maxWeighed))
			found.hear(d, calming*min(0, all.danger))
			found.worst = max(found.worst, d.danger+soothing*min(0, all.danger))
		}
	}
}

// calming is how much a whole text that is harmless takes away from the danger of its sentences. On the labelled sets all
// texts of several sentences were harmless in which a sentence alone alarmed and the whole was below -0.25.
const calming = 2

// soothing is how much it takes away from them where an alarm of the rules is taken back.
const soothing = .7

func (found *verdict) hear(d dangers, less float32) {
	if d.danger += less; d.danger > found.heard.danger {
		found.heard = dangers{d.danger, d.emergency + less, d.today + less, d.crisis + less, d.crisisNow + less}
	}
}

func (m *Model) dangers(s []float32) dangers {
	at := func(class string) float32 { return s[m.index[class]] }
	return dangers{at("danger"), at("Emergency"), at("Today"), at("Crisis"), at("CrisisNow")}
}

// mostClauses are looked at before an alarm is taken back.
const mostClauses = 32

// splits says that a clause ends here.
func splits(r rune) bool {
	return ends(r) || pauses(r) || r == '…' || r == '♪' || r == '・' || r >= 0x1F000 && picture(r) < 0
}

// calm says whether no part of a text is as dangerous as that: not the worst sentence, nor any clause alone, for between
// harmless ones it is hard to see.
func (m *Model) calm(text string, found verdict, by float32) bool {
	if found.worst >= by {
		return false
	}
	fs := borrow()
	defer fs.giveBack()
	var room [8]float32
	n := 0
	for c := range strings.FieldsFuncSeq(text, splits) {
		if n++; n > mostClauses {
			return false
		}
		fs.reset()
		r := m.read(fs, c)
		if fs.full || fs.letters > 1 && m.whole(room[:0], r)[m.index["danger"]]+soothing*min(0, found.all) >= by {
			return false
		}
	}
	return true
}
