package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"modernc.org/sqlite"
)

// schemas bring the file from one version, which stands in user_version, to the next. Times
// are Unix milliseconds, data is the stored form of appendRecord, or the body of whatever
// else it is, draft that of appendDraft. Where there is no draft, nor is its expiry; of
// leads and notes 0 is none.
var schemas = []string{`
CREATE TABLE IF NOT EXISTS meta (id INTEGER PRIMARY KEY CHECK (id = 1), data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS sessions (user TEXT PRIMARY KEY, expiry INTEGER NOT NULL, draft_expiry INTEGER, data BLOB NOT NULL, draft BLOB);
CREATE INDEX IF NOT EXISTS sessions_expiry ON sessions (expiry);
CREATE INDEX IF NOT EXISTS sessions_draft ON sessions (draft_expiry) WHERE draft_expiry IS NOT NULL;
CREATE TABLE IF NOT EXISTS asides (user TEXT PRIMARY KEY, expiry INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS asides_expiry ON asides (expiry);
CREATE TABLE IF NOT EXISTS leads (id TEXT PRIMARY KEY, user TEXT NOT NULL, created INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS leads_newest ON leads (created DESC, id DESC);
`, `
ALTER TABLE leads ADD COLUMN version TEXT NOT NULL DEFAULT '0';
ALTER TABLE leads ADD COLUMN expiry INTEGER NOT NULL DEFAULT 0;
CREATE INDEX leads_user ON leads (user);
CREATE INDEX leads_expiry ON leads (expiry) WHERE expiry > 0;
CREATE TABLE deliveries (id TEXT PRIMARY KEY, lead TEXT NOT NULL, user TEXT NOT NULL, created INTEGER NOT NULL, state TEXT NOT NULL, due INTEGER NOT NULL, data BLOB NOT NULL);
CREATE INDEX deliveries_lead ON deliveries (lead, created);
CREATE INDEX deliveries_due ON deliveries (due) WHERE state = 'o';
CREATE INDEX deliveries_oldest ON deliveries (created, id) WHERE state != 'd';
CREATE TABLE notes (name TEXT PRIMARY KEY, version TEXT NOT NULL, expiry INTEGER NOT NULL, data BLOB NOT NULL);
`}

// loadSession's draft may have expired: see dropDraft.
const loadSession = `SELECT data, draft FROM sessions WHERE user = ? AND expiry > ?`

// SQLite keeps everything in one file, for one machine. A commit is on the disk before
// it is answered; what was erased or has expired leaves the disk within minutes.
type SQLite struct {
	path string
	read *sql.DB
	load *sql.Stmt
	w    *writer
}

// OpenSQLite opens or makes the file at path, with its directory, readable by its owner
// only, and checks that it is the store of id; a fresh one becomes it. The error wraps
// ErrMismatch or ErrUnavailable. Several processes of one machine may open one file; a
// network file system won't do.
func OpenSQLite(ctx context.Context, path string, id Identity) (*SQLite, error) {
	if err := id.check(); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	path, err := makeFile(path)
	if err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	if err := prepareFile(ctx, path, id); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	s := &SQLite{path: path}
	if s.read, err = sql.Open("sqlite", dsn(path, "query_only(ON)")); err != nil {
		return nil, fmt.Errorf("open sqlite: %w", err)
	}
	readers := max(4, 2*runtime.GOMAXPROCS(0))
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if s.load, err = s.read.PrepareContext(ctx, loadSession); err != nil {
		s.read.Close()
		return nil, fmt.Errorf("open sqlite: %w", sqliteError(ctx, err))
	}
	if s.w, err = startWriter(path); err != nil {
		s.read.Close()
		return nil, fmt.Errorf("open sqlite: %w", sqliteError(ctx, err))
	}
	return s, nil
}

// makeFile makes the file empty if there is none, for SQLite would give it the umask's
// permissions. Its -wal and -shm take on the file's.
func makeFile(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", err
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return path, nil
	}
	if err != nil {
		return "", err
	}
	return path, file.Close()
}

// busyTimeout, in ms, is longer than any turn waits; a caller's context ends earlier.
const busyTimeout = "2000"

// dsn names the file and what every connection to it sets.
func dsn(path string, pragmas ...string) string {
	q := url.Values{"_busy_timeout": {busyTimeout}, "_txlock": {"immediate"}, "_pragma": pragmas}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// writing are the settings of a connection that writes. FULL: the log is synced at every
// commit. secure_delete: what is erased is overwritten.
var writing = []string{"synchronous(FULL)", "secure_delete(ON)"}

// prepareFile brings the file into write-ahead mode, makes the tables and compares the
// identity. SQLite doesn't wait for a lock when two switch the mode at once, so a busy
// file is tried again, for five seconds or until the context ends.
func prepareFile(ctx context.Context, path string, id Identity) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	db, err := sql.Open("sqlite", dsn(path, writing...))
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	for {
		err := prepare(ctx, db, id)
		if e, ok := errors.AsType[*sqlite.Error](err); !ok || e.Code()&0xff != busy {
			return sqliteError(ctx, err)
		}
		select {
		case <-ctx.Done():
			return sqliteError(ctx, err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func prepare(ctx context.Context, db *sql.DB, id Identity) error {
	// The file's version comes first: nothing may be done to a newer one, nor to a file
	// of someone else.
	var version, tables int
	if err := db.QueryRowContext(ctx, `SELECT user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_user_version`).
		Scan(&version, &tables); err != nil {
		return err
	}
	if version > len(schemas) {
		return fmt.Errorf("%w: the file was made by a newer hogushi (version %d, this one reads up to %d): start the newer one",
			ErrMismatch, version, len(schemas))
	}
	if version == 0 && tables > 0 {
		return fmt.Errorf("%w: the file is another program's database: name another directory", ErrMismatch)
	}
	if _, err := db.ExecContext(ctx, `PRAGMA journal_mode = WAL`); err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	// Asked again under the lock: two replicas may start at once.
	if err := tx.QueryRowContext(ctx, `SELECT user_version FROM pragma_user_version`).Scan(&version); err != nil {
		return err
	}
	for ; version < len(schemas); version++ {
		if _, err := tx.ExecContext(ctx, schemas[version]); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf(`PRAGMA user_version = %d`, version)); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `INSERT OR IGNORE INTO meta VALUES (1, ?)`, id.meta()); err != nil {
		return err
	}
	var stored string
	if err := tx.QueryRowContext(ctx, `SELECT data FROM meta`).Scan(&stored); err != nil {
		return err
	}
	format, err := id.match(stored)
	if err != nil {
		return err
	}
	if format != storeFormat {
		if _, err := tx.ExecContext(ctx, `UPDATE meta SET data = ?`, id.meta()); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// Load does what Store says.
func (s *SQLite) Load(ctx context.Context, user UserID) (*Record, error) {
	if !user.valid() {
		return nil, fmt.Errorf("load session: %w", errUser)
	}
	var raw, draft []byte
	now := time.Now()
	err := s.load.QueryRowContext(ctx, string(user), now.UnixMilli()).Scan(&raw, &draft)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("load session: %w", sqliteError(ctx, err))
	}
	rec := parseRecord(raw, draft)
	rec.dropDraft(now)
	return rec, nil
}

// Ping does what Store says.
func (s *SQLite) Ping(ctx context.Context) error {
	if err := s.read.QueryRowContext(ctx, `SELECT 1 FROM meta`).Scan(new(int)); err != nil {
		return fmt.Errorf("ping sqlite: %w", sqliteError(ctx, err))
	}
	return nil
}

// Check does what Store says.
func (s *SQLite) Check(ctx context.Context) ([]Warning, error) {
	var mode string
	if err := s.read.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode); err != nil {
		return nil, fmt.Errorf("check sqlite: %w", sqliteError(ctx, err))
	}
	if mode != "wal" {
		return []Warning{{Text: fmt.Sprintf("SQLite's journal mode is %q, not wal: the file system can't share memory "+
			"(a network share?), readers and the writer wait for each other; use a local disk", mode)}}, nil
	}
	return nil, nil
}

// Close ends the writer, which answers what still waits with ErrUnavailable.
func (s *SQLite) Close() error {
	s.w.stop()
	return errors.Join(s.load.Close(), s.read.Close())
}

const busy = 5 // SQLITE_BUSY

// sqliteError makes ErrUnavailable of whatever may pass: codes of a lock, the disk or
// memory (https://www.sqlite.org/rescode.html), an ended context, a closed database.
func sqliteError(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, ErrUnavailable) || errors.Is(err, ErrMismatch) {
		return err
	}
	if ctx.Err() != nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, sql.ErrConnDone) || err.Error() == "sql: database is closed" || err.Error() == "sql: statement is closed" {
		return unavailable(ctx, err)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff { // the low byte is the primary code
		case busy, 6, 7, 8, 9, 10, 13, 14, 15: // BUSY LOCKED NOMEM READONLY INTERRUPT IOERR FULL CANTOPEN PROTOCOL
			return unavailable(ctx, err)
		}
	}
	return err
}
