"""A rush of buyers on a whole shop: 20,000 orders for 15,000 units, on SQLite and PostgreSQL.

    python -m bench.sale [--buyers 20000] [--stock 15000] [--at-once 256 512] [--people 5000] [--rate 2000]

Over HTTP each order is another person's; over WebSocket 5,000 people are in the room, each orders four times, and all
hear what the room says of the sale. With a rate so many orders are due each second, and an order's time counts from
there: waiting for a connection is waiting; without, the next one is sent when one is answered. A row for each number of
orders that may be on their way at once: more of them share a commit, and each waits longer. Shop, database and crowd
share the machine's cores as its kernel gives them out. Each row says how fast orders were answered after their commit
until nothing was left, how fast all were answered, those who came too late included, and what each part of the shop,
and the crowd itself, spent on an order. A run that sold another number than it had, or whose books do not balance, ends
with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from typing import Any

from bench.child import Child
from bench.storefront import Storefront, open_storefront


async def rush(engine: str, over: str, at_once: int, wanted: argparse.Namespace) -> dict[str, Any]:
    """One row."""
    people = wanted.buyers if over == "http" else min(wanted.buyers, wanted.people)
    async with open_storefront(engine, buyers=people, stock=wanted.stock) as shop:
        goods = {"variant": shop.variant, "quantity": 1}
        if over == "http":
            crowd = await Child.start("bench.buyers")
            order = {"path": "/api/v1/orders", "body": {"show": shop.show, **goods}}
            buying = {
                **order,
                "port": shop.running.port,
                "tokens": shop.tokens,
                "connections": at_once,
                "rate": wanted.rate,
            }
        else:
            crowd = await Child.start("bench.room_buyers")
            await crowd.ask(do="enter", tokens=shop.tokens, port=shop.running.port, show=shop.show)
            order = {"op": "order.place", "body": goods}
            buying = {**order, "do": "ask", "times": wanted.buyers, "at_once": at_once, "rate": wanted.rate}
        before = shop.cpu()
        seen = await crowd.ask(name=engine, **buying)
        after = shop.cpu()
        await crowd.stop()
        _check(shop, seen, min(wanted.buyers, wanted.stock))
        return {
            "engine": engine,
            "over": over,
            "orders": wanted.buyers,
            "at_once": at_once,
            "due_s": wanted.rate,
            "sold": seen["answers"]["ok"],
            "orders_s": round(seen["answers"]["ok"] / seen["ok_seconds"]),
            "answers_s": round(sum(seen["answers"].values()) / seen["seconds"]),
            "p50_ms": round(seen["p50_ms"]),
            "p99_ms": round(seen["p99_ms"]),
            **{f"{part}_us": round(1e6 * (after[part] - before[part]) / wanted.buyers) for part in after},
            "client_us": round(1e6 * seen["cpu_s"] / wanted.buyers),
        }


def _check(shop: Storefront, seen: dict[str, Any], expected: int) -> None:
    """Exactly what there was is sold, and the books agree."""
    if seen["answers"].get("ok") != expected:
        raise SystemExit(f"{expected} should have been sold: {seen['answers']}")
    audit = [sys.executable, "-m", "livecart", "audit", "--data", str(shop.running.data)]
    subprocess.run(audit, check=True, stdout=subprocess.DEVNULL, env=shop.environment)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buyers", type=int, default=20_000)
    parser.add_argument("--stock", type=int, default=15_000)
    parser.add_argument("--at-once", type=int, nargs="+", default=[256, 512])
    parser.add_argument("--people", type=int, default=5_000, help="in the room, where sockets are measured")
    parser.add_argument("--rate", type=float, help="orders due each second; as many as are answered unless it is given")
    wanted = parser.parse_args()
    for engine in ("sqlite", "postgresql"):
        for over in ("http", "websocket"):
            for at_once in wanted.at_once:
                print(json.dumps(await rush(engine, over, at_once, wanted)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
