package turn_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/linetest"
	"hogushi/bot/seal"
	"hogushi/bot/turn"
	"hogushi/config"
	"hogushi/flows"
)

// killPoint, in the environment, makes a binary of these tests a bot that kills itself, by
// SIGKILL, when it next comes to that point after a SIGUSR1; or, if it is a number, at the so
// manieth point of any name.
const killPoint = "HOGUSHI_TEST_KILL"

// shortLease is the lease of a delivery in a bot that is killed: the next one takes it over
// soon.
const shortLease = 300 * time.Millisecond

func TestMain(m *testing.M) {
	if point := os.Getenv(killPoint); point != "" {
		if err := victim(point); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(3)
		}
		return
	}
	dir, err := os.MkdirTemp("", "victim")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	victimDir = dir
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

var victimDir string

// victimExe is the binary of these tests without the race detector: who dies by SIGKILL never
// reports a race, and starts ten times as fast without.
var victimExe = sync.OnceValues(func() (string, error) {
	exe := filepath.Join(victimDir, "turn.test")
	if out, err := exec.Command("go", "test", "-c", "-ldflags=-s -w", "-o", exe, ".").CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the bot that is killed: %w: %s", err, out)
	}
	return exe, nil
})

// few are the shipped form and what goes with it, and of the others as much as it names: a bot
// that is started hundreds of times must start fast.
var few = sync.OnceValue(func() fs.FS {
	all := fstest.MapFS{}
	for _, name := range []string{"contact.yaml", "patterns.yaml"} {
		data, err := fs.ReadFile(flows.Files, name)
		if err != nil {
			panic(err)
		}
		here := strings.NewReplacer("go: privacy/forget", "go: menu", "go: menu/english", "go: menu", "language: en}", "request: taken}").Replace(string(data)) // there are no such flows here
		all[name] = &fstest.MapFile{Data: []byte(here)}
	}
	for _, f := range [][3]string{{"welcome", "start", "ようこそ。"}, {"menu", "start", "どんなことをお知りになりたいですか。"}, {"chronic-pain", "start", "慢性痛のことです。"}, {"clinic", "phone", "お電話ください。"}} {
		all[f[0]+".yaml"] = &fstest.MapFile{Data: fmt.Appendf(nil, "flow: %s\ntriggers: [%sのはじめ]\nsteps:\n  - step: %s\n    say: %s\n    choices:\n      - {label: 連絡を希望する, go: contact}\n", f[0], f[0], f[1], f[2])}
	}
	all["chronic-pain.yaml"].Data = bytes.Replace(all["chronic-pain.yaml"].Data, []byte("triggers: ["), []byte("triggers: [慢性痛, "), 1)
	return all
})

// victim serves until it is killed.
func victim(point string) error {
	env := config.FromEnvironment(os.Getenv)
	settings, problems := config.Load(config.Dir(""))
	if err := problems.Err(); err != nil {
		return err
	}
	keys, err := seal.Parse(env.DataKey)
	if err != nil {
		return err
	}
	var armed atomic.Bool
	nth, err := strconv.Atoi(point)
	if err != nil {
		nth = -1
	}
	var passed atomic.Int64
	arm := make(chan os.Signal, 1)
	signal.Notify(arm, syscall.SIGUSR1)
	a, err := app.New(app.Options{Environment: env, Settings: settings, Flows: few(), Published: true, Config: config.Dir(""), Keys: keys,
		Lease: shortLease, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), At: func(at string) {
			if at == point && armed.Load() || passed.Add(1) == int64(nth) {
				syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {}
			}
		}})
	if err != nil {
		return err
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	if err := a.Start(ctx); err != nil {
		return err
	}
	fmt.Println(a.Addr())
	go func() { // the parent's end is ours
		io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	for {
		select {
		case <-arm:
			armed.Store(true)
			fmt.Println("armed")
		case <-ctx.Done():
			return nil
		}
	}
}

// bot is a victim as its parent sees it.
type bot struct {
	cmd *exec.Cmd
	out *bufio.Reader
	url string

	ended chan struct{} // closed when it has died; see alive
}

func (r *rig) launch(point string) *bot {
	r.Helper()
	exe, err := victimExe()
	if err != nil {
		r.Fatal(err)
	}
	b := &bot{cmd: exec.Command(exe)}
	b.cmd.Stderr = os.Stderr
	b.cmd.Env = append(os.Environ(), killPoint+"="+point, "LINE_CHANNEL_SECRET="+secret, "LINE_CHANNEL_TOKEN="+token,
		"LINE_API_BASE="+r.env.APIBase, "REDIS_URL="+r.env.RedisURL, "DATA_DIR="+r.env.DataDir, "DATA_KEY="+r.env.DataKey,
		"LISTEN=127.0.0.1:0", "ADMIN_LISTEN=127.0.0.1:0",
		"HANDOFF_LINE_TO="+strings.Join(r.env.LineTo, ","), "HANDOFF_WEBHOOK_URL="+r.env.WebhookURL, "HANDOFF_WEBHOOK_SECRET="+r.env.WebhookSecret)
	pipe, err := b.cmd.StdoutPipe()
	if err != nil {
		r.Fatal(err)
	}
	if _, err := b.cmd.StdinPipe(); err != nil {
		r.Fatal(err)
	}
	if err := b.cmd.Start(); err != nil {
		r.Fatal(err)
	}
	r.Cleanup(b.kill)
	b.out = bufio.NewReader(pipe)
	b.url = "http://" + b.line(r) + "/webhook"
	r.line.Connect(b.url)
	return b
}

func (b *bot) line(r *rig) string {
	r.Helper()
	s, err := b.out.ReadString('\n')
	if err != nil {
		r.Fatalf("the bot ended: %v", err)
	}
	return strings.TrimSpace(s)
}

func (b *bot) arm(r *rig) {
	r.Helper()
	if err := b.cmd.Process.Signal(syscall.SIGUSR1); err != nil {
		r.Fatal(err)
	}
	if got := b.line(r); got != "armed" {
		r.Fatalf("got %q, want armed", got)
	}
}

// form is a conversation up to a contact request; each move is one event.
var form = []func(*linetest.User) *linetest.Delivery{
	(*linetest.User).Follow,
	func(u *linetest.User) *linetest.Delivery { return u.Tap("連絡を希望する") },
	func(u *linetest.User) *linetest.Delivery { return u.Tap("同意する") },
	func(u *linetest.User) *linetest.Delivery { return u.Tap("わたし（18歳以上）") },
	func(u *linetest.User) *linetest.Delivery { return u.Text("山田花子") },
	func(u *linetest.User) *linetest.Delivery { return u.Tap("お電話") },
	func(u *linetest.User) *linetest.Delivery { return u.Text("０９０１２３４５６７８") },
	func(u *linetest.User) *linetest.Delivery { return u.Tap("日にちはいつでも") },
	func(u *linetest.User) *linetest.Delivery { return u.Tap("午前") },
	func(u *linetest.User) *linetest.Delivery { return u.Tap("とくに選ばない") },
	func(u *linetest.User) *linetest.Delivery { return u.Text("昼に電話をください") },
	func(u *linetest.User) *linetest.Delivery { return u.Tap("この内容で送る") },
}

var receipt = regexp.MustCompile(`\d{4}-\d{6}`)

// play goes through the form and returns what was replied; kill is told of every move.
func (r *rig) play(before func(), after func(*linetest.Delivery)) string {
	r.Helper()
	var all strings.Builder
	for _, move := range form {
		r.tick()
		before()
		d := move(r.user)
		after(d)
		all.WriteString(receipt.ReplaceAllString(r.replyTo(d), "N") + "\n--\n")
	}
	return all.String()
}

// killsAt says whether the bot is killed at a point in a move of the form. With HOGUSHI_KILLS
// set it is in every one; else in the last, which makes the request, and in a fifth of the
// others, so that each point has some and each move has some.
func killsAt(point, move int) bool {
	return os.Getenv("HOGUSHI_KILLS") != "" || move == len(form)-1 || (point+move)%5 == 0
}

// TestKill kills the bot by SIGKILL at each named point of the turns of a contact form, and
// has LINE send again. No step is taken twice, no lead is lost or doubled, and there is
// exactly one reply to each event.
func TestKill(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		calm := newRig(t, kind)
		calm.launch("never")
		want := calm.play(func() {}, func(d *linetest.Delivery) { calm.ok(d) })
		for i, point := range turn.Points {
			t.Run(point, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, kind)
				b, move := r.launch(point), -1
				got := r.play(func() {
					if move++; killsAt(i, move) {
						b.arm(r)
					}
				}, func(d *linetest.Delivery) {
					if d.Body == nil {
						r.Fatalf("nothing was sent: %v", d.Err)
					}
					if !killsAt(i, move) {
						r.ok(d)
						return
					}
					if d.OK() {
						r.Fatalf("the bot lived through %s", point)
					}
					b.cmd.Wait()
					b = r.launch(point)
					r.ok(r.line.Redeliver(d))
				})
				if got != want {
					t.Errorf("got the conversation\n%s\nwant\n%s", got, want)
				}
				events := map[string]int{}
				for _, m := range r.user.Inbox() {
					events[m.Event]++
				}
				for id, n := range events {
					if n != 1 {
						t.Errorf("event %s got %d replies, want 1", id, n)
					}
				}
				if len(events) != len(form) {
					t.Errorf("got replies to %d events, want %d", len(events), len(form))
				}
				leads := r.leads()
				if len(leads) != 1 {
					t.Fatalf("got %d leads, want 1", len(leads))
				}
				contains(t, r.user.Last().Text(), leads[0].Receipt)
				r.line.Check(t)
			})
		}
	})
}
