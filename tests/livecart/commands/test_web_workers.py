"""Several web processes on one port behave as one: `livecart serve --web-workers` on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from signaling.errors import CloseCode
from tests.support.people import make_product, make_show, register
from tests.support.postgres import PostgresServer
from tests.support.room import MSGPACK, Peer
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# The chance that the system gives all of so many connections to one of two processes is 1 in 2^23.
CROWD = 24
# A busy machine gets more than the two seconds that are promised; looking without news takes up to fifteen.
BY_NEWS_S = 6


@pytest.fixture
async def workers(tmp_path: Path, postgres_server: PostgresServer) -> AsyncIterator[RunningShop]:
    url = await postgres_server.new_database(empty=True)
    with RunningShop(tmp_path / "data", "--web-workers", "2", LIVECART_DATABASE_URL=url) as running:
        yield running
    await postgres_server.drop(url)


class Crowd:
    """Sockets in one show, spread over the web processes as the system likes."""

    def __init__(self, shop: RunningShop, show: str, http: aiohttp.ClientSession) -> None:
        self._shop = shop
        self._show = show
        self._http = http

    async def join(self, token: str | None, after: dict[str, Any] | None = None) -> tuple[Peer, dict[str, Any]]:
        """Connects again and again, as a page does whose server died, until it is in."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        resume = {} if after is None else {"epoch": after["epoch"], "after": after["seq"]}
        async with asyncio.timeout(20):
            while True:
                try:
                    ws = await self._http.ws_connect(f"{self._shop.url}/ws", protocols=[MSGPACK], headers=headers)
                    peer = Peer(ws)
                    return peer, await peer.ask("show.join", show=self._show, **resume)
                except (aiohttp.ClientError, AssertionError):
                    await asyncio.sleep(0.1)


@asynccontextmanager
async def crowd_of(shop: RunningShop) -> AsyncIterator[Crowd]:
    mei = shop.log_in("mei")
    show = make_show(shop, mei, [make_product(shop, mei)["id"]])["show"]["id"]
    async with AsyncExitStack() as stack:
        yield Crowd(shop, show, await stack.enter_async_context(aiohttp.ClientSession()))


def said(events: list[list[Any]]) -> list[tuple[int, str]]:
    return [(event[0], event[2]["text"]) for event in events if event[1] == "chat"]


async def test_a_killed_process_takes_nothing_with_it(workers: RunningShop) -> None:
    before = set(workers.parts("web"))
    assert len(before) == 2
    ana = register(workers)
    async with crowd_of(workers) as crowd:
        joined = [await crowd.join(None) for _ in range(CROWD)]
        speaker, _ = await crowd.join(ana)
        await speaker.ask("chat.send", text="before")
        for peer, _ in joined:
            await peer.until(lambda events: said(events) != [])
        positions = [{"epoch": answer["epoch"], "seq": said(peer.events)[-1][0]} for peer, answer in joined]

        os.kill(before.pop(), signal.SIGKILL)
        async with asyncio.timeout(10):
            cut = [number for number, (peer, _) in enumerate(joined) if await is_cut(peer)]
        assert 0 < len(cut) < CROWD, "both processes had some of the crowd, and one lives"

        speaker, _ = await crowd.join(ana)
        await speaker.ask("chat.send", text="meanwhile")
        for number in cut:
            joined[number] = await crowd.join(None, positions[number])
        await speaker.ask("chat.send", text="after")
        for number, (peer, answer) in enumerate(joined):
            missed = answer["events"] if number in cut else []
            assert "gap" not in answer
            await peer.until(lambda events: any(text == "after" for _, text in said(events)))
            heard = said(missed) + [line for line in said(peer.events) if line[1] != "before"]
            assert [text for _, text in heard] == ["meanwhile", "after"]
            seqs = [event[0] for event in [*missed, *peer.events] if event[0] is not None]
            assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    until = time.monotonic() + 15
    while len(workers.parts("web")) < 2:
        assert time.monotonic() < until, "the dead process was not replaced"
        await asyncio.sleep(0.1)


async def is_cut(peer: Peer) -> bool:
    """Whether the connection is over: a living one answers a ping."""
    try:
        await peer.ask("ping")
    except (AssertionError, ConnectionError):
        return True
    return False


async def test_likes_chat_and_people_are_those_of_all_processes(workers: RunningShop) -> None:
    ana = register(workers)
    async with crowd_of(workers) as crowd:
        mine = [(await crowd.join(ana))[0] for _ in range(CROWD)]
        guest, _ = await crowd.join(None)
        await asyncio.gather(*(peer.ask("chat.send", text=f"line {number}") for number, peer in enumerate(mine[:8])))
        await asyncio.gather(*(peer.ask("like", count=2) for peer in mine[:8]))
        orders = []
        for peer in (*mine, guest):
            await peer.until(lambda events: len(said(events)) == 8)
            orders.append(said(peer.events))
        assert all(order == orders[0] for order in orders), "everybody hears the same in the same order"
        assert [seq for seq, _ in orders[0]] == sorted(seq for seq, _ in orders[0])

        def likes(events: list[list[Any]]) -> int:
            return sum(event[2]["count"] for event in events if event[1] == "likes")

        await guest.until(lambda events: likes(events) == 16)
        # One person with so many sockets, and one guest.
        await guest.until(lambda events: [event[2]["count"] for event in events if event[1] == "viewers"][-1:] == [2])


async def test_a_log_out_and_a_ban_reach_every_process_by_news(workers: RunningShop) -> None:
    handle = "both-devices"
    body = {"handle": handle, "password": "a good password", "display_name": "B"}
    made = workers.call("POST", "auth/register", body).body
    browser, person = made["token"], made["user"]["id"]
    phone = workers.call("POST", "auth/login", {"handle": handle, "password": "a good password"}).body["token"]
    async with crowd_of(workers) as crowd:
        tabs = [(await crowd.join(browser))[0] for _ in range(CROWD)]
        devices = [(await crowd.join(phone))[0] for _ in range(CROWD)]
        other, _ = await crowd.join(register(workers))
        assert (await asyncio.to_thread(workers.call, "POST", "auth/logout", token=browser)).status == 204
        began = time.monotonic()
        assert {await peer.closed() for peer in tabs} == {CloseCode.SIGNED_OUT}
        assert time.monotonic() - began < BY_NEWS_S
        assert not any([await is_cut(peer) for peer in devices])

        mo = await asyncio.to_thread(workers.log_in, "mo")
        answer = await asyncio.to_thread(workers.call, "POST", f"users/{person}/ban", {"reason": "spam"}, token=mo)
        assert answer.status == 201
        began = time.monotonic()
        assert {await peer.closed() for peer in devices} == {CloseCode.BANNED}
        assert time.monotonic() - began < BY_NEWS_S
        assert not await is_cut(other)


async def test_the_port_is_shared_with_tls_too(tmp_path: Path, postgres_server: PostgresServer) -> None:
    url = await postgres_server.new_database(empty=True)
    options = ("--web-workers", "2", "--tls", "self-signed")
    with RunningShop(tmp_path / "data", *options, secure=True, LIVECART_DATABASE_URL=url) as shop:
        started = {
            re.findall(r"^process_start_time_seconds (\S+)", metrics(shop), re.MULTILINE)[0] for _ in range(CROWD)
        }
        assert len(started) == 2, "each process answers some of the connections"
        assert shop.stop() < 5
    await postgres_server.drop(url)


def metrics(shop: RunningShop) -> str:
    return str(shop.call("GET", "/metrics").body)
