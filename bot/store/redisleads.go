package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// leadRef is a lead's place in the index of a partition.
type leadRef struct {
	id        string
	created   int64 // Unix ms
	partition int
}

// Leads does what Store says. Each page asks all partitions and merges them.
func (r *Redis) Leads(ctx context.Context, after *Lead, limit int) ([]Lead, error) {
	var from *leadRef
	if after != nil {
		from = &leadRef{id: after.ID, created: after.Created.UnixMilli()}
	}
	var leads []Lead
	for len(leads) < limit {
		refs, err := r.leadRefs(ctx, from, limit-len(leads))
		if err != nil {
			return nil, fmt.Errorf("list leads: %w", redisError(ctx, err))
		}
		if len(refs) == 0 {
			break
		}
		// One that went since the index was read leaves a gap, which the next round fills.
		if leads, err = r.appendLeads(ctx, leads, refs); err != nil {
			return nil, fmt.Errorf("list leads: %w", redisError(ctx, err))
		}
		from = &refs[len(refs)-1]
	}
	return leads, nil
}

// leadRefs returns the first n places behind from, over all partitions. Those of from's
// own millisecond are read whole, for a sorted set can't start within one score.
func (r *Redis) leadRefs(ctx context.Context, from *leadRef, n int) ([]leadRef, error) {
	older := &redis.ZRangeBy{Min: "-inf", Max: "+inf", Count: int64(n)}
	same := ""
	if from != nil {
		same = strconv.FormatInt(from.created, 10)
		older.Max = "(" + same
	}
	var parts [Partitions][]*redis.ZSliceCmd
	_, err := r.db.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for p := range parts {
			key := r.keys.leads(p)
			parts[p] = append(parts[p], pipe.ZRevRangeByScoreWithScores(ctx, key, older))
			if from != nil {
				parts[p] = append(parts[p], pipe.ZRevRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: same, Max: same}))
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var refs []leadRef
	for p, commands := range parts {
		for _, c := range commands {
			for _, z := range c.Val() {
				id, _ := z.Member.(string)
				ref := leadRef{id, int64(z.Score), p}
				if from == nil || newer(*from, ref) < 0 {
					refs = append(refs, ref)
				}
			}
		}
	}
	slices.SortFunc(refs, newer)
	return refs[:min(n, len(refs))], nil
}

// newer orders the newest first, then the greatest id.
func newer(a, b leadRef) int {
	return cmp.Or(cmp.Compare(b.created, a.created), cmp.Compare(b.id, a.id))
}

func (r *Redis) appendLeads(ctx context.Context, leads []Lead, refs []leadRef) ([]Lead, error) {
	found := make([]*redis.StringCmd, len(refs))
	_, err := r.db.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for i, ref := range refs {
			found[i] = pipe.Get(ctx, r.keys.lead(ref.partition, ref.id))
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	for i, ref := range refs {
		raw, err := found[i].Bytes()
		if errors.Is(err, redis.Nil) {
			continue
		}
		if err != nil {
			return nil, err
		}
		l := parseLead(ref.id, raw)
		l.Created = time.UnixMilli(ref.created) // the index decides the order, so paging rests on it
		leads = append(leads, *l)
	}
	return leads, nil
}

// Lead does what Store says. Nothing in an id tells the partition: it asks all of them.
func (r *Redis) Lead(ctx context.Context, id string) (*Lead, error) {
	var found [Partitions]*redis.StringCmd
	_, err := r.db.Pipelined(ctx, func(pipe redis.Pipeliner) error {
		for p := range found {
			found[p] = pipe.Get(ctx, r.keys.lead(p, id))
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return nil, fmt.Errorf("load lead: %w", redisError(ctx, err))
	}
	for _, c := range found {
		raw, err := c.Bytes()
		if err == nil {
			return parseLead(id, raw), nil
		}
		if !errors.Is(err, redis.Nil) {
			return nil, fmt.Errorf("load lead: %w", redisError(ctx, err))
		}
	}
	return nil, nil
}
