package app_test

import (
	"log/slog"
	"testing"

	"hogushi/bot/app"
	"hogushi/config"
	"hogushi/flows"
)

// BenchmarkStart is from nothing to answering webhooks, and down again; with the process's
// own start it must stay below 300 ms.
func BenchmarkStart(b *testing.B) {
	env := config.Environment{Secrets: []string{secret}, Token: token, DataDir: b.TempDir(), Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0"}
	for b.Loop() {
		settings, problems := config.Load(config.Dir(""))
		if problems.Failed() {
			b.Fatal(problems.Err())
		}
		a, err := app.New(app.Options{Environment: env, Settings: settings, Flows: flows.Files, Published: true, Config: config.Dir(""), Keys: keys(), Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			b.Fatal(err)
		}
		if err := a.Start(b.Context()); err != nil {
			b.Fatal(err)
		}
		if err := a.Stop(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
