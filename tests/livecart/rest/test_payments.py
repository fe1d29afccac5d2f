"""Paying at the sandbox over HTTP: its page, its webhooks in every bad way, refunds, and the audit in /metrics."""

from __future__ import annotations

import http.client
import json
import re
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from livecart.adapters.payments.sandbox import webhook_key
from livecart.domain.webhook_signature import sign
from tests.support.people import add_with_role, make_product, make_show, register, with_key
from tests.support.running_shop import Answer, BareShop, RunningShop

pytestmark = pytest.mark.real

WEBHOOK = "/api/v1/webhooks/sandbox"


@pytest.fixture
def order(shop: RunningShop) -> dict[str, Any]:
    """An order at the sandbox, with its buyer's token and its show."""
    mei, buyer = shop.log_in("mei"), register(shop)
    product = make_product(shop, mei, price_minor=1_990)
    show = make_show(shop, mei, [product["id"]])["show"]["id"]
    body = {"show": show, "variant": product["variants"][0]["id"], "quantity": 1}
    placed = with_key(shop, "orders", body, buyer).body["order"]
    answer = with_key(shop, f"orders/{placed['id']}/pay", {"method": "sandbox"}, buyer)
    assert answer.status == 200, answer
    return {**answer.body["order"], "buyer": buyer, "seller": mei}


def press(shop: RunningShop, order: dict[str, Any], do: str, **more: str) -> tuple[int, str, str]:
    """Status, where it leads, and the page."""
    return post_form(shop, order["payment"]["url"], {"do": do, **more})


def post_form(shop: RunningShop, path: str, fields: dict[str, str]) -> tuple[int, str, str]:
    """Without following where the answer leads."""
    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=15)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", path, urllib.parse.urlencode(fields), headers)
    response = connection.getresponse()
    body = response.read().decode()
    connection.close()
    return response.status, response.headers.get("Location", ""), body


def state_of(shop: RunningShop, order: dict[str, Any]) -> tuple[str, str]:
    now = shop.call("GET", f"orders/{order['id']}", token=order["buyer"]).body["order"]
    return now["state"], now["payment"]["state"]


def webhook(shop: RunningShop, order: dict[str, Any], **changed: Any) -> tuple[bytes, str]:
    """A good one's body and signature."""
    payment = order["payment"]
    told = {"id": f"evt-{uuid4()}", "type": "payment.captured", "payment": payment["id"], **payment["amount"]}
    body = json.dumps({**told, **changed}).encode()
    return body, sign(webhook_key((shop.data / "secret").read_text().strip()), body, int(time.time() * 1000))


def deliver(shop: RunningShop, body: bytes, signature: str) -> Answer:
    return shop.call("POST", WEBHOOK, body.decode("latin-1"), **{"Livecart-Signature": signature})


def test_the_page_shows_what_is_paid_and_has_a_button_for_everything(shop: RunningShop, order: dict[str, Any]) -> None:
    answer = shop.call("GET", order["payment"]["url"])
    assert answer.status == 200
    assert "19.90 CNY" in answer.body
    for do in ("succeed", "decline", "late", "duplicate", "reorder", "forged"):
        assert f'value="{do}"' in answer.body
    assert "<script" not in answer.body
    assert '<html lang="en">' in answer.body
    chinese = shop.call("GET", order["payment"]["url"], **{"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"})
    assert '<html lang="zh-CN">' in chinese.body
    assert not re.search(r">[^<]*\b(shop|Pay|card)\b", chinese.body)
    assert shop.call("GET", "/sandbox/pay/nothing").status == 404
    assert shop.call("GET", "/sandbox/style.css").headers["Content-Type"].startswith("text/css")


@pytest.mark.parametrize(
    ("do", "states"),
    [
        ("succeed", ("paid", "captured")),
        ("duplicate", ("paid", "captured")),
        ("reorder", ("paid", "captured")),
        ("decline", ("reserved", "failed")),
    ],
)
def test_a_button_sends_its_webhooks_and_leads_back_to_the_room(
    shop: RunningShop, order: dict[str, Any], do: str, states: tuple[str, str]
) -> None:
    status, location, _ = press(shop, order, do)
    assert (status, location) == (303, f"/s/{order['show']}?order={order['id']}")
    assert state_of(shop, order) == states


def test_a_forged_webhook_is_refused_and_the_page_says_so(shop: RunningShop, order: dict[str, Any]) -> None:
    status, _, page = press(shop, order, "forged")
    assert status == 200
    assert "The shop answered: 400" in page
    assert state_of(shop, order) == ("reserved", "created")


def test_late_comes_later(shop: RunningShop, order: dict[str, Any]) -> None:
    status, _, _ = press(shop, order, "late", after_s="0.5")
    assert status == 303
    assert state_of(shop, order)[0] in {"reserved", "paid"}
    until = time.monotonic() + 15
    while state_of(shop, order) != ("paid", "captured"):
        assert time.monotonic() < until
        time.sleep(0.1)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"do": "steal"},
        {"do": "late", "after_s": "x"},
        {"do": "late", "after_s": "-1"},
        {"do": "late", "after_s": "nan"},
    ],
)
def test_a_button_that_is_not_there_does_nothing(
    shop: RunningShop, order: dict[str, Any], fields: dict[str, str]
) -> None:
    assert post_form(shop, order["payment"]["url"], fields)[0] == 400
    assert state_of(shop, order) == ("reserved", "created")


def test_a_webhook_counts_to_the_byte(shop: RunningShop, order: dict[str, Any]) -> None:
    body, signature = webhook(shop, order)
    for wrong, header in (
        (body.replace(b"captured", b"captureD"), signature),
        (body + b" ", signature),
        (body, signature[:-1] + ("0" if signature[-1] != "0" else "1")),
        (body, signature.replace("t=", "t=1")),
        (body, "v1=" + signature.partition("v1=")[2]),
        (body, "t=1,t=2,v1=x"),
        (body, ""),
    ):
        answer = deliver(shop, wrong, header)
        assert (answer.status, answer.body["code"]) == (400, "bad_signature"), (wrong, header)
    assert state_of(shop, order) == ("reserved", "created")
    told = [deliver(shop, body, signature) for _ in range(10)]
    assert [answer.status for answer in told] == [200] * 10
    assert told[0].body == {"received": {"payment": order["payment"]["id"], "state": "captured"}}
    assert state_of(shop, order) == ("paid", "captured")


def test_a_webhook_that_is_too_large_or_for_nobody_is_refused(shop: RunningShop, order: dict[str, Any]) -> None:
    big, signature = webhook(shop, order, filler="x" * 65_536)
    assert deliver(shop, big, signature).status == 413
    lost, signature = webhook(shop, order, payment="nothing")
    assert deliver(shop, lost, signature).status == 404
    wrong, signature = webhook(shop, order, amount_minor=1)
    assert (deliver(shop, wrong, signature).status, deliver(shop, wrong, signature).body["code"]) == (
        409,
        "amount_mismatch",
    )
    assert shop.call("POST", "/api/v1/webhooks/gold", "{}").status == 404


def test_the_seller_refunds_in_parts_and_another_does_not(shop: RunningShop, order: dict[str, Any]) -> None:
    press(shop, order, "succeed")
    path, seller = f"orders/{order['id']}/refund", order["seller"]
    part = {"amount_minor": 990, "reason": "a scratch"}
    assert shop.call("POST", path, part, token=seller).body["code"] == "key_required"
    assert with_key(shop, path, part, order["buyer"]).status == 403
    assert with_key(shop, path, part, add_with_role(shop, "creator")).status == 404
    first = with_key(shop, path, part, seller, "one-part")
    assert with_key(shop, path, part, seller, "one-part").body == first.body
    assert (first.body["order"]["state"], first.body["order"]["refunded_minor"]) == ("paid", 990)
    assert with_key(shop, path, {**part, "amount_minor": 1_001}, seller).body["code"] == "refund_too_large"
    assert with_key(shop, path, {"amount_minor": 1}, seller).status == 400
    assert with_key(shop, f"orders/{order['id']}/fulfil", None, seller).body["order"]["state"] == "fulfilled"
    rest = with_key(shop, path, {"reason": "lost", "return_goods": True}, shop.log_in("root"))
    assert rest.body["order"]["state"] == "refunded"
    assert state_of(shop, order) == ("refunded", "refunded")


def test_a_card_fills_the_wallet(shop: RunningShop) -> None:
    buyer = register(shop)
    answer = with_key(shop, "wallet/topups", {"amount_minor": 500, "currency": "JPY", "method": "sandbox"}, buyer)
    assert (answer.status, answer.body["wallet"]["balances"]) == (201, [])
    page = shop.call("GET", answer.body["payment"]["url"])
    assert "500 JPY" in page.body
    status, location, _ = post_form(shop, answer.body["payment"]["url"], {"do": "succeed"})
    assert (status, location) == (303, f"/orders?payment={answer.body['payment']['id']}")
    assert shop.call("GET", "wallet", token=buyer).body["wallet"]["balances"] == [
        {"amount_minor": 500, "currency": "JPY"}
    ]
    payment = f"payments/{answer.body['payment']['id']}"
    assert shop.call("GET", payment, token=buyer).body["payment"]["state"] == "captured"
    assert shop.call("GET", payment, token=register(shop)).status == 404
    assert with_key(shop, "wallet/topups", {"amount_minor": 500, "method": "gold"}, buyer).status == 400


@pytest.mark.parametrize(
    ("payments", "ways", "status", "says"),
    [
        ("wallet", [], 409, "payment_needed"),
        ("wallet,sandbox", ["sandbox"], 201, None),
        ("wallet,sandbox,stripe", ["sandbox", "stripe"], 400, "invalid"),
    ],
)
def test_outside_of_the_demo_nobody_has_money_for_nothing(
    tmp_path: Path, payments: str, ways: list[str], status: int, says: str | None
) -> None:
    with BareShop(
        tmp_path / "data",
        LIVECART_PAYMENTS=payments,
        LIVECART_STRIPE_KEY="sk_test_nothing",
        LIVECART_STRIPE_WEBHOOK_SECRET="whsec_nothing",
    ) as real:
        known = real.call("GET", "payment-methods").body
        assert known == {"methods": ["wallet", *ways], "topups": ways, "free_topups": False}
        buyer = register(real)
        answer = with_key(real, "wallet/topups", {"amount_minor": 500}, buyer)
        assert (answer.status, answer.body.get("code")) == (status, says), answer
        if status == 201:
            payment = answer.body["payment"]
            assert (payment["provider"], payment["state"]) == ("sandbox", "created")
            assert post_form(real, payment["url"], {"do": "succeed"})[0] == 303
        balance = real.call("GET", "wallet", token=buyer).body["wallet"]["balances"][0]["amount_minor"]
        assert balance == (500 if status == 201 else 0)


def test_the_demo_says_that_money_is_free(shop: RunningShop) -> None:
    known = shop.call("GET", "payment-methods").body
    assert known == {"methods": ["wallet", "sandbox"], "topups": ["sandbox"], "free_topups": True}


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    """A shop that takes the wallet alone, with an audit each second."""
    data: Path = tmp_path_factory.mktemp("strict") / "data"
    with RunningShop(data, LIVECART_PAYMENTS="wallet", LIVECART_AUDIT_EVERY_S="1") as running:
        yield running


def test_without_the_sandbox_nothing_of_it_is_there(strict: RunningShop) -> None:
    mei, ana = strict.log_in("mei"), strict.log_in("ana")
    variant = make_product(strict, mei)["variants"][0]["id"]
    placed = with_key(strict, "orders", {"variant": variant, "quantity": 1}, ana).body["order"]
    assert with_key(strict, f"orders/{placed['id']}/pay", {"method": "sandbox"}, ana).status == 400
    assert strict.call("POST", WEBHOOK, "{}").status == 404
    assert strict.call("GET", "/sandbox/pay/x").status == 404
    assert with_key(strict, f"orders/{placed['id']}/pay", {"method": "wallet"}, ana).status == 200


def test_the_audit_runs_by_the_clock_and_is_in_the_metrics(strict: RunningShop) -> None:
    until = time.monotonic() + 20
    while "livecart_audit_faults{" not in (told := strict.call("GET", "/metrics").body):
        assert time.monotonic() < until
        time.sleep(0.2)
    faults = [line for line in told.splitlines() if line.startswith("livecart_audit_faults{")]
    assert len(faults) > 15
    assert all(line.endswith(" 0.0") for line in faults)
    assert "livecart_refunds_waiting 0.0" in told
