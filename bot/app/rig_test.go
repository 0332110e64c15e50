package app_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/flow"
	"hogushi/bot/linetest"
	"hogushi/bot/lint"
	"hogushi/bot/revision"
	"hogushi/bot/seal"
	"hogushi/config"
	"hogushi/flows"
)

const (
	secret = "channel-secret"
	token  = "channel-token"
)

// keys are those of every app here: making them costs time.
var keys = sync.OnceValue(func() *seal.Keys {
	text, err := seal.New()
	if err != nil {
		panic(err)
	}
	k, err := seal.Parse(text)
	if err != nil {
		panic(err)
	}
	return k
})

// journal is a log that can be waited for.
type journal struct {
	mu      sync.Mutex
	text    bytes.Buffer
	changed chan struct{}
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	close(j.changed)
	j.changed = make(chan struct{})
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// wait returns when the log holds words.
func (j *journal) wait(t *testing.T, words string) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		j.mu.Lock()
		text, changed := j.text.String(), j.changed
		j.mu.Unlock()
		if strings.Contains(text, words) {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("the log never said %q:\n%s", words, text)
		}
	}
}

// rig is a bot with LINE before it.
type rig struct {
	*app.App
	t        *testing.T
	opts     app.Options
	platform *linetest.Platform
	clock    *linetest.Clock // of both
	log      *journal
}

// shipped has an app run the shipped flows.
func shipped(o *app.Options) { o.Flows = flows.Files }

// newRig makes an app of few flows, not yet started. change is nil, or changes what it is made of.
func newRig(t *testing.T, env config.Environment, change func(*app.Options)) *rig {
	t.Helper()
	r := &rig{t: t, clock: linetest.NewClock(time.Now()), log: &journal{changed: make(chan struct{})}}
	r.platform = linetest.New(linetest.Config{Secret: secret, Token: token, Now: r.clock.Now, Timeout: 30 * time.Second})
	t.Cleanup(r.platform.Close)
	settings, problems := config.Load(config.Dir(""))
	if problems.Failed() {
		t.Fatal(problems.Err())
	}
	env.Secrets, env.Token, env.APIBase = []string{secret}, token, r.platform.URL()
	if env.Listen == "" {
		env.Listen = "127.0.0.1:0"
	}
	if env.AdminListen == "" {
		env.AdminListen = "127.0.0.1:0"
	}
	r.opts = app.Options{Environment: env, Settings: settings, Flows: few(menuWords), Published: true, Config: config.Dir(""), Keys: keys(), Now: r.clock.Now,
		Log: slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	if change != nil {
		change(&r.opts)
	}
	r.make()
	return r
}

// make makes the app.
func (r *rig) make() {
	r.t.Helper()
	o := r.opts
	o.Program = compiled(r.t, o)
	var err error
	if r.App, err = app.New(o); err != nil {
		r.t.Fatalf("New: %v", err)
	}
}

// programs are what compiled has made, each once: with the race detector the shipped flows
// take seconds, dozens of apps run them, and a program is never changed.
var programs sync.Map // of what it is made of: func() *flow.Program

// compiled is the program of an app, nil for flows with errors.
func compiled(t *testing.T, o app.Options) *flow.Program {
	t.Helper()
	hash, err := revision.Hash(o.Flows, config.Dir(""))
	if err != nil {
		t.Fatal(err)
	}
	p, _ := programs.LoadOrStore(fmt.Sprint(hash, o.Mode, o.Settings.Clinic), sync.OnceValue(func() *flow.Program {
		p, _ := flow.Compile(o.Flows, o.Settings.Clinic, o.Mode, lint.Wording)
		return p
	}))
	return p.(func() *flow.Program)()
}

// start starts the app and connects LINE to it; it is stopped at the end of the test.
func (r *rig) start() *rig {
	r.t.Helper()
	if err := r.Start(r.t.Context()); err != nil {
		r.t.Fatalf("Start: %v", err)
	}
	r.t.Cleanup(func() { r.stop() })
	r.platform.Connect("http://" + r.Addr().String() + "/webhook")
	return r
}

func (r *rig) stop() {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := r.Stop(ctx); err != nil {
		r.t.Errorf("Stop: %v", err)
	}
}

// replica is another app on the same store and the same LINE.
func (r *rig) replica() *rig {
	r.t.Helper()
	other := *r
	other.make()
	return other.start()
}

// pace lets as much time pass as a person needs to read and to type.
func (r *rig) pace() { r.clock.Advance(4 * time.Second) }

// get asks the operator's side, or LINE's with a full address.
func (r *rig) get(path string) (status int, body string) {
	r.t.Helper()
	if !strings.HasPrefix(path, "http") {
		path = "http://" + r.AdminAddr().String() + path
	}
	res, err := http.Get(path)
	if err != nil {
		r.t.Fatalf("get %s: %v", path, err)
	}
	defer res.Body.Close()
	all, err := io.ReadAll(res.Body)
	if err != nil {
		r.t.Fatalf("get %s: %v", path, err)
	}
	return res.StatusCode, string(all)
}

// taken has LINE send again, as it does, while a busy machine lets the bot answer 503; what
// it returns was taken.
func (r *rig) taken(d *linetest.Delivery) *linetest.Delivery {
	r.t.Helper()
	for limit := time.Now().Add(20 * time.Second); d.Status == 503 && time.Now().Before(limit); {
		d = r.platform.Redeliver(d)
	}
	if !d.OK() {
		r.t.Fatalf("webhook: got %d, %v\n%s", d.Status, d.Err, r.log)
	}
	return d
}

// answered waits for the reply to a delivery that must be answered so.
func (r *rig) answered(u *linetest.User, d *linetest.Delivery, status int) string {
	r.t.Helper()
	if status == 200 {
		d = r.taken(d)
	}
	if d.Err != nil || d.Status != status {
		r.t.Fatalf("webhook: got %d, %v, want %d\n%s", d.Status, d.Err, status, r.log)
	}
	ctx, cancel := context.WithTimeout(r.t.Context(), 20*time.Second)
	defer cancel()
	got, err := u.WaitReply(ctx, d)
	if err != nil {
		r.t.Fatalf("%v\n%s", err, r.log)
	}
	return got.Text()
}

// says checks that a text holds words.
func says(t *testing.T, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Fatalf("got %q, want it to hold %q", got, want)
	}
}

// sqlite is an environment with a store of its own.
func sqlite(t *testing.T) config.Environment { return config.Environment{DataDir: t.TempDir()} }
