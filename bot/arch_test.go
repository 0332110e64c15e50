package bot_test

import (
	"go/build"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "hogushi/"

// arrows lists what each room may import of ours. A room that isn't listed fails.
var arrows = map[string][]string{
	"bot":                  {},
	"bot/diag":             {},
	"bot/text":             {},
	"bot/match":            {},
	"bot/source":           {"bot/diag"},
	"bot/schema":           {},
	"bot/flow":             {"bot/diag", "bot/text", "bot/match", "bot/source", "bot/schema", "bot/understand"},
	"bot/render":           {"bot/text", "bot/flow"},
	"bot/understand":       {},
	"bot/understand/teach": {"bot/flow", "bot/understand", "config", "flows"},
	"bot/engine":           {"bot/text", "bot/flow", "bot/render", "bot/understand"},
	"bot/gate":             {"bot/diag", "bot/text", "bot/flow", "bot/engine"},
	"bot/graph":            {"bot/diag", "bot/text", "bot/flow"},
	"bot/lint":             {"bot/diag", "bot/match", "bot/flow"},
	"bot/flowtest":         {"bot/diag", "bot/text", "bot/source", "bot/schema", "bot/flow", "bot/render", "bot/understand", "bot/engine"},
	"bot/line":             {},
	"bot/store":            {},
	"bot/store/storetest":  {"bot/store"},
	"bot/seal":             {},
	"bot/sink":             {},
	"bot/revision":         {"bot/store", "bot/seal"},
	"bot/handoff":          {"bot/text", "bot/flow", "bot/engine", "bot/line", "bot/store", "bot/seal", "bot/sink"},
	"bot/desk":             {"bot/text", "bot/engine", "bot/line", "bot/store", "bot/handoff"},
	"bot/turn":             {"bot/flow", "bot/render", "bot/understand", "bot/engine", "bot/line", "bot/store", "bot/seal", "bot/handoff"},
	"bot/app":              {"bot/diag", "bot/flow", "bot/lint", "bot/line", "bot/store", "bot/seal", "bot/sink", "bot/revision", "bot/handoff", "bot/desk", "bot/turn", "config"},
	"bot/linetest":         {},
	"config":               {"bot/diag", "bot/text", "bot/source", "bot/schema", "bot/flow", "bot/lint"},
	"flows":                {},
	"cmd/hogushi":          nil, // anything
}

// owners are the only rooms that may know a technology.
var owners = map[string][]string{
	"gopkg.in/yaml.v3":                     {"bot/source"},
	"github.com/line/":                     {"bot/line"},
	"github.com/redis/":                    {"bot/store"},
	"modernc.org/sqlite":                   {"bot/store"},
	"github.com/tink-crypto/":              {"bot/seal"},
	"github.com/prometheus/client_golang/": {"bot/turn", "bot/handoff", "bot/app"},
	"net/http":                             {"bot/line", "bot/sink", "bot/app", "bot/linetest", "cmd/hogushi"},
	"log/slog":                             {"bot/turn", "bot/handoff", "bot/desk", "bot/app", "cmd/hogushi"},
	"github.com/wneessen/go-mail":          {"bot/sink"},
	"github.com/standard-webhooks/":        {"bot/sink"},
	"database/sql":                         {"bot/store"},
	"github.com/fsnotify/":                 {"cmd/hogushi"},
	"embed":                                {"flows", "config", "bot/understand"},
}

// pure rooms have no I/O, clock, randomness, logger or context of their own. fmt pulls in
// os by itself, so only direct imports say anything.
var pure = []string{"bot/diag", "bot/text", "bot/match", "bot/source", "bot/schema", "bot/flow", "bot/render", "bot/understand", "bot/lint", "bot/graph", "bot/engine", "bot/gate", "bot/flowtest"}

var impure = []string{"os", "os/exec", "net", "net/http", "log", "log/slog", "context", "math/rand", "math/rand/v2", "crypto/rand", "sync/atomic", "time/tzdata", "syscall"}

func TestArrows(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for room, imports := range rooms(t) {
		seen[room] = true
		allowed, listed := arrows[room]
		if !listed {
			t.Errorf("%s stands on no map: say in doc.go and here what it is for and what it may import", room)
		}
		for _, i := range imports {
			if ours, ok := strings.CutPrefix(i, module); ok && allowed != nil && !slices.Contains(allowed, ours) {
				t.Errorf("%s imports %s, against the arrows", room, ours)
			}
			for what, who := range owners {
				if strings.HasPrefix(i+"/", strings.TrimSuffix(what, "/")+"/") && !slices.Contains(who, room) {
					t.Errorf("%s imports %s, which only %v may", room, i, who)
				}
			}
			if slices.Contains(pure, room) && slices.Contains(impure, i) {
				t.Errorf("%s is pure and imports %s", room, i)
			}
		}
	}
	for room := range arrows {
		if !seen[room] {
			t.Errorf("%s is on the map and nowhere else", room)
		}
	}
}

// TestPureReadsNoClock: time is data, and comes with the event.
func TestPureReadsNoClock(t *testing.T) {
	t.Parallel()
	for _, room := range pure {
		files, _ := filepath.Glob(filepath.Join("..", room, "*.go"))
		if len(files) == 0 {
			t.Errorf("%s has no files", room)
		}
		for _, name := range files {
			code, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(name, "_test.go") && strings.Contains(string(code), "time.Now(") {
				t.Errorf("%s reads the clock", name)
			}
		}
	}
}

// rooms lists the direct imports of every package, tests left out.
func rooms(t *testing.T) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	err := filepath.WalkDir("..", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if base := d.Name(); base == "testdata" || strings.HasPrefix(base, ".") && base != ".." {
			return fs.SkipDir
		}
		p, err := build.ImportDir(name, 0)
		if err != nil || len(p.GoFiles) == 0 {
			return nil // no Go here
		}
		rel, err := filepath.Rel("..", name)
		out[path.Clean(filepath.ToSlash(rel))] = p.Imports
		return err
	})
	if err != nil || len(out) < 10 {
		t.Fatalf("found only %d packages: %v", len(out), err)
	}
	return out
}
