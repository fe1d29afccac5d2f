"""A visit to a show from the terminal: stays connected, tells what comes, says what is typed, each line once.

Two tasks: one keeps a socket open and reads it, the other takes typed lines one by one. A line whose answer was lost
goes out again with the same key, which is the same message.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from itertools import count
from typing import Any
from uuid import uuid4

import aiohttp
import msgpack

from livecart.commands.fault import CommandError
from livecart.terminal.seat import Entry, Event, Seat
from livecart.terminal.server import Busy, Server
from livecart.terminal.words import Words, clean

ANSWER_S = 15.0
FINAL_CODES = range(4500, 5000)
Tell = Callable[[str], None]


class Refusal(Exception):  # noqa: N818 -- the server's answer
    def __init__(self, err: dict[str, Any]) -> None:
        super().__init__(f"{clean(err['message'])} ({clean(err['code'])})")
        self.retryable: bool = err["retryable"]
        self.retry_after_s: float = err.get("retry_after_ms", 1_000) / 1000


class Visit:
    """`tell` gets what the room says, `notice` what becomes of the connection."""

    def __init__(self, server: Server, show: str, tell: Tell, notice: Tell) -> None:
        self._server = server
        self._seat = Seat(show)
        self._words = Words()
        self._tell = tell
        self._notice = notice
        self._numbers = count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._joined = asyncio.Event()
        self._been_in = self._over = False

    async def stay(self) -> int:
        """Until the show has ended: 0, or 1 when the server wants no more of us. Raises CommandError before that."""
        while True:
            asked_s = 0.0
            try:
                await self._once()
            except Busy as busy:
                asked_s = busy.retry_after_s or 0
            except ConnectionError as error:
                if not self._been_in:
                    raise CommandError(str(error)) from error
            except CommandError as error:
                if not self._been_in:
                    raise
                self._notice(f"* {error}")
                return 1
            if self._over:
                return 0
            wait_s = asked_s + self._seat.delay_s(random.random())
            self._notice(f"* not connected, trying again in {wait_s:.1f} s")
            await asyncio.sleep(wait_s)

    async def say(self, lines: asyncio.Queue[str | None]) -> int:
        """Until the input ends: 0, or 1 if a line was refused. Without a connection lines wait for one."""
        refused = 0
        while (text := await lines.get()) is not None:
            refused += not await self._say(text, uuid4().hex)
        return 1 if refused else 0

    # ---- one connection

    async def _once(self) -> None:
        """Raises Busy, ConnectionError and CommandError; returns when the connection is over."""
        ws = self._ws = await self._server.connect()
        try:
            join = await self._send("show.join", self._seat.join())
            early: list[Event] = []
            going_on = True
            while going_on:
                frame = await self._receive(ws)
                if frame.get("re") == join:
                    self._enter(frame)
                    going_on = self._hear(early)
                elif "re" in frame:
                    self._answer(frame)
                elif self._joined.is_set():
                    going_on = self._hear(frame["ev"])
                else:
                    early += frame["ev"]
        finally:
            self._joined.clear()
            self._abandon()
            await ws.close()

    async def _receive(self, ws: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
        limit_s = None if self._joined.is_set() else ANSWER_S
        try:
            message = await asyncio.wait_for(ws.receive(), limit_s)
        except TimeoutError as error:
            raise ConnectionError("the server does not answer") from error
        if message.type is not aiohttp.WSMsgType.BINARY:
            if (ws.close_code or 0) in FINAL_CODES:
                raise CommandError(f"the server closed this connection for good (code {ws.close_code})")
            raise ConnectionError("the connection was lost")
        try:
            frame: dict[str, Any] = msgpack.unpackb(message.data)
        except (ValueError, msgpack.UnpackException) as error:
            raise ConnectionError("the server sent what is not of the protocol") from error
        return frame

    def _enter(self, frame: dict[str, Any]) -> None:
        if "err" in frame:
            refusal = Refusal(frame["err"])
            if refusal.retryable:
                raise Busy(refusal.retry_after_s)
            raise CommandError(str(refusal))
        ok = frame["ok"]
        entry, events = self._seat.enter(ok)
        if entry is Entry.BACK:
            self._notice("* back; nothing was missed")
        else:
            if entry is Entry.GAP:
                self._notice("* back; some of what was told meanwhile is gone")
            for line in self._words.enter(ok):
                self._tell(line)
            self._over = ok["show"]["state"] == "ended"
        self._been_in = True
        self._print(events)
        self._joined.set()

    def _hear(self, events: list[Event]) -> bool:
        """Whether to go on with this connection: not when the show is over, nor when something is missing."""
        heard = self._seat.take(events)
        self._print(heard.events)
        return not heard.missing and not self._over

    def _print(self, events: list[Event]) -> None:
        for event in events:
            if (line := self._words.of(event)) is not None:
                self._tell(line)
            if event[1] == "show.state" and event[2]["state"] == "ended":
                self._over = True

    # ---- requests

    async def _say(self, text: str, key: str) -> bool:
        while True:
            await self._joined.wait()
            try:
                message = (await self._ask("chat.send", {"text": text, "key": key}))["message"]
            except ConnectionError:
                await self._give_up()
                continue
            except Refusal as refusal:
                if not refusal.retryable:
                    self._notice(f"* not sent: {refusal}")
                    return False
                await asyncio.sleep(refusal.retry_after_s)
                continue
            # Its event may come before this or after; whichever is first is shown.
            if self._seat.note(message["id"]) and (line := self._words.of([None, "chat", message, 0])):
                self._tell(line)
            return True

    async def _give_up(self) -> None:
        """No answer, or nothing can be sent: the reader then finds the connection closed and opens another."""
        self._joined.clear()
        if self._ws is not None:
            await self._ws.close()

    async def _ask(self, op: str, d: dict[str, Any]) -> Any:
        """The `ok`; raises Refusal, and ConnectionError when no answer came."""
        number = await self._send(op, d)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            return await asyncio.wait_for(answer, ANSWER_S)
        except TimeoutError as error:
            raise ConnectionError("no answer came") from error
        finally:
            self._answers.pop(number, None)

    async def _send(self, op: str, d: dict[str, Any]) -> int:
        number = next(self._numbers)
        if self._ws is None:
            raise ConnectionError("not connected")
        await self._ws.send_bytes(msgpack.packb({"id": number, "op": op, "d": d}))
        return number

    def _answer(self, frame: dict[str, Any]) -> None:
        answer = self._answers.pop(frame["re"] or 0, None)
        if answer is None or answer.done():
            return
        if "err" in frame:
            answer.set_exception(Refusal(frame["err"]))
        else:
            answer.set_result(frame["ok"])

    def _abandon(self) -> None:
        answers, self._answers = self._answers, {}
        for answer in answers.values():
            if not answer.done():
                answer.set_exception(ConnectionError("the connection was lost"))
