package understand

// This file weighs a whole text for danger, beside the rules. The rules see what was foreseen; the model, learnt from
// thousands of wordings of danger and of what only sounds like it, sees the rest, and takes back alarms that a word
// alone has raised. Each can be wrong: the rules decide what is not weighed down, the model what they don't know.

// Where the model speaks: its score is above 0 for danger rather than against it.
const (
	alarmBy  = 0     // it alarms where the rules are calm
	certain  = 0.1   // from here on it says so; below, it asks whether it is happening now
	crisisBy = 0     // it hears a wish to die
	calmBy   = -0.15 // below this an alarm of the rules is taken back
	solaceBy = -0.70 // below this one of crisis is: nobody speaks of dying without a reason
	fewest   = 3     // letters that the text must have for it: 「夜」 is what frightening texts begin with
	raiseBy  = 0.20  // what is this surely an emergency isn't something for today only
)

// learnt is the name of the rule of an alarm that no rule has raised.
const learnt = "learnt"

// weigh lets the model judge a text that the rules have judged.
func weigh(f Finding, text string) Finding {
	m := dangerModel()
	fs := borrow()
	defer fs.giveBack()
	r := m.read(fs, text)
	if len(r.at) == 0 {
		return f
	}
	s := m.worst(r)
	d := m.dangers
	danger, emergency, today, crisis := s[d.danger], s[d.emergency], s[d.today], s[d.crisis]
	switch {
	case f.Alarm < Crisis && crisis > crisisBy && crisis > emergency && crisis > today:
		f.Alarm, f.Category, f.Rule = Worse(f.Alarm, Crisis), 14, learnt
		if s[d.crisisNow] > 0 {
			f.Alarm = CrisisNow
		}
	case f.Alarm == Calm && danger > alarmBy && r.letters >= fewest:
		f.Alarm, f.Rule = Emergency, learnt
		if danger < certain {
			f.Alarm = Ask
		} else if today > emergency {
			f.Alarm = Today
		}
	case r.clipped: // the rules have seen more than the model
	case f.Alarm >= Crisis && danger < solaceBy, f.Alarm > Calm && f.Alarm < Crisis && danger < calmBy:
		f.Alarm, f.Category, f.Rule = Calm, 0, ""
	case (f.Alarm == Ask || f.Alarm == Today) && emergency > raiseBy && emergency > today:
		f.Alarm, f.Rule = Emergency, learnt
	}
	return f
}

// worst gives the scores, by class, of the whole text or of its most dangerous sentence: a fee question takes nothing
// back.
func (m *Model) worst(r reading) []float32 {
	s := m.whole(make([]float32, 0, len(m.names)), r)
	if len(r.ends) == 1 {
		return s
	}
	p := make([]float32, 0, len(m.names))
	for k := range r.ends {
		if p = m.part(p[:0], r, k, maxWeighed); p[m.dangers.danger] > s[m.dangers.danger] {
			s, p = p, s
		}
	}
	return s
}

// dangers are the places of the classes of danger in a model.
type dangers struct{ danger, emergency, today, crisis, crisisNow int }

func (m *Model) findDangers() {
	m.dangers = dangers{m.index["danger"], m.index["Emergency"], m.index["Today"], m.index["Crisis"], m.index["CrisisNow"]}
}
