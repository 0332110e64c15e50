package linetest

import (
	"fmt"
	"strings"

	"github.com/rivo/uniseg"
)

const (
	renderMargin = "  "
	quickWidth   = 72 // columns; quick replies flow, everything else keeps its lines
)

// Render shows a reply as a person would see it, for a terminal. What can be tapped is
// numbered through the whole reply, from 1: see User.TapNumber.
func Render(messages []Message) string {
	var w renderer
	w.digits = len(fmt.Sprint(len(choices(messages))))
	for i, m := range messages {
		if i > 0 {
			w.b.WriteByte('\n')
		}
		if m.Sender != "" {
			w.line("", m.Sender+":")
		}
		w.message(m)
	}
	if n := len(messages); n > 0 && len(messages[n-1].Quick) > 0 {
		w.b.WriteByte('\n')
		w.quick(messages[n-1].Quick)
	}
	return w.b.String()
}

type renderer struct {
	b      strings.Builder
	n      int // the last number given
	digits int
}

func (w *renderer) line(bar, s string) {
	w.b.WriteString(strings.TrimRight(renderMargin+bar+s, " ") + "\n")
}

func (w *renderer) lines(bar, s string) {
	if s == "" {
		return
	}
	for l := range strings.SplitSeq(s, "\n") {
		w.line(bar, l)
	}
}

func (w *renderer) message(m Message) {
	switch m.Kind {
	case "sticker":
		w.line("│ ", "〔スタンプ〕"+m.Text)
		return
	case "location":
		w.line("│ ", "〔地図〕"+m.Title)
		w.lines("│ ", m.Text)
		return
	}
	if m.Kind == "flex" && m.Image != "" && m.Text == "" { // nothing but that
		w.line("│ ", "〔画像〕"+m.AltText)
		return
	}
	for i, c := range m.Cards {
		w.line("", fmt.Sprintf("╭ %d/%d", i+1, len(m.Cards)))
		w.card(c)
		w.line("", "╰")
	}
	if len(m.Cards) == 0 {
		w.card(Card{m.Title, m.Text, m.Image, m.Choices})
	}
}

func (w *renderer) card(c Card) {
	if c.Image != "" {
		w.line("│ ", "〔画像〕"+c.Image)
	}
	if c.Title != "" {
		w.lines("│ ", "◆ "+strings.ReplaceAll(c.Title, "\n", "\n  "))
	}
	w.lines("│ ", c.Text)
	widest := 0
	for _, b := range c.Choices {
		widest = max(widest, uniseg.StringWidth(b.Label))
	}
	for _, b := range c.Choices {
		label := w.number() + b.Label
		if t := b.target(); t != "" {
			label += strings.Repeat(" ", widest-uniseg.StringWidth(b.Label)+1) + t
		}
		w.line("│ ", label)
	}
}

func (w *renderer) number() string {
	w.n++
	return fmt.Sprintf("%*s ", w.digits+2, fmt.Sprintf("[%d]", w.n))
}

// quick sets quick replies in rows.
func (w *renderer) quick(list []Choice) {
	row := ""
	for _, c := range list {
		w.n++
		item := fmt.Sprintf("[%d] %s", w.n, c.Label)
		if t := c.target(); t != "" {
			item += " " + t
		}
		if row != "" && uniseg.StringWidth(renderMargin+row+"  "+item) > quickWidth {
			w.line("", row)
			row = ""
		}
		if row != "" {
			row += "  "
		}
		row += item
	}
	w.line("", row)
}

// target says where a choice leads, if that is not an answer to the bot.
func (c Choice) target() string {
	switch c.Action {
	case "uri":
		if tel, ok := strings.CutPrefix(c.URI, "tel:"); ok {
			return "☎ " + strings.NewReplacer("%23", "#", "%2A", "*", "%2a", "*").Replace(tel)
		}
		if c.URI == c.Label {
			return ""
		}
		return c.URI
	case "datetimepicker":
		if c.Min+c.Max == "" {
			return "(" + c.Mode + ")"
		}
		return "(" + c.Min + "〜" + c.Max + ")"
	case "clipboard":
		return "⧉ " + strings.ReplaceAll(c.Text, "\n", " ")
	}
	return ""
}
