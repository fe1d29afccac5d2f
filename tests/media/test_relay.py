"""The relay with stock aiortc peers on both sides."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize("codec", ["video/h264", "video/vp8"])
async def test_a_viewer_sees_and_hears_the_publisher(stage: Any, eventually: Any, codec: str) -> None:
    await stage.publish(codec=codec)
    viewer = await stage.watch()
    await eventually(lambda: viewer.frames >= 5 and viewer.loudest > 5_000)
    assert viewer.sizes[-1] == (320, 240)
