package app_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/line/line-bot-sdk-go/v8/linebot/messaging_api"
	"github.com/line/line-bot-sdk-go/v8/linebot/webhook"
	"github.com/redis/go-redis/v9"

	"hogushi/bot/app"
	"hogushi/bot/seal"
	"hogushi/config"
	"hogushi/flows"
)

// benchBot, in the environment, makes this test binary a bot for BenchmarkAgainstFloor.
const benchBot = "HOGUSHI_BENCH_BOT"

func TestMain(m *testing.M) {
	run := map[string]func(context.Context) error{"floor": floor, "hogushi": whole}[os.Getenv(benchBot)]
	if run == nil {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
}

// whole is the bot as serve runs it.
func whole(ctx context.Context) error {
	settings, problems := config.Load(config.Dir(""))
	if err := problems.Err(); err != nil {
		return err
	}
	env := config.FromEnvironment(os.Getenv)
	keys, err := seal.Parse(env.DataKey)
	if err != nil {
		return err
	}
	a, err := app.New(app.Options{Environment: env, Settings: settings, Flows: flows.Files, Published: true, Config: config.Dir(""), Keys: keys, Log: slog.New(slog.NewJSONHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))})
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	fmt.Println(a.Addr())
	<-ctx.Done()
	return a.Stop(context.Background())
}

// floor is the least bot of this design, made of the SDK's parts: per event one GET and one
// compare-and-set of a small session, the acknowledgement, the reply. It has no flows, no
// encryption, no retries and no order: what it costs is the price of the design.
func floor(ctx context.Context) error {
	opt, err := redis.ParseURL(os.Getenv("REDIS_URL"))
	if err != nil {
		return err
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 256
	api, err := messaging_api.NewMessagingApiAPI(os.Getenv("LINE_CHANNEL_TOKEN"), messaging_api.WithEndpoint(os.Getenv("LINE_API_BASE")),
		messaging_api.WithHTTPClient(&http.Client{Transport: transport, Timeout: 10 * time.Second}))
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	f := &least{redis.NewClient(opt), api}
	server := &http.Server{Handler: f}
	go func() { <-ctx.Done(); server.Close() }()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type least struct {
	redis *redis.Client
	line  *messaging_api.MessagingApiAPI
}

type leastSession struct {
	Step    int
	Seen    []string
	Answers map[string]string
}

// compareAndSet: KEYS[1] the session; ARGV: the version it was made from, the new value.
var compareAndSet = redis.NewScript(`
local old = redis.call('GET', KEYS[1])
local version = old and string.match(old, '^%d+') or '0'
if version ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'EX', 86400)
return 1`)

func (f *least) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	callback, err := webhook.ParseRequest(secret, r)
	if err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	for _, e := range callback.Events {
		var reply, id, user, input string
		source := func(s webhook.SourceInterface) string { u, _ := s.(webhook.UserSource); return u.UserId }
		switch e := e.(type) {
		case webhook.FollowEvent:
			reply, id, user = e.ReplyToken, e.WebhookEventId, source(e.Source)
		case webhook.PostbackEvent:
			reply, id, user, input = e.ReplyToken, e.WebhookEventId, source(e.Source), e.Postback.Data
		case webhook.MessageEvent:
			text, _ := e.Message.(webhook.TextMessageContent)
			reply, id, user, input = e.ReplyToken, e.WebhookEventId, source(e.Source), text.Text
		}
		step, err := f.step(r.Context(), user, id, input)
		if err != nil {
			http.Error(w, "try again", http.StatusServiceUnavailable)
			return
		}
		defer func() { go f.line.ReplyMessage(leastReply(reply, step)) }()
	}
}

func (f *least) step(ctx context.Context, user, id, input string) (int, error) {
	for range 10 {
		stored, err := f.redis.Get(ctx, user).Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return 0, err
		}
		version, s := 0, leastSession{Answers: map[string]string{}}
		if i := slices.Index(stored, ' '); i > 0 {
			version, _ = strconv.Atoi(string(stored[:i]))
			if err := json.Unmarshal(stored[i:], &s); err != nil {
				return 0, err
			}
		}
		s.Seen = append(s.Seen, id)[max(0, len(s.Seen)-7):]
		s.Answers["q"+strconv.Itoa(s.Step)] = fmt.Sprintf("%.8s", input)
		s.Step = (s.Step + 1) % 16
		value, err := json.Marshal(s)
		if err != nil {
			return 0, err
		}
		saved, err := compareAndSet.Run(ctx, f.redis, []string{user}, strconv.Itoa(version), append([]byte(strconv.Itoa(version+1)+" "), value...)).Int()
		if err != nil {
			return 0, err
		}
		if saved == 1 {
			return s.Step, nil
		}
	}
	return 0, errors.New("the session changed too often")
}

func leastReply(token string, step int) *messaging_api.ReplyMessageRequest {
	var items []messaging_api.QuickReplyItem
	for i := range 4 {
		label := fmt.Sprintf("答え%d", i+1)
		items = append(items, messaging_api.QuickReplyItem{Type: "action", Action: &messaging_api.PostbackAction{Label: label, Data: fmt.Sprintf("step=%d&answer=%d", step, i), DisplayText: label}})
	}
	return &messaging_api.ReplyMessageRequest{ReplyToken: token, Messages: []messaging_api.MessageInterface{&messaging_api.TextMessage{
		Text:       fmt.Sprintf("質問%d: いちばん近いものを選んでください。わからないときは、そのまま送ってください。", step+1),
		QuickReply: &messaging_api.QuickReply{Items: items}}}}
}
