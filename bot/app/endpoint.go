package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"hogushi/bot/flow"
	"hogushi/bot/line"
)

// answerWithin bounds how long a stop waits for requests: the bot has answered by then,
// and who has not yet sent his request isn't waited for.
const answerWithin = 3 * time.Second

// endpoint is a server with its listener.
type endpoint struct {
	name, at string // the variable, and the address that it gives
	server   *http.Server
	listener net.Listener  // nil: not listening
	ended    chan struct{} // closed when serve is over
}

// endpoints makes LINE's side and the operator's.
func (a *App) endpoints() error {
	dropped := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "hogushi_events_dropped_total", Help: "Webhook events that could not be read."}, []string{"reason"})
	a.metrics.MustRegister(dropped)
	webhook, err := line.NewHandler(a.opts.Environment.Secrets, a.turns.Serve, line.OnDropped(func(reason string) { dropped.WithLabelValues(reason).Inc() }))
	if err != nil {
		return err
	}
	public, admin := http.NewServeMux(), http.NewServeMux()
	public.Handle("/webhook", webhook)
	public.HandleFunc("GET /healthz", alive)
	public.HandleFunc("GET /"+flow.ImageDir+"/{name}", a.image)
	admin.HandleFunc("GET /healthz", alive)
	admin.HandleFunc("GET /readyz", a.ready)
	admin.Handle("GET /metrics", promhttp.HandlerFor(a.metrics, promhttp.HandlerOpts{}))
	a.public = a.endpoint("LISTEN", a.opts.Environment.Listen, public)
	a.admin = a.endpoint("ADMIN_LISTEN", a.opts.Environment.AdminListen, admin)
	return nil
}

func (a *App) endpoint(name, at string, h http.Handler) *endpoint {
	return &endpoint{name: name, at: at, ended: make(chan struct{}),
		server: &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second,
			WriteTimeout: 30 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
			ErrorLog: slog.NewLogLogger(a.opts.Log.Handler(), slog.LevelWarn)}}
}

// alive answers as long as the process does, whatever the store.
func alive(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") }

// image answers with a picture of the flows in use. An old message gets the picture that has the name now.
func (a *App) image(w http.ResponseWriter, r *http.Request) {
	i := a.program.Load().Image(r.PathValue("name"))
	if i == nil {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", i.Type)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+i.Hash+`"`)
	h.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == i.Hash {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(i.Data))
}

// ready answers 200 when the store can be reached and nobody has asked for a stop.
func (a *App) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), time.Second)
	defer cancel()
	switch {
	case a.stopping.Load():
		http.Error(w, "stopping", http.StatusServiceUnavailable)
	case a.store.Ping(ctx) != nil:
		http.Error(w, "store: away", http.StatusServiceUnavailable)
	default:
		fmt.Fprintln(w, "ready")
	}
}

func (e *endpoint) listen() (err error) {
	if e.listener, err = net.Listen("tcp", e.at); err != nil {
		return fmt.Errorf("%s: %w; name another address", e.name, err)
	}
	return nil
}

// close ends an endpoint that doesn't serve.
func (e *endpoint) close() error {
	if e.listener == nil {
		return nil
	}
	return e.listener.Close()
}

func (e *endpoint) serve(failed chan<- error) {
	go func() {
		defer close(e.ended)
		if err := e.server.Serve(e.listener); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("serve %s: %w", e.name, err)
		}
	}()
}

// shut takes no new requests and waits for those under way, then cuts off what is left.
func (e *endpoint) shut(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	if e.server.Shutdown(ctx) != nil {
		e.server.Close()
	}
	<-e.ended
}
