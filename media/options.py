"""What the operator may choose about one media process."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from media.errors import BadRequestError


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaOptions:
    """Settings of one media process; `advertised` are the addresses that answers name as candidates.

    With `advertised` empty, a specific `udp_host` advertises itself and a wildcard advertises every
    address of the machine. `udp_port` 0 lets the system choose (tests). `node` is a name that no process
    had before; `place` names machine and port, which one process at a time can have, and begins `node`.
    `own_machine` is for who is on this machine alone, at any of its addresses: `udp_host` is then where TCP listens.
    `tcp` takes connections on the port of the same number. A viewer over TCP costs twice one over UDP
    (measured: 13 us a packet against 7), so 500 connections are what a core carries; those of one address are limited
    because anybody may open one."""

    node: str
    place: str = ""
    redis_url: str = "redis://127.0.0.1:6379/0"
    udp_host: str = "0.0.0.0"  # noqa: S104  the media port is public by purpose
    udp_port: int = 8443
    own_machine: bool = False
    advertised: tuple[str, ...] = ()
    tcp: bool = True
    max_streams: int = 500
    max_streams_per_address: int = 100
    publisher_bps: int = 2_500_000
    max_sessions: int = 4_000
    max_half_open: int = 2_000
    max_offer_bytes: int = 65_536
    silence_s: float = 30.0
    handshake_s: float = 10.0
    socket_buffer_bytes: int = 4 * 1024 * 1024

    def __post_init__(self) -> None:
        if not self.node or len(self.node) > 64 or not self.node.isprintable():
            raise BadRequestError("node must be 1 to 64 printable characters")
        if not 0 <= self.udp_port <= 65_535:
            raise BadRequestError("udp_port must be between 0 and 65535")
        for address in self.advertised:
            if not _is_address(address):
                raise BadRequestError(f"advertised address {address!r} is not an IP address")
        if self.publisher_bps < 50_000:
            raise BadRequestError("publisher_bps must be at least 50000")
        if self.max_streams < 1 or self.max_streams_per_address < 1:
            raise BadRequestError("max_streams and max_streams_per_address must be at least 1")
        if self.max_sessions < 1 or self.max_half_open < 1:
            raise BadRequestError("max_sessions and max_half_open must be at least 1")


def _is_address(text: str) -> bool:
    """One that a browser can send to: no wildcard, and no scope, which means nothing elsewhere."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return not address.is_unspecified and "%" not in text
