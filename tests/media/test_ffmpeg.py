"""FFmpeg's WHIP muxer publishes: it is passive in DTLS, loses the first ClientHello and takes AES-CM only."""

from __future__ import annotations

import asyncio
import secrets
import sys
from pathlib import Path
from typing import Any

import av
import pytest
from aiohttp import web

SCRIPT = Path(__file__).with_name("ffmpeg_whip.py")


@pytest.mark.real
@pytest.mark.skipif("whip" not in av.formats_available, reason="this PyAV has no WHIP muxer")
async def test_ffmpeg_publishes_by_whip(stage: Any, eventually: Any, tmp_path: Path) -> None:
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
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    try:
        viewer = await stage.watch()
        url = f"http://127.0.0.1:{port}/whip"
        sending = await asyncio.create_subprocess_exec(sys.executable, str(SCRIPT), url, str(tmp_path), "4")
        await eventually(lambda: viewer.frames >= 15 and viewer.loudest > 3_000)
        assert viewer.sizes[-1] == (320, 240)
        assert await sending.wait() == 0
        await eventually(lambda: "publisher.gone" in [kind for kind, _ in stage.told])
    finally:
        await runner.cleanup()
