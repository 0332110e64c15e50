package flowtest

import (
	"fmt"
	"strings"

	"hogushi/bot/render"
)

// maxStory bounds what is told of a conversation, in bytes: its end says most.
const maxStory = 8 << 10

// story is a conversation so far, for those who read why it failed.
type story struct{ b strings.Builder }

func (s *story) did(format string, args ...any) { fmt.Fprintf(&s.b, "> "+format+"\n", args...) }

func (s *story) said(reply []render.Message) {
	for i, m := range reply {
		if i > 0 {
			s.b.WriteByte('\n')
		}
		for _, c := range m.Cards {
			s.lines(c.Title)
			s.lines(c.Text)
			s.offers(c.Items)
		}
		if m.Show == render.Picture {
			s.lines("〔画像〕" + m.Text)
			continue
		}
		s.lines(m.Text)
		s.offers(m.Items)
		s.offers(m.Quick)
	}
}

func (s *story) lines(text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		fmt.Fprintf(&s.b, "  │ %s\n", line)
	}
}

func (s *story) offers(items []render.Item) {
	if len(items) == 0 {
		return
	}
	s.b.WriteString("  │")
	for _, i := range items {
		fmt.Fprintf(&s.b, " [%s]", i.Label)
	}
	s.b.WriteByte('\n')
}

// String is the conversation, or its last lines.
func (s *story) String() string {
	all := s.b.String()
	if len(all) <= maxStory {
		return all
	}
	all = all[len(all)-maxStory:]
	return "…\n" + all[strings.IndexByte(all, '\n')+1:]
}

// words are all texts of a reply, without those on buttons.
func words(reply []render.Message) string {
	var parts []string
	for _, m := range reply {
		for _, c := range m.Cards {
			parts = append(parts, c.Title, c.Text)
		}
		parts = append(parts, m.Text)
	}
	return strings.Join(parts, "\n")
}
