"""The desk's news: told to moderators who sit at it, over every process's bus, and to nobody else."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import insert

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import people
from livecart.adapters.system import RandomIds
from livecart.domain.ids import PersonId, TopicId
from livecart.domain.people import Person, Role
from livecart.domain.topic import TopicText
from livecart.services.relaying import OutboxRelay
from livecart.services.shows import Shows
from livecart.services.topics import TopicReview
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MEI, Peer, RoomRig, open_room
from tests.support.shop import SHOW
from tests.support.wire import typed_event

pytestmark = pytest.mark.real
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "en", None, ())


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        async with sqlite.write() as connection:
            row = {"id": MO.id, "handle": "mo", "display_name": "Mo", "role": "moderator"}
            await connection.execute(insert(people).values(**row, password_hash="", created_at_ms=0))
        yield rig


class Review:
    """A creator and moderators, as HTTP would run them, and the relay."""

    def __init__(self, room: RoomRig) -> None:
        self.topics = TopicReview(room.shop.store, room.clock, RandomIds())
        self._relay = OutboxRelay(room.shop.store, room.log)

    async def submitted(self) -> TopicId:
        made = await self.topics.propose(MEI, TEXT)
        await self.topics.submit(MEI, TopicId(made["id"]))
        await self.tell()
        return TopicId(made["id"])

    async def tell(self) -> None:
        await self._relay.run_once()


async def news(peer: Peer, count: int) -> list[tuple[str, str, str, str]]:
    events = await peer.until(lambda seen: sum(each[1] == "desk.news" for each in seen) >= count)
    found = [each for each in events if each[1] == "desk.news"]
    for each in found:
        assert each[0] is None, "it stands in no log"
        typed_event(each)
    return [(each[2]["about"], each[2]["id"], each[2]["state"], each[2]["by"]) for each in found]


async def test_a_desk_hears_what_becomes_of_topics_and_nobody_else_does(room: RoomRig) -> None:
    desk = await room.connect(MO)
    await desk.ask("desk.join")
    host, _ = await room.joined(MEI)
    viewer, _ = await room.joined(room.ana, JSON)
    elsewhere, _ = await room.joined(MO)
    review = Review(room)
    topic = await review.submitted()
    await review.topics.claim(MO, topic)
    await review.topics.approve(MO, topic)
    await review.tell()
    assert await news(desk, 3) == [
        ("topic", topic, "in_review", "mei"),
        ("topic", topic, "claimed", "mo"),
        ("topic", topic, "approved", "mo"),
    ]
    for peer in (host, viewer, elsewhere):
        await peer.ask("ping")
        assert [each[1] for each in peer.events if each[1] == "desk.news"] == []


async def test_a_draft_is_told_to_nobody(room: RoomRig) -> None:
    desk = await room.connect(MO)
    await desk.ask("desk.join")
    review = Review(room)
    await review.topics.propose(MEI, TEXT)
    topic = await review.submitted()
    assert await news(desk, 1) == [("topic", topic, "in_review", "mei")]


async def test_only_moderators_sit_down(room: RoomRig) -> None:
    for person, code in ((None, "unauthenticated"), (room.ana, "forbidden"), (MEI, "forbidden")):
        peer = await room.connect(person)
        assert (await peer.refused("desk.join"))["code"] == code
        await peer.ask("desk.leave")


async def test_who_has_left_or_gone_hears_nothing_and_coming_twice_is_one_seat(room: RoomRig) -> None:
    left, gone, twice = [await room.connect(MO) for _ in range(3)]
    for peer in (left, gone, twice, twice):
        await peer.ask("desk.join")
    await left.ask("desk.leave")
    await gone.ws.close()
    topic = await Review(room).submitted()
    assert await news(twice, 1) == [("topic", topic, "in_review", "mei")]
    await left.ask("ping")
    assert left.events == []


async def test_a_desk_may_be_in_a_show_too(room: RoomRig) -> None:
    peer = await room.connect(MO)
    await peer.ask("desk.join")
    await peer.ask("show.join", show=SHOW)
    topic = await Review(room).submitted()
    assert await news(peer, 1) == [("topic", topic, "in_review", "mei")]
    await peer.ask("show.leave")
    topic = await Review(room).submitted()
    assert (await news(peer, 2))[-1][1] == topic


async def test_a_show_that_goes_on_or_off_air_is_told(room: RoomRig) -> None:
    desk = await room.connect(MO)
    await desk.ask("desk.join")
    nothing = cast("Any", SimpleNamespace())
    shows = Shows(room.shop.store, room.clock, RandomIds(), nothing, nothing)
    for flowing in (False, True, True):
        await shows.media_reported(SHOW, flowing=flowing)
    await Review(room).tell()
    assert await news(desk, 2) == [("show", SHOW, state, "mei") for state in ("interrupted", "live")]
