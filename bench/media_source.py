"""A realistic stream in memory: 720p at 30 frames/s and 1.5 Mbit/s with a key frame each 2 s, and Opus.

PyAV encodes ten seconds of moving noise once; sending is a loop over prepared RTP packets."""

from __future__ import annotations

import asyncio
import fractions
import random
import time
from collections.abc import Iterator

import av
from aiortc.codecs.h264 import H264Encoder

from bench.lean_peer import LeanPeer

FPS = 30
SECONDS = 10


def encode(bits_per_second: int = 1_500_000) -> list[list[bytes]]:
    """RTP payloads of each frame."""
    context = av.CodecContext.create("libx264", "w")
    context.width, context.height, context.pix_fmt = 1_280, 720, "yuv420p"
    context.time_base = fractions.Fraction(1, FPS)
    context.bit_rate = bits_per_second
    context.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "profile": "baseline",
        "g": str(2 * FPS),
        "maxrate": str(bits_per_second),
        "bufsize": str(bits_per_second // 2),
    }
    frames = []
    for picture in _pictures():
        for packet in context.encode(picture):
            units = H264Encoder._split_bitstream(bytes(packet))  # noqa: SLF001
            frames.append(list(H264Encoder._packetize(units)))  # noqa: SLF001
    return frames


def _pictures() -> Iterator[av.VideoFrame]:
    rng = random.Random(1)
    noise = rng.randbytes(1_280 * 1_440)
    for number in range(FPS * SECONDS):
        frame = av.VideoFrame(1_280, 720, "yuv420p")
        for index, plane in enumerate(frame.planes):
            if index:
                plane.update(bytes([128]) * plane.buffer_size)
            else:
                at = number * 1_280 * 2
                plane.update((noise[at : at + 1_280 * 720])[: plane.buffer_size])
        frame.pts = number
        yield frame


async def send(peer: LeanPeer, frames: list[list[bytes]], stop: asyncio.Event) -> None:
    """Frames at 30 and audio at 50 a second until told to stop; large frames go out 12 packets each 3 ms."""
    started = time.monotonic()
    sequence = audio = number = 0
    while not stop.is_set():
        payloads = frames[number % len(frames)]
        for index, payload in enumerate(payloads):
            last = index == len(payloads) - 1
            head = bytes([0x80, (0x80 if last else 0) | 102]) + (sequence & 0xFFFF).to_bytes(2, "big")
            peer.send_rtp(head + (number * 3_000 & 0xFFFFFFFF).to_bytes(4, "big") + b"\0\0\0\x0a" + payload)
            sequence += 1
            if index % 12 == 11:
                await asyncio.sleep(0.003)
        number += 1
        while audio / 50 < number / FPS:
            head = bytes([0x80, 111]) + (audio & 0xFFFF).to_bytes(2, "big")
            peer.send_rtp(head + (audio * 960 & 0xFFFFFFFF).to_bytes(4, "big") + b"\0\0\0\x0b" + bytes(80))
            audio += 1
        await asyncio.sleep(max(0.0, started + number / FPS - time.monotonic()))
