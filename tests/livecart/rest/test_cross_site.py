"""Requests with a cookie that another site may have caused (OWASP CSRF; DESIGN: sessions)."""

from __future__ import annotations

import pytest

from tests.support.people import PASSWORD
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

TOPUP = {"amount_minor": 1}


def cookie(shop: RunningShop) -> str:
    answer = shop.call("POST", "auth/login", {"handle": "lin", "password": PASSWORD})
    return answer.cookies["livecart_session"].partition(";")[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "http://evil.example/127.0.0.1"},
        {"Origin": "http://127.0.0.1:1"},
        {"Origin": "http://127.0.0.1@evil.example"},
        {"Origin": "file://"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_an_unsafe_request_from_another_site_changes_nothing(shop: RunningShop, headers: dict[str, str]) -> None:
    mine = cookie(shop)
    before = shop.call("GET", "wallet", Cookie=mine).body
    key = {"Idempotency-Key": "cross-site"}
    answer = shop.call("POST", "wallet/topups", TOPUP, Cookie=mine, **key, **headers)
    assert (answer.status, answer.body["code"]) == (403, "cross_site")
    assert shop.call("GET", "wallet", Cookie=mine).body == before


def test_the_shops_own_pages_and_programs_without_a_browser_pass(shop: RunningShop) -> None:
    mine = cookie(shop)
    own = {"Origin": shop.url, "Sec-Fetch-Site": "same-origin"}
    assert shop.call("POST", "wallet/topups", TOPUP, Cookie=mine, Idempotency_Key="own", **own).status == 201
    assert shop.call("POST", "wallet/topups", TOPUP, Cookie=mine, Idempotency_Key="tool").status == 201


def test_a_bearer_token_needs_no_check_and_wins_over_a_cookie(shop: RunningShop) -> None:
    token = shop.log_in("ana")
    answer = shop.call("GET", "me", token=token, Cookie=cookie(shop), Origin="https://evil.example")
    assert answer.body["user"]["handle"] == "ana"
    assert shop.call("GET", "me", token="unknown", Cookie=cookie(shop)).status == 401
