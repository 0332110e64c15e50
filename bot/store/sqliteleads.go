package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const leadColumns = `SELECT id, user, created, version, expiry, data FROM leads `

// living leads have not expired; one that has and is not swept yet is none.
const living = `(expiry = 0 OR expiry > ?) `

// Leads does what Store says.
func (s *SQLite) Leads(ctx context.Context, after *Lead, limit int) ([]Lead, error) {
	query, args := leadColumns+`WHERE `+living, []any{time.Now().UnixMilli()}
	if after != nil {
		query += `AND (created, id) < (?, ?) `
		args = append(args, after.Created.UnixMilli(), after.ID)
	}
	return s.leads(ctx, query+`ORDER BY created DESC, id DESC LIMIT ?`, append(args, max(limit, 0))...)
}

// LeadsOf does what Store says.
func (s *SQLite) LeadsOf(ctx context.Context, user UserID) ([]Lead, error) {
	if !user.valid() {
		return nil, fmt.Errorf("list leads: %w", errUser)
	}
	return s.leads(ctx, leadColumns+`WHERE `+living+`AND user = ? ORDER BY created DESC, id DESC`, time.Now().UnixMilli(), string(user))
}

func (s *SQLite) leads(ctx context.Context, query string, args ...any) ([]Lead, error) {
	return rows(ctx, s.read, "list leads", scanLead, query, args...)
}

// rows reads all rows of a query.
func rows[T any](ctx context.Context, db *sql.DB, what string, scan func(scanner) (T, error), query string, args ...any) ([]T, error) {
	found, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, sqliteError(ctx, err))
	}
	defer found.Close()
	var list []T
	for found.Next() {
		one, err := scan(found)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", what, sqliteError(ctx, err))
		}
		list = append(list, one)
	}
	if err := found.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", what, sqliteError(ctx, err))
	}
	return list, nil
}

// Lead does what Store says.
func (s *SQLite) Lead(ctx context.Context, id string) (*Lead, error) {
	l, err := scanLead(s.read.QueryRowContext(ctx, leadColumns+`WHERE `+living+`AND id = ?`, time.Now().UnixMilli(), id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load lead: %w", sqliteError(ctx, err))
	}
	return &l, nil
}

type scanner interface{ Scan(...any) error }

func scanLead(row scanner) (Lead, error) {
	var l Lead
	var created, expiry int64
	err := row.Scan(&l.ID, &l.User, &created, &l.Version, &expiry, &l.Body)
	l.Created, l.Expiry = time.UnixMilli(created), fromMilli(expiry)
	return l, err
}

// Amend does what Store says.
func (s *SQLite) Amend(ctx context.Context, w LeadWrite) (bool, error) {
	if err := w.check(); err != nil {
		return false, fmt.Errorf("amend lead: %w", err)
	}
	w = w.clone()
	var done bool // the writer's: it may write it after the caller has left
	if err := s.w.do(ctx, func(ctx context.Context, c *connection, now time.Time) error {
		var cur Version
		err := c.leadVersion.QueryRowContext(ctx, w.ID, now.UnixMilli()).Scan(&cur)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if cur == w.Version {
			done = true
			return nil
		}
		if done = cur == w.Prev; !done {
			return nil
		}
		return c.writeLead(ctx, &w, now)
	}); err != nil {
		return false, fmt.Errorf("amend lead: %w", sqliteError(ctx, err))
	}
	return done, nil
}

// fits says whether a lead can be replaced.
func (c *connection) fits(ctx context.Context, w *LeadWrite, now time.Time) (bool, error) {
	var cur Version
	err := c.leadVersion.QueryRowContext(ctx, w.ID, now.UnixMilli()).Scan(&cur)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return cur == w.Prev, err
}

// writeLead writes a lead that fits, or a new one unless it is known.
func (c *connection) writeLead(ctx context.Context, w *LeadWrite, now time.Time) error {
	if w.Prev == "" {
		err := c.leadVersion.QueryRowContext(ctx, w.ID, now.UnixMilli()).Scan(new(string))
		if !errors.Is(err, sql.ErrNoRows) {
			return err
		}
	}
	if _, err := c.putLead.ExecContext(ctx, w.ID, string(w.User), w.Created.UnixMilli(), w.Body, string(w.Version), milli(w.Expiry)); err != nil {
		return err
	}
	if w.Drop {
		if _, err := c.dropDeliveries.ExecContext(ctx, w.ID); err != nil {
			return err
		}
	}
	for i := range w.Deliveries {
		d := &w.Deliveries[i]
		if _, err := c.deliver.ExecContext(ctx, d.ID, d.Lead, string(d.User), d.Created.UnixMilli(), string(d.State), d.Due.UnixMilli(), d.Body); err != nil {
			return err
		}
	}
	return nil
}

// clone gives a write its own bytes, none of them nil, which SQLite would take for NULL.
func (w LeadWrite) clone() LeadWrite {
	w.Body = append([]byte{}, w.Body...)
	list := w.Deliveries
	w.Deliveries = nil
	for _, d := range list {
		d.Body = append([]byte{}, d.Body...)
		w.Deliveries = append(w.Deliveries, d)
	}
	return w
}
