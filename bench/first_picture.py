"""How long until a joiner sees something: Chromium in the room of a show that others watch already.

    python -m bench.first_picture [--joins 20] [--present 100]

A whole shop on this machine, a Chromium that broadcasts from the studio page, so many light-weight viewers, then one
Chromium page after the other. Milliseconds from the page's WHEP request and from its navigation to the first decoded
picture, as a line of JSON. Everything shares this machine's cores, the browsers above all.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.lean_peer import LeanPeer
from tests.e2e.steps import broadcast
from tests.support.chromium import DESKTOP, launch, visit
from tests.support.people import make_product, make_show
from tests.support.running_shop import RunningShop

MEASURED = """() => performance.getEntriesByType("measure").filter((each) => each.name === "livecart:first-picture")
  .map((each) => [each.duration, each.startTime + each.duration])"""
PATIENCE_S = 20.0


class Present(threading.Thread):
    """Viewers who are there, in a thread and loop of their own; `ready` when all are connected."""

    def __init__(self, whep: str, count: int) -> None:
        super().__init__(daemon=True)
        self.ready = threading.Event()
        self._done = threading.Event()
        self._whep = whep
        self._count = count

    def run(self) -> None:
        """The thread."""
        asyncio.run(self._watch())

    def leave(self) -> None:
        """End."""
        self._done.set()
        self.join()

    async def _watch(self) -> None:
        peers = [LeanPeer() for _ in range(self._count)]
        for peer in peers:
            await peer.connect(await asyncio.to_thread(self._post, peer.offer("recvonly")))
        self.ready.set()
        while not self._done.is_set():
            for peer in peers:
                peer.drain()
                peer.check()
            await asyncio.sleep(0.1)
        await asyncio.gather(*(peer.close() for peer in peers))

    def _post(self, offer: str) -> str:
        head = {"Content-Type": "application/sdp"}
        with urllib.request.urlopen(urllib.request.Request(self._whep, offer.encode(), head)) as answer:
            text: str = answer.read().decode()
        return text


def join(browser: Browser, room: str) -> tuple[float, float]:
    """One page; milliseconds from the request and from the navigation."""
    visitor = visit(browser, DESKTOP)
    visitor.page.goto(room)
    until = time.monotonic() + PATIENCE_S
    while not (found := visitor.page.evaluate(MEASURED)):
        if time.monotonic() > until:
            sys.exit("no picture came")
        time.sleep(0.05)
    visitor.context.close()
    return found[0][0], found[0][1]


def share(values: list[float], part: float) -> int:
    """A percentile."""
    return round(sorted(values)[min(int(len(values) * part), len(values) - 1)])


def measure(joins: int, present: int) -> dict[str, Any]:
    """Everything, from an empty folder."""
    with tempfile.TemporaryDirectory() as folder, RunningShop(Path(folder) / "data") as shop, sync_playwright() as web:
        token = shop.log_in("mei")
        show = make_show(shop, token, [make_product(shop, token)["id"]])["show"]
        hosting, watching = launch(web), launch(web)
        broadcast(visit(hosting, DESKTOP).page, shop, show["title"])
        others = Present(f"{shop.url}/whep/{show['id']}", present)
        others.start()
        others.ready.wait()
        times = [join(watching, f"{shop.url}/s/{show['id']}") for _ in range(joins)]
        others.leave()
        hosting.close()
        watching.close()
    posts, pages = ([each[at] for each in times] for at in (0, 1))
    return {
        "joins": joins,
        "present": present,
        "request_p50_ms": share(posts, 0.5),
        "request_p95_ms": share(posts, 0.95),
        "page_p50_ms": share(pages, 0.5),
        "page_p95_ms": share(pages, 0.95),
    }


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--joins", type=int, default=20)
    parser.add_argument("--present", type=int, default=100)
    arguments = parser.parse_args()
    print(json.dumps(measure(arguments.joins, arguments.present)))


if __name__ == "__main__":
    main()
