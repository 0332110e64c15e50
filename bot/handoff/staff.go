package handoff

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"hogushi/bot/store"
)

// staffNote names the note of the chats that staff have linked.
const staffNote = "staff"

// chatsFor is how long the linked chats are believed before they are read again: so long
// may another replica go without a new one.
const chatsFor = 5 * time.Second

// Chat is a chat of the staff's: a group, or one person's with the bot.
type Chat struct {
	ID     string    `json:"id"` // LINE's
	Linked time.Time `json:"linked"`
}

// linked are the chats that were read last, nil before the first time.
type linked struct{ list atomic.Pointer[[]string] }

// StaffChats are the chats that are told of leads, and whose buttons and words count. What
// the store says is a few seconds old, and older while it is away. known is false when it
// has never said anything.
func (h *Handoff) StaffChats() (chats []string, known bool) {
	if len(h.LineTo) > 0 {
		return h.LineTo, true
	}
	if h.chats.list.Load() == nil {
		h.readChats()
	}
	if list := h.chats.list.Load(); list != nil {
		return *list, true
	}
	return nil, false
}

// readChats reads the linked chats; what can't be read stays as it was.
func (h *Handoff) readChats() {
	h.with(func(ctx context.Context) error {
		chats, _, err := h.Chats(ctx, h.Store)
		if err != nil {
			return err
		}
		list := []string{}
		for _, chat := range chats {
			list = append(list, chat.ID)
		}
		h.chats.list.Store(&list)
		return nil
	}, "read the staff's chats")
}

// follow reads the linked chats again and again.
func (h *Handoff) follow() {
	if len(h.LineTo) > 0 {
		return
	}
	timer := time.NewTicker(chatsFor)
	defer timer.Stop()
	for {
		h.readChats()
		select {
		case <-h.quit:
			return
		case <-timer.C:
		}
	}
}

// IsStaff says whether a chat is the staff's.
func (h *Handoff) IsStaff(chat string) bool {
	chats, _ := h.StaffChats()
	return slices.Contains(chats, chat)
}

// Notes is the part of the store that holds notes.
type Notes interface {
	Note(ctx context.Context, name string) (*store.Note, error)
	SetNote(ctx context.Context, n store.Note, prev store.Version) (bool, error)
}

// Chats reads the linked chats, with the version of the note that holds them.
func (b Book) Chats(ctx context.Context, notes Notes) ([]Chat, store.Version, error) {
	note, err := notes.Note(ctx, staffNote)
	if err != nil || note == nil {
		return nil, "", err
	}
	var chats []Chat
	return chats, note.Version, b.OpenNote(*note, &chats)
}

// maxChats bounds how many chats are the staff's.
const maxChats = 20

// ChangeChats changes the linked chats.
func (h *Handoff) ChangeChats(ctx context.Context, notes Notes, change func([]Chat) []Chat) error {
	defer h.readChats()
	return h.Book.ChangeChats(ctx, notes, change)
}

// ChangeChats changes the linked chats. What others change meanwhile isn't lost.
func (b Book) ChangeChats(ctx context.Context, notes Notes, change func([]Chat) []Chat) error {
	for range 10 {
		chats, version, err := b.Chats(ctx, notes)
		if err != nil {
			return err
		}
		chats = change(chats)
		if len(chats) > maxChats {
			return fmt.Errorf("link chat: there are %d already; unlink one", maxChats)
		}
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %v", version, chats))
		next, err := b.SealNote(staffNote, store.Version(base64.RawURLEncoding.EncodeToString(sum[:12])), time.Time{}, chats)
		if err != nil {
			return err
		}
		if ok, err := notes.SetNote(ctx, next, version); ok || err != nil {
			return err
		}
	}
	return errors.New("link chat: others were faster again and again")
}

// Day is a day and time for staff, in Japan's zone.
func Day(t time.Time) string { return t.In(tokyo).Format("1月2日 15:04") }

// OpenNote reads a note's body.
func (b Book) OpenNote(n store.Note, into any) error {
	plain, err := b.Keys.Open(n.Body, b.ad(kindNote, n.Name))
	if err == nil {
		err = json.Unmarshal(plain, into)
	}
	if err != nil {
		return fmt.Errorf("read note %s: %w", n.Name, errBody)
	}
	return nil
}

// SealNote makes a note.
func (b Book) SealNote(name string, version store.Version, expiry time.Time, v any) (store.Note, error) {
	plain, err := json.Marshal(v)
	if err != nil {
		return store.Note{}, fmt.Errorf("encode note: %w", err)
	}
	n := store.Note{Name: name, Version: version, Expiry: expiry}
	n.Body, err = b.Keys.Seal(nil, plain, b.ad(kindNote, name))
	return n, err
}
