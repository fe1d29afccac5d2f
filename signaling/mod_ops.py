"""What a show's staff and moderators do to people and to the show, over the socket of a show that they have joined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.ids import PersonId
from livecart.domain.sanctions import until_of
from livecart.services.ports import Clock
from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.mod_messages import ModBan, ModMute, ModStop, ModUnban, ModUnmute, ModWarn
from signaling.ports import Member, Moderating

Answer = dict[str, Any]


class ModOps:
    def __init__(self, moderating: Moderating, changer: Asked, clock: Clock) -> None:
        self._moderating = moderating
        self._changer = changer
        self._clock = clock

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {
            ModMute: self._mute,
            ModUnmute: self._unmute,
            ModBan: self._ban,
            ModUnban: self._unban,
            ModWarn: self._warn,
            ModStop: self._stop,
        }

    async def _mute(self, member: Member, d: ModMute) -> Answer:
        by, show = await self._changer(member)
        where = None if d.everywhere else show
        return {"mute": await self._moderating.sanctions.mute(by, PersonId(d.person), where, d.reason, d.minutes)}

    async def _unmute(self, member: Member, d: ModUnmute) -> Answer:
        by, show = await self._changer(member)
        where = None if d.everywhere else show
        return {"mute": await self._moderating.sanctions.unmute(by, PersonId(d.person), where)}

    async def _ban(self, member: Member, d: ModBan) -> Answer:
        by, show = await self._changer(member)
        person = PersonId(d.person)
        if d.everywhere:
            until_ms = until_of(d.minutes, self._clock.now_ms())
            return {"ban": await self._moderating.bans.ban(by, person, d.reason, until_ms)}
        return {"ban": await self._moderating.sanctions.ban(by, person, show, d.reason, d.minutes)}

    async def _unban(self, member: Member, d: ModUnban) -> Answer:
        by, show = await self._changer(member)
        person = PersonId(d.person)
        if d.everywhere:
            return {"ban": await self._moderating.bans.lift(by, person)}
        return {"ban": await self._moderating.sanctions.unban(by, person, show)}

    async def _warn(self, member: Member, d: ModWarn) -> Answer:
        by, show = await self._changer(member)
        return {"warning": await self._moderating.interventions.warn(by, show, d.code, d.text, d.minutes)}

    async def _stop(self, member: Member, d: ModStop) -> Answer:
        by, show = await self._changer(member)
        return {"show": await self._moderating.interventions.stop(by, show, d.code, d.reason)}
