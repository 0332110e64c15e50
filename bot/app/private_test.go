package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

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

// TestNothingLeaks: a whole contact request, with all that can go wrong on the way to the
// patient and to three sinks, then its correction and its erasure, leaves nothing that the
// patient wrote, nor LINE's id of him, in logs, metrics or the store's files.
func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // says back what it is told
		w.WriteHeader(http.StatusInternalServerError)
		io.Copy(w, r.Body)
	}))
	t.Cleanup(hook.Close)
	group := "C0123456789abcdef0123456789abcdef"
	for name, env := range map[string]config.Environment{
		"sqlite": {DataDir: dir},
		"redis":  {RedisURL: storetest.Redis(t, "--appendonly", "yes", "--dir", dir, "--appenddirname", "aof").URL},
	} {
		t.Run(name, func(t *testing.T) {
			env.LineTo = []string{group}
			env.WebhookURL, env.WebhookSecret = hook.URL, "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
			env.SMTPURL, env.MailFrom, env.MailTo = "smtp://"+mailServer(t, &arrivals{at: map[string]map[string]time.Time{}}), "bot@clinic.example", []string{"staff@clinic.example"}
			r := newRig(t, env, shipped).start()
			r.platform.Group(group, 3)
			r.platform.Fault(linetest.Fault{Endpoint: "push", Status: 500})
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
			r.log.wait(t, `"sink":"webhook","try":1`)
			r.log.wait(t, `"sink":"line","try":1`)
			for _, words := range []string{"連絡を希望する", "内容を直す", "ひとこと", markText, "この内容で送る"} {
				r.answered(user, text(words), 200)
			}
			r.platform.Post([]byte(`{"events":[{"message":"`+markText+`"}]}`), "wrong")
			body := []byte(`{"destination":"x","events":[{"type":"message","` + markText + `":1}, 7, {"type":"` + markText + `"}]}`)
			r.platform.Post(body, r.platform.Sign(body))
			body = []byte(`{"events": ` + markText)
			r.platform.Post(body, r.platform.Sign(body))
			if name == "redis" {
				opt, err := redis.ParseURL(env.RedisURL)
				if err != nil {
					t.Fatal(err)
				}
				db := redis.NewClient(opt)
				defer db.Close()
				if err := db.Save(t.Context()).Err(); err != nil { // dump.rdb, with all that there is now
					t.Fatal(err)
				}
			}
			r.answered(user, text("データ削除"), 200)
			says(t, r.answered(user, text("すべて消す"), 200), "消しました")
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
				for _, mark := range append([]string{markName, "鶴見沢", markNote, "糠星峠", markPhone, strings.ReplaceAll(markPhone, "-", ""), markText, "七七", user.ID(), secret, token}, tokens...) {
					if strings.Contains(words, mark) {
						t.Errorf("%s holds %q", where, mark)
					}
				}
			}
		})
	}
}
