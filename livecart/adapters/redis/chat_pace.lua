-- One person's last message in a show, over all processes: how long until the next one.
-- KEYS  the person's last: "<at_ms> <key>"
-- ARGV  pause in milliseconds, the message's key
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local at, key = string.match(redis.call('GET', KEYS[1]) or '', '^(%d+) (.*)$')
-- The same message again is not another one.
if key == ARGV[2] then
  return 0
end
local wait = at and tonumber(at) + tonumber(ARGV[1]) - now or 0
if wait > 0 then
  return wait
end
redis.call('SET', KEYS[1], string.format('%d', now) .. ' ' .. ARGV[2], 'PX', ARGV[1])
return 0
