"""A rush of buyers on a whole shop: 20,000 people after 15,000 units, over HTTP, on SQLite and PostgreSQL.

    python -m bench.sale [--buyers 20000] [--stock 15000] [--connections 512]

Each row says how fast orders were answered after their commit, and what each part of the shop spent on a buyer. A run
that sold another number than it had, or whose books do not balance, ends with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from typing import Any

from bench.child import Child, pin
from bench.storefront import Storefront, open_storefront


async def rush(engine: str, buyers: int, stock: int, connections: int) -> dict[str, Any]:
    """One row."""
    async with open_storefront(engine, buyers=buyers, stock=stock) as shop:
        for pid in shop.running.parts("web"):
            pin(pid, 0)
        crowd = await Child.start("bench.buyers", core=1)
        order = {"port": shop.running.port, "show": shop.show, "variant": shop.variant, "name": engine}
        before = shop.cpu()
        seen = await crowd.ask(tokens=shop.tokens, connections=connections, **order)
        after = shop.cpu()
        await crowd.stop()
        _check(shop, seen, min(buyers, stock))
        return {
            "engine": engine,
            "over": "http",
            "buyers": buyers,
            "sold": seen["statuses"]["201"],
            "orders_s": round(seen["statuses"]["201"] / seen["seconds"]),
            "answers_s": round(sum(seen["statuses"].values()) / seen["seconds"]),
            "p50_ms": round(seen["p50_ms"]),
            "p99_ms": round(seen["p99_ms"]),
            **{f"{part}_us": round(1e6 * (after[part] - before[part]) / buyers) for part in after},
        }


def _check(shop: Storefront, seen: dict[str, Any], expected: int) -> None:
    """Exactly what there was is sold, and the books agree."""
    if seen["statuses"].get("201") != expected:
        raise SystemExit(f"{expected} should have been sold: {seen['statuses']}")
    audit = [sys.executable, "-m", "livecart", "audit", "--data", str(shop.running.data)]
    subprocess.run(audit, check=True, stdout=subprocess.DEVNULL, env=shop.environment)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buyers", type=int, default=20_000)
    parser.add_argument("--stock", type=int, default=15_000)
    parser.add_argument("--connections", type=int, default=512)
    arguments = parser.parse_args()
    for engine in ("sqlite", "postgresql"):
        print(json.dumps(await rush(engine, arguments.buyers, arguments.stock, arguments.connections)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
