package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// Check does what Store says. It asks INFO first, which hosted Redis answers too, and
// CONFIG only for what INFO doesn't tell. In a cluster every master is asked.
func (r *Redis) Check(ctx context.Context) ([]Warning, error) {
	var mu sync.Mutex
	var all []Warning
	look := func(ctx context.Context, db *redis.Client) error {
		found, err := checkServer(ctx, db)
		mu.Lock()
		defer mu.Unlock()
		for _, w := range found {
			if !slices.Contains(all, w) {
				all = append(all, w)
			}
		}
		return err
	}
	var err error
	switch db := r.db.(type) {
	case *redis.ClusterClient:
		err = db.ForEachMaster(ctx, look)
	case *redis.Client:
		err = look(ctx, db)
	}
	if err != nil {
		return nil, fmt.Errorf("check redis: %w", redisError(ctx, err))
	}
	return all, nil
}

func checkServer(ctx context.Context, db *redis.Client) ([]Warning, error) {
	policy, aof := "", ""
	for _, section := range []string{"memory", "persistence"} {
		text, err := db.Info(ctx, section).Result()
		if forbidden(err) {
			return []Warning{{Text: "Redis refuses INFO, so its settings are not known: " +
				"see that maxmemory-policy is noeviction and appendonly is yes"}}, nil
		}
		if err != nil {
			return nil, err
		}
		for line := range strings.Lines(text) {
			switch name, value, _ := strings.Cut(strings.TrimSpace(line), ":"); name {
			case "maxmemory_policy":
				policy = value
			case "aof_enabled":
				aof = value
			}
		}
	}
	var found []Warning
	if policy != "noeviction" {
		found = append(found, Warning{Refuse: true, Text: fmt.Sprintf(
			"Redis' maxmemory-policy is %q: when memory is short it deletes contact requests without a word; set noeviction", policy)})
	}
	if aof != "1" {
		return append(found, Warning{Text: "Redis' appendonly is no: a restart loses everything since the last snapshot, " +
			"contact requests too; set appendonly yes"}), nil
	}
	config, err := db.ConfigGet(ctx, "appendfsync").Result()
	if forbidden(err) {
		return append(found, Warning{Text: "Redis refuses CONFIG, so appendfsync is not known: " +
			"with anything but always, a crash of its machine loses the last second or more"}), nil
	}
	if err != nil {
		return nil, err
	}
	switch config["appendfsync"] {
	case "always":
	case "everysec":
		found = append(found, Warning{Text: "Redis' appendfsync is everysec: a crash of its machine loses up to two seconds, " +
			"contact requests too; always loses nothing"})
	default:
		found = append(found, Warning{Text: fmt.Sprintf("Redis' appendfsync is %q: a crash of its machine loses what the system "+
			"had not yet written, about half a minute; set everysec or always", config["appendfsync"])})
	}
	return found, nil
}

// forbidden says whether the server answered that it won't: a command renamed away, or
// an access list without it.
func forbidden(err error) bool {
	answer, ok := errors.AsType[redis.Error](err)
	return ok && !isPassing(answer.Error())
}
