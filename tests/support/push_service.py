"""A push service of our own over real HTTP, and the browser behind it, which can read what was sent to it."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import threading
from dataclasses import dataclass
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_CURVE = ec.SECP256R1()


def base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _mac(key: bytes, data: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(data)
    return made.finalize()


class Browser:
    """One subscription's keys. `read` is RFC 8291 from the other side, written down step by step as the RFC has it."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(_CURVE)
        self._auth = os.urandom(16)
        point, raw = serialization.PublicFormat.UncompressedPoint, serialization.Encoding.X962
        self._public = self._key.public_key().public_bytes(raw, point)

    @property
    def keys(self) -> dict[str, str]:
        return {"p256dh": base64url(self._public), "auth": base64url(self._auth)}

    def read(self, body: bytes) -> bytes:
        salt, (_, length) = body[:16], struct.unpack("!IB", body[16:21])
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
        prk = _mac(self._auth, shared)
        secret = _mac(prk, b"WebPush: info\0" + self._public + theirs + b"\x01")
        prk = _mac(salt, secret)
        key = _mac(prk, b"Content-Encoding: aes128gcm\0\x01")[:16]
        nonce = _mac(prk, b"Content-Encoding: nonce\0\x01")[:12]
        padded = AESGCM(key).decrypt(nonce, sealed, None)
        payload, end, padding = padded.rpartition(b"\x02")
        assert end
        assert not padding.strip(b"\0")
        return payload


@dataclass(frozen=True, slots=True)
class Pushed:
    path: str
    headers: dict[str, str]
    body: bytes


class PushService:
    """Use as a context. `statuses`: its answers by path; else 201. `/slow` never answers, `/elsewhere` redirects."""

    def __init__(self) -> None:
        self.got: list[Pushed] = []
        self.statuses: dict[str, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> PushService:
        self._thread.start()
        port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        self.url = f"http://127.0.0.1:{port}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    def told(self, browser: Browser, path: str) -> list[dict[str, Any]]:
        """What this browser would show, in order."""
        return [json.loads(browser.read(each.body)) for each in self.got if each.path == path]

    async def _open(self) -> int:
        app = web.Application()
        app.router.add_post("/{name:.*}", self._take)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port: int = self._runner.addresses[0][1]
        return port

    async def _take(self, request: web.Request) -> web.Response:
        self.got.append(Pushed(request.path, dict(request.headers), await request.read()))
        if request.path == "/slow":
            await asyncio.Event().wait()
        if request.path == "/elsewhere":
            raise web.HTTPTemporaryRedirect("/redirected")
        return web.Response(status=self.statuses.get(request.path, 201))


def signed_by(pushed: Pushed, audience: str) -> str:
    """The public key that the request was signed with; raises if the signature or the audience is wrong (RFC 8292)."""
    scheme, _, parameters = pushed.headers["Authorization"].partition(" ")
    assert scheme == "vapid"
    named = dict(part.strip().split("=", 1) for part in parameters.split(","))
    point = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, unbase64url(named["k"]))
    claims = jwt.decode(named["t"], point, algorithms=["ES256"], audience=audience)
    assert claims["sub"].startswith(("https:", "mailto:"))
    return named["k"]


def subscribing(endpoint: str, browser: Browser) -> str:
    """A script for a page whose PushManager subscribes this browser, without asking a service of its maker's.

    `window.subscribedWith` is the key that it was given.
    """
    subscription = json.dumps({"endpoint": endpoint, "keys": browser.keys})
    return f"""
      PushManager.prototype.subscribe = async ({{ applicationServerKey, userVisibleOnly }}) => {{
        if (!userVisibleOnly) throw new Error("silent pushes are allowed to nobody");
        const key = btoa(String.fromCharCode(...applicationServerKey));
        window.subscribedWith = key.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
        return {{ toJSON: () => ({subscription}) }};
      }};
    """
