package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"hogushi/bot/diag"
	"hogushi/bot/flow"
	"hogushi/bot/lint"
	"hogushi/bot/revision"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/config"
)

// FlowsError says that flows can't be run: there are errors in them.
type FlowsError struct {
	Problems *diag.List
	Dir      fs.FS // in which they are
	Number   int   // of the revision that is live; 0: of a directory
}

func (e *FlowsError) Error() string {
	if e.Number > 0 {
		return fmt.Sprintf("revision %d, which is live, can't be used by this release: start the one that published it, or publish again with this one: %v", e.Number, e.Problems.Err())
	}
	return "compile flows: " + e.Problems.Err().Error()
}

// ErrUnpublished says that an App which is Unseeded has nothing to run.
var ErrUnpublished = errors.New("nothing was published yet, and what lies here can't be used: mend it, and look with `hogushi check`")

// Archive is where revisions are kept.
func Archive(keys *seal.Keys, s config.Settings, notes revision.Notes) revision.Archive {
	return revision.Archive{Keys: keys, Channel: s.Channel, Notes: notes}
}

// Compile makes the program of what was published; the error is a *FlowsError.
func Compile(files *revision.Files, mode flow.Mode) (*flow.Program, error) {
	clinic, problems := config.LoadFacts(files.Config())
	if problems.Failed() {
		return nil, &FlowsError{Problems: problems, Dir: files.Config()}
	}
	p, problems := flow.Compile(files.Flows(), clinic, mode, lint.Wording)
	if p == nil {
		return nil, &FlowsError{Problems: problems, Dir: files.Flows()}
	}
	return p, nil
}

// LiveFacts are the clinic's facts as they are live in a store, nil where nothing was
// published yet.
func LiveFacts(ctx context.Context, a revision.Archive) (flow.Clinic, error) {
	h, err := a.History(ctx)
	if err != nil || h.Live().Number == 0 {
		return nil, err
	}
	files, err := a.Files(ctx, h.Live())
	if err != nil {
		return nil, err
	}
	clinic, problems := config.LoadFacts(files.Config())
	return clinic, problems.Err()
}

const (
	lookEvery = 2 * time.Second
	lookBy    = 2 * time.Second
)

// revisions puts in use what is live in the store: that of the start, and every later one. A
// number never falls here. What can't be used leaves in use what is.
type revisions struct {
	archive revision.Archive
	flows   fs.FS // what lies here, with
	config  fs.FS
	here    string // the hash of that, when it was compiled
	seed    bool   // it is the first revision of a store without one
	mode    flow.Mode
	base    string // flow.Program.Base
	program *atomic.Pointer[flow.Program]
	log     *slog.Logger
	now     func() time.Time

	looking chan struct{} // holds whoever looks
	refused int           // a revision that this release can't use: it isn't tried again
	why     error
	told    string // what was said last of a revision that isn't in use

	number, behind prometheus.Gauge
}

func newRevisions(o Options, program *atomic.Pointer[flow.Program], notes revision.Notes, to prometheus.Registerer) (*revisions, error) {
	here, err := revision.Hash(o.Flows, o.Config)
	if err != nil {
		return nil, err
	}
	r := &revisions{archive: Archive(o.Keys, o.Settings, notes), flows: o.Flows, config: o.Config, here: here, seed: !o.Unseeded, mode: o.Mode, base: o.Environment.PublicURL, program: program, log: o.Log, now: o.Now, looking: make(chan struct{}, 1),
		number: prometheus.NewGauge(prometheus.GaugeOpts{Name: "hogushi_revision", Help: "Number of the revision in use."}),
		behind: prometheus.NewGauge(prometheus.GaugeOpts{Name: "hogushi_revision_behind", Help: "By how many numbers the one that is live is ahead of it."})}
	to.MustRegister(r.number, r.behind)
	return r, nil
}

// begin puts in use what is live in a store that has just been opened. Where nothing was
// published yet, what lies here becomes its first revision; of replicas that start together
// one makes it, and all use it.
func (r *revisions) begin(ctx context.Context, notes revision.Notes) error {
	archive := r.archive
	archive.Notes = notes
	h, err := archive.History(ctx)
	for err == nil && h.Live().Number == 0 {
		if err = r.first(ctx, archive, h); err == nil || errors.Is(err, revision.ErrOvertaken) {
			h, err = archive.History(ctx)
		}
	}
	if err != nil {
		return err
	}
	live := h.Live()
	if live.Hash == r.here {
		p := *r.program.Load() // made of the same
		r.use(&p, live)
		return nil
	}
	p, err := r.compile(ctx, archive, live)
	if err != nil {
		return err
	}
	r.use(p, live)
	r.log.Warn("the flows or clinic.yaml here aren't those in use", "revision", live.Number, "hint", "`hogushi publish` puts them in use; till then they have no effect")
	return nil
}

// first makes what lies here the first revision.
func (r *revisions) first(ctx context.Context, a revision.Archive, before revision.History) error {
	if !r.seed {
		return ErrUnpublished
	}
	files, err := revision.Gather(r.flows, r.config)
	if err != nil {
		return err
	}
	if files.Hash != r.here { // edited since
		if _, err := Compile(files, r.mode); err != nil {
			return err
		}
	}
	_, err = a.Publish(ctx, before, files, revision.Revision{}, r.now())
	return err
}

func (r *revisions) compile(ctx context.Context, a revision.Archive, live revision.Revision) (*flow.Program, error) {
	files, err := a.Files(ctx, live)
	if err != nil {
		return nil, err
	}
	debug.FreeOSMemory() // there is another program beside it
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	p, err := Compile(files, r.mode)
	if bad, ok := errors.AsType[*FlowsError](err); ok {
		bad.Number = live.Number
	}
	return p, err
}

func (r *revisions) use(p *flow.Program, live revision.Revision) {
	p.Number, p.Base = live.Number, r.base
	r.program.Store(p)
	r.number.Set(float64(live.Number))
	r.behind.Set(0)
}

// look asks the store once whether there is a later revision, at least the wanted one, and
// puts it in use.
func (r *revisions) look(ctx context.Context, wanted int) error {
	select {
	case r.looking <- struct{}{}:
		defer func() { <-r.looking }()
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", store.ErrUnavailable, ctx.Err())
	}
	now := r.program.Load().Number
	if wanted > 0 && now >= wanted { // somebody else was here
		return nil
	}
	h, err := r.archive.History(ctx)
	if err != nil {
		if !errors.Is(err, store.ErrUnavailable) {
			r.behind.Set(1) // at the least
		}
		return r.stay(err)
	}
	live := h.Live()
	if live.Number <= now {
		if live.Number < now {
			r.tell(fmt.Sprintf("the store knows of no revision after %d, and %d is in use here", live.Number, now), "was it restored from a backup? publish again, or restart this replica")
		}
		r.behind.Set(0)
		return nil
	}
	r.behind.Set(float64(live.Number - now))
	if live.Number == r.refused {
		return r.why
	}
	p, err := r.compile(ctx, r.archive, live)
	if err != nil {
		if _, lasting := errors.AsType[*FlowsError](err); lasting {
			r.refused, r.why = live.Number, err
		}
		return r.stay(err)
	}
	r.use(p, live)
	r.told = ""
	r.log.Info("a later revision is in use", "revision", live.Number, "restores", live.Restores)
	debug.FreeOSMemory() // what compiling left behind
	return nil
}

// stay says why what is in use stays so. A store that is away is spoken of elsewhere.
func (r *revisions) stay(err error) error {
	if !errors.Is(err, store.ErrUnavailable) {
		r.tell(err.Error(), "what was in use before stays so")
	}
	return err
}

// tell says something once.
func (r *revisions) tell(what, hint string) {
	if what != r.told {
		r.told = what
		r.log.Error("look for revisions", "err", what, "hint", hint)
	}
}

// newer does what turn.Config says.
func (r *revisions) newer(ctx context.Context, number int) (*flow.Program, error) {
	err := r.look(ctx, number)
	p := r.program.Load()
	switch {
	case p.Number >= number:
		return p, nil
	case err != nil:
		return nil, err
	}
	// It can't be had anywhere: the store's last one comes next to it.
	r.log.Error("look for revisions", "err", fmt.Sprintf("the store knows of no revision after %d, and a session names %d", p.Number, number), "hint", "was it restored from a backup? publish again")
	return p, nil
}

// follow looks again and again until life ends.
func (r *revisions) follow(life context.Context, all *sync.WaitGroup, every time.Duration) {
	all.Go(func() {
		for {
			select {
			case <-life.Done():
				return
			case <-time.After(every*3/4 + rand.N(every/2)): // replicas don't ask in step
			}
			ctx, cancel := context.WithTimeout(life, lookBy)
			r.look(ctx, 0) // it has told what is wrong
			cancel()
		}
	})
}
