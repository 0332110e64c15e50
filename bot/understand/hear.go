package understand

import "slices"

// Outcome is what a text that is no alarm comes to.
type Outcome int

const (
	Unheard Outcome = iota // nothing here answers it
	Suggest                // one of a few steps may
	Answer                 // a step answers it
	Obey                   // it is a command
)

var outcomeNames = [...]string{"unheard", "suggest", "answer", "command"}

func (o Outcome) String() string { return outcomeNames[o] }

// Heard is what a text asks for.
type Heard struct {
	Outcome Outcome
	Command string   // with Obey: menu, back, cancel, erase, english
	Step    Scored   // with Answer: the step; else the nearest one
	Near    []Scored // other steps that it may ask for, the likeliest first: at most three
	Then    *Scored  // with Answer: what else it asks, in another sentence
}

// From what score on a text is understood. A score above 0 is for a step rather than against it. Measured on the
// labelled sets: see README.md.
const (
	sureBy    = -.40 // answered at once
	suggestBy = -.80 // offered
	strangeBy = .50  // from here on it is surely about something else
	doubtBy   = .10  // what is about something else but for so much is offered, not answered
	partBy    = 0    // a sentence of its own is answered apart
	chatterBy = .10  // a friendly word is said
	obeyBy    = 0    // a command is obeyed
)

const (
	nearMost = 3
	maxParts = 2 // sentences that are heard apart; what has more is a story

	storyShare = .65  // how much all of a story counts, beside the sentences that ask
	storyBy    = -.30 // of a story a sentence that asks is answered
)

// menuFlow holds greetings and thanks, beside what this chat is and what it tells.
const menuFlow = "menu"

// Hear says what a text asks for. about is the flow of the treatment that was spoken of before, "" for none:
// 「じゃあ料金は？」 asks for its fee then.
func (x *Index) Hear(text, about string) Heard {
	fs := borrow()
	defer fs.giveBack()
	r := x.model.read(fs, text)
	if len(r.list) == 0 {
		return Heard{}
	}
	most := maxWeighed
	if len(text) > pageBytes { // there is little time
		most = pageWeighed
	}
	classes := x.model.score(fs.classes[:0], r, 0, len(r.known), most, true)
	like := x.memory.score(x.model, r, len(x.steps))
	if len(r.ends) == 1 {
		return x.hear(classes, like, r.ideas, about)
	}
	spoken := about
	if flows := named(r.ideas); len(flows) == 1 {
		spoken = flows[0]
	}
	story := len(r.ends) > maxParts
	var sure []Heard
	asked := fs.best[:0]
	for _, k := range r.apart(story) {
		part := x.model.part(fs.part[:0], r, k, most)
		if len(asked) == 0 {
			asked = append(asked, part...)
		}
		for i, p := range part {
			asked[i] = max(asked[i], p)
		}
		p := x.hear(part, nil, r.thoughts(k), spoken)
		if p.Outcome == Answer && !p.Step.chatter() && (p.Step.Score > partBy || story && p.Step.Score > storyBy) {
			sure = append(sure, p)
		}
	}
	if !story {
		return x.hear(classes, like, r.ideas, about).both(sure)
	}
	for i, a := range asked { // most of a story tells why
		classes[i] = storyShare*classes[i] + (1-storyShare)*a
	}
	return x.hear(classes, like, r.ideas, about).tell(sure)
}

// apart gives the sentences that are heard apart: of a story the last ones that ask.
func (r reading) apart(story bool) (sentences []int) {
	n := len(r.ends)
	for k := range n {
		if !story || r.clipped && k >= n-r.askers || !r.clipped && asks(r.parts[k]) {
			sentences = append(sentences, k)
		}
	}
	return sentences[max(0, len(sentences)-askMost):]
}

// both answers the first of the sentences that are sure, and offers the next one about something else.
func (h Heard) both(sure []Heard) Heard {
	if len(sure) == 0 || h.Outcome == Obey {
		return h
	}
	if h.Outcome != Answer || h.Step.chatter() { // half a page with the question in the middle
		h = sure[0]
	}
	for _, p := range sure {
		if p.Step.Step != h.Step.Step && p.Step.Topic != h.Step.Topic {
			if h.Step.Step != sure[0].Step.Step && p.Step.Step == sure[0].Step.Step { // the first is answered, whatever the whole sounds like
				h, p = p, h
			}
			then := p.Step
			h.Then = &then
			break
		}
	}
	return h
}

// tell answers the sentence of a story that asks most surely, unless all of it says more surely what it is about, and
// offers another question.
func (h Heard) tell(sure []Heard) Heard {
	if h.Outcome == Obey {
		return h
	}
	best := h
	for _, p := range sure {
		if best.Outcome != Answer || p.Step.Score > best.Step.Score {
			best = p
		}
	}
	if best.Step.Step != h.Step.Step && h.Step.Flow != "" && !h.Step.chatter() {
		near := []Scored{h.Step}
		for _, n := range slices.Concat(h.Near, best.Near) {
			if n.Step != best.Step.Step && !slices.ContainsFunc(near, func(m Scored) bool { return m.Step == n.Step }) {
				near = append(near, n)
			}
		}
		best.Near = near[:min(nearMost, len(near))]
	}
	for _, p := range sure {
		if p.Step.Step != best.Step.Step && p.Step.Topic != best.Step.Topic {
			then := p.Step
			best.Then = &then
			break
		}
	}
	return best
}

// chatter says that the step only makes conversation.
func (s Scored) chatter() bool {
	return s.Flow == menuFlow && (s.Step.Step == "start" || s.Step.Step == "thanks")
}

// hear decides by what a text, or one sentence of it, says for the classes, and by what examples it is like.
func (x *Index) hear(classes, like []float32, ideas []uint32, about string) Heard {
	free := len(named(ideas)) == 0
	if _, ok := treatments[about]; ok && free {
		x.meant(classes, about)
	}
	ranked := x.rank(classes, like, 2+nearMost)
	if len(ranked) == 0 {
		return Heard{}
	}
	if free {
		ranked[0].Step = x.of(about, ranked[0].Step)
	}
	var h Heard
	first := ranked[0]
	for _, r := range ranked {
		switch {
		case !real(r) || r.Step == h.Step.Step:
		case h.Step.Flow == "":
			h.Step = r
		case len(h.Near) < nearMost:
			h.Near = append(h.Near, r)
		}
	}
	sure, strange := float32(sureBy), first.Flow == noneFlow
	if h.Step.chatter() {
		sure = chatterBy
	}
	for _, r := range ranked {
		strange = strange || r.Flow == noneFlow && r.Score > h.Step.Score-doubtBy
	}
	switch {
	case first.Flow == commandFlow && first.Score > obeyBy:
		h.Outcome, h.Command, h.Step = Obey, first.Step.Step, first
	case h.Step.Flow == "": // nothing here is near
	case !strange && h.Step.Score > sure:
		h.Outcome = Answer
	case h.Step.Score > suggestBy && !(strange && first.Score > strangeBy):
		h.Outcome = Suggest
		h.Near = slices.DeleteFunc(append([]Scored{h.Step}, h.Near...), Scored.chatter)
		h.Near = h.Near[:min(nearMost, len(h.Near))]
	default:
		h.Near = nil
	}
	if h.Outcome == Suggest && len(h.Near) == 0 {
		h.Outcome = Unheard
	}
	return h
}

// clinicFlow answers for all treatments what each of them answers for itself.
const clinicFlow = "clinic"

// Of finds the step by which a treatment that was spoken of answers what a step of the clinic's answers for all, or a
// page of the menu opens: 「費用は？」, after PRP. It gives the step itself where there is none, or text names another.
func (x *Index) Of(about string, s Step, text string) Step {
	if _, ok := treatments[about]; !ok {
		return s
	}
	fs := borrow()
	defer fs.giveBack()
	if fs.read(text); len(named(fs.ideas)) > 0 {
		return s
	}
	return x.of(about, s)
}

func (x *Index) of(about string, s Step) Step {
	if _, ok := treatments[about]; !ok || s.Flow != clinicFlow && s.Flow != menuFlow {
		return s
	}
	for i := range x.steps {
		if own := x.steps[i].Step; own.Flow == about && own.Step == s.Step && s.Step != "start" && (own.Topic == s.Topic || s.Flow == menuFlow) {
			return own
		}
	}
	return s
}
