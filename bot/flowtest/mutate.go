package flowtest

import (
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/source"
)

// Mutant is flows with one thing changed as a careless hand might.
type Mutant struct {
	Kind string // "target", "swap", "drop", …
	Step flow.Ref
	At   diag.Span
	What diag.Text

	step  bool           // Step is one, and no field
	roots []*source.Node // the file as changed, in ways that are tried until one compiles
}

// put is a file with another node in some place; nil takes the place away.
type put func(n *source.Node) *source.Node

// mutator makes the mutants of one file.
type mutator struct {
	program *flow.Program
	all     *[]Mutant
	flow    string
	step    string // or a field
	inStep  bool
}

// mutants makes all of them. The program is what the sources compile to.
func mutants(sources *flow.Sources, program *flow.Program) (all []Mutant) {
	for _, root := range sources.Files {
		m := &mutator{program: program, all: &all, flow: root.Get("flow").Value}
		m.file(root)
	}
	return all
}

func (m *mutator) file(root *source.Node) {
	whole := func(n *source.Node) *source.Node { return n }
	m.under(root, "fields", whole, func(fields *source.Node, put put) {
		for _, p := range fields.Pairs {
			m.step, m.inStep = p.Key.Value, false
			m.under(p.Value, "when", inMap(fields, p.Key.Value, put), m.when)
		}
	})
	m.under(root, "steps", whole, func(steps *source.Node, put put) {
		for i, s := range steps.Items {
			m.step, m.inStep = s.Get("step").Value, true
			m.ofStep(s, inList(steps, i, put))
		}
	})
}

func (m *mutator) ofStep(s *source.Node, here put) {
	m.under(s, "go", here, m.target)
	m.under(s, "call", here, m.call)
	m.under(s, "consent", here, func(n *source.Node, put put) {
		m.add("consent", n.Span, diag.T("同意を消す", "the consent is dropped"), put(nil))
		m.under(n, "refused", put, m.target)
	})
	m.under(s, "branch", here, func(n *source.Node, put put) {
		for i, b := range n.Items {
			m.under(b, "go", inList(n, i, put), m.target)
			m.under(b, "when", inList(n, i, put), m.when)
		}
	})
	m.under(s, "choices", here, m.choices)
	m.under(s, "quick", here, m.choices)
	m.under(s, "cards", here, func(n *source.Node, put put) {
		m.swaps("cards", n, put)
		for i, card := range n.Items {
			m.under(card, "choices", inList(n, i, put), m.choices)
		}
	})
	m.under(s, "set", here, m.set)
	m.under(s, "handoff", here, func(n *source.Node, put put) { m.drops("handoff", n, put) })
	for _, act := range []string{"forget", "recall", "withdraw", "erase", "takeover"} {
		m.under(s, act, here, func(n *source.Node, put put) {
			m.add(act, n.Span, diag.T("「%[1]s:」を消す", "%[1]s: is dropped", act), put(nil))
		})
	}
	for _, key := range []string{"say", "without_facts", "without_effect"} {
		m.under(s, key, here, func(n *source.Node, put put) {
			m.swaps("bubbles", n, put)
			if key == "say" && s.Get("without_effect") != nil {
				m.disclosures(n, put)
			}
		})
	}
}

func (m *mutator) choices(n *source.Node, here put) {
	m.swaps("swap", n, here)
	m.drops("drop", n, here)
	for i, c := range n.Items {
		m.under(c, "go", inList(n, i, here), m.target)
		m.under(c, "set", inList(n, i, here), m.set)
		m.under(c, "fix", inList(n, i, here), func(n *source.Node, put put) { m.drops("fix", n, put) })
		m.under(c, "link", inList(n, i, here), func(n *source.Node, put put) {
			other := "tel:{{clinic.phone}}"
			if n.Value == other {
				other = "tel:119"
			}
			m.add("link", n.Span, diag.T("「%[1]s」を「%[2]s」に", "%[1]s becomes %[2]s", n.Value, other), put(retyped(n, other)))
		})
	}
}

// target changes where something leads: to the step behind the right one, or, where that
// doesn't compile, to the start of another flow.
func (m *mutator) target(n *source.Node, put put) {
	right := m.resolved(n.Value)
	if right == nil {
		return // stay and leave
	}
	steps := right.Flow.Steps
	others := []*flow.Step{steps[(right.Index+1)%len(steps)], m.program.Flow(flow.MenuFlow).Steps[0]}
	for _, f := range m.program.Flows {
		if f != right.Flow && f.ID != flow.PatternFlow {
			others = append(others, f.Steps[0])
			break
		}
	}
	others = slices.DeleteFunc(others, func(s *flow.Step) bool { return s == right })
	var roots []*source.Node
	for _, s := range others {
		roots = append(roots, put(retyped(n, s.Ref.String())))
	}
	m.add("target", n.Span, diag.T("行き先「%[1]s」を「%[2]s」などに", "the target %[1]s becomes %[2]s or so", n.Value, others[0].Ref), roots...)
}

func (m *mutator) call(n *source.Node, put put) {
	for _, f := range m.program.Flows {
		if f.ID != n.Value && f.ID != m.flow && f.ID != flow.PatternFlow {
			m.add("target", n.Span, diag.T("寄り道「%[1]s」を「%[2]s」に", "the call of %[1]s becomes %[2]s", n.Value, f.ID), put(retyped(n, f.ID)))
			return
		}
	}
}

// resolved is the step that a target names, as the compiler finds it.
func (m *mutator) resolved(name string) *flow.Step {
	if f, s, ok := strings.Cut(name, "/"); ok {
		return m.program.Step(flow.Ref{Flow: f, Step: s})
	}
	if s := m.program.Step(flow.Ref{Flow: m.flow, Step: name}); s != nil {
		return s
	}
	if f := m.program.Flow(name); f != nil {
		return f.Steps[0]
	}
	return nil
}

// when drops a condition, and turns it round.
func (m *mutator) when(n *source.Node, put put) {
	m.add("when", n.Span, diag.T("条件を消す", "the condition is dropped"), put(nil))
	not := *n
	not.Pairs = []source.Pair{{Key: retyped(n, "not"), Value: n}}
	m.add("when", n.Span, diag.T("条件を逆にする", "the condition is turned round"), put(&not))
}

// set drops each value that is given, and gives another.
func (m *mutator) set(n *source.Node, put put) {
	for _, p := range n.Pairs {
		id := p.Key.Value
		without := inMap(n, id, put)(nil)
		if len(n.Pairs) == 1 {
			without = put(nil)
		}
		m.add("set", p.Key.Span, diag.T("「%[1]s」を入れない", "%[1]s isn't set", id), without)
		other := ""
		if f := m.program.Fields[id]; p.Value.Value == "" && f != nil && len(f.Options) > 0 {
			other = f.Options[0]
		} else if p.Value.Value == "" {
			continue // personal, or without a value that would do
		} else if i := slices.Index(f.Options, p.Value.Value); i >= 0 {
			other = f.Options[(i+1)%len(f.Options)]
		}
		m.add("set", p.Value.Span, diag.T("「%[1]s」に「%[2]s」を入れる", "%[1]s is set to %[2]q", id, other), inMap(n, id, put)(retyped(p.Value, other)))
	}
}

// disclosures drops each fact of the clinic's from what states an effect.
func (m *mutator) disclosures(n *source.Node, here put) {
	items := []*source.Node{n}
	if n.Kind == source.List {
		items = n.Items
	}
	for i, item := range items {
		put := here
		if n.Kind == source.List {
			put = inList(n, i, here)
		}
		for _, at := range placeholder.FindAllStringIndex(item.Value, -1) {
			name := item.Value[at[0]:at[1]]
			m.add("disclosure", item.Span, diag.T("%[1]s を消す", "%[1]s is dropped", name), put(retyped(item, item.Value[:at[0]]+item.Value[at[1]:])))
		}
	}
}

// swaps exchanges neighbours.
func (m *mutator) swaps(kind string, n *source.Node, put put) {
	for i := 0; i+1 < len(n.Items); i++ {
		other := *n
		other.Items = slices.Clone(n.Items)
		other.Items[i], other.Items[i+1] = other.Items[i+1], other.Items[i]
		m.add(kind, n.Items[i].Span, diag.T("%[1]d番目と次を入れかえる", "number %[1]d and the next change places", i+1), put(&other))
	}
}

// drops takes each item away; a single text is the only one of its list.
func (m *mutator) drops(kind string, n *source.Node, put put) {
	for i, item := range n.Items {
		without := inList(n, i, put)(nil)
		if len(n.Items) == 1 {
			without = put(nil)
		}
		m.add(kind, item.Span, diag.T("%[1]d番目を消す", "number %[1]d is dropped", i+1), without)
	}
	if n.Kind == source.Scalar {
		m.add(kind, n.Span, diag.T("「%[1]s」を消す", "%[1]s is dropped", n.Value), put(nil))
	}
}

func (m *mutator) add(kind string, at diag.Span, what diag.Text, roots ...*source.Node) {
	*m.all = append(*m.all, Mutant{kind, flow.Ref{Flow: m.flow, Step: m.step}, at, what, m.inStep, roots})
}

// under goes on below a key, if it is there.
func (m *mutator) under(n *source.Node, key string, here put, do func(*source.Node, put)) {
	if v := n.Get(key); v != nil {
		do(v, inMap(n, key, here))
	}
}

func inMap(n *source.Node, key string, here put) put {
	return func(v *source.Node) *source.Node {
		other := *n
		other.Pairs = nil
		for _, p := range n.Pairs {
			switch {
			case p.Key.Value != key:
				other.Pairs = append(other.Pairs, p)
			case v != nil:
				other.Pairs = append(other.Pairs, source.Pair{Key: p.Key, Value: v})
			}
		}
		return here(&other)
	}
}

func inList(n *source.Node, i int, here put) put {
	return func(v *source.Node) *source.Node {
		other := *n
		other.Items = slices.Clone(n.Items)
		if other.Items[i] = v; v == nil {
			other.Items = slices.Delete(other.Items, i, i+1)
		}
		return here(&other)
	}
}

// retyped is another text in the place of a node.
func retyped(n *source.Node, s string) *source.Node {
	other := *n
	other.Kind, other.Value, other.Items, other.Pairs = source.Scalar, s, nil, nil
	return &other
}
