"""Somebody who says many lines in a room, without a browser."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import aiohttp

from tests.support.room import MSGPACK, Peer
from tests.support.running_shop import RunningShop


async def talk(shop: RunningShop, show: str, token: str, lines: Sequence[str]) -> list[str]:
    """One after the other, each acknowledged; answers their ids."""
    headers = {"Authorization": f"Bearer {token}"}
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{shop.url}/ws", protocols=[MSGPACK], headers=headers) as ws,
    ):
        peer = Peer(ws)
        await peer.ask("show.join", show=show)
        return [str((await peer.ask("chat.send", text=line))["message"]["id"]) for line in lines]


def talked(shop: RunningShop, show: str, token: str, lines: Sequence[str]) -> list[str]:
    """The same for a test that Playwright has an event loop in the thread of."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, talk(shop, show, token, lines)).result()
