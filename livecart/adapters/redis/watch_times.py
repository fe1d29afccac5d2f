"""For how long each person has been in a show's room: noted beside the headcount that every process reports.

Who comes is noted within a second, and everybody again each REFRESH_S, so that a process that died, or a line that
broke, costs nobody the time that he has watched.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.errors import UnavailableError
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import PersonId, ShowId
from livecart.services.ports import Headcount

REFRESH_S = 15.0
# Longer than two refreshes: one may meet a moment without Redis.
BREAK_MS = 45_000
KEPT_S = 48 * 3600
_AT_ONCE = 2_000


class RedisWatchTimes:
    """The port WatchTimes; as a Headcount it passes every report on and notes the people in it."""

    def __init__(self, client: Redis, headcount: Headcount) -> None:
        self._client = client
        self._headcount = headcount
        self._noted: dict[ShowId, frozenset[PersonId]] = {}
        self._refreshed_at = 0.0
        self._script = client.register_script(Path(__file__).with_name("watch_times.lua").read_text("utf-8"))

    async def report(self, present: Mapping[ShowId, Attendance]) -> dict[ShowId, Counted]:
        counted = await self._headcount.report(present)
        # What could not be noted is noted with the next report.
        with suppress(UnavailableError):
            await self._note(present)
        return counted

    async def watched_ms(self, show: ShowId, person: PersonId) -> int:
        """0 for whoever is not there. Raises UnavailableError."""
        with translated():
            async with self._client.pipeline(transaction=False) as pipe:
                pipe.time()
                pipe.hget(show_key(show, "watching"), person)
                (seconds, micros), kept = await pipe.execute()
        if kept is None:
            return 0
        since, seen = map(int, kept.split())
        now_ms = int(seconds) * 1000 + int(micros) // 1000
        return now_ms - since if now_ms - seen <= BREAK_MS else 0

    async def _note(self, present: Mapping[ShowId, Attendance]) -> None:
        now = time.monotonic()
        refresh = now - self._refreshed_at >= REFRESH_S
        for show, there in present.items():
            known = frozenset[PersonId]() if refresh else self._noted.get(show, frozenset())
            await self._keep(show, sorted(there.people - known))
            self._noted[show] = there.people
        if refresh:
            self._refreshed_at = now
            self._noted = {show: people for show, people in self._noted.items() if people}

    async def _keep(self, show: ShowId, people: Sequence[PersonId]) -> None:
        for start in range(0, len(people), _AT_ONCE):
            with translated():
                await self._script(
                    keys=[show_key(show, "watching")], args=[BREAK_MS, KEPT_S, *people[start : start + _AT_ONCE]]
                )
