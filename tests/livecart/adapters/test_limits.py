from __future__ import annotations

import pytest

from livecart.adapters.limits import RATES, AccountLimits, NoSharedRates
from livecart.domain.errors import LimitedError
from livecart.domain.limits import Meter, Rate
from signaling.dispatch import PersonLimits
from signaling.ports import LimitOptions
from tests.support.shop import SetClock

HERE = "203.0.113.7"


class AllProcesses:
    def __init__(self, clock: SetClock) -> None:
        self._clock = clock
        self._meters: dict[str, Meter] = {}

    async def take(self, name: str, key: str, rate: Rate, cost: int = 1) -> int:
        meter = self._meters.setdefault(name, Meter(rate))
        return meter.take(key, self._clock.ms, cost) if cost else meter.peek(key, self._clock.ms)


async def fail(limits: AccountLimits, key: str, times: int) -> None:
    for _ in range(times):
        await limits.count("login_address", key, address=key)


async def test_failures_at_two_processes_are_counted_together() -> None:
    clock = SetClock()
    shared = AllProcesses(clock)
    one, other = (AccountLimits(clock, (), shared) for _ in range(2))
    most = RATES["login_address"].burst
    await fail(one, HERE, most - most // 2)
    await other.check("login_address", HERE, address=HERE)
    await fail(other, HERE, most // 2)
    for limits in (one, other):
        with pytest.raises(LimitedError) as refused:
            await limits.check("login_address", HERE, address=HERE)
        await limits.check("login_address", "203.0.113.8", address="203.0.113.8")
    assert refused.value.retry_after_ms is not None
    clock.ms += refused.value.retry_after_ms
    await one.check("login_address", HERE, address=HERE)


async def test_the_addresses_of_one_home_are_one_in_ipv6() -> None:
    limits = AccountLimits(SetClock(), (), NoSharedRates())
    most = RATES["login_address"].burst
    for number in range(most):
        await fail(limits, f"2001:db8:0:1::{number + 1:x}", 1)
    with pytest.raises(LimitedError):
        await limits.check("login_address", "2001:db8:0:1:ffff::1", address="2001:db8:0:1:ffff::1")
    await limits.check("login_address", "2001:db8:0:2::1", address="2001:db8:0:2::1")


async def test_clients_of_ipv4_do_not_share_a_home() -> None:
    limits = AccountLimits(SetClock(), (), NoSharedRates())
    for address in (HERE, f"::ffff:{HERE}"):
        await fail(limits, address, RATES["login_address"].burst)
    for address in ("203.0.113.8", "::ffff:203.0.113.8"):
        await limits.check("login_address", address, address=address)


async def test_exempt_networks_are_never_refused() -> None:
    limits = AccountLimits(SetClock(), ("203.0.113.0/24",), NoSharedRates())
    await fail(limits, HERE, 99)
    await limits.check("login_address", HERE, address=HERE)


async def test_orders_over_http_and_over_the_socket_count_together() -> None:
    clock = SetClock()
    shared, rate = AllProcesses(clock), Rate(5, 5)
    http = AccountLimits(clock, ["198.51.100.0/24"], shared, {"orders": rate})
    socket = PersonLimits(LimitOptions(orders_per_person=rate), shared)
    for _ in range(3):
        await http.take("orders", "ana", address=HERE)
    for _ in range(2):
        await socket.orders.require("ana", clock.ms)
    with pytest.raises(LimitedError) as refused:
        await http.take("orders", "ana", address=HERE)
    assert refused.value.retry_after_ms == 200
    with pytest.raises(LimitedError):
        await socket.orders.require("ana", clock.ms)
    await http.take("orders", "lin", address=HERE)
    for _ in range(20):
        await http.take("orders", "ana", address="198.51.100.7")


async def test_packets_and_waitlists_have_one_pace_at_both_edges() -> None:
    options = LimitOptions()
    assert (RATES["packets"], RATES["waitlist"]) == (options.packets_per_person, options.waitlist_per_person)
