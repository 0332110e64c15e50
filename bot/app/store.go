package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"hogushi/bot/revision"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/config"
)

// OpenStore opens the store that the environment names.
func OpenStore(ctx context.Context, env config.Environment, s config.Settings, keys *seal.Keys) (store.Store, error) {
	id := store.Identity{Channel: s.Channel, Fingerprint: keys.Fingerprint()}
	if env.RedisURL != "" {
		return store.OpenRedis(ctx, env.RedisURL, id)
	}
	return store.OpenSQLite(ctx, database(env.DataDir), id)
}

func database(dir string) string { return filepath.Join(dir, "hogushi.db") }

// HasData says whether a DATA_DIR holds a store.
func HasData(dir string) (bool, error) {
	_, err := os.Stat(database(dir))
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return err == nil, nil
	}
	return false, fmt.Errorf("DATA_DIR: %w", err)
}

// opening is a store that may not be reachable yet. It is opened again and again until it
// is; till then it is unavailable.
type opening struct {
	open   func(context.Context) (store.Store, error)
	begin  func(context.Context, revision.Notes) error // run on a store before anybody uses it; nil: nothing. Its questions are timed, not what it computes.
	log    *slog.Logger
	failed chan<- error // told once, when the store can never be used
	store  atomic.Pointer[store.Store]
	stop   func() // ends the trying; nil when there is none
}

const (
	openTry   = 2 * time.Second // for all questions of an opening but those of begin, and for each of those
	openPause = 500 * time.Millisecond
)

// timed gives each question its own time: a machine that is slow to pack a revision, or to
// compile one, has a store that answers all the same.
type timed struct{ revision.Notes }

func (t timed) Note(ctx context.Context, name string) (*store.Note, error) {
	ctx, cancel := context.WithTimeout(ctx, openTry)
	defer cancel()
	return t.Notes.Note(ctx, name)
}

func (t timed) SetNote(ctx context.Context, n store.Note, prev store.Version) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, openTry)
	defer cancel()
	return t.Notes.SetNote(ctx, n, prev)
}

// start opens the store, or goes on trying in the background until Close.
func (o *opening) start(ctx context.Context) error {
	err := o.try(ctx)
	if !errors.Is(err, store.ErrUnavailable) {
		return err
	}
	o.log.Error("open store: trying on", "err", err)
	life, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	o.stop = func() { cancel(); <-ended }
	go func() {
		defer close(ended)
		o.retry(life)
	}()
	return nil
}

func (o *opening) retry(life context.Context) {
	for {
		select {
		case <-life.Done():
			return
		case <-time.After(openPause):
		}
		switch err := o.try(life); {
		case err == nil:
			debug.FreeOSMemory() // what compiling a revision left behind
			o.log.Info("store opened")
			return
		case !errors.Is(err, store.ErrUnavailable):
			o.failed <- err
			return
		}
	}
}

func (o *opening) try(ctx context.Context) error {
	soon, cancel := context.WithTimeout(ctx, openTry)
	defer cancel()
	s, err := o.open(soon)
	if err != nil {
		return err
	}
	warnings, err := s.Check(soon)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	for _, w := range warnings {
		if w.Refuse {
			return errors.Join(errors.New(w.Text), s.Close())
		}
		o.log.Warn("store settings", "warning", w.Text)
	}
	if o.begin != nil {
		if err := o.begin(ctx, timed{s}); err != nil {
			return errors.Join(err, s.Close())
		}
	}
	o.store.Store(&s)
	return nil
}

func (o *opening) get() (store.Store, error) {
	if s := o.store.Load(); s != nil {
		return *s, nil
	}
	return nil, store.ErrUnavailable
}

// use asks the store, once it is open.
func use[T any](o *opening, ask func(store.Store) (T, error)) (T, error) {
	s, err := o.get()
	if err != nil {
		var none T
		return none, err
	}
	return ask(s)
}

func (o *opening) Load(ctx context.Context, user store.UserID) (*store.Record, error) {
	return use(o, func(s store.Store) (*store.Record, error) { return s.Load(ctx, user) })
}

func (o *opening) Commit(ctx context.Context, c store.Commit) (outcome store.Outcome, rec *store.Record, err error) {
	_, err = use(o, func(s store.Store) (any, error) {
		outcome, rec, err = s.Commit(ctx, c)
		return nil, err
	})
	return outcome, rec, err
}

func (o *opening) Ping(ctx context.Context) error {
	_, err := use(o, func(s store.Store) (any, error) { return nil, s.Ping(ctx) })
	return err
}

func (o *opening) Amend(ctx context.Context, w store.LeadWrite) (bool, error) {
	return use(o, func(s store.Store) (bool, error) { return s.Amend(ctx, w) })
}

func (o *opening) Leads(ctx context.Context, after *store.Lead, limit int) ([]store.Lead, error) {
	return use(o, func(s store.Store) ([]store.Lead, error) { return s.Leads(ctx, after, limit) })
}

func (o *opening) Lead(ctx context.Context, id string) (*store.Lead, error) {
	return use(o, func(s store.Store) (*store.Lead, error) { return s.Lead(ctx, id) })
}

func (o *opening) LeadsOf(ctx context.Context, user store.UserID) ([]store.Lead, error) {
	return use(o, func(s store.Store) ([]store.Lead, error) { return s.LeadsOf(ctx, user) })
}

func (o *opening) Deliveries(ctx context.Context, user store.UserID, lead string) ([]store.Delivery, error) {
	return use(o, func(s store.Store) ([]store.Delivery, error) { return s.Deliveries(ctx, user, lead) })
}

func (o *opening) Claim(ctx context.Context, lease time.Duration, limit int) ([]store.Delivery, error) {
	return use(o, func(s store.Store) ([]store.Delivery, error) { return s.Claim(ctx, lease, limit) })
}

func (o *opening) Settle(ctx context.Context, from, to store.Delivery) (bool, error) {
	return use(o, func(s store.Store) (bool, error) { return s.Settle(ctx, from, to) })
}

func (o *opening) Undelivered(ctx context.Context, limit int) ([]store.Delivery, error) {
	return use(o, func(s store.Store) ([]store.Delivery, error) { return s.Undelivered(ctx, limit) })
}

func (o *opening) Note(ctx context.Context, name string) (*store.Note, error) {
	return use(o, func(s store.Store) (*store.Note, error) { return s.Note(ctx, name) })
}

func (o *opening) SetNote(ctx context.Context, n store.Note, prev store.Version) (bool, error) {
	return use(o, func(s store.Store) (bool, error) { return s.SetNote(ctx, n, prev) })
}

func (o *opening) Sweep(ctx context.Context) error {
	_, err := use(o, func(s store.Store) (any, error) { return nil, s.Sweep(ctx) })
	return err
}

// Close ends the trying and the store. Whoever still uses it finds it unavailable.
func (o *opening) Close() error {
	if o.stop != nil {
		o.stop()
	}
	if s := o.store.Swap(nil); s != nil {
		return (*s).Close()
	}
	return nil
}
