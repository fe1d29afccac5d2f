from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from livecart.adapters.redis.connection import connect
from livecart.adapters.redis.news import PERSON_CHANNEL, NotNews, person_key, read_people, show_key, unnumbered
from livecart.adapters.redis.show_log import PERSONAL_KEPT, PERSONAL_S, TOLD_TOGETHER, RedisShowLog
from livecart.domain.errors import UnavailableError
from livecart.domain.events import SESSIONS_CHANGED, LogPosition, ShowEvent
from livecart.domain.ids import EventId, PersonId, ShowId
from tests.support.redis_server import RedisServer

pytestmark = pytest.mark.real


def chat(show: ShowId, name: str) -> ShowEvent:
    return ShowEvent(EventId(name), show, "chat", {"text": f"你好 {name}", "n": [1, None, 2.5]}, 1_000)


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = connect(redis_url)
    yield client
    await client.aclose()


@pytest.fixture
def show() -> ShowId:
    return ShowId(secrets.token_hex(8))


async def test_concurrent_publishers_get_numbers_without_a_gap(redis: Redis, redis_url: str, show: ShowId) -> None:
    other = connect(redis_url)
    logs = [RedisShowLog(redis), RedisShowLog(other)]
    places = await asyncio.gather(*(logs[n % 2].publish(chat(show, f"e{n}")) for n in range(200)))
    assert sorted(place.seq for place in places) == list(range(1, 201))
    assert len({place.epoch for place in places}) == 1
    kept = await logs[0].since(show, LogPosition(places[0].epoch, 0))
    assert kept is not None
    assert [event.position.seq for event in kept] == list(range(1, 201))
    await other.aclose()


async def test_an_event_comes_out_as_it_went_in(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis)
    place = await log.publish(chat(show, "e1"))
    kept = await log.since(show, LogPosition(place.epoch, 0))
    assert kept is not None
    assert [event.event for event in kept] == [chat(show, "e1")]


async def test_many_are_told_at_once_each_in_its_own_way(redis: Redis, show: ShowId) -> None:
    """A log that Redis has never seen the script of, twice the same event, one for a person and one of another show."""
    log, other = RedisShowLog(redis), ShowId(secrets.token_hex(8))
    await redis.script_flush()
    own = ShowEvent(EventId("own"), None, "wallet", {}, 1, PersonId("p"))
    async with redis.pubsub() as listening:
        await listening.subscribe(PERSON_CHANNEL)
        await listening.get_message(timeout=2)
        places = await log.tell([chat(show, "e1"), own, chat(show, "e2"), chat(other, "e1"), chat(show, "e1")])
        heard = await listening.get_message(timeout=2)
    assert [place and place.seq for place in places] == [1, None, 2, 1, 1]
    assert heard is not None
    assert b"wallet" in heard["data"]
    with pytest.raises(ValueError, match="neither"):
        await log.tell([ShowEvent(EventId("e"), None, "wallet", {}, 1)])


async def test_what_many_people_are_told_is_heard_in_order_from_a_few_messages(redis: Redis) -> None:
    log, people = RedisShowLog(redis), [PersonId(secrets.token_hex(8)) for _ in range(TOLD_TOGETHER)]
    told = [
        ShowEvent(EventId(f"o{n}"), None, "order", {"id": n, "title": "口红"}, n, person)
        for n, person in enumerate([*people, people[0], people[1]])
    ]
    async with redis.pubsub() as listening:
        await listening.subscribe(PERSON_CHANNEL)
        await listening.get_message(timeout=2)
        await log.tell(told)
        await log.announce(ShowEvent(EventId("s"), None, SESSIONS_CHANGED, {}, 1, people[0]))
        messages = [await listening.get_message(timeout=2) for _ in range(3)]
    heard = [read_people(message["data"]) for message in messages if message is not None]
    assert [len(events) for events in heard] == [TOLD_TOGETHER, 2, 1]
    assert [event for events in heard for event in events][:-1] == told
    # As jobs of an older version say it.
    assert read_people(unnumbered(told[0])) == told[:1]
    for strange in (b"- - not ours", b"not ours"):
        with pytest.raises(NotNews):
            read_people(strange)


async def test_what_a_person_alone_was_told_is_kept_for_him_each_once_and_not_for_good(redis: Redis) -> None:
    log, ana, lin = RedisShowLog(redis), PersonId(secrets.token_hex(8)), PersonId(secrets.token_hex(8))

    def order(number: int) -> ShowEvent:
        return ShowEvent(EventId(f"o{number}"), None, "order", {"id": str(number)}, number, ana)

    await log.tell([order(1), order(2)])
    await log.announce(order(3))
    await log.tell([order(3), ShowEvent(EventId("s"), None, SESSIONS_CHANGED, {}, 1, ana)])
    assert await log.personal(ana) == [order(1), order(2), order(3)]
    assert await log.personal(lin) == []
    assert 0 < await redis.ttl(person_key(ana)) <= PERSONAL_S
    await log.tell([order(number) for number in range(4, 100)])
    assert [event.at_ms for event in await log.personal(ana)] == list(range(100 - PERSONAL_KEPT, 100))
    await redis.xadd(person_key(lin), {"e": b"not ours"})
    assert await log.personal(lin) == []


async def test_an_event_for_one_epoch_is_not_published_in_another(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis)
    place = await log.publish(chat(show, "e1"))
    assert await log.publish(chat(show, "e2"), epoch="another") == place
    assert await log.since(show, place) == []
    assert (await log.publish(chat(show, "e2"), epoch=place.epoch)).seq == 2


async def test_the_same_id_keeps_its_number_and_is_told_once(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis)
    first = await log.publish(chat(show, "e1"))
    await log.publish(chat(show, "e2"))
    assert await log.publish(chat(show, "e1")) == first
    assert (await log.position(show)).seq == 2
    assert await redis.xlen(show_key(show, "log")) == 2


async def test_what_was_trimmed_is_not_told_in_part(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis, kept=10)
    for number in range(15):
        place = await log.publish(chat(show, f"e{number}"))
    assert await log.since(show, LogPosition(place.epoch, 4)) is None
    kept = await log.since(show, LogPosition(place.epoch, 5))
    assert kept is not None
    assert [event.position.seq for event in kept] == list(range(6, 16))
    assert await log.since(show, place) == []


async def test_a_position_ahead_of_the_log_or_of_another_epoch_is_gone(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis)
    place = await log.publish(chat(show, "e1"))
    assert await log.since(show, LogPosition(place.epoch, 9)) is None
    assert await log.since(show, LogPosition("another", 1)) is None


async def test_a_flushed_log_starts_a_new_epoch(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis)
    old = await log.publish(chat(show, "e1"))
    for part in ("seq", "log", "seen", "epoch"):
        await redis.delete(show_key(show, part))
    assert await log.since(show, old) is None
    new = await log.publish(chat(show, "e2"))
    assert new.seq == 1
    assert new.epoch != old.epoch


@pytest.mark.parametrize("lost", ["seq", "log", "epoch"])
async def test_a_log_that_lost_one_key_never_tells_a_wrong_story(redis: Redis, show: ShowId, lost: str) -> None:
    log = RedisShowLog(redis)
    old = await log.publish(chat(show, "e1"))
    await redis.delete(show_key(show, lost))
    new = await log.publish(chat(show, "e2"))
    assert await log.since(show, LogPosition(old.epoch, 0)) is None
    later = await log.publish(chat(show, "e3"))
    assert later == LogPosition(new.epoch, new.seq + 1)


async def test_a_server_that_was_restored_from_a_copy_starts_a_new_epoch(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis)
    old = await log.publish(chat(show, "e1"))
    # As another server's run id would have it: the copy is one event behind what viewers have seen.
    await redis.set(show_key(show, "epoch"), "0" * 12 + old.epoch[12:])
    new = await log.publish(chat(show, "e2"))
    assert new.seq == 1
    assert new.epoch != old.epoch


async def test_asking_for_the_position_of_an_unknown_show_makes_its_epoch(redis: Redis, show: ShowId) -> None:
    log = RedisShowLog(redis)
    place = await log.position(show)
    assert place.seq == 0
    assert await log.position(show) == place
    assert (await log.publish(chat(show, "e1"))) == LogPosition(place.epoch, 1)


async def test_every_key_of_a_show_is_tagged_and_expires(redis: Redis, show: ShowId) -> None:
    await RedisShowLog(redis).publish(chat(show, "e1"))
    keys = [key async for key in redis.scan_iter(f"*{show}*")]
    assert len(keys) == 4
    for key in keys:
        assert f"{{{show}}}".encode() in key
        assert await redis.ttl(key) > 0


async def test_an_event_without_a_show_cannot_be_numbered(redis: Redis) -> None:
    log = RedisShowLog(redis)
    with pytest.raises(ValueError, match="announce"):
        await log.publish(ShowEvent(EventId("e"), None, "wallet", {}, 1, PersonId("p")))
    with pytest.raises(ValueError, match="neither"):
        await log.announce(ShowEvent(EventId("e"), None, "wallet", {}, 1))


async def test_a_server_that_is_away_is_unavailable(redis_server: RedisServer, show: ShowId) -> None:
    client = connect(redis_server.url)
    log = RedisShowLog(client)
    await log.publish(chat(show, "e1"))
    redis_server.stop()
    for attempt in (log.publish(chat(show, "e2")), log.position(show), log.since(show, LogPosition("e", 0))):
        with pytest.raises(UnavailableError):
            await attempt
    redis_server.start()
    assert (await log.publish(chat(show, "e3"))).seq == 1
    await client.aclose()
