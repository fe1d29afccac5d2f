"""Gifts over HTTP to a whole shop, its jobs included; the rules of money have their tests in tests/contract/."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import add_with_role, make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

FUNDS = 10_000


def _show(shop: RunningShop) -> tuple[str, str]:
    host = add_with_role(shop, "creator")
    return host, make_show(shop, host)["show"]["id"]


def _rich(shop: RunningShop) -> str:
    person = register(shop)
    assert with_key(shop, "wallet/topups", {"amount_minor": FUNDS}, person).status == 201
    return person


def _send(shop: RunningShop, token: str, show: str, **body: Any) -> Any:
    return with_key(shop, f"shows/{show}/gifts", {"gift": "rose"} | body, token)


def _balance(shop: RunningShop, token: str) -> int:
    amount: int = shop.call("GET", "wallet", token=token).body["wallet"]["balances"][0]["amount_minor"]
    return amount


def test_the_catalogue_is_for_everybody(shop: RunningShop) -> None:
    answer = shop.call("GET", "gifts")
    assert answer.status == 200
    assert answer.body["next"] is None
    rose = answer.body["gifts"][0]
    assert rose == {"id": "rose", "name": "Rose", "icon": "🌹", "price": {"amount_minor": 100, "currency": "CNY"}}
    assert len(answer.body["gifts"]) == 5


def test_a_streak_is_paid_by_itself_and_the_host_sees_what_it_brought(shop: RunningShop) -> None:
    host, show = _show(shop)
    ana = _rich(shop)
    first, second = _send(shop, ana, show), _send(shop, ana, show, count=2)
    assert (first.status, second.status) == (201, 201)
    assert first.body["gift"]["streak"] == second.body["gift"]["streak"]
    assert (second.body["gift"]["count"], second.body["gift"]["total"]["amount_minor"]) == (3, 300)
    assert _balance(shop, ana) == FUNDS - 300

    def brought() -> Any:
        return shop.call("GET", f"shows/{show}", token=host).body["figures"]["gifts"]

    deadline = time.monotonic() + 20
    while (found := brought())["count"] == 0:
        assert time.monotonic() < deadline, "nobody ended the streak"
        time.sleep(0.2)
    assert (found["count"], found["totals"]) == (3, [{"amount_minor": 300, "currency": "CNY"}])
    assert "figures" not in shop.call("GET", f"shows/{show}", token=ana).body


def test_who_may_not_and_what_cannot_be(shop: RunningShop) -> None:
    host, show = _show(shop)
    ana, path = _rich(shop), f"shows/{show}/gifts"
    assert shop.call("POST", path, {"gift": "rose"}).status == 401
    assert shop.call("POST", path, {"gift": "rose"}, token=ana).body["code"] == "key_required"
    own = _send(shop, host, show)
    assert (own.status, own.body["code"]) == (403, "own_show")
    assert _send(shop, ana, "nowhere").status == 404
    assert _send(shop, ana, show, gift="unicorn").status == 404
    for wrong in ({"count": 0}, {"count": -1}, {"count": 1_001}, {"count": "a"}, {"count": 1.5}, {"gift": 7}):
        answer = _send(shop, ana, show, **wrong)
        assert (answer.status, answer.body["code"]) == (400, "invalid")
        assert set(answer.body["errors"]) == set(wrong)
    poor = _send(shop, register(shop), show)
    assert (poor.status, poor.body["code"]) == (409, "insufficient_funds")
    key = str(uuid4())
    assert shop.call("POST", path, {"gift": "rose"}, token=ana, Idempotency_Key=key).status == 201
    other = shop.call("POST", path, {"gift": "tea"}, token=ana, Idempotency_Key=key)
    assert (other.status, other.body["code"]) == (409, "key_reused")
    assert shop.call("POST", f"shows/{show}/end", token=host).status == 200
    ended = _send(shop, ana, show)
    assert (ended.status, ended.body["code"]) == (409, "show_ended")
    assert _balance(shop, ana) == FUNDS - 100


def test_a_cap_is_set_kept_and_named(shop: RunningShop) -> None:
    _, show = _show(shop)
    ana = _rich(shop)
    answer = shop.call("PUT", "me/settings", {"gift_cap_minor": 250}, token=ana)
    assert (answer.status, answer.body["settings"]["gift_cap"]["cap_minor"]) == (200, 250)
    assert answer.body["settings"]["show_my_purchases"] is True
    assert _send(shop, ana, show, count=2).status == 201
    refused = _send(shop, ana, show)
    assert (refused.status, refused.body["code"]) == (409, "gift_cap_reached")
    assert refused.body["errors"] == {"left_minor": "50"}
    raised = shop.call("PUT", "me/settings", {"gift_cap_minor": None}, token=ana).body["settings"]["gift_cap"]
    assert (raised["cap_minor"], raised["left_minor"], raised["next"]["cap_minor"]) == (250, 50, None)
    assert _send(shop, ana, show).status == 409
    assert _balance(shop, ana) == FUNDS - 200
    for wrong in (-1, "7", 1.5, 10**13):
        assert shop.call("PUT", "me/settings", {"gift_cap_minor": wrong}, token=ana).status == 400
