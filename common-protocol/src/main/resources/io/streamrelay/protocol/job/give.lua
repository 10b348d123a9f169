#!lua flags=allow-oom
-- Gives a job to another consumer, if it is still the giver's. With the lease as idle time it can be
-- reclaimed at once.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer that gives
-- ARGV[3]  consumer that gets it
-- ARGV[4]  for how long it counts as idle, in milliseconds
-- ARGV[5]  entry id
--
-- Returns  1 given | 0 it wasn't the consumer's

local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local to, idle, id = ARGV[3], ARGV[4], ARGV[5]

if #redis.call('XPENDING', stream, group, id, id, '1', consumer) == 0 then
  return 0
end
redis.call('XCLAIM', stream, group, to, '0', id, 'IDLE', idle, 'JUSTID')
return 1
