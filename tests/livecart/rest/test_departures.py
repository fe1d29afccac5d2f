"""Taking one's records along and deleting one's account over HTTP: a whole shop."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.support.operator import livecart
from tests.support.people import PASSWORD, add_with_role, make_product, make_show, new_handle, with_key
from tests.support.raw_wire import TEXT, Frame, opened
from tests.support.running_shop import RunningShop

pytestmark = [pytest.mark.real, pytest.mark.timeout(300)]


def newcomer(shop: RunningShop) -> tuple[str, str]:
    """Handle and token of a new viewer."""
    handle = new_handle("leaver")
    body = {"handle": handle, "password": PASSWORD, "display_name": f"Name of {handle}"}
    answer = shop.call("POST", "auth/register", body)
    assert answer.status == 201, answer
    return handle, str(answer.body["token"])


def leave(shop: RunningShop, token: str, **changed: Any) -> Any:
    return shop.call("POST", "me/delete", {"password": PASSWORD, **changed}, token=token)


def require_clean_audit(shop: RunningShop) -> None:
    done = livecart("audit", "--data", str(shop.data))
    assert done.returncode == 0, done.stdout + done.stderr


def exported(shop: RunningShop, token: str) -> list[dict[str, Any]]:
    answer = shop.call("GET", "me/export", token=token)
    assert answer.status == 200, answer
    assert answer.headers["Content-Disposition"] == 'attachment; filename="livecart.jsonl"'
    text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    return [json.loads(line) for line in text.splitlines()]


async def say(shop: RunningShop, token: str, show: str, text: str) -> None:
    async with opened(shop.url, f"Authorization: Bearer {token}") as wire:
        for number, (op, body) in enumerate((("show.join", {"show": show}), ("chat.send", {"text": text}))):
            await wire.send(Frame(TEXT, json.dumps({"id": number, "op": op, "d": body}).encode()))
        while json.loads((await wire.frame())[1]).get("re") != 1:
            pass


async def test_somebody_takes_all_records_along_and_leaves_and_only_numbers_stay(shop: RunningShop) -> None:
    creator = add_with_role(shop, "creator")
    product = make_product(shop, creator)
    show = make_show(shop, creator, [product["id"]])["show"]["id"]
    handle, token = newcomer(shop)
    host = shop.call("GET", "me", token=creator).body["user"]["handle"]
    shop.call("POST", f"users/{host}/follow", token=token)
    with_key(shop, "wallet/topups", {"amount_minor": 150}, token)
    body = {"show": show, "variant": product["variants"][0]["id"], "quantity": 1}
    order = with_key(shop, "orders", body, token).body["order"]["id"]
    assert with_key(shop, f"orders/{order}/pay", {"method": "wallet"}, token).status == 200
    await say(shop, token, show, "a line of mine")
    records = exported(shop, token)
    found = {record["kind"]: record for record in records}
    assert [record["kind"] for record in records] == ["account", "balance", "follow", "order", "message"]
    assert (found["account"]["handle"], found["balance"]["amount_minor"]) == (handle, 50)
    assert (found["follow"]["handle"], found["order"]["id"], found["message"]["text"]) == (
        host,
        order,
        "a line of mine",
    )

    answer = leave(shop, token, password="not the password")
    assert (answer.status, answer.body["code"]) == (403, "bad_credentials")
    answer = leave(shop, token)
    assert (answer.status, answer.body["code"]) == (409, "balance_left")
    other = shop.log_in(handle)
    assert leave(shop, token, give_up_balance=True).status == 204
    for old in (token, other):
        assert shop.call("GET", "me", token=old).status == 401, "every session has ended"
    body = {"handle": handle, "password": PASSWORD}
    assert shop.call("POST", "auth/login", body).status == 401
    assert shop.call("GET", f"users/{handle}").status == 404
    # Who follows is counted anew; what was sold and said stays, without the name.
    assert shop.call("GET", f"users/{host}").body["followers"] == 0
    sales = json.dumps(shop.call("GET", "sales", token=creator).body)
    lines = json.dumps(shop.call("GET", f"shows/{show}/chat", token=creator).body)
    assert (order in sales, "Deleted account" in sales, handle in sales) == (True, True, False)
    assert ("a line of mine" in lines, "Deleted account" in lines, handle in lines) == (True, True, False)
    # The handle is free again, and is another person's.
    again = {"handle": handle, "password": PASSWORD, "display_name": "Another"}
    new = shop.call("POST", "auth/register", again)
    assert new.status == 201
    assert [record["kind"] for record in exported(shop, new.body["token"])] == ["account"]
    await asyncio.to_thread(require_clean_audit, shop)


def test_a_creator_ends_his_shows_first_and_his_goods_go_off_sale(shop: RunningShop) -> None:
    creator = add_with_role(shop, "creator")
    product = make_product(shop, creator)
    show = make_show(shop, creator, [product["id"]])["show"]["id"]
    answer = leave(shop, creator)
    assert (answer.status, answer.body["code"]) == (409, "shows_open")
    kinds = [record["kind"] for record in exported(shop, creator)]
    assert kinds == ["account", "topic", "show", "case"]
    assert shop.call("POST", f"shows/{show}/end", token=creator).status == 200
    assert leave(shop, creator).status == 204
    variant = product["variants"][0]["id"]
    _, buyer = newcomer(shop)
    bought = with_key(shop, "orders", {"variant": variant, "quantity": 1}, buyer)
    assert bought.status == 409, bought
    assert shop.call("GET", f"shows/{show}").body["show"]["creator"]["display_name"] == "Deleted account"


def test_who_is_on_hold_and_staff_cannot_leave(shop: RunningShop) -> None:
    _, token = newcomer(shop)
    person = shop.call("GET", "me", token=token).body["user"]["id"]
    root = shop.log_in("root")
    hold = {"kind": "person", "subject": person, "reason": "a court asks for it"}
    made = shop.call("POST", "legal-holds", hold, token=root).body["legal_hold"]
    answer = leave(shop, token)
    assert (answer.status, answer.body["code"]) == (409, "legal_hold")
    assert "court" not in json.dumps(answer.body)
    assert shop.call("DELETE", f"legal-holds/{made['id']}", {"reason": "closed"}, token=root).status == 204
    assert leave(shop, token).status == 204
    for role in ("moderator", "admin"):
        answer = leave(shop, add_with_role(shop, role))
        assert (answer.status, answer.body["code"]) == (403, "staff_account")
    assert leave(shop, root, password=7).status == 400
    assert shop.call("POST", "me/delete", {"password": PASSWORD}).status == 401
    assert shop.call("GET", "me/export").status == 401
