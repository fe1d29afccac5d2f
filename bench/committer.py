"""Orders per second at the committer, against one transaction per buyer, on SQLite and PostgreSQL in the same run.

    python -m bench.committer [--seconds 3] [--buyers 100]

Every buyer wants one unit of the same variant and asks again as soon as he is answered. "Alone" is the same code with a
batch of one, and one committer for each of up to 8 buyers at a time, which is how many connections there are.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

from livecart.adapters.sql.all_tables import metadata
from livecart.adapters.sql.database import Database
from tests.support.postgres import PostgresServer
from tests.support.shop import Shop, branch, open_shop

STOCK = 10**9
LONE_COMMITTERS = 8


@asynccontextmanager
async def sqlite() -> AsyncIterator[Database]:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'sale.db'}")
        async with database.write() as connection:
            await connection.run_sync(metadata.create_all)
        yield database
        await database.close()


@asynccontextmanager
async def postgres() -> AsyncIterator[Database]:
    server = PostgresServer(durable=True)
    try:
        server.start()
        database = Database(await server.new_database())
        yield database
        await database.close()
    finally:
        server.stop()


async def measure(database: Database, buyers: int, seconds: float, *, alone: bool) -> dict[str, Any]:
    async with AsyncExitStack() as stack:
        prefix = "alone" if alone else "batch"
        options = {"max_batch": 1, "max_wait_s": 0.0} if alone else {}
        count = LONE_COMMITTERS if alone and not database.is_sqlite else 1
        shops = [await stack.enter_async_context(branch(database, f"{prefix}{n}", **options)) for n in range(count)]
        latencies: list[float] = []
        end = time.perf_counter() + seconds
        begun, begun_cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(_buy(shops[n % count], n, prefix, end, latencies) for n in range(buyers)))
        took, cpu = time.perf_counter() - begun, time.process_time() - begun_cpu
        assert await shops[0].faults() == {}
    latencies.sort()
    return {
        "orders_s": len(latencies) / took,
        "p99_ms": 1_000 * latencies[int(len(latencies) * 0.99)],
        "cpu_us": 1_000_000 * cpu / len(latencies),
    }


async def _buy(shop: Shop, number: int, prefix: str, end: float, latencies: list[float]) -> None:
    orders = 0
    while (begun := time.perf_counter()) < end:
        await shop.place(shop.buyers[number], key=f"{prefix}-{number}-{orders}")
        latencies.append(time.perf_counter() - begun)
        orders += 1


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--buyers", type=int, default=100)
    arguments = parser.parse_args()
    for name, engine in (("sqlite", sqlite), ("postgresql", postgres)):
        async with engine() as database:
            async with open_shop(database, stock=STOCK, buyers=arguments.buyers):
                pass
            lone = await measure(database, arguments.buyers, arguments.seconds, alone=True)
            batch = await measure(database, arguments.buyers, arguments.seconds, alone=False)
        for way, result in (("alone", lone), ("batched", batch)):
            figures = {key: round(value, 1) for key, value in result.items()}
            row = {"engine": name, "way": way, **figures, "ratio": round(result["orders_s"] / lone["orders_s"], 1)}
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
