"""What a browser gives so that its push service wakes it (RFC 8030, RFC 8291), and which push services are trusted.

The address comes from whoever asks, and the shop will send to it: only services that the operator names are taken.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from livecart.domain.errors import InvalidError
from livecart.domain.link import check_domain

# Of Chromium, Firefox, Edge and Safari.
PUSH_SERVICES = (
    "fcm.googleapis.com",
    "updates.push.services.mozilla.com",
    "notify.windows.com",
    "push.apple.com",
)
ENDPOINT_MAX = 1_000
_POINT_BYTES, _AUTH_BYTES = 65, 16
_UNCOMPRESSED = 0x04


@dataclass(frozen=True, slots=True)
class Subscription:
    """`p256dh` and `auth`: the browser's public key and secret, as base64url without padding."""

    endpoint: str
    p256dh: str
    auth: str

    @property
    def id(self) -> str:
        """The same for the same browser, and a key to nothing."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()


def check_push_service(service: str) -> str:
    """A domain, with all below it, over https; or an origin such as http://10.0.0.7:9000 for a service of one's own.

    Raises ValueError.
    """
    if "://" not in service:
        return check_domain(service)
    parts = urlsplit(service)
    plain = parts.scheme in {"http", "https"} and parts.hostname and parts.netloc == service.partition("://")[2]
    if not plain or "@" in parts.netloc:
        raise ValueError(f"'{service}' is no origin")
    _ = parts.port
    return service


def is_trusted(endpoint: str, services: Sequence[str]) -> bool:
    """Whether the shop may send there."""
    try:
        parts = urlsplit(endpoint)
        port, host = parts.port, parts.hostname or ""
    except ValueError:
        return False
    if "@" in parts.netloc or not endpoint.isascii() or not endpoint.isprintable() or " " in endpoint:
        return False
    if f"{parts.scheme}://{parts.netloc}" in services:
        return True
    below = any(host == service or host.endswith(f".{service}") for service in services if "://" not in service)
    return below and parts.scheme == "https" and port in {None, 443}


def check_subscription(endpoint: str, p256dh: str, auth: str, services: Sequence[str]) -> Subscription:
    """Raises InvalidError naming the field; `push_service` where only the service is none of ours."""
    if len(endpoint) > ENDPOINT_MAX:
        raise InvalidError("the address is too long", fields={"endpoint": f"at most {ENDPOINT_MAX} characters"})
    if not is_trusted(endpoint, services):
        raise InvalidError("no push service of ours", code="push_service", fields={"endpoint": ", ".join(services)})
    point = _decoded("p256dh", p256dh, _POINT_BYTES)
    if point[0] != _UNCOMPRESSED:
        raise InvalidError("the key is not valid", fields={"p256dh": "an uncompressed point of P-256"})
    _decoded("auth", auth, _AUTH_BYTES)
    return Subscription(endpoint, p256dh, auth)


def from_base64url(text: str) -> bytes:
    """Without padding. Raises ValueError."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _decoded(field: str, text: str, size: int) -> bytes:
    try:
        found = from_base64url(text)
    except ValueError:
        found = b""
    if len(found) != size:
        raise InvalidError("the key is not valid", fields={field: f"{size} bytes as base64url"})
    return found
