"""web/src/core in Node, against a shop that runs: the same socket and session as in a page, without a browser."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.people import make_show
from tests.support.running_shop import ROOT, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


class NodeRoom:
    """What web/scripts/room.mjs printed, as [kind, value]."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._printed: queue.Queue[list[Any]] = queue.Queue()
        self.texts: list[str] = []
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._printed.put(json.loads(line))

    def until(self, *kinds: str) -> list[Any]:
        """The next of these kinds; chat lines that pass by are kept in `texts`."""
        while True:
            printed = self._printed.get(timeout=30)
            events = printed[1]["events"] if printed[0] == "resumed" else printed[1] if printed[0] == "events" else []
            self.texts += [event[2]["text"] for event in events if event[1] == "chat"]
            if printed[0] in kinds:
                return printed

    def hear(self, text: str) -> None:
        while text not in self.texts:
            self.until("events", "resumed")

    def say(self, text: str) -> list[Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{text}\n")
        self._process.stdin.flush()
        return self.until("said", "refused")


def node() -> list[str]:
    """Node 20 has WebSocket behind a flag."""
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True, timeout=10).stdout
    return ["node"] if int(version.lstrip("v").partition(".")[0]) >= 22 else ["node", "--experimental-websocket"]


@contextmanager
def node_room(shop: RunningShop, show: str, token: str) -> Iterator[NodeRoom]:
    environment = {**os.environ, "LIVECART_TOKEN": token, "NODE_NO_WARNINGS": "1"}
    command = [*node(), "scripts/room.mjs", shop.url, show]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT / "web", env=environment, text=True, **pipes) as process:
        try:
            yield NodeRoom(process)
            assert process.stdin is not None
            process.stdin.close()
            assert process.wait(10) == 0, "it ends with its input"
        finally:
            process.kill()


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """Others would not like that its web process is killed."""
    with RunningShop(tmp_path_factory.mktemp("node") / "data") as running:
        yield running


def test_a_room_in_node_resumes_after_its_web_process_was_killed(own_shop: RunningShop) -> None:
    show = make_show(own_shop, own_shop.log_in("mei"))["show"]["id"]
    with (
        node_room(own_shop, show, own_shop.log_in("ana")) as ana,
        node_room(own_shop, show, own_shop.log_in("lin")) as lin,
    ):
        for room in (ana, lin):
            assert room.until("joined")[1]["you"]["guest"] is False
        assert ana.say("before")[0] == "said"
        lin.hear("before")
        (web,) = own_shop.parts("web")
        os.kill(web, signal.SIGKILL)
        for room in (ana, lin):
            # By its position, so nothing is missed and nothing comes twice.
            assert room.until("resumed", "joined")[0] == "resumed"
        assert ana.say("after")[0] == "said"
        for room in (ana, lin):
            room.hear("after")
            assert room.texts == ["before", "after"]


def test_a_show_that_is_not_there_ends_the_room(own_shop: RunningShop) -> None:
    command = [*node(), "scripts/room.mjs", own_shop.url, "nowhere"]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, cwd=ROOT / "web", text=True, **pipes) as process:
        # With its input still open.
        assert process.wait(30) == 1
        assert process.stdout is not None
        printed = process.stdout.read()
    assert json.loads(printed.splitlines()[-1]) == ["status", "not_found"]
