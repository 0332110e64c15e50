package sink_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"hogushi/bot/sink"
)

const (
	key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" // 24 bytes in base64: not one fewer will do

	// What no error may say. The tests send, answer and configure them wherever they can.
	patient  = "山田太郎"
	answered = "answered-in-words"
	inQuery  = "secret-in-query"
	password = "p@ss:w/rd%é"

	// refuses is an address where nothing listens: one that was just closed could be
	// another test's by now.
	refuses = "127.0.0.1:1"

	// patience is how long a test of a hanging server lets the call wait for it.
	patience = 100 * time.Millisecond
)

var at = time.Date(2026, 4, 1, 9, 30, 15, 987654321, time.FixedZone("JST", 9*60*60))

// kind says in one word what became of a try, and checks what holds for every error.
func kind(t testing.TB, err error) string {
	t.Helper()
	if err == nil {
		return "taken"
	}
	secrets(t, err)
	failure, ok := errors.AsType[*sink.Failure](err)
	if !ok {
		t.Fatalf("got a %T (%v), want a *sink.Failure", err, err)
	}
	if failure.Permanent {
		return "permanent"
	}
	return "passing"
}

func secrets(t testing.TB, err error) {
	t.Helper()
	text := err.Error()
	if text == "" || strings.ContainsAny(text, "\r\n") {
		t.Errorf("got error %q, want one line of text", text)
	}
	for _, secret := range []string{patient, answered, inQuery, password, key} {
		if strings.Contains(text, secret) {
			t.Errorf("error %q says %q", text, secret)
		}
	}
}

// soon runs a call that has to end by its context. Left to the package's own limits it
// would take ten seconds and more.
func soon(t testing.TB, call func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-time.After(5 * time.Second):
		t.Fatal("the call outlives its context")
		return nil
	}
}

// listen gives every connection to serve and ends with the test: serve has returned by then.
func listen(t testing.TB, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer conn.Close()
				serve(conn)
			})
		}
	})
	t.Cleanup(func() {
		listener.Close()
		serving.Wait()
	})
	return listener.Addr().String()
}

// hang waits for the other side to give up.
func hang(conn net.Conn) { io.Copy(io.Discard, conn) }

func newWebhook(t testing.TB, address string) *sink.Webhook {
	t.Helper()
	w, err := sink.NewWebhook(address, "whsec_"+key)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// post makes one try with a body that no error may repeat, at an address with such a query.
func post(ctx context.Context, t testing.TB, address string) error {
	t.Helper()
	return newWebhook(t, address+"?token="+inQuery).Post(ctx, "lead-1", at, []byte(`{"name":"`+patient+`"}`))
}

// answer starts a server that answers every request so.
func answer(t testing.TB, handle http.HandlerFunc) (address string) {
	t.Helper()
	server := httptest.NewServer(handle)
	t.Cleanup(server.Close)
	return server.URL
}

func TestNewWebhook(t *testing.T) {
	t.Parallel()
	const good = "whsec_" + key
	for name, test := range map[string]struct {
		address, secret string
		ok              bool
	}{
		"https":                 {"https://crm.example.jp/hook?token=" + inQuery, good, true},
		"https with port":       {"https://crm.example.jp:8443", good, true},
		"http to this machine":  {"http://127.0.0.1:8080/hook", good, true},
		"http to ::1":           {"http://[::1]:8080/hook", good, true},
		"http to localhost":     {"http://localhost/hook", good, true},
		"longer secret":         {"https://crm.example.jp", "whsec_" + base64.StdEncoding.EncodeToString(make([]byte, 64)), true},
		"http":                  {"http://crm.example.jp/" + inQuery, good, false},
		"http to a lookalike":   {"http://localhost.example.jp/" + inQuery, good, false},
		"http to the network":   {"http://192.168.0.1/" + inQuery, good, false},
		"ftp":                   {"ftp://crm.example.jp/" + inQuery, good, false},
		"no scheme":             {"crm.example.jp/" + inQuery, good, false},
		"empty":                 {"", good, false},
		"no host":               {"https:///" + inQuery, good, false},
		"port only":             {"https://:443/" + inQuery, good, false}, // would be dialed as this machine
		"broken":                {"https://crm.example.jp/%zz" + inQuery, good, false},
		"broken port":           {"https://crm.example.jp:" + inQuery, good, false},
		"user and password":     {"https://user:" + inQuery + "@crm.example.jp/", good, false},
		"user":                  {"https://" + inQuery + "@crm.example.jp/", good, false},
		"no secret":             {"https://crm.example.jp", "", false},
		"secret without whsec_": {"https://crm.example.jp", key, false},
		"only whsec_":           {"https://crm.example.jp", "whsec_", false},
		"secret too short":      {"https://crm.example.jp", "whsec_" + base64.StdEncoding.EncodeToString([]byte(inQuery)), false},
		// As long as a good one, but 22 bytes and, for base64 skips line ends, none.
		"secret too short, filled up": {"https://crm.example.jp", "whsec_" + key[:30] + "==", false},
		"secret of line ends":         {"https://crm.example.jp", "whsec_" + strings.Repeat("\n", 32), false},
		"secret not base64":           {"https://crm.example.jp", good + "-_" + inQuery, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, err := sink.NewWebhook(test.address, test.secret)
			if test.ok {
				if err != nil || w == nil {
					t.Errorf("got %v and error %v, want a webhook", w, err)
				}
				return
			}
			if err == nil || w != nil {
				t.Fatalf("got %v and error %v, want an error", w, err)
			}
			secrets(t, err)
			if strings.Contains(err.Error(), "crm.example.jp") {
				t.Errorf("error %q repeats the address", err)
			}
		})
	}
}

// TestPost checks the request as a receiver would, by the standard's text and not its library.
func TestPost(t *testing.T) {
	t.Parallel()
	type request struct {
		*http.Request
		body []byte
	}
	requests := make(chan request, 2)
	address := answer(t, func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		requests <- request{r, body}
	})
	w := newWebhook(t, address+"/hook?token="+inQuery)
	secret, err := base64.StdEncoding.DecodeString(key)
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{
		"json":  []byte("{\"name\": \"" + patient + "\",\r\n \"a\":\"<&>\\u0000\"}\n"),
		"empty": {},
		"bytes": {0, 0xff, '\n', 0xfe, '.'},
	} {
		t.Run(name, func(t *testing.T) {
			if err := w.Post(t.Context(), "lead-1", at, body); err != nil {
				t.Fatal(err)
			}
			got := <-requests
			if got.Method != "POST" || got.URL.String() != "/hook?token="+inQuery {
				t.Errorf("got %s %s, want POST /hook?token=%s", got.Method, got.URL, inQuery)
			}
			if !bytes.Equal(got.body, body) {
				t.Errorf("got body %q, want %q", got.body, body)
			}
			mac := hmac.New(sha256.New, secret)
			fmt.Fprintf(mac, "lead-1.%d.%s", at.Unix(), body)
			for header, want := range map[string]string{
				"webhook-id":        "lead-1",
				"webhook-timestamp": strconv.FormatInt(at.Unix(), 10),
				"webhook-signature": "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)),
				"Content-Type":      "application/json",
			} {
				if got := got.Header.Get(header); got != want {
					t.Errorf("got %s %q, want %q", header, got, want)
				}
			}
		})
	}
}

func TestPost_status(t *testing.T) {
	t.Parallel()
	tests := map[string][]int{
		"taken":     {200, 201, 202, 204, 409},
		"permanent": {300, 301, 302, 303, 304, 307, 308, 400, 401, 402, 403, 404, 405, 410, 413, 415, 422, 451},
		"passing":   {408, 425, 429, 500, 501, 502, 503, 504, 599},
	}
	for want, codes := range tests {
		for _, code := range codes {
			t.Run(strconv.Itoa(code), func(t *testing.T) {
				t.Parallel()
				var followed atomic.Int32
				target := answer(t, func(http.ResponseWriter, *http.Request) { followed.Add(1) })
				address := answer(t, func(w http.ResponseWriter, r *http.Request) {
					if code/100 == 3 {
						w.Header().Set("Location", target+"/?"+answered)
					}
					w.Header().Set("X-Words", answered)
					w.WriteHeader(code)
					io.WriteString(w, answered)
				})
				err := post(t.Context(), t, address)
				if got := kind(t, err); got != want {
					t.Errorf("got %s (%v), want %s", got, err, want)
				}
				if err != nil && !strings.Contains(err.Error(), strconv.Itoa(code)) {
					t.Errorf("error %q doesn't name %d", err, code)
				}
				if n := followed.Load(); n != 0 {
					t.Errorf("the redirect's target got %d requests, want 0", n)
				}
			})
		}
	}
}

func TestPost_retryAfter(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]time.Duration{
		"":                              0,
		"7":                             7 * time.Second,
		"0":                             0,
		"86400":                         24 * time.Hour,
		"86401":                         24 * time.Hour,
		"999999999":                     24 * time.Hour,
		"-1":                            0,
		"7.5":                           0,
		"abc":                           0,
		"Wed, 21 Oct 2015 07:28:00 GMT": 0,
	} {
		for _, code := range []int{429, 503, 400} {
			t.Run(fmt.Sprint(header, " ", code), func(t *testing.T) {
				t.Parallel()
				address := answer(t, func(w http.ResponseWriter, _ *http.Request) {
					if header != "" {
						w.Header().Set("Retry-After", header)
					}
					w.WriteHeader(code)
				})
				failure, ok := errors.AsType[*sink.Failure](post(t.Context(), t, address))
				want := want
				if code == 400 { // there is no retry
					want = 0
				}
				if !ok || failure.RetryAfter != want {
					t.Errorf("got %+v, want RetryAfter %v", failure, want)
				}
			})
		}
	}
}

// TestPost_rude: servers that don't keep to HTTP, or to any time.
func TestPost_rude(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		serve func(net.Conn) // called with the request read
		want  string
	}{
		"hangs":            {hang, "passing"},
		"closes":           {func(net.Conn) {}, "passing"},
		"garbage":          {say(answered + "\r\n\r\n"), "passing"},
		"garbage status":   {say("HTTP/1.1 " + answered + "\r\n\r\n"), "passing"},
		"garbage header":   {say("HTTP/1.1 200 OK\r\n" + answered + "\r\n\r\n"), "passing"},
		"half a header":    {say("HTTP/1.1 200 OK\r\nX-Words: " + answered), "passing"},
		"header too large": {say("HTTP/1.1 200 OK\r\nX-Words: " + strings.Repeat(answered, 100_000) + "\r\n\r\n"), "passing"},
		// The status is there, and that is all that counts.
		"half an answer":      {say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + answered), "taken"},
		"half a chunk":        {say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n" + answered), "taken"},
		"half a refusal":      {say("HTTP/1.1 400 Bad\r\nContent-Length: 1000\r\n\r\n" + answered), "permanent"},
		"hangs in the answer": {func(conn net.Conn) { say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")(conn); hang(conn) }, "taken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			address := listen(t, func(conn net.Conn) {
				r, err := http.ReadRequest(bufio.NewReader(conn))
				if err != nil {
					t.Error(err)
					return
				}
				io.Copy(io.Discard, r.Body)
				test.serve(conn)
			})
			ctx, cancel := t.Context(), context.CancelFunc(func() {})
			if strings.HasPrefix(name, "hangs") {
				ctx, cancel = context.WithTimeout(ctx, patience)
			}
			defer cancel()
			err := soon(t, func() error { return post(ctx, t, "http://"+address) })
			if got := kind(t, err); got != test.want {
				t.Errorf("got %s (%v), want %s", got, err, test.want)
			}
		})
	}
}

func say(text string) func(net.Conn) { return func(conn net.Conn) { io.WriteString(conn, text) } }

func TestPost_unreachable(t *testing.T) {
	t.Parallel()
	stranger := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("a server with an unknown certificate got the request")
	}))
	stranger.Config.ErrorLog = log.New(io.Discard, "", 0) // of handshakes that fail, as they should
	stranger.StartTLS()
	t.Cleanup(stranger.Close)
	plain := answer(t, func(http.ResponseWriter, *http.Request) { t.Error("https was sent in the clear") })
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for name, test := range map[string]struct {
		ctx           context.Context
		address, word string
	}{
		"refused":             {t.Context(), "http://" + refuses, "refused"},
		"unknown certificate": {t.Context(), stranger.URL, "certificate"},
		"no TLS":              {t.Context(), strings.Replace(plain, "http:", "https:", 1), ""},
		"silent in TLS":       {t.Context(), "https://" + listen(t, func(net.Conn) {}), ""},
		"canceled":            {canceled, plain, "cancel"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := post(test.ctx, t, test.address)
			if got := kind(t, err); got != "passing" {
				t.Fatalf("got %s (%v), want passing", got, err)
			}
			if !strings.Contains(err.Error(), test.word) {
				t.Errorf("got error %q, want one that says %q", err, test.word)
			}
		})
	}
}

func TestPost_largeAnswer(t *testing.T) {
	t.Parallel()
	whole := make(chan bool, 1)
	address := answer(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte("x"), 1<<20)
		for range 10 {
			if _, err := w.Write(chunk); err != nil {
				whole <- false // the connection is closed: what was read was enough
				return
			}
		}
		whole <- true
	})
	if err := soon(t, func() error { return post(t.Context(), t, address) }); err != nil {
		t.Fatal(err)
	}
	if <-whole {
		t.Error("got 10 MB read, want no more than is needed")
	}
}

// TestPost_reuse: answers that are read to their end leave the connection for the next post.
func TestPost_reuse(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, strings.Repeat(answered, 1000))
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	w := newWebhook(t, server.URL)
	for range 5 {
		if err := w.Post(t.Context(), "lead-1", at, []byte(`{}`)); err != nil {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("got %d connections, want 1", n)
	}
}
