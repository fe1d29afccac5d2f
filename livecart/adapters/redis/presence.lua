-- Keeps who is in a show with one process and answers how many are in it with all processes that reported lately:
-- each person once, and each guest's socket. -1: what is kept of this process is not what it thinks; report it whole.
-- KEYS  the show's hash: process -> "<guests> <expires_ms>"; the people of a process are a set beside it
-- ARGV  process ('' only asks), guests, milliseconds for which it holds, how many people there are with it now, how many
--       of the following have come, those who have come, those who have gone
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local process = ARGV[1]
-- A process's name has no such character: how many people the sets hold together, and until when that is good enough.
local SUM, SUM_MS = '*', 900

local function set_of(name) return KEYS[1] .. ':' .. name end

if process ~= '' then
  local mine, people = set_of(process), tonumber(ARGV[4])
  local last = 5 + ARGV[5]
  for i = 6, #ARGV do
    redis.call(i <= last and 'SADD' or 'SREM', mine, ARGV[i])
  end
  if #ARGV > 5 then redis.call('HDEL', KEYS[1], SUM) end
  if redis.call('SCARD', mine) ~= people then
    redis.call('DEL', mine)
    return -1
  end
  if tonumber(ARGV[2]) > 0 or people > 0 then
    redis.call('HSET', KEYS[1], process, ARGV[2] .. ' ' .. string.format('%d', now + ARGV[3]))
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
    redis.call('PEXPIRE', mine, ARGV[3])
  else
    redis.call('HDEL', KEYS[1], process)
  end
end

local total, sets, known, all = 0, {}, nil, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local count, expires = string.match(all[i + 1], '^(%d+) (%d+)$')
  local holds = count and tonumber(expires) > now
  if holds and all[i] == SUM then
    known = count
  elseif holds then
    total = total + count
    sets[#sets + 1] = set_of(all[i])
  elseif process ~= '' then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
if #sets == 1 then
  known = redis.call('SCARD', sets[1])
elseif #sets > 1 and not known then
  -- The one step whose cost grows with the crowd: once for all who ask within SUM_MS, unless somebody came or went.
  known = #redis.call('SUNION', unpack(sets))
  redis.call('HSET', KEYS[1], SUM, known .. ' ' .. string.format('%d', now + SUM_MS))
end
return total + (known or 0)
