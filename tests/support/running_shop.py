"""A whole shop as a user starts it: `livecart serve --demo` on free ports, with its own data folder."""

from __future__ import annotations

import json
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any, ClassVar

import msgpack
import redis

ROOT = Path(__file__).resolve().parents[2]
READY_S = 40.0
# The shop's own certificate is signed by nobody.
_TRUSTING = ssl._create_unverified_context()


def free_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_udp_ports(count: int) -> int:
    """The first of `count` ports in a row that are free for UDP and TCP."""
    while True:
        first = free_port(socket.SOCK_DGRAM)
        if first + count <= 65_536 and all(map(_is_free, range(first, first + count))):
            return first


def _is_free(port: int) -> bool:
    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


@dataclass(frozen=True, slots=True)
class Answer:
    """`cookies`: each set cookie's whole line by its name."""

    status: int
    headers: dict[str, str]
    body: Any
    cookies: dict[str, str]


class Site:
    """A server at `url`, as a client without a browser uses it."""

    url: str

    def call(self, method: str, path: str, body: Any = None, *, token: str | None = None, **headers: str) -> Answer:
        """One request; `Idempotency_Key=…` becomes the header `Idempotency-Key`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        raw = body.encode() if isinstance(body, str) else None if body is None else json.dumps(body).encode()
        if raw is not None:
            sent.setdefault("Content-Type", "application/json")
        target = f"{self.url}{path}" if path.startswith("/") else f"{self.url}/api/v1/{path}"
        request = urllib.request.Request(target, data=raw, method=method, headers=sent)
        try:
            with urllib.request.urlopen(request, timeout=15, context=_TRUSTING) as response:
                return _answer(response.status, response.headers, response.read())
        except urllib.error.HTTPError as error:
            with error:
                return _answer(error.code, error.headers, error.read())

    def log_in(self, handle: str) -> str:
        answer = self.call("POST", "auth/login", {"handle": handle, "password": "livecart-demo"})
        assert answer.status == 200, answer
        token: str = answer.body["token"]
        return token

    def is_ready(self) -> bool:
        try:
            return self.call("GET", "/readyz").status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


class RunningShop(Site):
    """Use as a context. `log` is what the processes printed."""

    arguments: ClassVar[Sequence[str]] = ("--demo",)

    def __init__(
        self, data: Path, *options: str, secure: bool = False, host: str = "127.0.0.1", **environment: str
    ) -> None:
        self.data = data
        self.port = free_port(socket.SOCK_STREAM)
        self.udp = free_udp_ports(2)
        self.url = f"{'https' if secure else 'http'}://{host}:{self.port}"
        self._host = host
        self._options = options
        self.environment = environment
        self._log = data.parent / f"{data.name}.log"

    def __enter__(self) -> RunningShop:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def log(self) -> str:
        return self._log.read_text()

    def start(self) -> None:
        command = [sys.executable, "-m", "livecart", "serve", *self.arguments, "--data", str(self.data)]
        command += ["--http", f"{self._host}:{self.port}", "--udp", str(self.udp), *self._options]
        environment = {**os.environ, "LIVECART_LIMITS_EXEMPT": "127.0.0.0/8", **self.environment}
        with self._log.open("ab") as out:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=out, start_new_session=True
            )
        until = time.monotonic() + READY_S
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise AssertionError(f"the shop did not open:\n{self.log}")
            time.sleep(0.1)

    def stop(self) -> float:
        """Ends it as an operator does; returns how many seconds that took."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(5)
        return time.monotonic() - began

    def parts(self, name: str) -> list[int]:
        """The process ids of one part, such as `web`: they are in the process group of `serve`."""
        return [
            pid for pid, command in _commands() if f"livecart {name}" in command and _group(pid) == self.process.pid
        ]

    def media_of(self, show: str) -> int | None:
        """The process id of the media process that the show's host sends to."""
        with redis.Redis(unix_socket_path=str(self.data / "redis.sock")) as client:
            keys = list(client.scan_iter("livecart:media:node:*"))
            reports = [msgpack.unpackb(raw) for raw in client.mget(keys) if raw] if keys else []
        return next((each["pid"] for each in reports if each["shows"].get(show, {}).get("state") == "live"), None)

    def redis(self) -> list[int]:
        """The process ids of this shop's own Redis, known by its socket."""
        return [pid for pid, command in _commands() if str(self.data / "redis.sock") in command]


class BareShop(RunningShop):
    """Not the demo: nobody and nothing is in it, and what the demo allows is not allowed."""

    arguments = ()


def _commands() -> list[tuple[int, str]]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            except OSError:  # it ended meanwhile
                continue
            found.append((int(entry.name), command))
    return found


def _group(pid: int) -> int | None:
    try:
        return os.getpgid(pid)
    except OSError:
        return None


def _answer(status: int, headers: Message, raw: bytes) -> Answer:
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = raw.decode("utf-8", "replace")
    cookies = {line.partition("=")[0]: line for line in headers.get_all("Set-Cookie", [])}
    return Answer(status, dict(headers), body, cookies)
