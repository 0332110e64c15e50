package flowtest

import (
	"slices"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
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
	near    map[flow.Ref][]int // tests that come to a step
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

// Judge tries a mutant: the tests that come to the step go first. by is the test that caught it.
func (c *Court) Judge(m *Mutant) (v Verdict, by *Test) {
	for _, root := range m.roots {
		bench := NewBench(c.sources.With(root), c.clinic)
		near := c.near[m.Step]
		for k := range len(near) + len(c.tests) {
			i := k - len(near)
			if k < len(near) {
				i = near[k]
			} else if slices.Contains(near, i) {
				continue
			}
			var problems diag.List
			if bench.run(c.tests[i], &problems) {
				continue
			}
			if bench.broken {
				break
			}
			return Caught, c.tests[i]
		}
		if !bench.broken {
			return Survived, nil
		}
	}
	return Refused, nil
}
