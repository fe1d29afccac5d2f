"""Bans and ended sessions on both engines: who is refused, until when, and what is kept of it."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from livecart.adapters.passwords import Argon2Passwords
from livecart.adapters.session_reader import SessionReader
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import bans as bans_table
from livecart.adapters.system import RandomIds
from livecart.adapters.tokens import RandomTokens
from livecart.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    LivecartError,
    NotFoundError,
    UnavailableError,
)
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.domain.sessions import SESSIONS_CHANGED, Ending
from livecart.services.accounts import SESSION_MS, Accounts
from livecart.services.bans import NEGOTIATING_MS, Bans
from tests.support.shop import Shop, open_shop

PASSWORD = "a good password"


class NoLimits:
    def check(self, name: str, key: str, *, address: str) -> None: ...

    def count(self, name: str, key: str, *, address: str) -> None: ...


class Kicked:
    """The media processes; `away` makes them fail."""

    def __init__(self) -> None:
        self.people: list[str] = []
        self.away = False

    async def kick(self, holder: PersonId) -> None:
        if self.away:
            raise LivecartError("away")
        self.people.append(holder)


class People:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.clock = shop.clock
        self.bans = Bans(shop.store, shop.clock, RandomIds())
        self._passwords = Argon2Passwords()
        self.accounts = Accounts(shop.store, shop.clock, RandomIds(), self._passwords, RandomTokens(), NoLimits())

    async def add(self, handle: str, role: Role = Role.VIEWER) -> Person:
        return await self.accounts.add(handle, PASSWORD, handle, role)

    async def log_in(self, person: Person) -> str:
        return (await self.accounts.log_in(person.handle, PASSWORD, address="127.0.0.1"))[1]

    async def news(self) -> list[str]:
        async with self.shop.store.read() as tx:
            waiting = await tx.outbox.unpublished(1_000)
        return [str(event.person) for _, event in waiting if event.type == SESSIONS_CHANGED]


async def test_a_banned_person_is_refused_everywhere_until_the_ban_is_over(database: Database) -> None:
    async with open_shop(database) as shop:
        people = People(shop)
        ana, mo = await people.add("ana"), await people.add("mo", Role.MODERATOR)
        token = await people.log_in(ana)
        held = await people.accounts.session(token)
        assert held is not None
        view = await people.bans.ban(mo, ana.id, "spam", shop.clock.ms + 60_000)
        assert (view["user"]["id"], view["by"]["id"], view["reason"]) == (ana.id, mo.id, "spam")
        assert await people.accounts.authenticate(token) is None
        assert await people.accounts.ended([held]) == {held.session: Ending.BANNED}
        assert await people.news() == [ana.id]
        with pytest.raises(ForbiddenError, match="spam") as refused:
            await people.log_in(ana)
        assert refused.value.code == "banned"
        shop.clock.ms += 60_000
        assert await people.accounts.authenticate(token) is None, "the old session stays over"
        assert await people.accounts.authenticate(await people.log_in(ana)) == ana


async def test_a_session_opened_while_the_ban_was_written_opens_nothing(database: Database) -> None:
    async with open_shop(database) as shop:
        people = People(shop)
        ana = await people.add("ana")
        await people.bans.ban(None, ana.id, "spam")
        tokens = RandomTokens()
        async with shop.store.write() as tx:
            await tx.sessions.add(tokens.digest("late"), ana.id, shop.clock.ms, shop.clock.ms + SESSION_MS)
        assert await people.accounts.authenticate("late") is None


async def test_tokens_of_many_are_looked_up_in_one_statement_and_each_gets_its_own_answer(database: Database) -> None:
    async with open_shop(database) as shop:
        people = People(shop)
        ana, bo, gone = await people.add("ana"), await people.add("bo"), await people.add("gone")
        tokens = [await people.log_in(person) for person in (ana, bo, gone)]
        await people.bans.ban(None, gone.id, "spam")
        reader = SessionReader(people.accounts)
        await reader.start()
        before = database.statements
        found = await asyncio.gather(*(reader.session(token) for token in [*tokens, "unknown", tokens[0]]))
        assert database.statements == before + 1
        assert [None if each is None else each.person for each in found] == [ana, bo, None, None, ana]
        await reader.close()
        with pytest.raises(UnavailableError):
            await reader.session(tokens[0])


async def test_a_lifted_ban_is_kept_as_a_record(database: Database) -> None:
    async with open_shop(database) as shop:
        people = People(shop)
        ana, mo = await people.add("ana"), await people.add("mo", Role.MODERATOR)
        await people.bans.ban(mo, ana.id, "first", shop.clock.ms + 1_000)
        await people.bans.ban(None, ana.id, "second")
        lifted = await people.bans.lift(mo, ana.id)
        assert (lifted["reason"], lifted["until"], lifted["by"]) == ("second", None, None)
        assert await people.log_in(ana)
        with pytest.raises(ConflictError) as refused:
            await people.bans.lift(mo, ana.id)
        assert refused.value.code == "not_banned"
        rows = await shop.rows(bans_table)
        assert {(row.reason, row.by_id, row.lifted_by_id, row.lifted_at_ms) for row in rows} == {
            ("first", mo.id, mo.id, shop.clock.ms),
            ("second", None, mo.id, shop.clock.ms),
        }


async def test_who_may_ban_whom(database: Database) -> None:
    async with open_shop(database) as shop:
        people = People(shop)
        ana, mo, root = (
            await people.add("ana"),
            await people.add("mo", Role.MODERATOR),
            await people.add("root", Role.ADMIN),
        )
        other = await people.add("mu", Role.MODERATOR)
        refused: list[tuple[Person, PersonId, str, Any, type[LivecartError]]] = [
            (ana, PersonId("nobody"), "", None, ForbiddenError),
            (mo, PersonId("nobody"), "spam", None, NotFoundError),
            (mo, other.id, "spam", None, ForbiddenError),
            (mo, root.id, "spam", None, ForbiddenError),
            (root, root.id, "spam", None, ConflictError),
            (mo, ana.id, " ", None, InvalidError),
            (mo, ana.id, "x" * 501, None, InvalidError),
            (mo, ana.id, "spam", shop.clock.ms, InvalidError),
        ]
        for by, whom, reason, until, kind in refused:
            with pytest.raises(kind):
                await people.bans.ban(by, whom, reason, until)
        assert await shop.rows(bans_table) == []
        assert await people.bans.ban(root, other.id, "spam")


async def test_media_sessions_are_closed_until_none_can_be_under_way_any_more(database: Database) -> None:
    async with open_shop(database) as shop:
        people, media = People(shop), Kicked()
        ana = await people.add("ana")
        await people.bans.ban(None, ana.id, "spam")
        gateway = cast("Any", media)
        media.away = True
        with pytest.raises(LivecartError):
            await people.bans.enforce(gateway)
        media.away = False
        await people.bans.enforce(gateway)
        shop.clock.ms += NEGOTIATING_MS + 1
        await people.bans.enforce(gateway)
        await people.bans.enforce(gateway)
        assert media.people == [ana.id, ana.id]


async def test_a_log_out_and_a_reset_are_told(database: Database) -> None:
    async with open_shop(database) as shop:
        people = People(shop)
        ana = await people.add("ana")
        phone, tab = await people.log_in(ana), await people.log_in(ana)
        held = [await people.accounts.session(token) for token in (phone, tab)]
        sessions = [each for each in held if each is not None]
        await people.accounts.log_out(tab)
        await people.accounts.log_out(tab)
        assert await people.news() == [ana.id]
        assert await people.accounts.ended(sessions) == {sessions[1].session: Ending.SIGNED_OUT}
        await people.accounts.set_password("ana", PASSWORD)
        assert len(await people.news()) == 2
        shop.clock.ms += SESSION_MS
        assert set((await people.accounts.ended(sessions)).values()) == {Ending.EXPIRED}
