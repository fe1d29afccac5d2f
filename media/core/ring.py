"""The recent packets of one outgoing track, shared by all its viewers, for answering NACK."""

from __future__ import annotations

from collections import OrderedDict

from media.core.codecs import Codec

CAPACITY = 1024  # about 5 s of a 1.5 Mbit/s video, and as far back as SRTP's replay window allows a repeat


class PacketRing:
    """Packets of one codec by sequence number. A packet stays exactly as it was first sent, padding included: a resent
    one is encrypted under the same GCM nonce, so another plaintext would break the cipher."""

    def __init__(self) -> None:
        self.codec: Codec | None = None
        self._packets: list[bytes | None] = [None] * CAPACITY
        self._late: OrderedDict[int, float] = OrderedDict()

    def restart(self, codec: Codec | None) -> None:
        """Another codec begins: a packet resent under its payload type would be another text under one nonce."""
        self.codec = codec
        self._packets = [None] * CAPACITY
        self._late.clear()

    def put(self, sequence: int, packet: bytes) -> None:
        """Remember what was sent; the first version of a sequence number stays."""
        if self.get(sequence) is None:
            self._packets[sequence % CAPACITY] = packet

    def late(self, sequence: int, now: float) -> None:
        """This packet went to viewers only now, after later ones: they may have asked for it already."""
        self._late[sequence] = now
        self._late.move_to_end(sequence)
        if len(self._late) > CAPACITY:
            self._late.popitem(last=False)

    def late_at(self, sequence: int) -> float:
        """When the packet went out, if it was late."""
        return self._late.get(sequence, float("-inf"))

    def get(self, sequence: int) -> bytes | None:
        """The packet, or None when it is gone or never was."""
        packet = self._packets[sequence % CAPACITY]
        if packet is not None and int.from_bytes(packet[2:4], "big") == sequence:
            return packet
        return None
