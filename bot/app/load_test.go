package app_test

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"hogushi/bot/seal"
	"hogushi/bot/store/storetest"
)

const (
	loadUsers   = 2000
	loadAtOnce  = 32
	loadEvents  = 4000 // a round
	loadWarm    = 3000
	typingShare = 0.1
)

// BenchmarkAgainstFloor plays the same load against the bot and against the floor, in turn:
// 2 000 patients who tap what they are offered, or type. What it reports are the medians of
// the rounds' ratios: a shared machine is noisy, but to both alike. Both are processes of
// their own, each on a Redis of its own; their CPU is that of the operating system's account.
//
//	go test -run '^$' -bench AgainstFloor -benchtime 7x ./bot/app
func BenchmarkAgainstFloor(b *testing.B) {
	key, err := seal.New()
	if err != nil {
		b.Fatal(err)
	}
	bots := map[string]*loaded{}
	for _, name := range []string{"floor", "hogushi"} {
		bots[name] = startLoaded(b, name, storetest.Redis(b).URL, key)
		bots[name].round(b, loadWarm)
	}
	var cpu, p99, p50 []float64
	var sum struct{ floorCPU, cpu, p99 float64 }
	for b.Loop() {
		f := bots["floor"].round(b, loadEvents)
		h := bots["hogushi"].round(b, loadEvents)
		cpu, p50, p99 = append(cpu, h.cpu/f.cpu), append(p50, h.p50/f.p50), append(p99, h.p99/f.p99)
		sum.floorCPU, sum.cpu, sum.p99 = sum.floorCPU+f.cpu, sum.cpu+h.cpu, sum.p99+h.p99
	}
	n := float64(len(cpu))
	b.ReportMetric(median(cpu), "cpu-ratio")
	b.ReportMetric(median(p50), "p50-ratio")
	b.ReportMetric(median(p99), "p99-ratio")
	b.ReportMetric(sum.floorCPU/n, "floor-cpu-ms/event")
	b.ReportMetric(sum.cpu/n, "cpu-ms/event")
	b.ReportMetric(sum.p99/n, "p99-ms")
	b.ReportMetric(bots["hogushi"].rss(b), "rss-MiB")
	b.ReportMetric(bots["hogushi"].idle, "idle-rss-MiB")
	b.ReportMetric(bots["hogushi"].ready, "ready-ms")
	b.ReportMetric(0, "ns/op")
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}

// loaded is a bot under load, with the LINE that it talks to.
type loaded struct {
	cmd         *exec.Cmd
	url         string
	client      *http.Client
	users       []*loadedUser
	waiting     sync.Map // reply token: *arrival
	serial      atomic.Int64
	ready, idle float64
}

type loadedUser struct {
	id   string
	taps []string
	rng  *rand.Rand
	new  bool
}

type arrival struct {
	body []byte
	at   time.Time
	done chan struct{}
}

type round struct{ cpu, p50, p99 float64 } // ms

func startLoaded(b *testing.B, name, redisURL, key string) *loaded {
	b.Helper()
	l := &loaded{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: loadAtOnce}, Timeout: 20 * time.Second}}
	api := httptest.NewServer(http.HandlerFunc(l.line))
	b.Cleanup(api.Close)
	exe, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	l.cmd = exec.Command(exe)
	l.cmd.Stderr = os.Stderr
	l.cmd.Env = append(os.Environ(), benchBot+"="+name, "LINE_CHANNEL_SECRET="+secret, "LINE_CHANNEL_TOKEN="+token, "LINE_API_BASE="+api.URL,
		"REDIS_URL="+redisURL, "DATA_KEY="+key, "LISTEN=127.0.0.1:0", "ADMIN_LISTEN=127.0.0.1:0")
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := l.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { l.cmd.Process.Signal(syscall.SIGTERM); l.cmd.Wait() })
	addr, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatalf("start %s: %v", name, err)
	}
	l.ready = time.Since(start).Seconds() * 1000
	l.idle = l.rss(b)
	l.url = "http://" + strings.TrimSpace(addr) + "/webhook"
	for i := range loadUsers {
		l.users = append(l.users, &loadedUser{id: fmt.Sprintf("U%032x", i), rng: rand.New(rand.NewPCG(1, uint64(i))), new: true})
	}
	return l
}

// line takes replies, and hands them to who waits for them.
func (l *loaded) line(w http.ResponseWriter, r *http.Request) {
	at := time.Now()
	body, _ := io.ReadAll(r.Body)
	var req struct{ ReplyToken string }
	json.Unmarshal(body, &req)
	if a, ok := l.waiting.LoadAndDelete(req.ReplyToken); ok {
		a := a.(*arrival)
		a.body, a.at = body, at
		close(a.done)
	}
	io.WriteString(w, `{"sentMessages":[]}`)
}

// round plays events and returns what they cost.
func (l *loaded) round(b *testing.B, events int) round {
	b.Helper()
	before := l.cpu(b)
	var mu sync.Mutex
	var took []float64
	var wg sync.WaitGroup
	for w := range loadAtOnce {
		wg.Go(func() {
			for i := range events / loadAtOnce {
				u := l.users[(i*loadAtOnce+w)%loadUsers]
				ms, err := l.play(u)
				if err != nil {
					b.Error(err)
					return
				}
				mu.Lock()
				took = append(took, ms)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if len(took) == 0 {
		b.FailNow()
	}
	slices.Sort(took)
	return round{(l.cpu(b) - before) / float64(len(took)), took[len(took)/2], took[len(took)*99/100]}
}

var typed = []string{"こんにちは", "慢性痛って何ですか", "メニュー", "戻る", "肩こりがひどいです", "ありがとうございます", "2", "痛みが長引くのはなぜ"}

// play is one event of a user, from the post to the arrival of the reply.
func (l *loaded) play(u *loadedUser) (ms float64, err error) {
	kind, own := "postback", ""
	switch {
	case u.new:
		kind, own, u.new = "follow", `"follow":{"isUnblocked":false}`, false
	case len(u.taps) == 0 || u.rng.Float64() < typingShare:
		text, _ := json.Marshal(typed[u.rng.IntN(len(typed))])
		kind, own = "message", `"message":{"type":"text","id":"1","quoteToken":"q","text":`+string(text)+`}`
	default:
		data, _ := json.Marshal(u.taps[u.rng.IntN(len(u.taps))])
		own = `"postback":{"data":` + string(data) + `}`
	}
	n := l.serial.Add(1)
	token := fmt.Sprintf("token%d", n)
	body := fmt.Sprintf(`{"destination":"U00","events":[{"type":%q,%s,"replyToken":%q,"webhookEventId":"01HE%022d","deliveryContext":{"isRedelivery":false},"timestamp":%d,"source":{"type":"user","userId":%q},"mode":"active"}]}`,
		kind, own, token, n, time.Now().UnixMilli(), u.id)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(body))
	a := &arrival{done: make(chan struct{})}
	l.waiting.Store(token, a)
	req, err := http.NewRequest("POST", l.url, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("X-Line-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	start := time.Now()
	res, err := l.client.Do(req)
	if err != nil {
		return 0, err
	}
	io.Copy(io.Discard, res.Body)
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("the webhook was answered %d", res.StatusCode)
	}
	select {
	case <-a.done:
	case <-time.After(10 * time.Second):
		return 0, fmt.Errorf("no reply to a %s", kind)
	}
	u.taps = u.taps[:0]
	for rest := string(a.body); ; {
		_, after, found := strings.Cut(rest, `"data":"`)
		if !found {
			break
		}
		data, more, _ := strings.Cut(after, `"`)
		u.taps, rest = append(u.taps, strings.ReplaceAll(data, `\u0026`, "&")), more
	}
	return a.at.Sub(start).Seconds() * 1000, nil
}

// cpu is what the bot's process has used so far, in ms.
func (l *loaded) cpu(b *testing.B) float64 {
	b.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", l.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+2:]))
	var user, system float64 // in ticks of 10 ms
	fmt.Sscan(fields[11], &user)
	fmt.Sscan(fields[12], &system)
	return (user + system) * 10
}

// rss is its memory, in MiB.
func (l *loaded) rss(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", l.cmd.Process.Pid))
	if err != nil {
		b.Fatal(err)
	}
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	var kb float64
	fmt.Sscan(after, &kb)
	return kb / 1024
}
