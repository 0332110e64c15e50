package handoff

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/prometheus/client_golang/prometheus"

	"hogushi/bot/engine"
	"hogushi/bot/seal"
	"hogushi/bot/sink"
	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
)

const (
	staffChat = "C0123456789abcdef0123456789abcdef"
	patient   = "U0123456789abcdef0123456789abcdef"
)

var user = storetest.User("a")

// keep is how long a lead is kept that has been dealt with.
const keep = 90 * 24 * time.Hour

// rig is a store, a clinic's webhook, LINE, and a Handoff that isn't started.
type rig struct {
	*testing.T
	*Handoff
	st   store.Store
	hook *hook
	line *fakeLINE
	log  *strings.Builder
}

// both runs a test on each store.
func both(t *testing.T, test func(*rig)) {
	for name, open := range map[string]func(*testing.T) (store.Store, error){
		"Redis": func(t *testing.T) (store.Store, error) {
			return store.OpenRedis(t.Context(), storetest.Redis(t).URL, storetest.ID)
		},
		"SQLite": func(t *testing.T) (store.Store, error) {
			return store.OpenSQLite(t.Context(), filepath.Join(t.TempDir(), "a.db"), storetest.ID)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st, err := open(t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { st.Close() })
			test(newRig(t, st))
		})
	}
}

func newRig(t *testing.T, st store.Store) *rig {
	t.Helper()
	text, err := seal.New()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{T: t, st: st, hook: &hook{}, line: &fakeLINE{}, log: &strings.Builder{}}
	server := httptest.NewServer(r.hook)
	t.Cleanup(server.Close)
	webhook, err := sink.NewWebhook(server.URL, "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")
	if err != nil {
		t.Fatal(err)
	}
	r.Handoff = New(Config{Book: Book{keys, "test"}, Store: st, LINE: r.line, LineTo: []string{staffChat}, Webhook: webhook, Keep: func() time.Duration { return keep },
		Log: slog.New(slog.NewTextHandler(io.MultiWriter(r.log, t.Output()), nil)), Metrics: NewMetrics(prometheus.NewRegistry())})
	return r
}

// hook is the clinic's webhook: it notes what comes and answers as told, 200 at the end.
type hook struct {
	mu      sync.Mutex
	answers []int
	ids     []string
	bodies  []string
	came    chan struct{} // if set: told of each post
}

func (h *hook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids = append(h.ids, r.Header.Get("webhook-id"))
	h.bodies = append(h.bodies, string(body))
	if len(h.answers) > 0 {
		w.WriteHeader(h.answers[0])
		h.answers = h.answers[1:]
	}
	if h.came != nil {
		h.came <- struct{}{}
	}
}

// types are of the events that came, in order.
func (h *hook) types() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	var list []string
	for _, b := range h.bodies {
		var body struct{ Type string }
		json.Unmarshal([]byte(b), &body)
		list = append(list, strings.TrimPrefix(body.Type, "lead."))
	}
	return strings.Join(list, " ")
}

// fakeLINE takes pushes, once for each key, and fails as told.
type fakeLINE struct {
	mu     sync.Mutex
	errs   []error
	pushed map[string][]string // by key: receiver and messages
	tries  int
}

func (l *fakeLINE) Push(_ context.Context, to, key string, messages []json.RawMessage) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tries++
	if len(l.errs) > 0 {
		err := l.errs[0]
		l.errs = l.errs[1:]
		return err
	}
	if l.pushed == nil {
		l.pushed = map[string][]string{}
	}
	if l.pushed[key] == nil {
		l.pushed[key] = []string{to, fmt.Sprintf("%s", messages)}
	}
	return nil
}

func (l *fakeLINE) Profile(context.Context, string) (string, error) { return "はなこ🌸", nil }

var created = time.Date(2026, 11, 24, 10, 30, 0, 0, time.FixedZone("", 9*60*60))

func someLead(id string) engine.Lead {
	return engine.Lead{ID: id, Receipt: "1124-123456", Flow: "contact", Created: created, Consent: &engine.Consent{Version: "v1", At: created.UnixMilli()},
		Fields: []engine.Value{
			{Field: "name", Label: "お名前", Value: "山田 花子", Type: "name"},
			{Field: "phone", Label: "お電話番号", Value: "090-1234-5678", Type: "phone"},
			{Field: "when", Label: "ご希望の時間帯", Value: "午前", Type: "one_of"},
			{Field: "about", Label: "ご相談の内容", Value: "ひざの痛み", Type: "one_of", Health: true},
		}}
}

// submit stores a new lead with its deliveries.
func (r *rig) submit(l engine.Lead) Entry {
	r.Helper()
	w, err := r.Submit(Entry{Lead: l, UserID: patient}, user, Created, time.Now(), "e1")
	if err != nil {
		r.Fatal(err)
	}
	c := storetest.Turn(user, nil, l.ID, nil)
	if rec, err := r.st.Load(r.Context(), user); err == nil && rec != nil {
		c = storetest.Turn(user, rec, l.ID, nil)
	}
	c.Leads = []store.LeadWrite{w}
	if outcome, _, err := r.st.Commit(r.Context(), c); outcome != store.Stored || err != nil {
		r.Fatalf("Commit: got %d, %v", outcome, err)
	}
	return r.read(l.ID)
}

func (r *rig) read(id string) Entry {
	r.Helper()
	l, err := r.st.Lead(r.Context(), id)
	if err != nil || l == nil {
		r.Fatalf("Lead: got %+v, %v", l, err)
	}
	e, err := r.Open(*l)
	if err != nil {
		r.Fatal(err)
	}
	return e
}

// amend stores what has happened to a lead.
func (r *rig) amend(e Entry, what Event, from string) Entry {
	r.Helper()
	w, err := r.Submit(e, user, what, time.Now(), from)
	if err != nil {
		r.Fatal(err)
	}
	if ok, err := r.st.Amend(r.Context(), w); !ok || err != nil {
		r.Fatalf("Amend: got %v, %v", ok, err)
	}
	return r.read(e.ID)
}

// round makes one try of everything that is open, due or not.
func (r *rig) round() {
	r.Helper()
	for _, d := range r.undelivered() {
		if d.State != store.Open {
			continue
		}
		now := d
		now.Due = time.UnixMilli(1)
		if ok, err := r.st.Settle(r.Context(), d, now); !ok || err != nil {
			r.Fatalf("Settle: got %v, %v", ok, err)
		}
	}
	list, err := r.st.Claim(r.Context(), lease, 100)
	if err != nil {
		r.Fatal(err)
	}
	for _, d := range list {
		r.deliver(d)
	}
}

func (r *rig) undelivered() []store.Delivery {
	r.Helper()
	list, err := r.st.Undelivered(r.Context(), 100)
	if err != nil {
		r.Fatal(err)
	}
	return list
}

// states are of a lead's deliveries: event, sink, state and tries.
func (r *rig) states(lead string) map[string]string {
	r.Helper()
	all, err := r.st.Deliveries(r.Context(), user, lead)
	if err != nil {
		r.Fatal(err)
	}
	got := map[string]string{}
	for _, d := range all {
		s, err := r.Status(d)
		if err != nil {
			r.Fatal(err)
		}
		got[strings.TrimPrefix(string(s.Event), "lead.")+" "+s.Sink] = fmt.Sprintf("%c %d", s.State, s.Tries)
	}
	return got
}

// mailTo sends to a real SMTP server, whose letters come through the channel.
func mailTo(t *testing.T, letters chan<- string) *sink.Mail {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(office(letters))
	s.Domain = "localhost"
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	m, err := sink.NewMail("smtp://"+l.Addr().String(), "bot@clinic.example")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

type office chan<- string

func (o office) NewSession(*smtp.Conn) (smtp.Session, error) { return session{o}, nil }

type session struct{ office }

func (session) Reset()                               {}
func (session) Logout() error                        { return nil }
func (session) Mail(string, *smtp.MailOptions) error { return nil }
func (session) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (s session) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	s.office <- string(data)
	return err
}
