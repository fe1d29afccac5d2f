"""The chat's operations: say, say a canned reply, delete, pin. Who may how often is asked before each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.ids import MessageId, ReplyId, ShowId
from livecart.domain.people import Person
from signaling.messages import Body, ChatCanned, ChatDelete, ChatPin, ChatSend
from signaling.ports import Member, UseCases

Answer = dict[str, Any]
Asked = Callable[[Member], tuple[Person, ShowId]]
"""Who asks, in which show; raises when it is a guest, nobody who joined, or too often."""


class ChatOps:
    def __init__(self, use_cases: UseCases, chatter: Asked, changer: Asked) -> None:
        self._use_cases = use_cases
        self._chatter = chatter
        self._changer = changer

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {
            ChatSend: self._send,
            ChatCanned: self._canned,
            ChatDelete: self._delete,
            ChatPin: self._pin,
        }

    async def _send(self, member: Member, d: ChatSend) -> Answer:
        person, show = self._chatter(member)
        return {"message": await self._use_cases.chat.send(person, show, d.text, d.key, d.reply_to)}

    async def _canned(self, member: Member, d: ChatCanned) -> Answer:
        person, show = self._chatter(member)
        text = await self._use_cases.canned.filled(person, show, ReplyId(d.reply))
        return {"message": await self._use_cases.chat.send(person, show, text, d.key, d.reply_to)}

    async def _delete(self, member: Member, d: ChatDelete) -> Answer:
        person, show = self._changer(member)
        return {"deleted": await self._use_cases.chat_staff.delete(person, show, MessageId(d.message))}

    async def _pin(self, member: Member, d: ChatPin) -> Answer:
        person, show = self._changer(member)
        message = None if d.message is None else MessageId(d.message)
        return {"pinned": await self._use_cases.chat_staff.pin(person, show, message)}
