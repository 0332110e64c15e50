package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// sessionsPage is how many sessions are read at once.
const sessionsPage = 200

// Sessions does what Store says. SCAN may give a key twice, and in a cluster every master is
// asked, all at once.
func (r *Redis) Sessions(ctx context.Context, each func(UserID, *Record) error) error {
	w := &sessionWalk{Redis: r, each: each, seen: map[UserID]bool{}}
	var err error
	switch db := r.db.(type) {
	case *redis.ClusterClient:
		err = db.ForEachMaster(ctx, w.scan)
	case *redis.Client:
		err = w.scan(ctx, db)
	}
	if w.stopped != nil {
		return w.stopped
	}
	if err != nil {
		return fmt.Errorf("list sessions: %w", redisError(ctx, err))
	}
	return nil
}

type sessionWalk struct {
	*Redis
	each func(UserID, *Record) error

	mu      sync.Mutex
	seen    map[UserID]bool
	stopped error // what each has given
}

func (w *sessionWalk) scan(ctx context.Context, db *redis.Client) error {
	for cursor := uint64(0); ; {
		keys, next, err := db.Scan(ctx, cursor, w.keys.sessions(), sessionsPage).Result()
		if err == nil {
			err = w.read(ctx, keys)
		}
		if cursor = next; err != nil || cursor == 0 {
			return err
		}
	}
}

// read gives what stands under keys. The client of all masters is asked: a slot may have
// moved since the scan.
func (w *sessionWalk) read(ctx context.Context, keys []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped != nil {
		return w.stopped
	}
	var users []UserID
	for _, key := range keys {
		if u := sessionOf(key); u.valid() && !w.seen[u] {
			w.seen[u] = true
			users = append(users, u)
		}
	}
	if len(users) == 0 {
		return nil
	}
	found := make([]*redis.SliceCmd, len(users))
	if err := w.many(ctx, func(pipe redis.Pipeliner) {
		for i, u := range users {
			found[i] = pipe.MGet(ctx, w.Redis.keys.session(u), w.Redis.keys.draft(u))
		}
	}); err != nil {
		return err
	}
	for i, u := range users {
		v := found[i].Val()
		raw, ok := v[0].(string)
		if !ok {
			continue // it has expired since
		}
		draft, _ := v[1].(string)
		if w.stopped = w.each(u, parseRecord([]byte(raw), []byte(draft))); w.stopped != nil {
			return w.stopped
		}
	}
	return nil
}

// Sessions does what Store says.
func (s *SQLite) Sessions(ctx context.Context, each func(UserID, *Record) error) error {
	type session struct {
		user UserID
		*Record
	}
	scan := func(row scanner) (session, error) {
		var one session
		var raw, draft []byte
		err := row.Scan(&one.user, &raw, &draft)
		one.Record = parseRecord(raw, draft)
		return one, err
	}
	for last := UserID(""); ; {
		now := time.Now()
		page, err := rows(ctx, s.read, "list sessions", scan,
			`SELECT user, data, draft FROM sessions WHERE user > ? AND expiry > ? ORDER BY user LIMIT ?`, string(last), now.UnixMilli(), sessionsPage)
		if err != nil {
			return err
		}
		for _, one := range page {
			one.dropDraft(now)
			if err := each(one.user, one.Record); err != nil {
				return err
			}
		}
		if len(page) < sessionsPage {
			return nil
		}
		last = page[len(page)-1].user
	}
}
