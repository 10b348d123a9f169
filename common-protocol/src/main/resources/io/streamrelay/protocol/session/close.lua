#!lua flags=allow-oom
-- Makes the stream end the way PostgreSQL says the turn ended, and publishes what it adds.
--
-- KEYS[1]  session stream
-- ARGV[1]  PUBLISH or SPUBLISH
-- ARGV[2]  push channel
-- ARGV[3]  user epoch of the turn
-- ARGV[4]  final epoch of the turn
-- ARGV[5]  last entry of the saved text that clients see, '' if the stream never held it
-- ARGV[6]  milliseconds until the stream expires
-- ARGV[7]  turn
-- ARGV[8]  d of the user entry
-- ARGV[9]  d of the start entry that resets
-- ARGV[10] d of the snapshot entry
-- ARGV[11] t of the terminal
-- ARGV[12] d of the terminal
--
-- Returns  1 closed now | 0 the terminal or a later turn is there | -1 the stream is gone

local stream, publish, channel = KEYS[1], ARGV[1], ARGV[2]
local user_epoch, final_epoch = tonumber(ARGV[3]), tonumber(ARGV[4])
local saved_last, expiry, turn = ARGV[5], ARGV[6], ARGV[7]
local user, reset, snapshot = ARGV[8], ARGV[9], ARGV[10]
local terminal_type, terminal = ARGV[11], ARGV[12]
local user_id, terminal_id = ARGV[3] .. '-0', ARGV[4] .. '-0'
local before_final = string.format('%.0f', final_epoch - 1)
local reset_id, snapshot_id = before_final .. '-0', before_final .. '-1'

local function push(id, type, n, follows, data)
  redis.call(publish, channel, id .. '|' .. type .. '|' .. n .. '|' .. follows .. '|' .. data)
end

-- The last entry that clients see: done is passed over, and more than one may stand at the end.
local function last_visible()
  local before = '+'
  while true do
    local entries = redis.call('XREVRANGE', stream, before, '-', 'COUNT', '2')
    for _, entry in ipairs(entries) do
      local fields = entry[2]
      for at = 1, #fields, 2 do
        if fields[at] == 't' and fields[at + 1] ~= 'done' then
          return entry[1]
        end
      end
    end
    if #entries == 0 then
      return nil
    end
    before = '(' .. entries[#entries][1]
  end
end

local last = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', '1')[1]
if not last then
  return -1
end
local last_epoch, last_seq = string.match(last[1], '^(%d+)-(%d+)$')
last_epoch, last_seq = tonumber(last_epoch), tonumber(last_seq)
if last_epoch >= final_epoch then
  redis.call('PEXPIRE', stream, expiry)
  return 0
end
if last_epoch < user_epoch then
  redis.call('XADD', stream, user_id, 't', 'user', 'n', turn, 'd', user)
  push(user_id, 'user', turn, '', user)
end
local whole = saved_last ~= '' and last_visible() == saved_last
if not whole then
  if last_epoch < final_epoch - 1 then
    redis.call('XADD', stream, reset_id, 't', 'start', 'n', turn, 'f', user_id, 'd', reset)
    push(reset_id, 'start', turn, user_id, reset)
  end
  if last_epoch < final_epoch - 1 or last_seq < 1 then
    redis.call('XADD', stream, snapshot_id, 't', 'snapshot', 'd', snapshot)
    push(snapshot_id, 'snapshot', '', '', snapshot)
  end
end
local follows = whole and saved_last or snapshot_id
redis.call('XADD', stream, terminal_id, 't', terminal_type, 'n', turn, 'f', follows, 'd', terminal)
push(terminal_id, terminal_type, turn, follows, terminal)
redis.call('PEXPIRE', stream, expiry)
return 1
