"""A peer that writes what it likes: bytes over TCP, WebSocket frames with every bit of the header to choose."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

TEXT, BINARY, CLOSE, PING, PONG, CONTINUATION = 0x1, 0x2, 0x8, 0x9, 0xA, 0x0
JSON, MSGPACK = "livecart.v1.json", "livecart.v1.msgpack"
WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame of a client (RFC 6455 section 5.2), right in all but what is changed."""

    opcode: int
    payload: bytes = b""
    fin: bool = True
    reserved: int = 0
    masked: bool = True
    # What the header says, if it is not so.
    length: int | None = None

    def __bytes__(self) -> bytes:
        size = len(self.payload) if self.length is None else self.length
        first, mask = self.fin << 7 | self.reserved << 4 | self.opcode, self.masked << 7
        if size < 126:
            head = struct.pack("!BB", first, mask | size)
        elif size < 65_536:
            head = struct.pack("!BBH", first, mask | 126, size)
        else:
            head = struct.pack("!BBQ", first, mask | 127, size)
        # A mask of zeros leaves the payload as it is.
        return head + bytes(4 * self.masked) + self.payload


@dataclass(frozen=True, slots=True)
class Wire:
    """One TCP connection. What the server hangs up on reads as its end."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, *parts: Frame | bytes) -> None:
        """As much as the server takes."""
        try:
            self.writer.write(b"".join(map(bytes, parts)))
            await self.writer.drain()
        except ConnectionError:
            return

    def stop_reading(self) -> None:
        """From now on the system's window fills up."""
        transport = self.writer.transport
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()

    async def head(self) -> bytes:
        """An answer up to the empty line; less when the server hung up."""
        async with asyncio.timeout(WITHIN_S):
            try:
                return await self.reader.readuntil(b"\r\n\r\n")
            except asyncio.IncompleteReadError as error:
                return error.partial
            except ConnectionError:
                return b""

    async def rest(self) -> bytes:
        """All until the server hangs up."""
        found = b""
        async with asyncio.timeout(WITHIN_S):
            try:
                while part := await self.reader.read(65_536):
                    found += part
            except ConnectionError:
                pass
        return found

    async def frame(self) -> tuple[int, bytes]:
        """The server's next frame: opcode and payload. Raises IncompleteReadError or ConnectionError at the end."""
        async with asyncio.timeout(WITHIN_S):
            first, size = await self.reader.readexactly(2)
            if size == 126:
                (size,) = struct.unpack("!H", await self.reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack("!Q", await self.reader.readexactly(8))
            return first & 0x0F, await self.reader.readexactly(size)

    async def closed(self) -> int | None:
        """The server's close code; None if it hung up without one."""
        try:
            while True:
                opcode, payload = await self.frame()
                if opcode == CLOSE:
                    return int(struct.unpack("!H", payload[:2])[0])
        except (asyncio.IncompleteReadError, ConnectionError):
            return None


@asynccontextmanager
async def connected(url: str, *, source: str = "127.0.0.1", window: int | None = None) -> AsyncIterator[Wire]:
    """A connection from `source`; `window`: the most that the kernel receives for a peer who does not read."""
    target = urlsplit(url)
    raw = socket.socket()
    if window is not None:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    raw.setblocking(False)
    raw.bind((source, 0))
    await asyncio.get_running_loop().sock_connect(raw, (str(target.hostname), target.port or 80))
    # A small limit here, or the stream would read for a peer who does not.
    reader, writer = await asyncio.open_connection(sock=raw, limit=window or 2**20)
    try:
        yield Wire(reader, writer)
    finally:
        writer.transport.abort()


def upgrade(url: str, *more: str, protocol: str = JSON, path: str = "/ws") -> bytes:
    """The request for a WebSocket; `more` are header lines."""
    lines = [
        f"GET {path} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: {protocol}",
        *more,
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


@asynccontextmanager
async def opened(
    url: str, *more: str, protocol: str = JSON, source: str = "127.0.0.1", window: int | None = None
) -> AsyncIterator[Wire]:
    """A WebSocket of whose frames every bit can be chosen."""
    async with connected(url, source=source, window=window) as wire:
        await wire.send(upgrade(url, *more, protocol=protocol))
        head = await wire.head()
        assert head.startswith(b"HTTP/1.1 101 "), head
        yield wire
