"""The recent packets of one outgoing track, shared by all its viewers, for answering NACK."""

from __future__ import annotations

from collections import OrderedDict

CAPACITY = 1024  # about 5 s of a 1.5 Mbit/s video, and as far back as SRTP's replay window allows a repeat


class PacketRing:
    """Packets by sequence number. A packet stays exactly as it was first sent, padding included: a resent one
    is encrypted under the same GCM nonce, so another plaintext would break the cipher."""

    def __init__(self) -> None:
        self._packets: list[bytes | None] = [None] * CAPACITY
        self._late: OrderedDict[int, float] = OrderedDict()

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
