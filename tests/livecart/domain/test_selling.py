"""Offers, bundles, coupons and stock walked at random in batches, beside a model that is plain counting."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livecart.domain.batch import decide_all
from livecart.domain.books import Books, Command, Row
from livecart.domain.coupon import Coupon, CouponKind, CouponTally, CouponTerms
from livecart.domain.errors import LivecartError
from livecart.domain.idempotency import KeptAnswer, KeyScope, request_key
from livecart.domain.ids import CouponCode, OfferId, OrderId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.ledger import Account
from livecart.domain.money import Money
from livecart.domain.offer import Offer, OfferMode, OfferTally
from livecart.domain.offering import CloseOffer, OfferTerms, OpenOffer
from livecart.domain.order import Order, OrderState
from livecart.domain.paying import PayOrder
from livecart.domain.placing import PlaceOrder
from livecart.domain.pricing import Asked, AskedOffer, AskedVariant
from livecart.domain.releasing import CancelOrder, ExpireOrder
from livecart.domain.show import Venue
from livecart.domain.stock import StockItem
from livecart.domain.stocking import AdjustStock
from livecart.domain.topping_up import TopUp
from tests.support.full import FULL

R = TypeVar("R", bound=Row)
PEOPLE = [PersonId(name) for name in ("ana", "lin", "mo")]
SHOW, MEI = ShowId("show"), PersonId("mei")
# JPY has no decimals, CNY two, KWD three; here they are all whole numbers.
CURRENCIES = {"v-cny": "CNY", "w-cny": "CNY", "v-jpy": "JPY", "v-kwd": "KWD"}
VARIANTS = [VariantId(name) for name in CURRENCIES]
FLOORS = {"v-cny": 100, "w-cny": None, "v-jpy": 0, "v-kwd": 333}
COUPONS = [
    Coupon(CouponCode("TEN"), MEI, CouponTerms(MEI, CouponKind.PERCENT, 77, "CNY", per_person=2, total=4), 0),
    Coupon(CouponCode("FIX"), MEI, CouponTerms(None, CouponKind.FIXED, 250, "JPY", minimum_minor=300), 0),
]
LONG_MS, SHORT_MS = 100, 40
BATCH = 4


def _item(name: str, price: int) -> StockItem:
    product = ProductId(f"of-{name}")
    money = Money(price, CURRENCIES[name])
    return StockItem(VariantId(name), product, MEI, name, "", money, 7, 0, 0, 1, frozenset({SHOW}), FLOORS[name])


@dataclass(slots=True)
class Stall:
    books: Books = field(default_factory=Books)
    known: dict[KeyScope, KeptAnswer] = field(default_factory=dict)
    now_ms: int = 1_000

    def __post_init__(self) -> None:
        self.books.enter(_item(name, 333 + n) for n, name in enumerate(CURRENCIES))
        self.books.enter([Venue(SHOW, MEI, is_open=True), *COUPONS])

    def run(self, commands: list[Command[Any]]) -> list[Any]:
        for command in commands:
            found = command.accounts(self.books)
            self.books.enter(account for account in found if self.books.find(Account, account.id) is None)
        verdict = decide_all(self.books, commands, self.known, self.now_ms)
        self.known.update(verdict.kept)
        return verdict.answers

    def all(self, kind: type[R]) -> list[R]:
        return list(self.books.all(kind))


class Selling(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stall = Stall()
        self.batch: list[Command[Any]] = []
        self.answers: dict[KeyScope, Any] = {}
        self.number = 0
        # Something to buy and to pay with from the start.
        self.open({VARIANTS[0]: 1}, 200, 6, 3, OfferMode.RESERVE, None)
        self.open({VARIANTS[0]: 2, VARIANTS[1]: 1}, 500, 3, 2, OfferMode.RESERVE, None)
        self.open({VARIANTS[2]: 1}, 100, 2, 2, OfferMode.FIRST_TO_PAY, None)
        for person in PEOPLE:
            self.top_up(person, 3_000, "CNY")
            self.top_up(person, 3_000, "JPY")
        self.commit()
        self.batch = []

    def _next(self) -> str:
        self.number += 1
        return str(self.number)

    def _some(self, kind: type[Order] | type[Offer], pick: int) -> str:
        known = sorted(each.id for each in self.stall.all(kind))
        return known[pick % len(known)] if known else "none"

    def _add(self, command: Command[Any]) -> None:
        """Into the batch, which is decided at once when it is large enough for the sale to get anywhere."""
        self.batch.append(command)
        if len(self.batch) >= BATCH:
            self.commit()

    def _order_for(self, person: PersonId, pick: int) -> tuple[OrderId, PersonId]:
        """Some order, and mostly its buyer."""
        order = OrderId(self._some(Order, pick))
        found = self.stall.books.find(Order, order)
        return order, person if found is None or pick % 4 == 0 else found.buyer

    @rule(
        parts=st.dictionaries(st.sampled_from(VARIANTS), st.integers(1, 3), min_size=1, max_size=2),
        price=st.integers(0, 700),
        quantity=st.integers(1, 6),
        per_buyer=st.integers(1, 3),
        mode=st.sampled_from(OfferMode),
        lasts_ms=st.sampled_from([None, 30, 200]),
    )
    def open(self, parts: Any, price: int, quantity: int, per_buyer: int, mode: OfferMode, lasts_ms: Any) -> None:
        ends = None if lasts_ms is None else self.stall.now_ms + lasts_ms
        terms = OfferTerms(tuple(parts.items()), price, quantity, min(per_buyer, quantity), mode, ends_at_ms=ends)
        offer = OfferId(f"f{self._next()}")
        self._add(OpenOffer(request=None, offer=offer, show=SHOW, terms=terms, max_discount_percent=90))

    @rule(pick=st.integers(0, 99))
    def close(self, pick: int) -> None:
        self._add(CloseOffer(request=None, offer=OfferId(self._some(Offer, pick))))

    @rule(
        person=st.sampled_from(PEOPLE),
        wanted=st.lists(st.tuples(st.sampled_from(VARIANTS), st.integers(1, 3)), max_size=1),
        offers=st.lists(st.tuples(st.integers(0, 99), st.integers(1, 2)), min_size=1, max_size=2),
        coupon=st.sampled_from([None, None, *COUPONS]),
    )
    def place_offers(self, person: PersonId, wanted: Any, offers: Any, coupon: Coupon | None) -> None:
        self._place(person, wanted, offers, coupon)

    @rule(
        person=st.sampled_from(PEOPLE),
        wanted=st.lists(st.tuples(st.sampled_from(VARIANTS[:2]), st.integers(1, 3)), min_size=1, max_size=2),
        coupon=st.sampled_from([None, *COUPONS]),
    )
    def place(self, person: PersonId, wanted: Any, coupon: Coupon | None) -> None:
        self._place(person, wanted, [], coupon)

    def _place(self, person: PersonId, wanted: Any, offers: Any, coupon: Coupon | None) -> None:
        asked: list[Asked] = [AskedVariant(variant, quantity) for variant, quantity in wanted]
        for pick, units in offers:
            found = self.stall.books.find(Offer, OfferId(self._some(Offer, pick)))
            if found is not None:
                asked.append(AskedOffer(found.id, tuple(line.variant for line in found.lines), units))
        if not asked:
            return
        number = self._next()
        self._add(
            PlaceOrder(
                request=request_key(person, "order.place", number, {}),
                order=OrderId(f"o{number}"),
                buyer=person,
                show=SHOW,
                asked=tuple(asked),
                reservation_ms=LONG_MS,
                flash_reservation_ms=SHORT_MS,
                coupon=None if coupon is None else coupon.code,
            )
        )

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 99))
    def pay(self, person: PersonId, pick: int) -> None:
        order, person = self._order_for(person, pick)
        request = request_key(person, "order.pay", self._next(), {})
        self._add(PayOrder(request=request, order=order, buyer=person, buyer_name="Ana", fee_bp=250))

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 99))
    def cancel(self, person: PersonId, pick: int) -> None:
        order, person = self._order_for(person, pick)
        request = request_key(person, "order.cancel", self._next(), {})
        self._add(CancelOrder(request=request, order=order, buyer=person))

    @rule(pick=st.integers(0, 99), waited_ms=st.integers(0, SHORT_MS))
    def expire(self, pick: int, waited_ms: int) -> None:
        self.stall.now_ms += waited_ms
        self._add(ExpireOrder(request=None, order=OrderId(self._some(Order, pick))))

    @rule(person=st.sampled_from(PEOPLE), amount=st.integers(1, 5_000), currency=st.sampled_from(["CNY", "JPY", "KWD"]))
    def top_up(self, person: PersonId, amount: int, currency: str) -> None:
        number = self._next()
        request = request_key(person, "wallet.topup", number, {})
        self._add(TopUp(request=request, topup=number, person=person, amount=Money(amount, currency)))

    @rule(variant=st.sampled_from(VARIANTS), delta=st.integers(-4, 4))
    def adjust(self, variant: VariantId, delta: int) -> None:
        request = request_key(MEI, "stock.adjust", self._next(), {})
        self._add(AdjustStock(request=request, seller=MEI, variant=variant, cause="counted", delta=delta))

    @rule()
    def commit(self) -> None:
        for command, answer in zip(self.batch, self.stall.run(self.batch), strict=True):
            if command.request is None or isinstance(answer, LivecartError):
                continue
            assert self.answers.setdefault(command.request.scope, answer) == answer
        self.batch = self.batch[::2] if len(self.batch) > 1 else []

    def _holding(self) -> list[Order]:
        return [order for order in self.stall.all(Order) if order.state is OrderState.RESERVED and order.held]

    def _paid(self) -> list[Order]:
        return [order for order in self.stall.all(Order) if order.state is OrderState.PAID]

    @invariant()
    def stock_is_what_orders_say(self) -> None:
        for item in self.stall.all(StockItem):
            held, sold = (
                sum(line.quantity for order in orders for line in order.lines if line.variant == item.variant)
                for orders in (self._holding(), self._paid())
            )
            assert (item.reserved, item.sold) == (held, sold)
            assert item.reserved + item.sold <= item.stock

    @invariant()
    def units_of_offers_are_what_orders_say(self) -> None:
        held, sold, by_buyer = Counter[OfferId](), Counter[OfferId](), Counter[tuple[OfferId, PersonId]]()
        for counter, orders in ((held, self._holding()), (sold, self._paid())):
            for order in orders:
                counter.update(order.offers)
                by_buyer.update({(offer, order.buyer): units for offer, units in order.offers.items()})
        for offer in self.stall.all(Offer):
            assert (offer.reserved, offer.sold) == (held[offer.id], sold[offer.id])
            assert offer.reserved + offer.sold <= offer.quantity
            assert all(units <= offer.per_buyer for (name, _), units in by_buyer.items() if name == offer.id)
        tallies = {tally.key: tally.units for tally in self.stall.all(OfferTally) if tally.units}
        assert tallies == {key: units for key, units in by_buyer.items() if units}

    @invariant()
    def uses_of_coupons_are_what_orders_say(self) -> None:
        gone = {OrderState.CANCELLED, OrderState.EXPIRED}
        using = [order for order in self.stall.all(Order) if order.coupon is not None and order.state not in gone]
        for coupon in self.stall.all(Coupon):
            assert coupon.used == sum(order.coupon == coupon.code for order in using)
            assert coupon.terms.total is None or coupon.used <= coupon.terms.total
        by_person = Counter((order.coupon, order.buyer) for order in using)
        assert {t.key: t.uses for t in self.stall.all(CouponTally) if t.uses} == by_person

    @invariant()
    def every_order_adds_up_and_keeps_to_the_floors(self) -> None:
        for order in self.stall.all(Order):
            assert order.total.amount_minor == sum(line.amount_minor for line in order.lines)
            assert len({line.variant for line in order.lines}) == len(order.lines)
            for line in order.lines:
                assert 0 <= line.discount_minor <= line.quantity * line.unit_price_minor
                if line.offer is None:
                    assert line.amount_minor >= line.quantity * (FLOORS[line.variant] or 0)
            for offer_id, units in order.offers.items():
                lines = [line for line in order.lines if line.offer == offer_id]
                offer = self.stall.books.get(Offer, offer_id)
                assert {line.offer_units for line in lines} == {units}
                if order.coupon is None:
                    assert sum(line.amount_minor for line in lines) == units * offer.price.amount_minor


TestSelling = Selling.TestCase
TestSelling.settings = settings(
    max_examples=2_000 if FULL else 200, stateful_step_count=50 if FULL else 30, deadline=None
)
