"""What two servers in a row could read differently: a request inside another, and the address of who asks."""

from __future__ import annotations

from importlib.metadata import version
from uuid import uuid4

import pytest
from aiohttp import ClientSession, TCPConnector
from multidict import CIMultiDict

from tests.attacks.conftest import PROXY
from tests.support.raw_wire import JSON, TEXT, Frame, connected, opened, upgrade
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

# CVE-2026-69243 and CVE-2026-69244: a request hidden behind a WebSocket handshake.
AIOHTTP_AT_LEAST = (3, 14, 3)
HIDDEN = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
LOGIN = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
CHUNKED = f"{LOGIN}Transfer-Encoding: chunked\r\n\r\n"
GET = "GET /healthz HTTP/1.1\r\nHost: x\r\n"

VECTORS = {
    "length and chunks": f"{LOGIN}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "chunks and length": f"{LOGIN}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n{HIDDEN}",
    "two lengths": f"{LOGIN}Content-Length: 0\r\nContent-Length: {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "two lengths in one": f"{LOGIN}Content-Length: 0, {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a length with a sign": f"{LOGIN}Content-Length: +0\r\n\r\n{HIDDEN}",
    "a length below 0": f"{LOGIN}Content-Length: -1\r\n\r\n{HIDDEN}",
    "a length with a line below": f"{LOGIN}Content-Length: 1_0\r\n\r\n{HIDDEN}",
    "a length in hexadecimal": f"{LOGIN}Content-Length: 0x0\r\n\r\n{HIDDEN}",
    "a length in other digits": f"{LOGIN}Content-Length: \xb2\r\n\r\n{HIDDEN}",
    "a space before the colon": f"{LOGIN}Content-Length : {len(HIDDEN)}\r\n\r\n{HIDDEN}",
    "a name with a line below": f"{LOGIN}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "an encoding that is none": f"{LOGIN}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "an encoding after chunked": f"{LOGIN}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{HIDDEN}",
    "two encodings": f"{LOGIN}Transfer-Encoding: chunked\r\nTransfer-Encoding: cow\r\n\r\n0\r\n\r\n{HIDDEN}",
    "an encoding behind a tab": f"{LOGIN}Transfer-Encoding: \x0bchunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a folded line": f"{LOGIN}Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "chunks in HTTP/1.0": LOGIN.replace("1.1", "1.0") + f"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n{HIDDEN}",
    "a chunk's size below 0": f"{CHUNKED}-1\r\n\r\n{HIDDEN}",
    "a chunk's size with 0x": f"{CHUNKED}0x2\r\n{{}}\r\n0\r\n\r\n{HIDDEN}",
    "a chunk's size and a space": f"{CHUNKED}2 \r\n{{}}\r\n0\r\n\r\n{HIDDEN}",
    "a chunk's size beyond 64 bits": f"{CHUNKED}{'f' * 17}\r\n{{}}\r\n0\r\n\r\n{HIDDEN}",
    "a line feed in a chunk's extension": f"{CHUNKED}2;a\nb\r\n{{}}\r\n0\r\n\r\n{HIDDEN}",
    "a chunk without its end": f"{CHUNKED}2\r\n{{}}XX0\r\n\r\n{HIDDEN}",
    "line feeds alone": f"{GET}\r\n{HIDDEN}".replace("\r\n", "\n"),
    "a carriage return alone": f"{GET}X: a\rTransfer-Encoding: chunked\r\n\r\n{HIDDEN}",
    "a zero byte": f"{GET}X: a\0b\r\n\r\n{HIDDEN}",
    "two hosts": f"{GET}Host: evil.example\r\n\r\n{HIDDEN}",
    "no host": f"GET /healthz HTTP/1.1\r\n\r\n{HIDDEN}",
    "a header without a name": f"{GET}: a\r\n\r\n{HIDDEN}",
    "a method in two words": f"GE T /healthz HTTP/1.1\r\nHost: x\r\n\r\n{HIDDEN}",
    "a version that is none": f"GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n{HIDDEN}",
    "a header of 9 KB": f"{GET}X: {'a' * 9_000}\r\n\r\n{HIDDEN}",
    "1,000 headers": f"{GET}{''.join(f'X{number}: a' + chr(13) + chr(10) for number in range(1_000))}\r\n{HIDDEN}",
}


def test_the_server_has_the_repairs_that_are_known() -> None:
    assert tuple(map(int, version("aiohttp").split(".")[:3])) >= AIOHTTP_AT_LEAST


async def answers(shop: RunningShop, sent: bytes) -> list[int]:
    """The statuses of all answers until the server hangs up."""
    async with connected(shop.url) as wire:
        await wire.send(sent)
        return [int(part.split()[1]) for part in (b"\r\n" + await wire.rest()).split(b"\r\nHTTP/1.")[1:]]


@pytest.mark.parametrize("vector", VECTORS.values(), ids=VECTORS)
async def test_a_request_with_two_readings_is_refused_and_nothing_behind_it_is_answered(
    fort: RunningShop, vector: str
) -> None:
    assert await answers(fort, vector.encode("latin-1")) == [400]


@pytest.mark.parametrize("protocol", [JSON, "unknown"])
@pytest.mark.parametrize("line", [f"Content-Length: {len(HIDDEN)}", "Transfer-Encoding: chunked"])
async def test_a_handshake_with_a_body_is_no_handshake(fort: RunningShop, line: str, protocol: str) -> None:
    assert await answers(fort, upgrade(fort.url, line, protocol=protocol) + HIDDEN.encode()) == [400]


async def test_behind_a_refused_handshake_nothing_is_answered(fort: RunningShop) -> None:
    assert await answers(fort, upgrade(fort.url, "Origin: https://evil.example") + HIDDEN.encode()) == [403]
    assert await answers(fort, upgrade(fort.url, protocol="unknown") + HIDDEN.encode()) == [400]


async def test_what_follows_a_handshake_is_a_frame_and_no_request(fort: RunningShop) -> None:
    async with connected(fort.url) as wire:
        await wire.send(upgrade(fort.url), HIDDEN.encode())
        assert b" 101 " in await wire.head()
        assert await wire.closed() == 1002


# ---- the client's address

# More than an address may fail at once.
TRIES = 24
STRANGER = "127.0.0.21"
CLIENT = "203.0.113.{}"
CHAINS = {
    # who is connected, X-Forwarded-For of the n-th try, whether all tries count as one address's
    "a stranger who invents addresses": (STRANGER, [CLIENT], True),
    "a client each, behind our proxy": (PROXY, ["198.51.100.{}"], False),
    "a client who invents addresses, behind our proxy": (PROXY, [CLIENT + ", 203.0.113.201"], True),
    "one who does so in a line of its own": (PROXY, [CLIENT, "203.0.113.202"], True),
    "two proxies of ours": (PROXY, [CLIENT + f", 203.0.113.203, {PROXY}"], True),
    "a proxy that writes ports": (PROXY, ["198.51.100.9, [2001:db8:0:{}::1]:4711"], False),
    "a household that takes another of its addresses": (PROXY, ["2001:db8:ffff::{}"], True),
    "what is no address": (PROXY, [CLIENT + ", unknown"], True),
}


@pytest.mark.parametrize(("source", "lines", "as_one"), CHAINS.values(), ids=CHAINS)
async def test_an_address_is_believed_from_a_trusted_proxy_only(
    fort: RunningShop, source: str, lines: list[str], as_one: bool
) -> None:
    statuses = []
    async with ClientSession(connector=TCPConnector(local_addr=(source, 0))) as http:
        for number in range(TRIES):
            said = [("X-Forwarded-For", line.format(number)) for line in lines]
            said += [("Forwarded", f"for={CLIENT.format(number)}"), ("X-Real-IP", CLIENT.format(number))]
            body = {"handle": f"nobody-{uuid4().hex[:12]}", "password": "a wrong one"}
            async with http.post(f"{fort.url}/api/v1/auth/login", json=body, headers=CIMultiDict(said)) as response:
                statuses.append(response.status)
    assert statuses[:20] == [401] * 20
    assert (429 in statuses) is as_one


async def test_a_socket_behind_the_proxy_works(fort: RunningShop) -> None:
    async with opened(fort.url, "X-Forwarded-For: 198.51.100.77", source=PROXY) as wire:
        await wire.send(Frame(TEXT, b'{"id": 1, "op": "ping"}'))
        assert b'"ok"' in (await wire.frame())[1]
