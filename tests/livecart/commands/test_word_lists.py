"""A word list that is changed through one web process holds in all of them, by news and without it."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.support.people import make_show, register
from tests.support.postgres import PostgresServer
from tests.support.room import MSGPACK, Peer
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]
# The chance that all of so many sockets are with one of two processes is 1 in 2^11.
SOCKETS = 12


async def test_a_new_list_holds_in_every_web_process(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = await postgres_server.new_database(empty=True)
    settings = {"LIVECART_DATABASE_URL": url, "LIVECART_LIMITS_EXEMPT": "127.0.0.0/8"}
    with RunningShop(tmp_path / "data", "--web-workers", "2", **settings) as shop:  # type: ignore[arg-type]
        mei, mo = shop.log_in("mei"), shop.log_in("mo")
        show = make_show(shop, mei)["show"]["id"]
        async with AsyncExitStack() as stack:
            http = await stack.enter_async_context(aiohttp.ClientSession())
            peers = [await joined(http, shop, show, register(shop)) for _ in range(SOCKETS)]
            for peer in peers:
                assert "held" not in await said(peer, "zzcasino first")
            path = "moderation/word-lists/spam"
            made = shop.call("PUT", path, "zzcasino", token=mo, Content_Type="text/plain")
            assert made.status == 200
            for number, peer in enumerate(peers):
                await until_held(peer, f"zzcasino {number}")
            emptied = shop.call("PUT", path, "", token=mo, Content_Type="text/plain")
            assert emptied.status == 200
            for number, peer in enumerate(peers):
                await until_held(peer, f"zzcasino again {number}", held=False)
    await postgres_server.drop(url)


async def joined(http: aiohttp.ClientSession, shop: RunningShop, show: str, token: str) -> Peer:
    headers = {"Authorization": f"Bearer {token}"}
    peer = Peer(await http.ws_connect(f"{shop.url}/ws", protocols=[MSGPACK], headers=headers))
    await peer.ask("show.join", show=show)
    return peer


async def said(peer: Peer, text: str) -> dict[str, Any]:
    message: dict[str, Any] = (await peer.ask("chat.send", text=text))["message"]
    return message


async def until_held(peer: Peer, text: str, *, held: bool = True) -> None:
    async with asyncio.timeout(20):
        number = 0
        while ("held" in await said(peer, f"{text} {number}")) is not held:
            number += 1
            await asyncio.sleep(0.2)
