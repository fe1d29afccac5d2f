-- Keeps who is in a show with one process and answers the figures over all processes that reported lately.
-- A person is a member of one set, whichever process has him, and so counts once; guests are counted by process.
--
-- KEYS  guests: process -> "<count> <expires_ms>"; people by the time when they were last seen; peak; unique faces
-- ARGV  process ('' only asks), guests, ms for which that holds, ms for which a person counts as there, seconds until
--       peak and faces are dropped, how many people were seen, how many left, then those, then new faces
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local guests_key, people_key, peak_key, unique_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local process, seen, left = ARGV[1], tonumber(ARGV[6]), tonumber(ARGV[7])
local since = now - tonumber(ARGV[4])
if process ~= '' then
  if tonumber(ARGV[2]) > 0 then
    redis.call('HSET', guests_key, process, ARGV[2] .. ' ' .. string.format('%d', now + ARGV[3]))
    redis.call('PEXPIRE', guests_key, ARGV[3])
  else
    redis.call('HDEL', guests_key, process)
  end
  for i = 8, 7 + seen do
    redis.call('ZADD', people_key, now, ARGV[i])
  end
  for i = 8 + seen, 7 + seen + left do
    redis.call('ZREM', people_key, ARGV[i])
  end
  for i = 8 + seen + left, #ARGV do
    redis.call('PFADD', unique_key, ARGV[i])
  end
  redis.call('ZREMRANGEBYSCORE', people_key, '-inf', since)
  redis.call('PEXPIRE', people_key, ARGV[4])
  redis.call('EXPIRE', unique_key, ARGV[5])
end
local total, all = redis.call('ZCOUNT', people_key, '(' .. string.format('%d', since), '+inf'), redis.call('HGETALL', guests_key)
for i = 1, #all, 2 do
  local count, expires = string.match(all[i + 1], '^(%d+) (%d+)$')
  if count and tonumber(expires) > now then
    total = total + count
  elseif process ~= '' then
    redis.call('HDEL', guests_key, all[i])
  end
end
local peak = tonumber(redis.call('GET', peak_key) or '0')
if process ~= '' and total > peak then
  peak = total
  redis.call('SET', peak_key, peak, 'EX', ARGV[5])
end
return {total, peak, redis.call('PFCOUNT', unique_key)}
