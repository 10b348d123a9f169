#!lua flags=allow-oom
-- Gives a job back so that it can be reclaimed at once, if it is still the consumer's: it becomes a
-- stand-in consumer's, with its lease ended.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
-- ARGV[3]  stand-in consumer
-- ARGV[4]  lease in milliseconds
-- ARGV[5]  entry id
--
-- Returns  1 given back | 0 it wasn't the consumer's

local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local stand_in, lease, id = ARGV[3], ARGV[4], ARGV[5]

if #redis.call('XPENDING', stream, group, id, id, '1', consumer) == 0 then
  return 0
end
redis.call('XCLAIM', stream, group, stand_in, '0', id, 'IDLE', lease, 'JUSTID')
return 1
