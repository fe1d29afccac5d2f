"""STUN and TURN servers for people whose network needs one, with credentials that are soon worth nothing.

TURN credentials are made as coturn's `use-auth-secret` wants them: the name is the time of expiry and something that
nobody else has, the password its HMAC-SHA-1 under the secret that both sides know.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

CREDENTIAL_S = 6 * 3600


@dataclass(frozen=True, slots=True)
class IceServer:
    """`username` and `credential` are empty for a STUN server."""

    url: str
    username: str = ""
    credential: str = ""


class IceServers:
    """`stun` and `turn` are lists of URLs."""

    def __init__(self, stun: Sequence[str], turn: Sequence[str], secret: str) -> None:
        self._stun = tuple(map(IceServer, stun))
        self._turn = tuple(turn)
        self._secret = secret.encode()

    def now(self, now_ms: int) -> tuple[IceServer, ...]:
        """The servers for one session; each gets credentials of its own, since TURN servers count by name."""
        if not self._turn:
            return self._stun
        name = f"{now_ms // 1000 + CREDENTIAL_S}:{secrets.token_hex(8)}"
        # SHA-1 is what TURN servers expect; as an HMAC it is still sound.
        password = base64.b64encode(hmac.digest(self._secret, name.encode(), hashlib.sha1)).decode()
        return (*self._stun, *(IceServer(url, name, password) for url in self._turn))
