package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

const deliveryColumns = `SELECT id, lead, user, created, state, due, data FROM deliveries `

// Deliveries does what Store says.
func (s *SQLite) Deliveries(ctx context.Context, user UserID, lead string) ([]Delivery, error) {
	if !user.valid() {
		return nil, fmt.Errorf("list deliveries: %w", errUser)
	}
	return rows(ctx, s.read, "list deliveries", scanDelivery, deliveryColumns+`WHERE lead = ? AND user = ? ORDER BY created, id`, lead, string(user))
}

func scanDelivery(row scanner) (Delivery, error) {
	var d Delivery
	var state string
	var created, due int64
	err := row.Scan(&d.ID, &d.Lead, &d.User, &created, &state, &due, &d.Body)
	if err == nil && len(state) == 1 {
		d.State = DeliveryState(state[0])
	}
	if err == nil && !d.State.valid() {
		err = errDelivery
	}
	d.Created, d.Due = time.UnixMilli(created), time.UnixMilli(due)
	return d, err
}

// Claim does what Store says. It looks first whether anything is due, which costs no write.
func (s *SQLite) Claim(ctx context.Context, lease time.Duration, limit int) ([]Delivery, error) {
	var due int
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM deliveries WHERE state = 'o' AND due <= ?)`, time.Now().UnixMilli()).
		Scan(&due); err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", sqliteError(ctx, err))
	}
	if due == 0 || limit <= 0 {
		return nil, nil
	}
	var list []Delivery // the writer's: it may write it after the caller has left
	if err := s.w.do(ctx, func(ctx context.Context, c *connection, now time.Time) error {
		list = nil
		found, err := c.claim.QueryContext(ctx, now.UnixMilli(), limit)
		if err != nil {
			return err
		}
		defer found.Close()
		until := time.UnixMilli(now.Add(lease).UnixMilli())
		for found.Next() {
			d := Delivery{State: Open, Due: until}
			var created int64
			if err := found.Scan(&d.ID, &d.Lead, &d.User, &created, &d.Body); err != nil {
				return err
			}
			d.Created = time.UnixMilli(created)
			list = append(list, d)
		}
		if err := errors.Join(found.Err(), found.Close()); err != nil {
			return err
		}
		for _, d := range list {
			if _, err := c.lease.ExecContext(ctx, until.UnixMilli(), d.ID); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", sqliteError(ctx, err))
	}
	return list, nil
}

// Settle does what Store says.
func (s *SQLite) Settle(ctx context.Context, from, to Delivery) (bool, error) {
	if err := checkSettle(&from, &to); err != nil {
		return false, fmt.Errorf("settle delivery: %w", err)
	}
	to.Body = append([]byte{}, to.Body...)
	var done bool // the writer's, as in Claim
	if err := s.w.do(ctx, func(ctx context.Context, c *connection, now time.Time) error {
		var state string
		var due int64
		var body []byte
		err := c.settled.QueryRowContext(ctx, to.ID, to.Lead).Scan(&state, &due, &body)
		done = false
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return nil
		case err != nil:
			return err
		case state == string(to.State) && due == to.Due.UnixMilli() && string(body) == string(to.Body):
			done = true
			return nil
		case state != string(from.State) || due != from.Due.UnixMilli():
			return nil
		}
		done = true
		_, err = c.settle.ExecContext(ctx, string(to.State), to.Due.UnixMilli(), to.Body, to.ID)
		return err
	}); err != nil {
		return false, fmt.Errorf("settle delivery: %w", sqliteError(ctx, err))
	}
	return done, nil
}

// Undelivered does what Store says.
func (s *SQLite) Undelivered(ctx context.Context, limit int) ([]Delivery, error) {
	return rows(ctx, s.read, "list undelivered", scanDelivery, deliveryColumns+`WHERE state != 'd' ORDER BY created, id LIMIT ?`, max(limit, 0))
}

// Note does what Store says.
func (s *SQLite) Note(ctx context.Context, name string) (*Note, error) {
	if !validName(name) {
		return nil, fmt.Errorf("read note: %w", errName)
	}
	n := Note{Name: name}
	var expiry int64
	err := s.read.QueryRowContext(ctx, `SELECT version, expiry, data FROM notes WHERE name = ? AND `+living, name, time.Now().UnixMilli()).
		Scan(&n.Version, &expiry, &n.Body)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read note: %w", sqliteError(ctx, err))
	}
	n.Expiry = fromMilli(expiry)
	return &n, nil
}

// SetNote does what Store says.
func (s *SQLite) SetNote(ctx context.Context, n Note, prev Version) (bool, error) {
	if err := n.check(); err != nil {
		return false, fmt.Errorf("write note: %w", err)
	}
	n.Body = append([]byte{}, n.Body...)
	var done bool // the writer's, as in Claim
	if err := s.w.do(ctx, func(ctx context.Context, c *connection, now time.Time) error {
		var cur Version
		err := c.noteVersion.QueryRowContext(ctx, n.Name, now.UnixMilli()).Scan(&cur)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if done = cur == n.Version; done {
			return nil
		}
		if done = cur == prev; !done {
			return nil
		}
		_, err = c.putNote.ExecContext(ctx, n.Name, string(n.Version), milli(n.Expiry), n.Body)
		return err
	}); err != nil {
		return false, fmt.Errorf("write note: %w", sqliteError(ctx, err))
	}
	return done, nil
}

// Sweep does what Store says: the writer has it done with its next transaction, and takes
// what was erased out of the log.
func (s *SQLite) Sweep(ctx context.Context) error {
	if err := s.w.do(ctx, func(context.Context, *connection, time.Time) error {
		s.w.sweepAt = time.Time{}
		return nil
	}); err != nil {
		return fmt.Errorf("sweep leads: %w", sqliteError(ctx, err))
	}
	return nil
}
