"""The operation `report`: the same use case as HTTP's."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from livecart.services.reports import ReportWish
from signaling.chat_ops import Asked
from signaling.messages import Body
from signaling.ports import Member, UseCases
from signaling.report_messages import ReportMake

Answer = dict[str, Any]


class ReportOps:
    def __init__(self, use_cases: UseCases, asked: Asked) -> None:
        self._reports = use_cases.reports
        self._asked = asked

    def table(self) -> dict[type[Body], Callable[[Any, Any], Awaitable[Answer]]]:
        return {ReportMake: self._report}

    async def _report(self, member: Member, d: ReportMake) -> Answer:
        person, show = await self._asked(member)
        wish = ReportWish(show, d.category, d.text, d.message, d.person)
        return {"report": await self._reports.report(person, wish)}
