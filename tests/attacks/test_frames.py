"""Frames and bodies that no client of ours sends: each ends its connection with the code that says why, cheaply."""

from __future__ import annotations

import asyncio
import gzip
import json
import struct
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from http.client import HTTPConnection

import msgpack
import pytest

from tests.attacks.conftest import Resident
from tests.support.full import FULL
from tests.support.raw_wire import (
    BINARY,
    CLOSE,
    CONTINUATION,
    JSON,
    MSGPACK,
    PING,
    TEXT,
    Frame,
    Wire,
    connected,
    opened,
    upgrade,
)
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

MIB = 2**20
ASK = b'{"id": 1, "op": "ping"}'
REFUSALS = 300


def bombs() -> dict[str, tuple[str, bytes]]:
    size = (1_000 if FULL else 100) * MIB
    found = {}
    for name, wbits in (("gzip", 31), ("deflate", 15)):
        squeezer = zlib.compressobj(9, zlib.DEFLATED, wbits)
        squeezed = b"".join(squeezer.compress(bytes(MIB)) for _ in range(size // MIB)) + squeezer.flush()
        found[name] = (name, squeezed)
    small = zlib.compressobj(9, zlib.DEFLATED, 31)
    found["gzip that is small enough before"] = ("gzip", small.compress(bytes(50 * MIB)) + small.flush())
    return found


BOMBS = bombs()
BODIES = [("/api/v1/auth/login", "application/json"), ("/whep/show", "application/sdp")]


async def refused(fort: RunningShop, path: str, kind: str, encoding: str, bomb: bytes) -> None:
    """With its length and in chunks."""
    for said in (f"Content-Length: {len(bomb)}", "Transfer-Encoding: chunked"):
        body = bomb if "Length" in said else b"%x\r\n%s\r\n0\r\n\r\n" % (len(bomb), bomb)
        lines = [f"POST {path} HTTP/1.1", f"Host: {fort.url[7:]}", f"Content-Type: {kind}"]
        lines += [f"Content-Encoding: {encoding}", said, "", ""]
        async with connected(fort.url) as wire:
            await wire.send("\r\n".join(lines).encode(), body)
            assert b" 413 " in await wire.head()


@pytest.fixture(scope="module", autouse=True)
def warm(fort: RunningShop, resident: Resident) -> Iterator[None]:
    """What the first of everything costs is no attack's doing; what all of them cost together is."""
    body = {"handle": "x" * 60_000, "password": "y"}
    honest = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    for _ in range(3):
        fort.call("POST", "auth/login", body)
        line = HTTPConnection("127.0.0.1", fort.port)
        line.request("POST", "/api/v1/auth/login", gzip.compress(json.dumps(body).encode()), honest)
        assert line.getresponse().status == 401
        line.close()
    for path, kind in BODIES:
        for encoding, bomb in BOMBS.values():
            asyncio.run(refused(fort, path, kind, encoding, bomb))
    # Python's collector looks for garbage after some ten thousand objects only: until then all of it is kept.
    for _ in range(REFUSALS):
        assert fort.call("GET", "shows/none").status == 404
    before = resident.bytes()
    yield
    assert resident.bytes() - before < 8 * MIB


@pytest.fixture(autouse=True)
async def others(fort: RunningShop, resident: Resident) -> AsyncIterator[None]:
    """Somebody else's socket is served before and after, and the process has not grown."""
    before = resident.bytes()
    async with opened(fort.url) as bystander:
        await pinged(bystander)
        yield
        await pinged(bystander)
    assert resident.bytes() - before < 4 * MIB


async def pinged(wire: Wire) -> None:
    await wire.send(Frame(TEXT, ASK))
    assert b'"ok"' in (await wire.frame())[1]


FRAMES: dict[str, tuple[int, Sequence[Frame]]] = {
    "unmasked": (1002, [Frame(TEXT, ASK, masked=False)]),
    "an unmasked ping": (1002, [Frame(PING, masked=False)]),
    "RSV1, as if deflate had been negotiated": (1002, [Frame(TEXT, ASK, reserved=4)]),
    "RSV2": (1002, [Frame(TEXT, ASK, reserved=2)]),
    "RSV3": (1002, [Frame(TEXT, ASK, reserved=1)]),
    "an opcode that is reserved": (1002, [Frame(0x3, ASK)]),
    "a control opcode that is reserved": (1002, [Frame(0xB)]),
    "a continuation of nothing": (1002, [Frame(CONTINUATION, ASK)]),
    "a message inside another": (1002, [Frame(TEXT, b"{", fin=False), Frame(TEXT, ASK)]),
    "a message inside an empty one": (1002, [Frame(TEXT, fin=False), Frame(TEXT, ASK)]),
    "a control frame in pieces": (1002, [Frame(PING, fin=False)]),
    "a control frame that is too long": (1002, [Frame(PING, b"x" * 126)]),
    "a close frame of one byte": (1002, [Frame(CLOSE, b"x")]),
    "a close code that is never sent": (1002, [Frame(CLOSE, struct.pack("!H", 1005))]),
    "a close reason that is no text": (1007, [Frame(CLOSE, struct.pack("!H", 1000) + b"\xff")]),
    "no UTF-8": (1007, [Frame(TEXT, b"\xff\xfe")]),
    "a surrogate in UTF-8": (1007, [Frame(TEXT, b'"\xed\xa0\x80"')]),
    "no UTF-8 across two pieces": (1007, [Frame(TEXT, b'"\xf0\x9f', fin=False), Frame(CONTINUATION, b'"')]),
    "more than 64 KiB": (1009, [Frame(TEXT, b"x" * 65_537)]),
    "1 MiB": (1009, [Frame(TEXT, b"x" * MIB)]),
    "a length of a terabyte": (1009, [Frame(TEXT, b"x", length=2**40)]),
    "a length with its highest bit": (1009, [Frame(TEXT, b"x", length=2**63)]),
    "more than 64 KiB in pieces": (
        1009,
        [Frame(TEXT, b"", fin=False), *[Frame(CONTINUATION, b"x" * 999, fin=False)] * 66],
    ),
    "100,000 empty pieces": (1009, [Frame(TEXT, fin=False), *[Frame(CONTINUATION, fin=False)] * 100_000]),
    "pings between endless pieces": (
        1009,
        [Frame(TEXT, fin=False), *[Frame(CONTINUATION, fin=False), Frame(PING)] * 1_100],
    ),
}


@pytest.mark.parametrize(("code", "frames"), FRAMES.values(), ids=FRAMES)
async def test_a_frame_that_is_wrong_ends_the_connection(fort: RunningShop, code: int, frames: Sequence[Frame]) -> None:
    async with opened(fort.url) as wire:
        await wire.send(*frames)
        assert await wire.closed() == code


async def test_a_frame_that_comes_with_the_handshake_is_looked_at_too(fort: RunningShop) -> None:
    for frames, code in (([Frame(TEXT, ASK, masked=False)], 1002), ([Frame(TEXT, ASK), Frame(9)], None)):
        async with connected(fort.url) as wire:
            await wire.send(upgrade(fort.url), *frames)
            assert b" 101 " in await wire.head()
            if code is not None:
                assert await wire.closed() == code
            else:
                assert b'"ok"' in (await wire.frame())[1]


async def test_no_extension_is_negotiated(fort: RunningShop) -> None:
    async with connected(fort.url) as wire:
        offer = "permessage-deflate; client_max_window_bits, x-webkit-deflate-frame"
        await wire.send(upgrade(fort.url, f"Sec-WebSocket-Extensions: {offer}"))
        head = await wire.head()
        assert b" 101 " in head
        assert b"extensions" not in head.lower()
        bomb = zlib.compressobj(wbits=-15)
        payload = bomb.compress(bytes(20 * MIB)) + bomb.flush(zlib.Z_SYNC_FLUSH)
        await wire.send(Frame(BINARY, payload[:-4], reserved=4))
        assert await wire.closed() == 1002


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


UNDECODABLE = {
    "an array of 2^32-1": b"\xdd\xff\xff\xff\xff",
    "a map of 2^32-1": b"\xdf\xff\xff\xff\xff",
    "text of 4 GB": b"\xdb\xff\xff\xff\xff",
    "bytes of 4 GB": b"\xc6\xff\xff\xff\xff",
    "an extension of 4 GB": b"\xc9\xff\xff\xff\xff\x01",
    "an extension": b"\xc7\xff\x05" + bytes(255),
    "nested 5,000 deep": nested(5_000),
    "nested 60,000 deep": nested(60_000),
    "wide and deep": b"\x9f" * 16 + b"\xc0" * 60_000,
    "NaN as a key": b"\x81\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00\xc0",
    "a list as a key": b"\x81\x90\xc0",
}


@pytest.mark.parametrize("payload", UNDECODABLE.values(), ids=UNDECODABLE)
async def test_a_msgpack_bomb_ends_the_connection(fort: RunningShop, payload: bytes) -> None:
    async with opened(fort.url, protocol=MSGPACK) as wire:
        await wire.send(Frame(BINARY, payload))
        assert await wire.closed() == 1007


REFUSED = {
    "an id of 2^64-1": {"id": 2**64 - 1, "op": "ping"},
    "an id below 0": {"id": -(2**63), "op": "ping"},
    "an id that is NaN": {"id": float("nan"), "op": "ping"},
    "a quantity of 2^64-1": {"id": 1, "op": "order.place", "d": {"variant": "v", "quantity": 2**64 - 1, "key": "k"}},
    "a quantity that is infinite": {"id": 1, "op": "like", "d": {"count": float("inf")}},
}


@pytest.mark.parametrize("request_", REFUSED.values(), ids=REFUSED)
async def test_a_number_that_is_none_is_refused_and_the_socket_goes_on(fort: RunningShop, request_: object) -> None:
    async with opened(fort.url, protocol=MSGPACK) as wire:
        await wire.send(Frame(BINARY, msgpack.packb(request_)), Frame(BINARY, msgpack.packb({"id": 9, "op": "ping"})))
        assert msgpack.unpackb((await wire.frame())[1])["err"]["code"] == "invalid"
        assert msgpack.unpackb((await wire.frame())[1])["re"] == 9


async def test_of_a_key_that_comes_twice_one_value_counts(fort: RunningShop) -> None:
    async with opened(fort.url, protocol=MSGPACK) as wire:
        await wire.send(Frame(BINARY, b"\x83\xa2id\x01\xa2id\x02\xa2op\xa4ping"))
        assert msgpack.unpackb((await wire.frame())[1])["re"] == 2


JSON_BOMBS = {
    "nested lists": "[" * 60_000,
    "nested maps": '{"a":' * 10_000,
    "digits": '{"id": ' + "9" * 60_000 + "}",
    "an exponent": '{"id": 1e999999999, "op": NaN}',
    "half a surrogate, cut": '"\\ud800',
}


@pytest.mark.parametrize("text", JSON_BOMBS.values(), ids=JSON_BOMBS)
async def test_a_json_bomb_ends_the_connection(fort: RunningShop, text: str) -> None:
    async with opened(fort.url, protocol=JSON) as wire:
        await wire.send(Frame(TEXT, text.encode()))
        assert await wire.closed() == 1007


@pytest.mark.parametrize(("encoding", "bomb"), BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize(("path", "kind"), BODIES)
async def test_a_body_that_swells_is_refused(
    fort: RunningShop, resident: Resident, encoding: str, bomb: bytes, path: str, kind: str
) -> None:
    resident.forget_peak()
    before = resident.peak()
    await refused(fort, path, kind, encoding, bomb)
    assert resident.peak() - before < 4 * MIB, "it was never unpacked"


@pytest.mark.parametrize("body", ["[" * 60_000, '{"a":' * 10_000, '{"handle": ' + "9" * 60_000 + "}"])
def test_a_json_bomb_in_a_body_is_refused(fort: RunningShop, body: str) -> None:
    answer = fort.call("POST", "auth/login", body)
    assert (answer.status, answer.body["code"]) in {(400, "invalid_json"), (400, "invalid")}
    assert len(json.dumps(answer.body)) < 1_000, "an answer does not repeat what was sent"
