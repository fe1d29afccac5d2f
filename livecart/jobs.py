"""What runs by the clock: the outbox relay, chat that was left behind, the sweeper of reservations, bans, and shows
following their media; and chores.

On SQLite this runs inside the one web process, on PostgreSQL in `livecart jobs`. Every job may run twice at once. Most
of them have nothing to do most of the time: what there is to do is asked in one question for all (agenda.py).
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import structlog

from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.adapters.redis.media_nodes import NodeReport
from livecart.agenda import Agenda
from livecart.domain.errors import LivecartError, UnavailableError
from livecart.domain.ids import ShowId
from livecart.domain.show import ShowState
from livecart.services.bans import Bans
from livecart.services.orders import EXPIRED_AT_ONCE, Orders
from livecart.services.ports import Clock
from livecart.services.relaying import OutboxRelay
from livecart.services.retention import Retention
from livecart.services.shows import Shows
from livecart.services.store_agenda import Task

_log = structlog.get_logger(__name__)

RELAY_EVERY_S = 0.05
RELAY_BATCH = 256
# What was committed elsewhere than in this process: by a command, at most.
LOOK_ANYWAY_S = 1.0
AGENDA_EVERY_S = 0.25
CHAT_EVERY_S = 0.5
# Whoever kept a line has told it long before, unless something is wrong.
CHAT_SETTLED_MS = 1_000
SWEEP_EVERY_S = 2.0
SHOWS_EVERY_S = 0.5
BANS_EVERY_S = 0.5
FORGET_EVERY_S = 3600.0
CLEAR_S = 1.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Work by the clock that needs nothing from the other jobs."""

    name: str
    every_s: float
    work: Callable[[], Awaitable[object]]
    # It need not run while there is none of these.
    tasks: Collection[Task] = ()


@dataclass(frozen=True, slots=True)
class Jobs:
    relay: OutboxRelay
    orders: Orders
    retention: Retention
    shows: Shows
    media: RedisMediaGateway
    bans: Bans
    clock: Clock
    wake: asyncio.Event | None
    agenda: Agenda
    chores: Sequence[Chore] = ()

    async def run(self, stop: asyncio.Event) -> None:
        """Runs every job until `stop` is set; the one under way is finished."""
        async with asyncio.TaskGroup() as tasks:
            for chore in (*self._own, *self.chores):
                tasks.create_task(_every(chore, self.agenda, stop))

    @property
    def _own(self) -> Sequence[Chore]:
        return [
            Chore("agenda", AGENDA_EVERY_S, self.agenda.look),
            Chore("outbox", RELAY_EVERY_S, self._relay_news),
            Chore("chat", CHAT_EVERY_S, self._settle_chat, [Task.CHAT]),
            Chore("reservations", SWEEP_EVERY_S, self._sweep, [Task.RESERVATIONS]),
            Chore("retention", FORGET_EVERY_S, self._forget),
            Chore("bans", BANS_EVERY_S, self._enforce_bans, [Task.BANS]),
            Chore("shows", SHOWS_EVERY_S, self._follow_media, [Task.SHOWS]),
        ]

    async def _relay_news(self) -> None:
        """Woken by a commit where all commits are this process's own; otherwise it only looks again and again."""
        if self.wake is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_ANYWAY_S):
                    await self.wake.wait()
            self.wake.clear()
        while await self.relay.run_once(RELAY_BATCH) == RELAY_BATCH:
            pass

    async def _settle_chat(self) -> None:
        while await self.relay.settle_chat(self.clock.now_ms() - CHAT_SETTLED_MS, RELAY_BATCH) == RELAY_BATCH:
            pass

    async def _sweep(self) -> None:
        while await self.orders.expire_due(self.clock.now_ms()) >= EXPIRED_AT_ONCE:
            pass

    async def _forget(self) -> None:
        await self.retention.forget_old(self.clock.now_ms())

    async def _enforce_bans(self) -> None:
        await self.bans.enforce(self.media)

    async def _follow_media(self) -> None:
        """Shows become live when their media flows and interrupted when it stopped or its process died."""
        # Reports first: a show that is in them was opened before, so it is missing below only if it has ended.
        reports = {report.node: report for report in await self.media.reports()}
        states = await self.shows.open_states()
        reported = {ShowId(show) for report in reports.values() for show in report.shows}
        places = await self.media.places(reported | {show for show in states if states[show] is ShowState.LIVE})
        for show, state in states.items():
            node = places.get(show)
            # Redis may have forgotten the place of a show whose media flows on.
            holders = [report for name, report in reports.items() if show in report.shows and node in (name, None)]
            flowing = any(report.shows[show]["state"] == "live" for report in holders)
            if flowing != (state is ShowState.LIVE) and (flowing or state is ShowState.LIVE):
                await self.shows.media_reported(show, flowing=flowing, lost=node is not None and node not in reports)
        await self._close_strays(reports, states, places)

    async def _close_strays(
        self, reports: Mapping[str, NodeReport], states: Mapping[ShowId, ShowState], places: Mapping[ShowId, str]
    ) -> None:
        """Ended shows lose their sessions, and so does a process that slept while its show moved to another one."""
        for name, report in reports.items():
            for show in map(ShowId, report.shows):
                moved = places.get(show, name) != name and places[show] in reports
                if show not in states or moved:
                    # A process that does not answer is asked again in half a second.
                    with contextlib.suppress(UnavailableError, TimeoutError):
                        async with asyncio.timeout(CLEAR_S):
                            await self.media.clear_show(name, show)


async def _every(chore: Chore, agenda: Agenda, stop: asyncio.Event) -> None:
    """Runs it again and again. A part that is away is said once when it goes and once when it is back."""
    away = False
    while not stop.is_set():
        try:
            if not chore.tasks or agenda.has_any(chore.tasks):
                await chore.work()
                if away:
                    _log.info("job works again", job=chore.name)
                away = False
        except UnavailableError as error:
            if not away:
                _log.warning("job waits", job=chore.name, fault=error.message)
            away = True
        except LivecartError as error:
            _log.warning("job refused", job=chore.name, code=error.code, fault=error.message)
        except Exception:  # noqa: BLE001 -- a fault in one job must not end the others; it is logged with its trace
            _log.exception("job failed", job=chore.name)
        try:
            async with asyncio.timeout(chore.every_s):
                await stop.wait()
        except TimeoutError:
            continue
