package store

import (
	"context"
	"database/sql"
	"time"
)

const (
	sweepEvery = time.Minute
	sweepBatch = 64 // expired rows of a kind deleted in one transaction
)

// dropDraft takes a draft away that has expired and is not swept yet.
func (r *Record) dropDraft(now time.Time) {
	if r.Draft != nil && r.DraftExpiry.UnixMilli() <= now.UnixMilli() {
		r.Draft, r.DraftExpiry = nil, time.Time{}
	}
}

// sweep deletes a batch of what has expired; a full batch lets the next transaction go on.
func (w *writer) sweep(ctx context.Context, now time.Time) error {
	w.sweepAt, w.swept = now.Add(sweepEvery), true
	for _, s := range []*sql.Stmt{w.conn.sweepSessions, w.conn.sweepDrafts, w.conn.sweepAsides, w.conn.sweepNotes, w.conn.sweepDeliveries, w.conn.sweepLeads} {
		res, err := s.ExecContext(ctx, now.UnixMilli(), sweepBatch)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err == nil && n >= sweepBatch {
			w.sweepAt, w.swept = now, false
		}
	}
	return nil
}

// emptyLog follows a sweep: what was erased, replaced or swept must leave the log too,
// which keeps every page as it once was until the same place is written again: with few
// patients, for weeks. It doesn't wait for readers; the next minute does as well.
func (w *writer) emptyLog() {
	if w.conn == nil || !w.swept {
		return
	}
	w.swept = false
	for _, s := range []string{`PRAGMA busy_timeout = 0`, `PRAGMA wal_checkpoint(TRUNCATE)`, `PRAGMA busy_timeout = ` + busyTimeout} {
		if _, err := w.conn.ExecContext(context.Background(), s); err != nil {
			w.disconnect()
			return
		}
	}
}
