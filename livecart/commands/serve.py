"""`livecart serve`: the laptop. Checks, migrates, makes the demo, then runs the parts under the supervisor."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import msgspec

from livecart.adapters.sql.revision import is_current
from livecart.app import open_shop
from livecart.commands import data_folder, lan, ports, redis_server
from livecart.commands.fault import CommandError
from livecart.commands.supervisor import Part, Supervisor, parts_environment
from livecart.demo import PASSWORD, PEOPLE
from livecart.observability import configure_logging
from livecart.settings import Settings, as_texts

READY_S = 60.0
WEB_WORKERS_MAX = 64
MEDIA_WORKERS_MAX = 64
PORT_MAX = 65_535
_LOOK_AGAIN_S = 0.1
_ALL_ADDRESSES = {"0.0.0.0", "::"}  # noqa: S104 -- compared with, not bound to


async def serve(settings: Settings, given: argparse.Namespace) -> int:
    configure_logging(settings.log_level, "serve")
    settings = _for_laptop(settings, given)
    with data_folder.locked(settings.data_dir):
        settings = _with_certificate(settings, given)
        _check(settings)
        for port in _media_ports(settings, given):
            ports.require_udp(settings.udp_host or settings.http_host, port)
        settings = msgspec.structs.replace(settings, secret=settings.secret or data_folder.secret(settings.data_dir))
        passwords = _demo_passwords(settings, given)
        with _redis(settings) as (parts, redis_url):
            settings = msgspec.structs.replace(settings, redis_url=redis_url)
            await _prepare(settings, passwords)
            supervisor = Supervisor([*parts, *_own_parts(settings, given)], _environment(settings), given.nursery)
            async with asyncio.TaskGroup() as tasks:
                greeting = tasks.create_task(_greet(settings, passwords))
                await supervisor.run()
                greeting.cancel()
    return 0


def _for_laptop(settings: Settings, given: argparse.Namespace) -> Settings:
    if given.lan:
        settings = msgspec.structs.replace(settings, http=f"0.0.0.0:{settings.http_port}")
    if not 1 <= given.web_workers <= WEB_WORKERS_MAX:
        raise CommandError(f"--web-workers: 1 to {WEB_WORKERS_MAX}")
    if not 1 <= given.media_workers <= MEDIA_WORKERS_MAX:
        raise CommandError(f"--media-workers: 1 to {MEDIA_WORKERS_MAX}")
    if _media_ports(settings, given)[-1] > PORT_MAX:
        raise CommandError(f"--media-workers {given.media_workers}: there are not so many ports after {settings.udp}")
    if given.web_workers > 1 and settings.uses_sqlite:
        raise CommandError("--web-workers above 1 needs PostgreSQL (LIVECART_DATABASE_URL): SQLite has one writer")
    return settings


def _with_certificate(settings: Settings, given: argparse.Namespace) -> Settings:
    if (given.lan or given.tls) and not settings.tls_cert:
        certificate, key = lan.self_signed(settings.data_dir, dt.datetime.now(dt.UTC))
        return msgspec.structs.replace(settings, tls_cert=str(certificate), tls_key=str(key))
    return settings


def _check(settings: Settings) -> None:
    ports.require_tcp(settings.http_host, settings.http_port)
    for key in ("tls_cert", "tls_key"):
        file = getattr(settings, key)
        if file and not Path(file).is_file():
            raise CommandError(f"--{key.replace('_', '-')}: there is no file {file}")
    if settings.tls_cert:
        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key)
        except (ssl.SSLError, OSError) as error:
            raise CommandError(f"the TLS certificate or key cannot be used: {error.strerror or error}") from error


@contextmanager
def _redis(settings: Settings) -> Iterator[tuple[list[Part], str]]:
    """The Redis part and its URL; no part when the operator named a Redis of his own."""
    if settings.redis_url:
        yield [], settings.redis_url
        return
    binary = redis_server.find_binary()
    path = redis_server.socket_path(settings.data_dir)
    redis_server.stop_left_over(path)
    yield [Part("redis", redis_server.command(binary, path, settings.data_dir), last=True)], f"unix://{path}"
    path.unlink(missing_ok=True)


def _own_parts(settings: Settings, given: argparse.Namespace) -> list[Part]:
    shared = ["--shared-port"] if given.web_workers > 1 else []
    found = [Part(f"web {number}", ["web", *shared], own=True) for number in range(given.web_workers)]
    found += [
        Part(f"media {number}", ["media", "--udp", str(port)], own=True)
        for number, port in enumerate(_media_ports(settings, given))
    ]
    if not settings.uses_sqlite:
        found.append(Part("jobs", ["jobs"], own=True))
    return found


def _media_ports(settings: Settings, given: argparse.Namespace) -> list[int]:
    """One UDP port for each media process: `udp` and the ones after it."""
    return [settings.udp + number if settings.udp else 0 for number in range(given.media_workers)]


def _environment(settings: Settings) -> dict[str, str]:
    """The settings as the parts read them. On a laptop there is nowhere to move over to, so nobody waits."""
    if settings.drain_s < 0:
        settings = msgspec.structs.replace(settings, drain_s=0.0)
    return parts_environment(as_texts(settings))


def _demo_passwords(settings: Settings, given: argparse.Namespace) -> dict[str, str]:
    """On a network of others, the published password would be an open door."""
    if not settings.demo:
        return {}
    if not given.lan:
        return {handle: PASSWORD for handle, _, _ in PEOPLE}
    file = settings.data_dir / "demo-passwords.json"
    if not file.exists():
        made = {handle: secrets.token_urlsafe(9) for handle, _, _ in PEOPLE}
        file.touch(mode=0o600)
        file.write_bytes(msgspec.json.encode(made))
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str])


async def _prepare(settings: Settings, passwords: dict[str, str]) -> None:
    async with open_shop(settings) as shop:
        if not await is_current(shop.database):
            # Alembic is half a second of loading that most starts have no use for.
            from livecart.adapters.sql.migrate import upgrade  # noqa: PLC0415

            await upgrade(shop.database)
        if settings.demo:
            await shop.demo().make(passwords)


async def _greet(settings: Settings, passwords: dict[str, str]) -> None:
    """Says where the shop is as soon as it is open."""
    began = asyncio.get_running_loop().time()
    host = "127.0.0.1" if settings.http_host in _ALL_ADDRESSES else settings.http_host
    scheme = "https" if settings.tls_cert else "http"
    own = f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.http_port}"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=False)) as client:
        while not await _is_ready(client, f"{own}/readyz"):
            if asyncio.get_running_loop().time() - began > READY_S:
                _say(f"livecart does not become ready; see {own}/readyz")
                return
            await asyncio.sleep(_LOOK_AGAIN_S)
    _say(f"\nlivecart is open:  {own}\n")
    _say(f"  studio (creator)   {own}/studio\n  desk (moderator)   {own}/desk\n  API                {own}/api/docs")
    if passwords:
        roles = {handle: role.value for handle, _, role in PEOPLE}
        _say(
            "\n  log in as          "
            + "\n                     ".join(f"{handle:<5} {passwords[handle]}   ({roles[handle]})" for handle in roles)
        )
    if settings.http_host in _ALL_ADDRESSES:
        for address in lan.own_addresses():
            url = settings.public_url or f"{scheme}://{address}:{settings.http_port}"
            _say(f"\n  on a phone: {url}\n{lan.qr_code(url)}")
    _say("\nCtrl-C ends it.\n")


async def _is_ready(client: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with client.get(url, timeout=aiohttp.ClientTimeout(total=2)) as response:
            return response.status == 200
    except (aiohttp.ClientError, TimeoutError):
        return False


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 -- the command's output
