"""Mutes, bans from a show and assistants on both engines: what is kept, what processes know of it, what is logged."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables_live import sanctioned_addresses, sanctions
from livecart.adapters.tokens import address_digests
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LivecartError, NotFoundError
from livecart.domain.events import STANDINGS_CHANGED, USER_MUTED
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.domain.sanctions import SanctionKind
from livecart.domain.staffing import Duty
from livecart.services.assistants import Assistants
from livecart.services.bans import NEGOTIATING_MS
from livecart.services.broadcasting import Broadcasting
from livecart.services.moderation_log import ModerationLog
from livecart.services.ports import MediaGateway, PublishGrant
from livecart.services.retention import Retention
from livecart.services.sanctions import Sanctions
from livecart.services.standings import Standings
from livecart.services.store import Page
from livecart.services.store_moderation import LogFilter
from tests.support.shop import ENDED_SHOW, MEI, SHOW, CountedIds, Shop, open_shop

MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)


class Kicked:
    """The media processes, and where the banned watched from."""

    def __init__(self) -> None:
        self.kicked: list[tuple[str, str | None]] = []

    async def kick(self, holder: PersonId, *, show: ShowId | None = None) -> frozenset[str]:
        self.kicked.append((holder, show))
        return frozenset({"203.0.113.7"})


class Desk:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.ids = CountedIds("live")
        self.here, self.there = self.process(), self.process()
        self.sanctions = Sanctions(shop.store, shop.clock, self.ids, self.here)
        self.assistants = Assistants(shop.store, shop.clock, self.ids, self.here)
        self.ana, self.lin, self.tom = shop.buyers

    def process(self) -> Standings:
        return Standings(self.shop.store, self.shop.clock, address_digests("secret"))

    async def furnish(self) -> Desk:
        async with self.shop.store.write() as tx:
            await tx.people.add(MO, "", 0)
        return self

    async def news(self) -> list[tuple[str, str | None, str | None]]:
        async with self.shop.store.read() as tx:
            waiting = await tx.outbox.unpublished(1_000)
        return [(event.type, event.show, event.person) for _, event in waiting]

    async def kinds(self) -> list[tuple[str, str | None, str | None]]:
        found, _ = await ModerationLog(self.shop.store).search(MO, Page(100), LogFilter())
        return [(each["kind"], each["rule"], each["reason"]) for each in reversed(found)]


async def code_of(call: Any) -> str:
    with pytest.raises(LivecartError) as refused:
        await call
    return refused.value.code


def writes(standings: Standings, person: Person, show: ShowId = SHOW) -> str:
    try:
        standings.require_may_write(person.id, show)
    except ForbiddenError as error:
        return error.code
    return "writes"


async def test_a_mute_of_a_show_holds_there_alone_until_it_is_over(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        view = await desk.sanctions.mute(MEI, desk.ana.id, SHOW, "insults", 10)
        assert (view["kind"], view["user"]["handle"], view["by"]["handle"]) == ("mute", "ana0", "mei")
        assert writes(desk.here, desk.ana) == "muted"
        assert writes(desk.here, desk.ana, ShowId("another")) == writes(desk.here, desk.lin) == "writes"
        # Another process, or this one after a new start: SQL is the record.
        assert writes(desk.there, desk.ana) == "writes"
        await desk.there.look()
        assert writes(desk.there, desk.ana) == "muted"
        assert await desk.news() == [
            (STANDINGS_CHANGED, None, desk.ana.id),
            (USER_MUTED, None, desk.ana.id),
            (USER_MUTED, SHOW, None),
        ]
        shop.clock.ms += 10 * 60_000
        assert writes(desk.here, desk.ana) == writes(desk.there, desk.ana) == "writes"
        assert await code_of(desk.sanctions.unmute(MEI, desk.ana.id, SHOW)) == "not_muted"
        assert await shop.faults() == {}


async def test_a_mute_everywhere_is_for_moderators_and_is_lifted_apart(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        assert await code_of(desk.sanctions.mute(MEI, desk.ana.id, None, "insults")) == "forbidden"
        await desk.sanctions.mute(MO, desk.ana.id, None, "spam")
        await desk.sanctions.mute(MEI, desk.ana.id, SHOW, "insults", 10)
        mute = desk.here.mute_of(desk.ana.id, SHOW)
        assert mute is not None
        assert (mute.show, mute.reason) == (None, "spam"), "the one that lasts longest"
        await desk.sanctions.unmute(MO, desk.ana.id, None)
        assert (desk.here.mute_of(desk.ana.id, SHOW) or mute).reason == "insults"
        lifted = await desk.sanctions.unmute(MO, desk.ana.id, SHOW)
        assert lifted["reason"] == "insults"
        assert writes(desk.here, desk.ana) == "writes"
        assert await desk.kinds() == [
            ("person.muted", "office:moderator", "spam"),
            ("person.muted", "office:host", "insults"),
            ("person.unmuted", "office:moderator", "spam"),
            ("person.unmuted", "office:moderator", "insults"),
        ]
        cases, _ = await ModerationLog(shop.store).cases(desk.ana, Page(10))
        assert [each["reason"] for each in cases] == ["insults", "spam", "insults", "spam"]
        assert all("by" not in each or each["by"] == "staff" for each in cases)
        assert await shop.faults() == {}


async def test_a_ban_from_a_show_puts_out_its_media_and_its_address(database: Database) -> None:
    async with open_shop(database) as shop:
        desk, media = await Desk(shop).furnish(), Kicked()
        await desk.sanctions.ban(MEI, desk.ana.id, SHOW, "threats", 60)
        assert (desk.here.is_banned(desk.ana.id, SHOW), desk.here.is_banned(desk.lin.id, SHOW)) == (True, False)
        assert writes(desk.here, desk.ana) == "banned_from_show"
        await desk.sanctions.enforce(cast("MediaGateway", media))
        assert media.kicked == [(desk.ana.id, SHOW)]
        await desk.there.look()
        assert desk.there.refuses_guest("203.0.113.7", SHOW)
        assert not desk.there.refuses_guest("203.0.113.7", ShowId("another"))
        assert not desk.there.refuses_guest("203.0.113.8", SHOW)
        # One that was being negotiated when the ban came is closed too, and then no more.
        shop.clock.ms += NEGOTIATING_MS + 1
        await desk.sanctions.enforce(cast("MediaGateway", media))
        await desk.sanctions.enforce(cast("MediaGateway", media))
        assert len(media.kicked) == 2
        shown = await desk.sanctions.in_show(MO, SanctionKind.BAN, SHOW)
        assert [(each["user"]["id"], each["reason"]) for each in shown] == [(desk.ana.id, "threats")]
        await desk.sanctions.unban(MO, desk.ana.id, SHOW)
        assert not desk.here.refuses_guest("203.0.113.7", SHOW)
        assert await shop.rows(sanctioned_addresses) == []
        assert await shop.faults() == {}


async def test_who_is_banned_from_a_show_neither_watches_nor_publishes_in_it(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        for person in (desk.ana, MEI):
            await desk.sanctions.ban(MO, person.id, SHOW, "threats")
        grant = PublishGrant(SHOW, MEI.id, 1, shop.clock.ms + 1)
        grants = SimpleNamespace(verify=lambda _token, _now: grant)
        parts = (SimpleNamespace(), grants, SimpleNamespace(new=lambda: "s"), SimpleNamespace())
        broadcasting = Broadcasting(shop.store, shop.clock, *cast("Any", parts))
        assert await code_of(broadcasting.watch(desk.ana, SHOW, "v=0", address="203.0.113.7")) == "banned_from_show"
        assert await code_of(broadcasting.publish("token", SHOW, "v=0")) == "banned_from_show"
        assert await code_of(broadcasting.watch(desk.ana, ENDED_SHOW, "v=0", address="203.0.113.7")) == "show_ended"


async def test_addresses_of_bans_that_ran_out_are_forgotten(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        await desk.sanctions.ban(MEI, desk.ana.id, SHOW, "threats", 60)
        await desk.sanctions.note(desk.ana.id, SHOW, ["203.0.113.7", "no address"])
        assert len(await shop.rows(sanctioned_addresses)) == 1
        shop.clock.ms += 60 * 60_000
        assert not desk.here.refuses_guest("203.0.113.7", SHOW)
        await desk.sanctions.note(desk.ana.id, SHOW, ["203.0.113.9"])
        await Retention(shop.store).forget_old(shop.clock.ms)
        assert await shop.rows(sanctioned_addresses) == []
        assert len(await shop.rows(sanctions)) == 1, "the record stays"


async def test_what_is_wrong_is_refused_and_changes_nothing(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        mute, ban = desk.sanctions.mute, desk.sanctions.ban
        assert await code_of(mute(desk.lin, desk.ana.id, SHOW, "spite")) == "forbidden"
        assert await code_of(mute(MEI, MO.id, SHOW, "spite")) == "staff"
        assert await code_of(mute(MEI, MEI.id, SHOW, "spite")) == "own_account"
        assert await code_of(ban(MEI, desk.ana.id, ENDED_SHOW, "spite")) == "show_ended"
        for call, fault in (
            (mute(MEI, PersonId("nobody"), SHOW, "spite"), NotFoundError),
            (mute(MEI, desk.ana.id, ShowId("nowhere"), "spite"), NotFoundError),
            (mute(MEI, desk.ana.id, SHOW, "  "), InvalidError),
            (mute(MEI, desk.ana.id, SHOW, "x" * 501), InvalidError),
            (mute(MEI, desk.ana.id, SHOW, "spite", 0), InvalidError),
        ):
            with pytest.raises(fault):
                await call
        assert await shop.rows(sanctions) == []


async def test_the_audit_finds_a_mute_that_was_rewritten_or_is_missing(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        await desk.sanctions.mute(MEI, desk.ana.id, SHOW, "insults", 10)
        await desk.sanctions.mute(MEI, desk.lin.id, SHOW, "insults", 10)
        assert await shop.faults() == {}
        async with database.write() as connection:
            await connection.execute(sanctions.update().where(sanctions.c.person_id == desk.ana.id).values(by_id="mo"))
            await connection.execute(sanctions.delete().where(sanctions.c.person_id == desk.lin.id))
        (found,) = (await shop.faults()).values()
        assert len(found) == 2


async def test_an_assistant_does_what_he_was_appointed_for_and_nothing_else(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        made = await desk.assistants.appoint(MEI, SHOW, desk.lin.handle, ["mute", "held"])
        assert (made["permissions"], made["all_shows"]) == (["held", "mute"], False)
        await desk.sanctions.mute(desk.lin, desk.ana.id, SHOW, "insults", 10)
        assert await code_of(desk.sanctions.ban(desk.lin, desk.ana.id, SHOW, "insults")) == "forbidden"
        assert await code_of(desk.sanctions.mute(desk.lin, MEI.id, SHOW, "coup")) == "staff"
        assert desk.here.of(desk.lin, SHOW, MEI.id).all == {Duty.MUTE, Duty.HELD}
        assert desk.here.of(desk.lin, ShowId("another"), MEI.id).all == frozenset()
        # Appointing again replaces what he had there.
        await desk.assistants.appoint(MEI, SHOW, desk.lin.handle, ["pin"])
        assert await code_of(desk.sanctions.unmute(desk.lin, desk.ana.id, SHOW)) == "forbidden"
        await desk.assistants.appoint(MEI, SHOW, desk.lin.handle, ["delete"], all_shows=True)
        assert desk.here.of(desk.lin, SHOW, MEI.id).all == {Duty.PIN, Duty.DELETE}
        assert desk.here.of(desk.lin, ShowId("another"), MEI.id).all == {Duty.DELETE}
        assert len(await desk.assistants.of(MEI, SHOW)) == 2
        await desk.assistants.dismiss(MEI, SHOW, desk.lin.id)
        assert desk.here.of(desk.lin, SHOW, MEI.id).all == frozenset()
        with pytest.raises(NotFoundError):
            await desk.assistants.dismiss(MEI, SHOW, desk.lin.id)


async def test_only_the_host_appoints_and_only_who_is_there(database: Database) -> None:
    async with open_shop(database) as shop:
        desk = await Desk(shop).furnish()
        appoint = desk.assistants.appoint
        for person in (desk.ana, MO):
            assert await code_of(appoint(person, SHOW, desk.lin.handle, ["mute"])) == "forbidden"
        with pytest.raises(NotFoundError):
            await appoint(MEI, SHOW, "nobody", ["mute"])
        with pytest.raises(ConflictError):
            await appoint(MEI, SHOW, "mei", ["mute"])
        with pytest.raises(InvalidError):
            await appoint(MEI, SHOW, desk.lin.handle, ["stop"])
        assert await code_of(appoint(MEI, ENDED_SHOW, desk.lin.handle, ["mute"])) == "show_ended"
