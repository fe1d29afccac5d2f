"""Whether a page is one of ours: the Origin check against cross-site requests and sockets (OWASP ASVS 4.4.2)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

_DEFAULT_PORTS = {"http": 80, "https": 443}


def is_own(origin: str, host: str, allowed: AbstractSet[str]) -> bool:
    """Whether `origin` is this server as the client addressed it (`host`, the Host header) or one of `allowed`.

    The scheme is not compared with the server's own: behind a proxy that ends TLS the server does not know it.
    """
    parsed = _parsed(origin)
    if parsed is None:
        return False
    scheme, name, port = parsed
    if any(_parsed(one) == parsed for one in allowed):
        return True
    return _parsed(f"{scheme}://{host}") == (scheme, name, port)


def _parsed(origin: str) -> tuple[str, str, int] | None:
    """(scheme, host, port) of something that is exactly an origin, else None."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        return None
    if parts.path or parts.query or parts.fragment or "@" in parts.netloc or origin != origin.strip():
        return None
    return parts.scheme, parts.hostname.rstrip("."), port or _DEFAULT_PORTS[parts.scheme]
