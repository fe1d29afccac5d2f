"""Chromium with tabs of which one is in front: the others are hidden, as on a phone, and their timers slow.

Playwright tells every page that it is seen, so this speaks the browser's own protocol.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any, cast

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.support.chromium import ARGUMENTS, find

START_S = 20


class Tabs:
    """One browser; `Tab`s are made with `open` and brought to the front with `show`."""

    def __init__(self, browser: ClientWebSocketResponse) -> None:
        self._browser = browser
        self._numbers = count(1)

    async def open(self, url: str) -> Tab:
        """In front of the others."""
        target = (await self.call("Target.createTarget", url="about:blank"))["targetId"]
        session = (await self.call("Target.attachToTarget", targetId=target, flatten=True))["sessionId"]
        tab = Tab(self, target, session)
        await tab.call("Page.enable")
        await tab.show()
        await tab.call("Page.navigate", url=url)
        await tab.until("document.readyState === 'complete'")
        return tab

    async def call(self, method: str, session: str | None = None, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        told = {"sessionId": session} if session else {}
        await self._browser.send_json({"id": number, "method": method, "params": params, **told})
        async with asyncio.timeout(START_S):
            while True:
                answer = await self._browser.receive_json()
                if answer.get("id") == number:
                    assert "error" not in answer, answer["error"]
                    return cast("dict[str, Any]", answer["result"])


class Tab:
    def __init__(self, tabs: Tabs, target: str, session: str) -> None:
        self._tabs = tabs
        self._target = target
        self._session = session

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        return await self._tabs.call(method, self._session, **params)

    async def show(self) -> None:
        await self._tabs.call("Target.activateTarget", targetId=self._target)

    async def freeze(self) -> None:
        """What a phone does to a page that nobody has looked at for a while: no timer and no event runs."""
        await self.call("Page.setWebLifecycleState", state="frozen")

    async def thaw(self) -> None:
        await self.call("Page.setWebLifecycleState", state="active")

    async def value(self, expression: str) -> Any:
        answer = await self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    async def until(self, expression: str, seconds: float = 20) -> None:
        async with asyncio.timeout(seconds):
            while not await self.value(expression):  # noqa: ASYNC110 -- the browser tells no event for this
                await asyncio.sleep(0.1)


@asynccontextmanager
async def chromium_tabs() -> AsyncIterator[Tabs]:
    with tempfile.TemporaryDirectory() as folder:
        arguments = [*ARGUMENTS, "--headless", "--remote-debugging-port=0", f"--user-data-dir={folder}", "about:blank"]
        environment = {**os.environ, "DISPLAY": ""}
        process = await asyncio.create_subprocess_exec(
            find(), *arguments, stderr=asyncio.subprocess.PIPE, env=environment
        )
        try:
            async with asyncio.timeout(START_S):
                url = await _address(process)
            async with ClientSession() as http, http.ws_connect(url, max_msg_size=0) as browser:
                yield Tabs(browser)
        finally:
            process.terminate()
            await process.wait()


async def _address(process: asyncio.subprocess.Process) -> str:
    assert process.stderr is not None
    async for line in process.stderr:
        found = re.search(rb"listening on (ws://\S+)", line)
        if found:
            return found[1].decode()
    raise AssertionError("Chromium ended at once")


def quoted(text: str) -> str:
    """As JavaScript writes it."""
    return json.dumps(text)
