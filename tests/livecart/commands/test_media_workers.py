"""Several media processes under `livecart serve`: ports, placement, and one that is killed or stopped.

The peers are stock aiortc clients that negotiate anew when the room says that its relay is lost.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, ClientWebSocketResponse

from tests.support.peers import MakePeer, negotiate, publisher, until, until_state, viewer
from tests.support.people import make_show
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]

# The promises: noticed in 5 s, back within 10 s. Timings of a loaded test machine get half as much again.
NOTICED_S, BACK_S = 7.5, 15.0


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop with two media processes."""
    with RunningShop(tmp_path_factory.mktemp("crowd") / "data", "--media-workers", "2") as running:
        yield running


@asynccontextmanager
async def in_room(shop: RunningShop, show: str) -> AsyncIterator[ClientWebSocketResponse]:
    async with ClientSession() as http, http.ws_connect(f"{shop.url}/ws", protocols=("livecart.v1.json",)) as ws:
        await ws.send_json({"id": 1, "op": "show.join", "d": {"show": show}})
        yield ws


async def told(ws: ClientWebSocketResponse, state: str) -> dict[str, Any]:
    """The data of the next `show.state` event with this state."""
    while True:
        frame = await ws.receive_json()
        for _, kind, data, _ in frame.get("ev", []):
            if kind == "show.state" and data["state"] == state:
                return dict(data)


SHOWS_MAX = 8


async def test_each_has_a_port_and_shows_are_spread(crowd: RunningShop, peers: MakePeer) -> None:
    assert len(crowd.parts("media")) == 2
    mei = crowd.log_in("mei")
    carriers: set[int | None] = set()
    # A show goes where there is least load, and a machine with other work makes one process look busy for a while.
    for _ in range(SHOWS_MAX):
        if len(carriers) == 2:
            break
        made = make_show(crowd, mei)
        await negotiate(crowd, peers(publisher), made["whip_url"], made["publish_token"])
        show = made["show"]["id"]
        await until_state(crowd, show, "live")
        await until(lambda show=show: crowd.media_of(show))  # type: ignore[misc]
        carriers.add(crowd.media_of(show))
    assert carriers == set(crowd.parts("media"))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
async def test_a_show_goes_on_in_another_process(crowd: RunningShop, peers: MakePeer, how: signal.Signals) -> None:
    made = make_show(crowd, crowd.log_in("mei"))
    show, whip, token = made["show"]["id"], made["whip_url"], made["publish_token"]
    first, watching = peers(publisher), peers(viewer)
    await negotiate(crowd, first, whip, token)
    await negotiate(crowd, watching, f"/whep/{show}")
    await until(lambda: watching.frames >= 3)
    await until(lambda: crowd.media_of(show))
    await until_state(crowd, show, "live")
    carrier = crowd.media_of(show)
    assert carrier is not None
    async with in_room(crowd, show) as room:
        began = time.monotonic()
        os.kill(carrier, how)
        try:
            async with asyncio.timeout(NOTICED_S):
                assert await told(room, "interrupted") == {"state": "interrupted", "cause": "media_lost"}
            await negotiate(crowd, peers(publisher), whip, token)
            again = peers(viewer)
            await negotiate(crowd, again, f"/whep/{show}")
            await until(lambda: again.frames >= 3, BACK_S - (time.monotonic() - began))
            async with asyncio.timeout(5):
                await told(room, "live")
            await until(lambda: crowd.media_of(show) not in (None, carrier))
        finally:
            if how is signal.SIGSTOP:
                os.kill(carrier, signal.SIGCONT)
    if how is signal.SIGSTOP:
        # The one that slept finds its sessions closed, so that its peers know.
        await until(lambda: first.connection.connectionState == "closed")
    seen = again.frames
    await until(lambda: again.frames >= seen + 10)
    await until_state(crowd, show, "live")
    await until(lambda: len(crowd.parts("media")) == 2)


async def test_an_offer_that_meets_a_stopped_process_is_answered_by_another(
    crowd: RunningShop, peers: MakePeer
) -> None:
    """Nobody has noticed yet: the offer itself finds out."""
    made = make_show(crowd, crowd.log_in("mei"))
    show, whip, token = made["show"]["id"], made["whip_url"], made["publish_token"]
    await negotiate(crowd, peers(publisher), whip, token)
    await until(lambda: crowd.media_of(show))
    carrier = crowd.media_of(show)
    assert carrier is not None
    os.kill(carrier, signal.SIGSTOP)
    try:
        await negotiate(crowd, peers(publisher), whip, token)
        await until(lambda: crowd.media_of(show) not in (None, carrier))
    finally:
        os.kill(carrier, signal.SIGCONT)


async def test_the_end_of_a_show_reaches_the_process_that_has_it(crowd: RunningShop, peers: MakePeer) -> None:
    mei = crowd.log_in("mei")
    made = make_show(crowd, mei)
    show = made["show"]["id"]
    sending = peers(publisher)
    await negotiate(crowd, sending, made["whip_url"], made["publish_token"])
    await until_state(crowd, show, "live")
    assert (await asyncio.to_thread(crowd.call, "POST", f"shows/{show}/end", token=mei)).status == 200
    await until(lambda: sending.connection.connectionState == "closed")


def test_every_port_is_given_back(tmp_path: Path) -> None:
    """The same shop opens again on the same ports."""
    with RunningShop(tmp_path / "data", "--media-workers", "2") as shop:
        shop.stop()
        shop.start()
        assert len(shop.parts("media")) == 2
