"""Products that are edited, pictured and taken off sale, on both engines."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection
from dataclasses import replace
from typing import Any

import pytest

from livecart.adapters.limits import AccountLimits, NoSharedRates
from livecart.adapters.sql.database import Database
from livecart.domain.catalog import IMAGES_MAX, Product, ProductEdit, Variant, VariantEdit
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LimitedError, NotFoundError
from livecart.domain.ids import OrderId, PersonId, ProductId, VariantId
from livecart.domain.money import Money
from livecart.domain.people import Person, Role
from livecart.domain.picture import picture_path
from livecart.services.catalog import Catalog
from livecart.services.pictures import KEPT_UNUSED_MS, ProductPictures
from livecart.services.retention import Retention
from livecart.services.store import Page
from tests.support.shop import ENDED_SHOW, OTHER_PRODUCT, PRICE, PRODUCT, SHOW, START_MS, VARIANT, Shop, open_shop

MEI = Person(PersonId("mei"), "mei", "Mei", Role.CREATOR)
JUN = Person(PersonId("jun"), "jun", "Jun", Role.CREATOR)
LAMP = VariantEdit(VARIANT, "Red", 2_500, (), is_new=False)
EDIT = ProductEdit("Desk lamp", "https://shop.example/lamp", True, (LAMP,))


class KnownPictures:
    """Keeps the hash that the test sends as the picture."""

    def __init__(self) -> None:
        self.asked: list[tuple[frozenset[str], int]] = []

    async def keep(self, raw: bytes) -> str:
        return raw.decode() * 64

    async def forget_unused(self, used: Collection[str], before_ms: int) -> int:
        self.asked.append((frozenset(used), before_ms))
        return 0


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


@pytest.fixture
def catalog(shop: Shop) -> Catalog:
    return Catalog(shop.store, shop.clock, {"shop.example"})


@pytest.fixture
def pictures(shop: Shop) -> ProductPictures:
    return ProductPictures(shop.store, KnownPictures(), AccountLimits(shop.clock, (), NoSharedRates()), shop.clock)


async def bag_events(shop: Shop) -> list[Any]:
    async with shop.store.read() as tx:
        return [event for _, event in await tx.outbox.unpublished(1_000) if event.type == "bag"]


async def test_an_edit_is_kept_and_told_to_the_open_show(shop: Shop, catalog: Catalog) -> None:
    view = await catalog.edit(MEI, PRODUCT, EDIT)
    assert view == await catalog.get(PRODUCT)
    assert (view["title"], view["url"], view["on_sale"]) == ("Desk lamp", "https://shop.example/lamp", True)
    assert [(each["id"], each["title"], each["price_minor"]) for each in view["variants"]] == [(VARIANT, "Red", 2_500)]
    told = await bag_events(shop)
    assert [(event.show, event.data["version"]) for event in told] == [(SHOW, 2)], "the ended show hears nothing"
    assert told[0].data["products"] == [view]
    # What changes nothing is not told.
    await catalog.edit(MEI, PRODUCT, EDIT)
    assert len(await bag_events(shop)) == 1


async def test_an_order_keeps_the_price_that_it_was_placed_at(shop: Shop, catalog: Catalog) -> None:
    ana = shop.buyers[0]
    await shop.top_up(ana, 10_000)
    order = await shop.place(ana)
    await catalog.edit(MEI, PRODUCT, EDIT)
    paid = await shop.pay(ana, order)
    assert (paid["total"]["amount_minor"], paid["lines"][0]["title"]) == (PRICE, "Lamp")
    assert (await shop.place(ana))["total"]["amount_minor"] == 2_500


async def test_variants_are_added_with_nothing_in_stock_and_none_is_lost(shop: Shop, catalog: Catalog) -> None:
    blue = VariantEdit(VariantId("blue"), "Blue", 100, (Money(50, "JPY"), Money(7_000, "KWD")), is_new=True)
    view = await catalog.edit(MEI, PRODUCT, replace(EDIT, variants=(blue,)))
    assert [(each["id"], each["stock"]) for each in view["variants"]] == [("blue", 0), (VARIANT, 10)]
    assert view["variants"][0]["prices"] == [
        {"amount_minor": 50, "currency": "JPY"},
        {"amount_minor": 7_000, "currency": "KWD"},
    ]
    with pytest.raises(ConflictError) as refusal:
        await shop.place(shop.buyers[0], variant=VariantId("blue"))
    assert refusal.value.code == "sold_out"
    cheaper = replace(blue, is_new=False, prices=(Money(40, "JPY"),))
    view = await catalog.edit(MEI, PRODUCT, replace(EDIT, variants=(LAMP, cheaper)))
    assert [each["id"] for each in view["variants"]] == [VARIANT, "blue"]
    assert view["variants"][1]["prices"] == [{"amount_minor": 40, "currency": "JPY"}]
    assert view == await catalog.get(PRODUCT)


@pytest.mark.parametrize(
    ("edit", "field"),
    [
        (replace(EDIT, title=""), "title"),
        (replace(EDIT, url="http://shop.example/"), "url"),
        (replace(EDIT, url="https://other.example/"), "url"),
        (replace(EDIT, currency="JPY"), "currency"),
        (replace(EDIT, variants=(LAMP, LAMP)), "variants"),
        (replace(EDIT, variants=(replace(LAMP, id=VariantId("vase-blue")),)), "variants"),
        (replace(EDIT, variants=(replace(LAMP, price_minor=-1),)), "price_minor"),
        (replace(EDIT, variants=(replace(LAMP, prices=(Money(-1, "JPY"),)),)), "price_minor"),
        (replace(EDIT, variants=(replace(LAMP, prices=(Money(1, "JPY"), Money(2, "JPY"))),)), "prices"),
        (replace(EDIT, variants=(replace(LAMP, prices=(Money(1, "CNY"),)),)), "prices"),
        (
            replace(EDIT, variants=tuple(replace(LAMP, id=VariantId(f"v{n}"), is_new=True) for n in range(100))),
            "variants",
        ),
    ],
)
async def test_an_edit_that_breaks_a_rule_changes_nothing(
    shop: Shop, catalog: Catalog, edit: ProductEdit, field: str
) -> None:
    before = await catalog.get(PRODUCT)
    with pytest.raises(InvalidError) as refusal:
        await catalog.edit(MEI, PRODUCT, edit)
    assert list(refusal.value.fields) == [field]
    assert await catalog.get(PRODUCT) == before


async def test_a_link_stays_when_the_operators_list_changes(shop: Shop, catalog: Catalog) -> None:
    await catalog.edit(MEI, PRODUCT, EDIT)
    stricter = Catalog(shop.store, shop.clock, {"other.example"})
    assert (await stricter.edit(MEI, PRODUCT, replace(EDIT, title="Lamp")))["url"] == EDIT.url
    with pytest.raises(InvalidError):
        await stricter.edit(MEI, PRODUCT, replace(EDIT, url="https://shop.example/new"))


async def test_what_is_not_on_sale_is_not_ordered_nor_found(shop: Shop, catalog: Catalog) -> None:
    ana = shop.buyers[0]
    await shop.top_up(ana, 10_000)
    order = await shop.place(ana)
    await catalog.edit(MEI, PRODUCT, replace(EDIT, on_sale=False))
    with pytest.raises(ConflictError) as refusal:
        await shop.place(ana)
    assert refusal.value.code == "not_on_sale"
    assert (await shop.pay(ana, order))["state"] == "paid", "what is reserved may be paid"
    found, _ = await catalog.search(Page(50), text=None, seller=None)
    assert [product["id"] for product in found] == [OTHER_PRODUCT]
    mine, _ = await catalog.search(Page(50), text=None, seller=MEI)
    assert {product["id"]: product["on_sale"] for product in mine} == {PRODUCT: False, OTHER_PRODUCT: True}
    await catalog.edit(MEI, PRODUCT, EDIT)
    assert (await shop.place(ana))["state"] == "reserved"


async def test_another_sellers_product_does_not_exist(shop: Shop, catalog: Catalog, pictures: ProductPictures) -> None:
    for person, refusal in ((JUN, NotFoundError), (shop.buyers[0], ForbiddenError)):
        for product in (PRODUCT, ProductId("nothing"), ProductId("\0"), ProductId("x" * 300)):
            for call in (
                catalog.edit(person, product, EDIT),
                pictures.require_place(person, product, address=""),
                pictures.add(person, product, b"a"),
                pictures.arrange(person, product, []),
            ):
                with pytest.raises(refusal):
                    await call
    assert (await catalog.get(PRODUCT))["title"] == "Lamp"


async def test_edits_and_orders_at_once_lose_nothing(shop: Shop, catalog: Catalog) -> None:
    """An edit neither waits for ever nor overwrites what a batch counts."""
    edits = [
        catalog.edit(MEI, PRODUCT, replace(EDIT, variants=(replace(LAMP, price_minor=100 + n),))) for n in range(4)
    ]
    orders = [shop.place(shop.buyers[n % 3]) for n in range(10)]
    answers = await asyncio.gather(*edits, *orders)
    row = await shop.row()
    assert (row.stock, row.reserved, row.sold) == (10, 10, 0)
    prices = {order["lines"][0]["unit_price_minor"] for order in answers[4:]}
    assert prices <= {PRICE, *range(100, 104)}
    assert len(await bag_events(shop)) == 4


async def test_pictures_are_added_ordered_and_taken_away(
    shop: Shop, catalog: Catalog, pictures: ProductPictures
) -> None:
    for letter in b"abca":
        view = await pictures.add(MEI, PRODUCT, bytes([letter]))
    a, b, c = (picture_path(letter * 64) for letter in "abc")
    assert view["images"] == [a, b, c], "the same picture twice is one"
    assert len(await bag_events(shop)) == 3
    assert (await pictures.arrange(MEI, PRODUCT, [c, a]))["images"] == [c, a]
    assert (await catalog.edit(MEI, PRODUCT, EDIT))["images"] == [c, a]
    for wrong in ([b], [a, a], [picture_path("d" * 64)], ["https://shop.example/a.png"]):
        with pytest.raises(InvalidError):
            await pictures.arrange(MEI, PRODUCT, wrong)
    assert (await catalog.get(PRODUCT))["images"] == [c, a]


async def test_a_product_has_so_many_pictures_and_no_more(shop: Shop, pictures: ProductPictures) -> None:
    answers: list[Any] = []
    for letters in (b"0123", b"4567", b"89ab"):
        calls = (pictures.add(MEI, PRODUCT, bytes([letter])) for letter in letters)
        answers += await asyncio.gather(*calls, return_exceptions=True)
    refused = [answer.code for answer in answers if isinstance(answer, ConflictError)]
    assert refused == ["too_many_images"] * (12 - IMAGES_MAX)
    with pytest.raises(ConflictError):
        await pictures.require_place(MEI, PRODUCT, address="")


async def test_uploads_are_counted(shop: Shop) -> None:
    pictures = ProductPictures(shop.store, KnownPictures(), AccountLimits(shop.clock, (), NoSharedRates()), shop.clock)
    for _ in range(300):
        await pictures.require_place(MEI, PRODUCT, address="192.0.2.1")
    with pytest.raises(LimitedError):
        await pictures.require_place(MEI, PRODUCT, address="192.0.2.1")


async def test_a_new_product_has_no_picture_that_was_not_uploaded(shop: Shop, catalog: Catalog) -> None:
    variant = Variant(VariantId("x"), "Plain", 1, 1)
    product = Product(ProductId("p"), MEI.id, "Cup", "CNY", (variant,), None, (picture_path("a" * 64),), START_MS)
    with pytest.raises(InvalidError) as refusal:
        await catalog.add(MEI, product)
    assert list(refusal.value.fields) == ["images"]
    kept = await catalog.add(MEI, replace(product, images=("https://cdn.example/cup.png",)))
    assert kept["images"] == ["https://cdn.example/cup.png"]


async def test_only_pictures_that_no_product_has_are_forgotten(shop: Shop) -> None:
    known = KnownPictures()
    pictures = ProductPictures(shop.store, known, AccountLimits(shop.clock, (), NoSharedRates()), shop.clock)
    await pictures.add(MEI, PRODUCT, b"a")
    await pictures.add(MEI, OTHER_PRODUCT, b"b")
    await pictures.add(MEI, OTHER_PRODUCT, b"a")
    await pictures.arrange(MEI, OTHER_PRODUCT, [])
    await Retention(shop.store, pictures=pictures).forget_old(START_MS)
    assert known.asked == [(frozenset({"a" * 64}), START_MS - KEPT_UNUSED_MS)]


async def test_an_ended_show_keeps_its_bag(shop: Shop, catalog: Catalog) -> None:
    await catalog.edit(MEI, PRODUCT, EDIT)
    async with shop.store.read() as tx:
        assert (await tx.shows.bag(ENDED_SHOW)).version == 1
    order = await shop.place(shop.buyers[0])
    assert (await shop.orders.get(shop.buyers[0], OrderId(order["id"])))["state"] == "reserved"
