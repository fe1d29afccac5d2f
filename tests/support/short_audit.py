"""The audit for the end of a test: only those questions that can have an answer there.

What a question finds depends on nothing but the tables that it names. While these are empty it finds what it finds in
an empty database, which is nothing (tests/contract/test_audit.py). Most tests fill a fifth of all tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from livecart.adapters.sql.all_tables import metadata
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.evidence import QUESTIONS, SqlEvidence
from livecart.adapters.sql.evidence_question import Question

_FILLED = " UNION ALL ".join(f"SELECT '{name}' AS name WHERE EXISTS (SELECT 1 FROM {name})" for name in metadata.tables)


async def short_audit(database: Database) -> dict[str, tuple[str, ...]]:
    """The invariants that are broken, with the rows that break them: all asked in two statements."""
    async with database.read() as connection:
        filled = frozenset((await connection.exec_driver_sql(_FILLED)).scalars())
        asked = [each for each in QUESTIONS if _named(each.table, each.broken) & filled]
        broken = list((await connection.exec_driver_sql(_any_of(asked))).scalars()) if asked else []
    if not broken:
        return {}
    async with database.read() as connection:
        findings = await SqlEvidence(connection).findings([asked[number] for number in broken])
    return {finding.invariant: finding.faults for finding in findings}


def _any_of(asked: Sequence[Question]) -> str:
    """Selects the numbers of those that some row breaks."""
    return " UNION ALL ".join(
        f"SELECT {number} AS number WHERE EXISTS (SELECT 1 FROM ({each.broken}) AS broken)"
        for number, each in enumerate(asked)
    )


@cache
def _named(*parts: str) -> frozenset[str]:
    """The tables that a question speaks of."""
    words = {word for part in parts for word in re.findall(r"\w+", part)}
    return frozenset(words & metadata.tables.keys())
