"""A network in virtual time: one queue of events, and links that lose, delay, reorder and double, all from one
seed."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass


class World:
    """The clock. `later` is what an event loop's `call_later` would be."""

    def __init__(self, start: float = 1_000.0) -> None:
        self.now = start
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def later(self, delay: float, callback: Callable[[], None]) -> None:
        self._count += 1
        heapq.heappush(self._events, (self.now + delay, self._count, callback))

    def run(self, seconds: float) -> None:
        """Everything that happens within this time, in order."""
        until = self.now + seconds
        while self._events and self._events[0][0] <= until:
            self.now, _, callback = heapq.heappop(self._events)
            callback()
        self.now = until


@dataclass(frozen=True, slots=True)
class Weather:
    """What a link does to a packet. `jitter_s` keeps the order, `reordered` of them are held 5 to 30 ms longer
    and lose it; loss comes in bursts of `burst` packets on average. A narrow link carries `bps` bits per second and
    keeps at most `queue_s` of them waiting; what comes on top is lost."""

    delay_s: float = 0.05
    jitter_s: float = 0.0
    loss: float = 0.0
    burst: float = 1.0
    reordered: float = 0.0
    doubled: float = 0.0
    bps: float = 0.0
    queue_s: float = 0.3


class Link:
    """One direction: `send` into it, `receive` is called at the other end. `weather` may change."""

    def __init__(self, world: World, weather: Weather, rng: random.Random, receive: Callable[[bytes], None]) -> None:
        self.open = True
        self.sent = 0
        self.lost = 0
        self._world = world
        self.weather = weather
        self._rng = rng
        self._receive = receive
        self._losing = False
        self._last = 0.0
        self._free = 0.0

    def send(self, data: bytes) -> None:
        """One datagram."""
        self.sent += 1
        weather, rng, now = self.weather, self._rng, self._world.now
        if not self.open or self._drops() or (weather.bps and self._free - now > weather.queue_s):
            self.lost += 1
            return
        if weather.bps:
            self._free = max(self._free, now) + len(data) * 8 / weather.bps
        at = max(self._free, now) + weather.delay_s + rng.random() * weather.jitter_s
        if rng.random() < weather.reordered:
            at += rng.uniform(0.005, 0.03)
        else:
            at = self._last = max(at, self._last)
        for extra in (0.0, 0.001) if rng.random() < weather.doubled else (0.0,):
            self._world.later(at + extra - now, lambda: self._receive(data))

    def _drops(self) -> bool:
        """A chain of two states (Gilbert): the mean length of a burst and the share of all that is lost."""
        weather = self.weather
        if weather.loss == 0:
            return False
        leave = 1 / weather.burst
        enter = min(weather.loss * leave / (1 - weather.loss), 1.0)
        self._losing = self._rng.random() >= leave if self._losing else self._rng.random() < enter
        return self._losing
