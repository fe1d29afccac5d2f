"""FFmpeg's WHIP muxer publishes: it is passive in DTLS, loses the first ClientHello, takes AES-CM only, and sends no
key frame when it is asked for one."""

from __future__ import annotations

import asyncio
import secrets
import sys
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest
from aiohttp import web
from PIL import Image

from livecart.adapters.still_child import draw
from livecart.domain.key_frame import assemble

SCRIPT = Path(__file__).with_name("ffmpeg_whip.py")

pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif("whip" not in av.formats_available, reason="this PyAV has no WHIP muxer"),
]


@pytest.fixture
async def whip_url(stage: Any) -> AsyncIterator[str]:
    """The relay behind the little HTTP that FFmpeg needs."""

    async def whip(request: web.Request) -> web.Response:
        answer = await stage.relay.publish("s", secrets.token_hex(8), "ffmpeg", await request.text())
        return web.Response(status=201, text=answer, content_type="application/sdp", headers={"Location": "/x"})

    async def gone(_request: web.Request) -> web.Response:
        return web.Response()

    app = web.Application()
    app.router.add_post("/whip", whip)
    app.router.add_delete("/x", gone)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/whip"
    await runner.cleanup()


async def ffmpeg(url: str, folder: Path, seconds: int, group: int) -> asyncio.subprocess.Process:
    """It sends a key frame each `group` of its 30 frames a second."""
    words = (str(SCRIPT), url, str(folder), str(seconds), str(group))
    return await asyncio.create_subprocess_exec(sys.executable, *words)


async def test_ffmpeg_publishes_by_whip(stage: Any, eventually: Any, tmp_path: Path, whip_url: str) -> None:
    viewer = await stage.watch()
    sending = await ffmpeg(whip_url, tmp_path, 4, 15)
    await eventually(lambda: viewer.frames >= 15 and viewer.loudest > 3_000)
    assert viewer.sizes[-1] == (320, 240)
    assert await sending.wait() == 0
    await eventually(lambda: "publisher.gone" in [kind for kind, _ in stage.told])


async def test_a_joiner_does_not_wait_for_the_next_key_frame(
    stage: Any, eventually: Any, tmp_path: Path, whip_url: str
) -> None:
    sending = await ffmpeg(whip_url, tmp_path, 8, 85)
    await eventually(lambda: "s" in stage.relay.shows)
    group = stage.relay.shows["s"].slots[0].layers[0].group
    first = None

    def another_group_has_begun() -> bool:
        nonlocal first
        first = first or group.start(time.monotonic())
        return group.start(time.monotonic()) not in {None, first}

    await eventually(another_group_has_begun)
    at = group.start(time.monotonic())
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 20)
    assert group.start(time.monotonic()) == at, "the pictures are of the group that was there already"
    frames = viewer.frames
    await eventually(lambda: viewer.frames >= frames + 60)
    assert viewer.connection.connectionState == "connected"
    sending.kill()
    await sending.wait()


async def test_its_last_key_frame_can_be_drawn(stage: Any, eventually: Any, tmp_path: Path, whip_url: str) -> None:
    """For the wall of live shows: H.264 from a publisher that answers no request, with seconds between key frames."""
    sending = await ffmpeg(whip_url, tmp_path, 6, 85)
    await eventually(lambda: "publisher.live" in [kind for kind, _ in stage.told])
    slot = stage.relay.shows["s"].slots[0]
    await eventually(lambda: slot.still() is not None)
    still = slot.still()
    assert still.codec == "h264"
    with Image.open(BytesIO(draw(still.codec, assemble(still.codec, still.payloads)))) as picture:
        assert picture.size == (320, 240)
    assert await sending.wait() == 0
