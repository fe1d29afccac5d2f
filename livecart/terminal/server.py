"""The server as a program meets it: where it is, logging in, and opening its WebSocket. Faults become CommandErrors."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from livecart.commands.fault import CommandError

SUBPROTOCOL = "livecart.v1.msgpack"
FRAME_MAX = 16 * 1024 * 1024
# aiohttp pings as often, and gives up after half of it without a pong.
PING_S = 20.0
CONNECT_S = 10.0
# A server that hangs does not answer a farewell, and whoever pressed Ctrl-C does not want to wait for it.
FAREWELL_S = 1.0
BUSY = (429, 502, 503, 504)


@dataclass(frozen=True, slots=True)
class Busy(Exception):  # noqa: N818 -- an answer, not a fault
    """The server wants to be asked again later."""

    retry_after_s: float | None


def origin_of(url: str) -> str:
    """`http://host:port`, with the path that the shop is below; raises CommandError."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == -1:
        raise CommandError(f"'{url}' is no address of a server; it looks like http://127.0.0.1:8080")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


class Server:
    def __init__(self, http: aiohttp.ClientSession, origin: str) -> None:
        self._http = http
        self._origin = origin
        self._token: str | None = None

    async def log_in(self, handle: str, password: str) -> None:
        body = {"handle": handle, "password": password}
        try:
            async with self._http.post(f"{self._origin}/api/v1/auth/login", json=body) as response:
                answer: dict[str, Any] = await response.json(content_type=None)
        except ValueError as error:
            raise CommandError(f"{self._origin} does not answer like a livecart server") from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise CommandError(self._unreachable(error)) from error
        if response.status != 200:
            raise CommandError(f"{handle} cannot log in: {answer.get('detail') or answer.get('title')}")
        self._token = answer["token"]

    async def connect(self) -> aiohttp.ClientWebSocketResponse:
        """Raises CommandError for what trying again does not help, Busy and ConnectionError for what it may."""
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        try:
            return await self._http.ws_connect(
                f"{self._origin}/ws",
                protocols=(SUBPROTOCOL,),
                headers=headers,
                heartbeat=PING_S,
                max_msg_size=FRAME_MAX,
                timeout=aiohttp.ClientWSTimeout(ws_close=FAREWELL_S),
            )
        except aiohttp.WSServerHandshakeError as error:
            if error.status in BUSY:
                asked = error.headers.get("Retry-After", "") if error.headers else ""
                raise Busy(float(asked) if asked.isdigit() else None) from error
            if error.status == 401:
                raise CommandError("the server does not know this log-in any more; start again") from error
            raise CommandError(f"{self._origin} opens no room here (HTTP {error.status})") from error
        except aiohttp.ClientConnectorCertificateError as error:
            raise CommandError(self._unreachable(error)) from error
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise ConnectionError(self._unreachable(error)) from error

    def _unreachable(self, error: BaseException) -> str:
        if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLError):
            return f"the certificate of {self._origin} is not trusted; --insecure takes any"
        return f"{self._origin} cannot be reached: {str(error) or type(error).__name__}"
