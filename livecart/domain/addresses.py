"""Which addresses belong together: what a provider gives to one household."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

# RFC 6177: whoever has one address of such a network can take every other of it.
_PREFIX_6 = 64


def household_of(address: str) -> str | None:
    """The address, of IPv6 its /64; None for what is no address."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return None
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((found, _PREFIX_6), strict=False))
