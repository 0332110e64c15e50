package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// passing are the first words of Redis' answers that mean "not now". NOREPLICAS is
// min-replicas-to-write; MOVED and ASK are a cluster that moves slots for longer than
// go-redis follows.
var passing = []string{
	"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "MISCONF", "OOM", "TRYAGAIN",
	"NOREPLICAS", "BUSY", "MOVED", "ASK", "ERR max number of clients reached",
}

// redisError makes ErrUnavailable of whatever may pass. An answer by the server is
// permanent unless known as passing; every other error comes from the way there: dial,
// TLS, pool, timeout, end of context, closed client.
func redisError(ctx context.Context, err error) error {
	if answer, ok := errors.AsType[redis.Error](err); ok && !isPassing(answer.Error()) {
		return err
	}
	return unavailable(ctx, err)
}

// isPassing also knows the form in which Redis 6 wraps what a command in a script says:
// "ERR Error running script (call to f_…): @user_script:7: -OOM command …".
func isPassing(text string) bool {
	for _, word := range passing {
		if strings.HasPrefix(text, word+" ") || text == word || strings.Contains(text, ": -"+word+" ") {
			return true
		}
	}
	return false
}

// unavailable wraps err, and the end of the context if that is why.
func unavailable(ctx context.Context, err error) error {
	if end := ctx.Err(); end != nil && !errors.Is(err, end) {
		return fmt.Errorf("%w: %w: %w", ErrUnavailable, end, err)
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
