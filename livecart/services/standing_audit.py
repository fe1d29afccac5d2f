"""The audit that runs by the clock, so that a fault in the books is an alarm and not a discovery."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from livecart.services.audit import Audit
from livecart.services.ports import Clock
from livecart.services.store import Finding, Store

_log = structlog.get_logger(__name__)

# A large shop's audit reads everything: at most this share of the time is spent on it.
_SHARE = 1 / 20


@dataclass(frozen=True, slots=True)
class AuditReport:
    """When the audit last ran, how long it took, how many rows break each invariant, and how many were looked at."""

    at_ms: int
    took_s: float
    faults: dict[str, int]
    checked: dict[str, int]
    refunds_waiting: int


class AuditBoard(Protocol):
    """Where the last report is put up for every web process to see. Raises UnavailableError."""

    async def put(self, report: AuditReport) -> None: ...

    async def get(self) -> AuditReport | None: ...


class StandingAudit:
    def __init__(self, store: Store, audit: Audit, board: AuditBoard, clock: Clock) -> None:
        self._store = store
        self._audit = audit
        self._board = board
        self._clock = clock
        self._rest_until = 0.0

    async def run_once(self) -> None:
        """Runs the audit and puts its report up; does nothing while it rests from one that took long."""
        began = time.monotonic()
        if began < self._rest_until:
            return
        findings = await self._audit.run()
        async with self._store.read() as tx:
            waiting = await tx.payments.refunds_waiting()
        took_s = time.monotonic() - began
        self._rest_until = began + took_s / _SHARE
        for finding in findings:
            if finding.faults:
                _log.error("the books are wrong", invariant=finding.invariant, rows=list(finding.faults))
        await self._board.put(_report(findings, waiting, self._clock.now_ms(), took_s))


def _report(findings: Sequence[Finding], waiting: int, at_ms: int, took_s: float) -> AuditReport:
    return AuditReport(
        at_ms,
        took_s,
        {finding.invariant: len(finding.faults) for finding in findings},
        {finding.invariant: finding.checked for finding in findings},
        waiting,
    )
