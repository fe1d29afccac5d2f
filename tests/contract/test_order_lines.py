"""Orders of several lines, and stock that its seller corrects, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import orders, outbox
from livecart.domain.errors import InvalidError, LivecartError, NotFoundError
from livecart.domain.people import Person
from livecart.services.stocking import Stocking
from livecart.services.store import Page
from livecart.services.wishes import WishedLine
from tests.support.shop import MEI, OTHER_VARIANT, PRICE, SHOW, VARIANT, Shop, open_shop


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


async def _code(awaitable: Any) -> str:
    with pytest.raises(LivecartError) as refusal:
        await awaitable
    return refusal.value.code


def _lines(*wanted: tuple[str, Any]) -> tuple[WishedLine, ...]:
    return tuple(WishedLine(quantity, variant) for variant, quantity in wanted)


async def test_all_lines_are_reserved_or_none(shop: Shop) -> None:
    ana = shop.buyers[0]
    both = await shop.place(ana, show=None, lines=_lines((VARIANT, 2), (OTHER_VARIANT, 3)))
    assert [(line["variant"], line["quantity"]) for line in both["lines"]] == [(VARIANT, 2), (OTHER_VARIANT, 3)]
    assert both["total"]["amount_minor"] == 5 * PRICE
    assert await _code(shop.place(ana, show=None, lines=_lines((VARIANT, 1), (OTHER_VARIANT, 8)))) == "sold_out"
    assert ((await shop.row()).reserved, (await shop.row(OTHER_VARIANT)).reserved) == (2, 3)
    await shop.top_up(ana, 5 * PRICE)
    await shop.pay(ana, both)
    assert ((await shop.row()).sold, (await shop.row(OTHER_VARIANT)).sold) == (2, 3)


async def test_the_same_variant_on_two_lines_is_summed_before_it_is_checked(shop: Shop) -> None:
    """Row 31: what oversold elsewhere, since each line alone was within the stock."""
    assert await _code(shop.place(shop.buyers[0], lines=_lines((VARIANT, 6), (VARIANT, 6)))) == "sold_out"
    order = await shop.place(shop.buyers[0], lines=_lines((VARIANT, 6), (VARIANT, 4)))
    assert [(line["variant"], line["quantity"]) for line in order["lines"]] == [(VARIANT, 10)]
    assert (await shop.row()).reserved == 10


@pytest.mark.parametrize("quantity", [0, -1, 2**31, 1.5, 1.0, "1", True, None, 101])
async def test_a_line_has_a_whole_number_of_units(shop: Shop, quantity: Any) -> None:
    for lines in (_lines((VARIANT, quantity)), _lines((OTHER_VARIANT, 1), (VARIANT, quantity))):
        with pytest.raises(InvalidError):
            await shop.place(shop.buyers[0], lines=lines, show=None)
    assert await shop.rows(orders) == []


@pytest.mark.parametrize(
    "lines",
    [
        (),
        _lines((VARIANT, 60), (VARIANT, 41)),
        _lines(*((VARIANT, 1),) * 51),
        (WishedLine(1),),
        (WishedLine(1, VARIANT, "offer"),),
    ],
)
async def test_lines_that_make_no_order_are_refused(shop: Shop, lines: tuple[WishedLine, ...]) -> None:
    with pytest.raises(InvalidError):
        await shop.place(shop.buyers[0], lines=lines)


async def test_one_line_that_is_not_in_the_bag_refuses_the_order(shop: Shop) -> None:
    assert await _code(shop.place(shop.buyers[0], lines=_lines((VARIANT, 1), (OTHER_VARIANT, 1)))) == "not_in_bag"
    assert (await shop.row()).reserved == 0


async def test_an_order_is_in_one_currency(shop: Shop) -> None:
    async with shop.database.write() as connection:
        await connection.execute(text("UPDATE products SET currency = 'JPY' WHERE id = 'vase'"))
    wanted = _lines((VARIANT, 1), (OTHER_VARIANT, 1))
    assert await _code(shop.place(shop.buyers[0], show=None, lines=wanted)) == "currency_mixed"
    assert (await shop.row()).reserved == 0


async def test_one_line_in_lines_is_the_same_request_as_the_line_itself(shop: Shop) -> None:
    first = await shop.place(shop.buyers[0], 2, key="k")
    assert await shop.place(shop.buyers[0], lines=_lines((VARIANT, 2)), key="k") == first
    assert await _code(shop.place(shop.buyers[0], lines=_lines((VARIANT, 1), (VARIANT, 1)), key="k")) == "key_reused"


@pytest.fixture
def stocking(shop: Shop) -> Stocking:
    return Stocking(shop.store, shop.committer)


async def test_a_seller_has_more_or_less_and_says_why(shop: Shop, stocking: Stocking) -> None:
    more = await stocking.adjust(MEI, "a", VARIANT, "delivery 7", delta=5)
    assert (more["stock"], more["available"]) == (15, 15)
    assert (await stocking.adjust(MEI, "b", VARIANT, "broken", delta=-2))["stock"] == 13
    counted = await stocking.adjust(MEI, "c", VARIANT, "counted", stock=20)
    assert (counted["stock"], counted["version"]) == (20, 4)
    assert await stocking.adjust(MEI, "a", VARIANT, "delivery 7", delta=5) == more
    first, following = await stocking.movements(MEI, VARIANT, Page(3))
    assert [(each["kind"], each["quantity"], each["cause"]) for each in first] == [
        ("received", 7, "counted"),
        ("removed", 2, "broken"),
        ("received", 5, "delivery 7"),
    ]
    assert following is not None
    rest, end = await stocking.movements(MEI, VARIANT, Page(3, following))
    assert [each["cause"] for each in rest] == ["t"]
    assert end is None
    told = [row for row in await shop.rows(outbox) if row.type == "stock"]
    assert len(told) == 3
    assert {row.show_id for row in told} == {SHOW}


async def test_what_is_reserved_or_sold_cannot_be_taken_away(shop: Shop, stocking: Stocking) -> None:
    await shop.place(shop.buyers[0], 4)
    assert await _code(stocking.adjust(MEI, "a", VARIANT, "lost", delta=-7)) == "sold_out"
    assert await _code(stocking.adjust(MEI, "b", VARIANT, "lost", stock=3)) == "sold_out"
    assert (await stocking.adjust(MEI, "c", VARIANT, "lost", stock=4))["available"] == 0
    assert (await stocking.adjust(MEI, "d", VARIANT, "same", delta=0))["stock"] == 4


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        ({}, "why"),
        ({"delta": 1, "stock": 1}, "why"),
        ({"delta": 10**9 + 1}, "why"),
        ({"stock": -1}, "why"),
        ({"stock": 10**9 + 1}, "why"),
        ({"delta": 1.5}, "why"),
        ({"delta": True}, "why"),
        ({"delta": 1}, ""),
        ({"delta": 1}, "x" * 201),
        ({"delta": 10**9}, "more than there may be"),
    ],
)
async def test_a_correction_that_makes_no_sense_is_refused(stocking: Stocking, change: Any, cause: str) -> None:
    with pytest.raises(InvalidError):
        await stocking.adjust(MEI, "a", VARIANT, cause, **change)


async def test_another_sellers_variant_is_not_there(shop: Shop, stocking: Stocking) -> None:
    other = Person(shop.buyers[0].id, "lin", "Lin", MEI.role)
    for call in (
        stocking.adjust(other, "a", VARIANT, "why", delta=1),
        stocking.movements(other, VARIANT, Page(3)),
        stocking.movements(MEI, "nothing", Page(3)),
    ):
        with pytest.raises(NotFoundError):
            await call
    assert await _code(stocking.adjust(shop.buyers[0], "a", VARIANT, "why", delta=1)) == "forbidden"
    assert await _code(stocking.adjust(MEI, None, VARIANT, "why", delta=1)) == "key_required"
