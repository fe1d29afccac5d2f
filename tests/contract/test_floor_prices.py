"""The floor price of a variant: set, raised and taken away, on both engines."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from livecart.adapters.sql.database import Database
from livecart.domain.catalog import ProductEdit, VariantEdit
from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import OfferId, VariantId
from livecart.services.catalog import Catalog
from livecart.services.store import Page
from tests.support.shop import ENDED_SHOW, MEI, PRICE, PRODUCT, SHOW, VARIANT, Shop, open_shop

LAMP = VariantEdit(VARIANT, "Red", PRICE, (), is_new=False)


@pytest.fixture
async def shop(database: Database) -> AsyncIterator[Shop]:
    async with open_shop(database) as shop:
        yield shop
        assert await shop.faults() == {}


@pytest.fixture
def catalog(shop: Shop) -> Catalog:
    return Catalog(shop.store, shop.clock)


def floor(minor: int | None, **changed: Any) -> ProductEdit:
    variant = replace(LAMP, floor_minor=minor, keeps_floor=False, **changed)
    return ProductEdit("Lamp", None, True, (variant,))


async def seen_floor(catalog: Catalog) -> int | None:
    views, _ = await catalog.search(Page(10), text="Lamp", seller=MEI)
    found: int | None = views[0]["variants"][0]["floor_minor"]
    return found


async def test_the_seller_sets_sees_and_removes_it(shop: Shop, catalog: Catalog) -> None:
    view = await catalog.edit(MEI, PRODUCT, floor(1_500))
    assert await seen_floor(catalog) == 1_500
    public, _ = await catalog.search(Page(10), text="Lamp", seller=None)
    for variant in (*view["variants"], *public[0]["variants"], *(await catalog.get(PRODUCT))["variants"]):
        assert "floor_minor" not in variant, "it is nobody else's business"
    with pytest.raises(ConflictError) as refused:
        await shop.offer(price_minor=1_499)
    assert refused.value.code == "below_floor"
    await catalog.edit(MEI, PRODUCT, floor(None))
    assert await seen_floor(catalog) is None
    await shop.offer(price_minor=1_499)


async def test_an_edit_that_does_not_name_it_leaves_it(catalog: Catalog) -> None:
    await catalog.edit(MEI, PRODUCT, floor(1_500))
    await catalog.edit(MEI, PRODUCT, ProductEdit("Lamp", None, True, (replace(LAMP, price_minor=1_600),)))
    assert await seen_floor(catalog) == 1_500


async def test_a_new_variant_may_have_one(catalog: Catalog) -> None:
    new = VariantEdit(VariantId("lamp-new"), "Green", 900, (), is_new=True, floor_minor=800, keeps_floor=False)
    await catalog.edit(MEI, PRODUCT, ProductEdit("Lamp", None, True, (new, LAMP)))
    assert await seen_floor(catalog) == 800


@pytest.mark.parametrize("minor", [-1, PRICE + 1])
async def test_it_lies_between_nothing_and_the_price(catalog: Catalog, minor: int) -> None:
    with pytest.raises(InvalidError) as refused:
        await catalog.edit(MEI, PRODUCT, floor(minor))
    assert list(refused.value.fields) == ["floor_minor"]
    assert await seen_floor(catalog) is None


async def test_a_price_below_the_kept_floor_is_refused(catalog: Catalog) -> None:
    await catalog.edit(MEI, PRODUCT, floor(1_500))
    with pytest.raises(InvalidError):
        await catalog.edit(MEI, PRODUCT, ProductEdit("Lamp", None, True, (replace(LAMP, price_minor=1_499),)))


async def test_it_is_not_raised_above_an_open_offer(shop: Shop, catalog: Catalog) -> None:
    offer = await shop.offer(price_minor=990)
    with pytest.raises(ConflictError) as refused:
        await catalog.edit(MEI, PRODUCT, floor(991, title="Crimson"))
    assert refused.value.code == "offer_below_floor"
    assert (await catalog.get(PRODUCT))["variants"][0]["title"] == "Lamp-Red", "nothing of the edit was kept"
    await catalog.edit(MEI, PRODUCT, floor(990))
    await catalog.edit(MEI, PRODUCT, floor(500))
    await shop.offers.close(MEI, None, OfferId(offer["id"]))
    await catalog.edit(MEI, PRODUCT, floor(991))


async def test_a_bundle_s_price_stands_for_all_its_units(shop: Shop, catalog: Catalog) -> None:
    await shop.offer(price_minor=2_000, lines=((VARIANT, 2),))
    await catalog.edit(MEI, PRODUCT, floor(1_000))
    with pytest.raises(ConflictError):
        await catalog.edit(MEI, PRODUCT, floor(1_001))


async def test_offers_that_are_over_hinder_nothing(shop: Shop, catalog: Catalog) -> None:
    await shop.offer(price_minor=990, ends_at_ms=shop.clock.ms + 1_000)
    shop.clock.ms += 1_000
    await catalog.edit(MEI, PRODUCT, floor(1_200))


async def test_offers_of_an_ended_show_hinder_nothing(shop: Shop, catalog: Catalog) -> None:
    await shop.offer(price_minor=990)
    async with shop.database.write() as connection:
        await connection.exec_driver_sql(f"UPDATE offers SET show_id = '{ENDED_SHOW}' WHERE show_id = '{SHOW}'")
    await catalog.edit(MEI, PRODUCT, floor(1_200))
