"""Which addresses count as one."""

from __future__ import annotations

import pytest

from livecart.domain.addresses import household_of


@pytest.mark.parametrize(
    ("address", "household"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:DB8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", None),
        ("unknown", None),
        ("192.0.2.7:80", None),
        ("192.0.2.256", None),
        ("/run/socket", None),
    ],
)
def test_a_household_has_one_ipv4_address_or_a_network_of_ipv6(address: str, household: str | None) -> None:
    assert household_of(address) == household
