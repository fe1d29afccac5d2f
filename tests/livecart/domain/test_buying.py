"""Stock, orders and ledger together, walked at random in batches and compared with a model that is plain counting."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livecart.domain.batch import Verdict, decide_all
from livecart.domain.books import Books, Command, Row
from livecart.domain.errors import LivecartError
from livecart.domain.idempotency import KeptAnswer, KeyScope, request_key
from livecart.domain.ids import OrderId, PersonId, ProductId, ShowId, VariantId
from livecart.domain.ledger import Account, AccountKind, Journal, JournalKind
from livecart.domain.money import Money
from livecart.domain.order import Order, OrderState
from livecart.domain.paying import PayOrder
from livecart.domain.placing import PlaceOrder
from livecart.domain.pricing import AskedVariant
from livecart.domain.releasing import CancelOrder, ExpireOrder
from livecart.domain.show import Venue
from livecart.domain.stock import Movement, MovementKind, StockItem
from livecart.domain.topping_up import TopUp
from tests.support.full import FULL

R = TypeVar("R", bound=Row)
PEOPLE = [PersonId(name) for name in ("ana", "lin", "mo")]
OPEN, ENDED = ShowId("open"), ShowId("ended")
CURRENCIES = {"v-cny": "CNY", "v-jpy": "JPY", "v-kwd": "KWD"}
VARIANTS = [VariantId(name) for name in CURRENCIES]
STOCK = 7
RESERVATION_MS = 100
FEE_BP = 250


def _item(variant: VariantId) -> StockItem:
    price = Money(333, CURRENCIES[variant])
    shows = frozenset({OPEN}) if variant == VARIANTS[0] else frozenset[ShowId]()
    product = ProductId(f"of-{variant}")
    return StockItem(variant, product, PersonId("mei"), "Lamp", "Red", price, STOCK, 0, 0, 1, shows)


def _open(books: Books, commands: list[Command[Any]]) -> None:
    """What the database does before a batch: finds the accounts, and opens those that do not exist."""
    for command in commands:
        books.enter(account for account in command.accounts(books) if books.find(Account, account.id) is None)


@dataclass(slots=True)
class Shop:
    books: Books
    known: dict[KeyScope, KeptAnswer] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    entries: dict[str, int] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    now_ms: int = 1_000

    def run(self, commands: list[Command[Any]]) -> list[Any]:
        _open(self.books, commands)
        verdict = decide_all(self.books, commands, self.known, self.now_ms)
        self._remember(verdict)
        return verdict.answers

    def _remember(self, verdict: Verdict) -> None:
        self.known.update(verdict.kept)
        for change in verdict.changes:
            self.movements.extend(record for record in change.records if isinstance(record, Movement))
            for journal in (record for record in change.records if isinstance(record, Journal)):
                for entry in journal.entries:
                    old = self.entries.get(entry.account, 0)
                    self.entries[entry.account] = old + entry.amount.amount_minor
                if journal.kind is JournalKind.PAYMENT:
                    assert journal.cause not in self.paid, "an order was paid twice"
                    self.paid[journal.cause] = -journal.entries[0].amount.amount_minor

    def all(self, kind: type[R]) -> list[R]:
        return list(self.books.all(kind))


def new_shop() -> Shop:
    books = Books()
    books.enter(_item(variant) for variant in VARIANTS)
    books.enter(Venue(show, PersonId("mei"), show is OPEN) for show in (OPEN, ENDED))
    return Shop(books)


def place(number: int, person: PersonId, **changed: Any) -> PlaceOrder:
    values = {"show": None, "variant": VARIANTS[0], "quantity": 1, "key": str(number)} | changed
    request = request_key(person, "order.place", values.pop("key"), values)
    order, asked = OrderId(f"o{number}"), (AskedVariant(values.pop("variant"), values.pop("quantity")),)
    return PlaceOrder(request=request, order=order, buyer=person, asked=asked, reservation_ms=RESERVATION_MS, **values)


def pay(order: OrderId, person: PersonId, key: str) -> PayOrder:
    request = request_key(person, "order.pay", key, {"order": order})
    return PayOrder(request=request, order=order, buyer=person, buyer_name="Ana", fee_bp=FEE_BP)


def top_up(number: int, person: PersonId, amount: Money) -> TopUp:
    request = request_key(person, "wallet.topup", str(number), {"amount": amount.amount_minor})
    return TopUp(request=request, topup=str(number), person=person, amount=amount)


class Sale(RuleBasedStateMachine):
    """Each rule adds a command to the batch; `commit` decides the batch at once."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = new_shop()
        self.batch: list[Command[Any]] = []
        self.answers: dict[KeyScope, Any] = {}
        self.number = 0

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _some_order(self, pick: int) -> OrderId:
        known = sorted(order.id for order in self.shop.all(Order))
        return known[pick % len(known)] if known else OrderId("none")

    @rule(
        person=st.sampled_from(PEOPLE),
        variant=st.sampled_from(VARIANTS),
        quantity=st.integers(1, 4),
        show=st.sampled_from([None, OPEN, ENDED]),
    )
    def place(self, person: PersonId, variant: VariantId, quantity: int, show: ShowId | None) -> None:
        self.batch.append(place(self._next(), person, variant=variant, quantity=quantity, show=show))

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 99))
    def pay(self, person: PersonId, pick: int) -> None:
        self.batch.append(pay(self._some_order(pick), person, str(self._next())))

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 99))
    def cancel(self, person: PersonId, pick: int) -> None:
        order = self._some_order(pick)
        request = request_key(person, "order.cancel", str(self._next()), {"order": order})
        self.batch.append(CancelOrder(request=request, order=order, buyer=person))

    @rule(pick=st.integers(0, 99), waited_ms=st.integers(0, RESERVATION_MS))
    def expire(self, pick: int, waited_ms: int) -> None:
        self.shop.now_ms += waited_ms
        self.batch.append(ExpireOrder(request=None, order=self._some_order(pick)))

    @rule(person=st.sampled_from(PEOPLE), amount=st.integers(1, 1_500), variant=st.sampled_from(VARIANTS))
    def top_up(self, person: PersonId, amount: int, variant: VariantId) -> None:
        self.batch.append(top_up(self._next(), person, Money(amount, CURRENCIES[variant])))

    @rule(pick=st.integers(0, 99))
    def repeat(self, pick: int) -> None:
        if self.batch:
            self.batch.append(self.batch[pick % len(self.batch)])

    @rule()
    def commit(self) -> None:
        for command, answer in zip(self.batch, self.shop.run(self.batch), strict=True):
            if command.request is None or isinstance(answer, LivecartError):
                continue
            first = self.answers.setdefault(command.request.scope, answer)
            assert first == answer, "a repeated key was given another answer"
        # Half of it comes once more in the next batch, as from clients that heard no answer.
        self.batch = self.batch[::2] if len(self.batch) > 1 else []

    @invariant()
    def nothing_is_oversold_and_orders_explain_the_stock(self) -> None:
        for item in self.shop.all(StockItem):
            lines = [
                (order.state, line.quantity)
                for order in self.shop.all(Order)
                for line in order.lines
                if line.variant == item.variant
            ]
            assert item.reserved == sum(count for state, count in lines if state is OrderState.RESERVED)
            assert item.sold == sum(count for state, count in lines if state is OrderState.PAID)
            assert item.reserved + item.sold <= item.stock == STOCK
            moved = {
                kind: sum(m.quantity for m in self.shop.movements if m.variant == item.variant and m.kind is kind)
                for kind in MovementKind
            }
            left = moved[MovementKind.RESERVED] - moved[MovementKind.RELEASED] - moved[MovementKind.SOLD]
            assert (item.reserved, item.sold) == (left, moved[MovementKind.SOLD])

    @invariant()
    def every_cent_is_explained(self) -> None:
        accounts = self.shop.all(Account)
        assert {a.id: a.balance_minor for a in accounts if a.balance_minor} == {
            name: balance for name, balance in self.shop.entries.items() if balance
        }
        assert all(account.balance_minor >= 0 for account in accounts if account.kind is not AccountKind.EXTERNAL)
        for currency in CURRENCIES.values():
            assert sum(account.balance_minor for account in accounts if account.currency == currency) == 0

    @invariant()
    def exactly_the_paid_orders_were_paid(self) -> None:
        paid = [order for order in self.shop.all(Order) if order.state is OrderState.PAID]
        assert self.shop.paid == {order.id: order.total.amount_minor for order in paid}


TestSale = Sale.TestCase
TestSale.settings = settings(max_examples=2_000 if FULL else 200, stateful_step_count=50 if FULL else 30, deadline=None)


def test_the_fee_goes_to_the_shop_and_the_rest_to_the_seller() -> None:
    shop = new_shop()
    shop.run([top_up(1, PEOPLE[0], Money(1_000, "CNY")), place(2, PEOPLE[0], quantity=3)])
    (paid,) = shop.run([pay(OrderId("o2"), PEOPLE[0], "k")])
    assert isinstance(paid, Order)
    assert shop.entries == {
        "external:CNY": -1_000,
        "wallet:ana:CNY": 1,
        "proceeds:mei:CNY": 999 - 24,
        "fees:CNY": 24,
    }


def test_whoever_comes_first_is_served_first_and_a_smaller_order_may_still_fit() -> None:
    answers = new_shop().run([place(n, PEOPLE[n % 3], quantity=quantity) for n, quantity in enumerate([4, 4, 3, 1])])
    assert [getattr(answer, "code", None) for answer in answers] == [None, "sold_out", None, "sold_out"]


def test_a_refused_command_leaves_the_books_as_they_were() -> None:
    shop = new_shop()
    shop.run([place(1, PEOPLE[0])])
    _open(shop.books, [pay(OrderId("o1"), PEOPLE[0], "k")])
    before = [shop.all(kind) for kind in (StockItem, Order, Account)]
    (refusal,) = shop.run([pay(OrderId("o1"), PEOPLE[0], "k")])
    assert refusal.code == "insufficient_funds"
    assert [shop.all(kind) for kind in (StockItem, Order, Account)] == before


def test_a_total_beyond_what_money_holds_is_refused() -> None:
    shop = new_shop()
    shop.books.enter([replace(_item(VARIANTS[0]), price=Money(10**12, "CNY"))])
    (refusal,) = shop.run([place(1, PEOPLE[0], quantity=2)])
    assert refusal.code == "amount_too_large"
