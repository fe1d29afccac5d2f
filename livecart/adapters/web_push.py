"""Messages to browsers through their push services: encrypted (RFC 8291 on RFC 8188), signed (VAPID, RFC 8292), sent.

Made of `cryptography` and `pyjwt`, which are here anyway: the usual library needs one that has no wheel. What a push
service answers is never read but for its status, and it can lead nowhere else.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ipaddress
import os
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import aiohttp
import jwt
import structlog
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from livecart.domain.web_push import Subscription, from_base64url, is_trusted
from livecart.services.ports import Clock
from livecart.services.reminders import PushOutcome

_log = structlog.get_logger(__name__)

ANSWER_S = 10.0
# To push services at the same time.
SENDING_MAX = 20
# A reminder that is later than this says something that is not true any more.
TTL_S = 1_800
# VAPID tokens may be good for a day at most; clocks differ.
_SIGNED_S = 12 * 3600
_RECORD_BYTES = 4_096
_CURVE = ec.SECP256R1()
# The order of P-256's group (FIPS 186-4, D.1.2.3).
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def push_key(secret: str) -> ec.EllipticCurvePrivateKey:
    """The shop's VAPID key, from its secret: the same in all processes, and kept wherever that is kept."""
    seed = hashlib.sha512(b"livecart web push\0" + secret.encode()).digest()
    return ec.derive_private_key(int.from_bytes(seed, "big") % (_ORDER - 1) + 1, _CURVE)


def encrypted(payload: bytes, subscription: Subscription, *, salt: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """RFC 8291 section 3.4: one record for this browser alone. `salt` and `key` are new for each message."""
    theirs = from_base64url(subscription.p256dh)
    ours = _public(key)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    secret = _derived(from_base64url(subscription.auth), shared, b"WebPush: info\0" + theirs + ours, 32)
    content_key = _derived(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(salt, secret, b"Content-Encoding: nonce\0", 12)
    # 0x02 ends the last record (RFC 8188 section 2).
    sealed = AESGCM(content_key).encrypt(nonce, payload + b"\x02", None)
    return salt + struct.pack("!IB", _RECORD_BYTES, len(ours)) + ours + sealed


def _derived(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _public(key: ec.EllipticCurvePrivateKey) -> bytes:
    point, raw = serialization.PublicFormat.UncompressedPoint, serialization.Encoding.X962
    return key.public_key().public_bytes(raw, point)


class PublicResolver(AbstractResolver):
    """Names of other people lead to public addresses only, whatever their DNS says; `own` may lead anywhere."""

    def __init__(self, own: frozenset[str]) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._own = own

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if host in self._own:
            return found
        public = [each for each in found if ipaddress.ip_address(each["host"]).is_global]
        if not public:
            raise OSError(f"{host} has no public address")
        return public

    async def close(self) -> None:
        await self._inner.close()


class WebPushSender:
    """The PushSender port. `contact`: whom a push service asks when something is wrong, an https or mailto address."""

    def __init__(
        self, session: aiohttp.ClientSession, clock: Clock, secret: str, services: Sequence[str], contact: str
    ) -> None:
        self._session = session
        self._clock = clock
        self._signing = push_key(secret)
        self._services = tuple(services)
        self._contact = contact

    @property
    def key(self) -> str:
        return base64url(_public(self._signing))

    async def send_all(self, pushes: Sequence[tuple[Subscription, bytes]]) -> Sequence[PushOutcome]:
        room = asyncio.Semaphore(SENDING_MAX)

        async def send(subscription: Subscription, payload: bytes) -> PushOutcome:
            async with room:
                return await self.send(subscription, payload)

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(send(*push)) for push in pushes]
        return [task.result() for task in tasks]

    async def send(self, subscription: Subscription, payload: bytes) -> PushOutcome:
        """Within ANSWER_S."""
        # What was trusted when it was asked for may not be any more.
        if not is_trusted(subscription.endpoint, self._services):
            return PushOutcome.REFUSED
        try:
            body = encrypted(payload, subscription, salt=os.urandom(16), key=ec.generate_private_key(_CURVE))
        except ValueError:
            # 65 bytes that are no point of the curve.
            return PushOutcome.GONE
        headers = {
            "Authorization": f"vapid t={self._signed(subscription.endpoint)}, k={self.key}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_S),
            "Urgency": "high",
        }
        try:
            asked = self._session.post(subscription.endpoint, data=body, headers=headers, allow_redirects=False)
            async with asyncio.timeout(ANSWER_S), asked as answer:
                status = answer.status
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            _log.info("no answer of a push service", host=urlsplit(subscription.endpoint).hostname, fault=repr(error))
            return PushOutcome.LATER
        return self._outcome(status, subscription)

    def _outcome(self, status: int, subscription: Subscription) -> PushOutcome:
        if 200 <= status < 300:
            return PushOutcome.SENT
        if status in {404, 410}:
            return PushOutcome.GONE
        _log.warning("a push service refused", host=urlsplit(subscription.endpoint).hostname, status=status)
        return PushOutcome.LATER if status == 429 or status >= 500 else PushOutcome.REFUSED

    def _signed(self, endpoint: str) -> str:
        parts = urlsplit(endpoint)
        claims = {
            "aud": f"{parts.scheme}://{parts.netloc}",
            "exp": self._clock.now_ms() // 1000 + _SIGNED_S,
            "sub": self._contact,
        }
        return jwt.encode(claims, self._signing, algorithm="ES256")


@asynccontextmanager
async def push_sender(clock: Clock, secret: str, services: Sequence[str], contact: str) -> AsyncIterator[WebPushSender]:
    own = frozenset(urlsplit(service).hostname or "" for service in services if "://" in service)
    connector = aiohttp.TCPConnector(resolver=PublicResolver(own), limit_per_host=20)
    timeout = aiohttp.ClientTimeout(total=ANSWER_S)
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=jar) as session:
        yield WebPushSender(session, clock, secret, services, contact)
