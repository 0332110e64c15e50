package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/diag"
	"hogushi/config"
	"hogushi/flows"
)

// stopBy bounds a graceful stop; a container is killed some ten seconds after being asked.
const stopBy = 9 * time.Second

// serve runs the bot until it is asked to stop.
func (c *command) serve(ctx context.Context, args []string) error {
	f := flags("serve", "serve")
	if err := c.parse(f, args, 0, 0); err != nil {
		return err
	}
	env := config.FromEnvironment(c.Getenv)
	if err := env.CheckServe(); err != nil {
		return usageError{fmt.Errorf("the environment can't be used:\n%w", err)}
	}
	log := logger(env.LogLevel, c.Stderr)
	keys, note, err := app.Keys(env)
	if err != nil {
		return err
	}
	if note != "" {
		log.Warn(note)
	}
	a, err := c.bot(app.Options{Environment: env, Keys: keys, Log: log, Published: true})
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return c.unusable(err)
	}
	select {
	case <-ctx.Done():
	case err = <-a.Failed():
	}
	stopping, cancel := context.WithTimeout(context.Background(), stopBy)
	defer cancel()
	if stop := a.Stop(stopping); stop != nil {
		return errors.Join(err, stop)
	}
	return c.unusable(err)
}

// bot makes the bot of the flows and facts here. Where staff have left errors in them, a
// restart must not silence the bot: it goes on with what was published before, and till the
// store has given that, with the words built in.
func (c *command) bot(o app.Options) (*app.App, error) {
	var err error
	if o.Config, err = directory(o.Environment.Config, config.Dir("")); err != nil {
		return nil, fmt.Errorf("CONFIG: %w", err)
	}
	if o.Flows, err = directory(o.Environment.Flows, flows.Files); err != nil {
		return nil, fmt.Errorf("open flows: %w", err)
	}
	var problems *diag.List
	o.Settings, problems = config.Load(o.Config)
	c.print(problems, o.Config)
	if !o.Settings.Usable {
		return nil, errFound
	}
	if !problems.Failed() {
		a, err := app.New(o)
		bad, ok := errors.AsType[*app.FlowsError](err)
		if !ok {
			return a, err
		}
		c.print(bad.Problems, bad.Dir)
	}
	o.Log.Error("the flows or clinic.yaml here can't be used: going on with what was published", "hint", "run `hogushi check`")
	o.Flows, o.Config, o.Unseeded = flows.Files, config.Dir(""), true
	o.Settings.Clinic, _ = config.LoadFacts(o.Config)
	return app.New(o)
}

// unusable prints why there is nothing to run.
func (c *command) unusable(err error) error {
	bad, ok := errors.AsType[*app.FlowsError](err)
	switch {
	case errors.Is(err, app.ErrUnpublished): // what is wrong has been printed
		fmt.Fprintf(c.Stderr, "hogushi serve: %v\n", err)
		return errFound
	case !ok:
		return err
	}
	c.print(bad.Problems, bad.Dir)
	fmt.Fprintf(c.Stderr, "hogushi serve: revision %d, which is live, can't be used by this release: start the one that published it, or publish again with this one (hogushi publish)\n", bad.Number)
	return errFound
}

// healthz asks a running serve, on this machine, whether it is alive.
func (c *command) healthz(ctx context.Context, args []string) error {
	f := flags("healthz", "healthz")
	if err := c.parse(f, args, 0, 0); err != nil {
		return err
	}
	at, err := askAt(config.FromEnvironment(c.Getenv).Listen)
	if err != nil {
		return usageError{err}
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", "http://"+at+"/healthz", nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{}} // no proxy stands before this machine
	res, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("ask serve: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("ask serve: it answered %d", res.StatusCode)
	}
	return nil
}

// askAt is where a serve that listens on LISTEN can be asked from the same machine.
func askAt(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", fmt.Errorf("LISTEN: %q is no address; write it like :8080", listen)
	}
	if port == "" || port == "0" {
		return "", fmt.Errorf("LISTEN: %q leaves the port to chance, so nobody knows whom to ask; name one", listen)
	}
	switch ip := net.ParseIP(host); {
	case host == "" || ip != nil && ip.IsUnspecified() && ip.To4() != nil:
		host = "127.0.0.1"
	case ip != nil && ip.IsUnspecified():
		host = "::1"
	}
	return net.JoinHostPort(host, port), nil
}
