"""What a viewer says and understands: ours and socket.io's, behind the same few calls."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, Protocol

import msgpack

from bench.frames import BINARY, CLOSE, PING, PONG, TEXT, client_frame

# Events of the first two lanes that the storms publish.
HOST_EVENT = "bag"


@dataclass(slots=True)
class Numbers:
    """The numbers that some events run from and to, whether one is missing in between, how many of them are of the
    first two lanes, and how many were left out and said to be."""

    first: int | None = None
    last: int | None = None
    torn: bool = False
    host: int = 0
    skipped: int = 0

    def take(self, first: int, last: int) -> None:
        """The next one, or a run."""
        self.torn |= self.last is not None and first != self.last + 1
        self.first = first if self.first is None else self.first
        self.last = last


@dataclass(slots=True)
class Heard:
    """What some bytes from the server say. `dues`: when their messages should have been published, in ns. `answer` is
    to be sent back each time. `arrivals` is the crowd's to fill."""

    frames: int = 0
    size: int = 0
    dues: list[int] = field(default_factory=list)
    numbers: Numbers = field(default_factory=Numbers)
    answer: bytes = b""
    joined: bool = False
    snapshot: bool = False
    epoch: str | None = None
    closed: str | None = None
    arrivals: list[int] = field(default_factory=list)


class Dialect(Protocol):
    """One kind of server's words."""

    def hello(self, host: str, number: int) -> bytes:
        """The HTTP request that the socket of viewer `number` begins with."""
        ...

    def join(self, epoch: str | None, after: int | None) -> bytes:
        """What is said once the upgrade is answered, to come in or to resume."""
        ...

    def hear(self, opcode: int, payload: bytes, heard: Heard) -> None:
        """Adds to `heard` what a frame says."""
        ...


def _hello(path: str, host: str, more: str = "") -> bytes:
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
    ).encode()


class Livecart:
    """`livecart.v1.msgpack`. `tokens`: these people are every second viewer; all others are guests."""

    def __init__(self, show: str, tokens: tuple[str, ...] = ()) -> None:
        self._show = show
        self._tokens = tokens

    def hello(self, host: str, number: int) -> bytes:
        """See `Dialect`."""
        more = "Sec-WebSocket-Protocol: livecart.v1.msgpack\r\n"
        if number % 2 and number // 2 < len(self._tokens):
            more += f"Authorization: Bearer {self._tokens[number // 2]}\r\n"
        return _hello("/ws", host, more)

    def join(self, epoch: str | None, after: int | None) -> bytes:
        """See `Dialect`."""
        d: dict[str, Any] = {"show": self._show}
        if epoch is not None:
            d |= {"epoch": epoch, "after": after}
        return client_frame(BINARY, msgpack.packb({"id": 1, "op": "show.join", "d": d}))

    def hear(self, opcode: int, payload: bytes, heard: Heard) -> None:
        """See `Dialect`."""
        if opcode == PING:
            heard.answer += client_frame(PONG, payload)
        elif opcode == CLOSE:
            heard.closed = payload[2:].decode()
        elif opcode == BINARY:
            self._message(msgpack.unpackb(payload), heard)

    def _message(self, message: dict[str, Any], heard: Heard) -> None:
        self._events(message.get("ev", ()), heard)
        if message.get("re") == 1:
            joined = message.get("ok")
            if joined is None:
                heard.closed = str(message["err"])
                return
            heard.joined, heard.epoch = True, joined["epoch"]
            heard.snapshot = "events" not in joined
            self._events(joined.get("events", ()), heard)
            if heard.numbers.last is None:
                heard.numbers.last = joined["seq"]

    def _events(self, events: Any, heard: Heard) -> None:
        for seq, kind, data, _ in events:
            if kind == "skipped":
                heard.numbers.take(data["from"], data["to"])
                heard.numbers.skipped += data["count"]
            elif seq is not None:
                heard.numbers.take(seq, seq)
                heard.numbers.host += kind == HOST_EVENT
                if kind == "chat" and "due_ns" in data:
                    heard.dues.append(data["due_ns"])


class SocketIo:
    """Engine.IO 4 over a WebSocket, as socket.io-client speaks it with `transports: ["websocket"]`."""

    def hello(self, host: str, number: int) -> bytes:  # noqa: ARG002  all are the same to it
        """See `Dialect`."""
        return _hello("/socket.io/?EIO=4&transport=websocket", host)

    def join(self, epoch: str | None, after: int | None) -> bytes:  # noqa: ARG002  its rooms have no memory
        """See `Dialect`."""
        return client_frame(TEXT, b"40")

    def hear(self, opcode: int, payload: bytes, heard: Heard) -> None:
        """See `Dialect`."""
        if opcode == CLOSE:
            heard.closed = payload[2:].decode()
        elif payload == b"2":
            heard.answer += client_frame(TEXT, b"3")
        elif payload.startswith(b"40"):
            heard.joined = True
        elif payload.startswith(b"42"):
            heard.dues.append(json.loads(payload[2:])[1]["due_ns"])
