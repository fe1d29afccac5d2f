"""The purge: what has outlived its period goes, unless a legal hold keeps it, and a report says how much went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from livecart.domain.people import Permission, Person
from livecart.services.log_marks import LogMarks
from livecart.services.ports import Clock, Ids
from livecart.services.retention import Retention
from livecart.services.store import Store, Transaction
from livecart.services.store_retention import Due, Purged, PurgeRun, RecordKind
from livecart.services.views import rfc3339

_log = structlog.get_logger(__name__)

DAY_MS = 24 * 3600 * 1000
# In one transaction: whoever buys meanwhile on SQLite waits for no more than this.
ORDERS_AT_ONCE = 100
ROWS_AT_ONCE = 500
# Each with up to two thousand people who were paid.
PACKETS_AT_ONCE = 2
_AT_ONCE = {
    RecordKind.ORDERS: ORDERS_AT_ONCE,
    RecordKind.TOP_UPS: ORDERS_AT_ONCE,
    RecordKind.GIFTS: ORDERS_AT_ONCE,
    RecordKind.RED_PACKETS: PACKETS_AT_ONCE,
}


@dataclass(frozen=True, slots=True)
class Periods:
    """How many days each kind of record is kept; 0: for good."""

    days: Mapping[RecordKind, int]

    def before_ms(self, kind: RecordKind, now_ms: int) -> int | None:
        """What is older goes; None: nothing does."""
        days = self.days[kind]
        return now_ms - days * DAY_MS if days else None


@dataclass(frozen=True, slots=True)
class Look:
    """What a purge would do to one kind now."""

    kind: RecordKind
    before_ms: int | None
    found: Due


class Purge:
    """Safe to run twice and on two machines."""

    def __init__(self, store: Store, clock: Clock, ids: Ids, periods: Periods, log: LogMarks) -> None:
        self._store = store
        self._clock = clock
        self._ids = ids
        self._periods = periods
        self._log = log

    async def run(self) -> Sequence[Purged]:
        """Removes what is due; what was removed or held, by kind. Raises ConflictError `log_broken`, `no_key`.

        The decisions come last: if their log is broken, the others have gone already.
        """
        now_ms = self._clock.now_ms()
        done = []
        for kind in RecordKind:
            before_ms = self._periods.before_ms(kind, now_ms)
            if before_ms is not None:
                done.append(await self._purge(kind, before_ms, now_ms))
        return done

    async def look(self) -> Sequence[Look]:
        """What a run would do now, which changes nothing."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            return [await self._look(tx, kind, now_ms) for kind in RecordKind]

    async def report(self, person: Person) -> dict[str, Any]:
        """Periods, what is due and held now, and what has been removed so far. Raises ForbiddenError."""
        person.require(Permission.RUN_SHOP)
        found = await self.look()
        async with self._store.read() as tx:
            totals = await tx.retention.totals()
            count = await tx.retention.count_holds()
        kinds = []
        for each in found:
            total = totals.get(each.kind)
            kinds.append(
                {
                    "kind": each.kind.value,
                    "days": self._periods.days[each.kind],
                    "before": rfc3339(each.before_ms),
                    "due": each.found.due,
                    "held": each.found.held,
                    "removed": 0 if total is None else total.removed,
                    "last_at": None if total is None else rfc3339(total.last_at_ms),
                }
            )
        return {"kinds": kinds, "legal_holds": count}

    async def figures(self) -> tuple[Mapping[str, int], int]:
        """For the metrics: how many records were removed of each kind so far, and how many holds there are."""
        async with self._store.read() as tx:
            totals = await tx.retention.totals()
            count = await tx.retention.count_holds()
        return {kind.value: totals[kind].removed if kind in totals else 0 for kind in RecordKind}, count

    async def _look(self, tx: Transaction, kind: RecordKind, now_ms: int) -> Look:
        before_ms = self._periods.before_ms(kind, now_ms)
        if before_ms is None:
            return Look(kind, None, Due(0, 0))
        return Look(kind, before_ms, await tx.retention.due(kind, before_ms))

    async def _purge(self, kind: RecordKind, before_ms: int, now_ms: int) -> Purged:
        if kind is RecordKind.CHAT:
            removed = await Retention(self._store, self._periods.days[kind]).forget_chat(now_ms)
        elif kind is RecordKind.DECISIONS:
            removed = await self._decisions(before_ms)
        else:
            removed = await self._records(kind, before_ms, now_ms)
        async with self._store.read() as tx:
            held = (await self._look(tx, kind, now_ms)).found.held
        purged = Purged(kind, now_ms, before_ms, removed, held)
        if removed:
            _log.info("purged", kind=kind.value, removed=removed, held=held, before=rfc3339(before_ms))
            async with self._store.write() as tx:
                await tx.retention.report(purged, self._ids.new())
        return purged

    async def _records(self, kind: RecordKind, before_ms: int, now_ms: int) -> int:
        forgotten = 0
        while True:
            async with self._store.read() as tx:
                old = await tx.retention.old(kind, before_ms, _AT_ONCE.get(kind, ROWS_AT_ONCE))
            if not old:
                return forgotten
            async with self._store.write() as tx:
                done = await tx.retention.forget(kind, old, PurgeRun(self._ids.new(), before_ms, now_ms))
            forgotten += done
            if not done:
                return forgotten

    async def _decisions(self, before_ms: int) -> int:
        """Rows of the log, and then what they spoke of, as far as the log has been purged."""
        removed = await self._log.purge(before_ms)
        purged_ms = min(before_ms, await self._log.purged_before())
        async with self._store.write() as tx:
            return removed + await tx.retention.forget_decisions(purged_ms)
