package desk

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"

	"hogushi/bot/handoff"
	"hogushi/bot/store"
)

// letters of a code: none that are taken for another.
const letters = "abcdefghjkmnpqrstuvwxyz23456789"

// NewLink makes a code that binds the chat in which it is typed, once, within LinkFor. The
// one before it is good no more.
func NewLink(ctx context.Context, b handoff.Book, notes handoff.Notes, now time.Time) (code string, err error) {
	var random [8]byte
	for i := range random {
		for { // each letter as likely as the others
			var one [1]byte
			rand.Read(one[:])
			if int(one[0]) < 256/len(letters)*len(letters) {
				random[i] = letters[int(one[0])%len(letters)]
				break
			}
		}
	}
	code = string(random[:])
	for range tries {
		old, err := notes.Note(ctx, LinkNote)
		if err != nil {
			return "", err
		}
		prev := store.Version("")
		if old != nil {
			prev = old.Version
		}
		note, err := b.SealNote(LinkNote, store.Version(fmt.Sprintf("%d-%s", now.UnixNano(), rand.Text())), now.Add(LinkFor), Link{LinkHash(code)})
		if err != nil {
			return "", err
		}
		if ok, err := notes.SetNote(ctx, note, prev); ok || err != nil {
			return code, err
		}
	}
	return "", fmt.Errorf("make link: others were faster again and again")
}
