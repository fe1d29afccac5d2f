-- Notes who is in a show's room now: keeps since when, unless the person was away for longer than a short break.
-- KEYS  the show's hash: person -> "<since ms> <last seen ms>"
-- ARGV  milliseconds of a short break, seconds for which the hash is kept, the people
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
for i = 3, #ARGV do
  local kept = redis.call('HGET', KEYS[1], ARGV[i])
  local since, seen = string.match(kept or '', '^(%d+) (%d+)$')
  if not since or now - seen > tonumber(ARGV[1]) then since = now end
  redis.call('HSET', KEYS[1], ARGV[i], string.format('%d %d', since, now))
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
