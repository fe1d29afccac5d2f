"""The operations of the stage that are nobody's call: how large a page shows whom, and the host's captions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.errors import ForbiddenError
from livecart.domain.ids import ShowId
from signaling.call_requests import CaptionSend, Tiles
from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.ports import Member, UseCases

Answer = dict[str, Any]
Watching = Callable[[Member], ShowId]
"""Somebody who watches, a guest too, and may say so once more -> the show."""


class StageOps:
    def __init__(self, use_cases: UseCases, watching: Watching, captioner: Asked) -> None:
        self._arrange = use_cases.arrange_tiles
        self._captions = use_cases.captions
        self._watching = watching
        self._captioner = captioner

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {Tiles: self._tiles, CaptionSend: self._caption}

    async def _tiles(self, member: Member, d: Tiles) -> Answer:
        await self._arrange(self._watching(member), d.session, d.sizes)
        return {}

    async def _caption(self, member: Member, d: CaptionSend) -> Answer:
        if not member.part.hosting:
            raise ForbiddenError("captions are the host's")
        _, show = await self._captioner(member)
        await self._captions.say(show, d.text, final=d.final)
        return {}
