package line

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
)

// maxBody bounds a webhook. LINE documents no bound; one event is about a kilobyte.
const maxBody = 1 << 20

// Handler receives LINE's webhooks. It answers
//
//	200  the events were served, or there were none (LINE's own verification sends none)
//	400  the body isn't JSON
//	401  no signature of one of the secrets
//	405  not a POST
//	413  longer than 1 MiB
//	503  serve returned false: LINE delivers again, where that is switched on
//
// always without a body. The content type isn't looked at: the signature says more.
type Handler struct {
	signers []*signer
	serve   func(ctx context.Context, events []Event) (ok bool)
	dropped func(reason string)
}

// HandlerOption changes a Handler that is being made.
type HandlerOption func(*Handler)

// OnDropped counts events that were dropped for being odd, by reason: one of the Dropped
// constants. It may be called concurrently.
func OnDropped(count func(reason string)) HandlerOption {
	return func(h *Handler) { h.dropped = count }
}

// NewHandler verifies bodies with any of the secrets, for two are valid to us while they
// are being changed (LINE itself has no overlap), decodes them and hands each body's
// events to serve, in LINE's order and never none of them.
//
// LINE wants the answer within 2 seconds (C/development-guidelines). The context ends with
// the request, so work that goes on after serve has returned needs another.
func NewHandler(secrets []string, serve func(ctx context.Context, events []Event) (ok bool), options ...HandlerOption) (*Handler, error) {
	if len(secrets) == 0 {
		return nil, errors.New("make webhook handler: no channel secret: set LINE_CHANNEL_SECRET")
	}
	h := &Handler{serve: serve, dropped: func(string) {}}
	for _, secret := range secrets {
		if strings.TrimSpace(secret) == "" {
			return nil, errors.New("make webhook handler: empty channel secret, which anyone could sign with: set LINE_CHANNEL_SECRET to the secret, or to two with a comma between")
		}
		h.signers = append(h.signers, newSigner(secret))
	}
	for _, option := range options {
		option(h)
	}
	return h, nil
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	}
	body, status := readBody(w, r)
	if status != http.StatusOK {
		w.WriteHeader(status)
		return
	}
	if !verified(h.signers, r.Header.Get("X-Line-Signature"), body) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	events, dropped, err := decode(body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	for _, reason := range dropped {
		h.dropped(reason)
	}
	if len(events) > 0 && !h.serve(r.Context(), events) {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

// readBody reads at most maxBody bytes. The announced length is trusted for a first guess
// only: whoever announces much without sending it shall not cost much.
func readBody(w http.ResponseWriter, r *http.Request) (body []byte, status int) {
	if r.ContentLength > maxBody {
		return nil, http.StatusRequestEntityTooLarge
	}
	guess := min(max(r.ContentLength, 0), 16<<10)
	buf := bytes.NewBuffer(make([]byte, 0, guess+bytes.MinRead))
	if _, err := buf.ReadFrom(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		if _, long := errors.AsType[*http.MaxBytesError](err); long {
			return nil, http.StatusRequestEntityTooLarge
		}
		return nil, http.StatusBadRequest
	}
	return buf.Bytes(), http.StatusOK
}
