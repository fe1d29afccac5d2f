"""How many watch each show: every process reports who is there with it, which expires with it; a person who is in a
show with several processes counts once.

The ports Headcount (to report) and Presence (to ask). A report says what has changed since the last one.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.errors import UnavailableError
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports import Attendance

# Counts are reported each second; a process that missed this many is gone.
LIFE_MS = 5_000
_NOBODY: frozenset[PersonId] = frozenset()
_UNLIKE = -1


class RedisPresence:
    def __init__(self, client: Redis) -> None:
        self._client = client
        self._process = secrets.token_hex(6)
        self._told: dict[ShowId, frozenset[PersonId]] = {}
        self._script = client.register_script(Path(__file__).with_name("presence.lua").read_text("utf-8"))

    async def report(self, here: Mapping[ShowId, Attendance]) -> dict[ShowId, int]:
        """Tells who is there with this process (nobody: withdraws it) and answers the figures of all processes.

        Raises UnavailableError.
        """
        found = await self._report(here)
        # After a silence, or a loss of Redis, changes alone do not make the whole.
        unlike = {show: here[show] for show, count in found.items() if count == _UNLIKE}
        if unlike:
            for show in unlike:
                self._told.pop(show, None)
            found |= await self._report(unlike)
        return {show: max(0, count) for show, count in found.items()}

    async def viewers(self, show: ShowId) -> int:
        """0 while Redis is away: a figure is nothing to fail a page for."""
        try:
            with translated():
                return int(await self._script(keys=[show_key(show, "viewers")], args=["", 0, 0]))
        except UnavailableError:
            return 0

    async def _report(self, here: Mapping[ShowId, Attendance]) -> dict[ShowId, int]:
        if not here:
            return {}
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                for show, there in here.items():
                    keys = [show_key(show, "viewers")]
                    await self._script(keys=keys, args=self._changes(show, there), client=pipe)
                totals = await pipe.execute()
        for show, there in here.items():
            if there.people:
                self._told[show] = there.people
            else:
                self._told.pop(show, None)
        return dict(zip(here, map(int, totals), strict=True))

    def _changes(self, show: ShowId, there: Attendance) -> list[str | int]:
        told = self._told.get(show, _NOBODY)
        come, gone = there.people - told, told - there.people
        return [self._process, there.guests, LIFE_MS, len(there.people), len(come), *come, *gone]
