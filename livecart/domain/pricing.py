"""What an order costs: the server's price of every line, the split of a bundle's price, and a coupon's discount."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from livecart.domain.books import Books
from livecart.domain.coupon import Coupon
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import OfferId, ShowId, VariantId
from livecart.domain.money import apportion
from livecart.domain.offer import Offer
from livecart.domain.order import OrderLine
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


def priced(books: Books, asked: Sequence[Asked], show: ShowId | None, now_ms: int) -> tuple[OrderLine, ...]:
    """One line for each variant, in the order asked for; the same thing asked for twice is summed first.

    Raises NotFoundError, ConflictError (`currency_mixed`, or what the offer's state says) and InvalidError when a
    variant is wanted at two prices.
    """
    if len(asked) == 1 and isinstance(asked[0], AskedVariant):
        # Nearly every order of a crowd is this one, and there is nothing to sum or to compare.
        return (_list_line(_item(books, asked[0].variant), asked[0].quantity),)
    variants, offers = Counter[VariantId](), Counter[OfferId]()
    for each in asked:
        if isinstance(each, AskedVariant):
            variants[each.variant] += each.quantity
        else:
            offers[each.offer] += each.quantity
    lines: list[OrderLine] = []
    for offer, units in offers.items():
        lines += _offer_lines(books, _open_offer(books, offer, show, now_ms), units)
    lines += [_list_line(_item(books, variant), quantity) for variant, quantity in variants.items()]
    if len({line.variant for line in lines}) != len(lines):
        raise InvalidError("a variant has one price in an order", fields={"lines": "each variant at one price"})
    if len({_item(books, line.variant).price.currency for line in lines}) != 1:
        raise ConflictError("an order is in one currency", code="currency_mixed")
    return tuple(lines)


def discounted(books: Books, lines: tuple[OrderLine, ...], coupon: Coupon) -> tuple[OrderLine, ...]:
    """The lines with the coupon's discount on those that it is for. Raises ConflictError `coupon_not_for_this`.

    The split goes by what each line costs above its floor, so that no share can take it below.
    """
    items = [_item(books, line.variant) for line in lines]
    if items[0].price.currency != coupon.terms.currency:
        raise ConflictError("the coupon is in another currency", code="coupon_not_for_this")
    for_it = [coupon.terms.seller in (None, item.seller) for item in items]
    if not any(for_it):
        raise ConflictError("the coupon is for other goods", code="coupon_not_for_this")
    goods_minor = sum(line.amount_minor for line, included in zip(lines, for_it, strict=True) if included)
    room = [
        max(0, line.amount_minor - line.quantity * (item.floor_minor or 0)) if included else 0
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


def _list_line(item: StockItem, quantity: int) -> OrderLine:
    return OrderLine(item.variant, item.product, item.title, item.variant_title, quantity, item.price.amount_minor)


def _offer_lines(books: Books, offer: Offer, units: int) -> list[OrderLine]:
    """A single variant at the offer's price; a bundle's variants at their own, less what the bundle is cheaper."""
    lines = [_list_line(_item(books, line.variant), line.quantity * units) for line in offer.lines]
    lines = [replace(line, offer=offer.id, offer_units=units) for line in lines]
    if not offer.is_bundle:
        return [replace(lines[0], unit_price_minor=offer.price.amount_minor)]
    lines = [replace(line, unit_price_minor=part.list_minor) for line, part in zip(lines, offer.lines, strict=True)]
    off = (offer.list_minor - offer.price.amount_minor) * units
    shares = apportion(off, [line.amount_minor for line in lines]) if off else [0] * len(lines)
    return [replace(line, discount_minor=share) for line, share in zip(lines, shares, strict=True)]
