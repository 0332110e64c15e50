package revision

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"hogushi/bot/seal"
	"hogushi/bot/store"
)

// Kinds of sealed bodies; part of what each is sealed to. Who can write the store, but has
// no key, can't change a word that patients are told.
const (
	kindHistory = "revisions"
	kindFiles   = "revision"
)

const (
	historyNote = "flows" // names all revisions; that of each begins so, too
	kept        = 50      // revisions that can be gone back to
	tries       = 5       // of a write that somebody else's comes before
)

var (
	// ErrOvertaken says that another revision was published meanwhile; nothing was.
	ErrOvertaken = errors.New("somebody else has published meanwhile")
	// ErrUnreadable says that a revision is there and can't be read.
	ErrUnreadable = errors.New("it can't be read: gone, changed, sealed with another key, or made by a newer release")
)

// Notes is the part of the store that holds notes.
type Notes interface {
	Note(ctx context.Context, name string) (*store.Note, error)
	SetNote(ctx context.Context, n store.Note, prev store.Version) (bool, error)
}

// Archive is where revisions are kept. The files of each are a note that is written first;
// then one write to the note of the history makes it live. A publish that is killed between
// the two has changed nothing.
type Archive struct {
	Keys    *seal.Keys
	Channel string
	Notes   Notes
}

// Revision is one as the history lists it.
type Revision struct {
	Number   int       `json:"number"` // from 1 on; it never repeats, and never falls
	At       time.Time `json:"at"`
	Hash     string    `json:"hash"`               // of its files
	Restores int       `json:"restores,omitempty"` // the revision whose files these are; 0: new ones
}

// note names the note of the revision's files. Two that race for a number have different
// names, unless their files are the same.
func (r Revision) note() string { return fmt.Sprintf("%s-%d-%s", historyNote, r.Number, r.Hash) }

// History is what was published, the newest first. Before the first there is nothing in it.
type History struct {
	Revisions []Revision

	version store.Version
}

// Live is the newest revision, the one that all replicas are to run; the zero one if there
// is none.
func (h History) Live() Revision {
	if len(h.Revisions) == 0 {
		return Revision{}
	}
	return h.Revisions[0]
}

// Before is what an undo goes back to: the files before those that are live. Each undo goes
// further back. ok is false when nothing older is kept.
func (h History) Before() (r Revision, ok bool) {
	live := h.Live()
	from := live.Number
	if live.Restores > 0 {
		from = live.Restores
	}
	for _, r := range h.Revisions {
		if r.Number < from && r.Hash != live.Hash {
			return r, true
		}
	}
	return Revision{}, false
}

// origin is the number under which the files of a revision were published first.
func (r Revision) origin() int {
	if r.Restores > 0 {
		return r.Restores
	}
	return r.Number
}

// History reads what was published.
func (a Archive) History(ctx context.Context) (History, error) {
	n, err := a.Notes.Note(ctx, historyNote)
	if err != nil || n == nil {
		return History{}, err
	}
	h := History{version: n.Version}
	plain, err := a.Keys.Open(n.Body, a.ad(kindHistory, historyNote, n.Version))
	if err == nil {
		err = json.Unmarshal(plain, &h.Revisions)
	}
	if err != nil || len(h.Revisions) == 0 {
		return History{}, fmt.Errorf("read the list of revisions: %w", ErrUnreadable)
	}
	return h, nil
}

// Files reads the files of a revision.
func (a Archive) Files(ctx context.Context, r Revision) (*Files, error) {
	n, err := a.Notes.Note(ctx, r.note())
	if err != nil {
		return nil, err
	}
	if n != nil {
		if f := a.open(*n); f != nil && f.Hash == r.Hash {
			return f, nil
		}
	}
	return nil, fmt.Errorf("read revision %d: %w", r.Number, ErrUnreadable)
}

// open reads the note of a revision's files, nil if that can't be done.
func (a Archive) open(n store.Note) *Files {
	plain, err := a.Keys.Open(n.Body, a.ad(kindFiles, n.Name, ""))
	if err != nil {
		return nil
	}
	f, err := unpack(plain)
	if err != nil {
		return nil
	}
	return f
}

// Publish makes files live as the revision after those of h, which the caller has seen.
// restores is the revision from which they are, the zero one if they are new. With
// ErrOvertaken nothing has been published.
func (a Archive) Publish(ctx context.Context, h History, files *Files, restores Revision, at time.Time) (Revision, error) {
	r := Revision{Number: h.Live().Number + 1, At: at.UTC().Truncate(time.Second), Hash: files.Hash, Restores: restores.origin()}
	if err := a.put(ctx, r, files); err != nil {
		return Revision{}, fmt.Errorf("store revision %d: %w", r.Number, err)
	}
	next := slices.Insert(slices.Clone(h.Revisions), 0, r)
	gone := next[min(len(next), kept):]
	next = next[:len(next)-len(gone)]
	version := store.Version(strconv.Itoa(r.Number) + "-" + rand.Text()) // two that race mustn't be taken for one
	plain, err := json.Marshal(next)
	if err != nil {
		return Revision{}, fmt.Errorf("encode the list of revisions: %w", err)
	}
	n := store.Note{Name: historyNote, Version: version}
	if n.Body, err = a.Keys.Seal(nil, plain, a.ad(kindHistory, historyNote, version)); err != nil {
		return Revision{}, err
	}
	ok, err := a.Notes.SetNote(ctx, n, h.version)
	if err != nil {
		return Revision{}, fmt.Errorf("make revision %d live: %w", r.Number, err)
	}
	if !ok {
		if now, err := a.History(ctx); err == nil && !slices.ContainsFunc(now.Revisions, func(o Revision) bool { return o.note() == r.note() }) {
			a.drop(ctx, r)
		}
		return Revision{}, ErrOvertaken
	}
	for _, old := range gone {
		a.drop(ctx, old)
	}
	return r, nil
}

// put stores the files of a revision. What a publish that was killed has left under the name
// will do, if it can be read.
func (a Archive) put(ctx context.Context, r Revision, files *Files) error {
	for range tries {
		old, err := a.Notes.Note(ctx, r.note())
		if err != nil {
			return err
		}
		prev := store.Version("")
		if old != nil {
			if f := a.open(*old); f != nil && f.Hash == files.Hash {
				return nil
			}
			prev = old.Version
		}
		n := store.Note{Name: r.note(), Version: store.Version(rand.Text())}
		if n.Body, err = a.Keys.Seal(nil, files.packed, a.ad(kindFiles, n.Name, "")); err != nil {
			return err
		}
		if _, err := a.Notes.SetNote(ctx, n, prev); err != nil {
			return err
		}
	}
	return errors.New("others were faster again and again")
}

// drop lets the files of a revision go that is named no more. What it fails to remove harms
// nobody.
func (a Archive) drop(ctx context.Context, r Revision) {
	if n, err := a.Notes.Note(ctx, r.note()); err == nil && n != nil {
		a.Notes.SetNote(ctx, store.Note{Name: n.Name, Version: "gone", Expiry: time.Now().Add(time.Minute)}, n.Version)
	}
}

func (a Archive) ad(kind, id string, v store.Version) seal.AD {
	return seal.AD{Kind: kind, Channel: a.Channel, ID: id, Version: string(v)}
}
