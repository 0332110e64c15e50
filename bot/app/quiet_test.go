package app

import (
	"testing"

	"hogushi/bot/line"
	"hogushi/bot/linetest"
	"hogushi/config"
)

// TestChatMode: LINE says whether staff chat in the account.
func TestChatMode(t *testing.T) {
	t.Parallel()
	for mode, want := range map[string]bool{"chat": true, "bot": false} {
		platform := linetest.New(linetest.Config{Token: "token", Bot: linetest.BotInfo{ChatMode: mode}})
		defer platform.Close()
		client, err := line.NewClient(line.Config{Token: "token", BaseURL: platform.URL()})
		if err != nil {
			t.Fatal(err)
		}
		q := newQuiet(config.UnknownAuto)
		q.on.Store(!want)
		if err := q.ask(t.Context(), client); err != nil || q.on.Load() != want {
			t.Errorf("%s: got %v, %v, want %v", mode, q.on.Load(), err, want)
		}
		platform.Close()
		if err := q.ask(t.Context(), client); err == nil || q.on.Load() != want {
			t.Errorf("%s: without LINE it doesn't stay as it was", mode)
		}
	}
	if !newQuiet(config.UnknownQuiet).on.Load() || newQuiet(config.UnknownAnswer).on.Load() {
		t.Error("the settings don't decide")
	}
}
