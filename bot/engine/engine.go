// Package engine is the conversation as a pure function: Step takes the program, where a
// patient stands and what happened, and gives where he stands then and what the bot shall
// do. It performs no I/O, reads no clock and draws no random number: equal arguments give
// equal results, so a turn may be run again.
package engine

import (
	"slices"
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/render"
	"hogushi/bot/understand"
)

// Format of State as JSON. A reader knows its own and the two before it.
const Format = 2

// Bounds of one step and of a State.
const (
	maxRun    = 64 // steps run in one turn without a wait
	maxTrail  = 16 // places to go back to
	maxStack  = 8  // flows called from one another
	maxCues   = 32 // cues of red flags kept
	maxFrom   = 8  // messages that one answer came in
	maxWrong  = 2  // wrong answers before the way out is shown
	maxMade   = 3  // contact requests within madeLife
	commandBy = .3 // score from which on an answer is no answer but a command
	knownBy   = .2 // score from which on it is sure what a text asks for, whatever else is going on
)

// Times that matter to a conversation.
const (
	DraftLife = 24 * time.Hour // an unfinished form is forgotten
	madeLife  = 24 * time.Hour
	personFor = 24 * time.Hour   // staff do the talking
	awayAfter = 30 * time.Minute // who comes back is told where he was
	tooQuick  = 1500 * time.Millisecond
	cueLife   = 2 * time.Minute // two bubbles can make one red flag

	afterAlarm  = 6 * time.Hour // an emergency is still on everyone's mind
	afterCrisis = time.Hour
	afterSent   = 24 * time.Hour // a contact request has just been made
)

// Kind says what happened.
type Kind int

const (
	TextReceived Kind = iota
	Tapped
	Followed
	Unfollowed
	Unsent
	MediaReceived
	StickerReceived
	LocationReceived
	TakenOver // by staff, who will answer by hand
	Released  // from that, by staff
)

// Event is something that happened in a patient's chat.
type Event struct {
	ID       string // of LINE's webhook event
	Session  string // whose chat: a hash
	At       time.Time
	Received time.Time
	Kind     Kind

	Text      string
	Finding   understand.Finding // what the guard saw in Text
	MessageID string
	Data      string // of a tap
	Picked    string // with a tap: the date or time that was picked
	Again     bool   // Followed: after having blocked the bot

	Request *Lead // the one that State names, as it is stored now; nil if it is gone
	Down    bool  // nobody is likely to hear of a contact request soon
	Quiet   bool  // staff chat here too: what isn't understood is left to them
}

// State is where a patient stands. It is a plain value that survives JSON.
type State struct {
	Revision string             `json:"rev,omitempty"`
	Number   int                `json:"no,omitempty"`    // of that revision, 0: not published
	At       flow.Ref           `json:"at"`              // where the patient is waited for; zero: nowhere
	Visit    int                `json:"visit,omitempty"` // number of that wait; answers are good for one
	Asked    int64              `json:"asked,omitempty"` // At, in ms, of the event that last put the present question
	Put      string             `json:"put,omitempty"`   // what that asked for
	Listed   string             `json:"list,omitempty"`  // flow.Step.Listing of its choices
	Newest   int64              `json:"new,omitempty"`   // greatest At, in ms
	Seen     int64              `json:"seen,omitempty"`  // Received, in ms, of the last event
	Trail    []Spot             `json:"trail,omitempty"`
	Stack    []flow.Ref         `json:"stack,omitempty"` // called from these steps, the innermost last
	Draft    Draft              `json:"draft,omitempty"`
	Consent  *Consent           `json:"consent,omitempty"`
	Wrong    int                `json:"wrong,omitempty"` // wrong answers, or texts not understood, in a row
	Shown    flow.Ref           `json:"shown,omitzero"`  // pattern whose choices the last reply showed
	Offered  []flow.Ref         `json:"offer,omitempty"` // steps that it suggested
	Below    bool               `json:"below,omitempty"` // with the present question below them
	Leaving  flow.Ref           `json:"leave,omitzero"`  // where an interrupted patient wants to go
	Typed    string             `json:"typed,omitempty"` // field that the last event answered by text
	Cues     []understand.CueID `json:"cues,omitempty"`
	CuesAt   int64              `json:"cuesAt,omitempty"`
	Alarmed  int64              `json:"alarmed,omitempty"` // At, in ms, of the last red flag
	Sent     int64              `json:"sent,omitempty"`    // At, in ms, of the last contact request
	Receipt  string             `json:"receipt,omitempty"` // and its number
	Lead     string             `json:"lead,omitempty"`    // and its id
	Made     []int64            `json:"made,omitempty"`    // Received, in ms, of the last contact requests
	Amends   string             `json:"amends,omitempty"`  // id of the request that the draft corrects
	Skip     bool               `json:"skip,omitempty"`    // questions that have been answered are passed over
	Fix      []string           `json:"fix,omitempty"`     // but not these fields'
	Person   int64              `json:"person,omitempty"`  // till when, in ms, staff do the talking
	Crisis   bool               `json:"crisis,omitempty"`  // it was one of crisis
	Language string             `json:"lang,omitempty"`    // in which the bot speaks, "" for Japanese
	Lost     bool               `json:"-"`                 // what was entered has been there and is gone: set by whoever reads the state
	Met      bool               `json:"met,omitempty"`     // has been introduced to the bot
}

// Spot is a place to go back to.
type Spot struct {
	At    flow.Ref   `json:"at"`
	Stack []flow.Ref `json:"stack,omitempty"`
}

// Draft holds the fields given so far, by name.
type Draft map[string]Given

// Given is a value and the messages in which it came.
type Given struct {
	Value string   `json:"v"`
	From  []string `json:"m,omitempty"`
}

// Consent is what was agreed to, and when (ms).
type Consent struct {
	Version string `json:"v"`
	At      int64  `json:"at"`
}

// Effect is something that the bot shall do.
type Effect interface{ effect() }

// Reply shall be sent in one call with the event's token. It is saved with the state
// before it is sent.
type Reply struct {
	Messages []render.Message
	// Vital replies (emergency texts, receipts) are pushed once when the token is gone.
	Vital bool
	// Private replies may repeat what the patient has entered.
	Private bool
}

// SubmitLead shall be stored with the state, once by its ID.
type SubmitLead struct{ Lead }

// AmendLead shall replace the request of the event: corrected or withdrawn.
type AmendLead struct{ Lead }

// Erase shall remove everything that is kept of the patient: the session, and all leads.
type Erase struct{}

// Forget shall remove everything that is kept of the session.
type Forget struct{}

// Heard shall be counted: what became of a free text, and the step that it came nearest to
// where it wasn't answered. It holds nothing of the text.
type Heard struct {
	Outcome understand.Outcome
	Nearest flow.Ref
}

func (Heard) effect()      {}
func (Reply) effect()      {}
func (SubmitLead) effect() {}
func (AmendLead) effect()  {}
func (Forget) effect()     {}
func (Erase) effect()      {}

// Lead is a contact request.
type Lead struct {
	ID      string    `json:"id"`      // derived from session, event and index
	Receipt string    `json:"receipt"` // what the patient is told
	Flow    string    `json:"flow,omitempty"`
	Created time.Time `json:"created"`
	Fields  []Value   `json:"fields,omitempty"`
	Consent *Consent  `json:"consent,omitempty"`
	State   LeadState `json:"state,omitempty"`
	By      string    `json:"by,omitempty"`     // of the staff, who took or finished it
	Changed time.Time `json:"changed,omitzero"` // when it came to State
}

// LeadState is how far a lead has come.
type LeadState string

const (
	LeadOpen      LeadState = ""
	LeadTaken     LeadState = "taken" // somebody of the staff is at it
	LeadDone      LeadState = "done"
	LeadWithdrawn LeadState = "withdrawn" // by the patient
	LeadErased    LeadState = "erased"    // only consent and times are left, as proof
)

// Value is a field of a lead.
type Value struct {
	Field  string `json:"field"`
	Label  string `json:"label"`
	Value  string `json:"value"`            // as people read it
	Raw    string `json:"raw,omitempty"`    // as the field holds it, where that differs
	Type   string `json:"type,omitempty"`   // of the field: "phone", …
	Health bool   `json:"health,omitempty"` // may hold words about health
	LINE   bool   `json:"line,omitempty"`   // it says that the answer is to come in LINE
}

// ByLINE says whether the patient wants to be answered in LINE.
func (l *Lead) ByLINE() bool {
	return slices.ContainsFunc(l.Fields, func(v Value) bool { return v.LINE })
}
