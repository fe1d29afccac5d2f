"""Calling in: somebody asks or is invited, the staff accepts, admits, mutes, hides and ends.

SQL is the record; the media processes are told after the commit, and jobs (stage_keeping.py) tell them again what did
not arrive.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from livecart.domain.call import Call, CallDesk, Callers, CallState, CallStep, check_note, check_reason, free_slot
from livecart.domain.errors import ConflictError, ForbiddenError, NotFoundError, UnavailableError
from livecart.domain.ids import CallId, PersonId, ShowId
from livecart.domain.people import Person
from livecart.domain.rulings import call_decided
from livecart.domain.sanctions import refusal
from livecart.domain.show import Show
from livecart.domain.staffing import Duty
from livecart.services.bans import require_not_banned
from livecart.services.call_book import CallBook
from livecart.services.call_views import full_view
from livecart.services.ports import Clock, Ids, MediaGateway
from livecart.services.staffing import staffed
from livecart.services.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class CallTerms:
    """How long somebody has to answer, how long he is on stage where the show says nothing else, and how long his slot
    is kept when nothing comes of him any more."""

    answer_ms: int = 30_000
    minutes: int = 10
    lost_ms: int = 15_000


@dataclass(frozen=True, slots=True)
class CallPorts:
    store: Store
    clock: Clock
    ids: Ids
    media: MediaGateway
    book: CallBook


Change = Callable[[Transaction, Show, CallDesk, Call], Awaitable[Call]]


class Calls:
    """All of them raise NotFoundError, ForbiddenError before ConflictError, and UnavailableError."""

    def __init__(self, ports: CallPorts, terms: CallTerms) -> None:
        self._store = ports.store
        self._clock = ports.clock
        self._ids = ports.ids
        self._media = ports.media
        self._book = ports.book
        self._terms = terms

    # ---- the caller

    async def request(self, person: Person, show_id: ShowId, note: str | None = None) -> dict[str, Any]:
        """Asks to come on stage, or accepts an invitation. Raises ForbiddenError `calls_off`, `followers_only`,
        `buyers_only`, `own_show`, `muted`, `banned_from_show`; ConflictError `call_open`, `stage_full`,
        `show_ended`."""
        text = check_note(note)
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
        if show.creator == person.id:
            raise ForbiddenError("this is your own show", code="own_show")
        show.require_open()
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            desk = await tx.calls.desk(show_id)
            known = await tx.calls.open_of(show_id, person.id)
            if known is not None and known.state is CallState.INVITED:
                call = await self._seated(tx, known)
                return await self._book.change(tx, show, desk, known, call)
            await _require_standing(tx, person.id, show_id, now_ms)
            await _require_may_call(tx, person, show, desk)
            if known is not None:
                raise ConflictError(f"your call is {known.state} already", code="call_open")
            new = Call(CallId(self._ids.new()), show_id, person.id, CallState.REQUESTED, text, now_ms, now_ms)
            return await self._book.enter(tx, show, desk, new)

    async def cancel(self, person: Person, show_id: ShowId) -> dict[str, Any]:
        """Takes one's request back, refuses an invitation, or leaves the stage."""

        async def step(_tx: Transaction, _show: Show, _desk: CallDesk, call: Call) -> Call:
            return call.advance(CallStep.CANCEL, self._clock.now_ms())

        return await self._change(None, show_id, person.id, "cancelled", step)

    async def own(self, person: Person, show_id: ShowId) -> dict[str, Any]:
        """One's own open call with what it takes to publish: `{call, whip_url?, publish_token?}`; call is None without
        one."""
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            call = await tx.calls.open_of(show_id, person.id)
            if call is None:
                return {"call": None}
            return {"call": await full_view(tx, call), **self._book.credentials(show, call)}

    # ---- the staff

    async def invite(self, by: Person, show_id: ShowId, user: PersonId) -> dict[str, Any]:
        """Raises ConflictError `call_open`: he has asked himself, or is there."""
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            show = await staffed(tx, by, show_id, Duty.CALLS)
            show.require_open()
            await tx.people.get(user)
            if user == show.creator:
                raise ConflictError("this is the host", code="call_state")
            await _require_standing(tx, user, show_id, now_ms)
            desk = await tx.calls.desk(show_id)
            if await tx.calls.open_of(show_id, user) is not None:
                raise ConflictError("this person has a call already", code="call_open")
            until_ms = now_ms + self._terms.answer_ms
            new = Call(CallId(self._ids.new()), show_id, user, CallState.INVITED, "", now_ms, now_ms, until_ms)
            view = await self._book.enter(tx, show, desk, new)
            await _log(tx, by, show, new, "invited", now_ms)
        return view

    async def accept(self, by: Person, show_id: ShowId, user: PersonId) -> dict[str, Any]:
        """Raises ConflictError `call_state`, `stage_full`."""

        async def step(tx: Transaction, _show: Show, _desk: CallDesk, call: Call) -> Call:
            if call.state is CallState.INVITED:
                raise ConflictError("it is the guest's to answer the invitation", code="call_state")
            return await self._seated(tx, call)

        return await self._change(by, show_id, user, "accepted", step)

    async def decline(self, by: Person, show_id: ShowId, user: PersonId, reason: str | None = None) -> dict[str, Any]:
        text = check_reason(reason)

        async def step(_tx: Transaction, _show: Show, _desk: CallDesk, call: Call) -> Call:
            return call.advance(CallStep.DECLINE, self._clock.now_ms(), reason=text)

        return await self._change(by, show_id, user, "declined", step)

    async def admit(self, by: Person, show_id: ShowId, user: PersonId) -> dict[str, Any]:
        """From the green room before the audience, at once or after the show's delay."""

        async def step(_tx: Transaction, _show: Show, desk: CallDesk, call: Call) -> Call:
            minutes = desk.minutes or self._terms.minutes
            return call.admitted(self._clock.now_ms(), minutes=minutes, delay_s=desk.delay_s)

        return await self._change(by, show_id, user, "admitted", step)

    async def mute(self, by: Person, show_id: ShowId, user: PersonId, *, muted: bool) -> dict[str, Any]:
        """Nobody hears him, whatever his page does, until it is taken back."""

        async def step(_tx: Transaction, _show: Show, _desk: CallDesk, call: Call) -> Call:
            call.require_on_stage()
            return call if call.muted == muted else call.changed(self._clock.now_ms(), muted=muted)

        return await self._change(by, show_id, user, "muted" if muted else "unmuted", step)

    async def hide(self, by: Person, show_id: ShowId, user: PersonId, *, hidden: bool) -> dict[str, Any]:
        """The audience does not see and hear him; the stage does."""

        async def step(_tx: Transaction, _show: Show, _desk: CallDesk, call: Call) -> Call:
            call.require_on_stage()
            return call if call.hidden == hidden else call.changed(self._clock.now_ms(), hidden=hidden)

        return await self._change(by, show_id, user, "hidden" if hidden else "unhidden", step)

    async def end(self, by: Person, show_id: ShowId, user: PersonId | None = None) -> dict[str, Any]:
        """One's own call, or as staff another's."""
        if user is None or user == by.id:
            return await self.cancel(by, show_id)

        async def step(_tx: Transaction, _show: Show, _desk: CallDesk, call: Call) -> Call:
            return call.advance(CallStep.END, self._clock.now_ms(), reason="ended_by_staff")

        return await self._change(by, show_id, user, "ended", step)

    # ---- inside

    async def _seated(self, tx: Transaction, call: Call) -> Call:
        """Accepted, in the first free slot. Raises ConflictError `stage_full`."""
        now_ms = self._clock.now_ms()
        duel = await tx.duels.together(call.show)
        guest = None if duel is None else duel.side(call.show).slot
        slot = free_slot(await tx.calls.staged(call.show), guest)
        return call.accepted(slot, now_ms, now_ms + self._terms.answer_ms)

    async def _change(
        self, by: Person | None, show_id: ShowId, user: PersonId, act: str, step: Change
    ) -> dict[str, Any]:
        """`by` is None for the caller himself."""
        async with self._store.write() as tx:
            show = await tx.shows.get(show_id) if by is None else await staffed(tx, by, show_id, Duty.CALLS)
            desk = await tx.calls.desk(show_id)
            before = await tx.calls.open_of(show_id, user)
            if before is None:
                raise await _gone(tx, show_id, user, own=by is None)
            call = await step(tx, show, desk, before)
            if call is before:
                return await full_view(tx, call)
            view = await self._book.change(tx, show, desk, before, call)
            if by is not None:
                await _log(tx, by, show, call, act, self._clock.now_ms())
        await self._tell_media(before, call)
        return view

    async def _tell_media(self, before: Call, call: Call) -> None:
        """At once; jobs see to it if this fails, or if this process is killed before it."""
        if before.slot is None or not before.on_stage:
            return
        with contextlib.suppress(NotFoundError, UnavailableError):
            if not call.on_stage:
                await self._media.unseat(call.show, before.slot, call.person)
            elif (before.seen, before.muted) != (call.seen, call.muted):
                await self._media.stage(call.show, before.slot, call.person, shown=call.seen, muted=call.muted)


async def _gone(tx: Transaction, show: ShowId, user: PersonId, *, own: bool) -> Exception:
    """What to say where no call is open."""
    last = await tx.calls.last_of(show, user)
    if last is not None:
        return ConflictError(f"this call is {last.state}", code="call_state")
    return NotFoundError("you have not asked to come on stage" if own else "this person has not asked")


async def _log(tx: Transaction, by: Person, show: Show, call: Call, act: str, now_ms: int) -> None:
    ruling = call_decided(by, show, call, act, now_ms)
    if ruling is not None:
        await tx.log.append(ruling)


async def _require_standing(tx: Transaction, person: PersonId, show: ShowId, now_ms: int) -> None:
    """Raises ForbiddenError `banned`, SanctionedError `muted`, `banned_from_show`."""
    await require_not_banned(tx, person, now_ms)
    for sanction in await tx.sanctions.of(person, show, now_ms):
        raise refusal(sanction, now_ms)


async def _require_may_call(tx: Transaction, person: Person, show: Show, desk: CallDesk) -> None:
    if desk.who is Callers.OFF:
        raise ForbiddenError("no calls are taken in this show", code="calls_off")
    if desk.who is Callers.FOLLOWERS and await tx.follows.since(person.id, show.creator) is None:
        raise ForbiddenError("only followers of the host may call", code="followers_only")
    if desk.who is Callers.BUYERS and not await tx.packets.has_bought(show.id, person.id):
        raise ForbiddenError("only who has bought in this show may call", code="buyers_only")
