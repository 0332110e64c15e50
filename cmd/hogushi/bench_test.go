package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/engine"
	"hogushi/bot/handoff"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

// BenchmarkLeadsList is the first page of 100 000 contact requests, from the start of the
// command to its last line.
func BenchmarkLeadsList(b *testing.B) {
	for name, place := range map[string]func() map[string]string{
		"Redis":  func() map[string]string { return map[string]string{"REDIS_URL": storetest.Redis(b).URL} },
		"SQLite": func() map[string]string { return map[string]string{"DATA_DIR": b.TempDir()} },
	} {
		b.Run(name, func(b *testing.B) {
			vars := place()
			text, err := seal.New()
			if err != nil {
				b.Fatal(err)
			}
			vars["DATA_KEY"] = text
			c, out, errs := told(vars, nil)
			fill(b, config.FromEnvironment(c.Getenv), text, 100_000)
			for b.Loop() {
				out.Reset()
				if got := c.Main(b.Context(), []string{"leads", "list"}); got != exitOK {
					b.Fatalf("got exit %d: %s", got, errs)
				}
				if n := strings.Count(out.String(), "\n"); n != 100 {
					b.Fatalf("got %d lines, want 100", n)
				}
			}
		})
	}
}

// opened opens the store that a benchmark fills.
func opened(b *testing.B, env config.Environment, key string) (st store.Store, keys *seal.Keys, settings config.Settings) {
	b.Helper()
	keys, err := seal.Parse(key)
	if err != nil {
		b.Fatal(err)
	}
	settings, _ = config.Load(config.Dir("testdata/config"))
	if st, err = app.OpenStore(b.Context(), env, settings, keys); err != nil {
		b.Fatal(err)
	}
	return st, keys, settings
}

// fill stores n contact requests.
func fill(b *testing.B, env config.Environment, key string, n int) {
	st, keys, settings := opened(b, env, key)
	defer st.Close()
	book := app.Book(keys, settings)
	const each = 500
	at := time.Now().Add(-time.Duration(n) * time.Second)
	for i := 0; i < n; i += each {
		user := storetest.User(fmt.Sprint(i))
		commit := storetest.Turn(user, nil, "e", nil)
		for k := range each {
			at = at.Add(time.Second)
			lead := engine.Lead{ID: fmt.Sprintf("%032x", i+k), Receipt: at.Format("0102") + fmt.Sprintf("-%06d", (i+k)%1_000_000), Flow: "contact", Created: at,
				Consent: &engine.Consent{Version: "1", At: at.UnixMilli()},
				Fields:  []engine.Value{{Field: "name", Label: "お名前", Value: "山田花子"}, {Field: "phone", Label: "お電話番号", Value: "090-1234-5678"}}}
			w, err := book.Write(handoff.Entry{Lead: lead, UserID: "U0123456789abcdef0123456789abcdef"}, user, "e")
			if err != nil {
				b.Fatal(err)
			}
			commit.Leads = append(commit.Leads, w)
		}
		if outcome, _, err := st.Commit(b.Context(), commit); err != nil || outcome != store.Stored {
			b.Fatal(outcome, err)
		}
	}
}
