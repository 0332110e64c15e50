package store

import (
	"encoding/json"
	"errors"
	"fmt"
)

// storeFormat is the form of everything a store holds; it rises only when an older
// binary could do harm to it. Since 2 a user's leads are indexed.
const storeFormat = 2

// meta is what a store knows of itself.
type meta struct {
	Format      int    `json:"format"`
	Partitions  int    `json:"partitions"`
	Channel     string `json:"channel"`
	Fingerprint string `json:"fingerprint"`
}

func (id Identity) check() error {
	ok := len(id.Channel) >= 1 && len(id.Channel) <= 32
	for _, c := range []byte(id.Channel) {
		ok = ok && (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-')
	}
	if !ok {
		return errors.New("the channel's name must be 1 to 32 of a-z, 0-9 and -")
	}
	if id.Fingerprint == "" {
		return errors.New("the data key has no fingerprint")
	}
	return nil
}

// meta returns what a fresh store shall hold.
func (id Identity) meta() string {
	text, err := json.Marshal(meta{storeFormat, Partitions, id.Channel, id.Fingerprint})
	if err != nil {
		panic(err) // strings and numbers
	}
	return string(text)
}

// match compares the store's own meta with the identity that wants to open it, and gives
// the store's format, at most ours.
func (id Identity) match(stored string) (format int, err error) {
	var m meta
	if err := json.Unmarshal([]byte(stored), &m); err != nil {
		return 0, fmt.Errorf("%w: its meta entry can't be read: restore it from a backup, or start with an empty store", ErrMismatch)
	}
	switch {
	case m.Format > storeFormat:
		return 0, fmt.Errorf("%w: it was made by a newer hogushi (format %d, this one reads up to %d): start the newer one",
			ErrMismatch, m.Format, storeFormat)
	case m.Partitions != Partitions:
		return 0, fmt.Errorf("%w: it has %d partitions, this hogushi has %d: start the one that made it",
			ErrMismatch, m.Partitions, Partitions)
	case m.Channel != id.Channel:
		return 0, fmt.Errorf("%w: it belongs to channel %q, not %q: set the channel's name back, or give each channel its own store",
			ErrMismatch, m.Channel, id.Channel)
	case m.Fingerprint != id.Fingerprint:
		return 0, fmt.Errorf("%w: it was made with another DATA_KEY (fingerprint %s; the key given has %s): "+
			"start with the DATA_KEY that belongs to it, or with an empty store", ErrMismatch, m.Fingerprint, id.Fingerprint)
	}
	return m.Format, nil
}
