"""Peers that take their time: half a request, a body that drips, answers and events that nobody reads."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median

import aiohttp
import pytest

from signaling.errors import CloseCode
from tests.attacks.conftest import PROXY, Resident
from tests.support.full import FULL
from tests.support.people import make_product, make_show, register
from tests.support.raw_wire import PING, TEXT, Frame, Wire, connected, opened
from tests.support.room import MSGPACK, Peer
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

MIB = 2**20
SLOW = 2_000 if FULL else 300
# The mark is 10 s; a busy machine gets more.
GONE_S = 14.0
DRIP_S = 1.0
# Tenths of a second where nothing else runs; a server that is held up takes far longer than this.
PROMPT_S = 2.0

HOST = "Host: x\r\n"
POST = f"POST /api/v1/auth/login HTTP/1.1\r\n{HOST}Content-Type: application/json\r\n"
# What is sent at once, and what a second later and then again and again.
SLOW_STARTS: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "half a line": ("GET /healthz HT", ""),
    "a header a second": (f"GET /ws HTTP/1.1\r\n{HOST}", "X-A: a\r\n"),
    "a byte a second": (f"GET /healthz HTTP/1.1\r\n{HOST}X-A: ", "a"),
    "a body that stops": (f"{POST}Content-Length: 1000\r\n\r\n{{", ""),
    "a body that drips": (f"{POST}Content-Length: 1000\r\n\r\n{{", " "),
    "chunks that drip": (f"{POST}Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n"),
    "SDP that drips": (
        f"POST /whep/x HTTP/1.1\r\n{HOST}Content-Type: application/sdp\r\nContent-Length: 9\r\n\r\n",
        "=",
    ),
    "a body that nobody reads": (f"GET /healthz HTTP/1.1\r\n{HOST}Content-Length: 1000\r\n\r\n", " "),
    "a request, and no other": (f"GET /healthz HTTP/1.1\r\n{HOST}\r\n", ""),
}


@pytest.fixture(scope="module")
def show(fort: RunningShop) -> str:
    mei = fort.log_in("mei")
    return str(make_show(fort, mei, [make_product(fort, mei)["id"]])["show"]["id"])


async def gone_after(shop: RunningShop, start: str, drip: str) -> float:
    """In how many seconds the server hangs up."""
    async with connected(shop.url) as wire:
        began = time.monotonic()
        await wire.send(start.encode())

        async def trickle() -> None:
            while True:
                await asyncio.sleep(DRIP_S)
                await wire.send(drip.encode())

        dripping = asyncio.create_task(trickle())
        try:
            await wire.rest()
        finally:
            dripping.cancel()
        return time.monotonic() - began


async def test_whoever_does_not_come_to_the_point_is_hung_up_on(fort: RunningShop, resident: Resident) -> None:
    """All at once, with a crowd of them: others come in as before meanwhile."""
    before = resident.bytes()
    crowd = [SLOW_STARTS["a byte a second"]] * SLOW
    attack = asyncio.gather(*(gone_after(fort, *each) for each in (*SLOW_STARTS.values(), *crowd)))
    waits = []
    async with aiohttp.ClientSession() as http:
        while not attack.done():
            began = time.monotonic()
            async with http.ws_connect(f"{fort.url}/ws", protocols=[MSGPACK]) as ws:
                await Peer(ws).ask("ping")
            waits.append(time.monotonic() - began)
            await asyncio.sleep(0.2)
    gone = dict(zip((*SLOW_STARTS, *(f"crowd {number}" for number in range(SLOW))), await attack, strict=True))
    assert max(gone.values()) < GONE_S, sorted(gone.items(), key=lambda each: -each[1])[:5]
    assert len(waits) > 10
    assert median(waits) < PROMPT_S
    assert resident.bytes() - before < 16 * MIB + SLOW * 40_000


@asynccontextmanager
async def talk(shop: RunningShop, show: str, text: Callable[[], str]) -> AsyncIterator[list[float]]:
    """Twenty lines a second while the context is open, from as many people as may say so much; what the delays were
    from saying to hearing, for somebody in the room who reads."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())

        async def join(token: str | None) -> Peer:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            peer = Peer(await http.ws_connect(f"{shop.url}/ws", protocols=[MSGPACK], headers=headers))
            await peer.ask("show.join", show=show)
            return peer

        speakers = [await join(register(shop)) for _ in range(8)]
        reader, delays = await join(None), list[float]()

        async def speak(speaker: Peer) -> None:
            while True:
                began = time.monotonic()
                await speaker.ask("chat.send", text=f"{time.monotonic()} {text()}")
                await asyncio.sleep(max(0.0, 0.4 - (time.monotonic() - began)))

        async def read() -> None:
            while True:
                await reader.until(lambda events: any(event[1] == "chat" for event in events))
                now = time.monotonic()
                delays.extend(now - float(event[2]["text"].split()[0]) for event in reader.events if event[1] == "chat")
                reader.events.clear()

        tasks = [asyncio.create_task(each) for each in (read(), *map(speak, speakers))]
        try:
            yield delays
        finally:
            for task in tasks:
                task.cancel()
            ended = await asyncio.gather(*tasks, return_exceptions=True)
            assert all(isinstance(each, asyncio.CancelledError) for each in ended), ended


async def heard(delays: list[float], lines: int) -> None:
    async with asyncio.timeout(GONE_S):
        while len(delays) < lines:  # noqa: ASYNC110 -- filled by what comes over the wire
            await asyncio.sleep(0.05)


async def joined(wire: Wire, show: str) -> None:
    await wire.send(Frame(TEXT, json.dumps({"id": 1, "op": "show.join", "d": {"show": show}}).encode()))
    while b'"ok"' not in (await wire.frame())[1]:
        pass


async def until_gone(wire: Wire) -> float:
    """In how many seconds the connection is over, seen without reading from it."""
    began = time.monotonic()
    async with asyncio.timeout(GONE_S):
        while not await over(wire):  # noqa: ASYNC110 -- the server is looked at from outside
            await asyncio.sleep(0.5)
    return time.monotonic() - began


async def over(wire: Wire) -> bool:
    """TCP itself says so: what is written to a connection that the other side has dropped is answered with a reset."""
    try:
        wire.writer.write(bytes(Frame(0xA)))
        await wire.writer.drain()
    except ConnectionError:
        return True
    return bool(wire.writer.transport.is_closing())


async def test_a_viewer_whose_window_is_shut_is_let_go_and_the_room_goes_on(
    fort: RunningShop, resident: Resident, show: str
) -> None:
    long = "茶" * 180
    async with AsyncExitStack() as stack, talk(fort, show, lambda: long) as delays:
        await heard(delays, 5)
        before = resident.bytes()
        deaf = [await stack.enter_async_context(opened(fort.url, window=4_096)) for _ in range(10)]
        for wire in deaf:
            await joined(wire, show)
            wire.stop_reading()
        since = len(delays)
        gone = await asyncio.gather(*map(until_gone, deaf))
        assert max(gone) < GONE_S
        assert resident.bytes() - before < len(deaf) * MIB
        assert len(delays) - since > 3 * max(gone), "the room hears twenty lines a second"
        assert median(delays[since:]) < PROMPT_S


async def test_a_flood_of_pings_ends_the_connection_and_is_not_paid_in_memory(
    fort: RunningShop, resident: Resident, show: str
) -> None:
    before = resident.bytes()
    async with talk(fort, show, lambda: "tea") as delays:
        async with opened(fort.url) as reading, opened(fort.url, window=4_096) as deaf:
            deaf.stop_reading()

            async def flood(wire: Wire) -> None:
                while not await over(wire):
                    await wire.send(*[Frame(PING, b"x" * 125)] * 500)
                    await asyncio.sleep(0.01)

            floods = [asyncio.create_task(flood(wire)) for wire in (reading, deaf)]
            try:
                assert await reading.closed() == CloseCode.FLOOD
                async with asyncio.timeout(GONE_S):
                    await asyncio.gather(*floods)
            finally:
                for each in floods:
                    each.cancel()
        assert resident.bytes() - before < 4 * MIB
        await heard(delays, 20)
        assert median(delays) < PROMPT_S


async def test_one_who_asks_and_reads_no_answer_costs_a_bounded_amount(
    fort: RunningShop, resident: Resident, show: str
) -> None:
    before = resident.bytes()
    ask = json.dumps({"id": 1, "op": "show.join", "d": {"show": show}}).encode()
    async with opened(fort.url, "X-Forwarded-For: 198.51.100.3", source=PROXY, window=4_096) as wire:
        wire.stop_reading()
        async with asyncio.timeout(GONE_S):
            while not await over(wire):
                await wire.send(*[Frame(TEXT, ask)] * 200)
                await asyncio.sleep(0.01)
    assert resident.bytes() - before < 4 * MIB
