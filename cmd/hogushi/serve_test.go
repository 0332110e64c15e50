package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// TestServe runs serve until it is asked to stop, and asks it whether it is alive.
func TestServe(t *testing.T) {
	t.Parallel()
	c, out, _ := told(map[string]string{"LINE_CHANNEL_SECRET": "secret", "LINE_CHANNEL_TOKEN": "token", "DATA_DIR": t.TempDir(), "DATA_KEY": newKey(t),
		"LISTEN": "127.0.0.1:0", "ADMIN_LISTEN": "127.0.0.1:0"}, nil)
	logs, to := io.Pipe()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	code := make(chan int, 1)
	go func() {
		c.Stderr = to
		code <- c.Main(ctx, []string{"serve"})
		to.Close()
	}()
	var said []string
	for lines := bufio.NewScanner(logs); lines.Scan(); {
		var line struct{ Level, Msg, Listen string }
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("a log line that isn't JSON: %s", lines.Text())
		}
		said = append(said, line.Level+" "+line.Msg)
		if line.Msg == "started" {
			c, out, errs := told(map[string]string{"LISTEN": line.Listen}, nil)
			if got := c.Main(t.Context(), []string{"healthz"}); got != exitOK || out.String()+errs.String() != "" {
				t.Errorf("healthz: got %d and %q, want silence", got, out.String()+errs.String())
			}
			stop()
		}
	}
	if got := <-code; got != exitOK {
		t.Errorf("serve: got exit %d, want %d", got, exitOK)
	}
	if got, want := strings.Join(said, ", "), "INFO started, INFO stopping, INFO stopped"; got != want || out.String() != "" {
		t.Errorf("serve: got logs %q and stdout %q, want %q and nothing", got, out.String(), want)
	}
}

func TestAskAt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ listen, want string }{
		{":8080", "127.0.0.1:8080"},
		{"0.0.0.0:8080", "127.0.0.1:8080"},
		{"[::]:8080", "[::1]:8080"},
		{"127.0.0.1:80", "127.0.0.1:80"},
		{"192.168.1.5:8080", "192.168.1.5:8080"},
		{"[fe80::1]:8080", "[fe80::1]:8080"},
		{"bot.internal:http", "bot.internal:http"},
		{":0", ""},
		{":", ""},
		{"8080", ""},
		{"", ""},
	} {
		if got, err := askAt(tt.listen); got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("askAt(%q): got %q, %v, want %q", tt.listen, got, err, tt.want)
		}
	}
}
