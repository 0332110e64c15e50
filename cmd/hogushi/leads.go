package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
	_ "time/tzdata"

	"hogushi/bot/app"
	"hogushi/bot/engine"
	"hogushi/bot/handoff"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/config"
)

// leads is what can be done with contact requests, on the same store as serve.
func (c *command) leads(ctx context.Context, args []string) error {
	f := flags("leads", "leads list [--json] [--undelivered] [--limit N] | leads show [--json] NUMBER | leads retry [NUMBER] | leads done NUMBER | leads export [--out FILE] | leads erase [--yes] NUMBER")
	asJSON := f.Bool("json", false, "list, show: one JSON object a line")
	limit := f.Int("limit", 100, "list: how many at most, newest first")
	undelivered := f.Bool("undelivered", false, "list: only those that haven't reached every sink")
	out := f.String("out", "", "export: the file to write (default: standard output)")
	yes := f.Bool("yes", false, "erase: don't ask")
	do, least, most := "", 0, 0
	if len(args) > 0 {
		do = args[0]
	}
	switch {
	case asksHelp(do):
		return c.parse(f, []string{"-h"}, 0, 0)
	case do == "show", do == "erase", do == "done":
		least, most = 1, 1
	case do == "retry":
		most = 1
	case do != "list" && do != "export":
		return c.misused(f)
	}
	if err := c.parse(f, args[1:], least, most); err != nil {
		return err
	}
	if *limit < 1 {
		return usageError{errors.New("--limit: write 1 or more")}
	}
	l, err := c.openLeads(ctx)
	if err != nil {
		return err
	}
	defer l.store.Close()
	switch do {
	case "list":
		if *undelivered {
			return l.listUndelivered(ctx, *limit, *asJSON)
		}
		return l.list(ctx, *limit, *asJSON)
	case "show":
		return l.show(ctx, f.Arg(0), *asJSON)
	case "retry":
		return l.retry(ctx, f.Arg(0))
	case "export":
		return l.export(ctx, *out)
	case "done":
		return l.done(ctx, f.Arg(0))
	}
	return l.erase(ctx, f.Arg(0), *yes)
}

type leadBook struct {
	*command
	store    store.Store
	keys     *seal.Keys
	settings config.Settings
	env      config.Environment
}

// openBy bounds how long a store may take to be opened.
const openBy = 5 * time.Second

// openLeads opens the store for what can be done with contact requests.
func (c *command) openLeads(ctx context.Context) (*leadBook, error) {
	env := config.FromEnvironment(c.Getenv)
	if err := env.CheckStore(); err != nil {
		return nil, usageError{fmt.Errorf("the environment can't be used:\n%w", err)}
	}
	settings, err := c.settings(env)
	if err != nil {
		return nil, err
	}
	st, keys, err := c.openStore(ctx, env, settings)
	if err != nil {
		return nil, err
	}
	return &leadBook{c, st, keys, settings, env}, nil
}

// openStore opens the store that serve uses: it makes neither store nor key.
func (c *command) openStore(ctx context.Context, env config.Environment, settings config.Settings) (store.Store, *seal.Keys, error) {
	if env.DataDir != "" {
		switch there, err := app.HasData(env.DataDir); {
		case err != nil:
			return nil, nil, err
		case !there:
			return nil, nil, fmt.Errorf("DATA_DIR: there is no store in %s; name the directory that serve uses", env.DataDir)
		}
	}
	keys, note, err := app.Keys(env)
	if err != nil {
		return nil, nil, err
	}
	if note != "" {
		fmt.Fprintln(c.Stderr, note)
	}
	ctx, cancel := context.WithTimeout(ctx, openBy)
	defer cancel()
	st, err := app.OpenStore(ctx, env, settings, keys)
	return st, keys, err
}

var tokyo = func() *time.Location {
	l, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		panic(fmt.Errorf("load time zone: %w", err))
	}
	return l
}()

// each yields leads, newest first. One that can't be read is named and passed over; then
// errFound comes at the end.
func (l *leadBook) each(ctx context.Context, limit int, yield func(handoff.Entry) error) error {
	const page = 200
	book := app.Book(l.keys, l.settings)
	var after *store.Lead
	var unread error
	for n := 0; n < limit; {
		leads, err := l.store.Leads(ctx, after, min(page, limit-n))
		if err != nil {
			return err
		}
		if len(leads) == 0 {
			break
		}
		n += len(leads)
		after = &leads[len(leads)-1]
		for _, sealed := range leads {
			e, err := book.Open(sealed)
			if err != nil {
				fmt.Fprintf(l.Stderr, "hogushi leads: %v\n", err)
				unread = errFound
				continue
			}
			e.Created = e.Created.In(tokyo)
			if err := yield(e); err != nil {
				return err
			}
		}
	}
	return unread
}

// named yields every lead with a receipt number or id, for numbers can repeat over the years.
func (l *leadBook) named(ctx context.Context, name string, yield func(handoff.Entry) error) error {
	found := 0
	err := l.each(ctx, math.MaxInt, func(e handoff.Entry) error {
		if e.Receipt != name && e.ID != name {
			return nil
		}
		found++
		return yield(e)
	})
	if found > 0 && err == errFound { // others can't be read; this one could
		return nil
	}
	if found == 0 && (err == nil || err == errFound) {
		fmt.Fprintf(l.Stderr, "hogushi leads: there is no contact request %s\n", name)
		return errFound
	}
	return err
}

// handoff is what delivers, not started: serve does that.
func (l *leadBook) handoff(ctx context.Context) (*handoff.Handoff, error) {
	if err := l.env.CheckHandoff(); err != nil {
		return nil, usageError{fmt.Errorf("the environment can't be used:\n%w", err)}
	}
	clinic, err := app.LiveFacts(ctx, app.Archive(l.keys, l.settings, l.store))
	if err != nil || clinic == nil {
		clinic = l.settings.Clinic
	}
	if err != nil {
		fmt.Fprintf(l.Stderr, "hogushi leads: %v; going by the clinic.yaml here\n", err)
	}
	return app.Handoff(app.Options{Environment: l.env, Settings: l.settings, Keys: l.keys, Log: logger(l.env.LogLevel, l.Stderr)},
		func(name string) string { return clinic[name] }, l.store, nil, nil)
}

// retry makes what isn't delivered due at once, of one lead or of all; a serve on the same
// store then tries it.
func (l *leadBook) retry(ctx context.Context, name string) error {
	h, err := l.handoff(ctx)
	if err != nil {
		return err
	}
	n := 0
	again := func(e handoff.Entry) error {
		k, err := h.Retry(ctx, l.store, e)
		n += k
		return err
	}
	if name == "" {
		err = l.undelivered(ctx, again)
	} else {
		err = l.named(ctx, name, again)
	}
	if err == nil {
		fmt.Fprintf(l.Stderr, "%d deliveries will be tried by serve within a second\n", n)
	}
	return err
}

// done says that a lead has been dealt with: from then on it is kept for a while only. In
// the staff's LINE chat the button 完了 does it.
func (l *leadBook) done(ctx context.Context, name string) error {
	h, err := l.handoff(ctx)
	if err != nil {
		return err
	}
	return l.named(ctx, name, func(e handoff.Entry) error {
		if e.State != engine.LeadOpen && e.State != engine.LeadTaken {
			fmt.Fprintf(l.Stdout, "%s：%s\n", e.Receipt, handoff.States[e.State])
			return nil
		}
		now := time.Now()
		e.State, e.Changed = engine.LeadDone, now.Truncate(time.Millisecond)
		w, err := h.Submit(e, e.Stored.User, handoff.Done, now, "done")
		if err != nil {
			return err
		}
		ok, err := l.store.Amend(ctx, w)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("the contact request %s changed meanwhile: try again", e.Receipt)
		}
		fmt.Fprintf(l.Stdout, "%s：%s（%s に消えます）\n", e.Receipt, handoff.States[e.State], w.Expiry.In(tokyo).Format("2006-01-02"))
		return nil
	})
}

// erase removes all that is kept of whoever made a contact request.
func (l *leadBook) erase(ctx context.Context, name string, yes bool) error {
	h, err := l.handoff(ctx)
	if err != nil {
		return err
	}
	users := map[store.UserID][]string{}
	if err := l.named(ctx, name, func(e handoff.Entry) error {
		users[e.Stored.User] = append(users[e.Stored.User], e.Receipt)
		return nil
	}); err != nil {
		return err
	}
	if len(users) > 1 {
		fmt.Fprintf(l.Stderr, "hogushi leads: the number %s is that of several patients; use the ID that `leads show %s` tells\n", name, name)
		return errFound
	}
	for user := range users {
		leads, err := l.store.LeadsOf(ctx, user)
		if err != nil {
			return err
		}
		if !yes {
			fmt.Fprintf(l.Stderr, "This erases all that is kept of this patient: the conversation and %d contact requests. It can't be undone.\nType yes to go on: ", len(leads))
			var answer string
			if fmt.Fscanln(l.Stdin, &answer); answer != "yes" {
				fmt.Fprintln(l.Stderr, "nothing was erased")
				return errFound
			}
		}
		n, err := h.EraseUser(ctx, l.store, user, time.Now())
		if err != nil {
			return err
		}
		fmt.Fprintf(l.Stdout, `消去しました（ご連絡の希望 %d件と、会話の記録）。
残るもの：同意の版と日時、どの方かを見分ける記号（元の番号には戻せません）。1年で消えます。
ここからは消せないもの：すでに届いたメール、職員や患者さんのLINEのトーク、受け取り側のシステムの記録、バックアップ、診療録。
連携先には、消去の知らせ（lead.erased）を送ります。
`, n)
	}
	return nil
}
