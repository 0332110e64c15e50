package line

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/line/line-bot-sdk-go/v8/linebot/messaging_api"
)

// StatusError is an answer of LINE's other than success. LINE's message isn't in it: that
// can repeat what was sent, and isn't a contract (C/development-guidelines).
type StatusError struct {
	Method     string        // "reply", "push", …
	Code       int           // the HTTP status
	RequestID  string        // LINE's name for the call, to be quoted to LINE; it keeps no logs for us
	RetryAfter time.Duration // zero when not said; LINE doesn't document that it does
	// Quota tells the month's used-up messages from the other kinds of 429. Only LINE's
	// message differs, so a change of its words would make this false.
	Quota bool
	// Properties are the places a 400 complains of, like "messages[0].template.text": paths
	// only, never content.
	Properties []string
}

func (e *StatusError) Error() string {
	if e.RequestID == "" {
		return fmt.Sprintf("%s: LINE answered %d", e.Method, e.Code)
	}
	return fmt.Sprintf("%s: LINE answered %d, request %s", e.Method, e.Code, e.RequestID)
}

// connError is a call without an answer. The URL that net/http puts into its errors is
// left out: it can hold a user's id.
type connError struct {
	method string
	err    error
}

func (e *connError) Unwrap() error { return e.err }

// Error names the causes an operator can act on. Others may quote the answer.
func (e *connError) Error() string {
	var (
		dns  *net.DNSError
		op   *net.OpError
		cert *tls.CertificateVerificationError
		slow net.Error
	)
	cause := "connection broken"
	switch {
	case errors.Is(e.err, context.Canceled):
		cause = "canceled"
	case errors.Is(e.err, context.DeadlineExceeded):
		cause = "no answer in time"
	case errors.As(e.err, &dns):
		cause = dns.Error()
	case errors.As(e.err, &op):
		cause = op.Error()
	case errors.As(e.err, &cert):
		cause = cert.Error()
	case errors.As(e.err, &slow) && slow.Timeout():
		cause = "no answer in time"
	case errors.Is(e.err, errAnswer):
		cause = errAnswer.Error()
	case errors.Is(e.err, io.EOF), errors.Is(e.err, io.ErrUnexpectedEOF):
		cause = "connection closed before the answer"
	}
	return e.method + ": " + cause
}

// errAnswer is a success whose body can't be read, where the body is what was asked for.
var errAnswer = errors.New("answer is not of the expected form")

// Temporary tells whether the same call may succeed later: LINE was out of reach, too slow
// (the call may have been carried out), overloaded (5xx), or asked for patience (429, but
// not for the monthly quota). A canceled call is temporary too: nothing was refused.
// LINE: R#status-codes, D/retrying-api-request.
func Temporary(err error) bool {
	if status, ok := errors.AsType[*StatusError](err); ok {
		return status.Code == http.StatusTooManyRequests && !status.Quota || status.Code >= 500
	}
	_, ok := errors.AsType[*connError](err)
	return ok
}

// sent judges the SDK's results of a call that needs no answer but its status. After 2xx,
// LINE has accepted, whatever the SDK says about the body.
func sent(method string, res *http.Response, err error) error {
	switch {
	case err == nil:
		return nil
	case res == nil:
		return unanswered(method, err)
	case res.StatusCode/100 == 2:
		return nil
	}
	return statusError(method, res)
}

// received judges the SDK's results of a call for the sake of its answer.
func received(method string, res *http.Response, err error) error {
	switch {
	case err == nil:
		return nil
	case res == nil:
		return unanswered(method, err)
	case res.StatusCode/100 == 2:
		if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
			return &connError{method, err}
		}
		return &connError{method, errAnswer}
	}
	return statusError(method, res)
}

// unanswered tells a failed call, always a *url.Error of net/http, from one that was never
// made: then the SDK couldn't encode it, and its error quotes the message.
func unanswered(method string, err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		return &connError{method, failed.Err}
	}
	return fmt.Errorf("%s: a message is not valid JSON", method)
}

func statusError(method string, res *http.Response) error {
	e := &StatusError{
		Method:     method,
		Code:       res.StatusCode,
		RequestID:  idOrNone(res.Header.Get("X-Line-Request-Id")),
		RetryAfter: retryAfter(res.Header.Get("Retry-After")),
	}
	if e.Code != http.StatusBadRequest && e.Code != http.StatusTooManyRequests {
		return e
	}
	var body messaging_api.ErrorResponse
	raw, _ := io.ReadAll(res.Body) // the SDK's copy in memory
	if json.Unmarshal(raw, &body) != nil {
		return e
	}
	if e.Code == http.StatusTooManyRequests {
		e.Quota = strings.Contains(strings.ToLower(body.Message), "monthly limit")
		return e
	}
	for _, detail := range body.Details[:min(len(body.Details), maxProperties)] {
		if validProperty(detail.Property) {
			e.Properties = append(e.Properties, detail.Property)
		}
	}
	return e
}

const maxProperties = 8

// validProperty accepts paths like "messages[0].contents" and "/body/contents/0".
func validProperty(path string) bool {
	if path == "" || len(path) > 128 {
		return false
	}
	for i := range len(path) {
		if c := path[i]; !strings.ContainsRune("./[]", rune(c)) && !validID(path[i:i+1]) {
			return false
		}
	}
	return true
}

// maxRetryAfter bounds what an answer can ask for.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads seconds; a date, the header's other form, isn't waited for.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.Atoi(header)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, int(maxRetryAfter/time.Second))) * time.Second
}
