"""One media process: the relay with its options taken from the settings. It loads no SQL and no HTTP."""

from __future__ import annotations

import asyncio
import secrets
import socket

from livecart.settings import Settings, SettingsError
from media.options import MediaOptions
from media.worker import run_worker


def _address(settings: Settings) -> str:
    """Where media listens. Of a name such as localhost the first address, IPv4 before IPv6: one socket has one."""
    key, host = ("udp_host", settings.udp_host) if settings.udp_host else ("http", settings.http_host)
    try:
        found = sorted({(family, place[0]) for family, _, _, _, place in socket.getaddrinfo(host, 0)})
    except OSError as error:
        raise SettingsError(f"setting '{key}': '{host}' has no address: {error.strerror}") from error
    return str(found[0][1])


async def run_media(settings: Settings, stop: asyncio.Event) -> None:
    address = _address(settings)
    place = f"{socket.gethostname()[:32]}-{settings.udp}"
    options = MediaOptions(
        # Process ids come again, in a container even at once; a show must not be taken for one of its former life.
        node=f"{place}-{secrets.token_hex(4)}",
        place=place if settings.udp else "",
        redis_url=settings.redis_url,
        udp_host=address,
        own_machine=not (settings.udp_host or settings.advertise) and address.startswith("127."),
        udp_port=settings.udp,
        advertised=settings.advertise,
        # HTTP may have chosen the same number, which was its own before media took connections.
        tcp=settings.ice_tcp and settings.udp != settings.http_port,
        publisher_bps=settings.publisher_max_bps,
    )
    await run_worker(options, stop)
