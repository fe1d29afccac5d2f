"""One commit for many commands: hundreds who want the same goods at once share one transaction and one row lock.

A batch locks its rows, looks up its keys, decides everything in memory, writes the changes with a handful of statements
and commits; only then is anybody answered. A batch that fails is tried again in halves, so that one command that cannot
be written fails alone. Several processes may do this against one PostgreSQL: the row locks let one batch in at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.batcher import Batcher
from livecart.adapters.sql.books import SqlBooks
from livecart.adapters.sql.bulk import meanwhile
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.keys import KeyTakenError, SqlKeys, key_rows
from livecart.adapters.sql.outbox import SqlOutbox, outbox_rows
from livecart.adapters.sql.preferences import without_the_discreet
from livecart.domain.batch import Verdict, decide_all
from livecart.domain.books import Books, Command
from livecart.domain.errors import ConflictError, UnavailableError
from livecart.domain.events import ShowEvent
from livecart.domain.idempotency import KeyScope
from livecart.domain.news import News
from livecart.services.commerce_news import gift_events, news_event, offer_events, packet_events, stock_events
from livecart.services.ports import Clock

A = TypeVar("A")

MAX_BATCH = 512
MAX_WAIT_S = 0.005
# About one second of work on a small machine; more would only be a slower refusal.
MAX_WAITING = 4_096
# serialization_failure and deadlock_detected: nothing is wrong with the batch, it met another one.
_TRY_AGAIN = {"40001", "40P01"}
_TRIES = 3


class _NothingChanged(Exception):  # noqa: N818 -- no fault: it ends the transaction without a commit
    """Nobody's command changed anything."""


class GroupCommitter:
    """The Committer port on SQL. Works between `start()` and `close()`; `close()` commits what was accepted.

    `on_commit` gets the books of every batch once they are committed.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        *,
        max_batch: int = MAX_BATCH,
        max_wait_s: float = MAX_WAIT_S,
        max_waiting: int = MAX_WAITING,
        on_commit: Callable[[Books], None] | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._on_commit = on_commit
        self._batcher: Batcher[Command[Any], Any] = Batcher(
            self._flush, max_items=max_batch, max_wait_s=max_wait_s, max_waiting=max_waiting
        )

    async def start(self) -> None:
        await self._batcher.start()

    async def close(self) -> None:
        await self._batcher.close()

    async def submit(self, command: Command[A]) -> A:
        answer: A = await self._batcher.submit(command)
        return answer

    async def submit_all(self, commands: Sequence[Command[A]]) -> Sequence[A | BaseException]:
        return await asyncio.gather(*(self.submit(command) for command in commands), return_exceptions=True)

    async def _flush(self, commands: Sequence[Command[Any]]) -> Sequence[Any]:
        """One answer or exception for each command, whatever happens to the batch."""
        try:
            return await self._commit_with_retry(commands)
        except UnavailableError as error:
            return [error] * len(commands)
        except Exception as error:  # noqa: BLE001 -- whatever it is, only the command that causes it may suffer
            if len(commands) == 1:
                return [_refusal(error)]
        middle = len(commands) // 2
        return [*await self._flush(commands[:middle]), *await self._flush(commands[middle:])]

    async def _commit_with_retry(self, commands: Sequence[Command[Any]]) -> Sequence[Any]:
        for _ in range(_TRIES - 1):
            try:
                return await self._commit(commands)
            except KeyTakenError:
                continue
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _TRY_AGAIN:
                    raise
        return await self._commit(commands)

    async def _commit(self, commands: Sequence[Command[Any]]) -> Sequence[Any]:
        """Tells what became of them; a batch of refusals leaves no trace, and so costs no commit."""
        now_ms = self._clock.now_ms()
        try:
            async with self._database.write() as connection:
                keys = SqlKeys(connection)
                keyed = _first_of_each_key(commands)
                books = await SqlBooks(connection).open(commands)
                # With the rows locked: what another process decided under one of these keys is committed by now.
                known = await keys.known(keyed)
                verdict = decide_all(books, commands, known, now_ms)
                if not verdict.changes:
                    raise _NothingChanged
                await self._write(connection, verdict, books, now_ms)
        except _NothingChanged:
            pass
        if self._on_commit is not None:
            self._on_commit(books)
        return verdict.answers

    async def _write(self, connection: AsyncConnection, verdict: Verdict, books: Books, now_ms: int) -> None:
        news = await without_the_discreet(connection, [each for change in verdict.changes for each in change.news])
        told, kept = await meanwhile(
            SqlBooks(connection).write(verdict.changes, books),
            lambda: (outbox_rows(_events(news, books, now_ms)), key_rows(verdict.kept, now_ms)),
        )
        await SqlOutbox(connection).add_rows(told)
        await SqlKeys(connection).keep(kept)


def _events(news: Sequence[News], books: Books, now_ms: int) -> list[ShowEvent]:
    counted = (*stock_events(books, now_ms), *offer_events(books, now_ms), *packet_events(books, now_ms))
    return [*(news_event(each, now_ms) for each in news), *counted, *gift_events(books, now_ms)]


def _first_of_each_key(commands: Sequence[Command[Any]]) -> dict[KeyScope, Command[Any]]:
    keyed: dict[KeyScope, Command[Any]] = {}
    for command in commands:
        if command.request is not None:
            keyed.setdefault(command.request.scope, command)
    return keyed


def _refusal(error: Exception) -> Exception:
    """A constraint that said no is the command's fault; anything else is a defect of ours and is passed on as it is."""
    if isinstance(error, DBAPIError):
        refusal = ConflictError("the books do not admit this")
        refusal.__cause__ = error
        return refusal
    return error
