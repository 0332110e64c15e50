package flow

import "hogushi/bot/schema"

// Pattern is a situation in which the bot speaks without being asked by a flow. Each has
// a step of that name in patterns.yaml.
type Pattern int

const (
	Followed Pattern = iota
	Unblocked
	Introduced
	Cancelled
	NothingToCancel
	NothingBefore
	NotUnderstood
	NotUnderstoodAgain
	Returned
	Moved
	OldAnswer
	Interrupted
	Resumed
	Pardon
	TooQuick
	Joined
	Chosen
	WrongText
	WrongName
	WrongPhone
	WrongMail
	WrongDate
	WrongTime
	WrongChoice
	Stuck
	Media
	Sticker
	Location
	Closed
	Broken
	Emergency
	Today
	Unsure
	Calm
	Crisis
	CrisisNow
	AfterAlarm
	AfterCrisis
	AlreadySent
	Recap
	ConsentRenewed
	WithPerson
	Suggested
	EraseAsked
	EnglishAsked
	patternCount
)

var patternNames = schema.Words(patternWords[:]).Names()

func (p Pattern) String() string { return patternWords[p].Name() }

// Patterns are the steps of patterns.yaml. None is nil in a Program.
type Patterns [patternCount]*Step

// PatternFlow is the name of the flow that holds them, MenuFlow that of the menu.
const (
	PatternFlow = "patterns"
	MenuFlow    = "menu"
)

// WrongAnswer is the pattern for an answer that can't be read.
func (t Type) WrongAnswer() Pattern {
	switch t {
	case Name:
		return WrongName
	case Phone:
		return WrongPhone
	case Mail:
		return WrongMail
	case Date:
		return WrongDate
	case Time:
		return WrongTime
	case YesNo, OneOf, SeveralOf:
		return WrongChoice
	}
	return WrongText
}
