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
	if err := r.many(ctx, func(pipe redis.Pipeliner) {
		for p := range parts {
			key := r.keys.leads(p)
			parts[p] = append(parts[p], pipe.ZRevRangeByScoreWithScores(ctx, key, older))
			if from != nil {
				parts[p] = append(parts[p], pipe.ZRevRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: same, Max: same}))
			}
		}
	}); err != nil {
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
	if err := r.many(ctx, func(pipe redis.Pipeliner) {
		for i, ref := range refs {
			found[i] = pipe.Get(ctx, r.keys.lead(ref.partition, ref.id))
		}
	}); err != nil {
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

// many sends commands in one trip; a key that isn't there is no error of it.
func (r *Redis) many(ctx context.Context, send func(redis.Pipeliner)) error {
	_, err := r.db.Pipelined(ctx, func(pipe redis.Pipeliner) error { send(pipe); return nil })
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return err
}

// LeadsOf does what Store says.
func (r *Redis) LeadsOf(ctx context.Context, user UserID) ([]Lead, error) {
	if !user.valid() {
		return nil, fmt.Errorf("list leads: %w", errUser)
	}
	found, err := r.db.ZRevRangeWithScores(ctx, r.keys.of(user), 0, -1).Result()
	if err != nil {
		return nil, fmt.Errorf("list leads: %w", redisError(ctx, err))
	}
	refs := make([]leadRef, len(found))
	for i, z := range found {
		id, _ := z.Member.(string)
		refs[i] = leadRef{id, int64(z.Score), user.partition()}
	}
	leads, err := r.appendLeads(ctx, nil, refs)
	if err != nil {
		return nil, fmt.Errorf("list leads: %w", redisError(ctx, err))
	}
	return leads, nil
}

// amendScript is one Amend: KEYS and ARGV as in leadLua, with the indexes in KEYS 1 to 5,
// the user in ARGV 1, and the version that is written in ARGV 2.
var amendScript = redis.NewScript(leadLua + `
local cur = redis.call('GET', KEYS[6])
if cur and versionOf(cur) == ARGV[2] then return 1 end
if not may(6, 3) or (ARGV[4] == '' and cur) then return 0 end
write(6, 3, KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[1])
return 1
`)

// Amend does what Store says.
func (r *Redis) Amend(ctx context.Context, w LeadWrite) (bool, error) {
	if err := w.check(); err != nil {
		return false, fmt.Errorf("amend lead: %w", err)
	}
	names, args := r.leadWrite(r.leadIndexes(nil, w.User), []any{string(w.User), string(w.Version)}, &w)
	n, err := amendScript.Run(ctx, r.db, names, args...).Int()
	if err != nil {
		return false, fmt.Errorf("amend lead: %w", redisError(ctx, err))
	}
	return n == 1, nil
}

func (r *Redis) leadIndexes(names []string, u UserID) []string {
	p := u.partition()
	return append(names, r.keys.leads(p), r.keys.of(u), r.keys.expiring(p), r.keys.due(p), r.keys.undelivered(p))
}

// leadWrite appends what leadLua wants of a lead.
func (r *Redis) leadWrite(names []string, args []any, w *LeadWrite) ([]string, []any) {
	p := w.User.partition()
	names = append(names, r.keys.lead(p, w.ID), r.keys.deliveries(p, w.ID))
	drop := "0"
	if w.Drop {
		drop = "1"
	}
	args = append(args, w.ID, string(w.Prev), drop, w.Created.UnixMilli(), milli(w.Expiry), appendLead(nil, &w.Lead), len(w.Deliveries))
	for i := range w.Deliveries {
		d := &w.Deliveries[i]
		args = append(args, d.ID, d.Created.UnixMilli(), d.Due.UnixMilli(), string(d.State), appendDelivery(nil, d))
	}
	return names, args
}

// Lead does what Store says. Nothing in an id tells the partition: it asks all of them.
func (r *Redis) Lead(ctx context.Context, id string) (*Lead, error) {
	var found [Partitions]*redis.StringCmd
	if err := r.many(ctx, func(pipe redis.Pipeliner) {
		for p := range found {
			found[p] = pipe.Get(ctx, r.keys.lead(p, id))
		}
	}); err != nil {
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
