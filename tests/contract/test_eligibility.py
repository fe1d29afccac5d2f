"""Who may go live on both engines: counters from records, where the rules are asked, invitations, applications."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import insert, text, update

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import bans, follows, orders, people, shows, topics
from livecart.adapters.system import RandomIds
from livecart.adapters.tokens import address_digests
from livecart.domain.eligibility import DEFAULT, HaltedError, Measure, NotEligibleError, Rule
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.ids import PersonId, TopicId
from livecart.domain.people import Person, Role
from livecart.domain.show import ShowState
from livecart.domain.topic import TopicText
from livecart.services.bans import BannedAddresses, Bans
from livecart.services.eligibility import Eligibility, RulesDraft, require_not_halted
from livecart.services.invitations import REFUSED_FOR_MS, Applications, Invitations
from livecart.services.moderation_log import ModerationLog
from livecart.services.shows import Shows
from livecart.services.store import Page
from livecart.services.store_moderation import LogFilter
from livecart.services.topics import TopicReview
from tests.support.log import Log
from tests.support.shop import MEI, PRICE, SHOW, Shop, open_shop

DAY_MS = 24 * 3600 * 1000
ROOT = Person(PersonId("root"), "root", "Root", Role.ADMIN)
MO = Person(PersonId("mo"), "mo", "Mo", Role.MODERATOR)
TEXT = TopicText("Cups and bowls", "home", "How they are thrown and fired.", "en", None, ())


class NoMedia:
    async def end_show(self, show: str) -> None: ...

    async def viewers(self, show: str) -> int:
        return 0


@dataclass
class Gate:
    shop: Shop
    log: Log
    eligibility: Eligibility
    invitations: Invitations
    applications: Applications
    topics: TopicReview
    shows: Shows
    bans: Bans

    async def rules(self, *rules: Rule, **changed: Any) -> dict[str, Any]:
        whole = {"rollout_percent": 100, "cohorts": ("invited",), "reviewed": True, "name": "creators", **changed}
        return await self.eligibility.put_rules(ROOT, RulesDraft(rules=rules, **whole), reason="a test", version=None)

    async def follow(self, number: int) -> None:
        """So many people follow Mei, and nobody else."""
        async with self.shop.database.write() as connection:
            await connection.execute(text("DELETE FROM follows"))
            rows = [{"followed_id": "mei", "follower_id": f"p{n:05d}", "at_ms": 0} for n in range(number)]
            if rows:
                await connection.execute(insert(follows), rows)

    async def actual(self, measure: Measure, person: Person = MEI, *, days: int | None = None) -> Any:
        most = 10**6 if measure is Measure.STRIKES else 0
        await self.rules(Rule(measure, most, most, days))
        (found,) = (await self.eligibility.mine(person))["rules"]
        assert found["measure"] == measure
        return found["actual"]

    async def draft(self) -> TopicId:
        return TopicId((await self.topics.propose(MEI, TEXT))["id"])

    async def approved(self) -> TopicId:
        topic = await self.draft()
        await self.topics.submit(MEI, topic)
        await self.topics.approve(MO, topic)
        return topic


@pytest.fixture
async def gate(database: Database, tmp_path: Path) -> AsyncIterator[Gate]:
    async with open_shop(database, buyers=6) as shop:
        staff = [{"id": each.id, "handle": each.handle, "role": each.role.value} for each in (ROOT, MO)]
        made = {"display_name": "", "password_hash": "", "created_at_ms": -1}
        async with database.write() as connection:
            await connection.execute(insert(people), [{**each, **made} for each in staff])
        store, clock, ids, media = shop.store, shop.clock, RandomIds(), cast("Any", NoMedia())
        yield Gate(
            shop,
            Log(database, tmp_path),
            Eligibility(store, clock),
            Invitations(store, clock),
            Applications(store, clock),
            TopicReview(store, clock, ids),
            Shows(store, clock, ids, media, media),
            Bans(store, clock, ids, BannedAddresses(store, clock, ids, address_digests("secret"))),
        )


async def test_a_shop_without_rules_lets_every_creator_in_who_has_few_strikes(gate: Gate) -> None:
    assert (await gate.eligibility.rules(ROOT))["version"] == 0
    topic = await gate.approved()
    assert (await gate.eligibility.mine(MEI))["eligible"]
    for _ in range(DEFAULT.rules[0].required + 1):
        await gate.bans.ban(MO, MEI.id, "spam", gate.shop.clock.ms + 1)
    mine = await gate.eligibility.mine(MEI)
    (rule,) = mine["rules"]
    assert (mine["eligible"], rule["actual"], rule["required"], rule["missing"]) == (False, 3, 2, 1)
    with pytest.raises(NotEligibleError) as refused:
        await gate.shows.create(MEI, topic)
    assert refused.value.fields == {"strikes": "at most 2 within 90 days needed, 3 there"}
    gate.shop.clock.ms += 91 * DAY_MS
    assert (await gate.shows.create(MEI, topic))["state"] == "ready", "strikes are forgotten in time"


async def test_a_topic_is_handed_in_and_a_show_made_by_the_eligible_only(gate: Gate) -> None:
    draft, approved, other = await gate.draft(), await gate.approved(), await gate.approved()
    await gate.rules(Rule(Measure.FOLLOWERS, 3, 2))
    for refused in (
        gate.topics.submit(MEI, draft),
        gate.topics.edit(MEI, approved, replace(TEXT, title="Other cups"), None),
        gate.shows.create(MEI, approved),
    ):
        with pytest.raises(NotEligibleError):
            await refused
    assert (await gate.topics.get(MEI, draft))["status"] == "draft"
    assert (await gate.topics.get(MEI, approved))["status"] == "approved", "a refused edit changes nothing"
    # A draft may be written on all the time.
    assert (await gate.topics.edit(MEI, draft, replace(TEXT, title="Other cups"), None))["status"] == "draft"
    await gate.follow(3)
    assert (await gate.topics.submit(MEI, draft))["status"] == "in_review"
    assert (await gate.shows.create(MEI, other))["state"] == "ready"


async def test_what_is_anothers_is_told_before_who_may(gate: Gate) -> None:
    await gate.rules(Rule(Measure.FOLLOWERS, 3, 2))
    topic = await gate.draft()
    with pytest.raises(NotFoundError):
        await gate.topics.submit(gate.shop.buyers[0], topic)
    with pytest.raises(ForbiddenError, match="permission"):
        await gate.shows.create(gate.shop.buyers[0], topic)


async def test_eligibility_is_kept_down_to_the_lower_threshold_even_if_only_refusals_saw_it(gate: Gate) -> None:
    await gate.rules(Rule(Measure.FOLLOWERS, 4, 2))
    topic = await gate.draft()
    for followers, eligible in ((3, False), (4, True), (3, True), (2, True), (1, False), (3, False), (4, True)):
        await gate.follow(followers)
        if followers == 1:
            # The refusal itself is rolled back; that he has fallen is not.
            with pytest.raises(NotEligibleError):
                await gate.topics.submit(MEI, topic)
            continue
        mine = await gate.eligibility.mine(MEI)
        assert mine["eligible"] == eligible, followers


async def test_what_is_counted_is_what_was_recorded(gate: Gate) -> None:
    shop, now = gate.shop, gate.shop.clock.ms
    await gate.follow(5)
    assert await gate.actual(Measure.FOLLOWERS) == 5
    async with shop.database.write() as connection:
        made = update(people).where(people.c.id == "mei")
        await connection.execute(made.values(created_at_ms=now - 3 * DAY_MS + 1))
    assert await gate.actual(Measure.ACCOUNT_AGE_DAYS) == 2
    assert await gate.actual(Measure.POSTS, days=30) == 0
    await gate.draft()
    await gate.approved()
    rejected = await gate.draft()
    await gate.topics.submit(MEI, rejected)
    await gate.topics.reject(MO, rejected, "off_topic", "Cars.")
    assert await gate.actual(Measure.POSTS, days=30) == 1, "neither drafts nor what was rejected"
    async with shop.database.write() as connection:
        await connection.execute(update(shows).where(shows.c.id == SHOW).values(started_at_ms=now - 2 * DAY_MS))
    assert await gate.actual(Measure.POSTS, days=30) == 2
    assert await gate.actual(Measure.POSTS, days=1) == 1


async def test_strikes_are_what_staff_ruled_and_did_not_take_back(gate: Gate) -> None:
    assert await gate.actual(Measure.STRIKES, days=30) == 0
    await gate.bans.ban(MO, MEI.id, "spam")
    await gate.bans.lift(MO, MEI.id)
    assert await gate.actual(Measure.STRIKES, days=30) == 0
    await gate.bans.ban(None, MEI.id, "spam", gate.shop.clock.ms + 1)
    await gate.shows.end(MO, SHOW)
    await gate.shows.create(MEI, await gate.approved())
    assert await gate.actual(Measure.STRIKES, days=30) == 2
    gate.shop.clock.ms += 31 * DAY_MS
    assert await gate.actual(Measure.STRIKES, days=30) == 0


async def test_quality_is_shows_that_were_not_stopped_and_orders_without_refunds(gate: Gate) -> None:
    shop = gate.shop
    assert await gate.actual(Measure.QUALITY, days=30) is None, "nothing to judge by"
    ana = shop.buyers[0]
    await shop.top_up(ana, 9 * PRICE)
    for _ in range(4):
        await shop.pay(ana, await shop.place(ana))
    assert await gate.actual(Measure.QUALITY, days=30) == 100
    async with shop.database.write() as connection:
        (first,) = (await connection.execute(text("SELECT MIN(id) FROM orders"))).one()
        await connection.execute(update(orders).where(orders.c.id == first).values(refunded_minor=1))
        ended = {"state": ShowState.ENDED.value, "started_at_ms": shop.clock.ms, "ended_at_ms": shop.clock.ms}
        await connection.execute(update(shows).where(shows.c.id != SHOW).values(**ended))
        await connection.execute(update(shows).where(shows.c.id == SHOW).values(started_at_ms=shop.clock.ms))
    assert await gate.actual(Measure.QUALITY, days=30) == 75
    await gate.shows.end(MO, SHOW)
    assert await gate.actual(Measure.QUALITY, days=30) == 37, "half of the shows, three quarters of the orders"


async def test_the_kill_switch_keeps_new_shows_out_and_leaves_those_that_are_live(gate: Gate) -> None:
    topic = await gate.approved()
    ready = await gate.shows.create(MEI, await gate.approved())
    await gate.eligibility.halt(ROOT, halted=True, reason="an incident")
    again = await gate.eligibility.halt(ROOT, halted=True, reason="an incident")
    assert (again["version"], again["halted"]) == (1, True), "thrown twice it is thrown once"
    with pytest.raises(HaltedError):
        await gate.shows.create(MEI, topic)
    async with gate.shop.store.read() as tx:
        await require_not_halted(tx, await tx.shows.get(SHOW))  # live
        with pytest.raises(HaltedError):
            await require_not_halted(tx, await tx.shows.get(ready["id"]))
    # New rules do not open what was halted; the switch does.
    assert (await gate.rules())["halted"]
    assert (await gate.eligibility.mine(MEI))["halted"]
    await gate.eligibility.halt(ROOT, halted=False, reason="over")
    assert (await gate.shows.create(MEI, topic))["state"] == "ready"


async def test_rules_are_versions_by_admins_and_two_editors_are_told(gate: Gate) -> None:
    draft = RulesDraft("creators", (Rule(Measure.FOLLOWERS, 3, 2),), 50, (), reviewed=False)
    for person in (MEI, MO, gate.shop.buyers[0]):
        with pytest.raises(ForbiddenError):
            await gate.eligibility.put_rules(person, draft, reason="mine", version=None)
        with pytest.raises(ForbiddenError):
            await gate.eligibility.halt(person, halted=True, reason="mine")
        with pytest.raises(ForbiddenError):
            await gate.eligibility.rules(person)
    made = await gate.eligibility.put_rules(ROOT, draft, reason="grow slowly", version=0)
    assert (made["version"], made["rollout_percent"], made["changed_by"]["handle"]) == (1, 50, "root")
    with pytest.raises(ConflictError) as refused:
        await gate.eligibility.put_rules(ROOT, draft, reason="grow slowly", version=0)
    assert refused.value.code == "rules_changed"
    with pytest.raises(InvalidError):
        await gate.eligibility.put_rules(ROOT, draft, reason="", version=1)
    with pytest.raises(InvalidError):
        await gate.eligibility.put_rules(ROOT, replace(draft, rollout_percent=101), reason="more", version=1)
    (entry,), _ = await ModerationLog(gate.shop.store).search(ROOT, Page(9), LogFilter(kinds=["eligibility.rules"]))
    assert (entry["reason"], entry["code"], '"rollout_percent":50' in entry["quote"]) == ("grow slowly", "open", True)
    assert await gate.log.faults() == {}


TAMPERING = [
    "UPDATE eligibility_rule_sets SET body = REPLACE(body, '100', '50')",
    "DELETE FROM eligibility_rule_sets",
    "INSERT INTO eligibility_rule_sets SELECT 7, body, by_id, at_ms FROM eligibility_rule_sets",
    "UPDATE eligibility_rule_sets SET by_id = 'mei'",
]


@pytest.mark.once
@pytest.mark.parametrize("statement", TAMPERING)
async def test_rules_changed_behind_the_log_are_found(gate: Gate, statement: str) -> None:
    await gate.rules()
    assert await gate.log.faults() == {}
    await gate.log.tamper(statement)
    assert list(await gate.log.faults()) == ["every version of the rules of eligibility is in the moderation log"]


async def test_an_invitation_stands_in_for_followers_and_not_for_strikes(gate: Gate) -> None:
    await gate.rules(Rule(Measure.FOLLOWERS, 9, 9), Rule(Measure.STRIKES, 0, 0, 30, for_invited=True))
    topic = await gate.draft()
    found = await gate.invitations.invite(ROOT, "invited", ["mei", "MEI"], "first wave")
    assert ([each["handle"] for each in found["added"]], found["let_in"]) == (["mei"], True)
    assert (await gate.invitations.invite(None, "invited", ["mei"], "again"))["added"] == []
    mine = await gate.eligibility.mine(MEI)
    assert (mine["eligible"], mine["invited"], [each["waived"] for each in mine["rules"]]) == (
        True,
        True,
        [True, False],
    )
    await gate.topics.submit(MEI, topic)
    await gate.bans.ban(MO, MEI.id, "spam", gate.shop.clock.ms + 1)
    assert not (await gate.eligibility.mine(MEI))["eligible"]
    assert await gate.invitations.cohorts(ROOT) == [{"name": "invited", "people": 1, "let_in": True}]
    members, following = await gate.invitations.members(ROOT, "invited", Page(1))
    assert ([each["user"]["handle"] for each in members], following) == (["mei"], None)
    await gate.invitations.uninvite(ROOT, "invited", MEI.id, "over")
    with pytest.raises(NotFoundError):
        await gate.invitations.uninvite(ROOT, "invited", MEI.id, "over")
    assert not (await gate.eligibility.mine(MEI))["invited"]
    cases, _ = await ModerationLog(gate.shop.store).cases(MEI, Page(9))
    assert [case["kind"] for case in cases] == ["person.uninvited", "person.banned", "person.invited"]


async def test_who_is_invited_is_known_and_a_list_is_taken_whole(gate: Gate) -> None:
    for handles in ([], ["mei", "nobody"], ["mei"] * 3 + ["p" * 40], [f"x{n}" for n in range(201)]):
        with pytest.raises(InvalidError):
            await gate.invitations.invite(ROOT, "invited", handles, "why not")
    with pytest.raises(InvalidError):
        await gate.invitations.invite(ROOT, "Not a name", ["mei"], "why not")
    assert (await gate.invitations.cohorts(ROOT))[0]["people"] == 0
    with pytest.raises(ForbiddenError):
        await gate.invitations.invite(MO, "invited", ["mei"], "a friend")


async def test_a_viewer_applies_and_waits_for_an_admin(gate: Gate) -> None:
    ana, lin = gate.shop.buyers[:2]
    assert (await gate.eligibility.mine(ana))["may_apply"]
    applied = await gate.applications.apply(ana)
    assert (applied["application"]["state"], applied["creator"], applied["may_apply"]) == ("waiting", False, False)
    with pytest.raises(ConflictError) as refused:
        await gate.applications.apply(ana)
    assert refused.value.code == "application_waiting"
    await gate.applications.apply(lin)
    with pytest.raises(ForbiddenError):
        await gate.applications.grant(MO, ana.id)
    waiting, _ = await gate.applications.waiting(ROOT, Page(9))
    assert {each["user"]["id"]: each["eligibility"]["eligible"] for each in waiting} == {ana.id: True, lin.id: True}
    assert (await gate.applications.grant(ROOT, ana.id))["role"] == "creator"
    for decided in (gate.applications.grant(ROOT, ana.id), gate.applications.refuse(ROOT, ana.id, "late")):
        with pytest.raises(ConflictError) as refused:
            await decided
        assert refused.value.code == "not_waiting"
    with pytest.raises(ConflictError) as refused:
        await gate.applications.apply(ana)  # with a session that knows the older role
    assert refused.value.code == "not_a_viewer"
    await gate.applications.refuse(ROOT, lin.id, "Tell us more.")
    (case,), _ = await ModerationLog(gate.shop.store).cases(lin, Page(9))
    assert (case["kind"], case["reason"]) == ("person.application_refused", "Tell us more.")
    with pytest.raises(ConflictError) as refused:
        await gate.applications.apply(lin)
    assert refused.value.code == "application_refused"
    gate.shop.clock.ms += REFUSED_FOR_MS
    assert (await gate.applications.apply(lin))["application"]["state"] == "waiting"
    assert await gate.log.faults() == {}


async def test_where_the_rules_decide_alone_who_meets_them_is_a_creator_at_once(gate: Gate) -> None:
    ana = gate.shop.buyers[0]
    await gate.rules(Rule(Measure.ACCOUNT_AGE_DAYS, 10, 10), reviewed=False)
    async with gate.shop.database.write() as connection:
        await connection.execute(update(people).values(created_at_ms=gate.shop.clock.ms))
    with pytest.raises(NotEligibleError):
        await gate.applications.apply(ana)
    gate.shop.clock.ms += 10 * DAY_MS
    applied = await gate.applications.apply(ana)
    assert applied["application"]["state"] == "granted"
    async with gate.shop.store.read() as tx:
        assert (await tx.people.get(ana.id)).role is Role.CREATOR
    with pytest.raises(ConflictError):
        await gate.applications.apply(MO)
    (entry,), _ = await ModerationLog(gate.shop.store).search(
        ROOT, Page(9), LogFilter(ana.id, kinds=["person.role_given"])
    )
    assert (entry["by"], entry["rule"], entry["code"]) == (None, "eligibility:1", "creator")


async def test_a_topic_of_another_counts_for_nobody_else(gate: Gate) -> None:
    ana = gate.shop.buyers[0]
    await gate.approved()
    await gate.bans.ban(MO, MEI.id, "spam", gate.shop.clock.ms + 1)
    for measure in (Measure.POSTS, Measure.STRIKES):
        assert await gate.actual(measure, ana, days=30) == 0
    assert await gate.actual(Measure.FOLLOWERS, ana) == 0
    assert await gate.shop.rows(topics)
    assert await gate.shop.rows(bans)
