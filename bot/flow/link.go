package flow

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"hogushi/bot/diag"
	"hogushi/bot/text"
)

// link resolves names to steps, once all files are read.
func (c *compiler) link() {
	p := c.program
	for _, f := range p.Flows {
		for i, s := range f.Steps {
			if i+1 < len(f.Steps) && f.ID != PatternFlow {
				s.Next = f.Steps[i+1]
			}
			f.Form = f.Form || s.Consent != nil || len(s.Handoff) > 0 || s.Ask != nil
			c.linkStep(s)
		}
		c.linkRenamed(f)
	}
	for _, f := range p.Flows { // which are forms is known now
		f.past()
		for _, s := range f.Steps {
			c.doors(s)
		}
	}
	c.linkPatterns()
}

// linkStep resolves the names of a step.
func (c *compiler) linkStep(s *Step) {
	s.Go = c.resolve(s, s.goRef)
	if s.callAt.name != "" {
		if s.Call = c.program.flows[s.callAt.name]; s.Call == nil {
			c.unknownFlow(s.callAt)
		}
	}
	for i := range s.Branch {
		s.Branch[i].Go = c.resolve(s, s.Branch[i].goRef)
	}
	for choice := range s.Offers {
		c.linkChoice(s, choice)
	}
}

// idle reports a go: that nobody takes.
func (c *compiler) idle(s *Step) {
	waits, goes := false, s.Ask != nil || s.Consent != nil || s.Call != nil
	for choice := range s.Offers {
		waits = true
		goes = goes || choice.goRef.name == "" && choice.Link == "" && choice.Move == MoveGo && len(choice.Fix) == 0
	}
	if s.goRef.name != "" && waits && !goes {
		d := c.problems.Errorf(s.goRef.at, "idle-go", "この「go:」へは、だれも進めません。選択肢には、みな行き先があります。", "nobody goes on here: each choice leads elsewhere")
		d.Hint = diag.T("「consent:」や「ask:」が抜けていないか、見てください。要らなければ「go:」を消します。", "see whether a consent: or ask: is missing; else leave out go:")
	}
}

// loose warns of a choice that leads to the step below only because it says nothing, where those beside it say where
// they lead, and that step is a talk of its own.
func (c *compiler) loose(s *Step) {
	if s.Ask != nil || s.Consent != nil || s.goRef.name != "" || s.callAt.name != "" || s.End || len(s.Branch) > 0 || s.Next == nil || s.Next.Topic == "" && len(s.Next.words) == 0 {
		return
	}
	var without []*Choice
	others := 0
	for choice := range s.Offers {
		switch {
		case choice.Go != nil || choice.Link != "" || choice.Move != MoveGo || choice.goRef.name != "":
			others++
		case len(choice.Set) == 0:
			without = append(without, choice)
		}
	}
	if len(without) != 1 || others == 0 {
		return
	}
	d := diag.Diagnostic{Span: without[0].Pos, Severity: diag.Warning, Rule: "choice-without-go",
		Message: diag.T("このボタンだけ「go:」がなく、押すと、すぐ下の「%s」へ進みます。", "this choice alone has no go:, and leads to %q below", s.Next.Step)}
	d.Hint = diag.T("行き先を「go:」で書いてください。", "write its go:")
	c.problems.Add(d)
}

// doors finds the choices of a step that lead to where anyone may go.
func (c *compiler) doors(s *Step) {
	for choice := range s.Offers {
		choice.Door = choice.Move == MoveGo && choice.Go != nil && len(choice.Set) == 0 && choice.Go.Door()
		c.patternChoice(s, choice)
	}
}

// Door says whether anyone may enter here at any time.
// What has something done is no door: a button of an old message must not erase anything.
func (s *Step) Door() bool { return (!s.Flow.Form || s.Index == 0) && s.Act == ActNone }

// past marks the steps of a form behind which nothing is handed off any more, nor asked for
// that wants a consent: whoever stands there has nothing to lose.
func (f *Flow) past() {
	handing := slices.ContainsFunc(f.Steps, func(s *Step) bool { return len(s.Handoff) > 0 })
	if !f.Form || !handing {
		return
	}
	leads := map[*Step]bool{} // to a handoff behind it, or to a personal question
	for grown := true; grown; {
		grown = false
		for _, s := range f.Steps {
			if leads[s] {
				continue
			}
			for _, next := range s.nexts() {
				if next != nil && next.Flow == f && (len(next.Handoff) > 0 || next.Personal() || leads[next]) {
					leads[s], grown = true, true
				}
			}
		}
	}
	for _, s := range f.Steps {
		s.Past = !leads[s] && (s.Ask == nil || !s.Ask.Personal)
	}
}

// falls says whether a step can go on to the one below it.
func (s *Step) falls() bool {
	if !s.Waits() || s.Ask != nil || s.Consent != nil {
		return !s.covers
	}
	for c := range s.Offers {
		if c.Go == nil && c.Link == "" && c.Move == MoveGo {
			return true
		}
	}
	return false
}

// nexts are the steps that can follow a step.
func (s *Step) nexts() []*Step {
	next := []*Step{s.Go}
	if s.Go == nil && !s.End && s.falls() {
		next = append(next, s.Next)
	}
	for _, b := range s.Branch {
		next = append(next, b.Go)
	}
	for c := range s.Offers {
		next = append(next, c.Go)
	}
	return next
}

// Special targets of the pattern "interrupted".
const (
	targetLeave = "leave"
	targetStay  = "stay"
)

func (c *compiler) linkChoice(s *Step, choice *Choice) {
	if s.Ref == (Ref{PatternFlow, Interrupted.String()}) {
		switch choice.goRef.name {
		case targetLeave:
			choice.Move = MoveLeave
		case targetStay:
			choice.Move = MoveStay
		}
		return // of others it is said which two there are
	}
	choice.Go = c.resolve(s, choice.goRef)
	for i, f := range choice.Fix { // asked for in this very flow, or there is no way back
		asker := s.Flow.asker(f)
		if asker == nil && s.Flow.unasked {
			continue // it may be what a misspelt ask: means
		} else if asker == nil {
			c.problems.Errorf(choice.fixAt[i].at, "fix-unasked", "項目「%s」をたずねるステップが、このフローにありません。", "no step of this flow asks for %q", f.ID)
		} else if choice.Go == nil || asker.Index < choice.Go.Index {
			choice.Go = asker
		}
	}
}

// asker is the first step of the flow that asks for a field.
func (f *Flow) asker(field *Field) *Step {
	for _, s := range f.Steps {
		if s.Ask != nil && s.Ask.ID == field.ID {
			return s
		}
	}
	return nil
}

func (c *compiler) linkRenamed(f *Flow) {
	for _, r := range f.renamed {
		to := c.program.steps[Ref{f.ID, r.to.name}]
		switch {
		case r.to.name == "" || c.unread[f.ID] || c.nameless[f.ID]:
		case to == nil:
			d := c.problems.Errorf(r.to.at, "unknown-step", "「%s」というステップはありません。", "there is no step %q", r.to.name)
			own, _ := strings.CutPrefix(r.to.name, f.ID+"/")
			switch {
			case c.program.steps[Ref{f.ID, own}] != nil:
				d.Hint = diag.T("「%s」と書いてください。", "write %s", own)
			case c.program.steps[Ref{f.ID, r.old}] != nil:
				d.Hint = diag.T("「古い名前: 新しい名前」の順に書きます。逆なら「%s: %s」としてください。", "the old name comes first: if these are the wrong way round, write %s: %s", r.to.name, r.old)
			case c.didYouMean(d, r.to.name, names(f)) == "":
				d.Hint = diag.T("新しい名前は、このフローのステップから選びます。", "the new name is that of a step of this flow")
			}
		case c.program.steps[Ref{f.ID, r.old}] != nil:
			c.problems.Add(diag.Diagnostic{Span: r.to.at, Severity: diag.Warning, Rule: "renamed-exists",
				Message: diag.T("「%s」はまだあるので、「renamed:」には効き目がありません。", "renamed: has no effect while %q is there", r.old)})
		}
	}
}

// wrong are the steps of a flow within whose lines an error stands.
func (c *compiler) wrong(f *Flow) map[*Step]bool {
	steps := map[*Step]bool{}
	for d := range c.problems.Each {
		if d.Severity == diag.Error && d.File == f.Pos.File {
			steps[f.stepAt(d.Line)] = true
		}
	}
	return steps
}

// vital are the patterns from which whoever reads them must be able to call an ambulance.
var vital = []Pattern{Emergency, Today, Unsure, Crisis, CrisisNow, AfterAlarm, AfterCrisis}

// ambulance is the number for that.
const ambulance = "119"

// callable reports a step that doesn't say how to call one, or has no button for it.
func (c *compiler) callable(s *Step) {
	said := func(t written) bool { return holdsNumber(strings.Map(text.Narrow, t.text), ambulance) }
	if !slices.ContainsFunc(s.texts, said) {
		d := c.problems.Errorf(s.Pos, "alarm-call", "「%s」の文章に、119番がありません。", "the text of %s says nothing of 119", s.Step)
		d.Hint = diag.T("救急車をよべるように、「119番へお電話ください」のように書いてください。", "say that 119 calls an ambulance")
		return
	}
	for choice := range s.Offers {
		if choice.Link == "tel:"+ambulance {
			return
		}
	}
	d := c.problems.Errorf(s.Pos, "alarm-call", "「%s」に、119番に電話するボタンがありません。", "%s has no button that calls 119", s.Step)
	d.Hint = diag.T("選択肢に「{label: 119に電話する, link: \"tel:119\"}」を書いてください。", "give it a choice {label: Call 119, link: \"tel:119\"}")
}

// resolve finds a target: a step of the same flow, a flow, or FLOW/STEP.
func (c *compiler) resolve(from *Step, t target) *Step {
	if blank(t.name) {
		return nil
	}
	if flow, step, ok := strings.Cut(t.name, "/"); ok {
		s := c.program.steps[Ref{flow, step}]
		switch f := c.program.flows[flow]; {
		case s != nil || c.unread[flow] || c.nameless[flow]:
		case f == nil:
			c.unknownFlow(t)
		default:
			c.unknownStep(t, func() (all []string) {
				for _, name := range names(f) {
					all = append(all, flow+"/"+name)
				}
				return all
			})
		}
		return s
	}
	if s := c.program.steps[Ref{from.Ref.Flow, t.name}]; s != nil {
		return s
	}
	if f := c.program.flows[t.name]; f != nil && len(f.Steps) > 0 {
		return f.Steps[0]
	}
	if !c.unread[t.name] && !c.nameless[from.Ref.Flow] {
		c.unknownStep(t, func() []string { return append(c.flowNames(), names(from.Flow)...) })
	}
	return nil
}

// names are those of the steps of a flow that are names.
func names(f *Flow) (out []string) {
	for _, s := range f.Steps {
		if nameForm.MatchString(s.Step) {
			out = append(out, s.Step)
		}
	}
	return out
}

func (c *compiler) flowNames() (out []string) {
	for _, f := range c.program.Flows {
		out = append(out, f.ID)
	}
	return out
}

func (c *compiler) unknownStep(t target, candidates func() []string) {
	d := c.problems.Errorf(t.at, "unknown-step", "「%s」というステップはありません。", "there is no step %q", t.name)
	if d.Meant(c.plainly(t.name)) != "" {
		return
	}
	var others []string
	for _, f := range c.program.Flows { // it stands in another flow; in several it is the name of none
		if c.program.steps[Ref{f.ID, t.name}] != nil {
			others = append(others, f.ID)
		}
	}
	if len(others) == 1 {
		d.Hint = diag.T("別のフローのステップは「%s/%s」と書きます。", "a step of another flow is written %s/%s", others[0], t.name)
		return
	}
	if c.hinting() && c.didYouMean(d, t.name, candidates()) != "" {
		return
	}
	switch f := c.program.flows[base(t.at.File)]; {
	case len(others) > 1 && f != nil && len(f.Steps) > 0:
		d.Hint = diag.T("このフローの入口は、いま「%s」です。", "this flow begins with %s now", f.Steps[0].Step)
	case schemed.MatchString(t.name):
		d.Hint = toLink
	case !nameForm.MatchString(t.name):
		d.Hint = diag.T("「step:」の後ろにある、英字の名前を書きます。", "write the name that stands behind step:")
	}
}

// schemed is an address where a step belongs.
var schemed = regexp.MustCompile(`^(?:https?|tel):`)

var toLink = diag.Text{JA: "ページや電話を開くボタンなら、「go:」ではなく「link:」に書きます。", EN: "what opens a page or a call is written link:, not go:"}

// targetSigns are those that people write for the / of a target, and what they add to it.
var targetSigns = strings.NewReplacer("\\", "/", ">", "/", "、", "/", " ", "", "「", "", "」", "", ".yaml", "", "。", "")

// plainly is the target that a name means which is only written otherwise, or is the title of a
// flow; "" if there is none.
func (c *compiler) plainly(name string) string {
	plain := targetSigns.Replace(norm.NFKC.String(name))
	flow, step, deep := strings.Cut(plain, "/")
	if f := c.program.flows[flow]; f != nil && (!deep || c.program.steps[Ref{flow, step}] != nil) {
		return plain
	}
	for _, f := range c.program.Flows {
		if f.Title == name {
			return f.ID
		}
	}
	return ""
}

func (c *compiler) unknownFlow(t target) {
	name, _, _ := strings.Cut(t.name, "/")
	if !c.unread[name] {
		d := c.problems.Errorf(t.at, "unknown-flow", "「%s」というフローはありません。", "there is no flow %q", name)
		switch {
		case d.Meant(c.plainly(t.name)) != "":
		case schemed.MatchString(t.name):
			d.Hint = toLink
		default:
			c.didYouMean(d, name, c.flowNames())
		}
	}
}

// strip makes the bare forms of words. One that could mean two things means none.
func (p *Program) strip() {
	p.bare = map[string]*Step{}
	two := map[string]bool{}
	for word, s := range p.triggers {
		b := text.Bare(word)
		if other := p.bare[b]; other != nil && other != s {
			two[b] = true
		}
		p.bare[b] = s
	}
	commands := maps.Clone(p.commands)
	for word, c := range commands {
		if b := text.Bare(word); p.triggers[b] == nil && commands[b] == NoCommand {
			if other := p.commands[b]; other != NoCommand && other != c {
				two[b] = true
			}
			p.commands[b] = c
			delete(p.bare, b)
		}
	}
	for b := range two {
		delete(p.bare, b)
		if commands[b] == NoCommand {
			delete(p.commands, b)
		}
	}
}

// aFew are so many words of two steps that each is reported.
const aFew = 3
