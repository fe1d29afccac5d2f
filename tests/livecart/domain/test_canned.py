from __future__ import annotations

import pytest

from livecart.domain.canned import check_reply, fill, price_text
from livecart.domain.catalog import Product, Variant
from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import PersonId, ProductId, VariantId
from livecart.domain.text import graphemes


def product(title: str = "Tea", currency: str = "CNY", *prices: int) -> Product:
    variants = tuple(Variant(VariantId(str(price)), "v", price, 1) for price in prices or (1_990,))
    return Product(ProductId("p"), PersonId("mei"), title, currency, variants, None, (), 0)


@pytest.mark.parametrize(
    ("currency", "prices", "text"),
    [
        ("CNY", (1_990,), "19.90 CNY"),
        ("CNY", (2_500, 1_905), "19.05+ CNY"),
        ("JPY", (500,), "500 JPY"),
        ("KWD", (1_005,), "1.005 KWD"),
        ("CNY", (0,), "0.00 CNY"),
    ],
)
def test_a_price_is_the_lowest_in_whole_units(currency: str, prices: tuple[int, ...], text: str) -> None:
    assert price_text(product("Tea", currency, *prices)) == text


def test_placeholders_are_filled_in_once() -> None:
    assert fill("{product} is {price}, yes {product}", product()) == "Tea is 19.90 CNY, yes Tea"
    assert fill("{product}", product("{price}")) == "{price}"
    assert fill("We ship today.", None) == "We ship today."


def test_without_a_product_a_placeholder_cannot_be_filled() -> None:
    with pytest.raises(ConflictError) as refused:
        fill("It is {price}", None)
    assert refused.value.code == "nothing_shown"


def test_a_long_title_is_cut_to_fit() -> None:
    filled = fill("x" * 180 + " {product} {price}", product("长" * 120))
    assert graphemes(filled) <= 200
    assert filled.endswith("… 19.90 CNY")


@pytest.mark.parametrize("text", ["", "{prize}", "{}", "x" * 201])
def test_a_reply_is_checked_when_it_is_kept(text: str) -> None:
    with pytest.raises(InvalidError):
        check_reply(text)


def test_a_reply_keeps_its_placeholders() -> None:
    assert check_reply(" {product}: {price} ") == "{product}: {price}"
