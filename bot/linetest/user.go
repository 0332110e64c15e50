package linetest

import (
	"context"
	"fmt"
	"slices"
)

// Chat is a conversation with the bot: of one patient, or of a group.
type Chat struct {
	p          *Platform
	id         string
	recipients int // how many a push to it counts

	// Platform.mu guards these.
	inbox   []*Received
	changed chan struct{} // closed at the next arrival
	blocked bool
	profile *Profile
}

// ID is the user's or the group's id.
func (c *Chat) ID() string { return c.id }

func (c *Chat) group() bool { return c.id[0] == 'C' }

// Inbox returns all that has come, in order.
func (c *Chat) Inbox() []*Received {
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	return slices.Clone(c.inbox)
}

// Replies returns what has come by reply token, in order.
func (c *Chat) Replies() []*Received {
	return slices.DeleteFunc(c.Inbox(), func(r *Received) bool { return r.Kind != "reply" })
}

// Last returns what came last, nil if nothing has.
func (c *Chat) Last() *Received {
	c.p.mu.Lock()
	defer c.p.mu.Unlock()
	if len(c.inbox) == 0 {
		return nil
	}
	return c.inbox[len(c.inbox)-1]
}

// Choices returns what the chat offers now: all that can be tapped in what came last.
// Older buttons stay in a chat too; see User.TapOn.
func (c *Chat) Choices() []Choice {
	if r := c.Last(); r != nil {
		return r.Choices()
	}
	return nil
}

// Wait returns the first of the inbox that matches, as soon as it is there.
func (c *Chat) Wait(ctx context.Context, match func(*Received) bool) (*Received, error) {
	for seen := 0; ; {
		c.p.mu.Lock()
		inbox, changed := c.inbox, c.changed
		c.p.mu.Unlock()
		for ; seen < len(inbox); seen++ {
			if match(inbox[seen]) {
				return inbox[seen], nil
			}
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for a message to %s: %w", c.id, ctx.Err())
		case <-c.p.closing:
			return nil, fmt.Errorf("wait for a message to %s: the platform is closed", c.id)
		}
	}
}

// WaitReply returns the reply to an event of d. If d posted nothing, its error.
func (c *Chat) WaitReply(ctx context.Context, d *Delivery) (*Received, error) {
	if d.Body == nil && d.Err != nil {
		return nil, d.Err
	}
	return c.Wait(ctx, func(r *Received) bool {
		return r.Kind == "reply" && slices.ContainsFunc(d.Events, func(e *Event) bool { return e.ID == r.Event })
	})
}

// User is a patient, or someone else who writes to the bot.
type User struct {
	*Chat
	id string // differs from Chat.ID in a group
}

// In is the same person in a group: what they do happens there, and the inbox is the group's.
func (u *User) In(group *Chat) *User { return &User{Chat: group, id: u.id} }

// SetProfile changes what LINE tells about the user; nil is nothing, for want of consent.
func (u *User) SetProfile(profile *Profile) {
	u.p.mu.Lock()
	defer u.p.mu.Unlock()
	u.profile = profile
}

// Event makes an event of any type, with a reply token or without, to deliver later.
func (u *User) Event(kind string, token bool, own map[string]any) *Event {
	return u.event(u.id, kind, token, own)
}

// MessageEvent makes a message event; the content is without id and tokens.
func (u *User) MessageEvent(content map[string]any) *Event { return u.message(u.id, content) }

// TextEvent makes the event of a text.
func (u *User) TextEvent(text string) *Event {
	u.p.noted(text)
	return u.MessageEvent(map[string]any{"type": "text", "text": text})
}

// PostbackEvent makes a postback event; params is nil, or what a picker adds.
func (u *User) PostbackEvent(data string, params map[string]string) *Event {
	postback := map[string]any{"data": data}
	if params != nil {
		postback["params"] = params
	}
	return u.Event("postback", true, map[string]any{"postback": postback})
}

// Text types and sends a text.
func (u *User) Text(text string) *Delivery { return u.p.Deliver(u.TextEvent(text)) }

// Postback sends a postback, like a button of a rich menu.
func (u *User) Postback(data string) *Delivery { return u.p.Deliver(u.PostbackEvent(data, nil)) }

// Follow adds the bot as a friend.
func (u *User) Follow() *Delivery { return u.follow(false) }

// Unblock lifts a block.
func (u *User) Unblock() *Delivery { return u.follow(true) }

func (u *User) follow(unblocked bool) *Delivery {
	u.block(false)
	return u.p.Deliver(u.Event("follow", true, map[string]any{"follow": map[string]any{"isUnblocked": unblocked}}))
}

// Unfollow blocks the bot: LINE swallows what it sends from now on.
func (u *User) Unfollow() *Delivery {
	u.block(true)
	return u.p.Deliver(u.Event("unfollow", false, nil))
}

func (u *User) block(on bool) {
	u.p.mu.Lock()
	defer u.p.mu.Unlock()
	u.blocked = on
}

// Sticker sends a sticker.
func (u *User) Sticker() *Delivery {
	return u.p.Deliver(u.MessageEvent(map[string]any{"type": "sticker", "packageId": "446", "stickerId": "1988",
		"stickerResourceType": "STATIC", "keywords": []string{"hello"}}))
}

// Location sends a place.
func (u *User) Location() *Delivery {
	return u.p.Deliver(u.MessageEvent(map[string]any{"type": "location", "title": "東京駅",
		"address": "東京都千代田区丸の内1丁目", "latitude": 35.681236, "longitude": 139.767125}))
}

// Media sends an image, a video, an audio or a file.
func (u *User) Media(kind string) *Delivery {
	content := map[string]any{"type": kind}
	switch kind {
	case "file":
		content["fileName"], content["fileSize"] = "検査結果.pdf", 20480
	case "video", "audio":
		content["duration"] = 5000
		fallthrough
	case "image":
		content["contentProvider"] = map[string]any{"type": "line"}
	default:
		return &Delivery{Err: fmt.Errorf("send media: no kind %q", kind)}
	}
	return u.p.Deliver(u.MessageEvent(content))
}

// Unsend takes a message back.
func (u *User) Unsend(messageID string) *Delivery {
	return u.p.Deliver(u.Event("unsend", false, map[string]any{"unsend": map[string]any{"messageId": messageID}}))
}
