"""The real clock and the real sources of identifiers and secrets."""

from __future__ import annotations

import os
import secrets
import time


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


class RandomIds:
    """48 bits of time, for index locality, then 80 random bits, so that nobody can guess another's id."""

    def new(self) -> str:
        return f"{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"


class RandomSeeds:
    """What a red packet's shares follow from: nobody may guess it."""

    def new(self) -> str:
        return secrets.token_hex(32)
