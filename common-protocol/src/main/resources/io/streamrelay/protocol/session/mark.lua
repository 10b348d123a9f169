#!lua flags=allow-oom
-- Fences a turn that was ended from outside, and tells in the same step what the stream holds of it.
-- Nothing is published: clients never see done.
--
-- KEYS[1]  session stream
-- ARGV[1]  user epoch of the turn
-- ARGV[2]  epoch of the mark, two below the turn's final epoch
-- ARGV[3]  turn
-- ARGV[4]  d of the done entry
--
-- Returns  the turn's entries before the mark, as XRANGE gives them

local stream, user_epoch, mark_epoch, turn, data = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', '1')[1]
if last then
  local last_epoch = tonumber(string.match(last[1], '^(%d+)'))
  if last_epoch >= tonumber(user_epoch) and last_epoch < tonumber(mark_epoch) then
    redis.call('XADD', stream, mark_epoch .. '-0', 't', 'done', 'n', turn, 'd', data)
  end
end
return redis.call('XRANGE', stream, user_epoch .. '-0', '(' .. mark_epoch .. '-0')
