-- Keeps what people alone are told for their return, and tells it to the processes, in one step for all of them.
-- A command for each of these three things and each event costs the relay more than the event itself.
--
-- KEYS  of each event its person's stream
-- ARGV  events kept of a person, seconds until a stream is dropped, channel; then of each event its body
local bodies = {}
for number, key in ipairs(KEYS) do
  bodies[number] = ARGV[3 + number]
  redis.call('XADD', key, 'MAXLEN', ARGV[1], '*', 'e', bodies[number])
  redis.call('EXPIRE', key, ARGV[2])
end
-- A msgpack array of 16 bits' length.
local head = string.char(0xdc, math.floor(#bodies / 256), #bodies % 256)
redis.call('PUBLISH', ARGV[3], head .. table.concat(bodies))
