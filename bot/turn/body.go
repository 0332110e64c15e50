package turn

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/seal"
	"hogushi/bot/store"
)

// Kinds of sealed bodies; part of what each is sealed to.
const (
	kindSession = "session"
	kindDraft   = "draft"
	kindUser    = "user"
)

// body is what is kept of a session, in two sealed parts: one that stays, and one that the
// store forgets after a day, for what was entered in a form and for replies that repeat it.
type body struct {
	State engine.State
	User  string // LINE's id: needed to push, known nowhere else
	Said  []said
}

// staying and passing are the two parts as JSON; each is a line, then the bytes of replies.
type staying struct {
	State  engine.State `json:"state"`
	User   string       `json:"user"`
	Said   []said       `json:"said,omitempty"`
	Passes bool         `json:"passes,omitempty"` // there is something entered in the other part
}

type passing struct {
	Draft   engine.Draft    `json:"draft,omitempty"`
	Consent *engine.Consent `json:"consent,omitempty"`
	Said    []said          `json:"said,omitempty"`
}

// said is a reply that may have to be given again: the last one, and the last vital one.
type said struct {
	Event store.EventID `json:"e"`
	Vital bool          `json:"v,omitempty"`
	At    int64         `json:"at"` // when it was said, ms
	Len   int           `json:"n"`

	text    []byte // as sent
	private bool   // it may repeat what was entered in a form
}

// say gives what is to be kept when an event has been answered by out, or not at all.
func (b body) say(j *job, out result) []said {
	if out.reply == nil {
		return b.Said
	}
	kept := []said{{Event: j.id, Vital: out.vital, At: j.received.UnixMilli(), Len: len(out.reply), text: out.reply, private: out.private}}
	for _, s := range b.Said {
		if s.Vital && !out.vital {
			return append(kept, s)
		}
	}
	return kept
}

var (
	errNewer = errors.New("written by a newer release")
	errBody  = errors.New("not in the form of a session")
)

// Sealed is how sessions are kept.
type Sealed struct {
	Keys    *seal.Keys
	Channel string
}

// State reads where a patient stands. Of a draft that can't be read it is as if its day were
// over.
func (k Sealed) State(user store.UserID, r *store.Record) (engine.State, error) {
	b, err := k.open(user, r, func(error) {})
	return b.State, err
}

func (j *job) sealed() Sealed { return Sealed{j.Keys, j.Channel} }

// open reads the parts of the turn's own record.
func (j *job) open(r *store.Record) (body, error) {
	return j.sealed().open(j.user, r, func(err error) {
		j.Metrics.turn("draft-unreadable")
		j.Log.Error("read draft", "user", j.user, "err", err)
	})
}

// open reads the parts of a record; noDraft is told why the second can't be read.
func (k Sealed) open(user store.UserID, r *store.Record, noDraft func(error)) (body, error) {
	switch {
	case r.Damaged:
		return body{}, errBody
	case r.Format > engine.Format:
		return body{}, errNewer
	}
	var stays staying
	kept, err := k.unseal(r.Body, k.ad(kindSession, user, r.Version), &stays, func() []said { return stays.Said })
	if err != nil {
		return body{}, err
	}
	b := body{stays.State, stays.User, kept}
	b.State.Lost = stays.Passes
	if r.Draft == nil {
		return b, nil
	}
	var passes passing
	kept, err = k.unseal(r.Draft, k.ad(kindDraft, user, r.Version), &passes, func() []said { return passes.Said })
	if err != nil { // the rest can be used
		noDraft(err)
		return b, nil
	}
	b.State.Lost = false
	for _, s := range kept {
		s.private = true
		b.Said = append(b.Said, s)
	}
	b.State.Draft, b.State.Consent = passes.Draft, passes.Consent
	return b, nil
}

func (k Sealed) unseal(sealed []byte, ad seal.AD, into any, list func() []said) ([]said, error) {
	plain, err := k.Keys.Open(sealed, ad)
	if err != nil {
		return nil, err
	}
	line, rest, ok := bytes.Cut(plain, []byte("\n"))
	if !ok || json.Unmarshal(line, into) != nil {
		return nil, errBody
	}
	kept := list()
	for i := range kept {
		s := &kept[i]
		if s.Len < 0 || s.Len > len(rest) {
			return nil, errBody
		}
		s.text, rest = rest[:s.Len], rest[s.Len:]
	}
	return kept, nil
}

// record seals a body into the record that follows prev.
func (j *job) record(b body, prev store.Version, known store.Known) (*store.Record, error) {
	r := &store.Record{Format: engine.Format, Version: version(prev, j), Known: known.Add(j.id, j.at), Expiry: j.received.Add(SessionLife)}
	passes := passing{Draft: b.State.Draft, Consent: b.State.Consent}
	stays := staying{State: b.State, User: j.event.Source.UserID, Passes: len(b.State.Draft) > 0 || b.State.Consent != nil}
	stays.State.Draft, stays.State.Consent = nil, nil
	entered := j.received
	if !stays.Passes {
		entered = time.Time{}
	}
	for _, s := range b.Said {
		at := time.UnixMilli(s.At)
		switch {
		case !s.private:
			stays.Said = append(stays.Said, s)
		case j.received.Sub(at) < engine.DraftLife: // carried on, but not made younger
			passes.Said = append(passes.Said, s)
			if at.After(entered) {
				entered = at
			}
		}
	}
	var err error
	if r.Body, err = j.seal(stays, stays.Said, kindSession, r.Version); err != nil {
		return nil, err
	}
	if len(passes.Draft) > 0 || passes.Consent != nil || len(passes.Said) > 0 {
		r.DraftExpiry = entered.Add(engine.DraftLife)
		r.Draft, err = j.seal(passes, passes.Said, kindDraft, r.Version)
	}
	return r, err
}

func (j *job) seal(part any, list []said, kind string, v store.Version) ([]byte, error) {
	plain, err := json.Marshal(part)
	if err != nil {
		return nil, fmt.Errorf("encode session: %w", err)
	}
	plain = append(plain, '\n')
	for _, s := range list {
		plain = append(plain, s.text...)
	}
	return j.Keys.Seal(nil, plain, j.sealed().ad(kind, j.user, v))
}

// version never repeats: not after an erasure either, because it holds the time of arrival.
func version(prev store.Version, j *job) store.Version {
	b := append([]byte(prev), ' ')
	b = append(append(b, j.user...), ' ')
	b = append(append(b, j.id...), ' ')
	b = strconv.AppendInt(b, j.received.UnixNano(), 36)
	sum := sha256.Sum256(b)
	return store.Version(base64.RawURLEncoding.EncodeToString(sum[:12]))
}

func (k Sealed) ad(kind string, user store.UserID, v store.Version) seal.AD {
	return seal.AD{Kind: kind, Channel: k.Channel, ID: string(user), Version: string(v)}
}
