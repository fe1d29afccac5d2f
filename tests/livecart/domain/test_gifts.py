"""Gifts walked at random in batches: money is conserved, every streak is billed once, no cap is passed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from livecart.domain.batch import decide_all
from livecart.domain.books import Books, Command
from livecart.domain.errors import ConflictError, ForbiddenError, InvalidError, LivecartError, NotFoundError
from livecart.domain.gift import STREAK_MAX_MS, Gift, Streak
from livecart.domain.gift_ending import EndStreak
from livecart.domain.gift_sending import GiftWish, SendGift
from livecart.domain.giver import DAY_MS, FOR_GOOD_MS, GiftCapReached, Giver, GiverKey
from livecart.domain.idempotency import KeptAnswer, KeyScope, request_key
from livecart.domain.ids import GiftId, PersonId, ShowId, StreakId
from livecart.domain.ledger import Account, AccountKind, Journal, JournalKind
from livecart.domain.money import MAX_MINOR, Money
from livecart.domain.show import Venue
from livecart.domain.topping_up import TopUp
from tests.support.full import FULL

MEI, ANA, LIN = PEOPLE = [PersonId(name) for name in ("mei", "ana", "lin")]
OPEN, OTHER, ENDED = SHOWS = [ShowId(name) for name in ("open", "other", "ended")]
CURRENCIES = ("CNY", "JPY", "KWD")
WINDOW_MS, FEE_BP = 100, 333
START_MS = DAY_MS * 20_000 + DAY_MS - 300


def gift(name: str = "rose", price: int = 7, currency: str = "CNY") -> Gift:
    return Gift(GiftId(name), name.title(), "🌹", Money(price, currency))


GIFTS = [gift(), gift("tea", 30), gift("rose", 7, "JPY"), gift("bell", 1, "KWD")]


@dataclass(slots=True)
class Shop:
    books: Books
    known: dict[KeyScope, KeptAnswer] = field(default_factory=dict)
    journals: dict[str, Journal] = field(default_factory=dict)
    now_ms: int = START_MS

    def run(self, commands: Iterable[Command[Any]]) -> list[Any]:
        """What the database does before a batch: opens the rows and accounts that do not exist."""
        listed = list(commands)
        for command in listed:
            for kind, key in command.needs():
                if kind is Giver and self.books.find(Giver, key) is None:
                    self.books.enter([Giver(*cast("GiverKey", key))])
            wanted = command.accounts(self.books)
            self.books.enter(account for account in wanted if self.books.find(Account, account.id) is None)
        verdict = decide_all(self.books, listed, self.known, self.now_ms)
        self.known.update(verdict.kept)
        for change in verdict.changes:
            for journal in (record for record in change.records if isinstance(record, Journal)):
                assert journal.id not in self.journals, "booked twice"
                self.journals[journal.id] = journal
        return verdict.answers

    def all(self, kind: type[Any]) -> list[Any]:
        return list(self.books.all(kind))

    def balance(self, account: str) -> int:
        return sum(each.balance_minor for each in self.all(Account) if each.id == account)

    def giver(self, person: PersonId = ANA, currency: str = "CNY") -> Giver:
        return self.books.find(Giver, (person, currency)) or Giver(person, currency)

    def due(self) -> list[Any]:
        """Ends what is due, as the jobs do."""
        due = [each for each in self.all(Streak) if each.is_open and each.ends_at_ms <= self.now_ms]
        return self.run([end(streak) for streak in due])


def new_shop() -> Shop:
    books = Books()
    books.enter(Venue(show, MEI, show is not ENDED) for show in SHOWS)
    return Shop(books)


def rich(amount: int = 1_000, person: PersonId = ANA) -> Shop:
    shop = new_shop()
    shop.run([top_up(0, person, Money(amount, "CNY"))])
    return shop


def top_up(number: int, person: PersonId, amount: Money) -> TopUp:
    request = request_key(person, "wallet.topup", str(number), {"amount": amount.amount_minor})
    return TopUp(request=request, topup=str(number), person=person, amount=amount)


def send(number: int, sender: PersonId = ANA, what: Gift | None = GIFTS[0], **changed: Any) -> SendGift:
    count, show = changed.pop("count", 1), changed.pop("show", OPEN)
    return SendGift(
        request=request_key(sender, "gift.send", str(number), {"gift": what.id if what else "", "count": count}),
        streak=StreakId(f"s{number}"),
        show=show,
        sender=sender,
        sender_name=sender.title(),
        wish=GiftWish(gift=what, count=count, window_ms=WINDOW_MS),
    )


def end(streak: Streak) -> EndStreak:
    giver = (streak.sender, streak.gift.price.currency)
    return EndStreak(request=None, streak=streak.id, giver=giver, fee_bp=FEE_BP)


class Givers(RuleBasedStateMachine):
    """Each rule adds a command to the batch; `commit` decides the batch at once."""

    def __init__(self) -> None:
        super().__init__()
        self.shop = new_shop()
        self.batch: list[Command[Any]] = []
        # What was acknowledged, by sender, show, gift and currency, counted here and not by the model.
        self.acknowledged: Counter[tuple[PersonId, ShowId, GiftId, str]] = Counter()
        self.answered: dict[KeyScope, Streak] = {}
        self.spent: Counter[tuple[GiverKey, int]] = Counter()
        self.number = 0

    def _next(self) -> int:
        self.number += 1
        return self.number

    @rule(person=st.sampled_from(PEOPLE), amount=st.integers(1, 400), currency=st.sampled_from(CURRENCIES))
    def top_up(self, person: PersonId, amount: int, currency: str) -> None:
        self.batch.append(top_up(self._next(), person, Money(amount, currency)))

    @rule(
        sender=st.sampled_from([ANA, ANA, LIN, MEI]),
        what=st.sampled_from([*GIFTS, None]),
        show=st.sampled_from([OPEN, OPEN, OTHER, ENDED]),
        count=st.integers(1, 5),
    )
    def send(self, sender: PersonId, what: Gift | None, show: ShowId, count: int) -> None:
        self.batch.append(send(self._next(), sender, what, show=show, count=count))

    @rule(pick=st.integers(0, 99), waited_ms=st.integers(0, WINDOW_MS))
    def end(self, pick: int, waited_ms: int) -> None:
        self.shop.now_ms += waited_ms
        if streaks := sorted(self.shop.all(Streak), key=lambda streak: str(streak.id)):
            self.batch.append(end(streaks[pick % len(streaks)]))

    @rule(pick=st.integers(0, 99))
    def repeat(self, pick: int) -> None:
        if self.batch:
            self.batch.append(self.batch[pick % len(self.batch)])

    @rule(person=st.sampled_from([ANA, LIN]), cap=st.one_of(st.none(), st.integers(0, 60)))
    def choose_cap(self, person: PersonId, cap: int | None) -> None:
        """Between two batches, as under the giver's lock."""
        giver = self.shop.giver(person).chose(cap, self.shop.now_ms)
        self.shop.books.enter([giver])

    @rule()
    def commit(self) -> None:
        for command, answer in zip(self.batch, self.shop.run(self.batch), strict=True):
            if isinstance(command, SendGift) and not isinstance(answer, LivecartError):
                self._acknowledge(command, answer)
        # Half of it comes once more in the next batch, as from clients that heard no answer.
        self.batch = self.batch[::2] if len(self.batch) > 1 else []

    def _acknowledge(self, command: SendGift, answer: Streak) -> None:
        assert command.request is not None
        first = self.answered.get(command.request.scope)
        if first is not None:
            assert first == answer, "a repeated key was given another answer"
            return
        self.answered[command.request.scope] = answer
        gift = command.wish.gift
        assert gift is not None
        currency = gift.price.currency
        self.acknowledged[command.sender, command.show, gift.id, currency] += command.wish.count
        key, day = (command.sender, currency), self.shop.now_ms // DAY_MS
        self.spent[key, day] += command.wish.count * gift.price.amount_minor
        cap = self.shop.giver(*key).cap.on(day)
        assert cap is None or self.spent[key, day] <= cap, "more than its giver wants to give"

    @invariant()
    def what_was_acknowledged_is_in_the_streaks(self) -> None:
        counted: Counter[tuple[PersonId, ShowId, GiftId, str]] = Counter()
        for each in self.shop.all(Streak):
            counted[each.sender, each.show, each.gift.id, each.gift.price.currency] += each.count
        assert counted == self.acknowledged

    @invariant()
    def open_streaks_are_held_and_ended_ones_were_paid_once(self) -> None:
        streaks = self.shop.all(Streak)
        paid = {journal.cause: journal for journal in self.shop.journals.values() if journal.kind == "gift_paid"}
        assert set(paid) == {streak.id for streak in streaks if not streak.is_open}
        for streak in streaks:
            if not streak.is_open:
                assert paid[streak.id].entries[0].amount == Money(0, streak.gift.price.currency) - streak.total
        for giver in self.shop.all(Giver):
            own = [each for each in streaks if each.is_open and (each.sender, each.gift.price.currency) == giver.key]
            assert set(giver.streaks) == {each.id for each in own}
            held = self.shop.balance(f"held:{giver.person}:{giver.currency}")
            assert held == sum(each.total.amount_minor for each in own)

    @invariant()
    def every_cent_is_explained(self) -> None:
        accounts = self.shop.all(Account)
        assert all(account.balance_minor >= 0 for account in accounts if account.kind is not AccountKind.EXTERNAL)
        for currency in CURRENCIES:
            assert sum(account.balance_minor for account in accounts if account.currency == currency) == 0
            paid = [
                streak
                for streak in self.shop.all(Streak)
                if not streak.is_open and streak.gift.price.currency == currency
            ]
            fees = sum(streak.fee_minor for streak in paid)
            assert self.shop.balance(f"fees:{currency}") == fees
            total = sum(streak.total.amount_minor for streak in paid)
            assert self.shop.balance(f"proceeds:mei:{currency}") == total - fees

    @invariant()
    def what_a_giver_spent_today_is_counted(self) -> None:
        day = self.shop.now_ms // DAY_MS
        for giver in self.shop.all(Giver):
            assert giver.spent(self.shop.now_ms).amount_minor == self.spent[giver.key, day]


TestGivers = Givers.TestCase
TestGivers.settings = settings(
    max_examples=2_000 if FULL else 200, stateful_step_count=50 if FULL else 30, deadline=None
)


def test_sends_within_the_window_are_one_streak_that_is_paid_once() -> None:
    shop = rich()
    (first,) = shop.run([send(1)])
    shop.now_ms += WINDOW_MS - 1
    second, third = shop.run([send(2, count=3), send(3)])
    assert (first.id, first.count, third.id, third.count, third.sends) == (second.id, 1, first.id, 5, 3)
    assert shop.due() == []
    assert (shop.balance("wallet:ana:CNY"), shop.balance("held:ana:CNY")) == (1_000 - 35, 35)
    shop.now_ms += WINDOW_MS
    (ended,) = shop.due()
    assert (ended.count, ended.fee_minor, ended.version) == (5, 1, 4)
    assert (shop.balance("held:ana:CNY"), shop.balance("proceeds:mei:CNY"), shop.balance("fees:CNY")) == (0, 34, 1)
    kinds = Counter(journal.kind for journal in shop.journals.values())
    assert (kinds[JournalKind.GIFT_HELD], kinds[JournalKind.GIFT_PAID]) == (3, 1)
    (refusal,) = shop.run([end(ended)])
    assert refusal.code == "streak_state"


def test_after_the_window_another_streak_begins_though_nobody_ended_the_first() -> None:
    shop = rich()
    (first,) = shop.run([send(1)])
    shop.now_ms += WINDOW_MS
    second, third = shop.run([send(2), send(3)])
    assert first.id != second.id == third.id
    shop.now_ms += WINDOW_MS
    assert len(shop.due()) == 2
    assert shop.balance("proceeds:mei:CNY") == 21


@pytest.mark.parametrize(
    "other", [{"what": GIFTS[1]}, {"show": OTHER}, {"what": gift(price=8)}, {"what": GIFTS[2]}, {"sender": LIN}]
)
def test_another_gift_show_price_currency_or_person_is_another_streak(other: Any) -> None:
    shop = rich()
    shop.run([top_up(1, ANA, Money(100, "JPY")), top_up(2, LIN, Money(100, "CNY"))])
    first, second, third = shop.run([send(3), send(4, **other), send(5)])
    assert first.id == third.id != second.id
    assert third.count == 2


def test_a_streak_that_never_rests_is_paid_all_the_same() -> None:
    shop = rich(MAX_MINOR)
    (first,) = shop.run([send(1)])
    number = 1
    while shop.now_ms < first.opened_at_ms + STREAK_MAX_MS:
        number += 1
        assert shop.run([send(number)])[0].id == first.id
        shop.now_ms += WINDOW_MS - 1
    (later,) = shop.run([send(number + 1)])
    assert later.id != first.id
    assert [streak.id for streak in shop.due()] == [first.id]


def test_a_wallet_that_holds_three_gifts_gives_three() -> None:
    shop = rich(21)
    answers = shop.run([send(n) for n in range(1, 6)])
    assert [getattr(answer, "code", "sent") for answer in answers] == ["sent"] * 3 + ["insufficient_funds"] * 2
    assert shop.balance("wallet:ana:CNY") == 0
    assert len(shop.journals) == 4


@pytest.mark.parametrize(
    ("changed", "error", "code"),
    [
        ({"sender": MEI}, ForbiddenError, "own_show"),
        ({"sender": MEI, "show": ENDED}, ForbiddenError, "own_show"),
        ({"show": ENDED}, ConflictError, "show_ended"),
        ({"show": ShowId("nothing")}, NotFoundError, "not_found"),
        ({"what": None}, NotFoundError, "not_found"),
        ({"what": gift(price=10**9), "count": 1_000}, ConflictError, "insufficient_funds"),
        ({"what": gift(price=10**10), "count": 1_000}, InvalidError, "amount_too_large"),
    ],
)
def test_a_gift_that_cannot_be_leaves_the_books_as_they_were(changed: Any, error: Any, code: str) -> None:
    shop = rich()
    (refusal,) = shop.run([send(1, **changed)])
    assert isinstance(refusal, error)
    assert refusal.code == code
    assert shop.all(Streak) == []
    assert shop.balance("wallet:ana:CNY") == 1_000


def test_a_gift_that_left_the_catalogue_is_still_the_answer_to_its_key() -> None:
    shop = rich()
    (first,) = shop.run([send(1)])
    gone = replace(send(1), wish=GiftWish(gift=None, count=1, window_ms=WINDOW_MS))
    assert shop.run([gone]) == [first]


def test_whoever_is_banned_sends_nothing_until_the_ban_is_over() -> None:
    shop = rich()
    shop.books.enter([replace(shop.giver(), banned_until_ms=shop.now_ms + 50)])
    (refusal,) = shop.run([send(1)])
    assert refusal.code == "banned"
    shop.now_ms += 50
    assert isinstance(shop.run([send(2)])[0], Streak)
    shop.books.enter([replace(shop.giver(), banned_until_ms=FOR_GOOD_MS)])
    assert shop.run([send(3)])[0].code == "banned"


def test_a_cap_is_kept_to_the_minor_unit_and_names_what_is_left() -> None:
    shop = rich()
    shop.books.enter([shop.giver().chose(20, shop.now_ms)])
    answers = shop.run([send(1), send(2), send(3), send(4, what=gift("bell", 6))])
    assert isinstance(answers[2], GiftCapReached)
    assert answers[2].code == "gift_cap_reached"
    assert answers[2].fields == {"left_minor": "6"}
    assert "0.06 CNY" in answers[2].message
    assert isinstance(answers[3], Streak)
    assert shop.run([send(5, what=gift("bell", 1))])[0].fields == {"left_minor": "0"}
    # One currency's cap is nothing to another's; and the next day is another day.
    shop.run([top_up(9, ANA, Money(100, "JPY"))])
    assert isinstance(shop.run([send(6, what=GIFTS[2])])[0], Streak)
    shop.now_ms += DAY_MS
    assert isinstance(shop.run([send(7, count=2)])[0], Streak)


def test_a_clock_that_is_behind_at_midnight_gives_no_second_day() -> None:
    shop = rich()
    shop.books.enter([shop.giver().chose(7, shop.now_ms)])
    shop.now_ms += DAY_MS
    assert isinstance(shop.run([send(1)])[0], Streak)
    shop.now_ms -= DAY_MS
    assert shop.run([send(2)])[0].code == "gift_cap_reached"
    shop.now_ms += DAY_MS
    assert shop.run([send(3)])[0].code == "gift_cap_reached"
