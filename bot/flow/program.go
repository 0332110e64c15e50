// Package flow turns the YAML that staff write into a checked, immutable Program. It
// knows nothing of LINE, sessions or time.
package flow

import (
	"slices"
	"strings"

	"hogushi/bot/diag"
	"hogushi/bot/text"
	"hogushi/bot/understand"
)

// Ref names a step. Of a session it may name one that is no longer there.
type Ref struct {
	Flow string `json:"f"`
	Step string `json:"s"`
}

func (r Ref) String() string { return r.Flow + "/" + r.Step }

// Program is all flows together, checked. It is never changed once made.
type Program struct {
	Revision string // a hash of the sources
	Number   int    // of the revision as it was published; 0: of a directory. Set by who has loaded it
	Base     string // where the bot is reached, https://…; "": images can't be shown. Set by who has loaded it
	Flows    []*Flow
	Fields   map[string]*Field
	Patterns Patterns
	Words    Words
	Terms    []string // technical words that a patient needs explained
	Images   []*Image // in the order of their names
	Language string   // that it speaks, "" for Japanese; see In

	clinic   Clinic
	flows    map[string]*Flow
	steps    map[Ref]*Step
	commands map[string]Command // by folded word, and by its bare form
	triggers map[string]*Step   // by folded text
	bare     map[string]*Step   // by the bare form, where that leads to one step only
	index    func() *understand.Index

	languages []*Language
	japanese  *Program          // of one that speaks another language
	spoken    map[*Step]*Step   // and how its steps read
	texts     map[string]string // and other texts
}

// Step finds a step, nil if there is none.
func (p *Program) Step(r Ref) *Step { return p.steps[r] }

// Fact is a fact of the clinic's, "" for one that isn't set.
func (p *Program) Fact(name string) string { return p.clinic[name] }

// Flow finds a flow, nil if there is none.
func (p *Program) Flow(id string) *Flow { return p.flows[id] }

// Flow is one file.
type Flow struct {
	ID, Title string
	Short     string  // how its subject is called on a button
	Steps     []*Step // in reading order; the first is the start
	Form      bool    // collects something for the clinic: it has a draft to lose
	Renamed   map[string]string
	Pos       diag.Span

	renamed []renaming // Renamed, with places and in reading order
	unasked bool       // an ask: of it couldn't be read
}

type renaming struct {
	old string
	to  target
}

// Command is a global command.
type Command int

const (
	NoCommand Command = iota
	CommandMenu
	CommandBack
	CommandCancel
	CommandErase
	CommandEnglish
)

var commandNames = []string{"", "menu", "back", "cancel", "erase", "english"}

func (c Command) String() string { return commandNames[c] }

// Type is what a field holds.
type Type int

const (
	Text Type = iota
	Name
	Phone
	Mail
	Date
	Time
	YesNo
	OneOf
	SeveralOf
)

func (t Type) String() string { return typeWords[t].Name() }

// Field is a declared piece of data about the patient.
type Field struct {
	ID       string
	Type     Type
	Label    string // for people
	Personal bool   // asked for only behind a consent
	Optional bool   // may be handed off empty
	Options  []string
	Words    map[string][]string // by option: texts that mean it too
	Max      int                 // text: most characters (UTF-16 units)
	Health   bool                // may hold words about health
	LINE     string              // the option that asks for an answer in LINE
	When     *Condition          // it counts only where this holds; nil: always
	Days     [2]int              // date: first and last day, counted from today
	Assigned []string            // values that the flows give it, whatever its type
	Pos      diag.Span

	asker   *Step // the first step that asks for it
	used    bool  // named somewhere
	given   bool  // asked for or set somewhere
	handed  bool  // to the clinic, somewhere
	untyped bool  // its type couldn't be read
}

// Asker is the first step that asks for the field.
func (f *Field) Asker() *Step { return f.asker }

// Step is one step of a flow. In this order it sets, hands off, forgets, says,
// waits, branches, calls, goes on. Only Choices and Ask may stand together: the first
// choices are then those that the question brings along by its type.
type Step struct {
	Ref
	Flow     *Flow
	Index    int // in its flow
	Set      []Assign
	Handoff  []*Field
	Forget   bool // the draft is forgotten
	Recall   bool // the draft becomes what the open request holds, to be corrected
	Act      Act
	Language string   // in which the bot goes on, "": as before
	Image    *Picture // see Picture
	Say      []Template
	StandIn  string    // key of the text that stands in for say: where the clinic's facts don't allow it, "" for none
	StoodIn  bool      // Say is that text
	Neutral  bool      // Say is the text without an effect: a disclosure isn't set
	Prompt   *Template // text of the card with the buttons; where there is none, the last bubble
	Show     Show
	Choices  []Choice
	Cards    []Card
	Quick    []Choice // shown as quick replies, with any wait
	Ask      *Field
	Wrong    *Template // for an answer that can't be read
	Again    *Template // when the question is put again; where there is none, the last of Say
	Consent  *Consent
	Branch   []Branch
	Call     *Flow
	Go       *Step
	End      bool
	Next     *Step  // falls through to it; never in patterns.yaml, whose steps stand alone
	Past     bool   // of a form: nothing is handed off or asked in confidence behind it any more
	Closed   string // a clinic fact that the step needs and that isn't set: the step isn't shown

	Listing  string // a hash of the labels in their order: a number means the same choice only while it stays
	Topic    string
	Facts    []string
	Triggers []string
	Examples []string
	Review   *Review // nil: nobody has approved it
	Pos      diag.Span

	to       Choice      // see To
	labels   text.Labels // of every offer, and the words that mean it
	labelled []*Choice   // whose label or word it is

	line      int       // where the step begins
	topicless bool      // there is no topic:
	alike     bool      // two of its choices read alike
	reviewAt  diag.Span // where Review is written
	cited     []located // Facts, where they are written
	texts     []written // what a patient may read
	twin      bool      // there is a without_effect:
	misstated bool      // what it states is wrong
	goRef     target
	callAt    target
	words     []located // Triggers and Examples, where they are written
	covers    bool      // one of Branch is taken in any case
}

// Consent is the step of the flow that asks for consent, nil if there is none.
func (f *Flow) Consent() *Step {
	for _, s := range f.Steps {
		if s.Consent != nil {
			return s
		}
	}
	return nil
}

// Waits says whether the step ends in waiting for the patient.
func (s *Step) Waits() bool {
	return s.Ask != nil || s.Consent != nil || len(s.Choices) > 0 || len(s.Cards) > 0 || len(s.Quick) > 0
}

// Personal says whether the step asks for or hands off a personal field.
func (s *Step) Personal() bool {
	return s.Ask != nil && s.Ask.Personal || slices.ContainsFunc(s.Handoff, func(f *Field) bool { return f.Personal })
}

// Offering says whether there is anything to choose.
func (s *Step) Offering() bool { return len(s.labelled) > 0 }

// Offers yields every choice of the step in the order in which they are numbered.
func (s *Step) Offers(yield func(*Choice) bool) {
	for i := range s.Choices {
		if !yield(&s.Choices[i]) {
			return
		}
	}
	for i := range s.Cards {
		for j := range s.Cards[i].Choices {
			if !yield(&s.Cards[i].Choices[j]) {
				return
			}
		}
	}
	for i := range s.Quick {
		if !yield(&s.Quick[i]) {
			return
		}
	}
}

// Choice finds a choice by its key, nil if the step has none such.
func (s *Step) Choice(key string) *Choice {
	if key == itself {
		return s.To()
	}
	for c := range s.Offers {
		if c.Key == key {
			return c
		}
	}
	return nil
}

// Act is something that a step has done, beside what it says.
type Act int

const (
	ActNone     Act = iota
	ActWithdraw     // the open request is withdrawn
	ActErase        // everything that is kept of the patient goes
	ActTakeover     // the bot leaves the talking to the staff
)

var actNames = []string{"", "withdraw", "erase", "takeover"}

func (a Act) String() string { return actNames[a] }

// Choice is something to tap. Key outlives an edit that keeps the label.
type Choice struct {
	Key   string
	Label string
	Words []string // texts that mean it too
	Link  string   // opens; the chat stays where it is
	Set   []Assign
	Fix   []*Field // of MoveFix: what to ask again
	Go    *Step    // nil: on to the next step
	Move  Move
	Pos   diag.Span

	// Door says that the choice only leads to where anyone may go at any time: it works
	// from old messages too. The others are answers, good for one visit of their step.
	Door bool

	goRef target
	fixAt []located // Fix, where it is written
}

// Move is what a choice does when it is taken.
type Move int

const (
	MoveGo    Move = iota // sets, then goes
	MoveLeave             // of the pattern "interrupted": leaves the form
	MoveStay              // and the other one: stays in it
	MovePick              // picks one of several: Label is the option
	MoveDone              // has picked enough
	MovePoint             // opens LINE's picker of a date or time; the answer comes with the tap
	MoveFix               // asks for Fix again, and comes back
)

// Assign gives a field a value; "" clears it.
type Assign struct {
	Field *Field
	Value string
}

// Card is one card of a carousel.
type Card struct {
	Title   string
	Text    Template
	Choices []Choice
}

// Show is how choices look.
type Show int

const (
	ShowAuto Show = iota
	ShowButtons
	ShowQuick
	ShowConfirm
)

// Consent is agreed to or refused. Its two choices stand in Step.Choices, Yes first.
type Consent struct {
	Version string
}

// Branch goes to Go where When holds; a nil When always does.
type Branch struct {
	When *Condition
	Go   *Step

	goRef target
	at    diag.Span
}

// Condition is a test of fields. Exactly one of its parts is there.
type Condition struct {
	Field *Field
	Value string // with Field: equals it; of several_of: is among those picked
	Given *bool  // with Field: is there at all
	All   []*Condition
	Any   []*Condition
	Not   *Condition
}

// Holds evaluates the condition.
func (c *Condition) Holds(value func(field string) string) bool {
	holds := func(c *Condition) bool { return c.Holds(value) }
	switch {
	case c.Field != nil && c.Given != nil:
		return (value(c.Field.ID) != "") == *c.Given
	case c.Field != nil && c.Field.Type == SeveralOf:
		return slices.Contains(strings.Split(value(c.Field.ID), "\n"), c.Value)
	case c.Field != nil:
		return value(c.Field.ID) == c.Value
	case c.Not != nil:
		return !holds(c.Not)
	case c.Any != nil:
		return slices.ContainsFunc(c.Any, holds)
	}
	return !slices.ContainsFunc(c.All, func(c *Condition) bool { return !holds(c) })
}

// Words are what the bot puts on buttons of its own.
type Words struct {
	Yes, No, Done, PickDate, PickTime, Prompt string
	Draft, Unset                              string // marks: not public yet; a fact that isn't set
}
