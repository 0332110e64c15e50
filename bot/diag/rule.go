package diag

import "slices"

// Rule is one thing that is checked, as it is explained to whoever runs into it.
type Rule struct {
	Name     string // stable, kebab-case
	Severity Severity
	Why      Text // why it exists

	// Bad breaks the rule and no other, Good is the same thing done right. Both are YAML as
	// staff write it; a step alone stands for the flow around it. Tests run them.
	Bad, Good string
}

// FindRule finds a rule by its name among several lists.
func FindRule(name string, lists ...[]Rule) (Rule, bool) {
	for _, rules := range lists {
		if i := slices.IndexFunc(rules, func(r Rule) bool { return r.Name == name }); i >= 0 {
			return rules[i], true
		}
	}
	return Rule{}, false
}
