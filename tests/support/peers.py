"""Stock aiortc at the other end of WHIP and WHEP, for tests against a whole shop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.media.conftest import Peer, Picture, Tone
from tests.support.running_shop import Answer, RunningShop, Site

SDP = "application/sdp"

MakePeer = Callable[[Callable[[], Peer]], Peer]


def publisher() -> Peer:
    peer = Peer()
    peer.connection.addTrack(Picture())
    peer.connection.addTrack(Tone())
    return peer


def viewer() -> Peer:
    peer = Peer()
    peer.connection.addTransceiver("video", direction="recvonly")
    peer.connection.addTransceiver("audio", direction="recvonly")
    return peer


def post(shop: Site, path: str, sdp: str, token: str | None = None, content_type: str = SDP, **headers: str) -> Answer:
    return shop.call("POST", path, sdp, token=token, Content_Type=content_type, **headers)


async def negotiate(shop: RunningShop, peer: Peer, path: str, token: str | None = None) -> str:
    """Returns the session's address."""
    return (await answered(shop, peer, path, token)).headers["Location"]


async def answered(shop: RunningShop, peer: Peer, path: str, token: str | None = None) -> Answer:
    """Negotiates; the whole answer, checked for what every answer must have."""
    answer = await asyncio.to_thread(post, shop, path, await peer.offer(), token)
    assert answer.status == 201, answer
    assert answer.headers["Content-Type"].startswith(SDP)
    assert answer.headers["ETag"]
    await peer.accept(answer.body)
    location = answer.headers["Location"]
    assert location.startswith(f"{path}/")
    assert len(location.rpartition("/")[2]) >= 22, "128 random bits"
    return answer


async def until(condition: Callable[[], Any], seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 -- waits for another process
            await asyncio.sleep(0.05)


async def state_of(shop: RunningShop, show: str) -> str:
    return str((await asyncio.to_thread(shop.call, "GET", f"shows/{show}")).body["show"]["state"])


async def until_state(shop: RunningShop, show: str, state: str) -> None:
    async with asyncio.timeout(20):
        while await state_of(shop, show) != state:  # noqa: ASYNC110 -- waits for another process
            await asyncio.sleep(0.1)
