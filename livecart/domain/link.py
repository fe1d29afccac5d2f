"""The link to a product's own page: https, on a domain that the operator allows, written in one way only."""

from __future__ import annotations

import re
from collections.abc import Collection
from urllib.parse import quote, urlsplit, urlunsplit

import idna

from livecart.domain.errors import InvalidError

URL_MAX = 2_000
# The last label of a name is no number; a host that ends in one is an IPv4 address (WHATWG URL, 3.5).
_NAME = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+(?!\d+$)[a-z0-9-]{2,63}")
# RFC 3986 section 3.3: what may stand in a path and a query as it is. Percent signs are taken for escapes already made.
_AS_IT_IS = "/:@!$&'()*+,;=-._~%?"


def check_domain(domain: str) -> str:
    """The domain in lower case and ASCII ("bücher.example" is "xn--bcher-kva.example"). Raises ValueError."""
    try:
        ascii_name = idna.encode(domain.removesuffix("."), uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValueError(f"'{domain}' is no domain") from error
    if not _NAME.fullmatch(ascii_name):
        raise ValueError(f"'{domain}' is no domain")
    return ascii_name


def check_link(url: str, domains: Collection[str] = (), *, field: str = "url") -> str:
    """The link in its canonical form. `domains` (none: any) allow themselves and what is below them.

    Raises InvalidError naming `field`, with code `domain_not_allowed` where only the domain is wrong.
    """
    try:
        link, host = _canonical(url)
    except ValueError as error:
        raise InvalidError("the address is not valid", fields={field: "an https address"}) from error
    if domains and not any(host == domain or host.endswith(f".{domain}") for domain in domains):
        allowed = ", ".join(sorted(domains))
        raise InvalidError(f"links lead to {allowed} only", code="domain_not_allowed", fields={field: allowed})
    return link


def _canonical(url: str) -> tuple[str, str]:
    if len(url) > URL_MAX or not url.isprintable() or any(sign in url for sign in ' \\<>"`{}|^'):
        raise ValueError("not an address")
    parts = urlsplit(url)
    if parts.scheme != "https" or "@" in parts.netloc or not parts.hostname:
        raise ValueError("not a plain https address")
    host = check_domain(parts.hostname)
    port = "" if parts.port in {None, 443} else f":{parts.port}"
    path, query, fragment = (quote(part, safe=_AS_IT_IS) for part in (parts.path or "/", parts.query, parts.fragment))
    return urlunsplit(("https", f"{host}{port}", path, query, fragment)), host
