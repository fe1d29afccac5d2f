"""People who buy over HTTP and do not give up: each request has a key and is sent until it is answered.

They keep count of what they were told, order by order; books.py holds it against what is in the books.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp

# Longer than any answer may take; whoever has none by then asks again.
ANSWER_S = 10.0
RETRY_S = 0.05
PAUSE_S = 0.01
FUNDS_MINOR = 10_000_000
# Of a hundred orders so many are paid, and so many given back; the others stay reserved.
PAID, CANCELLED = 60, 20
# And so many requests are sent twice at once.
TWICE = 15
_AGAIN = {429, 500, 502, 503, 504}


@dataclass(frozen=True, slots=True)
class Goods:
    show: str
    variant: str
    price_minor: int


@dataclass(slots=True)
class Bought:
    """One order, as its buyer knows it."""

    key: str
    quantity: int
    state: str = "reserved"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that says to try again, and how long it took."""

    status: int
    code: str
    retry_after: str | None
    seconds: float


class Buyer:
    """`urls`: where the shop is, tried in turn. `faults`: what must not be, whatever happened."""

    def __init__(self, urls: Sequence[str], token: str, goods: Goods, seed: int) -> None:
        self._urls = itertools.cycle(urls)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._goods = goods
        self._chances = random.Random(seed)
        self.bought: dict[str, Bought] = {}
        self.refusals: list[Refusal] = []
        self.unanswered = 0
        self.slowest_s = 0.0
        self.faults: list[str] = []

    async def fill_wallet(self, http: aiohttp.ClientSession) -> None:
        await self._ask(http, "wallet/topups", {"amount_minor": FUNDS_MINOR})

    async def buy_one(self, http: aiohttp.ClientSession) -> None:
        """An order, and what becomes of it."""
        goods, quantity, key = self._goods, self._chances.randint(1, 3), uuid4().hex
        wish = {"show": goods.show, "variant": goods.variant, "quantity": quantity}
        order: str = (await self._ask(http, "orders", wish, key))["order"]["id"]
        if order in self.bought:
            self.faults.append(f"{order} is the answer to two keys")
        self.bought[order] = Bought(key, quantity)
        fate = self._chances.randrange(100)
        if fate < PAID:
            await self._ask(http, f"orders/{order}/pay", {"method": "wallet"})
            self.bought[order].state = "paid"
        elif fate < PAID + CANCELLED:
            await self._ask(http, f"orders/{order}/cancel", {})
            self.bought[order].state = "cancelled"

    async def ask_again(self, http: aiohttp.ClientSession, order: str) -> None:
        """The first request for an order once more: the same key, the same answer."""
        goods, bought = self._goods, self.bought[order]
        wish = {"show": goods.show, "variant": goods.variant, "quantity": bought.quantity}
        again = (await self._ask(http, "orders", wish, bought.key))["order"]["id"]
        if again != order:
            self.faults.append(f"{order} was {again} when asked for again")

    async def _ask(self, http: aiohttp.ClientSession, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """The body of the answer, however often it has to be asked for; some ask twice at once."""
        key = key or uuid4().hex
        if self._chances.randrange(100) >= TWICE:
            return await self._until_answered(http, path, body, key)
        first, second = await asyncio.gather(*(self._until_answered(http, path, body, key) for _ in range(2)))
        if first != second:
            self.faults.append(f"two answers to one key: {first} {second}")
        return first

    async def _until_answered(
        self, http: aiohttp.ClientSession, path: str, body: dict[str, Any], key: str
    ) -> dict[str, Any]:
        while True:
            began = time.monotonic()
            url = f"{next(self._urls)}/api/v1/{path}"
            try:
                async with http.post(url, json=body, headers={**self._headers, "Idempotency-Key": key}) as response:
                    found: dict[str, Any] = await response.json(content_type=None)
            except (aiohttp.ClientError, ConnectionError, TimeoutError, ValueError) as fault:
                self.unanswered += isinstance(fault, TimeoutError)
                await asyncio.sleep(RETRY_S)
                continue
            finally:
                self.slowest_s = max(self.slowest_s, time.monotonic() - began)
            if response.status < 300:
                return found
            took = time.monotonic() - began
            self.refusals.append(Refusal(response.status, found["code"], response.headers.get("Retry-After"), took))
            if response.status not in _AGAIN:
                self.faults.append(f"{path}: {response.status} {found}")
                raise AssertionError(self.faults[-1])
            await asyncio.sleep(RETRY_S)


@dataclass(slots=True)
class Crowd:
    """All who buy in one shop, from its opening on."""

    goods: Goods
    buyers: list[Buyer]
    # Those who buy at the moment; an end that nobody wanted is noticed at once.
    _buying: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def bought(self) -> dict[str, Bought]:
        return {order: bought for buyer in self.buyers for order, bought in buyer.bought.items()}

    @property
    def refusals(self) -> list[Refusal]:
        return [refusal for buyer in self.buyers for refusal in buyer.refusals]

    def units(self, *states: str) -> int:
        return sum(bought.quantity for bought in self.bought.values() if bought.state in states)

    @asynccontextmanager
    async def buying(self, pause_s: float = PAUSE_S) -> AsyncIterator[None]:
        """At the end everybody has an answer to everything that he asked for."""
        stop = asyncio.Event()
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            self._buying = [asyncio.create_task(_buy(each, http, stop, pause_s)) for each in self.buyers]
            try:
                yield
            finally:
                stop.set()
                await asyncio.wait(self._buying, timeout=6 * ANSWER_S)
                for task in self._buying:
                    task.cancel()
            for task in self._buying:
                await task

    async def more(self, count: int = 20, within_s: float = 30.0) -> float:
        """Until so many more orders were acknowledged; how many seconds it took."""
        goal, began = len(self.bought) + count, time.monotonic()
        while len(self.bought) < goal:
            for task in self._buying:
                if task.done():
                    task.result()
            assert time.monotonic() - began < within_s, f"{len(self.bought)} of {goal}; {self.refusals[-3:]}"
            await asyncio.sleep(0.01)
        return time.monotonic() - began

    async def ask_again(self, count: int = 20) -> None:
        """Some keys once more, long after their answers."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=ANSWER_S)) as http:
            for buyer in self.buyers:
                for order in list(buyer.bought)[-count // len(self.buyers) - 1 :]:
                    await buyer.ask_again(http, order)


async def _buy(buyer: Buyer, http: aiohttp.ClientSession, stop: asyncio.Event, pause_s: float) -> None:
    while not stop.is_set():
        await buyer.buy_one(http)
        await asyncio.sleep(pause_s)
