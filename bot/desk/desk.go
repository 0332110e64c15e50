// Package desk is the staff's side of the chat: in the chats that are bound as the staff's,
// the buttons of a lead's card and a few words count, and nothing else is answered.
package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/handoff"
	"hogushi/bot/line"
	"hogushi/bot/store"
	"hogushi/bot/text"
)

// Store is the part of the store that the desk needs.
type Store interface {
	handoff.Notes
	handoff.Amender
	Lead(ctx context.Context, id string) (*store.Lead, error)
	Leads(ctx context.Context, after *store.Lead, limit int) ([]store.Lead, error)
}

// LINE is what is asked of LINE.
type LINE interface {
	Reply(ctx context.Context, token string, messages []json.RawMessage) error
	Profile(ctx context.Context, userID string) (displayName string, err error)
	MemberName(ctx context.Context, groupID, userID string) (displayName string, err error)
}

// Config is what a Desk is made of.
type Config struct {
	*handoff.Handoff
	Store Store
	LINE  LINE

	// Person has staff take over a patient's chat, or give it back, because of an event.
	Person func(ctx context.Context, userID string, takes bool, event string) error

	Log *slog.Logger
}

// Desk answers staff. Make one with New.
type Desk struct{ Config }

// New makes a Desk.
func New(c Config) *Desk { return &Desk{c} }

// Bounds.
const (
	listed    = 10  // leads in a list
	looked    = 500 // of the newest leads, for a list or a number
	page      = 100
	tries     = 5 // of a change that others overtake
	nameBy    = 700 * time.Millisecond
	replyBy   = 10 * time.Second
	anonymous = "担当者"
)

// What staff can type, folded.
var (
	linkForm    = regexp.MustCompile(`^職員登録([a-z2-9]{8})$`)
	detailForm  = regexp.MustCompile(`^詳細([0-9]{10})$`)
	releaseForm = regexp.MustCompile(`^終了([0-9]{10})$`)
)

const listWord = "一覧"

func chat(e line.Event) string {
	if e.Source.ChatID != "" {
		return e.Source.ChatID
	}
	return e.Source.UserID
}

// typed is a text in the form that the patterns are written in: without spaces and hyphens.
func typed(e line.Event) string {
	if e.Type != "message" || e.Message.Kind != "text" || len(e.Message.Text) > 200 {
		return ""
	}
	return text.Fold(e.Message.Text)
}

// Takes says whether an event is for the desk. It asks no store and nobody else.
func (d *Desk) Takes(e line.Event) bool {
	if e.Mode == "standby" || chat(e) == "" {
		return false
	}
	t := typed(e)
	if linkForm.MatchString(t) {
		return true
	}
	if e.Type == "postback" {
		_, _, ok := handoff.ParseTap(e.Postback.Data)
		return ok
	}
	return (t == listWord || detailForm.MatchString(t) || releaseForm.MatchString(t)) && d.IsStaff(chat(e))
}

// Handle does what staff ask for, and answers. It may be done again: nothing happens twice.
// An error says that it isn't done, and that LINE shall send the event again.
func (d *Desk) Handle(ctx context.Context, e line.Event, at time.Time) error {
	messages, err := d.handle(ctx, e, at)
	if err != nil {
		d.Log.Warn("answer staff", "event", e.ID, "err", err)
		return err
	}
	if len(messages) == 0 || e.ReplyToken == "" {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), replyBy)
	defer cancel()
	if err := d.LINE.Reply(ctx, e.ReplyToken, messages); err != nil {
		d.Log.Warn("reply to staff", "event", e.ID, "err", err) // what was asked for is done
	}
	return nil
}

func (d *Desk) handle(ctx context.Context, e line.Event, at time.Time) ([]json.RawMessage, error) {
	t := typed(e)
	if m := linkForm.FindStringSubmatch(t); m != nil {
		return d.link(ctx, m[1], chat(e), at)
	}
	if !d.IsStaff(chat(e)) {
		return nil, nil // a card's button, tapped where no card was sent
	}
	if what, lead, ok := handoff.ParseTap(e.Postback.Data); ok && e.Type == "postback" {
		return d.change(ctx, what, lead, e, at)
	}
	if m := detailForm.FindStringSubmatch(t); m != nil {
		return d.detail(ctx, m[1][:4]+"-"+m[1][4:])
	}
	if m := releaseForm.FindStringSubmatch(t); m != nil {
		return d.release(ctx, m[1][:4]+"-"+m[1][4:], e)
	}
	return d.list(ctx)
}

// say makes one text message.
func say(format string, args ...any) ([]json.RawMessage, error) {
	b, err := json.Marshal(map[string]string{"type": "text", "text": text.CutUTF16(fmt.Sprintf(format, args...), 5000)})
	return []json.RawMessage{b}, err
}

// each yields the newest leads that can be read, till it is told to stop.
func (d *Desk) each(ctx context.Context, yield func(handoff.Entry) bool) error {
	var after *store.Lead
	for seen := 0; seen < looked; {
		leads, err := d.Store.Leads(ctx, after, page)
		if err != nil || len(leads) == 0 {
			return err
		}
		for _, l := range leads {
			e, err := d.Open(l)
			if err != nil {
				d.Log.Error("read lead", "err", err)
				continue
			}
			if !yield(e) {
				return nil
			}
		}
		seen += len(leads)
		after = &leads[len(leads)-1]
	}
	return nil
}

// list tells what is to be done, oldest first.
func (d *Desk) list(ctx context.Context) ([]json.RawMessage, error) {
	var open []string
	more := 0
	if err := d.each(ctx, func(e handoff.Entry) bool {
		if e.State == engine.LeadOpen || e.State == engine.LeadTaken {
			if len(open) == listed {
				more++
				return true
			}
			row := fmt.Sprintf("%s %s様（%s %s", e.Receipt, value(e, "name"), handoff.States[e.State], handoff.Day(e.Created))
			if e.By != "" {
				row += " " + e.By + "さん"
			}
			open = append(open, row+"）")
		}
		return true
	}); err != nil {
		return nil, err
	}
	if len(open) == 0 {
		return say("まだ対応が終わっていない、ご連絡の希望はありません。")
	}
	slices.Reverse(open)
	head := fmt.Sprintf("ご連絡の希望：%d件", len(open)+more)
	if more > 0 {
		head += fmt.Sprintf("（新しい%d件）", listed)
	}
	return say("%s\n\n%s\n\n「詳細 受付番号」で、ご連絡先などを見られます。", head, strings.Join(open, "\n"))
}

// value is what a lead holds in the first field of a type.
func value(e handoff.Entry, kind string) string {
	for _, v := range e.Fields {
		if v.Type == kind {
			return v.Value
		}
	}
	return ""
}

// byReceipt finds the newest lead of a number, which can repeat over the years.
func (d *Desk) byReceipt(ctx context.Context, number string) (found *handoff.Entry, err error) {
	err = d.each(ctx, func(e handoff.Entry) bool {
		if e.Receipt == number {
			found = &e
		}
		return found == nil
	})
	return found, err
}

func (d *Desk) detail(ctx context.Context, number string) ([]json.RawMessage, error) {
	e, err := d.byReceipt(ctx, number)
	switch {
	case err != nil:
		return nil, err
	case e == nil || e.State == engine.LeadErased:
		return say("受付番号 %s は見つかりませんでした。消去されたか、番号が違うようです。", number)
	}
	card, err := d.Card(*e)
	if err != nil {
		return nil, err
	}
	var messages []json.RawMessage
	return messages, json.Unmarshal(card, &messages)
}

// release gives a patient's chat back to the bot.
func (d *Desk) release(ctx context.Context, number string, ev line.Event) ([]json.RawMessage, error) {
	e, err := d.byReceipt(ctx, number)
	switch {
	case err != nil:
		return nil, err
	case e == nil || e.UserID == "":
		return say("受付番号 %s は見つかりませんでした。", number)
	}
	if err := d.Person(ctx, e.UserID, false, ev.ID); err != nil {
		return nil, err
	}
	return say("%s：この方へのお返事を、自動の案内に戻しました。", e.Receipt)
}

// change records who is at a lead or has dealt with it.
func (d *Desk) change(ctx context.Context, what handoff.Event, id string, ev line.Event, at time.Time) ([]json.RawMessage, error) {
	by := ""
	for range tries {
		stored, err := d.Store.Lead(ctx, id)
		if err != nil {
			return nil, err
		}
		if stored == nil {
			return say("この受付は、もう残っていません。")
		}
		e, err := d.Open(*stored)
		if err != nil {
			return nil, err
		}
		switch e.State {
		case engine.LeadWithdrawn:
			return say("%s：ご本人が取り下げました。ご連絡は不要です。", e.Receipt)
		case engine.LeadErased:
			return say("%s：消去されました。ご連絡は不要です。お手元の記録も消してください。", e.Receipt)
		}
		if by == "" {
			by = d.name(ctx, ev)
		}
		to := engine.LeadTaken
		if what == handoff.Done {
			to = engine.LeadDone
		}
		switch {
		case e.State == engine.LeadDone:
			return say("%s：%sさんが対応を終えています。", e.Receipt, e.By)
		case e.State == to && e.By != by:
			return say("%s：%sさんが対応しています。", e.Receipt, e.By)
		case e.State != to:
			e.State, e.By, e.Changed = to, by, at.Truncate(time.Millisecond)
			w, err := d.SubmitBut(e, e.Stored.User, what, at, ev.ID, chat(ev))
			if err != nil {
				return nil, err
			}
			ok, err := d.Store.Amend(ctx, w)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue // somebody was faster: look again
			}
			d.Kick()
		}
		if e.ByLINE() && e.UserID != "" {
			if err := d.Person(ctx, e.UserID, to == engine.LeadTaken, ev.ID); err != nil {
				return nil, err
			}
		}
		return said(e, to)
	}
	return nil, errors.New("change lead: others were faster again and again")
}

// said tells everyone in the chat.
func said(e handoff.Entry, to engine.LeadState) ([]json.RawMessage, error) {
	switch {
	case to == engine.LeadDone:
		return say("%s：%sさんが対応を終えました。", e.Receipt, e.By)
	case e.ByLINE():
		return say("%s：%sさんが対応します。\n公式アカウントのチャットからお返事してください。自動の案内は、この方へのお返事を24時間休みます（「終了 %s」で戻ります）。", e.Receipt, e.By, e.Receipt)
	}
	return say("%s：%sさんが対応します。終わったら「完了」を押してください。", e.Receipt, e.By)
}

// name is what LINE calls the one who tapped; LINE doesn't always tell.
func (d *Desk) name(ctx context.Context, e line.Event) string {
	ctx, cancel := context.WithTimeout(ctx, nameBy)
	defer cancel()
	name, err := "", error(nil)
	switch {
	case e.Source.UserID == "":
	case e.Source.Kind == "user":
		name, err = d.LINE.Profile(ctx, e.Source.UserID)
	case e.Source.Kind == "group":
		name, err = d.LINE.MemberName(ctx, e.Source.ChatID, e.Source.UserID)
	}
	if err != nil {
		d.Log.Warn("ask for a name", "event", e.ID, "err", err)
	}
	if name = strings.TrimSpace(text.CutUTF16(text.Clean(name), 40)); name == "" {
		return anonymous
	}
	return name
}
