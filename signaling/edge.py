"""The signaling plane as the composition root sees it: GET /ws, a start and an end.

Order of ending: no new sockets (503), the open ones are told when to come back (draining.py), then the tasks, the rooms
and the subscription end. Redis and SQL are closed by whoever opened them.
"""

from __future__ import annotations

import asyncio
import logging
import random
import socket as kernel
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from livecart.services.ports import Clock, Headcount, Ids, News, SharedRates, ShowLog
from livecart.services.ports_duels import Scores
from signaling.audience import CHUNK
from signaling.codec import SIZE_MAX
from signaling.crowd import Crowd, CrowdPorts
from signaling.dispatch import Dispatch, PersonLimits
from signaling.door import Door, Refused, draining
from signaling.draining import waves
from signaling.errors import CloseCode
from signaling.expulsion import Expulsion
from signaling.hub import Hub
from signaling.intake import ScannedWebSocket
from signaling.ports import Options, UseCases
from signaling.revocation import LOOK_S, Revocation
from signaling.session import Session
from signaling.tallies import Arrivals, ShowTally, Tallies
from signaling.websocket import FAREWELL_S, Socket

# A peer whose system takes nothing for so long (a closed window, or no line at all) is cut off, though little waits for
# it: it comes back and resumes. As outbox.STUCK_MS.
DEAF_MS = 8_000
# What the system keeps for a peer that does not read, doubled by it; by itself it would be up to 4 MB.
SEND_BUFFER_BYTES = 128 * 1024
SWEEP_S = 1.0
CROWD_S = 1.0
_USER_TIMEOUT: int | None = getattr(kernel, "TCP_USER_TIMEOUT", None)  # Linux
# Without a drain all is to be over soon: a peer that has not answered its farewell by then is cut off.
HURRIED_FAREWELL_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backbone:
    """What carries news and rates between processes, and the sources of time and identifiers."""

    news: News
    log: ShowLog
    headcount: Headcount
    clock: Clock
    ids: Ids
    rates: SharedRates
    scores: Scores


class _Phase(StrEnum):
    OPEN = "open"
    # Sockets are sent away, and none comes in.
    CLOSING = "closing"
    # The periodic steps end.
    ENDED = "ended"


class Signaling:
    """Route `GET /ws` to `handle`; `start()` before the first request, `close()` after the last."""

    def __init__(self, use_cases: UseCases, backbone: Backbone, options: Options) -> None:
        self._backbone = backbone
        self._limits = options.limits
        banned = use_cases.banned_addresses
        self._door = Door(options, use_cases.authenticate, banned, backbone.clock.now_ms)
        self._hub = Hub(backbone.news, backbone.clock.now_ms)
        tallies = Tallies(ShowTally(), Arrivals(), ShowTally())
        ports = CrowdPorts(
            backbone.headcount,
            backbone.log,
            backbone.clock,
            backbone.ids,
            use_cases.keep_figures,
            backbone.rates,
            backbone.scores,
        )
        limits = PersonLimits(options.limits, backbone.rates)
        self._crowd = Crowd(self._hub, tallies, ports)
        self._dispatch = Dispatch(use_cases, self._hub, tallies, limits, backbone.clock)
        self._sockets: set[Socket] = set()
        self._revocation = Revocation(self._hub, self._sockets, use_cases.find_ended, banned, backbone.clock.now_ms)
        self._expulsion = Expulsion(self._hub, self._sockets, use_cases.room, use_cases.moderating)
        self._tasks: list[asyncio.Task[None]] = []
        self._emptied = asyncio.Event()
        self._phase = _Phase.OPEN

    @property
    def sockets(self) -> int:
        return len(self._sockets)

    async def start(self) -> None:
        await self._backbone.news.start(self._revocation)
        await self._revocation.begin()
        self._tasks = [
            asyncio.create_task(self._each(SWEEP_S, self._sweep), name="socket sweep"),
            asyncio.create_task(self._each(LOOK_S, self._revocation.look), name="ended log-ins"),
            asyncio.create_task(self._each(LOOK_S, self._expulsion.look), name="standings"),
            asyncio.create_task(self._each(CROWD_S, self._crowd.tell), name="crowd figures"),
        ]

    async def close(self, drain_s: float = 0.0) -> None:
        """Tells every client to reconnect, spread over `drain_s`. Idempotent."""
        if self._phase is not _Phase.OPEN:
            return
        self._phase = _Phase.CLOSING
        await self._drain(drain_s)
        self._phase = _Phase.ENDED
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._crowd.withdraw()
        await self._hub.close()
        await self._backbone.news.close()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """GET /ws. Answers 400, 401, 403, 429 or 503 with a problem document when it becomes no socket."""
        try:
            if self._phase is not _Phase.OPEN:
                raise draining()
            visitor = await self._door.admit(request)
        except Refused as refused:
            return refused.response
        ws = ScannedWebSocket(
            protocols=(visitor.codec.subprotocol,),
            max_msg_size=SIZE_MAX,
            compress=False,
            heartbeat=None,
            autoping=False,
            autoclose=False,
            timeout=FAREWELL_S,
        )
        await ws.prepare(request)
        if request.transport is not None:
            _bound(request.transport)
            rate = None if visitor.exempt else self._limits.messages_per_socket
            expires_at_ms = None if visitor.signed_in is None else visitor.signed_in.expires_at_ms
            session = Session(self._backbone.clock.now_ms(), rate, expires_at_ms)
            await self._serve(Socket(ws, request.transport, visitor, session))
        return ws

    async def _serve(self, socket: Socket) -> None:
        self._sockets.add(socket)
        self._hub.connect(socket)
        if self._phase is not _Phase.OPEN:
            # Its handshake was answered while the others were sent away.
            socket.end(CloseCode.DRAINING, 0)
        try:
            await socket.serve(self._dispatch, self._hub, self._backbone.clock.now_ms)
        finally:
            self._sockets.discard(socket)
            if self._phase is not _Phase.OPEN and not self._sockets:
                self._emptied.set()
            await self._hub.disconnect(socket)

    async def _sweep(self) -> None:
        now_ms = self._backbone.clock.now_ms()
        for number, socket in enumerate(list(self._sockets), 1):
            socket.sweep(now_ms)
            if number % CHUNK == 0:
                await asyncio.sleep(0)

    async def _drain(self, drain_s: float) -> None:
        for wave in waves(list(self._sockets), drain_s, random.random):
            for socket, return_ms in wave.farewells:
                socket.end(CloseCode.DRAINING, return_ms)
            await asyncio.sleep(wave.pause_s)
        if self._sockets:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._emptied.wait(), min(FAREWELL_S, max(drain_s, HURRIED_FAREWELL_S)))
            for socket in self._sockets:
                socket.cut()

    async def _each(self, every_s: float, step: Callable[[], Awaitable[None]]) -> None:
        """A step that fails is told and tried again: a plane without its sweep would never let anybody go.

        The flag is asked too, since a cancellation can be lost inside a step (redis-py 8).
        """
        while self._phase is not _Phase.ENDED:
            await asyncio.sleep(every_s)
            try:
                await step()
            except Exception:  # noqa: BLE001 -- told below, with its traceback
                _log.exception("a periodic step failed")


def _bound(transport: asyncio.Transport) -> None:
    with suppress(OSError):  # it is closed already
        held = transport.get_extra_info("socket")
        held.setsockopt(kernel.SOL_SOCKET, kernel.SO_SNDBUF, SEND_BUFFER_BYTES)
        if _USER_TIMEOUT is not None:
            held.setsockopt(kernel.IPPROTO_TCP, _USER_TIMEOUT, DEAF_MS)
