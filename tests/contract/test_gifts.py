"""Gifts, their streaks and caps through the services, on both engines."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import journals, outbox
from livecart.adapters.sql.tables_gifts import gift_givers
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from livecart.domain.gift import Gift, check_catalogue
from livecart.domain.giver import DAY_MS
from livecart.domain.ids import GiftId, ShowId
from livecart.domain.money import Money
from livecart.domain.people import Person, Role
from livecart.domain.sessions import Ban
from livecart.services.figures import ShowFigures
from tests.support.gifts import ROSE, WINDOW_MS, GiftShop, with_gifts
from tests.support.shop import ENDED_SHOW, MEI, SHOW, open_shop

FUNDS = 10_000


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[GiftShop]:
    async with open_shop(database, buyers=3) as shop:
        rig = with_gifts(shop)
        for buyer in shop.buyers[:2]:
            await shop.top_up(buyer, FUNDS)
        yield rig
        assert await shop.faults() == {}


async def _told(rig: GiftShop) -> list[dict[str, Any]]:
    return [json.loads(row.data) for row in await rig.shop.rows(outbox) if row.type == "gift"]


async def test_a_streak_is_held_as_it_grows_and_paid_once_at_its_end(rig: GiftShop) -> None:
    ana = rig.shop.buyers[0]
    first = await rig.send(ana)
    assert first == {
        "streak": first["streak"],
        "show": SHOW,
        "from": {"id": ana.id, "display_name": "Ana"},
        "gift": {"id": "rose", "name": "Rose", "icon": "🌹", "price": {"amount_minor": ROSE, "currency": "CNY"}},
        "count": 1,
        "total": {"amount_minor": ROSE, "currency": "CNY"},
        "final": False,
        "ends_at": "2027-01-15T08:00:05.000Z",
        "version": 1,
    }
    assert await rig.later(WINDOW_MS - 1) == 0
    second = await rig.send(ana, count=4)
    assert (second["streak"], second["count"], second["version"]) == (first["streak"], 5, 2)
    assert await rig.balances() == {
        "external:CNY": -2 * FUNDS,
        f"wallet:{ana.id}:CNY": FUNDS - 500,
        f"held:{ana.id}:CNY": 500,
        f"wallet:{rig.shop.buyers[1].id}:CNY": FUNDS,
    }
    assert await rig.later(WINDOW_MS) == 1
    assert await rig.later(0) == 0
    balances = await rig.balances()
    assert (balances["proceeds:mei:CNY"], balances["fees:CNY"], f"held:{ana.id}:CNY" in balances) == (450, 50, False)
    assert [row.kind for row in await rig.shop.rows(journals) if row.kind.startswith("gift")] == [
        "gift_held",
        "gift_held",
        "gift_paid",
    ]
    told = await _told(rig)
    assert [(each["count"], each["final"], each["version"]) for each in told] == [
        (1, False, 1),
        (5, False, 2),
        (5, True, 3),
    ]
    assert told[:2] == [first, second]


async def test_the_sender_hears_of_his_wallet_and_the_room_of_the_gift(rig: GiftShop) -> None:
    sent = await rig.send(rig.shop.buyers[0])
    rows = {row.event_id: row for row in await rig.shop.rows(outbox)}
    wallet = rows[f"wallet:gift_held:{sent['streak']}:1"]
    assert (wallet.person_id, json.loads(wallet.data)["balances"][0]["amount_minor"]) == (
        rig.shop.buyers[0].id,
        FUNDS - ROSE,
    )
    gift = rows[f"gift:{sent['streak']}:1"]
    assert (gift.show_id, gift.person_id) == (SHOW, None)


async def test_the_same_key_is_the_same_gift(rig: GiftShop) -> None:
    ana = rig.shop.buyers[0]
    first = await rig.send(ana, key="k")
    await rig.send(ana)
    assert await rig.send(ana, key="k") == first
    await rig.later(WINDOW_MS)
    assert await rig.send(ana, key="k") == first
    for changed in ({"count": 2}, {"gift": "tea"}, {"show": ENDED_SHOW}):
        with pytest.raises(ConflictError) as refusal:
            await rig.send(ana, key="k", **changed)
        assert refusal.value.code == "key_reused"
    assert (await rig.balances())["proceeds:mei:CNY"] == 180


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"gift": "unicorn"}, "not_found"),
        ({"gift": ""}, "not_found"),
        ({"gift": "\ud800"}, "not_found"),
        ({"count": 0}, "invalid"),
        ({"count": -1}, "invalid"),
        ({"count": 1_001}, "invalid"),
        ({"count": True}, "invalid"),
        ({"count": "a"}, "invalid"),
        ({"show": ENDED_SHOW}, "show_ended"),
        ({"show": ShowId("nothing")}, "not_found"),
        ({"show": ShowId("\0")}, "not_found"),
        ({"key": "\n"}, "invalid"),
        ({"gift": "rocket"}, "insufficient_funds"),
        ({"count": 101}, "insufficient_funds"),
    ],
)
async def test_a_gift_that_cannot_be_is_refused_and_costs_nothing(rig: GiftShop, changed: Any, code: str) -> None:
    with pytest.raises((ConflictError, NotFoundError, InvalidError)) as refusal:
        await rig.send(rig.shop.buyers[0], **changed)
    assert refusal.value.code == code
    assert (await rig.balances())[f"wallet:{rig.shop.buyers[0].id}:CNY"] == FUNDS
    assert await rig.streaks() == {}


async def test_a_gift_needs_a_key(rig: GiftShop) -> None:
    for missing in (None, ""):
        with pytest.raises(InvalidError) as refusal:
            await rig.gifts.send(rig.shop.buyers[0], missing, SHOW, "rose", 1)
        assert refusal.value.code == "key_required"


async def test_nobody_gives_to_himself_from_nothing_or_while_banned(rig: GiftShop) -> None:
    ana, _, poor = rig.shop.buyers
    await rig.shop.top_up(MEI, FUNDS)
    for show in (SHOW, ENDED_SHOW):
        with pytest.raises(ForbiddenError) as own:
            await rig.send(MEI, show=show)
        assert own.value.code == "own_show"
    with pytest.raises(ConflictError) as empty:
        await rig.send(poor)
    assert empty.value.code == "insufficient_funds"
    async with rig.shop.store.write() as tx:
        await tx.bans.add(Ban("b", ana.id, None, "spite", rig.shop.clock.ms, rig.shop.clock.ms + 60_000))
    with pytest.raises(ForbiddenError) as banned:
        await rig.send(ana)
    assert banned.value.code == "banned"
    async with rig.shop.store.write() as tx:
        await tx.bans.lift(ana.id, None, rig.shop.clock.ms)
    assert (await rig.send(ana))["count"] == 1


async def test_a_streak_is_paid_although_its_show_ends_and_its_sender_is_banned(rig: GiftShop) -> None:
    ana = rig.shop.buyers[0]
    await rig.send(ana, count=10)
    async with rig.shop.database.write() as connection:
        await connection.execute(text("UPDATE shows SET state = 'ended'"))
    async with rig.shop.store.write() as tx:
        await tx.bans.add(Ban("b", ana.id, None, "spite", rig.shop.clock.ms, None))
    assert await rig.later(WINDOW_MS) == 1
    assert (await rig.balances())["proceeds:mei:CNY"] == 900


async def test_the_host_sees_what_gifts_brought_and_nobody_else_does(rig: GiftShop) -> None:
    figures = ShowFigures(rig.shop.store)
    await rig.send(rig.shop.buyers[0], count=3)
    await rig.send(rig.shop.buyers[1], "tea", count=2)
    nothing = {"count": 0, "totals": [], "proceeds": []}
    assert (await figures.view_for(MEI, SHOW) or {})["gifts"] == nothing
    await rig.later(WINDOW_MS)
    assert (await figures.view_for(MEI, SHOW) or {})["gifts"] == {
        "count": 5,
        "totals": [{"amount_minor": 800, "currency": "CNY"}],
        "proceeds": [{"amount_minor": 720, "currency": "CNY"}],
    }
    assert (await figures.view_for(MEI, ENDED_SHOW) or {})["gifts"] == nothing
    mo = Person(rig.shop.buyers[2].id, "mo", "Mo", Role.MODERATOR)
    assert "gifts" not in (await figures.view_for(mo, SHOW) or {})


@pytest.mark.parametrize("currency", ["JPY", "CNY", "KWD"])
async def test_a_streak_of_any_currency_adds_up(rig: GiftShop, currency: str) -> None:
    priced = [Gift(GiftId("bell"), "Bell", "🔔", Money(333, currency))]
    ringing = with_gifts(rig.shop, "bell", catalogue=check_catalogue(priced))
    ana = rig.shop.buyers[0]
    await rig.shop.wallets.top_up(ana, "more", amount_minor=1_000, currency=currency)
    before = (await rig.balances()).get(f"wallet:{ana.id}:{currency}", 0)
    for _ in range(3):
        await ringing.send(ana, "bell")
    assert await ringing.later(WINDOW_MS) == 1
    balances = await rig.balances()
    assert (before - balances.get(f"wallet:{ana.id}:{currency}", 0)) == 999
    assert (balances[f"proceeds:mei:{currency}"], balances[f"fees:{currency}"]) == (900, 99)


async def test_a_cap_is_kept_and_says_what_is_left(rig: GiftShop) -> None:
    ana = rig.shop.buyers[0]
    assert (await rig.preferences.get(ana))["gift_cap"] == {
        "currency": "CNY",
        "cap_minor": None,
        "spent_minor": 0,
        "left_minor": None,
        "next": None,
    }
    await rig.send(ana, count=2)
    cap = await rig.cap(ana, 450)
    assert (cap["cap_minor"], cap["spent_minor"], cap["left_minor"], cap["next"]) == (450, 200, 250, None)
    for gift, count in (("rose", 3), ("tea", 2)):
        with pytest.raises(ConflictError) as refusal:
            await rig.send(ana, gift, count)
        assert refusal.value.code == "gift_cap_reached"
        assert getattr(refusal.value, "fields", {}) == {"left_minor": "250"}
    await rig.send(ana, "tea")
    with pytest.raises(ConflictError) as reached:
        await rig.send(ana)
    assert "0.00 CNY" in reached.value.message
    # Another person's cap is his own, and so is another day.
    await rig.send(rig.shop.buyers[1], count=10)
    await rig.later(DAY_MS)
    assert (await rig.send(ana, count=4))["count"] == 4


async def test_lowering_holds_at_once_and_raising_from_the_next_day_on(rig: GiftShop) -> None:
    ana = rig.shop.buyers[0]
    await rig.cap(ana, 300)
    for higher in (500, None):
        cap = await rig.cap(ana, higher)
        assert (cap["cap_minor"], cap["next"]) == (300, {"cap_minor": higher, "from": "2027-01-16T00:00:00.000Z"})
    assert (await rig.cap(ana, 100))["next"] is None
    assert (await rig.cap(ana, None))["cap_minor"] == 100
    await rig.send(ana)
    with pytest.raises(ConflictError):
        await rig.send(ana)
    await rig.later(DAY_MS)
    cap = (await rig.preferences.get(ana))["gift_cap"]
    assert (cap["cap_minor"], cap["spent_minor"], cap["next"]) == (None, 0, None)
    await rig.send(ana, count=50)


@pytest.mark.parametrize("wrong", [-1, 10**13, True])
async def test_a_cap_that_cannot_be_is_refused(rig: GiftShop, wrong: Any) -> None:
    with pytest.raises(InvalidError):
        await rig.cap(rig.shop.buyers[0], wrong)
    assert await rig.shop.rows(gift_givers) == []
    with pytest.raises(InvalidError):
        await rig.preferences.put(rig.shop.buyers[0])
