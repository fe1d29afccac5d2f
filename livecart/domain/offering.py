"""The commands that open and close an offer, with the guards against a price typed wrongly."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from livecart.domain.books import Books, Change, Command, Need
from livecart.domain.errors import ConflictError, InvalidError, NotFoundError
from livecart.domain.ids import OfferId, ShowId, VariantId
from livecart.domain.money import MAX_MINOR, Money
from livecart.domain.offer import BUNDLE_MAX, UNITS_MAX, Offer, OfferLine, OfferMode
from livecart.domain.order import QUANTITY_MAX
from livecart.domain.show import Venue
from livecart.domain.stock import StockItem


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What the host asks for. `parts` are the variants in one unit, each once, with how many of it."""

    parts: tuple[tuple[VariantId, int], ...]
    price_minor: int
    quantity: int
    per_buyer: int
    mode: OfferMode
    title: str = ""
    starts_at_ms: int | None = None
    ends_at_ms: int | None = None
    confirmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffer(Command[Offer]):
    """The host's right to the show is known already. `max_discount_percent` may be passed if that was confirmed."""

    offer: OfferId
    show: ShowId
    terms: OfferTerms
    max_discount_percent: int

    @property
    def answer_type(self) -> type[Offer]:
        return Offer

    def needs(self) -> Iterable[Need]:
        yield Offer, self.offer
        yield Venue, self.show
        yield from ((StockItem, variant) for variant, _ in self.terms.parts)

    def decide(self, books: Books, now_ms: int) -> Change[Offer]:
        made = books.find(Offer, self.offer)
        if made is not None:
            return Change(made)
        items = [self._item(books, variant) for variant, _ in self.terms.parts]
        if not books.get(Venue, self.show).is_open:
            raise ConflictError("the show has ended", code="show_ended")
        if any(self.show not in item.shows for item in items):
            raise ConflictError("the product is not in this show's bag", code="not_in_bag")
        if len({item.price.currency for item in items}) != 1:
            raise ConflictError("an offer is in one currency", code="currency_mixed")
        offer = self._offer(items, now_ms)
        self._check_price(offer, items)
        if offer.ends_at_ms is not None and offer.ends_at_ms <= max(now_ms, offer.starts_at_ms):
            raise InvalidError("the offer ends before it begins", fields={"ends_at": "later than now and starts_at"})
        return Change(offer, rows=(offer,))

    def _item(self, books: Books, variant: VariantId) -> StockItem:
        item = books.find(StockItem, variant)
        if item is None:
            raise NotFoundError("no such product variant")
        return item

    def _offer(self, items: list[StockItem], now_ms: int) -> Offer:
        terms = self.terms
        lines = tuple(
            OfferLine(item.variant, item.product, quantity, item.price.amount_minor)
            for item, (_, quantity) in zip(items, terms.parts, strict=True)
        )
        return Offer(
            id=self.offer,
            show=self.show,
            title=terms.title or " + ".join(dict.fromkeys(item.title for item in items)),
            lines=lines,
            price=Money(terms.price_minor, items[0].price.currency),
            quantity=terms.quantity,
            per_buyer=min(terms.per_buyer, terms.quantity),
            mode=terms.mode,
            starts_at_ms=max(now_ms, terms.starts_at_ms or now_ms),
            ends_at_ms=terms.ends_at_ms,
        )

    def _check_price(self, offer: Offer, items: list[StockItem]) -> None:
        """Raises InvalidError above the usual price, ConflictError `below_floor`, `discount_too_large` far below it."""
        usual, price = offer.list_minor, offer.price.amount_minor
        if price > usual:
            raise InvalidError("the offer costs more than the goods", fields={"price_minor": f"at most {usual}"})
        floor = sum(line.quantity * (item.floor_minor or 0) for line, item in zip(offer.lines, items, strict=True))
        if price < floor:
            raise ConflictError(f"the price is below the floor of {floor}", code="below_floor")
        if (usual - price) * 100 > usual * self.max_discount_percent and not self.terms.confirmed:
            percent = self.max_discount_percent
            raise ConflictError(f"that is more than {percent} % off; confirm it", code="discount_too_large")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOffer(Command[Offer]):
    """Ends the offer for good; what is held of it may still be paid. Closing it twice is no error."""

    offer: OfferId

    @property
    def answer_type(self) -> type[Offer]:
        return Offer

    def needs(self) -> Iterable[Need]:
        yield Offer, self.offer

    def decide(self, books: Books, now_ms: int) -> Change[Offer]:
        offer = books.find(Offer, self.offer)
        if offer is None:
            raise NotFoundError("no such offer")
        if offer.closed_at_ms is not None:
            return Change(offer)
        closed = offer.close(now_ms)
        return Change(closed, rows=(closed,))


def check_offer(terms: OfferTerms) -> OfferTerms:
    """Returns the terms; raises InvalidError naming the field that is out of its range."""
    if not 1 <= len(terms.parts) <= BUNDLE_MAX:
        raise InvalidError("the offer has no goods", fields={"lines": f"1 to {BUNDLE_MAX} variants"})
    for name, value, least, most in (
        *(("lines", quantity, 1, QUANTITY_MAX) for _, quantity in terms.parts),
        ("price_minor", terms.price_minor, 0, MAX_MINOR),
        ("quantity", terms.quantity, 1, UNITS_MAX),
        ("per_buyer", terms.per_buyer, 1, UNITS_MAX),
    ):
        if type(value) is not int or not least <= value <= most:
            raise InvalidError("the offer is not valid", fields={name: f"{least} to {most}"})
    return terms
