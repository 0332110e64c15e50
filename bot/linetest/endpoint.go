package linetest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

func (p *Platform) unknown(req *request) answer {
	p.violate("endpoint", req.Method+" "+req.URL.Path, "", "no such endpoint", string(req.body))
	return failure(404, "Not found")
}

func (p *Platform) info(*request) answer { return answer{status: 200, body: p.cfg.Bot} }

// content: files of patients do not exist here.
func content(*request) answer { return failure(404, "Not found") }

// LINE: R#get-quota.
func (p *Platform) quota(*request) answer {
	if p.cfg.Quota == 0 {
		return answer{status: 200, body: map[string]any{"type": "none"}}
	}
	return answer{status: 200, body: map[string]any{"type": "limited", "value": p.cfg.Quota}}
}

func (p *Platform) consumption(*request) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return answer{status: 200, body: map[string]any{"totalUsage": p.consumed}}
}

// Profile is what LINE tells about a user (R#get-profile).
type Profile struct {
	DisplayName string
	Language    string // BCP 47; "" without the user's consent
}

// LINE: 404 for who blocks the bot, or has not agreed (R#get-profile).
func (p *Platform) getProfile(req *request) answer { return p.profile(req.PathValue("user"), true) }

func (p *Platform) getMember(req *request) answer {
	p.mu.Lock()
	known := p.groups[req.PathValue("group")] != nil
	p.mu.Unlock()
	if !known {
		return p.nobody(req.PathValue("group"))
	}
	return p.profile(req.PathValue("user"), false)
}

// LINE: R#get-members-group-count.
func (p *Platform) countMembers(req *request) answer {
	p.mu.Lock()
	group := p.groups[req.PathValue("group")]
	p.mu.Unlock()
	if group == nil {
		return p.nobody(req.PathValue("group"))
	}
	return answer{status: 200, body: map[string]any{"count": group.recipients}}
}

func (p *Platform) nobody(id string) answer {
	if !userID.MatchString(id) && !groupID.MatchString(id) {
		p.violate("to", "profile", "path", "not an id: "+id, "")
	}
	return failure(404, "Not found")
}

// profile: as a friend, or as a member of a group, where a block does not matter and the
// language is not told.
func (p *Platform) profile(id string, friend bool) answer {
	p.mu.Lock()
	u := p.users[id]
	if u == nil || u.profile == nil || friend && u.blocked {
		p.mu.Unlock()
		return p.nobody(id)
	}
	defer p.mu.Unlock()
	o := map[string]any{"userId": id, "displayName": u.profile.DisplayName}
	if friend && u.profile.Language != "" {
		o["language"] = u.profile.Language
	}
	return answer{status: 200, body: o}
}

// LINE: 5 to 60 seconds in steps of 5, one-on-one only, 202 (R#display-a-loading-indicator).
func (p *Platform) loading(req *request) answer {
	o, found := decode(req, fields{"chatId!": pattern(`U[0-9a-f]{32}`, "a user id"),
		"loadingSeconds": func(c *checker, at place, v any) {
			if n, ok := v.(float64); !ok || n < 5 || n > 60 || n != float64(int(n)/5*5) {
				c.add("limit", at, "must be 5 to 60 in steps of 5")
			}
		}})
	var id string
	json.Unmarshal(o["chatId"], &id)
	p.mu.Lock()
	known := p.users[id] != nil
	p.mu.Unlock()
	if len(found) == 0 && !known {
		found = append(found, problem{rule: "to", path: "chatId", property: "chatId", detail: "nobody has the id " + id})
	}
	if hard(found) {
		return p.refuse(req, found)
	}
	return answer{status: 202, body: empty}
}

// LINE: R#mark-as-read. The token never expires.
func (p *Platform) markAsRead(req *request) answer {
	o, found := decode(req, fields{"markAsReadToken!": text(codeUnits, 1000)})
	var token string
	json.Unmarshal(o["markAsReadToken"], &token)
	p.mu.Lock()
	known := p.readTokens[token]
	p.mu.Unlock()
	if len(found) == 0 && !known {
		found = append(found, problem{rule: "token", path: "markAsReadToken", property: "markAsReadToken", detail: "never issued"})
	}
	if hard(found) {
		return p.refuse(req, found)
	}
	return answer{status: 200, body: empty}
}

func (p *Platform) getWebhook(*request) answer {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.webhook == "" {
		return failure(404, "Not found")
	}
	return answer{status: 200, body: map[string]any{"endpoint": p.webhook, "active": true}}
}

// LINE: 500 characters (R#set-webhook-endpoint-url). Here it may be http.
func (p *Platform) setWebhook(req *request) answer {
	o, found := decode(req, fields{"endpoint!": link(500, "https", "http")})
	if hard(found) {
		return p.refuse(req, found)
	}
	var endpoint string
	json.Unmarshal(o["endpoint"], &endpoint)
	p.Connect(endpoint)
	return answer{status: 200, body: empty}
}

// testWebhook posts a body without events to the bot (R#test-webhook-endpoint).
func (p *Platform) testWebhook(req *request) answer {
	p.mu.Lock()
	to := p.webhook
	p.mu.Unlock()
	if len(req.body) > 0 {
		o, found := decode(req, fields{"endpoint": link(500, "https", "http")})
		if hard(found) {
			return p.refuse(req, found)
		}
		if o["endpoint"] != nil {
			json.Unmarshal(o["endpoint"], &to)
		}
	}
	body := p.body(nil)
	status, err := p.post(to, body, p.Sign(body))
	reason, detail := "OK", http.StatusText(status)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		reason, detail = "REQUEST_TIMEOUT", "Request timeout"
	case err != nil:
		reason, detail = "COULD_NOT_CONNECT", err.Error()
	case status/100 != 2:
		reason = "ERROR_STATUS_CODE"
	}
	return answer{status: 200, body: map[string]any{"success": reason == "OK", "timestamp": p.cfg.Now().UTC().Format(time.RFC3339Nano),
		"statusCode": status, "reason": reason, "detail": detail}}
}
