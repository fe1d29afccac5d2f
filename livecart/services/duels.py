"""Duels: a host invites another, who accepts or declines; either ends it, as may whoever looks after the show.

SQL is the record; the media processes are told after the commit, and jobs (duel_keeping.py) tell them again what did
not arrive.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Any

from livecart.domain.call import guest_slot
from livecart.domain.duel import Duel, DuelState, DuelStep, Inviters, Side, check_minutes
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnavailableError
from livecart.domain.ids import DuelId, ShowId
from livecart.domain.people import Person
from livecart.domain.rulings_live import duel_ended
from livecart.domain.sanctions import refusal
from livecart.domain.show import Show, ShowState
from livecart.domain.staffing import Duty
from livecart.services.bans import require_not_banned
from livecart.services.duel_book import DuelBook
from livecart.services.duel_views import duel_view, host_view
from livecart.services.ports import Clock, Ids, Presence
from livecart.services.ports_duels import GuestMedia
from livecart.services.staffing import staffed
from livecart.services.store import Store, Transaction

LISTED = 30
SEARCH_MAX = 100
# After a no.
AGAIN_MS = 60_000


@dataclass(frozen=True, slots=True)
class DuelTerms:
    """How long an invitation stands, and how long both stay together when the clock has run out."""

    answer_ms: int = 30_000
    after_ms: int = 120_000


@dataclass(frozen=True, slots=True)
class DuelPorts:
    store: Store
    clock: Clock
    ids: Ids
    media: GuestMedia
    presence: Presence
    book: DuelBook


class Duels:
    """All of them raise NotFoundError, ForbiddenError before ConflictError, and UnavailableError."""

    def __init__(self, ports: DuelPorts, terms: DuelTerms) -> None:
        self._store = ports.store
        self._clock = ports.clock
        self._ids = ports.ids
        self._media = ports.media
        self._presence = ports.presence
        self._book = ports.book
        self._terms = terms

    # ---- the hosts

    async def invite(self, by: Person, show_id: ShowId, other_id: ShowId, minutes: int) -> dict[str, Any]:
        """Asks the host of another live show; if he has asked this one meanwhile, it begins.

        Raises ForbiddenError `duels_off`, `not_followed`, `banned_from_show`; ConflictError `own_show`,
        `show_not_live`, `other_audience`, `duel_open`, `duel_busy`, `duel_too_soon`, `stage_full`; InvalidError.
        """
        minutes, now_ms = check_minutes(minutes), self._clock.now_ms()
        async with self._store.write() as tx:
            shows = await lock_shows(tx, show_id, other_id)
            ours, theirs = _owned(by, shows[show_id]), shows[other_id]
            if ours.creator == theirs.creator:
                raise ConflictError("this show is your own", code="own_show")
            await _require_standing(tx, by, theirs.id, now_ms)
            await _require_takes(tx, by, theirs)
            _require_match(ours, theirs)
            answered = await self._met(tx, ours, theirs)
            if answered is not None:
                duel, view = answered
            else:
                said_no_ms = await tx.duels.last_declined_ms(ours.id, theirs.id)
                if said_no_ms is not None and now_ms - said_no_ms < AGAIN_MS:
                    raise ConflictError("he has just said no; wait a minute", code="duel_too_soon")
                sides = Side(ours.id, ours.creator), Side(theirs.id, theirs.creator)
                until_ms = now_ms + self._terms.answer_ms
                new = DuelId(self._ids.new())
                duel = Duel(new, *sides, DuelState.INVITED, minutes, now_ms, now_ms, until_ms)
                view = await self._book.enter(tx, duel)
        await self._tell_media(duel)
        return view

    async def accept(self, by: Person, duel_id: DuelId) -> dict[str, Any]:
        """The clock starts. Raises ConflictError `duel_state`, `show_not_live`, `duel_open`, `duel_busy`,
        `stage_full`."""
        async with self._store.write() as tx:
            shows, duel = await _invited(tx, by, duel_id)
            # What it is comes before why it could not be.
            duel.advance(DuelStep.ACCEPT, self._clock.now_ms())
            _require_match(shows[duel.away.show], shows[duel.home.show])
            await require_not_banned(tx, by.id, self._clock.now_ms())
            duel, view = await self._begin(tx, duel)
        await self._tell_media(duel)
        return view

    async def decline(self, by: Person, duel_id: DuelId) -> dict[str, Any]:
        """Raises ConflictError `duel_state`."""
        async with self._store.write() as tx:
            _, duel = await _invited(tx, by, duel_id)
            return await self._book.change(tx, duel.advance(DuelStep.DECLINE, self._clock.now_ms()))

    async def end(self, by: Person, duel_id: DuelId) -> dict[str, Any]:
        """Takes back one's invitation, or ends what runs: for both hosts, and for who looks after either show.

        Raises ConflictError `duel_state`.
        """
        now_ms = self._clock.now_ms()
        async with self._store.write() as tx:
            shows, before = await _locked(tx, duel_id)
            show = await _answerable(tx, by, before, shows)
            if before.state is DuelState.INVITED:
                if show.id != before.home.show:
                    raise ForbiddenError("it is another's invitation: decline it")
                duel = before.advance(DuelStep.CANCEL, now_ms)
            else:
                duel = before.advance(DuelStep.END, now_ms, reason=_ended_by(by, before))
            view = await self._book.change(tx, duel)
            ruling = duel_ended(by, show, duel, now_ms)
            if ruling is not None:
                await tx.log.append(ruling)
        await self._tell_media(duel)
        return view

    # ---- what there is

    async def look(self, person: Person | None, show_id: ShowId) -> dict[str, Any]:
        """`{duel, invitations}`: the one that everybody sees, and for the host the open invitations."""
        async with self._store.read() as tx:
            show = await tx.shows.get(show_id)
            found = await tx.duels.open_of(show_id)
            views = [(duel, await duel_view(tx, duel)) for duel in found]
        hosting = person is not None and person.id == show.creator
        return {
            "duel": next((view for duel, view in views if duel.together), None),
            "invitations": [view for duel, view in views if hosting and not duel.together],
        }

    async def hosts(self, person: Person, show_id: ShowId, text: str | None) -> list[dict[str, Any]]:
        """Live shows that this one may invite, most watched first."""
        if text is not None and len(text) > SEARCH_MAX:
            raise InvalidError("the search is too long", fields={"q": f"at most {SEARCH_MAX} characters"})
        async with self._store.read() as tx:
            show = _owned(person, await tx.shows.get(show_id))
            found = await tx.duels.candidates(show, text, LISTED)
            people = await tx.people.many([each.creator for each in found])
        views = [host_view(each, people[each.creator], await self._presence.viewers(each.id)) for each in found]
        return sorted(views, key=lambda view: -view["viewers"])

    async def rules(self, person: Person, show_id: ShowId) -> dict[str, Any]:
        async with self._store.read() as tx:
            show = _owned(person, await tx.shows.get(show_id))
            return {"who": (await tx.duels.inviters(show.creator)).value}

    async def put_rules(self, person: Person, show_id: ShowId, who: Inviters) -> dict[str, Any]:
        """Holds for all shows of this host. Invitations that are there stay."""
        async with self._store.write() as tx:
            show = _owned(person, await tx.shows.get(show_id))
            await tx.duels.save_inviters(show.creator, who)
        return {"who": who.value}

    # ---- inside

    async def _met(self, tx: Transaction, ours: Show, theirs: Show) -> tuple[Duel, dict[str, Any]] | None:
        """Begins what the other had proposed; None if there is nothing in the way of an invitation.

        Raises ConflictError `duel_open`, `duel_busy`.
        """
        own = await tx.duels.open_of(ours.id)
        if any(duel.together or duel.home.show == ours.id for duel in own):
            raise ConflictError("you are in a duel, or have invited somebody already", code="duel_open")
        if await tx.duels.together(theirs.id) is not None:
            raise ConflictError("the other host is in a duel", code="duel_busy")
        crossed = next((duel for duel in own if duel.home.show == theirs.id), None)
        return None if crossed is None else await self._begin(tx, crossed)

    async def _begin(self, tx: Transaction, duel: Duel) -> tuple[Duel, dict[str, Any]]:
        """Both are together; their other invitations are over."""
        now_ms, slots = self._clock.now_ms(), []
        for side in duel.sides:
            if await tx.duels.together(side.show) is not None:
                code = "duel_open" if side is duel.away else "duel_busy"
                raise ConflictError("one of the two is in a duel already", code=code)
            slots.append(guest_slot(await tx.calls.staged(side.show)))
        begun = duel.accepted(slots[0], slots[1], now_ms)
        view = await self._book.change(tx, begun)
        others = {each.id: each for side in duel.sides for each in await tx.duels.open_of(side.show)}
        for other in others.values():
            if other.state is DuelState.INVITED:
                await self._book.change(tx, other.advance(DuelStep.EXPIRE, now_ms, reason="busy"))
        return begun, view

    async def _tell_media(self, duel: Duel) -> None:
        """At once; jobs see to it if this fails, or if this process is killed before it."""
        for side in duel.sides if duel.started_at_ms is not None else ():
            other = duel.other(side.show)
            if side.slot is None:
                continue
            with contextlib.suppress(NotFoundError, ConflictError, UnavailableError):
                if duel.together:
                    await self._media.pull(side.show, side.slot, other.show, other.host)
                else:
                    await self._media.unpull(side.show, side.slot, other.show)


async def lock_shows(tx: Transaction, *ids: ShowId) -> dict[ShowId, Show]:
    """Nobody else changes a duel of these shows, or who is on their stages, until the end of the transaction.

    Always in the same order, so that two who meet do not wait for one another.
    """
    shows = {show: await tx.shows.get(show) for show in sorted(ids)}
    for show in sorted(ids):
        await tx.calls.desk(show)
    return shows


async def _locked(tx: Transaction, duel_id: DuelId) -> tuple[dict[ShowId, Show], Duel]:
    """As it is once nobody else can change it."""
    found = await tx.duels.get(duel_id)
    shows = await lock_shows(tx, found.home.show, found.away.show)
    return shows, await tx.duels.get(duel_id)


def _owned(person: Person, show: Show) -> Show:
    if show.creator != person.id:
        raise ForbiddenError("this show is another's")
    return show


async def _invited(tx: Transaction, by: Person, duel_id: DuelId) -> tuple[dict[ShowId, Show], Duel]:
    """An invitation of this host."""
    shows, duel = await _locked(tx, duel_id)
    if duel.away.host != by.id:
        raise ForbiddenError("this invitation is another's")
    return shows, duel


async def _answerable(tx: Transaction, by: Person, duel: Duel, shows: dict[ShowId, Show]) -> Show:
    """The show for which this person may end it. Raises ForbiddenError."""
    for side in duel.sides:
        if side.host == by.id:
            return shows[side.show]
    try:
        return await staffed(tx, by, duel.home.show, Duty.CALLS)
    except ForbiddenError:
        return await staffed(tx, by, duel.away.show, Duty.CALLS)


def _ended_by(by: Person, duel: Duel) -> str:
    return "ended_by_host" if any(side.host == by.id for side in duel.sides) else "ended_by_staff"


def _require_match(ours: Show, theirs: Show) -> None:
    if ours.state is not ShowState.LIVE or theirs.state is not ShowState.LIVE:
        raise ConflictError("both shows must be live", code="show_not_live")
    if ours.viewers_policy is not theirs.viewers_policy:
        # Guests would see who is for members alone.
        raise ConflictError("one of the two shows is for members only", code="other_audience")


async def _require_standing(tx: Transaction, by: Person, other: ShowId, now_ms: int) -> None:
    """Raises ForbiddenError `banned`, SanctionedError `muted`, `banned_from_show`."""
    await require_not_banned(tx, by.id, now_ms)
    for sanction in await tx.sanctions.of(by.id, other, now_ms):
        raise refusal(sanction, now_ms)


async def _require_takes(tx: Transaction, by: Person, theirs: Show) -> None:
    who = await tx.duels.inviters(theirs.creator)
    if who is Inviters.OFF:
        raise ForbiddenError("this host takes no invitations", code="duels_off")
    if who is Inviters.FOLLOWING and await tx.follows.since(theirs.creator, by.id) is None:
        raise ForbiddenError("this host takes invitations from people he follows only", code="not_followed")
