package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Leads does what Store says.
func (s *SQLite) Leads(ctx context.Context, after *Lead, limit int) ([]Lead, error) {
	query, args := `SELECT id, user, created, data FROM leads `, []any{}
	if after != nil {
		query += `WHERE (created, id) < (?, ?) `
		args = append(args, after.Created.UnixMilli(), after.ID)
	}
	rows, err := s.read.QueryContext(ctx, query+`ORDER BY created DESC, id DESC LIMIT ?`, append(args, max(limit, 0))...)
	if err != nil {
		return nil, fmt.Errorf("list leads: %w", sqliteError(ctx, err))
	}
	defer rows.Close()
	var leads []Lead
	for rows.Next() {
		l, err := scanLead(rows)
		if err != nil {
			return nil, fmt.Errorf("list leads: %w", sqliteError(ctx, err))
		}
		leads = append(leads, *l)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("list leads: %w", sqliteError(ctx, err))
	}
	return leads, nil
}

// Lead does what Store says.
func (s *SQLite) Lead(ctx context.Context, id string) (*Lead, error) {
	l, err := scanLead(s.read.QueryRowContext(ctx, `SELECT id, user, created, data FROM leads WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load lead: %w", sqliteError(ctx, err))
	}
	return l, nil
}

func scanLead(row interface{ Scan(...any) error }) (*Lead, error) {
	var l Lead
	var user string
	var created int64
	if err := row.Scan(&l.ID, &user, &created, &l.Body); err != nil {
		return nil, err
	}
	l.User, l.Created = UserID(user), time.UnixMilli(created)
	return &l, nil
}
