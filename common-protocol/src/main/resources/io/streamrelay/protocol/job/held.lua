#!lua flags=no-writes
-- The jobs that the pending entries list gives to a consumer, with their turns. Also while Redis is
-- full.
--
-- KEYS[1]  job stream
-- ARGV[1]  consumer group
-- ARGV[2]  consumer
-- ARGV[3]  how many at most
-- ARGV[4]  name of the field that holds the turn
--
-- Returns  id, turn, id, turn …

local stream, group, consumer, most, name = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local held = {}
for _, pending in ipairs(redis.call('XPENDING', stream, group, '-', '+', most, consumer)) do
  local id = pending[1]
  for _, entry in ipairs(redis.call('XRANGE', stream, id, id)) do
    local fields = entry[2]
    for at = 1, #fields, 2 do
      if fields[at] == name then
        held[#held + 1] = id
        held[#held + 1] = fields[at + 1]
      end
    end
  end
end
return held
