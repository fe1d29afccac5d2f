"""What a person chose for himself."""

from __future__ import annotations

from dataclasses import dataclass

from livecart.domain.errors import InvalidError
from livecart.domain.money import MAX_MINOR


@dataclass(frozen=True, slots=True)
class Preferences:
    """`show_my_purchases`: a show's room is told, with a shortened name, that this person bought something."""

    show_my_purchases: bool = True


@dataclass(frozen=True, slots=True)
class GiftCap:
    """The most that a person wants to spend on gifts in one day (UTC), in minor units; None: as much as he likes.

    A lower one holds at once, a higher one or none from the next day on: a cap that can be lifted in the heat of a
    show would be none. `next_minor` holds from `next_day` on, the number of a day since 1970.
    """

    minor: int | None = None
    next_minor: int | None = None
    next_day: int | None = None

    def on(self, day: int) -> int | None:
        return self.next_minor if self.next_day is not None and day >= self.next_day else self.minor

    def chosen(self, wanted: int | None, day: int) -> GiftCap:
        """The cap after its person has chosen `wanted`. Raises InvalidError."""
        check_cap(wanted)
        holds = self.on(day)
        if wanted == holds or (wanted is not None and (holds is None or wanted < holds)):
            return GiftCap(wanted)
        return GiftCap(holds, wanted, day + 1)


def check_cap(cap_minor: int | None) -> int | None:
    if cap_minor is not None and (type(cap_minor) is not int or not 0 <= cap_minor <= MAX_MINOR):
        raise InvalidError("the cap is not valid", fields={"gift_cap_minor": f"0 to {MAX_MINOR}, or null for none"})
    return cap_minor
