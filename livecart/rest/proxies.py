"""The client's address behind reverse proxies that the operator trusts; everybody else's X-Forwarded-For is ignored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

from aiohttp import web

from livecart.rest.route import Handler

# Some proxies write the port too.
_WITH_PORT = re.compile(r"([0-9.]+):[0-9]+|\[([0-9a-fA-F:.]+)\](?::[0-9]+)?")


def behind_proxies(trusted: Sequence[str]) -> Any:
    """The middleware that makes `request.remote` the last address of X-Forwarded-For that is no trusted proxy's."""
    networks = [ip_network(network) for network in trusted]

    def is_trusted(address: IPv4Address | IPv6Address) -> bool:
        return any(address in network for network in networks)

    def client_of(request: web.Request) -> str | None:
        """None: who is connected. Hops are read from the right: what stands left of a stranger he may have invented."""
        # A proxy may add a line of its own to one that the client sent.
        lines = request.headers.getall("X-Forwarded-For", [])
        for hop in reversed(",".join(lines).split(",")):
            address = _address(hop)
            if address is None:
                return None
            if not is_trusted(address):
                return str(address)
        return None

    @web.middleware
    async def find_client(request: web.Request, handler: Handler) -> web.StreamResponse:
        connected = _address(request.remote or "")
        if connected is not None and is_trusted(connected):
            client = client_of(request)
            if client is not None:
                request = request.clone(remote=client)
        return await handler(request)

    return find_client


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """IPv4 in IPv6 as IPv4, as which networks are written."""
    text = text.strip().partition("%")[0]
    with_port = _WITH_PORT.fullmatch(text)
    try:
        found = ip_address(text if with_port is None else with_port[1] or with_port[2])
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found
