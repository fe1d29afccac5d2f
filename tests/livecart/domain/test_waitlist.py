"""Waitlists: who is invited when units come back, and what nobody else can have meanwhile."""

from __future__ import annotations

import pytest

from livecart.domain.ids import PersonId, ShowId
from livecart.domain.offer import Offer
from livecart.domain.offering import CloseOffer
from livecart.domain.order import OrderState
from livecart.domain.show import Venue
from livecart.domain.stock import StockItem
from livecart.domain.waiting import LeaveWaitlist
from tests.support.waiting_stall import (
    ANA,
    BO,
    BUNDLE,
    CLOSED,
    FLASH,
    HOLD_MS,
    INVITED,
    KIM,
    LAMP,
    LEFT,
    LIN,
    MEI,
    MISSED,
    MO,
    OF_BUNDLE,
    OF_FLASH,
    OF_LAMP,
    OF_RACE,
    OF_VASE,
    OTHER_SHOW,
    SHOW,
    VASE,
    WAITING,
    Stall,
    cancel,
)


@pytest.fixture
def stall() -> Stall:
    """Ana has all four lamps in an order; Lin and Mo wait, in this order."""
    stall = Stall()
    stall.run(stall.order(ANA, (OF_LAMP, 4)), stall.join(LIN), stall.join(MO))
    return stall


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
