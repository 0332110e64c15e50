package engine_test

import (
	"reflect"
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
)

// TestForesee: what is foreseen of a patient is what Step then does with him.
func TestForesee(t *testing.T) {
	t.Parallel()
	at := func(step string) flow.Ref { return flow.Ref{Flow: "contact", Step: step} }
	agreed := []string{"> 連絡", "> 同意する", "> 予約"}
	and := func(lines ...string) []string { return slices.Concat(agreed, lines) }
	for name, tt := range map[string]struct {
		talk []string
		wait time.Duration
		want engine.Prospect
	}{
		"nowhere":           {[]string{"> やめる"}, 0, engine.Prospect{}},
		"nothing changed":   {agreed, 0, engine.Prospect{Waited: true, Form: true, To: at("name")}},
		"nothing given yet": {[]string{"> 連絡"}, 0, engine.Prospect{Waited: true, To: at("consent")}},
		"the step is gone":  {and("edit contact {step: name => {step: full"), 0, engine.Prospect{Waited: true, Form: true, Astray: true, To: at("kind")}},
		"renamed": {and("edit contact {step: name => {step: full", "edit contact \\nsteps:\\n => \\nrenamed: {name: full}\\nsteps:\\n"), 0,
			engine.Prospect{Waited: true, Form: true, To: at("full")}},
		"a day later":           {and("edit contact {step: name => {step: full"), 25 * time.Hour, engine.Prospect{}},
		"an answer is no more":  {and("> 山田花子", "> メール", "edit contact メール => 電子メール"), 0, engine.Prospect{Waited: true, Form: true, Lost: []string{"how"}, To: at("mail")}},
		"agreed to other words": {and("version contact 2"), 0, engine.Prospect{Waited: true, Form: true, Agree: true, To: at("name")}},
		"information":           {[]string{"> つづき", "edit info more => work"}, 0, engine.Prospect{Waited: true, Astray: true, To: flow.Ref{Flow: "info", Step: "start"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{}
			for name, text := range edited {
				files[name+".yaml"] = &fstest.MapFile{Data: []byte(text)}
			}
			c := newConversation(t, small(t, files))
			for _, line := range tt.talk {
				c.do(line)
			}
			c.clock = c.clock.Add(tt.wait)
			got := engine.Foresee(c.program, c.state, c.clock)
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
			if c.do("sticker"); got.Waited && c.state.At != got.To {
				t.Errorf("foreseen at %s, came to %s", got.To, c.state.At)
			}
		})
	}
}
