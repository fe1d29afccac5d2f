"""A crowd that buys, claims or chats inside a show: a process of its own whose people hold a WebSocket each.

Asked by lines of JSON (bench/child.py): `enter` connects and joins everybody, `ask` sends requests, so many at a time
on their way; `chat` lets everybody write until `hush`. What the room says meanwhile is received, as pages would, and
not read.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from typing import Any, cast

import msgpack
import uvloop

from bench.buyers import BUSY_S, GIVE_UP_S, figures
from bench.child import answer_requests
from bench.dialects import Livecart
from bench.frames import BINARY, client_frame, whole_frames

# At once on their way into the room.
ENTERING = 200
JOIN = 1


class Buyer(asyncio.Protocol):
    """One person's socket, with at most one request on its way."""

    def __init__(self, dialect: Livecart, host: str, number: int) -> None:
        self._dialect = dialect
        self._host = host
        self._number = number
        self._heard = b""
        self._upgraded = False
        # Set while something is asked; joining is asked from the beginning.
        self._answer: asyncio.Future[dict[str, Any]] | None = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.write(self._dialect.hello(self._host, self._number))

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._upgraded:
            head, found, rest = self._heard.partition(b"\r\n\r\n")
            if not found:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.connection_lost(ConnectionError(head.partition(b"\r\n")[0].decode()))
                return
            self._upgraded, self._heard = True, rest
            self._transport.write(self._dialect.join(None, None))
        end = 0
        for _, start, end in whole_frames(self._heard):
            # An answer is {"re": …}; events are {"ev": …}.
            if self._answer is not None and self._heard[start + 1 : start + 4] == b"\xa2re":
                self._answer.set_result(msgpack.unpackb(self._heard[start:end]))
        self._heard = self._heard[end:]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server closed a socket"))

    async def answer(self) -> dict[str, Any]:
        """To what is asked; raises ConnectionError."""
        assert self._answer is not None
        answer = await self._answer
        self._answer = None
        return answer

    async def ask(self, frame: bytes) -> dict[str, Any]:
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(frame)
        return await self.answer()

    def close(self) -> None:
        self._transport.close()


class Crowd:
    """`answer` is the child's side of both requests."""

    def __init__(self) -> None:
        self._people: list[Buyer] = []
        self._hushed = asyncio.Event()
        self._said: Counter[str] = Counter()
        self._began = 0.0

    async def answer(self, request: dict[str, Any]) -> Any:
        table = {"enter": self._enter, "ask": self._ask, "chat": self._chat, "hush": self._hush}
        return await table[request["do"]](request)

    async def _enter(self, request: dict[str, Any]) -> int:
        dialect, free = Livecart(request["show"], tuple(request["tokens"])), asyncio.Semaphore(ENTERING)
        host, loop = f"127.0.0.1:{request['port']}", asyncio.get_running_loop()

        async def enter(number: int) -> Buyer:
            async with free:
                # The dialect signs in every second viewer.
                _, buyer = await loop.create_connection(
                    lambda: Buyer(dialect, host, 2 * number + 1), "127.0.0.1", request["port"]
                )
                joined = await buyer.answer()
                if "ok" not in joined:
                    raise ConnectionError(str(joined))
                return buyer

        self._people = await asyncio.gather(*(enter(number) for number in range(len(request["tokens"]))))
        return len(self._people)

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Sends `op` with `body` so many `times`, each person one after the other, at `rate` if there is one.

        See `figures` for the answer.
        """
        waiting = deque(range(request["times"]))
        people = deque(self._people)
        codes: Counter[str] = Counter()
        latencies: list[float] = []
        rate: float | None = request.get("rate")
        begun = last_ok = time.perf_counter()

        async def person() -> None:
            nonlocal last_ok
            while waiting:
                number, buyer = waiting.popleft(), people.popleft()
                body = {**request["body"], "key": f"{request['name']}-{number}"}
                frame = client_frame(BINARY, msgpack.packb({"id": 2, "op": request["op"], "d": body}))
                code, due = "busy", begun + number / rate if rate else 0.0
                if due:
                    await asyncio.sleep(due - time.perf_counter())
                while code == "busy":
                    asked, due = due or time.perf_counter(), 0.0
                    answer = await buyer.ask(frame)
                    answered = time.perf_counter()
                    latencies.append(answered - asked)
                    code = "ok" if "ok" in answer else answer["err"]["code"]
                    last_ok = answered if code == "ok" else last_ok
                    codes[code] += 1
                    if code == "busy":
                        await asyncio.sleep(BUSY_S)
                people.append(buyer)

        async with asyncio.timeout(GIVE_UP_S):
            await asyncio.gather(*(person() for _ in range(min(request["at_once"], len(people)))))
        seen = figures(time.perf_counter() - begun, last_ok - begun, codes, latencies)
        for buyer in self._people:
            buyer.close()
        return seen

    async def _chat(self, request: dict[str, Any]) -> None:
        """Everybody writes each `every_s` seconds, spread evenly, or as soon as the last line is answered."""
        every_s: float = request["every_s"]
        tails: list[str] = request.get("tails", [""])
        loop = asyncio.get_running_loop()

        async def chatter(number: int, person: Buyer) -> None:
            due = self._began + every_s * number / len(self._people)
            line = 0
            while not self._hushed.is_set():
                await asyncio.sleep(due - loop.time())
                line += 1
                said = {
                    "text": f"line {line} of {number}{tails[(line + number) % len(tails)]}",
                    "key": f"{number}-{line}",
                }
                answer = await person.ask(client_frame(BINARY, msgpack.packb({"id": 2, "op": "chat.send", "d": said})))
                self._said["ok" if "ok" in answer else answer["err"]["code"]] += 1
                due = max(due + every_s, loop.time())

        self._began = loop.time()
        await asyncio.gather(*(chatter(number, person) for number, person in enumerate(self._people)))

    async def _hush(self, _request: dict[str, Any]) -> dict[str, Any]:
        """How many lines were written and let through each second so far, and all answers."""
        self._hushed.set()
        seconds = asyncio.get_running_loop().time() - self._began
        lines = sum(self._said.values()) / seconds
        return {"lines_s": lines, "let_through_s": self._said["ok"] / seconds, "answers": dict(self._said)}


if __name__ == "__main__":
    uvloop.run(answer_requests(Crowd().answer))
