"""Whose turn it is: media before joins, but not without them. Joins starve media long before loss shows it.

A crowd that joins brings thousands of steps of about a millisecond (an offer to answer, a handshake's flight). They
are let through one by one, each in a turn of the loop of its own so that the port is read in between. While media waits
they have at most 4 ms before it goes on for its 8, and when it is late already one step (measured: a share of a third
is too much for a process whose media takes 70 % of its core). Addresses take turns, so one that opens many sessions
waits for itself."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable

JOINS_S = 0.004
LATE_S = 0.010

Callback = Callable[[], None]


class Turns:
    """`soon(callback)` runs the callback in the loop's next turn, in the order of the calls."""

    def __init__(self, clock: Callable[[], float], soon: Callable[[Callback], object]) -> None:
        self._clock = clock
        self._soon = soon
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self._media: Callback | None = None
        self._late = False
        self._working = False
        self._began = 0.0
        self._spent = 0.0

    def media(self, pump: Callback, waited_s: float) -> None:
        """Run the pump soon: at once after the joins have had their share. The oldest frame has waited so long."""
        if self._working:
            self._media, self._late = pump, waited_s > LATE_S
        else:
            self._soon(pump)

    async def take(self, address: Hashable) -> None:
        """Wait until a join of this address may do its next step, which ends when it waits for something."""
        future = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(address, deque()).append(future)
        if not self._working:
            self._working = True
            self._soon(self._next)
        await future

    def _next(self) -> None:
        enough = self._spent > 0 if self._late else self._spent >= JOINS_S
        if self._media is not None and (enough or not self._waiting):
            pump, self._media, self._spent = self._media, None, 0.0
            self._soon(pump)
            self._soon(self._next)
            return
        future = self._first()
        if future is None:
            self._working = False
            return
        # The step itself stands between the other two, since waking its task is a callback too.
        self._soon(self._begin)
        future.set_result(None)
        self._soon(self._end)

    def _first(self) -> asyncio.Future[None] | None:
        while self._waiting:
            address, futures = next(iter(self._waiting.items()))
            future = futures.popleft()
            if futures:
                self._waiting.move_to_end(address)
            else:
                del self._waiting[address]
            if not future.done():  # its session may have ended meanwhile
                return future
        return None

    def _begin(self) -> None:
        self._began = self._clock()

    def _end(self) -> None:
        self._spent += self._clock() - self._began
        self._next()
