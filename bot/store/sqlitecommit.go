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
	maxGroup   = 64 // commits in one transaction
	maxWaiting = 256
)

var errClosed = errors.New("the store is closed")

// writer is the one goroutine that writes. Each sync of the disk costs milliseconds, so
// it takes all commits that wait into one transaction, tested one after another.
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
	all                                            []*sql.Stmt
	begin, commit, get, put, del, keep, drop, lead *sql.Stmt
	sweepSessions, sweepDrafts, sweepAsides        *sql.Stmt
}

// pending owns its bytes: it may be written after its caller has left.
type pending struct {
	Commit
	ctx    context.Context
	stored []byte      // the stored form of Next
	draft  []byte      // that of its draft, nil for none
	done   chan answer // holds one, so that the writer never waits for a caller
}

type answer struct {
	outcome Outcome
	rec     *Record
	err     error
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
		{&c.lead, `INSERT INTO leads VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&c.sweepSessions, `DELETE FROM sessions WHERE rowid IN (SELECT rowid FROM sessions WHERE expiry <= ? ORDER BY expiry LIMIT ?)`},
		{&c.sweepDrafts, `UPDATE sessions SET draft_expiry = NULL, draft = NULL WHERE rowid IN
			(SELECT rowid FROM sessions WHERE draft_expiry <= ? ORDER BY draft_expiry LIMIT ?)`},
		{&c.sweepAsides, `DELETE FROM asides WHERE rowid IN (SELECT rowid FROM asides WHERE expiry <= ? ORDER BY expiry LIMIT ?)`},
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
	p := &pending{Commit: c, ctx: ctx, done: make(chan answer, 1)}
	if c.Next != nil {
		p.stored = appendRecord(nil, c.Next)
		if c.Next.Draft != nil {
			p.draft = appendDraft(nil, c.Next)
		}
	}
	p.Leads = slices.Clone(c.Leads)
	for i := range p.Leads {
		p.Leads[i].Body = append([]byte{}, p.Leads[i].Body...)
	}
	a := s.w.do(p)
	if a.err != nil {
		return 0, nil, fmt.Errorf("commit turn: %w", sqliteError(ctx, a.err))
	}
	return a.outcome, a.rec, nil
}

func (w *writer) do(p *pending) answer {
	select {
	case w.queue <- p:
	case <-p.ctx.Done():
		return answer{err: p.ctx.Err()}
	case <-w.quit:
		return answer{err: unavailable(p.ctx, errClosed)}
	}
	select {
	case a := <-p.done:
		return a
	case <-p.ctx.Done():
		return answer{err: p.ctx.Err()}
	case <-w.stopped:
	}
	select {
	case a := <-p.done: // written just before the end
		return a
	default:
		return answer{err: unavailable(p.ctx, errClosed)}
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
// one commit's own (a body too big) must not be the others': each is then tried alone.
func (w *writer) write(group []*pending) {
	answers, err := w.transact(group)
	if err != nil && len(group) > 1 && !errors.Is(sqliteError(context.Background(), err), ErrUnavailable) {
		for i := range group {
			w.write(group[i : i+1])
		}
		return
	}
	for i, p := range group {
		if err != nil {
			p.done <- answer{err: err}
		} else {
			p.done <- answers[i]
		}
	}
}

func (w *writer) transact(group []*pending) (answers []answer, err error) {
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
	answers = make([]answer, len(group))
	for i, p := range group {
		if end := p.ctx.Err(); end != nil { // while waiting for the lock
			answers[i].err = end
		} else if answers[i], err = c.apply(ctx, p, now); err != nil {
			return nil, err
		}
	}
	if !now.Before(w.sweepAt) {
		if err := w.sweep(ctx, now); err != nil {
			return nil, err
		}
	}
	_, err = c.commit.ExecContext(ctx)
	return answers, err
}

// apply tests and writes one commit inside the transaction.
func (c *connection) apply(ctx context.Context, m *pending, now time.Time) (answer, error) {
	user := string(m.User)
	var cur, draft []byte
	err := c.get.QueryRowContext(ctx, user, now.UnixMilli()).Scan(&cur, &draft)
	found := err == nil
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return answer{}, err
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
			return answer{Already, rec, nil}, nil
		}
	}
	if version != m.Prev {
		return answer{Conflict, rec, nil}, nil
	}
	if found && m.Aside {
		if _, err := c.keep.ExecContext(ctx, user, now.Add(asideFor).UnixMilli(), cur); err != nil {
			return answer{}, err
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
	if err != nil {
		return answer{}, err
	}
	for i := range m.Leads {
		l := &m.Leads[i]
		if _, err := c.lead.ExecContext(ctx, l.ID, string(l.User), l.Created.UnixMilli(), l.Body); err != nil {
			return answer{}, err
		}
	}
	return answer{Stored, nil, nil}, nil
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
