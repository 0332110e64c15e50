package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/fsnotify/fsnotify"
)

// watch says when the files of directories have changed: by the system's events, and by
// looking again and again, for not every mount sends any.
type watch struct {
	dirs  []string
	quiet time.Duration // for so long nothing changes before it is said: an editor saves in several moves
	lasts time.Duration // for so long an error must stand before it is told: the next move may mend it
	look  time.Duration // between two looks
	deaf  bool          // without events: for tests
	last  string        // snapshot
}

// newWatch watches directories from now on, once it is run.
func newWatch(dirs ...string) *watch {
	w := &watch{dirs: dirs, quiet: 150 * time.Millisecond, lasts: 800 * time.Millisecond, look: time.Second}
	w.last = w.snapshot()
	return w
}

// run calls changed after each change until ctx ends. It gives how to tell of an error, nil if
// there is none; that is called if no further change comes.
func (w *watch) run(ctx context.Context, changed func() (tell func())) {
	moved := make(chan struct{}, 1)
	signal := func() {
		select {
		case moved <- struct{}{}:
		default:
		}
	}
	if !w.deaf {
		if events, err := fsnotify.NewWatcher(); err == nil { // else there is the looking
			defer events.Close()
			for _, dir := range w.dirs {
				events.Add(dir)
			}
			go func() {
				for events.Events != nil {
					select {
					case e, ok := <-events.Events:
						if !ok {
							return
						}
						if ours(filepath.Base(e.Name)) && e.Op != fsnotify.Chmod {
							signal()
						}
					case _, ok := <-events.Errors:
						if !ok {
							return
						}
						signal() // some may have been lost
					}
				}
			}()
		}
	}
	ticker := time.NewTicker(w.look)
	defer ticker.Stop()
	signal() // what has changed before there were events
	for {
		select {
		case <-ctx.Done():
			return
		case <-moved:
		case <-ticker.C:
		}
		now := w.snapshot()
		if now == w.last {
			continue
		}
		for { // until it has been quiet
			w.last = now
			if !wait(ctx, w.quiet) {
				return
			}
			if now = w.snapshot(); now == w.last {
				break
			}
		}
		tell := changed()
		if tell == nil {
			continue
		}
		for left := w.lasts; left > 0 && now == w.last; left -= w.quiet {
			if !wait(ctx, w.quiet) {
				return
			}
			now = w.snapshot()
		}
		if now == w.last {
			tell()
		} else {
			signal() // the loop sees that it isn't as it was
		}
	}
}

func wait(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}

// ours says whether a file is one that is read: not what an editor leaves beside it.
func ours(name string) bool {
	return slices.Contains([]string{".yaml", ".png", ".jpg", ".jpeg"}, filepath.Ext(name)) && !strings.HasPrefix(name, ".")
}

// snapshot tells files apart by name, size and time.
func (w *watch) snapshot() string {
	var b strings.Builder
	for _, dir := range w.dirs {
		entries, _ := os.ReadDir(dir) // one that is gone holds nothing
		for _, e := range entries {
			if !ours(e.Name()) {
				continue
			}
			if info, err := fs.Stat(os.DirFS(dir), e.Name()); err == nil {
				fmt.Fprintf(&b, "%s/%s %d %d\n", dir, e.Name(), info.Size(), info.ModTime().UnixNano())
			}
		}
	}
	return b.String()
}
