"""A rate that holds over all processes: asked in this process first, which costs nothing, then of all.

When the others cannot be asked this process's own rate stands: nobody is refused for it, and no gate is open.
"""

from __future__ import annotations

from livecart.domain.errors import LimitedError, UnavailableError
from livecart.domain.limits import KEYS_MAX, Meter, Rate
from livecart.services.ports import SharedRates

# What one person sends and claims of red packets, over HTTP and WebSocket together.
PACKETS = Rate(5, 10)
GIFTS = Rate(5, 10)
# The same of places in waitlists.
WAITLIST = Rate(1, 10)
# Ten at once, for whoever comes upon a whole nest; then one a minute.
REPORTS = Rate(1 / 60, 10)
# Asking to come on stage, and taking it back.
CALLS = Rate(0.5, 6)


class SharedMeter:
    """`lease`: how many units more are fetched than were asked for, and then used here without asking again.

    With a lease the rate is exact and the burst is not: each process may hold one lease per key.
    """

    def __init__(self, name: str, rate: Rate, shared: SharedRates, *, lease: int = 0) -> None:
        self._name = name
        self._rate = rate
        self._shared = shared
        self._lease = lease
        self._here = Meter(rate)
        self._held: dict[str, int] = {}

    async def take(self, key: str, now_ms: float, cost: int = 1) -> int:
        """Returns 0, or in how many milliseconds to try again."""
        return self.take_here(key, now_ms, cost) or await self.take_elsewhere(key, cost)

    def take_here(self, key: str, now_ms: float, cost: int = 1) -> int:
        """The first half of `take`: this process's own rate, which costs nothing to ask."""
        return self._here.take(key, now_ms, cost)

    def give_back_here(self, key: str) -> None:
        """One unit that `take_here` took and that was not used."""
        self._here.give_back(key)

    async def take_elsewhere(self, key: str, cost: int = 1) -> int:
        """The second half: what all processes together let through."""
        held, wait_ms = self._held.pop(key, 0), 0
        if held < cost:
            fetched, wait_ms = await self._fetch(key, cost - held)
            held += fetched
        if wait_ms:
            self._hold(key, held)
            return wait_ms
        self._hold(key, held - cost)
        return 0

    async def peek(self, key: str, now_ms: float) -> int:
        """What `take` would answer, without taking."""
        return self._here.peek(key, now_ms) or await self._ask(key, 0)

    async def require(self, key: str, now_ms: float, cost: int = 1) -> None:
        """Raises LimitedError when `key` has used up its rate."""
        _refuse(await self.take(key, now_ms, cost))

    def require_here(self, key: str, now_ms: float) -> None:
        """The first half of `require`."""
        _refuse(self.take_here(key, now_ms))

    async def require_elsewhere(self, key: str) -> None:
        """The second half of `require`."""
        _refuse(await self.take_elsewhere(key))

    async def _fetch(self, key: str, needed: int) -> tuple[int, int]:
        """How many units were granted, and the wait if that is not enough."""
        if self._lease and not await self._ask(key, needed + self._lease):
            return needed + self._lease, 0
        wait_ms = await self._ask(key, needed)
        return (0, wait_ms) if wait_ms else (needed, 0)

    async def _ask(self, key: str, cost: int) -> int:
        try:
            return await self._shared.take(self._name, key, self._rate, cost)
        except UnavailableError:
            return 0

    def _hold(self, key: str, units: int) -> None:
        if units <= 0:
            return
        # Two requests of one person may meet here; what is lost is a part of a lease.
        self._held[key] = units
        if len(self._held) > KEYS_MAX:
            del self._held[next(iter(self._held))]


def _refuse(wait_ms: int) -> None:
    if wait_ms:
        raise LimitedError("too often, please wait", retry_after_ms=wait_ms)
