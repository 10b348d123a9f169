#!lua flags=allow-oom
-- Ends a job. In one step: what is acknowledged and still there is nobody's for ever, and counts as
-- waiting.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  entry id
--
-- Returns  how many entries were deleted: 1, or 0 if that was done before

redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
