"""`livecart chat` as somebody runs it in a terminal, against a shop whose web process dies in the middle."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.support.people import PASSWORD, make_product, make_show
from tests.support.running_shop import ROOT, RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(120)]


class Terminal:
    """One `livecart chat`; `said` are the lines of chat that it printed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.lines: list[str] = []
        self.notices: list[str] = []
        self._news = threading.Condition()
        for stream, lines in ((process.stdout, self.lines), (process.stderr, self.notices)):
            threading.Thread(target=self._read, args=(stream, lines), daemon=True).start()

    def _read(self, stream: Any, lines: list[str]) -> None:
        for line in stream:
            with self._news:
                lines.append(line.rstrip("\n"))
                self._news.notify()

    def until(self, what: str) -> None:
        """Waits for a line of either kind that has `what` in it."""
        with self._news:
            assert self._news.wait_for(lambda: any(what in line for line in self.lines + self.notices), 30), (
                what,
                self.lines,
                self.notices,
            )

    def type(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{text}\n")
        self.process.stdin.flush()

    def end(self) -> int:
        """Closes the input; the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(20)

    @property
    def said(self) -> list[str]:
        return [line.partition(": ")[2] for line in self.lines if re.match(r"\d\d:\d\d ", line)]


@contextmanager
def chat(shop: RunningShop, show: str, *options: str, password: str = PASSWORD) -> Iterator[Terminal]:
    command = [sys.executable, "-m", "livecart", "chat", "--url", shop.url, "--show", show, *options]
    environment = {**os.environ, "LIVECART_PASSWORD": password}
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with subprocess.Popen(command, cwd=ROOT, env=environment, text=True, start_new_session=True, **pipes) as process:
        try:
            yield Terminal(process)
        finally:
            process.kill()


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """Others would not like that its web process is killed."""
    with RunningShop(tmp_path_factory.mktemp("chat") / "data") as running:
        yield running


def test_a_killed_web_process_loses_and_repeats_no_line(own_shop: RunningShop) -> None:
    show = make_show(own_shop, own_shop.log_in("mei"))["show"]["id"]
    with chat(own_shop, show, "--as", "ana") as ana, chat(own_shop, f"{own_shop.url}/s/{show}") as guest:
        for terminal in (ana, guest):
            terminal.until("in the bag")
        ana.type("before")
        guest.until(": before")
        (web,) = own_shop.parts("web")
        os.kill(web, signal.SIGKILL)
        ana.until("not connected")
        # Typed while nobody listens: these wait.
        for number in range(3):
            ana.type(f"meanwhile {number}")
        for terminal in (ana, guest):
            terminal.until("nothing was missed")
            terminal.until(": meanwhile 2")
        ana.type("after")
        guest.until(": after")
        assert ana.end() == 0
        expected = ["before", "meanwhile 0", "meanwhile 1", "meanwhile 2", "after"]
        assert ana.said == guest.said == expected
        guest.process.send_signal(signal.SIGINT)
        assert guest.process.wait(10) == 130


def test_whoever_leaves_a_server_that_hangs_does_not_wait_for_it(own_shop: RunningShop) -> None:
    show = make_show(own_shop, own_shop.log_in("mei"))["show"]["id"]
    (web,) = own_shop.parts("web")
    with chat(own_shop, show) as guest:
        guest.until("in the bag")
        os.kill(web, signal.SIGSTOP)
        try:
            guest.process.send_signal(signal.SIGINT)
            assert guest.process.wait(8) == 130
        finally:
            os.kill(web, signal.SIGCONT)


def test_what_is_shown_and_sold_is_printed_until_the_show_ends(own_shop: RunningShop) -> None:
    mei = own_shop.log_in("mei")
    product = make_product(own_shop, mei, price_minor=1990)
    show = make_show(own_shop, mei, [product["id"]])["show"]["id"]
    with chat(own_shop, show) as guest:
        guest.until("1 product in the bag")
        own_shop.call("POST", f"shows/{show}/showing", {"product": product["id"]}, token=mei)
        guest.until(f"being shown: {product['title']}, 19.90 ")
        with chat(own_shop, show, "--as", "lin") as lin:
            guest.until("* 2 viewers")
            assert lin.end() == 0
        own_shop.call("POST", f"shows/{show}/end", token=mei)
        assert guest.process.wait(20) == 0
        guest.until("the show has ended")


def test_a_refused_line_is_said_and_remembered(own_shop: RunningShop) -> None:
    show = make_show(own_shop, own_shop.log_in("mei"))["show"]["id"]
    with chat(own_shop, show, "--as", "ana") as ana:
        ana.type("x" * 300)
        ana.until("not sent: ")
        ana.type("fine")
        assert ana.end() == 1
        ana.until(": fine")


def test_all_of_a_pipe_is_said_before_it_ends(own_shop: RunningShop) -> None:
    show = make_show(own_shop, own_shop.log_in("mei"))["show"]["id"]
    with chat(own_shop, show, "--as", "ana") as ana:
        for line in ("one", "", "two"):
            ana.type(line)
        assert ana.process.stdin is not None
        ana.process.stdin.write("three, without an end of line 🌷")
        assert ana.end() == 0
        ana.until("three")
        assert ana.said == ["one", "two", "three, without an end of line 🌷"]


@pytest.mark.parametrize(
    ("options", "password", "fault"),
    [
        (["--show", "nowhere"], PASSWORD, "not_found"),
        (["--show", "nowhere", "--as", "ana"], "wrong", "ana cannot log in"),
        (["--show", "nowhere", "--url", "http://127.0.0.1:1"], PASSWORD, "cannot be reached"),
        (["--show", "nowhere", "--url", "http://127.0.0.1:1", "--as", "ana"], PASSWORD, "cannot be reached"),
        (["--show", "nowhere", "--url", "ftp://shop"], PASSWORD, "is no address of a server"),
        (["--show", "nowhere", "--as", "ana"], None, "no password"),
    ],
)
def test_what_cannot_start_says_so_in_one_line(
    own_shop: RunningShop, options: list[str], password: str | None, fault: str
) -> None:
    environment = {**os.environ, **({} if password is None else {"LIVECART_PASSWORD": password})}
    command = [sys.executable, "-m", "livecart", "chat", "--url", own_shop.url, *options]
    # A session of its own has no terminal that could be asked.
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        text=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
        start_new_session=True,
    )
    assert done.returncode == 2, done
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert fault in done.stderr
