"""The TCP side of the media port, on asyncio's loop and on uvloop: hostile peers lose their connection, not our
memory."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
import uvloop

from media.core.framing import framed
from media.core.ice import Flow, Remote
from media.counters import Counters
from media.errors import PortUnavailableError
from media.options import MediaOptions
from media.port import MediaPort
from media.tcp import MAX_UNSENT, STRANGER_PACKETS, TcpPort
from media.udp import bind_tcp
from tests.support.lean_client import Way, open_way

Eventually = Callable[[Callable[[], bool]], Awaitable[None]]


LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}


class Ears:
    """Takes packets; knows the remotes that have said hello."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.known: list[Remote] = []
        self.spare: list[Remote] = []
        self.gone: list[Flow] = []

    def receive(self, data: bytes, address: Remote, waited_s: float = 0.0) -> None:
        assert waited_s == 0.0
        self.heard.append(data)
        if data == b"hello":
            self.known.append(address)

    def knows(self, remote: Remote) -> bool:
        return remote in self.known

    def uses(self, remote: Remote) -> bool:
        return remote in self.known and remote not in self.spare

    def lost(self, stream: Flow) -> None:
        self.gone.append(stream)

    def stream(self, index: int = 0) -> Flow:
        found = self.known[index]
        assert not isinstance(found, tuple)
        return found


class Door:
    """A media port with ears and a clock that is set by hand."""

    def __init__(self, **limits: int) -> None:
        self.now = 0.0
        self.ears = Ears()
        self.counters = Counters()
        options = MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0, **limits)  # type: ignore[arg-type]
        self.port = MediaPort(options, self.counters, lambda: self.now)
        self.ways: list[Way] = []

    @property
    def tcp(self) -> TcpPort:
        assert self.port.tcp is not None
        return self.port.tcp

    def holds(self, count: int) -> bool:
        return len(self.tcp) == count

    def knows(self, count: int) -> bool:
        return len(self.ears.known) == count

    async def knock(self, source: str = "127.0.0.1") -> Way:
        way = await open_way("tcp", "127.0.0.1", self.port.port, source=source)
        self.ways.append(way)
        return way


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Awaitable[Door]]]:
    doors: list[Door] = []

    async def make(**limits: int) -> Door:
        door = Door(**limits)
        doors.append(door)
        await door.port.open(door.ears)
        return door

    yield make
    for door in doors:
        for way in door.ways:
            way.close()
        await door.port.close()
        await door.port.close()
        for way in door.ways:
            await asyncio.wait_for(way.ended.wait(), 5)
        assert len(door.tcp) == 0


async def test_packets_come_whole_however_they_were_sent(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened()
    way = await door.knock()
    packets = [b"hello", b"x" * 2_048, *(bytes([number]) * 7 for number in range(1, 200))]
    stream = b"".join(map(framed, packets))
    way.write(stream[:1])
    await eventually(lambda: len(door.tcp) == 1)
    way.write(stream[1:2_000])
    await eventually(lambda: len(door.ears.heard) == 1)
    way.write(stream[2_000:])
    await eventually(lambda: len(door.ears.heard) == len(packets))
    assert door.ears.heard == packets


async def test_one_connection_leaves_the_loop_its_turns(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened()
    way = await door.knock()
    heard: list[int] = []
    loop = asyncio.get_running_loop()

    def look() -> None:
        heard.append(len(door.ears.heard))
        if heard[-1] < 20_001:
            loop.call_soon(look)

    way.write(framed(b"hello") + framed(b"x") * 20_000)
    look()
    await eventually(lambda: len(door.ears.heard) == 20_001)
    await eventually(lambda: heard[-1] == 20_001)
    assert max(after - before for before, after in itertools.pairwise(heard)) <= 32


@pytest.mark.parametrize("fault", [b"\x00\x00", b"\x08\x01", b"\xff\xff"])
async def test_a_length_that_no_packet_has_closes_the_connection(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually, fault: bytes
) -> None:
    door = await opened()
    way = await door.knock()
    way.write(framed(b"hello") + fault + framed(b"never"))
    await asyncio.wait_for(way.ended.wait(), 5)
    assert door.ears.heard == [b"hello"]
    assert door.counters.values["bad_datagrams.framing"] == 1
    await eventually(lambda: len(door.ears.gone) == 1)


async def test_a_connection_without_a_session_is_closed_after_ten_seconds(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened()
    idle, busy = await door.knock(), await door.knock()
    busy.send(b"hello")
    await eventually(lambda: len(door.ears.known) == 1 and len(door.tcp) == 2)
    door.now = 9.0
    door.tcp.sweep(9.0)
    assert len(door.tcp) == 2
    door.tcp.sweep(10.5)
    await asyncio.wait_for(idle.ended.wait(), 5)
    assert len(door.tcp) == 1
    # When its session ends it has ten seconds of its own.
    door.tcp.sweep(100.0)
    door.ears.known.clear()
    door.tcp.sweep(200.0)
    door.tcp.sweep(209.0)
    assert len(door.tcp) == 1
    door.tcp.sweep(210.5)
    await asyncio.wait_for(busy.ended.wait(), 5)
    assert (idle.received, busy.received, door.counters.values["tcp_timed_out"]) == (0, 0, 2)


async def test_a_stranger_may_send_a_few_packets_only(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened()
    way = await door.knock()
    way.write(framed(b"guess") * (STRANGER_PACKETS - 1))
    await eventually(lambda: len(door.ears.heard) == STRANGER_PACKETS - 1)
    assert not way.ended.is_set()
    way.write(framed(b"guess") * 50)
    await asyncio.wait_for(way.ended.wait(), 5)
    assert len(door.ears.heard) == STRANGER_PACKETS
    assert way.received == 0


async def test_a_newcomer_takes_the_place_of_the_oldest_stranger_but_of_no_session(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened(max_streams=3)
    first = await door.knock()
    first.send(b"hello")
    await eventually(lambda: len(door.ears.known) == 1)
    strangers = []
    for count in (2, 3):
        strangers.append(await door.knock())
        await eventually(partial(door.holds, count))
    newcomer = await door.knock()
    await asyncio.wait_for(strangers[0].ended.wait(), 5)
    newcomer.send(b"hello")
    strangers[1].send(b"hello")
    await eventually(lambda: len(door.ears.known) == 3)
    late = await door.knock()
    await asyncio.wait_for(late.ended.wait(), 5)
    assert [way.ended.is_set() for way in (first, newcomer, strangers[1])] == [False] * 3
    assert (door.counters.values["tcp_displaced"], door.counters.values["tcp_refused"]) == (1, 1)


async def test_what_no_media_goes_by_gives_way_to_a_newcomer_but_strangers_do_first(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened(max_streams=3, max_streams_per_address=3)
    ways = [await door.knock() for _ in range(2)]
    for count, way in enumerate(ways, 1):
        way.send(b"hello")
        await eventually(partial(door.knows, count))
    door.ears.spare.append(door.ears.stream(0))
    ways.append(await door.knock())
    await eventually(partial(door.holds, 3))
    for last in (ways[2], ways[0]):
        newcomer = await door.knock()
        await asyncio.wait_for(last.ended.wait(), 5)
        newcomer.send(b"hello")
        await eventually(partial(door.knows, len(door.ways) - 1))
    late = await door.knock()
    await asyncio.wait_for(late.ended.wait(), 5)
    assert not ways[1].ended.is_set()
    assert (door.counters.values["tcp_displaced"], door.counters.values["tcp_refused"]) == (2, 1)


async def test_one_address_has_few_connections(opened: Callable[..., Awaitable[Door]], eventually: Eventually) -> None:
    door = await opened(max_streams_per_address=2)
    ways = [await door.knock() for _ in range(2)]
    for way in ways:
        way.send(b"hello")
    await eventually(partial(door.knows, 2))
    third = await door.knock()
    await asyncio.wait_for(third.ended.wait(), 5)
    other = await door.knock("127.0.0.2")
    other.send(b"hello")
    await eventually(partial(door.knows, 3))
    ways[0].close()
    await eventually(partial(door.holds, 2))
    fourth = await door.knock()
    fourth.send(b"hello")
    await eventually(partial(door.knows, 4))
    assert (door.counters.values["tcp_refused"], door.counters.values["tcp_displaced"]) == (1, 0)


async def test_a_slow_reader_loses_whole_packets_and_costs_no_memory(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened()
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
        slow.connect(("127.0.0.1", door.port.port))
        slow.sendall(framed(b"hello"))
        await eventually(lambda: len(door.ears.known) == 1)
        stream = door.ears.stream()
        taken = []
        for number in range(5_000):  # 6 MB
            packet = number.to_bytes(4, "big") * 300
            if stream.send(packet):
                taken.append(packet)
            if number % 100 == 0:
                await asyncio.sleep(0)
        lost = 5_000 - len(taken)
        assert sum(map(len, taken)) < MAX_UNSENT + 400_000, "the kernel keeps little"
        assert door.counters.values["tcp_dropped"] == lost
        waiting = stream._transport.get_write_buffer_size()  # type: ignore[attr-defined]
        assert MAX_UNSENT // 2 < waiting <= MAX_UNSENT
        # What it reads in the end is whole packets in their order.
        slow.setblocking(False)
        got = b""
        wanted = b"".join(map(framed, taken))
        async with asyncio.timeout(20):
            while len(got) < len(wanted):
                with contextlib.suppress(BlockingIOError):
                    got += slow.recv(1 << 20)
                await asyncio.sleep(0)
        assert got == wanted
        assert stream.send(b"again")


async def test_random_bytes_end_their_own_connection_and_nothing_else(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually, caplog: pytest.LogCaptureFixture
) -> None:
    door = await opened()
    good = await door.knock()
    good.send(b"hello")
    rng = random.Random(9)
    for _ in range(60):
        way = await door.knock()
        # Many lengths are possible ones, so that some get on for a while.
        way.write(b"".join(bytes([rng.choice((0, 0, rng.randrange(256)))]) + rng.randbytes(90) for _ in range(99)))
        await asyncio.wait_for(way.ended.wait(), 5)
    assert not good.ended.is_set()
    good.send(b"still here")
    await eventually(lambda: b"still here" in door.ears.heard)
    assert door.counters.values["bad_datagrams.framing"] + door.counters.values["bad_datagrams.tcp_stranger"] == 60
    assert caplog.records == []


async def test_a_connection_that_has_ended_takes_nothing(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened()
    way = await door.knock()
    way.send(b"hello")
    await eventually(lambda: len(door.ears.known) == 1)
    stream = door.ears.stream()
    way.close()
    await eventually(lambda: door.ears.gone == [stream])
    assert not stream.send(b"late")


async def test_closing_the_port_ends_all_connections_within_its_time(
    opened: Callable[..., Awaitable[Door]], eventually: Eventually
) -> None:
    door = await opened()
    ways = [await door.knock() for _ in range(3)]
    for way in ways:
        way.send(b"hello")
    await eventually(lambda: len(door.ears.known) == 3)
    door.ears.stream(0).send(b"goodbye")
    await asyncio.wait_for(door.port.close(), 1.0)
    for way in ways:
        await asyncio.wait_for(way.ended.wait(), 5)
    assert sorted(way.received for way in ways) == [0, 0, 9]
    with pytest.raises(OSError, match=r"."):
        await door.knock()


async def test_both_sides_of_the_port_have_one_number_and_a_taken_tcp_port_is_said_and_done_without(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first = MediaPort(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0), Counters(), lambda: 0.0)
    assert first.tcp is not None
    assert first.tcp._socket.getsockname() == first.udp.socket.getsockname()
    # Its UDP port is free again, its TCP port is not.
    first.udp.close()
    second = MediaPort(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=first.port), Counters(), lambda: 0.0)
    assert (second.port, second.tcp) == (first.port, None)
    assert f"TCP 127.0.0.1 port {first.port}" in caplog.text
    await first.close()
    await second.close()


async def test_another_number_is_tried_when_the_system_chose_one_that_tcp_does_not_have(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[int] = []

    def taken_twice(host: str, port: int) -> socket.socket:
        tried.append(port)
        if len(tried) < 3:
            raise PortUnavailableError("taken")
        return bind_tcp(host, port)

    monkeypatch.setattr("media.port.bind_tcp", taken_twice)
    port = MediaPort(MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0), Counters(), lambda: 0.0)
    # A number may be in use indeed: then there is one try more.
    assert len(tried) >= 3
    assert port.port == tried[-1]
    await port.close()


async def test_the_operator_may_switch_it_off() -> None:
    options = MediaOptions(node="t", udp_host="127.0.0.1", udp_port=0, tcp=False)
    port = MediaPort(options, Counters(), lambda: 0.0)
    await port.open(Ears())
    port.sweep(1.0)
    with pytest.raises(ConnectionError):
        await open_way("tcp", "127.0.0.1", port.port)
    await port.close()
