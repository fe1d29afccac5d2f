"""How many watch each show: every process reports its own count, which expires with it, and the sum is the figure.

The ports Headcount (to report) and Presence (to ask).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.errors import UnavailableError
from livecart.domain.ids import ShowId

# Counts are reported each second; a process that missed this many is gone.
LIFE_MS = 5_000


class RedisPresence:
    def __init__(self, client: Redis) -> None:
        self._client = client
        self._process = secrets.token_hex(6)
        self._script = client.register_script(Path(__file__).with_name("presence.lua").read_text("utf-8"))

    async def report(self, counts: Mapping[ShowId, int]) -> dict[ShowId, int]:
        """Tells this process's counts (0 withdraws one) and answers the sums. Raises UnavailableError."""
        if not counts:
            return {}
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                for show, count in counts.items():
                    await self._script(
                        keys=[show_key(show, "viewers")], args=[self._process, count, LIFE_MS], client=pipe
                    )
                totals = await pipe.execute()
        return dict(zip(counts, map(int, totals), strict=True))

    async def viewers(self, show: ShowId) -> int:
        """0 while Redis is away: a figure is nothing to fail a page for."""
        try:
            with translated():
                return int(await self._script(keys=[show_key(show, "viewers")], args=["", 0, 0]))
        except UnavailableError:
            return 0
