package main

import (
	"errors"
	"flag"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"hogushi/bot/store/storetest"
)

var update = flag.Bool("update", false, "rewrite what the scripts expect; read what changes before committing it")

// TestScripts runs the command as its users do, in a directory of each script's own. It is
// built without the race detector, with which its 200 starts took a minute: what runs at
// once in it, the other tests run too. Besides testscript's commands there are
//
//	usage, problems, failure ARG...   runs hogushi, which must exit with that code; only problems may print results
//	receipts FILE      copies the last stdout to FILE with its receipt numbers as RECEIPT; $RECEIPT is the last of them
//	differ FILE FILE   two files are not the same
//	redis VAR ARG...   starts a redis-server with these arguments; $VAR is its url
//	occupied VAR       listens; $VAR is the address
func TestScripts(t *testing.T) {
	t.Parallel()
	bin := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", filepath.Join(bin, "hogushi"), ".").CombinedOutput(); err != nil {
		t.Fatalf("build hogushi: %v: %s", err, out)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			for _, dir := range []string{"flows", "config"} {
				if err := os.CopyFS(filepath.Join(e.WorkDir, "clinic", dir), os.DirFS(filepath.Join("testdata", dir))); err != nil {
					return err
				}
			}
			for _, v := range []string{"HOME=home", "XDG_CONFIG_HOME=home/.config", "FLOWS=clinic/flows", "CONFIG=clinic/config"} {
				name, dir, _ := strings.Cut(v, "=")
				e.Setenv(name, filepath.Join(e.WorkDir, dir))
			}
			e.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
			e.Values[testKey{}] = e.T() // for what wants a testing.TB
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"usage":    exits(exitUsage),
			"problems": exits(exitFound),
			"failure":  exits(exitFailure),
			"receipts": receipts,
			"differ":   differ,
			"redis":    startRedis,
			"occupied": occupy,
		},
	})
}

func exits(want int) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		err := ts.Exec("hogushi", args...)
		var exit *exec.ExitError
		if !errors.As(err, &exit) || exit.ExitCode() != want {
			ts.Fatalf("got %v, want exit status %d", err, want)
		}
		if out := ts.ReadFile("stdout"); out != "" && want != exitFound {
			ts.Fatalf("got %q on stdout, want nothing", out)
		}
	}
}

var receipt = regexp.MustCompile(`\b\d{4}-\d{6}\b`)

func receipts(ts *testscript.TestScript, _ bool, args []string) {
	out := ts.ReadFile("stdout")
	found := receipt.FindAllString(out, -1)
	if len(found) == 0 {
		ts.Fatalf("stdout holds no receipt number")
	}
	ts.Setenv("RECEIPT", found[len(found)-1])
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(receipt.ReplaceAllString(out, "RECEIPT")), 0o600))
}

func differ(ts *testscript.TestScript, _ bool, args []string) {
	if ts.ReadFile(args[0]) == ts.ReadFile(args[1]) {
		ts.Fatalf("%s and %s are the same", args[0], args[1])
	}
}

func startRedis(ts *testscript.TestScript, _ bool, args []string) {
	ts.Setenv(args[0], storetest.Redis(ts.Value(testKey{}).(testing.TB), args[1:]...).URL)
}

func occupy(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

type testKey struct{}
