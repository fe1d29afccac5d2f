"""A reverse proxy that has a shop below a prefix, takes the prefix off, and notes what leads out of it."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgpack
from aiohttp import web

from tests.support.running_shop import Site

# What concerns one connection and not the message.
_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "content-length", "content-encoding"}
_NAMED = re.compile(r'\b(?:src|href|action|content)="(/[^"]*)"')
# A string of JSON that is one of the shop's paths, and not what somebody wrote.
_PATH = re.compile(r"/(?:api|assets|images|whip|whep|s|orders|sandbox|me|live)/?[!-~]*")


class PrefixProxy(Site):
    """Use as a context, and give it the shop's own address as `target` once it is known.

    `strays` are requests from outside the prefix, `leaks` are answers that name a path outside of it.
    """

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.target = ""
        self.strays: list[str] = []
        self.leaks: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> PrefixProxy:
        self._thread.start()
        port = asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(10)
        self.origin = f"http://127.0.0.1:{port}"
        self.url = f"{self.origin}{self.prefix}"
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _open(self) -> int:
        self._client = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())
        app = web.Application(client_max_size=32 * 1024 * 1024)
        app.router.add_route("*", f"{self.prefix}/{{rest:.*}}", self._pass_on)
        app.router.add_route("*", "/{rest:.*}", self._astray)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        port: int = self._runner.addresses[0][1]
        return port

    async def _close(self) -> None:
        await self._runner.cleanup()
        await self._client.close()

    async def _astray(self, request: web.Request) -> web.Response:
        self.strays.append(f"{request.method} {request.path}")
        return web.Response(status=404)

    async def _pass_on(self, request: web.Request) -> web.StreamResponse:
        url = self.target + request.raw_path.removeprefix(self.prefix)
        sent = {
            name: value for name, value in request.headers.items() if name.lower() not in {*_HOP, "accept-encoding"}
        }
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._socket(request, url.replace("http", "ws", 1), sent)
        # What is compressed could hide a path.
        sent["Accept-Encoding"] = "identity"
        asked = self._client.request(
            request.method, url, headers=sent, data=await request.read(), allow_redirects=False
        )
        async with asked as answer:
            body = await answer.read()
            headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP]
            self.leaks += [f"{request.method} {request.path}: {leak}" for leak in self._leaks(answer, body)]
            response = web.Response(status=answer.status, body=body)
            response.headers.popall("Content-Type", None)
            response.headers.extend(headers)
            return response

    async def _socket(self, request: web.Request, url: str, sent: dict[str, str]) -> web.WebSocketResponse:
        offered = [part.strip() for part in sent.get("Sec-WebSocket-Protocol", "").split(",") if part.strip()]
        sent = {name: value for name, value in sent.items() if not name.lower().startswith("sec-websocket")}
        async with self._client.ws_connect(url, protocols=offered, headers=sent, max_msg_size=0) as inner:
            outer = web.WebSocketResponse(protocols=[inner.protocol] if inner.protocol else [], max_msg_size=0)
            await outer.prepare(request)
            up = asyncio.create_task(_copy(outer, inner))
            async for message in inner:
                self.leaks += [f"WebSocket: {leak}" for value in _unpacked(message) for leak in self._outside(value)]
                await _send(outer, message)
            await outer.close(code=inner.close_code or 1000)
            up.cancel()
            await asyncio.gather(up, return_exceptions=True)
        return outer

    def _leaks(self, answer: aiohttp.ClientResponse, body: bytes) -> Iterator[str]:
        location = answer.headers.get("Location")
        if location is not None and not urlsplit(location).path.startswith(f"{self.prefix}/"):
            yield f"Location {location}"
        for cookie in answer.headers.getall("Set-Cookie", []):
            if f"Path={self.prefix}/" not in cookie:
                yield f"Set-Cookie {cookie.partition('=')[0]}"
        if answer.content_type == "text/html":
            for path in _NAMED.findall(body.decode()):
                if not path.startswith(f"{self.prefix}/"):
                    yield f"the page names {path}"
        if answer.content_type.endswith("json"):
            yield from self._outside(json.loads(body))

    def _outside(self, value: Any) -> Iterator[str]:
        """Values only: the keys of /api/openapi.json are below its `servers`."""
        if isinstance(value, dict):
            value = list(value.values())
        if isinstance(value, list):
            for each in value:
                yield from self._outside(each)
        elif isinstance(value, str) and _PATH.fullmatch(value) and not value.startswith(f"{self.prefix}/"):
            yield value


async def _copy(outer: web.WebSocketResponse, inner: aiohttp.ClientWebSocketResponse) -> None:
    async for message in outer:
        await _send(inner, message)
    await inner.close(code=outer.close_code or 1000)


async def _send(to: web.WebSocketResponse | aiohttp.ClientWebSocketResponse, message: aiohttp.WSMessage) -> None:
    if message.type is aiohttp.WSMsgType.BINARY:
        await to.send_bytes(message.data)
    elif message.type is aiohttp.WSMsgType.TEXT:
        await to.send_str(message.data)


def _unpacked(message: aiohttp.WSMessage) -> list[Any]:
    if message.type is aiohttp.WSMsgType.TEXT:
        return [json.loads(message.data)]
    if message.type is not aiohttp.WSMsgType.BINARY:
        return []
    unpacker = msgpack.Unpacker(raw=False, strict_map_key=False)
    unpacker.feed(message.data)
    return list(unpacker)
