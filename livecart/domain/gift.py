"""Gifts: what the shop's catalogue has, and a streak of one of them.

A streak is one gift sent again and again by one person in one show, each time within the window after the last. Its
host is paid once, when it has ended. So that what was acknowledged is always paid, and no wallet goes below zero, every
send moves its price out of the wallet in the commit that acknowledges it, into what is held of that person; the end
moves the streak's total from there to the host, less the shop's fee. Counting first and charging at the end would need
no second account, but then the money could be gone by the end, or the count lost with the process that kept it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from livecart.domain.errors import ConflictError, InvalidError
from livecart.domain.ids import GiftId, PersonId, ShowId, StreakId
from livecart.domain.money import Money
from livecart.domain.text import check_text

COUNT_MAX = 1_000
GIFTS_MAX = 50
NAME_MAX, ICON_MAX = 40, 4
# The dearest gift, sent as often as it may be at once, is still an amount of Money.
PRICE_MAX_MINOR = 1_000_000_000
# However fast somebody goes on, a host waits no longer for the money.
STREAK_MAX_MS = 10 * 60 * 1000
_GIFT_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")


@dataclass(frozen=True, slots=True)
class Gift:
    """`icon` is an emoji, or a few letters."""

    id: GiftId
    name: str
    icon: str
    price: Money


@dataclass(frozen=True, slots=True)
class Streak:
    """`sends`: how many requests it consists of; `count`: how many gifts. `ended_at_ms`: when its host was paid.

    It keeps the gift as it was, whatever becomes of the catalogue; at another price it would be another streak.
    """

    id: StreakId
    show: ShowId
    host: PersonId
    sender: PersonId
    sender_name: str
    gift: Gift
    opened_at_ms: int
    ends_at_ms: int
    count: int = 0
    sends: int = 0
    fee_minor: int = 0
    ended_at_ms: int | None = None

    @property
    def key(self) -> StreakId:
        return self.id

    @property
    def is_open(self) -> bool:
        return self.ended_at_ms is None

    @property
    def total(self) -> Money:
        return self.gift.price.times(self.count)

    @property
    def version(self) -> int:
        return self.sends if self.is_open else self.sends + 1

    def takes(self, gift: Gift, now_ms: int) -> bool:
        """Whether one more such gift belongs to it."""
        return self.is_open and self.gift == gift and now_ms < self.ends_at_ms

    def grown(self, count: int, now_ms: int, window_ms: int) -> Streak:
        """Raises InvalidError `amount_too_large` when its total would be no amount of money any more."""
        ends_at_ms = max(self.ends_at_ms, min(now_ms + window_ms, self.opened_at_ms + STREAK_MAX_MS))
        self.gift.price.times(self.count + count)
        return replace(self, count=self.count + count, sends=self.sends + 1, ends_at_ms=ends_at_ms)

    def ended(self, fee_minor: int, now_ms: int) -> Streak:
        """Raises ConflictError `streak_state` if it has ended, or its window is not over."""
        if not self.is_open or now_ms < self.ends_at_ms:
            raise ConflictError("the streak has ended, or still goes on", code="streak_state")
        return replace(self, fee_minor=fee_minor, ended_at_ms=now_ms)


def check_count(count: int) -> int:
    """Returns the count; raises InvalidError unless it is a whole number from 1 to COUNT_MAX."""
    if type(count) is not int or not 1 <= count <= COUNT_MAX:
        raise InvalidError("the count is not valid", fields={"count": f"1 to {COUNT_MAX}"})
    return count


def check_gift(gift: Gift) -> Gift:
    """Returns the gift with its texts cleaned; raises InvalidError naming what is wrong with it."""
    if not _GIFT_ID.fullmatch(gift.id):
        raise InvalidError("the id is not valid", fields={"id": "1 to 32 of a-z, 0-9, '_', '-'"})
    if not 1 <= gift.price.amount_minor <= PRICE_MAX_MINOR:
        raise InvalidError("the price is not valid", fields={"price_minor": f"1 to {PRICE_MAX_MINOR}"})
    name, icon = check_text("name", gift.name, 1, NAME_MAX), check_text("icon", gift.icon, 1, ICON_MAX)
    return replace(gift, name=name, icon=icon)


def check_catalogue(gifts: Iterable[Gift]) -> Mapping[GiftId, Gift]:
    """The gifts by their ids, in their order; raises InvalidError for too many, or two with one id."""
    listed = [check_gift(gift) for gift in gifts]
    if len(listed) > GIFTS_MAX:
        raise InvalidError(f"at most {GIFTS_MAX} gifts")
    catalogue = {gift.id: gift for gift in listed}
    if len(catalogue) < len(listed):
        raise InvalidError("two gifts have the same id")
    return catalogue
