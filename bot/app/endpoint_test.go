package app_test

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestEndpoints(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), shipped).start()
	user := r.platform.NewUser()
	r.answered(user, user.Text("メニュー"), 200)
	r.answered(user, user.Text("息ができない"), 200)
	public := "http://" + r.Addr().String()
	for _, tt := range []struct {
		path   string
		status int
		body   string // a part of it
	}{
		{"/healthz", 200, "ok\n"},
		{"/readyz", 200, "ready\n"},
		{"/metrics", 200, "\nhogushi_turns_total{outcome=\"stored\"} 2\n"},
		{"/metrics", 200, "\nhogushi_replies_total{outcome=\"sent\"} 2\n"},
		{"/metrics", 200, "\nhogushi_alarms_total{category="},
		{"/metrics", 200, "\nhogushi_leads_total 0\n"},
		{"/metrics", 200, "\nhogushi_turn_seconds_count 2\n"},
		{"/metrics", 200, "\nhogushi_reply_seconds_count 2\n"},
		{"/metrics", 200, "\ngo_goroutines "},
		{"/webhook", 404, ""},
		{public + "/healthz", 200, "ok\n"},
		{public + "/webhook", 405, ""}, // a GET
		{public + "/metrics", 404, ""}, // not for everyone
		{public + "/images/prp-steps.png", 200, "\x89PNG"},
		{public + "/images/prp-steps.png?v=1a2b3c4d", 200, "\x89PNG"}, // of an old message
		{public + "/images/prp-steps.svg", 404, ""},
		{public + "/images/", 404, ""},
		{public + "/images/..%2fprp.yaml", 404, ""},
		{public + "/readyz", 404, ""},
		{public + "/", 404, ""},
	} {
		if status, body := r.get(tt.path); status != tt.status || !strings.Contains(body, tt.body) {
			t.Errorf("%s: got %d, want %d with %q in\n%s", tt.path, status, tt.status, tt.body, body)
		}
	}
}

// TestLimits: what LINE never sends isn't read.
func TestLimits(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), nil).start()
	for _, tt := range []struct {
		name, request string
		want          int
	}{
		{"long header", "POST /webhook HTTP/1.1\r\nHost: x\r\nX-Long: " + strings.Repeat("x", 32<<10) + "\r\n\r\n", 431},
		{"long body", "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 9999999\r\n\r\n", 413},
		{"unsigned", "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 401},
		{"not HTTP", "hello\r\n\r\n", 400},
	} {
		conn, err := net.Dial("tcp", r.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := conn.Write([]byte(tt.request)); err != nil {
			t.Fatal(err)
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		res.Body.Close()
		if res.StatusCode != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, res.StatusCode, tt.want)
		}
	}
}
