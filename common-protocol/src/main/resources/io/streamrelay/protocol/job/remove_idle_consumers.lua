#!lua flags=allow-oom
-- Removes consumers that were idle for long and hold nothing. In one step: deleting a consumer that
-- holds jobs makes them unreachable.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  idle time in milliseconds
--
-- Returns  how many were removed

local stream, group, idle = KEYS[1], ARGV[1], tonumber(ARGV[2])

local removed = 0
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', stream, group)) do
  local fields = {}
  for at = 1, #consumer, 2 do
    fields[consumer[at]] = consumer[at + 1]
  end
  if fields['pending'] == 0 and fields['idle'] >= idle then
    redis.call('XGROUP', 'DELCONSUMER', stream, group, fields['name'])
    removed = removed + 1
  end
end
return removed
