"""Coming to the desk and leaving it. Who is there is told what changes in the desk's lists, beside any show's news."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.domain.people import Permission
from livecart.services.ports import Clock
from signaling.desk_messages import DeskJoin, DeskLeave
from signaling.errors import guest_refused
from signaling.hub import Hub
from signaling.messages import Body
from signaling.ports import Member

Answer = dict[str, Any]


class DeskOps:
    def __init__(self, hub: Hub, clock: Clock) -> None:
        self._hub = hub
        self._clock = clock

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {DeskJoin: self._join, DeskLeave: self._leave}

    async def _join(self, member: Member, _: DeskJoin) -> Answer:
        """Coming twice is no error. Raises ForbiddenError for whoever is no moderator."""
        if member.person is None:
            raise guest_refused()
        member.person.require(Permission.REVIEW_TOPIC)
        self._hub.sit_down(member)
        return {"now_ms": self._clock.now_ms()}

    async def _leave(self, member: Member, _: DeskLeave) -> Answer:
        self._hub.stand_up(member)
        return {}
