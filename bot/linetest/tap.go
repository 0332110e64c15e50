package linetest

import (
	"errors"
	"fmt"
	"strings"
)

// Errors of a tap that posts no webhook.
var (
	ErrNoChoice = errors.New("nothing like that can be tapped")
	ErrNoEvent  = errors.New("the bot is not told of it") // a link opens, a text is copied
	ErrWantPick = errors.New("it asks for a date or time")
	ErrPick     = errors.New("the picker does not offer that")
)

// Tap taps what bears the label, or else the first that contains it.
func (u *User) Tap(label string) *Delivery { return u.tapIn(u.Choices(), label) }

// TapOn taps a button of an older message.
func (u *User) TapOn(r *Received, label string) *Delivery { return u.tapIn(r.Choices(), label) }

// TapNumber taps by the number that Render shows in what came last.
func (u *User) TapNumber(n int) *Delivery {
	list := u.Choices()
	if n < 1 || n > len(list) {
		return &Delivery{Err: fmt.Errorf("tap %d of %d: %w", n, len(list), ErrNoChoice)}
	}
	return u.TapChoice(list[n-1])
}

// Pick taps a datetimepicker and chooses a value, like 2026-11-24, 09:30 or 2026-11-24T09:30.
func (u *User) Pick(label, value string) *Delivery {
	c, err := find(u.Choices(), label)
	if err != nil {
		return &Delivery{Err: err}
	}
	return u.PickChoice(c, value)
}

func (u *User) tapIn(list []Choice, label string) *Delivery {
	c, err := find(list, label)
	if err != nil {
		return &Delivery{Err: err}
	}
	return u.TapChoice(c)
}

func find(list []Choice, label string) (Choice, error) {
	for _, c := range list {
		if c.Label == label {
			return c, nil
		}
	}
	var labels []string
	for _, c := range list {
		if strings.Contains(c.Label, label) {
			return c, nil
		}
		labels = append(labels, c.Label)
	}
	return Choice{}, fmt.Errorf("tap %q, offered are %q: %w", label, labels, ErrNoChoice)
}

// TapChoice does what LINE's app does when the choice is tapped.
func (u *User) TapChoice(c Choice) *Delivery {
	switch c.Action {
	case "postback":
		post := u.PostbackEvent(c.Data, nil)
		if c.Text != "" { // LINE: the deprecated text comes as a message too (R#postback-action)
			return u.p.Deliver(u.TextEvent(c.Text), post)
		}
		return u.p.Deliver(post)
	case "message":
		return u.Text(c.Text)
	case "location":
		return u.Location()
	case "camera", "cameraRoll":
		return u.Media("image")
	case "datetimepicker":
		return &Delivery{Err: fmt.Errorf("tap %q: %w", c.Label, ErrWantPick)}
	}
	return &Delivery{Err: fmt.Errorf("tap %q (%s): %w", c.Label, c.Action, ErrNoEvent)}
}

// PickChoice chooses a value of a datetimepicker.
func (u *User) PickChoice(c Choice, value string) *Delivery {
	t, ok := pickerTime(c.Mode, value)
	if c.Action != "datetimepicker" || !ok {
		return &Delivery{Err: fmt.Errorf("pick %q of %q: %w", value, c.Label, ErrPick)}
	}
	least, hasLeast := pickerTime(c.Mode, c.Min)
	most, hasMost := pickerTime(c.Mode, c.Max)
	if hasLeast && t.Before(least) || hasMost && t.After(most) {
		return &Delivery{Err: fmt.Errorf("pick %q of %q (%s to %s): %w", value, c.Label, c.Min, c.Max, ErrPick)}
	}
	return u.p.Deliver(u.PostbackEvent(c.Data, map[string]string{c.Mode: t.Format(pickers[c.Mode].layout)}))
}
