package flow

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/schema"
)

// Outline is what could be read of the flows, whether they can be used or not: to draw them.
// What its flows refer to may be missing; nothing but drawing may rest on them.
type Outline struct {
	Flows    []*Flow
	Edges    []Edge // by where they leave, in reading order
	Problems []Problem
}

// Problem is a diagnostic, and the step in whose lines it stands: nil if in none.
type Problem struct {
	diag.Diagnostic
	Step *Step
}

// Edge is a way on from a step.
type Edge struct {
	Kind    EdgeKind
	From    Ref    // of EdgeRenamed the step that is gone
	To      *Step  // nil: there is no such step
	Missing string // then: what is written, "?" for nothing
	Label   string // the choice that leads there, several with 「 / 」 between, or the condition; "" for none
	Door    bool   // of a choice: it works from old messages too
	Returns bool   // it is gone when the flow that is called has come to its end
}

// EdgeKind is what leads on.
type EdgeKind string

const (
	EdgeChoice  EdgeKind = "choice"  // a choice that names its target
	EdgeBranch  EdgeKind = "branch"  // a condition
	EdgeGo      EdgeKind = "go"      // go:
	EdgeNext    EdgeKind = "next"    // nothing else: the step below
	EdgeCall    EdgeKind = "call"    // into a flow that is called
	EdgeRefused EdgeKind = "refused" // the refusal of a consent
	EdgeRenamed EdgeKind = "renamed" // for those who stood on a step that is gone
)

// Outlined reads the flows of a directory as Compile does.
func Outlined(dir fs.FS, clinic Clinic, mode Mode, wordings ...Wording) *Outline {
	c := Read(dir).compile(true, clinic, mode, wordings)
	o := &Outline{Flows: c.program.Flows}
	for _, f := range o.Flows {
		for _, s := range f.Steps {
			o.Edges = append(o.Edges, c.edges(s)...)
		}
		for _, r := range f.renamed {
			o.Edges = append(o.Edges, edge(EdgeRenamed, Ref{f.ID, r.old}, c.program.steps[Ref{f.ID, r.to.name}], r.to.name, ""))
		}
	}
	for _, d := range c.problems.Sorted() {
		p := Problem{Diagnostic: d}
		if f := c.program.flows[base(d.File)]; f != nil && d.File != factsFile && path.Dir(d.File) == "." {
			p.Step = f.stepAt(d.Line)
		}
		o.Problems = append(o.Problems, p)
	}
	return o
}

func edge(kind EdgeKind, from Ref, to *Step, written, label string) Edge {
	e := Edge{Kind: kind, From: from, To: to, Label: label}
	if to == nil {
		e.Missing = cmp.Or(written, "?")
	}
	return e
}

// edges are the ways on from a step: of its choices, then of what comes when it has waited.
func (c *compiler) edges(s *Step) (out []Edge) {
	passes := !s.Waits() || s.Ask != nil
	var on []string // choices that only go on
	for choice := range s.Offers {
		switch {
		case choice.Move == MoveFix:
			out = append(out, edge(EdgeChoice, s.Ref, choice.Go, choice.fixed(), choice.Label))
		case choice.Link != "" || choice.Move == MoveLeave || choice.Move == MoveStay:
		case s.Consent != nil && choice == &s.Choices[1]:
			out = append(out, edge(EdgeRefused, s.Ref, choice.Go, choice.goRef.name, choice.Label))
		case choice.goRef.name != "":
			e := edge(EdgeChoice, s.Ref, choice.Go, choice.goRef.name, choice.Label)
			e.Door = choice.Door
			out = append(out, e)
		default:
			passes, on = true, append(on, choice.Label)
		}
	}
	if !passes || s.Flow.ID == PatternFlow && s.goRef.name == "" {
		return out
	}
	for _, b := range s.Branch {
		out = append(out, edge(EdgeBranch, s.Ref, b.Go, b.goRef.name, c.inWords(b.When)))
	}
	if s.covers {
		return out
	}
	if s.callAt.name != "" {
		e := edge(EdgeCall, s.Ref, nil, s.callAt.name, "")
		if s.Call != nil && len(s.Call.Steps) > 0 {
			e.To, e.Missing = s.Call.Steps[0], ""
		}
		out = append(out, e)
	}
	if s.Ask != nil {
		on = nil // an answer goes there too
	}
	var after Edge
	switch label := strings.Join(on, " / "); {
	case s.goRef.name != "":
		after = edge(EdgeGo, s.Ref, s.Go, s.goRef.name, label)
	case s.End || s.Next == nil:
		return out
	default:
		after = edge(EdgeNext, s.Ref, s.Next, "", label)
	}
	after.Returns = s.callAt.name != ""
	return append(out, after)
}

// fixed is what a choice asks again, as it is written.
func (c *Choice) fixed() string {
	var names []string
	for _, f := range c.fixAt {
		names = append(names, f.text)
	}
	return strings.Join(names, "、")
}

// inWords says a condition in a few words for staff.
func (c *compiler) inWords(k *Condition) string {
	if k == nil {
		return "そのほか"
	}
	if p := c.phrase(k); !strings.HasSuffix(p, "」") {
		return p + "とき"
	}
	return c.phrase(k) + "のとき"
}

func (c *compiler) phrase(k *Condition) string {
	join := func(all []*Condition, between string) string {
		var parts []string
		for _, part := range all {
			parts = append(parts, c.phrase(part))
		}
		return strings.Join(parts, between)
	}
	switch {
	case k.All != nil:
		return join(k.All, "、")
	case k.Any != nil:
		return join(k.Any, "か、")
	case k.Not != nil && k.Not.Given != nil:
		given := !*k.Not.Given
		return c.phrase(&Condition{Field: k.Not.Field, Given: &given})
	case k.Not != nil && (k.Not.Field == nil || k.Not.Field.state()):
		return "（" + c.phrase(k.Not) + "）ではない"
	case k.Not != nil:
		return c.phrase(k.Not) + "ではない"
	case k.Given != nil && *k.Given:
		return called(k.Field) + "がある"
	case k.Given != nil:
		return called(k.Field) + "がない"
	case k.Field.state():
		return c.value(k)
	}
	return called(k.Field) + "が「" + c.value(k) + "」"
}

// state says whether the field is a state whose values say by themselves what it is.
func (f *Field) state() bool { return states[f.ID] == f && f.Options != nil }

// called is what people call a field, a state or a fact of the clinic's.
func called(f *Field) string {
	if i := slices.IndexFunc(conditionKeys, func(k schema.Key) bool { return k.Name == f.ID }); i >= 0 {
		return conditionKeys[i].About
	}
	return cmp.Or(f.Label, f.ID)
}

// value is what a condition asks for, in words.
func (c *compiler) value(k *Condition) string {
	switch {
	case k.Field.state():
		all := slices.Concat(requestWords, handoffWords)
		return all[slices.Index(all.Names(), k.Value)][1]
	case k.Field.Type == YesNo && k.Value == "yes":
		return c.program.Words.Yes
	case k.Field.Type == YesNo && k.Value == "no":
		return c.program.Words.No
	}
	return k.Value
}
