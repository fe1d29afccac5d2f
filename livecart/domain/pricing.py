"""What an order costs: the server's price of every line, the split of a bundle's price, and a coupon's discount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from livecart.domain.books import Books
from livecart.domain.coupon import Coupon
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import OfferId, ShowId, VariantId
from livecart.domain.money import Money, apportion
from livecart.domain.offer import Offer
from livecart.domain.order import OrderLine
from livecart.domain.prices import price_of
from livecart.domain.stock import StockItem


@dataclass(frozen=True, slots=True)
class AskedVariant:
    """Units of a variant at the shop's price."""

    variant: VariantId
    quantity: int


@dataclass(frozen=True, slots=True)
class AskedOffer:
    """Units of an offer. Its variants never change, so that whoever asks knows them before it is locked."""

    offer: OfferId
    variants: tuple[VariantId, ...]
    quantity: int


Asked = AskedVariant | AskedOffer


def priced(
    books: Books, asked: Sequence[Asked], show: ShowId | None, now_ms: int, currency: str | None = None
) -> tuple[tuple[OrderLine, ...], str]:
    """One line for each variant, in the order asked for, and the currency of all; the same asked for twice is summed.

    `currency` is that of the variants, None: each product's own. Raises NotFoundError, ConflictError (`not_on_sale`,
    `no_price`, `currency_mixed`, or what the offer's state says) and InvalidError for a variant wanted at two prices.
    """
    if len(asked) == 1 and isinstance(asked[0], AskedVariant):
        # Nearly every order of a crowd is this one, and there is nothing to sum or to compare.
        line, price = _list_line(books, asked[0].variant, asked[0].quantity, currency)
        return (line,), price.currency
    variants, offers = Counter[VariantId](), Counter[OfferId]()
    for each in asked:
        if isinstance(each, AskedVariant):
            variants[each.variant] += each.quantity
        else:
            offers[each.offer] += each.quantity
    lines: list[OrderLine] = []
    currencies: set[str] = set()
    for offer_id, units in offers.items():
        offer = _open_offer(books, offer_id, show, now_ms)
        lines += _offer_lines(books, offer, units)
        currencies.add(offer.price.currency)
    for variant, quantity in variants.items():
        line, price = _list_line(books, variant, quantity, currency)
        lines.append(line)
        currencies.add(price.currency)
    if len({line.variant for line in lines}) != len(lines):
        raise InvalidError("a variant has one price in an order", fields={"lines": "each variant at one price"})
    if len(currencies) != 1:
        raise ConflictError("an order is in one currency", code="currency_mixed")
    return tuple(lines), currencies.pop()


def discounted(books: Books, lines: tuple[OrderLine, ...], currency: str, coupon: Coupon) -> tuple[OrderLine, ...]:
    """The lines with the coupon's discount on those that it is for. Raises ConflictError `coupon_not_for_this`.

    The split goes by what each line costs above its floor, so that no share can take it below.
    """
    items = [_item(books, line.variant) for line in lines]
    if currency != coupon.terms.currency:
        raise ConflictError("the coupon is in another currency", code="coupon_not_for_this")
    for_it = [coupon.terms.seller in (None, item.seller) for item in items]
    if not any(for_it):
        raise ConflictError("the coupon is for other goods", code="coupon_not_for_this")
    goods_minor = sum(line.amount_minor for line, included in zip(lines, for_it, strict=True) if included)
    room = [
        max(0, line.amount_minor - line.quantity * _floor_minor(books, item, currency)) if included else 0
        for line, item, included in zip(lines, items, for_it, strict=True)
    ]
    discount = min(coupon.discount_minor(goods_minor), sum(room))
    shares = apportion(discount, room) if discount else [0] * len(lines)
    return tuple(
        replace(line, discount_minor=line.discount_minor + share) for line, share in zip(lines, shares, strict=True)
    )


def _item(books: Books, variant: VariantId) -> StockItem:
    item = books.find(StockItem, variant)
    if item is None:
        raise NotFoundError("no such product variant")
    return item


def _open_offer(books: Books, offer_id: OfferId, show: ShowId | None, now_ms: int) -> Offer:
    offer = books.find(Offer, offer_id)
    if offer is None or offer.show != show:
        raise NotFoundError("no such offer in this show")
    offer.require_open(now_ms)
    return offer


def _list_line(books: Books, variant: VariantId, quantity: int, currency: str | None) -> tuple[OrderLine, Money]:
    """Units at the variant's own price, and that price."""
    item = _item(books, variant)
    item.require_on_sale()
    price = price_of(books, item, currency)
    line = OrderLine(item.variant, item.product, item.title, item.variant_title, quantity, price.amount_minor)
    return line, price


def _floor_minor(books: Books, item: StockItem, currency: str) -> int:
    """Below what no unit may go in this currency: elsewhere than in the product's own, the same part of the price."""
    if not item.floor_minor or not item.price.amount_minor:
        return 0
    price_minor = price_of(books, item, currency).amount_minor
    return -(-price_minor * item.floor_minor // item.price.amount_minor)


def _offer_lines(books: Books, offer: Offer, units: int) -> list[OrderLine]:
    """A single variant at the offer's price; a bundle's variants at their own, less what the bundle is cheaper."""
    lines = [_list_line(books, line.variant, line.quantity * units, None)[0] for line in offer.lines]
    lines = [replace(line, offer=offer.id, offer_units=units) for line in lines]
    if not offer.is_bundle:
        return [replace(lines[0], unit_price_minor=offer.price.amount_minor)]
    lines = [replace(line, unit_price_minor=part.list_minor) for line, part in zip(lines, offer.lines, strict=True)]
    off = (offer.list_minor - offer.price.amount_minor) * units
    shares = apportion(off, [line.amount_minor for line in lines]) if off else [0] * len(lines)
    return [replace(line, discount_minor=share) for line, share in zip(lines, shares, strict=True)]
