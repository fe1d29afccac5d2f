"""Carts walked at random: filled, repriced, taken off sale, in offers or not, and ordered whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livecart.domain.batch import decide_all
from livecart.domain.books import Books
from livecart.domain.cart import Cart, CartLine
from livecart.domain.checking_out import CartRefusedError, CheckedOut, CheckOut
from livecart.domain.coupon import Coupon, CouponKind, CouponTally, CouponTerms
from livecart.domain.errors import ConflictError, LivecartError
from livecart.domain.idempotency import KeptAnswer, KeyScope, request_key
from livecart.domain.ids import CouponCode, OfferId, OrderId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.money import Money
from livecart.domain.offer import Offer, OfferLine, OfferMode, OfferTally
from livecart.domain.order import Order
from livecart.domain.prices import VariantPrice
from livecart.domain.pricing import AskedOffer
from livecart.domain.show import Venue
from livecart.domain.stock import MovementKind, StockItem
from tests.support.full import FULL

PEOPLE = [PersonId(name) for name in ("ana", "lin")]
OPEN, ENDED = ShowId("open"), ShowId("ended")
CURRENCIES = {
    VariantId("v-cny"): "CNY",
    VariantId("v-too"): "CNY",
    VariantId("v-jpy"): "JPY",
    VariantId("v-kwd"): "KWD",
}
IN_BAG = (VariantId("v-cny"), VariantId("v-too"))
# Two of the first, or one of the first with two of the second: the units of a line are 1 to 4.
OFFERS = {OfferId("one"): {IN_BAG[0]: 1}, OfferId("set"): {IN_BAG[0]: 1, IN_BAG[1]: 2}}
PER_BUYER, UNITS = 3, 4
STOCK = 9
HALF, UNKNOWN = CouponCode("HALF"), CouponCode("UNKNOWN")
TERMS = CouponTerms(PersonId("mei"), CouponKind.PERCENT, 50, "USD", minimum_minor=6, per_person=2, total=3)
people = st.sampled_from(PEOPLE)
variants = st.sampled_from(list(CURRENCIES))
prices = st.integers(0, 3)


def stock_item(variant: VariantId) -> StockItem:
    price = Money(3, CURRENCIES[variant])
    shows = frozenset({OPEN}) if variant in IN_BAG else frozenset[ShowId]()
    return StockItem(variant, ProductId(f"of-{variant}"), PersonId("mei"), "Lamp", "Red", price, STOCK, 0, 0, 1, shows)


def offer(name: OfferId, price_minor: int, mode: OfferMode) -> Offer:
    lines = tuple(OfferLine(variant, ProductId(f"of-{variant}"), n, 3) for variant, n in OFFERS[name].items())
    return Offer(name, OPEN, "", lines, Money(price_minor, "CNY"), UNITS, PER_BUYER, mode, 0, None)


class Carts(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.books = Books()
        self.books.enter(stock_item(variant) for variant in CURRENCIES)
        self.books.enter(Venue(show, PersonId("mei"), show is OPEN) for show in (OPEN, ENDED))
        self.books.enter(VariantPrice(variant, Money(5, "USD")) for variant in CURRENCIES)
        self.books.enter(Cart(person) for person in PEOPLE)
        self.books.enter([Coupon(HALF, PersonId("mei"), TERMS, 0)])
        self.books.enter(offer(name, 1, OfferMode.RESERVE) for name in OFFERS)
        self.known: dict[KeyScope, KeptAnswer] = {}
        self.now_ms = 0
        self.number = 0

    @rule(
        person=people,
        variant=variants,
        quantity=st.integers(1, 4),
        show=st.sampled_from([None, None, OPEN, OPEN, OPEN, OPEN, OPEN, ENDED]),
        dollars=st.booleans(),
    )
    def put(self, person: PersonId, variant: VariantId, quantity: int, show: ShowId | None, dollars: bool) -> None:
        seen = Money(5, "USD") if dollars else self.books.get(StockItem, variant).price
        others = tuple(line for line in self.books.get(Cart, person).lines if line.variant != variant)
        self.books.enter([Cart(person, (*others, CartLine(variant, show, quantity, seen, self.now_ms)))])

    @rule(variant=variants, minor=prices)
    def reprice(self, variant: VariantId, minor: int) -> None:
        item = self.books.get(StockItem, variant)
        self.books.enter([replace(item, price=Money(minor, item.price.currency))])

    @rule(
        name=st.sampled_from(list(OFFERS)),
        minor=prices,
        mode=st.sampled_from(OfferMode),
        closed=st.sampled_from([False, False, True]),
    )
    def offer(self, name: OfferId, minor: int, mode: OfferMode, closed: bool) -> None:
        """One is closed once and keeps its price; this stands for another one with the same goods."""
        was = self.books.get(Offer, name)
        closed_at_ms = self.now_ms if closed else None
        self.books.enter([replace(was, price=Money(minor, "CNY"), mode=mode, closed_at_ms=closed_at_ms)])

    @rule(person=people, units=st.integers(1, 3), of_each=st.booleans())
    def fill(self, person: PersonId, units: int, of_each: bool) -> None:
        """What an offer of the show is for, and nothing else."""
        wanted = OFFERS[OfferId("set" if of_each else "one")]
        seen = Money(3, "CNY")
        lines = (CartLine(variant, OPEN, n * units, seen, self.now_ms) for variant, n in wanted.items())
        self.books.enter([Cart(person, tuple(lines))])

    @rule(variant=variants, on_sale=st.sampled_from([True, True, False]))
    def list_or_delist(self, variant: VariantId, on_sale: bool) -> None:
        self.books.enter([replace(self.books.get(StockItem, variant), on_sale=on_sale)])

    @rule(variant=variants)
    def restock(self, variant: VariantId) -> None:
        item = self.books.get(StockItem, variant)
        if item.reserved:
            self.books.enter([item.move(MovementKind.RELEASED, item.reserved)])

    @rule(
        buyers=st.lists(people, min_size=1, max_size=3),
        again=st.booleans(),
        coupon=st.sampled_from([None, None, HALF, HALF, UNKNOWN]),
    )
    def check_out(self, buyers: list[PersonId], again: bool, coupon: CouponCode | None) -> None:
        """Several at once, as in a batch; `again` sends the first with its key twice."""
        commands = [self._command(buyer, coupon) for buyer in buyers]
        if again:
            commands.append(commands[0])
        carts = {person: self.books.get(Cart, person) for person in PEOPLE}
        before = {item.variant: item for item in self.books.all(StockItem)}
        answers = decide_all(self.books, commands, self.known, self.now_ms).answers
        if again:
            assert answers[-1] is answers[0] or str(answers[-1]) in {str(answers[0]), "the cart is empty"}
            answers = answers[:-1]
        for command, answer in zip(commands, answers, strict=False):
            self._judge(command, answer, carts)
            if isinstance(answer, CheckedOut):
                carts[command.buyer] = Cart(command.buyer)
        self._stock_adds_up(before, answers)

    def _command(self, buyer: PersonId, coupon: CouponCode | None) -> CheckOut:
        self.number += 1
        key = request_key(buyer, "cart.checkout", str(self.number), {})
        first = OrderId(f"o{self.number}-")
        asked = tuple(AskedOffer(name, tuple(parts), 1) for name, parts in OFFERS.items())
        return CheckOut(request=key, first=first, buyer=buyer, reservation_ms=100, coupon=coupon, offers=asked)

    def _judge(self, command: CheckOut, answer: Any, carts: dict[PersonId, Cart]) -> None:
        lines = carts[command.buyer].lines
        if isinstance(answer, CheckedOut):
            ordered = {
                (line.variant, line.quantity, order.total.currency, order.show)
                for order in answer.orders
                for line in order.lines
            }
            assert ordered == {(line.variant, line.quantity, line.seen.currency, line.show) for line in lines}
            agreed = {line.variant: line.seen.amount_minor for line in lines}
            for line in (line for order in answer.orders for line in order.lines):
                assert line.amount_minor <= line.quantity * agreed[line.variant]
            together = [(order.total.currency, order.show, order.held) for order in answer.orders]
            assert len(set(together)) == len(together), "what may be one order is one"
            for order in answer.orders:
                assert order.total.amount_minor == sum(line.amount_minor for line in order.lines)
            self._judge_coupon(command, answer)
        elif isinstance(answer, CartRefusedError):
            assert set(answer.fields) <= {line.variant for line in lines}
            assert answer.fields
        elif not lines:
            assert isinstance(answer, ConflictError)
            assert answer.code == "cart_empty"
        else:
            assert isinstance(answer, LivecartError)
            assert command.coupon is not None
            assert answer.code.startswith("coupon_")

    def _judge_coupon(self, command: CheckOut, answer: CheckedOut) -> None:
        off = {order.id: order.discount_minor for order in answer.orders}
        with_it = [order for order in answer.orders if order.coupon is not None]
        assert [order.coupon for order in with_it] == ([] if command.coupon is None else [HALF])
        for order in (order for order in answer.orders if not order.offers):
            goods = order.total.amount_minor + order.discount_minor
            assert off[order.id] == (goods * 50 // 100 if order.coupon else 0)
            # No other order of the same currency would have had more off.
            best = max((each.total.amount_minor + each.discount_minor for each in with_it), default=0)
            assert command.coupon is None or order.total.currency != "USD" or goods <= best

    def _stock_adds_up(self, before: dict[VariantId, StockItem], answers: list[Any]) -> None:
        made = [order for answer in answers if isinstance(answer, CheckedOut) for order in answer.orders]
        made = [order for order in made if order.held]
        for item in self.books.all(StockItem):
            taken = sum(line.quantity for order in made for line in order.lines if line.variant == item.variant)
            assert item.reserved - before[item.variant].reserved == taken

    @invariant()
    def nothing_is_oversold_and_every_order_is_one_of_somebodys(self) -> None:
        for item in self.books.all(StockItem):
            assert 0 <= item.reserved <= item.stock
        assert {order.buyer for order in self.books.all(Order)} <= set(PEOPLE)

    @invariant()
    def no_offer_is_oversold_and_nobody_has_more_of_it_than_he_may(self) -> None:
        for each in self.books.all(Offer):
            held = [order for order in self.books.all(Order) if order.held and each.id in order.offers]
            assert each.reserved == sum(order.offers[each.id] for order in held) <= UNITS
            for person in PEOPLE:
                tally = self.books.find(OfferTally, (each.id, person))
                his = sum(order.offers[each.id] for order in held if order.buyer == person)
                assert his == (tally.units if tally else 0) <= PER_BUYER

    @invariant()
    def the_coupon_is_used_as_often_as_orders_have_it_and_not_too_often(self) -> None:
        used = [order.buyer for order in self.books.all(Order) if order.coupon == HALF]
        assert self.books.get(Coupon, HALF).used == len(used) <= 3
        for person in PEOPLE:
            tally = self.books.find(CouponTally, (HALF, person))
            assert (tally.uses if tally else 0) == used.count(person) <= 2


CartsWalk = Carts.TestCase
CartsWalk.settings = settings(
    max_examples=2_000 if FULL else 200, stateful_step_count=50 if FULL else 30, deadline=None
)


def test_a_refusal_is_one_of_ours() -> None:
    refusal = CartRefusedError({VariantId("v"): "sold_out"})
    assert isinstance(refusal, LivecartError)
    assert (refusal.code, refusal.fields) == ("cart_refused", {"v": "sold_out"})
