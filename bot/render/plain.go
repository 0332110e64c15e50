package render

import "encoding/json"

// PlainText reduces rendered messages to their words: plain texts without buttons. It is for
// when LINE has refused them as they were.
func PlainText(messages []byte) []byte {
	var in []struct{ Text, AltText string }
	if json.Unmarshal(messages, &in) != nil {
		return []byte("[]")
	}
	var out []Message
	for _, m := range in {
		if m.Text == "" {
			m.Text = m.AltText
		}
		if m.Text != "" {
			out = append(out, Message{Text: m.Text})
		}
	}
	return JSON(nil, Fit(out))
}
