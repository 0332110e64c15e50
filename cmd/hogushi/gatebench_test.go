package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

// BenchmarkGate is hogushi publish with 100 000 sessions on the store, each of which is read
// to see whom an edit would strand.
func BenchmarkGate(b *testing.B) {
	const sessions = 100_000
	for name, place := range map[string]func() map[string]string{
		"Redis":  func() map[string]string { return map[string]string{"REDIS_URL": storetest.Redis(b).URL} },
		"SQLite": func() map[string]string { return map[string]string{"DATA_DIR": b.TempDir()} },
	} {
		b.Run(name, func(b *testing.B) {
			vars := place()
			key, err := seal.New()
			if err != nil {
				b.Fatal(err)
			}
			dir := b.TempDir()
			if err := os.CopyFS(dir, os.DirFS("testdata/flows")); err != nil {
				b.Fatal(err)
			}
			vars["DATA_KEY"], vars["LANG"] = key, "en"
			c, out, errs := told(vars, nil)
			fillSessions(b, config.FromEnvironment(c.Getenv), key, sessions)
			title := 0
			for b.Loop() {
				title++
				menu := filepath.Join(dir, "menu.yaml")
				data, err := os.ReadFile(menu)
				if err != nil {
					b.Fatal(err)
				}
				if err := os.WriteFile(menu, fmt.Appendf(data, "# %d\n", title), 0o600); err != nil { // something to publish
					b.Fatal(err)
				}
				out.Reset()
				if got := c.Main(b.Context(), []string{"publish", dir}); got != exitOK || !strings.Contains(out.String(), fmt.Sprintf("sessions: %d,", sessions)) {
					b.Fatalf("got exit %d: %s%s", got, out, errs)
				}
			}
		})
	}
}

// fillSessions stores n patients who stand at the menu.
func fillSessions(b *testing.B, env config.Environment, key string, n int) {
	st, keys, settings := opened(b, env, key)
	defer st.Close()
	plain, err := json.Marshal(map[string]any{"state": engine.State{At: flow.Ref{Flow: "menu", Step: "start"}, Met: true}, "user": "U0123456789abcdef0123456789abcdef"})
	if err != nil {
		b.Fatal(err)
	}
	plain = append(plain, '\n') // as turn keeps them
	const atOnce = 64
	var all sync.WaitGroup
	for w := range atOnce {
		all.Go(func() {
			for i := w; i < n; i += atOnce {
				user := storetest.User(fmt.Sprint(i))
				c := storetest.Turn(user, nil, "e", nil)
				c.Next.Format = engine.Format
				body, err := keys.Seal(nil, plain, seal.AD{Kind: "session", Channel: settings.Channel, ID: string(user), Version: string(c.Next.Version)})
				if err != nil {
					b.Error(err)
					return
				}
				c.Next.Body = body
				if outcome, _, err := st.Commit(b.Context(), c); err != nil || outcome != store.Stored {
					b.Error(outcome, err)
					return
				}
			}
		})
	}
	all.Wait()
}
