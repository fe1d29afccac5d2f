"""A relay that also shows the host of one show in a slot of another: from a show of its own, or by a link to the
process that has him."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial

from media.core.negotiation import SLOTS
from media.errors import BadRequestError, ConflictError, FullError, NotFoundError
from media.feedback import Feedback
from media.link import LINES, End, LinkPeer
from media.publisher import Publisher
from media.relay import RETRY_MS, Relay, Session
from media.shows import HOST, HOSTS, OFF_STAGE, Guest, Membership, Show
from media.viewer import Viewer

MAX_LINKS = 64


class PullingRelay(Relay):
    """Guests are in their shows (`Show.guests`), and their links are sessions like others."""

    def tap(self, show: str, slot: int, guest: Guest) -> None:
        """Shows the host of another show of this process. Raises `ConflictError` for a slot that is a caller's."""
        room, source = self._free(show, slot), self._room(guest.source)
        self._seat(room, slot, guest)
        source.fan().add(room.slot(slot), room.watching)

    def feed(self, show: str, session: str, ends: tuple[End, End]) -> list[tuple[str, int]]:
        """Sends this show's host to the process that proves itself with these; where it can do so.

        Raises `NotFoundError`, `ConflictError`, `FullError`."""
        assert self._egress is not None
        room = self.shows.get(show)
        if room is None:
            raise NotFoundError("no such show here")
        self._admit_link(session)
        peer = self._linked(session, ends)
        role = Viewer(peer, LINES, room.all_slots, self._egress)
        role.joined = partial(room.joined, role)
        role.admits = lambda index: (index == HOST, index == HOST)
        room.viewers[session] = Membership(role, None, "")
        peer.role = role
        self._start(Session(peer, room, role, 0, None, self._own(peer.link((), self._clock))))
        return [(address, self.port) for address in self.candidates]

    def pull(self, show: str, slot: int, guest: Guest, ends: tuple[End, End], at: Iterable[tuple[str, int]]) -> None:
        """Shows the host of a show at another process, which feeds him to whoever proves itself with these.

        Raises `ConflictError`, `FullError`."""
        assert guest.session is not None
        self._admit_link(guest.session)
        room = self._free(show, slot)
        peer = self._linked(guest.session, ends)
        later = asyncio.get_running_loop().call_later
        feedback = Feedback(peer, self.options.publisher_bps, self.counters, self._clock, later)
        role = Publisher(peer, guest.holder, room.slot(slot), LINES, feedback)
        role.viewers = room.watching
        peer.role = role
        self._start(Session(peer, room, role, slot, None, self._own(peer.link(at, self._clock))))
        self._seat(room, slot, guest)

    def unpull(self, show: str, slot: int, source: str) -> bool:
        """Empties the slot, if that show's host is in it."""
        room = self.shows.get(show)
        guest = None if room is None else room.guests.get(slot)
        if room is None or guest is None or guest.source != source:
            return False
        del room.guests[slot]
        origin = self.shows.get(source)
        if guest.session is not None:
            self._forget(guest.session)
        elif origin is not None:
            origin.fan().remove(room.slot(slot))
            self._drop_if_empty(origin)
        room.slot(slot).detach()
        room.stand(slot, OFF_STAGE)
        room.regroup()
        self._drop_if_empty(room)
        return True

    def release(self, show: str) -> None:
        """The show ends here, or is elsewhere: nobody is its guest, and its host is nobody's."""
        for name, room in list(self.shows.items()):
            for slot, guest in list(room.guests.items()):
                if name == show or (guest.source == show and guest.session is None):
                    self.unpull(name, slot, guest.source)

    def flows(self, guest: Guest) -> bool:
        """Whether media of the guest comes."""
        if guest.session is None:
            room = self.shows.get(guest.source)
            host = None if room is None else room.publishers.get(HOST)
            return host is not None and host.live
        found = self.sessions.get(guest.session)
        return found is not None and isinstance(found.role, Publisher) and found.role.live

    def astray(self, guest: Guest) -> bool:
        """Whether its link is gone."""
        return guest.session is not None and guest.session not in self.sessions

    def _free(self, name: str, slot: int) -> Show:
        """The show, whose slot nobody has, not even the guest who had it until now."""
        if not HOST < slot < SLOTS:
            raise BadRequestError("a guest takes a caller's slot")
        room = self.shows.get(name)
        guest = None if room is None else room.guests.get(slot)
        if guest is not None:
            self.unpull(name, slot, guest.source)
        if room is not None and slot in room.publishers:
            raise ConflictError("a caller publishes in this slot")
        return self._room(name)

    def _seat(self, room: Show, slot: int, guest: Guest) -> None:
        room.guests[slot] = guest
        room.stand(slot, HOSTS)
        room.regroup()

    def _linked(self, session: str, ends: tuple[End, End]) -> LinkPeer:
        peer = LinkPeer(session, ends, self._port, self.counters, self._clock())
        self._ingress.add(peer.ice)
        return peer

    def _admit_link(self, session: str) -> None:
        if session in self.sessions:
            raise ConflictError("this session id is in use")
        links = sum(isinstance(item.peer, LinkPeer) for item in self.sessions.values())
        if links >= MAX_LINKS or len(self.sessions) >= self.options.max_sessions:
            raise FullError("this media process takes no more links", retry_after_ms=RETRY_MS)
