package flow

import (
	"maps"
	"slices"
	"strings"
)

// maxCases bounds the number of combinations of values that are tried on a branch. Beyond
// it nothing is said about the branches, and they are taken not to cover all.
const maxCases = 4096

// covered tries the branches on every combination of values that their conditions can tell
// apart: which of them can be taken, and is one taken in every case?
func (s *Step) covered() (taken []bool, all bool) {
	taken = make([]bool, len(s.Branch))
	values := map[string]map[string]bool{}
	for _, b := range s.Branch {
		b.When.collect(values)
	}
	fields := slices.Sorted(maps.Keys(values))
	cases := 1
	for _, f := range fields {
		if cases *= len(values[f]); cases > maxCases {
			for i := range taken {
				taken[i] = true
			}
			return taken, slices.ContainsFunc(s.Branch, func(b Branch) bool { return b.When == nil })
		}
	}
	all = true
	chosen := map[string]string{}
	var try func(rest []string)
	try = func(rest []string) {
		if len(rest) > 0 {
			for v := range values[rest[0]] {
				chosen[rest[0]] = v
				try(rest[1:])
			}
			return
		}
		for i, b := range s.Branch {
			if b.When == nil || b.When.Holds(func(id string) string { return chosen[id] }) {
				taken[i] = true
				return
			}
		}
		all = false
	}
	try(fields)
	return taken, all
}

// collect gathers, for each field (by its name) of a condition, values that stand for all it can have:
// none, those that are named, and one that isn't.
func (c *Condition) collect(values map[string]map[string]bool) {
	if c == nil {
		return
	}
	for _, k := range slices.Concat(c.All, c.Any, []*Condition{c.Not}) {
		k.collect(values)
	}
	if c.Field == nil {
		return
	}
	of := values[c.Field.ID]
	if of == nil {
		of = map[string]bool{"": true}
		values[c.Field.ID] = of
	}
	if c.Given == nil && len(c.Field.Options) == 0 && c.Field.Type != YesNo { // any text, or options that are missing
		of["\x00"], of[c.Value] = true, true
	}
	switch c.Field.Type {
	case YesNo:
		of["yes"], of["no"] = true, true
	case OneOf:
		for _, o := range c.Field.Options {
			of[o] = true
		}
	case SeveralOf:
		for set := range 1 << min(len(c.Field.Options), 12) {
			var picked []string
			for i, o := range c.Field.Options {
				if set>>i&1 == 1 {
					picked = append(picked, o)
				}
			}
			of[strings.Join(picked, "\n")] = true
		}
	default:
		of["\x00"] = true
	}
}
