"""Closes the sockets of people whose log-in is over: signed out elsewhere, expired, or banned. Where the banned were
connected is noted as they are put out, and what other processes noted is read.

News of a person (`sessions.changed`) only says where to look; SQL says what is so. News may be lost, so everybody is
looked at again now and then: a lost message delays the end, and never prevents it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol

from livecart.domain.errors import UnavailableError
from livecart.domain.events import SESSIONS_CHANGED, NumberedEvent, ShowEvent
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.sessions import Ending, SignedIn
from livecart.services.ports import NewsListener
from signaling.door import Visitor
from signaling.errors import ENDINGS, CloseCode
from signaling.ports import BannedAddresses, FindEnded

# How often `look` is to be called. The outbox's relay takes up to 0.3 s before this.
LOOK_S = 0.2
EVERYBODY_MS = 15_000
# A handshake that was decided before the news came is a socket by then.
HANDSHAKE_MS = 6_000

_log = logging.getLogger(__name__)


class Holder(Protocol):
    """A socket, and who came in by it."""

    visitor: Visitor

    def end(self, code: CloseCode) -> None: ...


class Revocation:
    """Stands between the news and the hub, and takes out what is meant for it."""

    def __init__(
        self,
        listener: NewsListener,
        sockets: Iterable[Holder],
        find_ended: FindEnded,
        banned: BannedAddresses,
        now_ms: Callable[[], int],
    ) -> None:
        self._listener = listener
        self._sockets = sockets
        self._find_ended = find_ended
        self._banned = banned
        self._now_ms = now_ms
        # Whom to look at, from when on.
        self._suspects: list[tuple[int, PersonId]] = []
        self._everybody_at_ms = now_ms() + EVERYBODY_MS

    # ---- news

    def numbered(self, event: NumberedEvent) -> None:
        self._listener.numbered(event)

    def loose(self, event: ShowEvent) -> None:
        if event.type != SESSIONS_CHANGED:
            self._listener.loose(event)
        elif event.person is not None:
            now_ms = self._now_ms()
            self._suspects += [(now_ms, event.person), (now_ms + HANDSHAKE_MS, event.person)]

    def broken(self, show: ShowId, epoch: str | None) -> None:
        self._listener.broken(show, epoch)

    def missed(self) -> None:
        self._listener.missed()

    def hears(self, *, hears: bool) -> None:
        self._listener.hears(hears=hears)

    # ---- looking

    async def begin(self) -> None:
        """Before the first handshake."""
        try:
            await self._banned.look()
        except UnavailableError:
            self._everybody_at_ms = self._now_ms()

    async def look(self) -> None:
        """Looks at the people whom there was news of, and when it is time at all. While SQL is away it is put off."""
        now_ms = self._now_ms()
        everybody = now_ms >= self._everybody_at_ms
        due = [suspect for suspect in self._suspects if suspect[0] <= now_ms]
        if not everybody and not due:
            return
        self._suspects = [suspect for suspect in self._suspects if suspect[0] > now_ms]
        try:
            await self._banned.look()
            await self._end_those_over(None if everybody else {person for _, person in due})
        except UnavailableError:
            self._suspects += due
            _log.debug("whose log-in is over is asked again")
            return
        if everybody:
            self._everybody_at_ms = now_ms + EVERYBODY_MS

    async def _end_those_over(self, people: set[PersonId] | None) -> None:
        held = {
            signed_in.session: signed_in
            for _, signed_in in self._signed_in()
            if people is None or signed_in.person.id in people
        }
        if not held:
            return
        ended = await self._find_ended(list(held.values()))
        if not ended:
            return
        # Before they are put out, or their pages would be back as guests sooner.
        for person, addresses in self._addresses_of_banned(ended).items():
            await self._banned.note(person, addresses)
        # Looked through again: sockets came and went while SQL was asked.
        for socket, signed_in in list(self._signed_in()):
            if signed_in.session in ended:
                socket.end(ENDINGS[ended[signed_in.session]])

    def _addresses_of_banned(self, ended: Mapping[str, Ending]) -> dict[PersonId, set[str]]:
        found: dict[PersonId, set[str]] = {}
        for socket, signed_in in self._signed_in():
            if ended.get(signed_in.session) is Ending.BANNED:
                found.setdefault(signed_in.person.id, set()).add(socket.visitor.address)
        return found

    def _signed_in(self) -> Iterator[tuple[Holder, SignedIn]]:
        for socket in self._sockets:
            if socket.visitor.signed_in is not None:
                yield socket, socket.visitor.signed_in
