// Package flowtest runs conversation tests as staff write them: who says what, and what the
// bot must answer to it. A test goes through the pure engine. What of the flows the tests come
// to is counted, a conversation can be written down as a test, and flows can be changed in
// every way to see whether the tests notice.
package flowtest

import (
	"time"

	"hogushi/bot/diag"
	"hogushi/bot/engine"
	"hogushi/bot/source"
)

// Test is one conversation, with what it is held under.
type Test struct {
	Name string
	At   diag.Span // of the name

	facts    []fact // of the clinic, in the order in which they are put in place
	now      time.Time
	stranger bool // a friend from before the bot came: nobody has introduced it
	quiet    bool // what isn't understood is left to staff
	talk     []line
}

// fact is a fact of the clinic's as it is in a test; without a name it puts every one away.
type fact struct {
	name  *source.Node // nil: all
	value string
}

// line is something that happens, and what is expected of the reply to it.
type line struct {
	at    diag.Span
	after time.Duration // since the line before; negative: a person's pace
	do    action
	want  wants
}

// action is what happens. what is the text, label, target or name that its key holds.
type action struct {
	verb   verb
	what   *source.Node
	title  string // of tap: that of the card, "" for any
	picked string // of pick: the date or time
}

type verb int

const (
	nothing verb = iota
	send
	tap
	old // a button of an earlier reply
	visit
	pick
	event
	staff
)

var verbNames = []string{"", "send", "tap", "old", "visit", "pick", "event", "staff"}

// wants is what is expected; nil or empty is nothing. Texts may hold facts of the clinic:
// {{clinic.phone}}.
type wants struct {
	at      *source.Node
	says    []*source.Node // in this order
	not     []*source.Node
	choices *choices
	lead    *lead
	silent  *source.Node
}

func (w wants) none() bool {
	return w.at == nil && len(w.says)+len(w.not) == 0 && w.choices == nil && w.lead == nil && w.silent == nil
}

// choices are all that the reply offers, in this order.
type choices struct {
	at   diag.Span
	list []offer
}

// offer is a label and, if to is there, where it leads.
type offer struct{ label, to *source.Node }

// lead is what the contact request holds: exactly these fields, as people read them, or, with
// none or withdrawn, that there is no such request any more.
type lead struct {
	at              diag.Span
	none, withdrawn bool
	fields          []source.Pair
}

// What happens on the patient's side beside texts and taps. A fault is one of ours.
var events = map[string]engine.Event{
	"follow":   {Kind: engine.Followed},
	"unblock":  {Kind: engine.Followed, Again: true},
	"unfollow": {Kind: engine.Unfollowed},
	"photo":    {Kind: engine.MediaReceived},
	"video":    {Kind: engine.MediaReceived},
	"voice":    {Kind: engine.MediaReceived},
	"file":     {Kind: engine.MediaReceived},
	"sticker":  {Kind: engine.StickerReceived},
	"place":    {Kind: engine.LocationReceived},
	"unsend":   {Kind: engine.Unsent},
	"fault":    {},
}

// What happens on the clinic's side.
const (
	staffTakes      = "対応する"
	staffFinishes   = "完了"
	staffLeaves     = "終了"
	sinksDown       = "届かない"
	sinksUp         = "届く"
	stepGone        = "ステップを消す"
	consentReworded = "同意の文を変える"
)

// Bounds of a directory of tests, and of what they may take.
const (
	maxTests = 2000
	maxTalk  = 200   // lines of a test
	maxLines = 20000 // of all
	maxFacts = 40    // sets of facts under which flows are compiled
	maxAfter = 400 * 24 * time.Hour
	maxTyped = 5000 // UTF-16 units, LINE's
)

// pace is how far apart the lines of a test lie that say nothing else.
const pace = 4 * time.Second

// jst is the clinic's time.
var jst = time.FixedZone("JST", 9*60*60)

// Start is when a test begins that doesn't say: a Tuesday morning.
var Start = time.Date(2026, 11, 24, 10, 0, 0, 0, jst)
