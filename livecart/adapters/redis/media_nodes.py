"""Which media processes live, what each carries, and which of them a show is placed on.

A media process registers each second under `livecart:media:node:{node}`, a key that expires with it; the sorted set
`livecart:media:nodes` is the index. `livecart:{show}:media` names the process that a show is placed on. A name is never
used twice, so a show whose process died and came back is known to have lost its sessions.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgpack
from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.domain.ids import ShowId
from livecart.services.ports import Clock

NODES = "livecart:media:nodes"
# A dead process's entry in the index does no harm; it is swept when it is this old, whatever the clocks disagree about.
FORGET_MS = 3_600_000
SHOW_PLACE_S = 24 * 3600
# Reports come each second: what was placed since the last one is not in them yet.
FRESH_MS = 2_000
# A show without viewers may have a crowd in a minute: it weighs as much as this share of a core.
SHOW_COST = 0.05

# Moves a show only away from the process that the caller found dead: of two that place it at once, the first one's
# choice stands for both.
_PLACE = """
local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return held end
redis.call('SET', KEYS[1], ARGV[2], 'EX', ARGV[3])
return ARGV[2]
"""


@dataclass(frozen=True, slots=True)
class NodeReport:
    """One media process as it described itself: `shows` maps a show to {state, viewers, …}."""

    node: str
    load: float
    shows: Mapping[str, Mapping[str, Any]]
    counters: Mapping[str, float]


class MediaNodes:
    """Raises UnavailableError when Redis is away."""

    def __init__(self, redis: Redis, clock: Clock) -> None:
        self._redis = redis
        self._clock = clock
        self._script = redis.register_script(_PLACE)
        self._fresh: deque[tuple[int, str]] = deque()

    async def reports(self) -> list[NodeReport]:
        """Every media process that is alive."""
        with translated():
            await self._redis.zremrangebyscore(NODES, "-inf", self._clock.now_ms() - FORGET_MS)
            names = await self._redis.zrange(NODES, 0, -1)
            raws = await self._redis.mget([node_key(text(name)) for name in names]) if names else []
        found = [msgpack.unpackb(raw) for raw in raws if raw]
        return [NodeReport(each["node"], each["load"], each["shows"], each["counters"]) for each in found]

    async def is_alive(self, node: str) -> bool:
        with translated():
            return bool(await self._redis.exists(node_key(node)))

    async def places(self, shows: Iterable[ShowId]) -> dict[ShowId, str]:
        """The process that each of these shows is placed on, alive or not; shows without one are left out."""
        asked = list(shows)
        with translated():
            async with self._redis.pipeline(transaction=False) as pipe:
                for show in asked:
                    pipe.get(_place_key(show))
                held = await pipe.execute() if asked else []
        return {show: text(node) for show, node in zip(asked, held, strict=True) if node}

    async def of(self, show: ShowId) -> str | None:
        """The living process that the show is placed on."""
        node = (await self.places([show])).get(show)
        return node if node is not None and await self.is_alive(node) else None

    async def place(self, show: ShowId, *, without: Collection[str] = ()) -> str | None:
        """Where the show is, or is from now on: another process when its own is dead or in `without`.

        None when there is no other process.
        """
        # The place is read first: a process that stands in it and lives is then surely among the reports.
        held = (await self.places([show])).get(show)
        alive = {each.node: each for each in await self.reports() if each.node not in without}
        if held in alive:
            return held
        if not alive:
            return None
        best = self._best(show, alive.values())
        with translated():
            chosen = text(await self._script(keys=[_place_key(show)], args=[held or "", best, SHOW_PLACE_S]))
        if chosen == best:
            self._fresh.append((self._clock.now_ms(), best))
        return chosen

    def _best(self, show: ShowId, reports: Collection[NodeReport]) -> str:
        """Who has sessions of the show already (Redis forgot, the process did not), else the least loaded one."""
        holders = [each for each in reports if show in each.shows]
        if holders:
            return max(holders, key=lambda each: (each.shows[show].get("state") == "live", each.node)).node
        now = self._clock.now_ms()
        while self._fresh and now - self._fresh[0][0] > FRESH_MS:
            self._fresh.popleft()

        def weight(report: NodeReport) -> tuple[float, str]:
            fresh = sum(node == report.node for _, node in self._fresh)
            return report.load + SHOW_COST * (len(report.shows) + fresh), report.node

        return min(reports, key=weight).node


def node_key(node: str) -> str:
    return f"livecart:media:node:{node}"


def text(value: object) -> str:
    """redis-py answers bytes or text, depending on how the client was made."""
    return value.decode() if isinstance(value, bytes) else str(value)


def _place_key(show: ShowId) -> str:
    return f"livecart:{{{show}}}:media"
