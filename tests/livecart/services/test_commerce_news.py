from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livecart.domain.books import Books, Change
from livecart.domain.ids import PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.stock import MovementKind, StockItem
from livecart.domain.text import shortened
from livecart.services.commerce_news import stock_events

ITEM = StockItem(VariantId("v"), ProductId("p"), PersonId("s"), "Lamp", "Red", Money(5, "CNY"), 10, 0, 0, 1)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anastasia", "An***"),
        ("An", "A***"),
        ("A", "A***"),
        ("李小龙", "李小***"),
        ("👩‍👩‍👧‍👦 family", "👩‍👩‍👧‍👦 ***"),
        ("", "***"),
    ],
)
def test_a_name_is_shortened_by_what_the_eye_counts(name: str, shown: str) -> None:
    assert shortened(name) == shown


@given(st.text(min_size=2, max_size=40))
def test_a_name_of_two_letters_or_more_is_never_shown_whole(name: str) -> None:
    assert shortened(name) != f"{name}***"


def _events(after: StockItem, *shows: str) -> list[str]:
    books = Books()
    item = replace(ITEM, shows=frozenset(ShowId(show) for show in shows))
    books.enter([item])
    books.keep(Change(None, rows=(replace(after, shows=item.shows),)))
    return [event.id for event in stock_events(books, 0)]


def test_each_open_show_with_the_product_hears_of_it_under_an_id_of_its_own() -> None:
    assert _events(ITEM.move(MovementKind.RESERVED, 1), "b", "a") == ["stock:v:2:a", "stock:v:2:b"]


def test_a_show_is_not_told_what_has_not_changed_for_it() -> None:
    sold = ITEM.move(MovementKind.RESERVED, 1)
    assert _events(sold) == []
    back_again = sold.move(MovementKind.RELEASED, 1)
    assert _events(back_again, "a") == []
