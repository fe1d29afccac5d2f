"""ICE-lite for all sessions of one media port: who a packet belongs to, and where a session's packets go.

A peer is reached at an address, or by a flow, such as a TCP connection that it has opened (RFC 6544); both are a
`Remote`. Nothing is ever sent to one that has not passed a check (RFC 8445, RFC 7675)."""

from __future__ import annotations

import ipaddress
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from media.formats import BindingRequest, binding_response

Address = tuple[str, int] | tuple[str, int, int, int]
Owner = TypeVar("Owner", bound=Hashable)

MAX_ADDRESSES = 8
# Type preferences: the highest for UDP (RFC 8445 section 5.1.2.1), a lower one for TCP, whose local preference begins
# with 4 for passive candidates (RFC 6544 section 4.2).
_UDP_PREFERENCE = 126 << 24
_TCP_PREFERENCE = 90 << 24
_PASSIVE = 4 << 13


class Flow(Protocol):
    """A way to a peer that is more than its address: a TCP connection, which is itself and no other though another
    may come from the same address, or datagrams that must leave from a certain address of ours."""

    @property
    def address(self) -> Address:
        """Where it comes from."""

    def send(self, packet: bytes | memoryview) -> bool:
        """Whether the packet is on its way; a slow reader loses some, which the flow counts."""


Remote = Address | Flow


def address_of(remote: Remote) -> Address:
    """The address of either kind."""
    return remote if isinstance(remote, tuple) else remote.address


def origin(remote: Remote) -> str:
    """Who is treated as one where addresses share something: an IPv4 address, or an IPv6 network of 64 bits, which
    is what one household or server has."""
    host = plain(address_of(remote))[0]
    return str(ipaddress.IPv6Network((host, 64), strict=False)) if ":" in host else host


@dataclass(slots=True, eq=False)
class IceSession(Generic[Owner]):
    """One session's credentials and the remotes that its peer has proved to own, with their last sign of
    life."""

    ufrag: str
    password: str
    owner: Owner
    remote: Remote | None = None
    nominated: bool = False
    addresses: dict[Remote, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked(Generic[Owner]):
    """A genuine check: answer it; `moved` says that the session's packets now go to another address."""

    owner: Owner
    response: bytes
    moved: bool


class IceTable(Generic[Owner]):
    """Sessions by ufrag and by checked address."""

    def __init__(self) -> None:
        self._by_ufrag: dict[str, IceSession[Owner]] = {}
        self._by_address: dict[Remote, IceSession[Owner]] = {}

    def __len__(self) -> int:
        return len(self._by_ufrag)

    def add(self, session: IceSession[Owner]) -> None:
        """Begin to answer checks for this session."""
        self._by_ufrag[session.ufrag] = session

    def remove(self, session: IceSession[Owner]) -> None:
        """Take nothing from its addresses any more; `remote` stays, for the goodbye."""
        self._by_ufrag.pop(session.ufrag, None)
        for address in session.addresses:
            self._by_address.pop(address, None)
        session.addresses.clear()

    def owner(self, address: Remote) -> Owner | None:
        """Whose datagrams come from this address; None if it has passed no check."""
        session = self._by_address.get(address)
        return None if session is None else session.owner

    def uses(self, remote: Remote) -> bool:
        """Whether the packets of its session go there."""
        session = self._by_address.get(remote)
        return session is not None and session.remote == remote

    def seen(self, address: Remote, now: float) -> None:
        """Something genuine came from a checked address."""
        session = self._by_address.get(address)
        if session is not None:
            session.addresses[address] = now

    def check(self, request: BindingRequest, address: Remote, now: float) -> Checked[Owner] | None:
        """None when no session is meant or the integrity is wrong: then nothing may be sent."""
        session = self._by_ufrag.get(request.username.partition(":")[0])
        if session is None or not request.verify(session.password):
            return None
        before = session.remote
        self._learn(session, address, now)
        # The latest nomination wins; before the first one, the first valid pair (RFC 8445 section 7.3.1.5).
        if request.use_candidate:
            session.remote, session.nominated = address, True
        elif session.remote is None:
            session.remote = address
        response = binding_response(request, plain(address_of(address)), session.password)
        return Checked(session.owner, response, session.remote != before)

    def lost(self, flow: Flow) -> Owner | None:
        """A flow has ended: whose it was, if anybody's."""
        session = self._by_address.get(flow)
        if session is None:
            return None
        self._drop(session, flow)
        return session.owner

    def expire(self, now: float, silence_s: float) -> None:
        """Drop addresses that were silent for too long."""
        for address, session in list(self._by_address.items()):
            if now - session.addresses[address] > silence_s:
                self._drop(session, address)

    def _learn(self, session: IceSession[Owner], address: Remote, now: float) -> None:
        known = self._by_address.get(address)
        if known is not None and known is not session:
            self._drop(known, address)
        if address not in session.addresses and len(session.addresses) >= MAX_ADDRESSES:
            idle = [item for item in session.addresses if item != session.remote]
            self._drop(session, min(idle, key=session.addresses.__getitem__))
        session.addresses[address] = now
        self._by_address[address] = session

    def _drop(self, session: IceSession[Owner], address: Remote) -> None:
        session.addresses.pop(address, None)
        self._by_address.pop(address, None)
        if session.remote == address:
            latest = max(session.addresses, key=session.addresses.__getitem__, default=None)
            session.remote, session.nominated = latest, False


def plain(address: Address) -> tuple[str, int]:
    """Without IPv6 scope and flow, and an IPv4 peer of a dual-stack socket as IPv4."""
    host = address[0].partition("%")[0]
    return host.removeprefix("::ffff:") if "." in host else host, address[1]


def candidate_lines(addresses: Iterable[str], port: int, *, tcp: bool = False) -> list[str]:
    """Where we can be reached, as SDP lines, the first address preferred, and UDP to TCP. Browsers open a connection
    to each TCP candidate; a foundation is one kind, address and transport."""
    hosts = [ipaddress.ip_address(address) for address in addresses]
    lines = []
    for index, host in enumerate(hosts):
        priority = _UDP_PREFERENCE | ((65_535 - index) << 8) | 255
        lines.append(f"a=candidate:{index + 1} 1 udp {priority} {host} {port} typ host")
    for index, host in enumerate(hosts if tcp else ()):
        priority = _TCP_PREFERENCE | ((_PASSIVE | (8_191 - index)) << 8) | 255
        foundation = len(hosts) + index + 1
        lines.append(f"a=candidate:{foundation} 1 tcp {priority} {host} {port} typ host tcptype passive")
    return [*lines, "a=end-of-candidates"]
