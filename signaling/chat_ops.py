"""The chat's operations: say, say a canned reply, delete, pin. Who may how often is asked before each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.chat import LeftOutError
from livecart.domain.ids import MessageId, ReplyId, ShowId
from livecart.domain.people import Person
from signaling.messages import Body, ChatCanned, ChatDelete, ChatPin, ChatSend
from signaling.ports import Member, UseCases
from signaling.tallies import ShowTally

Answer = dict[str, Any]
Asked = Callable[[Member], Awaitable[tuple[Person, ShowId]]]
"""Who asks, in which show; raises when it is a guest, nobody who joined, or too often."""


class ChatOps:
    def __init__(self, use_cases: UseCases, chatter: Asked, changer: Asked, left_out: ShowTally) -> None:
        self._use_cases = use_cases
        self._chatter = chatter
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
        person, show = await self._chatter(member)
        return await self._say(person, show, d.text, d, exempt=member.exempt)

    async def _canned(self, member: Member, d: ChatCanned) -> Answer:
        person, show = await self._chatter(member)
        text = await self._use_cases.canned.filled(person, show, ReplyId(d.reply))
        return await self._say(person, show, text, d, exempt=member.exempt)

    async def _say(self, person: Person, show: ShowId, text: str, d: ChatSend | ChatCanned, *, exempt: bool) -> Answer:
        send = self._use_cases.chat.send
        try:
            return {"message": await send(person, show, text, d.key, d.reply_to, exempt=exempt)}
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
