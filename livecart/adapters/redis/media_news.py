"""What the media processes tell without being asked, as far as a room wants to know it: who speaks.

It may be lost, and told twice where jobs run twice: it says how it is now. The channel has more than that, told as it
happens, for whoever wants it; what shows and calls need is in the media processes' reports (media_gateway.py).
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import msgpack
import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from livecart.adapters.redis.connection import translated
from livecart.domain.errors import UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, ShowId
from livecart.services.ports import Clock, Ids, ShowLog

_log = structlog.get_logger(__name__)

CHANNEL = "livecart:media:events"
SPEAKER = "speaker"
LISTEN_S = 0.5
AWAY_S = 0.25
# Who speaks changes twice a second at most.
OLD_MS = 5_000


class MediaNews:
    """`run_once` listens for half a second, again and again."""

    def __init__(self, redis: Redis, log: ShowLog, clock: Clock, ids: Ids) -> None:
        self._redis = redis
        self._log = log
        self._clock = clock
        self._ids = ids
        self._pubsub: PubSub | None = None

    async def run_once(self) -> None:
        """Raises UnavailableError; what is told meanwhile is lost."""
        until_ms = self._clock.now_ms() + LISTEN_S * 1000
        try:
            with translated():
                if self._pubsub is None:
                    self._pubsub = self._redis.pubsub(ignore_subscribe_messages=True)
                    await self._pubsub.subscribe(CHANNEL)
                while self._clock.now_ms() < until_ms:
                    message = await self._pubsub.get_message(timeout=LISTEN_S)
                    if message is not None:
                        await self._hear(message["data"])
        except UnavailableError:
            await self.close()
            # Whoever calls again does so at once.
            await asyncio.sleep(AWAY_S)
            raise

    async def close(self) -> None:
        pubsub, self._pubsub = self._pubsub, None
        if pubsub is not None:
            with suppress(RedisError, OSError):
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py left it without types

    async def _hear(self, data: object) -> None:
        told = _decoded(data)
        slot, at_ms = told.get("slot"), told.get("at_ms")
        if told.get("type") != SPEAKER or not isinstance(at_ms, int) or not isinstance(slot, int | None):
            return
        now_ms = self._clock.now_ms()
        if now_ms - at_ms < OLD_MS:
            show = ShowId(str(told["show"]))
            await self._log.announce(ShowEvent(EventId(self._ids.new()), show, SPEAKER, {"slot": slot}, now_ms))


def _decoded(data: object) -> dict[str, Any]:
    try:
        told = msgpack.unpackb(data) if isinstance(data, bytes) else None
    except (ValueError, msgpack.UnpackException) as error:
        _log.warning("news of a media process does not decode", fault=str(error))
        return {}
    return told if isinstance(told, dict) and "show" in told else {}
