package sink

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// webhookBy bounds one post, the answer included.
const webhookBy = 10 * time.Second

// maxAnswer is how much of an answer is read, for the connection's sake.
const maxAnswer = 64 << 10

// Webhook posts to one address, signed as https://www.standardwebhooks.com describes it.
type Webhook struct {
	address string
	signer  *standardwebhooks.Webhook
	client  *http.Client
}

// NewWebhook checks the address and the secret ("whsec_" and base64); it calls nothing. The
// address must be https, for the body names patients; on this machine http will do.
func NewWebhook(address, secret string) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errForm
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return nil, errors.New("http would send patients' names in the clear: write https")
	}
	if u.User != nil {
		return nil, errors.New("a password in the address isn't kept: the signature is what proves who posts")
	}
	encoded, ok := strings.CutPrefix(secret, "whsec_")
	key, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil || len(key) < 24 {
		return nil, errors.New("the secret must be whsec_ and at least 24 random bytes in base64")
	}
	signer, err := standardwebhooks.NewWebhookRaw(key)
	if err != nil {
		return nil, errors.New("the secret can't be used")
	}
	dialer := &net.Dialer{Timeout: 3 * time.Second}
	return &Webhook{address, signer, &http.Client{
		Timeout: webhookBy,
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second,
			MaxIdleConns: 32, MaxIdleConnsPerHost: 32, IdleConnTimeout: 90 * time.Second, MaxResponseHeaderBytes: maxAnswer},
		// Followed, a redirect would carry a patient's name to wherever the answer says.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Post makes one try. The id is the same in every try; at is this one's time. 409 counts as
// taken: the receiver has had it before. The error is a *Failure.
func (w *Webhook) Post(ctx context.Context, id string, at time.Time, body []byte) error {
	signature, err := w.signer.Sign(id, at, body)
	if err != nil {
		return permanent("sign webhook: the id or the secret can't be used")
	}
	ctx, cancel := context.WithTimeout(ctx, webhookBy)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.address, bytes.NewReader(body))
	if err != nil {
		return permanent("post webhook: the address can't be used")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "hogushi")
	req.Header.Set(standardwebhooks.HeaderWebhookID, id)
	req.Header.Set(standardwebhooks.HeaderWebhookTimestamp, fmt.Sprint(at.Unix()))
	req.Header.Set(standardwebhooks.HeaderWebhookSignature, signature)
	res, err := w.client.Do(req)
	if err != nil {
		return passing("post webhook: " + cause(err))
	}
	defer res.Body.Close()
	io.CopyN(io.Discard, res.Body, maxAnswer)
	return judge(res)
}

// judge tells by the status; what stands in the body doesn't count.
func judge(res *http.Response) error {
	code := res.StatusCode
	reason := fmt.Sprintf("post webhook: it answered %d", code)
	switch {
	case code/100 == 2, code == http.StatusConflict:
		return nil
	case code/100 == 3:
		return permanent(reason + ", a redirect: write the address that it leads to into HANDOFF_WEBHOOK_URL")
	case code == http.StatusRequestTimeout, code == http.StatusTooEarly, code == http.StatusTooManyRequests, code >= 500:
		return &Failure{Reason: reason, RetryAfter: retryAfter(res.Header.Get("Retry-After"))}
	case code/100 == 4:
		return permanent(reason)
	}
	return passing(reason)
}

// cause names what an operator can act on. The whole error would quote the address, whose
// query may be secret, or the answer.
func cause(err error) string {
	var (
		dns  *net.DNSError
		op   *net.OpError
		cert *tls.CertificateVerificationError
		slow net.Error
	)
	switch {
	case errors.Is(err, context.Canceled):
		return "canceled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &slow) && slow.Timeout():
		return "no answer in time"
	case errors.As(err, &cert):
		return cert.Error()
	case errors.As(err, &dns):
		return dns.Error()
	case errors.As(err, &op):
		return op.Error()
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "connection closed before the answer"
	}
	return "the answer can't be understood"
}
