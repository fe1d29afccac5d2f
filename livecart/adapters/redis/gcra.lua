-- One key's rate over all processes, as livecart/domain/limits.py has it: the state is the time of being back at rest.
-- KEYS  the state in milliseconds
-- ARGV  milliseconds that one unit costs, units at once, units asked for (0: only asks whether one would be granted)
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local interval, burst, cost = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local rest = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
-- A clock that was set back must not lock anybody out.
rest = math.min(rest, now + burst * interval)
local after = rest + math.max(cost, 1) * interval
local early = after - now - burst * interval
if early > 0.01 then
  return math.max(1, math.ceil(early))
end
if cost > 0 then
  redis.call('SET', KEYS[1], string.format('%.3f', after), 'PX', math.ceil(after - now))
end
return 0
