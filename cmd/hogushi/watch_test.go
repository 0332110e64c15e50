package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// printed is what a command prints, and can be waited for.
type printed struct {
	mu      sync.Mutex
	text    bytes.Buffer
	seen    int // how far wait has come
	changed chan struct{}
}

func newPrinted() *printed { return &printed{changed: make(chan struct{})} }

func (p *printed) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.changed)
	p.changed = make(chan struct{})
	return p.text.Write(b)
}

// wait returns what was printed since the last wait, up to some words.
func (p *printed) wait(t *testing.T, words string) string {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		p.mu.Lock()
		rest, changed := p.text.String()[p.seen:], p.changed
		i := strings.Index(rest, words)
		if i >= 0 {
			i += len(words)
			p.seen += i
			p.mu.Unlock()
			return rest[:i]
		}
		p.mu.Unlock()
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("%q was never printed:\n%s", words, rest)
		}
	}
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestChatReload: the chat goes on with what is saved, however an editor does it, flows and
// facts; with errors it goes on as it was, and says so.
func TestChatReload(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{"flows", "config"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS("testdata/"+name)); err != nil {
			t.Fatal(err)
		}
	}
	menu, facts := filepath.Join(dir, "flows", "menu.yaml"), filepath.Join(dir, "config", "clinic.yaml")
	shipped, err := os.ReadFile(menu)
	if err != nil {
		t.Fatal(err)
	}
	with := func(words string) string {
		return strings.Replace(string(shipped), "何をお知りになりたいですか？", words, 1)
	}
	stdin, typing := io.Pipe()
	out, errs := newPrinted(), newPrinted()
	c := &command{Stdin: stdin, Stdout: out, Stderr: errs, Getenv: func(name string) string {
		return map[string]string{"FLOWS": filepath.Join(dir, "flows"), "CONFIG": filepath.Join(dir, "config")}[name]
	}}
	code := make(chan int, 1)
	go func() { code <- c.Main(t.Context(), []string{"chat"}) }()
	out.wait(t, "> ")
	says := func(want string) {
		t.Helper()
		io.WriteString(typing, "メニュー\n")
		out.wait(t, "メニュー\n")
		if got := out.wait(t, "> "); !strings.Contains(got, want) {
			t.Fatalf("got %q, want %q in it", got, want)
		}
	}
	says("何をお知りになりたいですか？")
	write(t, menu, with("書きなおしました。")) // truncated, then written
	errs.wait(t, "（ファイルを読み直しました。）")
	says("書きなおしました。")
	write(t, menu, strings.Replace(with("まちがい"), "go: contact", "go: nowhere", 1))
	if told := errs.wait(t, "前のまま話しています"); !strings.Contains(told, "menu.yaml:7:30: ") || !strings.Contains(told, "[unknown-step]") {
		t.Errorf("got %q, want the error as check prints it", told)
	}
	says("書きなおしました。")
	write(t, menu+"~", with("入れかえました。")) // beside it, then put over it
	if err := os.Rename(menu+"~", menu); err != nil {
		t.Fatal(err)
	}
	errs.wait(t, "（ファイルを読み直しました。）")
	says("入れかえました。")
	write(t, menu, strings.Replace(with("図を見てください。"), "    say:", "    image: {file: map.png, alt: 地図}\n    say:", 1))
	errs.wait(t, "[missing-image]")
	errs.wait(t, "前のまま話しています")
	if err := os.Mkdir(filepath.Join(dir, "flows", "images"), 0o700); err != nil {
		t.Fatal(err)
	}
	picture, err := os.ReadFile("../../flows/images/prp-steps.png")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "flows", "images", "map.png"), string(picture))
	errs.wait(t, "（ファイルを読み直しました。）")
	says("〔画像〕地図")
	write(t, facts, "name: 例クリニック\nphone: 03-9999-9999\n")
	errs.wait(t, "（ファイルを読み直しました。）")
	says("03-9999-9999")
	write(t, facts, "name: 例クリニック\nphone: 電話\n")
	if told := errs.wait(t, "前のまま話しています"); !strings.Contains(told, "clinic.yaml:2:8:") {
		t.Errorf("got %q, want the error in clinic.yaml", told)
	}
	io.WriteString(typing, "/quit\n")
	if got := <-code; got != exitOK {
		t.Errorf("chat: got exit %d", got)
	}
}

// TestWatch: an error that the next move mends isn't told, one that lasts is; with the
// system's events, and without.
func TestWatch(t *testing.T) {
	t.Parallel()
	for name, deaf := range map[string]bool{"events": false, "looking": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			file := filepath.Join(dir, "a.yaml")
			seen, told := make(chan string), make(chan string, 1)
			start := func(lasts time.Duration) (stop func()) {
				ctx, cancel := context.WithCancel(t.Context())
				ended := make(chan struct{})
				w := newWatch(dir, filepath.Join(dir, "gone"))
				w.quiet, w.lasts, w.look, w.deaf = time.Millisecond, lasts, time.Hour, deaf
				if deaf {
					w.look = 2 * time.Millisecond
				}
				go func() {
					defer close(ended)
					w.run(ctx, func() func() {
						data, _ := os.ReadFile(file)
						select {
						case seen <- string(data):
						case <-ctx.Done():
						}
						if strings.HasPrefix(string(data), "bad") {
							return func() { told <- string(data) }
						}
						return nil
					})
				}()
				return func() { cancel(); <-ended }
			}
			until := func(want string) {
				t.Helper()
				for {
					select {
					case got := <-seen:
						if got == want {
							return
						}
					case <-time.After(20 * time.Second):
						t.Fatalf("the change to %q wasn't seen", want)
					}
				}
			}
			stop := start(time.Hour)
			write(t, file, "good one")
			until("good one")
			write(t, filepath.Join(dir, "note.txt"), "not ours")
			write(t, filepath.Join(dir, ".a.yaml"), "nor this")
			write(t, file, "bad half")
			until("bad half")
			write(t, file, "good whole")
			until("good whole")
			select {
			case what := <-told:
				t.Errorf("told of %q, which the next move mended", what)
			default:
			}
			stop()
			stop = start(time.Millisecond)
			defer stop()
			write(t, file, "bad for good")
			until("bad for good")
			select {
			case <-told:
			case <-time.After(20 * time.Second):
				t.Error("an error that lasts wasn't told")
			}
		})
	}
}
