"""The Limits and Paces ports: by address, handle or person, over all processes.

What is asked over WebSocket as well has the same name and rate there, so that both edges count together.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence

from livecart.domain.addresses import household_of
from livecart.domain.errors import LimitedError
from livecart.domain.limits import Rate
from livecart.services.ports import Clock, SharedRates
from livecart.services.rates import GIFTS, PACKETS, REPORTS, WAITLIST, SharedMeter

RATES = {
    # Failures only: a whole family behind one address signs in undisturbed.
    "login_address": Rate(per_s=10 / 60, burst=20),
    "login_handle": Rate(per_s=5 / 300, burst=10),
    # All records of oneself: a long answer, which nobody needs often.
    "export": Rate(per_s=5 / 3600, burst=5),
    "follow": Rate(per_s=1, burst=20),
    # Two tests at once, of 24 pieces each, then one a minute.
    "line_test": Rate(per_s=24 / 60, burst=48),
    "referral": Rate(per_s=1, burst=20),
    "reminder": Rate(per_s=1, burst=20),
    "register": Rate(per_s=60 / 3600, burst=60),
    # Pictures: a whole catalogue at once, then a steady few.
    "upload": Rate(per_s=300 / 3600, burst=300),
    # Pay, cancel, top up, refund: each may be tried again by hand, never in a loop.
    "money": Rate(per_s=5, burst=20),
    "packets": PACKETS,
    "gifts": GIFTS,
    "waitlist": WAITLIST,
    "reports": REPORTS,
    # Failures only. A code that many share, such as one said in a show, is mistyped by many at one address.
    "coupon_person": Rate(per_s=5 / 60, burst=10),
    "coupon_address": Rate(per_s=30 / 60, burst=60),
}


class AccountLimits:
    """`further`: rates that the operator sets, by name."""

    def __init__(
        self, clock: Clock, exempt: Sequence[str], shared: SharedRates, further: Mapping[str, Rate] | None = None
    ) -> None:
        self._clock = clock
        self._exempt = [ipaddress.ip_network(network) for network in exempt]
        rates = RATES | dict(further or {})
        self._meters = {name: SharedMeter(name, rate, shared) for name, rate in rates.items()}

    async def check(self, name: str, key: str, *, address: str) -> None:
        if self._is_exempt(address):
            return
        wait_ms = await self._meters[name].peek(_shared(key), self._clock.now_ms())
        if wait_ms:
            raise LimitedError("too many tries, please wait", retry_after_ms=wait_ms)

    async def count(self, name: str, key: str, *, address: str) -> None:
        if not self._is_exempt(address):
            await self._meters[name].take(_shared(key), self._clock.now_ms())

    async def take(self, name: str, key: str, *, address: str) -> None:
        if not self._is_exempt(address):
            await self._meters[name].require(_shared(key), self._clock.now_ms())

    def _is_exempt(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._exempt)


class NoSharedRates:
    """For a process without Redis, such as an operator's command: what this process counts is all there is."""

    async def take(self, name: str, key: str, rate: Rate, cost: int = 1) -> int:  # noqa: ARG002 -- it grants all
        return 0


def _shared(key: str) -> str:
    """An address counts as its household; a handle stays what it is."""
    return household_of(key) or key
