package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Redis keeps everything in a Redis of version 6.2 or newer (SET's PXAT). Load is one
// MGET, Commit one EVALSHA. With appendonly, what was erased or has expired stands in the
// server's file until the server rewrites that.
type Redis struct {
	db   redis.UniversalClient
	keys *keys
}

// OpenRedis connects to the Redis at url and checks that it is the store of id; a fresh
// one becomes it. The error wraps ErrMismatch or ErrUnavailable. The url is one of
//
//	redis://user:password@host:6379/0               one server
//	redis+sentinel://host:26379/0?master_name=NAME  Sentinel
//	redis+cluster://host:6379                       Cluster
//
// with rediss for TLS, &addr=host:port for each further Sentinel or Cluster address, and
// the settings of go-redis' ParseURL, ParseFailoverURL and ParseClusterURL as query.
func OpenRedis(ctx context.Context, url string, id Identity) (*Redis, error) {
	if err := id.check(); err != nil {
		return nil, fmt.Errorf("open redis: %w", err)
	}
	db, err := dialRedis(url)
	if err != nil {
		return nil, fmt.Errorf("parse redis url: %w", err)
	}
	r := &Redis{db: db, keys: newKeys(id.Channel)}
	if err := r.identify(ctx, id); err != nil {
		db.Close()
		return nil, fmt.Errorf("open redis: %w", err)
	}
	return r, nil
}

// dialRedis makes the client that the url asks for. Contexts must hold for every
// command, which go-redis does on demand only; maintenance notifications are a service
// of one vendor and cost a command for each connection.
func dialRedis(url string) (redis.UniversalClient, error) {
	logOnce.Do(func() { redis.SetLogger(silent{}) })
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return nil, errors.New("it has no scheme: write redis://host:6379")
	}
	plain, kind, _ := strings.Cut(scheme, "+")
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	switch {
	case plain != "redis" && plain != "rediss":
		return nil, errors.New("its scheme must be redis:// or rediss://, with +sentinel or +cluster")
	case kind == "":
		o, err := redis.ParseURL(url)
		if err != nil {
			return nil, urlError(err)
		}
		o.ContextTimeoutEnabled, o.MaintNotificationsConfig = true, quiet
		return redis.NewClient(o), nil
	case kind == "sentinel":
		o, err := redis.ParseFailoverURL(plain + "://" + rest)
		if err != nil {
			return nil, urlError(err)
		}
		if o.MasterName == "" {
			return nil, errors.New("?master_name= is missing")
		}
		o.ContextTimeoutEnabled = true
		return redis.NewFailoverClient(o), nil
	case kind == "cluster":
		o, err := redis.ParseClusterURL(plain + "://" + rest)
		if err != nil {
			return nil, urlError(err)
		}
		o.ContextTimeoutEnabled, o.MaintNotificationsConfig = true, quiet
		return redis.NewClusterClient(o), nil
	}
	return nil, errors.New("after + only sentinel or cluster may stand")
}

// urlError drops the text of the error of net/url, which repeats the url with its password.
func urlError(err error) error {
	if text := err.Error(); strings.HasPrefix(text, "redis: ") && !strings.Contains(text, "@") {
		return errors.New(strings.TrimPrefix(text, "redis: "))
	}
	return errors.New("it isn't a url: percent-encode special characters in the password")
}

var logOnce sync.Once

// silent drops what go-redis prints to stderr by itself: it is said by an error, too.
type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// identify writes the meta key if there is none, then compares it: of two replicas that
// start at once on a fresh store, one writes and both compare. An older store is brought up
// to date, which may be done twice.
func (r *Redis) identify(ctx context.Context, id Identity) error {
	key := r.keys.meta()
	if err := r.db.SetArgs(ctx, key, id.meta(), redis.SetArgs{Mode: "NX"}).Err(); err != nil && !errors.Is(err, redis.Nil) {
		return redisError(ctx, err)
	}
	stored, err := r.db.Get(ctx, key).Result()
	if err != nil {
		return redisError(ctx, err)
	}
	format, err := id.match(stored)
	if err != nil || format == storeFormat {
		return err
	}
	if err := r.indexUsers(ctx); err != nil {
		return redisError(ctx, err)
	}
	if err := r.db.Set(ctx, key, id.meta(), 0).Err(); err != nil {
		return redisError(ctx, err)
	}
	return nil
}

// indexUsers makes the index of each user's leads, which stores of format 1 don't have.
func (r *Redis) indexUsers(ctx context.Context) error {
	var from *leadRef
	for {
		refs, err := r.leadRefs(ctx, from, 500)
		if err != nil || len(refs) == 0 {
			return err
		}
		leads, err := r.appendLeads(ctx, nil, refs)
		if err != nil {
			return err
		}
		if err := r.many(ctx, func(pipe redis.Pipeliner) {
			for _, l := range leads {
				if l.User != "" {
					pipe.ZAdd(ctx, r.keys.of(l.User), redis.Z{Score: float64(l.Created.UnixMilli()), Member: l.ID})
				}
			}
		}); err != nil {
			return err
		}
		from = &refs[len(refs)-1]
	}
}

// Load does what Store says.
func (r *Redis) Load(ctx context.Context, user UserID) (*Record, error) {
	if !user.valid() {
		return nil, fmt.Errorf("load session: %w", errUser)
	}
	found, err := r.db.MGet(ctx, r.keys.session(user), r.keys.draft(user)).Result()
	if err != nil {
		return nil, fmt.Errorf("load session: %w", redisError(ctx, err))
	}
	raw, ok := found[0].(string)
	if !ok {
		return nil, nil
	}
	draft, _ := found[1].(string)
	data, _ := redis.NewStringResult(raw, nil).Bytes() // without a copy
	return parseRecord(data, []byte(draft)), nil
}

// Ping does what Store says.
func (r *Redis) Ping(ctx context.Context) error {
	if err := r.db.Ping(ctx).Err(); err != nil {
		return fmt.Errorf("ping redis: %w", redisError(ctx, err))
	}
	return nil
}

// Close does what Store says.
func (r *Redis) Close() error { return r.db.Close() }
