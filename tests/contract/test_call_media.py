"""Calls and the media processes: tokens, callers who are gone, what was not told; on SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert, update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import bans, shows
from livecart.adapters.sql.tables_calls import calls as calls_table
from livecart.domain.people import Person
from livecart.domain.staffing import Appointment, Duty
from livecart.services.ports import PublishGrant
from tests.support.call_steps import MO, on_stage, opened, refusal, stages, told
from tests.support.shop import ENDED_SHOW, MEI, SHOW


async def test_a_caller_whose_media_is_gone_is_told_shown_as_lost_and_freed(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, _ = shop.buyers
        for person in (ana, lin):
            await on_stage(rig, person)
        shop.clock.ms += 5_000
        rig.media.silence(SHOW, 1)
        rig.media.silence(SHOW, 2)
        await rig.keeping.run_once()
        assert (await stages(shop))[-1] == [(1, "lost"), (2, "lost")]
        rig.media.silence(SHOW, 2, live=True)
        shop.clock.ms += 14_000
        await rig.keeping.run_once()
        assert (await stages(shop))[-1] == [(1, "lost"), (2, "live")]
        shop.clock.ms += 1_000
        await rig.keeping.run_once()
        assert (await stages(shop))[-1] == [(2, "live")]
        assert set(rig.media.seats) == {(SHOW, 2)}
        (row,) = [row for row in await shop.rows(calls_table) if row.person_id == ana.id]
        assert (row.state, row.reason) == ("ended", "media_gone")


async def test_after_a_media_process_died_a_caller_comes_back_live_with_a_new_token(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana = shop.buyers[0]
        await on_stage(rig, ana)
        await rig.calls.mute(MEI, SHOW, ana.id, muted=True)
        rig.media.seats.clear()
        shop.clock.ms += 5_000
        await rig.keeping.run_once()
        data = (await told(shop, "call.state"))[-1].data
        assert "publish_token" in data
        await rig.come(ana, SHOW)
        seat = rig.media.seats[SHOW, 1]
        assert (seat.shown, seat.muted) == (True, True)
        assert (await stages(shop))[-1] == [(1, "live")]
        shop.clock.ms += 20_000
        await rig.keeping.run_once()
        assert (await rig.calls.own(ana, SHOW))["call"]["state"] == "live"


async def test_a_publish_token_is_good_once_for_its_slot_and_its_time(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, sam = shop.buyers
        await rig.calls.request(ana, SHOW)
        await rig.calls.accept(MEI, SHOW, ana.id)
        token = (await rig.calls.own(ana, SHOW))["publish_token"]
        grant = rig.tokens.verify(token, shop.clock.ms)
        assert grant is not None

        async def tried(**changed: Any) -> str:
            values = {name: getattr(grant, name) for name in PublishGrant.__slots__} | changed
            return await refusal(rig.broadcasting.publish(rig.tokens.issue(PublishGrant(**values)), SHOW, "o"))

        assert await tried(slot=2) == "forbidden"
        assert await tried(holder=lin.id) == "forbidden"
        assert await tried(call="other") == "call_state"
        assert await tried(number=2) == "token_used"
        assert await tried(show=ENDED_SHOW) == "forbidden"
        assert await tried(topic_version=9) == "forbidden"
        assert await refusal(rig.broadcasting.publish(token, ENDED_SHOW, "o")) == "show_ended"
        rig.media.away = True
        assert await refusal(rig.broadcasting.publish(token, SHOW, "o")) == "no_media"
        rig.media.away = False
        await rig.broadcasting.publish(token, SHOW, "o")
        assert await refusal(rig.broadcasting.publish(token, SHOW, "o")) == "token_used"
        for person in (lin, sam):
            await rig.calls.request(person, SHOW)
            await rig.calls.accept(MEI, SHOW, person.id)
        late = (await rig.calls.own(lin, SHOW))["publish_token"]
        over = (await rig.calls.own(sam, SHOW))["publish_token"]
        await rig.calls.cancel(sam, SHOW)
        assert await refusal(rig.broadcasting.publish(over, SHOW, "o")) == "call_state"
        shop.clock.ms += 30_000
        assert await refusal(rig.broadcasting.publish(late, SHOW, "o")) == "unauthenticated"


async def test_whoever_is_ended_while_he_answers_has_no_session(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana = shop.buyers[0]
        await rig.calls.request(ana, SHOW)
        await rig.calls.accept(MEI, SHOW, ana.id)

        async def end() -> None:
            rig.media.meanwhile = None
            await rig.calls.end(MEI, SHOW, ana.id)

        rig.media.meanwhile = end
        assert await refusal(rig.come(ana, SHOW)) == "call_state"
        assert rig.media.seats == {}
        assert rig.media.sessions == {}


async def test_a_slot_that_is_still_taken_is_freed_by_the_clock(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, _ = shop.buyers
        await on_stage(rig, ana)
        rig.media.away = True
        await rig.calls.end(MEI, SHOW, ana.id)
        rig.media.away = False
        await rig.calls.request(lin, SHOW)
        await rig.calls.accept(MEI, SHOW, lin.id)
        assert await refusal(rig.come(lin, SHOW)) == "slot_busy"
        await rig.keeping.run_once()
        await rig.come(lin, SHOW)
        assert rig.media.seats[SHOW, 1].holder == lin.id


async def test_what_a_killed_process_did_not_tell_the_relay_is_told_by_the_clock(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana = shop.buyers[0]
        await on_stage(rig, ana, live=False)
        rig.media.away = True
        await rig.calls.admit(MEI, SHOW, ana.id)
        await rig.calls.mute(MEI, SHOW, ana.id, muted=True)
        rig.media.away = False
        await rig.keeping.run_once()
        assert (rig.media.seats[SHOW, 1].shown, rig.media.seats[SHOW, 1].muted) == (True, True)


async def test_hidden_and_muted_callers(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana = shop.buyers[0]
        await on_stage(rig, ana)
        assert (await rig.calls.hide(MEI, SHOW, ana.id, hidden=True))["hidden"] is True
        assert not rig.media.seats[SHOW, 1].shown
        await rig.calls.hide(MEI, SHOW, ana.id, hidden=True)
        await rig.calls.hide(MEI, SHOW, ana.id, hidden=False)
        await rig.calls.mute(MEI, SHOW, ana.id, muted=True)
        assert rig.media.seats[SHOW, 1].muted
        assert await stages(shop) == [[(1, "live")], [], [(1, "live")], [(1, "live")]]


async def test_a_ban_and_the_shows_end_end_calls(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, sam = shop.buyers
        await on_stage(rig, ana)
        await rig.calls.request(lin, SHOW)
        async with database.write() as connection:
            ban = {"id": "b", "person_id": ana.id, "reason": "r", "at_ms": shop.clock.ms, "enforced": False}
            await connection.execute(insert(bans).values(ban))
        await rig.keeping.run_once()
        assert rig.media.seats == {}
        states = {row.person_id: (row.state, row.reason) for row in await shop.rows(calls_table)}
        assert states == {ana.id: ("ended", "banned"), lin.id: ("requested", None)}
        assert await refusal(rig.calls.invite(MEI, SHOW, ana.id)) == "banned"
        async with database.write() as connection:
            await connection.execute(update(shows).where(shows.c.id == SHOW).values(state="ended"))
        await rig.keeping.run_once()
        assert (await rig.calls.own(lin, SHOW))["call"] is None
        assert await refusal(rig.calls.request(sam, SHOW)) == "show_ended"


async def test_who_sees_to_calls_sees_callers_before_the_audience_and_nobody_else_does(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, _ = shop.buyers
        appointed = Appointment(MEI.id, ana.id, SHOW, frozenset({Duty.CALLS}), 0)
        async with shop.store.write() as tx:
            await tx.assistants.put(appointed)

        async def watch(person: Person | None) -> None:
            await rig.broadcasting.watch(person, SHOW, "v=0", address="::1", backstage=True)

        for person in (MEI, MO, ana):
            await watch(person)
        assert rig.media.watching == [(each.id, True) for each in (MEI, MO, ana)]
        assert (await refusal(watch(lin)), await refusal(watch(None))) == ("forbidden", "unauthenticated")
        await rig.broadcasting.watch(None, SHOW, "v=0", address="::1")
        assert rig.media.watching[3:] == [(None, False)]
