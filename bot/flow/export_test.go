package flow

// What tests outside of the package share with those in it.
var (
	ProgramOf = program
	Rendered  = rendered
	TestFacts = testFacts
)
