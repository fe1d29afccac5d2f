"""A headless Firefox with a made-up camera, driven by WebDriver BiDi: what people do, by roles and names.

Playwright drives a Firefox of its own alone, which is no Debian package.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import socket
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp

from tests.support.running_shop import free_port

STARTS_WITHIN_S = 60
WITHIN_S = 40
_PREFERENCES = {
    "media.navigator.streams.fake": True,
    "media.navigator.permission.disabled": True,
    # Nothing may be asked of the network but the shop.
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "media.gmp-manager.updateEnabled": False,
    "services.settings.server": "data:,",
}
# So that a test can ask for the figures of the page's own connections.
_KEEP_CONNECTIONS = """() => {
  const Connection = window.RTCPeerConnection;
  window.connections = [];
  window.RTCPeerConnection = class extends Connection {
    constructor(...how) { super(...how); window.connections.push(this); }
  };
}"""

_CAN_BE_PRESSED = """async (node) => {
  node.scrollIntoView({ block: "nearest" });
  const before = node.getBoundingClientRect();
  for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
  const { x, y, width, height } = node.getBoundingClientRect();
  const hit = document.elementFromPoint(x + width / 2, y + height / 2);
  return x === before.x && y === before.y && (node.contains(hit) || [...node.labels ?? []].includes(hit));
}"""


def find() -> str | None:
    return shutil.which("firefox-esr") or shutil.which("firefox")


class Firefox:
    def __init__(self, line: aiohttp.ClientWebSocketResponse) -> None:
        self._line = line
        self._number = 0
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def listen(self) -> None:
        async for message in self._line:
            answer = message.json()
            if (asked := self._asked.pop(answer.get("id"), None)) is not None:
                asked.set_result(answer)

    async def do(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        number = self._number
        answer = self._asked[number] = asyncio.get_running_loop().create_future()
        await self._line.send_json({"id": number, "method": method, "params": parameters})
        found = await asyncio.wait_for(answer, WITHIN_S)
        assert found["type"] == "success", f"{method}: {found}"
        return dict(found["result"])

    async def page(self, width: int, height: int) -> FirefoxPage:
        """Of somebody else, with cookies of his own, in a window of its own: a tab behind another hardly draws."""
        somebody = (await self.do("browser.createUserContext"))["userContext"]
        page = (await self.do("browsingContext.create", type="window", userContext=somebody))["context"]
        await self.do("browsingContext.setViewport", context=page, viewport={"width": width, "height": height})
        return FirefoxPage(self, page)


class FirefoxPage:
    def __init__(self, firefox: Firefox, context: str) -> None:
        self._firefox = firefox
        self._context = context

    async def goto(self, url: str) -> None:
        await self._firefox.do("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def ask(self, expression: str) -> Any:
        """What JavaScript says, which may be awaited."""
        function = f"async () => JSON.stringify(await ({expression}) ?? null)"
        found = await self._firefox.do(
            "script.callFunction",
            functionDeclaration=function,
            awaitPromise=True,
            target={"context": self._context},
        )
        assert found["type"] == "success", f"{expression}: {found}"
        return json.loads(found["result"]["value"])

    async def until(self, what: str, expression: str) -> None:
        deadline = time.monotonic() + WITHIN_S
        while not await self.ask(expression):
            assert time.monotonic() < deadline, f"{what}; the page says: {await self.ask('document.body.innerText')}"
            await asyncio.sleep(0.1)

    async def reads(self, words: str) -> None:
        await self.until(f"{words!r} is read", f"document.body.innerText.includes({json.dumps(words)})")

    async def click(self, role: str, name: str) -> None:
        """The first that has this role and name and can be pressed: nothing lies over it, and it stands still."""
        locator = {"type": "accessibility", "value": {"role": role, "name": name}}
        deadline = time.monotonic() + WITHIN_S
        while (node := await self._pressable(locator)) is None:
            assert time.monotonic() < deadline, f"{role} {name!r}; {await self.ask('document.body.innerText')}"
            await asyncio.sleep(0.1)
        press = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {"type": "element", "element": node}},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        await self._act({"type": "pointer", "id": "mouse", "actions": press})

    async def _pressable(self, locator: dict[str, Any]) -> dict[str, str] | None:
        found = await self._firefox.do("browsingContext.locateNodes", context=self._context, locator=locator)
        for node in ({"sharedId": node["sharedId"]} for node in found["nodes"]):
            can_be = await self._firefox.do(
                "script.callFunction",
                functionDeclaration=_CAN_BE_PRESSED,
                arguments=[node],
                awaitPromise=True,
                target={"context": self._context},
            )
            if can_be["type"] == "success" and can_be["result"]["value"]:
                return node
        return None

    async def fill(self, name: str, text: str) -> None:
        await self.click("textbox", name)
        await self.type(text)

    async def type(self, text: str) -> None:
        keys = [{"type": kind, "value": letter} for letter in text for kind in ("keyDown", "keyUp")]
        await self._act({"type": "key", "id": "keys", "actions": keys})

    async def _act(self, source: dict[str, Any]) -> None:
        await self._firefox.do("input.performActions", context=self._context, actions=[source])


@asynccontextmanager
async def started() -> AsyncIterator[Firefox]:
    """Ends it too, and what it kept."""
    program, port = find(), free_port(socket.SOCK_STREAM)
    assert program is not None
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        lines = (f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in _PREFERENCES.items())
        (Path(folder) / "user.js").write_text("".join(lines))
        process = await asyncio.create_subprocess_exec(
            *(program, "--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", str(port)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={"HOME": folder, "PATH": "/usr/bin:/bin"},
            start_new_session=True,
        )
        try:
            async with aiohttp.ClientSession() as http, await _connected(http, port) as line:
                firefox = Firefox(line)
                listening = asyncio.create_task(firefox.listen())
                await firefox.do("session.new", capabilities={})
                await firefox.do("script.addPreloadScript", functionDeclaration=_KEEP_CONNECTIONS)
                yield firefox
                listening.cancel()
        finally:
            # With its processes of the pages; what it would write down goes with the folder.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _connected(http: aiohttp.ClientSession, port: int) -> aiohttp.ClientWebSocketResponse:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            return await http.ws_connect(f"ws://127.0.0.1:{port}/session", max_msg_size=0)
        except aiohttp.ClientError:
            assert time.monotonic() < deadline, "Firefox does not start"
            await asyncio.sleep(0.2)
