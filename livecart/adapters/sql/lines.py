"""The lines of one process to PostgreSQL: opened for the pools, watched, and cut all at once when nobody answers.

A server that stands still (its disk, its machine, the network) accepts connections and answers nothing, so whoever
waits for it waits for ever, and holds a connection that the next one waits for. Here all of them are told together, as
soon as the pulse is lost, and the next ones at once, until the server answers again. Nothing is cancelled politely:
that would be one more question to somebody who does not answer.

What was under way is in doubt: a server that goes on later finds the statements that it had been sent, a COMMIT among
them, and carries them out. Money and goods move under keys, so asking again tells what became of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakSet

import structlog

from livecart.adapters.sql.pulse import Pulse, Step
from livecart.domain.errors import UnavailableError

_log = structlog.get_logger(__name__)

TICK_S = 0.025
CONNECT_S = 5.0
# A question that was not answered for so long is asked anew, on another line: this one may lead nowhere.
ASK_ANEW_S = 1.0
# No statement of ours takes longer, so it waits on a line that is dead alone; migrations have no such limit.
STATEMENT_S = 300.0
RETRY_MS = 1_000


class Lines:
    """`open` is given to the pools. Owns one task from the first use to `close()`, which is idempotent.

    `on_cut` is called whenever all lines were cut.
    """

    def __init__(self, patience_ms: int, on_cut: Callable[[], None]) -> None:
        self._on_cut = on_cut
        self._pulse = Pulse(max(2, round(patience_ms / 1000 / TICK_S)))
        self._ask_anew_s = max(ASK_ANEW_S, patience_ms / 1000)
        self._open: WeakSet[Any] = WeakSet()
        self._opening: set[asyncio.Task[Any]] = set()
        self._where: dict[str, Any] = {}
        # Set while there is something to watch.
        self._busy = asyncio.Event()
        self._watching: asyncio.Task[None] | None = None
        self._question: asyncio.Task[None] | None = None
        # Where the question is asked.
        self._line: Any = None
        self._closed = False

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Around everything that asks the database. Raises UnavailableError at once while nobody answers."""
        if self._pulse.lost:
            raise no_answer()
        if self._watching is None and not self._closed:
            self._watching = asyncio.create_task(self._watch(), name="watch over the database")
        self._pulse.begun()
        self._busy.set()
        try:
            yield
            self._pulse.heard()
        finally:
            self._pulse.ended()

    async def open(self, **where: Any) -> Any:
        """An asyncpg connection. Raises OSError when nobody answers, and what asyncpg raises when it is refused."""
        if self._pulse.lost:
            raise ConnectionError("the database does not answer")
        self._where = {"timeout": CONNECT_S, **where}
        opening = asyncio.create_task(_connect(self._where))
        self._opening.add(opening)
        try:
            await asyncio.wait([opening])
        except asyncio.CancelledError:
            opening.cancel()
            raise
        finally:
            self._opening.discard(opening)
        if opening.cancelled():
            raise ConnectionError("the database does not answer")
        connection = opening.result()
        self._open.add(connection)
        if self._line is None:
            # So that it is there when it is needed: to make a line takes longer than to answer on one.
            self._begin_question()
        return connection

    async def close(self) -> None:
        self._closed = True
        tasks = [task for task in (self._watching, self._question) if task is not None]
        self._watching = self._question = None
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._hang_up()

    async def _watch(self) -> None:
        while True:
            await self._busy.wait()
            await asyncio.sleep(TICK_S)
            match self._pulse.tick():
                case Step.REST:
                    self._busy.clear()
                case Step.ASK:
                    self._begin_question()
                case Step.CUT:
                    self._cut()

    def _begin_question(self) -> None:
        """Unless one is being asked."""
        if self._where and not self._closed and (self._question is None or self._question.done()):
            self._question = asyncio.create_task(self._ask(), name="question to the database")

    async def _ask(self) -> None:
        """An error counts as an answer: whoever asks will get the same, and is not kept waiting."""
        asking = asyncio.create_task(self._answer())
        try:
            await asyncio.wait([asking], timeout=self._ask_anew_s)
            if asking.done():
                if self._pulse.lost:
                    _log.info("the database answers again")
                self._pulse.answered()
        finally:
            if not asking.done() or asking.exception() is not None:
                self._hang_up()
                asking.cancel()

    async def _answer(self) -> None:
        if self._line is None:
            self._line = await _connect(self._where)
        self._pulse.asked()
        await self._line.fetchval("SELECT 1")

    def _hang_up(self) -> None:
        if self._line is not None:
            self._line.terminate()
        self._line = None

    def _cut(self) -> None:
        _log.warning("the database does not answer; requests are refused until it does", lines=len(self._open))
        for opening in tuple(self._opening):
            opening.cancel()
        for connection in tuple(self._open):
            connection.terminate()
        self._open.clear()
        self._on_cut()


async def _connect(where: Mapping[str, Any]) -> Any:
    import asyncpg  # type: ignore[import-untyped]  # noqa: PLC0415 -- a shop on SQLite does not load it

    return await asyncpg.connect(**where)


def no_answer() -> UnavailableError:
    return UnavailableError("the database does not answer", retry_after_ms=RETRY_MS)
