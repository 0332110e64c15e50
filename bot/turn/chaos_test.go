package turn_test

import (
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"hogushi/bot/handoff"
	"hogushi/bot/linetest"
)

const staffGroup = "C0123456789abcdef0123456789abcdef"

// clinic is the clinic's webhook: which events of which lead came under which ids.
type clinic struct {
	mu      sync.Mutex
	ids     map[string][]string // by lead and type
	bodies  map[string]string   // by id
	changed chan struct{}
	bad     []string
}

func (c *clinic) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var b struct {
		Type string
		Data struct{ ID string }
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	id := r.Header.Get("webhook-id")
	if err := json.Unmarshal(body, &b); err != nil || id == "" {
		c.bad = append(c.bad, string(body))
	}
	if known, ok := c.bodies[id]; ok && known != string(body) {
		c.bad = append(c.bad, "one id with two bodies")
	}
	c.bodies[id] = string(body)
	if key := b.Data.ID + " " + b.Type; !slices.Contains(c.ids[key], id) {
		c.ids[key] = append(c.ids[key], id)
	}
	close(c.changed)
	c.changed = make(chan struct{})
}

// told waits till each of the leads has come, and checks that it did under one id.
func (c *clinic) told(t *testing.T, leads []string) {
	t.Helper()
	limit := time.After(60 * time.Second)
	for {
		c.mu.Lock()
		changed, missing := c.changed, 0
		for _, l := range leads {
			if len(c.ids[l+" lead.created"]) == 0 {
				missing++
			}
		}
		c.mu.Unlock()
		if missing == 0 {
			break
		}
		select {
		case <-changed:
		case <-limit:
			t.Fatalf("%d of %d leads never reached the webhook", missing, len(leads))
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, ids := range c.ids {
		if len(ids) != 1 {
			t.Errorf("%s came under %d ids, want 1", key, len(ids))
		}
	}
	if len(c.ids) != len(leads) {
		t.Errorf("got %d leads, want %d", len(c.ids), len(leads))
	}
	for _, b := range c.bad {
		t.Error("a bad post: ", b)
	}
}

// withSinks gives a rig a clinic's webhook and a staff's group.
func withSinks(r *rig) *clinic {
	c := &clinic{ids: map[string][]string{}, bodies: map[string]string{}, changed: make(chan struct{})}
	server := httptest.NewServer(c)
	r.Cleanup(server.Close)
	r.env.WebhookURL, r.env.WebhookSecret = server.URL, "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
	r.env.LineTo = []string{staffGroup}
	r.line.Group(staffGroup, 3)
	return c
}

// once checks that each lead was pushed to the staff's group exactly once.
func (r *rig) once(receipts []string) {
	r.Helper()
	group := r.line.Group(staffGroup, 3)
	for _, number := range receipts {
		if _, err := group.Wait(r.Context(), func(m *linetest.Received) bool { return strings.Contains(m.Text(), number) }); err != nil {
			r.Fatal(err)
		}
	}
	if got := len(group.Inbox()); got != len(receipts) {
		r.Errorf("got %d pushes to the staff, want %d", got, len(receipts))
	}
}

// TestKillDelivery kills the bot at each named point of a delivery, on the way of one lead
// to two sinks: both get it, each under one id.
func TestKillDelivery(t *testing.T) {
	onBoth(t, func(t *testing.T, kind string) {
		for _, point := range handoff.Points {
			t.Run(point, func(t *testing.T) {
				t.Parallel()
				r := newRig(t, kind)
				hook := withSinks(r)
				b, moves := r.launch(point), 0
				r.play(func() {}, func(d *linetest.Delivery) {
					if !d.OK() { // it died before the webhook was answered
						b.cmd.Wait()
						r.launch("never")
						d = r.line.Redeliver(d)
					}
					r.ok(d)
					if moves++; moves == len(form)-1 {
						b.arm(r) // before the request is made
					}
				})
				b.cmd.Wait()
				r.launch("never")
				leads := r.leads()
				if len(leads) != 1 {
					t.Fatalf("got %d leads, want 1", len(leads))
				}
				hook.told(t, []string{leads[0].ID})
				r.once([]string{leads[0].Receipt})
				r.settled()
			})
		}
	})
}

// settled waits till nothing is undelivered.
func (r *rig) settled() {
	r.Helper()
	s := r.open()
	defer s.Close()
	for end := time.Now().Add(30 * time.Second); ; {
		list, err := s.Undelivered(r.Context(), 10)
		if err != nil {
			r.Fatal(err)
		}
		if len(list) == 0 {
			return
		}
		if time.Now().After(end) {
			r.Fatalf("%d deliveries are never settled", len(list))
		}
	}
}

// killsWanted is how many kills TestChaos makes; HOGUSHI_KILLS says otherwise.
const killsWanted = 8

// maxTries of a delivery whose bot dies again and again.
const maxTries = 60

// TestChaos: two replicas on one store are killed again and again, at whatever point they
// come to, while patients fill in the form. Every request that a patient was given a number
// for reaches both sinks, under one id, and nothing else does.
func TestChaos(t *testing.T) {
	wanted := killsWanted
	if n, err := strconv.Atoi(os.Getenv("HOGUSHI_KILLS")); err == nil {
		wanted = n
	}
	onBoth(t, func(t *testing.T, kind string) {
		r := newRig(t, kind)
		hook := withSinks(r)
		random := rand.New(rand.NewPCG(7, uint64(len(kind))))
		var replicas [2]*bot
		kills := 0
		up := func() { // whoever has died comes back, to die again
			for i, b := range replicas {
				if b != nil && b.alive() {
					continue
				}
				if b != nil {
					kills++
				}
				replicas[i] = r.launch(strconv.Itoa(1 + random.IntN(60)))
			}
		}
		var receipts []string
		for patient := 0; kills < wanted; patient++ {
			u := r.line.NewUser()
			start := r.clock.Now()
			for _, move := range form {
				r.tick()
				up()
				r.line.Connect(replicas[random.IntN(2)].url)
				d := move(u)
				for try := 0; !d.OK(); try++ {
					if d.Body == nil || try == maxTries {
						t.Fatalf("%v after %d tries", d.Err, try)
					}
					up()
					r.line.Connect(replicas[random.IntN(2)].url)
					d = r.line.Redeliver(d)
				}
				got := r.saw(u, d, up, func() string { return replicas[random.IntN(2)].url })
				if number := receipt.FindString(got); number != "" {
					receipts = append(receipts, number)
				}
			}
			if len(receipts) != patient+1 {
				t.Fatalf("patient %d got no receipt", patient)
			}
			r.clock.Advance(start.Sub(r.clock.Now())) // events of the future aren't believed
		}
		for _, b := range replicas {
			b.kill()
		}
		r.launch("never")
		r.launch("never")
		var ids, numbers []string
		for _, l := range r.leads() {
			ids = append(ids, l.ID)
			numbers = append(numbers, l.Receipt)
		}
		slices.Sort(numbers)
		slices.Sort(receipts)
		if !slices.Equal(numbers, receipts) {
			t.Errorf("stored are %v, patients were told %v", numbers, receipts)
		}
		hook.told(t, ids)
		r.once(numbers)
		r.settled()
		t.Logf("%d kills, %d contact requests", kills, len(ids))
	})
}

// saw is the reply to a delivery. When the bot dies between its answer 200 and the reply,
// LINE doesn't send again, and there may be none: a patient then does the same again.
func (r *rig) saw(u *linetest.User, d *linetest.Delivery, up func(), any func() string) string {
	r.Helper()
	for range maxTries {
		for _, m := range u.Inbox() {
			if slices.ContainsFunc(d.Events, func(e *linetest.Event) bool { return e.ID == m.Event }) {
				return m.Text()
			}
		}
		up()
		r.line.Connect(any())
		d = r.line.Redeliver(d)
	}
	r.Fatal("no reply ever came")
	return ""
}

// alive says whether the bot hasn't died.
func (b *bot) alive() bool {
	if b.ended == nil {
		b.ended = make(chan struct{})
		go func() { b.cmd.Wait(); close(b.ended) }()
	}
	select {
	case <-b.ended:
		return false
	default:
		return true
	}
}

// kill ends the bot, if it hasn't died.
func (b *bot) kill() {
	b.cmd.Process.Kill()
	if b.ended == nil {
		b.cmd.Wait()
	} else {
		<-b.ended
	}
}
