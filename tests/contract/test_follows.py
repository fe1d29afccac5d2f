"""Who follows whom, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.errors import ConflictError, LimitedError, NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.services.follows import COUNT_KEPT_MS, Follows
from tests.support.shop import Shop, open_shop

MEI = Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)
HERE = "127.0.0.1"


class FollowLimit:
    def __init__(self) -> None:
        self.counted: list[tuple[str, str, str]] = []
        self.used_up = False

    async def check(self, name: str, key: str, *, address: str) -> None:
        if self.used_up:
            raise LimitedError("too many")

    async def count(self, name: str, key: str, *, address: str) -> None:
        self.counted.append((name, key, address))


def follows_of(shop: Shop, limit: FollowLimit | None = None) -> Follows:
    return Follows(shop.store, shop.clock, limit or FollowLimit())


async def test_following_again_keeps_since_when_and_unfollowing_again_is_no_fault(database: Database) -> None:
    async with open_shop(database) as shop:
        follows, ana = follows_of(shop), shop.buyers[0]
        first = await follows.follow(ana, "MEI", address=HERE)
        assert (first.person.id, first.followers, first.since_ms) == ("mei", 1, shop.clock.ms)
        shop.clock.ms += 5
        assert await follows.follow(ana, "mei", address=HERE) == first
        assert await follows.see(ana, "mei") == first
        assert (await follows.see(shop.buyers[1], "mei")).since_ms is None
        assert (await follows.see(None, "mei")).followers == 1
        for _ in range(2):
            gone = await follows.unfollow(ana, "mei", address=HERE)
            assert (gone.followers, gone.since_ms) == (0, None)


async def test_a_crowd_that_follows_at_once_is_counted_once_each(database: Database) -> None:
    async with open_shop(database, buyers=5) as shop:
        follows = follows_of(shop)
        await asyncio.gather(*(follows.follow(each, "mei", address=HERE) for each in (*shop.buyers, *shop.buyers)))
        assert (await follows.see(None, "mei")).followers == 5


async def test_a_count_is_believed_for_a_moment(database: Database) -> None:
    async with open_shop(database) as shop:
        one, other = follows_of(shop), follows_of(shop)
        assert (await other.see(None, "mei")).followers == 0
        await one.follow(shop.buyers[0], "mei", address=HERE)
        assert (await other.see(None, "mei")).followers == 0
        shop.clock.ms += COUNT_KEPT_MS
        assert (await other.see(None, "mei")).followers == 1


async def test_nobody_follows_himself_or_somebody_who_is_not_there(database: Database) -> None:
    async with open_shop(database) as shop:
        follows = follows_of(shop)
        with pytest.raises(ConflictError) as refused:
            await follows.follow(MEI, "mei", address=HERE)
        assert refused.value.code == "own_account"
        for call in (follows.follow, follows.unfollow):
            with pytest.raises(NotFoundError):
                await call(shop.buyers[0], "nobody", address=HERE)
        with pytest.raises(NotFoundError):
            await follows.see(None, "nobody")


async def test_following_to_and_fro_is_limited(database: Database) -> None:
    async with open_shop(database) as shop:
        limit = FollowLimit()
        follows, ana = follows_of(shop, limit), shop.buyers[0]
        await follows.follow(ana, "mei", address=HERE)
        assert limit.counted == [("follow", ana.id, HERE)]
        limit.used_up = True
        for call in (follows.follow, follows.unfollow):
            with pytest.raises(LimitedError):
                await call(ana, "mei", address=HERE)
        assert (await follows.see(ana, "mei")).since_ms is not None
