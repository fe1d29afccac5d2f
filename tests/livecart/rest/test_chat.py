"""The host's set-up of a chat over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.people import make_show, register
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(60)]


def test_the_host_and_moderators_change_the_rules_and_nobody_else(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    show = make_show(shop, mei)["show"]["id"]
    path = f"shows/{show}/chat"
    assert shop.call("PATCH", path, {"slow_s": 5}).status == 401
    refused = shop.call("PATCH", path, {"slow_s": 5}, token=register(shop))
    assert (refused.status, refused.body["code"]) == (403, "forbidden")
    changed = shop.call("PATCH", path, {"slow_s": 5, "links": "everyone"}, token=mei)
    assert (changed.status, changed.body["chat"]) == (
        200,
        {"version": 1, "slow_s": 5, "links": "everyone", "who": "everyone", "followed_minutes": 0},
    )
    assert shop.call("PATCH", path, {"who": "staff"}, token=shop.log_in("mo")).body["chat"]["slow_s"] == 5
    assert shop.call("PATCH", "shows/nowhere/chat", {}, token=mei).status == 404
    shop.call("POST", f"shows/{show}/end", token=mei)
    assert shop.call("PATCH", path, {"slow_s": 1}, token=mei).body["code"] == "show_ended"


def test_the_figures_are_the_hosts_and_the_moderators_alone(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    path = f"shows/{make_show(shop, mei)['show']['id']}"
    expected = {"peak_viewers": 0, "unique_viewers": 0, "unique_is_estimate": True, "likes": 0}
    earned = {"gifts": {"count": 0, "totals": [], "proceeds": []}, "orders": {"count": 0, "sales": []}}
    assert shop.call("GET", path, token=mei).body["figures"] == expected | earned
    assert shop.call("GET", path, token=shop.log_in("mo")).body["figures"] == expected
    for token in (None, register(shop), "unknown"):
        answer = shop.call("GET", path, token=token)
        assert (answer.status, "figures" in answer.body) == (200, False)


@pytest.mark.parametrize(
    "body",
    [{"slow_s": -1}, {"slow_s": 301}, {"slow_s": "5"}, {"links": "some"}, {"who": 1}, {"followed_minutes": -1}, []],
)
def test_wrong_rules_are_refused(shop: RunningShop, body: Any) -> None:
    mei = shop.log_in("mei")
    show = make_show(shop, mei)["show"]["id"]
    refused = shop.call("PATCH", f"shows/{show}/chat", body, token=mei)
    assert (refused.status, refused.body["code"]) == (400, "invalid")


def test_a_creator_keeps_canned_replies(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    texts = ["Welcome!", "{product} is {price}"]
    kept = shop.call("PUT", "canned-replies", {"replies": texts}, token=mei)
    assert [reply["text"] for reply in kept.body["replies"]] == texts
    assert shop.call("GET", "canned-replies", token=mei).body["replies"] == kept.body["replies"]
    assert shop.call("GET", "canned-replies", token=register(shop)).status == 403
    assert shop.call("GET", "canned-replies").status == 401


@pytest.mark.parametrize("replies", [["{prize}"], [""], ["a", " a "], [f"r{n}" for n in range(21)], ["x" * 201], [1]])
def test_wrong_replies_are_refused_and_the_old_ones_stay(shop: RunningShop, replies: Any) -> None:
    mei = shop.log_in("mei")
    before = shop.call("GET", "canned-replies", token=mei).body
    refused = shop.call("PUT", "canned-replies", {"replies": replies}, token=mei)
    assert (refused.status, refused.body["code"]) == (400, "invalid")
    assert shop.call("GET", "canned-replies", token=mei).body == before
