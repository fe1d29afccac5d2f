"""Carts, a seller's orders and own settings over HTTP; their rules have tests in tests/contract/."""

from __future__ import annotations

import csv
import io
import time
from typing import Any
from uuid import uuid4

import pytest

from tests.support.people import add_with_role, make_product, make_show, register, with_key
from tests.support.running_shop import Answer, RunningShop

pytestmark = pytest.mark.real


def put_line(shop: RunningShop, token: str, product: dict[str, Any], quantity: int, show: str | None = None) -> Answer:
    body = {"variant": product["variants"][0]["id"], "quantity": quantity, "show": show}
    return shop.call("PUT", "cart/lines", body, token=token)


def test_a_cart_goes_over_shows_and_is_ordered_once(shop: RunningShop) -> None:
    mei, buyer = shop.log_in("mei"), register(shop)
    cup, bowl = make_product(shop, mei, price_minor=100), make_product(shop, mei, price_minor=250)
    show = make_show(shop, mei, [cup["id"]])["show"]["id"]
    assert shop.call("GET", "cart", token=buyer).body["cart"] == {"lines": [], "totals": []}
    put_line(shop, buyer, cup, 2, show)
    cart = put_line(shop, buyer, bowl, 1).body["cart"]
    assert cart["totals"] == [{"amount_minor": 450, "currency": "CNY"}]
    key = str(uuid4())
    done = [with_key(shop, "cart/checkout", None, buyer, key) for _ in range(2)]
    assert [answer.status for answer in done] == [201, 201]
    assert done[0].body == done[1].body
    assert sum(order["total"]["amount_minor"] for order in done[0].body["orders"]) == 450
    assert {order["show"] for order in done[0].body["orders"]} == {show, None}
    assert shop.call("GET", "cart", token=buyer).body["cart"]["lines"] == []
    assert with_key(shop, "cart/checkout", None, buyer).body["code"] == "cart_empty"
    listed = shop.call("GET", "orders", token=buyer).body["orders"]
    assert {order["id"] for order in listed} == {order["id"] for order in done[0].body["orders"]}


def test_a_cart_is_ordered_with_a_coupon(shop: RunningShop) -> None:
    mei, buyer, code = shop.log_in("mei"), register(shop), f"R{uuid4().hex[:8]}".upper()
    cup, bowl = make_product(shop, mei, price_minor=1_000), make_product(shop, mei, price_minor=4_000)
    show = make_show(shop, mei, [cup["id"]])["show"]["id"]
    coupon = {"code": code, "kind": "percent", "value": 25}
    assert shop.call("POST", "coupons", coupon, token=mei).status == 201
    put_line(shop, buyer, cup, 1, show)
    put_line(shop, buyer, bowl, 1)
    off = {"amount_minor": 1_000, "currency": "CNY"}
    shown = shop.call("GET", f"cart?coupon={code.lower()}", token=buyer).body["cart"]
    assert shown["coupon"] == {"code": code, "discount": off, "problem": None}
    assert shown["totals"][0]["amount_minor"] == 5_000
    for wrong, status, said in (("NOTHING-LIKE-IT", 404, "coupon_unknown"), ("!", 400, "invalid"), (7, 400, "invalid")):
        refused = with_key(shop, "cart/checkout", {"coupon": wrong}, buyer)
        assert (refused.status, refused.body["code"]) == (status, said)
    for sums in (
        [{"amount_minor": -1, "currency": "CNY"}],
        [{"amount_minor": 1}],
        7,
        [{"amount_minor": 1, "currency": "x"}],
    ):
        refused = with_key(shop, "cart/checkout", {"totals": sums}, buyer)
        assert (refused.status, refused.body["code"]) == (400, "invalid")
    too_little = {"coupon": code, "totals": [{"amount_minor": 3_999, "currency": "CNY"}]}
    assert with_key(shop, "cart/checkout", too_little, buyer).body["code"] == "price_changed"
    assert shop.call("GET", "cart?coupon=%21", token=buyer).status == 400
    assert shop.call("GET", "cart?coupon=NOTHING-LIKE-IT", token=buyer).body["code"] == "coupon_unknown"
    key = str(uuid4())
    done = [with_key(shop, "cart/checkout", {"coupon": code}, buyer, key) for _ in range(2)]
    assert done[0].status == 201, done[0]
    assert done[0].body == done[1].body
    assert with_key(shop, "cart/checkout", None, buyer, key).body["code"] == "key_reused"
    assert sorted((each["coupon"] or "", each["discount"]["amount_minor"]) for each in done[0].body["orders"]) == [
        ("", 0),
        (code, 1_000),
    ]
    (counted,) = [each for each in shop.call("GET", "coupons", token=mei).body["coupons"] if each["code"] == code]
    assert counted["used"] == 1
    listed = shop.call("GET", "orders", token=buyer).body
    assert abs(listed["now_ms"] - time.time() * 1_000) < 60_000


def test_what_is_in_the_way_is_named_and_nothing_is_taken(shop: RunningShop) -> None:
    mei, buyer = shop.log_in("mei"), register(shop)
    cup, bowl = make_product(shop, mei, stock=5), make_product(shop, mei, stock=1)
    put_line(shop, buyer, cup, 2)
    put_line(shop, buyer, bowl, 2)
    refused = with_key(shop, "cart/checkout", None, buyer)
    variant = bowl["variants"][0]["id"]
    assert (refused.status, refused.body["code"], refused.body["errors"]) == (
        409,
        "cart_refused",
        {variant: "sold_out"},
    )
    assert shop.call("GET", f"products/{cup['id']}").body["product"]["variants"][0]["available"] == 5
    assert shop.call("DELETE", "cart", token=buyer).status == 204
    assert shop.call("GET", "cart", token=buyer).body["cart"]["lines"] == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"variant": "nothing", "quantity": 1}, 404),
        ({"variant": "\0", "quantity": 1}, 404),
        ({"quantity": 1}, 400),
        ({"variant": "x", "quantity": "1"}, 400),
        ({"variant": "x", "quantity": -1}, 400),
        ({"variant": "x", "quantity": 2**70}, 400),
        ({"variant": "x", "quantity": 1, "show": 5}, 400),
        ([], 400),
        ("{", 400),
    ],
)
def test_a_line_that_cannot_be_is_refused(shop: RunningShop, body: object, status: int) -> None:
    assert shop.call("PUT", "cart/lines", body, token=shop.log_in("ana")).status == status


def test_a_guest_has_no_cart_no_sales_and_no_settings(shop: RunningShop) -> None:
    for method, path, body in (
        ("GET", "cart", None),
        ("PUT", "cart/lines", {"variant": "x", "quantity": 1}),
        ("DELETE", "cart", None),
        ("POST", "cart/checkout", None),
        ("GET", "sales", None),
        ("GET", "sales.csv", None),
        ("GET", "me/settings", None),
        ("PUT", "me/settings", {"show_my_purchases": True}),
    ):
        assert shop.call(method, path, body).status == 401
    assert shop.call("POST", "cart/checkout", token=shop.log_in("ana")).body["code"] == "key_required"


def sold(shop: RunningShop, seller: str, buyer: str, title: str) -> str:
    """One unit of something new; the order's id."""
    variants = [{"title": "=1+1", "price_minor": 1_234, "stock": 1}]
    body = {"title": title, "variants": variants, "currency": "KWD"}
    product = shop.call("POST", "products", body, token=seller).body["product"]
    order = with_key(shop, "orders", {"variant": product["variants"][0]["id"], "quantity": 1}, buyer)
    return str(order.body["order"]["id"])


def rows_of(answer: Answer) -> list[dict[str, str]]:
    assert isinstance(answer.body, str)
    return list(csv.DictReader(io.StringIO(answer.body, newline="")))


def test_a_seller_sees_his_orders_and_no_others(shop: RunningShop) -> None:
    seller, other, buyer = add_with_role(shop, "creator"), add_with_role(shop, "creator"), register(shop)
    order = sold(shop, seller, buyer, "Cup")
    (found,) = shop.call("GET", "sales", token=seller).body["sales"]
    handle = shop.call("GET", "me", token=buyer).body["user"]["handle"]
    assert (found["id"], found["state"], found["buyer"]["handle"]) == (order, "reserved", handle)
    assert shop.call("GET", "sales?state=paid", token=seller).body == {"sales": [], "next": None, "proceeds": []}
    assert shop.call("GET", "sales?show=nothing", token=seller).body["sales"] == []
    assert shop.call("GET", "sales", token=other).body["sales"] == []
    assert len(rows_of(shop.call("GET", "sales.csv", token=other))) == 0
    for path in ("sales", "sales.csv"):
        assert shop.call("GET", path, token=buyer).status == 403
        assert shop.call("GET", f"{path}?state=gone", token=seller).status == 400
        assert shop.call("GET", f"{path}?show=%00", token=seller).status == 400


def test_the_file_opens_in_a_spreadsheet_and_computes_nothing(shop: RunningShop) -> None:
    seller, buyer = add_with_role(shop, "creator"), register(shop)
    title = '=HYPERLINK("https://evil.example","x"),茶'
    order = sold(shop, seller, buyer, title)
    answer = shop.call("GET", "sales.csv?state=reserved", token=seller)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "attachment" in answer.headers["Content-Disposition"]
    (row,) = rows_of(answer)
    assert row["order"] == order
    assert (row["product"], row["variant"]) == (f"'{title}", "'=1+1")
    assert (row["unit_price"], row["unit_price_minor"], row["currency"]) == ("1.234", "1234", "KWD")
    assert shop.call("GET", "sales.csv?bom=1", token=seller).body.startswith("\ufefforder,")


def test_settings_are_each_persons_own(shop: RunningShop) -> None:
    ana, lin = register(shop), register(shop)
    assert shop.call("GET", "me/settings", token=ana).body["settings"]["show_my_purchases"] is True
    answer = shop.call("PUT", "me/settings", {"show_my_purchases": False}, token=ana)
    assert (answer.status, answer.body["settings"]["show_my_purchases"]) == (200, False)
    assert shop.call("GET", "me/settings", token=ana).body["settings"]["show_my_purchases"] is False
    assert shop.call("GET", "me/settings", token=lin).body["settings"]["show_my_purchases"] is True
    for wrong in ({"show_my_purchases": "no"}, {}, {"show_my_purchases": None}):
        assert shop.call("PUT", "me/settings", wrong, token=ana).status == 400
