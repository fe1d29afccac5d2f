"""The ListReading port in a thread of its own: lists of 200,000 words take seconds, and chat goes on meanwhile.

One thread: two would only take turns. It shares the interpreter with the event loop, which waits a few milliseconds at
a time for it, and up to some twenty while a part of a filter is linked (`SHARD` in domain/word_filter.py).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from livecart.domain.errors import InvalidError, UnavailableError
from livecart.domain.word_filter import Filter
from livecart.domain.word_list import WordList, decode_lines, parse_list
from livecart.services.ports_filter import Upload

# Nearly all are the lists of single shows, which take milliseconds. Long ones are uploaded two at a time.
WAITING_MAX = 64

T = TypeVar("T")
_log = structlog.get_logger(__name__)


class ThreadedListReading:
    def __init__(self, *, waiting_max: int = WAITING_MAX) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="lists")
        self._waiting = 0
        self._waiting_max = waiting_max

    async def check(self, raw: bytes, lines_max: int) -> Upload:
        return await self._run(lambda: _checked(raw, lines_max))

    async def build(self, lists: Mapping[str, str]) -> Filter:
        return await self._run(lambda: Filter((name, _kept(name, text).entries) for name, text in lists.items()))

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._waiting_max:
            raise UnavailableError("too many word lists at once", code="busy", retry_after_ms=5_000)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1


def _checked(raw: bytes, lines_max: int) -> Upload:
    text = decode_lines(raw)
    found = parse_list(text, lines_max=lines_max)
    return Upload(text, len(found.entries), found.repeated)


def _kept(name: str, text: str) -> WordList:
    """A list that is not in order any more, after an upgrade, is said to be so and left out; the others hold."""
    try:
        return parse_list(text)
    except InvalidError as error:
        _log.error("a word list cannot be read and is left out", list=name, fields=error.fields)
        return WordList(())
