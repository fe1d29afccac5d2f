"""How a cart's lines are ordered: in the offers of their shows where those make them cheaper, else at the shop's price.

An offer is for whole lines: for one that its units and its buyer's limit suffice for, or, if it is a bundle, for the
lines that are just so many bundles. Whether they do is asked of the order itself, so there is no second set of rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from livecart.domain.cart import CartLine
from livecart.domain.errors import LivecartError
from livecart.domain.money import Money
from livecart.domain.offer import Offer
from livecart.domain.order import Order
from livecart.domain.pricing import Asked, AskedOffer, AskedVariant

# What an order of these lines, asked for in this way, would be; raises its refusal.
Tried = Callable[[Sequence[CartLine], tuple[Asked, ...]], Order]


@dataclass(frozen=True, slots=True)
class Lot:
    """Lines that are ordered as one thing: a line alone, or all that a bundle consists of.

    `amounts` is what each line costs; empty when the order would be refused, with `problem` as its code.
    """

    lines: tuple[CartLine, ...]
    asked: Asked
    offer: Offer | None = None
    amounts: tuple[int, ...] = ()
    problem: str | None = None

    def faults(self) -> Iterable[tuple[CartLine, str]]:
        """The lines that cannot be ordered as their person agreed to, each with the code of the reason."""
        if self.problem is not None:
            yield from ((line, self.problem) for line in self.lines)
        for line, amount in zip(self.lines, self.amounts, strict=False):
            if amount > line.seen.amount_minor * line.quantity:
                yield line, "price_changed"

    def unit_prices(self) -> Iterable[tuple[CartLine, Money]]:
        """What one unit costs at most; a line of a bundle cannot always be divided by its units."""
        for line, amount in zip(self.lines, self.amounts, strict=False):
            yield line, Money(-(-amount // line.quantity), line.seen.currency)


def lots(lines: Sequence[CartLine], offers: Iterable[Offer], tried: Tried) -> list[Lot]:
    """All lines, each in one lot, by their order in the cart. Of two offers the one that saves more wins."""
    chosen = {line.variant: alone(line, tried) for line in lines}
    found = [lot for offer in offers if (lot := in_offer(lines, offer, tried)) is not None and lot.problem is None]
    worth = {lot.asked: _worth(lot, [chosen[line.variant] for line in lot.lines]) for lot in found}
    for lot in sorted(found, key=lambda lot: worth[lot.asked], reverse=True):
        if worth[lot.asked] > (0, 0) and all(chosen[line.variant].offer is None for line in lot.lines):
            chosen |= {line.variant: lot for line in lot.lines}
    return list({id(chosen[line.variant]): chosen[line.variant] for line in lines}.values())


def alone(line: CartLine, tried: Tried) -> Lot:
    return _lot((line,), AskedVariant(line.variant, line.quantity), None, tried)


def in_offer(lines: Iterable[CartLine], offer: Offer, tried: Tried) -> Lot | None:
    """The lines that the offer consists of; None: they are not in the cart, or not in these numbers."""
    of_show = {
        line.variant: line for line in lines if (line.show, line.seen.currency) == (offer.show, offer.price.currency)
    }
    picked = tuple(of_show[part.variant] for part in offer.lines if part.variant in of_show)
    if len(picked) != len(offer.lines):
        return None
    units = picked[0].quantity // offer.lines[0].quantity
    if any(line.quantity != units * part.quantity for line, part in zip(picked, offer.lines, strict=True)):
        return None
    return _lot(picked, AskedOffer(offer.id, tuple(line.variant for line in picked), units), offer, tried)


def missed(line: CartLine, lines: Sequence[CartLine], offers: Iterable[Offer], tried: Tried) -> str | None:
    """Why a line is at the shop's price although there is an offer of it, or its person agreed to that of one.

    `offer_closed`, `bundle_incomplete`, or what an order of it would be refused with: `sold_out`, `per_buyer_limit`.
    """
    for offer in offers:
        if offer.id == line.offer or (line.offer is None and _is_of(offer, line)):
            lot = in_offer(lines, offer, tried)
            return "bundle_incomplete" if lot is None else lot.problem
    return None if line.offer is None else "offer_closed"


def _is_of(offer: Offer, line: CartLine) -> bool:
    return not offer.is_bundle and (offer.show, offer.lines[0].variant) == (line.show, line.variant)


def _lot(lines: tuple[CartLine, ...], asked: Asked, offer: Offer | None, tried: Tried) -> Lot:
    try:
        order = tried(lines, (asked,))
    except LivecartError as refusal:
        return Lot(lines, asked, offer, problem=refusal.code)
    amounts = {line.variant: line.amount_minor for line in order.lines}
    return Lot(lines, asked, offer, tuple(amounts[line.variant] for line in lines))


def _worth(lot: Lot, singly: Sequence[Lot]) -> tuple[int, int]:
    """How many lines can be ordered in no other way, as those held for whom the offer invited; and what it saves."""
    bought = [each for each in singly if each.problem is None]
    return len(singly) - len(bought), sum(sum(each.amounts) for each in bought) - sum(lot.amounts)
