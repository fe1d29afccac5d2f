"""Sends the sandbox's webhooks to this shop's own address, signed, now or later."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import structlog

from livecart.adapters.payments.sandbox import SIGNATURE_HEADER
from livecart.domain.webhook_signature import sign
from livecart.services.ports import Clock

_log = structlog.get_logger(__name__)

PATH = "/api/v1/webhooks/sandbox"
TRIES = 5
FIRST_WAIT_S = 0.2
ANSWER_S = 10.0
LATER_MAX = 1_000


class Deliveries:
    """The SandboxSender port over HTTP. What is to be sent later is forgotten when the process ends, like the webhooks
    of a provider that gave up; the page can send it again."""

    def __init__(self, session: aiohttp.ClientSession, origin: str, key: bytes, clock: Clock) -> None:
        self._session = session
        self._url = f"{origin}{PATH}"
        self._key = key
        self._clock = clock
        self._later: set[asyncio.Task[None]] = set()

    async def send(self, body: bytes, *, forged: bool = False) -> int:
        status = 0
        for attempt in range(TRIES):
            status = await self._post(body, secrets.token_bytes(32) if forged else self._key)
            if 0 < status < 500:
                return status
            await asyncio.sleep(FIRST_WAIT_S * 2**attempt)
        return status

    def send_later(self, body: bytes, after_s: float) -> None:
        if len(self._later) >= LATER_MAX:
            _log.warning("too many webhooks wait", waiting=len(self._later))
            return
        task = asyncio.create_task(self._wait_and_send(body, after_s), name="sandbox webhook")
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def close(self) -> None:
        for task in self._later:
            task.cancel()
        await asyncio.gather(*self._later, return_exceptions=True)

    async def _wait_and_send(self, body: bytes, after_s: float) -> None:
        await asyncio.sleep(after_s)
        status = await self.send(body)
        _log.info("late webhook sent", status=status)

    async def _post(self, body: bytes, key: bytes) -> int:
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: sign(key, body, self._clock.now_ms())}
        try:
            async with self._session.post(self._url, data=body, headers=headers) as response:
                return response.status
        except (aiohttp.ClientError, TimeoutError, OSError):
            return 0


@asynccontextmanager
async def deliveries(origin: str, key: bytes, clock: Clock) -> AsyncIterator[Deliveries]:
    """`origin` is this machine's own, where a certificate made for another name, or signed by nobody, is good."""
    trusting = ssl.create_default_context()
    trusting.check_hostname = False
    trusting.verify_mode = ssl.CERT_NONE
    timeout = aiohttp.ClientTimeout(total=ANSWER_S)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trusting), timeout=timeout) as session:
        sender = Deliveries(session, origin, key, clock)
        try:
            yield sender
        finally:
            await sender.close()
