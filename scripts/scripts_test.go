// Package scripts_test runs the operator's scripts on real stores.
package scripts_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hogushi/bot/store"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

// run runs a script with nothing of our environment but the PATH.
func run(t *testing.T, env []string, script string, args ...string) (code int, out, said string) {
	t.Helper()
	for _, name := range []string{"sqlite3", "redis-cli"} {
		if _, err := exec.LookPath(name); err != nil {
			t.Fatalf("find %s: not installed; `make test` installs it (apt-get install sqlite3 redis-server)", name)
		}
	}
	path, err := filepath.Abs(script)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH")}, env...)
	cmd.Dir = t.TempDir()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err = cmd.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || exit.ExitCode() < 0) {
		t.Fatalf("run %s: %v", script, err)
	}
	return cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// succeeds returns the first line that the script prints.
func succeeds(t *testing.T, env []string, script string, args ...string) string {
	t.Helper()
	code, out, said := run(t, env, script, args...)
	if code != 0 {
		t.Fatalf("%s %q: exit %d: %s", script, args, code, said)
	}
	line, _, _ := strings.Cut(out, "\n")
	return line
}

func fails(t *testing.T, code int, why string, env []string, script string, args ...string) {
	t.Helper()
	got, out, said := run(t, env, script, args...)
	if got != code || !strings.Contains(said, why) || out != "" {
		t.Errorf("%s %q: got exit %d, %q, %q; want exit %d and %q", script, args, got, out, said, code, why)
	}
}

// commit stores a session and a lead of the named patient.
func commit(t *testing.T, st store.Store, name string) {
	t.Helper()
	c := storetest.Turn(storetest.User(name), nil, "e", []byte("session of "+name))
	l := lead(name)
	c.Leads = []store.LeadWrite{{Lead: l}}
	if got, _, err := st.Commit(t.Context(), c); err != nil || got != store.Stored {
		t.Fatalf("Commit: outcome %d, %v", got, err)
	}
}

func lead(name string) store.Lead {
	return store.Lead{ID: "L-" + name, User: storetest.User(name), Created: time.UnixMilli(1790000000123), Version: "v", Body: []byte("lead of " + name)}
}

// holds checks that the store holds what commit wrote of these patients, and no other lead.
func holds(t *testing.T, st store.Store, names ...string) {
	t.Helper()
	var want []store.Lead
	for _, name := range names {
		want = append(want, lead(name))
		rec, err := st.Load(t.Context(), storetest.User(name))
		if err != nil || rec == nil || string(rec.Body) != "session of "+name {
			t.Errorf("Load %s: got %+v, %v", name, rec, err)
		}
	}
	got, err := st.Leads(t.Context(), nil, 100)
	if err != nil {
		t.Fatalf("Leads: %v", err)
	}
	slices.SortFunc(got, func(a, b store.Lead) int { return strings.Compare(a.ID, b.ID) })
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("leads (-want +got):\n%s", d)
	}
}

func openSQLite(t *testing.T, dir string) store.Store {
	t.Helper()
	st, err := store.OpenSQLite(t.Context(), filepath.Join(dir, "hogushi.db"), storetest.ID)
	if err != nil {
		t.Fatalf("OpenSQLite: %v", err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

func openRedis(t *testing.T, url string) store.Store {
	t.Helper()
	st, err := store.OpenRedis(t.Context(), url, storetest.ID)
	if err != nil {
		t.Fatalf("OpenRedis: %v", err)
	}
	t.Cleanup(func() { st.Close() })
	return st
}

// private makes an empty directory that nobody else may read.
func private(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a private 'directory'")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// names lists a directory, every time replaced by TIME.
func names(t *testing.T, dir string) []string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range list {
		name := e.Name()
		if i := strings.Index(name, "Z"); i > 15 {
			if _, err := time.Parse("20060102T150405Z", name[i-15:i+1]); err == nil {
				name = name[:i-15] + "TIME" + name[i+1:]
			}
		}
		out = append(out, name)
	}
	return out
}

func sameNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	if d := cmp.Diff(want, names(t, dir)); d != "" {
		t.Errorf("%s (-want +got):\n%s", dir, d)
	}
}

func onlyOwner(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%s: mode %v, %v; want 0600", path, info.Mode(), err)
	}
}

func TestSQLite(t *testing.T) {
	t.Parallel()
	data, backups := private(t), filepath.Join(t.TempDir(), "new", "backups")
	env := []string{"DATA_DIR=" + data}
	st := openSQLite(t, data)
	commit(t, st, "a")

	// Somebody else writes all the time.
	ctx, cancel := context.WithCancel(t.Context())
	busy := make(chan error, 1)
	go func() {
		var rec *store.Record
		for i := 0; ; i++ {
			c := storetest.Turn(storetest.User("busy"), rec, fmt.Sprint(i), bytes.Repeat([]byte("x"), 4096))
			if _, _, err := st.Commit(ctx, c); err != nil {
				busy <- err
				return
			}
			rec = c.Next
		}
	}()
	file := succeeds(t, env, "backup.sh", "sqlite", backups)
	cancel()
	if err := <-busy; !errors.Is(err, context.Canceled) {
		t.Fatalf("Commit during the backup: %v", err)
	}

	sameNames(t, backups, "hogushi-TIME.db")
	onlyOwner(t, file)
	commit(t, st, "late")
	st.Close()
	if err := os.RemoveAll(data); err != nil {
		t.Fatal(err)
	}

	fails(t, 2, "there is no directory", nil, "restore.sh", "sqlite", file, data)
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	succeeds(t, nil, "restore.sh", "sqlite", file, data)
	sameNames(t, data, "hogushi.db")
	onlyOwner(t, filepath.Join(data, "hogushi.db"))
	holds(t, openSQLite(t, data), "a")
}

func TestSQLiteInPlace(t *testing.T) {
	t.Parallel()
	data, backups := private(t), private(t)
	db := filepath.Join(data, "hogushi.db")
	st := openSQLite(t, data)
	commit(t, st, "a")
	file := succeeds(t, []string{"DATA_DIR=" + data}, "backup.sh", "sqlite", backups)
	commit(t, st, "late")

	fails(t, 3, "--force", nil, "restore.sh", "sqlite", file, data)
	fails(t, 3, "stop serve first", nil, "restore.sh", "--force", "sqlite", file, data)
	holds(t, st, "a", "late")
	commit(t, st, "later")
	st.Close()
	fails(t, 3, "--force", nil, "restore.sh", "sqlite", file, data)
	sameNames(t, data, "hogushi.db")

	// What serve had not yet brought from its log into the file is moved aside with it.
	crashed := private(t)
	live := openSQLite(t, data)
	var rec *store.Record
	for i := 0; size(t, db+"-wal") == 0; i++ { // until serve's first sweep has emptied it
		c := storetest.Turn(storetest.User("busy"), rec, fmt.Sprint(i), nil)
		if _, _, err := live.Commit(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		rec = c.Next
	}
	commit(t, live, "last")
	for _, f := range []string{"-wal", ""} {
		copyFile(t, db+f, filepath.Join(crashed, "hogushi.db"+f))
	}
	succeeds(t, nil, "restore.sh", "--force", "sqlite", file, crashed)
	sameNames(t, crashed, "hogushi.db", "hogushi.db.before-restore-TIME")
	holds(t, openSQLite(t, crashed), "a")
	old, err := filepath.Glob(filepath.Join(crashed, "*.before*Z"))
	if err != nil || len(old) != 1 {
		t.Fatal(old, err)
	}
	again := private(t)
	copyFile(t, old[0], filepath.Join(again, "hogushi.db"))
	holds(t, openSQLite(t, again), "a", "last", "late", "later")
}

func size(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	write(t, to, string(data))
}

// TestSQLiteDamaged: a file that SQLite can't read says nothing of its locks.
func TestSQLiteDamaged(t *testing.T) {
	t.Parallel()
	data, backups := private(t), private(t)
	st := openSQLite(t, data)
	commit(t, st, "a")
	env := []string{"DATA_DIR=" + data}
	file := succeeds(t, env, "backup.sh", "sqlite", backups)
	st.Close()
	db := filepath.Join(data, "hogushi.db")
	write(t, db, strings.Repeat("no database", 1000))
	fails(t, 3, "keep the older backups", env, "backup.sh", "sqlite", backups)
	sameNames(t, backups, "hogushi-TIME.db")

	serve, err := os.Open(db)
	if err != nil {
		t.Fatal(err)
	}
	fails(t, 3, "stop it first", nil, "restore.sh", "--force", "sqlite", file, data)
	serve.Close()
	write(t, db+"-wal", "of the damaged one")
	succeeds(t, nil, "restore.sh", "--force", "sqlite", file, data)
	got := slices.DeleteFunc(names(t, data), func(name string) bool { return strings.HasSuffix(name, "TIME-shm") })
	if d := cmp.Diff([]string{"hogushi.db", "hogushi.db.before-restore-TIME", "hogushi.db.before-restore-TIME-wal"}, got); d != "" {
		t.Errorf("restored (-want +got):\n%s", d)
	}
	holds(t, openSQLite(t, data), "a")

	bad := filepath.Join(backups, "bad.db")
	copyFile(t, db, bad)
	f, err := os.OpenFile(bad, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(8192), f.Close()); err != nil {
		t.Fatal(err)
	}
	fails(t, 3, "take an older one", nil, "restore.sh", "sqlite", bad, private(t))
	empty := filepath.Join(backups, "empty.db")
	write(t, empty, "")
	fails(t, 3, "take an older one", nil, "restore.sh", "sqlite", empty, private(t))
}

// fast doesn't wait for further replicas before it sends a copy.
var fast = []string{"--repl-diskless-sync-delay", "0"}

// durable is a server that writes every commit to dir.
func durable(t *testing.T, dir string, args ...string) *storetest.Server {
	t.Helper()
	return storetest.Redis(t, slices.Concat(fast, []string{"--dir", dir, "--appendonly", "yes", "--appendfsync", "always"}, args)...)
}

const password = "cGFzc3dvcmQ"

func TestRedis(t *testing.T) {
	t.Parallel()
	from := durable(t, private(t))
	st := openRedis(t, from.URL)
	commit(t, st, "a")
	_, port, _ := strings.Cut(from.Addr, ":")
	if out, err := exec.CommandContext(t.Context(), "redis-cli", "-p", port, "config", "set", "requirepass", password).CombinedOutput(); err != nil {
		t.Fatalf("set a password: %v: %s", err, out)
	}

	// Everybody on the machine sees the arguments.
	real, err := exec.LookPath("redis-cli")
	if err != nil {
		t.Fatal(err)
	}
	bin := private(t)
	seen := filepath.Join(bin, "seen")
	if err := os.WriteFile(filepath.Join(bin, "redis-cli"), fmt.Appendf(nil, "#!/bin/sh\necho \"$@\" >>\"${0%%/*}/seen\"\nexec '%s' \"$@\"\n", real), 0o700); err != nil {
		t.Fatal(err)
	}
	env := []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "REDIS_URL=redis://:" + password + "@" + from.Addr + "/0?read_timeout=3s"}
	backups := private(t)
	file := succeeds(t, env, "backup.sh", "redis", backups)
	args, err := os.ReadFile(seen)
	if err != nil || !strings.Contains(string(args), "--rdb") || strings.Contains(string(args), password) {
		t.Errorf("redis-cli was called with %q, %v", args, err)
	}
	sameNames(t, backups, "hogushi-TIME.rdb")
	onlyOwner(t, file)

	url := "REDIS_URL=redis://" + from.Addr
	fails(t, 3, "NOAUTH", []string{url}, "backup.sh", "redis", backups)
	fails(t, 3, "WRONGPASS", []string{url, "REDISCLI_AUTH=wrong"}, "backup.sh", "redis", backups)
	fails(t, 2, "REDISCLI_AUTH", []string{"REDIS_URL=redis://:%41@" + from.Addr}, "backup.sh", "redis", backups)
	sameNames(t, backups, "hogushi-TIME.rdb")
	succeeds(t, []string{url, "REDISCLI_AUTH=" + password}, "backup.sh", "redis", private(t))
	fails(t, 3, "answers", []string{url}, "restore.sh", "redis", file, private(t))
	from.Stop()

	for _, appendonly := range []string{"yes", "no"} {
		t.Run("appendonly "+appendonly, func(t *testing.T) {
			t.Parallel()
			dir := private(t)
			succeeds(t, []string{url}, "restore.sh", "redis", file, dir)
			sameNames(t, dir, "appendonly.aof", "dump.rdb")
			onlyOwner(t, filepath.Join(dir, "appendonly.aof"))
			onlyOwner(t, filepath.Join(dir, "dump.rdb"))
			to := durable(t, dir, "--appendonly", appendonly)
			st := openRedis(t, to.URL)
			holds(t, st, "a")
			if appendonly == "yes" { // from here on it is a server like any other
				commit(t, st, "new")
				to.Stop()
				to.Start()
				holds(t, openRedis(t, to.URL), "a", "new")
			}
		})
	}
}

// TestRedisInPlace: the append-only files of the server would win over the backup.
func TestRedisInPlace(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"usual names": nil,
		"other names": {"--appenddirname", "log", "--appendfilename", "other.aof"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, backups := private(t), private(t)
			server := durable(t, dir, args...)
			st := openRedis(t, server.URL)
			commit(t, st, "a")
			file := succeeds(t, []string{"REDIS_URL=" + server.URL}, "backup.sh", "redis", backups)
			commit(t, st, "late")

			fails(t, 3, "stop it first", nil, "restore.sh", "--force", "redis", file, dir)
			server.Stop()
			fails(t, 3, "--force", nil, "restore.sh", "redis", file, dir)
			server.Start()
			st = openRedis(t, server.URL)
			holds(t, st, "a", "late")
			server.Stop()

			log := names(t, dir)
			succeeds(t, nil, "restore.sh", "--force", "redis", file, dir)
			server.Start()
			holds(t, openRedis(t, server.URL), "a")
			old, err := filepath.Glob(filepath.Join(dir, "before-restore-*"))
			if err != nil || len(old) != 1 {
				t.Fatal(old, err)
			}
			sameNames(t, old[0], log...)
			server.Stop()
			was := durable(t, old[0], args...)
			holds(t, openRedis(t, was.URL), "a", "late")
		})
	}
}

func TestRedisDamaged(t *testing.T) {
	t.Parallel()
	server := storetest.Redis(t, fast...)
	env := []string{"REDIS_URL=" + server.URL}
	backups := private(t)
	fails(t, 3, "is empty", env, "backup.sh", "redis", backups)
	commit(t, openRedis(t, server.URL), "a")
	file := succeeds(t, env, "backup.sh", "redis", backups)
	server.Stop()
	fails(t, 3, "Could not connect", env, "backup.sh", "redis", backups)
	sameNames(t, backups, "hogushi-TIME.rdb")

	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"empty":   "",
		"cut":     string(whole[:len(whole)/2]),
		"other":   "SQLite format 3",
		"changed": strings.Replace(string(whole), "lead of a", "lead of b", 1),
	} {
		dir := private(t)
		path := filepath.Join(dir, name)
		write(t, path, text)
		fails(t, 3, "take an older one", nil, "restore.sh", "redis", path, dir)
		sameNames(t, dir, name)
	}
}

func TestKeep(t *testing.T) {
	t.Parallel()
	data, backups := private(t), private(t)
	openSQLite(t, data)
	env := []string{"DATA_DIR=" + data}
	for i := range 20 {
		write(t, filepath.Join(backups, fmt.Sprintf("hogushi-20200101T0000%02dZ.db", i)), "")
	}
	others := []string{"hogushi-20200101T000000Z.rdb", "hogushi-20200101T000000Z.db.gpg", "notes"}
	for _, name := range others {
		write(t, filepath.Join(backups, name), "")
	}
	left := func() (kept []string) {
		list, err := filepath.Glob(filepath.Join(backups, "*.db"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range others {
			if _, err := os.Stat(filepath.Join(backups, name)); err != nil {
				t.Errorf("of others: %v", err)
			}
		}
		return list
	}
	file := succeeds(t, env, "backup.sh", "sqlite", backups)
	if got := left(); len(got) != 14 || got[13] != file || filepath.Base(got[0]) != "hogushi-20200101T000007Z.db" {
		t.Errorf("kept %q", got)
	}

	// A clock that went back doesn't cost the new one.
	write(t, filepath.Join(backups, "hogushi-29990101T000000Z.db"), "")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	file = succeeds(t, env, "backup.sh", "--keep", "1", "sqlite", backups)
	if got := left(); len(got) != 2 || got[0] != file {
		t.Errorf("kept %q", got)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	data, backups := private(t), private(t)
	openSQLite(t, data)
	env := []string{"DATA_DIR=" + data}
	for _, args := range [][]string{nil, {"sqlite"}, {"mysql", backups}, {"sqlite", backups, "x"}, {"--keep"}, {"--keep", "3"}} {
		fails(t, 2, "", env, "backup.sh", args...)
	}
	for _, n := range []string{"0", "-1", "x", ""} {
		fails(t, 2, "--keep", env, "backup.sh", "--keep", n, "sqlite", backups)
	}
	fails(t, 2, "DATA_DIR", nil, "backup.sh", "sqlite", backups)
	fails(t, 2, "DATA_DIR", []string{"DATA_DIR=" + backups}, "backup.sh", "sqlite", backups)
	fails(t, 2, "REDIS_URL", nil, "backup.sh", "redis", backups)
	fails(t, 2, "one server", []string{"REDIS_URL=redis+sentinel://h:1?master_name=m"}, "backup.sh", "redis", backups)
	for _, mode := range []os.FileMode{0o740, 0o704, 0o750, 0o701} {
		open := private(t)
		if err := os.Chmod(open, mode); err != nil {
			t.Fatal(err)
		}
		fails(t, 2, "chmod 700", env, "backup.sh", "sqlite", open)
		sameNames(t, open)
	}
	sameNames(t, backups)

	write(t, filepath.Join(backups, "data.key"), "")
	fails(t, 2, "data key", env, "backup.sh", "sqlite", backups)
	for _, args := range [][]string{nil, {"sqlite", backups}, {"--force", "sqlite", backups}, {"x", backups, backups}, {"sqlite", "none", backups}, {"sqlite", backups, backups}} {
		fails(t, 2, "", nil, "restore.sh", args...)
	}
	for _, script := range []string{"backup.sh", "restore.sh"} {
		if line := succeeds(t, nil, script, "--help"); !strings.HasPrefix(line, "usage: "+script) {
			t.Errorf("%s --help: %q", script, line)
		}
	}
}

// TestEnvironment: .env.example names every variable that the bot reads, and what
// compose.yaml asks for.
func TestEnvironment(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../.env.example")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"DOMAIN", "REDIS_PASSWORD"}
	config.FromEnvironment(func(name string) string {
		want = append(want, name)
		return ""
	})
	var got []string
	for line := range strings.Lines(string(text)) {
		name, _, ok := strings.Cut(strings.TrimPrefix(line, "#"), "=")
		if ok && !strings.Contains(name, " ") {
			got = append(got, name)
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf(".env.example (-want +got):\n%s", d)
	}
}
