"""The Limits port in this process: log-in and registration, by address and by handle."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from livecart.domain.errors import LimitedError
from livecart.domain.limits import Meter, Rate
from livecart.services.ports import Clock

RATES = {
    # Failures only: a whole family behind one address signs in undisturbed.
    "login_address": Rate(per_s=10 / 60, burst=20),
    "login_handle": Rate(per_s=5 / 300, burst=10),
    "register": Rate(per_s=60 / 3600, burst=60),
    # Pictures: a whole catalogue at once, then a steady few.
    "upload": Rate(per_s=300 / 3600, burst=300),
}


class ProcessLimits:
    def __init__(self, clock: Clock, exempt: Sequence[str]) -> None:
        self._clock = clock
        self._exempt = [ipaddress.ip_network(network) for network in exempt]
        self._meters = {name: Meter(rate) for name, rate in RATES.items()}

    def check(self, name: str, key: str, *, address: str) -> None:
        if self._is_exempt(address):
            return
        wait_ms = self._meters[name].peek(key, self._clock.now_ms())
        if wait_ms:
            raise LimitedError("too many tries, please wait", retry_after_ms=wait_ms)

    def count(self, name: str, key: str, *, address: str) -> None:
        if not self._is_exempt(address):
            self._meters[name].take(key, self._clock.now_ms())

    def _is_exempt(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._exempt)
