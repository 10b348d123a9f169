#!lua flags=allow-oom
-- Renews the lease of jobs that the pending entries list still gives to a consumer. A plain XCLAIM
-- would take back what was reclaimed meanwhile. Redis may be full: the lease must go on.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
-- ARGV[3…] entry ids
--
-- Returns  of each entry 0 renewed | 1 there, but not the consumer's | 2 gone

local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]

local answers = {}
for at = 3, #ARGV do
  local id = ARGV[at]
  local answer = 1
  if #redis.call('XPENDING', stream, group, id, id, '1', consumer) > 0 then
    -- claims nothing, and forgets it, where the entry was deleted
    if #redis.call('XCLAIM', stream, group, consumer, '0', id, 'JUSTID') > 0 then
      answer = 0
    else
      answer = 2
    end
  elseif #redis.call('XRANGE', stream, id, id) == 0 then
    answer = 2
  end
  answers[#answers + 1] = answer
end
return answers
