"""Other sites, whose pages ride on a visitor's cookie: no socket, and no unsafe request (OWASP CSRF, CSWSH)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import PASSWORD
from tests.support.raw_wire import TEXT, Frame, connected, upgrade
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

OWN = "the server's own"
ORIGINS = (
    # origin, credential, may come in
    (OWN, "cookie", True),
    (OWN, "none", True),
    ("https://shop.example", "cookie", True),
    ("https://shop.example:443", "cookie", True),
    ("https://SHOP.example", "cookie", True),
    ("http://shop.example", "cookie", False),
    ("https://shop.example:8443", "cookie", False),
    ("https://shop.example.evil.io", "cookie", False),
    ("https://evilshop.example", "cookie", False),
    ("https://shop.example@evil.io", "cookie", False),
    ("https://evil.io/https://shop.example", "cookie", False),
    ("https://evil.io#shop.example", "none", False),
    ("https://shop.example, https://evil.io", "cookie", False),
    ("https://shop.example\r\nOrigin: https://evil.io", "cookie", False),
    ("https://xn--shp-1na.example", "cookie", False),
    ("null", "cookie", False),
    ("null", "none", False),
    ("", "cookie", False),
    ("file://", "none", False),
    ("https://evil.io", "none", False),
    ("https://evil.io", "bearer", True),
    (None, "cookie", False),
    (None, "none", True),
    (None, "bearer", True),
    ("https://[::1", "cookie", False),
)


@pytest.fixture(scope="module")
def token(fort: RunningShop) -> str:
    return fort.log_in("lin")


def cookie_of(token: str) -> str:
    return f"livecart_session={token}"


@pytest.mark.parametrize(("origin", "credential", "welcome"), ORIGINS)
async def test_only_our_own_pages_open_a_socket(
    fort: RunningShop, token: str, origin: str | None, credential: str, welcome: bool
) -> None:
    lines = [] if origin is None else [f"Origin: {fort.url if origin is OWN else origin}"]
    if credential == "cookie":
        lines.append(f"Cookie: {cookie_of(token)}")
    elif credential == "bearer":
        lines.append(f"Authorization: Bearer {token}")
    async with connected(fort.url) as wire:
        await wire.send(upgrade(fort.url, *lines), Frame(TEXT, b'{"id": 1, "op": "ping"}'))
        status = int((await wire.head()).split()[1])
        assert status == (101 if welcome else 403)
        if welcome:
            assert b'"ok"' in (await wire.frame())[1]


CROSS_SITE: list[dict[str, str]] = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1.evil.example"},
    {"Origin": "http://evil.example/127.0.0.1"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "http://127.0.0.1@evil.example"},
    {"Origin": "file://"},
    {"Origin": ""},
    {"Sec-Fetch-Site": "cross-site"},
]
TOPUP = {"amount_minor": 1}


@pytest.mark.parametrize("headers", CROSS_SITE)
def test_an_unsafe_request_from_another_site_changes_nothing(
    fort: RunningShop, token: str, headers: dict[str, str]
) -> None:
    before = fort.call("GET", "wallet", token=token).body
    answer = fort.call("POST", "wallet/topups", TOPUP, Cookie=cookie_of(token), Idempotency_Key=str(uuid4()), **headers)
    assert (answer.status, answer.body["code"]) == (403, "cross_site")
    assert fort.call("GET", "wallet", token=token).body == before


def unsafe_routes(shop: RunningShop) -> Iterator[tuple[str, str]]:
    """Of all that need a log-in."""
    described: dict[str, dict[str, Any]] = shop.call("GET", "/api/openapi.json").body["paths"]
    for path, operations in described.items():
        for method, operation in operations.items():
            if method in {"post", "put", "patch", "delete"} and operation.get("security") and "/whip/" not in path:
                yield method.upper(), path


def test_no_route_that_a_cookie_opens_is_open_to_another_site(fort: RunningShop, token: str) -> None:
    routes = list(unsafe_routes(fort))
    assert len(routes) > 20
    for method, path in routes:
        filled = path.replace("{", "").replace("}", "")
        site = {"Sec-Fetch-Site": "cross-site"}
        answer = fort.call(method, filled, {}, Cookie=cookie_of(token), Idempotency_Key="k", **site)
        assert (answer.status, answer.body["code"]) == (403, "cross_site"), (method, path, answer)
        nobody = fort.call(method, filled, {}, Idempotency_Key="k")
        assert nobody.status == 401, (method, path, nobody)


def test_the_shops_own_pages_and_programs_without_a_browser_pass(fort: RunningShop, token: str) -> None:
    own = {"Origin": fort.url, "Sec-Fetch-Site": "same-origin"}
    for headers in (own, {}):
        answer = fort.call(
            "POST", "wallet/topups", TOPUP, Cookie=cookie_of(token), Idempotency_Key=str(uuid4()), **headers
        )
        assert answer.status == 201


def test_a_bearer_token_needs_no_check_and_wins_over_a_cookie(fort: RunningShop, token: str) -> None:
    ana = fort.log_in("ana")
    answer = fort.call("GET", "me", token=ana, Cookie=cookie_of(token), Origin="https://evil.example")
    assert answer.body["user"]["handle"] == "ana"
    assert fort.call("GET", "me", token="unknown", Cookie=cookie_of(token)).status == 401


def test_a_log_in_from_elsewhere_does_not_use_the_session_that_is_there(fort: RunningShop, token: str) -> None:
    answer = fort.call("POST", "auth/login", {"handle": "ana", "password": PASSWORD}, Cookie=cookie_of(token))
    assert answer.body["user"]["handle"] == "ana"
    assert fort.call("GET", "me", token=token).body["user"]["handle"] == "lin"
