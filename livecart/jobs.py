"""What runs by the clock: the outbox relay, chat that was left behind, the sweeper of reservations, bans, and shows
following their media; and chores.

On SQLite this runs inside the one web process, on PostgreSQL in `livecart jobs`. Every job may run twice at once.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from livecart.adapters.redis.media_gateway import RedisMediaGateway
from livecart.adapters.redis.media_nodes import NodeReport
from livecart.domain.errors import LivecartError, UnavailableError
from livecart.domain.ids import ShowId
from livecart.domain.show import ShowState
from livecart.services.bans import Bans
from livecart.services.orders import EXPIRED_AT_ONCE, Orders
from livecart.services.ports import Clock
from livecart.services.relaying import OutboxRelay
from livecart.services.retention import Retention
from livecart.services.shows import Shows

_log = structlog.get_logger(__name__)

RELAY_EVERY_S = 0.05
RELAY_BATCH = 256
LOOK_ANYWAY_S = 0.25
CHAT_EVERY_S = 0.5
# Whoever kept a line has told it long before, unless something is wrong.
CHAT_SETTLED_MS = 1_000
SWEEP_EVERY_S = 2.0
SHOWS_EVERY_S = 0.5
# A draw is awaited by everybody who entered.
PACKETS_EVERY_S = 0.25
GIFTS_EVERY_S = 0.5
CALLS_EVERY_S = 0.5
# Of what waits by itself; and of trying again, while Redis is away.
SPEAKERS_EVERY_S = 0.1
BANS_EVERY_S = 0.5
# Deadlines of warnings.
INTERVENTIONS_EVERY_S = 1.0
FORGET_EVERY_S = 3600.0
PURGE_EVERY_S = 3600.0
REFUNDS_EVERY_S = 1.0
WAITLISTS_EVERY_S = 1.0
TOPICS_EVERY_S = 30.0
# What was decided since the last signature could be rewritten unseen by whoever writes to SQL.
HEADS_EVERY_S = 30.0
WALL_EVERY_S = 1.0
CLEAR_S = 1.0


@dataclass(frozen=True, slots=True)
class Chore:
    """Work by the clock that needs nothing from the other jobs."""

    name: str
    every_s: float
    work: Callable[[], Awaitable[object]]


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
    chores: Sequence[Chore] = ()

    async def run(self, stop: asyncio.Event) -> None:
        """Runs every job until `stop` is set; the one under way is finished."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_every("outbox", RELAY_EVERY_S, self._relay_news, stop))
            tasks.create_task(_every("chat", CHAT_EVERY_S, self._settle_chat, stop))
            tasks.create_task(_every("reservations", SWEEP_EVERY_S, self._sweep, stop))
            tasks.create_task(_every("retention", FORGET_EVERY_S, self._forget, stop))
            tasks.create_task(_every("bans", BANS_EVERY_S, self._enforce_bans, stop))
            tasks.create_task(_every("shows", SHOWS_EVERY_S, self._follow_media, stop))
            for chore in self.chores:
                tasks.create_task(_every(chore.name, chore.every_s, chore.work, stop))

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


async def _every(name: str, seconds: float, job: Callable[[], Awaitable[object]], stop: asyncio.Event) -> None:
    """Runs `job` again and again. A part that is away is said once when it goes and once when it is back."""
    away = False
    while not stop.is_set():
        try:
            await job()
            if away:
                _log.info("job works again", job=name)
            away = False
        except UnavailableError as error:
            if not away:
                _log.warning("job waits", job=name, fault=error.message)
            away = True
        except LivecartError as error:
            _log.warning("job refused", job=name, code=error.code, fault=error.message)
        except Exception:  # noqa: BLE001 -- a fault in one job must not end the others; it is logged with its trace
            _log.exception("job failed", job=name)
        try:
            async with asyncio.timeout(seconds):
                await stop.wait()
        except TimeoutError:
            continue
