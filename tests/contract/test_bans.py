"""Bans and ended sessions on both engines: who is refused, until when, and what is kept of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest

from livecart.adapters.passwords import Argon2Passwords
from livecart.adapters.sql.database import Database
from livecart.adapters.sql.open_sessions import SqlOpenSessions
from livecart.adapters.sql.tables import banned_addresses
from livecart.adapters.sql.tables import bans as bans_table
from livecart.adapters.system import RandomIds
from livecart.adapters.tokens import RandomTokens, address_digests
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LivecartError, NotFoundError
from livecart.domain.events import SESSIONS_CHANGED
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.domain.sessions import Ending
from livecart.services.accounts import SESSION_MS, Accounts, Credentials
from livecart.services.bans import ADDRESSES_MAX, NEGOTIATING_MS, BannedAddresses, Bans
from livecart.services.retention import Retention
from tests.support.shop import Shop, open_shop

PASSWORD = "a good password"


class NoLimits:
    async def check(self, name: str, key: str, *, address: str) -> None: ...

    async def count(self, name: str, key: str, *, address: str) -> None: ...


class Kicked:
    """The media processes; `away` makes them fail."""

    def __init__(self) -> None:
        self.people: list[str] = []
        self.away = False
        self.addresses: frozenset[str] = frozenset()

    async def kick(self, holder: PersonId, *, show: ShowId | None = None) -> frozenset[str]:
        if self.away:
            raise LivecartError("away")
        self.people.append(holder)
        return self.addresses


class People:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.clock = shop.clock
        self.addresses = self.process()
        self.bans = Bans(shop.store, shop.clock, RandomIds(), self.addresses)
        self._passwords = Argon2Passwords()
        self.sessions = SqlOpenSessions(shop.store, shop.clock)
        credentials = Credentials(self._passwords, RandomTokens(), self.sessions)
        self.accounts = Accounts(shop.store, shop.clock, RandomIds(), credentials, NoLimits())

    def process(self) -> BannedAddresses:
        """What one process knows."""
        return BannedAddresses(self.shop.store, self.shop.clock, RandomIds(), address_digests("secret"))

    async def add(self, handle: str, role: Role = Role.VIEWER) -> Person:
        return await self.accounts.add(handle, PASSWORD, handle, role)

    async def log_in(self, person: Person) -> str:
        return (await self.accounts.log_in(person.handle, PASSWORD, address="127.0.0.1"))[1]

    async def news(self) -> list[str]:
        async with self.shop.store.read() as tx:
            waiting = await tx.outbox.unpublished(1_000)
        return [str(event.person) for _, event in waiting if event.type == SESSIONS_CHANGED]


@asynccontextmanager
async def open_people(database: Database) -> AsyncIterator[People]:
    async with open_shop(database) as shop:
        people = People(shop)
        await people.sessions.start()
        yield people
        await people.sessions.close()


async def test_a_banned_person_is_refused_everywhere_until_the_ban_is_over(database: Database) -> None:
    async with open_people(database) as people:
        shop = people.shop
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
    async with open_people(database) as people:
        shop = people.shop
        ana = await people.add("ana")
        await people.bans.ban(None, ana.id, "spam")
        tokens = RandomTokens()
        async with shop.store.write() as tx:
            await tx.sessions.add(tokens.digest("late"), ana.id, shop.clock.ms, shop.clock.ms + SESSION_MS)
        assert await people.accounts.authenticate("late") is None


async def test_a_lifted_ban_is_kept_as_a_record(database: Database) -> None:
    async with open_people(database) as people:
        shop = people.shop
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
    async with open_people(database) as people:
        shop = people.shop
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
    async with open_people(database) as people:
        shop, media = people.shop, Kicked()
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
    async with open_people(database) as people:
        shop = people.shop
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


HOME, HOME_6 = "192.0.2.7", "2001:db8:1:2::7"


async def test_guests_from_where_a_banned_person_was_are_refused_until_the_ban_is_over(database: Database) -> None:
    async with open_people(database) as people:
        shop = people.shop
        other_process = people.process()
        ana = await people.add("ana")
        await people.addresses.note(ana.id, [HOME])
        assert not people.addresses.refuses(HOME), "she is not banned"
        await people.bans.ban(None, ana.id, "spam", shop.clock.ms + 60_000)
        await people.addresses.note(ana.id, [HOME, HOME_6, "", "unknown"])
        assert await people.news() == [ana.id, ana.id], "other processes are told to look"
        await people.addresses.note(ana.id, [HOME])
        assert len(await people.news()) == 2, "once"
        await other_process.look()
        for process in (people.addresses, other_process):
            assert process.refuses(HOME)
            assert process.refuses(f"::ffff:{HOME}")
            assert process.refuses("2001:db8:1:2:ffff::1")
            assert not any(map(process.refuses, ("192.0.2.8", "2001:db8:1:3::7", "", "unknown")))
            with pytest.raises(ForbiddenError) as refused:
                process.require_welcome(HOME)
            assert refused.value.code == "banned_address"
        shop.clock.ms += 60_000
        assert not people.addresses.refuses(HOME), "it runs out without being looked at"
        await Retention(shop.store).forget_old(shop.clock.ms)
        assert await shop.rows(banned_addresses) == []


async def test_the_longest_ban_of_an_address_counts_and_lifting_one_keeps_the_other(database: Database) -> None:
    async with open_people(database) as people:
        shop = people.shop
        ana, lin = await people.add("ana"), await people.add("lin")
        for person, until_ms in ((ana, None), (lin, shop.clock.ms + 1_000)):
            await people.bans.ban(None, person.id, "spam", until_ms)
            await people.addresses.note(person.id, [HOME])
        shop.clock.ms += 1_000
        assert people.addresses.refuses(HOME)
        await people.bans.lift(None, ana.id)
        assert await people.news() == [ana.id, ana.id, lin.id, lin.id, ana.id]
        await people.addresses.look()
        assert not people.addresses.refuses(HOME)
        assert await shop.rows(banned_addresses) == [], "what nobody needs is not kept"


async def test_addresses_are_kept_in_no_readable_form_and_only_so_many(database: Database) -> None:
    async with open_people(database) as people:
        shop = people.shop
        ana = await people.add("ana")
        await people.bans.ban(None, ana.id, "spam")
        await people.addresses.note(ana.id, [f"192.0.2.{number}" for number in range(200)])
        rows = await shop.rows(banned_addresses)
        assert len(rows) == ADDRESSES_MAX
        other_shop = address_digests("another secret")
        assert {row.digest for row in rows}.isdisjoint({other_shop(f"192.0.2.{number}") for number in range(200)})


async def test_where_the_banned_watched_from_is_noted_too(database: Database) -> None:
    async with open_people(database) as people:
        media = Kicked()
        ana = await people.add("ana")
        await people.bans.ban(None, ana.id, "spam")
        media.addresses = frozenset({HOME})
        await people.bans.enforce(cast("Any", media))
        assert people.addresses.refuses(HOME)
