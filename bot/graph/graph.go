// Package graph draws the flows: as Mermaid for documents, as JSON for a page. It draws also
// what can't be used yet, with what is wrong where it is wrong.
package graph

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
)

// Graph is what is drawn. As JSON it is one object; lists that are empty and words that
// say no are left out.
type Graph struct {
	Flows    []Flow    `json:"flows"`
	Edges    []Edge    `json:"edges"`
	Problems []Problem `json:"problems,omitempty"` // of no flow

	titles map[string]string // of all flows, also those that were left out
}

// Flow is a file.
type Flow struct {
	ID       string    `json:"id"`
	Title    string    `json:"title"`
	Steps    []Step    `json:"steps"`
	Problems []Problem `json:"problems,omitempty"` // of none of its steps
}

// Step is a node. ID is FLOW/STEP.
type Step struct {
	ID       string    `json:"id"`
	Line     int       `json:"line"`               // 1-based, of its name
	Says     string    `json:"says,omitempty"`     // all of it, {{values}} left as they are
	Waits    bool      `json:"waits,omitempty"`    // for the patient
	Question string    `json:"question,omitempty"` // of a step that waits: what it asks, if one line says so
	Asks     string    `json:"asks,omitempty"`     // a field
	Personal bool      `json:"personal,omitempty"` // asks for or hands off what is personal
	Consent  bool      `json:"consent,omitempty"`  // asks for it
	Handoff  []string  `json:"handoff,omitempty"`  // the fields that are handed to the clinic
	Act      string    `json:"act,omitempty"`      // withdraw, erase or takeover
	Closed   string    `json:"closed,omitempty"`   // the clinic's fact that keeps it from being shown
	Neutral  bool      `json:"neutral,omitempty"`  // states no effect: a disclosure isn't set
	Ends     bool      `json:"ends,omitempty"`     // the conversation, or the flow that was called
	Topic    string    `json:"topic,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// Edge is a way on; see flow.Edge. From is the ID of a step, which of kind renamed is gone.
type Edge struct {
	From    string        `json:"from"`
	To      string        `json:"to"` // the ID of a step; if Missing, what is written
	Kind    flow.EdgeKind `json:"kind"`
	Label   string        `json:"label,omitempty"`
	Door    bool          `json:"door,omitempty"`
	Returns bool          `json:"returns,omitempty"`
	Missing bool          `json:"missing,omitempty"` // there is no such step
}

// Problem is a diagnostic.
type Problem struct {
	File     string `json:"file"`
	Line     int    `json:"line"` // 1-based, 0: all of the file
	Col      int    `json:"col"`  // 1-based, in runes
	Severity string `json:"severity"`
	Rule     string `json:"rule"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
}

// New makes a graph of an outline, with problems in a language.
func New(o *flow.Outline, lang string) *Graph {
	g := &Graph{Flows: []Flow{}, Edges: []Edge{}, titles: map[string]string{}}
	steps := map[*flow.Step]*[]Problem{}
	files := map[string]*[]Problem{}
	for _, f := range o.Flows {
		g.titles[f.ID] = f.Title
		g.Flows = append(g.Flows, Flow{ID: f.ID, Title: f.Title, Steps: []Step{}})
		to := &g.Flows[len(g.Flows)-1]
		for _, s := range f.Steps {
			to.Steps = append(to.Steps, step(s))
		}
	}
	for i, f := range o.Flows { // the lists don't grow any more
		files[f.ID+".yaml"] = &g.Flows[i].Problems
		for j, s := range f.Steps {
			steps[s] = &g.Flows[i].Steps[j].Problems
		}
	}
	for _, p := range o.Problems {
		list := &g.Problems
		if of := steps[p.Step]; of != nil {
			list = of
		} else if of := files[p.File]; of != nil {
			list = of
		}
		*list = append(*list, problem(p.Diagnostic, lang))
	}
	for _, e := range o.Edges {
		to := e.Missing
		if e.To != nil {
			to = e.To.Ref.String()
		}
		g.Edges = append(g.Edges, Edge{From: e.From.String(), To: to, Kind: e.Kind, Label: e.Label, Door: e.Door, Returns: e.Returns, Missing: e.To == nil})
	}
	return g
}

func problem(d diag.Diagnostic, lang string) Problem {
	return Problem{File: d.File, Line: d.Line, Col: d.Col, Severity: d.Severity.String(), Rule: d.Rule, Message: d.Message.In(lang), Hint: d.Hint.In(lang)}
}

func step(s *flow.Step) Step {
	out := Step{ID: s.Ref.String(), Line: s.Pos.Line, Waits: s.Waits(), Personal: s.Personal(), Consent: s.Consent != nil,
		Act: s.Act.String(), Closed: s.Closed, Neutral: s.Neutral, Ends: s.End, Topic: s.Topic}
	var says []string
	for _, t := range s.Say {
		says = append(says, said(t))
	}
	if s.Prompt != nil {
		says = append(says, said(*s.Prompt))
	}
	for _, c := range s.Cards {
		says = append(says, strings.TrimSpace(c.Title+" "+said(c.Text)))
	}
	out.Says = strings.Join(says, "\n\n")
	if s.Waits() {
		out.Question = question(s)
	}
	if s.Ask != nil {
		out.Asks = s.Ask.ID
	}
	for _, f := range s.Handoff {
		out.Handoff = append(out.Handoff, f.ID)
	}
	return out
}

// question is the line with which a step asks: what it says when it asks again, what stands
// above the buttons, else its last line with a question mark.
func question(s *flow.Step) string {
	for _, t := range []*flow.Template{s.Again, s.Prompt} {
		if t != nil {
			return said(*t)
		}
	}
	for _, t := range slices.Backward(s.Say) {
		lines := strings.Split(said(t), "\n")
		for _, line := range slices.Backward(lines) {
			if strings.ContainsAny(line, "？?") {
				return line
			}
		}
	}
	return ""
}

func said(t flow.Template) string {
	var b strings.Builder
	for _, seg := range t {
		b.WriteString(seg.Text)
		if seg.Value != "" {
			b.WriteString("{{" + seg.Value + "}}")
		}
	}
	return b.String()
}

// Only keeps the flows with these ids, and the ways out of them; all of it for none. An id
// that no flow has is an error, which names those there are.
func (g *Graph) Only(ids ...string) (*Graph, error) {
	if len(ids) == 0 {
		return g, nil
	}
	var known []string
	out := &Graph{Flows: []Flow{}, Edges: []Edge{}, titles: g.titles}
	for _, f := range g.Flows {
		if known = append(known, f.ID); slices.Contains(ids, f.ID) {
			out.Flows = append(out.Flows, f)
		}
	}
	for _, id := range ids {
		if !slices.Contains(known, id) {
			return nil, fmt.Errorf("there is no flow %q; there are %s", id, strings.Join(known, ", "))
		}
	}
	for _, e := range g.Edges {
		if f, _, _ := strings.Cut(e.From, "/"); slices.Contains(ids, f) {
			out.Edges = append(out.Edges, e)
		}
	}
	return out, nil
}

// Failed says whether there is an error in what is drawn.
func (g *Graph) Failed() bool {
	failed := func(all []Problem) bool {
		return slices.ContainsFunc(all, func(p Problem) bool { return p.Severity == diag.Error.String() })
	}
	return failed(g.Problems) || slices.ContainsFunc(g.Flows, func(f Flow) bool {
		return failed(f.Problems) || slices.ContainsFunc(f.Steps, func(s Step) bool { return failed(s.Problems) })
	})
}

// JSON writes the graph as one line.
func (g *Graph) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(g); err != nil {
		return fmt.Errorf("write graph: %w", err)
	}
	return nil
}
