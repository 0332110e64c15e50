package line

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"
)

// secret stands in answers for whatever LINE may repeat of a message.
const secret = "患者の言葉"

func TestReply_answers(t *testing.T) {
	t.Parallel()
	type header = map[string]string
	id := header{"X-Line-Request-Id": "req-1"}
	for name, test := range map[string]struct {
		status    int
		header    header
		body      string
		want      *StatusError
		temporary bool
	}{
		"ok":              {200, id, `{"sentMessages":[{"id":"1"}]}`, nil, false},
		"ok empty":        {200, id, ``, nil, false},
		"ok not JSON":     {200, id, `OK`, nil, false},
		"ok other form":   {200, id, `{"sentMessages":[{"id":1}]}`, nil, false},
		"accepted":        {202, id, `{}`, nil, false},
		"no content":      {204, id, ``, nil, false},
		"invalid token":   {400, id, `{"message":"Invalid reply token"}`, &StatusError{Code: 400, RequestID: "req-1"}, false},
		"invalid message": {400, id, `{"message":"` + secret + `","details":[{"message":"` + secret + `","property":"messages[0].template.text"},{"property":"/body/contents/0"}]}`, &StatusError{Code: 400, RequestID: "req-1", Properties: []string{"messages[0].template.text", "/body/contents/0"}}, false},
		"odd properties":  {400, nil, `{"details":[{"property":"` + secret + `"},{"property":"a b"},{"property":""},{"property":"` + strings.Repeat("a", 129) + `"},{"property":"ok"}]}`, &StatusError{Code: 400, Properties: []string{"ok"}}, false},
		"many properties": {400, nil, `{"details":[` + strings.Repeat(`{"property":"a"},`, 20) + `{}]}`, &StatusError{Code: 400, Properties: strings.Split(strings.Repeat("a", maxProperties), "")}, false},
		"not JSON":        {400, nil, secret, &StatusError{Code: 400}, false},
		"long answer":     {400, nil, strings.Repeat(secret, maxAnswer), &StatusError{Code: 400}, false},
		"odd request id":  {400, header{"X-Line-Request-Id": "a b\tc"}, `{}`, &StatusError{Code: 400}, false},
		"unauthorized":    {401, id, `{}`, &StatusError{Code: 401, RequestID: "req-1"}, false},
		"forbidden":       {403, nil, `{}`, &StatusError{Code: 403}, false},
		"not found":       {404, nil, `{}`, &StatusError{Code: 404}, false},
		"conflict":        {409, nil, `{}`, &StatusError{Code: 409}, false},
		"too large":       {413, nil, ``, &StatusError{Code: 413}, false},
		"redirect":        {307, header{"Location": "/elsewhere"}, ``, &StatusError{Code: 307}, false},
		"rate limit":      {429, id, `{"message":"The API rate limit has been exceeded. Try again later."}`, &StatusError{Code: 429, RequestID: "req-1"}, true},
		"quota":           {429, id, `{"message":"You have reached your monthly limit."}`, &StatusError{Code: 429, RequestID: "req-1", Quota: true}, false},
		"retry after":     {429, header{"Retry-After": "7"}, ``, &StatusError{Code: 429, RetryAfter: 7 * time.Second}, true},
		"retry far after": {429, header{"Retry-After": "999999999999"}, ``, &StatusError{Code: 429, RetryAfter: maxRetryAfter}, true},
		"retry before":    {503, header{"Retry-After": "-7"}, ``, &StatusError{Code: 503}, true},
		"retry at a date": {503, header{"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, ``, &StatusError{Code: 503}, true},
		"server error":    {500, id, secret, &StatusError{Code: 500, RequestID: "req-1"}, true},
		"gateway timeout": {504, nil, `<html>`, &StatusError{Code: 504}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, calls := fake(t, test.status, test.header, test.body)
			err := client.Reply(t.Context(), "token", messages)
			if n := len(calls()); n != 1 {
				t.Errorf("got %d calls, want 1", n)
			}
			if test.want == nil {
				if err != nil {
					t.Errorf("got %v, want success", err)
				}
				return
			}
			test.want.Method = "reply"
			var got *StatusError
			if !errors.As(err, &got) || !reflect.DeepEqual(got, test.want) {
				t.Fatalf("got  %+v\nwant %+v", got, test.want)
			}
			if Temporary(fmt.Errorf("turn: %w", err)) != test.temporary {
				t.Errorf("temporary: got %t, want %t", !test.temporary, test.temporary)
			}
			want := fmt.Sprintf("reply: LINE answered %d", test.status)
			if test.want.RequestID != "" {
				want += ", request req-1"
			}
			if err.Error() != want {
				t.Errorf("got %q, want %q", err, want)
			}
		})
	}
}

// TestPush_conflict: LINE has the message already. LINE: D/retrying-api-request.
func TestPush_conflict(t *testing.T) {
	t.Parallel()
	client, _ := fake(t, 409, nil, `{"message":"The retry key is already accepted"}`)
	if err := client.Push(t.Context(), testUser, testKey, messages); err != nil {
		t.Errorf("got %v, want success", err)
	}
	client, _ = fake(t, 500, nil, ``)
	if err := client.Push(t.Context(), testUser, testKey, messages); !Temporary(err) {
		t.Errorf("server error: got %v, want a temporary error", err)
	}
}

func TestProfile_answers(t *testing.T) {
	t.Parallel()
	client, _ := fake(t, 404, nil, `{"message":"Not found"}`)
	_, err := client.Profile(t.Context(), testUser)
	if got, ok := errors.AsType[*StatusError](err); !ok || got.Code != 404 || got.Method != "get profile" || Temporary(err) {
		t.Errorf("unknown user: got %v, want 404 for good", err)
	}
	for _, body := range []string{``, `OK`, `{"displayName":1}`, `{"displayName":"` + secret} {
		client, _ := fake(t, 200, nil, body)
		name, err := client.Profile(t.Context(), testUser)
		if name != "" || err == nil || err.Error() != "get profile: answer is not of the expected form" || !Temporary(err) {
			t.Errorf("answer %q: got %q, %v; want the fixed error", body, name, err)
		}
		if _, err := client.BotInfo(t.Context()); err == nil && body != `{"displayName":1}` {
			t.Errorf("answer %q: got bot info", body)
		}
	}
}

func TestReply_deadline(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"before the status": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		},
		"within a refusal": func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(500)
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		},
	} {
		client := serve(t, handler)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		if err := client.Reply(ctx, "token", messages); !Temporary(err) || ctx.Err() == nil {
			t.Errorf("%s: got %v, want a temporary error when time is up", name, err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), -1)
	defer cancel()
	client, calls := fake(t, 200, nil, `{}`)
	err := client.Reply(ctx, "token", messages)
	if !errors.Is(err, context.DeadlineExceeded) || err.Error() != "reply: no answer in time" || len(calls()) > 0 {
		t.Errorf("late call: got %v, want it not to be made", err)
	}
}

// TestProfile_deadlineInAnswer: time is up after the status, within the body.
func TestProfile_deadlineInAnswer(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"displayName":"`)
		w.(http.Flusher).Flush()
		cancel()
		<-r.Context().Done()
	})
	_, err := client.Profile(ctx, testUser)
	if !errors.Is(err, context.Canceled) || !Temporary(err) {
		t.Errorf("got %v, want a temporary error that is context.Canceled", err)
	}
}

// TestClient_connectionErrors: the cause is named, the URL isn't.
func TestClient_connectionErrors(t *testing.T) {
	t.Parallel()
	hang := func(answer string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			io.WriteString(conn, answer)
			conn.Close()
		}
	}
	gone := httptest.NewServer(nil)
	gone.Close()
	refused, err := NewClient(Config{Token: testToken, BaseURL: gone.URL})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		client *Client
		want   string
	}{
		"refused":  {refused, "connection refused"},
		"hung up":  {serve(t, hang("")), "connection closed before the answer"},
		"nonsense": {serve(t, hang(secret+"\r\n\r\n")), "get profile: connection broken"},
	} {
		_, err := test.client.Profile(t.Context(), testUser)
		if err == nil || !strings.Contains(err.Error(), test.want) || !Temporary(err) {
			t.Errorf("%s: got %v, want a temporary error: %s", name, err, test.want)
			continue
		}
		if strings.Contains(err.Error(), testUser) || strings.Contains(err.Error(), secret) {
			t.Errorf("%s: got the user or the answer in the error: %v", name, err)
		}
	}
}

func TestConnError_causes(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		cause error
		want  string
	}{
		{&net.DNSError{Err: "no such host", Name: "api.line.me"}, "reply: lookup api.line.me: no such host"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("refused")}, "reply: dial tcp: refused"},
		{io.ErrUnexpectedEOF, "reply: connection closed before the answer"},
		{errors.New(secret), "reply: connection broken"},
	} {
		if got := (&connError{"reply", test.cause}).Error(); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestTemporary_others(t *testing.T) {
	t.Parallel()
	if Temporary(nil) || Temporary(errors.New("other")) {
		t.Error("got true for no error of a call")
	}
}
