"""How often one person may order and claim: over HTTP as over WebSocket, and both together."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.support.running_shop import Answer, RunningShop

pytestmark = pytest.mark.real

ORDERS = 5


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningShop]:
    with RunningShop(tmp_path_factory.mktemp("pace") / "data", LIVECART_LIMITS_EXEMPT="") as running:
        yield running


def sign_up(shop: RunningShop, handle: str) -> str:
    shop.call("POST", "auth/register", {"handle": handle, "password": "long enough 1", "display_name": handle})
    signed_in = shop.call("POST", "auth/login", {"handle": handle, "password": "long enough 1"})
    token: str = signed_in.body["token"]
    return token


def refused(answer: Answer) -> bool:
    """Whether it is a whole refusal: a client can read when to come back."""
    if answer.status != 429:
        return False
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.body["code"] == "rate_limited"
    assert int(answer.headers["Retry-After"]) >= 1
    return True


def test_a_person_orders_five_times_a_second_whatever_comes_of_it(strict: RunningShop) -> None:
    token = sign_up(strict, "fast")
    nothing = {"variant": "none", "quantity": 1}
    answers = [strict.call("POST", "orders", nothing, token=token, Idempotency_Key=f"k{n}") for n in range(ORDERS * 4)]
    assert [answer.status for answer in answers[:ORDERS]] == [404] * ORDERS
    assert any(map(refused, answers[ORDERS:]))
    other = sign_up(strict, "slow")
    assert strict.call("POST", "orders", nothing, token=other, Idempotency_Key="k").status == 404


def test_the_checkout_of_a_cart_is_an_order_too(strict: RunningShop) -> None:
    token = sign_up(strict, "carts")
    answers = [strict.call("POST", "cart/checkout", token=token, Idempotency_Key=f"k{n}") for n in range(ORDERS * 4)]
    assert answers[0].body["code"] == "cart_empty"
    assert any(map(refused, answers))


@pytest.mark.parametrize(
    ("handle", "path", "body"),
    [
        ("payer", "orders/none/pay", {"method": "wallet"}),
        ("canceller", "orders/none/cancel", None),
        ("topper", "wallet/topups", {"amount_minor": 100}),
        ("claimer", "red-packets/none/claim", None),
        ("giver", "shows/none/gifts", {"gift": "rose"}),
    ],
)
def test_money_moves_at_a_person_s_pace(strict: RunningShop, handle: str, path: str, body: object) -> None:
    token = sign_up(strict, handle)
    answers = [strict.call("POST", path, body, token=token, Idempotency_Key=f"k{n}") for n in range(60)]
    assert answers[0].status in {201, 404}
    assert any(map(refused, answers))


def test_codes_of_coupons_cannot_be_guessed_at_leisure(strict: RunningShop) -> None:
    token = sign_up(strict, "guesser")
    lamp = strict.call("GET", "products").body["products"][0]["variants"][0]["id"]
    codes: list[str] = []
    for number in range(200):
        body = {"variant": lamp, "quantity": 1, "coupon": f"GUESS{number}"}
        answer = strict.call("POST", "orders", body, token=token, Idempotency_Key=f"k{number}")
        if answer.status == 404:
            codes.append(answer.body["code"])
        elif refused(answer) and int(answer.headers["Retry-After"]) > 1:
            break
        else:
            # Ordering itself has a pace, too.
            time.sleep(1 / ORDERS)
    else:
        pytest.fail("nobody stopped the guessing")
    assert 10 <= len(codes) <= 12
    assert set(codes) == {"coupon_unknown"}
    time.sleep(1 / ORDERS)
    fair = {"variant": lamp, "quantity": 1}
    assert strict.call("POST", "orders", fair, token=token, Idempotency_Key="fair").status == 201


def test_a_cart_is_no_place_to_guess_either(strict: RunningShop) -> None:
    token = sign_up(strict, "browser")
    answers = [strict.call("GET", f"cart?coupon=GUESS{number}", token=token) for number in range(20)]
    assert answers[0].body["code"] == "coupon_unknown"
    assert any(map(refused, answers))
    assert strict.call("GET", "cart", token=token).status == 200


def test_a_person_reports_ten_things_at_once_and_then_waits(strict: RunningShop) -> None:
    token = sign_up(strict, "sore")
    report = {"category": "scam"}
    answers = [strict.call("POST", "shows/nothing/reports", report, token=token) for _ in range(11)]
    assert [answer.status for answer in answers[:10]] == [404] * 10
    assert refused(answers[10])
    assert strict.call("POST", "shows/nothing/reports", report, token=sign_up(strict, "calm")).status == 404
