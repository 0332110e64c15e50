package understand

// Rivalry is how an example of one step stands to another step.
type Rivalry int

const (
	NoRival Rivalry = iota
	Astray          // wordings like it lead to the other
	Alike           // an example of the other says the same
)

// alikeBy is the likeness score from which on two examples say the same.
const alikeBy = 1.2

// Rival finds the step that wordings like an example of own lead to, where that is another. What was learnt from the
// example itself doesn't count: ask it of those that Untaught gives.
func (x *Index) Rival(own Step, example string) (Step, Rivalry) {
	fs := borrow()
	defer fs.giveBack()
	r := x.model.read(fs, example)
	if len(r.list) == 0 {
		return Step{}, NoRival
	}
	classes := x.model.whole(make([]float32, 0, len(x.model.names)), r)
	learnt := x.rank(classes, nil, 2+nearMost)
	like := x.memory.score(x.model, r, len(x.steps))
	for i, l := range like {
		if s := x.steps[i].Step; l >= alikeBy && s != own {
			return s, Alike
		}
	}
	for _, s := range learnt {
		switch {
		case s.Step == own, s.Score <= partBy:
			return Step{}, NoRival
		case real(s):
			return s.Step, Astray
		}
	}
	return Step{}, NoRival
}

// real says that a step is one of the flows'.
func real(s Scored) bool { return s.Flow != commandFlow && s.Flow != noneFlow }

// Untaught says whether an example of a step is newer than what was learnt.
func Untaught(s Step, example string) bool { return !Router().taught(s, example) }

// Formerly is the step under which the router was taught an example, where that is none of the flows' any more: it has
// another name now.
func (x *Index) Formerly(example string) (Step, bool) {
	for _, s := range x.gone() {
		if x.model.taught(s, example) {
			return s, true
		}
	}
	return Step{}, false
}
