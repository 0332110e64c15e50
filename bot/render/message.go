// Package render turns what a step says into LINE messages, within every limit. It knows
// neither the LINE SDK nor HTTP, nor where the values come from.
package render

import (
	"slices"
	"strings"

	"hogushi/bot/flow"
	"hogushi/bot/text"
)

// Limits of LINE (R#text-message, R#buttons, R#confirm, R#items-object, R#template-messages).
const (
	maxMessages = 5
	maxText     = 5000 // UTF-16 units
	maxAlt      = 1500 // UTF-16 units
	maxButtons  = 4
	maxQuick    = 13
	buttonText  = 160 // graphemes
	confirmText = 240
	cardText    = 60 // with a title
	cardBare    = 120
	imageLabel  = 40
)

// Message is one LINE message before it becomes JSON.
type Message struct {
	Text  string // of a picture: what it shows, in words
	Show  Show
	Image *Image // picture
	Items []Item // buttons, confirm
	Cards []Card
	Quick []Item
}

// Show is the form of a Message.
type Show int

const (
	Plain Show = iota
	Buttons
	Confirm
	Carousel
	Picture
)

// Image is where a picture is had from, and its size in pixels.
type Image struct {
	Address       string
	Width, Height int
}

// Card is one column of a carousel.
type Card struct {
	Title, Text string
	Items       []Item
}

// Item is a choice as offered in one visit of one step.
type Item struct {
	*flow.Choice
	From  flow.Ref
	Visit int
	Range *Range // for MovePoint
}

// Range bounds LINE's picker; values are in the form that its mode wants.
type Range struct{ Mode, Initial, Min, Max string }

// Values gives what a template names.
type Values func(name string) string

// Say appends everything that a step shows and says, choices included.
func Say(dst []Message, p *flow.Program, s *flow.Step, visit int, value Values, r *Range) []Message {
	s = p.Spoken(s)
	if shown := s.Picture(); shown != nil && p.Base != "" {
		dst = append(dst, Message{Show: Picture, Text: shown.Alt, Image: &Image{shown.Address(p.Base), shown.Width, shown.Height}})
	}
	texts := make([]string, 0, maxMessages)
	for _, t := range s.Say {
		texts = append(texts, Fill(t, value))
	}
	return offer(dst, p, s, texts, visit, value, r)
}

// Question appends the end of what a step says, its last text and its choices; outside a
// form the prompt will do.
func Question(dst []Message, p *flow.Program, s *flow.Step, visit int, value Values, r *Range) []Message {
	s = p.Spoken(s)
	var texts []string
	switch n := len(s.Say); {
	case s.Again != nil:
		texts = []string{Fill(*s.Again, value)}
	case n > 0 && (s.Prompt == nil || s.Flow.Form && len(s.Handoff) == 0):
		texts = []string{Fill(s.Say[n-1], value)}
	}
	return offer(dst, p, s, texts, visit, value, r)
}

func offer(dst []Message, p *flow.Program, s *flow.Step, texts []string, visit int, value Values, r *Range) []Message {
	start := len(dst)
	texts = slices.DeleteFunc(texts, blank)
	quick := items(s, s.Quick, visit, r)
	show, limit := form(s)
	prompt := ""
	if s.Prompt != nil {
		prompt = Fill(*s.Prompt, value)
	}
	var card *Message
	switch n := len(texts); {
	case show == Plain:
		quick = append(items(s, s.Choices, visit, r), quick...)
		if !blank(prompt) {
			texts = append(texts, prompt)
		}
	case !blank(prompt):
		card = &Message{Show: show, Items: items(s, s.Choices, visit, r), Text: text.CutGraphemes(prompt, limit)}
	case n > 0 && text.Within(texts[n-1], limit):
		card = &Message{Show: show, Items: items(s, s.Choices, visit, r), Text: texts[n-1]}
		texts = texts[:n-1]
	default:
		card = &Message{Show: show, Items: items(s, s.Choices, visit, r), Text: p.Words.Prompt}
	}
	for _, t := range texts {
		dst = append(dst, Message{Text: text.CutUTF16(t, maxText)})
	}
	if card != nil {
		dst = append(dst, *card)
	}
	if len(s.Cards) > 0 {
		dst = append(dst, carousel(p, s, visit, value))
	}
	if s.Waits() && len(dst) == start && (start == 0 || len(quick) == 0) { // every line of it had an empty value
		dst = append(dst, Message{Text: p.Words.Prompt})
	}
	if len(quick) > 0 {
		last := &dst[len(dst)-1]
		last.Quick = slices.Concat(last.Quick, quick)
	}
	return dst
}

// Suggest appends what a pattern says, with buttons that lead to steps: at most as many as
// LINE takes. They are good whenever they are tapped.
func Suggest(dst []Message, p *flow.Program, s *flow.Step, near []*flow.Step, visit int, value Values) []Message {
	start := len(dst)
	dst = Say(dst, p, s, visit, value, nil)
	if len(dst) == start { // every line of it had an empty value
		dst = append(dst, Message{Text: p.Words.Prompt})
	}
	last := &dst[len(dst)-1]
	if last.Show != Plain || !text.Within(last.Text, buttonText) {
		dst = append(dst, Message{Text: p.Words.Prompt, Quick: last.Quick})
		dst[len(dst)-2].Quick, last = nil, &dst[len(dst)-1]
	}
	last.Show, last.Items = Buttons, doors(p, near[:min(len(near), maxButtons)], visit)
	return dst
}

// Beside puts doors to other steps in front of the quick replies of an answer, as far as there is room, but for those
// that it offers itself.
func Beside(messages []Message, p *flow.Program, s *flow.Step, near []*flow.Step, visit int) []Message {
	near = slices.DeleteFunc(slices.Clone(near), func(n *flow.Step) bool {
		for c := range s.Offers {
			if c.Go == n {
				return true
			}
		}
		return n == s
	})
	last := &messages[len(messages)-1]
	room := max(0, maxQuick-len(last.Quick))
	last.Quick = slices.Concat(doors(p, near[:min(len(near), room)], visit), last.Quick)
	return messages
}

// doors are items that lead to steps from wherever.
func doors(p *flow.Program, steps []*flow.Step, visit int) []Item {
	var out []Item
	for _, s := range steps {
		out = append(out, Item{Choice: p.Spoken(s).To(), From: s.Ref, Visit: visit})
	}
	return out
}

// form is how the choices of a step look, and how long a text may stand with them. Plain
// stands for quick replies.
func form(s *flow.Step) (show Show, limit int) {
	switch n := len(s.Choices); {
	case n == 0:
		return Plain, 0
	case s.Show == flow.ShowConfirm:
		return Confirm, confirmText
	case s.Show == flow.ShowButtons, s.Show == flow.ShowAuto && n <= maxButtons:
		return Buttons, buttonText
	}
	return Plain, 0
}

func carousel(p *flow.Program, s *flow.Step, visit int, value Values) Message {
	m := Message{Show: Carousel, Cards: make([]Card, 0, len(s.Cards))}
	all := make([]Item, 0, len(s.Cards)*3) // of every card, each a part of it
	for _, c := range s.Cards {
		limit := cardBare
		if c.Title != "" {
			limit = cardText
		}
		t := Fill(c.Text, value)
		if blank(t) {
			t = p.Words.Prompt
		}
		first := len(all)
		for i := range c.Choices {
			all = append(all, Item{Choice: &c.Choices[i], From: s.Ref, Visit: visit})
		}
		m.Cards = append(m.Cards, Card{c.Title, text.CutGraphemes(t, limit), all[first:len(all):len(all)]})
	}
	return m
}

func items(s *flow.Step, choices []flow.Choice, visit int, r *Range) []Item {
	if len(choices) == 0 {
		return nil
	}
	out := make([]Item, len(choices))
	for i := range choices {
		out[i] = Item{Choice: &choices[i], From: s.Ref, Visit: visit}
		if choices[i].Move == flow.MovePoint {
			out[i].Range = r
		}
	}
	return out
}

// blank says that LINE would refuse the text.
func blank(s string) bool { return strings.TrimSpace(s) == "" }

// Fill puts values into a template. A line goes when one of its optional values is empty.
func Fill(t flow.Template, value Values) string {
	if s, ok := t.Static(); ok {
		return s
	}
	var gone []int // lines without one of their optional values
	for _, seg := range t {
		if seg.Optional && value(seg.Value) == "" {
			gone = append(gone, seg.Line)
		}
	}
	var b strings.Builder
	for _, seg := range t {
		if seg.Line > 0 && slices.Contains(gone, seg.Line) {
			continue
		}
		b.WriteString(seg.Text)
		if seg.Value != "" {
			b.WriteString(value(seg.Value))
		}
	}
	if len(gone) > 0 {
		return strings.Trim(b.String(), "\n")
	}
	return b.String()
}

// Fit brings a reply within LINE's limits of number: plain texts side by side are joined
// until five messages are left, and the quick replies of all stand on the last one, the
// only place where LINE shows them. Of too many, the last stay: those of the question.
func Fit(messages []Message) []Message {
	if fits(messages) {
		return messages
	}
	var quick []Item
	for i := range messages {
		for _, q := range messages[i].Quick {
			if !slices.ContainsFunc(quick, q.same) {
				quick = append(quick, q)
			}
		}
	}
	fit := make([]Message, 0, len(messages))
	for _, m := range messages {
		if m.Show == Plain && blank(m.Text) {
			continue
		}
		m.Quick = nil
		if m.Show == Plain {
			m.Text = text.CutUTF16(m.Text, maxText)
		}
		fit = append(fit, m)
	}
	for len(fit) > maxMessages {
		if at := slices.IndexFunc(fit, func(m Message) bool { return m.Show == Picture }); at >= 0 { // what it shows is said, too
			fit = slices.Delete(fit, at, at+1)
			continue
		}
		at := joinable(fit)
		if at < 0 {
			fit = fit[len(fit)-maxMessages:] // the newest, which carry the question
			break
		}
		fit[at].Text = text.CutUTF16(fit[at].Text+"\n\n"+fit[at+1].Text, maxText)
		fit = slices.Delete(fit, at+1, at+2)
	}
	if n := len(fit); n > 0 {
		fit[n-1].Quick = quick[max(0, len(quick)-maxQuick):]
	}
	return fit
}

// fits says whether nothing is to be done, as mostly.
func fits(messages []Message) bool {
	for i, m := range messages {
		if len(m.Quick) > 0 && (i < len(messages)-1 || len(m.Quick) > maxQuick) || m.Show == Plain && (blank(m.Text) || len(m.Text) > maxText) {
			return false
		}
	}
	return len(messages) <= maxMessages
}

// joinable is the first plain text that another one follows with which it fits into one
// message; if there is none, the first that another follows; -1 if there is none either.
func joinable(messages []Message) int {
	at := -1
	for i := 0; i+1 < len(messages); i++ {
		if messages[i].Show != Plain || messages[i+1].Show != Plain {
			continue
		}
		if text.UTF16(messages[i].Text)+2+text.UTF16(messages[i+1].Text) <= maxText {
			return i
		}
		if at < 0 {
			at = i
		}
	}
	return at
}

// same says that tapping either does one thing: two steps may each offer the menu.
func (i Item) same(o Item) bool {
	return i.Key == o.Key && i.Go == o.Go && i.Link == o.Link && (i.From == o.From || i.Door || i.Link != "")
}
