package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

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
	log    *slog.Logger
	failed chan<- error // told once, when the store can never be used
	store  atomic.Pointer[store.Store]
	stop   func() // ends the trying; nil when there is none
}

const (
	openTry   = 2 * time.Second
	openPause = 500 * time.Millisecond
)

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
			o.log.Info("store opened")
			return
		case !errors.Is(err, store.ErrUnavailable):
			o.failed <- err
			return
		}
	}
}

func (o *opening) try(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, openTry)
	defer cancel()
	s, err := o.open(ctx)
	if err != nil {
		return err
	}
	warnings, err := s.Check(ctx)
	if err != nil {
		return errors.Join(err, s.Close())
	}
	for _, w := range warnings {
		if w.Refuse {
			return errors.Join(errors.New(w.Text), s.Close())
		}
		o.log.Warn("store settings", "warning", w.Text)
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

func (o *opening) Load(ctx context.Context, user store.UserID) (*store.Record, error) {
	s, err := o.get()
	if err != nil {
		return nil, err
	}
	return s.Load(ctx, user)
}

func (o *opening) Commit(ctx context.Context, c store.Commit) (store.Outcome, *store.Record, error) {
	s, err := o.get()
	if err != nil {
		return 0, nil, err
	}
	return s.Commit(ctx, c)
}

func (o *opening) Ping(ctx context.Context) error {
	s, err := o.get()
	if err != nil {
		return err
	}
	return s.Ping(ctx)
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
