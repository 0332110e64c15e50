// Package sink takes what is handed over out of the house: to a webhook, and by mail. It
// knows HTTP and SMTP, and nothing of patients. Each call is one try; whether and when there
// is another is the caller's to say, by the kind of [Failure].
package sink

import (
	"errors"
	"strconv"
	"time"
)

// Failure says why something was not taken. Its text holds neither what was sent nor what
// was answered: both can quote a patient.
type Failure struct {
	Permanent  bool          // the same again can't succeed
	RetryAfter time.Duration // what the other side asked for, zero if nothing
	Reason     string        // for an operator
}

func (f *Failure) Error() string { return f.Reason }

func passing(reason string) error   { return &Failure{Reason: reason} }
func permanent(reason string) error { return &Failure{Reason: reason, Permanent: true} }

// maxRetryAfter bounds what an answer can ask for.
const maxRetryAfter = 24 * time.Hour

// retryAfter reads seconds; the header's other form, a date, isn't waited for.
func retryAfter(header string) time.Duration {
	seconds, err := strconv.Atoi(header)
	if err != nil || seconds < 0 {
		return 0
	}
	return time.Duration(min(seconds, int(maxRetryAfter/time.Second))) * time.Second
}

var errForm = errors.New("not of the form of an address")
