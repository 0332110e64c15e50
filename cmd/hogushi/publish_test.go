package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// served is a serve that runs, and its log.
type served struct {
	stop  func() int // gives its exit code
	lines *bufio.Scanner
	said  []string
}

// serveWith runs serve with these variables; FLOWS and CONFIG too.
func serveWith(t *testing.T, env map[string]string) *served {
	t.Helper()
	logs, to := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	code := make(chan int, 1)
	c := &command{Stdin: strings.NewReader(""), Stdout: io.Discard, Stderr: to, Getenv: func(name string) string { return env[name] }}
	go func() {
		code <- c.Main(ctx, []string{"serve"})
		to.Close()
	}()
	s := &served{lines: bufio.NewScanner(logs)}
	s.stop = sync.OnceValue(func() int {
		stop()
		for s.lines.Scan() {
			s.said = append(s.said, s.lines.Text())
		}
		return <-code
	})
	t.Cleanup(func() { s.stop() })
	return s
}

// says waits for a line of the log with this message.
func (s *served) says(t *testing.T, message string) {
	t.Helper()
	for s.lines.Scan() {
		s.said = append(s.said, s.lines.Text())
		var line struct{ Msg string }
		if json.Unmarshal(s.lines.Bytes(), &line); line.Msg == message {
			return
		}
	}
	t.Fatalf("serve ended without %q:\n%s", message, strings.Join(s.said, "\n"))
}

// TestPublishServed: a serve that runs takes up what is published; and errors in the files
// that lie there don't keep it from starting again, nor do they go live.
func TestPublishServed(t *testing.T) {
	t.Parallel()
	flows := t.TempDir()
	if err := os.CopyFS(flows, os.DirFS("testdata/flows")); err != nil {
		t.Fatal(err)
	}
	env := map[string]string{"LINE_CHANNEL_SECRET": "secret", "LINE_CHANNEL_TOKEN": "token", "DATA_DIR": t.TempDir(), "DATA_KEY": newKey(t),
		"LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0", "FLOWS": flows, "CONFIG": "testdata/config", "LANG": "en"}
	edit := func(old, new string) { t.Helper(); replace(t, filepath.Join(flows, "menu.yaml"), old, new) }
	s := serveWith(t, env)
	s.says(t, "started")
	edit("何をお知りになりたいですか？", "どんなことでしょう？")
	published(t, env, exitOK, "published revision 2")
	s.says(t, "a later revision is in use")
	edit("go: contact", "go: nowhere")
	published(t, env, exitFound, "nothing was published")
	if got := s.stop(); got != exitOK {
		t.Errorf("serve: got exit %d", got)
	}
	s = serveWith(t, env)
	s.says(t, "the flows or clinic.yaml here can't be used: going on with what was published")
	s.says(t, "started")
	if last := s.said[len(s.said)-1]; !strings.Contains(last, `"revision":2`) {
		t.Errorf("got %s, want revision 2", last)
	}
	if got := s.stop(); got != exitOK {
		t.Errorf("serve: got exit %d", got)
	}
}

// TestPublishUndoUnproved: what serve took as the first revision holds only for the facts that
// went live with it. It can be gone back to, though publish would refuse it today.
func TestPublishUndoUnproved(t *testing.T) {
	t.Parallel()
	flows, facts := t.TempDir(), t.TempDir()
	for to, from := range map[string]string{flows: "testdata/flows", facts: "testdata/config"} {
		if err := os.CopyFS(to, os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	replace(t, filepath.Join(facts, "clinic.yaml"), "name:", "hours: {summary: \"9:00〜12:00\"}\nname:")
	menu := filepath.Join(flows, "menu.yaml")
	replace(t, menu, "何を", "診療時間は{{clinic.hours.summary}}です。何を")
	env := map[string]string{"LINE_CHANNEL_SECRET": "secret", "LINE_CHANNEL_TOKEN": "token", "DATA_DIR": t.TempDir(), "DATA_KEY": newKey(t),
		"LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0", "FLOWS": flows, "CONFIG": facts, "LANG": "en"}
	s := serveWith(t, env)
	s.says(t, "started")
	s.stop()
	replace(t, menu, "何を", "何をいま") // an edit, or there is nothing to publish
	published(t, env, exitFound, "[unset-fact]")
	replace(t, menu, "{{clinic.hours.summary}}", "いつも")
	published(t, env, exitOK, "published revision 2")
	published(t, env, exitOK, "restores revision 1", "--undo")
}

// published runs publish, which must exit so and say these words.
func published(t *testing.T, env map[string]string, want int, words string, args ...string) {
	t.Helper()
	var out strings.Builder
	c := &command{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Getenv: func(name string) string { return env[name] }}
	if got := c.Main(t.Context(), append([]string{"publish"}, args...)); got != want || !strings.Contains(out.String(), words) {
		t.Fatalf("publish %v: got exit %d, want %d with %q\n%s", args, got, want, words, out.String())
	}
}

// replace edits a file.
func replace(t *testing.T, name, old, new string) {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil || !strings.Contains(string(data), old) {
		t.Fatalf("no %q in it, %v", old, err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(string(data), old, new, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPublishUnreadable: sessions that can't be read are counted, and are in nobody's way.
func TestPublishUnreadable(t *testing.T) {
	t.Parallel()
	dir, key := t.TempDir(), newKey(t)
	c, out, errs := told(map[string]string{"DATA_KEY": key}, strings.NewReader("連絡ください\n1\n"))
	if got := c.Main(t.Context(), []string{"chat", "--save", dir}); got != exitOK {
		t.Fatalf("chat: got exit %d\n%s\n%s", got, out, errs)
	}
	c, out, errs = told(map[string]string{"DATA_DIR": dir, "DATA_KEY": lostKey(t, key), "LANG": "en"}, nil)
	if got := c.Main(t.Context(), []string{"publish"}); got != exitOK || !strings.Contains(out.String(), "sessions: 0, of which 0 amid a form\n1 sessions can't be read") ||
		!strings.Contains(out.String(), "published revision 1") {
		t.Errorf("publish: got exit %d\n%s\n%s", got, out, errs)
	}
}
