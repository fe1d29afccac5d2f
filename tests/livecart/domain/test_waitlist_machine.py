"""Waitlists walked at random: nothing is promised twice, nobody is passed over."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livecart.domain.books import Command
from livecart.domain.errors import LivecartError
from livecart.domain.ids import OfferId, OrderId, PersonId, VariantId
from livecart.domain.inviting import free_units
from livecart.domain.money import Money
from livecart.domain.offer import Offer
from livecart.domain.offering import CloseOffer
from livecart.domain.order import Order
from livecart.domain.paying import PayOrder
from livecart.domain.releasing import CancelOrder, ExpireOrder
from livecart.domain.stock import StockItem
from livecart.domain.topping_up import TopUp
from livecart.domain.waiting import LeaveWaitlist
from livecart.domain.waitlist import Thing, ThingKind, WaitLine
from tests.support.full import FULL
from tests.support.waiting_stall import (
    ANA,
    CONTENTS,
    INVITED,
    LAMP,
    LIN,
    LINE_MAX,
    OF_FLASH,
    OF_LAMP,
    OF_VASE,
    PEOPLE,
    SHOW,
    THINGS,
    VASE,
    WAITING,
    Stall,
    variants_of,
)


class Waitlists(RuleBasedStateMachine):
    """Everything that takes goods or gives them back, at random and in batches."""

    def __init__(self) -> None:
        super().__init__()
        self.stall = Stall()
        self.batch: list[Command[Any]] = []
        self.stall.run(*(TopUp(request=None, topup=who, person=who, amount=Money(9_999, "CNY")) for who in PEOPLE))
        self.stall.run(self.stall.order(ANA, (OF_LAMP, 4)), self.stall.order(LIN, (OF_VASE, 4)))

    def _some_order(self, pick: int) -> OrderId:
        known = sorted(order.id for order in self.stall.books.all(Order))
        return known[pick % len(known)]

    @rule(person=st.sampled_from(PEOPLE), thing=st.sampled_from(THINGS), quantity=st.integers(1, 2))
    def join(self, person: PersonId, thing: Thing, quantity: int) -> None:
        self.batch.append(self.stall.join(person, thing, quantity))

    @rule(pick=st.integers(0, 99), thing=st.sampled_from(THINGS))
    def leave(self, pick: int, thing: Thing) -> None:
        places = self.stall.line(thing).places
        if places:
            place = places[pick % len(places)]
            self.batch.append(
                LeaveWaitlist(
                    request=None, thing=thing, variants=variants_of(thing), place=place.id, person=place.person
                )
            )

    @rule(person=st.sampled_from(PEOPLE), thing=st.sampled_from(THINGS), quantity=st.integers(1, 2))
    def order(self, person: PersonId, thing: Thing, quantity: int) -> None:
        self.batch.append(self.stall.order(person, (thing, quantity)))

    @rule(person=st.sampled_from(PEOPLE))
    def order_two_things(self, person: PersonId) -> None:
        self.batch.append(self.stall.order(person, (OF_FLASH, 1), (OF_VASE, 1)))

    @rule(pick=st.integers(0, 99))
    def cancel(self, pick: int) -> None:
        order = self.stall.books.get(Order, self._some_order(pick))
        self.batch.append(CancelOrder(request=None, order=order.id, buyer=order.buyer))

    @rule(pick=st.integers(0, 99))
    def expire(self, pick: int) -> None:
        self.batch.append(ExpireOrder(request=None, order=self._some_order(pick)))

    @rule(pick=st.integers(0, 99))
    def pay(self, pick: int) -> None:
        order = self.stall.books.get(Order, self._some_order(pick))
        self.batch.append(PayOrder(request=None, order=order.id, buyer=order.buyer, buyer_name="A", fee_bp=0))

    @rule(delta=st.integers(-2, 2).filter(bool), variant=st.sampled_from([LAMP, VASE]))
    def adjust(self, delta: int, variant: VariantId) -> None:
        self.batch.append(self.stall.adjust(delta, variant))

    @rule(offer=st.sampled_from(list(CONTENTS)), sure=st.integers(0, 9))
    def close(self, offer: OfferId, sure: int) -> None:
        if sure == 0:
            self.batch.append(CloseOffer(request=None, offer=offer))

    @rule(thing=st.sampled_from(THINGS), ms=st.integers(1, 30))
    def wait(self, thing: Thing, ms: int) -> None:
        self.stall.now_ms += ms
        self.batch.append(self.stall.tend(thing))

    @rule()
    def commit(self) -> None:
        for answer in self.stall.run(*self.batch):
            assert not isinstance(answer, Exception) or isinstance(answer, LivecartError), answer
        self.batch = []

    @invariant()
    def nothing_is_promised_twice(self) -> None:
        books = self.stall.books
        held: Counter[str] = Counter()
        for line in books.all(WaitLine):
            for place in line.places:
                assert (place.units > 0) == (place.state is INVITED)
                assert place.units <= place.quantity
                held[line.thing[1]] += place.units
                if line.thing[0] is ThingKind.OFFER:
                    for part in books.get(Offer, OfferId(line.thing[1])).lines:
                        held[part.variant] += place.units * part.quantity
        for item in books.all(StockItem):
            assert item.invited == held[item.variant]
            assert min(item.reserved, item.sold, item.invited, item.available) >= 0
        for offer in books.all(Offer):
            assert offer.invited == held[offer.id]
            assert min(offer.reserved, offer.sold, offer.invited, offer.available) >= 0

    @invariant()
    def lines_are_served_from_the_front_and_nobody_waits_in_vain(self) -> None:
        for line in self.stall.books.all(WaitLine):
            people = [place.person for place in line.places]
            assert len(people) == len(set(people)) <= LINE_MAX
            states = [place.state for place in line.places]
            assert states == sorted(states, key=lambda state: state is WAITING)
            if not self.batch and WAITING in states:
                assert free_units(self.stall.books, line.thing, SHOW, self.stall.now_ms) == 0

    @invariant()
    def a_place_passes_each_state_once_and_ends_once(self) -> None:
        said = Counter((waiting.place.id, waiting.state) for waiting in self.stall.told)
        assert set(said.values()) <= {1}
        ends = Counter(waiting.place.id for waiting in self.stall.told if waiting.state not in (WAITING, INVITED))
        assert set(ends.values()) <= {1}
        open_places = {place.id for line in self.stall.books.all(WaitLine) for place in line.places}
        assert open_places == {waiting.place.id for waiting in self.stall.told} - set(ends)


TestWaitlists = Waitlists.TestCase
TestWaitlists.settings = settings(
    max_examples=2_000 if FULL else 200, stateful_step_count=50 if FULL else 30, deadline=None
)
