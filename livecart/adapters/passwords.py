"""Argon2id in a small thread pool: it frees the GIL, so a storm of log-ins slows log-ins and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError

from livecart.domain.errors import UnavailableError

# OWASP's second choice: 19 MiB, two passes; about 25 ms here.
MEMORY_KIB, PASSES, LANES = 19_456, 2, 1
THREADS = 2
# About two seconds of work; whoever comes later is told to come again.
WAITING_MAX = 160

T = TypeVar("T")


class Argon2Passwords:
    def __init__(self, *, waiting_max: int = WAITING_MAX) -> None:
        self._hasher = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._waiting = 0
        self._waiting_max = waiting_max

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(password))

    async def matches(self, password: str, password_hash: str) -> bool:
        return await self._run(lambda: self._verify(password, password_hash))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerifyMismatchError, VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= self._waiting_max:
            raise UnavailableError("too many log-ins at once", code="busy", retry_after_ms=2_000)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1
