"""Everything of one person asked for by another, on every route and operation there is: a new one needs a case here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest

from signaling.messages import REQUESTS
from tests.support.people import add_with_role, make_product, make_show, make_topic, register
from tests.support.raw_wire import TEXT, Frame, opened
from tests.support.route_cases import CREATOR, FOR_EVERYBODY, MODERATOR, OFFER, OTHERS, OWN, PACKET, VIEWER
from tests.support.running_shop import Answer, RunningShop

pytestmark = pytest.mark.real


@dataclass(frozen=True, slots=True)
class Owner:
    """A creator with one of each, and a buyer with an order; `ids` fill the paths."""

    creator: str
    buyer: str
    ids: dict[str, str]


@pytest.fixture(scope="module")
def owner(fort: RunningShop) -> Owner:
    creator, buyer = add_with_role(fort, "creator"), register(fort)
    product, gone = make_product(fort, creator), make_product(fort, creator, stock=0)
    show = make_show(fort, creator, [product["id"], gone["id"]])["show"]
    body = {"show": show["id"], "variant": product["variants"][0]["id"], "quantity": 1}
    order = fort.call("POST", "orders", body, token=buyer, Idempotency_Key="k").body["order"]
    fort.call("PUT", "canned-replies", {"replies": ["Ships today"]}, token=creator)
    variant = product["variants"][0]["id"]
    paid = fort.call("POST", f"orders/{order['id']}/pay", {"method": "sandbox"}, token=buyer, Idempotency_Key="p").body

    def make(path: str, body: dict[str, Any]) -> Any:
        answer = fort.call("POST", path, body, token=creator, Idempotency_Key=str(uuid4()))
        assert answer.status == 201, (path, answer)
        return answer.body

    make("wallet/topups", {"amount_minor": 1_000})
    make_report = fort.call("POST", f"shows/{show['id']}/reports", {"category": "scam"}, token=buyer)
    (case,) = fort.call("GET", f"reports?show={show['id']}", token=fort.log_in("mo")).body["cases"]
    wish = {"show": show["id"], "variant": gone["variants"][0]["id"]}
    ids = {
        "variant": variant,
        "place": fort.call("POST", "waitlist", wish, token=buyer).body["place"]["id"],
        "payment": paid["order"]["payment"]["id"],
        "offer": make(f"shows/{show['id']}/offers", OFFER | {"variant": variant})["offer"]["id"],
        "packet": make(f"shows/{show['id']}/red-packets", PACKET)["packet"]["id"],
        "code": make("coupons", {"code": f"T{uuid4().hex[:8]}", "kind": "percent", "value": 5})["coupon"]["code"],
        "user": fort.call("GET", "me", token=buyer).body["user"]["id"],
        "topic": make_topic(fort, creator),
        "show": show["id"],
        "product": product["id"],
        "order": order["id"],
        "case": case["id"],
        "report": make_report.body["report"]["id"],
        "session": "S" * 43,
        "warning": "w" * 32,
        "person": fort.call("GET", "me", token=buyer).body["user"]["id"],
        "message": "m" * 32,
        "list": "spam",
        "cohort": "invited",
        "hold": "h" * 32,
        "category": "home",
    }
    return Owner(creator, buyer, ids)


@pytest.fixture(scope="module")
def others(fort: RunningShop) -> dict[str, str]:
    """Each role's token, of somebody who has nothing to do with the owner."""
    return {
        VIEWER: register(fort),
        CREATOR: add_with_role(fort, "creator"),
        MODERATOR: add_with_role(fort, "moderator"),
    }


def routes_of(shop: RunningShop) -> set[str]:
    paths: dict[str, dict[str, Any]] = shop.call("GET", "/api/openapi.json").body["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1/')}"
        for path, operations in paths.items()
        for method in operations
        if method not in {"options", "head"}
    }


def filled(owner: Owner, text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: owner.ids[name[1]], text)


def ask(shop: RunningShop, owner: Owner, route: str, token: str) -> Answer:
    method, path = route.split()
    case = OTHERS[route]
    body = json.loads(filled(owner, json.dumps(case.body))) if isinstance(case.body, dict) else case.body
    return shop.call(method, filled(owner, path), body, token=token, Idempotency_Key=str(uuid4()), **case.headers)


def belongings(shop: RunningShop, owner: Owner) -> list[Any]:
    paths = ["shows/{show}", "products/{product}", "topics/{topic}", "canned-replies", "wallet", "coupons"]
    paths += ["variants/{variant}/movements", "shows/{show}/red-packet-rules", "shows/{show}/word-list"]
    paths += ["shows/{show}/calls", "shows/{show}/call-rules", "shows/{show}/duel", "shows/{show}/duel-rules"]
    found = [shop.call("GET", filled(owner, path), token=owner.creator) for path in paths]
    bought = ("orders/{order}", "payments/{payment}", "wallet", "me", "waitlist", "me/reports")
    found += [shop.call("GET", filled(owner, path), token=owner.buyer) for path in bought]
    assert {answer.status for answer in found} == {200}
    return [answer.body for answer in found]


def test_every_route_has_a_case(fort: RunningShop) -> None:
    assert routes_of(fort) == {*OTHERS, *FOR_EVERYBODY, *OWN}


@pytest.mark.parametrize("route", OTHERS)
def test_another_person_gets_nothing_and_changes_nothing(
    fort: RunningShop, owner: Owner, others: dict[str, str], route: str
) -> None:
    before = belongings(fort, owner)
    for role, status in OTHERS[route].statuses.items():
        answer = ask(fort, owner, route, others[role])
        assert answer.status == status, (role, answer)
    assert belongings(fort, owner) == before


@pytest.mark.parametrize("route", sorted(route for route in OWN if route.startswith("GET")))
def test_what_is_ones_own_has_nothing_of_another(
    fort: RunningShop, owner: Owner, others: dict[str, str], route: str
) -> None:
    mine = {owner.ids[name] for name in ("user", "topic", "order", "place", "report")}
    for role in (VIEWER, CREATOR):
        body = json.dumps(fort.call("GET", filled(owner, route.split()[1]), token=others[role]).body)
        assert not [each for each in mine if each in body]
        assert "Ships today" not in body


# Over the socket: what a viewer, and another creator, may not do in somebody's room.
# One person may not ask for more in so short a time.
AT_ONCE = 10
OPERATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "chat.pin": ({"message": None}, "forbidden"),
    "chat.delete": ({"message": "{message}"}, "forbidden"),
    "chat.canned": ({"reply": "{reply}"}, "forbidden"),
    "product.show": ({"product": None}, "forbidden"),
    "offer.open": (OFFER, "forbidden"),
    "offer.close": ({"offer": "{offer}"}, "forbidden"),
    "packet.open": (PACKET | {"key": "mine"}, "forbidden"),
    "mod.mute": ({"person": "{user}", "reason": "spite"}, "forbidden"),
    "mod.unmute": ({"person": "{user}"}, "forbidden"),
    "mod.ban": ({"person": "{user}", "reason": "spite"}, "forbidden"),
    "mod.unban": ({"person": "{user}"}, "forbidden"),
    "mod.warn": ({"code": "other", "text": "spite"}, "forbidden"),
    "mod.stop": ({"code": "other", "reason": "spite"}, "forbidden"),
    "waitlist.leave": ({"place": "{place}"}, "not_found"),
    "quality": ({"session": "{session}", "layer": "low"}, "not_found"),
    "tiles": ({"session": "{session}", "sizes": ["small"]}, "not_found"),
    "desk.join": ({}, "forbidden"),
    **{f"call.{act}": ({"user": "{user}"}, "forbidden") for act in ("invite", "accept", "decline", "admit", "end")},
    "caption.send": ({"text": "Hello", "final": True}, "forbidden"),
    "call.mute": ({"user": "{user}", "muted": True}, "forbidden"),
    "call.hide": ({"user": "{user}", "hidden": True}, "forbidden"),
    # Who invites is the host of the joined show; invitations of others are in tests/contract/test_duels.py.
    "duel.invite": ({"show": "{show}", "minutes": 3}, "forbidden"),
    **{f"duel.{act}": ({"duel": "{show}"}, "not_found") for act in ("accept", "decline", "end")},
}
OPEN_OPERATIONS = {
    "show.join",
    "show.leave",
    "desk.leave",
    "chat.send",
    "order.place",
    "packet.claim",
    "gift.send",
    "waitlist.join",
    "report",
    "call.request",
    "call.cancel",
    "like",
    "ping",
}


def test_every_operation_has_a_case() -> None:
    assert {*OPERATIONS, *OPEN_OPERATIONS} == set(REQUESTS)


async def test_a_stranger_does_nothing_to_a_room(fort: RunningShop, owner: Owner) -> None:
    async def told(token: str, *asks: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """The answers, in a socket of his own that has joined the show."""
        async with opened(fort.url, f"Authorization: Bearer {token}") as wire:
            for number, (op, body) in enumerate([("show.join", {"show": owner.ids["show"]}), *asks]):
                await wire.send(Frame(TEXT, json.dumps({"id": number, "op": op, "d": body}).encode()))
            found: list[dict[str, Any]] = []
            while len(found) <= len(asks):
                frame = json.loads((await wire.frame())[1])
                found += [frame] if "re" in frame else []
            return found[1:]

    (said,) = await told(owner.buyer, ("chat.send", {"text": "mine"}))
    replies = fort.call("GET", "canned-replies", token=owner.creator).body["replies"]
    ids = {**owner.ids, "message": said["ok"]["message"]["id"], "reply": replies[0]["id"]}
    stranger = Owner("", "", ids)
    asks = [(op, json.loads(filled(stranger, json.dumps(body)))) for op, (body, _) in OPERATIONS.items()]
    codes = [code for _, code in OPERATIONS.values()]
    for start in range(0, len(asks), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        for token in (register(fort), add_with_role(fort, "creator")):
            answers = await told(token, *asks[part])
            assert [each["err"]["code"] for each in answers] == codes[part]
