"""A relay that also shows the host of one show in a slot of another: from a show of its own, or by a link to the
process that has him."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial

from media.core.negotiation import SLOTS
from media.errors import BadRequestError, ConflictError, FullError, NotFoundError
from media.feedback import Feedback
from media.link import LINES, PICTURE, End, LinkPeer
from media.publisher import Publisher
from media.relay import RETRY_MS, Relay
from media.rungs import Rung, Rungs
from media.sessions import Session
from media.shows import HOST, HOSTS, OFF_STAGE, Guest, Membership, Show
from media.viewer import Viewer

MAX_LINKS = 64
TOP = 1.0


class PullingRelay(Relay):
    """Guests are in their shows (`Show.guests`), and their links are sessions like others."""

    def tap(self, show: str, slot: int, guest: Guest) -> None:
        """Shows the host of another show of this process. Raises `ConflictError` for a slot that is a caller's."""
        room, source = self._free(show, slot), self._room(guest.source)
        self._seat(room, slot, guest)
        source.fan().add(room.slot(slot), room.watching)

    def feed(self, show: str, session: str, ends: tuple[End, End], layer: float) -> tuple[list[tuple[str, int]], int]:
        """Sends this show's host to the process that proves itself with these: of simulcast one layer, 0.0 the lowest,
        1.0 the highest, and the sound with that. Answers where to, and how many layers there are.

        Raises `NotFoundError`, `ConflictError`, `FullError`."""
        assert self._egress is not None
        room = self.shows.get(show)
        if room is None:
            raise NotFoundError("no such show here")
        self._admit_link(session)
        now = self._clock()
        layers = sum(each.active(now) for each in room.slot(HOST).layers)
        peer = self._linked(session, ends)
        role = Viewer(peer, LINES if layer == TOP else PICTURE, room.all_slots, self._egress)
        role.pinned = layer
        role.joined = partial(room.joined, role)
        role.admits = lambda index: (index == HOST, index == HOST)
        room.viewers[session] = Membership(role, None, "")
        peer.role = role
        self._start(Session(peer, room, role, 0, None, self._own(peer.link((), self._clock))))
        return [(address, self.port) for address in self.candidates], max(layers, 1)

    def pull(
        self, show: str, slot: int, guest: Guest, links: Sequence[tuple[End, End]], at: Iterable[tuple[str, int]]
    ) -> None:
        """Shows the host of a show at another process, which feeds him to whoever proves itself with these; a link for
        each layer, highest first.

        Raises `ConflictError`, `FullError`."""
        for session in guest.sessions:
            self._admit_link(session)
        room = self._free(show, slot)
        places, rungs = list(at), Rungs(room.slot(slot), len(links))
        later = asyncio.get_running_loop().call_later
        for session, ends, rid in zip(guest.sessions, links, reversed(rungs.rids), strict=True):
            peer = self._linked(session, ends)
            feedback = Feedback(peer, self.options.publisher_bps, self.counters, self._clock, later)
            role = Publisher(peer, guest.holder, Rung(rungs, rid), LINES, feedback)
            role.viewers = room.watching
            peer.role = role
            self._start(Session(peer, room, role, slot, None, self._own(peer.link(places, self._clock))))
        self._seat(room, slot, guest)

    def unpull(self, show: str, slot: int, source: str) -> bool:
        """Empties the slot, if that show's host is in it."""
        room = self.shows.get(show)
        guest = None if room is None else room.guests.get(slot)
        if room is None or guest is None or guest.source != source:
            return False
        del room.guests[slot]
        origin = self.shows.get(source)
        for session in guest.sessions:
            self._forget(session)
        if not guest.sessions and origin is not None:
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
                if name == show or (guest.source == show and not guest.sessions):
                    self.unpull(name, slot, guest.source)

    def flows(self, guest: Guest) -> bool:
        """Whether media of the guest comes."""
        if not guest.sessions:
            room = self.shows.get(guest.source)
            host = None if room is None else room.publishers.get(HOST)
            return host is not None and host.live
        found = [self.sessions[session].role for session in guest.sessions if session in self.sessions]
        return any(isinstance(role, Publisher) and role.live for role in found)

    def astray(self, guest: Guest) -> bool:
        """Whether a link of it is gone."""
        return any(session not in self.sessions for session in guest.sessions)

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
