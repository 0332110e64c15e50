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
	"hogushi/bot/flow"
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

// TestOldQuestion: a state of before what was put was kept, of who has agreed to nothing: what
// stands there now is personal, and isn't answered by what he types.
func TestOldQuestion(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	for name, text := range edited {
		files[name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	c := newConversation(t, small(t, files))
	c.state = engine.State{At: flow.Ref{Flow: "contact", Step: "name"}, Visit: 7, Seen: c.clock.UnixMilli(), Met: true}
	if c.do("> 山田花子"); c.state.At.Step != "consent" || len(c.state.Draft) > 0 {
		t.Errorf("got %v at %s, want nothing at the consent", c.state.Draft, c.state.At)
	}
}
