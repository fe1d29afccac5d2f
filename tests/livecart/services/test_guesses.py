from __future__ import annotations

import pytest

from livecart.adapters.limits import RATES, AccountLimits, NoSharedRates
from livecart.domain.errors import ConflictError, LimitedError, LivecartError, NotFoundError
from livecart.domain.ids import PersonId
from livecart.domain.people import Person, Role
from livecart.services.guesses import CouponGuesses
from tests.support.shop import SetClock

HERE = "203.0.113.7"
UNKNOWN = NotFoundError("no such coupon", code="coupon_unknown")
PERSON_MOST, ADDRESS_MOST = RATES["coupon_person"].burst, RATES["coupon_address"].burst


def person(name: str) -> Person:
    return Person(PersonId(name), name, name.title(), Role.VIEWER)


ANA, LIN = person("ana"), person("lin")


class Buyers:
    """Orders with coupons, the n-th of which ends as it is told to."""

    def __init__(self, *exempt: str) -> None:
        self.clock = SetClock()
        self._guesses = CouponGuesses(AccountLimits(self.clock, exempt, NoSharedRates()))

    async def order(
        self, who: Person, refusal: LivecartError | None = None, *, coupon: str | None = "SUMMER", address: str = HERE
    ) -> str:
        try:
            async with self._guesses.watched(who, coupon, address=address):
                if refusal is not None:
                    raise refusal
        except LivecartError as error:
            return error.code
        return "ok"

    async def guess(self, who: Person, times: int, *, address: str = HERE) -> None:
        for _ in range(times):
            assert await self.order(who, UNKNOWN, address=address) == "coupon_unknown"


async def test_who_guessed_too_often_waits_even_with_the_right_code() -> None:
    buyers = Buyers()
    await buyers.guess(ANA, PERSON_MOST)
    assert await buyers.order(ANA) == "rate_limited"
    assert await buyers.order(ANA, coupon=None) == "ok", "ordering without a coupon is no guess"
    assert await buyers.order(LIN) == "ok", "another person has guessed nothing"
    assert await buyers.order(ANA, address="198.51.100.9") == "rate_limited", "nor does another address help"


async def test_the_refusal_says_how_long_and_means_it() -> None:
    buyers = Buyers()
    await buyers.guess(ANA, PERSON_MOST)
    with pytest.raises(LimitedError) as refused:
        async with buyers._guesses.watched(ANA, "SUMMER", address=HERE):
            pytest.fail("the order was let through")
    assert refused.value.retry_after_ms
    buyers.clock.ms += refused.value.retry_after_ms
    assert await buyers.order(ANA) == "ok"


async def test_many_accounts_at_one_address_are_one_guesser() -> None:
    buyers = Buyers()
    for number in range(ADDRESS_MOST // PERSON_MOST):
        await buyers.guess(person(f"p{number}"), PERSON_MOST)
    assert await buyers.order(LIN) == "rate_limited"
    assert await buyers.order(LIN, address="198.51.100.9") == "ok"


async def test_only_unknown_codes_count() -> None:
    buyers = Buyers()
    for _ in range(PERSON_MOST * 2):
        assert await buyers.order(ANA, ConflictError("used up", code="coupon_used_up")) == "coupon_used_up"
        assert await buyers.order(ANA, NotFoundError("no such show")) == "not_found"
        assert await buyers.order(ANA) == "ok"


async def test_an_exempt_network_guesses_as_it_likes() -> None:
    await Buyers("203.0.113.0/24").guess(ANA, ADDRESS_MOST * 2)
