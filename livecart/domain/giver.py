"""What somebody gives: how much today, how much at most, and which streaks go on. The row is the lock of all of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from livecart.domain.currency import in_major_units
from livecart.domain.errors import ConflictError
from livecart.domain.ids import PersonId, StreakId
from livecart.domain.money import MAX_MINOR, Money
from livecart.domain.preferences import GiftCap

DAY_MS = 24 * 3_600_000
# Later than any time.
FOR_GOOD_MS = 10**15

GiverKey = tuple[PersonId, str]
"""Somebody's gifts in one currency."""


class GiftCapReached(ConflictError):  # noqa: N818 -- says what happened
    """More than its person wants to give on one day. `fields` has what is left of it, in minor units."""

    code = "gift_cap_reached"

    def __init__(self, left: Money) -> None:
        said = f"{in_major_units(left)} {left.currency}"
        super().__init__(f"of the day's limit that you set for gifts, {said} are left until midnight UTC")
        self.fields = {"left_minor": str(left.amount_minor)}


@dataclass(frozen=True, slots=True)
class Giver:
    """`spent_minor` is of `day`, the number of a day (UTC) since 1970. `banned_until_ms`: FOR_GOOD_MS has no end."""

    person: PersonId
    currency: str
    cap: GiftCap = field(default_factory=GiftCap)
    day: int = 0
    spent_minor: int = 0
    streaks: tuple[StreakId, ...] = ()
    banned_until_ms: int = 0

    @property
    def key(self) -> GiverKey:
        return (self.person, self.currency)

    def is_banned(self, now_ms: int) -> bool:
        return now_ms < self.banned_until_ms

    def today(self, now_ms: int) -> int:
        """Never a day before one that he has given on: two machines' clocks may differ at midnight."""
        return max(self.day, now_ms // DAY_MS)

    def spent(self, now_ms: int) -> Money:
        return Money(self.spent_minor if self.today(now_ms) == self.day else 0, self.currency)

    def left(self, now_ms: int) -> Money | None:
        """What he may still give today; None: as much as he likes."""
        cap = self.cap.on(self.today(now_ms))
        return None if cap is None else Money(max(0, cap - self.spent(now_ms).amount_minor), self.currency)

    def gave(self, amount: Money, now_ms: int) -> Giver:
        """Raises GiftCapReached."""
        left = self.left(now_ms)
        if left is not None and amount.amount_minor > left.amount_minor:
            raise GiftCapReached(left)
        # Without a cap it is only shown, and topping up again and again may go beyond what Money holds.
        spent_minor = min(MAX_MINOR, self.spent(now_ms).amount_minor + amount.amount_minor)
        return replace(self, day=self.today(now_ms), spent_minor=spent_minor)

    def began(self, streak: StreakId) -> Giver:
        return self if streak in self.streaks else replace(self, streaks=(*self.streaks, streak))

    def finished(self, streak: StreakId) -> Giver:
        return replace(self, streaks=tuple(each for each in self.streaks if each != streak))

    def chose(self, cap_minor: int | None, now_ms: int) -> Giver:
        return replace(self, cap=self.cap.chosen(cap_minor, self.today(now_ms)))
