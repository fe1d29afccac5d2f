-- Keeps who is in a show with one process and answers {there now, peak, different faces} over all processes that reported
-- lately: each person once, and each guest's socket. {-1, 0, 0}: what is kept is not what the process thinks; report it
-- whole.
-- KEYS  the show's hash: process -> "<guests> <expires_ms>", the people of a process are a set beside it; the peak; the
--       different faces
-- ARGV  process ('' only asks), guests, milliseconds for which it holds, seconds for which peak and faces are kept, 1 for
--       a whole report and 0 for changes, how many people there are with it now, how many came, how many went, those who
--       came, those who went, faces that were not told yet
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local hash, peak_key, faces_key = KEYS[1], KEYS[2], KEYS[3]
local process, life_ms, kept_s = ARGV[1], ARGV[3], ARGV[4]
-- A process's name has no such character: how many people the sets hold together, and until when that is good enough.
local SUM, SUM_MS = '*', 900

local function set_of(name) return hash .. ':' .. name end

if process ~= '' then
  local mine, whole, people = set_of(process), ARGV[5] == '1', tonumber(ARGV[6])
  local come_to = 8 + ARGV[7]
  local gone_to = come_to + ARGV[8]
  if whole then redis.call('DEL', mine) end
  for i = 9, gone_to do
    redis.call(i <= come_to and 'SADD' or 'SREM', mine, ARGV[i])
  end
  if whole or gone_to > 8 then redis.call('HDEL', hash, SUM) end
  if redis.call('SCARD', mine) ~= people or (not whole and redis.call('EXISTS', faces_key) == 0) then
    redis.call('DEL', mine)
    return {-1, 0, 0}
  end
  if tonumber(ARGV[2]) > 0 or people > 0 then
    redis.call('HSET', hash, process, ARGV[2] .. ' ' .. string.format('%d', now + life_ms))
    redis.call('PEXPIRE', hash, life_ms)
    redis.call('PEXPIRE', mine, life_ms)
  else
    redis.call('HDEL', hash, process)
  end
  redis.call('PFADD', faces_key)
  for i = 9, come_to do
    redis.call('PFADD', faces_key, ARGV[i])
  end
  for i = gone_to + 1, #ARGV do
    redis.call('PFADD', faces_key, ARGV[i])
  end
  redis.call('EXPIRE', faces_key, kept_s)
end

local total, sets, known, all = 0, {}, nil, redis.call('HGETALL', hash)
for i = 1, #all, 2 do
  local count, expires = string.match(all[i + 1], '^(%d+) (%d+)$')
  local holds = count and tonumber(expires) > now
  if holds and all[i] == SUM then
    known = count
  elseif holds then
    total = total + count
    sets[#sets + 1] = set_of(all[i])
  elseif process ~= '' then
    redis.call('HDEL', hash, all[i])
  end
end
if #sets == 1 then
  known = redis.call('SCARD', sets[1])
elseif #sets > 1 and not known then
  -- The one step whose cost grows with the crowd: once for all who ask within SUM_MS, unless somebody came or went.
  known = #redis.call('SUNION', unpack(sets))
  redis.call('HSET', hash, SUM, known .. ' ' .. string.format('%d', now + SUM_MS))
end
total = total + (known or 0)
if process == '' then return {total, 0, 0} end

local peak = math.max(total, tonumber(redis.call('GET', peak_key) or '0'))
redis.call('SET', peak_key, peak, 'EX', kept_s)
return {total, peak, redis.call('PFCOUNT', faces_key)}
