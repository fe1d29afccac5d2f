"""SDP fragments of trickled candidates and ICE restarts (RFC 8840, RFC 9725 section 4.3).

We are ICE-lite and wait for checks, so trickled candidates are read and not needed. A fragment with other credentials
than the peer's present ones restarts ICE: both sides get new credentials, all else stays."""

from __future__ import annotations

import re
from dataclasses import dataclass

from media.core.ice import candidate_lines
from media.errors import BadSdpError

MAX_LINES = 500
_LINE = re.compile(r"[a-z]=.+")
_ICE_CHARS = re.compile(r"[A-Za-z0-9+/]+")


@dataclass(frozen=True, slots=True)
class Fragment:
    """What a fragment says of the peer's ICE: its credentials, where it names them, and the m-line it is about."""

    ufrag: str | None
    password: str | None
    media: str | None
    mid: str | None


def parse_fragment(text: str) -> Fragment:
    """Raises `BadSdpError` for what is no fragment."""
    lines = [line for line in text.splitlines() if line]
    if not lines or len(lines) > MAX_LINES or not all(_LINE.fullmatch(line) for line in lines):
        raise BadSdpError("this is no SDP fragment")
    ufrag, password = _value(lines, "a=ice-ufrag:"), _value(lines, "a=ice-pwd:")
    for value, least in ((ufrag, 4), (password, 22)):
        if value is not None and (not least <= len(value) <= 256 or not _ICE_CHARS.fullmatch(value)):
            raise BadSdpError("the fragment's ICE credentials are none")
    return Fragment(ufrag, password, _value(lines, "m="), _value(lines, "a=mid:"))


def restart_fragment(
    asked: Fragment, credentials: tuple[str, str], addresses: tuple[str, ...], port: int, *, tcp: bool = False
) -> str:
    """The answer to a restart: our new credentials and where we can be reached, for the m-line that was named."""
    lines = ["a=ice-lite"]
    if asked.media is not None:
        lines.append(f"m={asked.media}")
    if asked.mid is not None:
        lines.append(f"a=mid:{asked.mid}")
    ufrag, password = credentials
    lines += [f"a=ice-ufrag:{ufrag}", f"a=ice-pwd:{password}", *candidate_lines(addresses, port, tcp=tcp)]
    return "\r\n".join(lines) + "\r\n"


def _value(lines: list[str], start: str) -> str | None:
    """The first line of its kind: with BUNDLE there is one transport."""
    found = next((line for line in lines if line.startswith(start)), None)
    return None if found is None else found.removeprefix(start).strip()
