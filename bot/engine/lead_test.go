package engine_test

import (
	"testing"
	"testing/fstest"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/understand"
)

// TestLeadID: a request's id and number come from the patient and the event alone, so that
// the same event, sent again later or to another replica, makes the same request.
func TestLeadID(t *testing.T) {
	t.Parallel()
	c := newConversation(t, sources(t, form(t, fstest.MapFS{})))
	for _, line := range []string{"follow", "> 連絡を希望する", "> 同意する", "> 山田花子", "> 090-1234-5678", "> いつでも"} {
		c.do(line)
	}
	lead := func(session, event string, later time.Duration) engine.Lead {
		t.Helper()
		at := c.clock.Add(4 * time.Second)
		_, effects := engine.Step(c.program, c.state, engine.Event{ID: event, Session: session, MessageID: "m", Kind: engine.TextReceived,
			At: at, Received: at.Add(later), Text: "この内容で送る", Finding: understand.Guard("この内容で送る")})
		for _, e := range effects {
			if s, ok := e.(engine.SubmitLead); ok {
				return s.Lead
			}
		}
		t.Fatal("got no lead")
		return engine.Lead{}
	}
	first := lead("s", "e", 0)
	if again := lead("s", "e", time.Hour); again.ID != first.ID || again.Receipt != first.Receipt {
		t.Errorf("an hour later got %s %s, want %s %s", again.ID, again.Receipt, first.ID, first.Receipt)
	}
	if other := lead("s", "e2", 0); other.ID == first.ID {
		t.Error("another event made the same id")
	}
	if other := lead("s2", "e", 0); other.ID == first.ID {
		t.Error("another patient's event made the same id")
	}
}
