"""One socket that talks without end is slowed down, warned and hung up on; the others do not notice."""

from __future__ import annotations

import asyncio
import json
import os
import time
from typing import Any

import pytest

from livecart.domain.limits import Rate
from signaling.errors import CloseCode
from signaling.ports import MESSAGES
from signaling.session import STRIKES
from tests.attacks.conftest import Resident
from tests.support.people import make_show, register
from tests.support.raw_wire import BINARY, CLOSE, TEXT, Frame, Wire, opened
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

MIB = 2**20
# 5,000 messages a second.
EVERY_S, AT_ONCE = 0.05, 250
WITHIN_S = 12.0


@pytest.fixture(scope="module")
def show(fort: RunningShop) -> str:
    return str(make_show(fort, fort.log_in("mei"))["show"]["id"])


def ask(number: int, op: str, **body: Any) -> Frame:
    return Frame(TEXT, json.dumps({"id": number, "op": op, "d": body}).encode())


FLOODS: dict[str, Frame] = {
    "lines of chat": ask(1, "chat.send", text="buy here"),
    "what is no request": Frame(TEXT, b"[]"),
}
if os.environ.get("LIVECART_TEST_FULL") == "1":
    FLOODS |= {
        "pings": ask(1, "ping"),
        "likes": ask(1, "like", count=50),
        "joins": ask(1, "show.join", show="nowhere"),
        "orders": ask(1, "order.place", variant="v", quantity=1, key="k"),
        "unknown operations": ask(1, "no.such.op"),
    }


async def flood(wire: Wire, frame: Frame) -> None:
    """As fast as said, until the server has hung up."""
    while not wire.writer.transport.is_closing():
        await wire.send(*[frame] * AT_ONCE)
        await asyncio.sleep(EVERY_S)


async def heard(wire: Wire) -> tuple[list[str], int]:
    """What became of each message, and the close code."""
    found: list[str] = []
    while True:
        opcode, payload = await wire.frame()
        if opcode == CLOSE:
            return found, int.from_bytes(payload[:2], "big")
        frame = json.loads(payload)
        if "re" in frame:
            found.append("ok" if "ok" in frame else frame["err"]["code"])


def test_the_limit_is_what_is_promised() -> None:
    assert Rate(10, 20) == MESSAGES
    assert STRIKES == 3


@pytest.mark.parametrize("frame", FLOODS.values(), ids=FLOODS)
async def test_a_flood_is_limited_and_ends_after_three_strikes(
    fort: RunningShop, resident: Resident, show: str, frame: Frame
) -> None:
    before, token = resident.bytes(), register(fort)
    async with opened(fort.url, f"Authorization: Bearer {token}") as wire, opened(fort.url) as bystander:
        await wire.send(ask(0, "show.join", show=show))
        began = time.monotonic()
        flooding = asyncio.create_task(flood(wire, frame))
        listening = asyncio.create_task(heard(wire))
        try:
            waits = []
            while not listening.done():
                asked = time.monotonic()
                await bystander.send(ask(7, "ping"))
                assert b'"ok"' in (await bystander.frame())[1]
                waits.append(time.monotonic() - asked)
                await asyncio.sleep(0.15)
                assert time.monotonic() - began < WITHIN_S
            answers, code = listening.result()
        finally:
            flooding.cancel()
            await asyncio.gather(flooding, return_exceptions=True)
        passed = sum(answer != "rate_limited" for answer in answers) - 1
    took_s = time.monotonic() - began
    assert code == CloseCode.FLOOD
    assert took_s > 1.9, "a second apart: one burst is one strike"
    assert passed <= MESSAGES.burst + MESSAGES.per_s * took_s
    assert answers.count("rate_limited") > 100
    assert max(waits) < 2
    assert resident.bytes() - before < 4 * MIB


async def test_frames_of_the_largest_size_are_not_cheaper(fort: RunningShop, resident: Resident) -> None:
    """A flood by bytes: what is over the rate is read and dropped, and what waits is bounded."""
    before = resident.bytes()
    largest = Frame(TEXT, b'{"id": 1, "op": "ping", "d": {"x": "' + b"y" * 65_000 + b'"}}')
    async with opened(fort.url) as wire:
        listening = asyncio.create_task(heard(wire))
        while not listening.done() and not wire.writer.transport.is_closing():
            await wire.send(*[largest] * 4)
            await asyncio.sleep(0.01)
        assert (await listening)[1] == CloseCode.FLOOD
    assert resident.bytes() - before < 4 * MIB


async def test_a_client_that_keeps_the_pace_is_never_limited(fort: RunningShop) -> None:
    async with opened(fort.url) as wire:
        for number in range(MESSAGES.burst):
            await wire.send(ask(number, "ping"))
        for number in range(MESSAGES.burst):
            assert json.loads((await wire.frame())[1])["re"] == number
        for _ in range(10):
            await asyncio.sleep(1.2 / MESSAGES.per_s)
            await wire.send(ask(99, "ping"))
            assert b'"ok"' in (await wire.frame())[1]


async def test_the_wrong_kind_of_frame_ends_it_at_once(fort: RunningShop) -> None:
    async with opened(fort.url) as wire:
        await wire.send(Frame(BINARY, b"\x80"))
        assert await wire.closed() == CloseCode.WRONG_KIND
