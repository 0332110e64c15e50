package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"hogushi/bot/revision"
	"hogushi/bot/store"
)

// told is a store that tells when it is closed.
type told struct {
	store.Store
	warnings []store.Warning
	err      error // of Check
	closed   chan struct{}
}

func (s *told) Check(context.Context) ([]store.Warning, error) { return s.warnings, s.err }
func (s *told) Note(ctx context.Context, _ string) (*store.Note, error) {
	if _, timed := ctx.Deadline(); !timed {
		return nil, errors.New("a question that may wait for ever")
	}
	return nil, nil
}
func (s *told) Close() error { close(s.closed); return nil }

// TestOpening: each try that doesn't lead to a store in use closes it.
func TestOpening(t *testing.T) {
	t.Parallel()
	lasting := errors.New("not ours")
	fresh := func() *told { return &told{closed: make(chan struct{})} }
	start := func(open ...func(context.Context) (store.Store, error)) (o *opening, failed chan error, err error) {
		failed = make(chan error, 1)
		o = &opening{log: slog.New(slog.DiscardHandler), failed: failed, open: func(ctx context.Context) (store.Store, error) {
			next := open[0]
			open = open[1:]
			return next(ctx)
		}}
		return o, failed, o.start(t.Context())
	}
	give := func(s *told) func(context.Context) (store.Store, error) {
		return func(context.Context) (store.Store, error) { return s, nil }
	}
	fail := func(err error) func(context.Context) (store.Store, error) {
		return func(context.Context) (store.Store, error) { return nil, err }
	}
	away := fail(store.ErrUnavailable)

	t.Run("lost later", func(t *testing.T) {
		t.Parallel()
		o, failed, err := start(away, away, fail(lasting))
		if err != nil {
			t.Fatal(err)
		}
		if got := <-failed; !errors.Is(got, lasting) {
			t.Errorf("got %v, want %v", got, lasting)
		}
		if _, err := o.Load(t.Context(), "u"); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("Load: got %v", err)
		}
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Run("refused later", func(t *testing.T) {
		t.Parallel()
		evicting := fresh()
		evicting.warnings = []store.Warning{{Text: "mind"}, {Text: "set noeviction", Refuse: true}}
		o, failed, err := start(away, give(evicting))
		if err != nil {
			t.Fatal(err)
		}
		if got := <-failed; got == nil || got.Error() != "set noeviction" {
			t.Errorf("got %v", got)
		}
		<-evicting.closed
		o.Close()
	})
	t.Run("closed while opening", func(t *testing.T) {
		t.Parallel()
		short, late := fresh(), fresh()
		short.err = store.ErrUnavailable
		opened := make(chan struct{})
		o, _, err := start(give(short), func(ctx context.Context) (store.Store, error) {
			close(opened)
			<-ctx.Done() // of Close
			return late, nil
		})
		if err != nil {
			t.Fatal(err)
		}
		<-short.closed
		<-opened
		if err := o.Close(); err != nil {
			t.Error(err)
		}
		select {
		case <-late.closed:
		default:
			t.Error("a store that was opened late is left open")
		}
		if err := o.Close(); err != nil {
			t.Errorf("second Close: %v", err)
		}
	})
	t.Run("begun slowly", func(t *testing.T) {
		t.Parallel()
		asked := false
		o := &opening{log: slog.New(slog.DiscardHandler), open: give(fresh()), begin: func(ctx context.Context, notes revision.Notes) error {
			if _, timed := ctx.Deadline(); timed {
				t.Error("what begin computes is timed: a slow machine never has a store")
			}
			_, err := notes.Note(ctx, "flows")
			asked = err == nil
			return err
		}}
		if err := o.start(t.Context()); err != nil || !asked {
			t.Errorf("got %v, asked %t", err, asked)
		}
		o.Close()
	})
	t.Run("lost at once", func(t *testing.T) {
		t.Parallel()
		if _, _, err := start(fail(lasting)); !errors.Is(err, lasting) {
			t.Errorf("got %v, want %v", err, lasting)
		}
	})
}
