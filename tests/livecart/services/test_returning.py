from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from livecart.adapters.tokens import RandomTokens
from livecart.domain.events import SESSIONS_CHANGED, ShowEvent
from livecart.domain.ids import EventId, PersonId
from livecart.domain.people import Person, Role
from livecart.domain.sessions import Ending, SignedIn
from livecart.services.returning import CALM, REMEMBERED_MS, ReturningPeople
from tests.support.shop import START_MS, SetClock

ANA = Person(PersonId("ana"), "ana", "Ana", Role.VIEWER)
EXPIRES_MS = START_MS + 10_000_000


def news_of(person: PersonId) -> ShowEvent:
    return ShowEvent(EventId("1"), None, SESSIONS_CHANGED, {}, 1, person)


class Sql:
    """Everybody with a token in `alive` is Ana; counts how often it was asked."""

    def __init__(self) -> None:
        self.alive = {"hers", "another"}
        self.asked = 0

    async def session(self, token: str) -> SignedIn | None:
        self.asked += 1
        return SignedIn(ANA, RandomTokens().digest(token), EXPIRES_MS) if token in self.alive else None

    async def ended(self, held: Sequence[SignedIn]) -> Mapping[str, Ending]:
        alive = {RandomTokens().digest(token) for token in self.alive}
        return {each.session: Ending.SIGNED_OUT for each in held if each.session not in alive}


class Rig:
    def __init__(self) -> None:
        self.sql = Sql()
        self.clock = SetClock()
        self.hears = True
        self.people = ReturningPeople(self.sql, RandomTokens(), self.clock, lambda: self.hears)

    async def storm(self, token: str = "hers") -> int:
        """Many come; how often SQL was asked for those of them who came after the first."""
        for _ in range(int(CALM.burst)):
            await self.people.session(token)
        before = self.sql.asked
        for _ in range(100):
            await self.people.session(token)
        return self.sql.asked - before


@pytest.fixture
def rig() -> Rig:
    return Rig()


async def test_in_a_storm_nobody_is_asked_for_who_was_there_a_moment_ago(rig: Rig) -> None:
    assert await rig.storm() == 0
    found = await rig.people.session("hers")
    assert found is not None
    assert found.person == ANA


async def test_as_long_as_few_come_sql_says_who_they_are(rig: Rig) -> None:
    await rig.people.session("hers")
    rig.sql.alive.clear()
    assert await rig.people.session("hers") is None


async def test_strangers_and_unknown_tokens_are_asked_for_even_in_a_storm(rig: Rig) -> None:
    await rig.storm()
    assert await rig.people.session("another") is not None
    asked = rig.sql.asked
    assert await rig.people.session("nobody's") is None
    assert await rig.people.session("nobody's") is None
    assert rig.sql.asked == asked + 2


async def test_news_of_a_person_ends_what_was_remembered(rig: Rig) -> None:
    await rig.storm()
    rig.sql.alive.clear()
    rig.people.heard(news_of(PersonId("bo")))
    assert await rig.people.session("hers") is not None
    rig.people.heard(news_of(ANA.id))
    assert await rig.people.session("hers") is None


async def test_what_was_read_while_news_came_is_not_remembered(rig: Rig) -> None:
    ask = rig.sql.session

    async def read(token: str) -> SignedIn | None:
        found = await ask(token)
        rig.people.heard(news_of(ANA.id))
        return found

    rig.sql.session = read  # type: ignore[method-assign]
    assert await rig.storm() == 100


async def test_a_process_that_hears_no_news_asks_for_everybody(rig: Rig) -> None:
    rig.hears = False
    assert await rig.storm() == 100


async def test_a_session_is_remembered_while_it_is_known_to_be_alive(rig: Rig) -> None:
    found = await rig.people.session("hers")
    assert found is not None
    rig.clock.ms += REMEMBERED_MS - 1
    assert await rig.people.ended([found]) == {}
    rig.clock.ms += REMEMBERED_MS - 1
    assert await rig.storm() == 0
    rig.sql.alive.clear()
    assert await rig.people.ended([found]) == {found.session: Ending.SIGNED_OUT}
    assert await rig.people.session("hers") is None


async def test_a_session_is_not_remembered_past_its_end_or_for_ever(rig: Rig) -> None:
    await rig.people.session("hers")
    rig.clock.ms += REMEMBERED_MS
    assert await rig.storm("another") == 0
    rig.sql.alive.clear()
    assert await rig.people.session("hers") is None
