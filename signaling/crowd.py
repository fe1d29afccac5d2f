"""What the crowd does as one figure a second: likes added up, viewers counted, arrivals. Never one event per person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from livecart.domain.errors import UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.figures import Attendance, Counted
from livecart.domain.ids import EventId, ShowId
from livecart.domain.limits import Rate
from livecart.services.ports import Clock, Headcount, Ids, SharedRates, ShowLog
from livecart.services.ports_duels import Scores
from signaling.hub import Hub
from signaling.ports import KeepFigures
from signaling.tallies import Tallies, Unkept

# SQL keeps the figures; a process that is killed loses this many seconds of likes.
KEEP_EVERY_S = 10

# A crowded show is told of what was left out at most this often, whoever of the processes tells it.
LEFT_OUT_TOLD = Rate(1, 1)

_NOBODY = Attendance()
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CrowdPorts:
    headcount: Headcount
    log: ShowLog
    clock: Clock
    ids: Ids
    keep: KeepFigures
    rates: SharedRates
    scores: Scores


class Crowd:
    """`tell` is called once a second. While Redis is away likes are not shown and figures stand still."""

    def __init__(self, hub: Hub, tallies: Tallies, ports: CrowdPorts) -> None:
        self._hub = hub
        self._tallies = tallies
        self._ports = ports
        self._told: dict[ShowId, Counted] = {}
        self._unkept = Unkept()
        self._ticks = 0

    async def tell(self) -> None:
        try:
            await self._tell_likes()
            await self._tell_arrivals()
            await self._tell_left_out()
            await self._count_viewers()
        except UnavailableError:
            _log.debug("the crowd's figures wait for the message bus")
        self._ticks += 1
        if self._ticks % KEEP_EVERY_S == 0:
            await self._keep()

    async def withdraw(self) -> None:
        """This process has no viewers any more."""
        try:
            await self._tell_likes()
            await self._tell_left_out()
            await self._ports.headcount.report(dict.fromkeys(self._told, _NOBODY))
        except UnavailableError:
            _log.debug("the counts of this process expire by themselves")
        await self._keep()

    async def _tell_likes(self) -> None:
        likes = self._tallies.likes.take()
        for show, count in likes.items():
            self._unkept.like(show, count)
        await self._ports.scores.add(likes, self._ports.clock.now_ms())
        for show, count in likes.items():
            await self._ports.log.announce(self._event(show, "likes", {"count": count}))

    async def _tell_arrivals(self) -> None:
        for show, arrived in self._tallies.arrivals.take().items():
            data = {"kind": "joined", "count": arrived.count, "names": arrived.names}
            await self._ports.log.announce(self._event(show, "notice", data))

    async def _tell_left_out(self) -> None:
        """What cannot be told yet is told later; none of it is lost."""
        waiting = self._tallies.left_out.take()
        try:
            for show, count in list(waiting.items()):
                if not await self._ports.rates.take("left_out", show, LEFT_OUT_TOLD):
                    data = {"kind": "left_out", "count": count, "names": []}
                    await self._ports.log.announce(self._event(show, "notice", data))
                    del waiting[show]
        finally:
            for show, count in waiting.items():
                self._tallies.left_out.add(show, count)

    async def _count_viewers(self) -> None:
        here = self._hub.attendance()
        left = {show: _NOBODY for show in self._told if show not in here}
        totals = await self._ports.headcount.report({**here, **left})
        for show, counted in totals.items():
            before = self._told.get(show)
            if show in here and (before is None or before.viewers != counted.viewers):
                self._hub.loose(self._event(show, "viewers", {"count": counted.viewers}))
            if before != counted:
                self._unkept.count(show, counted)
        self._told = {show: totals[show] for show in here}

    async def _keep(self) -> None:
        figures = self._unkept.take()
        if not figures:
            return
        try:
            await self._ports.keep(figures)
        except UnavailableError:
            _log.debug("the figures wait for the database")
            self._unkept.put_back(figures)

    def _event(self, show: ShowId, kind: str, data: Mapping[str, object]) -> ShowEvent:
        return ShowEvent(EventId(self._ports.ids.new()), show, kind, data, self._ports.clock.now_ms())
