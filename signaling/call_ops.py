"""The operations of calls: ask and leave as a viewer; take, admit, mute, hide and end as staff."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.ids import PersonId
from signaling.call_requests import (
    CallAccept,
    CallAdmit,
    CallCancel,
    CallDecline,
    CallEnd,
    CallHide,
    CallInvite,
    CallMute,
    CallRequest,
)
from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.ports import Member, UseCases

Answer = dict[str, Any]


class CallOps:
    def __init__(self, use_cases: UseCases, caller: Asked, staff: Asked) -> None:
        self._calls = use_cases.calls
        self._caller = caller
        self._staff = staff

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {
            CallRequest: self._request,
            CallCancel: self._cancel,
            CallInvite: self._invite,
            CallAccept: self._accept,
            CallDecline: self._decline,
            CallAdmit: self._admit,
            CallMute: self._mute,
            CallHide: self._hide,
            CallEnd: self._end,
        }

    async def _request(self, member: Member, d: CallRequest) -> Answer:
        person, show = await self._caller(member)
        return {"call": await self._calls.request(person, show, d.note)}

    async def _cancel(self, member: Member, _: CallCancel) -> Answer:
        person, show = await self._caller(member)
        return {"call": await self._calls.cancel(person, show)}

    async def _invite(self, member: Member, d: CallInvite) -> Answer:
        person, show = await self._staff(member)
        return {"call": await self._calls.invite(person, show, PersonId(d.user))}

    async def _accept(self, member: Member, d: CallAccept) -> Answer:
        person, show = await self._staff(member)
        return {"call": await self._calls.accept(person, show, PersonId(d.user))}

    async def _decline(self, member: Member, d: CallDecline) -> Answer:
        person, show = await self._staff(member)
        return {"call": await self._calls.decline(person, show, PersonId(d.user), d.reason)}

    async def _admit(self, member: Member, d: CallAdmit) -> Answer:
        person, show = await self._staff(member)
        return {"call": await self._calls.admit(person, show, PersonId(d.user))}

    async def _mute(self, member: Member, d: CallMute) -> Answer:
        person, show = await self._staff(member)
        return {"call": await self._calls.mute(person, show, PersonId(d.user), muted=d.muted)}

    async def _hide(self, member: Member, d: CallHide) -> Answer:
        person, show = await self._staff(member)
        return {"call": await self._calls.hide(person, show, PersonId(d.user), hidden=d.hidden)}

    async def _end(self, member: Member, d: CallEnd) -> Answer:
        person, show = await self._staff(member)
        user = None if d.user is None else PersonId(d.user)
        return {"call": await self._calls.end(person, show, user)}
