"""One socket: frames in, the session machine, use cases, frames out. The asyncio and aiohttp shell of the session.

Requests of one socket run one after the other, so that answers come in order and a flooder waits for himself. Frames
are written straight to the transport: aiohttp's own sender costs twice as much per frame and waits for slow readers.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import WSMessage, WSMsgType, web

from livecart.domain.errors import InvalidError, LivecartError, UnavailableError
from signaling.codec import CodecError, close_frame, ping_frame, pong_frame
from signaling.dispatch import Answer, Dispatch
from signaling.door import Visitor
from signaling.errors import CloseCode, close_reason, error_body
from signaling.hub import NOWHERE, Hub
from signaling.messages import Request, ShowJoin, ShowLeave
from signaling.outbox import CLOSE_BYTES, NO_CROWD_BYTES, Outbox
from signaling.ports import VIEWER
from signaling.session import (
    Close,
    Event,
    Heard,
    Malformed,
    Probe,
    Received,
    Refuse,
    Run,
    Session,
    Step,
    Stepped,
    Tick,
    Undecodable,
)

# A use case that takes longer is answered with "unavailable"; it may still have happened, which its key tells. The
# sweep looks: a timer of its own for each request costs 6 us, a fiftieth of what an order does.
ANSWER_WITHIN_MS = 10_000
# How long a peer that was told to go may take to answer before the connection is cut.
FAREWELL_S = 2.0
_PING = ping_frame()

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Asked:
    """Who works on a socket's requests, and since when on the one under way, if there is one."""

    task: asyncio.Task[object]
    since_ms: int | None = None
    late: bool = False

    def look(self, now_ms: int) -> None:
        if self.since_ms is not None and not self.late and now_ms - self.since_ms >= ANSWER_WITHIN_MS:
            self.late = True
            self.task.cancel()


class Socket:
    """A hub Member. `serve` runs until either side ends it."""

    def __init__(
        self, ws: web.WebSocketResponse, transport: asyncio.Transport, visitor: Visitor, session: Session
    ) -> None:
        self._ws = ws
        self._transport = transport
        self._session = session
        self._ending = False
        self._asked: _Asked | None = None
        self.codec = visitor.codec
        self.visitor = visitor
        self.person = None if visitor.signed_in is None else visitor.signed_in.person
        self.exempt = visitor.exempt
        self.outbox = Outbox()
        self.part = VIEWER
        self.floor = NOWHERE

    # ---- what the hub and the sweeper use

    @property
    def address(self) -> str:
        return self.visitor.address

    @property
    def guest(self) -> str:
        return self.visitor.guest

    def write(self, frame: bytes) -> None:
        # uvloop raises on a write to a closed transport; nothing may follow a close frame of ours or of aiohttp's.
        if not self._ending and not self._ws.closed and not self._transport.is_closing():
            self._transport.write(frame)

    def buffered(self) -> int:
        return self._transport.get_write_buffer_size()

    def end(self, code: CloseCode, retry_after_ms: int | None = None) -> None:
        """Says why and hangs up: at once for a peer that answers, else after FAREWELL_S."""
        if self._ending:
            return
        self.write(close_frame(code, close_reason(code, retry_after_ms)))
        self._ending = True
        asyncio.get_running_loop().call_later(FAREWELL_S, self.cut)

    def sweep(self, now_ms: int) -> None:
        """Cheap as long as nothing is due."""
        if self._asked is not None:
            self._asked.look(now_ms)
        if now_ms < self._session.deadline_ms():
            return
        for output in self._session.handle(Tick(), now_ms):
            match output:
                case Probe():
                    self.write(_PING)
                case Close(code):
                    self.end(code)
                case _:
                    raise AssertionError(f"a sweep answers no {output}")

    def cut(self) -> None:
        """Hangs up on a peer that answers nothing."""
        if not self._transport.is_closing() or self.buffered():
            self._transport.abort()

    # ---- what the peer sends

    async def serve(self, dispatch: Dispatch, hub: Hub, now_ms: Callable[[], int]) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._asked = _Asked(task)
        while True:
            message = await self._ws.receive()
            event = self._event(message)
            if event is None:
                self._part(message)
                return
            if not self._ending and self.buffered() >= CLOSE_BYTES:
                # It asks and asks and reads no answer.
                self.end(CloseCode.SLOW)
            if self._ending:
                continue
            for output in self._session.handle(event, now_ms()):
                match output:
                    case Run(request):
                        await self._run(request, dispatch, hub, now_ms)
                    case Refuse(re, error):
                        self.write(self.codec.err(re, error_body(error)))
                    case Close(code):
                        self.end(code)
                    case Probe():
                        self.write(_PING)

    def _part(self, message: WSMessage) -> None:
        """Answers a close frame unless it is the answer to ours, and hangs up once that is flushed."""
        if message.type is WSMsgType.CLOSE:
            self.write(close_frame(CloseCode.NORMAL, ""))
        self._ending = True
        self._transport.close()

    def _event(self, message: WSMessage) -> Event | None:
        """None when the connection is over."""
        match message.type:
            case WSMsgType.TEXT | WSMsgType.BINARY:
                return self._decoded(message)
            case WSMsgType.PING:
                if self.buffered() < NO_CROWD_BYTES:
                    self.write(pong_frame(message.data))
                return Heard()
            case WSMsgType.PONG:
                return Heard()
            case _:
                return None

    def _decoded(self, message: WSMessage) -> Event:
        if (message.type is WSMsgType.TEXT) is not self.codec.is_text:
            return Undecodable(CloseCode.WRONG_KIND)
        try:
            return Received(self.codec.decode(message.data))
        except CodecError as error:
            if error.code == "undecodable":
                return Undecodable(CloseCode.UNDECODABLE)
            return Malformed(error.re, InvalidError(error.message, code=error.code))

    async def _in_time(self, work: Awaitable[Answer], now_ms: int) -> Answer:
        """Raises TimeoutError when the sweep found that it takes too long."""
        asked = self._asked
        assert asked is not None
        asked.since_ms = now_ms
        try:
            return await work
        except asyncio.CancelledError:
            # Somebody else's cancellation goes on, even when both came.
            if asked.late and asked.task.uncancel() == 0:
                raise TimeoutError from None
            raise
        finally:
            asked.since_ms, asked.late = None, False

    async def _run(self, request: Request, dispatch: Dispatch, hub: Hub, now_ms: Callable[[], int]) -> None:
        try:
            answer = self.codec.ok(request.id, await self._in_time(dispatch.run(self, request.body), now_ms()))
        except LivecartError as error:
            self.write(self.codec.err(request.id, error_body(error)))
            return
        except TimeoutError:
            late = UnavailableError("this took too long; try again with the same key", retry_after_ms=1_000)
            self.write(self.codec.err(request.id, error_body(late)))
            return
        except Exception:  # noqa: BLE001 -- told here, answered below: one op must not end the socket
            _log.exception("the op %s failed", request.op)
            self.write(
                self.codec.err(request.id, {"code": "internal", "message": "an error of ours", "retryable": True})
            )
            return
        self.write(answer)
        if isinstance(request.body, ShowJoin):
            self._session.handle(Stepped(Step.JOIN), now_ms())
            hub.admit(self, self.floor)
        elif isinstance(request.body, ShowLeave):
            self._session.handle(Stepped(Step.LEAVE), now_ms())
