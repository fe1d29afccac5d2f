"""Clients for Redis from a URL, and the one place where its errors become ours.

Nothing is sent twice: redis-py repeats a command that timed out up to ten times, which a command that counts may not
survive. Whoever wants a repeat asks for it and makes it idempotent. The pool waits for a free connection instead of
raising.
"""

from __future__ import annotations

import asyncio
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from livecart.domain.errors import UnavailableError

COMMAND_TIMEOUT_S = 2.0
CONNECTIONS = 16
RETRY_AFTER_MS = 1_000


def connect(url: str, *, connections: int = CONNECTIONS, timeout_s: float = COMMAND_TIMEOUT_S) -> Redis:
    """A client for commands. `url` is redis://, rediss:// or unix:///path; nothing is opened before the first use."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=connections,
        timeout=timeout_s,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)


def connect_subscriber(url: str) -> Redis:
    """A client whose one connection waits for news without a time-out; the bus notices by itself when it is deaf."""
    pool = BlockingConnectionPool.from_url(
        url,
        max_connections=2,
        timeout=COMMAND_TIMEOUT_S,
        socket_timeout=None,
        socket_connect_timeout=COMMAND_TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
    )
    return Redis.from_pool(pool)


async def end_tasks(*tasks: asyncio.Task[None]) -> None:
    """Cancels until all have ended: redis-py 8 loses a cancellation that meets one of its own time-outs."""
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=0.05)


class translated:  # noqa: N801 -- reads as a word: `with translated():`
    """Turns what the client raises when Redis is away, loading, full or slow into UnavailableError."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: Any) -> None:
        if isinstance(error, RedisError | OSError | TimeoutError):
            raise UnavailableError("the message bus does not answer", retry_after_ms=RETRY_AFTER_MS) from error
