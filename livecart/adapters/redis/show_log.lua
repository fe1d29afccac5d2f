-- Numbers an event, keeps it in the show's capped Stream and announces it, in one step.
-- The Stream's ids are `<seq>-0`, so that a range read needs no index and a missing number shows.
--
-- KEYS  seq, log, seen, epoch: all tagged {show}
-- ARGV  event id ('' only asks for the position), body, random part of a fresh epoch,
--       events kept, ids remembered, seconds until an idle log is dropped, channel,
--       the only epoch to publish in ('': whichever it is)
local seq_key, log_key, seen_key, epoch_key = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local event, body, channel = ARGV[1], ARGV[2], ARGV[7]

-- A server that was restarted or promoted may have lost the last numbers and would hand them out again,
-- so its run id is part of the epoch.
local server = string.sub(string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'), 1, 12)
local epoch, seq = redis.call('GET', epoch_key), redis.call('GET', seq_key)
if not epoch or not seq or string.sub(epoch, 1, 12) ~= server then
  epoch, seq = server .. ARGV[3], 0
  redis.call('DEL', log_key, seen_key)
  redis.call('SET', epoch_key, epoch, 'EX', ARGV[6])
  redis.call('SET', seq_key, 0, 'EX', ARGV[6])
end
if event == '' or (ARGV[8] ~= '' and ARGV[8] ~= epoch) then
  return {epoch, tonumber(seq)}
end

local old = redis.call('ZSCORE', seen_key, event)
if old then
  return {epoch, tonumber(old)}
end
seq = redis.call('INCR', seq_key)
redis.call('XADD', log_key, 'MAXLEN', ARGV[4], string.format('%d-0', seq), 'e', body)
redis.call('ZADD', seen_key, seq, event)
redis.call('ZREMRANGEBYSCORE', seen_key, '-inf', seq - tonumber(ARGV[5]))
for _, key in ipairs(KEYS) do
  redis.call('EXPIRE', key, ARGV[6])
end
redis.call('PUBLISH', channel, string.format('%s %d ', epoch, seq) .. body)
return {epoch, seq}
