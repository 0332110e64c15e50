package linetest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
)

const maxBody = 2 << 20 // LINE: 413 beyond 2 MB (R#status-codes)

// request is a call of the bot as an endpoint sees it.
type request struct {
	*http.Request
	call *Call
	body []byte
}

// answer is what an endpoint answers.
type answer struct {
	status int
	body   any
	header map[string]string
}

func failure(status int, message string) answer {
	return answer{status: status, body: map[string]any{"message": message}}
}

var empty = map[string]any{}

func (p *Platform) handler() http.Handler {
	mux := http.NewServeMux()
	for _, e := range []struct {
		pattern, name string
		serve         func(*request) answer
	}{
		{"POST /v2/bot/message/reply", "reply", p.reply},
		{"POST /v2/bot/message/push", "push", p.push},
		{"POST /v2/bot/message/multicast", "multicast", p.multicast},
		{"POST /v2/bot/message/broadcast", "broadcast", p.broadcast},
		{"POST /v2/bot/message/validate/reply", "validate", p.validate},
		{"POST /v2/bot/message/validate/push", "validate", p.validate},
		{"GET /v2/bot/message/quota", "quota", p.quota},
		{"GET /v2/bot/message/quota/consumption", "consumption", p.consumption},
		{"GET /v2/bot/message/{id}/content", "content", content},
		{"GET /v2/bot/message/{id}/content/preview", "content", content},
		{"GET /v2/bot/message/{id}/content/transcoding", "content", content},
		{"GET /v2/bot/profile/{user}", "profile", p.getProfile},
		{"GET /v2/bot/group/{group}/member/{user}", "member", p.getMember},
		{"GET /v2/bot/group/{group}/members/count", "members", p.countMembers},
		{"GET /v2/bot/info", "info", p.info},
		{"POST /v2/bot/chat/loading/start", "loading", p.loading},
		{"POST /v2/bot/chat/markAsRead", "markAsRead", p.markAsRead},
		{"GET /v2/bot/channel/webhook/endpoint", "webhook", p.getWebhook},
		{"PUT /v2/bot/channel/webhook/endpoint", "webhook", p.setWebhook},
		{"POST /v2/bot/channel/webhook/test", "webhookTest", p.testWebhook},
		{"/", "", p.unknown},
	} {
		mux.HandleFunc(e.pattern, func(w http.ResponseWriter, r *http.Request) { p.serve(w, r, e.name, e.serve) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path.Clean(r.URL.Path) != r.URL.Path { // an id that was not checked; the mux would redirect
			p.serve(w, r, "", p.unknown)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// serve does for every endpoint what LINE does for all: request id, token, faults, the body.
func (p *Platform) serve(w http.ResponseWriter, r *http.Request, endpoint string, serve func(*request) answer) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	req := &request{Request: r, body: body, call: &Call{Endpoint: endpoint, Method: r.Method, Path: r.URL.Path, Body: string(body),
		RetryKey: r.Header.Get("X-Line-Retry-Key"), RequestID: newUUID(), At: p.cfg.Now()}}
	p.mu.Lock()
	p.calls = append(p.calls, req.call)
	p.mu.Unlock()

	a, ok := p.faulty(req, serve)
	if !ok {
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	p.mu.Lock()
	req.call.Status = a.status
	p.mu.Unlock()
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("X-Line-Request-Id", req.call.RequestID)
	for k, v := range a.header {
		h.Set(k, v)
	}
	w.WriteHeader(a.status)
	json.NewEncoder(w).Encode(a.body)
}

// faulty answers a call, with the fault that it meets. False: no answer.
func (p *Platform) faulty(req *request, serve func(*request) answer) (answer, bool) {
	if a, ok := p.admit(req); !ok {
		return a, true
	}
	in := p.fault(req.call.Endpoint)
	if in == nil {
		return serve(req), true
	}
	f := in.fault
	var a answer
	if f.Taken {
		a = serve(req)
	}
	if f.Slow && !in.hold(req.Context()) || f.Drop {
		return a, false
	}
	if f.Status == 0 {
		if f.Taken {
			return a, true
		}
		return serve(req), true
	}
	message := f.Message
	if message == "" {
		message = faultMessages[f.Status]
	}
	return failure(f.Status, message), true
}

// admit checks what holds for all endpoints.
func (p *Platform) admit(req *request) (answer, bool) {
	e := req.call.Endpoint
	if got := req.Header.Get("Authorization"); got != "Bearer "+p.cfg.Token {
		p.violate("auth", e, "Authorization", "wrong bearer token", "")
		return failure(401, "Authentication failed due to the following reason: invalid token. Confirm that the access token in the authorization header is valid."), false
	}
	if len(req.body) > maxBody {
		p.violate("limit", e, "", "a body of more than 2 MB", string(req.body))
		return failure(413, "Request Entity Too Large"), false
	}
	if ct := req.Header.Get("Content-Type"); len(req.body) > 0 && !strings.HasPrefix(ct, "application/json") {
		p.violate("json", e, "Content-Type", fmt.Sprintf("%q is not application/json", ct), string(req.body))
		return failure(415, "Unsupported Media Type"), false
	}
	// LINE: the retry key is for push, multicast, narrowcast, broadcast; 400 elsewhere (D/retrying-api-request).
	if keys := req.Header.Values("X-Line-Retry-Key"); len(keys) > 0 && e != "push" && e != "multicast" && e != "broadcast" {
		p.violate("retryKey", e, "X-Line-Retry-Key", "this endpoint takes none", string(req.body))
		return failure(400, "The request header has invalid property: X-Line-Retry-Key"), false
	}
	return answer{}, true
}

// refuse answers 400 with details, and records each as a violation.
func (p *Platform) refuse(req *request, found []problem) answer {
	for _, f := range found {
		p.violate(f.rule, req.call.Endpoint, f.path, f.detail, string(req.body))
	}
	return refusal(found)
}

// refusal is the answer alone. What is wrong inside of Flex is named from its container on.
func refusal(found []problem) answer {
	var details []map[string]string
	message := ""
	for _, f := range found {
		if !f.soft {
			if before, _, ok := strings.Cut(f.path, ".contents/"); ok && strings.HasPrefix(f.property, "/") && message == "" {
				message = "A message (" + before + ") in the request body is invalid"
			}
			details = append(details, map[string]string{"message": f.detail, "property": f.property})
		}
	}
	if message == "" {
		message = fmt.Sprintf("The request body has %d error(s)", len(details))
	}
	return answer{status: 400, body: map[string]any{"message": message, "details": details}}
}

// decode reads a body that must be an object with these properties.
func decode(req *request, f fields) (map[string]json.RawMessage, []problem) {
	c := &checker{}
	if bad := checkEncoding(req.body); bad != "" {
		c.add("encoding", place{}, "%s", bad)
		return nil, c.found
	}
	var v any
	if err := json.Unmarshal(req.body, &v); err != nil {
		c.add("json", place{}, "The request body could not be parsed as JSON")
		return nil, c.found
	}
	object(f)(c, place{}, v)
	var raw map[string]json.RawMessage
	json.Unmarshal(req.body, &raw)
	return raw, c.found
}

// hard reports whether one of the problems makes LINE refuse the call.
func hard(found []problem) bool {
	for _, f := range found {
		if !f.soft {
			return true
		}
	}
	return false
}

func newUUID() string {
	h := randomHex(16)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:]
}
