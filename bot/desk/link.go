package desk

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"hogushi/bot/handoff"
	"hogushi/bot/store"
)

// LinkNote names the note of the code that is good now; LinkFor is how long it is.
const (
	LinkNote = "link"
	LinkFor  = 10 * time.Minute
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

// Link is a code that binds the chat in which it is typed. Only its hash is kept.
type Link struct {
	Hash []byte `json:"hash"`
}

// LinkHash is what is kept of a code: eight of a-z and 2-9.
func LinkHash(code string) []byte {
	sum := sha256.Sum256([]byte("staff link " + code))
	return sum[:]
}

// link binds a chat, once for a code.
func (d *Desk) link(ctx context.Context, code, chat string, at time.Time) ([]json.RawMessage, error) {
	if d.LineTo != nil {
		return say("職員のトークは、設定（HANDOFF_LINE_TO）で決められています。登録はできません。")
	}
	note, err := d.Store.Note(ctx, LinkNote)
	if err != nil {
		return nil, err
	}
	var link Link
	if note != nil {
		if err := d.OpenNote(*note, &link); err != nil {
			return nil, err
		}
	}
	if note == nil || subtle.ConstantTimeCompare(link.Hash, LinkHash(code)) != 1 {
		if d.IsStaff(chat) {
			return say("このトークは、職員のトークとして登録されています。")
		}
		return say("登録の番号が違うか、期限（10分）が切れています。もう一度、番号を作ってください。")
	}
	used, err := d.SealNote(LinkNote, store.Version(fmt.Sprintf("used-%d", at.UnixNano())), at.Add(time.Minute), Link{})
	if err != nil {
		return nil, err
	}
	switch first, err := d.Store.SetNote(ctx, used, note.Version); { // before it binds: a code is good for one chat
	case err != nil:
		return nil, err
	case !first:
		return say("この番号は、もう使われています。もう一度、番号を作ってください。")
	}
	if err := d.bind(ctx, chat, at); err != nil {
		return nil, err
	}
	return say("このトークを、職員のトークとして登録しました。\n\nご連絡の希望が届くと、ここにお知らせします。「対応する」「完了」を押すと、ほかの人にも伝わります。\n\n「一覧」… まだ終わっていないもの\n「詳細 受付番号」… ご連絡先など")
}

// bind adds a chat to the staff's.
func (d *Desk) bind(ctx context.Context, id string, at time.Time) error {
	return d.ChangeChats(ctx, d.Store, func(chats []handoff.Chat) []handoff.Chat {
		if slices.ContainsFunc(chats, func(c handoff.Chat) bool { return c.ID == id }) {
			return chats
		}
		return append(chats, handoff.Chat{ID: id, Linked: at})
	})
}
