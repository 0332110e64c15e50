package linetest

import (
	"encoding/json"
	"strings"
)

// Message is a message as a person sees it.
type Message struct {
	Kind    string   // text, sticker, image, location, buttons, confirm, carousel, image_carousel, flex
	Sender  string   // the name that it shows instead of the account's, mostly ""
	Title   string   // of a buttons template or a location; the header of a Flex bubble
	Text    string   // what a person reads
	AltText string   // what a notification reads
	Image   string   // the URL of its image
	Choices []Choice // its own buttons, in reading order
	Cards   []Card   // of a carousel
	Quick   []Choice // its quick replies, which LINE shows under the newest message only
	Raw     json.RawMessage
}

// Card is a column of a carousel, or a bubble of a Flex carousel.
type Card struct {
	Title, Text, Image string
	Choices            []Choice
}

// Choice is something to tap.
type Choice struct {
	Label       string // what is written on it; without a label what the action would show
	Action      string // postback, message, uri, datetimepicker, clipboard, camera, cameraRoll, location
	Data        string // postback, datetimepicker
	Text        string // message: what it says for the patient; clipboard: what it copies
	URI         string
	DisplayText string // postback: what the chat shows for the patient
	Mode        string // datetimepicker: date, time, datetime
	Min, Max    string
	Initial     string
	Quick       bool // a quick reply
}

// parseMessages reads messages that checkMessages has let pass; what is broken stays empty.
func parseMessages(raw []json.RawMessage) []Message {
	var out []Message
	for _, r := range raw {
		var v map[string]any
		json.Unmarshal(r, &v)
		out = append(out, parseMessage(v, r))
	}
	return out
}

// obj is a JSON object whose properties may be missing or of any type.
type obj map[string]any

func (o obj) str(k string) string { s, _ := o[k].(string); return s }
func (o obj) obj(k string) obj    { m, _ := o[k].(map[string]any); return m }

func (o obj) list(k string) []obj {
	l, _ := o[k].([]any)
	var out []obj
	for _, e := range l {
		m, _ := e.(map[string]any)
		out = append(out, m)
	}
	return out
}

func parseMessage(o obj, raw json.RawMessage) Message {
	m := Message{Kind: o.str("type"), AltText: o.str("altText"), Sender: o.obj("sender").str("name"), Raw: raw}
	switch m.Kind {
	case "text":
		m.Text = o.str("text")
	case "image":
		m.Image = o.str("originalContentUrl")
	case "sticker":
		m.Text = "(" + o.str("packageId") + "/" + o.str("stickerId") + ")"
	case "location":
		m.Title, m.Text = o.str("title"), o.str("address")
	case "template":
		m.template(o.obj("template"))
	case "flex":
		m.flex(o.obj("contents"))
	}
	for _, item := range o.obj("quickReply").list("items") {
		c := parseChoice(item.obj("action"))
		c.Quick = true
		m.Quick = append(m.Quick, c)
	}
	return m
}

func (m *Message) template(t obj) {
	m.Kind = t.str("type")
	card := parseCard(t)
	m.Title, m.Text, m.Image, m.Choices = card.Title, card.Text, card.Image, card.Choices
	for _, col := range t.list("columns") {
		m.Cards = append(m.Cards, parseCard(col))
	}
}

// parseCard reads a buttons or confirm template, or a column of a carousel.
func parseCard(o obj) Card {
	c := Card{Title: o.str("title"), Text: o.str("text"), Image: o.str("thumbnailImageUrl") + o.str("imageUrl")}
	for _, k := range []string{"defaultAction", "action"} {
		if a := o.obj(k); a != nil {
			c.Choices = append(c.Choices, parseChoice(a))
		}
	}
	for _, a := range o.list("actions") {
		c.Choices = append(c.Choices, parseChoice(a))
	}
	return c
}

func parseChoice(a obj) Choice {
	c := Choice{Label: a.str("label"), Action: a.str("type"), Data: a.str("data"), Text: a.str("text") + a.str("clipboardText"),
		URI: a.str("uri"), DisplayText: a.str("displayText"), Mode: a.str("mode"),
		Min: a.str("min"), Max: a.str("max"), Initial: a.str("initial")}
	for _, s := range []string{c.DisplayText, c.Text, c.URI, c.Data} {
		if c.Label == "" {
			c.Label = strings.ReplaceAll(s, "\n", " ")
		}
	}
	return c
}

func (m *Message) flex(o obj) {
	if o.str("type") == "carousel" {
		for _, b := range o.list("contents") {
			m.Cards = append(m.Cards, flexCard(b))
		}
		return
	}
	c := flexCard(o)
	m.Title, m.Text, m.Image, m.Choices = c.Title, c.Text, c.Image, c.Choices
}

// flexCard reads a bubble from top to bottom.
func flexCard(b obj) Card {
	var c Card
	c.Title = strings.Join(c.lines(b.obj("header")), "\n")
	if a := b.obj("action"); a != nil {
		c.Choices = append(c.Choices, parseChoice(a))
	}
	var all []string
	for _, block := range []string{"hero", "body", "footer"} {
		all = append(all, c.lines(b.obj(block))...)
	}
	c.Text = strings.Join(all, "\n")
	return c
}

// lines returns what a component shows as text, and collects what can be tapped and the
// first image.
func (c *Card) lines(o obj) []string {
	var out []string
	switch o.str("type") {
	case "button":
		c.Choices = append(c.Choices, parseChoice(o.obj("action")))
		return nil
	case "image":
		if c.Image == "" {
			c.Image = o.str("url")
		}
		if o.obj("action").str("uri") == o.str("url") { // only shows it larger
			return nil
		}
	case "text":
		var spans strings.Builder
		for _, s := range o.list("contents") {
			spans.WriteString(s.str("text"))
		}
		if out = []string{spans.String()}; spans.Len() == 0 {
			out[0] = o.str("text")
		}
	case "box":
		at := len(c.Choices)
		if o.obj("action") != nil { // before what is in the box, labelled below
			c.Choices = append(c.Choices, Choice{})
		}
		for _, e := range o.list("contents") {
			out = append(out, c.lines(e)...)
		}
		if o.str("layout") != "vertical" && len(out) > 0 {
			out = []string{strings.Join(out, " ")}
		}
		if a := o.obj("action"); a != nil {
			c.Choices[at] = labelled(a, out)
		}
		return out
	}
	if a := o.obj("action"); a != nil {
		c.Choices = append(c.Choices, labelled(a, out))
	}
	return out
}

// labelled reads the action of something that is not a button: what is tapped is its text.
func labelled(a obj, lines []string) Choice {
	c := parseChoice(a)
	if a.str("label") == "" && len(lines) > 0 {
		c.Label = strings.Join(lines, " ")
	}
	return c
}

// choices returns all that can be tapped in a reply, in the order in which Render numbers it.
func choices(messages []Message) []Choice {
	var out []Choice
	for i, m := range messages {
		for _, c := range m.Cards {
			out = append(out, c.Choices...)
		}
		out = append(out, m.Choices...)
		if i == len(messages)-1 {
			out = append(out, m.Quick...)
		}
	}
	return out
}
