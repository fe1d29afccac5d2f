"""A stall in memory whose goods are waited for: the pure commands, without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any, TypeVar

from livecart.domain.batch import decide_all
from livecart.domain.books import Books, Command, Row
from livecart.domain.errors import LivecartError
from livecart.domain.ids import OfferId, OrderId, PersonId, PlaceId, ProductId, ShowId, VariantId
from livecart.domain.ledger import Account
from livecart.domain.money import Money
from livecart.domain.news import PlaceChanged
from livecart.domain.offer import Offer, OfferLine, OfferMode
from livecart.domain.order import Order, OrderState
from livecart.domain.placing import PlaceOrder
from livecart.domain.pricing import Asked, AskedOffer, AskedVariant
from livecart.domain.releasing import CancelOrder
from livecart.domain.show import Venue
from livecart.domain.stock import StockItem
from livecart.domain.stocking import AdjustStock
from livecart.domain.waiting import JoinWaitlist, TendLine
from livecart.domain.waitlist import PlaceState, Thing, ThingKind, Waiting, WaitLine

R = TypeVar("R", bound=Row)
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


def cancel(stall: Stall, buyer: PersonId = ANA) -> CancelOrder:
    order = next(each for each in stall.books.all(Order) if each.buyer == buyer and each.state is OrderState.RESERVED)
    return CancelOrder(request=None, order=order.id, buyer=buyer)
