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
	"hogushi/bot/seal"
	"hogushi/bot/store"
	"hogushi/bot/text"
	"hogushi/config"
)

// leads lists and shows the contact requests, on the same store as serve.
func (c *command) leads(ctx context.Context, args []string) error {
	f := flags("leads", "leads list [--json] [--limit N] | leads show [--json] NUMBER")
	asJSON := f.Bool("json", false, "one JSON object a line")
	limit := f.Int("limit", 100, "list: how many at most, newest first")
	do, most := "", 0
	if len(args) > 0 {
		do = args[0]
	}
	switch {
	case asksHelp(do):
		return c.parse(f, []string{"-h"}, 0, 0)
	case do == "show":
		most = 1
	case do != "list":
		return c.misused(f)
	}
	if err := c.parse(f, args[1:], most, most); err != nil {
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
	if do == "list" {
		return l.list(ctx, *limit, *asJSON)
	}
	return l.show(ctx, f.Arg(0), *asJSON)
}

type leadBook struct {
	*command
	store    store.Store
	keys     *seal.Keys
	settings config.Settings
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
	return &leadBook{c, s, keys, settings}, nil
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
func (l *leadBook) each(ctx context.Context, limit int, yield func(engine.Lead) error) error {
	const page = 200
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
			lead, err := app.Book(l.keys, l.settings).Open(sealed)
			if err != nil {
				fmt.Fprintf(l.Stderr, "hogushi leads: %v\n", err)
				unread = errFound
				continue
			}
			lead.Created = lead.Created.In(tokyo)
			if err := yield(lead.Lead); err != nil {
				return err
			}
		}
	}
	return unread
}

// printJSON prints a lead as it is told to other programs: times in Japan's zone, to the
// millisecond.
func (l *leadBook) printJSON(lead engine.Lead) error {
	type consent struct {
		Version string    `json:"version"`
		At      time.Time `json:"at"`
	}
	type source struct {
		Flow string `json:"flow"`
	}
	out := struct {
		ID        string            `json:"id"`
		Receipt   string            `json:"receipt"`
		CreatedAt time.Time         `json:"createdAt"`
		Fields    map[string]string `json:"fields"`
		Consent   *consent          `json:"consent,omitempty"`
		Source    source            `json:"source"`
	}{ID: lead.ID, Receipt: lead.Receipt, CreatedAt: lead.Created.Truncate(time.Millisecond), Fields: map[string]string{}, Source: source{lead.Flow}}
	for _, v := range lead.Fields {
		out.Fields[v.Field] = v.Value
	}
	if lead.Consent != nil {
		out.Consent = &consent{lead.Consent.Version, time.UnixMilli(lead.Consent.At).In(tokyo)}
	}
	enc := json.NewEncoder(l.Stdout)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

func (l *leadBook) list(ctx context.Context, limit int, asJSON bool) error {
	if asJSON {
		return l.each(ctx, limit, l.printJSON)
	}
	var rows [][]string
	err := l.each(ctx, limit, func(lead engine.Lead) error {
		row := []string{lead.Receipt, lead.Created.Format("2006-01-02 15:04")}
		for _, v := range lead.Fields {
			row = append(row, strings.ReplaceAll(v.Value, "\n", " "))
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

func (l *leadBook) show(ctx context.Context, name string, asJSON bool) error {
	found := 0
	err := l.each(ctx, math.MaxInt, func(lead engine.Lead) error { // to the end: receipt numbers can repeat over the years
		if lead.Receipt != name && lead.ID != name {
			return nil
		}
		if found++; asJSON {
			return l.printJSON(lead)
		}
		if found > 1 {
			fmt.Fprintln(l.Stdout)
		}
		rows := [][]string{{"受付番号", lead.Receipt}, {"受付日時", lead.Created.Format("2006-01-02 15:04:05")}}
		for _, v := range lead.Fields {
			rows = append(rows, []string{v.Label, v.Value})
		}
		if lead.Consent != nil {
			rows = append(rows, []string{"同意", lead.Consent.Version + " (" + time.UnixMilli(lead.Consent.At).In(tokyo).Format("2006-01-02 15:04:05") + ")"})
		}
		l.table(append(rows, []string{"ID", lead.ID}))
		return nil
	})
	if found == 0 && (err == nil || err == errFound) {
		fmt.Fprintf(l.Stderr, "hogushi leads: there is no contact request %s\n", name)
		return errFound
	}
	return err
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
