package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"

	"hogushi/bot/seal"
)

// told is a command with these variables, test flows and what it has printed.
func told(env map[string]string, stdin io.Reader) (c *command, out, errs *strings.Builder) {
	out, errs = new(strings.Builder), new(strings.Builder)
	return &command{Stdin: stdin, Stdout: out, Stderr: errs, Getenv: func(name string) string {
		switch name {
		case "FLOWS", "CONFIG":
			return "testdata/" + strings.ToLower(name)
		}
		return env[name]
	}}, out, errs
}

// TestChatInterrupted: Ctrl-C ends a chat that waits for its patient.
func TestChatInterrupted(t *testing.T) {
	t.Parallel()
	stdin, typing := io.Pipe()
	defer typing.Close()
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	c, _, errs := told(nil, stdin)
	stdout, to := io.Pipe()
	c.Stdout = to
	code := make(chan int, 1)
	go func() { code <- c.Main(ctx, []string{"chat"}); to.Close() }()
	var shown bytes.Buffer
	for b := make([]byte, 1); !strings.HasSuffix(shown.String(), "> "); {
		if _, err := stdout.Read(b); err != nil {
			t.Fatalf("the chat ended: %v\n%s\n%s", err, shown.String(), errs)
		}
		shown.Write(b)
	}
	interrupt()
	if _, err := io.ReadAll(stdout); err != nil {
		t.Fatal(err)
	}
	if got := <-code; got != exitOK || strings.Contains(errs.String(), "hogushi chat:") {
		t.Errorf("got exit %d, want %d\n%s", got, exitOK, errs)
	}
}

// TestLeadsUnreadable: contact requests that can't be opened are named, and the exit says so.
func TestLeadsUnreadable(t *testing.T) {
	t.Parallel()
	talk, err := os.ReadFile("testdata/talk.txt")
	if err != nil {
		t.Fatal(err)
	}
	dir, key := t.TempDir(), newKey(t)
	c, out, errs := told(map[string]string{"DATA_KEY": key}, bytes.NewReader(talk))
	if got := c.Main(t.Context(), []string{"chat", "--save", dir}); got != exitOK || !receipt.MatchString(out.String()) {
		t.Fatalf("chat: got exit %d\n%s\n%s", got, out, errs)
	}
	env := map[string]string{"DATA_DIR": dir, "DATA_KEY": lostKey(t, key)}
	number := receipt.FindString(out.String())
	for _, args := range [][]string{{"leads", "list"}, {"leads", "list", "--json"}, {"leads", "show", number}} {
		c, out, errs := told(env, nil)
		if got := c.Main(t.Context(), args); got != exitFound || out.String() != "" || !strings.Contains(errs.String(), "hogushi leads: open lead ") {
			t.Errorf("%v: got exit %d, want %d\n%s\n%s", args, got, exitFound, out, errs)
		}
	}
}

// lostKey names the same patients as a key does, and opens nothing that it sealed: a store
// takes it for its own.
func lostKey(t *testing.T, key string) string {
	t.Helper()
	mixed, err := json.Marshal(map[string]json.RawMessage{"aead": part(t, newKey(t), "aead"), "prf": part(t, key, "prf")})
	if err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(mixed)
}

func newKey(t *testing.T) string {
	t.Helper()
	key, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func part(t *testing.T, key, name string) json.RawMessage {
	t.Helper()
	raw, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(raw, &parts); err != nil {
		t.Fatal(err)
	}
	return parts[name]
}
