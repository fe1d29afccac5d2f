"""The wall's pictures in Redis, which forgets them within a minute, and whether anybody looks at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.ids import ShowId
from livecart.services.ports_wall import WallPicture

LOOKED_AT = "livecart:wall:looked_at"
# The page asks each ten seconds.
LOOKS_MS = 30_000
# A little less than the pace of looking, or every second picture would come late.
TURN_MS = 9_500
KEPT_MS = 60_000
_AT, _JPEG = "at_ms", "jpeg"


class RedisWallBoard:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def look(self) -> None:
        with translated():
            await self._redis.set(LOOKED_AT, b"1", px=LOOKS_MS)

    async def is_looked_at(self) -> bool:
        with translated():
            return bool(await self._redis.exists(LOOKED_AT))

    async def take_turn(self, show: ShowId) -> bool:
        with translated():
            return bool(await self._redis.set(show_key(show, "still_turn"), b"1", px=TURN_MS, nx=True))

    async def keep(self, show: ShowId, picture: WallPicture) -> None:
        key = show_key(show, "still")
        with translated():
            async with self._redis.pipeline(transaction=True) as pipe:
                pipe.hset(key, mapping={_AT: str(picture.at_ms), _JPEG: picture.jpeg})
                pipe.pexpire(key, KEPT_MS)
                await pipe.execute()

    async def find(self, show: ShowId) -> WallPicture | None:
        with translated():
            at_ms, jpeg = await self._redis.hmget(show_key(show, "still"), [_AT, _JPEG])
        return WallPicture(int(at_ms), jpeg) if isinstance(at_ms, bytes) and isinstance(jpeg, bytes) else None

    async def times(self, shows: Sequence[ShowId]) -> Mapping[ShowId, int]:
        if not shows:
            return {}
        with translated():
            async with self._redis.pipeline(transaction=False) as pipe:
                for show in shows:
                    pipe.hget(show_key(show, "still"), _AT)
                found = await pipe.execute()
        return {show: int(at_ms) for show, at_ms in zip(shows, found, strict=True) if at_ms is not None}
