#!lua
-- Compare-and-append: adds a batch of one attempt at the ids its writer chose, unless a newer epoch
-- wrote or something before it is missing, and publishes what it adds.
--
-- KEYS[1]  session stream
-- ARGV[1]  PUBLISH or SPUBLISH
-- ARGV[2]  push channel
-- ARGV[3]  id before the batch's first in the same epoch, '' if the batch begins the epoch
-- ARGV[4]  user epoch of the turn
-- ARGV[5]  milliseconds until the stream expires if the batch begins with a start, else ''
-- ARGV[6]  '1' to begin although the turn has its done
-- ARGV[7…] of each entry: id, t, n, f, d; n and f are '' where the entry has none
--
-- Returns  1 all of the batch is stored, now or before | 0 not open | -1 fenced
--          | string: gap, the last id of this epoch, '' if there is none
--          | array of one: d of the turn's done

local stream, publish, channel, previous, expiry = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[5]
local FIRST, WIDTH = 7, 5
local from = FIRST

local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', '1')[1]

-- The usual entry follows the last one: the ids need not be taken apart then.
if not last or last[1] ~= previous then
  if not last then
    return 0
  end
  local function parts(id)
    local dash = string.find(id, '-', 1, true)
    return tonumber(string.sub(id, 1, dash - 1)), tonumber(string.sub(id, dash + 1))
  end
  local epoch, first = parts(ARGV[FIRST])
  local last_epoch, last_seq = parts(last[1])
  local user_epoch, anew = tonumber(ARGV[4]), ARGV[6] == '1'
  if last_epoch < user_epoch then
    return 0
  end
  if last_epoch > epoch then
    return -1
  end
  if last_epoch < epoch then
    local fields = {}
    for at = 1, #last[2], 2 do
      fields[last[2][at]] = last[2][at + 1]
    end
    local type = fields['t']
    if type == 'end' or type == 'error' or type == 'cancel' then
      return -1
    end
    if type == 'done' and expiry ~= '' and not anew then
      return {fields['d']}
    end
    last_seq = -1
  end
  local count = (#ARGV - FIRST + 1) / WIDTH
  if last_seq >= first + count - 1 then
    return 1
  end
  if last_seq < first - 1 then
    return last_epoch == epoch and last[1] or ''
  end
  from = FIRST + (last_seq + 1 - first) * WIDTH
end

for at = from, #ARGV, WIDTH do
  local id, type, turn, follows = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local data = ARGV[at + 4]
  if turn == '' then
    redis.call('XADD', stream, id, 't', type, 'd', data)
  elseif follows == '' then
    redis.call('XADD', stream, id, 't', type, 'n', turn, 'd', data)
  else
    redis.call('XADD', stream, id, 't', type, 'n', turn, 'f', follows, 'd', data)
  end
  if type ~= 'done' then
    redis.call(publish, channel, id .. '|' .. type .. '|' .. turn .. '|' .. follows .. '|' .. data)
  end
end
if expiry ~= '' then
  redis.call('PEXPIRE', stream, expiry)
end
return 1
