"""The recent packets of one outgoing track, shared by all its viewers, for answering NACK."""

from __future__ import annotations

CAPACITY = 1024  # about 5 s of a 1.5 Mbit/s video, and as far back as SRTP's replay window allows a repeat


class PacketRing:
    """Packets by sequence number. A packet stays exactly as it was first sent, padding included: a resent one
    is encrypted under the same GCM nonce, so another plaintext would break the cipher."""

    def __init__(self) -> None:
        self._packets: list[bytes | None] = [None] * CAPACITY

    def put(self, sequence: int, packet: bytes) -> None:
        """Remember what was sent; the first version of a sequence number stays."""
        if self.get(sequence) is None:
            self._packets[sequence % CAPACITY] = packet

    def get(self, sequence: int) -> bytes | None:
        """The packet, or None when it is gone or never was."""
        packet = self._packets[sequence % CAPACITY]
        if packet is not None and int.from_bytes(packet[2:4], "big") == sequence:
            return packet
        return None
