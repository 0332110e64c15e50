package line

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"time"
	"unicode/utf8"
)

const (
	maxText     = 64 << 10 // bytes; far above what LINE's apps let a person send at once
	maxKeywords = 15       // LINE: R#message-event
	maxKeyword  = 128      // bytes
	maxID       = 64
	maxToken    = 256

	// maxTime is the last millisecond of the year 9999: time.Time can't be written as JSON
	// beyond it.
	maxTime = 253402300799999
)

// errNotJSON says nothing of where or what: the body may hold a patient's words.
var errNotJSON = errors.New("decode webhook: body is not JSON of the expected form")

// decode reads the events of a verified body, and the reason for each event that it drops.
// An odd event never costs its neighbours; only a body that isn't JSON, or has no array
// where the events belong, is an error. Missing and null events are none.
func decode(body []byte) (events []Event, dropped []string, err error) {
	array, ok := eventArray(body)
	if !ok {
		return nil, nil, errNotJSON
	}
	if array == nil {
		return nil, nil, nil
	}
	ok = elements(array, '[', ']', func(raw []byte) bool {
		event, reason, ok := decodeEvent(raw)
		if reason != "" {
			dropped = append(dropped, reason)
		} else if ok {
			events = append(events, event)
		}
		return ok
	})
	if !ok {
		return nil, nil, errNotJSON
	}
	return events, dropped, nil
}

// wireEvent is an event object as LINE sends it, the fields that Event needs.
type wireEvent struct {
	Type            string `json:"type"`
	Mode            string `json:"mode"`
	Timestamp       *int64 `json:"timestamp"`
	WebhookEventID  string `json:"webhookEventId"`
	DeliveryContext struct {
		IsRedelivery bool `json:"isRedelivery"`
	} `json:"deliveryContext"`
	ReplyToken string `json:"replyToken"`
	Source     struct {
		Type    string `json:"type"`
		UserID  string `json:"userId"`
		GroupID string `json:"groupId"`
		RoomID  string `json:"roomId"`
	} `json:"source"`
	Message struct {
		ID       string   `json:"id"`
		Type     string   `json:"type"`
		Text     string   `json:"text"`
		QuotedID string   `json:"quotedMessageId"`
		Keywords keywords `json:"keywords"`
	} `json:"message"`
	Postback struct {
		Data   *string `json:"data"`
		Params struct {
			Date     string `json:"date"`
			Time     string `json:"time"`
			Datetime string `json:"datetime"`
		} `json:"params"`
	} `json:"postback"`
	Follow struct {
		IsUnblocked bool `json:"isUnblocked"`
	} `json:"follow"`
	Unsend struct {
		MessageID string `json:"messageId"`
	} `json:"unsend"`
}

// keywords tolerates other forms: they are experimental, and were once a string and a map.
type keywords []string

func (k *keywords) UnmarshalJSON(raw []byte) error {
	var words []string
	if json.Unmarshal(raw, &words) != nil {
		return nil
	}
	for i, word := range words {
		words[i] = cut(word, maxKeyword)
	}
	*k = words[:min(len(words), maxKeywords)]
	return nil
}

// decodeEvent reads one element of events. Not ok means that it isn't JSON at all.
func decodeEvent(raw []byte) (event Event, reason string, ok bool) {
	var wire wireEvent
	if err := json.Unmarshal(raw, &wire); err != nil {
		if _, syntax := errors.AsType[*json.SyntaxError](err); syntax {
			return Event{}, "", false
		}
		return Event{}, DroppedForm, true
	}
	var at time.Time
	if t := wire.Timestamp; t != nil {
		if *t < 0 || *t > maxTime {
			return Event{}, DroppedTime, true
		}
		at = time.UnixMilli(*t).UTC()
	}
	if !validID(wire.Type) {
		return Event{}, DroppedType, true
	}
	source, ok := wire.source()
	if !ok {
		return Event{}, DroppedID, true
	}
	if !wire.hasContent() {
		return Event{}, DroppedContent, true
	}
	event = Event{
		Type:       wire.Type,
		Mode:       wire.Mode,
		At:         at,
		ID:         wire.WebhookEventID,
		Redelivery: wire.DeliveryContext.IsRedelivery,
		ReplyToken: wire.ReplyToken,
		Source:     source,
		Message: Message{
			ID:       idOrNone(wire.Message.ID),
			Kind:     wire.Message.Type,
			Text:     cut(wire.Message.Text, maxText),
			QuotedID: idOrNone(wire.Message.QuotedID),
			Keywords: wire.Message.Keywords,
		},
		Postback: Postback{
			Date:     wire.Postback.Params.Date,
			Time:     wire.Postback.Params.Time,
			Datetime: wire.Postback.Params.Datetime,
		},
		Follow:   Follow{Unblocked: wire.Follow.IsUnblocked},
		UnsendID: idOrNone(wire.Unsend.MessageID),
	}
	if event.Mode == "" {
		event.Mode = "active"
	}
	if !validID(event.ID) {
		event.ID = derivedID(raw)
	}
	if !validToken(event.ReplyToken) {
		event.ReplyToken = ""
	}
	if data := wire.Postback.Data; data != nil {
		event.Postback.Data = *data
	}
	return event, "", true
}

// source is false when an id is malformed: ids go into URL paths, which the SDK doesn't
// escape. Events without a source, and users without an id, are in LINE's documentation.
func (w *wireEvent) source() (Source, bool) {
	s := Source{Kind: w.Source.Type, UserID: w.Source.UserID}
	switch s.Kind {
	case "group":
		s.ChatID = w.Source.GroupID
	case "room":
		s.ChatID = w.Source.RoomID
	default:
		s.ChatID = s.UserID
	}
	for _, id := range [...]string{s.Kind, s.UserID, s.ChatID} {
		if id != "" && !validID(id) {
			return Source{}, false
		}
	}
	return s, true
}

// hasContent is false when an event lacks what its type is about.
func (w *wireEvent) hasContent() bool {
	switch w.Type {
	case "message", "messageEdited":
		return validID(w.Message.Type)
	case "postback":
		return w.Postback.Data != nil
	}
	return true
}

// derivedID names an event that has no id of its own. A redelivered body is identical but
// for deliveryContext (LINE: D/receiving-messages), so it gets the same name.
func derivedID(raw []byte) string {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return "" // can't be: the caller decoded it as an object
	}
	delete(fields, "deliveryContext")
	stable, err := json.Marshal(fields) // keys sorted
	if err != nil {
		return "" // can't be: the values were just read
	}
	sum := sha256.Sum256(stable)
	return "x-" + hex.EncodeToString(sum[:16])
}

// validID accepts more than LINE documents (U, C or R and 32 hex digits): tests and older
// samples have other forms, and all that matters here is that an id can't leave its place
// in a path, a key or a log line.
func validID(id string) bool {
	if id == "" || len(id) > maxID {
		return false
	}
	for i := range len(id) {
		c := id[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

func idOrNone(id string) string {
	if validID(id) {
		return id
	}
	return ""
}

// validToken asks for visible ASCII: LINE doesn't document the form of reply tokens.
func validToken(token string) bool {
	if token == "" || len(token) > maxToken {
		return false
	}
	for i := range len(token) {
		if token[i] <= ' ' || token[i] > '~' {
			return false
		}
	}
	return true
}

// cut shortens s to at most n bytes of whole runes.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
