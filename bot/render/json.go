package render

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// JSON appends the messages as a JSON array of LINE message objects.
func JSON(b []byte, messages []Message) []byte {
	b = append(b, '[')
	for i := range messages {
		if i > 0 {
			b = append(b, ',')
		}
		b = messages[i].json(b)
	}
	return append(b, ']')
}

func (m *Message) json(b []byte) []byte {
	switch m.Show {
	case Plain:
		b = str(append(b, `{"type":"text","text":`...), m.Text)
	case Buttons, Confirm:
		kind := `"buttons"`
		if m.Show == Confirm {
			kind = `"confirm"`
		}
		b = str(append(b, `{"type":"template","altText":`...), text.CutUTF16(m.Text, maxAlt))
		b = append(append(b, `,"template":{"type":`...), kind...)
		b = str(append(b, `,"text":`...), m.Text)
		b = append(actions(append(b, `,"actions":`...), m.Items), '}')
	case Picture:
		b = str(append(b, `{"type":"flex","altText":`...), text.CutUTF16(m.Text, maxAlt))
		b = str(append(b, `,"contents":{"type":"bubble","size":"giga","hero":{"type":"image","size":"full","aspectMode":"fit","aspectRatio":`...), fmt.Sprintf("%d:%d", m.Image.Width, m.Image.Height))
		b = str(append(b, `,"url":`...), m.Image.Address)
		b = str(append(b, `,"action":{"type":"uri","uri":`...), m.Image.Address)
		b = str(append(b, `,"label":`...), text.CutGraphemes(m.Text, imageLabel))
		b = append(b, `}}}`...)
	case Carousel:
		b = str(append(b, `{"type":"template","altText":`...), m.alt())
		b = append(b, `,"template":{"type":"carousel","columns":[`...)
		for i := range m.Cards {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(b, '{')
			if c := &m.Cards[i]; c.Title != "" {
				b = append(str(append(b, `"title":`...), c.Title), ',')
			}
			b = str(append(b, `"text":`...), m.Cards[i].Text)
			b = append(actions(append(b, `,"actions":`...), m.Cards[i].Items), '}')
		}
		b = append(b, `]}`...)
	}
	if len(m.Quick) > 0 {
		b = append(b, `,"quickReply":{"items":[`...)
		for i, q := range m.Quick {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(action(append(b, `{"type":"action","action":`...), q), '}')
		}
		b = append(b, `]}`...)
	}
	return append(b, '}')
}

// alt is what a carousel reads like where it can't be shown.
func (m *Message) alt() string {
	var parts []string
	for _, c := range m.Cards {
		if c.Title != "" {
			parts = append(parts, c.Title)
		} else {
			parts = append(parts, c.Text)
		}
	}
	return text.CutUTF16(strings.Join(parts, "、"), maxAlt)
}

func actions(b []byte, items []Item) []byte {
	b = append(b, '[')
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		b = action(b, item)
	}
	return append(b, ']')
}

func action(b []byte, i Item) []byte {
	switch {
	case i.Link != "":
		b = str(append(b, `{"type":"uri","label":`...), i.Label)
		b = str(append(b, `,"uri":`...), i.Link)
	case i.Range != nil:
		b = str(append(b, `{"type":"datetimepicker","label":`...), i.Label)
		b = str(append(b, `,"data":`...), i.Tap().Data())
		b = str(append(b, `,"mode":`...), i.Range.Mode)
		for _, f := range [][2]string{{`,"initial":`, i.Range.Initial}, {`,"min":`, i.Range.Min}, {`,"max":`, i.Range.Max}} {
			if f[1] != "" {
				b = str(append(b, f[0]...), f[1])
			}
		}
	default:
		b = str(append(b, `{"type":"postback","label":`...), i.Label)
		b = i.Tap().append(append(b, `,"data":"`...))
		b = str(append(b, `","displayText":`...), i.Label)
	}
	return append(b, '}')
}

// Tap names the choice that a postback stands for: what was offered, where, in which visit.
type Tap struct {
	From  flow.Ref
	Key   string
	Visit int
}

// Tap is what the item sends when it is tapped.
func (i Item) Tap() Tap { return Tap{i.From, i.Key, i.Visit} }

// Data is the tap as postback data: c/FLOW/STEP/KEY/VISIT. All parts are plain ASCII and
// far below LINE's 300 units.
func (t Tap) Data() string { return string(t.append(nil)) }

func (t Tap) append(b []byte) []byte {
	b = append(append(b, "c/"...), t.From.Flow...)
	b = append(append(b, '/'), t.From.Step...)
	b = append(append(b, '/'), t.Key...)
	return strconv.AppendInt(append(b, '/'), int64(t.Visit), 10)
}

// ParseTap reads postback data; ok is false for anything that Data doesn't make.
func ParseTap(data string) (t Tap, ok bool) {
	rest, ok := strings.CutPrefix(data, "c/")
	if !ok || len(data) > 300 || strings.Count(rest, "/") != 3 {
		return Tap{}, false
	}
	parts := strings.SplitN(rest, "/", 4)
	visit, err := strconv.Atoi(parts[3])
	t = Tap{flow.Ref{Flow: parts[0], Step: parts[1]}, parts[2], visit}
	if err != nil || t.Data() != data { // +1, 007
		return Tap{}, false
	}
	return t, true
}

const hex = "0123456789abcdef"

// str appends a JSON string, as encoding/json writes it without HTML escapes.
func str(b []byte, s string) []byte {
	b = append(b, '"')
	start := 0 // of what is not yet appended
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			b = append(b, s[start:i]...)
			switch c {
			case '"', '\\':
				b = append(b, '\\', c)
			case '\n':
				b = append(b, `\n`...)
			case '\r':
				b = append(b, `\r`...)
			case '\t':
				b = append(b, `\t`...)
			case '\b':
				b = append(b, `\b`...)
			case '\f':
				b = append(b, `\f`...)
			default:
				b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b = append(append(b, s[start:i]...), `\ufffd`...)
			start = i + n
		case r == '\u2028' || r == '\u2029':
			b = append(append(b, s[start:i]...), `\u202`...)
			b = append(b, hex[r&15])
			start = i + n
		}
		i += n
	}
	return append(append(b, s[start:]...), '"')
}
