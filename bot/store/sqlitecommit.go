package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	maxGroup   = 64 // writes in one transaction
	maxWaiting = 256
)

var errClosed = errors.New("the store is closed")

// writer is the one goroutine that writes. Each sync of the disk costs milliseconds, so
// it takes all writes that wait into one transaction, tested one after another.
type writer struct {
	db      *sql.DB
	conn    *connection // nil after an error: the next transaction makes a new one
	queue   chan *pending
	quit    chan struct{}
	end     func() // closes quit, once
	stopped chan struct{}
	sweepAt time.Time
	swept   bool // the log is to be emptied
}

// connection is the writer's, with what it says.
type connection struct {
	*sql.Conn
	all                                                 []*sql.Stmt
	begin, commit, get, put, del, keep, drop            *sql.Stmt
	leadVersion, putLead, dropDeliveries, deliver       *sql.Stmt
	claim, lease, settled, settle                       *sql.Stmt
	noteVersion, putNote                                *sql.Stmt
	sweepSessions, sweepDrafts, sweepAsides, sweepNotes *sql.Stmt
	sweepDeliveries, sweepLeads                         *sql.Stmt
}

// pending is a write that waits. do tests and writes it inside the transaction; it owns its
// bytes, for it may run after its caller has left, and leaves its answer in what it closes
// over, which the caller reads only after done.
type pending struct {
	ctx  context.Context
	do   func(ctx context.Context, c *connection, now time.Time) error
	done chan error // holds one, so that the writer never waits for a caller
}

func startWriter(path string) (*writer, error) {
	db, err := sql.Open("sqlite", dsn(path, writing...))
	if err != nil {
		return nil, err
	}
	db.SetMaxIdleConns(-1) // a connection given back is closed, with whatever it held
	w := &writer{db: db, queue: make(chan *pending, maxWaiting), quit: make(chan struct{}), stopped: make(chan struct{})}
	w.end = sync.OnceFunc(func() { close(w.quit) })
	if err := w.connect(); err != nil {
		db.Close()
		return nil, err
	}
	go w.run()
	return w, nil
}

func (w *writer) connect() error {
	ctx := context.Background()
	conn, err := w.db.Conn(ctx)
	if err != nil {
		return err
	}
	c := &connection{Conn: conn}
	for _, s := range []struct {
		to   **sql.Stmt
		text string
	}{
		{&c.begin, `BEGIN IMMEDIATE`},
		{&c.commit, `COMMIT`},
		{&c.get, loadSession},
		{&c.put, `INSERT INTO sessions VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			expiry = excluded.expiry, draft_expiry = excluded.draft_expiry, data = excluded.data, draft = excluded.draft`},
		{&c.del, `DELETE FROM sessions WHERE user = ?`},
		{&c.keep, `INSERT INTO asides VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET expiry = excluded.expiry, data = excluded.data`},
		{&c.drop, `DELETE FROM asides WHERE user = ?`},
		{&c.leadVersion, `SELECT version FROM leads WHERE id = ? AND (expiry = 0 OR expiry > ?)`},
		{&c.putLead, `INSERT INTO leads (id, user, created, data, version, expiry) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			data = excluded.data, version = excluded.version, expiry = excluded.expiry`},
		{&c.dropDeliveries, `DELETE FROM deliveries WHERE lead = ?`},
		{&c.deliver, `INSERT INTO deliveries (id, lead, user, created, state, due, data) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&c.claim, `SELECT id, lead, user, created, data FROM deliveries WHERE state = 'o' AND due <= ? ORDER BY due LIMIT ?`},
		{&c.lease, `UPDATE deliveries SET due = ? WHERE id = ?`},
		{&c.settled, `SELECT state, due, data FROM deliveries WHERE id = ? AND lead = ?`},
		{&c.settle, `UPDATE deliveries SET state = ?, due = ?, data = ? WHERE id = ?`},
		{&c.noteVersion, `SELECT version FROM notes WHERE name = ? AND (expiry = 0 OR expiry > ?)`},
		{&c.putNote, `INSERT INTO notes (name, version, expiry, data) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET
			version = excluded.version, expiry = excluded.expiry, data = excluded.data`},
		{&c.sweepSessions, `DELETE FROM sessions WHERE rowid IN (SELECT rowid FROM sessions WHERE expiry <= ? ORDER BY expiry LIMIT ?)`},
		{&c.sweepDrafts, `UPDATE sessions SET draft_expiry = NULL, draft = NULL WHERE rowid IN
			(SELECT rowid FROM sessions WHERE draft_expiry <= ? ORDER BY draft_expiry LIMIT ?)`},
		{&c.sweepAsides, `DELETE FROM asides WHERE rowid IN (SELECT rowid FROM asides WHERE expiry <= ? ORDER BY expiry LIMIT ?)`},
		{&c.sweepNotes, `DELETE FROM notes WHERE rowid IN (SELECT rowid FROM notes WHERE expiry > 0 AND expiry <= ? LIMIT ?)`},
		{&c.sweepDeliveries, `DELETE FROM deliveries WHERE lead IN (SELECT id FROM leads WHERE expiry > 0 AND expiry <= ? ORDER BY expiry LIMIT ?)`},
		{&c.sweepLeads, `DELETE FROM leads WHERE rowid IN (SELECT rowid FROM leads WHERE expiry > 0 AND expiry <= ? ORDER BY expiry LIMIT ?)`},
	} {
		if *s.to, err = conn.PrepareContext(ctx, s.text); err != nil {
			return errors.Join(err, c.close())
		}
		c.all = append(c.all, *s.to)
	}
	w.conn = c
	return nil
}

// Commit does what Store says. When ctx ends first the commit may still be written.
func (s *SQLite) Commit(ctx context.Context, c Commit) (Outcome, *Record, error) {
	if err := c.check(); err != nil {
		return 0, nil, fmt.Errorf("commit turn: %w", err)
	}
	m := &turnWrite{Commit: c}
	if c.Next != nil {
		m.stored = appendRecord(nil, c.Next)
		if c.Next.Draft != nil {
			m.draft = appendDraft(nil, c.Next)
		}
	}
	m.Leads = slices.Clone(c.Leads)
	for i := range m.Leads {
		m.Leads[i] = m.Leads[i].clone()
	}
	if err := s.w.do(ctx, m.do); err != nil {
		return 0, nil, fmt.Errorf("commit turn: %w", sqliteError(ctx, err))
	}
	return m.outcome, m.rec, nil
}

// do has the writer run a write, and waits for it.
func (w *writer) do(ctx context.Context, write func(context.Context, *connection, time.Time) error) error {
	p := &pending{ctx, write, make(chan error, 1)}
	select {
	case w.queue <- p:
	case <-ctx.Done():
		return ctx.Err()
	case <-w.quit:
		return unavailable(ctx, errClosed)
	}
	select {
	case err := <-p.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-w.stopped:
	}
	select {
	case err := <-p.done: // written just before the end
		return err
	default:
		return unavailable(ctx, errClosed)
	}
}

func (w *writer) stop() {
	w.end()
	<-w.stopped
}

func (w *writer) run() {
	defer close(w.stopped)
	defer w.db.Close()
	defer w.disconnect()
	idle := time.NewTicker(sweepEvery)
	defer idle.Stop()
	group := make([]*pending, 0, maxGroup)
	for {
		group = group[:0]
		select {
		case <-w.quit:
			return
		case p := <-w.queue:
			group = append(group, p)
		case <-idle.C:
		}
		for more := true; more && len(group) < maxGroup; {
			select {
			case p := <-w.queue:
				group = append(group, p)
			default:
				more = false
			}
		}
		w.write(group)
		w.emptyLog()
	}
}

// write answers each of the group after the transaction is on the disk. An error that is
// one write's own (a body too big) must not be the others': each is then tried alone.
func (w *writer) write(group []*pending) {
	left, err := w.transact(group)
	if err != nil && len(group) > 1 && !errors.Is(sqliteError(context.Background(), err), ErrUnavailable) {
		for i := range group {
			w.write(group[i : i+1])
		}
		return
	}
	for i, p := range group {
		if err != nil {
			p.done <- err
		} else {
			p.done <- left[i]
		}
	}
}

// transact runs a group in one transaction. left holds the end of a caller's context: that
// write wasn't made.
func (w *writer) transact(group []*pending) (left []error, err error) {
	if w.conn == nil {
		if err := w.connect(); err != nil {
			return nil, err
		}
	}
	// After any error the connection goes, whatever state it was left in.
	defer func() {
		if err != nil {
			w.disconnect()
		}
	}()
	ctx, c := context.Background(), w.conn
	if _, err := c.begin.ExecContext(ctx); err != nil {
		return nil, err
	}
	now := time.Now()
	left = make([]error, len(group))
	for i, p := range group {
		if end := p.ctx.Err(); end != nil { // while waiting for the lock
			left[i] = end
		} else if err := p.do(ctx, c, now); err != nil {
			return nil, err
		}
	}
	if !now.Before(w.sweepAt) {
		if err := w.sweep(ctx, now); err != nil {
			return nil, err
		}
	}
	_, err = c.commit.ExecContext(ctx)
	return left, err
}

// turnWrite is a Commit on its way.
type turnWrite struct {
	Commit
	stored  []byte // the stored form of Next
	draft   []byte // that of its draft, nil for none
	outcome Outcome
	rec     *Record
}

// do tests and writes one commit inside the transaction.
func (m *turnWrite) do(ctx context.Context, c *connection, now time.Time) error {
	user := string(m.User)
	m.outcome, m.rec = Stored, nil
	var cur, draft []byte
	err := c.get.QueryRowContext(ctx, user, now.UnixMilli()).Scan(&cur, &draft)
	found := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var rec *Record
	version := Version("")
	if found {
		if cur == nil {
			cur = []byte{} // the driver's empty blob, which would be written back as NULL
		}
		rec = parseRecord(cur, draft)
		rec.dropDraft(now)
		version = rec.Version
		if rec.Known.Has(m.Event) {
			m.outcome, m.rec = Already, rec
			return nil
		}
	}
	fits := version == m.Prev
	for i := range m.Leads {
		if l := &m.Leads[i]; fits && l.Prev != "" {
			if fits, err = c.fits(ctx, l, now); err != nil {
				return err
			}
		}
	}
	if !fits {
		m.outcome, m.rec = Conflict, rec
		return nil
	}
	if found && m.Aside {
		if _, err := c.keep.ExecContext(ctx, user, now.Add(asideFor).UnixMilli(), cur); err != nil {
			return err
		}
	}
	if m.Next != nil {
		var next, nextExpiry any // the draft's, NULL for none
		if at := m.Next.DraftExpiry.UnixMilli(); m.draft != nil && at > now.UnixMilli() {
			next, nextExpiry = m.draft, at
		}
		_, err = c.put.ExecContext(ctx, user, m.Next.Expiry.UnixMilli(), nextExpiry, m.stored, next)
	} else if _, err = c.del.ExecContext(ctx, user); err == nil && !m.Aside {
		_, err = c.drop.ExecContext(ctx, user)
	}
	for i := range m.Leads {
		if err == nil {
			err = c.writeLead(ctx, &m.Leads[i], now)
		}
	}
	return err
}

func (w *writer) disconnect() {
	if w.conn != nil {
		w.conn.close()
		w.conn = nil
	}
}

// close rolls back first: SQLite keeps a connection, and its lock, for as long as a
// statement of it is open.
func (c *connection) close() error {
	c.ExecContext(context.Background(), `ROLLBACK`) // an error says that there is none
	for _, s := range c.all {
		s.Close()
	}
	return c.Conn.Close()
}
