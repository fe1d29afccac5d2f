"""Puts people out of the show that they were banned from, and tells the others what they may do there from now on.

What is so stands in SQL; services/standings.py has a copy of it, and this looks through the sockets when that changes.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Protocol

from livecart.domain.errors import UnavailableError
from livecart.domain.ids import PersonId, ShowId
from livecart.services.room import Room
from signaling.errors import CloseCode
from signaling.hub import Hub
from signaling.ports import Member, Moderating

_log = logging.getLogger(__name__)


class Entrant(Member, Protocol):
    """A socket that may be in a show."""


class Expulsion:
    """`look` is called several times a second, and costs nothing while nothing has changed."""

    def __init__(self, hub: Hub, sockets: Iterable[Entrant], room: Room, moderating: Moderating) -> None:
        self._hub = hub
        self._sockets = sockets
        self._room = room
        self._moderating = moderating
        self._seen = 0

    async def look(self) -> None:
        standings = self._moderating.standings
        await standings.fresh()
        if standings.version == self._seen:
            return
        self._seen = standings.version
        banned: dict[tuple[PersonId, ShowId], set[str]] = {}
        for socket in list(self._sockets):
            show = self._hub.show_of(socket)
            if show is None or socket.person is None:
                continue
            if standings.is_banned(socket.person.id, show):
                banned.setdefault((socket.person.id, show), set()).add(socket.address)
                continue
            duties = self._room.standing(show, socket.person).all
            if duties != socket.part.duties:
                self._hub.set_duties(socket, duties)
        if banned:
            await self._put_out(banned)

    async def _put_out(self, banned: dict[tuple[PersonId, ShowId], set[str]]) -> None:
        """Where they were is noted first, or their pages would be back as guests sooner."""
        for (person, show), addresses in banned.items():
            try:
                await self._moderating.sanctions.note(person, show, addresses)
            except UnavailableError:
                _log.debug("where somebody banned was connected is not noted")
        for socket in list(self._sockets):
            if socket.person is not None and (socket.person.id, self._hub.show_of(socket)) in banned:
                socket.end(CloseCode.BANNED_FROM_SHOW)
