"""A crowd that buys, claims or chats inside a show: a process of its own whose people hold a WebSocket each.

Asked by lines of JSON (bench/child.py): `enter` connects and joins everybody, `ask` sends requests, so many at a time
on their way; `chat` lets everybody write until `hush`. What the room says meanwhile is received, as pages would, and
not read.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
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


# Called with an answer as it came, or with why there is none.
Then = Callable[[bytes | Exception], None]
# How an answer begins that is no refusal, of a request whose id is 2.
_OK = b"\x82\xa2re\x02\xa2ok"


def _kept_in(answer: asyncio.Future[bytes]) -> Then:
    def keep(found: bytes | Exception) -> None:
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)

    return keep


def _unpacked(answer: bytes) -> dict[str, Any]:
    return cast("dict[str, Any]", msgpack.unpackb(answer))


class Buyer(asyncio.Protocol):
    """One person's socket, with at most one request on its way."""

    def __init__(self, dialect: Livecart, host: str, number: int) -> None:
        self._dialect = dialect
        self._host = host
        self._number = number
        self._heard = b""
        self._upgraded = False
        self._joined: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        # What is done with the answer, while something is asked; joining is asked from the beginning.
        self._then: Then | None = _kept_in(self._joined)
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
            if self._then is not None and self._heard[start + 1 : start + 4] == b"\xa2re":
                then, self._then = self._then, None
                then(self._heard[start:end])
        self._heard = self._heard[end:]

    def connection_lost(self, exc: Exception | None) -> None:
        if self._then is not None:
            then, self._then = self._then, None
            then(exc or ConnectionError("the server closed a socket"))

    def ask(self, frame: bytes, then: Then) -> None:
        self._then = then
        self._transport.write(frame)

    async def joined(self) -> dict[str, Any]:
        """The answer; raises ConnectionError."""
        return _unpacked(await self._joined)

    async def answer_to(self, frame: bytes) -> dict[str, Any]:
        """Raises ConnectionError."""
        answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self.ask(frame, _kept_in(answer))
        return _unpacked(await answer)

    def close(self) -> None:
        self._transport.close()


def _request(op: str, body: dict[str, Any]) -> bytes:
    return client_frame(BINARY, msgpack.packb({"id": 2, "op": op, "d": body}))


class Rush:
    """Requests of many people, each of whom has one on its way at most.

    Without tasks: with one for each person the crowd cost this machine half as much as the shop.
    """

    def __init__(self, frames: Sequence[bytes], people: Sequence[Buyer], rate: float | None) -> None:
        self._waiting = deque(enumerate(frames))
        self._left = len(frames)
        self._people = deque(people)
        self._rate = rate
        self._codes: Counter[str] = Counter()
        self._latencies: list[float] = []
        self._loop = asyncio.get_running_loop()
        self._over: asyncio.Future[None] = self._loop.create_future()
        self._begun = self._last_ok = 0.0

    async def run(self, at_once: int) -> dict[str, Any]:
        """See `figures`. Raises ConnectionError."""
        cpu_s = time.process_time()
        self._begun = time.perf_counter()
        for _ in range(min(at_once, len(self._people))):
            self._next()
        await self._over
        took, took_ok = time.perf_counter() - self._begun, self._last_ok - self._begun
        return figures(took, took_ok, self._codes, self._latencies) | {"cpu_s": time.process_time() - cpu_s}

    def _next(self) -> None:
        if not self._waiting:
            return
        (number, frame), buyer = self._waiting.popleft(), self._people.popleft()
        due = self._begun + number / self._rate if self._rate else 0.0
        early_s = due - time.perf_counter()
        if early_s > 0:
            self._loop.call_later(early_s, self._ask, buyer, frame, due)
        else:
            # Whoever had to wait for somebody to be free waited too.
            self._ask(buyer, frame, due)

    def _ask(self, buyer: Buyer, frame: bytes, due: float = 0.0) -> None:
        asked = due or time.perf_counter()
        buyer.ask(frame, lambda answer: self._answered(buyer, frame, asked, answer))

    def _answered(self, buyer: Buyer, frame: bytes, asked: float, answer: bytes | Exception) -> None:
        if isinstance(answer, Exception):
            if not self._over.done():
                self._over.set_exception(answer)
            return
        answered = time.perf_counter()
        self._latencies.append(answered - asked)
        code = "ok" if answer.startswith(_OK) else _unpacked(answer)["err"]["code"]
        self._codes[code] += 1
        if code == "ok":
            self._last_ok = answered
        elif code == "busy":
            self._loop.call_later(BUSY_S, self._ask, buyer, frame)
            return
        self._people.append(buyer)
        self._left -= 1
        if not self._left:
            self._over.set_result(None)
        self._next()


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
                joined = await buyer.joined()
                if "ok" not in joined:
                    raise ConnectionError(str(joined))
                return buyer

        self._people = await asyncio.gather(*(enter(number) for number in range(len(request["tokens"]))))
        return len(self._people)

    async def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Sends `op` with `body` so many `times`, each person one after the other, at `rate` if there is one.

        See `figures` for the answer.
        """
        bodies = ({**request["body"], "key": f"{request['name']}-{number}"} for number in range(request["times"]))
        frames = [_request(request["op"], body) for body in bodies]
        rush = Rush(frames, self._people, request.get("rate"))
        async with asyncio.timeout(GIVE_UP_S):
            seen = await rush.run(request["at_once"])
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
                answer = await person.answer_to(_request("chat.send", said))
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
