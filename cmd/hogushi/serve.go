package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"hogushi/bot/app"
	"hogushi/config"
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
	settings, err := c.settings(env)
	if err != nil {
		return err
	}
	keys, note, err := app.Keys(env)
	if err != nil {
		return err
	}
	if note != "" {
		log.Warn(note)
	}
	a, err := c.newApp(app.Options{Environment: env, Settings: settings, Keys: keys, Log: log}, env.Flows)
	if err != nil {
		return err
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case err = <-a.Failed():
	}
	stopping, cancel := context.WithTimeout(context.Background(), stopBy)
	defer cancel()
	return errors.Join(err, a.Stop(stopping))
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
