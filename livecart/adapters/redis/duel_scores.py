"""The score of a show that is in a duel: one small hash per show, which every web process adds to once a second.

SQL has the score too, a second late; a hash that Redis has lost is made anew from there.
"""

from __future__ import annotations

from collections.abc import Mapping

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.duel import COUNTING_MS
from livecart.domain.ids import DuelId, ShowId

# Of a duel that nobody has looked after any more.
KEPT_MS = 3_600_000

# KEYS the hash; ARGV the duel, when its clock runs out, the score that SQL has, for how long it is kept
_OPEN = """
if redis.call('HGET', KEYS[1], 'duel') ~= ARGV[1] then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'duel', ARGV[1], 'until', ARGV[2], 'score', ARGV[3])
end
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return tonumber(redis.call('HGET', KEYS[1], 'score'))
"""

# KEYS the hash; ARGV the likes, the time, for how long after the clock's end likes still count
_ADD = """
local ends = redis.call('HGET', KEYS[1], 'until')
if not ends or tonumber(ARGV[2]) > tonumber(ends) + tonumber(ARGV[3]) then return 0 end
return redis.call('HINCRBY', KEYS[1], 'score', ARGV[1])
"""


class RedisScores:
    """The port Scores."""

    def __init__(self, client: Redis) -> None:
        self._open = client.register_script(_OPEN)
        self._add = client.register_script(_ADD)

    async def open(self, show: ShowId, duel: DuelId, until_ms: int, score: int) -> int:
        with translated():
            return int(await self._open(keys=[show_key(show, "duel")], args=[duel, until_ms, score, KEPT_MS]))

    async def add(self, likes: Mapping[ShowId, int], now_ms: int) -> None:
        for show, count in likes.items():
            with translated():
                await self._add(keys=[show_key(show, "duel")], args=[count, now_ms, COUNTING_MS])
