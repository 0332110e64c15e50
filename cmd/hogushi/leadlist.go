package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"hogushi/bot/app"
	"hogushi/bot/engine"
	"hogushi/bot/handoff"
	"hogushi/bot/store"
	"hogushi/bot/text"
)

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
