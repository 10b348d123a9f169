#!lua flags=allow-oom
-- Renews the lease of jobs that the pending entries list still gives to a consumer. A plain XCLAIM
-- would take back what was reclaimed meanwhile. Redis may be full: the lease must go on.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
-- ARGV[3…] entry ids
--
-- Returns  the ids that are still the consumer's

local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]

local renewed = {}
for at = 3, #ARGV do
  local id = ARGV[at]
  if #redis.call('XPENDING', stream, group, id, id, '1', consumer) > 0 then
    -- answers nothing for an entry that was deleted
    if #redis.call('XCLAIM', stream, group, consumer, '0', id, 'JUSTID') > 0 then
      renewed[#renewed + 1] = id
    end
  end
end
return renewed
