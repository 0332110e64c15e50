package line

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// newTransport is made for many short calls to one host. It has no bound on the answer's
// time: the context of each call is that.
func newTransport() *http.Transport {
	dialer := &net.Dialer{Timeout: 2 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         dialer.DialContext,
		ForceAttemptHTTP2:   true,
		TLSHandshakeTimeout: 3 * time.Second,
		MaxIdleConns:        256,
		MaxIdleConnsPerHost: 256, // net/http's default, 2, would dial anew under load
		IdleConnTimeout:     90 * time.Second,
		// All calls may share one HTTP/2 connection: without pings, one that died
		// silently would take every call with it until the kernel gives up.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 10 * time.Second, PingTimeout: 3 * time.Second},
	}
}

// maxAnswer bounds what is read of an answer; LINE's are under a kilobyte.
const maxAnswer = 64 << 10

// bounded is the client with answers of at most maxAnswer bytes: the SDK reads answers
// whole, and leaves some unread, which would cost the connection.
func bounded(client *http.Client) *http.Client {
	copied := *client
	next := copied.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	copied.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		r, err := withoutNull(r)
		if err != nil {
			return nil, err
		}
		res, err := next.RoundTrip(r)
		if err == nil {
			res.Body = &answer{ReadCloser: res.Body, left: maxAnswer}
		}
		return res, err
	})
	return &copied
}

// noUnits is what the SDK writes of a push without units. LINE's description doesn't allow
// null there (O:PushMessageRequest). In a text the quotes would be escaped.
var noUnits = []byte(`"customAggregationUnits":null,`)

// withoutNull takes noUnits out of a request.
func withoutNull(r *http.Request) (*http.Request, error) {
	if !strings.HasSuffix(r.URL.Path, "/message/push") || r.Body == nil {
		return r, nil
	}
	body, err := io.ReadAll(r.Body)
	r.Body.Close()
	if err != nil {
		return nil, err
	}
	body = bytes.Replace(body, noUnits, nil, 1)
	r = r.Clone(r.Context())
	r.ContentLength = int64(len(body))
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, err = r.GetBody()
	return r, err
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type answer struct {
	io.ReadCloser
	left int
}

// Read ends the answer at its bound, and closes there: of answers that aren't 2xx the SDK
// never calls Close.
func (a *answer) Read(p []byte) (int, error) {
	if a.left <= 0 {
		a.ReadCloser.Close()
		return 0, io.EOF
	}
	n, err := a.ReadCloser.Read(p[:min(len(p), a.left)])
	a.left -= n
	return n, err
}

// Close reads the rest, so that the connection can be used again.
func (a *answer) Close() error {
	io.Copy(io.Discard, a)
	return a.ReadCloser.Close()
}
