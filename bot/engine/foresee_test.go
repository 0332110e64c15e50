package engine_test

import (
	"reflect"
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
	for name, tt := range map[string]struct {
		talk []string
		wait time.Duration
		want engine.Prospect
	}{
		"nowhere":               {[]string{"> やめる"}, 0, engine.Prospect{}},
		"nothing changed":       {[]string{"> 連絡を希望する", "> 同意する"}, 0, engine.Prospect{Waited: true, Form: true, To: at("name")}},
		"nothing given yet":     {[]string{"> 連絡を希望する"}, 0, engine.Prospect{Waited: true, To: at("start")}},
		"the step is gone":      {[]string{"> 連絡を希望する", "> 同意する", "> 山田花子", "edit contact step: phone => step: tel"}, 0, engine.Prospect{Waited: true, Form: true, Astray: true, To: at("tel")}},
		"renamed":               {[]string{"> 連絡を希望する", "> 同意する", "> 山田花子", "edit contact step: phone => step: tel", "edit contact \\nsteps:\\n => \\nrenamed: {phone: tel}\\nsteps:\\n"}, 0, engine.Prospect{Waited: true, Form: true, To: at("tel")}},
		"a day later":           {[]string{"> 連絡を希望する", "> 同意する", "> 山田花子", "edit contact step: phone => step: tel"}, 25 * time.Hour, engine.Prospect{}},
		"an answer is no more":  {[]string{"> 連絡を希望する", "> 同意する", "> 山田花子", "> 090-1234-5678", "> いつでも", "edit contact いつでも => どちらでもよい"}, 0, engine.Prospect{Waited: true, Form: true, Lost: []string{"when"}, To: at("summary")}},
		"agreed to other words": {[]string{"> 連絡を希望する", "> 同意する", "version contact 2027-01-01"}, 0, engine.Prospect{Waited: true, Form: true, Agree: true, To: at("name")}},
		"information":           {[]string{"> ありがとう", "without menu/thanks"}, 0, engine.Prospect{Waited: true, To: flow.Ref{Flow: "menu", Step: "start"}, Astray: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newConversation(t, sources(t, form(t, fstest.MapFS{})))
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
