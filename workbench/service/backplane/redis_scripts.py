"""The Lua scripts of the Redis backplane. Redis runs each as one atomic step.

A stream is four keys with one hash tag: ``head`` (hash: epoch, top), ``log`` (a Redis stream
whose entry ids are ``<offset>-0``), ``latest`` (hash: one field per key), and the set of all
stream names. Epoch and top live in the same key on purpose: were only the counter lost (FLUSH,
eviction), offsets would restart inside an epoch and clients would take new updates for old ones.
"""

from __future__ import annotations

# KEYS: head, log, latest, names.  ARGV[1..3]: stream, fresh epoch, stream limit.
OPEN = """
local epoch = redis.call('HGET', KEYS[1], 'epoch')
if not epoch then
  if redis.call('SCARD', KEYS[4]) >= tonumber(ARGV[3])
      and redis.call('SISMEMBER', KEYS[4], ARGV[1]) == 0 then
    return {'limit', 'streams'}
  end
  redis.call('DEL', KEYS[2], KEYS[3])
  redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'top', 0)
  redis.call('SADD', KEYS[4], ARGV[1])
  epoch = ARGV[2]
end
"""

HEAD = """
local top = redis.call('HGET', KEYS[1], 'top')
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)
local oldest = first[1] and first[1][1] or ''
"""

# ARGV[4..9]: history, slot, key limit, ts, payload, channel.
PUBLISH = (
    OPEN
    + """
if redis.call('HEXISTS', KEYS[3], ARGV[5]) == 0
    and redis.call('HLEN', KEYS[3]) >= tonumber(ARGV[6]) then
  return {'limit', 'keys'}
end
local offset = redis.call('HINCRBY', KEYS[1], 'top', 1)
redis.call('XADD', KEYS[2], offset .. '-0', 's', ARGV[5], 't', ARGV[7], 'p', ARGV[8])
redis.call('XTRIM', KEYS[2], 'MAXLEN', '=', ARGV[4])
redis.call('HSET', KEYS[3], ARGV[5], offset .. ' ' .. ARGV[7] .. ' ' .. ARGV[8])
redis.call('PUBLISH', ARGV[9], ARGV[1])
return {'ok', epoch, offset}
"""
)

# ARGV[4..5]: after, limit (0: head only).
READ = (
    OPEN
    + HEAD
    + """
local entries = {}
if tonumber(ARGV[5]) > 0 then
  entries = redis.call('XRANGE', KEYS[2], '(' .. ARGV[4] .. '-0', '+', 'COUNT', ARGV[5])
end
return {'ok', epoch, top, oldest, entries}
"""
)

SNAPSHOT = OPEN + HEAD + "return {'ok', epoch, top, oldest, redis.call('HGETALL', KEYS[3])}\n"
