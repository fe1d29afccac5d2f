"""A realistic stream from memory: 720p at 30 frames/s and 1.5 Mbit/s with a key frame each 2 s, and Opus.

A process of its own, asked by lines of JSON. PyAV encodes ten seconds of moving noise once; sending is a loop over
prepared RTP packets, either over WebRTC or plainly to two ports of a mountpoint."""

from __future__ import annotations

import asyncio
import fractions
import itertools
import random
import socket
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Any

import av
import uvloop
from aiortc.codecs.h264 import H264Encoder

from bench.child import answer_requests
from bench.lean_peer import AUDIO, VIDEO, LeanPeer
from bench.swarm import mark

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


class Source:
    """Sends from `start` on; `times` are when each frame's last packet went out (Unix ns), the newest 900."""

    def __init__(self) -> None:
        self.frames = encode()
        self.times: OrderedDict[int, int] = OrderedDict()
        self._peer = LeanPeer()
        self._sending: list[asyncio.Task[None]] = []

    async def answer(self, request: dict[str, Any]) -> Any:
        """One request's answer."""
        match request:
            case {"do": "offer"}:
                return self._peer.offer("sendonly")
            case {"do": "connect", "answer": sdp}:
                await self._peer.connect(sdp)
                self._start(self._peer.send_rtp)
            case {"do": "plain", "audio": audio, "video": video}:
                self._start(_plain({AUDIO: audio, VIDEO: video}))
            case {"do": "times"}:
                return list(self.times.items())
            case {"do": "marks"}:
                return [mark(payloads[-1]) for payloads in self.frames]
            case _:
                return {"error": "what?"}
        return {}

    def _start(self, send: Callable[[bytes], None]) -> None:
        self._sending = [asyncio.ensure_future(sending(send)) for sending in (self._video, self._audio)]

    async def _audio(self, send: Callable[[bytes], None]) -> None:
        """50 packets a second, at their own times."""
        started = time.monotonic()
        for number in itertools.count():
            head = bytes([0x80, AUDIO]) + (number & 0xFFFF).to_bytes(2, "big")
            send(head + (number * 960 & 0xFFFFFFFF).to_bytes(4, "big") + b"\0\0\0\x0b" + bytes(80))
            await asyncio.sleep(max(0.0, started + number / 50 - time.monotonic()))

    async def _video(self, send: Callable[[bytes], None]) -> None:
        """30 frames a second; large frames go out 12 packets each 3 ms."""
        started = time.monotonic()
        sequence = number = 0
        while True:
            payloads = self.frames[number % len(self.frames)]
            for index, payload in enumerate(payloads):
                last = index == len(payloads) - 1
                head = bytes([0x80, (0x80 if last else 0) | VIDEO]) + (sequence & 0xFFFF).to_bytes(2, "big")
                send(head + (number * 3_000 & 0xFFFFFFFF).to_bytes(4, "big") + b"\0\0\0\x0a" + payload)
                sequence += 1
                if index % 12 == 11 and not last:
                    await asyncio.sleep(0.003)
            self.times[number] = time.time_ns()
            if len(self.times) > 900:
                self.times.popitem(last=False)
            number += 1
            if number % 60 == 0:
                self._peer.check()
            await asyncio.sleep(max(0.0, started + number / FPS - time.monotonic()))


def _plain(ports: dict[int, int]) -> Callable[[bytes], None]:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def send(packet: bytes) -> None:
        sock.sendto(packet, ("127.0.0.1", ports[packet[1] & 0x7F]))

    return send


if __name__ == "__main__":
    uvloop.run(answer_requests(Source().answer))
