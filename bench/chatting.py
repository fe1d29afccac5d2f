"""Orders beside a crowd that chats: a thousand people write as fast as they may, and others buy.

    python -m bench.chatting [--people 1000] [--every 0.5] [--orders 400]

Two rows for each database: orders in a room that is quiet, and in the same room while everybody in it writes. The usual
limits hold, so that most lines are left out. Each line has a key, as those of our pages do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from typing import Any

from bench.child import Child, pin
from bench.storefront import Storefront, open_storefront

# Nobody: the limits hold for the crowd, all of whom come from one address.
LIMITED = {"LIVECART_LIMITS_EXEMPT": "192.0.2.1/32"}
# Buyers who order one after the other, each for himself.
AT_ONCE = 4
# Until every chatter has written at least once, and beyond the orders.
AROUND_S = 2.0


async def orders(shop: Storefront, name: str, tokens: list[str]) -> dict[str, Any]:
    """What they took, and how busy the web process was meanwhile."""
    buyers = await Child.start("bench.buyers", core=1)
    before, began = shop.cpu()["web"], time.perf_counter()
    body = {"show": shop.show, "variant": shop.variant, "quantity": 1}
    place = {"port": shop.running.port, "path": "/api/v1/orders", "body": body}
    seen = await buyers.ask(name=name, connections=AT_ONCE, tokens=tokens, **place)
    busy = (shop.cpu()["web"] - before) / (time.perf_counter() - began)
    await buyers.stop()
    if seen["answers"] != {"ok": len(tokens)}:
        raise SystemExit(f"{name}: {seen['answers']}")
    return {
        "orders_s": round(len(tokens) / seen["seconds"]),
        "p50_ms": round(seen["p50_ms"], 1),
        "p99_ms": round(seen["p99_ms"], 1),
        "web_cores": round(busy, 2),
    }


async def both(engine: str, wanted: argparse.Namespace) -> list[dict[str, Any]]:
    """The row without chat, and the one beside it."""
    people = wanted.people + 2 * wanted.orders
    async with open_storefront(engine, buyers=people, stock=people, more=LIMITED) as shop:
        for pid in shop.running.parts("web"):
            pin(pid, 0)
        chatters, buyers = shop.tokens[: wanted.people], shop.tokens[wanted.people :]
        crowd = await Child.start("bench.room_buyers", core=1)
        await crowd.ask(do="enter", tokens=chatters, port=shop.running.port, show=shop.show)
        quiet = await orders(shop, "quiet", buyers[: wanted.orders])
        chatting = asyncio.ensure_future(crowd.ask(do="chat", every_s=wanted.every))
        await asyncio.sleep(AROUND_S)
        beside = await orders(shop, "beside", buyers[wanted.orders :])
        said = await crowd.ask(do="hush")
        await chatting
        await crowd.stop()
    told = {"lines_s": round(said["lines_s"]), "let_through_s": round(said["let_through_s"])}
    place = {"engine": engine, "people": wanted.people}
    return [{**place, "lines_s": 0, "let_through_s": 0, **quiet}, {**place, **told, **beside}]


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--every", type=float, default=0.5, help="seconds between one person's lines")
    parser.add_argument("--orders", type=int, default=400)
    parser.add_argument("--engines", nargs="+", default=["sqlite", "postgresql"])
    wanted = parser.parse_args()
    for engine in wanted.engines:
        for row in await both(engine, wanted):
            print(json.dumps(row), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
