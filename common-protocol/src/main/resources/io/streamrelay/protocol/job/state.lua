#!lua flags=no-writes
-- How a lane stands. In one step: what waits is length less pending. Also while Redis is full.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  idle time in milliseconds from which on a held job counts as stuck
-- ARGV[3]  how many of those are counted at most
--
-- Returns  waiting, held, milliseconds since the oldest that waits was added (0: none), stuck

local stream, group, late, most = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

local delivered
for _, info in ipairs(redis.call('XINFO', 'GROUPS', stream)) do
  local fields = {}
  for at = 1, #info, 2 do
    fields[info[at]] = info[at + 1]
  end
  if fields['name'] == group then
    delivered = fields['last-delivered-id']
  end
end
if not delivered then
  return redis.error_reply('NOGROUP no such consumer group')
end

local held = redis.call('XPENDING', stream, group)[1]
local waiting = math.max(0, redis.call('XLEN', stream) - held)

-- What was never delivered waits. An entry's id begins with the time at which it was added.
local age = 0
local first = redis.call('XRANGE', stream, '(' .. delivered, '+', 'COUNT', '1')[1]
if first then
  local now = redis.call('TIME')
  local added = tonumber(string.match(first[1], '^%d+'))
  age = math.max(0, now[1] * 1000 + math.floor(now[2] / 1000) - added)
end

local stuck = #redis.call('XPENDING', stream, group, 'IDLE', late, '-', '+', most)
return {waiting, held, age, stuck}
