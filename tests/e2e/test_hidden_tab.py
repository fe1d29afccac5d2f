"""A room in a tab that nobody looks at, and somebody does again: it has everything, once, and its badge is true."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.people import make_show
from tests.support.running_shop import RunningShop
from tests.support.tabs import Tab, Tabs, chromium_tabs, quoted
from tests.support.talk import talk

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

LINES = """[...document.querySelectorAll('[role=log] p span[dir=auto]')].map((line) => line.textContent)"""
CONNECTED = "document.body.innerText.includes('Connected')"


@pytest.fixture
async def tabs() -> AsyncIterator[Tabs]:
    async with chromium_tabs() as found:
        yield found


async def say(shop: RunningShop, show: str, lines: list[str]) -> None:
    await talk(shop, show, shop.log_in("ana"), lines)


async def hidden(tabs: Tabs, room: Tab) -> None:
    await tabs.open("about:blank")
    await room.until("document.visibilityState === 'hidden'")


async def shown(room: Tab) -> None:
    await room.show()
    await room.until("document.visibilityState === 'visible'")


async def has(room: Tab, lines: list[str]) -> None:
    wanted = f"JSON.stringify({LINES}) === JSON.stringify({quoted_list(lines)})"
    try:
        await room.until(f"{wanted} && {CONNECTED}")
    except TimeoutError:
        raise AssertionError(f"the room has {await room.value(LINES)}") from None


def quoted_list(lines: list[str]) -> str:
    return f"[{', '.join(map(quoted, lines))}]"


async def test_a_hidden_tab_goes_on_and_shows_what_was_said(shop: RunningShop, tabs: Tabs) -> None:
    show = make_show(shop, shop.log_in("mei"))["show"]["id"]
    room = await tabs.open(f"{shop.url}/s/{show}")
    await room.until(CONNECTED)
    await hidden(tabs, room)
    lines = [f"line {number}" for number in range(12)]
    await say(shop, show, lines)
    await shown(room)
    await has(room, lines)


async def test_a_frozen_tab_whose_server_died_catches_up_when_it_is_seen(tmp_path: Path, tabs: Tabs) -> None:
    with RunningShop(tmp_path / "data") as shop:
        show = make_show(shop, shop.log_in("mei"))["show"]["id"]
        room = await tabs.open(f"{shop.url}/s/{show}")
        await room.until(CONNECTED)
        await say(shop, show, ["before"])
        await has(room, ["before"])
        await hidden(tabs, room)
        await room.freeze()
        await say(shop, show, ["one", "two"])
        assert await room.value(LINES) == ["before"]
        (web,) = shop.parts("web")
        os.kill(web, signal.SIGKILL)
        async with asyncio.timeout(40):
            while not (shop.parts("web") not in ([], [web]) and shop.is_ready()):  # noqa: ASYNC110 -- a process of its own
                await asyncio.sleep(0.1)
        await say(shop, show, ["three", "four"])
        await room.thaw()
        await shown(room)
        await has(room, ["before", "one", "two", "three", "four"])
