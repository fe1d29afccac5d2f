"""People who stay in a show whatever happens to its servers: they come back with `epoch` and `after`, and keep count.

What a regular was told is checked as it comes, by the numbers alone: each one more than the last, a line never twice in
one log. `faults` is what was wrong.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import msgpack

PROTOCOL = "livecart.v1.msgpack"
JOIN_S = 6.0
ANSWER_S = 12.0
RETRY_S = 0.1


class Lost(Exception):  # noqa: N818 -- what became of the connection
    """It is over, or never came about."""


@dataclass(slots=True)
class Told:
    """`lines` in the order in which they were first told: id and text. `joins` are the answers, without their lines."""

    lines: dict[str, str] = field(default_factory=dict)
    epochs: list[str] = field(default_factory=list)
    gaps: int = 0
    resumed: int = 0
    notices: list[str] = field(default_factory=list)
    viewers: int = 0
    # What a host alone is told, by its id.
    warnings: set[str] = field(default_factory=set)
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)


class Regular:
    """`urls` are tried in turn, the first one first. `stay()` runs until it is cancelled."""

    def __init__(self, http: aiohttp.ClientSession, urls: Sequence[str], show: str, token: str | None = None) -> None:
        self._http = http
        self._urls = itertools.cycle(urls)
        self._show = show
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.told = Told()
        self.faults: list[str] = []
        self.acked: dict[str, str] = {}
        self.refused: list[str] = []
        self.hushed = False
        # Where the last connection led, and why it ended.
        self._at = self.last = ""
        self._seq = self._said = 0
        self._in_log: set[str] = set()
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._ids = itertools.count(1)

    @property
    def is_in(self) -> bool:
        return self._ws is not None

    def is_at(self, url: str) -> bool:
        return self.is_in and self._at == url

    async def stay(self) -> None:
        while True:
            try:
                self._at = next(self._urls)
                await self._visit(self._at)
            except (Lost, aiohttp.ClientError, TimeoutError, ConnectionError) as fault:
                self.last = repr(fault)
                await asyncio.sleep(RETRY_S)

    async def talk(self, name: str, every_s: float) -> None:
        """Says one thing after the other until `hushed`: each again with its key until it is acknowledged."""
        self.hushed = False
        while not self.hushed:
            self._said += 1
            await self._say_until_acked(f"{name} {self._said}", uuid4().hex)
            await asyncio.sleep(every_s)

    def missing(self, wanted: dict[str, str]) -> str:
        """What one wants to know of somebody who was not told everything."""
        lines = sorted(text for line, text in wanted.items() if line not in self.told.lines)
        rest = f"{len(self.told.lines)} told, {self.told.gaps} gaps, {self.told.epochs} {self._seq} {self.told.notices}"
        return f"lacks {len(lines)} {lines[:5]}; in: {self.is_in}; {rest}; {self.last}"

    # ---- one connection

    async def _visit(self, url: str) -> None:
        async with asyncio.timeout(JOIN_S):
            ws = await self._http.ws_connect(
                f"{url}/ws", protocols=[PROTOCOL], headers=self._headers, timeout=aiohttp.ClientWSTimeout(ws_close=0.2)
            )
        try:
            resume = {"epoch": self.told.epochs[-1], "after": self._seq} if self.told.epochs else {}
            join = next(self._ids)
            await ws.send_bytes(msgpack.packb({"id": join, "op": "show.join", "d": {"show": self._show, **resume}}))
            early: list[list[Any]] = []
            async with asyncio.timeout(JOIN_S):
                while (frame := await _frame(ws)).get("re") != join:
                    early += frame.get("ev", [])
            if "err" in frame:
                raise Lost(frame["err"]["code"])
            self._enter(frame["ok"], resumes=bool(resume))
            self._hear(early)
            self._ws = ws
            while True:
                self._take(await _frame(ws))
        finally:
            self._ws = None
            for answer in self._answers.values():
                answer.cancel()
            self._answers.clear()
            await ws.close()

    def _take(self, frame: dict[str, Any]) -> None:
        if "ev" in frame:
            self._hear(frame["ev"])
        elif answer := self._answers.pop(frame["re"], None):
            answer.set_result(frame)

    def _enter(self, ok: dict[str, Any], *, resumes: bool) -> None:
        self._hear(ok.get("mine", []))
        if "events" in ok:
            self._hear(ok["events"])
            self.told.resumed += 1
            if (ok["epoch"], ok["seq"]) != (self.told.epochs[-1], self._seq):
                self.faults.append(f"resumed at {ok['seq']} of {ok['epoch']}, but was told up to {self._seq}")
            return
        if resumes:
            self.told.gaps += 1
            if not ok.get("gap"):
                self.faults.append("a snapshot that does not say that something is missing")
        if self.told.epochs[-1:] != [ok["epoch"]]:
            self.told.epochs.append(ok["epoch"])
        self._seq = ok["seq"]
        self._in_log = set()
        for line in ok["chat"]:
            self._line(line, "a snapshot")

    def _hear(self, events: list[list[Any]]) -> None:
        for seq, kind, data, _ in events:
            if seq is not None:
                if seq != self._seq + 1:
                    self.faults.append(f"{seq} after {self._seq} in {self.told.epochs[-1]}: {kind} {data}")
                self._seq = seq
            match kind:
                case "chat":
                    self.told.numbers[self.told.epochs[-1], data["id"]] = seq
                    self._line(data, f"number {seq}")
                case "notice":
                    self.told.notices.append(data["kind"])
                case "host.warned":
                    self.told.warnings.add(data["id"])
                case "viewers":
                    self.told.viewers = data["count"]
                case "skipped":
                    self.faults.append(f"skipped {data}")

    def _line(self, line: dict[str, Any], where: str) -> None:
        if line["id"] in self._in_log:
            self.faults.append(f"{line['text']} again in one log, by {where}")
        self._in_log.add(line["id"])
        self.told.lines.setdefault(line["id"], line["text"])

    # ---- what is said

    async def _say_until_acked(self, text: str, key: str) -> None:
        while not await self._say(text, key):  # noqa: ASYNC110 -- it is tried again, not waited for
            await asyncio.sleep(RETRY_S)

    async def _say(self, text: str, key: str) -> bool:
        """Whether it is acknowledged; not if there was no answer, or one that says to try again."""
        ws, number = self._ws, next(self._ids)
        if ws is None:
            return False
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        try:
            await ws.send_bytes(msgpack.packb({"id": number, "op": "chat.send", "d": {"text": text, "key": key}}))
            async with asyncio.timeout(ANSWER_S):
                await asyncio.wait([answer])
        except (ConnectionError, TimeoutError):
            return False
        if answer.cancelled():
            return False
        frame = answer.result()
        if "err" in frame:
            self.refused.append(frame["err"]["code"])
            if not frame["err"]["retryable"]:
                self.faults.append(f"{text} was refused: {frame['err']}")
            return False
        self.acked[frame["ok"]["message"]["id"]] = text
        return True


async def _frame(ws: aiohttp.ClientWebSocketResponse) -> dict[str, Any]:
    message = await ws.receive()
    if message.type is not aiohttp.WSMsgType.BINARY:
        raise Lost(str(ws.close_code))
    frame: dict[str, Any] = msgpack.unpackb(message.data)
    return frame


async def until(done: Callable[[], bool], within_s: float, what: Callable[[], str] = lambda: "") -> float:
    """How many seconds it took."""
    began = time.monotonic()
    while not done():
        assert time.monotonic() - began < within_s, f"not within {within_s} s {what()}"
        await asyncio.sleep(0.02)
    return time.monotonic() - began


@dataclass(slots=True)
class Company:
    """All who are in one show. `talk` and `hush` begin and end what the speakers say."""

    show: str
    watchers: list[Regular]
    speakers: list[Regular]
    _http: aiohttp.ClientSession
    _stays: list[asyncio.Task[None]] = field(default_factory=list)
    _talking: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def everybody(self) -> list[Regular]:
        return [*self.watchers, *self.speakers]

    @property
    def acked(self) -> dict[str, str]:
        return {line: text for speaker in self.speakers for line, text in speaker.acked.items()}

    def let_stay(self, *regulars: Regular) -> None:
        self._stays += [asyncio.create_task(each.stay()) for each in regulars]

    def newcomer(self, url: str, token: str | None = None) -> Regular:
        """Somebody who comes late, and need not be told what was said long before."""
        found = Regular(self._http, [url], self.show, token)
        self.let_stay(found)
        return found

    async def part(self) -> None:
        await self.hush()
        for stay in self._stays:
            stay.cancel()
        await asyncio.gather(*self._stays, return_exceptions=True)

    def talk(self, every_s: float) -> None:
        self._talking = [
            asyncio.create_task(speaker.talk(f"speaker-{number}", every_s))
            for number, speaker in enumerate(self.speakers)
        ]

    async def hush(self) -> None:
        """What was begun is said to its end, if there is an answer: else some would be told it later than others."""
        for speaker in self.speakers:
            speaker.hushed = True
        if self._talking:
            await asyncio.wait(self._talking, timeout=ANSWER_S)
        for task in self._talking:
            task.cancel()
        await asyncio.gather(*self._talking, return_exceptions=True)
        self._talking = []

    async def more_said(self, count: int = 10, within_s: float = 20, by: Sequence[Regular] | None = None) -> None:
        """Until each speaker (of `by`) has had so many more lines acknowledged."""
        speakers = self.speakers if by is None else by
        goals = [len(speaker.acked) + count for speaker in speakers]
        await until(
            lambda: all(len(speaker.acked) >= goal for speaker, goal in zip(speakers, goals, strict=True)),
            within_s,
            lambda: f"as much was said: {[len(speaker.acked) for speaker in speakers]} of {goals}",
        )

    async def all_told(self, within_s: float) -> float:
        """Until everybody was told every line that is acknowledged by now; how many seconds it took."""
        wanted = self.acked
        return await until(
            lambda: all(wanted.keys() <= each.told.lines.keys() for each in self.everybody),
            within_s,
            lambda: "told:\n" + "\n".join(each.missing(wanted) for each in self.everybody),
        )

    async def fan_out_is_back(self, within_s: float) -> float:
        """How many seconds it takes until something that is said from now on has reached everybody."""
        began = time.monotonic()
        await self.more_said(1)
        await self.all_told(within_s)
        return time.monotonic() - began

    def check(self) -> None:
        """Each line once, and in the order in which its speaker said it; the same numbers for all."""
        numbers: dict[tuple[str, str], int] = {}
        for each in self.everybody:
            assert each.faults == []
            told = list(each.told.lines.values())
            assert len(set(told)) == len(told), "the same text under two ids"
            for number in range(len(self.speakers)):
                mine = [int(text.split()[1]) for text in told if text.startswith(f"speaker-{number} ")]
                assert mine == sorted(mine), f"out of order: {mine}"
            for line, seq in each.told.numbers.items():
                assert numbers.setdefault(line, seq) == seq, "one line, two numbers"


@asynccontextmanager
async def company(
    show: str, watching: Sequence[Sequence[str]], speaking: Sequence[tuple[Sequence[str], str]]
) -> AsyncIterator[Company]:
    """`watching`: for each guest the addresses that he tries in turn; `speaking`: with a token each."""
    async with aiohttp.ClientSession() as http:
        found = Company(
            show,
            [Regular(http, urls, show) for urls in watching],
            [Regular(http, urls, show, token) for urls, token in speaking],
            http,
        )
        found.let_stay(*found.everybody)
        try:
            await until(lambda: all(each.is_in for each in found.everybody), 20, lambda: "everybody is in")
            yield found
        finally:
            await found.part()
