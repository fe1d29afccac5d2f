"""Claims of a red packet per second at the committer, on SQLite and PostgreSQL in the same run.

    python -m bench.claims [--people 10000] [--at-once 400]

Everybody claims once: after 500 shares, where most lose and are answered from memory; after as many shares as there
may be; and into a draw, which is then made.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from typing import Any

from bench.committer import postgres, sqlite
from livecart.adapters.sql.database import Database
from tests.support.packets import PacketShop, with_packets
from tests.support.shop import open_shop

DRAW_MS = 20_000
KINDS = (("speed", 500), ("speed", 2_000), ("draw", 500))


async def measure(rig: PacketShop, mode: str, shares: int, at_once: int) -> dict[str, Any]:
    packet = await rig.send(total_minor=100_000, shares=shares, mode=mode)
    people, latencies = iter(rig.shop.buyers), []
    lost: list[float] = []

    async def claimer() -> None:
        for person in people:
            begun = time.perf_counter()
            answer = await rig.claim(person, packet)
            latencies.append(time.perf_counter() - begun)
            if answer["state"] == "lost":
                lost.append(latencies[-1])

    begun, begun_cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(claimer() for _ in range(at_once)))
    took, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
    begun = time.perf_counter()
    if mode == "draw":
        await rig.later(DRAW_MS)
    drew = time.perf_counter() - begun
    row = await rig.row(packet)
    assert row.claimed == min(shares, len(rig.shop.buyers))
    assert row.claimed_minor == 100_000
    return {
        "claims_s": round(len(latencies) / took),
        "p99_ms": round(1_000 * _p99(latencies), 1),
        "losers_p99_ms": round(1_000 * _p99(lost), 1),
        "cpu_us": round(1_000_000 * cpu / len(latencies), 1),
        "draw_ms": round(1_000 * drew, 1),
    }


def _p99(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.99)] if values else 0.0


async def run(name: str, database: Database, people: int, at_once: int) -> None:
    async with open_shop(database, buyers=people) as shop:
        rig = with_packets(shop)
        await rig.fund()
        for mode, shares in KINDS:
            figures = await measure(rig, mode, shares, at_once)
            print(json.dumps({"engine": name, "mode": mode, "shares": shares, "people": people, **figures}), flush=True)
        assert await shop.faults() == {}


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--at-once", type=int, default=400)
    arguments = parser.parse_args()
    for name, engine in (("sqlite", sqlite), ("postgresql", postgres)):
        async with engine() as database:
            await run(name, database, arguments.people, arguments.at_once)


if __name__ == "__main__":
    asyncio.run(main())
