"""The ring of recent packets."""

from __future__ import annotations

from media.core.ring import CAPACITY, PacketRing


def packet(sequence: int, payload: bytes = b"") -> bytes:
    return b"\x80\x60" + sequence.to_bytes(2, "big") + bytes(8) + payload


def test_recent_packets_are_found_and_old_ones_are_gone() -> None:
    ring = PacketRing()
    for number in range(65_000, 65_000 + CAPACITY + 10):
        ring.put(number & 0xFFFF, packet(number & 0xFFFF))
    assert ring.get((65_000 + CAPACITY + 9) & 0xFFFF) == packet((65_000 + CAPACITY + 9) & 0xFFFF)
    assert ring.get(65_009) is None
    assert ring.get(65_010) == packet(65_010)


def test_the_first_version_of_a_packet_stays() -> None:
    ring = PacketRing()
    ring.put(5, packet(5, b"as sent"))
    ring.put(5, packet(5, b"another"))
    assert ring.get(5) == packet(5, b"as sent")


def test_what_never_was_is_not_found() -> None:
    ring = PacketRing()
    assert ring.get(0) is None
    ring.put(CAPACITY, packet(CAPACITY))
    assert ring.get(0) is None
