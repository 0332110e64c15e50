package flowtest

import (
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/source"
)

// Verdict is what became of a mutant.
type Verdict int

const (
	Refused  Verdict = iota // by the compiler
	Caught                  // by a test
	Survived                // nothing noticed
)

// Court holds mutants against tests. It may be used by several at once.
type Court struct {
	Mutants []Mutant

	sources *flow.Sources
	clinic  flow.Clinic
	tests   []*Test
	order   []int              // all tests
	near    map[flow.Ref][]int // those that come to a step
}

// NewCourt makes all mutants of flows. The tests hold for the flows as they are.
func NewCourt(sources *flow.Sources, clinic flow.Clinic, tests []*Test) (*Court, *diag.List) {
	c := &Court{sources: sources, clinic: clinic, tests: tests, near: map[flow.Ref][]int{}}
	bench := NewBench(sources, clinic)
	made, _ := bench.program(clinic)
	if made.program == nil {
		_, problems := sources.Compile(clinic, flow.Live)
		return nil, problems
	}
	problems := new(diag.List)
	for i, t := range tests {
		c.order = append(c.order, i)
		bench.passed = func(s *flow.Step) {
			if at := c.near[s.Ref]; len(at) == 0 || at[len(at)-1] != i {
				c.near[s.Ref] = append(at, i)
			}
		}
		bench.run(t, problems)
	}
	if problems.Failed() {
		return nil, problems
	}
	c.Mutants = slices.DeleteFunc(mutants(sources, made.program), func(m Mutant) bool { return m.step && !bench.cover.offered(m.Step) })
	return c, problems
}

// Judge tries a mutant.
func (c *Court) Judge(m *Mutant) Verdict {
	for _, root := range m.roots {
		if v := c.try(m.Step, root); v != Refused {
			return v
		}
	}
	return Refused
}

// try runs the tests with another file, first those that come to the step.
func (c *Court) try(changed flow.Ref, root *source.Node) Verdict {
	bench := NewBench(c.sources.With(root), c.clinic)
	near := c.near[changed]
	for _, i := range slices.Concat(near, c.order) {
		switch {
		case bench.run(c.tests[i], new(diag.List)):
		case bench.broken:
			return Refused
		default:
			return Caught
		}
	}
	return Survived
}
