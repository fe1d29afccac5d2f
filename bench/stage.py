"""What callers on stage cost the relay, and how soon the audience sees one who was let in.

    python -m bench.stage [--viewers 100] [--seconds 8] [--rounds 20]

First the relay alone with one publisher and with four, each 720p at 1.5 Mbit/s, and light-weight viewers of all
of them: the relay has core 0, everybody else core 1, and `us_per_packet` is its CPU time by delivered packets. Then a
whole shop with host, callers and viewers on stock aiortc, which decode: milliseconds from the host's `call.accept`, and
from his `call.admit`, to the first frame of the caller that a viewer has decoded. A person's own time in the green room
is not in it. Everything shares this machine's cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvloop

from bench.child import Child, cpu_s, pin
from bench.lean_peer import LeanPeer
from bench.media_relay import CLIENT_CORE, SETTLE_S
from bench.servers import SERVER_CORE
from bench.swarm import Swarm
from tests.media.conftest import Peer
from tests.support.running_shop import RunningShop
from tests.support.theatre import ANA, LIN, Theatre, open_theatre

JOINING = 50
# As often as a person may ask to come on stage.
BETWEEN_S = 3.0
PATIENCE_S = 20.0


async def load(publishers: int, viewers: int, seconds: float) -> dict[str, Any]:
    """The relay with so many who publish."""
    relay = await Child.start("bench.relay_process", core=SERVER_CORE)
    sources = [await Child.start("bench.media_source", core=CLIENT_CORE) for _ in range(publishers)]
    swarm = Swarm({})
    try:
        for slot, source in enumerate(sources):
            asked: dict[str, Any] = {"session": f"p{slot}", "offer": await source.ask(do="offer")}
            asked |= {"slot": slot} if slot else {}
            await source.ask(do="connect", answer=await relay.ask(do="publish", **asked))
        swarm.start()
        gate = asyncio.Semaphore(JOINING)

        async def join(number: int) -> None:
            async with gate:
                peer = LeanPeer()
                offer = peer.offer("recvonly", publishers)
                await peer.connect(await relay.ask(do="watch", session=f"v{number}", offer=offer))
                swarm.add(peer)

        await asyncio.gather(*(join(number) for number in range(viewers)))
        await asyncio.sleep(SETTLE_S)
        (packets, expected), cpu, began = swarm.totals(), cpu_s(relay.pid), time.monotonic()
        await asyncio.sleep(seconds)
        passed, cpu = time.monotonic() - began, cpu_s(relay.pid) - cpu
        came, should = swarm.totals()
        came, should = came - packets, should - expected
        return {
            "publishers": publishers,
            "viewers": viewers,
            "packets_s": round(came / passed),
            "cores": round(cpu / passed, 3),
            "us_per_packet": round(cpu / max(came, 1) * 1e6, 2),
            "loss_percent": round(max(0, should - came) / max(should, 1) * 100, 3),
            "load_average": round(os.getloadavg()[0], 1),
        }
    finally:
        await swarm.stop()
        for child in (*sources, relay):
            await child.stop()


async def first_frames(rounds: int) -> dict[str, Any]:
    """Callers who come one after the other."""
    peers: list[Peer] = []

    def make(new: Callable[[], Peer]) -> Peer:
        peers.append(new())
        return peers[-1]

    accepted, admitted = [], []
    with tempfile.TemporaryDirectory() as folder, RunningShop(Path(folder) / "data") as shop:
        async with open_theatre(shop, make) as theatre:
            for number in range(rounds):
                who, look = (("ana", ANA), ("lin", LIN))[number % 2]
                times = await one(theatre, who, look)
                accepted.append(times[0])
                admitted.append(times[1])
                await asyncio.sleep(BETWEEN_S)
            await asyncio.gather(*(peer.close() for peer in peers))
    return {
        "rounds": rounds,
        "accept_p50_ms": share(accepted, 0.5),
        "accept_p95_ms": share(accepted, 0.95),
        "admit_p50_ms": share(admitted, 0.5),
        "admit_p95_ms": share(admitted, 0.95),
        "load_average": round(os.getloadavg()[0], 1),
    }


async def one(theatre: Theatre, who: str, look: tuple[int, int]) -> tuple[float, float]:
    """A caller comes, is seen, and is put off the stage again; milliseconds from the acceptance, from the admission."""
    host, user, viewer = theatre.seats["host"], theatre.ids[who], theatre.viewers["guest"]
    await theatre.seats[who].ask("call.request")
    began = time.monotonic()
    slot = (await host.ask("call.accept", user=user))["call"]["slot"]
    await theatre.perform(who, look, (await theatre.own(who))["publish_token"])
    while True:
        call = (await theatre.own(who))["call"]
        if call["state"] == "green":
            break
        await asyncio.sleep(0.02)
    viewer.pictures[slot] = 0
    let_in = time.monotonic()
    await host.ask("call.admit", user=user)
    async with asyncio.timeout(PATIENCE_S):
        while viewer.pictures[slot] == 0:  # noqa: ASYNC110  frames are decoded in threads
            await asyncio.sleep(0.005)
    seen = time.monotonic()
    await host.ask("call.end", user=user)
    await theatre.performers[who].close()
    return (seen - began) * 1000, (seen - let_in) * 1000


def share(values: list[float], part: float) -> int:
    """A percentile."""
    return round(sorted(values)[min(int(len(values) * part), len(values) - 1)])


async def run(viewers: int, seconds: float, rounds: int) -> None:
    """All of it, a line of JSON each."""
    cores = os.sched_getaffinity(0)
    pin(os.getpid(), CLIENT_CORE)
    for publishers in (1, 4):
        print(json.dumps(await load(publishers, viewers, seconds)), flush=True)
    os.sched_setaffinity(0, cores)
    if rounds:
        print(json.dumps(await first_frames(rounds)), flush=True)


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--viewers", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    uvloop.run(run(options.viewers, options.seconds, options.rounds))


if __name__ == "__main__":
    main()
