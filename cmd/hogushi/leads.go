package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
	_ "time/tzdata"

	"hogushi/bot/app"
	"hogushi/bot/engine"
	"hogushi/bot/handoff"
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/text"
	"hogushi/config"
)

// leads is what can be done with contact requests, on the same store as serve.
func (c *command) leads(ctx context.Context, args []string) error {
	f := flags("leads", "leads list [--json] [--undelivered] [--limit N] | leads show [--json] NUMBER | leads retry [NUMBER] | leads export [--out FILE] | leads erase [--yes] NUMBER")
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
	case do == "show", do == "erase":
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

// openLeads opens the store to read it: it makes neither store nor key.
func (c *command) openLeads(ctx context.Context) (*leadBook, error) {
	env := config.FromEnvironment(c.Getenv)
	if err := env.CheckStore(); err != nil {
		return nil, usageError{fmt.Errorf("the environment can't be used:\n%w", err)}
	}
	settings, err := c.settings(env)
	if err != nil {
		return nil, err
	}
	if env.DataDir != "" {
		switch there, err := app.HasData(env.DataDir); {
		case err != nil:
			return nil, err
		case !there:
			return nil, fmt.Errorf("DATA_DIR: there is no store in %s; name the directory that serve uses", env.DataDir)
		}
	}
	keys, note, err := app.Keys(env)
	if err != nil {
		return nil, err
	}
	if note != "" {
		fmt.Fprintln(c.Stderr, note)
	}
	ctx, cancel := context.WithTimeout(ctx, openBy)
	defer cancel()
	s, err := app.OpenStore(ctx, env, settings, keys)
	if err != nil {
		return nil, err
	}
	return &leadBook{c, s, keys, settings, env}, nil
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
	if found == 0 && (err == nil || err == errFound) {
		fmt.Fprintf(l.Stderr, "hogushi leads: there is no contact request %s\n", name)
		return errFound
	}
	return err
}

// state is a lead's, for other programs.
func state(s engine.LeadState) string {
	if s == engine.LeadOpen {
		return "open"
	}
	return string(s)
}

// printJSON prints a lead as it is told to other programs: times in Japan's zone, to the
// millisecond.
func (l *leadBook) printJSON(e handoff.Entry, deliveries []handoff.Status) error {
	type consent struct {
		Version string    `json:"version"`
		At      time.Time `json:"at"`
	}
	type source struct {
		Flow string `json:"flow"`
	}
	type delivery struct {
		ID      string     `json:"id"`
		Event   string     `json:"event"`
		Sink    string     `json:"sink"`
		To      string     `json:"to,omitempty"`
		State   string     `json:"state"`
		Tries   int        `json:"tries"`
		Tried   *time.Time `json:"tried,omitempty"`
		Trouble string     `json:"trouble,omitempty"`
	}
	out := struct {
		ID         string            `json:"id"`
		Receipt    string            `json:"receipt"`
		CreatedAt  time.Time         `json:"createdAt"`
		State      string            `json:"state"`
		By         string            `json:"by,omitempty"`
		Fields     map[string]string `json:"fields"`
		Consent    *consent          `json:"consent,omitempty"`
		Source     source            `json:"source"`
		Deliveries []delivery        `json:"deliveries,omitempty"`
	}{ID: e.ID, Receipt: e.Receipt, CreatedAt: e.Created.Truncate(time.Millisecond), State: state(e.State), By: e.By,
		Fields: map[string]string{}, Source: source{e.Flow}}
	for _, v := range e.Fields {
		out.Fields[v.Field] = v.Value
	}
	if e.Consent != nil {
		out.Consent = &consent{e.Consent.Version, time.UnixMilli(e.Consent.At).In(tokyo)}
	}
	for _, s := range deliveries {
		d := delivery{s.ID, string(s.Event), s.Sink, s.To, deliveryStates[s.State], s.Tries, nil, s.Trouble}
		if !s.Tried.IsZero() {
			at := s.Tried.In(tokyo)
			d.Tried = &at
		}
		out.Deliveries = append(out.Deliveries, d)
	}
	enc := json.NewEncoder(l.Stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

var deliveryStates = map[store.DeliveryState]string{store.Open: "open", store.Done: "delivered", store.Failed: "failed"}

func (l *leadBook) list(ctx context.Context, limit int, asJSON bool) error {
	if asJSON {
		return l.each(ctx, limit, func(e handoff.Entry) error { return l.printJSON(e, nil) })
	}
	var rows [][]string
	err := l.each(ctx, limit, func(e handoff.Entry) error {
		row := []string{e.Receipt, e.Created.Format("2006-01-02 15:04"), handoff.States[e.State]}
		for _, v := range e.Fields {
			row = append(row, oneLine(v.Value))
		}
		rows = append(rows, row)
		return nil
	})
	l.table(rows)
	if len(rows) == 0 && err == nil {
		fmt.Fprintln(l.Stderr, "no contact requests yet")
	}
	return err
}

func oneLine(s string) string { return strings.ReplaceAll(s, "\n", " ") }

func (l *leadBook) show(ctx context.Context, name string, asJSON bool) error {
	shown := 0
	return l.named(ctx, name, func(e handoff.Entry) error {
		deliveries, err := l.deliveries(ctx, e)
		if err != nil {
			return err
		}
		if asJSON {
			return l.printJSON(e, deliveries)
		}
		if shown++; shown > 1 {
			fmt.Fprintln(l.Stdout)
		}
		rows := [][]string{{"受付番号", e.Receipt}, {"受付日時", e.Created.Format("2006-01-02 15:04:05")}, {"状態", handoff.States[e.State]}}
		if e.By != "" {
			rows = append(rows, []string{"担当", e.By + " (" + e.Changed.In(tokyo).Format("2006-01-02 15:04") + ")"})
		}
		for _, v := range e.Fields {
			rows = append(rows, []string{v.Label, v.Value})
		}
		if e.Consent != nil {
			rows = append(rows, []string{"同意", e.Consent.Version + " (" + time.UnixMilli(e.Consent.At).In(tokyo).Format("2006-01-02 15:04:05") + ")"})
		}
		l.table(append(rows, []string{"ID", e.ID}))
		rows = nil
		for _, s := range deliveries {
			tried := ""
			if !s.Tried.IsZero() {
				tried = s.Tried.In(tokyo).Format("01-02 15:04:05")
			}
			rows = append(rows, []string{deliveryStates[s.State], string(s.Event), s.Sink, s.To, fmt.Sprintf("%d tries", s.Tries), tried, s.Trouble})
		}
		l.table(rows)
		return nil
	})
}

func (l *leadBook) deliveries(ctx context.Context, e handoff.Entry) ([]handoff.Status, error) {
	all, err := l.store.Deliveries(ctx, e.Stored.User, e.ID)
	if err != nil {
		return nil, err
	}
	book := app.Book(l.keys, l.settings)
	var list []handoff.Status
	for _, d := range all {
		s, err := book.Status(d)
		if err != nil {
			s.Sink, s.Trouble = "?", err.Error()
		}
		list = append(list, s)
	}
	return list, nil
}

// undelivered yields the leads that haven't reached every sink, oldest first.
func (l *leadBook) undelivered(ctx context.Context, yield func(handoff.Entry) error) error {
	const most = 10000
	list, err := l.store.Undelivered(ctx, most)
	if err != nil {
		return err
	}
	book, seen := app.Book(l.keys, l.settings), map[string]bool{}
	for _, d := range list {
		if seen[d.Lead] {
			continue
		}
		seen[d.Lead] = true
		stored, err := l.store.Lead(ctx, d.Lead)
		if err != nil {
			return err
		}
		if stored == nil {
			continue
		}
		e, err := book.Open(*stored)
		if err != nil {
			return err
		}
		e.Created = e.Created.In(tokyo)
		if err := yield(e); err != nil {
			return err
		}
	}
	return nil
}

func (l *leadBook) listUndelivered(ctx context.Context, limit int, asJSON bool) error {
	var rows [][]string
	n := 0
	err := l.undelivered(ctx, func(e handoff.Entry) error {
		if n++; n > limit {
			return nil
		}
		deliveries, err := l.deliveries(ctx, e)
		if err != nil {
			return err
		}
		if asJSON {
			return l.printJSON(e, deliveries)
		}
		for _, s := range deliveries {
			if s.State != store.Done {
				rows = append(rows, []string{e.Receipt, e.Created.Format("2006-01-02 15:04"), deliveryStates[s.State], string(s.Event), s.Sink, fmt.Sprintf("%d tries", s.Tries), s.Trouble})
			}
		}
		return nil
	})
	l.table(rows)
	if n == 0 && err == nil {
		fmt.Fprintln(l.Stderr, "every contact request has reached every sink")
	}
	return err
}

// handoff is what delivers, not started: serve does that.
func (l *leadBook) handoff() (*handoff.Handoff, error) {
	if err := l.env.CheckHandoff(); err != nil {
		return nil, usageError{fmt.Errorf("the environment can't be used:\n%w", err)}
	}
	return app.Handoff(app.Options{Environment: l.env, Settings: l.settings, Keys: l.keys, Log: logger(l.env.LogLevel, l.Stderr)},
		l.store, nil, nil)
}

// retry makes what isn't delivered due at once, of one lead or of all; a serve on the same
// store then tries it.
func (l *leadBook) retry(ctx context.Context, name string) error {
	h, err := l.handoff()
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

// erase removes all that is kept of whoever made a contact request.
func (l *leadBook) erase(ctx context.Context, name string, yes bool) error {
	h, err := l.handoff()
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

// table prints rows in columns, by the width of Japanese text.
func (c *command) table(rows [][]string) {
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], text.Width(cell))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			b.WriteString(cell)
			if i < len(row)-1 {
				b.WriteString(strings.Repeat(" ", widths[i]-text.Width(cell)+2))
			}
		}
		fmt.Fprintln(c.Stdout, b.String())
	}
}
