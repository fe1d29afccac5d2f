"""Shows, bags and orders over HTTP to a whole shop; the rules of money have their own tests in tests/contract/."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.support.people import add_with_role, make_product, make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real


def test_the_bag_and_what_is_explained_belong_to_the_host(shop: RunningShop) -> None:
    mei, other = shop.log_in("mei"), add_with_role(shop, "creator")
    cup, bowl = make_product(shop, mei)["id"], make_product(shop, mei)["id"]
    show = make_show(shop, mei, [cup])["show"]["id"]
    assert shop.call("POST", f"shows/{show}/showing", {"product": bowl}, token=mei).body["code"] == "not_in_bag"
    bag = shop.call("PUT", f"shows/{show}/bag", {"products": [bowl, cup]}, token=mei).body["bag"]
    assert [product["id"] for product in bag["products"]] == [bowl, cup]
    assert shop.call("POST", f"shows/{show}/showing", {"product": bowl}, token=mei).body["show"]["showing"] == bowl
    # What is taken out of the bag is no longer explained.
    shop.call("PUT", f"shows/{show}/bag", {"products": [cup]}, token=mei)
    assert shop.call("GET", f"shows/{show}").body["show"]["showing"] is None
    for method, path, body in (
        ("PUT", "bag", {"products": []}),
        ("POST", "showing", {"product": cup}),
        ("POST", "end", None),
        ("POST", "publish-token", None),
    ):
        assert shop.call(method, f"shows/{show}/{path}", body, token=other).status == 403
        assert shop.call(method, f"shows/{show}/{path}", body).status == 401
    foreign = make_product(shop, other)["id"]
    assert shop.call("PUT", f"shows/{show}/bag", {"products": [foreign]}, token=mei).status == 400


def test_after_the_end_a_show_takes_nothing_but_its_end_again(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei)
    show = make_show(shop, mei, [product["id"]])["show"]["id"]
    assert shop.call("POST", f"shows/{show}/end", token=shop.log_in("mo")).body["show"]["state"] == "ended"
    assert shop.call("POST", f"shows/{show}/end", token=mei).status == 200
    assert shop.call("PUT", f"shows/{show}/bag", {"products": []}, token=mei).body["code"] == "show_ended"
    assert shop.call("POST", f"shows/{show}/showing", {"product": None}, token=mei).body["code"] == "show_ended"
    assert shop.call("POST", f"shows/{show}/publish-token", token=mei).body["code"] == "show_ended"
    order = {"show": show, "variant": product["variants"][0]["id"], "quantity": 1}
    assert with_key(shop, "orders", order, shop.log_in("ana")).body["code"] == "show_ended"


def test_a_purchase_moves_stock_and_money_once_however_often_it_is_sent(shop: RunningShop) -> None:
    mei, buyer = shop.log_in("mei"), register(shop)
    product = make_product(shop, mei, stock=3, price_minor=250)
    show = make_show(shop, mei, [product["id"]])["show"]["id"]
    assert with_key(shop, "wallet/topups", {"amount_minor": 1_000}, buyer).status == 201
    body = {"show": show, "variant": product["variants"][0]["id"], "quantity": 2}
    key, pay_key = str(uuid4()), str(uuid4())
    placed = [with_key(shop, "orders", body, buyer, key) for _ in range(3)]
    assert {answer.status for answer in placed} == {201}
    order = placed[0].body["order"]
    assert [answer.body["order"] for answer in placed] == [order] * 3
    assert (order["state"], order["total"]) == ("reserved", {"amount_minor": 500, "currency": "CNY"})
    paid = [with_key(shop, f"orders/{order['id']}/pay", {"method": "wallet"}, buyer, pay_key) for _ in range(2)]
    assert [answer.body["order"]["state"] for answer in paid] == ["paid", "paid"]
    again = with_key(shop, f"orders/{order['id']}/pay", {"method": "wallet"}, buyer)
    assert (again.status, again.body["code"]) == (409, "order_state")
    balances = shop.call("GET", "wallet", token=buyer).body["wallet"]["balances"]
    assert balances == [{"amount_minor": 500, "currency": "CNY"}]
    assert shop.call("GET", f"products/{product['id']}").body["product"]["variants"][0]["available"] == 1


def test_two_buyers_of_the_last_unit_get_one_yes(shop: RunningShop) -> None:
    mei = shop.log_in("mei")
    product = make_product(shop, mei, stock=1)
    body = {"variant": product["variants"][0]["id"], "quantity": 1}
    buyers = [register(shop) for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda buyer: with_key(shop, "orders", body, buyer), buyers))
    assert sorted(answer.status for answer in answers) == [201, 409]
    assert next(answer.body["code"] for answer in answers if answer.status == 409) == "sold_out"


def test_a_key_stands_for_one_request(shop: RunningShop) -> None:
    mei, ana = shop.log_in("mei"), shop.log_in("ana")
    variant = make_product(shop, mei)["variants"][0]["id"]
    body, key = {"variant": variant, "quantity": 1}, str(uuid4())
    assert shop.call("POST", "orders", body, token=ana).body["code"] == "key_required"
    assert with_key(shop, "orders", body, ana, key).status == 201
    other = with_key(shop, "orders", {**body, "quantity": 2}, ana, key)
    assert (other.status, other.body["code"]) == (409, "key_reused")
    assert with_key(shop, "orders", body, shop.log_in("lin"), key).status == 201, "keys are each person's own"
    assert with_key(shop, "orders", body, ana, "k" * 256).status == 400


def test_another_persons_order_does_not_exist(shop: RunningShop) -> None:
    mei, ana, lin = shop.log_in("mei"), shop.log_in("ana"), shop.log_in("lin")
    body = {"variant": make_product(shop, mei)["variants"][0]["id"], "quantity": 1}
    order = with_key(shop, "orders", body, ana).body["order"]["id"]
    for token in (lin, mei, shop.log_in("root")):
        assert shop.call("GET", f"orders/{order}", token=token).status == 404
        assert with_key(shop, f"orders/{order}/pay", {"method": "wallet"}, token).status == 404
        assert with_key(shop, f"orders/{order}/cancel", None, token).status == 404
        listed = shop.call("GET", "orders?limit=200", token=token).body["orders"]
        assert order not in [each["id"] for each in listed]
    assert shop.call("GET", f"orders/{order}").status == 401


@pytest.mark.parametrize("quantity", [0, -1, 101, 2**31, 1.5, "1", True, None])
def test_a_quantity_is_a_small_whole_number(shop: RunningShop, quantity: object) -> None:
    mei, ana = shop.log_in("mei"), shop.log_in("ana")
    variant = make_product(shop, mei)["variants"][0]["id"]
    assert with_key(shop, "orders", {"variant": variant, "quantity": quantity}, ana).status == 400


@pytest.mark.parametrize(
    "change",
    [
        {"price_minor": -1},
        {"price_minor": 2**63},
        {"price_minor": "1"},
        {"stock": -1},
        {"stock": 10**10},
        {"title": ""},
        {"title": "x" * 81},
    ],
)
def test_a_product_that_breaks_a_rule_is_refused(shop: RunningShop, change: dict[str, object]) -> None:
    variant = {"title": "Plain", "price_minor": 1, "stock": 1, **change}
    answer = shop.call("POST", "products", {"title": "Cup", "variants": [variant]}, token=shop.log_in("mei"))
    assert answer.status == 400


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "ftp://a.example/x", "//a.example", "http://", "http://[", "x" * 3_000]
)
def test_a_products_link_is_a_web_address(shop: RunningShop, url: str) -> None:
    variant = {"title": "Plain", "price_minor": 1, "stock": 1}
    body = {"title": "Cup", "variants": [variant], "url": url}
    assert shop.call("POST", "products", body, token=shop.log_in("mei")).status == 400


def test_a_search_takes_its_words_literally(shop: RunningShop) -> None:
    def titles(text: str) -> list[str]:
        return [each["title"] for each in shop.call("GET", f"products?q={text}").body["products"]]

    # With the letters around them: other tests' products may have such signs in their titles, but not there.
    assert titles("LINEN%20tote") == ["Linen tote bag"]
    for text in ("Linen%25bag", "Linen_tote", "Linen'%20OR%20'1'='1"):
        assert titles(text) == []
