package app_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"hogushi/bot/app"
	"hogushi/bot/linetest"
	"hogushi/bot/store/storetest"
	"hogushi/config"
	"hogushi/flows"
)

// arrivals are when what names a receipt number came, by sink.
type arrivals struct {
	mu      sync.Mutex
	changed chan struct{}
	at      map[string]map[string]time.Time
	n       map[string]int
}

var receiptNumber = regexp.MustCompile(`\b\d{4}-\d{6}\b`)

func (a *arrivals) came(sink, text string) {
	number := receiptNumber.FindString(text)
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.n == nil {
		a.n = map[string]int{}
	}
	a.n[sink]++
	if a.changed != nil {
		close(a.changed)
		a.changed = nil
	}
	if a.at[sink] == nil {
		a.at[sink] = map[string]time.Time{}
	}
	if _, ok := a.at[sink][number]; !ok {
		a.at[sink][number] = time.Now()
	}
}

func (a *arrivals) count(sink string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.at[sink])
}

// wait returns when a sink has been told so many times.
func (a *arrivals) wait(t *testing.T, sink string, n int) {
	t.Helper()
	limit := time.After(20 * time.Second)
	for {
		a.mu.Lock()
		got := a.n[sink]
		if a.changed == nil {
			a.changed = make(chan struct{})
		}
		changed := a.changed
		a.mu.Unlock()
		if got >= n {
			return
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("%s was told %d times, want %d", sink, got, n)
		}
	}
}

// postOffice is a real SMTP server that notes what comes.
type postOffice struct{ to *arrivals }

func (p postOffice) NewSession(*smtp.Conn) (smtp.Session, error) { return &letterIn{p.to}, nil }

type letterIn struct{ to *arrivals }

func (*letterIn) Reset()                               {}
func (*letterIn) Logout() error                        { return nil }
func (*letterIn) Mail(string, *smtp.MailOptions) error { return nil }
func (*letterIn) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (l *letterIn) Data(r io.Reader) error {
	data, err := io.ReadAll(r)
	text := string(data)
	if i := strings.Index(text, "Message-ID"); i >= 0 { // the subject is encoded: look into the body
		text = text[i:]
	}
	l.to.came("mail", text)
	return err
}

func mailServer(t testing.TB, to *arrivals) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := smtp.NewServer(postOffice{to})
	s.Domain = "localhost"
	go s.Serve(l)
	t.Cleanup(func() { s.Close() })
	return l.Addr().String()
}

// BenchmarkLeads has patients fill in the contact form at the rate of 1 000 requests a
// minute: first with no sink, then with three. It tells by how much the turns get slower,
// and how long a request takes from its receipt to each sink.
func BenchmarkLeads(b *testing.B) {
	for name, env := range map[string]func() config.Environment{
		"Redis":  func() config.Environment { return config.Environment{RedisURL: storetest.Redis(b).URL} },
		"SQLite": func() config.Environment { return config.Environment{DataDir: b.TempDir()} },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				idle, _ := fillIn(b, env(), false)
				busy, came := fillIn(b, env(), true)
				b.ReportMetric(float64(p99(busy))/float64(p99(idle)), "p99-ratio")
				b.ReportMetric(float64(p99(busy).Microseconds())/1e3, "p99-turn-ms")
				for sink, took := range came {
					b.ReportMetric(p99(took).Seconds(), "p99-"+sink+"-s")
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

const (
	leadEvery = time.Minute / 1000
	leadCount = 334 // twenty seconds of it
)

func p99(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)*99/100]
}

// fillIn gives how long each webhook took to be answered, and each request from its receipt
// to each sink.
func fillIn(b *testing.B, env config.Environment, sinks bool) (turns []time.Duration, came map[string][]time.Duration) {
	platform := linetest.New(linetest.Config{Secret: secret, Token: token})
	defer platform.Close()
	group := platform.Group("C0123456789abcdef0123456789abcdef", 3)
	arrived := &arrivals{at: map[string]map[string]time.Time{}}
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		text := string(body)
		if i := strings.Index(text, `"receipt"`); i >= 0 {
			text = text[i:]
		}
		arrived.came("webhook", text)
	}))
	defer hook.Close()
	settings, problems := config.Load(config.Dir(""))
	if problems.Failed() {
		b.Fatal(problems.Err())
	}
	env.Secrets, env.Token, env.APIBase, env.Listen, env.AdminListen = []string{secret}, token, platform.URL(), "127.0.0.1:0", "127.0.0.1:0"
	if sinks {
		env.LineTo = []string{group.ID()}
		env.WebhookURL, env.WebhookSecret = hook.URL, "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
		env.SMTPURL, env.MailFrom, env.MailTo = "smtp://"+mailServer(b, arrived), "bot@clinic.example", []string{"staff@clinic.example"}
	}
	a, err := app.New(app.Options{Environment: env, Settings: settings, Flows: flows.Files, Published: true, Config: config.Dir(""), Keys: keys(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	if err := a.Start(b.Context()); err != nil {
		b.Fatal(err)
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		a.Stop(ctx)
	}()
	platform.Connect("http://" + a.Addr().String() + "/webhook")

	var mu sync.Mutex
	told := map[string]time.Time{}
	var all sync.WaitGroup
	beat := time.NewTicker(leadEvery)
	defer beat.Stop()
	for n := range leadCount {
		<-beat.C
		all.Go(func() {
			u := platform.NewUser()
			var took []time.Duration
			at := time.Now().Add(-time.Minute) // typed at a person's pace, and sent at once
			for i, words := range []string{"連絡を希望する", "同意する", "わたし（18歳以上）", "山田花子", "お電話", fmt.Sprintf("0901234%04d", n), "日にちはいつでも", "午前", "とくに選ばない", "とくに書かない", "この内容で送る"} {
				e := u.TextEvent(words)
				e.Time = at.Add(time.Duration(i) * 4 * time.Second)
				start := time.Now()
				d := platform.Deliver(e)
				took = append(took, time.Since(start))
				if !d.OK() {
					b.Errorf("webhook: got %d, %v", d.Status, d.Err)
					return
				}
			}
			number := receiptNumber.FindString(u.Last().Text())
			mu.Lock()
			told[number] = time.Now()
			turns = append(turns, took...)
			mu.Unlock()
		})
	}
	all.Wait()
	if !sinks {
		return turns, nil
	}
	for end := time.Now().Add(30 * time.Second); arrived.count("mail") < len(told) || arrived.count("webhook") < len(told) || len(group.Inbox()) < len(told); {
		if time.Now().After(end) {
			b.Fatalf("of %d requests %d came by mail, %d by webhook, %d by LINE", len(told), arrived.count("mail"), arrived.count("webhook"), len(group.Inbox()))
		}
		time.Sleep(10 * time.Millisecond)
	}
	came = map[string][]time.Duration{}
	for _, m := range group.Inbox() {
		arrived.mu.Lock()
		if arrived.at["line"] == nil {
			arrived.at["line"] = map[string]time.Time{}
		}
		arrived.at["line"][receiptNumber.FindString(m.Text())] = m.At
		arrived.mu.Unlock()
	}
	for sink, at := range arrived.at {
		for number, when := range at {
			came[sink] = append(came[sink], max(when.Sub(told[number]), 0))
		}
	}
	return turns, came
}
