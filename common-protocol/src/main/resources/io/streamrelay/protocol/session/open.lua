#!lua
-- Writes a turn's user entry and publishes it, unless that entry or a later one is there. Trims what
-- is older than the turns that must stay.
--
-- KEYS[1]  session stream
-- ARGV[1]  PUBLISH or SPUBLISH
-- ARGV[2]  push channel
-- ARGV[3]  user epoch of the turn
-- ARGV[4]  first id that stays
-- ARGV[5]  milliseconds until the stream expires
-- ARGV[6]  turn
-- ARGV[7]  d of the user entry
--
-- Returns  1 written now | 0 it was there, or something later is

local stream, publish, channel = KEYS[1], ARGV[1], ARGV[2]
local user_epoch, keep_from, expiry, turn, data = ARGV[3], ARGV[4], ARGV[5], ARGV[6], ARGV[7]

local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', '1')[1]
if last then
  local last_epoch = tonumber(string.match(last[1], '^(%d+)'))
  if last_epoch >= tonumber(user_epoch) then
    return 0
  end
  redis.call('XTRIM', stream, 'MINID', keep_from)
end
local id = user_epoch .. '-0'
redis.call('XADD', stream, id, 't', 'user', 'n', turn, 'd', data)
redis.call(publish, channel, id .. '|user|' .. turn .. '||' .. data)
redis.call('PEXPIRE', stream, expiry)
return 1
