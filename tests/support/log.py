"""A moderation log on a real database: a key and a file for its heads, and rulings to be written."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text

from livecart.adapters.log_marks import FILE, Ed25519MarkKey, MarkFile
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.store import SqlStore
from livecart.domain.ids import PersonId
from livecart.domain.moderation_log import Ruling, RulingKind, Words
from livecart.services.audit import Audit
from livecart.services.log_marks import LogMarks
from livecart.services.log_proof import LogProof

_numbers = count(1)


@dataclass(slots=True)
class Time:
    ms: int = 1_000

    def now_ms(self) -> int:
        return self.ms


def ruling(at_ms: int = 1_000, **changed: Any) -> Ruling:
    """A password reset: nothing else in the database must fit it."""
    person = PersonId(f"person-{next(_numbers)}")
    whole = {"kind": RulingKind.PASSWORD_RESET, "by": None, "subject": f"person:{person}", "person": person}
    return Ruling(at_ms=at_ms, **{**whole, **changed})


class Log:
    def __init__(self, database: Database, folder: Path, secret: str = "secret") -> None:
        self.database = database
        self.store = SqlStore(database)
        self.clock = Time()
        self.file = folder / FILE
        key, copies = Ed25519MarkKey(secret), MarkFile(self.file)
        self.marks = LogMarks(self.store, self.clock, key, copies)
        self.audit = Audit(self.store, LogProof(key, copies))

    async def write(self, number: int = 1, **changed: Any) -> None:
        """So many rows, each in a transaction of its own, a second apart."""
        for _ in range(number):
            self.clock.ms += 1_000
            words = Words("because", "of this")
            async with self.store.write() as tx:
                await tx.log.append(ruling(self.clock.ms, **{"words": words, **changed}))

    async def tamper(self, *statements: str) -> None:
        async with self.database.write() as connection:
            for statement in statements:
                await connection.execute(text(statement))

    async def faults(self) -> dict[str, tuple[str, ...]]:
        return {finding.invariant: finding.faults for finding in await self.audit.run() if finding.faults}

    async def figures(self) -> dict[str, tuple[int, tuple[str, ...]]]:
        return {finding.invariant: (finding.checked, finding.figures) for finding in await self.audit.run()}
