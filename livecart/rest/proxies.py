"""The client's address behind reverse proxies that the operator trusts; everybody else's X-Forwarded-For is ignored."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from livecart.rest.route import Handler


def behind_proxies(trusted: Sequence[str]) -> Any:
    """The middleware that makes `request.remote` the last address of X-Forwarded-For that is no trusted proxy's."""
    networks = [ipaddress.ip_network(network) for network in trusted]

    def is_trusted(address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in networks)

    @web.middleware
    async def find_client(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.remote and is_trusted(request.remote):
            hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
            client = next((hop for hop in reversed(hops) if hop and not is_trusted(hop)), None)
            if client is not None:
                request = request.clone(remote=client)
        return await handler(request)

    return find_client
