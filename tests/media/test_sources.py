"""Which of our addresses a datagram leaves from, told by what the kernel says of it."""

from __future__ import annotations

import socket
import struct
import sys
from collections.abc import Iterator

import pytest

from media.core.ice import Address, Remote
from media.counters import Counters
from media.sources import IP_PKTINFO, MAX_USUAL, USUAL_S, Pinned, Sources, sources_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which address was asked")

PEER: Address = ("127.0.0.1", 5_000)
CHECK, MEDIA = b"\x00\x01rest", b"\x80media"


def asked(host: str) -> list[tuple[int, int, bytes]]:
    stamp = (socket.SOL_SOCKET, 35, bytes(16))
    packed = socket.inet_aton(host)
    return [stamp, (socket.IPPROTO_IP, IP_PKTINFO, struct.pack("=i4s4s", 1, packed, packed))]


@pytest.fixture
def sources() -> Iterator[Sources]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("0.0.0.0", 0))
        found = sources_of(sock, Counters())
        assert found is not None
        yield found


def pin(sources: Sources, host: str = "127.0.0.2", peer: Address = PEER) -> Pinned:
    found = sources.remote(CHECK, peer, asked(host))
    assert isinstance(found, Pinned)
    return found


def test_who_asked_the_address_that_the_kernel_would_answer_from_is_its_address(sources: Sources) -> None:
    assert sources.remote(CHECK, PEER, asked("127.0.0.1")) == PEER
    assert sources.remote(CHECK, PEER, []) == PEER
    assert sources.remote(CHECK, PEER, [(socket.IPPROTO_IP, IP_PKTINFO, b"short")]) == PEER
    assert sources.remote(b"", PEER, asked("127.0.0.1")) == PEER


def test_two_of_the_same_addresses_are_the_same_flow(sources: Sources) -> None:
    assert pin(sources) == pin(sources)
    assert hash(pin(sources)) == hash(pin(sources))
    assert len({pin(sources), pin(sources, "127.0.0.3"), pin(sources, peer=("127.0.0.1", 5_001))}) == 3


def test_only_what_passed_a_check_is_known_by_its_media_until_it_is_swept(sources: Sources) -> None:
    flow = pin(sources)
    assert sources.remote(MEDIA, PEER, asked("127.0.0.2")) == PEER
    sources.keep(flow)
    assert sources.remote(MEDIA, PEER, asked("127.0.0.2")) is flow
    assert sources.remote(MEDIA, PEER, asked("127.0.0.3")) == PEER
    assert sources.remote(MEDIA, ("127.0.0.1", 6_000), asked("127.0.0.2")) == ("127.0.0.1", 6_000)
    sources.sweep(1.0, lambda remote: remote == flow)
    assert sources.remote(MEDIA, PEER, asked("127.0.0.2")) is flow
    sources.sweep(2.0, lambda _remote: False)
    assert sources.remote(MEDIA, PEER, asked("127.0.0.2")) == PEER


def test_a_flood_of_peers_and_a_changed_route_cost_no_memory(sources: Sources) -> None:
    for number in range(MAX_USUAL + 10):
        sources.remote(CHECK, (f"127.1.{number >> 8}.{number & 255}", 5), asked("127.0.0.1"))
    assert len(sources._usual) <= MAX_USUAL
    assert not sources._pinned

    def nobody(_remote: Remote) -> bool:
        return False

    sources.sweep(100.0, nobody)
    assert not sources._usual
    sources.remote(CHECK, PEER, asked("127.0.0.1"))
    sources.sweep(100.0 + USUAL_S / 2, nobody)
    assert sources._usual


def test_a_datagram_that_cannot_be_sent_is_counted() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("0.0.0.0", 0))
        counters = Counters()
        flow = pin(Sources(sock, counters), "192.0.2.200")
        assert not flow.send(b"none of ours")
        assert counters.values["send_errors"] == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_socket_on_one_address_has_no_choice(host: str) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind((host, 0))
        assert sources_of(sock, Counters()) is None
