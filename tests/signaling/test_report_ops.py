"""Reporting over the WebSocket: a line, a person, the show; refusals, pace, and the outcome that comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.system import RandomIds
from livecart.domain.ids import PersonId, ReportCaseId
from livecart.domain.limits import Rate
from livecart.domain.people import Person, Role
from livecart.domain.report import Outcome
from livecart.services.relaying import OutboxRelay
from livecart.services.report_cases import QueueWish, ReportCases, Verdict
from livecart.services.reports import Reports, ReportWish
from livecart.services.store import Page
from signaling.ports import LimitOptions
from tests.support.redis_server import RedisServer
from tests.support.room import RoomRig, open_room
from tests.support.shop import SHOW

pytestmark = pytest.mark.real
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)


@pytest.fixture
async def room(sqlite: Database, redis_url: str) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_url) as rig:
        async with rig.shop.store.write() as tx:
            await tx.people.add(MO, "", 0)
        yield rig
        assert await rig.shop.faults() == {}


async def test_whoever_reports_a_line_hears_what_became_of_it_and_nobody_else_does(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    lin, _ = await room.joined(room.lin)
    line = (await lin.ask("chat.send", text="pay me outside"))["message"]["id"]
    report = (await ana.ask("report", category="scam", message=line, text="He asks for money."))["report"]
    assert (report["kind"], report["target"], report["state"], report["show"]) == ("message", line, "open", SHOW)
    assert (await ana.ask("report", category="hate", message=line))["report"] == report
    cases = ReportCases(room.shop.store, room.clock, RandomIds())
    (case,) = (await cases.queue(MO, QueueWish(), Page(9)))[0]
    assert (case["count"], case["quote"]) == (1, "pay me outside")
    await cases.resolve(MO, ReportCaseId(case["id"]), Verdict(Outcome.NO_VIOLATION, "A joke."))
    await OutboxRelay(room.shop.store, room.log).run_once(100)
    events = await ana.until(lambda events: any(event[1] == "report" for event in events))
    (told,) = [event for event in events if event[1] == "report"]
    assert told[0] is None
    assert told[2] | {"decided_at": None} == report | {"state": "resolved", "outcome": "no_violation"}
    await lin.ask("ping")
    assert [event for event in lin.events if event[1] == "report"] == []


async def test_the_socket_and_http_ask_the_same_use_case(room: RoomRig) -> None:
    ana, _ = await room.joined(room.ana)
    over_socket = (await ana.ask("report", category="scam"))["report"]
    over_http = await Reports(room.shop.store, room.clock, RandomIds()).report(room.ana, ReportWish(SHOW, "hate"))
    assert over_http == over_socket


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "invalid"),
        ({"category": "boring"}, "invalid"),
        ({"category": "other"}, "invalid"),
        ({"category": "other", "text": " \n "}, "invalid"),
        ({"category": "scam", "text": "x" * 501}, "invalid"),
        ({"category": "scam", "text": 7}, "invalid"),
        ({"category": "scam", "message": "m", "person": "mei"}, "invalid"),
        ({"category": "scam", "message": "nothing"}, "not_found"),
        ({"category": "scam", "person": "nobody"}, "not_found"),
        ({"category": "scam", "person": "p00000"}, "own_account"),
    ],
)
async def test_what_cannot_be_reported_is_refused(room: RoomRig, body: dict[str, Any], code: str) -> None:
    ana, _ = await room.joined(room.ana)
    assert (await ana.refused("report", **body))["code"] == code


async def test_guests_and_whoever_is_in_no_show_report_nothing(room: RoomRig) -> None:
    guest, _ = await room.joined(None)
    assert (await guest.refused("report", category="scam"))["code"] == "unauthenticated"
    outside = await room.connect(room.ana)
    assert (await outside.refused("report", category="scam"))["code"] == "not_joined"


async def test_one_person_reports_so_often_and_not_more(sqlite: Database, redis_server: RedisServer) -> None:
    limits = LimitOptions(reports_per_person=Rate(1, 2))
    async with open_room(sqlite, redis_server.url, limits=limits) as room:
        ana, _ = await room.joined(room.ana)
        codes = [(await ana.refused("report", category="boring"))["code"] for _ in range(3)]
        assert codes == ["invalid", "invalid", "rate_limited"]
