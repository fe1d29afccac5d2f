"""Keeps this process's copies of what SQL has up to date (word lists; who is muted, banned or appointed): at news of a
change, and every few seconds, since news may be lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import structlog

from livecart.domain.errors import UnavailableError
from livecart.domain.events import LISTS_CHANGED, ShowEvent

LOOK_EVERY_S = 5.0
AGAIN_S = 1.0

_log = structlog.get_logger(__name__)


class ListWatch:
    """Owns one task between `start` and `close`. `at`: the type of the news."""

    def __init__(
        self, look: Callable[[], Awaitable[None]], *, every_s: float = LOOK_EVERY_S, at: str = LISTS_CHANGED
    ) -> None:
        self._look = look
        self._every_s = every_s
        self._at = at
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def heard(self, event: ShowEvent) -> None:
        """Takes a process's news."""
        if event.type == self._at:
            self._news.set()

    async def start(self) -> None:
        """Reads before the first message; with SQL away it is read later; nothing is said till then."""
        with suppress(UnavailableError):
            await self._look()
        self._task = asyncio.create_task(self._watch(), name=f"watch for {self._at}")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _watch(self) -> None:
        wait_s = self._every_s
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._news.wait()
            self._news.clear()
            wait_s = self._every_s
            try:
                await self._look()
            except UnavailableError:
                wait_s = AGAIN_S
            except Exception:  # noqa: BLE001 -- told here: one fault must not leave it as it is for good
                _log.exception("what has changed could not be read", news=self._at)
