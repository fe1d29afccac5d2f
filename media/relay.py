"""The relay: one media port, its sessions and shows, as coroutines. `worker.py` puts it behind Redis; tests and
tools may use it as it is.

Closing order of a session: it is forgotten (no more datagrams reach it), its show takes new snapshots, then
its task is cancelled, which sends close_notify and ends aiortc's own task."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Iterable
from functools import partial

from media.core.ice import IceSession
from media.core.negotiation import Answer, LocalTransport, answer_publisher, answer_viewer
from media.counters import Counters
from media.dtls import Certificate
from media.egress import Egress
from media.errors import BadRequestError, BadSdpError, ConflictError, EndedError, FullError, NotFoundError
from media.feedback import Feedback
from media.formats import Offer, parse_offer
from media.ingress import Ingress
from media.options import MediaOptions
from media.peer import Peer, new_credentials
from media.port import MediaPort
from media.publisher import Publisher
from media.sessions import MediaEvent, Session
from media.shows import HOST, OFF_STAGE, Membership, Show, Standing, Watcher
from media.slots import Slot
from media.turns import Turns
from media.viewer import Viewer

log = logging.getLogger(__name__)

TICK_S = 0.5
REMEMBERED_ENDS = 4_096
RETRY_MS = 2_000
CLOSE_S = 1.0
PINS = {"low": 0.0, "mid": 0.5, "high": 1.0}


class Relay:
    """Publishers in, viewers out. `open` before anything else, `close` at the end; both in the running
    loop."""

    def __init__(
        self,
        options: MediaOptions,
        *,
        clock: Callable[[], float] = time.monotonic,
        on_event: Callable[[MediaEvent], None] = lambda _event: None,
    ) -> None:
        self.options = options
        self.counters = Counters()
        self.shows: dict[str, Show] = {}
        self.sessions: dict[str, Session] = {}
        self._clock = clock
        self._on_event = on_event
        self._port = MediaPort(options, self.counters, clock)
        self._ingress = Ingress(self._port, self.counters, clock)
        self._egress: Egress | None = None
        self._certificate = Certificate.generateCertificate()
        self._ended: OrderedDict[str, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The number of the UDP port, and of the TCP port if there is one."""
        return self._port.port

    @property
    def candidates(self) -> tuple[str, ...]:
        """The addresses that answers name."""
        return self._port.candidates()

    @property
    def takes_tcp(self) -> bool:
        """Whether answers name TCP candidates too."""
        return self._port.tcp is not None

    async def open(self) -> None:
        """Begin to serve the port."""
        loop = asyncio.get_running_loop()
        turns = Turns(self._clock, loop.call_soon)
        self._egress = Egress(self._port.udp.socket, self.counters, self._clock, turns)
        await self._port.open(self._ingress)
        self._own(self._ticking())

    async def close(self) -> None:
        """Say goodbye to all peers and give the port back, within a second; idempotent."""
        for name in list(self.sessions):
            self._forget(name)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=CLOSE_S)
        self.shows.clear()
        await self._port.close()

    async def publish(self, show: str, session: str, holder: str, offer: str, slot: int = 0) -> str:
        """Answer a publisher's offer. The same holder takes over its slot; another's is a `ConflictError`."""
        parsed = self._admit(show, session, offer)
        room = self._room(show)
        try:
            old = room.check_slot(slot, holder)
            answer, ice = self._answer(lambda local: answer_publisher(parsed, local))
        except BaseException:
            self._drop_if_empty(room)
            raise
        if old is not None:
            self._forget(old.peer.session)
            room = self._room(show)
        peer = self._peer(session, ice)
        later = asyncio.get_running_loop().call_later
        feedback = Feedback(peer, self.options.publisher_bps, self.counters, self._clock, later)
        role = Publisher(peer, holder, room.intake(slot), answer.lines, feedback)
        role.viewers = room.watching
        role.spoke = partial(room.speakers.heard, slot)
        role.changed = lambda live: self._tell("publisher.live" if live else "publisher.silent", room, session, slot)
        room.publishers[slot] = role
        room.regroup(holder)
        self._start(Session(peer, room, role, slot, parsed.ufrag, self._life(peer, role, answer, parsed)))
        return answer.sdp

    async def watch(
        self,
        show: str,
        session: str,
        offer: str,
        *,
        holder: str | None = None,
        address: str = "",
        backstage: bool = False,
    ) -> str:
        """Answer a viewer's offer, in its turn; media flows when there is some. `backstage`: of all who publish."""
        assert self._egress is not None
        await self._egress.turns.take(address)
        parsed = self._admit(show, session, offer)
        room = self._room(show)
        try:
            answer, ice = self._answer(lambda local: answer_viewer(parsed, local, room.ssrc))
        except BaseException:
            self._drop_if_empty(room)
            raise
        peer = self._peer(session, ice)
        peer.in_turn(self._egress.turns)
        role = Viewer(peer, answer.lines, room.all_slots, self._egress)
        role.joined = partial(room.joined, role)
        role.admits = partial(room.admits, Watcher(holder, backstage))
        role.on_stage = partial(room.on_stage, holder)
        room.viewers[session] = Membership(role, holder, address)
        self._start(Session(peer, room, role, 0, parsed.ufrag, self._life(peer, role, answer, parsed)))
        return answer.sdp

    async def end(self, show: str, session: str) -> None:
        """Close one session; raises `NotFoundError`."""
        found = self.require(show, session)
        await self._gone([found.peer.session])

    async def end_show(self, show: str) -> int:
        """Close all sessions of a show and let nobody in again; how many there were."""
        self._ended[show] = None
        while len(self._ended) > REMEMBERED_ENDS:
            self._ended.popitem(last=False)
        return await self.clear_show(show)

    async def clear_show(self, show: str) -> int:
        """Close all sessions of a show, which may open new ones here or elsewhere; how many there were."""
        return await self._gone([name for name, item in self.sessions.items() if item.show.name == show])

    async def kick(self, *, holder: str | None = None, address: str | None = None, show: str | None = None) -> int:
        """Close a person's sessions, or all viewers' sessions without a person from an address, in `show` or in all;
        how many."""
        names = []
        for name, item in self.sessions.items():
            if show not in (None, item.show.name):
                continue
            if isinstance(item.role, Publisher):
                match = holder is not None and item.role.holder == holder
            else:
                member = item.show.viewers[name]
                by_address = address is not None and member.holder is None and member.address == address
                match = by_address or (holder is not None and member.holder == holder)
            if match:
                names.append(name)
        return await self._gone(names)

    def stage(self, show: str, slot: int, holder: str, standing: Standing) -> None:
        """Show, hide or mute what this person publishes in a caller's slot; raises `NotFoundError`,
        `BadRequestError`."""
        room = self.shows.get(show)
        current = None if room is None else room.publishers.get(slot)
        if slot == HOST:
            raise BadRequestError("the host's slot is always shown")
        if room is None or current is None or current.holder != holder:
            raise NotFoundError("this person does not publish in that slot")
        room.stand(slot, standing)

    async def unseat(self, show: str, slot: int, holder: str) -> int:
        """Close what this person publishes in a slot; how many sessions, none if it is another's by now."""
        return await self._gone(
            name
            for name, item in self.sessions.items()
            if (item.show.name, item.slot) == (show, slot)
            and isinstance(item.role, Publisher)
            and item.role.holder == holder
        )

    def addresses(self, holder: str, show: str | None = None) -> list[str]:
        """Where a person watches from, that show or any."""
        members = [
            item.show.viewers.get(name) for name, item in self.sessions.items() if show in (None, item.show.name)
        ]
        return sorted({member.address for member in members if member and member.holder == holder})

    def require(self, show: str, session: str) -> Session:
        """The open session of that show; raises `NotFoundError`."""
        found = self.sessions.get(session)
        if found is None or found.show.name != show:
            raise NotFoundError("no such session")
        return found

    def pin(self, show: str, session: str, layer: str | None) -> None:
        """Let a viewer stay on the layer `low`, `mid` or `high`, or (None) on the best that its line carries; of fewer
        layers it is the nearest. Raises `NotFoundError`, `BadRequestError`."""
        if layer is not None and layer not in PINS:
            raise BadRequestError(f"layer must be one of {', '.join(PINS)}, or nothing")
        role = self.require(show, session).role
        if not isinstance(role, Viewer):
            raise BadRequestError("a publisher's session has no quality to choose")
        role.pin(None if layer is None else PINS[layer], self._clock())

    def restart_ice(self, session: Session, ufrag: str) -> tuple[str, str]:
        """New credentials for a peer that has new ones of its own; media flows on over the old path meanwhile."""
        old = session.peer.ice
        if session.former is not None:
            self._ingress.remove(session.former)
        session.peer.ice = IceSession(*new_credentials(), owner=session.peer, remote=old.remote)
        session.former, session.ufrag = old, ufrag
        self._ingress.add(session.peer.ice)
        self.counters.add("ice_restarts")
        return session.peer.ice.ufrag, session.peer.ice.password

    def wall_ms(self, moment: float) -> int:
        """A moment of the relay's clock as Unix milliseconds."""
        return int((time.time() - (self._clock() - moment)) * 1000)

    def tick(self) -> None:
        """What the passing of time does; called twice a second."""
        now = self._clock()
        limits = self.options
        self._ingress.expire(now, limits.silence_s)
        self._port.sweep(now)
        for name, item in list(self.sessions.items()):
            peer = item.peer
            late = peer.path is None and now - peer.born > limits.handshake_s
            if late or now - peer.seen > limits.silence_s:
                self.counters.add("sessions_timed_out")
                self._forget(name)
                continue
            if item.former is not None and peer.ice.nominated:
                self._ingress.remove(item.former)
                item.former = None
            if isinstance(item.role, Publisher):
                item.role.tick(now)
        for show in list(self.shows.values()):
            try:
                if show.tick(now):
                    self._tell("speaker", show, "", show.speakers.current)
            except Exception:
                # One show's fault must not stop the clock of all others.
                self.counters.add("task_errors")
                log.exception("show %s could not be looked after", show.name)

    async def _ticking(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.tick()

    def _admit(self, show: str, session: str, offer: str) -> Offer:
        if len(offer) > self.options.max_offer_bytes:
            raise BadSdpError(f"the offer is longer than {self.options.max_offer_bytes} bytes")
        parsed = parse_offer(offer)
        if show in self._ended:
            raise EndedError("the show has ended")
        if session in self.sessions:
            raise ConflictError("this session id is in use")
        half_open = sum(item.peer.path is None for item in self.sessions.values())
        if len(self.sessions) >= self.options.max_sessions or half_open >= self.options.max_half_open:
            raise FullError("this media process takes no more sessions", retry_after_ms=RETRY_MS)
        return parsed

    def _room(self, show: str) -> Show:
        if show not in self.shows:
            loop = asyncio.get_running_loop()
            assert self._egress is not None
            new_slot = partial(Slot, egress=self._egress, clock=self._ingress.moment, later=loop.call_later)
            self.shows[show] = Show(show, new_slot)
        return self.shows[show]

    def _answer(self, make: Callable[[LocalTransport], Answer]) -> tuple[Answer, tuple[str, str]]:
        ufrag, password = new_credentials()
        local = LocalTransport(
            ufrag, password, self._certificate.fingerprint, self.candidates, self.port, self.takes_tcp
        )
        return make(local), (ufrag, password)

    def _peer(self, session: str, credentials: tuple[str, str]) -> Peer:
        now = self._clock()
        peer = Peer(session, credentials, self._port, self.counters, now)
        self._ingress.add(peer.ice)
        return peer

    def _life(self, peer: Peer, role: Publisher | Viewer, answer: Answer, offer: Offer) -> asyncio.Task[None]:
        peer.role = role
        return self._own(peer.run(self._certificate, answer.dtls_role, offer.fingerprints, self._clock))

    def _start(self, session: Session) -> None:
        name = session.peer.session
        self.sessions[name] = session
        self.counters.add("joins")
        session.task.add_done_callback(lambda _task: self._forget(name, session))

    async def _gone(self, names: Iterable[str]) -> int:
        """Forget sessions and wait until their goodbyes are sent."""
        tasks = [item.task for name in list(names) if (item := self._forget(name)) is not None]
        if tasks:
            await asyncio.wait(tasks, timeout=CLOSE_S)
        return len(tasks)

    def _forget(self, name: str, only: Session | None = None) -> Session | None:
        found = self.sessions.get(name)
        if found is None or (only is not None and found is not only):
            return None
        del self.sessions[name]
        self._ingress.remove(found.peer.ice)
        if found.former is not None:
            self._ingress.remove(found.former)
        show = found.show
        if isinstance(found.role, Publisher):
            if show.publishers.get(found.slot) is found.role:
                del show.publishers[found.slot]
                show.detach(found.slot)
                if found.slot != HOST:
                    show.stand(found.slot, OFF_STAGE)
                show.regroup(found.role.holder)
            self._tell("publisher.gone", show, name, found.slot)
        else:
            show.viewers.pop(name, None)
            show.left(found.role)
            self._tell("viewer.gone", show, name, 0)
        if found.peer.path is not None:
            self.counters.add("packets_out", found.peer.path.packets)
            self.counters.add("bytes_out", found.peer.path.octets)
        found.role.released(self._clock())
        self._drop_if_empty(show)
        found.task.cancel()
        return found

    def _drop_if_empty(self, show: Show) -> None:
        if show.empty and self.shows.get(show.name) is show:
            del self.shows[show.name]

    def _tell(self, kind: str, show: Show, session: str, slot: int | None) -> None:
        self._on_event(MediaEvent(kind, show.name, session, slot))

    def _own(self, life: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(life)
        self._tasks.add(task)
        task.add_done_callback(self._ended_task)
        return task

    def _ended_task(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and task.exception() is not None:
            self.counters.add("task_errors")
            log.error("a media task failed", exc_info=task.exception())
