package engine_test

import (
	"testing"
	"testing/fstest"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/understand"
)

// BenchmarkStep is one turn of the engine for each kind of thing that people mostly do. The
// guard has its own benchmark: its finding comes with the event.
func BenchmarkStep(b *testing.B) {
	for name, lines := range map[string][]string{
		"tap":     {"follow", "tap 慢性痛について知る"},
		"label":   {"follow", "> 慢性痛について知る"},
		"number":  {"follow", "> 2"},
		"menu":    {"follow", "> メニュー"},
		"answer":  {"follow", "> 連絡を希望する", "> 同意する", "> 山田花子", "> 090-1234-5678"},
		"unknown": {"follow", "> ぷにぷに"},
	} {
		b.Run(name, func(b *testing.B) {
			c := newConversation(b, sources(b, form(b, fstest.MapFS{})))
			for _, l := range lines[:len(lines)-1] {
				c.do(l)
			}
			last := lines[len(lines)-1]
			ev := engine.Event{ID: "e", Session: "s", MessageID: "m", Kind: engine.TextReceived, At: c.clock.Add(4 * time.Second), Received: c.clock.Add(4 * time.Second)}
			if rest, ok := cut(last, "tap "); ok {
				ev.Kind, ev.Data = engine.Tapped, c.tap(c.replies[len(c.replies)-1], rest)
			} else {
				ev.Text, _ = cut(last, "> ")
				ev.Finding = understand.Guard(ev.Text)
			}
			b.ReportAllocs()
			for b.Loop() {
				engine.Step(c.program, c.state, ev)
			}
		})
	}
}

func cut(s, prefix string) (string, bool) {
	if len(s) > len(prefix) && s[:len(prefix)] == prefix {
		return s[len(prefix):], true
	}
	return s, false
}
