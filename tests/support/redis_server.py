"""A Redis server of the tests' own, on a unix socket; it can be stopped and started again."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path


class RedisServer:
    """Keeps nothing on disk, so a restart is also a loss of everything; `durable`: only after `forget()`."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self._folder = folder
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._socket = folder / "r.sock"
        self.url = f"unix://{self._socket}"

    @property
    def socket(self) -> Path:
        return self._socket

    def start(self) -> None:
        binary = shutil.which("redis-server") or shutil.which("valkey-server")
        assert binary, "install redis-server or valkey-server"
        command = [binary, "--port", "0", "--unixsocket", str(self._socket), "--save", "", "--dir", str(self._folder)]
        command += ["--appendonly", "yes"] if self._durable else []
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while not self._listens():
            assert self._process.poll() is None, "the server ended at once"
            assert time.monotonic() < deadline, "the server did not open its socket"
            time.sleep(0.01)

    def _listens(self) -> bool:
        """The file is there a moment before anybody listens."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self._socket)) == 0

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        self._process.wait()
        self._process = None
        self._socket.unlink(missing_ok=True)

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def forget(self) -> None:
        """What a stopped server has on disk."""
        assert self._process is None
        shutil.rmtree(self._folder / "appendonlydir", ignore_errors=True)

    def pause(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)
