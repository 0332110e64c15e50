package engine_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/understand"
)

// TestOldStates: states as releases before wrote them are read whole, and the conversation
// goes on from each.
func TestOldStates(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob("testdata/states/*.jsonl")
	if err != nil || len(names) == 0 {
		t.Fatalf("no states: %v", err)
	}
	c := newConversation(t, sources(t, form(t, fstest.MapFS{})))
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range strings.Split(strings.TrimSpace(string(data)), "\n") {
			var s engine.State
			if err := json.Unmarshal([]byte(line), &s); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			again, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			var was, is map[string]any
			json.Unmarshal([]byte(line), &was)
			json.Unmarshal(again, &is)
			for key, v := range was {
				if !reflect.DeepEqual(v, is[key]) {
					t.Errorf("%s: %s is lost or changed: %v, was %v", name, key, is[key], v)
				}
			}
			for _, text := range []string{"メニュー", "はい", "山田花子", "連絡を希望する", "やめる", "戻る", "ぷにぷに"} {
				at := time.UnixMilli(s.Newest).Add(time.Minute)
				_, effects := engine.Step(c.program, s, engine.Event{ID: "e", Session: "s", MessageID: "m", Kind: engine.TextReceived,
					At: at, Received: at, Text: text, Finding: understand.Guard(text)})
				said := false
				for _, e := range effects {
					_, ok := e.(engine.Reply)
					said = said || ok
				}
				if !said {
					t.Errorf("%s: %q isn't answered in the state %s", name, text, line)
				}
			}
		}
	}
}
