"""The StillDrawing port: key frames are decoded in a process of its own (still_child.py), so that a hostile bitstream
costs that process and nothing else. It is started when it is first needed, and killed when it takes too long.
"""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

import msgpack
import structlog

from livecart.domain.errors import InvalidError

# A key frame takes milliseconds; the first one waits for the process to start.
WITHIN_S = 3.0
STARTS_WITHIN_S = 15.0
_CHILD = Path(__file__).with_name("still_child.py")
_log = structlog.get_logger(__name__)


class DrawingProcess:
    """One picture at a time. Works until `close()`, which may be called again and again."""

    def __init__(self, *, within_s: float = WITHIN_S, program: Path = _CHILD) -> None:
        self._within_s = within_s
        self._program = program
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """Of the process that draws, if there is one."""
        return None if self._process is None else self._process.pid

    async def draw(self, codec: str, frame: bytes) -> bytes:
        """A JPEG of at most 30 KB. Raises InvalidError `bad_key_frame` for what makes no picture."""
        async with self._turn:
            patience_s = self._within_s if self._process is not None else self._within_s + STARTS_WITHIN_S
            try:
                async with asyncio.timeout(patience_s):
                    reply = await self._ask(await self._started(), {"codec": codec, "frame": frame})
            except BaseException as error:
                # Cancelled too: what it would still answer must not pass for the next answer.
                await self._end()
                if not isinstance(error, TimeoutError | OSError | asyncio.IncompleteReadError):
                    raise
                _log.warning("a key frame ended the process that drew it", fault=type(error).__name__)
                raise InvalidError("this key frame breaks the decoder", code="bad_key_frame") from error
        if "jpeg" not in reply:
            raise InvalidError(f"no picture: {reply.get('fault')}", code="bad_key_frame")
        jpeg: bytes = reply["jpeg"]
        return jpeg

    async def close(self) -> None:
        async with self._turn:
            await self._end()

    async def _started(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            words = (sys.executable, "-I", str(self._program))
            # Without our environment: there are secrets in it.
            self._process = await asyncio.create_subprocess_exec(
                *words, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
            )
        return self._process

    async def _ask(self, process: Process, message: dict[str, Any]) -> dict[str, Any]:
        packed = msgpack.packb(message)
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(len(packed).to_bytes(4, "big") + packed)
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(4), "big")
        reply: dict[str, Any] = msgpack.unpackb(await process.stdout.readexactly(size))
        return reply

    async def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            process.kill()
        await process.wait()
