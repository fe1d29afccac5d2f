"""How a webhook proves where it comes from: Stripe's scheme, HMAC-SHA256 over `timestamp.body`.

The header is `t=SECONDS,v1=HEX`; several `v1` may stand there while a key is changed, and one that is good suffices.
"""

from __future__ import annotations

import hashlib
import hmac

from livecart.domain.errors import InvalidError

TOLERANCE_MS = 300_000
_HEADER_MAX = 1_000


def sign(key: bytes, body: bytes, now_ms: int) -> str:
    """The header's value."""
    seconds = now_ms // 1000
    return f"t={seconds},v1={_mac(key, seconds, body)}"


def verify(key: bytes, body: bytes, header: str, now_ms: int) -> None:
    """Raises InvalidError `bad_signature`: forged, changed, malformed, or older or newer than TOLERANCE_MS."""
    parts = [part.partition("=") for part in header[:_HEADER_MAX].split(",")]
    times = [value for name, _, value in parts if name.strip() == "t"]
    macs = [value for name, _, value in parts if name.strip() == "v1"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdigit() or len(times[0]) > 12:
        raise InvalidError("the signature has no time", code="bad_signature")
    seconds = int(times[0])
    expected = _mac(key, seconds, body)
    # Every one is compared, and each in constant time.
    good = [hmac.compare_digest(expected.encode(), mac.encode("utf-8", "replace")) for mac in macs]
    if not any(good):
        raise InvalidError("the signature is not ours", code="bad_signature")
    if abs(now_ms // 1000 - seconds) * 1000 > TOLERANCE_MS:
        raise InvalidError("the signature is too old", code="bad_signature")


def _mac(key: bytes, seconds: int, body: bytes) -> str:
    return hmac.new(key, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
