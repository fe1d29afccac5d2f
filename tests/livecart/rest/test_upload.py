"""How uploads are bounded: in bytes, in time and in number, by a server of the test's own."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from livecart.rest.body import answer, read_json
from livecart.rest.errors import problems
from livecart.rest.upload import Uploads

HEADERS = {"Content-Type": "image/png"}
Client = TestClient[web.Request, web.Application]


async def served(uploads: Uploads) -> Client:
    async def upload(request: web.Request) -> web.Response:
        return web.json_response({"read": len(await uploads.read(request))})

    app = web.Application(middlewares=[problems])
    app.router.add_post("/", upload)
    client = TestClient(TestServer(app))
    await client.start_server()
    return client


class Titled(msgspec.Struct, frozen=True):
    title: str


class Slow:
    """A body whose end comes when the test says so."""

    def __init__(self) -> None:
        self.begun, self.end = asyncio.Event(), asyncio.Event()

    async def body(self) -> AsyncIterator[bytes]:
        yield b"x"
        self.begun.set()
        await self.end.wait()
        yield b"y"


@pytest.mark.parametrize(("size", "status"), [(100, 200), (101, 413)])
@pytest.mark.parametrize("form", [False, True])
async def test_a_file_may_be_as_large_as_it_may_be(size: int, status: int, form: bool) -> None:
    client = await served(Uploads(100))
    body: bytes | aiohttp.FormData = bytes(size)
    if form:
        body = aiohttp.FormData()
        body.add_field("image", bytes(size), filename="a.png")
    answer = await client.post("/", data=body, headers=None if form else HEADERS)
    assert answer.status == status
    if status == 200:
        assert await answer.json() == {"read": size}
    await client.close()


@pytest.mark.parametrize(
    ("body", "status"), [(zlib.compress(bytes(1_000_000)), 413), (zlib.compress(bytes(100)), 200), (b"no zlib", 400)]
)
async def test_a_compressed_body_is_measured_as_it_unfolds(body: bytes, status: int) -> None:
    client = await served(Uploads(10_000))
    found = await client.post("/", data=body, headers={**HEADERS, "Content-Encoding": "deflate"})
    assert found.status == status
    await client.close()


async def test_who_only_keeps_the_line_busy_is_let_go() -> None:
    client, slow = await served(Uploads(100, seconds_max=0.05)), Slow()
    sending = asyncio.create_task(client.post("/", data=slow.body(), headers=HEADERS).__aenter__())
    answer = await sending
    assert (answer.status, (await answer.json())["code"]) == (408, "too_slow")
    slow.end.set()
    await client.close()


async def test_so_many_at_once_and_the_next_one_when_one_is_done() -> None:
    client, slow = await served(Uploads(100, at_once=1)), Slow()
    first = asyncio.create_task(client.post("/", data=slow.body(), headers=HEADERS).__aenter__())
    await slow.begun.wait()
    async with client.post("/", data=b"x", headers=HEADERS) as refused:
        assert (refused.status, (await refused.json())["code"]) == (503, "busy")
        assert refused.headers["Retry-After"] == "5"
    slow.end.set()
    assert (await first).status == 200
    async with client.post("/", data=b"x", headers=HEADERS) as answer:
        assert answer.status == 200
    await client.close()


async def test_a_body_that_is_not_what_it_says_is_refused_for_json_too() -> None:
    async def read(request: web.Request) -> web.Response:
        return answer("title", (await read_json(request, Titled)).title)

    app = web.Application(middlewares=[problems])
    app.router.add_post("/", read)
    client = TestClient(TestServer(app))
    await client.start_server()
    headers = {"Content-Type": "application/json", "Content-Encoding": "deflate"}
    for body, status in ((b"no zlib", 400), (zlib.compress(b'{"title": "Cup"}'), 200)):
        assert (await client.post("/", data=body, headers=headers)).status == status
    await client.close()
