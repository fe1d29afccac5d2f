"""What the clock and the media processes do to calls: deadlines, callers whose media is gone, slots that are nobody's.

SQL says who should be in which slot and how; media processes say who is. Where they differ for whatever reason (a web
process was killed between the two, a media process was, Redis was away) the media processes are told again.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace

from livecart.domain.call import ON_AIR, OPEN, Call, CallState, CallStep
from livecart.domain.errors import LivecartError, NotFoundError, UnavailableError
from livecart.domain.ids import CallId, PersonId, ShowId
from livecart.services.call_book import STAFF_EVERY_MS, CallBook
from livecart.services.calls import CallPorts, CallTerms
from livecart.services.ports import OnAir

# A handshake, and a report that comes each second.
ARRIVING_MS = 4_000
ASTRAY_AT_ONCE = 200
Slot = tuple[ShowId, int]


class StageKeeping:
    """May run twice at once: each change looks again at the call as it is then."""

    def __init__(self, ports: CallPorts, terms: CallTerms) -> None:
        self._store = ports.store
        self._clock = ports.clock
        self._media = ports.media
        self._book: CallBook = ports.book
        self._lost_ms = terms.lost_ms

    async def run_once(self) -> None:
        """Raises UnavailableError; what can be done without media processes is done before."""
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            astray = await tx.calls.astray(now_ms, ASTRAY_AT_ONCE)
            staged = await tx.calls.staged()
            untold = await tx.calls.untold(now_ms - STAFF_EVERY_MS)
        for call, why in astray:
            await self._change(call.id, lambda found, why=why: found.advance(CallStep.END, now_ms, reason=why))  # type: ignore[misc]
        for call in staged:
            if _due(call, now_ms) is not None:
                await self._change(call.id, lambda found: _due(found, now_ms))
        for show in untold:
            async with self._store.write() as tx:
                await self._book.catch_up(tx, show)
        await self._compare(await self._media.on_air())

    async def _compare(self, on_air: Sequence[OnAir]) -> None:
        now_ms = self._clock.now_ms()
        async with self._store.read() as tx:
            staged = await tx.calls.staged()
        seats = {(call.show, call.slot): call for call in staged if call.on_stage}
        flowing: set[tuple[ShowId, int, PersonId]] = set()
        for seen in on_air:
            seat = seats.get((seen.show, seen.slot))
            if seat is None or seat.person != seen.holder:
                with contextlib.suppress(LivecartError):
                    await self._media.unseat(seen.show, seen.slot, seen.holder)
                continue
            if seen.live:
                flowing.add((seen.show, seen.slot, seen.holder))
            if (seen.shown, seen.muted) != (seat.seen, seat.muted):
                with contextlib.suppress(NotFoundError, UnavailableError):
                    await self._media.stage(seen.show, seen.slot, seen.holder, shown=seat.seen, muted=seat.muted)
        for call in staged:
            if call.state in ON_AIR and call.slot is not None:
                flows = (call.show, call.slot, call.person) in flowing
                if self._judged(call, now_ms, flows=flows) is not None:
                    await self._change(call.id, lambda found, flows=flows: self._judged(found, now_ms, flows=flows))  # type: ignore[misc]

    def _judged(self, call: Call, now_ms: int, *, flows: bool) -> Call | None:
        """What becomes of a call whose media flows or not; None if nothing."""
        if call.state not in ON_AIR:
            return None
        if flows:
            return None if call.lost_at_ms is None else call.changed(now_ms, lost_at_ms=None)
        if call.lost_at_ms is None:
            late = now_ms - (call.media_at_ms or 0) > ARRIVING_MS
            return call.changed(now_ms, lost_at_ms=now_ms) if late else None
        if now_ms - call.lost_at_ms < self._lost_ms:
            return None
        return call.advance(CallStep.END, now_ms, reason="media_gone")

    async def _change(self, call_id: CallId, decide: Callable[[Call], Call | None]) -> None:
        """Under the lock of the show's calls; whoever was faster has decided."""
        async with self._store.write() as tx:
            show = await tx.shows.get((await tx.calls.get(call_id)).show)
            desk = await tx.calls.desk(show.id)
            before = await tx.calls.get(call_id)
            if before.state not in OPEN:
                return
            call = decide(before)
            if call is None:
                return
            await self._book.change(tx, show, desk, before, call)
        if before.on_stage and before.slot is not None:
            with contextlib.suppress(NotFoundError, UnavailableError):
                if not call.on_stage:
                    await self._media.unseat(call.show, before.slot, call.person)
                elif before.seen != call.seen:
                    await self._media.stage(call.show, before.slot, call.person, shown=call.seen, muted=call.muted)


def _due(call: Call, now_ms: int) -> Call | None:
    """What the clock makes of a call: its time is over, or its delay."""
    if call.until_ms is not None and call.until_ms <= now_ms:
        return call.advance(CallStep.EXPIRE, now_ms, reason="time_up")
    waits = call.state is CallState.LIVE and not call.shown and call.shown_at_ms is not None
    if waits and call.shown_at_ms is not None and call.shown_at_ms <= now_ms:
        return replace(call.changed(now_ms), shown=True)
    return None
