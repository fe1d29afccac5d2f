"""aiohttp's WebSocket with a second look at each frame (frames.py) before its own reader gets it.

The one place that reaches into aiohttp: it has no hook between the connection and its reader.
"""

from __future__ import annotations

from aiohttp import WebSocketError, WSCloseCode, web
from aiohttp.http_websocket import WebSocketReader, WebSocketWriter

from signaling.frames import FrameFault, FrameScanner

_CODES = {
    FrameFault.UNMASKED: WSCloseCode.PROTOCOL_ERROR,
    FrameFault.NESTED: WSCloseCode.PROTOCOL_ERROR,
    FrameFault.PIECES: WSCloseCode.MESSAGE_TOO_BIG,
}


class Intake:
    """Stands where the connection has its reader."""

    __slots__ = ("_reader", "_scanner", "_ws")

    def __init__(self, ws: ScannedWebSocket, reader: WebSocketReader) -> None:
        self._ws = ws
        self._reader = reader
        self._scanner = FrameScanner()

    def feed_data(self, data: bytes) -> tuple[bool, bytes]:
        """As the reader's own: whether this was the end, and nothing left over."""
        if self.passes(data):
            end, rest = self._reader.feed_data(data)
            return end, rest
        return True, b""

    def feed_eof(self) -> None:
        self._reader.feed_eof()

    def passes(self, data: bytes) -> bool:
        """A fault ends the socket as one that the reader finds does: with its close code, after what came before."""
        fault = self._scanner.scan(data)
        if fault is not None:
            self._ws.fail(WebSocketError(_CODES[fault], fault.value))
        return fault is None


class ScannedWebSocket(web.WebSocketResponse):
    def _post_start(self, request: web.BaseRequest, protocol: str | None, writer: WebSocketWriter) -> None:
        connection = request.protocol
        # Frames that came along with the handshake; the reader gets them below.
        early = connection._message_tail  # noqa: SLF001 -- see above
        super()._post_start(request, protocol, writer)
        assert self._parser is not None
        intake = Intake(self, self._parser)
        connection._payload_parser = intake  # noqa: SLF001 -- it calls these two methods
        intake.passes(early)

    def fail(self, error: WebSocketError) -> None:
        assert self._reader is not None
        self._reader.set_exception(error)
