package app_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/linetest"
	"hogushi/bot/store/storetest"
	"hogushi/config"
)

func TestMisuse(t *testing.T) {
	t.Parallel()
	t.Run("stop before start", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, sqlite(t), nil)
		r.stop()
		r.stop()
		if err := r.Start(t.Context()); err == nil {
			t.Error("Start after Stop: got no error")
		}
	})
	t.Run("twice", func(t *testing.T) {
		t.Parallel()
		r := newRig(t, sqlite(t), nil).start()
		if err := r.Start(t.Context()); err == nil {
			t.Error("second Start: got no error")
		}
		r.getsReady() // it goes on
		at := []string{r.Addr().String(), r.AdminAddr().String()}
		r.stop()
		r.stop()
		free(t, at...)
		if err := r.Start(t.Context()); err == nil {
			t.Error("Start after Stop: got no error")
		}
		if got := strings.Count(r.log.String(), `"msg":"stopped"`); got != 1 {
			t.Errorf("two Stops: got %d lines of it, want 1", got)
		}
	})
}

// TestPortInUse: the error names the variable, both if both are taken; nothing is kept.
func TestPortInUse(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	there, other := taken.Addr().String(), unused(t)
	for _, tt := range []struct{ listen, admin, want, not string }{
		{there, other, "LISTEN: ", "ADMIN_LISTEN: "},
		{other, there, "ADMIN_LISTEN: ", "\nLISTEN: "},
		{there, there, "LISTEN: ", "\x00"},
		{there, there, "\nADMIN_LISTEN: ", "\x00"},
	} {
		env := sqlite(t)
		env.Listen, env.AdminListen = tt.listen, tt.admin
		r := newRig(t, env, nil)
		err := r.Start(t.Context())
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), tt.not) {
			t.Errorf("%s, %s: got %v, want %q in it", tt.listen, tt.admin, err, tt.want)
		}
		free(t, other)
		if there, err := app.HasData(env.DataDir); there || err != nil {
			t.Errorf("a start without ports: got a store (%v, %v), want none", there, err)
		}
		if err := r.Start(t.Context()); err == nil || strings.Contains(err.Error(), tt.want) {
			t.Errorf("second Start: got %v, want it refused", err)
		}
		r.stop()
	}
}

// TestStoreRefused: a store that can't be used ends the start, and the ports are free again.
func TestStoreRefused(t *testing.T) {
	t.Parallel()
	t.Run("evicting", func(t *testing.T) {
		t.Parallel()
		server := storetest.Redis(t, "--maxmemory-policy", "allkeys-lru")
		refused(t, config.Environment{RedisURL: server.URL}, "set noeviction")
	})
	t.Run("no redis url", func(t *testing.T) {
		t.Parallel()
		refused(t, config.Environment{RedisURL: "http://secret@127.0.0.1"}, "redis://")
	})
	t.Run("another channel's key", func(t *testing.T) {
		t.Parallel()
		env := sqlite(t)
		newRig(t, env, nil).start().stop()
		env.Listen, env.AdminListen = unused(t), unused(t)
		r := newRig(t, env, func(o *app.Options) { o.Keys = otherKeys(t) })
		if err := r.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "key") {
			t.Errorf("Start with another key: got %v", err)
		}
		free(t, env.Listen, env.AdminListen)
	})
}

func refused(t *testing.T, env config.Environment, want string) {
	t.Helper()
	env.Listen, env.AdminListen = unused(t), unused(t)
	r := newRig(t, env, nil)
	err := r.Start(t.Context())
	if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
		t.Errorf("Start: got %v, want %q in it", err, want)
	}
	free(t, env.Listen, env.AdminListen)
}

// TestStopFinishes: a reply under way is finished before Stop returns.
func TestStopFinishes(t *testing.T) {
	t.Parallel()
	var replied atomic.Bool
	r := newRig(t, sqlite(t), func(o *app.Options) {
		o.At = func(point string) {
			if point == "replied" {
				replied.Store(true)
			}
		}
	}).start()
	user := r.platform.NewUser()
	slow := r.platform.Fault(linetest.Fault{Endpoint: "reply", Slow: true})
	delivered := make(chan *linetest.Delivery, 1)
	go func() { delivered <- user.Text("メニュー") }()
	<-slow.Hit()
	d := <-delivered // answered in time, the reply goes on
	go func() {
		r.log.wait(t, `"msg":"stopping"`)
		if status, body := r.get("/readyz"); status != 503 || body != "stopping\n" {
			t.Errorf("/readyz while stopping: got %d %q", status, body)
		}
		slow.Release()
	}()
	r.stop()
	if !replied.Load() {
		t.Error("Stop returned before the reply was sent")
	}
	says(t, r.answered(user, d, 200), "0120")
	r.platform.Check(t)
}

// TestStopBounded: what doesn't end is cut off with the context, and told.
func TestStopBounded(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), nil).start()
	slow := r.platform.Fault(linetest.Fault{Endpoint: "reply", Slow: true})
	defer slow.Release()
	r.taken(r.platform.NewUser().Text("メニュー"))
	// a client that never finishes its request
	conn, err := net.Dial("tcp", r.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte("POST /webhook HTTP/1.1\r\n")); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	err = r.Stop(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "finish replies: ") {
		t.Errorf("Stop: got %v, want what it could not finish", err)
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("Stop took %v", took)
	}
	free(t, r.Addr().String(), r.AdminAddr().String())
	if err := conn.SetReadDeadline(time.Now().Add(3 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Read(make([]byte, 1)); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("the client that sends nothing is still connected")
	}
	r.stop() // nothing more to do
}

// directory has an app run the directory of flows, as chat does.
func directory(o *app.Options) { o.Published = false }

// broken are flows with an error.
func broken(t *testing.T) fs.FS {
	t.Helper()
	return with(t, few(menuWords), "menu.yaml", "go: contact", "go: nowhere")
}

func TestReload(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), directory).start()
	user := r.platform.NewUser()
	ask := func() string { return r.answered(user, user.Text("メニュー"), 200) }
	says(t, ask(), menuWords)

	if problems := r.Reload(broken(t), r.opts.Settings.Clinic); !problems.Failed() {
		t.Fatal("Reload of broken flows: got no problems")
	}
	says(t, ask(), menuWords)
	if problems := r.Reload(few("新しいことばです。"), r.opts.Settings.Clinic); problems.Failed() {
		t.Fatal(problems.Err())
	}
	says(t, ask(), "新しいことばです。")
	r.platform.Check(t)
}

// TestReloadMeanwhile changes flows under patients who write.
func TestReloadMeanwhile(t *testing.T) {
	t.Parallel()
	r := newRig(t, sqlite(t), directory).start()
	done, bad := make(chan struct{}), broken(t)
	go func() {
		defer close(done)
		for range 5 {
			r.Reload(few("べつの"+menuWords), r.opts.Settings.Clinic)
			r.Reload(bad, r.opts.Settings.Clinic)
		}
	}()
	user := r.platform.NewUser()
	for range 10 {
		says(t, r.answered(user, user.Text("メニュー"), 200), menuWords)
	}
	<-done
	r.platform.Check(t)
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := newRig(t, sqlite(t), held).opts
	bad := good
	bad.Flows = broken(t)
	_, err := app.New(bad)
	if e, ok := errors.AsType[*app.FlowsError](err); !ok || !e.Problems.Failed() || !strings.Contains(err.Error(), "menu.yaml:") {
		t.Errorf("broken flows: got %v", err)
	}
	for name, change := range map[string]func(*config.Environment){
		"LINE_CHANNEL_SECRET": func(e *config.Environment) { e.Secrets = []string{""} },
		"LINE_CHANNEL_TOKEN":  func(e *config.Environment) { e.Token = "" },
		"LINE_API_BASE":       func(e *config.Environment) { e.APIBase = "api.line.me" },
	} {
		bad := good
		bad.Program = compiled(t, bad)
		change(&bad.Environment)
		if a, err := app.New(bad); a != nil || err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v, %v", name, a, err)
		}
	}
}

// unused is an address that nobody listens on.
func unused(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// free checks that addresses can be listened on.
func free(t *testing.T, addrs ...string) {
	t.Helper()
	for _, at := range addrs {
		l, err := net.Listen("tcp", at)
		if err != nil {
			t.Errorf("still in use: %v", err)
			continue
		}
		l.Close()
	}
}
