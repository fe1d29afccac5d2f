"""The ways to the relay besides UDP over IPv4: TCP connections and IPv6, with a small client of our own."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aioice.ice import get_host_addresses

from media.core.framing import framed
from media.options import MediaOptions
from media.relay import Relay
from media.tcp import STRANGER_PACKETS, STRANGER_S
from tests.support.lean_client import LeanClient, Way, candidates, check, offer, open_way

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]
TRANSPORTS = ["udp", "tcp"]


class House:
    """A relay on addresses of choice; `ahead` moves its clock."""

    def __init__(self, host: str, *advertised: str) -> None:
        self.ahead = 0.0
        self.relay = Relay(
            MediaOptions(node="t", udp_host=host, udp_port=0, publisher_bps=1_000_000_000, advertised=advertised),
            clock=lambda: time.monotonic() + self.ahead,
        )
        self.clients: list[LeanClient] = []

    async def watch(self, transport: str, host: str) -> LeanClient:
        client = self._client()
        await client.connect(await self.relay.watch("s", client.session, offer("recvonly")), transport, host)
        return client

    async def publish(self, transport: str, host: str) -> LeanClient:
        client = self._client()
        await client.connect(await self.relay.publish("s", client.session, "mei", offer("sendonly")), transport, host)
        return client

    def path(self, client: LeanClient) -> Any:
        return self.relay.sessions[client.session].peer.path

    def _client(self) -> LeanClient:
        self.clients.append(LeanClient())
        return self.clients[-1]


@pytest.fixture
async def house() -> AsyncIterator[Callable[..., Awaitable[House]]]:
    houses: list[House] = []

    async def make(host: str, *advertised: str) -> House:
        houses.append(House(host, *advertised))
        await houses[-1].relay.open()
        return houses[-1]

    yield make
    for each in houses:
        for client in each.clients:
            if hasattr(client, "way"):
                await client.close()
        await each.relay.close()


def talk(publisher: LeanClient, words: list[bytes]) -> None:
    for word in words:
        publisher.speak(word)


@pytest.mark.parametrize("out", TRANSPORTS)
@pytest.mark.parametrize("into", TRANSPORTS)
@pytest.mark.parametrize(("bound", "host"), [("127.0.0.1", "127.0.0.1"), ("::1", "::1")])
async def test_what_is_published_one_way_is_watched_another(
    house: Callable[..., Awaitable[House]], eventually: Eventually, bound: str, host: str, into: str, out: str
) -> None:
    at = await house(bound)
    publisher, viewer = await at.publish(into, host), await at.watch(out, host)
    assert [client.mapped == client.way.address for client in (publisher, viewer)] == [True, True]
    words = [f"word {number}".encode() for number in range(50)]
    talk(publisher, words)
    await eventually(lambda: len(viewer.payloads) == 50)
    assert viewer.payloads == words
    assert at.path(viewer).packets == 50
    assert (at.path(viewer).flow is not None) == (out == "tcp")


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_dual_stack_port_serves_both_families_and_tells_each_its_own_address(
    house: Callable[..., Awaitable[House]], eventually: Eventually, transport: str
) -> None:
    at = await house("::")
    publisher = await at.publish(transport, "::1")
    viewers = [await at.watch(transport, host) for host in ("127.0.0.1", "::1")]
    for viewer, host in zip(viewers, ("127.0.0.1", "::1"), strict=True):
        assert viewer.mapped == viewer.way.address
        assert viewer.mapped[0] == host
    talk(publisher, [b"both"] * 20)
    await eventually(lambda: [viewer.payloads for viewer in viewers] == [[b"both"] * 20] * 2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which address was asked")
@pytest.mark.parametrize("bound", ["0.0.0.0", "::"])
async def test_who_asked_one_of_several_addresses_is_answered_from_it(
    house: Callable[..., Awaitable[House]], eventually: Eventually, bound: str
) -> None:
    """The kernel would answer 127.0.0.1 from 127.0.0.1; a client takes nothing but from whom it asked."""
    at = await house(bound, "127.0.0.2", "127.0.0.1")
    publisher, odd = await at.publish("udp", "127.0.0.2"), await at.watch("udp", "127.0.0.2")
    usual = await at.watch("udp", "127.0.0.1")
    assert [at.path(client).flow is None for client in (odd, usual)] == [False, True]
    assert odd.mapped == odd.way.address
    talk(publisher, [b"heard"] * 20)
    await eventually(lambda: [odd.payloads, usual.payloads] == [[b"heard"] * 20] * 2)
    assert at.path(odd).packets == 20
    at.relay.tick()
    talk(publisher, [b"still"])
    await eventually(lambda: odd.payloads[20:] == [b"still"])
    sources = at.relay._port.udp._sources
    assert sources is not None
    assert len(sources._pinned) == 2
    await at.relay.end_show("s")
    at.relay.tick()
    assert not sources._pinned


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says which address was asked")
async def test_who_asked_one_of_several_ipv6_addresses_is_answered_from_it(
    house: Callable[..., Awaitable[House]], eventually: Eventually
) -> None:
    own = [host for host in get_host_addresses(use_ipv4=False, use_ipv6=True) if ":" in host]
    if not own:
        pytest.skip("needs an IPv6 address besides ::1")
    at = await house("::")
    answer = await at.relay.watch("s", "one", offer("recvonly"))
    heard: list[bytes] = []
    way = await open_way("udp", own[0], at.relay.port, heard.append, source="::1")
    way.send(check(answer))
    await eventually(lambda: bool(heard))
    [remote] = at.relay.sessions["one"].peer.ice.addresses
    assert not isinstance(remote, tuple)
    assert remote.address[:2] == way.address
    way.close()


async def test_answers_name_tcp_after_udp_for_each_address(house: Callable[..., Awaitable[House]]) -> None:
    at = await house("::")
    answer = await at.relay.watch("s", "one", offer("recvonly"))
    named = candidates(answer)
    hosts = list(at.relay.candidates)
    assert {"127.0.0.1", "::1"} <= set(hosts)
    port = at.relay.port
    assert named == [("udp", host, port) for host in hosts] + [("tcp", host, port) for host in hosts]


async def test_media_goes_by_tcp_only_after_its_check_and_back_when_the_connection_ends(
    house: Callable[..., Awaitable[House]], eventually: Eventually
) -> None:
    at = await house("127.0.0.1")
    publisher, viewer = await at.publish("udp", "127.0.0.1"), await at.watch("udp", "127.0.0.1")
    path, ice = at.path(viewer), at.relay.sessions[viewer.session].peer.ice
    segmented = path.segmented
    heard: list[bytes] = []
    way = await open_way("tcp", "127.0.0.1", at.relay.port, heard.append)
    talk(publisher, [b"by udp"] * 5)
    await eventually(lambda: len(viewer.payloads) == 5)
    assert (way.received, path.flow) == (0, None)
    credentials = f"a=ice-ufrag:{ice.ufrag}\na=ice-pwd:{ice.password}"
    way.send(check(credentials))
    await eventually(lambda: path.flow is not None)
    assert not path.segmented
    talk(publisher, [b"by tcp"] * 5)
    await eventually(lambda: sum(packet[0] >= 128 for packet in heard) >= 5)
    assert viewer.payloads == [b"by udp"] * 5
    way.close()
    await eventually(lambda: path.flow is None)
    assert path.segmented == segmented
    talk(publisher, [b"by udp again"] * 5)
    await eventually(lambda: viewer.payloads[5:] == [b"by udp again"] * 5)


async def test_a_connection_that_passes_no_check_gets_nothing_and_is_closed(
    house: Callable[..., Awaitable[House]], eventually: Eventually
) -> None:
    at = await house("127.0.0.1")
    answer = await at.relay.watch("s", "one", offer("recvonly"))
    silent, guessing, talking = [await open_way("tcp", "127.0.0.1", at.relay.port) for _ in range(3)]
    forged = check(answer.replace("a=ice-pwd:", "a=ice-pwd:0"))
    hello = bytes([22, 254, 253]) + bytes(60)
    guessing.write(framed(forged) * STRANGER_PACKETS)
    talking.write((framed(hello) + framed(b"\x80" + bytes(40))) * (STRANGER_PACKETS // 2))
    for way in (guessing, talking):
        await asyncio.wait_for(way.ended.wait(), 5)
    bad = at.relay.counters.values
    assert bad["bad_datagrams.stun_integrity"] == bad["bad_datagrams.unknown_address"] == STRANGER_PACKETS
    assert not silent.ended.is_set()
    at.relay.tick()
    at.ahead = STRANGER_S + 1
    at.relay.tick()
    await asyncio.wait_for(silent.ended.wait(), 5)
    assert [way.received for way in (silent, guessing, talking)] == [0, 0, 0]


@pytest.mark.parametrize("garbage", [b"\x00\x00", b"\xff" * 40, b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n"])
async def test_garbage_from_a_viewer_costs_the_viewer_alone(
    house: Callable[..., Awaitable[House]], eventually: Eventually, garbage: bytes
) -> None:
    at = await house("127.0.0.1")
    publisher = await at.publish("tcp", "127.0.0.1")
    viewer, rude = await at.watch("tcp", "127.0.0.1"), await at.watch("tcp", "127.0.0.1")
    rude.way.write(garbage)
    await asyncio.wait_for(rude.way.ended.wait(), 5)
    talk(publisher, [b"on"] * 5)
    await eventually(lambda: len(viewer.payloads) == 5)
    assert at.relay.counters.values["bad_datagrams.framing"] == 1


async def test_a_goodbye_ends_the_session_and_then_the_connection(
    house: Callable[..., Awaitable[House]], eventually: Eventually
) -> None:
    at = await house("127.0.0.1")
    viewer = await at.watch("tcp", "127.0.0.1")
    before = viewer.way.received
    await at.relay.end("s", viewer.session)
    await eventually(lambda: viewer.way.received > before)  # close_notify
    at.relay.tick()
    assert not viewer.way.ended.is_set()
    at.ahead = STRANGER_S + 1
    at.relay.tick()
    await asyncio.wait_for(viewer.way.ended.wait(), 5)


async def test_a_viewer_whose_connection_broke_connects_anew_and_goes_on(
    house: Callable[..., Awaitable[House]], eventually: Eventually
) -> None:
    at = await house("127.0.0.1")
    publisher, viewer = await at.publish("udp", "127.0.0.1"), await at.watch("tcp", "127.0.0.1")
    path, ice = at.path(viewer), at.relay.sessions[viewer.session].peer.ice
    viewer.way.close()
    await eventually(lambda: ice.remote is None)
    talk(publisher, [b"lost"] * 5)
    await eventually(lambda: at.relay.counters.values["packets_in"] >= 10)
    viewer.way = await open_way("tcp", "127.0.0.1", at.relay.port, viewer._take)
    viewer.way.send(check(f"a=ice-ufrag:{ice.ufrag}\na=ice-pwd:{ice.password}"))
    await eventually(lambda: path.flow is ice.remote is not None)
    talk(publisher, [b"back"] * 5)
    await eventually(lambda: viewer.payloads == [b"back"] * 5)


async def test_a_connection_that_ends_with_the_handshake_costs_a_counter_and_no_log(
    house: Callable[..., Awaitable[House]],
    eventually: Eventually,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    at = await house("127.0.0.1")
    answer = await at.relay.watch("s", "one", offer("recvonly"))
    ice = at.relay.sessions["one"].peer.ice

    async def handshake(*_words: Any) -> bool:
        await eventually(lambda: ice.remote is None)
        return True

    monkeypatch.setattr("media.peer.DtlsConnection.handshake", handshake)
    way = await open_way("tcp", "127.0.0.1", at.relay.port)
    way.send(check(answer))
    await eventually(lambda: ice.remote is not None)
    way.close()
    await eventually(lambda: "one" not in at.relay.sessions)
    assert at.relay.counters.values["handshakes_failed"] == 1
    assert at.relay.counters.values["task_errors"] == 0
    assert caplog.records == []


async def test_a_viewer_that_stops_reading_loses_packets_and_the_others_none(
    house: Callable[..., Awaitable[House]], eventually: Eventually
) -> None:
    at = await house("127.0.0.1")
    publisher = await at.publish("tcp", "127.0.0.1")
    viewer, slow = await at.watch("udp", "127.0.0.1"), await at.watch("tcp", "127.0.0.1")
    _pause(slow.way)
    counted = at.relay.counters.values
    sent = 0
    while counted["tcp_dropped"] < 100:
        talk(publisher, [bytes(1_000)] * 50)
        sent += 50
        await eventually(lambda: len(viewer.payloads) == sent)  # noqa: B023  awaited here
    assert at.path(slow).packets < sent
    stream: Any = at.path(slow).flow
    assert stream._transport.get_write_buffer_size() <= 256 * 1_024


def _pause(way: Way) -> None:
    transport: Any = way._transport
    transport.pause_reading()
