"""Calls in the small shop, with media processes that a test plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from livecart.adapters.system import RandomIds
from livecart.adapters.tokens import JwtPublishTokens, RandomTokens
from livecart.domain.errors import ConflictError, NotFoundError, UnavailableError
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person
from livecart.services.broadcasting import Broadcasting
from livecart.services.call_book import CallBook
from livecart.services.call_queue import CallQueue
from livecart.services.calls import CallPorts, Calls, CallTerms
from livecart.services.ice import IceServers
from livecart.services.ports import Clock, MediaGateway, Negotiated, OnAir
from livecart.services.stage_keeping import StageKeeping
from livecart.services.store import Store

SECRET = "calls"


@dataclass(slots=True)
class StageMedia:
    """What a relay does with callers' slots, by show and slot. `away`: no media process answers."""

    seats: dict[tuple[ShowId, int], OnAir] = field(default_factory=dict)
    sessions: dict[str, tuple[ShowId, int]] = field(default_factory=dict)
    # Who watches, and whether also whom the audience does not see.
    watching: list[tuple[PersonId | None, bool]] = field(default_factory=list)
    away: bool = False
    # Run in the middle of a negotiation.
    meanwhile: Any = None

    async def publish(self, show: ShowId, session: str, holder: PersonId, offer: str, slot: int = 0) -> Negotiated:
        self._there()
        current = self.seats.get((show, slot))
        if current is not None and current.holder != holder:
            raise ConflictError("another person publishes in this slot")
        if slot:
            self.seats[show, slot] = OnAir(show, slot, holder, live=True, shown=False, muted=False)
        self.sessions[session] = (show, slot)
        if self.meanwhile is not None:
            await self.meanwhile()
        return Negotiated(f"answer to {offer}", "etag")

    async def watch(
        self, show: ShowId, session: str, holder: PersonId | None, offer: str, *, address: str, backstage: bool = False
    ) -> Negotiated:
        self._there()
        self.watching.append((holder, backstage))
        return Negotiated(f"answer to {offer}", "etag")

    async def close(self, show: ShowId, session: str) -> None:
        self._there()
        if self.sessions.get(session, ("", 0))[0] != show:
            raise NotFoundError("no such session")
        self.seats.pop(self.sessions.pop(session), None)

    async def stage(self, show: ShowId, slot: int, holder: PersonId, *, shown: bool, muted: bool) -> None:
        self._there()
        current = self.seats.get((show, slot))
        if current is None or current.holder != holder:
            raise NotFoundError("not his slot")
        self.seats[show, slot] = OnAir(show, slot, holder, live=current.live, shown=shown, muted=muted)

    async def unseat(self, show: ShowId, slot: int, holder: PersonId) -> None:
        self._there()
        if (current := self.seats.get((show, slot))) is not None and current.holder == holder:
            del self.seats[show, slot]

    async def on_air(self) -> Sequence[OnAir]:
        self._there()
        return list(self.seats.values())

    def silence(self, show: ShowId, slot: int, *, live: bool = False) -> None:
        """His network is gone, or there again."""
        was = self.seats[show, slot]
        self.seats[show, slot] = OnAir(show, slot, was.holder, live=live, shown=was.shown, muted=was.muted)

    def _there(self) -> None:
        if self.away:
            raise UnavailableError("no media process is running", code="no_media")


@dataclass(frozen=True, slots=True)
class CallRig:
    calls: Calls
    queue: CallQueue
    keeping: StageKeeping
    media: StageMedia
    broadcasting: Broadcasting
    tokens: JwtPublishTokens

    async def come(self, person: Person, show: ShowId) -> str:
        """Publishes with the token that the person is told; answers the session."""
        told = await self.calls.own(person, show)
        return (await self.broadcasting.publish(told["publish_token"], show, "offer")).id


def with_calls(store: Store, clock: Clock, media: StageMedia | None = None, terms: CallTerms | None = None) -> CallRig:
    media, terms, tokens = media or StageMedia(), terms or CallTerms(), JwtPublishTokens(SECRET)
    gateway = cast("MediaGateway", media)
    ports = CallPorts(store, clock, RandomIds(), gateway, CallBook(clock, tokens))
    broadcasting = Broadcasting(store, clock, gateway, tokens, RandomTokens(), IceServers((), (), ""))
    queue = CallQueue(store, clock, ports.book, terms)
    return CallRig(Calls(ports, terms), queue, StageKeeping(ports, terms), media, broadcasting, tokens)
