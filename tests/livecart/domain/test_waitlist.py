"""Waitlists: who is invited when units come back, and what nobody else can have meanwhile."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livecart.domain.batch import decide_all
from livecart.domain.books import Books, Command, Row
from livecart.domain.errors import LivecartError
from livecart.domain.ids import OfferId, OrderId, PersonId, PlaceId, ProductId, ShowId, VariantId
from livecart.domain.inviting import free_units
from livecart.domain.ledger import Account
from livecart.domain.money import Money
from livecart.domain.news import PlaceChanged
from livecart.domain.offer import Offer, OfferLine, OfferMode
from livecart.domain.offering import CloseOffer
from livecart.domain.order import Order, OrderState
from livecart.domain.paying import PayOrder
from livecart.domain.placing import PlaceOrder
from livecart.domain.pricing import Asked, AskedOffer, AskedVariant
from livecart.domain.releasing import CancelOrder, ExpireOrder
from livecart.domain.show import Venue
from livecart.domain.stock import StockItem
from livecart.domain.stocking import AdjustStock
from livecart.domain.topping_up import TopUp
from livecart.domain.waiting import JoinWaitlist, LeaveWaitlist, TendLine
from livecart.domain.waitlist import PlaceState, Thing, ThingKind, Waiting, WaitLine

R = TypeVar("R", bound=Row)
FULL = os.environ.get("LIVECART_TEST_FULL") == "1"
PEOPLE = [PersonId(name) for name in ("ana", "lin", "mo", "kim", "bo")]
ANA, LIN, MO, KIM, BO = PEOPLE
SHOW, OTHER_SHOW, MEI = ShowId("show"), ShowId("other"), PersonId("mei")
LAMP, VASE = VariantId("lamp"), VariantId("vase")
FLASH, BUNDLE, RACE = OfferId("flash"), OfferId("bundle"), OfferId("race")
CONTENTS = {FLASH: (LAMP,), BUNDLE: (LAMP, VASE), RACE: (VASE,)}
RESERVATION_MS, HOLD_MS, LINE_MAX = 50, 20, 4
THINGS: list[Thing] = [
    (ThingKind.VARIANT, LAMP),
    (ThingKind.VARIANT, VASE),
    *((ThingKind.OFFER, offer) for offer in CONTENTS),
]
OF_LAMP, OF_VASE, OF_FLASH, OF_BUNDLE, OF_RACE = THINGS


def variants_of(thing: Thing) -> tuple[VariantId, ...]:
    kind, name = thing
    return CONTENTS[OfferId(name)] if kind is ThingKind.OFFER else (VariantId(name),)


def asked(thing: Thing, quantity: int) -> Asked:
    kind, name = thing
    if kind is ThingKind.OFFER:
        return AskedOffer(OfferId(name), variants_of(thing), quantity)
    return AskedVariant(VariantId(name), quantity)


def _item(variant: VariantId, stock: int) -> StockItem:
    price, shows = Money(100, "CNY"), frozenset({SHOW, OTHER_SHOW})
    return StockItem(variant, ProductId(f"of-{variant}"), MEI, variant.title(), "", price, stock, 0, 0, 1, shows)


def _offer(offer: OfferId, parts: dict[VariantId, int], quantity: int, mode: OfferMode, **changed: Any) -> Offer:
    lines = tuple(OfferLine(variant, ProductId(f"of-{variant}"), each, 100) for variant, each in parts.items())
    values: dict[str, Any] = {"per_buyer": quantity, "starts_at_ms": 0, "ends_at_ms": None} | changed
    return Offer(offer, SHOW, offer, lines, Money(80, "CNY"), quantity, mode=mode, **values)


@dataclass(slots=True)
class Stall:
    """Four lamps and four vases; a flash sale of two lamps, a bundle with both, and a race for one vase."""

    lamps: int = 4
    books: Books = field(default_factory=Books)
    now_ms: int = 1_000
    told: list[Waiting] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.books.enter([_item(LAMP, self.lamps), _item(VASE, 4)])
        self.books.enter([_offer(FLASH, {LAMP: 1}, 2, OfferMode.RESERVE, ends_at_ms=5_000)])
        self.books.enter([_offer(BUNDLE, {LAMP: 2, VASE: 1}, 2, OfferMode.RESERVE, per_buyer=2)])
        self.books.enter([_offer(RACE, {VASE: 1}, 1, OfferMode.FIRST_TO_PAY)])
        self.books.enter(Venue(show, MEI, is_open=True) for show in (SHOW, OTHER_SHOW))

    def run(self, *commands: Command[Any]) -> list[Any]:
        for command in commands:
            found = command.accounts(self.books)
            self.books.enter(account for account in found if self.books.find(Account, account.id) is None)
        verdict = decide_all(self.books, commands, {}, self.now_ms)
        news = [each for change in verdict.changes for each in change.news]
        self.told += [each.waiting for each in news if isinstance(each, PlaceChanged)]
        return verdict.answers

    def do(self, command: Command[Any]) -> Any:
        """The answer, or the code of the refusal."""
        (answer,) = self.run(command)
        return answer.code if isinstance(answer, LivecartError) else answer

    def join(self, person: PersonId, thing: Thing = OF_LAMP, quantity: int = 1, show: ShowId = SHOW) -> JoinWaitlist:
        return JoinWaitlist(
            request=None,
            thing=thing,
            variants=variants_of(thing),
            place=PlaceId(f"p{next(self.numbers):03}"),
            person=person,
            show=show,
            quantity=quantity,
            hold_ms=HOLD_MS,
            line_max=LINE_MAX,
        )

    def order(self, person: PersonId, *wanted: tuple[Thing, int]) -> PlaceOrder:
        return PlaceOrder(
            request=None,
            order=OrderId(f"o{next(self.numbers):03}"),
            buyer=person,
            show=SHOW,
            asked=tuple(asked(thing, quantity) for thing, quantity in wanted),
            reservation_ms=RESERVATION_MS,
            flash_reservation_ms=RESERVATION_MS,
        )

    def tend(self, thing: Thing = OF_LAMP) -> TendLine:
        return TendLine(request=None, thing=thing, variants=variants_of(thing), shows=(SHOW, OTHER_SHOW))

    def adjust(self, delta: int, variant: VariantId = LAMP) -> AdjustStock:
        return AdjustStock(request=None, seller=MEI, variant=variant, cause="counted", delta=delta)

    def line(self, thing: Thing = OF_LAMP) -> WaitLine:
        return self.books.find(WaitLine, thing) or WaitLine(thing)

    def states(self, thing: Thing = OF_LAMP) -> dict[PersonId, PlaceState]:
        return {place.person: place.state for place in self.line(thing).places}

    def item(self, variant: VariantId = LAMP) -> StockItem:
        return self.books.get(StockItem, variant)

    def ends(self) -> list[tuple[PersonId, PlaceState]]:
        return [
            (waiting.place.person, waiting.state) for waiting in self.told if waiting.state is not PlaceState.WAITING
        ]


WAITING, INVITED, ORDERED = PlaceState.WAITING, PlaceState.INVITED, PlaceState.ORDERED
MISSED, LEFT, CLOSED = PlaceState.MISSED, PlaceState.LEFT, PlaceState.CLOSED


@pytest.fixture
def stall() -> Stall:
    """Ana has all four lamps in an order; Lin and Mo wait, in this order."""
    stall = Stall()
    stall.run(stall.order(ANA, (OF_LAMP, 4)), stall.join(LIN), stall.join(MO))
    return stall


def cancel(stall: Stall, buyer: PersonId = ANA) -> CancelOrder:
    order = next(each for each in stall.books.all(Order) if each.buyer == buyer and each.state is OrderState.RESERVED)
    return CancelOrder(request=None, order=order.id, buyer=buyer)


def test_nobody_waits_for_what_is_there() -> None:
    stall = Stall()
    assert stall.do(stall.join(LIN)) == "still_available"
    assert stall.do(stall.join(LIN, OF_FLASH)) == "still_available"


def test_an_offer_whose_goods_are_gone_is_sold_out_too(stall: Stall) -> None:
    assert stall.do(stall.join(LIN, OF_FLASH)).position == 1
    assert stall.do(stall.join(LIN, OF_BUNDLE)).position == 1


def test_a_person_has_one_place_and_keeps_it(stall: Stall) -> None:
    first = stall.do(stall.join(LIN))
    assert (first.place.person, first.position, first.state) == (LIN, 1, WAITING)
    assert stall.do(stall.join(MO)).position == 2
    assert [waiting.state for waiting in stall.told] == [WAITING, WAITING], "joining again is no news"


def test_a_line_has_an_end(stall: Stall) -> None:
    stall.run(stall.join(KIM), stall.join(BO))
    assert stall.do(stall.join(PersonId("late"))) == "waitlist_full"
    assert stall.do(stall.join(BO)).position == 4, "who is in it may ask again"


def test_who_could_not_buy_so_many_cannot_wait_for_them(stall: Stall) -> None:
    assert stall.do(stall.join(LIN, OF_FLASH, quantity=3)) == "per_buyer_limit"


def test_only_what_is_sold_in_an_open_show_is_waited_for(stall: Stall) -> None:
    stall.books.enter([Venue(OTHER_SHOW, MEI, is_open=False)])
    assert stall.do(stall.join(KIM, show=OTHER_SHOW)) == "show_ended"
    assert stall.do(stall.join(KIM, show=ShowId("none"))) == "not_found"
    assert stall.do(stall.join(KIM, OF_FLASH, show=OTHER_SHOW)) == "show_ended"
    stall.run(CloseOffer(request=None, offer=FLASH))
    assert stall.do(stall.join(KIM, OF_FLASH)) == "offer_closed"


def test_units_that_come_back_are_held_and_only_the_rest_is_free(stall: Stall) -> None:
    stall.run(cancel(stall))
    assert stall.states() == {LIN: INVITED, MO: INVITED}
    assert (stall.item().invited, stall.item().available) == (2, 2)
    assert stall.do(stall.adjust(-3)) == "sold_out", "what is held cannot be taken out of the stock"
    assert stall.do(stall.order(KIM, (OF_LAMP, 3))) == "sold_out"
    assert stall.do(stall.order(KIM, (OF_LAMP, 2))).state is OrderState.RESERVED


def test_who_did_not_wait_cannot_have_them(stall: Stall) -> None:
    stall.run(stall.join(KIM), stall.join(BO))
    late = PersonId("late")
    answers = stall.run(cancel(stall), stall.order(late, (OF_LAMP, 1)))
    assert answers[1].code == "sold_out", "not even in the same batch"
    assert set(stall.states().values()) == {INVITED}
    assert stall.do(stall.order(late, (OF_FLASH, 1))) == "sold_out"
    for person in (LIN, MO, KIM, BO):
        assert stall.do(stall.order(person, (OF_LAMP, 1))).state is OrderState.RESERVED
    assert (stall.item().reserved, stall.item().invited) == (4, 0)
    assert stall.line().places == ()


def test_an_invitation_runs_out_and_goes_to_the_next(stall: Stall) -> None:
    stall.run(stall.join(KIM), stall.adjust(1))
    assert stall.states() == {LIN: INVITED, MO: WAITING, KIM: WAITING}
    stall.now_ms += HOLD_MS - 1
    stall.run(stall.tend())
    assert stall.states()[LIN] is INVITED
    stall.now_ms += 1
    stall.run(stall.tend(), stall.tend())
    assert stall.states() == {MO: INVITED, KIM: WAITING}
    assert stall.ends() == [(LIN, INVITED), (LIN, MISSED), (MO, INVITED)]
    assert stall.do(stall.order(LIN, (OF_LAMP, 1))) == "sold_out"


def test_at_its_very_deadline_it_is_over_whoever_asks_first(stall: Stall) -> None:
    stall.run(stall.adjust(1))
    stall.now_ms += HOLD_MS
    assert stall.do(stall.order(LIN, (OF_LAMP, 1))) == "sold_out"
    assert stall.states() == {MO: INVITED}


def test_fewer_units_than_were_wanted_are_offered_at_once(stall: Stall) -> None:
    stall.run(LeaveWaitlist(request=None, thing=OF_LAMP, variants=(LAMP,), place=stall.line().places[0].id, person=LIN))
    stall.run(stall.join(KIM, quantity=3), stall.adjust(2))
    assert [(place.person, place.units) for place in stall.line().places] == [(MO, 1), (KIM, 1)]
    assert stall.do(stall.order(KIM, (OF_LAMP, 3))) == "sold_out"
    assert stall.do(stall.order(KIM, (OF_LAMP, 1))).state is OrderState.RESERVED


def test_what_an_invited_person_does_not_take_goes_to_the_next() -> None:
    stall = Stall()
    stall.run(stall.order(ANA, (OF_LAMP, 4)), stall.join(LIN, quantity=3), stall.join(MO))
    stall.run(cancel(stall))
    assert [(place.person, place.units) for place in stall.line().places] == [(LIN, 3), (MO, 1)]
    stall.run(stall.join(KIM))
    stall.run(stall.order(LIN, (OF_LAMP, 2)))
    assert stall.states() == {MO: INVITED, KIM: INVITED}


def test_leaving_gives_the_invitation_on(stall: Stall) -> None:
    stall.run(stall.adjust(1))
    (first, _) = stall.line().places
    leave = LeaveWaitlist(request=None, thing=OF_LAMP, variants=(LAMP,), place=first.id, person=LIN)
    assert stall.do(leave).state is LEFT
    assert stall.states() == {MO: INVITED}
    assert stall.do(leave) == "not_found"
    other = LeaveWaitlist(request=None, thing=OF_LAMP, variants=(LAMP,), place=stall.line().places[0].id, person=LIN)
    assert stall.do(other) == "not_found", "another's place is not there"


def test_the_end_of_a_show_closes_its_places(stall: Stall) -> None:
    stall.run(stall.join(KIM, show=OTHER_SHOW), stall.adjust(1))
    stall.books.enter([Venue(SHOW, MEI, is_open=False)])
    stall.run(stall.tend())
    assert stall.states() == {KIM: INVITED}, "who waits in another show is next"
    assert stall.ends() == [(LIN, INVITED), (LIN, CLOSED), (MO, CLOSED), (KIM, INVITED)]


def test_an_invitation_to_an_offer_holds_its_goods_and_ends_with_it(stall: Stall) -> None:
    stall.run(LeaveWaitlist(request=None, thing=OF_LAMP, variants=(LAMP,), place=stall.line().places[0].id, person=LIN))
    stall.run(LeaveWaitlist(request=None, thing=OF_LAMP, variants=(LAMP,), place=stall.line().places[0].id, person=MO))
    stall.run(stall.join(KIM, OF_BUNDLE, quantity=1), stall.join(BO, OF_FLASH))
    stall.now_ms = 5_000 - HOLD_MS // 2
    stall.run(stall.adjust(3))
    bundle, flash = stall.books.get(Offer, BUNDLE), stall.books.get(Offer, FLASH)
    assert (stall.item().invited, stall.item(VASE).invited, bundle.invited, flash.invited) == (3, 1, 1, 1)
    assert stall.line(OF_FLASH).places[0].until_ms == 5_000
    stall.run(stall.order(KIM, (OF_BUNDLE, 1)))
    assert (stall.item().invited, stall.item(VASE).invited, stall.item().reserved) == (1, 0, 6)
    stall.now_ms = 5_000
    stall.run(stall.tend(OF_FLASH))
    assert stall.ends()[-1] == (BO, CLOSED)
    assert stall.item().available == 1


def test_where_the_first_to_pay_has_it_the_invited_one_has_it_reserved() -> None:
    stall = Stall()
    stall.run(stall.order(ANA, (OF_VASE, 4)), stall.join(LIN, OF_RACE))
    stall.run(cancel(stall))
    assert stall.states(OF_RACE) == {LIN: INVITED}
    order = stall.do(stall.order(LIN, (OF_RACE, 1)))
    assert order.held
    assert stall.item(VASE).reserved == 1
    race = stall.do(stall.order(MO, (OF_RACE, 1)))
    assert race == "sold_out"


def test_who_waited_longest_is_served_first_whatever_he_waits_for(stall: Stall) -> None:
    stall.now_ms += 1
    stall.run(stall.join(KIM, OF_FLASH))
    stall.now_ms += 1
    stall.run(stall.join(BO))
    stall.run(stall.adjust(3))
    assert stall.states(OF_FLASH) == {KIM: INVITED}
    assert stall.states() == {LIN: INVITED, MO: INVITED, BO: WAITING}


def test_a_place_in_a_show_that_sells_it_no_more_is_passed_over(stall: Stall) -> None:
    stall.run(stall.join(KIM, show=OTHER_SHOW))
    item = stall.item()
    stall.books.enter([StockItem(**{f: getattr(item, f) for f in item.__slots__} | {"shows": frozenset({OTHER_SHOW})})])
    stall.run(stall.adjust(1))
    assert stall.states() == {LIN: WAITING, MO: WAITING, KIM: INVITED}


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
