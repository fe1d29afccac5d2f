"""Duels from the invitation to the end, as rows and as news; on SQLite and PostgreSQL alike."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables_duels import duels as duels_table
from livecart.adapters.sql.tables_moderation import moderation_log
from livecart.domain.duel import COUNTING_MS, Inviters
from livecart.domain.errors import LivecartError
from livecart.domain.ids import DuelId, ShowId
from livecart.domain.sessions import Ban
from tests.support.call_steps import refusal
from tests.support.calls import with_calls
from tests.support.duels import BO, BO_SHOW, KIM, KIM_SHOW, MO, DuelRig, opened, set_show
from tests.support.shop import ENDED_SHOW, MEI, SHOW, Shop

ANSWER_MS, AFTER_MS = 30_000, 120_000


async def begun(rig: DuelRig, minutes: int = 3) -> DuelId:
    invited = await rig.duels.invite(MEI, SHOW, BO_SHOW, minutes)
    await rig.duels.accept(BO, DuelId(invited["id"]))
    return DuelId(invited["id"])


async def told(shop: Shop, type_: str) -> list[tuple[str, str | None, dict[str, Any]]]:
    async with shop.store.read() as tx:
        events = [event for _, event in await tx.outbox.unpublished(1_000) if event.type == type_]
    return [(str(event.show), event.person, event.data["duel"]) for event in events]


async def state(shop: Shop) -> list[str]:
    return [row.state for row in await shop.rows(duels_table)]


async def test_from_the_invitation_to_the_end_both_rooms_are_told(database: Database) -> None:
    async with opened(database) as (shop, rig):
        invited = await rig.duels.invite(MEI, SHOW, BO_SHOW, 3)
        assert (invited["state"], invited["home"]["show"], invited["away"]["user"]["id"]) == ("invited", SHOW, "bo")
        assert {(show, person) for show, person, _ in await told(shop, "duel.invite")} == {
            (SHOW, "mei"),
            (BO_SHOW, "bo"),
        }
        assert await told(shop, "duel.state") == []
        assert (await rig.duels.look(BO, BO_SHOW))["invitations"] == [invited]
        assert (await rig.duels.look(shop.buyers[0], BO_SHOW)) == {"duel": None, "invitations": []}
        begun = await rig.duels.accept(BO, DuelId(invited["id"]))
        assert (begun["state"], begun["home"]["slot"], begun["away"]["slot"]) == ("running", 3, 3)
        assert [(show, person) for show, person, _ in await told(shop, "duel.state")] == [(SHOW, None), (BO_SHOW, None)]
        assert rig.media.seen() == {SHOW: (3, BO_SHOW), BO_SHOW: (3, SHOW)}
        assert (await rig.duels.look(None, SHOW))["duel"] == begun
        await rig.keeping.run_once()
        await rig.scores.add({SHOW: 7, BO_SHOW: 4}, 0)
        await rig.keeping.run_once()
        assert [(event.show, dict(event.data)) for event in rig.log.events] == [
            (show, {"duel": begun["id"], "home": 7, "away": 4}) for show in (SHOW, BO_SHOW)
        ]
        shop.clock.ms += 180_000 + COUNTING_MS
        await rig.scores.add({BO_SHOW: 5}, 0)
        await rig.keeping.run_once()
        after = (await rig.duels.look(None, SHOW))["duel"]
        assert (after["state"], after["winner"], after["away"]["score"]) == ("after", BO_SHOW, 9)
        assert rig.media.seen() == {SHOW: (3, BO_SHOW), BO_SHOW: (3, SHOW)}
        shop.clock.ms += AFTER_MS
        await rig.keeping.run_once()
        assert (await rig.duels.look(None, SHOW))["duel"] is None
        assert rig.media.seen() == {}
        last = (await told(shop, "duel.state"))[-1][2]
        assert (last["state"], last["winner"], last["reason"]) == ("ended", BO_SHOW, "time_up")
        assert await shop.rows(moderation_log) == []
        assert await shop.faults() == {}


async def test_what_comes_twice_too_late_or_from_the_wrong_person_is_refused(database: Database) -> None:
    async with opened(database) as (shop, rig):
        ana = shop.buyers[0]
        assert await refusal(rig.duels.invite(ana, SHOW, BO_SHOW, 3)) == "forbidden"
        assert await refusal(rig.duels.invite(MO, SHOW, BO_SHOW, 3)) == "forbidden"
        assert await refusal(rig.duels.invite(MEI, SHOW, SHOW, 3)) == "own_show"
        assert await refusal(rig.duels.invite(MEI, SHOW, ShowId("none"), 3)) == "not_found"
        assert await refusal(rig.duels.invite(MEI, SHOW, BO_SHOW, 0)) == "invalid"
        assert await refusal(rig.duels.invite(MEI, ENDED_SHOW, BO_SHOW, 3)) == "show_not_live"
        invited = DuelId((await rig.duels.invite(MEI, SHOW, BO_SHOW, 3))["id"])
        assert await refusal(rig.duels.invite(MEI, SHOW, BO_SHOW, 3)) == "duel_open"
        assert await refusal(rig.duels.invite(MEI, SHOW, KIM_SHOW, 3)) == "duel_open"
        for person in (MEI, KIM, ana, MO):
            assert await refusal(rig.duels.accept(person, invited)) == "forbidden"
            assert await refusal(rig.duels.decline(person, invited)) == "forbidden"
        for person in (KIM, ana):
            assert await refusal(rig.duels.end(person, invited)) == "forbidden"
        assert await refusal(rig.duels.end(BO, invited)) == "forbidden"
        assert await refusal(rig.duels.accept(BO, DuelId("none"))) == "not_found"
        await rig.duels.accept(BO, invited)
        assert await refusal(rig.duels.accept(BO, invited)) == "duel_state"
        assert await refusal(rig.duels.decline(BO, invited)) == "duel_state"
        assert await refusal(rig.duels.invite(KIM, KIM_SHOW, SHOW, 3)) == "duel_busy"
        assert await refusal(rig.duels.invite(BO, BO_SHOW, KIM_SHOW, 3)) == "duel_open"
        await rig.duels.end(BO, invited)
        assert await refusal(rig.duels.end(BO, invited)) == "duel_state"
        for person in (ana, BO):
            assert await refusal(rig.duels.hosts(person, SHOW, None)) == "forbidden"
            assert await refusal(rig.duels.rules(person, SHOW)) == "forbidden"
            assert await refusal(rig.duels.put_rules(person, SHOW, Inviters.OFF)) == "forbidden"


async def test_two_who_invite_each_other_at_the_same_time_get_one_duel(database: Database) -> None:
    async with opened(database) as (shop, rig):
        answers = await asyncio.gather(
            rig.duels.invite(MEI, SHOW, BO_SHOW, 3), rig.duels.invite(BO, BO_SHOW, SHOW, 5), return_exceptions=True
        )
        assert sorted(answer["state"] for answer in answers if isinstance(answer, dict)) == ["invited", "running"]
        assert await state(shop) == ["running"]
        assert rig.media.seen() == {SHOW: (3, BO_SHOW), BO_SHOW: (3, SHOW)}


async def test_a_show_meets_one_other_at_a_time_and_the_rest_is_told_so(database: Database) -> None:
    async with opened(database) as (shop, rig):
        first = DuelId((await rig.duels.invite(MEI, SHOW, BO_SHOW, 3))["id"])
        second = DuelId((await rig.duels.invite(KIM, KIM_SHOW, BO_SHOW, 3))["id"])
        answers = await asyncio.gather(
            rig.duels.accept(BO, first), rig.duels.accept(BO, second), return_exceptions=True
        )
        codes = [answer.code for answer in answers if isinstance(answer, LivecartError)]
        assert codes in (["duel_state"], ["duel_open"], ["duel_busy"])
        assert sorted(await state(shop)) == ["expired", "running"]
        assert [view["reason"] for _, _, view in await told(shop, "duel.invite") if view["state"] == "expired"] == [
            "busy",
            "busy",
        ]


async def test_a_host_decides_from_whom_he_takes_invitations(database: Database) -> None:
    async with opened(database) as (shop, rig):
        assert [each["show"] for each in await rig.duels.hosts(MEI, SHOW, None)] == [BO_SHOW, KIM_SHOW]
        assert [each["show"] for each in await rig.duels.hosts(MEI, SHOW, "KI")] == [KIM_SHOW]
        await rig.duels.put_rules(KIM, KIM_SHOW, Inviters.OFF)
        await rig.duels.put_rules(BO, BO_SHOW, Inviters.EVERYONE)
        await rig.duels.put_rules(BO, BO_SHOW, Inviters.FOLLOWING)
        assert await rig.duels.rules(BO, BO_SHOW) == {"who": "following"}
        assert await rig.duels.hosts(MEI, SHOW, None) == []
        assert await refusal(rig.duels.invite(MEI, SHOW, KIM_SHOW, 3)) == "duels_off"
        assert await refusal(rig.duels.invite(MEI, SHOW, BO_SHOW, 3)) == "not_followed"
        async with shop.store.write() as tx:
            await tx.follows.add(BO.id, MEI.id, shop.clock.now_ms())
        assert [each["show"] for each in await rig.duels.hosts(MEI, SHOW, None)] == [BO_SHOW]
        await rig.duels.invite(MEI, SHOW, BO_SHOW, 3)
        assert await refusal(rig.duels.hosts(MEI, SHOW, "x" * 101)) == "invalid"


async def test_shows_that_are_not_live_or_for_others_do_not_meet(database: Database) -> None:
    async with opened(database) as (shop, rig):
        await set_show(database, BO_SHOW, state="interrupted")
        await set_show(database, KIM_SHOW, viewers_policy="members")
        assert await rig.duels.hosts(MEI, SHOW, None) == []
        assert await refusal(rig.duels.invite(MEI, SHOW, BO_SHOW, 3)) == "show_not_live"
        assert await refusal(rig.duels.invite(MEI, SHOW, KIM_SHOW, 3)) == "other_audience"
        await set_show(database, BO_SHOW, state="live")
        invited = DuelId((await rig.duels.invite(MEI, SHOW, BO_SHOW, 3))["id"])
        await set_show(database, SHOW, state="interrupted")
        assert await refusal(rig.duels.accept(BO, invited)) == "show_not_live"
        assert await state(shop) == ["invited"]


async def test_who_said_no_is_not_asked_again_at_once_and_who_says_nothing_is_not_held_to_it(
    database: Database,
) -> None:
    async with opened(database) as (shop, rig):
        invited = await rig.duels.invite(MEI, SHOW, BO_SHOW, 3)
        await rig.duels.decline(BO, DuelId(invited["id"]))
        assert await refusal(rig.duels.invite(MEI, SHOW, BO_SHOW, 3)) == "duel_too_soon"
        # The other way round there was no "no".
        asked = await rig.duels.invite(BO, BO_SHOW, SHOW, 3)
        assert (await rig.duels.end(BO, DuelId(asked["id"])))["state"] == "cancelled"
        shop.clock.ms += 60_000
        await rig.duels.invite(MEI, SHOW, BO_SHOW, 3)
        shop.clock.ms += ANSWER_MS
        await rig.keeping.run_once()
        assert sorted(await state(shop)) == ["cancelled", "declined", "expired"]
        await rig.duels.invite(MEI, SHOW, BO_SHOW, 3)


async def test_callers_and_the_guest_host_share_the_stage(database: Database) -> None:
    async with opened(database) as (shop, rig):
        calls = with_calls(shop.store, shop.clock)
        ana, lin, sam = shop.buyers
        for person in (ana, lin):
            await calls.calls.request(person, SHOW)
            await calls.calls.accept(MEI, SHOW, person.id)
        duel = await begun(rig)
        assert rig.media.seen() == {SHOW: (3, BO_SHOW), BO_SHOW: (3, SHOW)}
        await calls.calls.request(sam, SHOW)
        assert await refusal(calls.calls.accept(MEI, SHOW, sam.id)) == "stage_full"
        await rig.duels.end(MEI, duel)
        assert (await calls.calls.accept(MEI, SHOW, sam.id))["slot"] == 3
        again = await rig.duels.invite(MEI, SHOW, BO_SHOW, 3)
        assert await refusal(rig.duels.accept(BO, DuelId(again["id"]))) == "stage_full"
        assert (await rig.duels.look(BO, BO_SHOW))["invitations"] == [again]


@pytest.mark.parametrize("reason", ["show_ended", "banned", "ended_by_staff"])
async def test_the_end_of_a_show_a_ban_and_a_moderator_end_it(database: Database, reason: str) -> None:
    async with opened(database) as (shop, rig):
        duel = await begun(rig)
        if reason == "show_ended":
            await set_show(database, BO_SHOW, state="ended")
        elif reason == "banned":
            async with shop.store.write() as tx:
                now_ms = shop.clock.now_ms()
                await tx.bans.add(Ban("ban", BO.id, MO.id, "scam", now_ms, None))
        else:
            await rig.duels.end(MO, duel)
            assert [(row.kind, row.code) for row in await shop.rows(moderation_log)] == [("duel.ended", reason)]
        await rig.keeping.run_once()
        ended = (await told(shop, "duel.state"))[-1][2]
        assert (ended["state"], ended["reason"], ended["decided"], ended["winner"]) == ("ended", reason, False, None)
        assert rig.media.seen() == {}


async def test_what_a_killed_process_or_an_empty_redis_left_undone_is_done_by_jobs(database: Database) -> None:
    async with opened(database) as (shop, rig):
        rig.media.away = True
        duel = await begun(rig)
        rig.media.away = False
        await rig.keeping.run_once()
        assert rig.media.seen() == {SHOW: (3, BO_SHOW), BO_SHOW: (3, SHOW)}
        await rig.scores.add({SHOW: 40}, 0)
        await rig.keeping.run_once()
        # Redis is flushed: the score goes on from what SQL has.
        rig.scores.counts.clear()
        await rig.keeping.run_once()
        assert rig.scores.counts == {SHOW: 40, BO_SHOW: 0}
        rig.scores.away = rig.media.away = True
        shop.clock.ms += 180_000 + COUNTING_MS
        with pytest.raises(LivecartError):
            await rig.keeping.run_once()
        assert await state(shop) == ["after"]
        with pytest.raises(LivecartError):
            await rig.keeping.run_once()
        await rig.duels.end(MEI, duel)
        assert rig.media.seen() != {}
        rig.media.away = False
        await rig.keeping.run_once()
        assert rig.media.seen() == {}


async def test_a_host_whose_stream_is_gone_is_told_as_lost_until_it_is_back(database: Database) -> None:
    async with opened(database) as (shop, rig):
        await begun(rig)
        await rig.keeping.run_once()
        assert len(await told(shop, "duel.state")) == 2
        await set_show(database, BO_SHOW, state="interrupted")
        await rig.keeping.run_once()
        await rig.keeping.run_once()
        lost = (await told(shop, "duel.state"))[-1][2]
        assert (lost["state"], lost["home"]["lost"], lost["away"]["lost"]) == ("running", False, True)
        assert len(await told(shop, "duel.state")) == 4
        await set_show(database, BO_SHOW, state="live")
        await rig.keeping.run_once()
        assert (await told(shop, "duel.state"))[-1][2]["away"]["lost"] is False


async def test_a_pull_that_leads_nowhere_is_made_anew(database: Database) -> None:
    async with opened(database) as (shop, rig):
        await begun(rig)
        before = rig.media.pulls
        place = (SHOW, 3)
        found = rig.media.there[place]
        rig.media.there[place] = type(found)(SHOW, 3, BO_SHOW, live=True, astray=True)
        await rig.keeping.run_once()
        assert rig.media.pulls == before + 1
        rig.media.there[place] = type(found)(SHOW, 3, BO_SHOW, live=False)
        await rig.keeping.run_once()
        assert rig.media.pulls == before + 1
        shop.clock.ms += 6_001
        await rig.keeping.run_once()
        assert rig.media.pulls == before + 2
        # A slot of nobody's duel is emptied.
        rig.media.there[KIM_SHOW, 2] = type(found)(KIM_SHOW, 2, BO_SHOW, live=True)
        await rig.keeping.run_once()
        assert (KIM_SHOW, 2) not in rig.media.there
