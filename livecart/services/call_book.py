"""The one place where a call changes: its row, and what the person, the staff and the room are told in the same commit.

The staff hears of every change of who is on stage, but of the queue twice a second at most: ten thousand who ask at
once are one event with their number. What it was not told at once, `catch_up` tells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from livecart.domain.call import Call, CallDesk, CallState
from livecart.domain.events import CALL_REQUESTED, ShowEvent
from livecart.domain.ids import EventId, ShowId
from livecart.domain.people import Person
from livecart.domain.places import public
from livecart.domain.show import Show
from livecart.services.call_views import STAGE, call_view, full_view, stage_entry, stage_view
from livecart.services.ports import Clock, PublishGrant, PublishTokens
from livecart.services.store import Transaction
from livecart.services.store_calls import QueueQuery

TOLD_PERSON = "call.state"
STAFF_EVERY_MS = 500
# Of a token that is asked for by somebody on stage: long enough to negotiate.
TOKEN_MS = 60_000
# Changes of the queue, not of the stage.
_QUEUE = frozenset({CallState.REQUESTED, CallState.CANCELLED, CallState.DECLINED})


class CallBook:
    def __init__(self, clock: Clock, grants: PublishTokens) -> None:
        self._clock = clock
        self._grants = grants

    def credentials(self, show: Show, call: Call) -> dict[str, Any]:
        """Where and with what the caller publishes next; nothing for whoever is not on stage."""
        if not call.on_stage or call.slot is None:
            return {}
        expires_ms = self._clock.now_ms() + TOKEN_MS
        if call.until_ms is not None and call.state is CallState.ACCEPTED:
            expires_ms = min(expires_ms, call.until_ms)
        number = call.publications + 1
        grant = PublishGrant(show.id, call.person, show.topic_version, expires_ms, call.id, call.slot, number)
        return {"whip_url": public(f"/whip/{show.id}"), "publish_token": self._grants.issue(grant)}

    async def enter(self, tx: Transaction, show: Show, desk: CallDesk, call: Call) -> dict[str, Any]:
        """A call that is new; answers its view."""
        await tx.calls.add(call)
        return await self._tell(tx, show, desk, None, call)

    async def change(self, tx: Transaction, show: Show, desk: CallDesk, before: Call, call: Call) -> dict[str, Any]:
        """`before` has become `call`; answers its view. The desk was read in this transaction."""
        await tx.calls.save(call)
        return await self._tell(tx, show, desk, before, call)

    async def catch_up(self, tx: Transaction, show: ShowId) -> None:
        """Tells the staff of a queue that changed more often than it was told."""
        desk = await tx.calls.desk(show)
        call = await tx.calls.last_changed(show)
        if desk.untold and call is not None:
            now_ms = self._clock.now_ms()
            await tx.calls.save_desk(show, replace(desk, told_at_ms=now_ms, untold=False))
            await tx.outbox.add(await self._to_staff(tx, call, await full_view(tx, call), f"{now_ms}"))

    async def told_stage(self, tx: Transaction, show: ShowId, desk: CallDesk) -> CallDesk:
        """Tells the room how the stage is now, under a new version."""
        desk = replace(desk, version=desk.version + 1)
        await tx.calls.save_desk(show, desk)
        calls = [call for call in await tx.calls.staged(show) if call.seen]
        view = stage_view(calls, await tx.people.many([call.person for call in calls]), desk)
        now_ms = self._clock.now_ms()
        await tx.outbox.add(ShowEvent(EventId(f"{STAGE}:{show}:{desk.version}"), show, STAGE, view, now_ms))
        return desk

    async def tell_cleared(self, tx: Transaction, cleared: Sequence[tuple[Call, Person]]) -> None:
        """Tells each of many that he does not wait any more, and the staff of the last of them."""
        now_ms = self._clock.now_ms()
        events = []
        for call, person in cleared:
            name = EventId(f"{TOLD_PERSON}:{call.id}:{call.version}")
            data = {"call": call_view(call, person, None)}
            events.append(ShowEvent(name, call.show, TOLD_PERSON, data, now_ms, call.person))
        if cleared:
            call, person = cleared[-1]
            events.append(await self._to_staff(tx, call, call_view(call, person, None), "cleared"))
            await tx.outbox.add(*events)

    async def tell_person(self, tx: Transaction, call: Call, data: dict[str, Any]) -> None:
        name = EventId(f"{TOLD_PERSON}:{call.id}:{call.version}")
        await tx.outbox.add(ShowEvent(name, call.show, TOLD_PERSON, data, self._clock.now_ms(), call.person))

    async def _tell(
        self, tx: Transaction, show: Show, desk: CallDesk, before: Call | None, call: Call
    ) -> dict[str, Any]:
        person = await tx.people.get(call.person)
        view = call_view(call, person, await tx.calls.position(call))
        needs_token = call.state is CallState.ACCEPTED or _just_lost(before, call)
        await self.tell_person(tx, call, {"call": view} | (self.credentials(show, call) if needs_token else {}))
        listed = [stage_entry(each, person) if each is not None and each.seen else None for each in (before, call)]
        if listed[0] != listed[1]:
            desk = await self.told_stage(tx, show.id, desk)
        queued = call.state in _QUEUE and (before is None or before.state is CallState.REQUESTED)
        await self._tell_staff(tx, desk, call, view, coalesced=queued)
        return view

    async def _tell_staff(
        self, tx: Transaction, desk: CallDesk, call: Call, view: dict[str, Any], *, coalesced: bool
    ) -> None:
        now_ms = self._clock.now_ms()
        if coalesced:
            soon = now_ms - desk.told_at_ms < STAFF_EVERY_MS
            changed = replace(desk, untold=True) if soon else replace(desk, told_at_ms=now_ms, untold=False)
            if changed != desk:
                await tx.calls.save_desk(call.show, changed)
            if soon:
                return
        await tx.outbox.add(await self._to_staff(tx, call, view, "now"))

    async def _to_staff(self, tx: Transaction, call: Call, view: dict[str, Any], when: str) -> ShowEvent:
        data = {"call": view, "waiting": await tx.calls.count(QueueQuery(call.show))}
        name = EventId(f"{CALL_REQUESTED}:{call.id}:{call.version}:{when}")
        return ShowEvent(name, call.show, CALL_REQUESTED, data, self._clock.now_ms())


def _just_lost(before: Call | None, call: Call) -> bool:
    """He may come back with a new token."""
    return before is not None and before.lost_at_ms is None and call.lost_at_ms is not None
