"""What pages tell of how they show the stage, the host's captions, and who speaks: who is told, and what is refused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import msgpack
import pytest

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.media_news import AWAY_S, CHANNEL, OLD_MS, MediaNews
from livecart.adapters.sql.database import Database
from livecart.adapters.system import RandomIds
from livecart.domain.errors import UnavailableError
from livecart.services.word_lists import Replacing
from tests.support.redis_server import RedisServer
from tests.support.room import JSON, MEI, Peer, RoomRig, open_room
from tests.support.shop import SHOW
from tests.support.wire import typed_event

pytestmark = pytest.mark.real

SESSION = "u6SnBhZQ0oWjVxL1rC8d2kT4mYf7EgHi5pNaRs3vJqw"


@pytest.fixture
async def room(sqlite: Database, redis_server: RedisServer) -> AsyncIterator[RoomRig]:
    async with open_room(sqlite, redis_server.url) as rig:
        rig.media.open.add((SHOW, SESSION))
        yield rig


async def told(peer: Peer, kind: str, count: int) -> list[dict[str, Any]]:
    await peer.until(lambda events: sum(event[1] == kind for event in events) >= count)
    found = [event for event in peer.events if event[1] == kind]
    for event in found:
        typed_event(event)
        assert event[0] is None
    return [event[2] for event in found]


async def test_how_large_a_page_shows_whom_reaches_the_media_process(room: RoomRig) -> None:
    guest, _ = await room.joined(None, JSON)
    await guest.ask("tiles", session=SESSION, sizes=["small", "large", "medium", "small"])
    assert room.media.arranged == [(SESSION, [0.0, 1.0, 0.5, 0.0])]
    assert (await guest.refused("tiles", session="x", sizes=["small"]))["code"] == "not_found"
    for sizes in ([], ["small"] * 5, ["tiny"], "small", [1], None):
        assert (await guest.refused("tiles", session=SESSION, sizes=sizes))["code"] == "invalid"
    outside = await room.connect()
    assert (await outside.refused("tiles", session=SESSION, sizes=["small"]))["code"] == "not_joined"
    for _ in range(8):
        await guest.ask("tiles", session=SESSION, sizes=["large"])
    assert (await guest.refused("tiles", session=SESSION, sizes=["large"]))["code"] == "rate_limited"


async def test_captions_are_the_hosts_and_are_lost_rather_than_late(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    ana, _ = await room.joined(room.ana)
    await host.ask("caption.send", text="This tea was", final=False)
    await host.ask("caption.send", text="  This tea was picked in April.  ", final=True)
    said = [{"text": "This tea was", "final": False}, {"text": "This tea was picked in April.", "final": True}]
    assert await told(ana, "caption", 2) == said
    for peer, code in ((ana, "forbidden"), ((await room.joined(None))[0], "forbidden")):
        assert (await peer.refused("caption.send", text="Buy mine", final=True))["code"] == code
    for text in ("", "x" * 201, " ", 7, None):
        assert (await host.refused("caption.send", text=text, final=True))["code"] == "invalid"
    later, snapshot = await room.joined(room.lin)
    assert "This tea" not in str(snapshot)
    assert not any(event[1] == "caption" for event in later.events)


async def test_what_the_chats_lists_catch_is_in_no_caption(room: RoomRig) -> None:
    await room.lists.put_of_show(MEI, SHOW, Replacing(b"lottery | deny"))
    await room.words.look()
    host, _ = await room.joined(MEI)
    refusal = await host.refused("caption.send", text="Join my l o t t e r y", final=True)
    assert refusal["code"] == "text_refused"
    assert "lottery" not in str(refusal)
    await host.ask("caption.send", text="Join me now", final=True)


async def test_captions_come_four_a_second(room: RoomRig) -> None:
    host, _ = await room.joined(MEI)
    for _ in range(8):
        await host.ask("caption.send", text="on and on", final=False)
    assert (await host.refused("caption.send", text="and on", final=True))["code"] == "rate_limited"


async def test_who_speaks_is_told_to_the_room_and_nonsense_is_not(room: RoomRig, redis_server: RedisServer) -> None:
    ana, _ = await room.joined(room.ana)
    redis = connect(redis_server.url)
    news = MediaNews(redis, room.log, room.clock, RandomIds())
    listening = asyncio.create_task(news.run_once())
    while not dict(await redis.pubsub_numsub(CHANNEL))[CHANNEL.encode()]:  # noqa: ASYNC110  what is waited for happens in Redis
        await asyncio.sleep(0.01)
    now_ms = room.clock.now_ms()
    news_of = {"node": "n", "type": "speaker", "show": SHOW, "session": "", "slot": 1, "at_ms": now_ms}
    for told_ in (
        news_of | {"at_ms": now_ms - OLD_MS},
        news_of | {"type": "publisher.live", "slot": 2},
        news_of | {"slot": "1"},
        {"type": "speaker"},
        [1],
        news_of,
        news_of | {"slot": None},
    ):
        await redis.publish(CHANNEL, msgpack.packb(told_))
    await redis.publish(CHANNEL, b"\xc1")
    try:
        assert await told(ana, "speaker", 2) == [{"slot": 1}, {"slot": None}]
    finally:
        room.clock.ms += 1_000
        await redis.publish(CHANNEL, b"\xc1")
        await listening
        await news.close()
        await redis.aclose()


async def test_while_redis_is_away_speakers_are_asked_for_four_times_a_second(room: RoomRig) -> None:
    redis = connect("redis://127.0.0.1:1")
    news = MediaNews(redis, room.log, room.clock, RandomIds())
    began = time.monotonic()
    for _ in range(2):
        with pytest.raises(UnavailableError):
            await news.run_once()
    assert time.monotonic() - began >= 2 * AWAY_S
    await redis.aclose()
