"""Who watches each show: every process reports who is there with it, which expires with it; a person who is in a show
with several processes counts once.

The ports Headcount (to report) and Presence (to ask). A report says what has changed since the last one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.errors import UnavailableError
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import ShowId

# Counts are reported each second; a process that missed this many is gone.
LIFE_MS = 5_000
# SQL keeps the peak and the estimate for good; here they outlast any show.
KEPT_S = 48 * 3600
_NOBODY = Attendance()
_UNLIKE = -1


class RedisPresence:
    def __init__(self, client: Redis) -> None:
        self._client = client
        self._process = secrets.token_hex(6)
        self._told: dict[ShowId, Attendance] = {}
        self._script = client.register_script(Path(__file__).with_name("presence.lua").read_text("utf-8"))

    async def report(self, present: Mapping[ShowId, Attendance]) -> dict[ShowId, Counted]:
        """Tells who is there with this process (nobody: withdraws it) and answers the figures of all processes.

        Raises UnavailableError.
        """
        found = await self._report(present)
        # After a silence, or a loss of Redis, changes alone do not make the whole.
        unlike = {show: present[show] for show, counted in found.items() if counted.viewers == _UNLIKE}
        self._forget(unlike)
        return found | await self._report(unlike)

    async def viewers(self, show: ShowId) -> int:
        """0 while Redis is away: a figure is nothing to fail a page for."""
        try:
            with translated():
                found = await self._script(keys=_keys(show), args=["", 0, 0, 0])
                return int(found[0])
        except UnavailableError:
            return 0

    async def _report(self, present: Mapping[ShowId, Attendance]) -> dict[ShowId, Counted]:
        if not present:
            return {}
        try:
            with translated():
                async with self._client.pipeline(transaction=False) as pipe:
                    for show, there in present.items():
                        await self._script(keys=_keys(show), args=self._changes(show, there), client=pipe)
                    answers = await pipe.execute()
        except UnavailableError:
            # Nobody knows how much of it arrived, so the next report is a whole one.
            self._forget(present)
            raise
        self._told.update(present)
        self._forget(show for show, there in present.items() if there == _NOBODY)
        return {show: Counted(*map(int, found)) for show, found in zip(present, answers, strict=True)}

    def _changes(self, show: ShowId, there: Attendance) -> list[str | int]:
        told = self._told.get(show, _NOBODY)
        come, gone = there.people - told.people, told.people - there.people
        counts = [int(show not in self._told), len(there.people), len(come), len(gone)]
        return [self._process, there.guests, LIFE_MS, KEPT_S, *counts, *come, *gone, *(there.faces - told.faces)]

    def _forget(self, shows: Iterable[ShowId]) -> None:
        for show in shows:
            self._told.pop(show, None)


def _keys(show: ShowId) -> list[str]:
    return [show_key(show, part) for part in ("viewers", "peak", "faces")]
