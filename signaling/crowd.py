"""What the crowd does as one figure a second: likes added up, viewers counted. Never one event per person."""

from __future__ import annotations

import logging
from collections import Counter

from livecart.domain.errors import UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId, ShowId
from livecart.services.ports import Attendance, Clock, Headcount, Ids, ShowLog
from signaling.hub import Hub

_NOBODY = Attendance(0, frozenset())
_log = logging.getLogger(__name__)


class LikeTally:
    """The likes of this process's sockets since the last time that they were told."""

    def __init__(self) -> None:
        self._counts: Counter[ShowId] = Counter()

    def add(self, show: ShowId, count: int) -> None:
        self._counts[show] += count

    def take(self) -> Counter[ShowId]:
        counts, self._counts = self._counts, Counter()
        return counts


class Crowd:
    """`tell` is called once a second. While Redis is away likes are dropped and figures stand still."""

    def __init__(self, hub: Hub, likes: LikeTally, headcount: Headcount, log: ShowLog, clock: Clock, ids: Ids) -> None:
        self._hub = hub
        self._likes = likes
        self._headcount = headcount
        self._log = log
        self._clock = clock
        self._ids = ids
        self._told: dict[ShowId, int] = {}

    async def tell(self) -> None:
        likes = self._likes.take()
        try:
            for show, count in likes.items():
                await self._log.announce(self._event(show, "likes", count))
            await self._count_viewers()
        except UnavailableError:
            _log.debug("the crowd's figures wait for the message bus")

    async def withdraw(self) -> None:
        """This process has no viewers any more."""
        try:
            await self._headcount.report(dict.fromkeys(self._told, _NOBODY))
        except UnavailableError:
            _log.debug("the counts of this process expire by themselves")

    async def _count_viewers(self) -> None:
        here = self._hub.attendance()
        left = {show: _NOBODY for show in self._told if show not in here}
        totals = await self._headcount.report({**here, **left})
        for show, count in totals.items():
            if show in here and self._told.get(show) != count:
                self._hub.loose(self._event(show, "viewers", count))
        self._told = {show: totals[show] for show in here}

    def _event(self, show: ShowId, kind: str, count: int) -> ShowEvent:
        return ShowEvent(EventId(self._ids.new()), show, kind, {"count": count}, self._clock.now_ms())
