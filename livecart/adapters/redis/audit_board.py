"""The last audit's report in Redis, where every web process finds it for /metrics; a lost one comes again."""

from __future__ import annotations

import msgspec
from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.services.standing_audit import AuditReport

KEY = "livecart:audit"


class RedisAuditBoard:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def put(self, report: AuditReport) -> None:
        with translated():
            await self._redis.set(KEY, msgspec.msgpack.encode(report))

    async def get(self) -> AuditReport | None:
        with translated():
            raw = await self._redis.get(KEY)
        try:
            return msgspec.msgpack.decode(raw, type=AuditReport) if isinstance(raw, bytes) else None
        except msgspec.DecodeError:
            # Another version's; the next audit replaces it.
            return None
