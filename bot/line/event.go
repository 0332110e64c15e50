// Package line is the edge to the LINE Messaging API: webhooks in, messages out. It alone
// knows LINE's signatures, wire forms, headers and SDK; what an event means for a
// conversation, when to reply and when to try again is decided by its callers.
//
// Nothing a patient wrote leaves it but through [Event]: no error and no counter holds any
// text of a body, in either direction.
package line

import "time"

// Event is one thing that happened in a chat: the part of LINE's event objects this bot
// may act on. Kinds of events, messages and sources that LINE invents later arrive with
// their Type or Kind, for the caller to ignore.
// LINE: events and their fields, R#webhook-event-objects.
type Event struct {
	Type string // "message", "messageEdited", "postback", "follow", "unfollow", "unsend", "join", …; never empty

	// Mode is "active", or "standby" while a chat tool holds the conversation: then the
	// bot must not send. Bodies older than the field count as active.
	// LINE: R#common-properties.
	Mode string

	// At is LINE's time of the event, in UTC to the millisecond, the same when redelivered;
	// zero when LINE gave none.
	At time.Time

	// ID is the same for every delivery of one event, at most 64 of [A-Za-z0-9_-]: LINE's
	// webhookEventId, or "x-" and a hash of the event where that is missing or malformed.
	ID string

	// Redelivery tells that LINE sends the event again, not that it was seen before: LINE
	// can also deliver twice without saying so (D/receiving-messages).
	Redelivery bool

	ReplyToken string // single use; empty where the event can't be replied to
	Source     Source

	Message  Message  // of "message" and "messageEdited"
	Postback Postback // of "postback"
	Follow   Follow   // of "follow"
	UnsendID string   // of "unsend": the id of the message that was taken back
}

// Source is the chat an event came from. Its ids are safe in URL paths: [A-Za-z0-9_-]{1,64}.
type Source struct {
	Kind   string // "user", "group", "room"; empty where LINE names no source
	UserID string // empty for most group events: LINE gives it for message events of consenting users only
	ChatID string // the group's or room's id, in a one-to-one chat the user's
}

// Message is what was sent. Text is capped at maxText bytes.
type Message struct {
	ID       string
	Kind     string   // "text", "sticker", "image", …
	Text     string   // of a text, or the words on a message sticker
	QuotedID string   // the message this one quotes, if any
	Keywords []string // of a sticker; LINE: ≤ 15, experimental, in random order (R#message-event)
}

// Postback is a tapped choice. At most one of Date, Time and Datetime is set, and only by
// the date picker.
type Postback struct {
	Data     string
	Date     string // "2017-12-25"
	Time     string // "01:00"
	Datetime string // "2017-12-25T01:00"
}

// Follow tells a new friend from one who unblocked the account.
type Follow struct {
	Unblocked bool // LINE: not fully reliable
}

// The reasons an event is dropped for.
const (
	DroppedForm    = "form"    // not an object, or a field of another JSON type than LINE documents
	DroppedType    = "type"    // the type is missing or malformed
	DroppedTime    = "time"    // the timestamp is negative or beyond the year 9999
	DroppedID      = "id"      // a user, group or room id is malformed
	DroppedContent = "content" // a message without a type, a postback without data
)
