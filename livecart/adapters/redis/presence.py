"""Who watches each show: every process reports whom it has, which expires with it; people count once over all.

The ports Headcount (to report) and Presence (to ask). A process tells who came and who left, and all of them again
every HEARTBEAT_S; somebody who closes one of two tabs at two processes is missing for that long at most.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.errors import UnavailableError
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import ShowId

# Guests are reported each second; a process that missed this many is gone.
LIFE_MS = 5_000
HEARTBEAT_S = 5.0
# Whoever was not named in two heartbeats is gone.
PERSON_LIFE_MS = int(2 * HEARTBEAT_S * 1000)
KEPT_S = 48 * 3600
_NOBODY = Attendance()


@dataclass(frozen=True, slots=True)
class _Told:
    """What Redis knows of a show from this process, and when it was told of everybody."""

    attendance: Attendance
    all_at_s: float


class RedisPresence:
    def __init__(self, client: Redis, now_s: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._now_s = now_s
        self._process = secrets.token_hex(6)
        self._script = client.register_script(Path(__file__).with_name("presence.lua").read_text("utf-8"))
        self._told: dict[ShowId, _Told] = {}

    async def report(self, present: Mapping[ShowId, Attendance]) -> dict[ShowId, Counted]:
        """Tells whom this process has (nobody withdraws it) and answers the figures. Raises UnavailableError."""
        if not present:
            return {}
        now_s = self._now_s()
        told = {show: self._next(show, attendance, now_s) for show, attendance in present.items()}
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                for show, attendance in present.items():
                    await self._script(
                        keys=_keys(show), args=self._arguments(show, attendance, told[show]), client=pipe
                    )
                answers = await pipe.execute()
        self._told.update(told)
        for show, attendance in present.items():
            if attendance == _NOBODY:
                del self._told[show]
        return {show: Counted(*map(int, found)) for show, found in zip(present, answers, strict=True)}

    async def viewers(self, show: ShowId) -> int:
        """0 while Redis is away: a figure is nothing to fail a page for."""
        try:
            with translated():
                found = await self._script(keys=_keys(show), args=["", 0, 0, PERSON_LIFE_MS, 0, 0, 0])
                return int(found[0])
        except UnavailableError:
            return 0

    def _next(self, show: ShowId, attendance: Attendance, now_s: float) -> _Told:
        told = self._told.get(show)
        fresh = told is None or now_s - told.all_at_s >= HEARTBEAT_S
        return _Told(attendance, now_s if told is None or fresh else told.all_at_s)

    def _arguments(self, show: ShowId, attendance: Attendance, following: _Told) -> list[Any]:
        told = self._told.get(show)
        before = _NOBODY if told is None else told.attendance
        beats = told is None or following.all_at_s != told.all_at_s
        seen = attendance.people if beats else attendance.people - before.people
        left = before.people - attendance.people
        # With a heartbeat all faces again: Redis may have been flushed meanwhile.
        faces = (
            (attendance.people | attendance.faces)
            if beats
            else ((attendance.people - before.people) | (attendance.faces - before.faces))
        )
        counts = [self._process, attendance.guests, LIFE_MS, PERSON_LIFE_MS, KEPT_S, len(seen), len(left)]
        return [*counts, *seen, *left, *faces]


def _keys(show: ShowId) -> list[str]:
    return [show_key(show, part) for part in ("guests", "people", "peak", "unique")]
