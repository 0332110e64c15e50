package app_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hogushi/bot/linetest"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

// What a patient writes here, to be looked for everywhere else.
const (
	markName  = "鶴見沢亀代"
	markPhone = "090-9182-7364"
	markNote  = "糠星峠のこと"
	markText  = "ひみつのさくぶん七七"
)

// TestNothingLeaks: a whole contact request, with all that can go wrong on the way, leaves
// nothing that the patient wrote, nor LINE's id of him, in logs, metrics or the store's
// files.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, env := range map[string]config.Environment{
		"sqlite": {DataDir: dir},
		"redis":  {RedisURL: storetest.Redis(t, "--appendonly", "yes", "--dir", dir, "--appenddirname", "aof").URL},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, env, nil).start()
			user := r.platform.NewUser()
			var tokens []string
			send := func(e *linetest.Event) *linetest.Delivery {
				tokens = append(tokens, e.ReplyToken)
				return r.platform.Deliver(e)
			}
			text := func(words string) *linetest.Delivery {
				r.pace()
				return send(user.TextEvent(words))
			}

			r.answered(user, text(markText), 200)
			r.platform.Fault(linetest.Fault{Endpoint: "reply", Status: 500})
			r.answered(user, text(markText+"二"), 200)
			r.answered(user, text("メニュー "+markText), 200)
			r.answered(user, text("息ができない "+markText), 200)
			r.answered(user, send(user.PostbackEvent(markText, nil)), 200)
			tellContact(func(words, want string) {
				t.Helper()
				if want == markName { // the reply repeats what was given, and is refused
					r.platform.Fault(linetest.Fault{Endpoint: "reply", Status: 400, Message: "The request body has 1 error(s)"})
				}
				says(t, r.answered(user, text(words), 200), want)
			})
			r.platform.Post([]byte(`{"events":[{"message":"`+markText+`"}]}`), "wrong")
			body := []byte(`{"destination":"x","events":[{"type":"message","` + markText + `":1}, 7, {"type":"` + markText + `"}]}`)
			r.platform.Post(body, r.platform.Sign(body))
			body = []byte(`{"events": ` + markText)
			r.platform.Post(body, r.platform.Sign(body))
			_, metrics := r.get("/metrics")
			says(t, metrics, "\nhogushi_leads_total 1\n")
			r.stop()
			says(t, r.log.String(), "reply refused") // else the log had nothing to tell

			places := map[string]string{"log": r.log.String(), "metrics": metrics}
			read := 0
			err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				data, err := os.ReadFile(path)
				places[path] = string(data)
				read += len(data)
				return err
			})
			if err != nil || read < 1000 {
				t.Fatalf("read the store's files: %d bytes, %v", read, err)
			}
			for where, words := range places {
				for _, mark := range append([]string{markName, "鶴見沢", markPhone, strings.ReplaceAll(markPhone, "-", ""), markText, "七七", user.ID(), secret, token}, tokens...) {
					if strings.Contains(words, mark) {
						t.Errorf("%s holds %q", where, mark)
					}
				}
			}
		})
	}
}
