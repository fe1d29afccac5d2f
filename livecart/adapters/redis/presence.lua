-- Keeps one process's viewer count of a show and answers the sum over all processes that reported lately.
-- KEYS  the show's hash: process -> "<count> <expires_ms>"
-- ARGV  process ('' only asks), count, milliseconds for which the count holds
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if ARGV[1] ~= '' then
  if tonumber(ARGV[2]) > 0 then
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[2] .. ' ' .. string.format('%d', now + ARGV[3]))
    redis.call('PEXPIRE', KEYS[1], ARGV[3])
  else
    redis.call('HDEL', KEYS[1], ARGV[1])
  end
end
local total, all = 0, redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local count, expires = string.match(all[i + 1], '^(%d+) (%d+)$')
  if count and tonumber(expires) > now then
    total = total + count
  elseif ARGV[1] ~= '' then
    redis.call('HDEL', KEYS[1], all[i])
  end
end
return total
