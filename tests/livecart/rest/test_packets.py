"""Red packets over HTTP to a whole shop, its jobs included; the rules of money have their tests in tests/contract/."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import pytest

from livecart.domain.packet_proof import check
from tests.support.people import make_show, register, with_key
from tests.support.running_shop import RunningShop

pytestmark = pytest.mark.real

PACKET = {"total_minor": 100, "shares": 2, "kind": "lucky", "mode": "speed"}


def _show(shop: RunningShop) -> tuple[str, str]:
    mei = shop.log_in("mei")
    assert with_key(shop, "wallet/topups", {"amount_minor": 10_000}, mei).status == 201
    return mei, make_show(shop, mei)["show"]["id"]


def _send(shop: RunningShop, token: str, show: str, **changed: Any) -> Any:
    return with_key(shop, f"shows/{show}/red-packets", PACKET | changed, token)


def test_a_packet_is_sent_claimed_and_proven(shop: RunningShop) -> None:
    mei, show = _show(shop)
    sent = _send(shop, mei, show)
    assert sent.status == 201
    packet = sent.body["packet"]
    path, people = f"red-packets/{packet['id']}", [register(shop) for _ in range(3)]
    assert shop.call("GET", f"{path}/proof").body["proof"]["seed"] is None
    claims = [with_key(shop, f"{path}/claim", None, person) for person in people]
    assert [claim.body["state"] for claim in claims] == ["won", "won", "lost"]
    amounts = [claim.body["claim"]["amount"]["amount_minor"] for claim in claims[:2]]
    assert sum(amounts) == 100
    assert with_key(shop, f"{path}/claim", None, people[0]).body == claims[0].body
    wallet = shop.call("GET", "wallet", token=people[0]).body["wallet"]
    assert wallet["balances"] == [claims[0].body["amount"]]
    one = shop.call("GET", f"{path}?limit=1", token=people[1]).body
    assert one["yours"]["amount"]["amount_minor"] == amounts[1]
    assert [result["amount"]["amount_minor"] for result in one["results"]] == amounts[:1]
    rest = shop.call("GET", f"{path}?limit=1&cursor={one['next']}").body
    assert [result["amount"]["amount_minor"] for result in rest["results"]] == amounts[1:]
    assert (rest["next"], rest["yours"]) == (None, None)
    proof = shop.call("GET", f"{path}/proof").body["proof"]
    assert all(step.good for step in check(proof))
    assert proof["commitment"] == packet["commitment"]


def test_a_draw_comes_by_itself(shop: RunningShop) -> None:
    mei, show = _show(shop)
    packet = _send(shop, mei, show, mode="draw", draw_in_s=2, shares=1).body["packet"]
    people = [register(shop) for _ in range(2)]
    path = f"red-packets/{packet['id']}"
    entered = [with_key(shop, f"{path}/claim", {"nonce": f"n{n}"}, person) for n, person in enumerate(people)]
    assert [answer.body["state"] for answer in entered] == ["entered", "entered"]
    found = _until(lambda: shop.call("GET", path).body["packet"], lambda packet: packet["state"] == "drawn")
    assert found["luckiest"]["amount"]["amount_minor"] == 100
    states = [with_key(shop, f"{path}/claim", None, person).body["state"] for person in people]
    assert sorted(states) == ["lost", "won"]
    proof = shop.call("GET", f"{path}/proof").body["proof"]
    assert {nonce for _, nonce in proof["entrants"]} == {"n0", "n1"}
    assert all(step.good for step in check(proof))


def test_who_may_what(shop: RunningShop) -> None:
    mei, show = _show(shop)
    viewer = register(shop)
    assert _send(shop, viewer, show).status == 403
    assert shop.call("POST", f"shows/{show}/red-packets", PACKET).status == 401
    assert shop.call("POST", f"shows/{show}/red-packets", PACKET, token=mei).body["code"] == "key_required"
    packet = _send(shop, mei, show).body["packet"]
    path = f"red-packets/{packet['id']}"
    assert shop.call("POST", f"{path}/claim", None).status == 401
    assert shop.call("POST", f"{path}/claim", None, token=viewer).body["code"] == "key_required"
    assert with_key(shop, f"{path}/claim", None, mei).body["code"] == "own_packet"
    assert with_key(shop, f"{path}/claim", {"nonce": "a b"}, viewer).status == 400
    assert shop.call("GET", f"shows/{show}/red-packet-rules", token=viewer).status == 403
    everyone = {"senders": "everyone"}
    assert shop.call("PUT", f"shows/{show}/red-packet-rules", everyone, token=mei).body["rules"] == everyone
    assert shop.call("GET", f"shows/{show}/red-packet-rules", token=mei).body["rules"] == everyone
    assert _send(shop, viewer, show).body["code"] == "insufficient_funds"
    assert shop.call("POST", f"shows/{show}/end", token=mei).status == 200
    assert _send(shop, mei, show).body["code"] == "show_ended"
    for missing in ("red-packets/nothing", "red-packets/nothing/proof"):
        assert shop.call("GET", missing).status == 404
    assert with_key(shop, "red-packets/nothing/claim", None, viewer).status == 404


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"shares": 0}, 400, "shares"),
        ({"shares": 2_001, "total_minor": 3_000}, 400, "shares"),
        ({"total_minor": 1}, 400, "total_minor"),
        ({"total_minor": -1}, 400, "total_minor"),
        ({"total_minor": "100"}, 400, "total_minor"),
        ({"kind": "unfair"}, 400, "kind"),
        ({"mode": "later"}, 400, "mode"),
        ({"opens_in_s": 3_601}, 400, "opens_in_s"),
        ({"condition": {"luck": True}}, 400, None),
        ({"condition": {"follow": "yes"}}, 400, None),
        ({"total_minor": 10**12}, 409, None),
    ],
)
def test_what_is_no_packet_is_refused(shop: RunningShop, changed: Any, status: int, field: str | None) -> None:
    mei, show = _show(shop)
    answer = _send(shop, mei, show, **changed)
    assert answer.status == status, answer
    if field is not None:
        assert field in answer.body["errors"]


def _until(look: Any, good: Any, within_s: float = 15) -> Any:
    deadline = time.monotonic() + within_s
    while not good(found := look()):
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


def test_the_cursor_of_results_is_checked(shop: RunningShop) -> None:
    mei, show = _show(shop)
    packet = _send(shop, mei, show).body["packet"]
    assert shop.call("GET", f"red-packets/{packet['id']}?cursor={uuid4().hex}x").status == 400
