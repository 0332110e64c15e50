package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/redis/go-redis/v9"
)

// leadLua holds what a script does with leads. Of each one stand, from KEYS[k] and ARGV[a]:
//
//	KEYS  the lead, its deliveries
//	ARGV  its id; the version it was made from, "" for a new one; "1" if the deliveries so
//	      far go; created, Unix ms; expiry, Unix ms or 0; its stored form; how many
//	      deliveries follow, and of each: id; created; due; state; its stored form
//
// and for all of them: leads, of, expiring, due, undelivered, as in keys, and the user.
const leadLua = `
local function versionOf(lead)
  if string.match(lead, '^1 %x+ %d+\n') then return '0' end
  return string.match(lead, '^2 %x+ %d+ ([!-~]+) %d+\n') or '!' .. redis.sha1hex(lead)
end

-- may says whether a lead can be written, and what follows it in ARGV
local function may(k, a)
  local prev, next = ARGV[a + 1], a + 7 + 5 * tonumber(ARGV[a + 6])
  if prev == '' then return true, next end
  local cur = redis.call('GET', KEYS[k])
  return cur and versionOf(cur) == prev, next
end

local function write(k, a, leads, of, expiring, due, undelivered, user)
  local id, next = ARGV[a], a + 7 + 5 * tonumber(ARGV[a + 6])
  if ARGV[a + 1] == '' and redis.call('EXISTS', KEYS[k]) == 1 then return next end
  redis.call('SET', KEYS[k], ARGV[a + 5])
  redis.call('ZADD', leads, ARGV[a + 3], id)
  redis.call('ZADD', of, ARGV[a + 3], id)
  if ARGV[a + 2] == '1' then
    for _, d in ipairs(redis.call('HKEYS', KEYS[k + 1])) do
      local member = user .. ' ' .. id .. ' ' .. d
      redis.call('ZREM', due, member)
      redis.call('ZREM', undelivered, member)
    end
    redis.call('DEL', KEYS[k + 1])
  end
  for d = a + 7, next - 1, 5 do
    if redis.call('HSETNX', KEYS[k + 1], ARGV[d], ARGV[d + 4]) == 1 then
      local member = user .. ' ' .. id .. ' ' .. ARGV[d]
      if ARGV[d + 3] == 'o' then redis.call('ZADD', due, ARGV[d + 2], member) end
      if ARGV[d + 3] ~= 'd' then redis.call('ZADD', undelivered, ARGV[d + 1], member) end
    end
  end
  if ARGV[a + 4] ~= '0' then
    redis.call('PEXPIREAT', KEYS[k], ARGV[a + 4])
    redis.call('PEXPIREAT', KEYS[k + 1], ARGV[a + 4])
    redis.call('ZADD', expiring, ARGV[a + 4], user .. ' ' .. id)
  else
    redis.call('PERSIST', KEYS[k + 1])
    redis.call('ZREM', expiring, user .. ' ' .. id)
  end
  return next
end
`

// commitScript is one Commit. Redis runs a script as one step; every test stands before
// the first write, and a write that is refused (OOM, READONLY, MISCONF) is refused as the
// first one, so nothing is ever half done.
//
//	KEYS  1 session  2 its draft
//	      and if the commit erases, keeps aside or has leads:
//	      3 aside  4 leads  5 of  6 expiring  7 due  8 undelivered  9… a lead each: see leadLua
//	ARGV  1 event id
//	      2 version it was made from, "" for none, "!" and SHA-1 of the bytes if damaged
//	      3 expiry, Unix ms
//	      4 the stored form of the record, "" erases
//	      and with a draft or KEYS 3…:
//	      5 the draft's expiry, Unix ms
//	      6 its stored form, "" for none
//	      and with KEYS 3…:
//	      7 ms to keep the replaced bytes aside, 0 for not
//	      8 the user  9… a lead each: see leadLua
//
// It returns 0 (stored), or {1, bytes, draft or nil} (already), or {2, bytes or nil,
// draft or nil} (conflict). The draft's key is touched only where the header, or one that
// can't be read, says that there may be one.
//
// The body is opaque, so the event is looked for in all of the bytes and then the place
// compared: that copies nothing. The header is read less strictly here than in Go. A
// record that only Go calls damaged is replaced by its hash, tested first.
var commitScript = redis.NewScript(leadLua + `
local cur = redis.call('GET', KEYS[1])
local drafted = cur
if not cur then
  if ARGV[2] ~= '' then return {2, false, false} end
elseif string.byte(ARGV[2]) ~= 33 or ARGV[2] ~= '!' .. redis.sha1hex(cur) then
  local nl = string.find(cur, '\n', 1, true)
  local version, plus, known
  if nl then version, plus = string.match(cur, '^1 %d+ ([!-~]+) %d+(%+?)') end
  drafted = plus == '+'
  if version then
    local at = string.find(cur, ',' .. ARGV[1], 1, true)
    known = at and at < nl
  end
  if known or version ~= ARGV[2] then
    return {known and 1 or 2, cur, drafted and redis.call('GET', KEYS[2])}
  end
end
local a, fits = 9, true
for k = 9, #KEYS, 2 do
  fits, a = may(k, a)
  if not fits then return {2, cur, cur and drafted and redis.call('GET', KEYS[2])} end
end
if KEYS[3] and cur and ARGV[7] ~= '0' then
  redis.call('SET', KEYS[3], cur, 'PX', ARGV[7])
end
if ARGV[4] ~= '' then
  redis.call('SET', KEYS[1], ARGV[4], 'PXAT', ARGV[3])
  if ARGV[6] and ARGV[6] ~= '' then
    redis.call('SET', KEYS[2], ARGV[6], 'PXAT', ARGV[5])
  elseif drafted then
    redis.call('DEL', KEYS[2])
  end
elseif ARGV[7] ~= '0' then
  redis.call('DEL', KEYS[1], KEYS[2])
else
  redis.call('DEL', KEYS[1], KEYS[2], KEYS[3])
end
a = 9
for k = 9, #KEYS, 2 do
  a = write(k, a, KEYS[4], KEYS[5], KEYS[6], KEYS[7], KEYS[8], ARGV[8])
end
return 0
`)

// records holds buffers for the stored forms; a client is done with one when it answers.
var records = sync.Pool{New: func() any { return new([]byte) }}

// Commit does what Store says.
func (r *Redis) Commit(ctx context.Context, c Commit) (Outcome, *Record, error) {
	if err := c.check(); err != nil {
		return 0, nil, fmt.Errorf("commit turn: %w", err)
	}
	var stored, draft []byte
	expiry, draftExpiry := int64(0), int64(0)
	if next := c.Next; next != nil {
		buf := records.Get().(*[]byte)
		defer records.Put(buf)
		*buf = appendRecord((*buf)[:0], next)
		n := len(*buf)
		if next.Draft != nil {
			*buf = appendDraft(*buf, next)
			draftExpiry = next.DraftExpiry.UnixMilli()
		}
		stored, draft = (*buf)[:n], (*buf)[n:]
		expiry = next.Expiry.UnixMilli()
	}
	more := c.Next == nil || c.Aside || len(c.Leads) > 0
	names := append(make([]string, 0, 10), r.keys.session(c.User), r.keys.draft(c.User))
	args := append(make([]any, 0, 20), string(c.Event), string(c.Prev), expiry, stored)
	if more || len(draft) > 0 {
		args = append(args, draftExpiry, draft)
	}
	if more {
		keep := int64(0)
		if c.Aside {
			keep = asideFor.Milliseconds()
		}
		names = r.leadIndexes(append(names, r.keys.aside(c.User)), c.User)
		args = append(args, keep, string(c.User))
		for i := range c.Leads {
			names, args = r.leadWrite(names, args, &c.Leads[i])
		}
	}
	answer, err := commitScript.Run(ctx, r.db, names, args...).Result()
	if err != nil {
		return 0, nil, fmt.Errorf("commit turn: %w", redisError(ctx, err))
	}
	outcome, rec, err := parseAnswer(answer)
	if err != nil {
		return 0, nil, fmt.Errorf("commit turn: %w", err)
	}
	return outcome, rec, nil
}

// parseAnswer reads what commitScript returns. A record that is damaged to Go alone
// can't vouch for an event, so its Already is a Conflict.
func parseAnswer(answer any) (Outcome, *Record, error) {
	if n, ok := answer.(int64); ok && n == 0 {
		return Stored, nil, nil
	}
	list, _ := answer.([]any)
	if len(list) == 3 {
		code, _ := list[0].(int64)
		raw, found := list[1].(string)
		draft, _ := list[2].(string)
		switch {
		case code == 2 && !found:
			return Conflict, nil, nil
		case (code == 1 || code == 2) && found:
			rec := parseRecord([]byte(raw), []byte(draft))
			if code == 1 && !rec.Damaged {
				return Already, rec, nil
			}
			return Conflict, rec, nil
		}
	}
	return 0, nil, errors.New("the script's answer has another form")
}
