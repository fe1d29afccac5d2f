"""A shop as an operator runs it apart: web processes with addresses of their own, jobs, one database, one Redis."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from livecart.adapters.sql.migrate import upgrade
from livecart.app import open_shop
from livecart.demo import PASSWORD, PEOPLE
from livecart.settings import load_settings
from tests.support.cradle import Forked, cradle
from tests.support.running_shop import READY_S, ROOT, Site


class Part:
    """One process of ours, such as `livecart jobs`; `log` is what it printed. `on`: what else its command begins with.

    `program`: what Python runs, where it is not `livecart` itself (doom.py).
    """

    program: Sequence[str] = ("-m", "livecart")

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], log: Path, on: Sequence[str] = ()) -> None:
        self._words = words
        self._on = on
        self._environment = {**os.environ, **environment}
        self._log = log
        self._process: subprocess.Popen[bytes] | Forked | None = None

    @property
    def log(self) -> str:
        return self._log.read_text()

    def start(self) -> None:
        if sys.platform == "linux" and not self._on:
            _, *program = self.program
            self._process = cradle().start([*program, *self._words], self._environment, self._log, self._log)
            return
        command = [*self._on, sys.executable, *self.program, *self._words]
        with self._log.open("ab") as out:
            self._process = subprocess.Popen(command, cwd=ROOT, env=self._environment, stdout=out, stderr=out)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def kill(self) -> None:
        """As kill -9 does; nothing happens to what is not running."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(5)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self.kill()


class WebPart(Part, Site):
    """`livecart web` at a port of its own."""

    def __init__(
        self, environment: Mapping[str, str], log: Path, host: str = "127.0.0.1", on: Sequence[str] = ()
    ) -> None:
        port = _lasting_port(host if not on else "127.0.0.1")
        self.url = f"http://{host}:{port}"
        super().__init__(["web", "--http", f"{host}:{port}"], environment, log, on)

    @property
    def faults(self) -> dict[str, str]:
        """What /readyz finds wrong."""
        checks: dict[str, str] = self.call("GET", "/readyz").body["checks"]
        return {name: fault for name, fault in checks.items() if fault != "ok"}


def _lasting_port(host: str) -> int:
    """A free port that stays free while its server is dead: no client is given one so low."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port


async def furnish(data: Path, database_url: str) -> None:
    """The tables of this version and the demo's people."""
    async with open_shop(load_settings(data=str(data), database_url=database_url)) as shop:
        await upgrade(shop.database)
        await shop.demo().make({handle: PASSWORD for handle, _, _ in PEOPLE})


def environment_of(data: Path, database_url: str, redis_url: str) -> dict[str, str]:
    """Settings of a part. Rate limits are not what is tested."""
    return {
        "LIVECART_DATA": str(data),
        "LIVECART_DATABASE_URL": database_url,
        "LIVECART_REDIS_URL": redis_url,
        "LIVECART_SECRET": "0123456789abcdef0123456789abcdef",
        "LIVECART_LIMITS_EXEMPT": "127.0.0.0/8,10.213.0.0/16",
        "LIVECART_DRAIN_S": "0",
        # Wallets are filled for nothing.
        "LIVECART_DEMO": "true",
    }


def wait_until_open(*webs: WebPart) -> None:
    """Until each is ready but for media, which no test here needs."""
    until = time.monotonic() + READY_S
    for web in webs:
        while not _is_open(web):
            assert time.monotonic() < until, f"{web.url} did not open:\n{web.log}"
            time.sleep(0.05)


async def until_open(*webs: WebPart) -> None:
    await asyncio.to_thread(wait_until_open, *webs)


def _is_open(web: WebPart) -> bool:
    try:
        return not web.faults.keys() - {"media"}
    except OSError:
        return False
