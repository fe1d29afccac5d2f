"""A rush after a red packet in a whole shop: 10,000 people claim once after 500 shares, on SQLite and PostgreSQL.

    python -m bench.packet_rush [--people 10000] [--shares 500] [--at-once 512] [--sockets 5000]

Over HTTP, and over WebSocket with everybody who claims in the room. `speed`: first come; `draw`: all who come are
entered. Each row says what part of the shop spent how much on a claim. A run in which another number won than there
were shares, or whose books do not balance, ends with an error.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
from typing import Any

from bench.child import Child, pin
from bench.storefront import Storefront, made, open_storefront

MINOR_PER_SHARE = 20
# Long after the last claim.
DRAW_IN_S = 600


def send_packet(shop: Storefront, shares: int, mode: str) -> str:
    """From the host's wallet; returns its id."""
    mei, total = shop.running.log_in("mei"), shares * MINOR_PER_SHARE
    made(
        shop.running.call("POST", "wallet/topups", {"amount_minor": total}, token=mei, Idempotency_Key="fund"), "wallet"
    )
    wanted = {"total_minor": total, "shares": shares, "kind": "lucky", "mode": mode}
    draw = {"draw_in_s": DRAW_IN_S} if mode == "draw" else {}
    sent = shop.running.call(
        "POST", f"shows/{shop.show}/red-packets", {**wanted, **draw}, token=mei, Idempotency_Key="send"
    )
    return str(made(sent, "packet")["id"])


async def rush(engine: str, over: str, mode: str, wanted: argparse.Namespace) -> dict[str, Any]:
    """One row."""
    people = wanted.people if over == "http" else min(wanted.people, wanted.sockets)
    async with open_storefront(engine, buyers=people, stock=1) as shop:
        for pid in shop.running.parts("web"):
            pin(pid, 0)
        packet = send_packet(shop, wanted.shares, mode)
        if over == "http":
            crowd = await Child.start("bench.buyers", core=1)
            claim: dict[str, Any] = {"path": f"/api/v1/red-packets/{packet}/claim", "body": {}}
            claim |= {"port": shop.running.port, "tokens": shop.tokens, "connections": wanted.at_once}
        else:
            crowd = await Child.start("bench.room_buyers", core=1)
            await crowd.ask(do="enter", tokens=shop.tokens, port=shop.running.port, show=shop.show)
            claim = {"do": "ask", "op": "packet.claim", "body": {"packet": packet}}
            claim |= {"times": people, "at_once": wanted.at_once}
        before = shop.cpu()
        seen = await crowd.ask(name="claim", **claim)
        after = shop.cpu()
        await crowd.stop()
        _check(shop, packet, mode, seen, people)
        return {
            "engine": engine,
            "over": over,
            "mode": mode,
            "claims": people,
            "claims_s": round(people / seen["seconds"]),
            "p50_ms": round(seen["p50_ms"]),
            "p99_ms": round(seen["p99_ms"]),
            **{f"{part}_us": round(1e6 * (after[part] - before[part]) / people) for part in after},
            "client_us": round(1e6 * seen["cpu_s"] / people),
        }


def _check(shop: Storefront, packet: str, mode: str, seen: dict[str, Any], people: int) -> None:
    """Everybody was answered, as many won as there were shares, and the books agree."""
    found = made(shop.running.call("GET", f"red-packets/{packet}"), "packet")
    count = found["claimed"] if mode == "speed" else found["entrants"]
    expected = min(found["shares"], people) if mode == "speed" else people
    if seen["answers"].get("ok") != people or count != expected:
        raise SystemExit(f"{expected} of {people} claims should be kept: {seen['answers']}, {found}")
    audit = [sys.executable, "-m", "livecart", "audit", "--data", str(shop.running.data)]
    subprocess.run(audit, check=True, stdout=subprocess.DEVNULL, env=shop.environment)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--shares", type=int, default=500)
    parser.add_argument("--at-once", type=int, default=512)
    parser.add_argument("--sockets", type=int, default=5_000, help="people in the room, where sockets are measured")
    wanted = parser.parse_args()
    for engine in ("sqlite", "postgresql"):
        for over in ("http", "websocket"):
            for mode in ("speed", "draw"):
                print(json.dumps(await rush(engine, over, mode, wanted)), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
