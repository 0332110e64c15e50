package line

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const (
	testToken = "test-token"
	testKey   = "123e4567-e89b-12d3-a456-426614174000"
	testUser  = "U4af4980629012345678901234567890a"
)

// call is a request as LINE would see it.
type call struct {
	method, path, body string
	header             http.Header
}

// fake answers every call with one answer and notes the calls.
func fake(t testing.TB, status int, header map[string]string, body string) (*Client, func() []call) {
	t.Helper()
	calls := make(chan call, 100)
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		calls <- call{r.Method, r.URL.Path, strings.TrimSpace(string(raw)), r.Header}
		for key, value := range header {
			w.Header().Set(key, value)
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	})
	return client, func() []call {
		var got []call
		for len(calls) > 0 {
			got = append(got, <-calls)
		}
		return got
	}
}

// serve makes a client with our own transport for a server in this process.
func serve(t testing.TB, handler http.HandlerFunc) *Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	client, err := NewClient(Config{Token: testToken, BaseURL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// messages is what renderers make: properties the SDK doesn't know, zero values left out.
var messages = []json.RawMessage{
	json.RawMessage(`{"type":"text","text":"腰の痛み 1 < 2 & \"x\""}`),
	json.RawMessage(`{"type":"flex","altText":"a","contents":{"type":"bubble","body":{"type":"box","layout":"horizontal","contents":[],"newProperty":1.50}},"quickReply":{"items":[]}}`),
}

const sentMessages = `"messages":[{"type":"text","text":"腰の痛み 1 \u003c 2 \u0026 \"x\""},{"type":"flex","altText":"a","contents":{"type":"bubble","body":{"type":"box","layout":"horizontal","contents":[],"newProperty":1.50}},"quickReply":{"items":[]}}]`

func TestClient_requests(t *testing.T) {
	t.Parallel()
	const answer = `{"sentMessages":[{"id":"1"}],"userId":"U1","displayName":"ほぐし","basicId":"@hogushi","chatMode":"chat","markAsReadMode":"manual"}`
	for name, test := range map[string]struct {
		do   func(ctx context.Context, c *Client) error
		want call
	}{
		"reply": {
			func(ctx context.Context, c *Client) error { return c.Reply(ctx, "token", messages) },
			call{method: "POST", path: "/v2/bot/message/reply", body: `{"replyToken":"token","notificationDisabled":false,` + sentMessages + `}`},
		},
		"push": {
			func(ctx context.Context, c *Client) error { return c.Push(ctx, testUser, testKey, messages) },
			call{method: "POST", path: "/v2/bot/message/push", body: `{"to":"` + testUser + `","notificationDisabled":false,` + sentMessages + `}`},
		},
		"profile": {
			func(ctx context.Context, c *Client) error {
				got, err := c.Profile(ctx, testUser)
				if err == nil && got != "ほぐし" {
					t.Errorf("got name %q, want ほぐし", got)
				}
				return err
			},
			call{method: "GET", path: "/v2/bot/profile/" + testUser},
		},
		"member": {
			func(ctx context.Context, c *Client) error {
				got, err := c.MemberName(ctx, "C0123456789abcdef0123456789abcdef", testUser)
				if err == nil && got != "ほぐし" {
					t.Errorf("got name %q, want ほぐし", got)
				}
				return err
			},
			call{method: "GET", path: "/v2/bot/group/C0123456789abcdef0123456789abcdef/member/" + testUser},
		},
		"bot info": {
			func(ctx context.Context, c *Client) error {
				got, err := c.BotInfo(ctx)
				if got.At.IsZero() {
					t.Error("got no time")
				}
				got.At = time.Time{}
				if want := (Info{UserID: "U1", DisplayName: "ほぐし", BasicID: "@hogushi", ChatMode: "chat"}); err == nil && got != want {
					t.Errorf("got %+v, want %+v", got, want)
				}
				return err
			},
			call{method: "GET", path: "/v2/bot/info"},
		},
		"show loading": {
			func(ctx context.Context, c *Client) error { return c.ShowLoading(ctx, testUser, 11) },
			call{method: "POST", path: "/v2/bot/chat/loading/start", body: `{"chatId":"` + testUser + `","loadingSeconds":15}`},
		},
		"show loading for less than LINE takes": {
			func(ctx context.Context, c *Client) error { return c.ShowLoading(ctx, testUser, -1) },
			call{method: "POST", path: "/v2/bot/chat/loading/start", body: `{"chatId":"` + testUser + `","loadingSeconds":5}`},
		},
		"show loading for more than LINE takes": {
			func(ctx context.Context, c *Client) error { return c.ShowLoading(ctx, testUser, 61) },
			call{method: "POST", path: "/v2/bot/chat/loading/start", body: `{"chatId":"` + testUser + `","loadingSeconds":60}`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, calls := fake(t, 200, nil, answer)
			if err := test.do(t.Context(), client); err != nil {
				t.Fatal(err)
			}
			all := calls()
			if len(all) != 1 {
				t.Fatalf("got %d calls, want 1", len(all))
			}
			got := all[0]
			if got.method != test.want.method || got.path != test.want.path {
				t.Errorf("got %s %s, want %s %s", got.method, got.path, test.want.method, test.want.path)
			}
			if got.body != test.want.body {
				t.Errorf("body:\ngot  %s\nwant %s", got.body, test.want.body)
			}
			if auth := got.header.Get("Authorization"); auth != "Bearer "+testToken {
				t.Errorf("got Authorization %q", auth)
			}
			// LINE answers 400 to a retry key anywhere else: D/retrying-api-request.
			key, sent := got.header["X-Line-Retry-Key"]
			if sent != (name == "push") || sent && key[0] != testKey {
				t.Errorf("got retry key %q", key)
			}
		})
	}
}

// TestClient_refuses: arguments that LINE would refuse, or take for another call, aren't sent.
func TestClient_refuses(t *testing.T) {
	t.Parallel()
	client, calls := fake(t, 200, nil, `{}`)
	ctx := t.Context()
	one := messages[:1]
	for name, err := range map[string]error{
		"no token":         client.Reply(ctx, "", one),
		"token long":       client.Reply(ctx, strings.Repeat("x", maxToken+1), one),
		"token two lines":  client.Reply(ctx, "a\nb", one),
		"no messages":      client.Reply(ctx, "token", nil),
		"six messages":     client.Reply(ctx, "token", append(messages[:2:2], messages[0], messages[0], messages[0], messages[0])),
		"empty message":    client.Reply(ctx, "token", []json.RawMessage{nil}),
		"message a string": client.Reply(ctx, "token", []json.RawMessage{json.RawMessage(`"秘密"`)}),
		"message broken":   client.Reply(ctx, "token", []json.RawMessage{json.RawMessage(`{"text":秘密}`)}),
		"no receiver":      client.Push(ctx, "", testKey, one),
		"receiver a path":  client.Push(ctx, "../x", testKey, one),
		"no retry key":     client.Push(ctx, testUser, "", one),
		"retry key":        client.Push(ctx, testUser, "lead-1", one),
		"push nothing":     client.Push(ctx, testUser, testKey, nil),
		"profile":          second(client.Profile(ctx, "../info")),
		"profile of none":  second(client.Profile(ctx, "")),
		"loading":          client.ShowLoading(ctx, "a/b", 5),
	} {
		if err == nil {
			t.Errorf("%s: got no error", name)
			continue
		}
		if Temporary(err) {
			t.Errorf("%s: got a temporary error: %v", name, err)
		}
		if strings.ContainsAny(err.Error(), "秘密") {
			t.Errorf("%s: got a message in the error: %v", name, err)
		}
	}
	if got := calls(); len(got) > 0 {
		t.Errorf("got %d calls, want none", len(got))
	}
}

func second(_ string, err error) error { return err }

func TestNewClient_refuses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		config Config
		want   string
	}{
		{Config{}, "LINE_CHANNEL_TOKEN"},
		{Config{Token: "secret token"}, "LINE_CHANNEL_TOKEN"},
		{Config{Token: "secret\n"}, "LINE_CHANNEL_TOKEN"},
		{Config{Token: "t", BaseURL: "api.line.me"}, "LINE_API_BASE"},
		{Config{Token: "t", BaseURL: "ftp://api.line.me"}, "LINE_API_BASE"},
		{Config{Token: "t", BaseURL: "https:///v2"}, "LINE_API_BASE"},
		{Config{Token: "t", BaseURL: "https://secret\x00"}, "LINE_API_BASE"},
	} {
		_, err := NewClient(test.config)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: got error %v, want one that names %s only", test.config, err, test.want)
		}
	}
	if _, err := NewClient(Config{Token: "t"}); err != nil {
		t.Errorf("LINE's own base URL: %v", err)
	}
}

// TestClient_contexts: one call's context is no other call's. The first is held by the
// server until the second has been canceled and is over.
func TestClient_contexts(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan string, 2), make(chan struct{})
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // else the server doesn't notice that the caller is gone
		var request struct{ ReplyToken string }
		json.Unmarshal(body, &request)
		arrived <- request.ReplyToken
		select {
		case <-release:
			io.WriteString(w, `{}`)
		case <-r.Context().Done():
		}
	})
	first, other := make(chan error, 1), make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { first <- client.Reply(t.Context(), "first", messages) }()
	go func() { other <- client.Reply(ctx, "other", messages) }()
	<-arrived
	<-arrived
	cancel()
	err := <-other
	if !Temporary(err) || err.Error() != "reply: canceled" {
		t.Errorf("canceled call: got %v, want a temporary error of that name", err)
	}
	close(release)
	if err := <-first; err != nil {
		t.Errorf("the other call: got %v", err)
	}
}

// TestClient_keepsConnections: nothing is left unread, whatever the answer.
func TestClient_keepsConnections(t *testing.T) {
	t.Parallel()
	answers := map[string]struct {
		status int
		body   string
	}{
		"short":   {200, `{}`},
		"empty":   {200, ``},
		"padded":  {200, `{}` + strings.Repeat(" ", 10000)},
		"refused": {400, `{"message":"m"}`},
		"overrun": {503, strings.Repeat("x", 10000)},
	}
	for name, test := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			peers := map[string]bool{}
			client := serve(t, func(w http.ResponseWriter, r *http.Request) {
				peers[r.RemoteAddr] = true
				w.WriteHeader(test.status)
				w.(http.Flusher).Flush() // chunked, so that the end comes apart
				io.WriteString(w, test.body)
			})
			for range 5 {
				client.Reply(t.Context(), "token", messages)
			}
			if len(peers) != 1 {
				t.Errorf("got %d connections for 5 calls, want 1", len(peers))
			}
		})
	}
}

// TestClient_endlessAnswer: an answer is read to its bound, then the connection is closed.
func TestClient_endlessAnswer(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 400} {
		over := make(chan struct{})
		client := serve(t, func(w http.ResponseWriter, r *http.Request) {
			defer close(over)
			w.WriteHeader(status)
			for r.Context().Err() == nil {
				io.WriteString(w, strings.Repeat(" ", 1000))
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		if err := client.Reply(ctx, "token", messages); (err == nil) != (status == 200) {
			t.Errorf("status %d: got %v", status, err)
		}
		<-over
	}
}

// TestClient_ownHTTPClient: the caller's is used, and isn't changed.
func TestClient_ownHTTPClient(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, `{}`) }))
	defer server.Close()
	used := 0
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		used++
		return http.DefaultTransport.RoundTrip(r)
	})
	own := &http.Client{Transport: &transport}
	client, err := NewClient(Config{Token: testToken, BaseURL: server.URL + "/prefix/", HTTPClient: own})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Reply(t.Context(), "token", messages); err != nil || used != 1 {
		t.Errorf("got %v, %d uses; want none, 1", err, used)
	}
	if own.Transport != http.RoundTripper(&transport) {
		t.Error("the caller's client was changed")
	}
}

// BenchmarkReply has the server in this process: both sides count. BenchmarkReply_bare is
// the same call without the SDK.
func BenchmarkReply(b *testing.B) {
	client := serve(b, acceptAll)
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if err := client.Reply(ctx, "38ef843bde154d9b91c21320ffd17a0f", messages); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReply_bare(b *testing.B) {
	server := httptest.NewServer(http.HandlerFunc(acceptAll))
	defer server.Close()
	client := &http.Client{Transport: newTransport()}
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		body, err := json.Marshal(struct {
			ReplyToken string            `json:"replyToken"`
			Messages   []json.RawMessage `json:"messages"`
		}{"38ef843bde154d9b91c21320ffd17a0f", messages})
		if err != nil {
			b.Fatal(err)
		}
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+"/v2/bot/message/reply", bytes.NewReader(body))
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+testToken)
		r.Header.Set("Content-Type", "application/json")
		res, err := client.Do(r)
		if err != nil {
			b.Fatal(err)
		}
		io.Copy(io.Discard, res.Body)
		res.Body.Close()
	}
}

// BenchmarkReply_client has no server and no connection: what remains is the client's own
// work up to net/http's transport.
func BenchmarkReply_client(b *testing.B) {
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		io.Copy(io.Discard, r.Body)
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{"sentMessages":[]}`))}, nil
	})
	client, err := NewClient(Config{Token: testToken, HTTPClient: &http.Client{Transport: transport}})
	if err != nil {
		b.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(b.Context(), time.Hour)
	defer cancel()
	b.ReportAllocs()
	for b.Loop() {
		if err := client.Reply(ctx, "38ef843bde154d9b91c21320ffd17a0f", messages); err != nil {
			b.Fatal(err)
		}
	}
}

func acceptAll(w http.ResponseWriter, r *http.Request) {
	io.Copy(io.Discard, r.Body)
	io.WriteString(w, `{"sentMessages":[{"id":"461230966842064897","quoteToken":"IStG5h1Tz7b"}]}`)
}
