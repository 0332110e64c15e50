package diag

// Rule is one thing that is checked, as it is explained to whoever runs into it.
type Rule struct {
	Name     string // stable, kebab-case
	Severity Severity
	Why      Text // why it exists

	// Bad breaks the rule and no other, Good is the same thing done right. Both are YAML as
	// staff write it; a step alone stands for the flow around it. Tests run them.
	Bad, Good string
}
