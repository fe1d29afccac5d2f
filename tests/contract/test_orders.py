"""Orders, wallets and their rules through the services, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from livecart.adapters.sql.database import Database
from livecart.adapters.sql.tables import idempotency_keys, journals, orders
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import OrderId, ShowId, VariantId
from livecart.domain.order import RESERVATION_MS
from livecart.services.store import Page
from livecart.services.wallets import Wallets
from tests.support.shop import (
    ENDED_SHOW,
    OTHER_VARIANT,
    PRICE,
    PRODUCT,
    SHOW,
    START_MS,
    VARIANT,
    CountedIds,
    Shop,
    open_shop,
    wish,
)


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


async def test_an_order_reserves_the_goods_at_the_shops_price(shop: Shop) -> None:
    order = await shop.place(shop.buyers[0], 3)
    assert order == {
        "id": order["id"],
        "state": "reserved",
        "show": SHOW,
        "lines": [
            {
                "variant": VARIANT,
                "product": PRODUCT,
                "title": "Lamp",
                "variant_title": "Lamp-Red",
                "quantity": 3,
                "unit_price_minor": PRICE,
                "discount_minor": 0,
                "offer": None,
            }
        ],
        "discount": {"amount_minor": 0, "currency": "CNY"},
        "coupon": None,
        "total": {"amount_minor": 3 * PRICE, "currency": "CNY"},
        "held": True,
        "created_at": "2027-01-15T08:00:00.000Z",
        "expires_at": "2027-01-15T08:15:00.000Z",
        "paid_at": None,
        "fulfilled_at": None,
        "refunded_minor": 0,
    }
    row = await shop.row()
    assert (row.stock, row.reserved, row.sold, row.version) == (10, 3, 0, 2)
    assert await shop.orders.get(shop.buyers[0], OrderId(order["id"])) == order


async def test_two_buyers_want_the_last_unit_and_one_gets_it(database: Database) -> None:
    async with open_shop(database, stock=1) as shop:
        answers = await asyncio.gather(shop.place(shop.buyers[0]), shop.place(shop.buyers[1]), return_exceptions=True)
        refused = [answer for answer in answers if isinstance(answer, ConflictError)]
        assert [refusal.code for refusal in refused] == ["sold_out"]
        assert (await shop.row()).reserved == 1
        assert await shop.faults() == {}


async def test_sold_out_is_not_kept_under_the_key(database: Database) -> None:
    async with open_shop(database, stock=1) as shop:
        first = await shop.place(shop.buyers[0])
        with pytest.raises(ConflictError, match="only 0 are left"):
            await shop.place(shop.buyers[1], key="again")
        await shop.cancel(shop.buyers[0], first)
        assert (await shop.place(shop.buyers[1], key="again"))["state"] == "reserved"


async def test_the_same_key_gets_the_first_answer_even_when_the_order_has_moved_on(shop: Shop) -> None:
    ana = shop.buyers[0]
    first = await shop.place(ana, key="k")
    await shop.cancel(ana, first)
    assert await shop.place(ana, key="k") == first
    assert len(await shop.rows(orders)) == 1


async def test_the_same_key_at_once_is_one_order(shop: Shop) -> None:
    answers = await asyncio.gather(*(shop.place(shop.buyers[0], key="k") for _ in range(5)))
    assert all(answer == answers[0] for answer in answers)
    assert (await shop.row()).reserved == 1


async def test_the_same_key_with_another_body_is_refused(shop: Shop) -> None:
    ana = shop.buyers[0]
    await shop.place(ana, 1, key="k")
    with pytest.raises(ConflictError) as later:
        await shop.place(ana, 2, key="k")
    together = await asyncio.gather(shop.place(ana, 1, key="j"), shop.place(ana, 2, key="j"), return_exceptions=True)
    assert later.value.code == "key_reused"
    assert isinstance(together[0], dict)
    assert isinstance(together[1], ConflictError)
    assert together[1].code == "key_reused"
    assert (await shop.row()).reserved == 2


async def test_after_a_refusal_the_key_is_free_for_another_body(shop: Shop) -> None:
    with pytest.raises(ConflictError):
        await shop.place(shop.buyers[0], 11, key="k")
    assert await shop.rows(idempotency_keys) == []
    assert (await shop.place(shop.buyers[0], 2, key="k"))["lines"][0]["quantity"] == 2


async def test_two_people_may_use_the_same_key(shop: Shop) -> None:
    one = await shop.place(shop.buyers[0], key="k")
    two = await shop.place(shop.buyers[1], key="k")
    assert one["id"] != two["id"]


@pytest.mark.parametrize("key", [None, ""])
async def test_a_missing_key_is_refused(shop: Shop, key: str | None) -> None:
    for call in (
        shop.orders.place(shop.buyers[0], key, wish(1, show=None)),
        shop.orders.pay(shop.buyers[0], key, OrderId("x"), "wallet"),
        shop.orders.cancel(shop.buyers[0], key, OrderId("x")),
        shop.wallets.top_up(shop.buyers[0], key, amount_minor=1),
    ):
        with pytest.raises(InvalidError) as refusal:
            await call
        assert refusal.value.code == "key_required"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"variant": VariantId("nothing")}, "not_found"),
        ({"variant": VariantId("\0")}, "not_found"),
        ({"variant": VariantId("\ud800")}, "not_found"),
        ({"show": ShowId("nothing")}, "not_found"),
        ({"show": ENDED_SHOW}, "show_ended"),
        ({"variant": OTHER_VARIANT}, "not_in_bag"),
        ({"quantity": 11}, "sold_out"),
        ({"quantity": 0}, "invalid"),
        ({"quantity": -1}, "invalid"),
        ({"quantity": 101}, "invalid"),
        ({"quantity": 2**31}, "invalid"),
        ({"quantity": True}, "invalid"),
        ({"quantity": 1.0}, "invalid"),
    ],
)
async def test_an_order_that_cannot_be_is_refused_by_name(shop: Shop, changed: dict[str, object], code: str) -> None:
    with pytest.raises((ConflictError, NotFoundError, InvalidError)) as refusal:
        await shop.place(shop.buyers[0], **changed)  # type: ignore[arg-type]
    assert refusal.value.code == code
    assert (await shop.row()).reserved == 0


async def test_without_a_show_any_product_may_be_bought(shop: Shop) -> None:
    order = await shop.place(shop.buyers[0], variant=OTHER_VARIANT, show=None)
    assert order["show"] is None


async def test_another_persons_order_does_not_exist(shop: Shop) -> None:
    ana, lin = shop.buyers[:2]
    order = await shop.place(ana)
    await shop.top_up(lin, PRICE)
    for call in (shop.orders.get(lin, OrderId(order["id"])), shop.pay(lin, order), shop.cancel(lin, order)):
        with pytest.raises(NotFoundError):
            await call
    assert (await shop.orders.get(ana, OrderId(order["id"])))["state"] == "reserved"


async def test_paying_moves_the_money_and_the_goods(shop: Shop) -> None:
    ana = shop.buyers[0]
    await shop.top_up(ana, 5_000)
    order = await shop.place(ana, 2)
    shop.clock.ms += 1_000
    paid = await shop.pay(ana, order)
    assert paid == {**order, "state": "paid", "paid_at": "2027-01-15T08:00:01.000Z"}
    row = await shop.row()
    assert (row.reserved, row.sold) == (0, 2)
    assert (await shop.wallets.get(ana))["balances"] == [{"amount_minor": 5_000 - 2 * PRICE, "currency": "CNY"}]


async def test_paying_twice_with_one_key_is_one_payment_and_with_another_a_conflict(shop: Shop) -> None:
    ana = shop.buyers[0]
    await shop.top_up(ana, 2 * PRICE)
    order = await shop.place(ana)
    paid = await shop.pay(ana, order, "k")
    assert await shop.pay(ana, order, "k") == paid
    with pytest.raises(ConflictError) as refusal:
        await shop.pay(ana, order, "j")
    assert refusal.value.code == "order_state"
    assert len([row for row in await shop.rows(journals) if row.kind == "payment"]) == 1


async def test_a_wallet_is_filled_for_nothing_only_where_that_is_meant(shop: Shop) -> None:
    strict = Wallets(shop.store, shop.committer, CountedIds("strict"), "CNY")
    with pytest.raises(ConflictError) as refusal:
        await strict.top_up(shop.buyers[0], "k", amount_minor=1)
    assert refusal.value.code == "payment_needed"
    assert (await strict.get(shop.buyers[0]))["balances"] == [{"amount_minor": 0, "currency": "CNY"}]


async def test_an_empty_wallet_pays_nothing_and_the_key_works_after_a_top_up(shop: Shop) -> None:
    ana = shop.buyers[0]
    order = await shop.place(ana)
    await shop.top_up(ana, PRICE - 1)
    with pytest.raises(ConflictError) as refusal:
        await shop.pay(ana, order, "k")
    assert refusal.value.code == "insufficient_funds"
    assert (await shop.orders.get(ana, OrderId(order["id"])))["state"] == "reserved"
    await shop.top_up(ana, 1)
    assert (await shop.pay(ana, order, "k"))["state"] == "paid"


async def test_only_the_wallet_is_a_way_to_pay(shop: Shop) -> None:
    order = await shop.place(shop.buyers[0])
    with pytest.raises(InvalidError):
        await shop.orders.pay(shop.buyers[0], "k", OrderId(order["id"]), "gold")


async def test_a_cancelled_order_gives_the_goods_back_once(shop: Shop) -> None:
    ana = shop.buyers[0]
    order = await shop.place(ana, 4)
    assert (await shop.cancel(ana, order, "k"))["state"] == "cancelled"
    assert (await shop.cancel(ana, order, "k"))["state"] == "cancelled"
    with pytest.raises(ConflictError) as refusal:
        await shop.cancel(ana, order)
    assert refusal.value.code == "order_state"
    assert (await shop.row()).reserved == 0


async def test_a_paid_order_cannot_be_cancelled(shop: Shop) -> None:
    ana = shop.buyers[0]
    await shop.top_up(ana, PRICE)
    order = await shop.place(ana)
    await shop.pay(ana, order)
    with pytest.raises(ConflictError) as refusal:
        await shop.cancel(ana, order)
    assert refusal.value.code == "order_state"


async def test_what_is_not_paid_in_time_is_released(shop: Shop) -> None:
    ana = shop.buyers[0]
    await shop.top_up(ana, PRICE)
    order = await shop.place(ana)
    shop.clock.ms += RESERVATION_MS - 1
    assert await shop.orders.expire_due(shop.clock.ms) == 0
    shop.clock.ms += 1
    with pytest.raises(ConflictError, match="run out"):
        await shop.pay(ana, order)
    assert await shop.orders.expire_due(shop.clock.ms) == 1
    assert await shop.orders.expire_due(shop.clock.ms) == 0
    assert (await shop.orders.get(ana, OrderId(order["id"])))["state"] == "expired"
    assert (await shop.row()).reserved == 0


async def test_a_sweeper_whose_clock_is_ahead_releases_nothing_too_early(shop: Shop) -> None:
    order = await shop.place(shop.buyers[0])
    assert await shop.orders.expire_due(START_MS + 2 * RESERVATION_MS) == 0
    assert (await shop.orders.get(shop.buyers[0], OrderId(order["id"])))["state"] == "reserved"


async def test_a_list_of_orders_comes_in_pages_newest_first_and_only_ones_own(shop: Shop) -> None:
    ana, lin = shop.buyers[:2]
    placed = [(await shop.place(ana))["id"] for _ in range(3)]
    await shop.place(lin)
    first, cursor = await shop.orders.mine(ana, Page(2))
    rest, end = await shop.orders.mine(ana, Page(2, cursor))
    assert [order["id"] for order in [*first, *rest]] == placed[::-1]
    assert end is None


@pytest.mark.parametrize("amount", [0, -1, 100_000_001, True, 1.5])
async def test_a_top_up_outside_its_limits_is_refused(shop: Shop, amount: int) -> None:
    with pytest.raises(InvalidError):
        await shop.top_up(shop.buyers[0], amount)


async def test_a_wallet_has_a_balance_per_currency(shop: Shop) -> None:
    ana = shop.buyers[0]
    assert await shop.wallets.get(ana) == {"balances": [{"amount_minor": 0, "currency": "CNY"}]}
    await shop.wallets.top_up(ana, "a", amount_minor=7, currency="JPY")
    wallet = await shop.wallets.top_up(ana, "b", amount_minor=5)
    assert wallet["balances"] == [{"amount_minor": 5, "currency": "CNY"}, {"amount_minor": 7, "currency": "JPY"}]
    assert await shop.wallets.get(ana) == wallet
    with pytest.raises(InvalidError):
        await shop.wallets.top_up(ana, "c", amount_minor=5, currency="yen")
