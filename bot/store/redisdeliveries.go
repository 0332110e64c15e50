package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// Deliveries does what Store says.
func (r *Redis) Deliveries(ctx context.Context, user UserID, lead string) ([]Delivery, error) {
	if !user.valid() {
		return nil, fmt.Errorf("list deliveries: %w", errUser)
	}
	found, err := r.db.HGetAll(ctx, r.keys.deliveries(user.partition(), lead)).Result()
	if err != nil {
		return nil, fmt.Errorf("list deliveries: %w", redisError(ctx, err))
	}
	list := make([]Delivery, 0, len(found))
	for id, raw := range found {
		d, err := parseDelivery(user, lead, id, []byte(raw))
		if err != nil {
			return nil, fmt.Errorf("list deliveries: %w", err)
		}
		list = append(list, d)
	}
	slices.SortFunc(list, older)
	return list, nil
}

func older(a, b Delivery) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.ID, b.ID))
}

// claimScript leases what is due in a partition: KEYS 1 due; ARGV 1 the lease in ms, 2 how
// many at most, 3 what a deliveries' key begins with. It returns member and stored form in
// turn. A member without a delivery is of a lead that has expired.
var claimScript = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local found = {}
for _, m in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[2])) do
  local lead, id = string.match(m, '^%x+ ([!-~]+) ([!-~]+)$')
  local cur = lead and redis.call('HGET', ARGV[3] .. lead, id)
  local created = cur and string.match(cur, '^1 o (%d+) %d+\n')
  if not created then
    redis.call('ZREM', KEYS[1], m)
  else
    local due = now + ARGV[1]
    local nl = string.find(cur, '\n', 1, true)
    cur = '1 o ' .. created .. ' ' .. string.format('%.0f', due) .. string.sub(cur, nl)
    redis.call('HSET', ARGV[3] .. lead, id, cur)
    redis.call('ZADD', KEYS[1], due, m)
    found[#found + 1] = m
    found[#found + 1] = cur
  end
end
return found
`)

// Claim does what Store says. It looks first where something is due at all: mostly nowhere.
func (r *Redis) Claim(ctx context.Context, lease time.Duration, limit int) ([]Delivery, error) {
	var first [Partitions]*redis.ZSliceCmd
	if err := r.many(ctx, func(pipe redis.Pipeliner) {
		for p := range first {
			first[p] = pipe.ZRangeWithScores(ctx, r.keys.due(p), 0, 0)
		}
	}); err != nil {
		return nil, fmt.Errorf("claim deliveries: %w", redisError(ctx, err))
	}
	var list []Delivery
	for p := range first {
		if len(first[p].Val()) == 0 || len(list) >= limit {
			continue
		}
		found, err := claimScript.Run(ctx, r.db, []string{r.keys.due(p)},
			lease.Milliseconds(), limit-len(list), r.keys.deliveries(p, "")).StringSlice()
		if err != nil {
			return list, fmt.Errorf("claim deliveries: %w", redisError(ctx, err))
		}
		for i := 0; i+1 < len(found); i += 2 {
			d, err := parseMember(found[i], found[i+1])
			if err != nil {
				return list, fmt.Errorf("claim deliveries: %w", err)
			}
			list = append(list, d)
		}
	}
	return list, nil
}

// member names a delivery in an index.
func member(d *Delivery) string { return string(d.User) + " " + d.Lead + " " + d.ID }

func parseMember(member, raw string) (Delivery, error) {
	part := strings.Split(member, " ")
	if len(part) != 3 {
		return Delivery{}, errDelivery
	}
	return parseDelivery(UserID(part[0]), part[1], part[2], []byte(raw))
}

// settleScript is one Settle: KEYS 1 deliveries, 2 due, 3 undelivered; ARGV 1 the id, 2
// what the stored form must begin with, 3 the member, 4 its new state, 5 its new due, 6 its
// creation, 7 the new stored form. A lost answer is asked for again: then it stands there.
var settleScript = redis.NewScript(`
local cur = redis.call('HGET', KEYS[1], ARGV[1])
if cur == ARGV[7] then return 1 end
if not cur or string.sub(cur, 1, #ARGV[2]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[7])
if ARGV[4] == 'o' then redis.call('ZADD', KEYS[2], ARGV[5], ARGV[3]) else redis.call('ZREM', KEYS[2], ARGV[3]) end
if ARGV[4] == 'd' then redis.call('ZREM', KEYS[3], ARGV[3]) else redis.call('ZADD', KEYS[3], ARGV[6], ARGV[3]) end
return 1
`)

// Settle does what Store says.
func (r *Redis) Settle(ctx context.Context, from, to Delivery) (bool, error) {
	if err := checkSettle(&from, &to); err != nil {
		return false, fmt.Errorf("settle delivery: %w", err)
	}
	p := to.User.partition()
	from.Body = nil
	n, err := settleScript.Run(ctx, r.db, []string{r.keys.deliveries(p, to.Lead), r.keys.due(p), r.keys.undelivered(p)},
		to.ID, appendDelivery(nil, &from), member(&to), string(to.State), to.Due.UnixMilli(), to.Created.UnixMilli(), appendDelivery(nil, &to)).Int()
	if err != nil {
		return false, fmt.Errorf("settle delivery: %w", redisError(ctx, err))
	}
	return n == 1, nil
}

// Undelivered does what Store says.
func (r *Redis) Undelivered(ctx context.Context, limit int) ([]Delivery, error) {
	if limit <= 0 {
		return nil, nil
	}
	var parts [Partitions]*redis.ZSliceCmd
	if err := r.many(ctx, func(pipe redis.Pipeliner) {
		for p := range parts {
			parts[p] = pipe.ZRangeWithScores(ctx, r.keys.undelivered(p), 0, int64(limit-1))
		}
	}); err != nil {
		return nil, fmt.Errorf("list undelivered: %w", redisError(ctx, err))
	}
	var list []Delivery
	for _, part := range parts {
		for _, z := range part.Val() {
			m, _ := z.Member.(string)
			if names := strings.Split(m, " "); len(names) == 3 {
				list = append(list, Delivery{User: UserID(names[0]), Lead: names[1], ID: names[2], Created: time.UnixMilli(int64(z.Score))})
			}
		}
	}
	slices.SortFunc(list, older)
	list = list[:min(limit, len(list))]
	found := make([]*redis.StringCmd, len(list))
	if err := r.many(ctx, func(pipe redis.Pipeliner) {
		for i, d := range list {
			found[i] = pipe.HGet(ctx, r.keys.deliveries(d.User.partition(), d.Lead), d.ID)
		}
	}); err != nil {
		return nil, fmt.Errorf("list undelivered: %w", redisError(ctx, err))
	}
	whole := list[:0]
	for i, d := range list {
		raw, err := found[i].Bytes()
		if errors.Is(err, redis.Nil) {
			continue // its lead has expired
		}
		if err == nil {
			d, err = parseDelivery(d.User, d.Lead, d.ID, raw)
		}
		if err != nil {
			return nil, fmt.Errorf("list undelivered: %w", redisError(ctx, err))
		}
		if d.State != Done { // settled since the index was read
			whole = append(whole, d)
		}
	}
	return whole, nil
}

// sweepScript removes what is left of expired leads in a partition: KEYS 1 expiring, 2
// leads, 3 due, 4 undelivered; ARGV 1 how many at most, 2 what all keys begin with. The
// leads and deliveries themselves are gone already, or go here if the clock is behind.
var sweepScript = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local gone = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])
for _, m in ipairs(gone) do
  local user, lead = string.match(m, '^(%x+) ([!-~]+)$')
  redis.call('ZREM', KEYS[1], m)
  if lead then
    redis.call('DEL', ARGV[2] .. 'lead:' .. lead, ARGV[2] .. 'deliveries:' .. lead)
    redis.call('ZREM', KEYS[2], lead)
    redis.call('ZREM', ARGV[2] .. 'of:' .. user, lead)
    for _, index in ipairs({KEYS[3], KEYS[4]}) do
      for _, d in ipairs(redis.call('ZRANGE', index, 0, -1)) do
        if string.sub(d, 1, #m + 1) == m .. ' ' then redis.call('ZREM', index, d) end
      end
    end
  end
end
return #gone
`)

// Sweep does what Store says.
func (r *Redis) Sweep(ctx context.Context) error {
	const batch = 100
	for p := range Partitions {
		for {
			n, err := sweepScript.Run(ctx, r.db, []string{r.keys.expiring(p), r.keys.leads(p), r.keys.due(p), r.keys.undelivered(p)},
				batch, r.keys.parts[p]).Int()
			if err != nil {
				return fmt.Errorf("sweep leads: %w", redisError(ctx, err))
			}
			if n < batch {
				break
			}
		}
	}
	return nil
}

// Note does what Store says.
func (r *Redis) Note(ctx context.Context, name string) (*Note, error) {
	if !validName(name) {
		return nil, fmt.Errorf("read note: %w", errName)
	}
	found, err := r.db.HMGet(ctx, r.keys.note(name), "version", "expiry", "body").Result()
	if err != nil {
		return nil, fmt.Errorf("read note: %w", redisError(ctx, err))
	}
	version, ok := found[0].(string)
	expiry, ok1 := found[1].(string)
	body, ok2 := found[2].(string)
	if !ok || !ok1 || !ok2 {
		return nil, nil
	}
	ms, err := strconv.ParseInt(expiry, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("read note: %w", err)
	}
	return &Note{Name: name, Version: Version(version), Expiry: fromMilli(ms), Body: []byte(body)}, nil
}

// noteScript is one SetNote: ARGV 1 the version it was made from, 2 the new one, 3 expiry
// in Unix ms or 0, 4 the body.
var noteScript = redis.NewScript(`
local cur = redis.call('HGET', KEYS[1], 'version')
if cur == ARGV[2] then return 1 end
if (cur or '') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'version', ARGV[2], 'expiry', ARGV[3], 'body', ARGV[4])
if ARGV[3] ~= '0' then redis.call('PEXPIREAT', KEYS[1], ARGV[3]) else redis.call('PERSIST', KEYS[1]) end
return 1
`)

// SetNote does what Store says.
func (r *Redis) SetNote(ctx context.Context, n Note, prev Version) (bool, error) {
	if err := n.check(); err != nil {
		return false, fmt.Errorf("write note: %w", err)
	}
	done, err := noteScript.Run(ctx, r.db, []string{r.keys.note(n.Name)}, string(prev), string(n.Version), milli(n.Expiry), n.Body).Int()
	if err != nil {
		return false, fmt.Errorf("write note: %w", redisError(ctx, err))
	}
	return done == 1, nil
}
