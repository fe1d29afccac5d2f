"""The SharedRates port: gcra.lua keeps one number per key, for all processes.

While Redis does not answer it is not asked each time: every request would wait for it, and orders go on without it.
"""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.domain.errors import UnavailableError
from livecart.domain.limits import Rate
from livecart.services.ports import Clock

# The client to give this should give up soon.
TIMEOUT_S = 0.5
REST_MS = 2_000

_log = logging.getLogger(__name__)


class RedisRates:
    def __init__(self, client: Redis, clock: Clock) -> None:
        self._client = client
        self._clock = clock
        self._rests_until_ms = 0
        self._away = False
        self._script = client.register_script(Path(__file__).with_name("gcra.lua").read_text("utf-8"))

    async def take(self, name: str, key: str, rate: Rate, cost: int = 1) -> int:
        if self._clock.now_ms() < self._rests_until_ms:
            raise UnavailableError("the message bus did not answer a moment ago", retry_after_ms=REST_MS)
        try:
            with translated():
                wait_ms = int(await self._script(keys=[_key(name, key)], args=[rate.interval_ms, rate.burst, cost]))
        except UnavailableError:
            self._rests_until_ms = self._clock.now_ms() + REST_MS
            if not self._away:
                _log.warning("rates are counted in this process alone: the message bus does not answer")
            self._away = True
            raise
        self._away = False
        return wait_ms


def _key(name: str, key: str) -> str:
    """Addresses and handles are nobody's to read there."""
    return f"livecart:rate:{name}:{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}"
