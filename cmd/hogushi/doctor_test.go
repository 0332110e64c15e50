package main

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/linetest"
	"hogushi/bot/seal"
	"hogushi/config"
	"hogushi/flows"
)

// TestDoctor looks at a bot that runs, with one thing wrong at a time.
func TestDoctor(t *testing.T) {
	t.Parallel()
	group := "C0123456789abcdef0123456789abcdef"
	hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(hook.Close)
	platform := linetest.New(linetest.Config{Secret: "secret", Token: "token", Quota: 200, Bot: linetest.BotInfo{DisplayName: "ほぐし", BasicID: "@hogushi", ChatMode: "bot"}})
	t.Cleanup(platform.Close)
	platform.Group(group, 5)
	key := newKey(t)
	keys, err := seal.Parse(key)
	if err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"LINE_CHANNEL_SECRET": "secret", "LINE_CHANNEL_TOKEN": "token", "LINE_API_BASE": platform.URL(), "DATA_DIR": t.TempDir(), "DATA_KEY": key,
		"LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0", "HANDOFF_LINE_TO": group,
		"HANDOFF_WEBHOOK_URL": hook.URL, "HANDOFF_WEBHOOK_SECRET": "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="}
	settings, problems := config.Load(config.Dir("testdata/config"))
	if problems.Failed() {
		t.Fatal(problems.Err())
	}
	dir, err := directory("testdata/flows", flows.Files)
	if err != nil {
		t.Fatal(err)
	}
	bot, err := app.New(app.Options{Published: true, Config: config.Dir("testdata/config"), Environment: config.FromEnvironment(func(name string) string { return env[name] }), Settings: settings, Flows: dir, Keys: keys,
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		t.Fatal(err)
	}
	if err := bot.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		bot.Stop(ctx)
	})
	platform.Connect("http://" + bot.Addr().String() + "/webhook")

	for name, tt := range map[string]struct {
		change map[string]string
		args   []string
		code   int
		want   []string // regular expressions
	}{
		"all well": {nil, nil, exitOK, []string{`ok    environment`, `ok    token         ほぐし（@hogushi）`, `ok    clock`, `ok    webhook .*届きます`, `ok    redelivery`, `ok    chat`,
			`ok    quota .*200通`, `ok    store`, `ok    deliveries`, `ok    revision      第1版（.*）を使っています。ここにあるものと同じです`, `ok    staff .*5人`, `ok    webhook .*--send`, `warn  alarm`}},
		"sent":          {nil, []string{"--send", "--lang", "en"}, exitOK, []string{`ok    staff         reached C0123`, `ok    webhook       reached http`}},
		"json":          {nil, []string{"--json"}, exitOK, []string{`^{"about":"environment","level":"ok","text":"`}},
		"token":         {map[string]string{"LINE_CHANNEL_TOKEN": "another"}, nil, exitFound, []string{`fail  token .*発行し直し`}},
		"secret":        {map[string]string{"LINE_CHANNEL_TOKEN": ""}, nil, exitFound, []string{`fail  environment   LINE_CHANNEL_TOKEN`}},
		"LINE away":     {map[string]string{"LINE_API_BASE": "http://127.0.0.1:1"}, nil, exitFound, []string{`fail  token .*つながるか`}},
		"another group": {map[string]string{"HANDOFF_LINE_TO": "C" + strings.Repeat("b", 32)}, nil, exitFound, []string{`fail  staff .*登録し直し`}},
		"no id":         {map[string]string{"HANDOFF_LINE_TO": "../info"}, nil, exitFound, []string{`fail  environment   HANDOFF_LINE_TO: "../info" is no LINE id`}},
		"no sink":       {map[string]string{"HANDOFF_LINE_TO": "", "HANDOFF_WEBHOOK_URL": "", "HANDOFF_WEBHOOK_SECRET": ""}, nil, exitFound, []string{`fail  sinks .*staff link`}},
		"key":           {map[string]string{"DATA_KEY": newKey(t)}, nil, exitFound, []string{`fail  store .*DATA_KEY`}},
		"webhook":       {map[string]string{"HANDOFF_WEBHOOK_URL": "http://127.0.0.1:1/"}, []string{"--send"}, exitFound, []string{`fail  webhook .*connection refused`}},
		"revision":      {map[string]string{"DATA_DIR": differs(t, key)}, nil, exitOK, []string{`warn  revision      第1版（.*hogushi publish するまで会話に出ません`}},
		"not published": {map[string]string{"DATA_DIR": fresh(t, key, "")}, []string{"--lang", "en"}, exitOK, []string{`ok    revision      nothing was published yet`}},
		"public":        {map[string]string{"PUBLIC_URL": "https://example.com/"}, nil, exitOK, []string{`warn  webhook .*https://example.com/webhook`}},
		"mail":          {map[string]string{"SMTP_URL": "smtp://127.0.0.1:1", "HANDOFF_MAIL_FROM": "a@example.com", "ALERT_MAIL_TO": "b@example.com"}, []string{"--send"}, exitFound, []string{`fail  mail .*b@example.com`}},
		"usage":         {nil, []string{"--lang", "fr"}, exitUsage, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := maps.Clone(env)
			maps.Copy(all, tt.change)
			c, out, errs := told(all, nil)
			if got := c.Main(t.Context(), append([]string{"doctor", "--lang", "ja"}, tt.args...)); got != tt.code {
				t.Errorf("got exit %d, want %d\n%s%s", got, tt.code, out, errs)
			}
			for _, want := range tt.want {
				if !regexp.MustCompile(`(?m)` + want).MatchString(out.String()) {
					t.Errorf("no line is like %s:\n%s%s", want, out, errs)
				}
			}
			if strings.Contains(out.String(), "whsec_") || strings.Contains(out.String(), key) {
				t.Error("a secret is printed")
			}
		})
	}
}

// fresh is a store with a conversation, and with flows published if there are any.
func fresh(t *testing.T, key, flows string) string {
	t.Helper()
	dir := t.TempDir()
	c, out, errs := told(map[string]string{"DATA_KEY": key}, strings.NewReader("/quit\n"))
	if got := c.Main(t.Context(), []string{"chat", "--save", dir}); got != exitOK {
		t.Fatalf("chat: got exit %d\n%s\n%s", got, out, errs)
	}
	if flows != "" {
		c, out, errs = told(map[string]string{"DATA_DIR": dir, "DATA_KEY": key}, nil)
		if got := c.Main(t.Context(), []string{"publish", flows}); got != exitOK {
			t.Fatalf("publish: got exit %d\n%s\n%s", got, out, errs)
		}
	}
	return dir
}

// differs is a store in which other flows are live than those that lie here.
func differs(t *testing.T, key string) string {
	t.Helper()
	flows := t.TempDir()
	if err := os.CopyFS(flows, os.DirFS("testdata/flows")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(flows, "notice.yaml"), []byte("flow: notice\ntriggers: [お知らせ]\nsteps:\n  - {step: start, say: お知らせです。, go: menu}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return fresh(t, key, flows)
}
