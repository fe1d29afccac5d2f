"""What a client asks to order, as both edges read it, and what that means: goods, a show, a body for its key."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from livecart.domain.errors import InvalidError, NotFoundError
from livecart.domain.ids import OfferId, ShowId, VariantId, may_be_id
from livecart.domain.money import check_currency
from livecart.domain.offer import Offer
from livecart.domain.order import LINES_MAX, check_quantity
from livecart.domain.pricing import Asked, AskedOffer, AskedVariant
from livecart.domain.stock import StockItem
from livecart.services.ports import OfferContents
from livecart.services.sold_out import Goods


@dataclass(frozen=True, slots=True)
class WishedLine:
    """So many of a variant, or of an offer."""

    quantity: int
    variant: str | None = None
    offer: str | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """An order as it is asked for. An offer names its show itself."""

    lines: tuple[WishedLine, ...]
    show: str | None = None
    coupon: str | None = None
    # Of the variants; None: each product's own.
    currency: str | None = None

    def body(self) -> dict[str, Any]:
        """What the key stands for. A single line looks as it did when there was only one."""
        lines = [_line_body(line) for line in self.lines]
        body = {"show": self.show, **lines[0]} if len(lines) == 1 else {"show": self.show, "lines": lines}
        more = {"coupon": self.coupon, "currency": self.currency}
        return body | {name: value for name, value in more.items() if value is not None}


def single_or_lines(single: WishedLine | None, lines: tuple[WishedLine, ...] | None) -> tuple[WishedLine, ...]:
    """The one line that a body names itself, or its `lines`; raises InvalidError when it has both or neither."""
    if (single is None) == (lines is None):
        raise InvalidError("say what you want, one way", fields={"lines": "either these, or variant or offer"})
    return lines if lines is not None else (single,) if single is not None else ()


def check_wish(wish: Wish) -> Wish:
    """Raises InvalidError naming the field at fault: every line, and the sum of those that want the same."""
    if not 1 <= len(wish.lines) <= LINES_MAX:
        raise InvalidError("an order has lines", fields={"lines": f"1 to {LINES_MAX}"})
    sums = Counter[tuple[str | None, str | None]]()
    for line in wish.lines:
        if (line.variant is None) == (line.offer is None):
            raise InvalidError("a line names one thing", fields={"variant": "either a variant or an offer"})
        sums[line.variant, line.offer] += check_quantity(line.quantity)
    for quantity in sums.values():
        check_quantity(quantity)
    if wish.currency is not None:
        check_currency(wish.currency)
    return wish


async def understood(wish: Wish, offers: OfferContents) -> tuple[ShowId | None, tuple[Asked, ...]]:
    """The show and the goods. Raises NotFoundError for what cannot be, or an offer of another show."""
    show = None if wish.show is None else ShowId(known_id("show", wish.show))
    asked: list[Asked] = []
    for line in wish.lines:
        if line.offer is None:
            asked.append(AskedVariant(VariantId(known_id("product variant", line.variant or "")), line.quantity))
            continue
        offer = OfferId(known_id("offer", line.offer))
        content = await offers.get(offer)
        if content.show != (show or content.show):
            raise NotFoundError("no such offer in this show")
        show = content.show
        asked.append(AskedOffer(offer, content.variants, line.quantity))
    return show, tuple(asked)


def goods_of(asked: tuple[Asked, ...]) -> list[Goods]:
    """Everything of which there must be some left."""
    goods: list[Goods] = []
    for each in asked:
        if isinstance(each, AskedOffer):
            goods.append((Offer, each.offer))
            goods += [(StockItem, variant) for variant in each.variants]
        else:
            goods.append((StockItem, each.variant))
    return goods


def known_id(noun: str, text: str) -> str:
    """Returns what may be an id; a text that cannot be one of ours names nothing."""
    if not may_be_id(text):
        raise NotFoundError(f"no such {noun}")
    return text


def _line_body(line: WishedLine) -> dict[str, Any]:
    named = {"variant": line.variant} if line.offer is None else {"offer": line.offer}
    return {**named, "quantity": line.quantity}
