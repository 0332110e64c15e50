// Package app puts the bot together: it is the composition root of serve, of the terminal
// chat and of tests.
package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"hogushi/bot/desk"
	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/handoff"
	"hogushi/bot/line"
	"hogushi/bot/lint"
	"hogushi/bot/seal"
	"hogushi/bot/sink"
	"hogushi/bot/store"
	"hogushi/bot/turn"
	"hogushi/config"
)

// Options is what an App is made of. Needed are Environment, Settings, Flows, Keys and Log.
type Options struct {
	Environment config.Environment
	Settings    config.Settings
	Flows       fs.FS
	Mode        flow.Mode
	Program     *flow.Program // what Flows compile to, if that is known; default: New compiles them

	// Published says that what is live in the store is run. The flows here, with the clinic.yaml
	// of Config, are only what is said while the store is away, and the first revision of a
	// store without one, unless it is to stay Unseeded. Else Flows are run as they are.
	Published bool
	Config    fs.FS // with Published: the directory of clinic.yaml
	Unseeded  bool
	LookEvery time.Duration // how often a later revision is looked for; default: every two seconds

	Keys  *seal.Keys
	Log   *slog.Logger
	Now   func() time.Time   // default: time.Now
	At    func(point string) // see turn.Config and handoff.Config
	Lease time.Duration      // see handoff.Config; for tests that kill
}

// App is the bot as it runs. Make one with New, Start it once, Stop it once.
type App struct {
	opts      Options
	program   atomic.Pointer[flow.Program]
	store     *opening
	revisions *revisions // nil: a directory is run
	turns     *turn.Turns
	handoff   *handoff.Handoff
	client    *line.Client
	quiet     *quiet
	life      context.Context // ends with Stop
	die       context.CancelFunc
	all       sync.WaitGroup
	metrics   *prometheus.Registry
	public    *endpoint // LINE's side
	admin     *endpoint // the operator's
	failed    chan error

	mu       sync.Mutex // held by Start and by Stop
	state    state
	stopping atomic.Bool
}

type state int

const (
	made state = iota
	started
	stopped
)

// New makes an App. Everything that can fail without the network fails here, before
// anything listens; an App that isn't started needs no Stop. Of flows with errors it
// gives a *FlowsError.
func New(opts Options) (*App, error) {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	a := &App{opts: opts, metrics: prometheus.NewRegistry(), failed: make(chan error, 3)}
	a.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	if opts.Program != nil {
		a.use(opts.Program)
	} else if problems := a.Reload(opts.Flows, opts.Settings.Clinic); problems.Failed() {
		return nil, &FlowsError{Problems: problems, Dir: opts.Flows}
	}
	client, err := line.NewClient(line.Config{Token: opts.Environment.Token, BaseURL: opts.Environment.APIBase})
	if err != nil {
		return nil, err
	}
	a.store = &opening{log: opts.Log, failed: a.failed, open: func(ctx context.Context) (store.Store, error) {
		return OpenStore(ctx, opts.Environment, opts.Settings, opts.Keys)
	}}
	var newer func(context.Context, int) (*flow.Program, error)
	if opts.Published {
		if a.revisions, err = newRevisions(opts, &a.program, a.store, a.metrics); err != nil {
			return nil, err
		}
		a.store.begin, newer = a.revisions.begin, a.revisions.newer
	}
	a.client, a.quiet = client, newQuiet(opts.Settings.Unknown)
	a.life, a.die = context.WithCancel(context.Background())
	fact := func(name string) string { return a.program.Load().Fact(name) }
	if a.handoff, err = Handoff(opts, fact, a.store, client, a.metrics); err != nil {
		return nil, err
	}
	staff := desk.New(desk.Config{Handoff: a.handoff, Store: a.store, LINE: client, Log: opts.Log,
		Person: func(ctx context.Context, userID string, takes bool, event string) error {
			return a.turns.Person(ctx, userID, takes, event)
		}})
	a.turns = turn.New(turn.Config{Channel: opts.Settings.Channel, Program: a.program.Load, Newer: newer, Store: a.store, Sender: client, Handoff: a.handoff, Desk: staff,
		Quiet: a.quiet.on.Load,
		Keys:  opts.Keys, Now: opts.Now, Log: opts.Log, Metrics: turn.NewMetrics(a.metrics), At: opts.At})
	if err := a.endpoints(); err != nil {
		return nil, err
	}
	return a, nil
}

// Handoff makes the handoff to the sinks that the environment names. fact gives the clinic's
// facts as they are now; metrics may be nil.
func Handoff(opts Options, fact func(name string) string, st handoff.Store, client handoff.LINE, metrics prometheus.Registerer) (*handoff.Handoff, error) {
	env := opts.Environment
	if metrics == nil {
		metrics = prometheus.NewRegistry()
	}
	c := handoff.Config{Book: Book(opts.Keys, opts.Settings), Store: st, LINE: client, LineTo: env.LineTo, MailTo: env.MailTo, AlertTo: env.AlertTo,
		Full: opts.Settings.FullCard, Keep: func() time.Duration { return Keep(fact) }, Log: opts.Log, Metrics: handoff.NewMetrics(metrics), At: opts.At, Lease: opts.Lease}
	var err error
	if c.Webhook, c.Mail, err = Sinks(env); err != nil {
		return nil, err
	}
	return handoff.New(c), nil
}

// keepDays is how long a lead is kept that has been dealt with, unless the clinic says
// otherwise.
const keepDays = 90

// Keep is how long a lead is kept that has been dealt with.
func Keep(fact func(name string) string) time.Duration {
	days, err := strconv.Atoi(fact("clinic.privacy.retention_days"))
	if err != nil {
		days = keepDays
	}
	return time.Duration(days) * 24 * time.Hour
}

// Book is how leads are kept.
func Book(keys *seal.Keys, s config.Settings) handoff.Book {
	return handoff.Book{Keys: keys, Channel: s.Channel}
}

// Sinks makes the sinks that the environment names, nil for one that it doesn't.
func Sinks(env config.Environment) (*sink.Webhook, *sink.Mail, error) {
	var webhook *sink.Webhook
	var mail *sink.Mail
	var err error
	if env.WebhookURL != "" {
		if webhook, err = sink.NewWebhook(env.WebhookURL, env.WebhookSecret); err != nil {
			return nil, nil, fmt.Errorf("HANDOFF_WEBHOOK_URL, HANDOFF_WEBHOOK_SECRET: %w", err)
		}
	}
	if env.SMTPURL != "" {
		if mail, err = sink.NewMail(env.SMTPURL, env.MailFrom); err != nil {
			return nil, nil, fmt.Errorf("SMTP_URL, HANDOFF_MAIL_FROM: %w", err)
		}
	}
	return webhook, mail, nil
}

// Reload compiles flows with the clinic's facts and puts them in use; with an error among the
// problems, those in use stay. It is for an App that runs a directory.
func (a *App) Reload(flows fs.FS, clinic flow.Clinic) *diag.List {
	defer debug.SetGCPercent(debug.SetGCPercent(10)) // what is let go meanwhile leaves holes
	p, problems := flow.Compile(flows, clinic, a.opts.Mode, lint.Wording)
	if p != nil {
		a.use(p)
	}
	return problems
}

// use puts a program in use that others may have, too.
func (a *App) use(p *flow.Program) {
	ours := *p
	ours.Base = a.opts.Environment.PublicURL
	a.program.Store(&ours)
}

// Look asks the store now whether there is a later revision, and puts it in use; an App that
// runs what is published does so by itself every two seconds.
func (a *App) Look(ctx context.Context) error {
	if a.revisions == nil {
		return nil
	}
	return a.revisions.look(ctx, 0)
}

// Start listens, opens the store and serves. A store that can't be reached yet is no
// error: until it can, webhooks are answered 503, and red flags all the same. An App that
// could not be started holds nothing and can't be started again.
func (a *App) Start(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.state != made {
		return errors.New("start app: it was started or stopped before")
	}
	a.state = stopped // till all has gone well
	if err := errors.Join(a.public.listen(), a.admin.listen()); err != nil {
		return errors.Join(err, a.public.close(), a.admin.close())
	}
	if err := a.store.start(ctx); err != nil {
		return errors.Join(err, a.public.close(), a.admin.close())
	}
	a.state = started
	debug.FreeOSMemory() // what compiling the flows left behind
	a.handoff.Start()
	a.quiet.follow(a.life, &a.all, a.client, func(err error) { a.opts.Log.Warn("ask LINE how the account is set", "err", err) })
	if a.revisions != nil {
		a.revisions.follow(a.life, &a.all, cmp.Or(a.opts.LookEvery, lookEvery))
	}
	a.public.serve(a.failed)
	a.admin.serve(a.failed)
	p := a.program.Load()
	a.opts.Log.Info("started", "listen", a.Addr().String(), "admin", a.AdminAddr().String(), "revision", p.Number, "flows", p.Revision)
	return nil
}

// Addr is where webhooks are taken, AdminAddr where the operator looks; once started.
func (a *App) Addr() net.Addr      { return a.public.listener.Addr() }
func (a *App) AdminAddr() net.Addr { return a.admin.listener.Addr() }

// Failed gives the error of a server or a store that can't go on: the App is to be stopped.
func (a *App) Failed() <-chan error { return a.failed }

// Stop takes on nothing more, lets turns and replies end while ctx lasts, and closes. What
// was cut short is its error. Stopping what isn't running does nothing.
func (a *App) Stop(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	running := a.state == started
	a.state = stopped
	if !running {
		return nil
	}
	a.stopping.Store(true)
	a.opts.Log.Info("stopping")
	a.die()
	a.all.Wait()
	a.public.shut(ctx)
	err := a.turns.Stop(ctx)
	if err != nil {
		err = fmt.Errorf("finish replies: %w", err)
	}
	if carrying := a.handoff.Stop(ctx); carrying != nil {
		err = errors.Join(err, fmt.Errorf("finish deliveries: %w; they go on at the next start", carrying))
	}
	a.admin.shut(ctx) // the operator may watch till the end
	err = errors.Join(err, a.store.Close())
	if err != nil {
		a.opts.Log.Error("stopped", "err", err)
	} else {
		a.opts.Log.Info("stopped")
	}
	return err
}
