"""Two web processes, and a person with sockets on both: a new password and a ban reach all of them, and guests too."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from signaling.errors import CloseCode
from tests.support.people import PASSWORD, new_handle
from tests.support.postgres import PostgresServer
from tests.support.raw_wire import TEXT, Frame, Wire, connected, opened, upgrade
from tests.support.running_shop import ROOT, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# The chance that the system gives all of so many connections to one of two processes is 1 in 2^19.
CROWD = 20
# A busy machine gets more than the two seconds that are promised; looking without news takes up to fifteen.
BY_NEWS_S = 6.0
HOME, ELSEWHERE = "127.0.0.31", "127.0.0.32"


@pytest.fixture
async def workers(tmp_path: Path, postgres_server: PostgresServer) -> AsyncIterator[RunningShop]:
    url = await postgres_server.new_database(empty=True)
    with RunningShop(tmp_path / "data", "--web-workers", "2", LIVECART_DATABASE_URL=url) as running:
        yield running
    await postgres_server.drop(url)


class Person:
    def __init__(self, shop: RunningShop) -> None:
        self.shop = shop
        self.handle = new_handle("ends")
        body = {"handle": self.handle, "password": PASSWORD, "display_name": "E"}
        answer = shop.call("POST", "auth/register", body).body
        self.id, self.token = str(answer["user"]["id"]), str(answer["token"])

    async def sockets(self, stack: AsyncExitStack) -> list[Wire]:
        """On both processes."""
        line = f"Authorization: Bearer {self.token}"
        return [await stack.enter_async_context(opened(self.shop.url, line, source=HOME)) for _ in range(CROWD)]


def operator(shop: RunningShop, *words: str, typed: str = "") -> None:
    """`livecart user …` where the shop's processes have their settings from."""
    command = [sys.executable, "-m", "livecart", "user", *words, "--data", str(shop.data)]
    environment = {**os.environ, **shop.environment}
    subprocess.run(command, cwd=ROOT, env=environment, input=typed, text=True, check=True, capture_output=True)


async def lives(wire: Wire) -> bool:
    await wire.send(Frame(TEXT, b'{"id": 1, "op": "ping"}'))
    return b'"ok"' in (await wire.frame())[1]


async def all_closed(wires: list[Wire]) -> set[int | None]:
    began = time.monotonic()
    codes = set(await asyncio.gather(*(wire.closed() for wire in wires)))
    assert time.monotonic() - began < BY_NEWS_S
    return codes


async def guests(shop: RunningShop, source: str) -> set[int]:
    """What guests from there are answered, on both processes."""
    statuses = set()
    for _ in range(CROWD):
        async with connected(shop.url, source=source) as wire:
            await wire.send(upgrade(shop.url))
            statuses.add(int((await wire.head()).split()[1]))
    return statuses


async def test_a_new_password_and_a_ban_reach_both_processes(workers: RunningShop) -> None:
    async with AsyncExitStack() as stack:
        ana, lin = Person(workers), Person(workers)
        sockets, others = await ana.sockets(stack), await lin.sockets(stack)
        await asyncio.to_thread(operator, workers, "reset", ana.handle, typed="a new password\n")
        assert await all_closed(sockets) == {CloseCode.SIGNED_OUT}
        assert workers.call("GET", "me", token=ana.token).status == 401
        assert all([await lives(wire) for wire in others])
        assert await guests(workers, HOME) == {101}, "she is not banned"

        await asyncio.to_thread(operator, workers, "ban", lin.handle, "--reason", "spam")
        assert await all_closed(others) == {CloseCode.BANNED}
        assert workers.call("GET", "me", token=lin.token).status == 401
        await until_guests_get(workers, 403)
        assert await guests(workers, ELSEWHERE) == {101}
        body = {"handle": ana.handle, "password": "a new password"}
        ana.token = workers.call("POST", "auth/login", body).body["token"]
        assert all([await lives(wire) for wire in await ana.sockets(stack)]), "who is signed in there is let in"

        await asyncio.to_thread(operator, workers, "unban", lin.handle)
        await until_guests_get(workers, 101)


async def until_guests_get(shop: RunningShop, status: int) -> None:
    async with asyncio.timeout(BY_NEWS_S):
        while await guests(shop, HOME) != {status}:  # noqa: ASYNC110 -- the processes are looked at from outside
            await asyncio.sleep(0.1)
