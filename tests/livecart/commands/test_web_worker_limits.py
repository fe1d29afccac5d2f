"""Limits of a person and of an address hold over all web processes: `livecart serve --web-workers 2`."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.support.people import make_show, register
from tests.support.postgres import PostgresServer
from tests.support.room import MSGPACK, Peer
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# The chance that the system gives all of so many connections to one of two processes is 1 in 2^23.
SOCKETS = 24


@pytest.fixture
async def strict(tmp_path: Path, postgres_server: PostgresServer) -> AsyncIterator[RunningShop]:
    url = await postgres_server.new_database(empty=True)
    with RunningShop(
        tmp_path / "data",
        "--web-workers",
        "2",
        LIVECART_DATABASE_URL=url,
        LIVECART_LIMITS_EXEMPT="",
        # So slow that a test sees nothing of it come back.
        LIVECART_CHAT_PER_PERSON="0.01",
        LIVECART_CHAT_BURST="5",
    ) as running:
        yield running
    await postgres_server.drop(url)


async def test_a_person_with_many_sockets_writes_as_much_as_with_one(strict: RunningShop) -> None:
    show = make_show(strict, strict.log_in("mei"))["show"]["id"]
    headers = {"Authorization": f"Bearer {register(strict)}"}
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(aiohttp.ClientSession())
        peers = []
        for _ in range(SOCKETS):
            ws = await http.ws_connect(f"{strict.url}/ws", protocols=[MSGPACK], headers=headers)
            stack.push_async_callback(ws.close)
            peers.append(Peer(ws))
        await asyncio.gather(*(peer.ask("show.join", show=show) for peer in peers))
        for number, peer in enumerate(peers):
            await peer.send("chat.send", text=f"line {number}")
        replies = [await peer.reply() for peer in peers]
        codes = Counter(reply["err"]["code"] if "err" in reply else "said" for reply in replies)
        assert codes == {"said": 5, "rate_limited": SOCKETS - 5}


async def test_failed_log_ins_at_both_processes_are_counted_together(strict: RunningShop) -> None:
    body = {"handle": "ana", "password": "not the password"}
    statuses: Counter[int] = Counter()
    for _ in range(SOCKETS):
        # Each with a connection of its own, which the system gives to either process.
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{strict.url}/api/v1/auth/login", json=body) as answer,
        ):
            statuses[answer.status] += 1
    # One try comes back each minute, which a busy machine may take.
    assert statuses[401] in {10, 11}
    assert statuses[429] == SOCKETS - statuses[401]
