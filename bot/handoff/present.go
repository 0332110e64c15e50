package handoff

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// notice is what a recipient is told of.
type notice struct {
	event Event
	at    time.Time
	lead  engine.Lead // of a lead that has been erased: ID and Receipt only
	full  bool        // the LINE card holds everything
	state bool        // tell how far it has come
	name  string      // on LINE, of someone who is to be answered there
}

// titles are what staff read first.
var titles = map[Event]string{
	Created:   "ご連絡の希望",
	Corrected: "ご連絡の希望（訂正）",
	Withdrawn: "ご連絡の希望（取り下げ）",
	Erased:    "ご連絡の希望（消去）",
	Taken:     "対応中",
	Done:      "対応ずみ",
}

// explain says what is to be done about it.
func (n *notice) explain() string {
	switch n.event {
	case Corrected:
		return "ご本人が内容を直しました。下の内容が新しいものです。"
	case Withdrawn:
		return "ご本人が取り下げました。ご連絡は不要です。"
	case Erased:
		return "ご本人の申し出などにより消去しました。お手元の記録（メール、メモ、このトークなど）も消してください。"
	case Taken:
		return n.lead.By + "さんが対応しています。"
	case Done:
		if n.lead.By == "" {
			return "対応を終えました。"
		}
		return n.lead.By + "さんが対応を終えました。"
	}
	return ""
}

// tokyo is where the clinic is.
var tokyo = func() *time.Location {
	l, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		return time.FixedZone("JST", 9*60*60)
	}
	return l
}()

// row is a line of what staff read.
type row struct{ Label, Value string }

func (n *notice) rows(health bool) []row {
	rows := []row{{"受付番号", n.lead.Receipt}}
	if n.event == Erased {
		return rows
	}
	if n.event != Withdrawn && n.event != Taken && n.event != Done {
		for _, v := range n.lead.Fields {
			if health || !v.Health {
				rows = append(rows, row{v.Label, v.Value})
			}
		}
		if n.name != "" {
			rows = append(rows, row{"LINEの表示名", n.name})
		}
	}
	if n.state {
		said := States[n.lead.State]
		if n.lead.By != "" {
			said += "（" + n.lead.By + "さん " + n.lead.Changed.In(tokyo).Format("1月2日 15:04") + "）"
		}
		rows = append(rows, row{"状態", said})
	}
	return append(rows, row{"受付", n.lead.Created.In(tokyo).Format("2006年1月2日 15:04")})
}

// webhook is the body of the Standard Webhook.
func (n *notice) webhook() ([]byte, error) {
	type consent struct {
		Version string    `json:"version"`
		At      time.Time `json:"at"`
	}
	type source struct {
		Flow string `json:"flow"`
	}
	type data struct {
		ID        string            `json:"id"`
		Receipt   string            `json:"receipt"`
		CreatedAt *time.Time        `json:"createdAt,omitempty"`
		Fields    map[string]string `json:"fields,omitempty"`
		Consent   *consent          `json:"consent,omitempty"`
		Source    *source           `json:"source,omitempty"`
	}
	out := struct {
		Type      Event     `json:"type"`
		Timestamp time.Time `json:"timestamp"`
		Data      data      `json:"data"`
	}{n.event, n.at.In(tokyo).Truncate(time.Millisecond), data{ID: n.lead.ID, Receipt: n.lead.Receipt}}
	if n.event == Created || n.event == Corrected {
		created := n.lead.Created.In(tokyo).Truncate(time.Millisecond)
		out.Data.CreatedAt, out.Data.Source, out.Data.Fields = &created, &source{n.lead.Flow}, map[string]string{}
		for _, v := range n.lead.Fields {
			out.Data.Fields[v.Field] = v.Value
		}
		if n.name != "" {
			out.Data.Fields["line_name"] = n.name
		}
		if c := n.lead.Consent; c != nil {
			out.Data.Consent = &consent{c.Version, time.UnixMilli(c.At).In(tokyo)}
		}
	}
	return encode(out)
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

type object map[string]any

// maxAlt is enough for a notification. LINE: 1500 (R#flex-message).
const maxAlt = 400

// Data of the card's buttons.
const (
	tapTake = "staff/take/"
	tapDone = "staff/done/"
)

// ParseTap reads the data of a tapped button of a card: what has happened to which lead.
func ParseTap(data string) (what Event, lead string, ok bool) {
	if lead, ok := strings.CutPrefix(data, tapTake); ok {
		return Taken, lead, leadForm.MatchString(lead)
	}
	if lead, ok := strings.CutPrefix(data, tapDone); ok {
		return Done, lead, leadForm.MatchString(lead)
	}
	return "", "", false
}

// leadForm is that of the ids that the engine makes.
var leadForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// States are how far a lead has come, for staff.
var States = map[engine.LeadState]string{
	engine.LeadOpen:      "未対応",
	engine.LeadTaken:     "対応中",
	engine.LeadDone:      "対応ずみ",
	engine.LeadWithdrawn: "取り下げ",
	engine.LeadErased:    "消去ずみ",
}

// Card is a lead as a message to a staff's chat.
func (h *Handoff) Card(e Entry) ([]byte, error) {
	n := notice{event: Created, at: e.Created, lead: e.Lead, full: h.Full, state: true}
	return n.card()
}

// card is the LINE message to the staff's chat. LINE: R#flex-message.
func (n *notice) card() ([]byte, error) {
	health := n.full
	body := []object{{"type": "text", "text": titles[n.event], "weight": "bold", "size": "lg", "wrap": true}}
	if say := n.explain(); say != "" {
		body = append(body, object{"type": "text", "text": say, "size": "sm", "wrap": true, "margin": "md"})
	}
	alt := []string{titles[n.event]}
	for _, r := range n.rows(health) {
		body = append(body, object{"type": "box", "layout": "vertical", "margin": "md", "contents": []object{
			{"type": "text", "text": r.Label, "size": "xs", "color": "#666666"},
			{"type": "text", "text": orDash(r.Value), "size": "md", "wrap": true},
		}})
		if len(alt) < 3 {
			alt = append(alt, r.Label+"："+r.Value)
		}
	}
	bubble := object{"type": "bubble", "body": object{"type": "box", "layout": "vertical", "contents": body}}
	if buttons := n.buttons(); len(buttons) > 0 {
		bubble["footer"] = object{"type": "box", "layout": "vertical", "spacing": "sm", "contents": buttons}
	}
	return encode([]object{{"type": "flex", "altText": text.CutUTF16(strings.Join(alt, " "), maxAlt), "contents": bubble}})
}

// orDash is for LINE, which takes no empty text.
func orDash(s string) string {
	if s == "" {
		return "―"
	}
	return s
}

func (n *notice) buttons() []object {
	button := func(style string, action object) object {
		return object{"type": "button", "style": style, "height": "sm", "action": action}
	}
	var list []object
	if n.event != Created && n.event != Corrected {
		return nil
	}
	for _, v := range n.lead.Fields {
		if v.Type == flow.Phone.String() {
			list = append(list, button("primary", object{"type": "uri", "label": "電話する", "uri": "tel:" + dial(v.Value)}))
		}
	}
	for _, b := range [][2]string{{"対応する", tapTake}, {"完了", tapDone}} {
		list = append(list, button("secondary", object{"type": "postback", "label": b[0], "data": b[1] + n.lead.ID, "displayText": b[0] + "（" + n.lead.Receipt + "）"}))
	}
	return list
}

// dial is a number as a link holds it.
func dial(number string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '+' {
			return r
		}
		return -1
	}, number)
}

// letter is the mail. Nothing that a patient wrote stands in its subject.
type letter struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
	HTML    string `json:"html"`
	At      int64  `json:"at"`
}

// note stands under every letter.
const note = "このメールは自動で送っています。返信しても、患者さんには届きません。"

// page is the letter as HTML. Every text goes through html.EscapeString: a template engine
// would keep the linker from leaving anything out, for some megabytes.
func page(title, say string, rows []row) string {
	var b strings.Builder
	b.WriteString(`<!doctype html>
<html lang="ja"><meta charset="utf-8"><body style="font-family:sans-serif;font-size:16px;line-height:1.6">
<h1 style="font-size:20px">` + html.EscapeString(title) + "</h1>\n")
	if say != "" {
		b.WriteString("<p>" + html.EscapeString(say) + "</p>\n")
	}
	b.WriteString(`<table cellpadding="6">` + "\n")
	for _, r := range rows {
		b.WriteString(`<tr><th align="left" valign="top" style="color:#666;font-weight:normal">` + html.EscapeString(r.Label) +
			`</th><td style="white-space:pre-wrap">` + html.EscapeString(r.Value) + "</td></tr>\n")
	}
	b.WriteString("</table>\n" + `<p style="color:#666;font-size:13px">` + note + "</p>\n</body></html>\n")
	return b.String()
}

func (n *notice) letter() ([]byte, error) {
	rows, say := n.rows(true), n.explain()
	var b strings.Builder
	b.WriteString(titles[n.event] + "\n\n")
	if say != "" {
		b.WriteString(say + "\n\n")
	}
	for _, r := range rows {
		b.WriteString(r.Label + "：" + r.Value + "\n")
	}
	b.WriteString("\n" + note + "\n")
	return encode(letter{titles[n.event] + " 受付番号 " + n.lead.Receipt, b.String(), page(titles[n.event], say, rows), n.at.UnixMilli()})
}
