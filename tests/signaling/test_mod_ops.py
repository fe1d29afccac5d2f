"""Moderating over the socket, in rooms of two processes: silence there, at once here; new sockets change nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import insert

from livecart.adapters.redis.connection import connect
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import people
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.services.assistants import Assistants
from livecart.services.relaying import OutboxRelay
from signaling.errors import CloseCode
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MEI, RoomRig, RoomSetup, open_room
from tests.support.shop import SHOW, CountedIds

pytestmark = pytest.mark.real

MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)


class Rooms:
    """Two processes of one shop, and the relay that carries news between them."""

    def __init__(self, here: RoomRig, there: RoomRig) -> None:
        self.here, self.there = here, there

    async def relay(self) -> None:
        await OutboxRelay(self.here.shop.store, self.here.log).run_once(1_000)


@asynccontextmanager
async def two_rooms(database: Database, redis: RedisServer) -> AsyncIterator[Rooms]:
    async with open_room(database, redis.url) as here:
        row = {"id": "mo", "handle": "mo", "display_name": "Mo", "role": "moderator"}
        async with database.write() as connection:
            await connection.execute(insert(people).values(row | {"password_hash": "", "created_at_ms": 0}))
        async with open_room(database, redis.url, setup=RoomSetup(branch="there")) as there:
            yield Rooms(here, there)


@pytest.fixture
async def rooms(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[Rooms]:
    async with two_rooms(sqlite, redis_server) as found:
        yield found


def muted(events: list[list[Any]]) -> list[tuple[bool, str | None]]:
    return [(event[2]["muted"], event[2]["reason"]) for event in events if event[1] == "user.muted"]


async def test_a_mute_silences_at_every_process_and_survives_new_sockets(rooms: Rooms) -> None:
    mei, _ = await rooms.here.joined(MEI)
    ana, answer = await rooms.there.joined(rooms.there.ana, JSON)
    assert answer["you"]["muted"] is None
    made = (await mei.ask("mod.mute", person=rooms.there.ana.id, minutes=10, reason="insults"))["mute"]
    assert (made["kind"], made["show"], made["by"]["id"]) == ("mute", SHOW, "mei")
    await rooms.relay()
    await ana.until(lambda events: len(muted(events)) >= 2)
    assert sorted(muted(ana.events), key=str) == [(True, "insults"), (True, None)]
    await mei.until(lambda events: muted(events) == [(True, None)])
    await rooms.there.moderating.standings.look()
    refused = await ana.refused("chat.send", text="hi")
    assert (refused["code"], refused["retryable"], refused["retry_after_ms"]) == ("muted", False, 600_000)
    assert (refused["errors"]["where"], refused["errors"]["reason"]) == ("show", "insults")
    for rig in (rooms.here, rooms.there):
        tab, again = await rig.joined(rig.ana)
        assert (again["you"]["muted"]["reason"], again["you"]["muted"]["everywhere"]) == ("insults", False)
        assert (await tab.refused("chat.send", text="hi"))["code"] == "muted"
    await mei.ask("mod.unmute", person=rooms.there.ana.id)
    await rooms.relay()
    await rooms.there.moderating.standings.look()
    assert (await ana.ask("chat.send", text="sorry"))["message"]["text"] == "sorry"


async def test_a_redis_that_forgot_everything_frees_nobody(rooms: Rooms, redis_server: RedisServer) -> None:
    mei, _ = await rooms.here.joined(MEI)
    await mei.ask("mod.mute", person=rooms.here.ana.id, reason="insults")
    redis = connect(redis_server.url)
    await redis.flushall()
    await redis.aclose()
    # Nothing was relayed: what the other process knows it has read from SQL.
    await rooms.there.moderating.standings.look()
    _, answer = await rooms.there.joined(rooms.there.ana)
    assert (answer["you"]["muted"]["until"], answer["you"]["muted"]["reason"]) == (None, "insults")


async def test_who_is_banned_from_a_show_is_put_out_of_it_at_every_process(rooms: Rooms) -> None:
    mei, _ = await rooms.here.joined(MEI)
    ana, _ = await rooms.there.joined(rooms.there.ana)
    lin, _ = await rooms.there.joined(rooms.there.lin)
    guest, _ = await rooms.there.joined()
    await mei.ask("mod.ban", person=rooms.there.ana.id, minutes=60, reason="threats")
    await rooms.relay()
    assert await ana.closed() == CloseCode.BANNED_FROM_SHOW
    assert await lin.ask("ping")
    back = await rooms.there.connect(rooms.there.ana)
    assert (await back.refused("show.join", show=SHOW))["code"] == "banned_from_show"
    # Where she was is noted: she does not come back as a guest, to any process, and whoever is in stays.
    await rooms.relay()
    for rig in (rooms.here, rooms.there):
        await rig.moderating.standings.look()
        stranger = await rig.connect()
        assert (await stranger.refused("show.join", show=SHOW))["code"] == "banned_address"
    assert await guest.ask("ping")
    await mei.ask("mod.unban", person=rooms.there.ana.id)
    await rooms.relay()
    await rooms.there.moderating.standings.look()
    await back.ask("show.join", show=SHOW)
    assert (await mei.refused("mod.unban", person=rooms.there.ana.id))["code"] == "not_banned"


async def test_a_guest_and_a_viewer_moderate_nothing(rooms: Rooms) -> None:
    lin, _ = await rooms.here.joined(rooms.here.lin)
    guest, _ = await rooms.here.joined()
    target = rooms.here.ana.id
    for op, body in (
        ("mod.mute", {"person": target, "reason": "x"}),
        ("mod.mute", {"person": target, "reason": "x", "everywhere": True}),
        ("mod.ban", {"person": target, "reason": "x"}),
        ("mod.ban", {"person": target, "reason": "x", "everywhere": True}),
        ("mod.unmute", {"person": target}),
        ("mod.unban", {"person": target}),
        ("mod.warn", {"code": "other", "text": "x"}),
        ("mod.stop", {"code": "other", "reason": "x"}),
    ):
        assert (await lin.refused(op, **body))["code"] == "forbidden", op
        assert (await guest.refused(op, **body))["code"] == "unauthenticated", op
    assert (await lin.refused("show.join", show=SHOW))["code"] == "already_joined"
    spy = await rooms.here.connect(rooms.here.lin)
    assert (await spy.refused("show.join", show=SHOW, invisible=True))["code"] == "forbidden"


async def test_a_moderator_warns_the_host_alone_and_stops_the_show(rooms: Rooms) -> None:
    mo, _ = await rooms.here.joined(MO)
    mei, _ = await rooms.there.joined(MEI)
    ana, _ = await rooms.there.joined(rooms.there.ana)
    warning = (await mo.ask("mod.warn", code="misleading", text="It is no medicine."))["warning"]
    await mo.ask("mod.stop", code="restricted_goods", reason="Prescription drugs.")
    await rooms.relay()
    await mei.until(lambda events: {"host.warned", "show.stopped", "show.state"} <= {event[1] for event in events})
    await ana.until(lambda events: any(event[1] == "show.state" for event in events))
    told = {event[1]: event[2] for event in mei.events}
    assert told["host.warned"] == warning
    assert told["show.stopped"]["reason"] == "Prescription drugs."
    assert told["show.state"] == {"state": "ended", "cause": "stopped"}
    assert {event[1] for event in ana.events if event[1].startswith(("host", "show"))} == {"show.state"}
    assert rooms.here.media.ended == [SHOW]
    assert (await ana.refused("chat.send", text="why?"))["code"] == "show_ended"


async def test_who_comes_in_invisibly_is_neither_counted_nor_told_of(rooms: Rooms) -> None:
    ana, _ = await rooms.here.joined(rooms.here.ana)
    spy = await rooms.here.connect(MO)
    answer = await spy.ask("show.join", show=SHOW, invisible=True)
    assert {"stop", "unseen", "warn"} <= set(answer["you"]["duties"])
    await rooms.here.connect(rooms.here.lin)
    await ana.ask("chat.send", text="alone?")
    await ana.until(lambda events: any(event[1] == "viewers" for event in events))
    counts = {event[2]["count"] for event in ana.events if event[1] == "viewers"}
    arrived = [name for event in ana.events if event[1] == "notice" for name in event[2]["names"]]
    assert (counts, "Mo" in arrived) == ({1}, False)
    await spy.until(lambda events: any(event[1] == "chat" for event in events))


async def test_an_appointment_reaches_whoever_is_in_the_room_and_ends_there(rooms: Rooms) -> None:
    lin, answer = await rooms.there.joined(rooms.there.lin)
    ana, _ = await rooms.there.joined(rooms.there.ana)
    assert answer["you"]["duties"] == []
    rig = rooms.here
    assistants = Assistants(rig.shop.store, rig.clock, CountedIds("a"), rig.moderating.standings)
    await assistants.appoint(MEI, SHOW, rooms.there.lin.handle, ["mute", "delete", "pin", "products", "held"])
    await rooms.relay()
    await lin.until(lambda events: any(event[1] == "you.duties" for event in events))
    said = (await ana.ask("chat.send", text="buy elsewhere"))["message"]["id"]
    assert (await lin.ask("chat.delete", message=said))["deleted"] == {"id": said, "by": "assistant"}
    await lin.ask("mod.mute", person=rooms.there.ana.id, minutes=1, reason="advertising")
    assert (await lin.refused("mod.ban", person=rooms.there.ana.id, reason="x"))["code"] == "forbidden"
    assert (await lin.ask("product.show", product=None))["show"]["creator"]["id"] == "mei"
    await assistants.dismiss(MEI, SHOW, rooms.there.lin.id)
    await rooms.relay()
    await lin.until(lambda events: [event[2]["duties"] for event in events if event[1] == "you.duties"][-1] == [])
    assert (await lin.refused("mod.unmute", person=rooms.there.ana.id))["code"] == "forbidden"
