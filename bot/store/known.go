package store

import (
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"
)

// MaxKnown is how many event ids a session remembers.
const MaxKnown = 64

const (
	eventIDLen = 11
	atLen      = 8 // base 36 milliseconds: good until 2059
	entryLen   = 1 + eventIDLen + atLen
)

// Known is the set of the last events of a session, in order of their own time: for
// each one a comma, its id and its time, so that a script can look for ",ID".
type Known string

// NewEventID shortens any event id to the form that Known holds.
func NewEventID(raw string) EventID {
	sum := sha256.Sum256([]byte(raw))
	return EventID(base64.RawURLEncoding.EncodeToString(sum[:8]))
}

// Has says whether the event is known.
func (k Known) Has(id EventID) bool { return strings.Contains(string(k), ","+string(id)) }

// Len is the number of events known.
func (k Known) Len() int { return len(k) / entryLen }

// Forgot says whether an event of this time may have been known and dropped since.
// One of the very millisecond of the oldest known counts as new: with more than
// MaxKnown events in one millisecond either answer would be wrong for some.
func (k Known) Forgot(at time.Time) bool {
	return k.Len() >= MaxKnown && stamp(at) < string(k[1+eventIDLen:entryLen])
}

// Add returns the set with the event in it; the oldest is dropped when it is full. So
// an event that Forgot speaks of is not in it afterwards.
func (k Known) Add(id EventID, at time.Time) Known {
	if k.Has(id) {
		return k
	}
	entry, n := ","+string(id)+stamp(at), k.Len()
	i := n
	for i > 0 && string(k[i*entryLen-atLen:i*entryLen]) > entry[1+eventIDLen:] {
		i--
	}
	k = k[:i*entryLen] + Known(entry) + k[i*entryLen:]
	return k[max(0, n+1-MaxKnown)*entryLen:]
}

// valid says whether k has the form that Add makes.
func (k Known) valid() bool {
	if len(k)%entryLen != 0 || k.Len() > MaxKnown {
		return false
	}
	for i := range len(k) {
		if c := k[i]; c <= ' ' || c > '~' || (c == ',') != (i%entryLen == 0) {
			return false
		}
	}
	return true
}

func stamp(at time.Time) string {
	s := strconv.FormatInt(max(at.UnixMilli(), 0), 36)
	return strings.Repeat("0", max(0, atLen-len(s))) + s[max(0, len(s)-atLen):]
}
