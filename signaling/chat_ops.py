"""The chat's operations: say, say a canned reply, delete, pin. Who may how often is asked before each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.chat import LeftOutError
from livecart.domain.ids import MessageId, ReplyId, ShowId
from livecart.domain.people import Person
from livecart.services.chat import Pace
from signaling.messages import Body, ChatCanned, ChatDelete, ChatPin, ChatSend
from signaling.ports import Member, UseCases
from signaling.tallies import ShowTally

Answer = dict[str, Any]
Asked = Callable[[Member], Awaitable[tuple[Person, ShowId]]]
"""Who asks, in which show; raises when it is a guest, nobody who joined, or too often."""
Speaks = Callable[[Member], tuple[Person, ShowId, Pace | None]]
"""The same as far as this process knows, and how to ask all of them; None for who is exempt from rates."""


class ChatOps:
    def __init__(self, use_cases: UseCases, speaker: Speaks, changer: Asked, left_out: ShowTally) -> None:
        self._use_cases = use_cases
        self._speaker = speaker
        self._changer = changer
        self._left_out = left_out

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {
            ChatSend: self._send,
            ChatCanned: self._canned,
            ChatDelete: self._delete,
            ChatPin: self._pin,
        }

    async def _send(self, member: Member, d: ChatSend) -> Answer:
        person, show, pace = self._speaker(member)
        return await self._say(person, show, d.text, d, pace)

    async def _canned(self, member: Member, d: ChatCanned) -> Answer:
        person, show, pace = self._speaker(member)
        text = await self._use_cases.canned.filled(person, show, ReplyId(d.reply))
        return await self._say(person, show, text, d, pace)

    async def _say(
        self, person: Person, show: ShowId, text: str, d: ChatSend | ChatCanned, pace: Pace | None
    ) -> Answer:
        try:
            return {"message": await self._use_cases.chat.send(person, show, text, d.key, d.reply_to, pace=pace)}
        except LeftOutError:
            self._left_out.add(show, 1)
            raise

    async def _delete(self, member: Member, d: ChatDelete) -> Answer:
        person, show = await self._changer(member)
        return {"deleted": await self._use_cases.chat_staff.delete(person, show, MessageId(d.message))}

    async def _pin(self, member: Member, d: ChatPin) -> Answer:
        person, show = await self._changer(member)
        message = None if d.message is None else MessageId(d.message)
        return {"pinned": await self._use_cases.chat_staff.pin(person, show, message)}
