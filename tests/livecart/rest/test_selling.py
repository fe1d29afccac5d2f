"""Offers, coupons, lines and stock over HTTP to a whole shop; the rules have their own tests in tests/contract/."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import add_with_role, make_product, make_show, register, with_key
from tests.support.running_shop import Answer, RunningShop

pytestmark = pytest.mark.real


class Stall:
    """A show of mei's with one product in its bag."""

    def __init__(self, shop: RunningShop, **product: Any) -> None:
        self.shop, self.mei, self.buyer = shop, shop.log_in("mei"), register(shop)
        self.product = make_product(shop, self.mei, **{"stock": 20, "price_minor": 1_000, **product})
        self.variant = self.product["variants"][0]["id"]
        self.show = make_show(shop, self.mei, [self.product["id"]])["show"]["id"]

    def offer(self, **body: Any) -> Answer:
        asked = {"variant": self.variant, "price_minor": 400, "quantity": 3, "per_buyer": 2, **body}
        return self.shop.call("POST", f"shows/{self.show}/offers", asked, token=self.mei)

    def order(self, body: dict[str, Any], key: str | None = None) -> Answer:
        return with_key(self.shop, "orders", body, self.buyer, key or str(uuid4()))


@pytest.fixture
def stall(shop: RunningShop) -> Stall:
    return Stall(shop)


def test_a_flash_sale_from_its_opening_to_its_end(stall: Stall) -> None:
    shop = stall.shop
    ends = (datetime.now(UTC) + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    opened = stall.offer(ends_at=ends)
    assert opened.status == 201, opened
    offer = opened.body["offer"]
    assert (offer["state"], offer["available"], offer["list_minor"]) == ("open", 3, 1_000)
    listed = shop.call("GET", f"shows/{stall.show}/offers").body
    assert (listed["offers"], listed["next"]) == ([offer], None)
    assert abs(listed["now_ms"] - datetime.now(UTC).timestamp() * 1_000) < 60_000
    placed = stall.order({"offer": offer["id"], "quantity": 2})
    assert placed.status == 201, placed
    assert placed.body["order"]["total"]["amount_minor"] == 800
    limited = stall.order({"offer": offer["id"], "quantity": 1, "show": stall.show})
    assert (limited.status, limited.body["code"]) == (409, "per_buyer_limit")
    assert shop.call("POST", f"offers/{offer['id']}/close", token=stall.buyer).status == 403
    assert shop.call("POST", f"offers/{offer['id']}/close").status == 401
    closed = shop.call("POST", f"offers/{offer['id']}/close", token=stall.mei)
    assert (closed.status, closed.body["offer"]["state"]) == (200, "closed")
    assert stall.order({"offer": offer["id"], "quantity": 1}).body["code"] == "offer_closed"


@pytest.mark.parametrize(
    "body",
    [
        {"quantity": 0},
        {"quantity": "3"},
        {"price_minor": 1.5},
        {"price_minor": -1},
        {"per_buyer": 0},
        {"mode": "auction"},
        {"ends_at": "2027-01-01T00:00:00"},
        {"ends_at": "2001-01-01T00:00:00Z"},
        {"ends_at": 5},
        {"lines": [{"variant": "v", "quantity": 1}]},
        {"title": "x" * 121},
    ],
)
def test_an_offer_that_makes_no_sense_is_400(stall: Stall, body: dict[str, Any]) -> None:
    assert stall.offer(**body).status == 400


def test_the_guards_speak_in_codes(shop: RunningShop) -> None:
    stall = Stall(shop, floor_minor=30)
    assert stall.offer(price_minor=29, confirm=True).body["code"] == "below_floor"
    assert stall.offer(price_minor=49).body["code"] == "discount_too_large"
    assert stall.offer(price_minor=49, confirm=True).status == 201
    other = add_with_role(shop, "creator")
    path, body = f"shows/{stall.show}/offers", {"variant": stall.variant, "price_minor": 900, "quantity": 1}
    assert shop.call("POST", path, body, token=other).status == 403
    assert shop.call("POST", path, body, token=stall.buyer).status == 403
    assert shop.call("POST", "shows/nothing/offers", body, token=stall.mei).status == 404
    assert shop.call("GET", "shows/nothing/offers").status == 404


def test_where_the_first_to_pay_has_it_the_second_is_told_when_paying(stall: Stall) -> None:
    shop = stall.shop
    assert shop.call("PATCH", f"shows/{stall.show}/sale", {"mode": "first_to_pay"}, token=stall.mei).status == 200
    offer = stall.offer(quantity=1).body["offer"]
    assert offer["mode"] == "first_to_pay"
    orders = [stall.order({"offer": offer["id"], "quantity": 1}).body["order"] for _ in range(2)]
    with_key(shop, "wallet/topups", {"amount_minor": 1_000}, stall.buyer)
    paid = [with_key(shop, f"orders/{order['id']}/pay", {"method": "wallet"}, stall.buyer) for order in orders]
    assert [answer.status for answer in paid] == [200, 409]
    assert paid[1].body["code"] == "sold_out"


@pytest.mark.parametrize("quantity", [0, -1, 2**31, 1.5, "1", None, True])
def test_a_line_has_a_whole_number_of_units(stall: Stall, quantity: Any) -> None:
    """Row 31."""
    for body in (
        {"variant": stall.variant, "quantity": quantity},
        {"lines": [{"variant": stall.variant, "quantity": quantity}]},
        {"lines": [{"variant": stall.variant, "quantity": 1}, {"variant": stall.variant, "quantity": quantity}]},
    ):
        assert stall.order(body).status == 400, body


def test_the_same_variant_on_two_lines_is_summed(stall: Stall) -> None:
    line = {"variant": stall.variant, "quantity": 11}
    assert stall.order({"lines": [line, line]}).body["code"] == "sold_out"
    order = stall.order({"lines": [{**line, "quantity": 1}, {**line, "quantity": 2}]}).body["order"]
    assert [each["quantity"] for each in order["lines"]] == [3]


@pytest.mark.parametrize(
    "body", [{}, {"quantity": 1}, {"lines": []}, {"lines": [{}]}, {"lines": "all"}, {"offer": "o"}, {"variant": 5}]
)
def test_an_order_that_names_nothing_is_400(stall: Stall, body: dict[str, Any]) -> None:
    assert stall.order(body).status == 400


def test_what_a_client_says_of_prices_is_not_listened_to(stall: Stall) -> None:
    """Row 32."""
    body = {"variant": stall.variant, "quantity": 1, "price_minor": 1, "total": 1, "unit_price_minor": 1}
    order = stall.order({**body, "discount_minor": 999}).body["order"]
    assert order["total"]["amount_minor"] == 1_000
    assert order["discount"]["amount_minor"] == 0


def test_a_coupon_from_its_making_to_its_end(stall: Stall) -> None:
    shop, code = stall.shop, f"T{uuid4().hex[:10]}".upper()
    body = {"code": code, "kind": "percent", "value": 15, "total": 1, "minimum_minor": 1_000}
    assert shop.call("POST", "coupons", body, token=stall.buyer).status == 403
    assert shop.call("POST", "coupons", {**body, "whole_shop": True}, token=stall.mei).status == 403
    made = shop.call("POST", "coupons", body, token=stall.mei)
    assert made.status == 201, made
    assert shop.call("POST", "coupons", body, token=stall.mei).body["code"] == "code_taken"
    listed = shop.call("GET", "coupons", token=stall.mei).body["coupons"]
    assert code in [coupon["code"] for coupon in listed]
    placed = stall.order({"variant": stall.variant, "quantity": 1, "coupon": code.lower()})
    assert placed.status == 201, placed
    order = placed.body["order"]
    assert (order["coupon"], order["discount"]["amount_minor"], order["total"]["amount_minor"]) == (code, 150, 850)
    again = {"variant": stall.variant, "quantity": 1, "coupon": code}
    assert stall.order(again).body["code"] in {"coupon_per_person", "coupon_used_up"}
    unknown = stall.order({"variant": stall.variant, "quantity": 1, "coupon": "NOTHING-LIKE-IT"})
    assert (unknown.status, unknown.body["code"]) == (404, "coupon_unknown")
    other = add_with_role(shop, "creator")
    assert shop.call("POST", f"coupons/{code}/disable", token=other).status == 404
    assert shop.call("POST", f"coupons/{code}/disable", token=stall.mei).body["coupon"]["disabled_at"] is not None


@pytest.mark.parametrize(
    "change", [{"value": 101}, {"value": 0}, {"code": "a"}, {"kind": "gift"}, {"per_person": 0}, {"currency": "yuan"}]
)
def test_a_coupon_that_makes_no_sense_is_400(shop: RunningShop, change: dict[str, Any]) -> None:
    body = {"code": f"T{uuid4().hex[:10]}", "kind": "percent", "value": 10, **change}
    assert shop.call("POST", "coupons", body, token=shop.log_in("mei")).status == 400


def test_a_seller_corrects_his_stock_and_reads_why_it_moved(stall: Stall) -> None:
    shop, path = stall.shop, f"variants/{stall.variant}"
    assert (
        shop.call("POST", f"{path}/stock", {"delta": 1, "cause": "x"}, token=stall.mei).body["code"] == "key_required"
    )
    more = with_key(shop, f"{path}/stock", {"delta": 5, "cause": "delivery"}, stall.mei)
    assert (more.status, more.body["variant"]["stock"]) == (200, 25)
    assert (
        with_key(shop, f"{path}/stock", {"stock": 7, "cause": "counted"}, stall.mei).body["variant"]["available"] == 7
    )
    found = shop.call("GET", f"{path}/movements?limit=2", token=stall.mei).body
    assert [(each["kind"], each["quantity"], each["cause"]) for each in found["movements"]] == [
        ("removed", 18, "counted"),
        ("received", 5, "delivery"),
    ]
    rest = shop.call("GET", f"{path}/movements?cursor={found['next']}", token=stall.mei).body
    assert [each["kind"] for each in rest["movements"]] == ["received"]
    other = add_with_role(shop, "creator")
    assert with_key(shop, f"{path}/stock", {"delta": 1, "cause": "x"}, other).status == 404
    assert shop.call("GET", f"{path}/movements", token=other).status == 404
    assert shop.call("GET", f"{path}/movements", token=stall.buyer).status == 403
    for body in ({"cause": "x"}, {"delta": 1}, {"delta": 1.5, "cause": "x"}, {"delta": 1, "stock": 1, "cause": "x"}):
        assert with_key(shop, f"{path}/stock", body, stall.mei).status == 400
