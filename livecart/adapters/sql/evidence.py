"""What the audit asks the database: for each invariant of the books, the rows that break it.

Plain SQL, the same on both engines, and on purpose none of the code that wrote the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from livecart.adapters.sql import (
    evidence_admin,
    evidence_gifts,
    evidence_live,
    evidence_moderation,
    evidence_offers,
    evidence_orders,
    evidence_packets,
    evidence_payments,
    evidence_reports,
    evidence_waitlist,
)
from livecart.adapters.sql.evidence_question import Question
from livecart.services.store import Finding

# Enough to see what is wrong; a broken book may have millions.
FAULTS_SHOWN = 20
FIGURES_SHOWN = 50


QUESTIONS = (
    *evidence_orders.QUESTIONS,
    *evidence_payments.QUESTIONS,
    *evidence_offers.QUESTIONS,
    *evidence_packets.QUESTIONS,
    *evidence_gifts.QUESTIONS,
    *evidence_waitlist.QUESTIONS,
    *evidence_moderation.QUESTIONS,
    *evidence_admin.QUESTIONS,
    *evidence_live.QUESTIONS,
    *evidence_reports.QUESTIONS,
)


class SqlEvidence:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def findings(self, questions: Iterable[Question] = QUESTIONS) -> Sequence[Finding]:
        if self._connection.dialect.name == "postgresql":
            # Otherwise each statement would see its own moment of a sale that goes on.
            await self._connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        return [await self._finding(question) for question in questions]

    async def _finding(self, question: Question) -> Finding:
        count = f"SELECT COUNT(*) FROM {question.table}"  # noqa: S608 -- a constant above
        checked = (await self._connection.execute(text(count))).scalar_one()
        rows = (await self._connection.execute(text(question.broken))).mappings()
        faults = tuple(_said(row) for row in islice(rows, FAULTS_SHOWN))
        figures: tuple[str, ...] = ()
        if question.figures:
            sums = (await self._connection.execute(text(question.figures))).mappings()
            figures = tuple(_said(row) for row in islice(sums, FIGURES_SHOWN))
        return Finding(question.invariant, checked, faults, figures)


def _said(row: Any) -> str:
    return ", ".join(f"{name} {value}" for name, value in row.items())
