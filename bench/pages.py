"""The room's page on a phone while a chat runs: when it can be used, whether it jumps, how smoothly it draws, memory.

    python -m bench.pages [--minutes 1] [--lines 20] [--slower TIMES] [--beside FOLDER]

A whole shop on this machine, so many people who write, and one Chromium of a phone's size, with a phone's processor
(bench/processor.py: so many times slower as this machine is faster) and, while the page is loaded, a phone's line (150
ms, 1.6 Mbit/s), both as Lighthouse takes them. Rows of JSON: one of loading, then one a minute. `beside` measures the
pages of another build (the folder that `npm run build` writes) first, in the same shop. Everything shares this
machine's cores; script and layout are the page's own time and tell more than frames do where others are busy.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, Route, expect, sync_playwright

from bench.processor import slowdown
from tests.e2e.steps import sign_in
from tests.support.chromium import ARGUMENTS, find, visit
from tests.support.people import make_product, make_show, register
from tests.support.running_shop import RunningShop

PHONE = {"width": 390, "height": 844}
LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
FAST = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
# A room is there long before.
LOADED_MS = 5_000
# As people write: most lines are short, some are broken twice.
TAILS = [
    "",
    " which one is milder?",
    " 这个还有吗",
    " can you show the handle again please, the light was a bit dark",
    " ❤️❤️",
    " +1",
]
# Pages that are answered from a folder are of no network for Chromium, and might not open a socket to this machine.
MIXED = "--disable-features=LocalNetworkAccessChecks"
# From the beginning: jumps, long tasks, and when the page is there and answers.
WATCH = """
const seen = window.livecartSeen = { jumps: 0, busy: 0, ready: null, frames: [] };
new PerformanceObserver((list) => {
  for (const jump of list.getEntries()) if (!jump.hadRecentInput) seen.jumps += jump.value;
}).observe({ type: "layout-shift", buffered: true });
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) seen.busy += Math.max(0, task.duration - 50);
}).observe({ type: "longtask", buffered: true });
const look = () => {
  const there = document.querySelector("[role=log]") && document.querySelector("button[aria-label^='Like']");
  if (!there) return requestAnimationFrame(look);
  // What is pressed now is answered when this comes.
  setTimeout(() => { seen.ready = performance.now(); });
};
requestAnimationFrame(look);
let last = null;
const frame = (now) => {
  if (last !== null) seen.frames.push(now - last);
  last = now;
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
"""
TAKE = "() => { const seen = window.livecartSeen; const taken = { ...seen }; seen.frames = []; return taken; }"
TIMES = ("ScriptDuration", "LayoutDuration", "RecalcStyleDuration", "TaskDuration")


@contextmanager
def talk(shop: RunningShop, show: str, lines: int) -> Iterator[None]:
    """So many people, each of whom writes one line a second."""
    command = [sys.executable, "-m", "bench.room_buyers"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as crowd:
        asked, answers = crowd.stdin, crowd.stdout
        assert asked
        assert answers

        def ask(**request: Any) -> None:
            asked.write(json.dumps(request) + "\n")
            asked.flush()

        ask(do="enter", tokens=[register(shop) for _ in range(lines)], port=shop.port, show=show)
        answers.readline()
        ask(do="chat", every_s=1.0, tails=TAILS)
        yield
        asked.close()


def share(values: list[float], part: float) -> float:
    """A percentile."""
    return round(sorted(values)[min(int(len(values) * part), len(values) - 1)], 1) if values else 0.0


def metrics(devtools: CDPSession) -> dict[str, float]:
    """The browser's own counters of the page."""
    found = devtools.send("Performance.getMetrics")["metrics"]
    return {each["name"]: each["value"] for each in found}


def instead(folder: Path) -> Any:
    """Answers with another build's files."""

    def answer(route: Route) -> None:
        path = route.request.url.split("/", 3)[3].partition("?")[0]
        route.fulfill(path=folder / (path if path.startswith("assets/") else "room.html"))

    return answer


class Phone:
    """One page of a room on a slower phone."""

    def __init__(self, browser: Browser, wanted: argparse.Namespace, pages: Path | None) -> None:
        self._visitor = visit(browser, PHONE, touch=True)
        self._visitor.context.add_init_script(WATCH)
        if pages is not None:
            for pattern in ("**/assets/**", "**/s/*"):
                self._visitor.context.route(pattern, instead(pages))
        self.page: Page = self._visitor.page
        self._slower: float = wanted.slower or slowdown(browser)
        self.devtools = self._visitor.context.new_cdp_session(self.page)
        for domain in ("Network", "HeapProfiler"):
            self.devtools.send(f"{domain}.enable")
        # Of this page's thread, so that what others do on this machine is not in it.
        self.devtools.send("Performance.enable", {"timeDomain": "threadTicks"})

    def load(self, room: str) -> dict[str, Any]:
        """Opens it as somebody who was never here."""
        self.devtools.send("Network.emulateNetworkConditions", LINE)
        self._slow(self._slower)
        self.page.goto(room)
        # Nothing is asked of the page meanwhile: to look for a button, Playwright has it read a third of a megabyte.
        self.page.wait_for_timeout(LOADED_MS)
        expect(self.page.get_by_role("button", name="Like")).to_be_visible()
        seen = self.page.evaluate(TAKE)
        self._slow(1)
        self.devtools.send("Network.emulateNetworkConditions", FAST)
        return {
            "slower": round(self._slower, 1),
            "ready_ms": round(seen["ready"]),
            "blocked_ms": round(seen["busy"]),
            "jumps": round(seen["jumps"], 4),
        }

    def sign_in(self) -> None:
        """Who is signed in has more in each line."""
        sign_in(self.page, "ana")
        self._slow(self._slower)
        self.page.wait_for_timeout(5_000)
        self._before = self.page.evaluate(TAKE)["jumps"]

    def minute(self, seconds: float, during: Any) -> dict[str, Any]:
        """What it is like for so long; the heap is read after it, since that takes the page's time."""
        counted = metrics(self.devtools)
        self.page.wait_for_timeout(seconds * 500)
        during()
        self.page.wait_for_timeout(seconds * 500)
        spent = {name: value - counted[name] for name, value in metrics(self.devtools).items() if name in TIMES}
        seen = self.page.evaluate(TAKE)
        jumps, self._before = seen["jumps"] - self._before, seen["jumps"]
        self.devtools.send("HeapProfiler.collectGarbage")
        heap = self.devtools.send("Runtime.getHeapUsage")["usedSize"]
        frames = seen["frames"]
        row = {
            "frames_s": round(len(frames) / seconds, 1),
            "p50_ms": share(frames, 0.5),
            "p95_ms": share(frames, 0.95),
            "over_25ms": sum(each > 25 for each in frames),
            "script_ms_s": round(1_000 * spent["ScriptDuration"] / seconds, 1),
            "layout_ms_s": round(1_000 * (spent["LayoutDuration"] + spent["RecalcStyleDuration"]) / seconds, 1),
            "task_ms_s": round(1_000 * spent["TaskDuration"] / seconds, 1),
            "heap_kb": round(heap / 1_024),
            "lines": self.page.get_by_role("log", name="Chat").locator(":scope > div > div").count(),
            "nodes": int(metrics(self.devtools)["Nodes"]),
            "jumps": round(jumps, 4),
        }
        self.page.evaluate(TAKE)
        return row

    def close(self) -> None:
        """Leave."""
        self._visitor.context.close()

    def _slow(self, times: float) -> None:
        self.devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})


class Room:
    """A show with goods, in which something happens each minute besides the chat."""

    def __init__(self, shop: RunningShop) -> None:
        self._shop = shop
        self._token = shop.log_in("mei")
        self._goods = [make_product(shop, self._token, stock=10_000) for _ in range(4)]
        self._next = 0
        self.id = make_show(shop, self._token, [each["id"] for each in self._goods])["show"]["id"]

    def happens(self) -> None:
        """Another product is shown, which on a phone is a card that was not there."""
        self._next += 1
        shown = [None, *(each["id"] for each in self._goods)][self._next % 5]
        answer = self._shop.call("POST", f"shows/{self.id}/showing", {"product": shown}, token=self._token)
        assert answer.status == 200, answer


def measure(wanted: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """All rows."""
    with tempfile.TemporaryDirectory() as folder, RunningShop(Path(folder) / "data") as shop, sync_playwright() as web:
        room = Room(shop)
        browser = web.chromium.launch(
            executable_path=find(), args=[*ARGUMENTS, MIXED], env={**os.environ, "DISPLAY": ""}
        )
        for name, pages in (("beside", wanted.beside), ("these", None)):
            if name == "beside" and pages is None:
                continue
            phone = Phone(browser, wanted, pages)
            yield {"pages": name, **phone.load(f"{shop.url}/s/{room.id}")}
            phone.sign_in()
            with talk(shop, room.id, wanted.lines):
                begun, heaps = time.monotonic(), []
                for minute in range(1, wanted.minutes + 1):
                    row = phone.minute(wanted.seconds, room.happens)
                    heaps.append(row["heap_kb"])
                    yield {"pages": name, "minute": minute, "lines_s": wanted.lines, **row}
                if len(heaps) > 2:
                    # Of the first minute is what is filled once.
                    grown = (heaps[-1] - heaps[1]) / (len(heaps) - 2)
                    yield {
                        "pages": name,
                        "minutes": round((time.monotonic() - begun) / 60, 1),
                        "kb_a_minute": round(grown, 1),
                    }
            phone.close()
        browser.close()


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60, help="of one minute, to try it out")
    parser.add_argument("--lines", type=int, default=20, help="a second")
    parser.add_argument("--slower", type=float, help="times, than this machine's processor; a phone's unless given")
    parser.add_argument("--beside", type=Path, help="another build, measured first")
    for row in measure(parser.parse_args()):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
