package understand

import (
	"math/bits"
	"strconv"
	"strings"
	"sync"
)

// This file and its neighbours guard*.go are the rules of the guard. A reviewer reads guard_cues*.go and guard_rules*.go;
// the machine is here, in guard_scan.go and guard_normal.go.

// Alarm is what a text calls for before anything else. Higher is worse.
type Alarm int

const (
	Calm      Alarm = iota
	Ask             // in doubt: emergency text on screen, and one question 「いま起きている症状ですか?」
	Today           // be seen today
	Emergency       // 119 now
	Crisis          // suicidal: crisis lines
	CrisisNow       // acting now, or a crisis and an emergency together: lines and 119
)

var alarmNames = [...]string{"Calm", "Ask", "Today", "Emergency", "Crisis", "CrisisNow"}

func (a Alarm) String() string {
	if a < 0 || int(a) >= len(alarmNames) {
		return "Alarm(" + strconv.Itoa(int(a)) + ")"
	}
	return alarmNames[a]
}

// Worse joins two alarms. A crisis line alone does not help a body in danger, so Crisis with
// Emergency is CrisisNow.
func Worse(a, b Alarm) Alarm {
	if a > b {
		a, b = b, a
	}
	if a == Emergency && b == Crisis {
		return CrisisNow
	}
	return b
}

// Finding is what the guard saw in one text.
type Finding struct {
	Alarm    Alarm
	Category int     // 1..16, the clinic's list of red flags; 0 none
	Cues     []CueID // seen now, neither denied nor long past; give them to GuardJoined with the next text
	Rule     string  // name of the rule that decided; "" when Calm
}

// Guard judges one text alone.
func Guard(text string) Finding { return GuardJoined(nil, text) }

// GuardJoined judges a text that follows others in short order: 「胸が」, then 「締めつけられる」. earlier
// holds the Cues of those texts (unknown ids are ignored). The result is never below Guard(text), and an
// earlier alarm does not repeat: a rule needs at least one cue of this text. Cues are those of this text.
func GuardJoined(earlier []CueID, text string) Finding {
	w := laid(text)
	defer sheets.Put(w)
	alone := w.judge(nil)
	f := w.weigh(alone, text)
	if len(earlier) == 0 {
		return f
	}
	joined := w.judge(earlier)
	if joined.Alarm == alone.Alarm && joined.Rule == alone.Rule { // the earlier texts add nothing
		return f
	}
	if a := Worse(joined.Alarm, f.Alarm); a != f.Alarm {
		if joined.Alarm = a; a >= Crisis {
			joined.Category = 14
		}
		return joined
	}
	return f
}

// AfterCrisis gives what to keep of a text that alarmed with Crisis or CrisisNow, instead of its Cues: after it
// GuardJoined takes 「もう飲みました」 or 「今、橋の上」 for what it is, and neither the alarm nor another rule repeats.
func AfterCrisis() []CueID { return []CueID{"suicidal"} }

// Why explains the deciding rule in one line.
func (f Finding) Why() string {
	for i := range rules {
		if rules[i].name == f.Rule {
			return rules[i].String()
		}
	}
	return ""
}

// sheet is what a text is judged on. It is large for a long one, so sheets are lent.
type sheet struct {
	cells     []cell
	begins    []int32 // places where entries may begin
	hits      []hit
	clauses   []clause
	stepTo    []int32    // by cell
	denial    []uint8    // by cell
	firsts    [][2]int32 // by slot: where the last two first halves ended
	glimpses  []glimpse
	stretches []stretch

	having []uint64 // by cue, row by row: a bit for each clause
	raised []raised // by the rules, of this text alone

	now  set // what is the case now, anywhere in the text
	seen set // every cue
}

var sheets = sync.Pool{New: func() any { return new(sheet) }}

// raised is an alarm that a rule raises for a clause.
type raised struct {
	rule   *rule
	clause int
	alarm  Alarm
}

// raisedMost alarms are more than can be taken back: beyond, rules that would change nothing aren't tried.
const raisedMost = 64

// laid reads a text, for the rules and for a glance.
func laid(text string) *sheet {
	lex, w := lexicon(), sheets.Get().(*sheet)
	w.cells = bridged(normalise(w.cells[:0], text, false))
	w.now, w.seen = set{}, set{}
	w.clauses = w.clauses[:0]
	lex.scan(w)
	if len(w.hits) == 0 {
		return w
	}
	w.clauses = lex.read(w)
	for i := range w.clauses {
		w.now = w.now.or(w.clauses[i].usable(lex))
		w.seen = w.seen.or(w.clauses[i].all)
	}
	return w
}

// judge applies the rules.
func (w *sheet) judge(earlier []CueID) (f Finding) {
	lex := lexicon()
	row := w.index()
	w.raised = w.raised[:0]
	for i := range lex.rules {
		r := &lex.rules[i]
		if !r.possible(w.seen) || len(w.raised) >= raisedMost && Worse(f.Alarm, r.level) == f.Alarm {
			continue
		}
		for k := range row {
			meet := ^uint64(0) // clauses that meet all needs
			for _, need := range r.needCues {
				var any uint64
				for _, cue := range need {
					any |= w.having[cue*row+k]
				}
				meet &= any
			}
			for ; meet != 0; meet &= meet - 1 {
				i := 64*k + bits.TrailingZeros64(meet)
				if a := w.clauses[i].judge(r, w.now); a > Calm {
					w.raised = append(w.raised, raised{r, i, a})
					f.note(r, a)
				}
			}
		}
	}
	if !w.now.empty() && len(earlier) > 0 {
		f.join(lex, earlier, w.clauses, w.now)
	}
	f.Cues = lex.ids(w.now.minus(lex.excuses))
	return f
}

// index notes which clauses have a cue, and gives how many words a row has.
func (w *sheet) index() int {
	row := (len(w.clauses) + 63) / 64
	w.having = blank(w.having, row*setBits)
	for i := range w.clauses {
		for cue := range w.clauses[i].all.each {
			w.having[cue*row+i/64] |= 1 << (i % 64)
		}
	}
	return row
}

// join lets cues of earlier texts complete a rule.
func (f *Finding) join(lex *lexTable, earlier []CueID, clauses []clause, now set) {
	var old set
	for _, id := range earlier {
		if i, ok := lex.index[id]; ok {
			old.add(i)
		}
	}
	old = old.minus(lex.excuses)
	all := now.or(old)
	for i := range lex.rules {
		r := &lex.rules[i]
		if !r.possible(all) || !r.touches(now) {
			continue
		}
		// The earlier text as a clause of its own, completed by what this text adds. What speaks against the rule
		// may have stood in another clause: that is not known any more, so it does not count.
		here := old
		if len(r.text) > 0 {
			here = old.minus(r.notSet)
		}
		if r.holds(here, all) {
			f.note(r, r.level)
			continue
		}
		for j := range clauses {
			c := clauses[j]
			if c.mood != plain && r.level < Crisis {
				continue
			}
			// 「胸」 before 「腰が痛い」 is not a painful chest: a part named here replaces an earlier one.
			add := old
			if c.live.meets(lex.body) {
				add = add.minus(lex.body)
			}
			if r.touches(c.live) && r.holds(c.live.or(add), all) {
				f.note(r, r.level)
			}
		}
	}
}

// note keeps the worst alarm; of equals the first rule, so the order of the rules matters.
func (f *Finding) note(r *rule, a Alarm) {
	if a == Calm {
		return
	}
	worst := Worse(f.Alarm, a)
	if worst == f.Alarm {
		return
	}
	f.Alarm = worst
	if f.Category != 14 || worst != CrisisNow {
		f.Category, f.Rule = r.category, r.name
	}
	if worst == CrisisNow {
		f.Category = 14
	}
}

// judge says what the rule makes of this clause.
func (c *clause) judge(r *rule, now set) Alarm {
	if r.holds(c.live, now.or(c.live)) {
		switch {
		case c.mood == plain, r.level >= Crisis:
			return r.level // a wish to die is taken as said, in whatever mood
		case c.mood == doubtful && r.level == Emergency:
			return Ask
		}
		return Calm
	}
	if r.level >= Crisis && r.holds(c.all, now.or(c.all)) {
		return Ask // 「死にたいわけではない」: nobody says it without a reason
	}
	return Calm
}

// String shows a rule as a reviewer reads it.
func (r *rule) String() string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(r.category) + " " + r.name + " → " + r.level.String() + ":")
	list := func(head string, needs []string) {
		for i, n := range needs {
			if i == 0 {
				b.WriteString(head)
			} else {
				b.WriteString(" +")
			}
			b.WriteString(" " + n)
		}
	}
	list("", r.clause)
	list(" | anywhere:", r.text)
	if r.not != "" {
		b.WriteString(" | not: " + r.not)
	}
	return b.String()
}
