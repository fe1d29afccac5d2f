"""Everything of one person asked for by another, on every route and operation there is: a new one needs a case here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import pytest

from signaling.messages import REQUESTS
from tests.support.people import add_with_role, make_product, make_show, make_topic, register
from tests.support.raw_wire import TEXT, Frame, opened
from tests.support.running_shop import Answer, RunningShop

pytestmark = pytest.mark.real

DECISION = {"code": "other", "reason": "because"}
# What a viewer, and a creator of other things, get of somebody's. 404: not even that it exists is told; 403 where that
# is public, or where the role is what is missing.
VIEWER, CREATOR, MODERATOR = "viewer", "creator", "moderator"
STAFF_ONLY = {VIEWER: 403, CREATOR: 403}
HOST_ONLY = {VIEWER: 403, CREATOR: 403, MODERATOR: 403}
HOST_AND_STAFF = {VIEWER: 403, CREATOR: 403}
SELLERS = {VIEWER: 403, CREATOR: 404, MODERATOR: 403}
NOBODY_ELSE = {VIEWER: 404, CREATOR: 404, MODERATOR: 404}


TOPIC = {"title": "Mine now", "category": "other", "summary": "What was another's.", "language": "en"}
OFFER = {"variant": "{variant}", "price_minor": 90, "quantity": 1, "per_buyer": 1}
PACKET = {"total_minor": 100, "shares": 2, "kind": "equal", "opens_in_s": 3_600}


@dataclass(frozen=True, slots=True)
class Case:
    """Who gets which status, and the body that the owner would send."""

    statuses: dict[str, int]
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


SDP, FRAGMENT = {"Content_Type": "application/sdp"}, {"Content_Type": "application/trickle-ice-sdpfrag"}
PLAIN = {"Content_Type": "text/plain"}
OTHERS: dict[str, Case] = {
    "POST users/{user}/ban": Case(STAFF_ONLY, {"reason": "spite"}),
    "POST users/{user}/unban": Case(STAFF_ONLY),
    "GET topics/{topic}": Case({VIEWER: 404, CREATOR: 404}),
    "POST topics/{topic}/submit": Case(NOBODY_ELSE),
    "POST topics/{topic}/claim": Case(STAFF_ONLY),
    "POST topics/{topic}/approve": Case(STAFF_ONLY),
    "POST topics/{topic}/reject": Case(STAFF_ONLY, DECISION),
    "POST topics/{topic}/request-changes": Case(STAFF_ONLY, DECISION),
    "PUT topics/{topic}": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}, TOPIC),
    "POST topics/{topic}/undo": Case(STAFF_ONLY),
    "POST topics/{topic}/second-opinion": Case(STAFF_ONLY, {"reason": "in doubt"}),
    "POST topics/{topic}/appeal": Case(NOBODY_ELSE, {"reason": "unfair"}),
    # All of it is about somebody; a moderator may.
    "GET moderation/log": Case(STAFF_ONLY),
    "POST shows/{show}/publish-token": Case(HOST_ONLY),
    "GET shows/{show}/stats": Case(HOST_AND_STAFF),
    "POST shows/{show}/end": Case(HOST_AND_STAFF),
    "PUT shows/{show}/bag": Case(HOST_ONLY, {"products": []}),
    "POST shows/{show}/showing": Case(HOST_ONLY, {"product": None}),
    "PATCH shows/{show}/chat": Case(HOST_AND_STAFF, {"slow_s": 300}),
    "GET shows/{show}/chat": Case(HOST_AND_STAFF),
    "GET shows/{show}/chat.csv": Case(HOST_AND_STAFF),
    "GET shows/{show}/chat.jsonl": Case(HOST_AND_STAFF),
    "POST shows/{show}/chat/delete": Case(HOST_AND_STAFF, {"messages": ["{message}"]}),
    "GET shows/{show}/chat/held": Case(HOST_AND_STAFF),
    "POST shows/{show}/chat/held/{message}/release": Case(HOST_AND_STAFF),
    "POST shows/{show}/chat/held/{message}/refuse": Case(HOST_AND_STAFF),
    "GET shows/{show}/word-list": Case(HOST_AND_STAFF),
    "PUT shows/{show}/word-list": Case(HOST_AND_STAFF, "mine", PLAIN),
    "GET moderation/word-lists": Case(STAFF_ONLY),
    "GET moderation/word-lists/{list}": Case(STAFF_ONLY),
    "PUT moderation/word-lists/{list}": Case(STAFF_ONLY, "mine", PLAIN),
    "PUT products/{product}": Case(SELLERS, {"title": "Mine now"}),
    "POST products/{product}/images": Case(SELLERS, "no picture", {"Content_Type": "image/png"}),
    "PUT products/{product}/images": Case(SELLERS, {"images": []}),
    "GET orders/{order}": Case(NOBODY_ELSE),
    "POST orders/{order}/pay": Case(NOBODY_ELSE, {"method": "wallet"}),
    "POST orders/{order}/cancel": Case(NOBODY_ELSE),
    "POST orders/{order}/refund": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}, {"reason": "mine now"}),
    "POST orders/{order}/fulfil": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}),
    "GET payments/{payment}": Case(NOBODY_ELSE),
    "POST shows/{show}/offers": Case(HOST_ONLY, OFFER),
    "PATCH shows/{show}/sale": Case(HOST_ONLY, {"mode": "first_to_pay"}),
    "POST offers/{offer}/close": Case(HOST_ONLY),
    "POST coupons/{code}/disable": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}),
    "POST variants/{variant}/stock": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}, {"delta": -1, "cause": "mine"}),
    "GET variants/{variant}/movements": Case({VIEWER: 403, CREATOR: 404, MODERATOR: 403}),
    "DELETE waitlist/{place}": Case(NOBODY_ELSE),
    "GET shows/{show}/waitlist": Case(HOST_ONLY),
    "GET shows/{show}/calls": Case(HOST_AND_STAFF),
    "DELETE shows/{show}/calls": Case(HOST_AND_STAFF),
    "PUT shows/{show}/call-rules": Case(HOST_AND_STAFF, {"who": "off"}),
    "POST shows/{show}/red-packets": Case(HOST_ONLY, PACKET),
    "PUT shows/{show}/red-packet-rules": Case(HOST_ONLY, {"senders": "everyone"}),
    # A log-in is no publish token, and the address of a session is its key.
    "POST /whip/{show}": Case({VIEWER: 401, CREATOR: 401, MODERATOR: 401}, "v=0", SDP),
    "PATCH /whip/{show}/{session}": Case(NOBODY_ELSE, "a=ice-ufrag:x", {**FRAGMENT, "If_Match": "*"}),
    "DELETE /whip/{show}/{session}": Case(NOBODY_ELSE),
    "PATCH /whep/{show}/{session}": Case(NOBODY_ELSE, "a=ice-ufrag:x", {**FRAGMENT, "If_Match": "*"}),
    "DELETE /whep/{show}/{session}": Case(NOBODY_ELSE),
    # The body names what belongs to somebody.
    "POST shows": Case(SELLERS, {"topic": "{topic}"}),
}
# Answers to anybody what anybody may know.
FOR_EVERYBODY = {
    "POST auth/register",
    "POST auth/login",
    "GET topic-categories",
    "GET products",
    "GET products/{product}",
    "GET shows",
    "GET shows/{show}",
    "GET shows/{show}/offers",
    "GET shows/{show}/red-packet-rules",
    "GET shows/{show}/call-rules",
    "GET red-packets/{packet}",
    "GET red-packets/{packet}/proof",
    "POST red-packets/{packet}/claim",
    "GET gifts",
    "POST shows/{show}/gifts",
    "GET payment-methods",
    "POST webhooks/{provider}",
    "GET users/{handle}",
    "POST users/{handle}/follow",
    "DELETE users/{handle}/follow",
    "POST /whep/{show}",
    "GET /whip/{show}",
    "GET /whep/{show}",
    "GET /whip/{show}/{session}",
    "GET /whep/{show}/{session}",
}
# Names nobody: it is about who asks.
OWN = {
    "POST auth/logout",
    "GET me",
    "GET topics",
    "GET orders",
    "GET wallet",
    "GET canned-replies",
    "GET cart",
    "PUT cart/lines",
    "DELETE cart",
    "POST cart/checkout",
    "GET waitlist",
    "GET shows/{show}/call",
    "POST waitlist",
    "GET sales",
    "GET sales.csv",
    "GET me/settings",
    "GET me/cases",
    "PUT me/settings",
    "GET coupons",
    "POST coupons",
    "POST topics",
    "POST products",
    "POST orders",
    "POST wallet/topups",
    "PUT canned-replies",
}


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
        "session": "S" * 43,
        "message": "m" * 32,
        "list": "spam",
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
    paths += ["shows/{show}/calls", "shows/{show}/call-rules"]
    found = [shop.call("GET", filled(owner, path), token=owner.creator) for path in paths]
    bought = ("orders/{order}", "payments/{payment}", "wallet", "me", "waitlist")
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
    mine = {owner.ids[name] for name in ("user", "topic", "order", "place")}
    for role in (VIEWER, CREATOR):
        body = json.dumps(fort.call("GET", filled(owner, route.split()[1]), token=others[role]).body)
        assert not [each for each in mine if each in body]
        assert "Ships today" not in body


# Over the socket: what a viewer, and another creator, may not do in somebody's room.
OPERATIONS: dict[str, tuple[dict[str, Any], str]] = {
    "chat.pin": ({"message": None}, "forbidden"),
    "chat.delete": ({"message": "{message}"}, "forbidden"),
    "chat.canned": ({"reply": "{reply}"}, "forbidden"),
    "product.show": ({"product": None}, "forbidden"),
    "offer.open": (OFFER, "forbidden"),
    "offer.close": ({"offer": "{offer}"}, "forbidden"),
    "packet.open": (PACKET | {"key": "mine"}, "forbidden"),
    "waitlist.leave": ({"place": "{place}"}, "not_found"),
    "quality": ({"session": "{session}", "layer": "low"}, "not_found"),
    **{f"call.{act}": ({"user": "{user}"}, "forbidden") for act in ("invite", "accept", "decline", "admit", "end")},
    "call.mute": ({"user": "{user}", "muted": True}, "forbidden"),
    "call.hide": ({"user": "{user}", "hidden": True}, "forbidden"),
}
OPEN_OPERATIONS = {
    "show.join",
    "show.leave",
    "chat.send",
    "order.place",
    "packet.claim",
    "gift.send",
    "waitlist.join",
    "call.request",
    "call.cancel",
    "like",
    "ping",
}


def test_every_operation_has_a_case() -> None:
    assert {*OPERATIONS, *OPEN_OPERATIONS} == set(REQUESTS)


async def test_a_stranger_does_nothing_to_a_room(fort: RunningShop, owner: Owner, others: dict[str, str]) -> None:
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
    for role in (VIEWER, CREATOR):
        answers = await told(others[role], *asks)
        assert [each["err"]["code"] for each in answers] == [code for _, code in OPERATIONS.values()], role
