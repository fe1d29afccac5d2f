"""The program of a process that decodes key frames and draws them as small JPEGs: what a publisher sends may be made to
break a decoder, and this process has nothing to lose. It imports nothing of ours and is given no environment.

In and out: a length of four bytes, then msgpack. `{codec, frame}` is answered with `{jpeg}` or `{fault}`. It ends with
its standard input.
"""

from __future__ import annotations

import os
import resource
import sys
from contextlib import suppress
from io import BytesIO
from typing import Any, BinaryIO

import av
import msgpack
from av.video.frame import VideoFrame
from PIL import Image

MEMORY_BYTES = 1024 * 1024 * 1024
PIXELS_MAX = 4_096 * 2_304
MESSAGE_MAX = 1_000_000
JPEG_MAX = 30_000
SIDE = 480
QUALITIES = (75, 60, 45, 30)
CODECS = {"h264": "h264", "vp8": "libvpx"}


def main() -> None:
    _confine()
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while (message := _read(source)) is not None:
        try:
            reply: dict[str, Any] = {"jpeg": draw(str(message["codec"]), bytes(message["frame"]))}
        except Exception as error:  # noqa: BLE001 -- decoders raise whatever they like; the parent is told what
            reply = {"fault": f"{type(error).__name__}: {error}"[:200]}
        packed = msgpack.packb(reply)
        sink.write(len(packed).to_bytes(4, "big") + packed)
        sink.flush()


def _confine() -> None:
    """Little memory, no files, and whatever else the machine does goes first."""
    limits = {
        resource.RLIMIT_AS: MEMORY_BYTES,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        # macOS knows the limit on memory and refuses to set it.
        with suppress(OSError, ValueError):
            resource.setrlimit(which, (most, most))
    with suppress(OSError):
        os.nice(10)


def _read(source: BinaryIO) -> dict[str, Any] | None:
    head = source.read(4)
    size = int.from_bytes(head, "big")
    if len(head) < 4 or size > MESSAGE_MAX:
        return None
    message: dict[str, Any] = msgpack.unpackb(source.read(size))
    return message


def draw(codec: str, frame: bytes) -> bytes:
    """A JPEG of at most JPEG_MAX bytes. Raises whatever the decoder does, ValueError when no picture comes out."""
    picture = _decode(CODECS[codec], frame)
    if picture.width * picture.height > PIXELS_MAX:
        raise ValueError("the picture is too large")
    scale = min(1.0, SIDE / max(picture.width, picture.height))
    width, height = max(2, round(picture.width * scale)), max(2, round(picture.height * scale))
    image: Image.Image = picture.reformat(width=width, height=height, format="rgb24").to_image()  # type: ignore[no-untyped-call]
    while True:
        for quality in QUALITIES:
            out = BytesIO()
            image.save(out, "JPEG", quality=quality)
            if out.tell() <= JPEG_MAX:
                return out.getvalue()
        image = image.resize((image.width // 2, image.height // 2), Image.Resampling.BOX)


def _decode(name: str, frame: bytes) -> VideoFrame:
    context = av.CodecContext.create(name, "r")
    assert isinstance(context, av.VideoCodecContext)
    context.thread_count = 1
    context.options = {"max_pixels": str(PIXELS_MAX)}
    for found in (*context.decode(av.Packet(frame)), *context.decode(None)):
        if isinstance(found, VideoFrame):
            return found
    raise ValueError("no picture came out")


if __name__ == "__main__":
    main()
