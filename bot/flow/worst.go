package flow

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"hogushi/bot/source"
)

// This file knows how long a text can get: LINE's limits hold for the longest values that
// patients can give, not only for the ones that staff think of.

// What the readers of answers let through (package text), in a letter of two units that is
// one character to a reader.
var (
	longestName  = strings.Repeat("𠮷", 40)
	longestPhone = strings.Repeat("0", 24)
	longestMail  = strings.Repeat("a", 254)
	longestDate  = "12月31日(木)"
	longestTime  = "23:59"
	receiptForm  = "1231-000000"
)

// longest is the longest value that a field can have, as patients read it.
func (c *compiler) longest(f *Field) string {
	switch f.Type {
	case Name:
		return longestName
	case Phone:
		return longestPhone
	case Mail:
		return longestMail
	case Date:
		if c.program.Language != "" {
			return time.DateOnly
		}
		return longestDate
	case Time:
		return longestTime
	case YesNo:
		return longer(c.program.Words.Yes, c.program.Words.No)
	case OneOf:
		return slices.MaxFunc(append(f.Options, ""), byLength)
	case SeveralOf:
		comma, _ := c.program.Between()
		return strings.Join(f.Options, comma)
	}
	return strings.Repeat("あ", f.Max)
}

// longestOf is the longest text that a template can show for a name.
func (c *compiler) longestOf(name string) string {
	if f := c.program.Fields[name]; f != nil {
		return c.longest(f)
	}
	if known, ok := c.longestKnown[name]; ok {
		return known
	}
	longest := ""
	switch name {
	case ValueReceipt:
		longest = receiptForm
	case ValueFlow:
		for _, f := range c.program.Flows {
			longest = longer(longest, c.program.Text(f.Title))
		}
	case ValueChosen: // several of a list, or an answer that came in two messages
		for _, f := range c.program.Fields {
			if f.Type == SeveralOf || f.Type == Text || f.Type == Name {
				longest = longer(longest, c.longest(f))
			}
		}
	case ValueEntered: // everything that a form can ask for
		for _, f := range c.program.Flows {
			longest = longer(longest, c.enteredIn(f))
		}
	}
	if c.longestKnown == nil {
		c.longestKnown = map[string]string{}
	}
	c.longestKnown[name] = longest
	return longest
}

// enteredIn is all that can have been entered in a flow, as engine.entered lists it.
func (c *compiler) enteredIn(f *Flow) string {
	comma, colon := c.program.Between()
	var parts []string
	for _, file := range c.files {
		if file.Flow != f {
			continue
		}
		for _, n := range file.asked {
			if field := c.program.Fields[n]; field != nil {
				parts = append(parts, c.program.Text(field.Label)+colon+c.longest(field))
			}
		}
	}
	return strings.Join(parts, comma)
}

// asks notes the fields that the steps of a file ask for.
func (f *file) asks(steps *source.Node) {
	for _, s := range steps.List() {
		if a := s.Get("ask"); a != nil && !slices.Contains(f.asked, a.Value) {
			f.asked = append(f.asked, a.Value)
		}
	}
}

// worst is a template with the longest values, every line of it there.
func (c *compiler) worst(t Template) string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.Text)
		if s.Value != "" {
			b.WriteString(c.longestOf(s.Value))
		}
	}
	return b.String()
}

func longer(a, b string) string {
	if byLength(a, b) < 0 {
		return b
	}
	return a
}

func byLength(a, b string) int { return utf8.RuneCountInString(a) - utf8.RuneCountInString(b) }
