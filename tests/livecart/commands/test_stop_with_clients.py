"""Stopping `livecart serve` while people are in a room: it ends in time, and each is told when to come back."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from signaling.errors import CloseCode
from tests.support.people import make_show
from tests.support.room import MSGPACK, Peer
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]

# At 400 a second they are to be back within 0.75 s, though all are closed at once.
CLIENTS = 300
HANDSHAKE = (
    "GET /ws HTTP/1.1\r\nHost: shop\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    f"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: {MSGPACK}\r\n\r\n"
)


async def test_everybody_is_told_a_time_of_his_own_and_nobody_holds_the_stop_up(tmp_path: Path) -> None:
    shop = RunningShop(tmp_path / "data")
    async with AsyncExitStack() as stack:
        await asyncio.to_thread(shop.start)
        stack.callback(shop.stop)
        show = (await asyncio.to_thread(make_show, shop, await asyncio.to_thread(shop.log_in, "mei")))["show"]["id"]
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        peers = [Peer(await http.ws_connect(f"{shop.url}/ws", protocols=[MSGPACK])) for _ in range(CLIENTS)]
        await asyncio.gather(*(peer.ask("show.join", show=show) for peer in peers[:50]))
        # One that answers nothing, not even the farewell.
        mute = stack.enter_context(socket.create_connection(("127.0.0.1", shop.port)))
        mute.sendall(HANDSHAKE.encode())

        began = time.monotonic()
        stopping = asyncio.create_task(asyncio.to_thread(shop.stop))
        assert set(await asyncio.gather(*(peer.closed() for peer in peers))) == {CloseCode.DRAINING}
        await stopping
        assert time.monotonic() - began < 5
    found = [re.search(r"; retry_after_ms=(\d+)$", peer.reason) for peer in peers]
    times = [int(match[1]) for match in found if match]
    assert len(times) == CLIENTS
    assert max(times) <= 760
    assert CLIENTS * 0.35 < sum(told < 375 for told in times) < CLIENTS * 0.65


async def test_while_clients_move_over_the_load_balancer_is_told_and_newcomers_are_refused(tmp_path: Path) -> None:
    with RunningShop(tmp_path / "data", LIVECART_DRAIN_S="2") as shop:
        async with aiohttp.ClientSession() as http:
            peers = [Peer(await http.ws_connect(f"{shop.url}/ws", protocols=[MSGPACK])) for _ in range(40)]
            shop.process.send_signal(signal.SIGTERM)
            # The first hears it while the last is still served. All listen: who answers no farewell is cut.
            leaving = [asyncio.create_task(peer.closed()) for peer in peers]
            await asyncio.wait(leaving, return_when=asyncio.FIRST_COMPLETED)
            ready = await asyncio.to_thread(shop.call, "GET", "/readyz")
            assert (ready.status, ready.body["checks"]["process"]) == (503, "this process is ending")
            with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
                await http.ws_connect(f"{shop.url}/ws", protocols=[MSGPACK])
            assert refused.value.status == 503
            assert refused.value.headers is not None
            assert "Retry-After" in refused.value.headers
            assert set(await asyncio.gather(*leaving)) == {CloseCode.DRAINING}
