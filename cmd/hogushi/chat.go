package main

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/flow"
	"hogushi/bot/flowtest"
	"hogushi/bot/linetest"
	"hogushi/bot/seal"
	"hogushi/config"
	"hogushi/flows"
)

const chatHelp = `文字を打つとメッセージになります。番号を打つと、その番号のボタンを押します。
  /picture /voice /sticker /place   写真・音声・スタンプ・位置情報を送る
  /pick 2026-12-01                  日付や時間を選ぶボタンで選ぶ
  /wait 25h                         時間をすすめる
  /follow /unblock /unfollow        友だち追加・ブロック解除・ブロック
  /quit                             おわる
`

// pace is how far apart a person's messages lie at the least, in the chat's own time.
const pace = 3 * time.Second

// chat is a patient's chat in the terminal. The real handler gets signed webhooks from an
// in-process LINE, over HTTP, and answers to it.
func (c *command) chat(ctx context.Context, args []string) error {
	f := flags("chat", "chat [--save DIR] [--record FILE] [--log] [FLOWS]")
	save := f.String("save", "", "keep the conversation in this `directory` (default: forget it)")
	record := f.String("record", "", "write the conversation as a test into this new `file`, for example flows/tests/fee.yaml")
	logs := f.Bool("log", false, "show the bot's log")
	if err := c.parse(f, args, 0, 1); err != nil {
		return err
	}
	p := &parlour{command: c, save: *save}
	defer p.close()
	if err := recordable(*record, *save); err != nil {
		return err
	}
	if err := p.open(ctx, f.Arg(0), *logs); err != nil {
		return err
	}
	if err := p.talk(ctx); err != nil || *record == "" {
		return err
	}
	p.still()
	return p.write(*record)
}

// talk goes on until the patient has had enough.
func (p *parlour) talk(ctx context.Context) error {
	c := p.command
	fmt.Fprint(c.Stderr, chatHelp)
	if p.resumed {
		fmt.Fprintln(c.Stderr, "前回のつづきです。")
	} else {
		p.did("follow", p.user.Follow())
	}
	lines := bufio.NewScanner(c.Stdin)
	lines.Buffer(nil, 1<<20)
	typed := make(chan string)
	go func() { // Scan can't be interrupted
		defer close(typed)
		for lines.Scan() {
			select {
			case typed <- lines.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	for {
		fmt.Fprint(c.Stdout, "> ")
		select {
		case <-ctx.Done():
			fmt.Fprintln(c.Stdout)
			return nil
		case text, ok := <-typed:
			if !ok {
				fmt.Fprintln(c.Stdout)
				return lines.Err()
			}
			if piped(c.Stdin) {
				fmt.Fprintln(c.Stdout, text)
			}
			if strings.TrimSpace(text) == "/quit" {
				return nil
			}
			if strings.TrimSpace(text) != "" {
				p.say(text)
			}
		}
	}
}

// parlour is where the patient of the terminal sits.
type parlour struct {
	*command
	save     string // the directory of --save
	resumed  bool   // there is a conversation from before
	clock    *linetest.Clock
	platform *linetest.Platform
	user     *linetest.User
	last     time.Time // real time of the last message
	seen     int       // messages of the inbox that have been shown
	told     int       // breaches of LINE's rules that have been
	record   flowtest.Record
	flows    string      // their directory, "" for those built in
	clinic   flow.Clinic // and the facts that go with them: what is saved meanwhile changes them, till still
	still    func()
	undo     []func() // ends what open has begun, last first
}

// open starts LINE and the bot.
func (p *parlour) open(ctx context.Context, dir string, logs bool) error {
	env := config.FromEnvironment(p.Getenv)
	settings, err := p.settings(env)
	if err != nil {
		return err
	}
	if env.RedisURL, env.DataDir = "", p.save; p.save == "" {
		if env.DataDir, err = os.MkdirTemp("", "hogushi-chat-"); err != nil {
			return err
		}
		p.undo = append(p.undo, func() { os.RemoveAll(env.DataDir) })
		env.DataKeyFile = ""
		if env.DataKey, err = seal.New(); err != nil {
			return err
		}
	} else if p.resumed, err = app.HasData(p.save); err != nil {
		return fmt.Errorf("open --save: %w", err)
	}
	keys, note, err := app.Keys(env)
	if err != nil {
		return err
	}
	if note != "" {
		fmt.Fprintln(p.Stderr, note)
	}
	p.clock, p.last = linetest.NewClock(p.started()), time.Now()
	p.platform = linetest.New(linetest.Config{Secret: "terminal-secret", Token: "terminal-token", Now: p.clock.Now})
	p.undo = append(p.undo, p.platform.Close)
	env.Secrets, env.Token, env.APIBase = []string{"terminal-secret"}, "terminal-token", p.platform.URL()
	env.Listen, env.AdminListen = "127.0.0.1:0", "127.0.0.1:0"
	env.PublicURL = "https://localhost" // or images would not be shown
	log := slog.New(slog.DiscardHandler)
	if logs {
		log = slog.New(slog.NewTextHandler(p.Stderr, nil))
	}
	p.flows, p.clinic, p.record.Quiet = cmp.Or(dir, env.Flows), settings.Clinic, settings.Unknown == config.UnknownQuiet
	var dirs []string // what is built in doesn't change
	if p.flows != "" {
		dirs = append(dirs, p.flows, filepath.Join(p.flows, flow.ImageDir))
	}
	if env.Config != "" {
		dirs = append(dirs, env.Config)
	}
	w := newWatch(dirs...)
	a, err := p.newApp(app.Options{Environment: env, Settings: settings, Mode: flow.Preview, Keys: keys, Log: log, Now: p.clock.Now}, p.flows)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	p.follow(ctx, w, a, env.Config)
	p.undo = append(p.undo, func() {
		ctx, cancel := context.WithTimeout(context.Background(), stopBy)
		defer cancel()
		p.warn(a.Stop(ctx))
		p.warn(p.keepTime())
	})
	p.platform.Connect("http://" + a.Addr().String() + "/webhook")
	p.user = p.platform.User("U0000000000000000000000000000c4a7")
	return nil
}

// follow has the chat go on with what staff save meanwhile.
func (p *parlour) follow(ctx context.Context, w *watch, a *app.App, facts string) {
	ctx, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	p.still = func() { stop(); <-ended }
	p.undo = append(p.undo, p.still)
	go func() {
		defer close(ended)
		w.run(ctx, func() func() { return p.reload(a, facts) })
	}()
}

// reload takes up what was saved, and gives how to tell why that can't be done.
func (p *parlour) reload(a *app.App, facts string) (tell func()) {
	from := config.Dir(facts)
	clinic, problems := config.LoadFacts(from)
	if !problems.Failed() {
		if from = fs.FS(flows.Files); p.flows != "" {
			from = os.DirFS(p.flows)
		}
		problems = a.Reload(from, clinic)
	}
	if problems.Failed() {
		return func() {
			p.print(problems, from)
			fmt.Fprintln(p.Stderr, "（まちがいがあるので、前のまま話しています。直して保存すると、読み直します。）")
		}
	}
	p.clinic = clinic
	fmt.Fprintln(p.Stderr, "（ファイルを読み直しました。）")
	return nil
}

func (p *parlour) close() {
	for _, undo := range slices.Backward(p.undo) {
		undo()
	}
}

func (p *parlour) warn(err error) {
	if err != nil {
		fmt.Fprintf(p.Stderr, "hogushi chat: %v\n", err)
	}
}

// clockFile keeps the chat's time in the directory of --save: it runs ahead of the real
// one, and what comes before the last event of a session isn't taken for an answer.
const clockFile = "chat-clock"

// started is now, or when the last chat ended, whichever is later.
func (p *parlour) started() time.Time {
	now := time.Now()
	if p.save != "" {
		data, _ := os.ReadFile(filepath.Join(p.save, clockFile))
		if t, err := time.Parse(time.RFC3339Nano, string(data)); err == nil && t.After(now) {
			return t
		}
	}
	return now
}

func (p *parlour) keepTime() error {
	if p.save == "" {
		return nil
	}
	return os.WriteFile(filepath.Join(p.save, clockFile), []byte(p.clock.Now().Format(time.RFC3339Nano)), 0o600)
}

// say sends what was typed, and shows what comes back.
func (p *parlour) say(typed string) {
	p.tick()
	word, rest, _ := strings.Cut(strings.TrimSpace(typed), " ")
	switch word {
	case "/help":
		fmt.Fprint(p.Stderr, chatHelp)
	case "/picture":
		p.did("photo", p.user.Media("image"))
	case "/voice":
		p.did("voice", p.user.Media("audio"))
	case "/sticker":
		p.did("sticker", p.user.Sticker())
	case "/place":
		p.did("place", p.user.Location())
	case "/follow":
		p.did("follow", p.user.Follow())
	case "/unblock":
		p.did("unblock", p.user.Unblock())
	case "/unfollow":
		p.did("unfollow", p.user.Unfollow())
	case "/wait":
		d, err := time.ParseDuration(rest)
		if err != nil || d < 0 {
			fmt.Fprintln(p.Stderr, "/wait 25h のように書いてください。")
			return
		}
		p.clock.Advance(d)
	case "/pick":
		for _, c := range p.user.Choices() {
			if c.Action == "datetimepicker" {
				if p.show(p.user.PickChoice(c, rest)) {
					p.record.Tapped(p.clock.Now(), c.Data, rest)
				}
				return
			}
		}
		fmt.Fprintln(p.Stderr, "いま、日付や時間を選ぶボタンはありません。")
	default:
		if n, err := strconv.Atoi(word); err == nil && rest == "" && n >= 1 && n <= len(p.user.Choices()) {
			c := p.user.Choices()[n-1]
			if c.URI != "" {
				fmt.Fprintf(p.Stdout, "  (%s を開きます)\n", c.URI)
				return
			}
			if p.show(p.user.TapChoice(c)) {
				p.record.Tapped(p.clock.Now(), c.Data, "")
			}
			return
		}
		if p.show(p.user.Text(typed)) {
			p.record.Sent(p.clock.Now(), typed)
		}
	}
}

// tick lets the chat's time pass as the real one does, but by no less than a person's pace.
func (p *parlour) tick() {
	now := time.Now()
	p.clock.Advance(max(pace, now.Sub(p.last).Truncate(time.Millisecond)))
	p.last = now
}

// show waits for the webhook's answer and prints what the patient has received since. It
// says whether the bot has been told.
func (p *parlour) show(d *linetest.Delivery) bool {
	p.warn(d.Err)
	if d.Err == nil && d.Status != 200 {
		fmt.Fprintf(p.Stderr, "hogushi chat: the bot answered %d\n", d.Status)
	}
	inbox := p.user.Inbox()
	for _, r := range inbox[p.seen:] {
		fmt.Fprint(p.Stdout, linetest.Render(r.Messages))
	}
	p.seen = len(inbox)
	broken := p.platform.Violations()
	for _, v := range broken[p.told:] {
		fmt.Fprintf(p.Stderr, "hogushi chat: against LINE's rules: %v\n", v)
	}
	p.told = len(broken)
	return d.Err == nil
}

// piped says whether input comes from a file or another program.
func piped(r io.Reader) bool {
	f, ok := r.(*os.File)
	if !ok {
		return true
	}
	info, err := f.Stat()
	return err != nil || info.Mode()&os.ModeCharDevice == 0
}
