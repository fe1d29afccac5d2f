"""What a hostile or broken peer sends: it gets a clear answer or is hung up on, and nobody else notices."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgpack
import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from livecart.adapters.sql.database import Database
from livecart.domain.events import ShowEvent
from livecart.domain.ids import EventId
from livecart.domain.limits import Rate
from signaling.errors import CloseCode
from signaling.outbox import CLOSE_BYTES
from signaling.ports import LimitOptions
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MSGPACK, RoomRig, open_room
from tests.support.shop import SHOW

pytestmark = pytest.mark.real


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer, caplog: pytest.LogCaptureFixture) -> AsyncIterator[RoomRig]:
    """Every attack ends with a room that still works and a log without a word about it."""
    caplog.set_level(logging.INFO)
    async with open_room(sqlite, redis_server.url) as rig:
        yield rig
        ana, _ = await rig.joined(rig.ana)
        await ana.ask("chat.send", text="still here", key="the-last")
        assert "still here" in [event[2].get("text") for event in await ana.numbered(1)]
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def nested(depth: int) -> bytes:
    return b"\x91" * depth + b"\xc0"


UNDECODABLE: Sequence[bytes] = (
    b"",
    b"\xc1",
    b"\xdd\xff\xff\xff\xff",  # an array of 2^32-1 that is not there
    b"\xc9\xff\xff\xff\xff\x01",  # an extension of 4 GB
    b"\xd6\xff\x00\x00\x00\x01",  # a timestamp
    b"\xa1\xff",  # text that is not UTF-8
    b"\x81\x01\x02",  # a map with a number for a key
    b"\xc0\xc0",  # two values
    nested(17),
    nested(5_000),
    msgpack.packb({"id": 1, "op": "ping", "d": {"x": b"bytes"}}),
)


@pytest.mark.parametrize("frame", UNDECODABLE, ids=lambda frame: frame[:6].hex() or "empty")
async def test_what_is_not_msgpack_ends_the_connection(room: RoomRig, frame: bytes) -> None:
    peer = await room.connect()
    await peer.ws.send_bytes(frame)
    assert await peer.closed() == CloseCode.UNDECODABLE


@pytest.mark.parametrize("frame", ["", "{", "nul", "[" * 5_000, "[" * 17 + "]" * 17, '{"id": NaN}', "1" * 5_000])
async def test_what_is_not_json_ends_the_connection(room: RoomRig, frame: str) -> None:
    peer = await room.connect(protocol=JSON)
    await peer.ws.send_str(frame)
    assert await peer.closed() == CloseCode.UNDECODABLE


@pytest.mark.parametrize("frame", [[], 1, None, {}, {"id": "1", "op": "ping"}, {"id": -1}, {"id": 2**53}, {"id": True}])
async def test_a_value_that_is_no_request_is_answered_without_an_id(room: RoomRig, frame: Any) -> None:
    peer = await room.connect()
    await peer.send_frame(frame)
    reply = await peer.reply()
    assert (reply["re"], reply["err"]["code"]) == (None, "invalid")
    assert await peer.ask("ping")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"id": 7}, "invalid"),
        ({"id": 7, "op": 5}, "invalid"),
        ({"id": 7, "op": "no.such"}, "unknown_op"),
        ({"id": 7, "op": "show.join", "d": []}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {}}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {"show": 5}}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {"show": "x" * 65}}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {"show": "a b\n"}}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {"show": SHOW, "after": "1", "epoch": "e"}}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {"show": SHOW, "after": -1, "epoch": "e"}}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {"show": SHOW, "after": 1}}, "invalid"),
        ({"id": 7, "op": "show.join", "d": {"show": "nowhere"}}, "not_found"),
        ({"id": 7, "op": "chat.send", "d": {"text": "hi"}}, "not_joined"),
        ({"id": 7, "op": "show.leave"}, "not_joined"),
        ({"id": 7, "op": "chat.send", "d": {"text": 1}}, "invalid"),
        ({"id": 7, "op": "like", "d": {"count": 0}}, "invalid"),
        ({"id": 7, "op": "like", "d": {"count": 10**9}}, "invalid"),
        ({"id": 7, "op": "order.place", "d": {"variant": "v", "quantity": 1.5, "key": "k"}}, "invalid"),
        ({"id": 7, "op": "order.place", "d": {"variant": "v", "quantity": -1, "key": "k"}}, "invalid"),
        ({"id": 7, "op": "order.place", "d": {"variant": "v", "quantity": 1}}, "invalid"),
    ],
)
@pytest.mark.parametrize("protocol", [MSGPACK, JSON])
async def test_a_wrong_request_is_refused_by_name(room: RoomRig, protocol: str, frame: Any, code: str) -> None:
    peer = await room.connect(room.lin, protocol)
    await peer.send_frame(frame)
    reply = await peer.reply()
    assert (reply["re"], reply["err"]["code"]) == (7, code)
    assert await peer.ask("ping")


async def test_unknown_fields_are_ignored(room: RoomRig) -> None:
    peer = await room.connect()
    await peer.send_frame({"id": 1, "op": "ping", "d": {"later": 1}, "v": 2})
    assert "ok" in await peer.reply()


async def test_joining_twice_is_refused_and_changes_nothing(room: RoomRig) -> None:
    peer, _ = await room.joined(room.lin)
    assert (await peer.refused("show.join", show=SHOW))["code"] == "already_joined"
    assert (await peer.ask("chat.send", text="once"))["message"]["text"] == "once"
    assert len(await peer.numbered(1)) == 1


async def test_an_unknown_show_leaves_no_room_behind(room: RoomRig) -> None:
    peer = await room.connect(room.lin)
    for number in range(20):
        assert (await peer.refused("show.join", show=f"x{number}"))["code"] == "not_found"
    assert room.signaling._hub.attendance() == {}


@pytest.mark.parametrize(("protocol", "text"), [(MSGPACK, True), (JSON, False)])
async def test_the_wrong_kind_of_frame_ends_the_connection(room: RoomRig, protocol: str, text: bool) -> None:
    peer = await room.connect(protocol=protocol)
    if text:
        await peer.ws.send_str("{}")
    else:
        await peer.ws.send_bytes(b"{}")
    assert await peer.closed() == CloseCode.WRONG_KIND


@pytest.mark.parametrize("size", [64 * 1024 + 1, 1 << 20])
async def test_a_frame_that_is_too_large_ends_the_connection(room: RoomRig, size: int) -> None:
    peer = await room.connect()
    await peer.ws.send_bytes(b"\xc0" * size)
    assert await peer.closed() == 1009


@pytest.mark.parametrize("protocols", [(), ("chat",), ("livecart.v2.msgpack",)])
async def test_without_a_known_subprotocol_there_is_no_socket(room: RoomRig, protocols: tuple[str, ...]) -> None:
    with pytest.raises(WSServerHandshakeError) as refused:
        await room.http.ws_connect(room.url, protocols=protocols)
    assert refused.value.status == 400


async def test_a_plain_get_is_told_what_is_missing(room: RoomRig) -> None:
    async with room.http.get(room.url) as response:
        assert response.status == 400
        assert (await response.json(content_type="application/problem+json"))["code"] == "subprotocol_required"
    async with room.http.get(room.url, headers={"Sec-WebSocket-Protocol": MSGPACK}) as response:
        assert response.status == 400


async def test_an_unknown_bearer_token_is_refused(room: RoomRig) -> None:
    for token in ("unknown", "", "x" * 4_000):
        with pytest.raises(WSServerHandshakeError) as refused:
            await room.http.ws_connect(room.url, protocols=(MSGPACK,), headers={"Authorization": f"Bearer {token}"})
        assert refused.value.status == 401


async def test_a_flood_is_limited_and_then_hung_up_on(room: RoomRig) -> None:
    peer, _ = await room.joined(room.lin)
    other, _ = await room.joined(room.ana)
    for _ in range(3):
        for _ in range(300):
            await peer.send("ping")
        await other.ask("ping")
        room.clock.ms += 1_000
    assert await peer.closed() == CloseCode.FLOOD


async def test_a_person_who_chats_too_fast_waits(room: RoomRig) -> None:
    peer, _ = await room.joined(room.lin)
    for number in range(10):
        await peer.ask("chat.send", text=f"line {number}")
    refused = await peer.refused("chat.send", text="one more")
    assert (refused["code"], refused["retryable"]) == ("rate_limited", True)
    room.clock.ms += refused["retry_after_ms"]
    await peer.ask("chat.send", text="one more")


async def test_a_silent_socket_is_probed_and_then_let_go(room: RoomRig) -> None:
    silent = await room.connect(autoping=False)
    alive = await room.connect(autoping=False)
    room.clock.ms += 46_000
    await room.signaling._sweep()
    for peer in (silent, alive):
        assert (await peer.ws.receive()).type is WSMsgType.PING
    await alive.ws.pong()
    async with asyncio.timeout(5):
        while len({socket._session.deadline_ms() for socket in room.signaling._sockets}) == 1:  # noqa: ASYNC110
            await asyncio.sleep(0)
    room.clock.ms += 44_000
    await room.signaling._sweep()
    assert await silent.closed() == CloseCode.SILENT
    assert await alive.ask("ping")


async def test_a_storm_of_joins_is_told_when_to_come_back(sqlite: Database, redis_server: RedisServer) -> None:
    async with open_room(sqlite, redis_server.url, limits=LimitOptions(joins=Rate(1, 2))) as room:
        await room.connect()
        await room.connect()
        with pytest.raises(WSServerHandshakeError) as refused:
            await room.connect()
        assert refused.value.status == 503
        assert refused.value.headers is not None
        assert int(refused.value.headers["Retry-After"]) >= 1


async def test_a_reader_who_stopped_reading_is_let_go_and_costs_a_bounded_amount(room: RoomRig) -> None:
    host = room.url.split("/")[2]
    address, port = host.split(":")
    loop = asyncio.get_running_loop()
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.setblocking(False)
        await loop.sock_connect(raw, (address, int(port)))
        await loop.sock_sendall(raw, handshake(host))
        await loop.sock_sendall(raw, masked(json.dumps({"id": 1, "op": "show.join", "d": {"show": SHOW}}).encode()))
        received = b""
        while b'"ok"' not in received:
            received += await loop.sock_recv(raw, 4_096)
        (slow,) = room.signaling._sockets
        ana, _ = await room.joined(room.ana)
        most = 0
        for number in range(4_000):
            await room.log.announce(event("product.showing", {"product": "p" * 2_000, "version": number}))
            most = max(most, slow.buffered())
            if slow not in room.signaling._sockets or slow._ending:
                break
        assert slow._ending
        assert most < CLOSE_BYTES + 2 * 64 * 1024
        await ana.ask("chat.send", text="others go on")


def event(kind: str, data: dict[str, Any]) -> ShowEvent:
    return ShowEvent(EventId("x"), SHOW, kind, data, 1)


def handshake(host: str) -> bytes:
    return (
        f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
        f"Sec-WebSocket-Protocol: {JSON}\r\n\r\n"
    ).encode()


def masked(payload: bytes) -> bytes:
    """A client's text frame with an all-zero mask (RFC 6455 §5.3)."""
    assert len(payload) < 126
    return struct.pack("!BB4x", 0x81, 0x80 | len(payload)) + payload
