"""`livecart doctor`: looks at everything that `serve` needs and says what is missing and how to get it."""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import tempfile
from collections.abc import Awaitable, Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.revision import is_current
from livecart.app import STATIC
from livecart.commands import ports, redis_server
from livecart.commands.fault import CommandError
from livecart.domain.errors import LivecartError
from livecart.settings import Settings

Check = Callable[[Settings], Awaitable[str]]


async def doctor(settings: Settings, _given: argparse.Namespace) -> int:
    """One line a check; 1 if any of them found a fault."""
    faults = 0
    for name, check in CHECKS.items():
        try:
            _say(f"ok     {name:<12} {await check(settings)}")
        except (CommandError, LivecartError, OSError) as error:
            faults += 1
            _say(f"FAULT  {name:<12} {error}")
    return 1 if faults else 0


async def _data(settings: Settings) -> str:
    folder = settings.data_dir
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not os.access(existing, os.W_OK):
        raise CommandError(f"{existing} cannot be written")
    free = shutil.disk_usage(existing).free // 2**20
    return f"{folder}, {free} MiB free"


async def _pictures(settings: Settings) -> str:
    """A file is really made, since what the permissions say is not all: a file system may be full or read-only. The
    folder itself is left to `serve` where it is not there yet."""
    folder = settings.images
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    if not existing.is_dir():
        raise CommandError(f"{existing} is no folder")
    try:
        with tempfile.TemporaryFile(dir=existing) as made:
            made.write(b"livecart")
    except OSError as error:
        raise CommandError(f"{existing} cannot be written: {error.strerror}") from error
    return f"{folder} can be written" if existing == folder else f"{folder} will be made with the first picture"


async def _http(settings: Settings) -> str:
    ports.require_tcp(settings.http_host, settings.http_port)
    return f"TCP {settings.http} is free"


async def _udp(settings: Settings) -> str:
    """Binds the port and sends itself a datagram, which some sandboxes and firewalls do not let through."""
    host = settings.udp_host or settings.http_host
    ports.require_udp(host, settings.udp)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(1)
        receiver.sendto(b"livecart", receiver.getsockname())
        receiver.recv(16)
    return f"UDP {host}:{settings.udp} is free and datagrams pass"


async def _ice_tcp(settings: Settings) -> str:
    """No fault: media goes by UDP, and the few whom it does not reach may have TURN."""
    host, port = settings.udp_host or settings.http_host, settings.udp
    if not settings.ice_tcp:
        return "off, by ice_tcp"
    if port == settings.http_port:
        return f"none: HTTP has port {port} too"
    try:
        ports.require_media_tcp(host, port)
    except CommandError as error:
        return f"none: {error}"
    return f"TCP {host}:{port} is free"


async def _redis(settings: Settings) -> str:
    if not settings.redis_url:
        path = redis_server.socket_path(settings.data_dir)
        return f"{redis_server.find_binary()}, socket {path}"
    client = Redis.from_url(settings.redis_url, socket_timeout=2)
    try:
        version = (await client.info("server")).get("redis_version")
    except RedisError as error:
        raise CommandError(f"the Redis of LIVECART_REDIS_URL does not answer: {type(error).__name__}") from error
    finally:
        await client.aclose()
    return f"answers, version {version}"


async def _database(settings: Settings) -> str:
    if settings.uses_sqlite and not os.path.exists(settings.database.removeprefix("sqlite:///")):  # noqa: ASYNC240, PTH110
        return "SQLite, will be made by `livecart serve`"
    database = Database(settings.database)
    try:
        current = await is_current(database)
    finally:
        await database.close()
    if not current:
        raise CommandError("the tables are of another version: run `livecart migrate`")
    return f"{'SQLite' if settings.uses_sqlite else 'PostgreSQL'}, up to date"


async def _front_end(_settings: Settings) -> str:
    if not (STATIC / "home.html").is_file():
        raise CommandError("not built: run `make setup-run`")
    return "built"


async def _ffmpeg(_settings: Settings) -> str:
    """PyAV ships FFmpeg's libraries; pictures and recordings need them."""
    import av  # noqa: PLC0415 -- slow to load, and only looked at here

    for name in ("h264", "vp8", "opus"):
        av.Codec(name, "r")
    return f"PyAV {av.__version__} decodes H.264, VP8 and Opus"


async def _temporary(_settings: Settings) -> str:
    with tempfile.TemporaryFile():
        return f"{tempfile.gettempdir()} can be written"


CHECKS: dict[str, Check] = {
    "data folder": _data,
    "pictures": _pictures,
    "temporary": _temporary,
    "http": _http,
    "udp": _udp,
    "media tcp": _ice_tcp,
    "redis": _redis,
    "database": _database,
    "front end": _front_end,
    "ffmpeg": _ffmpeg,
}


def _say(text: str) -> None:
    print(text)  # noqa: T201 -- the command's output
