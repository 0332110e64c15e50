package engine

import (
	"fmt"
	"time"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// read takes a typed or picked text as the value of a field, in its normal form; ok is
// false when it can't be one.
func read(f *flow.Field, typed string, ev Event) (value string, ok bool) {
	today := ev.Received
	switch f.Type {
	case flow.Name:
		return text.Name(typed)
	case flow.Phone:
		return text.Phone(typed)
	case flow.Mail:
		return text.Mail(typed)
	case flow.Date:
		d, ok := text.Date(typed, today)
		if !ok {
			return "", false
		}
		day := d.Format(time.DateOnly)
		first, last := today.AddDate(0, 0, f.Days[0]).Format(time.DateOnly), today.AddDate(0, 0, f.Days[1]).Format(time.DateOnly)
		return day, first <= day && day <= last
	case flow.Time:
		m, ok := text.Clock(typed)
		return fmt.Sprintf("%d:%02d", m/60, m%60), ok
	case flow.Text:
		v := text.Clean(typed)
		return v, v != "" && text.UTF16(v) <= f.Max
	}
	return "", false // choices are found by their labels
}
