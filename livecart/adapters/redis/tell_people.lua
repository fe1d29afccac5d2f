-- Keeps what people alone are told for their return, and tells it to the processes, in one step for all of them.
-- A command for each of these three things and each event costs the relay more than the event itself.
--
-- KEYS  of each event its person's stream
-- ARGV  events kept of a person, seconds until a stream is dropped, channel; then of each event its body
for number, key in ipairs(KEYS) do
  local body = ARGV[3 + number]
  redis.call('XADD', key, 'MAXLEN', ARGV[1], '*', 'e', body)
  redis.call('EXPIRE', key, ARGV[2])
  redis.call('PUBLISH', ARGV[3], '- - ' .. body)
end
