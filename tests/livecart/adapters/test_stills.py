"""Drawing key frames: real ones of both codecs, damaged ones, and bitstreams that end the process or hold it up."""

from __future__ import annotations

import fractions
import os
import random
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import av
import pytest
from PIL import Image

from livecart.adapters.still_child import JPEG_MAX, draw
from livecart.adapters.stills import DrawingProcess
from livecart.domain.errors import InvalidError

ENCODERS = {"h264": "libx264", "vp8": "libvpx"}


def key_frame(codec: str, width: int, height: int, *, noisy: bool = False) -> bytes:
    context = av.CodecContext.create(ENCODERS[codec], "w")
    assert isinstance(context, av.VideoCodecContext)
    context.width, context.height, context.pix_fmt = width, height, "yuv420p"
    context.time_base = fractions.Fraction(1, 30)
    context.bit_rate = 8_000_000
    frame = av.VideoFrame(width, height, "yuv420p")
    chance = random.Random(1)
    for plane in frame.planes:
        plane.update(chance.randbytes(plane.buffer_size) if noisy else b"\x60" * plane.buffer_size)
    frame.pts = 0
    return b"".join(bytes(packet) for part in (frame, None) for packet in context.encode(part))


@pytest.fixture
async def drawing() -> AsyncIterator[DrawingProcess]:
    drawing = DrawingProcess()
    yield drawing
    await drawing.close()


@pytest.mark.parametrize("codec", ENCODERS)
@pytest.mark.parametrize(
    ("size", "drawn"),
    [((640, 360), (480, 270)), ((360, 640), (270, 480)), ((320, 180), (320, 180)), ((1920, 1080), (480, 270))],
)
def test_a_key_frame_becomes_a_small_jpeg(codec: str, size: tuple[int, int], drawn: tuple[int, int]) -> None:
    with Image.open(BytesIO(draw(codec, key_frame(codec, *size)))) as picture:
        assert picture.format == "JPEG"
        assert picture.size == drawn
        assert picture.getpixel((10, 10)) != (0, 0, 0)


@pytest.mark.parametrize("codec", ENCODERS)
def test_however_much_is_in_a_picture_it_stays_small(codec: str) -> None:
    jpeg = draw(codec, key_frame(codec, 1280, 720, noisy=True))
    assert 5_000 < len(jpeg) <= JPEG_MAX


async def test_the_process_starts_when_it_is_needed_and_stays(drawing: DrawingProcess) -> None:
    assert drawing.pid is None
    first = await drawing.draw("vp8", key_frame("vp8", 320, 180))
    pid = drawing.pid
    assert await drawing.draw("vp8", key_frame("vp8", 320, 180)) == first
    assert drawing.pid == pid
    await drawing.close()
    await drawing.close()
    assert drawing.pid is None


@pytest.mark.parametrize("codec", [*ENCODERS, "av1"])
async def test_what_is_no_picture_is_refused_and_costs_nothing(drawing: DrawingProcess, codec: str) -> None:
    chance = random.Random(2)
    whole = key_frame("vp8" if codec == "vp8" else "h264", 320, 180, noisy=True)
    for damaged in (b"", chance.randbytes(2_000), whole[:9]):
        with pytest.raises(InvalidError) as refused:
            await drawing.draw(codec, damaged)
        assert refused.value.code == "bad_key_frame"
    assert drawing.pid is not None


async def test_flipped_bits_never_end_anything_but_a_drawing(drawing: DrawingProcess) -> None:
    chance = random.Random(3)
    for codec in ENCODERS:
        whole = key_frame(codec, 320, 180, noisy=True)
        for _ in range(40):
            damaged = bytearray(whole)
            for _ in range(8):
                damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            with suppress(InvalidError):
                assert len(await drawing.draw(codec, bytes(damaged))) <= JPEG_MAX


async def test_a_picture_that_is_too_large_is_refused(drawing: DrawingProcess) -> None:
    # The frame's header says 16,383 by 16,383, and nothing follows.
    huge = b"\x10\x02\x00\x9d\x01\x2a" + b"\xff\x3f\xff\x3f" + bytes(200)
    with pytest.raises(InvalidError):
        await drawing.draw("vp8", huge)
    assert len(await drawing.draw("vp8", key_frame("vp8", 320, 180))) > 100


async def test_a_process_that_was_ended_is_started_again(drawing: DrawingProcess) -> None:
    frame = key_frame("h264", 320, 180)
    await drawing.draw("h264", frame)
    assert drawing.pid is not None
    os.kill(drawing.pid, signal.SIGSEGV)
    with pytest.raises(InvalidError):
        await drawing.draw("h264", frame)
    assert len(await drawing.draw("h264", frame)) > 100


async def test_one_that_takes_too_long_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("livecart.adapters.stills.STARTS_WITHIN_S", 0.5)
    program = tmp_path / "slow.py"
    program.write_text("import sys\nfor line in sys.stdin.buffer: pass\n")
    drawing = DrawingProcess(within_s=0.1, program=program)
    with pytest.raises(InvalidError):
        await drawing.draw("vp8", b"frame")
    assert drawing.pid is None


async def test_the_process_has_no_secrets_and_little_memory(
    drawing: DrawingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIVECART_SECRET", "hush")
    await drawing.draw("vp8", key_frame("vp8", 320, 180))
    home = Path("/proc") / str(drawing.pid)
    if home.is_dir():
        assert b"hush" not in (home / "environ").read_bytes()
        limit = next(line for line in (home / "limits").read_text().splitlines() if "address space" in line)
        assert str(1024**3) in limit
