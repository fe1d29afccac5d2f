"""Who may use a pool's connections: as many at once as it has, the others in the order in which they came.

A pool has a queue of its own, but nobody in it is told when a connection cannot be made: while the database stands
still, whoever waits there behind others who are connecting waits until his time is over.
"""

from __future__ import annotations

import asyncio
from collections import deque

from livecart.adapters.sql.lines import no_answer


class Turns:
    """`async with turns:` around whatever holds a connection. Raises UnavailableError after `timeout_s`.

    Whoever is cancelled while he waits leaves the queue, and a turn that he was just given goes to the next.
    """

    def __init__(self, count: int, timeout_s: float) -> None:
        self._free = count
        self._timeout_s = timeout_s
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        if self._free:
            self._free -= 1
            return
        loop = asyncio.get_running_loop()
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.append(turn)
        overdue = loop.call_later(self._timeout_s, _refuse, turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._pass_on()
            raise
        finally:
            overdue.cancel()

    async def __aexit__(self, *_: object) -> None:
        self._pass_on()

    def refuse_all(self) -> None:
        """Tells all who wait that there will be no connection; nothing to whoever has his turn."""
        while self._waiting:
            _refuse(self._waiting.popleft())

    def _pass_on(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def _refuse(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(no_answer())
