package linetest

import (
	"fmt"
	"net"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Config says what the platform is. The zero value of each field has a sensible default.
type Config struct {
	Secret, Token string           // of the channel
	Now           func() time.Time // the platform's clock; time.Now
	Bot           BotInfo
	Quota         int           // messages a month that may be pushed; 0 is no limit
	Timeout       time.Duration // in which a webhook must be answered; LINE: 2 s (C/development-guidelines)

	// BurnRefused spends a reply token on a call that is refused for its messages. What
	// LINE does is not documented.
	BurnRefused bool
}

// BotInfo is the answer to GET /v2/bot/info (R#get-bot-info).
type BotInfo struct {
	UserID         string `json:"userId"` // also the webhooks' destination
	BasicID        string `json:"basicId"`
	DisplayName    string `json:"displayName"`
	ChatMode       string `json:"chatMode"`       // chat or bot
	MarkAsReadMode string `json:"markAsReadMode"` // auto or manual; follows from ChatMode
}

// Platform plays LINE. All its methods may be called from many goroutines.
type Platform struct {
	cfg     Config
	server  *http.Server
	url     string
	client  *http.Client
	closing chan struct{}
	close   sync.Once

	mu         sync.Mutex
	webhook    string
	users      map[string]*User
	groups     map[string]*Chat
	tokens     map[string]*replyToken
	retries    map[string]*accepted
	quotes     map[string]*Chat // quote tokens
	readTokens map[string]bool  // markAsReadTokens
	lastID     int              // of the messages
	consumed   int              // of the quota
	replaced   bool             // a patient wrote U+FFFD, so the bot may repeat it
	pushes     []*Received
	calls      []*Call
	violations []Violation
	faults     []*Injected
	keep       bool // what was not answered 2xx
	pending    []*Delivery
}

// New starts a platform on a port of its own of 127.0.0.1. It panics if there is none.
func New(cfg Config) *Platform {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	def(&cfg.Secret, "linetest-channel-secret")
	def(&cfg.Token, "linetest-channel-token")
	def(&cfg.Bot.UserID, "U000000000000000000000000000000b0")
	def(&cfg.Bot.BasicID, "@000linet")
	def(&cfg.Bot.DisplayName, "linetest")
	def(&cfg.Bot.ChatMode, "bot")
	// LINE: chat off is auto, on is manual (R#get-bot-info).
	def(&cfg.Bot.MarkAsReadMode, map[bool]string{true: "auto", false: "manual"}[cfg.Bot.ChatMode == "bot"])
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Timeout == 0 {
		cfg.Timeout = 2 * time.Second
	}
	p := &Platform{cfg: cfg, closing: make(chan struct{}),
		users: map[string]*User{}, groups: map[string]*Chat{}, tokens: map[string]*replyToken{}, retries: map[string]*accepted{},
		quotes: map[string]*Chat{}, readTokens: map[string]bool{}}
	p.client = &http.Client{
		Timeout:       cfg.Timeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: time.Minute},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(fmt.Sprintf("linetest: listen: %v", err))
	}
	p.url = "http://" + l.Addr().String()
	p.server = &http.Server{Handler: p.handler()}
	go p.server.Serve(l)
	return p
}

// URL is the base of the played API: api.line.me and api-data.line.me in one.
func (p *Platform) URL() string { return p.url }

// Config returns the configuration with its defaults filled in.
func (p *Platform) Config() Config { return p.cfg }

// Connect says where webhooks go.
func (p *Platform) Connect(webhookURL string) {
	p.mu.Lock()
	p.webhook = webhookURL
	p.mu.Unlock()
	p.client.CloseIdleConnections() // they may lead to a bot that was stopped
}

// Close stops the platform; calls that are held are dropped.
func (p *Platform) Close() {
	p.close.Do(func() {
		close(p.closing)
		p.server.Close()
		p.client.CloseIdleConnections()
	})
}

// Violation is a breach of LINE's rules by the bot.
type Violation struct {
	Rule     string // auth, endpoint, json, schema, limit, link, encoding, quickReply, quoteToken, retryKey, token, to, slow
	Endpoint string // as in Call; webhook for slow
	Where    string // the offending property, like messages[0].text
	Detail   string
	Body     string // of the call, cut at 2000 bytes
	At       time.Time
}

func (v Violation) String() string {
	return fmt.Sprintf("%s: %s %s: %s\n    %s", v.Endpoint, v.Rule, v.Where, v.Detail, v.Body)
}

func (p *Platform) violate(rule, endpoint, where, detail, body string) {
	if len(body) > 2000 {
		body = body[:2000] + "…"
	}
	v := Violation{rule, endpoint, where, detail, body, p.cfg.Now()}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.violations = append(p.violations, v)
}

// Violations returns every breach so far, in order.
func (p *Platform) Violations() []Violation {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.violations)
}

// TB is what Check needs of a testing.TB.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
}

// Check fails the test for every violation.
func (p *Platform) Check(t TB) {
	t.Helper()
	for _, v := range p.Violations() {
		t.Errorf("LINE rule broken: %v", v)
	}
}

// Call is a request of the bot to the API.
type Call struct {
	Endpoint  string // reply, push, multicast, broadcast, validate, profile, member, members, info, loading, markAsRead, webhook, webhookTest, quota, consumption, content
	Method    string
	Path      string
	Body      string
	RetryKey  string
	Status    int // of the answer; 0: none yet, or dropped
	RequestID string
	At        time.Time
}

// Calls returns the bot's requests, in order of arrival.
func (p *Platform) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := make([]Call, len(p.calls))
	for i, c := range p.calls {
		out[i] = *c
	}
	return out
}

// Pushes returns what was accepted from push and multicast, one for each recipient, also
// what a block swallowed.
func (p *Platform) Pushes() []*Received {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.pushes)
}

var (
	userID  = regexp.MustCompile(`^U[0-9a-f]{32}$`)
	groupID = regexp.MustCompile(`^C[0-9a-f]{32}$`)
)

// User returns the patient with this id: U and 32 hex digits. They are a friend of the bot.
func (p *Platform) User(id string) *User {
	if !userID.MatchString(id) {
		panic("linetest: a user id is U and 32 hex digits, not " + id)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.users[id]
	if u == nil {
		u = &User{id: id, Chat: &Chat{p: p, id: id, recipients: 1, changed: make(chan struct{}), profile: &Profile{DisplayName: "山田 花子", Language: "ja"}}}
		p.users[id] = u
	}
	return u
}

// NewUser returns a patient with an id of chance.
func (p *Platform) NewUser() *User { return p.User("U" + randomHex(16)) }

// Group returns the group with this id, C and 32 hex digits, which the bot is in; members
// is what a push to it costs. LINE counts every recipient (D/pricing).
func (p *Platform) Group(id string, members int) *Chat {
	if !groupID.MatchString(id) {
		panic("linetest: a group id is C and 32 hex digits, not " + id)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	c := p.groups[id]
	if c == nil {
		c = &Chat{p: p, id: id, recipients: members, changed: make(chan struct{})}
		p.groups[id] = c
	}
	return c
}
