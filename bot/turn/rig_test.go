package turn_test

import (
	"context"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/engine"
	"hogushi/bot/flow"
	"hogushi/bot/linetest"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

const (
	secret = "test-secret"
	token  = "test-token"
)

// rig is LINE, a store, and a bot between them.
type rig struct {
	*testing.T
	line     *linetest.Platform
	clock    *linetest.Clock
	env      config.Environment
	settings config.Settings
	flows    fs.FS // nil: few
	keys     *seal.Keys
	redis    *storetest.Server
	app      *app.App
	user     *linetest.User
}

// newRig makes a rig on a store of a kind: "sqlite" or "redis". The bot isn't started.
func newRig(t *testing.T, kind string) *rig {
	t.Helper()
	r := &rig{T: t, clock: linetest.NewClock(time.Now())}
	r.line = linetest.New(linetest.Config{Secret: secret, Token: token, Now: r.clock.Now, Timeout: time.Minute})
	t.Cleanup(r.line.Close)
	settings, problems := config.Load(config.Dir(""))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	r.settings = settings
	text, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	if r.keys, err = seal.Parse(text); err != nil {
		t.Fatal(err)
	}
	r.env = config.Environment{Secrets: []string{secret}, Token: token, APIBase: r.line.URL(), DataKey: text,
		Listen: "127.0.0.1:0", AdminListen: "127.0.0.1:0"}
	if kind == "redis" {
		r.redis = storetest.Redis(t)
		r.env.RedisURL = r.redis.URL
	} else {
		r.env.DataDir = t.TempDir()
	}
	r.user = r.line.User("U0123456789abcdef0123456789abcdef")
	return r
}

// program is what the few flows compile to, with the facts of every rig.
var program = sync.OnceValue(func() *flow.Program {
	settings, _ := config.Load(config.Dir(""))
	p, problems := flow.Compile(few(), settings.Clinic, flow.Live)
	if p == nil {
		panic(problems.Err())
	}
	return p
})

// start runs the bot in this process until the test ends.
func (r *rig) start() *rig {
	r.Helper()
	o := app.Options{Environment: r.env, Settings: r.settings, Flows: r.flows, Published: true, Config: config.Dir(""), Keys: r.keys,
		Log: slog.New(slog.NewTextHandler(r.Output(), nil)), Now: r.clock.Now}
	if o.Flows == nil {
		o.Flows, o.Program = few(), program()
	}
	a, err := app.New(o)
	if err != nil {
		r.Fatal(err)
	}
	if err := a.Start(r.Context()); err != nil {
		r.Fatal(err)
	}
	r.app = a
	r.line.Connect("http://" + a.Addr().String() + "/webhook")
	r.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			r.Errorf("stop: %v", err)
		}
	})
	return r
}

// started is a rig with the bot running and the patient a friend.
func started(t *testing.T, kind string) *rig {
	r := newRig(t, kind).start()
	r.ok(r.user.Follow())
	return r
}

// tick lets the time of a person's next move pass.
func (r *rig) tick() { r.clock.Advance(4 * time.Second) }

// ok has LINE send again while a busy machine lets the bot answer 503; what it returns was
// taken.
func (r *rig) ok(d *linetest.Delivery) *linetest.Delivery {
	r.Helper()
	for limit := time.Now().Add(20 * time.Second); d.Status == 503 && time.Now().Before(limit); {
		d = r.line.Redeliver(d)
	}
	if d.OK() {
		return d
	}
	r.Fatalf("the webhook was answered %d %v", d.Status, d.Err)
	return nil
}

// says delivers a text, which must be taken, and returns what was replied to it.
func (r *rig) says(text string) string {
	r.Helper()
	r.tick()
	return r.replyTo(r.ok(r.user.Text(text)))
}

func (r *rig) taps(label string) string {
	r.Helper()
	r.tick()
	return r.replyTo(r.ok(r.user.Tap(label)))
}

func (r *rig) replyTo(d *linetest.Delivery) string {
	r.Helper()
	ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
	defer cancel()
	got, err := r.user.WaitReply(ctx, d)
	if err != nil {
		r.Fatalf("wait for the reply: %v", err)
	}
	return got.Text()
}

// fill goes through the contact form up to its summary.
func (r *rig) fill() {
	r.Helper()
	r.says("連絡を希望する")
	r.taps("同意する")
	r.taps("わたし（18歳以上）")
	r.says("山田花子")
	r.taps("お電話")
	r.says("090-1234-5678")
	r.taps("日にちはいつでも")
	r.taps("いつでも")
	r.taps("とくに選ばない")
	r.taps("とくに書かない")
}

// leads reads the contact requests from the store as it is.
func (r *rig) leads() []engine.Lead {
	r.Helper()
	s := r.open()
	defer s.Close()
	stored, err := s.Leads(r.Context(), nil, 100)
	if err != nil {
		r.Fatal(err)
	}
	var out []engine.Lead
	for _, l := range stored {
		lead, err := app.Book(r.keys, r.settings).Open(l)
		if err != nil {
			r.Fatal(err)
		}
		out = append(out, lead.Lead)
	}
	return out
}

func (r *rig) open() store.Store {
	r.Helper()
	s, err := app.OpenStore(r.Context(), r.env, r.settings, r.keys)
	if err != nil {
		r.Fatal(err)
	}
	return s
}

func (r *rig) hash() store.UserID { return store.UserID(r.keys.Hash("user", r.user.ID())) }

// metrics reads /metrics.
func (r *rig) metrics() string {
	r.Helper()
	res, err := http.Get("http://" + r.app.AdminAddr().String() + "/metrics")
	if err != nil {
		r.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		r.Fatal(err)
	}
	return string(body)
}

// metric reads a counter from /metrics.
func (r *rig) metric(name string) string {
	r.Helper()
	for _, line := range strings.Split(r.metrics(), "\n") {
		if rest, ok := strings.CutPrefix(line, name+" "); ok {
			return rest
		}
	}
	return "0"
}

// calls counts the calls of an endpoint that LINE has seen.
func (r *rig) calls(endpoint string) (n int) {
	for _, c := range r.line.Calls() {
		if c.Endpoint == endpoint {
			n++
		}
	}
	return n
}

func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("got %q, want %q in it", text, p)
		}
	}
}

var kinds = []string{"sqlite", "redis"}

// onBoth runs a test on both stores.
func onBoth(t *testing.T, test func(t *testing.T, kind string)) {
	t.Parallel()
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) { t.Parallel(); test(t, kind) })
	}
}

func database(r *rig) string { return filepath.Join(r.env.DataDir, "hogushi.db") }
