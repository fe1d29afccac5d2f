"""Calls from the request to the end, as rows and as news; on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from time import perf_counter

import pytest
from sqlalchemy import insert, select

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import people
from livecart.adapters.sql.tables_calls import calls as calls_table
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.domain.call import Callers
from livecart.domain.errors import LivecartError
from livecart.domain.ids import PersonId, ShowId
from livecart.domain.people import Person, Role
from livecart.domain.sanctions import Sanction, SanctionKind
from tests.support.call_steps import MO, on_stage, opened, refusal, stages, told
from tests.support.shop import ENDED_SHOW, MEI, SHOW

CROWD = 10_000


async def test_from_the_request_to_the_stage_and_back(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, _ = shop.buyers
        asked = await rig.calls.request(ana, SHOW, " How long\u202e does it keep? ")
        assert (asked["state"], asked["position"], asked["note"]) == ("requested", 1, "How long does it keep?")
        assert (await rig.calls.request(lin, SHOW))["position"] == 2
        accepted = await rig.calls.accept(MEI, SHOW, ana.id)
        assert (accepted["state"], accepted["slot"]) == ("accepted", 1)
        assert (await rig.calls.own(lin, SHOW))["call"]["position"] == 1
        await rig.come(ana, SHOW)
        assert (await rig.calls.own(ana, SHOW))["call"]["state"] == "green"
        (seat,) = await rig.media.on_air()
        assert (seat.slot, seat.holder, seat.shown) == (1, ana.id, False)
        assert await stages(shop) == []
        live = await rig.calls.admit(MEI, SHOW, ana.id)
        assert live["state"] == "live"
        assert rig.media.seats[SHOW, 1].shown
        ended = await rig.calls.end(MEI, SHOW, ana.id)
        assert (ended["state"], ended["reason"], "slot" in ended) == ("ended", "ended_by_staff", False)
        assert rig.media.seats == {}
        assert await stages(shop) == [[(1, "live")], []]
        assert (await rig.calls.own(ana, SHOW))["call"] is None
        # The host's own acts are in the table of calls alone.
        assert await shop.rows(moderation_log) == []
        assert (await rig.calls.request(ana, SHOW))["position"] == 2


async def test_what_comes_twice_too_late_or_out_of_order_is_refused(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, sam = shop.buyers
        assert await refusal(rig.calls.cancel(ana, SHOW)) == "not_found"
        assert await refusal(rig.calls.accept(MEI, SHOW, ana.id)) == "not_found"
        await rig.calls.request(ana, SHOW)
        assert await refusal(rig.calls.request(ana, SHOW)) == "call_open"
        assert await refusal(rig.calls.invite(MEI, SHOW, ana.id)) == "call_open"
        assert await refusal(rig.calls.admit(MEI, SHOW, ana.id)) == "call_state"
        assert await refusal(rig.calls.mute(MEI, SHOW, ana.id, muted=True)) == "call_state"
        await rig.calls.accept(MEI, SHOW, ana.id)
        assert await refusal(rig.calls.accept(MEI, SHOW, ana.id)) == "call_state"
        await rig.calls.cancel(ana, SHOW)
        assert await refusal(rig.calls.accept(MEI, SHOW, ana.id)) == "call_state"
        assert await refusal(rig.calls.end(MEI, SHOW, ana.id)) == "call_state"
        assert await refusal(rig.calls.end(ana, SHOW)) == "call_state"
        for person, code in ((lin, "forbidden"), (sam, "forbidden")):
            assert await refusal(rig.calls.accept(person, SHOW, ana.id)) == code
            assert await refusal(rig.calls.end(person, SHOW, ana.id)) == code
            assert await refusal(rig.queue.look(person, SHOW, text=None, newest=False)) == code
            assert await refusal(rig.queue.clear(person, SHOW)) == code
        assert await refusal(rig.calls.request(MEI, SHOW)) == "own_show"
        assert await refusal(rig.calls.invite(MEI, SHOW, MEI.id)) == "call_state"
        assert await refusal(rig.calls.invite(MEI, SHOW, PersonId("nobody"))) == "not_found"
        assert await refusal(rig.calls.request(ana, ENDED_SHOW)) == "show_ended"
        assert await refusal(rig.calls.request(ana, ShowId("none"))) == "not_found"
        assert await refusal(rig.calls.request(ana, SHOW, "x" * 201)) == "invalid"


async def test_a_fourth_caller_waits_until_a_slot_is_free_and_gets_that_one(database: Database) -> None:
    async with opened(database, buyers=5) as (shop, rig):
        for person in shop.buyers[:3]:
            await on_stage(rig, person)
        await rig.calls.request(shop.buyers[3], SHOW)
        assert await refusal(rig.calls.accept(MEI, SHOW, shop.buyers[3].id)) == "stage_full"
        await rig.calls.invite(MEI, SHOW, shop.buyers[4].id)
        assert await refusal(rig.calls.request(shop.buyers[4], SHOW)) == "stage_full"
        await rig.calls.end(shop.buyers[1], SHOW)
        assert (await rig.calls.accept(MEI, SHOW, shop.buyers[3].id))["slot"] == 2


async def test_two_who_accept_at_once_for_the_last_slot_fill_it_once(database: Database) -> None:
    async with opened(database, buyers=6) as (shop, rig):
        for person in shop.buyers:
            await rig.calls.request(person, SHOW)
        taking = [rig.calls.accept(MEI, SHOW, person.id) for person in shop.buyers]
        answers = await asyncio.gather(*taking, return_exceptions=True)
        slots = sorted(answer["slot"] for answer in answers if isinstance(answer, dict))
        assert slots == [1, 2, 3]
        assert {answer.code for answer in answers if isinstance(answer, LivecartError)} == {"stage_full"}


async def test_an_invitation_is_answered_refused_or_runs_out(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, sam = shop.buyers
        for person in shop.buyers:
            assert (await rig.calls.invite(MEI, SHOW, person.id))["state"] == "invited"
        assert await refusal(rig.calls.accept(MEI, SHOW, ana.id)) == "call_state"
        assert (await rig.calls.request(ana, SHOW))["state"] == "accepted"
        assert (await rig.calls.cancel(lin, SHOW))["state"] == "cancelled"
        shop.clock.ms += 30_000
        await rig.keeping.run_once()
        states = {row.person_id: row.state for row in await shop.rows(calls_table)}
        assert states == {ana.id: "expired", lin.id: "cancelled", sam.id: "expired"}


@pytest.mark.parametrize("who", [Callers.OFF, Callers.FOLLOWERS, Callers.BUYERS])
async def test_who_may_call_is_the_shows_to_say(database: Database, who: Callers) -> None:
    codes = {Callers.OFF: "calls_off", Callers.FOLLOWERS: "followers_only", Callers.BUYERS: "buyers_only"}
    async with opened(database) as (shop, rig):
        ana, lin, _ = shop.buyers
        assert (await rig.queue.put_rules(MEI, SHOW, who, 5, 0)) == {"who": who.value, "minutes": 5, "delay_s": 0}
        assert await refusal(rig.calls.request(ana, SHOW)) == codes[who]
        async with shop.store.write() as tx:
            await tx.follows.add(lin.id, MEI.id, 1)
        await shop.top_up(lin, 10_000)
        await shop.pay(lin, await shop.place(lin))
        if who is not Callers.OFF:
            assert (await rig.calls.request(lin, SHOW))["state"] == "requested"
        # An invitation goes past the rule.
        await rig.calls.invite(MEI, SHOW, ana.id)
        assert (await rig.calls.request(ana, SHOW))["state"] == "accepted"


async def test_time_ends_each_step(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, sam = shop.buyers
        await rig.queue.put_rules(MEI, SHOW, Callers.EVERYONE, 2, 3)
        await rig.calls.request(sam, SHOW)
        await rig.calls.accept(MEI, SHOW, sam.id)
        await on_stage(rig, ana, live=False)
        await on_stage(rig, lin)
        await rig.keeping.run_once()
        assert not rig.media.seats[SHOW, 3].shown
        shop.clock.ms += 3_000
        await rig.keeping.run_once()
        assert rig.media.seats[SHOW, 3].shown
        assert await stages(shop) == [[], [(3, "live")]]
        shop.clock.ms += 120_000
        await rig.keeping.run_once()
        states = {row.person_id: row.state for row in await shop.rows(calls_table)}
        assert states == {ana.id: "green", lin.id: "ended", sam.id: "expired"}
        shop.clock.ms += 300_000
        await rig.keeping.run_once()
        assert rig.media.seats == {}


async def test_what_a_moderator_does_is_in_the_log(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, _ = shop.buyers
        await rig.calls.request(ana, SHOW)
        await rig.calls.accept(MO, SHOW, ana.id)
        await rig.come(ana, SHOW)
        await rig.calls.admit(MO, SHOW, ana.id)
        await rig.calls.mute(MO, SHOW, ana.id, muted=True)
        await rig.calls.end(MO, SHOW, ana.id)
        await rig.calls.request(lin, SHOW)
        await rig.calls.decline(MO, SHOW, lin.id, "not now")
        await rig.queue.put_rules(MO, SHOW, Callers.OFF, None, 0)
        rows = await shop.rows(moderation_log)
        acts = [row.code for row in rows]
        assert acts == ["accepted", "admitted", "muted", "ended", "declined", "rules:off"]
        assert {row.by_id for row in rows} == {MO.id}
        assert [row.person_id for row in rows] == [ana.id] * 4 + [lin.id, MEI.id]
        assert await shop.faults() == {}


async def test_the_queue_is_sorted_searched_and_cleared(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, sam = shop.buyers
        for person, note in ((ana, "About 50% off"), (lin, "hello_there"), (sam, "")):
            await rig.calls.request(person, SHOW, note)

        async def looked(text: str | None = None, *, newest: bool = False) -> list[tuple[str, int]]:
            found = await rig.queue.look(MEI, SHOW, text=text, newest=newest)
            assert found["total"] == len(found["queue"])
            return [(call["user"]["id"], call["position"]) for call in found["queue"]]

        assert await looked() == [(ana.id, 1), (lin.id, 2), (sam.id, 3)]
        assert await looked(newest=True) == [(sam.id, 3), (lin.id, 2), (ana.id, 1)]
        assert await looked("50%") == [(ana.id, 1)]
        assert await looked("O_T") == [(lin.id, 2)]
        assert await looked("%") == [(ana.id, 1)]
        assert await looked(sam.handle.upper()) == [(sam.id, 3)]
        await rig.calls.accept(MEI, SHOW, ana.id)
        assert await rig.queue.clear(MEI, SHOW) == 2
        assert await rig.queue.clear(MEI, SHOW) == 0
        found = await rig.queue.look(MEI, SHOW, text=None, newest=False)
        assert (found["queue"], found["total"], [call["user"]["id"] for call in found["stage"]]) == ([], 0, [ana.id])
        assert (await rig.calls.request(lin, SHOW))["position"] == 1


async def test_ten_thousand_requests_stay_fast_and_are_few_events_for_the_staff(database: Database) -> None:
    async with opened(database, buyers=0) as (shop, rig):
        await _fill(database)
        late = Person(PersonId("zoe"), "zoe", "Zoe", Role.VIEWER)
        began = perf_counter()
        for _ in range(10):
            assert (await rig.calls.request(late, SHOW))["position"] == CROWD + 1
            await rig.calls.cancel(late, SHOW)
        found = await rig.queue.look(MEI, SHOW, text="ana9999", newest=True)
        assert [(call["user"]["handle"], call["position"]) for call in found["queue"]] == [("ana9999", CROWD)]
        spent = perf_counter() - began
        assert spent < 3, f"{spent:.2f} s for twenty changes and one search"
        # Twenty changes at one moment are one event, and half a second later one more says where it stands.
        assert len(await told(shop, "call.requested")) == 1
        await rig.keeping.run_once()
        assert len(await told(shop, "call.requested")) == 1
        shop.clock.ms += 500
        await rig.keeping.run_once()
        await rig.keeping.run_once()
        assert len(await told(shop, "call.requested")) == 2
        assert await rig.queue.clear(MEI, SHOW) == CROWD


async def _fill(database: Database) -> None:
    crowd = [{"id": f"q{n:05d}", "handle": f"ana{n}", "display_name": "Ana", "role": "viewer"} for n in range(CROWD)]
    crowd.append({"id": "zoe", "handle": "zoe", "display_name": "Zoe", "role": "viewer"})
    row = {"show_id": SHOW, "state": "requested", "note": "", "requested_at_ms": 1, "changed_at_ms": 1}
    row |= {"muted": False, "hidden": False, "shown": False, "publications": 0, "version": 1}
    async with database.write() as connection:
        await connection.execute(insert(people), [{**each, "password_hash": "", "created_at_ms": 0} for each in crowd])
        asked = [{**row, "id": f"0{n:05d}", "person_id": f"q{n:05d}"} for n in range(CROWD)]
        await connection.execute(insert(calls_table), asked)
    async with database.read() as connection:
        assert len((await connection.execute(select(calls_table.c.id))).all()) == CROWD


@pytest.mark.parametrize("kind", SanctionKind)
async def test_who_may_not_write_or_be_there_does_not_speak(database: Database, kind: SanctionKind) -> None:
    async with opened(database) as (shop, rig):
        ana, lin, _ = shop.buyers
        await on_stage(rig, ana)
        given = Sanction("s", kind, ana.id, SHOW, MO.id, "insults", shop.clock.now_ms(), None)
        async with shop.store.write() as tx:
            await tx.sanctions.add(given)
            await tx.sanctions.add(replace(given, id="t", person=lin.id))
        await rig.keeping.run_once()
        assert (await rig.calls.own(ana, SHOW))["call"] is None
        assert rig.media.seats == {}
        code = "muted" if kind is SanctionKind.MUTE else "banned_from_show"
        assert await refusal(rig.calls.request(lin, SHOW)) == code
        assert await refusal(rig.calls.invite(MEI, SHOW, lin.id)) == code
