"""How datagrams of links are told from others: two processes have one address each, however many links between them.

Each begins with a byte that none of STUN, DTLS and RTP begins with (RFC 7983) and the link's name; what follows is a
datagram as any other."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from media.core.ice import Address, Remote, address_of
from media.port import MediaPort

MARK = 0xC8
NAME_BYTES = 8
HEAD_BYTES = 1 + NAME_BYTES


@dataclass(frozen=True, slots=True)
class Trunk:
    """A `Flow`: one link's way to a remote."""

    name: bytes
    remote: Remote
    _port: MediaPort = field(repr=False, compare=False)

    @property
    def address(self) -> Address:
        return address_of(self.remote)

    def send(self, packet: bytes | memoryview) -> bool:
        self._port.send(bytes((MARK,)) + self.name + bytes(packet), self.remote)
        return True


def name_of(session: str) -> bytes:
    """What both ends call their link."""
    return hashlib.blake2b(session.encode(), digest_size=NAME_BYTES).digest()
