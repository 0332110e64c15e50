package flowtest

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// Bench is where tests are run: flows, and the clinic's facts. The flows are compiled once
// for each set of facts that the tests name.
type Bench struct {
	sources  *flow.Sources
	clinic   flow.Clinic
	names    []string // of the clinic's facts
	programs map[string]built
	cover    *Coverage
	passed   func(*flow.Step) // is told of every step that a test comes to; may be nil
	broken   bool             // there are facts with which the flows don't compile
}

type built struct {
	program *flow.Program
	problem *diag.Diagnostic // the first of those that there are without a program
}

// NewBench makes a bench. The flows compile with the clinic's own facts.
func NewBench(sources *flow.Sources, clinic flow.Clinic) *Bench {
	return &Bench{sources: sources, clinic: clinic, names: slices.Sorted(maps.Keys(clinic)), programs: map[string]built{}, cover: newCoverage()}
}

// Coverage is what of the flows the tests have come to.
func (b *Bench) Coverage() *Coverage { return b.cover }

// Run runs tests and returns what is wrong with them or with the flows, and how many of them
// failed.
func (b *Bench) Run(tests []*Test) (problems *diag.List, failed int) {
	problems = new(diag.List)
	b.program(b.clinic) // counted, though no test may want it
	for _, t := range tests {
		if !b.run(t, problems) {
			failed++
		}
	}
	return problems, failed
}

// run runs one test, and says whether it passed.
func (b *Bench) run(t *Test, problems *diag.List) bool {
	clinic, ok := b.facts(t, problems)
	if !ok {
		return false
	}
	made, ok := b.program(clinic)
	switch {
	case !ok:
		problems.Errorf(t.At, "test-limit", "院の情報（facts:）の組み合わせは、全部で%d通りまでです。", "at most %d different sets of facts in all tests", maxFacts)
		return false
	case made.program == nil:
		d := problems.Errorf(t.At, "test-facts", "この院の情報では、フローが成り立ちません：%s", "the flows don't compile with these facts: %s", "")
		d.Message = diag.Text{JA: d.Message.JA + made.problem.Message.JA, EN: d.Message.EN + made.problem.Message.EN}
		d.Related = []diag.Related{{Span: made.problem.Span, Text: diag.T("ここです。", "here")}}
		return false
	}
	p := play{test: t, facts: b.names, talk: newTalk(made.program, t.now, t.stranger, t.quiet), cover: b.cover, passed: b.passed, problems: problems}
	return p.all()
}

// facts are those of the clinic as a test has them.
func (b *Bench) facts(t *Test, problems *diag.List) (flow.Clinic, bool) {
	if len(t.facts) == 0 {
		return b.clinic, true
	}
	clinic, known := maps.Clone(b.clinic), true
	for _, f := range t.facts {
		if f.name == nil {
			for name := range clinic {
				if !slices.Contains(flow.Essential, name) {
					clinic[name] = ""
				}
			}
			continue
		}
		if _, ok := b.clinic[f.name.Value]; !ok {
			d := problems.Errorf(f.name.Span, "unknown-value", "院の情報「%s」はありません。", "there is no clinic fact %q", f.name.Value)
			near := text.DidYouMean(f.name.Value, b.names)
			if whole := flow.FactPrefix + f.name.Value; slices.Contains(b.names, whole) {
				near = whole
			}
			if d.Meant(near); f.value == "" && !strings.HasPrefix(f.name.Value, flow.FactPrefix) {
				d.Hint = diag.T("「,」のある値は、\"…\" で囲んでください。", "put a value with a comma in quotes")
			}
			known = false
			continue
		}
		clinic[f.name.Value] = f.value
	}
	return clinic, known
}

// program compiles the flows with these facts; ok is false when there are too many sets.
func (b *Bench) program(clinic flow.Clinic) (made built, ok bool) {
	var key strings.Builder
	for _, name := range b.names {
		if v := clinic[name]; v != b.clinic[name] {
			fmt.Fprintf(&key, "%s=%q\n", name, v)
		}
	}
	made, ok = b.programs[key.String()]
	if ok || len(b.programs) > maxFacts {
		return made, ok
	}
	program, problems := b.sources.Compile(clinic, flow.Live)
	if made.program = program; program == nil {
		b.broken = true
		all := problems.Sorted()
		made.problem = &all[slices.IndexFunc(all, func(d diag.Diagnostic) bool { return d.Severity == diag.Error })]
	} else {
		b.cover.offer(program)
	}
	b.programs[key.String()] = made
	return made, true
}
