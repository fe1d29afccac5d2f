"""The ChatPace port: slow mode holds over all of a person's sockets, whichever process they are at."""

from __future__ import annotations

import logging
from pathlib import Path

from redis.asyncio import Redis

from livecart.adapters.redis.connection import translated
from livecart.adapters.redis.news import show_key
from livecart.domain.chat import ChatMessage
from livecart.domain.errors import UnavailableError

_log = logging.getLogger(__name__)


class RedisChatPace:
    def __init__(self, client: Redis) -> None:
        self._client = client
        self._script = client.register_script(Path(__file__).with_name("chat_pace.lua").read_text("utf-8"))

    async def take(self, message: ChatMessage, pause_ms: int) -> int:
        with translated():
            return int(await self._script(keys=[_key(message)], args=[pause_ms, message.key]))

    async def give_back(self, message: ChatMessage) -> None:
        try:
            with translated():
                await self._client.delete(_key(message))
        except UnavailableError:
            _log.debug("a pause that was not used ends by itself")


def _key(message: ChatMessage) -> str:
    return show_key(message.show, f"pace:{message.author}")
